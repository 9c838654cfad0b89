# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a list of records: filters in the server's dialect, pages, and the second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from .. import paging
from ..exceptions import ConfigurationError
from ..flow import Emit, Flow, forward
from ..http import Response
from .access import List, Route, unwrapped
from .filters import Condition, Filters
from .kinds import hashable
from .templates import joined, wrapped
from .types import Record, ResourceType


class Lists(Protocol):
    """The parts of a store that read lists; for their meaning see `store.RestStore`."""

    at_once: int

    def fetch(
        self, route: List, scope: Record, params: Mapping[str, Any], body: Any
    ) -> Flow[Response]: ...

    def found(
        self, row: ResourceType, route: Route, known: Mapping[str, Any], raw: Mapping[str, Any]
    ) -> Record: ...

    def complete(self, row: ResourceType, records: Sequence[Record]) -> Flow[list[Record]]: ...


class Reading:
    """One reading of a list.

    Args:
        store: Sends the requests.
        row: The type of the records.
        route: The list.
        selection: What the records must meet.
        limit: The most records.
        complete: Read each record alone, if those of the list lack fields.
    """

    __slots__ = ("_complete", "_left", "_route", "_row", "_selection", "_store")

    def __init__(
        self,
        store: Lists,
        row: ResourceType,
        route: List,
        selection: Filters,
        limit: int | None,
        complete: bool,
    ) -> None:
        self._store = store
        self._row = row
        self._route = route
        self._selection = selection
        self._left = limit
        self._complete = complete

    def read(
        self, scopes: Sequence[Record], sorting: Mapping[str, str], fields: Sequence[str]
    ) -> Flow[None]:
        """Emit lists of records.

        Args:
            scopes: The values of the path's placeholders, a dict per list.
            sorting: The parameters that sort.
            fields: The fields that are wanted; none for all.
        """
        row, route = self._row, self._route
        asked = [c for c in self._selection.conditions if c.name not in route.placeholders]
        params, left = route.filters.translate(on_wire(row, asked))
        body = route.body
        if route.filters.body and params:
            body = joined(body or {}, wrapped(params, route.filters.body))
            params = {}
        query = {**params, **sorting}
        if route.include and fields:
            wanted = {wire_name(row, name) for name in (row.id_field, *fields)}
            query[route.include] = ",".join(sorted(wanted))
        style = route.paging
        for scope in scopes:
            # The server's own limit is only right if it filters all by itself.
            limit = None if left else self._left
            wish = paging.Paginate({"style": style.name, "limit": limit}, (style,), route.path)
            flow = paging.pages(
                partial(self._store.fetch, route, scope),
                query,
                body,
                wish,
                key=self._mark,
                concurrency=self._store.at_once,
                content=f"{row.name} records",
            )
            yield from forward(flow, partial(self._receive, scope))
            if self._left == 0:
                return

    def _mark(self, item: Any) -> Any:
        """Return what identifies an item of the list."""
        raw = unwrapped(item, (self._route.item,)) or {}
        value = raw.get(wire_name(self._row, self._row.id_field))
        return hashable(item if value is None else value)

    def _receive(self, scope: Record, page: Response) -> Flow[bool]:
        """Emit the records of a page that match, and return whether to go on."""
        found = []
        for item in page.records:
            raw = unwrapped(item, (self._route.item,))
            if raw is None:
                raise paging.without_records(page, f"{self._row.name} records")
            record = self._store.found(self._row, self._route, scope, raw)
            if self._selection.matches(record):
                found.append(record)
        if self._complete:
            found = yield from self._store.complete(self._row, found)
        if self._left is not None:
            found = found[: self._left]
            self._left -= len(found)
        if found:
            yield Emit(found)
        return self._left != 0


def wire_name(row: ResourceType, name: str) -> str:
    """Return a field's name in the server's records."""
    return row.fields[name].wire if name in row.fields else name


def on_wire(row: ResourceType, conditions: Sequence[Condition]) -> list[Condition]:
    """Return conditions with the server's names of their fields."""
    return [condition.renamed(wire_name(row, condition.name)) for condition in conditions]


def scopes_of(row: ResourceType, route: List, selection: Filters) -> list[Record]:
    """Return the values of the placeholders in a list's path, a dict per list.

    Raises:
        ConfigurationError: The filters do not name them.
    """
    scopes: list[Record] = [{}]
    for name in route.placeholders:
        values = selection.values_of(name)
        if values is None and name in row.defaults:
            values = [row.defaults[name]]
        if values is None:
            raise ConfigurationError(
                f"{row.name} records are listed by their {name}: name it in the filters"
            )
        scopes = [{**scope, name: value} for scope in scopes for value in values]
    return scopes
