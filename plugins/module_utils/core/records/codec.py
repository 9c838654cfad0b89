# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records in the caller's form and in the server's: renamed fields, wrapped values, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..jsonutils import dig, equal
from .fields import Field
from .json_forms import hashable
from .types import Record, ResourceType


def decoded(row: ResourceType, raw: Mapping[str, Any]) -> Record:
    """Return a record of the server in the caller's form."""
    record = dict(raw)
    for field in row.moved:
        if not all(
            equal(raw.get(row.fields[name].wire), value) for name, value in field.implies.items()
        ):
            continue
        found = dig(raw, field.path)
        if found is not None or field.path in raw:
            record[field.name] = field.values_in(found)
    for field in row.moved:
        top = field.wire.partition(".")[0]
        if top not in row.shown:
            record.pop(top, None)
    if not row.document:
        return record
    own = {name: record.pop(name) for name in row.shown if name in record}
    if record:
        own[row.document] = record
    return own


def encoded(row: ResourceType, record: Mapping[str, Any]) -> Record:
    """Return a record, or a part of one, in the server's form."""
    raw: Record = {}
    # A field that stands inside another one is put into it.
    for name, value in sorted(record.items(), key=lambda item: "." in row.wire(item[0])):
        if name == row.document and isinstance(value, Mapping):
            raw = {**value, **raw}
        elif name not in row.fields:
            raw[name] = value
        elif not row.fields[name].path_only:
            _put(raw, row.fields[name], value)
    return raw


def objects_in(row: ResourceType, record: Mapping[str, Any]) -> Record:
    """Return the objects into which the server wraps the values of sets, by their paths."""
    paths = [field.path for field in row.fields.values() if field.extra]
    return {path: record[path] for path in paths if isinstance(record.get(path), list)}


def with_objects(row: ResourceType, raw: Record, before: Mapping[str, Any]) -> Record:
    """Return what is sent with the further keys that the server's objects have already."""
    result = dict(raw)
    there = objects_in(row, before)
    for field in row.fields.values():
        if field.path in there and isinstance(raw.get(field.path), list):
            inner = field.wire.partition(".*.")[2]
            known = {hashable(dig(item, inner)): item for item in there[field.path]}
            result[field.path] = [
                {**item, **known.get(hashable(item[inner]), {})} for item in raw[field.path]
            ]
    return result


def _put(raw: Record, field: Field, value: Any) -> None:
    top, star, inner = field.wire.partition(".*.")
    if star and isinstance(value, list):
        value = [{inner: item, **field.extra} for item in value]
    *parents, last = top.split(".")
    holder = raw
    for parent in parents:
        below = holder.get(parent)
        holder[parent] = holder = dict(below) if isinstance(below, Mapping) else {}
    holder[last] = value
