# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of Keystone's resources, as flows.

Sources: docs/protocols/keystone.md section 4 (lists), 6 (writes), 7 (batch) and 8 (uploads).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..core.exceptions import (
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..core.flow import Flow
from ..core.http import Response
from ..core.page_styles import PageStyle
from ..core.paging import without_records
from ..core.records import relations
from ..core.records.access import List
from ..core.records.kinds import Relation
from ..core.records.store import RestStore
from ..core.records.types import Record, ResourceType
from ..core.secrets.heuristics import MASK
from . import catalogue
from .filters import Filters, with_own_operators

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase

PAGES = PageStyle(
    "pages",
    # Older servers give bare lists, and the number of all records in a header, if at all
    # (docs/protocols/keystone.md section 11).
    ("results", ""),
    total=("count",),
    total_header="x-total-count",
    counted=True,
    offset="_offset",
    limit="_limit",
    page_size=1000,
)
"""Pages have at most 1000 records (docs/protocols/keystone.md section 4)."""

LONGEST_LIST = 3000
"""Characters of a list of values in a URL; servers and proxies take lines of 8 kB at most, often 4.
For a longer list, all records are read."""

EXPECTED = "records; is this a Keystone server?"
_PROTECTED = "other records may still refer to this {}; the server answers 500 in that case"


class KeystoneStore(RestStore):
    """Reads and writes the records of the catalogue.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ()

    paging = PAGES
    empty_is_missing = False
    expected = EXPECTED

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection, catalogue.CATALOGUE)

    def retrieve_all(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Flow[list[Record]]:
        """Read all records that match.

        Raises:
            ConfigurationError: An argument that the server would ignore.
        """
        if search is not None and not catalogue.searchable(row):
            raise ConfigurationError(f"the server cannot search in {row.name} records: use filters")
        params = {"_search": search or None}
        return self.read_all(
            row, filters, order=_names(order), limit=limit, params=params, timeout=timeout
        )

    # The server's own ways

    def decode(self, row: ResourceType, raw: Mapping[str, Any]) -> Record:
        """Return a record without what must not be shown."""
        try:
            record: Record = shown(super().decode(row, raw))
        except RecursionError as exc:
            raise SerializationError(f"a {row.name} is nested too deeply to be read") from exc
        return record

    def encode(self, row: ResourceType, record: Mapping[str, Any]) -> Record:
        """Return fields with `None` in place of an empty text that would clash with another one."""
        return {
            name: None
            if value == "" and name in row.fields and row.fields[name].empty_is_null
            else value
            for name, value in record.items()
        }

    def sorting(
        self, row: ResourceType, dummy_route: List, order: Sequence[str]
    ) -> Mapping[str, str]:
        """Return the parameter that sorts. The id is always in it, so that pages do not overlap."""
        for name in order:
            field = row.field(name.removeprefix("-"))
            if field.many or field.write_only or isinstance(field, catalogue.Computed):
                raise ConfigurationError(f"{row.name} records cannot be ordered by {field.name}")
        has_id = row.id_field in (name.removeprefix("-") for name in order)
        return {"_order": ",".join([*order, *(() if has_id else (row.id_field,))])}

    def is_missing(self, response: Response, statuses: Collection[int]) -> bool:
        """Tell whether a record does not exist: an unknown path is 404 too, but HTML."""
        is_json = "json" in response.headers.get("content-type", "")
        return is_json and super().is_missing(response, statuses)

    def deletion_hint(self, row: ResourceType, response: Response) -> str | None:
        """Return what a failed deletion may be due to."""
        return _PROTECTED.format(row.name) if response.status_code == 500 else None

    def select(
        self, row: ResourceType, filters: Mapping[str, Any] | None, *, text_ids: bool = False
    ) -> Flow[Filters]:
        """Parse filters; relations may be given by name. See `RecordStore`."""
        return Filters(row, (yield from self._with_ids(row, filters, text_ids=text_ids)))

    def _with_ids(
        self, row: ResourceType, filters: Mapping[str, Any] | None, *, text_ids: bool
    ) -> Flow[dict[str, Any]]:
        """Return the filters with ids in place of the names of relations."""
        if filters is not None and not isinstance(filters, Mapping):
            raise ConfigurationError("filters must be a dict")
        result = with_own_operators(filters or {})
        for name, value in result.items():
            bare, dummy, operation = name.partition("__")
            field = row.fields.get(bare)
            if (
                field is None
                or field.many
                or not isinstance(field.kind, Relation)
                or not field.kind.to
                or operation not in ("", "not_eq", "in", "not_in")
            ):
                continue
            named = (
                value.split(",") if isinstance(value, str) and operation.endswith("in") else value
            )
            is_list = isinstance(named, (list, tuple, set, frozenset))
            values = list(named) if is_list else [named]
            if any(isinstance(item, (str, Mapping)) for item in values):
                records = yield from relations.resolve(
                    self, row, [{bare: item} for item in values], text_ids=text_ids
                )
                ids = [record[bare] for record in records]
                result[name] = ids if is_list else ids[0]
        return result

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read records by the values of a field, or all. See `RecordStore`."""
        if field is None:
            return (yield from self.retrieve_all(row))
        if not values:
            return []
        texts = [str(value) for value in values]
        fits = len(quote(",".join(texts), errors="replace")) <= LONGEST_LIST
        if not fits or any("," in text for text in texts):
            return (yield from self.retrieve_all(row))
        try:
            return (yield from self.retrieve_all(row, {f"{field}__in": list(values)}))
        except HTTPStatusError as exc:
            is_relation = isinstance(row.field(field).kind, Relation)
            if exc.call_status != 400 or not is_relation:
                raise
            # The server refuses a list that names one id that does not exist.
            return (yield from self.retrieve_all(row))


def shown(value: Any) -> Any:
    """Return a response of the server without its confidential parts.

    These are histories, and passwords in the audit log.

    The server puts half of a password's hash into both (docs/protocols/keystone.md section 1).

    Args:
        value: A record, a list of them, or what holds them; it is not changed.
    """
    if isinstance(value, list):
        return [shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: shown(item) for name, item in value.items() if name != "_history"}
    changes = result.get("changes")
    if isinstance(changes, dict) and "password" in changes:
        changes["password"] = MASK
    return result


def record_of(response: Response) -> Record:
    """Return the record in a response.

    Raises:
        SerializationError: It is none.
    """
    try:
        record = shown(response.json())
    except RecursionError as exc:
        raise without_records(response, EXPECTED) from exc
    if not isinstance(record, dict):
        raise without_records(response, EXPECTED)
    return record


def _names(order: str | Sequence[str] | None) -> list[str]:
    given = order.split(",") if isinstance(order, str) else order or ()
    if not isinstance(given, (list, tuple)):
        raise ConfigurationError("order must be a text or a list of texts")
    return [str(name).strip() for name in given if str(name).strip()]
