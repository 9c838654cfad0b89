# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a record again that the server cannot update, and leading others to the new one."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from ..jsonutils import equal
from ..optional import optional
from .documents import Document
from .fields import Field, FieldAccess
from .filters import Filters
from .kinds import Relation
from .types import Record, ResourceType
from .writing import half_done

_NOT_INSTALLED = 404
"""The status of the list of an add-on that the server does not have."""


class Store(Protocol):
    """The parts of a store that this needs; for their meaning see `store.RestStore`."""

    def types(self) -> Iterable[ResourceType]: ...

    def row(self, resource: str | ResourceType) -> Flow[ResourceType]: ...

    def read_all(self, row: ResourceType, filters: Filters | None = None) -> Flow[list[Record]]: ...

    def create(self, row: ResourceType, record: Mapping[str, Any]) -> Flow[Record]: ...

    def update(
        self, row: ResourceType, before: Mapping[str, Any], fields: Mapping[str, Any]
    ) -> Flow[Record]: ...

    def delete(self, row: ResourceType, records: list[Record]) -> Flow[None]: ...


class _Referrer(NamedTuple):
    """A record that leads to another one.

    Attributes:
        row: Its type.
        record: The record.
        field: The field that leads there.
    """

    row: ResourceType
    record: Record
    field: Field


def recreate(store: Store, row: ResourceType, before: Record, fields: Record) -> Flow[Record]:
    """Delete a record, create it again and lead to it what led to the old one.

    Args:
        store: Reads and writes.
        row: The type of the record.
        before: The record as it is.
        fields: The fields of the new one.

    Returns:
        The new record.

    Raises:
        ClientError: The server refuses a part of it; the message says what is left half done.
    """
    old = row.id_of(before)
    referrers: list[_Referrer] = []
    if row.id_field not in row.key:
        referrers = yield from _referrers(store, row, old)
    yield from store.delete(row, [before])
    try:
        made: Record = yield from store.create(row, fields)
    except ClientError as exc:
        raise half_done(exc, f"the {row.name} was deleted, and is not created again") from exc
    for number, referrer in enumerate(referrers):
        try:
            yield from _lead(store, referrer, old, row.id_of(made))
        except ClientError as exc:
            left = ", ".join(_describe(other) for other in referrers[number:])
            raise half_done(
                exc, f"the {row.name} was created again, but its old id is still in {left}"
            ) from exc
    return made


def _referrers(store: Store, row: ResourceType, old: Any) -> Flow[list[_Referrer]]:
    """Return the records that lead to one."""
    found: list[_Referrer] = []
    for resource in store.types():
        fields = [field for field in resource.fields.values() if row.name in _targets(field)]
        if not fields or resource.verbs.isdisjoint(("create", "update")):
            continue
        try:
            other = yield from store.row(resource)
            for field in fields:
                there = yield from _records_with(store, other, field, old)
                found += [_Referrer(other, record, field) for record in there]
        except ConfigurationError:
            # This release has no such records, or they are only listed by their parent.
            continue
    return found


def _records_with(store: Store, row: ResourceType, field: Field, old: Any) -> Flow[list[Record]]:
    filters = (
        Filters(row, {field.name: {"equals": old}})
        if isinstance(field.kind, Relation) and not field.many
        else None
    )
    records = yield from optional(store.read_all(row, filters), (_NOT_INSTALLED,))
    return [
        record for record in records or () if _replace(field, record.get(field.name), old, None)[1]
    ]


def _lead(store: Store, referrer: _Referrer, old: Any, new: Any) -> Flow[None]:
    """Put the new id into a record."""
    row, record, field = referrer
    value, dummy = _replace(field, record.get(field.name), old, new)
    if field.access is FieldAccess.CREATE_ONLY:
        known = {
            name: item
            for name, item in record.items()
            if name in row.fields and item is not None and not row.fields[name].read_only
        }
        yield from recreate(store, row, record, {**known, field.name: value})
    else:
        yield from store.update(row, record, {field.name: value})


def _targets(field: Field) -> frozenset[str]:
    if field.read_only:
        return frozenset()
    if isinstance(field.kind, Relation):
        return frozenset((field.kind.to,))
    return field.kind.targets if isinstance(field.kind, Document) else frozenset()


def _replace(field: Field, value: Any, old: Any, new: Any) -> tuple[Any, bool]:
    """Return a value with the new id in place of the old one, and whether it had that."""
    if isinstance(field.kind, Document):
        changed = copy.deepcopy(value)
        places = [link for link in field.kind.links(changed) if equal(link.holder[link.key], old)]
        for link in places:
            link.holder[link.key] = new
        return changed, bool(places)
    if field.many and isinstance(value, list):
        items = [new if equal(item, old) else item for item in value]
        return items, any(equal(item, old) for item in value)
    return new, equal(value, old)


def _describe(referrer: _Referrer) -> str:
    return referrer.row.describe(referrer.record, referrer.row.key or (referrer.row.id_field,))
