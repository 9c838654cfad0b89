# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of a server in the form in which `ensure` takes them, here or on another server.

They are without what only the server writes, with names in place of ids, and placeholders in place
of secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..flow import Flow
from ..secrets.data import mask_named
from ..secrets.known import MASK
from .documents import Document
from .fields import Field
from .json_forms import hashable
from .relations import links_by_target
from .stores import RecordStore
from .types import Record, ResourceType

if TYPE_CHECKING:
    from typing import TypeAlias

    Placeholder: TypeAlias = Callable[[Record, tuple[str, ...]], Any]


def no_secret(dummy_record: Record, dummy_path: tuple[str, ...]) -> None:
    """Leave a secret out."""


def exported(
    store: RecordStore, row: ResourceType, records: Sequence[Record], placeholder: Placeholder
) -> Flow[list[Record]]:
    """Return records as `ensure` takes them; it changes nothing if it gets them back.

    Args:
        store: Reads the records that relations lead to.
        row: The type of the records.
        records: From the server, with all their fields.
        placeholder: Returns what stands for a secret, from its record and the keys that lead to it;
            `None` to leave it out.
    """
    twins = yield from _twins(store, row, records)
    result = [
        {
            **({row.id_field: record[row.id_field]} if is_twin else {}),
            **_own(row, record, placeholder),
        }
        for record, is_twin in zip(records, twins, strict=True)
    ]
    for field in row.fields.values():
        for name, links in links_by_target(field, result).items():
            target = store.resource(name)
            ids = [link.holder[link.key] for link in links]
            names = yield from _names(store, target, ids)
            for link in links:
                key = hashable(link.holder[link.key])
                link.holder[link.key] = names.get(key, link.holder[link.key])
    return result


def masked(row: ResourceType, records: Sequence[Record]) -> list[Record]:
    """Return records with their secrets masked."""
    return [mask_named(record) for record in without_secret_fields(row, records)]


def without_secret_fields(row: ResourceType, records: Sequence[Record]) -> Sequence[Record]:
    """Return records with the values masked that their type calls secret."""
    hiding = [field for field in row.fields.values() if field.secret or _has_secrets(field)]
    return [_without_fields(hiding, record) for record in records] if hiding else records


def _without_fields(hiding: Sequence[Field], record: Record) -> Record:
    return {
        **record,
        **{
            field.name: _masked(field, record[field.name])
            for field in hiding
            if field.name in record
        },
    }


def _has_secrets(field: Field) -> bool:
    return isinstance(field.kind, Document) and bool(field.kind.secrets)


def _masked(field: Field, value: Any) -> Any:
    if isinstance(field.kind, Document) and not field.secret:
        return field.kind.replaced(value, _mask)
    return value if value is None else MASK


def _mask(dummy_path: tuple[str, ...]) -> str:
    return MASK


def _own(row: ResourceType, record: Record, placeholder: Placeholder) -> Record:
    """Return the fields that a caller may give."""
    own: Record = {}
    for name, value in record.items():
        if value is None or (name not in row.fields and row.closed):
            continue
        field = row.field(name)
        if _is_given(row, field) and field.belongs_to(record):
            own[name] = _without_secrets(field, value, partial(placeholder, record))
    for field in row.fields.values():
        stands = placeholder(record, (field.name,)) if field.secret else None
        if stands is not None:
            own[field.name] = stands
    return own


def _is_given(row: ResourceType, field: Field) -> bool:
    """Tell whether callers give a field; one that the server makes may be a part of the key."""
    return not field.secret and (not field.read_only or field.name in row.key)


def _without_secrets(field: Field, value: Any, make: Callable[[tuple[str, ...]], Any]) -> Any:
    if not isinstance(field.kind, Document):
        return value
    return field.kind.exported(value, lambda path: make((field.name, *path)))


def _twins(store: RecordStore, row: ResourceType, records: Sequence[Record]) -> Flow[list[bool]]:
    """Tell which records are not found by their key, because others have the same one."""
    keys = (*row.key, *row.optional_key)
    if not row.key or row.id_field in row.key:
        return [False] * len(records)
    known = {hashable(record.get(row.id_field)): record for record in records}
    # Those that are not preferred may have a twin that is not among the records.
    later = [record[row.key[0]] for record in records if not row.is_preferred(record)]
    there = (yield from store.find(row, row.key[0], later)) if later else []
    known.update({hashable(record.get(row.id_field)): record for record in there})
    same: dict[Any, list[Record]] = {}
    for record in known.values():
        same.setdefault(row.identity(record, keys), []).append(record)
    chosen = {key: row.preferred(found) for key, found in same.items()}
    return [
        [found.get(row.id_field) for found in chosen[row.identity(record, keys)]]
        != [record.get(row.id_field)]
        for record in records
    ]


def _names(store: RecordStore, target: ResourceType, ids: Sequence[Any]) -> Flow[dict[Any, str]]:
    """Return the names of records by their ids.

    A record that is gone, or that cannot be told from another one by its name, has none.
    """
    if not target.names:
        return {}
    name = target.names[0]
    distinct = list({hashable(value): value for value in ids}.values())
    there = yield from store.find(target, target.id_field, distinct)
    wanted = set(map(hashable, distinct))
    names = {
        hashable(record[target.id_field]): str(record[name])
        for record in there
        if hashable(record[target.id_field]) in wanted and record.get(name) is not None
    }
    same = yield from store.find(target, name, sorted(set(names.values())))
    return {
        key: text
        for key, text in names.items()
        if len(target.preferred([record for record in same if record.get(name) == text])) == 1
    }
