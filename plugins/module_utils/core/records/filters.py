# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions on records, in one dialect for all services.

`{"name": "x"}`, `{"status": ["a", "b"]}`, `{"size": {"gte": 3, "lt": 9}}`.

A condition is sent if the list's own filter dialect has it, and is always checked again on what
comes back: many servers ignore filters that they do not know.
"""

from __future__ import annotations

import operator as ordering
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from ..exceptions import ConfigurationError
from ..jsonutils import dig
from ..suggestions import suggestion
from .access import List
from .dialects import LISTS, OPERATORS
from .fields import Field
from .json_forms import hashable
from .kinds import BOOLEAN, DECIMAL, JSON, Json
from .purge import names_values
from .types import ResourceType

_NEGATIONS = {"not_equals": "equals", "not_in": "in"}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "gt": ordering.gt,
    "gte": ordering.ge,
    "lt": ordering.lt,
    "lte": ordering.le,
}
_PARTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda found, part: part in found,
    "starts_with": lambda found, part: found.startswith(part),
    "ends_with": lambda found, part: found.endswith(part),
}
_NAMING = {"equals": "equals", "in": "one_of", **dict.fromkeys(_PARTS, "part")}
"""The operators that name what a record must have, in the terms of `purge.names_values`."""


class Condition:
    """One condition on a field.

    Args:
        row: The type of the records.
        name: The field's name; `a.b` is `b` in the document of the field `a`.
        operator: One of `OPERATORS`.
        value: The value that the field is compared with; a list for `in` and `not_in`.

    Raises:
        ConfigurationError: An unknown field or operator, or a value that does not go with it.
    """

    __slots__ = ("field", "name", "operator", "value")

    def __init__(self, row: ResourceType, name: str, operator: str, value: Any) -> None:
        if operator not in OPERATORS:
            raise ConfigurationError(
                f"filters: {name} has no operator {operator!r}: use {', '.join(OPERATORS)}"
            )
        top, dummy, inner = name.partition(".")
        field = row.field(top)
        if field.write_only:
            raise ConfigurationError(f"{row.name} records cannot be filtered by {name}")
        self.name = name
        self.operator = operator
        self.field = Field(name, JSON) if inner else field
        self.value = self._parse(value)

    def __repr__(self) -> str:
        return f"<Condition {self.name} {self.operator} {self.value!r}>"

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record meets the condition. A list meets it if one of its items does."""
        return self._holds(self.operator, dig(record, self.name))

    def renamed(self, name: str) -> Condition:
        """Return the condition with another name of its field, to be sent."""
        if name == self.name:
            return self
        twin = Condition.__new__(Condition)
        twin.name, twin.operator = name, self.operator
        twin.field, twin.value = self.field, self.value
        return twin

    def _holds(self, operator: str, found: Any) -> bool:
        if operator in _NEGATIONS:
            return not self._holds(_NEGATIONS[operator], found)
        if operator == "exists":
            return (found is not None) is self.value
        if isinstance(found, list) and not isinstance(self.value, list):
            return any(self._holds_for_one(operator, item) for item in found) or self._is(found)
        if isinstance(found, list) and operator == "in":
            return any(self._holds_for_one(operator, item) for item in found)
        return self._holds_for_one(operator, found)

    def _holds_for_one(self, operator: str, found: Any) -> bool:
        if operator == "in":
            return any(self._same(found, value) for value in self.value)
        if operator == "equals":
            return self._same(found, self.value)
        if found is None:
            return False
        if operator in _PARTS:
            return _PARTS[operator](str(found).casefold(), str(self.value).casefold())
        return _compare(_ORDER[operator], self._comparable(found), self._comparable(self.value))

    def _is(self, found: list[Any]) -> bool:
        return self.operator in ("equals", "not_equals") and self._same(found, self.value)

    def _same(self, found: Any, value: Any) -> bool:
        if hashable(self._comparable(found)) == hashable(self._comparable(value)):
            return True
        # Templates make texts of numbers, and the kind of these fields is not known.
        is_untyped = isinstance(self.field.kind, Json) and not isinstance(found, (dict, list))
        return is_untyped and found is not None and str(found).lower() == str(value).lower()

    def _comparable(self, value: Any) -> Any:
        return self.field.kind.comparable(value)

    def _parse(self, value: Any) -> Any:
        if self.operator == "exists":
            return Field(f"filters: {self.name}: exists", BOOLEAN).parse(value)
        if self.operator in LISTS:
            items = value.split(",") if isinstance(value, str) else value
            if not isinstance(items, (list, tuple, set, frozenset)):
                raise ConfigurationError(
                    f"filters: {self.name}: {self.operator} takes a list, not {value!r}"
                )
            return [self._parse_one(item) for item in items]
        if isinstance(value, (list, tuple, set, frozenset)) and self.operator != "equals":
            raise ConfigurationError(
                f"filters: {self.name}: {self.operator} takes one value, not {value!r}"
            )
        return self._parse_one(value)

    def _parse_one(self, value: Any) -> Any:
        if value is None or self.operator in _PARTS or self.field.many:
            return value
        return self.field.parse(value)


