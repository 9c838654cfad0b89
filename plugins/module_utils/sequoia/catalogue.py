# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources of a service, from its descriptor (docs/protocols/sequoia.md sections 5 and 8)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..core.records.fields import Field, FieldAccess
from ..core.records.kinds import BOOLEAN, INTEGER, JSON, Datetime
from ..core.records.types import ResourceType
from .body import SERVER_MADE
from .names import dashed

_KINDS = {
    # Times have milliseconds here (docs/protocols/sequoia.md section 5).
    "timestamp": Datetime(milliseconds=True),
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "year": INTEGER,
}
"""Types of the descriptor that people write in several ways; values of the others are compared as
they are."""
_OWN = ("ref", "owner", "name")


def row(key: str, descriptor: Any = None) -> ResourceType:
    """Return the row of a resource.

    Args:
        key: The resource's name in bodies.
        descriptor: The service's descriptor; without one, or if it does not describe the
            resource's fields, any field is taken.
    """
    known = part_of(descriptor, key, "fields")
    fields = {name: Field(name) for name in _OWN}
    for name, about in known.items():
        details = about if isinstance(about, Mapping) else {}
        kind = _KINDS.get(str(details.get("type")), JSON)
        access = (
            FieldAccess.READ_ONLY if details.get("readOnly") is True else FieldAccess.READ_WRITE
        )
        fields.setdefault(name, Field(name, kind, access=access))
    for name in SERVER_MADE:
        fields[name] = Field(name, JSON, access=FieldAccess.READ_ONLY)
    return ResourceType(
        key,
        f"/data/{dashed(key)}",
        fields.values(),
        key=("ref",),
        id_field="ref",
        closed=bool(known),
        most_named=sys.maxsize,
    )


def part_of(descriptor: Any, key: str, part: str) -> Mapping[str, Any]:
    """Return the description of a part of a resource: its `fields`, its `relationships`.

    Empty if there is none.

    Args:
        descriptor: The service's, as it came.
        key: The resource's name in bodies.
        part: The key of the part.
    """
    resources = descriptor.get("resourcefuls") if isinstance(descriptor, Mapping) else None
    for name in (key, dashed(key)):
        about = resources.get(name) if isinstance(resources, Mapping) else None
        if isinstance(about, Mapping) and isinstance(about.get(part), Mapping):
            found: Mapping[str, Any] = about[part]
            return found
    return {}
