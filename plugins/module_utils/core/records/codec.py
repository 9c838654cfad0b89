# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records in the caller's form and in the server's: renamed fields, wrapped values, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..jsonutils import dig
from .fields import Field
from .types import Record, ResourceType


def decoded(row: ResourceType, raw: Mapping[str, Any]) -> Record:
    """Return a record of the server in the caller's form."""
    record = dict(raw)
    moved = [field for field in row.fields.values() if field.wire != field.name]
    for field in moved:
        if any(raw.get(row.fields[name].wire) != value for name, value in field.implies.items()):
            continue
        top, star, inner = field.wire.partition(".*.")
        found = dig(raw, top)
        if found is not None or top in raw:
            listed = isinstance(found, list) and star
            record[field.name] = [dig(item, inner) for item in found] if listed else found
    for field in moved:
        top = field.wire.partition(".")[0]
        if top not in row.fields:
            record.pop(top, None)
    if not row.document:
        return record
    own = {name: value for name, value in record.items() if name in row.fields}
    rest = {name: value for name, value in record.items() if name not in row.fields}
    if rest:
        own[row.document] = rest
    return own


def encoded(row: ResourceType, record: Mapping[str, Any]) -> Record:
    """Return a record, or a part of one, in the server's form."""
    raw: Record = {}
    # A field that stands inside another one is put into it.
    for name, value in sorted(record.items(), key=lambda item: "." in row.wire(item[0])):
        if name == row.document and isinstance(value, Mapping):
            raw = {**value, **raw}
        elif name in row.fields:
            _put(raw, row.fields[name], value)
        else:
            raw[name] = value
    return raw


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
