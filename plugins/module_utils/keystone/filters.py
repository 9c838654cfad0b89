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
from ..core.records import kinds
from ..core.records.access import List
from ..core.records.fields import Field
from ..core.records.purge import names_values
from ..core.records.types import ResourceType
from . import catalogue

Test = Callable[[Any], bool]

_COMMON = {
    "equals": "",
    "not_equals": "__not_eq",
    "contains": "__contains",
    "starts_with": "__startswith",
    "ends_with": "__endswith",
    "in": "__in",
    "not_in": "__not_in",
    "gt": "__gt",
    "gte": "__gte",
    "lt": "__lt",
    "lte": "__lte",
    "exists": "__isnull",
}
"""The operators that the filters of all services share, in the server's own words."""

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
OPERATORS: dict[type[kinds.Kind], tuple[str, ...]] = {
    kinds.Text: _TEXT,
    catalogue.TrimmedText: _TEXT,
    kinds.Choice: _TEXT,
    kinds.Integer: _NUMBER,
    catalogue.NumberedChoice: _NUMBER,
    kinds.Number: _NUMBER,
    kinds.Date: _DATE,
    kinds.Datetime: (*_DATE, "hour", "minute", "second"),
    kinds.Boolean: _EVERY,
    kinds.Relation: _EVERY,
    kinds.Id: _EVERY,
}
"""Kind of field to the operators after `field__`; `""` is the field alone."""

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
# The server's database decides whether case counts here, so the second look ignores case.
_PARTS_OF_TEXT: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda found, wanted: wanted in found,
    "startswith": lambda found, wanted: found.startswith(wanted),
    "endswith": lambda found, wanted: found.endswith(wanted),
}
_PARTS_OF_TIME: dict[str, Callable[[date], int]] = {
    "year": lambda moment: moment.year,
    "month": lambda moment: moment.month,
    "day": lambda moment: moment.day,
    "week": lambda moment: moment.isocalendar()[1],
    "week_day": lambda moment: moment.isoweekday() % 7 + 1,
    "hour": lambda moment: getattr(moment, "hour", -1),
    "minute": lambda moment: getattr(moment, "minute", -1),
    "second": lambda moment: getattr(moment, "second", -1),
}
_NAMING = {
    "": "equals",
    "in": "one_of",
    **dict.fromkeys(_PARTS_OF_TEXT, "part"),
    **dict.fromkeys(_PARTS_OF_TIME, "equals"),
}
"""The operators that name what a record must have, in the terms of `core.records.purge`."""


class Filters:
    """The filters of one resource, parsed.

    Args:
        row: The resource.
        filters: `field` or `field__operator` to a value; lists for `in` and `not_in`, `None` for
            "is null". `None` for no filter.

    Attributes:
        params: The query.
        impossible: `True` if nothing can match, so that no request is needed.
        narrows: `True` if they name values, `False` if every record matches, `None` if that depends
            on the records.

    Raises:
        ConfigurationError: A field, operator or value that the server does not know and would
            ignore.
    """

    __slots__ = ("_row", "_tests", "impossible", "narrows", "params")

    names = ()
    """No list of Keystone leaves out fields."""
    presumed = ()
    """All fields of Keystone's records are known."""

    def __init__(self, row: ResourceType, filters: Mapping[str, Any] | None) -> None:
        self.params: dict[str, str] = {}
        self.impossible = False
        self.narrows: bool | None = False
        self._row = row
        self._tests: list[tuple[str, Test]] = []
        for name, value in (filters or {}).items():
            bare, dummy, operation = name.partition("__")
            if value is not None:
                self._add(row.field(bare), operation, value)
            elif operation in ("", "not_eq"):
                self._add(row.field(bare), "isnull", operation == "")
            else:
                raise ConfigurationError(
                    f"{name} needs a value; None goes with {bare} and {bare}__not_eq alone"
                )

    def sent(self, dummy_row: ResourceType, dummy_route: List) -> tuple[Mapping[str, str], bool]:
        """Return the query, and whether the server can filter all by itself."""
        return self.params, True

    def values_of(self, dummy_name: str) -> list[Any] | None:
        """Return `None`: no list of Keystone is below another record."""
        return None

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record matches."""
        try:
            return all(test(record.get(name)) for name, test in self._tests)
        except (TypeError, ValueError):
            # What is not of the field's kind matches nothing.
            return False

    def _add(self, field: Field, operation: str, value: Any) -> None:
        known = OPERATORS.get(type(field.kind), ())
        if field.many or field.secret or not known:
            raise ConfigurationError(f"{self._row.name} cannot be filtered by {field.name}")
        if operation not in known:
            operators = ", ".join(filter(None, known))
            raise ConfigurationError(
                f"{field.name} has no filter {operation!r}: use {operators}, or the bare name for"
                " equality"
            )
        wanted = _parse(field, operation, value)
        if operation in ("in", "not_in") and not wanted:
            if operation == "in":
                self.impossible = self.narrows = True
            return
        if operation in _PARTS_OF_TEXT and wanted == "":
            return
        values = wanted if isinstance(wanted, list) else [wanted]
        if not self.narrows:
            self.narrows = names_values(field, _NAMING.get(operation, ""), values) or None
        self._send(field, operation, values)
        if field.returned is not False:
            self._tests.append((field.name, _test(field.kind, operation, wanted)))

    def _send(self, field: Field, operation: str, values: list[Any]) -> None:
        """Let the server filter, if it can; the second look decides in any case."""
        if isinstance(field, catalogue.Unfiltered):
            return
        if isinstance(field.kind, kinds.Boolean) and operation in ("in", "not_in"):
            # The server fails on a list of one boolean and ignores a list of two.
            if operation == "not_in" or len(set(values)) > 1:
                return
            operation, values = "", values[:1]
        text = ",".join(text_of(value, f"filters: {field.name}") for value in values)
        # An empty value is no filter for the server.
        if text:
            self.params[f"{field.name}__{operation}" if operation else field.name] = text


def with_own_operators(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return filters with `{field: {operator: value}}` in the server's own words.

    Dicts of fields, which name the record of a relation, are left as they are.
    """
    result: dict[str, Any] = {}
    for name, value in filters.items():
        if isinstance(value, Mapping) and value and set(value) <= set(_COMMON):
            for operation, operand in value.items():
                result[f"{name}{_COMMON[operation]}"] = (
                    not Field(f"{name}: exists", kinds.BOOLEAN).parse(operand)
                    if operation == "exists"
                    else operand
                )
        else:
            result[str(name)] = value
    return result


