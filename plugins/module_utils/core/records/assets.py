# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records from files: an asset as a server or a promotion tool has exported it, or a plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import jsonutils
from ..exceptions import ConfigurationError
from .codec import decoded
from .types import Record, ResourceType


def asset_of(row: ResourceType, name: str, content: bytes) -> Record:
    """Return the record in a file.

    Args:
        row: The type of the record.
        name: The name of the file, for errors.
        content: JSON of a record, which may stand in the envelope of a request or response; for
            types with a text, such as templates, also that text.

    Raises:
        ConfigurationError: The file holds no such record.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ConfigurationError(f"src: {name} is not UTF-8 text", cause=exc) from exc
    asset = jsonutils.loads(text) if jsonutils.is_json(text) else text
    raw = _without_envelope(row, asset) if isinstance(asset, Mapping) else None
    if raw is None and row.text:
        return {row.text: text}
    if raw is None and isinstance(asset, Mapping):
        raw = asset
    if raw is not None:
        return {row.document: raw} if row.document else _writable(row, raw)
    raise ConfigurationError(f"src: {name} is not a JSON object, which a {row.name} is")


def _without_envelope(row: ResourceType, asset: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the object that has the key of a record; `None` if none does."""
    keys = [row.wire(name) for name in row.key]
    places = [
        place
        for route in row.access.create
        for place in (route.wrap, *(route.unwrap or ()))
        if place
    ]
    for place in ("", *places, "data"):
        inner = jsonutils.dig(asset, place) if place else asset
        if isinstance(inner, Mapping) and any(key in inner for key in keys):
            return inner
    return None


def _writable(row: ResourceType, raw: Mapping[str, Any]) -> Record:
    """Return the fields of a record that callers give."""
    return {
        name: value
        for name, value in decoded(row, raw).items()
        if not row.closed or (name in row.fields and not row.fields[name].read_only)
    }
