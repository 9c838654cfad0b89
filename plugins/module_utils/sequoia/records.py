# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the resources of one kind and owner, for the engine of wanted states.
Sources: docs/protocols/sequoia.md section 5 (writes) and 6 (filters).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.records.fields import Field
from ..core.records.types import Change, Record, Resource
from .body import AT_MOST
from .criteria import Criteria, Criterion, Expression, Inclusion, StringExpressionFactory
from .paging import Walk
from .response import ResourceResponse

if TYPE_CHECKING:
    from .endpoint import Endpoint

    Way = Callable[[Resource, Sequence[Change]], Flow[list[Any]]]

NAMED_AT_ONCE = 50
"""References in one query."""
READ_AT_ONCE = 4
"""Queries at a time."""
OPERATORS = tuple(name for name in vars(Expression) if not name.startswith("_"))
_OPERANDS: dict[str, int | None] = {"one_of": None, "between": 2, "not_between": 2}
"""How many operands those operators take that do not take one; `None` for any number."""


class Records:
    """What the engine of wanted states reads and writes through.

    Args:
        endpoint: Of the resource.
        owner: Whose.
        conditional: Write only over the version that was read, one resource at a time; otherwise
            what has changed meanwhile is lost.
    """

    __slots__ = ("_conditional", "_context", "_endpoint", "_owner")

    def __init__(self, endpoint: Endpoint[Any, Any], owner: str, conditional: bool) -> None:
        self._endpoint = endpoint
        self._owner = owner
        self._conditional = conditional
        self._context = endpoint._context(owner)

    def resource(self, name: str) -> Resource:
        """Raise: relations are references, which are their own names."""
        raise ConfigurationError(f"{name} is no relation that can be resolved")

    def _find(
        self, dummy_row: Resource, dummy_field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        # Every wanted record has its reference, and so the field is always that one.
        field = StringExpressionFactory.field("ref")
        named = [
            field.one_of(*values[start : start + NAMED_AT_ONCE])
            for start in range(0, len(values), NAMED_AT_ONCE)
        ]
        found: list[Record] = []
        for outcome in (
            yield Together(
                [self._all(Criteria().add(criterion=some)) for some in named], READ_AT_ONCE
            )
        ):
            if isinstance(outcome, ClientError):
                raise outcome
            found += outcome
        return found

    def _listed(self, dummy_row: Resource, filters: Mapping[str, Any]) -> Flow[list[Record]]:
        criteria = criteria_of(filters)
        # "Has any value" is no condition either.
        if not {value for name, value in criteria.params().items() if name != "withOwner"} - {
            "",
            "*",
        }:
            raise ConfigurationError(
                f"these filters keep nothing out: all that is listed is {self._owner}'s; filter by the value of another field"
            )
        return self._all(criteria)

    def _all(self, criteria: Criteria) -> Flow[list[Record]]:
        # Numbered pages end before long lists do.
        query = self._endpoint._query(
            self._owner, criteria, None, "continue=true", self._endpoint._client._backoff, None
        )
        query.correlation_id = self._context[1]
        walk = Walk(query)
        yield from walk.begin(1)
        page: ResourceResponse | None = walk.ready.popleft()
        found: list[Record] = []
        while page is not None:
            found += page.listed()
            if not all(isinstance(record.get("ref"), str) for record in found):
                raise ClientError(
                    f"{page!r}: the answer has resources without ref",
                    request=page.response.request,
                    response=page.response,
                )
            page = yield from walk.after(page)
        return found

    def _write(self, row: Resource, changes: Sequence[Change], concurrency: int) -> Flow[list[Any]]:
        parts: list[tuple[Way, Sequence[Change]]] = []
        for way, most in ((self._deleted, AT_MOST), (self._stored, AT_MOST), (self._updated, 1)):
            mine = [change for change in changes if self._way(change) == way]
            parts += [(way, mine[start : start + most]) for start in range(0, len(mine), most)]
        outcomes = yield Together([way(row, part) for way, part in parts], concurrency)
        result: dict[int, Any] = {}
        for (dummy, part), outcome in zip(parts, outcomes, strict=True):
            for number, change in enumerate(part):
                result[id(change)] = (
                    outcome if isinstance(outcome, ClientError) else outcome[number]
                )
        return [result[id(change)] for change in changes]

    def _way(self, change: Change) -> Way:
        if change.action == "delete":
            return self._deleted
        return self._updated if change.action == "update" and self._conditional else self._stored

    def _deleted(self, dummy_row: Resource, changes: Sequence[Change]) -> Flow[list[Any]]:
        yield from self._endpoint._send(
            self._context,
            "DELETE",
            [change.before["ref"] for change in changes if change.before is not None],
        )
        return [None] * len(changes)

    def _stored(self, row: Resource, changes: Sequence[Change]) -> Flow[list[Any]]:
        items = [_whole(row, change) for change in changes]
        page = yield from self._endpoint._send(
            self._context, "POST", json={self._endpoint._key: items}
        )
        there = (
            {item.get("ref"): item for item in page.listed() if isinstance(item.get("ref"), str)}
            if page.data is not None
            else {}
        )
        return [there.get(item["ref"], item) for item in items]

    def _updated(self, row: Resource, changes: Sequence[Change]) -> Flow[list[Any]]:
        item = _whole(row, changes[0])
        version = (changes[0].before or {}).get("version")
        if not isinstance(version, str) or not version:
            raise ClientError(
                f"{item['ref']} has no version, so that it cannot be changed only if nobody else did; conditional=False changes it anyway"
            )
        page = yield from self._endpoint._updated(
            self._context, item, item["ref"], {"If-Match": f'"{version}"'}
        )
        return [*(page.listed() if page.data is not None else [])[:1], item][:1]


def _whole(row: Resource, change: Change) -> Record:
    """Return the whole resource: a store replaces it, and what is left out is lost."""
    made = {field.name for field in row.fields.values() if field.written == "never"}
    whole = {
        **{name: value for name, value in (change.before or {}).items() if name not in made},
        **change.sent,
    }
    return {name: value for name, value in whole.items() if value is not None}


def referenced(record: Mapping[str, Any], owner: str) -> Record:
    """Return a record with `ref`, `owner` and `name`, each of which follows from the others.

    Raises:
        ConfigurationError: Neither `ref` nor `name` is given, or they contradict each other or the
            owner.
    """
    given = {
        key: str(record[key]) for key in ("ref", "owner", "name") if record.get(key) is not None
    }
    ref = given.get("ref") or f"{owner}:{given.get('name', '')}"
    whose, dummy, name = ref.partition(":")
    own = {"ref": ref, "owner": whose, "name": name}
    # A list of references is separated by commas.
    if not name or "," in ref:
        raise ConfigurationError("a record needs name, or ref as owner:name")
    if {**own, **given} != own or whose != owner:
        raise ConfigurationError(
            f"the ref, owner and name of {ref} must say the same, and owner is {owner}"
        )
    return {**record, **own}


def criteria_of(
    filters: Mapping[str, Any], include: str | Sequence[str] | Mapping[str, Any] = ()
) -> Criteria:
    """Return criteria from plain data.

    Args:
        filters: Field to a value, to a list of which one must be, or to a dict of operators:
            `{"not_equal_to": "x"}`, `{"between": [1, 5]}`.
        include: Relationships, or a dict of them with the fields of each.

    Raises:
        ConfigurationError: No such operator, or one that does not take that.
    """
    criteria = Criteria()
    for name, value in filters.items():
        many = isinstance(value, (list, tuple))
        conditions = (
            value if isinstance(value, Mapping) else {"one_of" if many else "equal_to": value}
        )
        if not conditions:
            raise ConfigurationError(
                f"{name} has no condition; give a value, a list of them, or a dict of operators"
            )
        for operator, operand in conditions.items():
            criteria.add(criterion=_criterion(name, operator, operand))
    for relation, fields in (
        include.items()
        if isinstance(include, Mapping)
        else [(name, None) for name in _names(include)]
    ):
        criteria.add(inclusion=Inclusion.resource(relation).fields(*_names(fields)))
    return criteria


def _criterion(name: str, operator: Any, operand: Any) -> Criterion:
    expression = StringExpressionFactory.field(name)
    if operator not in OPERATORS:
        raise ConfigurationError(
            f"{name} has no operator {operator!r}; there are {', '.join(OPERATORS)}"
        )
    if operator in ("exists", "missing"):
        holds = Field(f"{name}: {operator}", "boolean").understood(
            "" if operand is None else operand
        )
        # exists: false is missing: true.
        return expression.exists() if holds == (operator == "exists") else expression.missing()
    operands = operand if isinstance(operand, (list, tuple)) else [operand]
    number = _OPERANDS.get(operator, 1)
    if number not in (None, len(operands)):
        raise ConfigurationError(
            f"{name}: {operator} takes {'one value' if number == 1 else 'a list of two values'}, not {operand!r}"
        )
    if operands == [""]:
        # What is not filled in must not let everything through.
        raise ConfigurationError(
            f"{name}: {operator} takes a value that is not empty; missing: true finds what has none"
        )
    criterion: Criterion = getattr(expression, operator)(*operands)
    return criterion


def _names(value: Any) -> list[str]:
    names = value.split(",") if isinstance(value, str) else value or ()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ConfigurationError(
            f"include takes names of relationships, or a dict of them with the fields of each, not {value!r}"
        )
    return [name.strip() for name in names if name.strip()]