def _parse(field: Field, operation: str, value: Any) -> Any:
    if operation == "isnull":
        return Field(f"{field.name}__isnull", kinds.BOOLEAN).parse(value)
    if operation in _PARTS_OF_TIME:
        return Field(f"{field.name}__{operation}", kinds.INTEGER).parse(value)
    if operation in ("in", "not_in"):
        return _parse_list(field, operation, value)
    if isinstance(value, (list, tuple, set, dict)):
        name = f"{field.name}{'__' + operation if operation else ''}"
        raise ConfigurationError(
            f"{field.name}: a list goes with {field.name}__in, not with {name}"
        )
    if isinstance(field.kind, kinds.Relation):
        return Field(field.name, kinds.INTEGER).parse(value)
    if isinstance(field.kind, kinds.Choice) and operation.removeprefix("not_") in _PARTS_OF_TEXT:
        return str(value)
    return field.parse(value)


def _parse_list(field: Field, operation: str, value: Any) -> list[Any]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple, set, frozenset)):
        items = [items]
    wanted = [_parse(field, "", item) for item in items]
    name = f"{field.name}__{operation}"
    if None in wanted:
        raise ConfigurationError(f"{name}: None cannot be sent in a list: ask for it alone")
    if any("," in str(item) for item in wanted):
        raise ConfigurationError(
            f"{name}: a value with a comma cannot be sent in a list: ask for it alone"
        )
    return wanted


def _test(kind: kinds.Kind, operation: str, wanted: Any) -> Test:
    if operation == "isnull":
        return lambda found: (found is None) is wanted
    if operation.startswith("not_"):
        positive = _test(kind, {"eq": "", "in": "in"}.get(operation[4:], operation[4:]), wanted)
        return lambda found: found is None or not positive(found)
    if operation == "in":
        members = {kind.comparable(item) for item in wanted}
        return lambda found: kind.comparable(found) in members
    if operation in _COMPARISONS:
        compare, bound = _COMPARISONS[operation], kind.comparable(wanted)
        return lambda found: found is not None and compare(kind.comparable(found), bound)
    if operation in _PARTS_OF_TEXT:
        look, part = _PARTS_OF_TEXT[operation], str(wanted).casefold()
        return lambda found: found is not None and look(str(found).casefold(), part)
    if operation in _PARTS_OF_TIME:
        part_of = _PARTS_OF_TIME[operation]
        return lambda found: found is not None and part_of(_moment(kind, found)) == wanted
    exact = kind.comparable(wanted)
    return lambda found: bool(kind.comparable(found) == exact)


def _moment(kind: kinds.Kind, found: Any) -> date:
    moment = kind.comparable(found)
    return moment if isinstance(moment, datetime) else date.fromisoformat(str(found))
