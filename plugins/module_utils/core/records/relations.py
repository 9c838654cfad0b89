# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Relations by name: `team: lab-a` becomes the team's id.

A relation is an id of the kind that the other record's id has, one of that record's names, or a
dict of its fields. A text is a name first; only if nothing has that name it may be the text of an
id, and then a record must have that id.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .documents import Document, Link
from .fields import Field
from .kinds import Integer, PendingName, Relation, number_of_id, text_of_number
from .stores import RecordStore
from .types import Change, Record, ResourceType


class UnknownNameError(ClientError):
    """Nothing has the name by which a relation is given."""


def resolve(
    store: RecordStore,
    row: ResourceType,
    records: Sequence[Record],
    *,
    lenient: bool = False,
    text_ids: bool = True,
) -> Flow[list[Record]]:
    """Return the records with ids in place of names.

    Args:
        store: Reads the records that are named.
        row: The type of the records.
        records: Relations are ids, names, or dicts of fields.
        lenient: Accept a name that nothing has, as a `PendingName`.
        text_ids: Accept the text of an id that a record has.

    Raises:
        UnknownNameError: Nothing has that name.
        ClientError: Several records have it.
        ConfigurationError: Neither an id nor a name nor a dict.
    """
    result = [dict(record) for record in records]
    for field in row.fields.values():
        for target, links in links_by_target(field, result).items():
            found = yield from _look_up(store, field, target, links, lenient, text_ids)
            for link, other in zip(links, found, strict=True):
                is_known = other.name and not isinstance(other.id, PendingName)
                link.holder[link.key] = other.name if link.by_name and is_known else other.id
                if isinstance(field.kind, Relation) and field.kind.label and is_known:
                    link.holder[field.kind.label] = other.name
    return result


def check_names(store: RecordStore, row: ResourceType, changes: Iterable[Change]) -> None:
    """Refuse names that nothing has, unless a record has them already as ids.

    A server may keep an id that its lists do not show, such as that of a member who has left.

    Args:
        store: Knows the types that are named.
        row: The type of the changed records.
        changes: The changes, from names that were resolved with `lenient`.

    Raises:
        UnknownNameError: Nothing has a name that would be sent.
    """
    for change in changes:
        sent, before = dict(change.sent), dict(change.before or {})
        for field in row.fields.values():
            there = links_by_target(field, [before])
            for target, links in links_by_target(field, [sent]).items():
                kept = {str(link.holder[link.key]) for link in there.get(target, ())}
                for link in links:
                    name = link.holder[link.key]
                    if isinstance(name, PendingName) and str(name) not in kept:
                        raise _unknown(store.resource(target), str(name))


class _Other(NamedTuple):
    """A record that is named.

    Attributes:
        id: Its id.
        name: Its name; `None` if it is not known.
    """

    id: Any
    name: Any = None


def links_by_target(field: Field, records: Sequence[Record]) -> dict[str, list[Link]]:
    """Return the places of a field that lead to other records, by the types of these records.

    Lists and documents are copied, so that the ids can be put into them.
    """
    result: dict[str, list[Link]] = {}
    if not isinstance(field.kind, (Relation, Document)):
        return result
    for record in records:
        value = record.get(field.name)
        if value is not None:
            for link in _links(field, field.kind, record, value):
                result.setdefault(link.target, []).append(link)
    return result


def _links(field: Field, kind: Relation | Document, record: Record, value: Any) -> list[Link]:
    if isinstance(kind, Document):
        if not kind.links(value):
            return []
        record[field.name] = copy.deepcopy(value)
        return kind.links(record[field.name])
    if not kind.to:
        return []
    if not field.many:
        return [Link(kind.to, record, field.name)]
    record[field.name] = list(value)
    return [Link(kind.to, record[field.name], number) for number in range(len(value))]


def _look_up(
    store: RecordStore,
    field: Field,
    name: str,
    links: Sequence[Link],
    lenient: bool,
    text_ids: bool,
) -> Flow[list[_Other]]:
    target = store.resource(name)
    values = [_as_text(target, link.holder[link.key]) for link in links]
    for value in values:
        if not _is_id(target, value) and not isinstance(value, (str, Mapping)):
            raise ConfigurationError(
                f"{field.name} must be a name, an id or a dict of fields of a {target.name},"
                f" not {value!r}"
            )
    return (yield from _others(store, target, values, lenient, text_ids))


def _as_text(target: ResourceType, value: Any) -> Any:
    """Return a value with a number as its text, if the ids are texts: a name may look like one."""
    return value if _is_id(target, value) else text_of_number(value)


