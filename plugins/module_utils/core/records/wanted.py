# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wanted records: checking what callers give, and the form in which it is compared and sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..exceptions import ConfigurationError
from ..jsonutils import equal
from .ensure_options import EnsureOptions
from .templates import derived
from .types import Record, ResourceType


def list_of_dicts(value: Any, what: str) -> list[dict[str, Any]]:
    """Return the dicts of a list, as copies.

    Args:
        value: From a caller; an iterator is taken too.
        what: The error, if it is something else.

    Raises:
        ConfigurationError: Not a list of dicts.
    """
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        items = list(value)
        if all(isinstance(item, Mapping) for item in items):
            return [dict(item) for item in items]
    raise ConfigurationError(what)


def parse(row: ResourceType, record: Mapping[str, Any], options: EnsureOptions) -> Record:
    """Return a wanted record with its values in the form in which they are sent.

    Raises:
        ConfigurationError: An unknown or read-only field, a value that cannot work, or no key.
    """
    result = parse_fields(row, record, {row.id_field, *options.match, *row.key})
    if row.id_field in row.key or result.get(row.id_field) is None:
        result.update(
            {name: row.defaults[name] for name in row.defaults if result.get(name) is None}
        )
    for name in key_names(row, result, options):
        if not row.field(name).identifies:
            raise ConfigurationError(
                f"{name} does not tell one {row.name} from another: leave it out of 'match'"
            )
        if result.get(name) is None:
            known = ", ".join(options.match or row.key)
            raise ConfigurationError(
                f"a {row.name} is found by its {known}, but {name} is missing: give it, or name"
                " other fields in 'match'"
            )
    return result


def parse_fields(
    row: ResourceType, record: Mapping[str, Any], finding: Collection[str] = ()
) -> Record:
    """Return the fields of a record in the form in which they are sent.

    Args:
        row: The type of the record.
        record: The fields; also by their names on the server, and in the record's document.
        finding: Fields that may be given although only the server writes them.

    Raises:
        ConfigurationError: An unknown or read-only field, or a value that cannot work.
    """
    result: Record = {}
    wires: dict[str, str] = {}
    for given, value in _spread(row, record).items():
        field = row.field(row.name_of(given, record))
        if field.read_only and field.name not in finding:
            raise ConfigurationError(f"{row.name}.{field.name} is read-only")
        other = wires.setdefault(field.wire, given)
        if other != given:
            names = " and ".join(sorted((other, given)))
            raise ConfigurationError(f"{row.name}: {names} are the same: give one")
        result[field.name] = field.parse(value if given == field.name else field.values_in(value))
    for name, templates in row.derived.items():
        ways = (derived(template, result) for template in templates)
        value = next((way for way in ways if way is not None), None)
        if result.get(name) is None and value is not None:
            result[name] = value
    _add_implied(row, result)
    return result


def _spread(row: ResourceType, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record completed by the values that its document has for other fields.

    A document may be a whole record of the server, with the fields that only the server writes.
    """
    document = record.get(row.document) if row.document else None
    others = {name: value for name, value in record.items() if name != row.document}
    if isinstance(document, str) and row.text:
        return {row.text: document, **others}
    if not isinstance(document, Mapping):
        return record
    known = {name: value for name, value in document.items() if name in row.fields}
    own = {name: value for name, value in known.items() if not row.fields[name].read_only}
    rest = {name: value for name, value in document.items() if name not in known}
    return {**own, **others, **({row.document: rest} if rest else {})}


def _add_implied(row: ResourceType, record: Record) -> None:
    """Add the values that fields imply.

    Raises:
        ConfigurationError: Two fields contradict each other.
    """
    given = [row.field(name) for name, value in record.items() if value is not None]
    for field in given:
        for name, value in field.implies.items():
            if not equal(record.setdefault(name, value), value):
                raise ConfigurationError(
                    f"{row.name}: {field.name} does not go with {name} {record[name]!r}: leave one"
                    " of them out"
                )


def key_names(row: ResourceType, record: Record, options: EnsureOptions) -> tuple[str, ...]:
    """Return the fields by which a record is found.

    Raises:
        ConfigurationError: There are none.
    """
    if all(record.get(name) is not None for name in row.identity_names):
        return row.identity_names
    given = [name for name in row.optional_key if record.get(name) is not None]
    names = options.match or (*row.key, *given)
    if not names:
        raise ConfigurationError(
            f"{row.name} has no natural key: name identifying fields in 'match', or give"
            f" '{row.id_field}'"
        )
    return names
