# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions from plain data, as modules and `ensure` get them.

Sent as criteria, and checked again on what comes back.
"""

from __future__ import annotations

import operator as ordering
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..core.encoding import text_of
from ..core.exceptions import ConfigurationError
from ..core.records import kinds
from ..core.records.fields import Field
from .criteria import Criteria, Criterion, Expression, Inclusion, StringExpressionFactory

OPERATORS = tuple(name for name in vars(Expression) if not name.startswith("_"))
_SHARED = {
    "equals": "equal_to",
    "not_equals": "not_equal_to",
    "in": "one_of",
    "gt": "greater_than",
    "gte": "at_least",
    "lt": "less_than",
    "lte": "at_most",
}
"""The operators that the filters of all services share, in the service's own words."""
_OPERANDS: dict[str, int | None] = {"one_of": None, "between": 2, "not_between": 2}
"""The number of operands of those operators that do not take one; `None` for any number."""
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": ordering.ge,
    "greater_than": ordering.gt,
    "at_most": ordering.le,
    "less_than": ordering.lt,
}


class Condition:
    """One condition on a field.

    Args:
        field: The field's name, in any form that criteria take.
        operator: A method of `Expression`.
        operand: Its operand, or a list of its operands.

    Attributes:
        field: The field's name as records have it.
        operator: See above; `exists: false` is `missing`.
        operands: The operands, a list.

    Raises:
        ConfigurationError: There is no such operator, or it does not take that.
    """

    __slots__ = ("field", "operands", "operator")

    def __init__(self, field: str, operator: Any, operand: Any) -> None:
        name = str(field).strip()
        operator = _SHARED.get(operator, operator)
        if operator not in OPERATORS:
            raise ConfigurationError(
                f"{name} has no operator {operator!r}: use one of {', '.join(OPERATORS)}"
            )
        self.field = name[:1].lower() + name[1:]
        self.operator: str = operator
        self.operands = list(operand) if isinstance(operand, (list, tuple)) else [operand]
        if operator in ("exists", "missing"):
            holds = Field(f"{name}: {operator}", kinds.BOOLEAN).parse(
                "" if operand is None else operand
            )
            self.operator = "exists" if holds == (operator == "exists") else "missing"
            self.operands = []
            return
        number = _OPERANDS.get(operator, 1)
        if number not in (None, len(self.operands)):
            takes = "one value" if number == 1 else "a list of two values"
            raise ConfigurationError(f"{name}: {operator} takes {takes}, not {operand!r}")
        if self.operands == [""]:
            # A variable that came out empty must not match everything.
            raise ConfigurationError(
                f"{name}: {operator} takes a value that is not empty; missing: true finds records"
                " without one"
            )

    def criterion(self, *, literal: bool = False) -> Criterion:
        """Return the condition as it is sent.

        Args:
            literal: Refuse values that the server would take for operators.
        """
        expression = StringExpressionFactory.field(self.field)
        name = "one_of" if literal and self.operator == "equal_to" else self.operator
        criterion: Criterion = getattr(expression, name)(*self.operands)
        return criterion

    def matches(self, kind: kinds.Kind, found: Any) -> bool:
        """Tell whether a record's value meets the condition.

        A list meets it if one of its items does, a map if one of its `key:value` does.

        Args:
            kind: The kind of the field.
            found: The value; `None` if the record has none.
        """
        values = _values(found)
        if self.operator in ("exists", "missing"):
            return bool(values) == (self.operator == "exists")
        if self.operator == "not_equal_to":
            return not any(_equal(kind, value, self.operands[0]) for value in values)
        return any(self._holds(kind, value) for value in values)

    def _holds(self, kind: kinds.Kind, value: Any) -> bool:
        if self.operator in ("equal_to", "one_of"):
            return any(_equal(kind, value, operand) for operand in self.operands)
        if self.operator == "starts_with":
            return _text(value).startswith(_text(self.operands[0]))
        if self.operator in _ORDER:
            return _compare(kind, _ORDER[self.operator], value, self.operands[0])
        low, high = self.operands
        if self.operator == "between":
            return _compare(kind, ordering.ge, value, low) and _compare(
                kind, ordering.le, value, high
            )
        return _compare(kind, ordering.lt, value, low) or _compare(kind, ordering.gt, value, high)


def conditions_of(filters: Mapping[str, Any]) -> list[Condition]:
    """Return conditions from plain data.

    Args:
        filters: Field to a value, to a list of which one must be, or to a dict of operators:
            `{"not_equal_to": "x"}`, `{"between": [1, 5]}`; also those that all services share,
            `{"gte": 1}`.

    Raises:
        ConfigurationError: There is no such operator, or it does not take that.
    """
    conditions = []
    for name, value in filters.items():
        many = isinstance(value, (list, tuple))
        operators = (
            value if isinstance(value, Mapping) else {"one_of" if many else "equal_to": value}
        )
        if not operators:
            raise ConfigurationError(
                f"{name} has no condition: give a value, a list of them, or a dict of operators"
            )
        conditions += [
            Condition(name, operator, operand) for operator, operand in operators.items()
        ]
    return conditions


def criteria_of(
    filters: Mapping[str, Any], include: str | Sequence[str] | Mapping[str, Any] = ()
) -> Criteria:
    """Return criteria from plain data.

    Args:
        filters: See `conditions_of`.
        include: Relationships, or a dict of them with the fields of each.

    Raises:
        ConfigurationError: There is no such operator, or it does not take that.
    """
    criteria = Criteria()
    for condition in conditions_of(filters):
        criteria.add(criterion=condition.criterion())
    relations = (
        include.items()
        if isinstance(include, Mapping)
        else [(name, None) for name in _names(include)]
    )
    for relation, fields in relations:
        criteria.add(inclusion=Inclusion.resource(relation).fields(*_names(fields)))
    return criteria


def _names(value: Any) -> list[str]:
    names = value.split(",") if isinstance(value, str) else value or ()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ConfigurationError(
            "include takes names of relationships, or a dict of them with the fields of each, not"
            f" {value!r}"
        )
    return [name.strip() for name in names if name.strip()]


def _values(found: Any) -> list[Any]:
    if found is None:
        return []
    if isinstance(found, Mapping):
        return [f"{key}:{_text(value)}" for key, value in found.items()]
    return [item for item in found if item is not None] if isinstance(found, list) else [found]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (dict, list)) else text_of(value, "a value")


def _equal(kind: kinds.Kind, found: Any, operand: Any) -> bool:
    return _text(found) == _text(operand) or _compare(kind, ordering.eq, found, operand)


def _compare(kind: kinds.Kind, test: Callable[[Any, Any], bool], found: Any, operand: Any) -> bool:
    """Compare as times, as numbers, or else as texts."""
    comparable = (kind if isinstance(kind, kinds.Datetime) else kinds.DECIMAL).comparable
    pair = comparable(found), comparable(operand)
    if not all(isinstance(value, (datetime, Decimal)) for value in pair):
        pair = _text(found), _text(operand)
    return test(*pair)
