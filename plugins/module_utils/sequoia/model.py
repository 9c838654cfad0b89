# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Linked resources, put into the resources that they belong to.

The service's descriptor says how they are related (docs/protocols/sequoia.md section 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .response import ResourceResponse


def build(
    known: Mapping[str, Any], inclusions: Sequence[str], page: ResourceResponse
) -> list[Any] | None:
    """Return copies of a page's resources, each with what is linked to it.

    Args:
        known: The relationships of the resource.
        inclusions: Those that the query includes.
        page: The response; it is not changed.
    """
    parents = page.resources
    if not isinstance(parents, list) or not parents:
        return None
    return [
        {
            **parent,
            **{name: _related(known.get(name), parent, page.linked(name)) for name in inclusions},
        }
        for parent in parents
    ]


def _related(
    relationship: Any, parent: Mapping[str, Any], linked: list[Any] | None
) -> list[Any] | None:
    if not isinstance(relationship, Mapping) or linked is None:
        return None
    if relationship.get("type") == "direct":
        refs = _refs(parent.get(relationship.get("fieldNamePath", "")))
        by_ref = {item.get("ref"): item for item in linked}
        return (
            None if not refs or None in by_ref else [by_ref[ref] for ref in refs if ref in by_ref]
        )
    # The filter withContentRef looks into the field contentRef.
    bare = str(relationship.get("filterName", "")).removeprefix("with")
    field = bare[:1].lower() + bare[1:]
    if "ref" not in parent or not all(field in item for item in linked):
        return None
    return [item for item in linked if parent["ref"] in _refs(item[field])]


def _refs(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