class Filters:
    """The conditions that records must meet, all of them: a `Selection` of the record engine.

    Args:
        row: The type of the records.
        filters: A field to a value, to a list of which one must be, or to a dict of operators.

    Attributes:
        conditions: See above.

    Raises:
        ConfigurationError: An unknown field or operator, or a value that does not go with it.
    """

    __slots__ = ("conditions",)

    def __init__(self, row: ResourceType, filters: Mapping[str, Any] | None) -> None:
        if filters is not None and not isinstance(filters, Mapping):
            raise ConfigurationError(f"filters must be a dict of fields, not {filters!r}")
        self.conditions = [
            Condition(row, str(name), operator, value)
            for name, given in (filters or {}).items()
            for operator, value in _operators(str(name), given).items()
        ]

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record meets all conditions."""
        return all(condition.matches(record) for condition in self.conditions)

    @property
    def narrows(self) -> bool | None:
        """`True` if the conditions exclude records. See `stores.Selection`."""
        if any(_names_values(condition) for condition in self.conditions):
            return True
        return None if self.conditions else False

    @property
    def names(self) -> list[str]:
        """The fields that they are about. See `reading.Conditions`."""
        return [condition.name.partition(".")[0] for condition in self.conditions]

    @property
    def presumed(self) -> list[str]:
        """The fields that records must have to be compared. See `reading.Conditions`."""
        return [
            condition.name.partition(".")[0]
            for condition in self.conditions
            if condition.operator != "exists" and condition.value is not None
        ]

    def sent(self, row: ResourceType, route: List) -> tuple[dict[str, str], bool]:
        """Return the parameters of the conditions in the dialect of a list.

        Conditions on fields that the list's path names are left out. The second value tells if
        the server has all others.
        """
        asked = [
            condition.renamed(row.wire(condition.name))
            for condition in self.conditions
            if condition.name not in route.placeholders
        ]
        params, left = route.filters.translate(asked)
        return params, not left

    def values_of(self, name: str) -> list[Any] | None:
        """Return the only values that a field may have; `None` if the conditions name none."""
        for condition in self.conditions:
            if condition.name == name and condition.operator in ("equals", "in"):
                value = condition.value
                return list(value) if condition.operator == "in" else [value]
        return None

    @property
    def impossible(self) -> bool:
        """`True` if no record can meet them, so that no request is needed."""
        return any(
            condition.operator == "in" and not condition.value for condition in self.conditions
        )


def doubts(row: ResourceType, option: str, names: Iterable[str]) -> list[str]:
    """Return a line about each name that is not a known field of a type that may have others.

    If no record was found, such a name may be misspelt. Otherwise, the records show it.

    Args:
        row: The type.
        option: The option that has the names, for the lines.
        names: The names; `a.b` is in the document of the field `a`.
    """
    tops = dict.fromkeys(name.partition(".")[0] for name in names)
    known = ", ".join(row.fields)
    return [
        f"{option}: {name!r} is no known field of a {row.name}:"
        f" {suggestion(name, row.fields, f'the known ones are {known}')}"
        for name in tops
        if name not in row.fields
    ]


def _compare(test: Callable[[Any, Any], bool], found: Any, value: Any) -> bool:
    """Compare as times, as numbers, or else as texts."""
    pair = found, value
    if not all(isinstance(item, (datetime, Decimal)) for item in pair):
        pair = DECIMAL.comparable(found), DECIMAL.comparable(value)
    if not all(isinstance(item, Decimal) for item in pair) and not all(
        isinstance(item, datetime) for item in pair
    ):
        pair = str(found), str(value)
    return test(*pair)


def _operators(name: str, given: Any) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        if not given:
            raise ConfigurationError(
                f"filters: {name} has no condition: give a value, a list of values, or a dict of"
                " operators"
            )
        return given
    return {"in" if isinstance(given, (list, tuple, set, frozenset)) else "equals": given}


def _names_values(condition: Condition) -> bool:
    values = condition.value if condition.operator in LISTS else [condition.value]
    return names_values(condition.field, _NAMING.get(condition.operator, ""), values)


def in_order(records: Sequence[dict[str, Any]], order: Sequence[str]) -> list[dict[str, Any]]:
    """Return records sorted by fields; `-name` is descending. Records without a value are last."""
    result = list(records)
    for name in reversed(order):
        field, backwards = name.removeprefix("-"), name.startswith("-")
        known = [record for record in result if dig(record, field) is not None]
        missing = [record for record in result if dig(record, field) is None]
        known.sort(key=partial(_rank, field), reverse=backwards)
        result = known + missing
    return result


def _rank(field: str, record: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return a key by which numbers come before texts."""
    value = dig(record, field)
    is_number = isinstance(value, (int, float))
    return not is_number, value if is_number else str(value)
