# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of a response if an earlier attempt of the same call may have been executed, see
`Attempts.maybe_executed`.

A `DELETE` finds nothing left to delete, and a `PUT` collides with its own earlier attempt. Both have
succeeded then. Without such an attempt the same answers are errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import jsonutils
from .exceptions import SerializationError

if TYPE_CHECKING:
    from .call import Call

_CONDITIONS = frozenset(("if-match", "if-unmodified-since", "if-none-match"))


def is_deleted(call: Call, status: int) -> bool:
    """Tell whether an earlier attempt has deleted what this one did not find."""
    return status in (404, 410) and call.method == "DELETE"


def may_be_stored(call: Call, status: int) -> bool:
    """Tell whether an earlier attempt of a PUT may have stored what this one could not: a condition
    does not hold any longer (412), or the server has it already (409).
    """
    return (
        call.method == "PUT"
        and not call.stream
        and (status == 409 or (status == 412 and not _CONDITIONS.isdisjoint(call.own)))
    )


def holds(found: bytes, written: bytes) -> bool:
    """Tell whether a representation has all that was written. It may have more: servers add members
    to objects.
    """
    try:
        return _includes(jsonutils.loads(found), jsonutils.loads(written))
    except SerializationError:
        return found == written


def _includes(found: Any, written: Any) -> bool:
    if isinstance(found, dict) and isinstance(written, dict):
        return all(
            name in found and _includes(found[name], value) for name, value in written.items()
        )
    if isinstance(found, list) and isinstance(written, list):
        return len(found) == len(written) and all(map(_includes, found, written))
    return bool(found == written)