def _is_id(target: ResourceType, value: Any) -> bool:
    """Tell whether a value can only be an id: a number, if the ids are numbers."""
    numbered = isinstance(target.fields[target.id_field].kind, Integer)
    return numbered and isinstance(value, int) and not isinstance(value, bool)


def _others(
    store: RecordStore,
    target: ResourceType,
    values: Sequence[Any],
    lenient: bool,
    text_ids: bool,
) -> Flow[list[_Other]]:
    found = {number: _Other(value) for number, value in enumerate(values) if _is_id(target, value)}
    dicts = {number: value for number, value in enumerate(values) if isinstance(value, Mapping)}
    if dicts:
        found.update((yield from _others_by_fields(store, target, dicts, lenient, text_ids)))
    texts = {number: value for number, value in enumerate(values) if isinstance(value, str)}
    for name in (*target.names, *((target.id_field,) if text_ids else ())):
        left = {number: text for number, text in texts.items() if number not in found}
        if name == target.id_field:
            left = _texts_of_ids(target, left)
        if left:
            parse = target.field(name).kind.parse
            wanted = {number: {name: parse(value)} for number, value in left.items()}
            values_of = [record[name] for record in wanted.values()]
            there = yield from store.find(target, name, _distinct(values_of))
            found.update(_match(target, (name,), wanted, there))
    for number, text in texts.items():
        if number not in found:
            found[number] = _missing(target, text, lenient, text_ids)
    return [found[number] for number in range(len(values))]


def _texts_of_ids(target: ResourceType, texts: Mapping[int, str]) -> dict[int, Any]:
    """Return those texts that have the form of an id, as ids."""
    if not isinstance(target.fields[target.id_field].kind, Integer):
        return {number: text for number, text in texts.items() if text}
    numbers = {number: number_of_id(text.strip()) for number, text in texts.items()}
    return {number: value for number, value in numbers.items() if isinstance(value, int)}


def _distinct(values: Any) -> list[Any]:
    return sorted(set(values), key=str)


def _others_by_fields(
    store: RecordStore,
    target: ResourceType,
    values: Mapping[int, Mapping[str, Any]],
    lenient: bool,
    text_ids: bool,
) -> Flow[dict[int, _Other]]:
    first, *others = values.values()
    names = tuple(first)
    if any(tuple(value) != names for value in others) or not names:
        raise ConfigurationError(f"each {target.name} must be named by the same fields")
    records = yield from resolve(
        store,
        target,
        [
            {name: target.field(name).parse(value[name]) for name in names}
            for value in values.values()
        ],
        lenient=lenient,
        text_ids=text_ids,
    )
    wanted: dict[int, Mapping[str, Any]] = dict(zip(values, records, strict=True))
    known = [
        record[names[0]] for record in records if not isinstance(record[names[0]], PendingName)
    ]
    there = yield from store.find(target, names[0], known)
    matched = _match(target, names, wanted, there)
    return {
        number: matched[number]
        if number in matched
        else _missing(target, target.describe(values[number], names), lenient, text_ids)
        for number in values
    }


def _match(
    target: ResourceType,
    names: Sequence[str],
    wanted: Mapping[int, Mapping[str, Any]],
    there: Sequence[Record],
) -> dict[int, _Other]:
    by_identity: dict[Hashable, list[Record]] = {}
    for found in there:
        by_identity.setdefault(target.identity(found, names), []).append(found)
    label = target.names[0] if target.names else target.id_field
    result: dict[int, _Other] = {}
    for number, record in wanted.items():
        matches = target.preferred(by_identity.get(target.identity(record, names), []))
        if len(matches) > 1:
            ids = ", ".join(str(match[target.id_field]) for match in matches)
            raise ClientError(
                f"{target.describe(record, names)} matches {len(matches)} records"
                f" ({target.id_field} {ids}): give the {target.id_field}"
            )
        if matches:
            result[number] = _Other(matches[0][target.id_field], matches[0].get(label))
    return result


def _missing(target: ResourceType, name: str, lenient: bool, text_ids: bool) -> _Other:
    if lenient:
        return _Other(PendingName(name), name)
    raise _unknown(target, name, text_ids)


def _unknown(target: ResourceType, name: str, text_ids: bool = True) -> UnknownNameError:
    ways = [
        *([f"by {' or '.join(target.names)}"] if target.names else []),
        "by id" if text_ids else "by id (a number, not a text)",
        "or by a dict of its fields",
    ]
    article = "an" if target.name[0] in "aeiou" else "a"
    return UnknownNameError(
        f"there is no {target.name} {name!r}: name {article} {target.name} {', '.join(ways)}"
    )
