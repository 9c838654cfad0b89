# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of a Gateway, by the rows of its catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.flow import Flow
from ..core.http import Response
from ..core.jsonutils import dig
from ..core.optional import UNAVAILABLE
from ..core.records.access import List, One
from ..core.records.filters import Filters
from ..core.records.inline import row_of
from ..core.records.reader import ListOptions
from ..core.records.store import RestStore
from ..core.records.types import Record, ResourceType
from . import paging
from .dialects import DIALECTS
from .gateway_catalogue.content import DECORATION, KINDS
from .gateway_catalogue.inventories import SINGULAR
from .gateway_catalogue.rows import CATALOGUE
from .gateway_catalogue.system import SECRET

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection import ConnectionBase
    from ..core.records.access import Release

NOT_FOUND = 404

STYLES = {style.name: style for style in paging.GATEWAY}
"""The page styles by the names that rows in playbooks use."""


_PLURAL = "/inventories/http_requests/default/devices"
_SINGULAR = "/inventory/http_requests/default/devices"
_BUILT_IN = ("native", "certified")
"""The layers of schemas that no user has made."""


class GatewayStore(RestStore):
    """A `RestStore` over a Gateway client.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ("_release",)

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection, CATALOGUE)
        self._release: Release | None = None

    def release(self) -> Flow[Release]:
        """Return a release that stands for where the further inventories are.

        It is looked up once.
        """
        if self._release is None:
            found = yield from self._exists(_PLURAL)
            is_singular = not found and (yield from self._exists(_SINGULAR))
            self._release = self.comparable_release(SINGULAR if is_singular else "0")
        return self._release

    def _exists(self, path: str) -> Flow[bool]:
        call = self._connection.calls.build("GET", path, {"offset": 0, "limit": 1})
        response: Response = yield from self._engine.send(call)
        if response.status_code not in UNAVAILABLE:
            self._engine.check(response)
        return response.status_code != NOT_FOUND

    def decode(self, row: ResourceType, raw: Mapping[str, Any]) -> Record:
        """Return a record in the caller's form. Of a secret, only its path is kept."""
        record = super().decode(row, raw)
        if row is not SECRET:
            return record
        return {"path": record["path"]} if isinstance(record.get("path"), str) else {}

    def _parts(
        self, row: ResourceType, route: List, field: str, values: Sequence[Any]
    ) -> list[Filters] | None:
        """Return no filters for names, which are in the paths of their records."""
        if row.access.one and field == row.id_field:
            return None
        return super()._parts(row, route, field, values)

    def pages(
        self,
        row: ResourceType,
        filters: Any = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        **options: Unpack[ListOptions],
    ) -> Flow[None]:
        """Emit the records that match. Only a second look tells which content has a decoration."""
        if row is DECORATION:
            options["complete"] = True
        return super().pages(row, filters, order=order, limit=limit, fields=fields, **options)

    def _read(
        self,
        row: ResourceType,
        route: One,
        record: Mapping[str, Any],
        timeout: float | None = None,
    ) -> Flow[Record | None]:
        """Read one record. A decoration that comes with the content is none of its users'."""
        found = yield from super()._read(row, route, record, timeout)
        if row is not DECORATION or found is None:
            return found
        content = self.resource(KINDS[record["kind"]])
        whole = (yield from super()._read(content, content.access.one[0], record, timeout)) or {}
        layer = dig(whole, "schemas.effective_schema_type")
        return None if str(layer).startswith(_BUILT_IN) else found


def gateway_row(resource: str | Mapping[str, Any]) -> str | ResourceType:
    """Return what `RestStore.row` takes: a name of the catalogue, or a row made from plain data.

    Args:
        resource: A name, or a row as a dict, see `core.records.inline.row_of`.

    Raises:
        ConfigurationError: The dict is not a row.
    """
    return resource if isinstance(resource, str) else row_of(resource, STYLES, DIALECTS)
