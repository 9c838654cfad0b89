# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds of values: how each is parsed, compared and named in an error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from ..encoding import text_of
from .json_forms import json_form

_TRUE = frozenset(("true", "yes", "on", "1", "y", "t"))
_FALSE = frozenset(("false", "no", "off", "0", "n", "f"))
_WHOLE_NUMBER = re.compile(r"([+-]?[0-9]+)(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CANONICAL_ID = re.compile(r"0|[1-9][0-9]*")

MOST_DIGITS = 400
"""Digits of a decimal number; `1e999999999` would fill the memory."""


class PendingName(str):
    """The name of a record that check mode has only planned. Never equal to a real id."""

    __slots__ = ()


class Kind:
    """A kind of value that is taken as it is.

    Attributes:
        identifies: `True` if a value may tell one record from another.
    """

    __slots__ = ()

    _noun = "a value"
    identifies = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @property
    def noun(self) -> str:
        """The name of such a value in an error."""
        return self._noun

    def parse(self, value: Any) -> Any:
        """Return a value in the form in which it is sent.

        Args:
            value: As a person or a template writes it.

        Raises:
            ValueError: Not a value of this kind; also `TypeError` and `ArithmeticError`.
        """
        return value

    def comparable(self, value: Any) -> Any:
        """Return what two values are compared by. A value of another kind is returned as it is.

        Args:
            value: From the server, or from `parse`.
        """
        if value is None or isinstance(value, (dict, list)):
            return value
        try:
            return self._normalized(value)
        except (ValueError, ArithmeticError, RecursionError):
            return value

    def _normalized(self, value: Any) -> Any:
        return value


class Text(Kind):
    """Text, which is kept as it is: blanks at its ends belong to a name, too."""

    __slots__ = ()

    _noun = "a text"

    def parse(self, value: Any) -> str:
        if isinstance(value, bool):
            raise TypeError(value)
        return text_of(value, self.noun)

    def _normalized(self, value: Any) -> Any:
        # Some servers keep a text of digits as a number.
        return text_of_number(value)


class Content(Text):
    """Text of many lines, such as the content of a template."""

    __slots__ = ()


class JsonText(Kind):
    """JSON that the server keeps as a text; a value of another type is written as JSON."""

    __slots__ = ()

    _noun = "JSON or its text"
    identifies = False

    def parse(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    def _normalized(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


class Id(Text):
    """An id that is text."""

    __slots__ = ()

    _noun = "an id"

    def parse(self, value: Any) -> str:
        return super().parse(value).strip()


class Integer(Kind):
    """A whole number."""

    __slots__ = ()

    _noun = "a whole number"

    def parse(self, value: Any) -> int:
        if isinstance(value, str):
            # int() would also take "1_000" and the digits of every script. A division in a template
            # gives "500.0".
            found = _WHOLE_NUMBER.fullmatch(value.strip())
            if found is None:
                raise ValueError(value)
            return int(found.group(1))
        if isinstance(value, bool) or value != int(value):
            raise ValueError(value)
        return int(value)

    def _normalized(self, value: Any) -> Any:
        return _finite(value)


class Number(Kind):
    """A decimal number, sent as text so that nothing is rounded."""

    __slots__ = ()

    _noun = "a number"

    def parse(self, value: Any) -> str:
        text = str(value).strip()
        if isinstance(value, bool) or not _NUMBER.fullmatch(text):
            raise ValueError(value)
        number = Decimal(text)
        if abs(number.adjusted()) > MOST_DIGITS:
            raise ValueError(value)
        return format(number, "f")

    def _normalized(self, value: Any) -> Any:
        return _finite(value)


class Boolean(Kind):
    """True or false."""

    __slots__ = ()

    _noun = "true or false"

    def parse(self, value: Any) -> bool:
        text = str(value).strip().lower()
        if text not in _TRUE | _FALSE:
            raise ValueError(value)
        return text in _TRUE

    def _normalized(self, value: Any) -> Any:
        # Databases without booleans have numbers.
        return bool(value) if value in (0, 1) else value


class Date(Kind):
    """A day."""

    __slots__ = ()

    _noun = "a date (YYYY-MM-DD)"

    def parse(self, value: Any) -> str:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return date.fromisoformat(str(value).strip()).isoformat()


class Datetime(Kind):
    """A point in time, sent in UTC.

    Args:
        milliseconds: Send exactly three digits of the second's fraction.
    """

    __slots__ = ("_milliseconds",)

    _noun = "a time (ISO 8601)"

    def __init__(self, *, milliseconds: bool = False) -> None:
        self._milliseconds = milliseconds

    def parse(self, value: Any) -> str:
        moment = moment_of(value)
        text = moment.isoformat(timespec="milliseconds" if self._milliseconds else "auto")
        return text.replace("+00:00", "Z")

    def _normalized(self, value: Any) -> datetime:
        return moment_of(value)


class Milliseconds(Integer):
    """A point in time, sent as milliseconds since 1970; a time in ISO 8601 is taken too."""

    __slots__ = ()

    _noun = "milliseconds since 1970 or a time (ISO 8601)"

    def parse(self, value: Any) -> int:
        try:
            return super().parse(value)
        except (TypeError, ValueError):
            return int(moment_of(value).timestamp() * 1000)

    def _normalized(self, value: Any) -> Any:
        return self.parse(value)


class Choice(Kind):
    """One of a few codes; a label stands for its code.

    Args:
        labels: Code to label.
    """

    __slots__ = ("labels",)

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    @property
    def noun(self) -> str:
        """The codes and their labels."""
        return f"one of {', '.join(f'{code} ({label})' for code, label in self.labels.items())}"

    def parse(self, value: Any) -> str:
        text = str(value).strip()
        for code, label in self.labels.items():
            if text.casefold() in (code.casefold(), label.casefold()):
                return code
        raise ValueError(value)

    def _normalized(self, value: Any) -> Any:
        return next((code for code, label in self.labels.items() if value == label), value)


class Relation(Kind):
    """The id of another record.

    Args:
        to: The type that it leads to; `""` for one outside the catalogue, whose records are known
            by whole numbers.
        label: The field that takes the name of the other record, for servers that keep both.
        sends: The field of the other record by which it is sent, for servers that take names and
            give ids back; `""` for its id.
    """

    __slots__ = ("label", "sends", "to")

    _noun = "an id"

    def __init__(self, to: str = "", *, label: str = "", sends: str = "") -> None:
        self.to = to
        self.label = label
        self.sends = sends

    def parse(self, value: Any) -> Any:
        return value if self.to else INTEGER.parse(value)

    def _normalized(self, value: Any) -> Any:
        return number_of_id(value)


class Json(Kind):
    """Any JSON value."""

    __slots__ = ()

    identifies = False

    def parse(self, value: Any) -> Any:
        return json_form(value)


class File(Kind):
    """The content of a file. A server does not give it back with the record."""

    __slots__ = ()

    identifies = False


TEXT = Text()
CONTENT = Content()
JSON_TEXT = JsonText()
MILLISECONDS = Milliseconds()
ID = Id()
INTEGER = Integer()
DECIMAL = Number()
BOOLEAN = Boolean()
DATE = Date()
DATETIME = Datetime()
JSON = Json()
FILE = File()


def plain(value: Any) -> Any:
    """Return a value with pending names as plain texts: results go to other libraries."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, PendingName) else value


def text_of_number(value: Any) -> Any:
    """Return the text of a whole number; any other value as it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def number_of_id(value: Any) -> Any:
    """Return the number that a text is the usual form of; any other value as it is.

    `"7"` is 7. `"007"` and digits of other scripts stay what they are: they may be names, or ids
    of a server whose ids are text.
    """
    is_number = (
        isinstance(value, str)
        and not isinstance(value, PendingName)
        and _CANONICAL_ID.fullmatch(value)
    )
    return int(value) if is_number else value


def moment_of(value: Any) -> datetime:
    """Return a point in time in UTC; without a zone, it is taken as UTC.

    Raises:
        ValueError: Not a time; also `OverflowError`.
    """
    text = str(value).strip().replace("Z", "+00:00")
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(text)
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _finite(value: Any) -> Any:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    return number if number.is_finite() else value


def sent_by_name(kind: Kind) -> Relation | None:
    """Return a relation that the server takes by name; `None` for any other kind."""
    return kind if isinstance(kind, Relation) and kind.sends else None
