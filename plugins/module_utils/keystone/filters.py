# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters: checked before they are sent, and once more on what comes back.

Both are needed because the server ignores what it does not know and answers with the whole table
(docs/protocols/keystone.md section 4, "Filters").
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from ..core.encoding import text_of
from ..core.exceptions import ConfigurationError
from ..core.records.fields import Field, comparable
from ..core.records.types import Resource
from . import catalogue

Test = Callable[[Any], bool]

_EVERY = ("", "not_eq", "in", "not_in", "isnull")
_NUMBER = (*_EVERY, "lt", "lte", "gt", "gte")
_TEXT = (
    *_EVERY,
    "contains",
    "not_contains",
    "startswith",
    "not_startswith",
    "endswith",
    "not_endswith",
)
_DATE = (*_NUMBER, "year", "month", "day", "week", "week_day")
OPERATORS = {
    "text": _TEXT,
    "choice": _TEXT,
    "integer": _NUMBER,
    "decimal": _NUMBER,
    "date": _DATE,
    "datetime": (*_DATE, "hour", "minute", "second"),
    "boolean": _EVERY,
    "relation": _EVERY,
    "uuid": _EVERY,
}
"""Kind of field to what may follow `field__`; `""` stands for the bare field."""

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
# The server's database decides whether case counts here, so the second look does not let it count.
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda found, wanted: wanted in found,
    "startswith": lambda found, wanted: found.startswith(wanted),
    "endswith": lambda found, wanted: found.endswith(wanted),
}
_PARTS: dict[str, Callable[[date], int]] = {
    "year": lambda moment: moment.year,
    "month": lambda moment: moment.month,
    "day": lambda moment: moment.day,
    "week": lambda moment: moment.isocalendar()[1],
    "week_day": lambda moment: moment.isoweekday() % 7 + 1,
    "hour": lambda moment: getattr(moment, "hour", -1),
    "minute": lambda moment: getattr(moment, "minute", -1),
    "second": lambda moment: getattr(moment, "second", -1),
}


class Filters:
    """Filters of one resource, understood.

    Args:
        row: The resource.
        filters: `field` or `field__operator` to a value; lists for `in` and `not_in`, `None` for
            "is null". `None` for no filter.

    Attributes:
        params: What to send.
        impossible: Whether nothing can match, so that there is nothing to ask.
        narrow: Whether they keep any record out.

    Raises:
        ConfigurationError: A field, operator or value that the server does not know and would
            ignore.
    """

    __slots__ = ("_tests", "impossible", "narrow", "params")

    def __init__(self, row: Resource, filters: Mapping[str, Any] | None) -> None:
        self.params: dict[str, str] = {}
        self.impossible = False
        self.narrow = False
        self._tests: list[tuple[str, Test]] = []
        for name, value in (filters or {}).items():
            bare, dummy, operation = name.partition("__")
            field = row.field(bare)
            if value is None and operation in ("", "not_eq"):
                self._add(row, field, "isnull", operation == "")
            elif value is None:
                raise ConfigurationError(
                    f"{name} needs a value; None goes with {bare} and {bare}__not_eq alone"
                )
            else:
                self._add(row, field, operation, value)

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record matches."""
        try:
            return all(test(record.get(name)) for name, test in self._tests)
        except (TypeError, ValueError):
            # What is not of the field's kind matches nothing.
            return False

    def _add(self, row: Resource, field: Field, operation: str, value: Any) -> None:
        known = OPERATORS.get(field.kind, ())
        if field.many or field.secret or not known:
            raise ConfigurationError(f"{row.name} cannot be filtered by {field.name}")
        if operation not in known:
            raise ConfigurationError(
                f"{field.name} has no filter {operation!r}; it has {', '.join(filter(None, known))}, and the bare name for equality"
            )
        wanted = _understood(field, operation, value)
        values = wanted if isinstance(wanted, list) else [wanted]
        text = ",".join(text_of(item, f"filters: {field.name}") for item in values)
        if operation in ("in", "not_in") and not wanted:
            self.impossible = self.impossible or operation == "in"
            self.narrow = self.impossible or self.narrow
            return
        if operation in _TEXT_TESTS and wanted == "":
            return
        # Everything is not nothing: a template that came out empty must not choose the whole list.
        self.narrow = self.narrow or not (operation.startswith("not_") and not text)
        # An empty value is no filter for the server; only the second look can tell.
        if text and (row.name, field.name) not in catalogue.NOT_FILTERED:
            self.params[f"{field.name}__{operation}" if operation else field.name] = text
        if (row.name, field.name) not in catalogue.NOT_SHOWN:
            self._tests.append((field.name, _test(field, operation, wanted)))


def _understood(field: Field, operation: str, value: Any) -> Any:
    if operation == "isnull":
        return Field(f"{field.name}__isnull", "boolean").understood(value)
    if operation in _PARTS:
        return Field(f"{field.name}__{operation}", "integer").understood(value)
    if operation in ("in", "not_in"):
        items = (
            value.split(",")
            if isinstance(value, str)
            else value
            if isinstance(value, (list, tuple, set, frozenset))
            else [value]
        )
        wanted = [_understood(field, "", item) for item in items]
        if None in wanted:
            raise ConfigurationError(
                f"{field.name}__{operation}: None cannot be sent in a list; ask for it alone"
            )
        if any("," in str(item) for item in wanted):
            raise ConfigurationError(
                f"{field.name}__{operation}: a value with a comma cannot be sent in a list; ask for it alone"
            )
        return wanted
    if isinstance(value, (list, tuple, set, dict)):
        raise ConfigurationError(
            f"{field.name}: a list goes with {field.name}__in, not with {field.name}{'__' + operation if operation else ''}"
        )
    if field.kind == "relation":
        return Field(field.name, "integer").understood(value)
    if field.kind == "choice" and (
        operation in _TEXT_TESTS or operation.removeprefix("not_") in _TEXT_TESTS
    ):
        return str(value)
    return field.understood(value)


def _test(field: Field, operation: str, wanted: Any) -> Test:
    kind = field.kind
    if operation == "isnull":
        return lambda found: (found is None) is wanted
    if operation.startswith("not_"):
        positive = _test(field, {"eq": "", "in": "in"}.get(operation[4:], operation[4:]), wanted)
        return lambda found: found is None or not positive(found)
    if operation == "in":
        members = {comparable(kind, item) for item in wanted}
        return lambda found: comparable(kind, found) in members
    if operation in _COMPARISONS:
        compare, bound = _COMPARISONS[operation], comparable(kind, wanted)
        return lambda found: found is not None and compare(comparable(kind, found), bound)
    if operation in _TEXT_TESTS:
        look, part = _TEXT_TESTS[operation], str(wanted).casefold()
        return lambda found: found is not None and look(str(found).casefold(), part)
    if operation in _PARTS:
        part_of = _PARTS[operation]
        return lambda found: found is not None and part_of(_moment(kind, found)) == wanted
    exact = comparable(kind, wanted)
    return lambda found: bool(comparable(kind, found) == exact)


def _moment(kind: str, found: Any) -> date:
    moment = comparable(kind, found)
    return moment if isinstance(moment, datetime) else date.fromisoformat(str(found))
