# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items that a caller gives to be written.

One item or many, as JSON text or as Python values, wrapped in the resource's name or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core import jsonutils
from ..core.exceptions import ConfigurationError
from .errors import ReferenceMismatch
from .names import dashed

MAX_ITEMS = 100
"""Items or references in one request: more are sent in several (docs/protocols/sequoia.md section
5: 100 for a store; a list of 119 references was cut)."""

SERVER_MADE = tuple(
    "createdAt createdBy updatedAt updatedBy deletedAt deletedBy reapAt version".split()
)
"""Fields that only the server writes (docs/protocols/sequoia.md section 5)."""


def read(content: Any) -> Any:
    """Return JSON values from values or from JSON text.

    Raises:
        SerializationError: The text is not JSON.
    """
    return jsonutils.loads(content) if isinstance(content, (str, bytes, bytearray)) else content


def items(content: Any, key: str) -> list[Mapping[str, Any]]:
    """Return the items that a caller gives.

    Args:
        content: A dict, a list of dicts, either of them under `key`, or JSON text of these.
        key: The resource's name in bodies: `flowInstances`; the form with dashes is accepted too.

    Raises:
        ConfigurationError: The value has another type or is empty.
        SerializationError: The text is not JSON.
    """
    value = read(content)
    if isinstance(value, Mapping):
        value = next((value[name] for name in (key, dashed(key)) if name in value), value)
    found = [value] if isinstance(value, Mapping) else value
    if (
        not isinstance(found, (list, tuple))
        or not found
        or not all(isinstance(item, Mapping) and item for item in found)
    ):
        raise ConfigurationError(
            f"{key} must be a dict, a list of dicts, or JSON text of one of these;"
            " none may be empty"
        )
    return list(found)


def update_of(content: Any, key: str, ref: str) -> dict[str, Any]:
    """Return the item that replaces a resource, without the fields that only the server writes.

    Args:
        content: As for `items`; one item.
        key: The resource's name in bodies.
        ref: The reference of the resource.

    Raises:
        ConfigurationError: There is not exactly one item, or `ref` has a comma.
        ReferenceMismatch: The item belongs to another resource, or has no reference.
    """
    single_refs(ref)
    found = items(content, key)
    if len(found) != 1:
        raise ConfigurationError(
            f"update replaces one resource, not {len(found)}: use store for several"
        )
    item = found[0]
    missing = [name for name in ("ref", "owner", "name") if name not in item]
    if missing:
        raise ReferenceMismatch(f"the new content for {ref} lacks {', '.join(missing)}")
    for other in (item["ref"], f"{item['owner']}:{item['name']}"):
        if other != ref:
            raise ReferenceMismatch(f"the new content for {ref} is that of {other}")
    return {name: value for name, value in item.items() if name not in SERVER_MADE}


def refs(ref: str | Sequence[str]) -> list[str]:
    """Return references as a list.

    Raises:
        ConfigurationError: There is no reference, or one is empty or not a text.
    """
    found = [ref] if isinstance(ref, str) or not isinstance(ref, Iterable) else list(ref)
    if not found or not all(isinstance(item, str) and item for item in found):
        raise ConfigurationError("ref must be a reference like owner:name, or a list of them")
    return found


def single_refs(ref: str | Sequence[str]) -> list[str]:
    """Return references to write to as a list.

    Raises:
        ConfigurationError: As for `refs`, or one has a comma: the server would take it for several.
    """
    found = refs(ref)
    for item in found:
        if "," in item:
            raise ConfigurationError(f"ref {item!r} has a comma: give several references as a list")
    return found
