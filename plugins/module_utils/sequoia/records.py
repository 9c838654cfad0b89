# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the resources of one kind and owner, for the record engine.

Sources: docs/protocols/sequoia.md section 5 (writes) and 6 (filters).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import paging
from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, collect, gather
from ..core.http import Response
from ..core.page_styles import PageStyle
from ..core.records.filters import in_order
from ..core.records.kinds import JSON
from ..core.records.purge import names_values
from ..core.records.stores import RecordStore
from ..core.records.types import Change, Record, ResourceType
from ..core.records.writing import in_groups, whole
from .body import MAX_ITEMS
from .conditions import Condition, conditions_of, criteria_of
from .criteria import Criteria, StringExpressionFactory
from .items import Items
from .paging import Walk
from .response import ResourceResponse

NAMED_AT_ONCE = 50
"""References in one query."""
READ_AT_ONCE = 4
"""Queries at a time."""
_NAMING = {"equal_to": "equals", "one_of": "one_of", "starts_with": "part"}
"""The operators that name what a resource must have, in the terms of `core.records.purge`."""


class Conditions:
    """The conditions of a purge: a `Selection` of the record engine.

    Args:
        row: The resource.
        owner: The owner whose resources may be deleted.
        filters: Plain data, see `conditions_of`. Values are taken literally.

    Attributes:
        criteria: The criteria to send.

    Raises:
        ConfigurationError: A condition that cannot work.
    """

    __slots__ = ("_owner", "_row", "_tests", "criteria")

    def __init__(self, row: ResourceType, owner: str, filters: Mapping[str, Any]) -> None:
        self._row = row
        self._owner = owner
        self._tests = conditions_of(filters)
        self.criteria = Criteria()
        for condition in self._tests:
            self.criteria.add(criterion=condition.criterion(literal=True))

    @property
    def narrows(self) -> bool | None:
        """`True` if the conditions exclude resources. See `Selection`."""
        narrowing = [condition for condition in self._tests if condition.field != "owner"]
        if any(map(self._names_values, narrowing)):
            return True
        return None if narrowing else False

    def _names_values(self, condition: Condition) -> bool:
        operands = condition.operands
        if condition.field == "ref":
            # All references of an owner begin with the owner.
            common = f"{self._owner}:"
            operands = [
                "" if common.startswith(str(operand)) else str(operand).removeprefix(common)
                for operand in operands
            ]
        field = self._row.fields.get(condition.field) or self._row.fields["name"]
        return names_values(field, _NAMING.get(condition.operator, ""), operands)

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a resource is the owner's and meets all conditions.

        Raises:
            ClientError: It does, and its reference matches several resources.
        """
        held = is_owned(record, self._owner) and all(
            condition.matches(self._kind(condition), record.get(condition.field))
            for condition in self._tests
        )
        if held and "," in record["ref"]:
            raise ClientError(
                f"the server lists a {self._row.name} with the ref {record['ref']!r}: a comma"
                " separates references, so it cannot be deleted without others"
            )
        return held

    def _kind(self, condition: Condition) -> Any:
        field = self._row.fields.get(condition.field)
        return JSON if field is None else field.kind

    def check_fields(self, listed: Sequence[Record]) -> None:
        """Refuse a condition on a field that no listed resource has.

        The service does not know it, or it cannot be checked.

        Raises:
            ConfigurationError: There is such a condition.
        """
        for condition in self._tests:
            if (
                listed
                and condition.operator != "missing"
                and not any(condition.field in record for record in listed)
            ):
                raise ConfigurationError(
                    f"purge: no listed {self._row.name} has the field {condition.field!r}: check"
                    " the name of the filter"
                )


class SequoiaStore(RecordStore):
    """Reads and writes the resources of one kind and owner: a `RecordStore` for the record engine.

    Args:
        items: The flows of the resource.
        owner: The owner of the resources.
        conditional: Write only over the version that was read, one resource at a time; otherwise
            changes that others made since then are lost.
    """

    __slots__ = ("_conditional", "_context", "_items", "_owner")

    def __init__(self, items: Items, owner: str, conditional: bool) -> None:
        self._items = items
        self._owner = owner
        self._conditional = conditional
        self._context = items.context(owner)

    def resource(self, name: str) -> ResourceType:
        """Raise: relations are references, which are their own names."""
        raise ConfigurationError(f"{name} is no relation that can be resolved")

    def prepared(self, dummy_row: ResourceType, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record with `ref`, `owner` and `name`; a `ref` without an owner is a name."""
        ref = record.get("ref")
        if isinstance(ref, str) and ":" not in ref:
            record = {**record, "ref": f"{self._owner}:{ref}"}
        return complete_reference(record, self._owner)

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read resources by their references, or all of the owner. See `RecordStore`."""
        if field is None:
            return (yield from self._all(Criteria()))
        named = StringExpressionFactory.field(row.id_field)
        parts = [
            named.one_of(*values[start : start + NAMED_AT_ONCE])
            for start in range(0, len(values), NAMED_AT_ONCE)
        ]
        lists = yield from gather(
            [self._all(Criteria().add(criterion=part)) for part in parts], READ_AT_ONCE
        )
        return [record for found in lists for record in found]

    def read_all(
        self,
        dummy_row: ResourceType,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
    ) -> Flow[list[Record]]:
        """Read all resources that match. See `RecordStore`."""
        found = yield from self._all(criteria_of(filters or {}), fields)
        return in_order(found, order)[:limit]

    def select(self, row: ResourceType, filters: Mapping[str, Any]) -> Flow[Conditions]:
        """Parse the filters of a purge. See `RecordStore`."""
        yield from ()
        return Conditions(row, self._owner, filters)

    def list_selected(self, dummy_row: ResourceType, selection: Conditions) -> Flow[list[Record]]:
        """Read the resources that conditions match. See `RecordStore`."""
        listed = yield from self._all(selection.criteria)
        selection.check_fields(listed)
        return listed

    def _all(self, criteria: Criteria, fields: Sequence[str] = ()) -> Flow[list[Record]]:
        # Numbered pages end before long lists do.
        query = self._items.query(
            self._owner,
            criteria,
            {"ref", "owner", *fields} if fields else None,
            "continue=true",
            self._items.hub.backoff,
            None,
        )
        query.correlation_id = self._context[1]
        walk = Walk(query)

        def page(target: str) -> Flow[Response]:
            found = yield from walk.fetch(target, query.key)
            if not all(isinstance(record.get("ref"), str) for record in found.listed()):
                raise ClientError(
                    f"{found!r}: the response has resources without ref",
                    request=found.response.request,
                    response=found.response,
                )
            return found.response

        style = PageStyle("cursors", (query.key, ""), links=("meta.next", "meta.continue"))
        pages: list[Response] = yield from collect(
            paging.pages(
                lambda dummy_params, dummy_body: page(query.target),
                {},
                None,
                paging.Paginate({"style": style.name}, (style,), self._items.path),
                page,
                key=lambda record: record["ref"],
            )
        )
        found = [record for response in pages for record in response.records]
        return [record for record in found if is_owned(record, self._owner)]

    def write(
        self, row: ResourceType, changes: Sequence[Change], concurrency: int
    ) -> Flow[list[Any]]:
        """Write changes: updates one by one if they depend on a version, all others in groups.

        See `RecordStore`.
        """
        ways: dict[str, list[int]] = {"delete": [], "store": [], "update": []}
        for number, change in enumerate(changes):
            ways[self._way(change)].append(number)
        groups = [
            numbers[start : start + most]
            for way, numbers in ways.items()
            for most in ((1 if way == "update" else MAX_ITEMS),)
            for start in range(0, len(numbers), most)
        ]

        def write(some: Sequence[Change]) -> Flow[list[Any]]:
            way = self._way(some[0])
            if way == "delete":
                return self._delete(some)
            return self._store(row, some) if way == "store" else self._update(row, some[0])

        return (yield from in_groups(changes, groups, write, concurrency))

    def _way(self, change: Change) -> str:
        if change.action == "delete":
            return "delete"
        return "update" if change.action == "update" and self._conditional else "store"

    def _delete(self, changes: Sequence[Change]) -> Flow[list[Any]]:
        refs = [change.before["ref"] for change in changes if change.before is not None]
        yield from self._items.send(self._context, "DELETE", refs)
        return [None] * len(changes)

    def _store(self, row: ResourceType, changes: Sequence[Change]) -> Flow[list[Any]]:
        items = [_whole(row, change) for change in changes]
        page = yield from self._items.send(self._context, "POST", json={self._items.key: items})
        stored = {
            item["ref"]: item for item in _stored_items(page) if isinstance(item.get("ref"), str)
        }
        return [stored.get(item["ref"], item) for item in items]

    def _update(self, row: ResourceType, change: Change) -> Flow[list[Any]]:
        item = _whole(row, change)
        version = (change.before or {}).get("version")
        if not isinstance(version, str) or not version:
            raise ClientError(
                f"{item['ref']} has no version, so it cannot be protected from changes of others:"
                " conditional=False changes it anyway"
            )
        page = yield from self._items.replace(
            self._context, item, item["ref"], {"If-Match": f'"{version}"'}
        )
        return [*_stored_items(page), item][:1]


def is_owned(record: Mapping[str, Any], owner: str) -> bool:
    """Tell whether a resource is an owner's, by its reference and by what it says itself."""
    ref = record.get("ref")
    return (
        isinstance(ref, str) and ref.startswith(f"{owner}:") and record.get("owner", owner) == owner
    )


def _stored_items(page: ResourceResponse) -> list[dict[str, Any]]:
    return page.listed() if page.data is not None else []


def _whole(row: ResourceType, change: Change) -> Record:
    """Return the whole resource, without nulls: what a store leaves out is lost."""
    record = whole(row, change.before or {}, change.sent)
    return {name: value for name, value in record.items() if value is not None}


def complete_reference(record: Mapping[str, Any], owner: str) -> Record:
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
            f"the ref, owner and name of {ref} contradict each other, or the owner is not {owner}"
        )
    return {**record, **own}
