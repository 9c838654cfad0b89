# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the resources of one kind and owner, for the engine of wanted states. Sources: facts sections 5 (writes) and 6 (filters)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core import urls
from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.rows import Change, Record, Resource
from .body import SERVER_MADE
from .criteria import Criteria, Inclusion, StringExpressionFactory
from .paging import Query, Walk
from .response import ResourceResponse

if TYPE_CHECKING:
    from .endpoint import Endpoint

NAMED_AT_ONCE = 50
"""References in one query."""


class Records:
    """What the engine of wanted states reads and writes through.

    Args:
        endpoint: Of the resource.
        owner: Whose.
        conditional: Write only over the version that was read, one resource at a time; otherwise what has changed meanwhile is lost.
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

    def _find(self, dummy_row: Resource, field: str | None, values: Sequence[Any]) -> Flow[list[Record]]:
        if field is None:
            return (yield from self._all(Criteria()))
        found: list[Record] = []
        for start in range(0, len(values), NAMED_AT_ONCE):
            named = StringExpressionFactory.field(field).one_of(*values[start : start + NAMED_AT_ONCE])
            found += yield from self._all(Criteria().add(criterion=named))
        return found

    def _listed(self, dummy_row: Resource, filters: Mapping[str, Any]) -> Flow[list[Record]]:
        if not filters:
            raise ConfigurationError("these filters keep nothing out")
        return self._all(criteria_of(filters))

    def _all(self, criteria: Criteria) -> Flow[list[Record]]:
        endpoint = self._endpoint
        # Numbered pages end before long lists do.
        target = urls.target(endpoint._path, sorted({**criteria.params(), "owner": self._owner, "continue": "true"}.items()))
        walk = Walk(Query(endpoint._client, endpoint._service, endpoint._key, target, self._owner, endpoint._client._backoff, None, ()))
        yield from walk.begin(1)
        page: ResourceResponse | None = walk.ready.popleft()
        found: list[Record] = []
        while page is not None:
            found += page.resources if isinstance(page.resources, list) else []
            page = yield from walk.after(page)
        return found

    def _write(self, dummy_row: Resource, changes: Sequence[Change], concurrency: int) -> Flow[list[Any]]:
        gone = [change for change in changes if change.action == "delete"]
        alone = [change for change in changes if change.action == "update" and self._conditional]
        stored = [change for change in changes if change not in gone and change not in alone]
        parts = [(self._deleted, part) for part in _parts(gone)] + [(self._stored, part) for part in _parts(stored)] + [(self._updated, [one]) for one in alone]
        outcomes = yield Together([work(part) for work, part in parts], concurrency)
        result: dict[int, Any] = {}
        for (dummy, part), outcome in zip(parts, outcomes, strict=True):
            for number, change in enumerate(part):
                result[id(change)] = outcome if isinstance(outcome, ClientError) else outcome[number]
        return [result[id(change)] for change in changes]

    def _deleted(self, changes: Sequence[Change]) -> Flow[list[None]]:
        yield from self._endpoint._send(self._context, "DELETE", [change.before["ref"] for change in changes if change.before is not None])
        return [None] * len(changes)

    def _stored(self, changes: Sequence[Change]) -> Flow[list[Record]]:
        items = [_whole(change) for change in changes]
        page = yield from self._endpoint._send(self._context, "POST", json={self._endpoint._key: items})
        there = {item.get("ref"): item for item in page.resources} if isinstance(page.resources, list) else {}
        return [there.get(item["ref"], item) for item in items]

    def _updated(self, changes: Sequence[Change]) -> Flow[list[Record]]:
        item = _whole(changes[0])
        version = (changes[0].before or {}).get("version")
        page = yield from self._endpoint._updated(self._context, item, item["ref"], {"If-Match": f'"{version}"'} if version else {})
        return [page.resources[0] if isinstance(page.resources, list) and page.resources else item]


def _whole(change: Change) -> Record:
    """Return the whole resource: a store replaces it, and what is left out is lost."""
    whole = {**{name: value for name, value in (change.before or {}).items() if name not in SERVER_MADE}, **change.sent}
    return {name: value for name, value in whole.items() if value is not None}


def _parts(changes: Sequence[Change], most: int = 100) -> list[Sequence[Change]]:
    return [changes[start : start + most] for start in range(0, len(changes), most)]


def referenced(record: Mapping[str, Any], owner: str) -> Record:
    """Return a record with `ref`, `owner` and `name`, each of which follows from the others.

    Raises:
        ConfigurationError: Neither `ref` nor `name` is given, or they contradict each other.
    """
    ref = str(record["ref"]) if record.get("ref") else f"{record.get('owner') or owner}:{record.get('name') or ''}"
    whose, dummy, name = ref.partition(":")
    result = {**record, "ref": ref, "owner": whose, "name": name}
    if not name or any(record.get(key) not in (None, result[key]) for key in ("owner", "name")):
        raise ConfigurationError("a record needs name, or ref as owner:name, and they must say the same")
    return result


def criteria_of(filters: Mapping[str, Any], include: Sequence[str] | Mapping[str, Sequence[str] | None] = ()) -> Criteria:
    """Return criteria from plain data.

    Args:
        filters: Field to a value, to a list of which one must be, or to a dict of operators: `{"not_equal_to": "x"}`, `{"between": [1, 5]}`.
        include: Relationships, or a dict of them with the fields of each.

    Raises:
        ConfigurationError: No such operator.
    """
    criteria = Criteria()
    for name, value in filters.items():
        expression = StringExpressionFactory.field(name)
        for operator, operand in value.items() if isinstance(value, Mapping) else (("one_of" if isinstance(value, (list, tuple)) else "equal_to", value),):
            method = getattr(expression, operator, None) if isinstance(operator, str) and not operator.startswith("_") else None
            if method is None:
                known = ", ".join(known for known in dir(expression) if not known.startswith("_"))
                raise ConfigurationError(f"{name} has no operator {operator!r}; there are {known}")
            if operator in ("exists", "missing"):
                # exists: false is missing: true.
                wanted = operator if operand else {"exists": "missing", "missing": "exists"}[operator]
                criteria.add(criterion=getattr(expression, wanted)())
            else:
                criteria.add(criterion=method(*operand) if isinstance(operand, (list, tuple)) else method(operand))
    for name in include:
        fields = include[name] if isinstance(include, Mapping) else None
        inclusion = Inclusion.resource(name)
        criteria.add(inclusion=inclusion.fields(*fields) if fields else inclusion)
    return criteria
