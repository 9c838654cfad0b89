# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Relations by name: `team: lab-a` becomes the team's id."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .types import Record, Resource, Service


class UnknownNameError(ClientError):
    """Nothing has the name by which a relation is given."""


class Unmade(str):
    """The name of a record that does not exist: in check mode an earlier task may be about to make
    it. It equals no id.
    """

    __slots__ = ()


def resolved(
    service: Service, row: Resource, records: Sequence[Record], lenient: bool
) -> Flow[list[Record]]:
    """Return the records with ids in place of names.

    Args:
        service: Reads the records that are named.
        row: The kind of the records.
        records: A relation is an id, one of the names of what it leads to, or a dict of that
            record's key.
        lenient: Let a name that nothing has stand, as an `Unmade`.

    Raises:
        UnknownNameError: Nothing has that name.
        ClientError: Several have.
    """
    result = [dict(record) for record in records]
    for field in row.fields.values():
        if field.kind != "relation" or not field.to:
            continue
        users = [record for record in result if record.get(field.name) is not None]
        named = [
            value
            for record in users
            for value in (record[field.name] if field.many else [record[field.name]])
        ]
        if all(_is_id(value) for value in named):
            continue
        ids = yield from _ids(service, service.resource(field.to), named, lenient)
        for record in users:
            number = len(record[field.name]) if field.many else 1
            record[field.name] = ids[:number] if field.many else ids[0]
            ids = ids[number:]
    return result


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _ids(service: Service, row: Resource, values: Sequence[Any], lenient: bool) -> Flow[list[Any]]:
    found: dict[int, Any] = {number: value for number, value in enumerate(values) if _is_id(value)}
    dicts = {number: value for number, value in enumerate(values) if isinstance(value, Mapping)}
    if dicts:
        found.update((yield from _by_key(service, row, dicts, lenient)))
    texts = {
        number: str(value).strip()
        for number, value in enumerate(values)
        if number not in found and number not in dicts
    }
    for name in row.names:
        left = {number: text for number, text in texts.items() if number not in found}
        if left:
            there = yield from service._find(row, name, sorted(set(left.values())))
            found.update(
                _matched(
                    row, (name,), {number: {name: text} for number, text in left.items()}, there
                )
            )
    for number, text in texts.items():
        if number not in found:
            # Templates make texts of ids; a name goes before an id.
            found[number] = int(text) if text.isdecimal() else _missing(row, text, lenient)
    return [found[number] for number in range(len(values))]


def _by_key(
    service: Service, row: Resource, values: Mapping[int, Mapping[str, Any]], lenient: bool
) -> Flow[dict[int, Any]]:
    first, *dummy = values.values()
    names = tuple(first)
    if any(tuple(value) != names for value in values.values()) or not names:
        raise ConfigurationError(f"each {row.name} must be named by the same fields")
    records = yield from resolved(
        service,
        row,
        [
            {name: row.field(name).understood(value[name]) for name in names}
            for value in values.values()
        ],
        lenient,
    )
    keyed: dict[int, Mapping[str, Any]] = dict(zip(values, records, strict=True))
    there = yield from service._find(
        row,
        names[0],
        [record[names[0]] for record in records if not isinstance(record[names[0]], Unmade)],
    )
    matched = _matched(row, names, keyed, there)
    return {
        number: matched[number]
        if number in matched
        else _missing(row, row.describe(values[number], names), lenient)
        for number in values
    }


def _matched(
    row: Resource,
    names: Sequence[str],
    wanted: Mapping[int, Mapping[str, Any]],
    there: Sequence[Record],
) -> dict[int, Any]:
    marks: dict[Hashable, list[Record]] = {}
    for found in there:
        marks.setdefault(row.mark(found, names), []).append(found)
    result: dict[int, Any] = {}
    for number, record in wanted.items():
        matches = marks.get(row.mark(record, names), [])
        if len(matches) > 1:
            ids = ", ".join(str(match[row.id_field]) for match in matches)
            raise ClientError(
                f"{row.describe(record, names)} stands for {len(matches)} records ({row.id_field} {ids}); give the {row.id_field}"
            )
        if matches:
            result[number] = matches[0][row.id_field]
    return result


def _missing(row: Resource, name: str, lenient: bool) -> Unmade:
    if lenient:
        return Unmade(name)
    how = (
        f"by {' or '.join(row.names)}, by id, or by a dict of its fields"
        if row.names
        else "by id, or by a dict of its fields"
    )
    raise UnknownNameError(f"there is no {row.name} {name!r} (a {row.name} is named {how})")
