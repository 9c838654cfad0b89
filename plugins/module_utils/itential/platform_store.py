# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of a Platform, by the rows of its catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import SerializationError
from ..core.flow import Flow
from ..core.http import Response
from ..core.jsonutils import dig
from ..core.optional import optional
from ..core.records.inline import row_of
from ..core.records.store import RestStore
from ..core.records.types import Record, ResourceType
from . import paging
from .dialects import DIALECTS
from .platform_catalogue.rows import CATALOGUE
from .platform_trees import Trees

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection import ConnectionBase
    from ..core.records.access import Release
    from ..core.records.writing import WriteOptions

STYLES = {style.name: style for style in paging.PLATFORM}
"""The page styles by the names that rows in playbooks use."""

_SERVER = "/health/server"
_TAGS = "/tags/all"
_TREE = "golden_config"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_FIRST_YEAR = 2000
"""Releases were named after years before Platform 6."""


class PlatformStore(RestStore):
    """A `RestStore` over a Platform client.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ("_release", "_trees")

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection, CATALOGUE)
        self._release: tuple[Release | None] | None = None
        self._trees = Trees(connection)

    def release(self) -> Flow[Release | None]:
        """Return the server's release, which is read once; `None` if the server does not tell."""
        if self._release is None:
            response = yield from optional(self._connection.calls.request("GET", _SERVER))
            self._release = (None if response is None else self._release_in(response),)
        return self._release[0]

    def comparable_release(self, text: str) -> Release:
        """Return a release that can be compared: `2023.2` comes before `6.0`."""
        found = _NUMBER.match(text)
        parts = tuple(map(int, found[0].split("."))) if found else ()
        return (0, *parts) if parts and parts[0] >= _FIRST_YEAR else parts

    def release_text(self, release: Release) -> str:
        """Return a release as the server writes it."""
        return super().release_text(release[1:] if release[:1] == (0,) else release)

    def create(
        self, row: ResourceType, record: Mapping[str, Any], **options: Unpack[WriteOptions]
    ) -> Flow[Record]:
        """Create a record, with whole tags. See `RestStore.create`."""
        return (yield from super().create(row, (yield from self._with_tags(record)), **options))

    def update(
        self,
        row: ResourceType,
        before: Mapping[str, Any],
        fields: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> Flow[Record]:
        """Change a record, with whole tags and the parts of a tree. See `RestStore.update`."""
        sent = yield from self._with_tags(fields)
        if row.name != _TREE:
            return (yield from super().update(row, before, sent, **options))
        parts = {name: value for name, value in sent.items() if name in row.access.parts}
        own = (*parts, *row.selects)
        rest = {name: value for name, value in sent.items() if name not in own}
        if rest:
            yield from super().update(row, before, rest, **options)
        known = {**row.defaults, **before, **sent}
        if parts:
            yield from self._trees.write(row.id_of(before), known["version"], parts)
        return (yield from self._read_back(row, known, sent)) or known

    def locate(self, row: ResourceType, records: list[Record]) -> Flow[list[Record]]:
        """Return compliance plans with ids in place of the paths of nodes. See `RecordStore`."""
        if row.name != "compliance_plan":
            return records
        return (yield from self._trees.locate_nodes(records))

    def part(self, row: ResourceType, name: str, record: Record) -> Flow[Any]:
        """Read a field that is not in the record, such as the nodes of a tree."""
        if row.name != _TREE:
            return (yield from super().part(row, name, record))
        tree, version = row.id_of(record), {**row.defaults, **record}["version"]
        if name == "nodes":
            return (yield from self._trees.nodes(tree, version))
        return (yield from self._trees.read(tree, version)).get(name)

    def _with_tags(self, fields: Mapping[str, Any]) -> Flow[Mapping[str, Any]]:
        """Return fields with the tags of this server in place of others of the same names.

        A tag may have only its name, or come from another server, in a file.
        """
        tags = fields.get("tags")
        if not tags or not isinstance(tags, list):
            return fields
        response = yield from optional(self._connection.calls.request("GET", _TAGS))
        known = [] if response is None else _dicts_of(response.json())
        ids = [tag.get("_id") for tag in known]
        by_name = {str(tag.get("name")): tag for tag in known}
        foreign = [tag for tag in _dicts_of(tags) if tag.get("_id") not in ids]
        own = [by_name.get(str(tag.get("name")), tag) if tag in foreign else tag for tag in tags]
        return {**fields, "tags": own}

    def _release_in(self, response: Response) -> Release | None:
        """Return the release in the answer about the server."""
        try:
            answer = response.json()
        except SerializationError:
            return None
        values = (dig(answer, name) for name in ("release", "version"))
        texts = (text for text in values if isinstance(text, str))
        return next((found for text in texts if (found := self.comparable_release(text))), None)


def _dicts_of(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def platform_row(resource: str | Mapping[str, Any]) -> str | ResourceType:
    """Return what `RestStore.row` takes: a name of the catalogue, or a row made from plain data.

    Args:
        resource: A name, or a row as a dict, see `core.records.inline.row_of`.

    Raises:
        ConfigurationError: The dict is not a row.
    """
    return resource if isinstance(resource, str) else row_of(resource, STYLES, DIALECTS)
