# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of a response if an earlier attempt of the same call may have been executed.

A `DELETE` finds nothing left to delete, and a `PUT` collides with its own earlier attempt: both
have succeeded. Without such an attempt the same responses are errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import jsonutils
from .exceptions import SerializationError

if TYPE_CHECKING:
    from .call import Call

_CONDITIONS = frozenset(("if-match", "if-unmodified-since", "if-none-match"))


def is_deleted(call: Call, status: int) -> bool:
    """Tell whether an earlier attempt has deleted the resource that this one did not find."""
    return status in (404, 410) and call.method == "DELETE"


def may_be_stored(call: Call, status: int) -> bool:
    """Tell whether an earlier attempt of a PUT may have stored the content already.

    If so, a condition no longer holds (412), or the server has the resource already (409).
    """
    return (
        call.method == "PUT"
        and not call.stream
        and (status == 409 or (status == 412 and not _CONDITIONS.isdisjoint(call.caller_headers)))
    )


def already_applied(found: bytes, written: bytes) -> bool:
    """Tell whether a resource has all the content that was written.

    It may have more, because servers add members to objects.

    Args:
        found: The body of the response to a read.
        written: The body that was sent.
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
    return jsonutils.equal(found, written)
