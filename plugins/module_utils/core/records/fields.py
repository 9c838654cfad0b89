# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a resource: what a caller may write for a value, and when two values are the
same.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from ..exceptions import ConfigurationError

_TRUE, _FALSE = (
    frozenset(("true", "yes", "on", "1", "y", "t")),
    frozenset(("false", "no", "off", "0", "n", "f")),
)


class Field:
    """One field of a resource.

    Args:
        name: Its name on the wire.
        kind: `text integer decimal boolean date datetime choice relation uuid json file`.
        required: Demanded when a record is created.
        written: `always`; `create` where the server ignores it later; `never` for what the server
            makes.
        secret: Never comes back, and must not be shown.
        many: A set of values, in no order.
        to: For a relation, the resource it leads to; `""` for one that is not in the catalogue,
            whose records are named by id.
        choices: For a choice, code to label.
        never_empty: An empty text stands for none.
    """

    __slots__ = (
        "choices",
        "kind",
        "many",
        "name",
        "never_empty",
        "required",
        "secret",
        "to",
        "written",
    )

    def __init__(
        self,
        name: str,
        kind: str = "text",
        *,
        required: bool = False,
        written: str = "always",
        secret: bool = False,
        many: bool = False,
        to: str = "",
        choices: Mapping[str, str] | None = None,
        never_empty: bool = False,
    ) -> None:
        self.never_empty = never_empty
        self.name = name
        self.kind = kind
        self.required = required
        self.written = written
        self.secret = secret
        self.many = many
        self.to = to
        self.choices = choices or {}

    def __repr__(self) -> str:
        return f"<Field {self.name}>"

    @property
    def blind(self) -> bool:
        """Whether what is there cannot be compared with what is wanted."""
        return self.secret or self.kind == "file"

    def understood(self, value: Any) -> Any:
        """Return a value in the form in which it is sent.

        Args:
            value: As a person or a template writes it: `"yes"` for a boolean, a label for a
                choice's code, a `date` or its text.

        Raises:
            ConfigurationError: Not such a value.
        """
        if value is None:
            return None
        if self.many:
            if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
                raise ConfigurationError(f"{self.name} must be a list, not {value!r}")
            return [self._one(item) for item in value]
        read = self._one(value)
        return None if self.never_empty and read == "" else read

    def same(self, wanted: Any, found: Any) -> bool:
        """Tell whether what is wanted is what is there.

        Args:
            wanted: From `understood`.
            found: From the server.
        """
        if self.many and isinstance(wanted, list) and isinstance(found, list):
            return {hashable(comparable(self.kind, item)) for item in wanted} == {
                hashable(comparable(self.kind, item)) for item in found
            }
        return bool(comparable(self.kind, wanted) == comparable(self.kind, found))

    def _one(self, value: Any) -> Any:
        if self.kind == "choice":
            return self._code(str(value).strip())
        # What is not in the catalogue has no names to be looked up by.
        reader = _integer if self.kind == "relation" and not self.to else _READERS.get(self.kind)
        try:
            return value if reader is None or self.secret else reader(value)
        except (TypeError, ValueError, OverflowError, InvalidOperation) as exc:
            # The value of a secret is nobody's to see.
            shown = "what was given" if self.secret else repr(value)
            raise ConfigurationError(
                f"{self.name} must be {_KINDS[self.kind]}, not {shown}"
            ) from exc

    def _code(self, text: str) -> str:
        for code, label in self.choices.items():
            if text.casefold() in (code.casefold(), label.casefold()):
                return code
        raise ConfigurationError(
            f"{self.name} must be one of {', '.join(f'{code} ({label})' for code, label in self.choices.items())}, not {text!r}"
        )


def comparable(kind: str, value: Any) -> Any:
    """Return what two values of a kind are compared by: numbers by value, times in UTC, lists and
    dicts as they are.

    Args:
        kind: The field's kind.
        value: From the server, or from `Field.understood`. What is not of the kind is itself.
    """
    if value is None or isinstance(value, (dict, list)):
        return value
    try:
        if kind == "relation":
            return int(value) if str(value).isdecimal() else value
        if kind in ("integer", "decimal"):
            number = Decimal(str(value))
            return number if number.is_finite() else value
        if kind == "datetime":
            return _moment(value)
    except (ValueError, OverflowError, InvalidOperation):
        pass
    return value


def hashable(value: Any) -> Hashable:
    """Return what is equal for equal values and can be looked up: servers give lists where texts
    belong.
    """
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value


def _moment(value: Any) -> datetime:
    moment = (
        value
        if isinstance(value, datetime)
        else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    )
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _decimal(value: Any) -> str:
    number = Decimal(str(value).strip())
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError
    return format(number, "f")


def _boolean(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError
    return text in _TRUE


def _text(value: Any) -> str:
    text = str(value).strip()
    if isinstance(value, (dict, list, bool)):
        raise TypeError(text)
    return text


def _date(value: Any) -> str:
    return (
        value
        if isinstance(value, date) and not isinstance(value, datetime)
        else date.fromisoformat(str(value).strip())
    ).isoformat()


def _datetime(value: Any) -> str:
    return _moment(value).isoformat().replace("+00:00", "Z")


_READERS = {
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "text": _text,
    "uuid": _text,
    "date": _date,
    "datetime": _datetime,
}
_KINDS = {
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "text": "a text",
    "uuid": "an id",
    "date": "a date (YYYY-MM-DD)",
    "datetime": "a time (ISO 8601)",
    "relation": "an id",
}
