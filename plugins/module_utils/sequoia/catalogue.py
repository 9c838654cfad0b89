# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources of a Sequoia service, as its descriptor tells them (docs/protocols/sequoia.md
sections 5 and 8).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..core.records.fields import Field
from ..core.records.types import Resource
from .body import SERVER_MADE
from .names import dashed

_KINDS = {"timestamp": "datetime", "boolean": "boolean", "integer": "integer", "year": "integer"}
"""Types of the descriptor that people write in several ways; values of the others are compared as
they are."""
_OWN = ("ref", "owner", "name")


class _Described(Field):
    """A field of a resource. Times have milliseconds here (docs/protocols/sequoia.md section 5)."""

    __slots__ = ()

    def understood(self, value: Any) -> Any:
        """Return a value in the form in which it is sent. For argument and errors see
        `Field.understood`.
        """
        sent = super().understood(value)
        if self.kind != "datetime" or sent is None:
            return sent
        seconds, dummy, fraction = sent[:-1].partition(".")
        return f"{seconds}.{fraction[:3] or '000'}Z"


def row(key: str, descriptor: Any = None) -> Resource:
    """Return the row of a resource.

    Args:
        key: The resource's name in bodies.
        descriptor: What the service says of itself; without one, or where it says nothing of the
            resource's fields, any field is taken.
    """
    known = described(descriptor, key, "fields")
    fields = {name: Field(name, "text") for name in _OWN}
    for name, about in known.items():
        made = isinstance(about, Mapping) and about.get("readOnly") is True
        kind = _KINDS.get(str(about.get("type")), "json") if isinstance(about, Mapping) else "json"
        fields.setdefault(name, _Described(name, kind, written="never" if made else "always"))
    for name in SERVER_MADE:
        fields[name] = Field(name, "json", written="never")
    return Resource(
        key,
        f"/data/{dashed(key)}",
        fields.values(),
        key=("ref",),
        id_field="ref",
        closed=bool(known),
        most_named=sys.maxsize,
    )


def described(descriptor: Any, key: str, part: str) -> Mapping[str, Any]:
    """Return what a descriptor says of a part of a resource: its `fields`, its `relationships`;
    nothing where it says nothing.

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
