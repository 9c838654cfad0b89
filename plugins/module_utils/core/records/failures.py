# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures that hide in a response of 2xx, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import jsonutils
from ..exceptions import ConfigurationError
from ..jsonutils import dig, equal

_NOT_GIVEN: Any = object()
LONGEST_REASON = 500


class Failure:
    """A sign of a failure in a response. One of `equals`, `filled` and `differs` must be given.

    Args:
        path: Dotted path of the sign; `*` stands for each item of a list:
            `imported.*.success`. `""` is the response itself.
        equals: The value that means a failure, such as `False`. `None` also matches a missing
            value. Case is ignored.
        filled: Any value other than null, false, 0 or an empty one means a failure.
        differs: The name of a field: a value other than the one that was sent means a failure, such
            as the name of a renamed copy.
        reason: Dotted paths of the server's reason, relative to the object that has the sign; the
            first that leads to a value is used.

    Raises:
        ConfigurationError: None or several of the three are given.
    """

    __slots__ = ("differs", "equals", "filled", "path", "reason")

    def __init__(
        self,
        path: str,
        *,
        equals: Any = _NOT_GIVEN,
        filled: bool = False,
        differs: str = "",
        reason: str | Sequence[str] = ("message", "reason", "error"),
    ) -> None:
        if (equals is not _NOT_GIVEN) + bool(filled) + bool(differs) != 1:
            raise ConfigurationError(
                f"the failure at {path} needs one of 'equals', 'filled' and 'differs'"
            )
        self.path = path
        self.equals = equals
        self.filled = filled
        self.differs = differs
        self.reason = (reason,) if isinstance(reason, str) else tuple(reason)

    def __repr__(self) -> str:
        return f"<Failure {self.path}>"

    def find(self, data: Any, sent: Mapping[str, Any]) -> str | None:
        """Return the reason of the first failure; `None` if there is none.

        Args:
            data: The JSON of the response.
            sent: The fields that were sent.
        """
        return next(iter(self.find_all(data, sent)), None)

    def find_all(self, data: Any, sent: Mapping[str, Any]) -> list[str]:
        """Return the reasons of all failures. For the arguments see `find`."""
        before, star, after = self.path.partition("*")
        roots = [data]
        if star:
            items = dig(data, before.strip("."))
            roots = items if isinstance(items, list) else []
        parent, dummy, name = (after.strip(".") if star else self.path).rpartition(".")
        pairs = [(holder, dig(holder, name)) for holder in (dig(root, parent) for root in roots)]
        return [self._reason(holder, found) for holder, found in pairs if self._fails(found, sent)]

    def _fails(self, found: Any, sent: Mapping[str, Any]) -> bool:
        if self.filled:
            return bool(found)
        if self.differs:
            wanted = sent.get(self.differs)
            return found is not None and wanted is not None and not equal(found, wanted)
        if isinstance(found, str) and isinstance(self.equals, str):
            return found.lower() == self.equals.lower()
        return equal(found, self.equals)

    def _reason(self, holder: Any, found: Any) -> str:
        if self.differs:
            return f"the server stored it with the {self.differs} {found!r}"
        values = (dig(holder, path) for path in self.reason)
        # `true` is the sign of a failure, and not its reason.
        reason = next((value for value in values if value and value is not True), None)
        if reason is None and self.filled and isinstance(found, str):
            # The sign is itself the message.
            reason = found
        if reason is None:
            return f"{self.path or 'the response'} is {jsonutils.dumps(found)[:LONGEST_REASON]}"
        text = reason if isinstance(reason, str) else jsonutils.dumps(reason)
        return text[:LONGEST_REASON]
