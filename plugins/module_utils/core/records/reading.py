# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a list of records: filters in the server's dialect, pages, and the second look."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from .. import paging
from ..exceptions import ConfigurationError
from ..flow import Emit, Flow, forward
from ..http import Response
from ..progress import Progress
from .access import List, Route, unwrapped
from .json_forms import hashable
from .stores import Selection
from .templates import joined, wrapped
from .types import Record, ResourceType


class Conditions(Selection, Protocol):
    """Filters that a list can be asked for; `filters.Filters` are such."""

    @property
    def impossible(self) -> bool:
        """`True` if no record can meet them."""

    @property
    def names(self) -> Sequence[str]:
        """The fields that they are about."""

    @property
    def presumed(self) -> Sequence[str]:
        """The fields that records must have to be compared."""

    def sent(self, row: ResourceType, route: List) -> tuple[Mapping[str, str], bool]:
        """Return parameters for the server, and whether it can filter all by itself."""

    def values_of(self, name: str) -> list[Any] | None:
        """Return the only values that a field may have; `None` if the filters name none."""


class Lists(Protocol):
    """The parts of a store that read lists; for their meaning see `store.RestStore`."""

    at_once: int
    paging: paging.PageStyle
    expected: str

    def fetch(
        self,
        route: List,
        scope: Record,
        params: Mapping[str, Any],
        body: Any,
        timeout: float | None,
    ) -> Flow[Response]: ...

    def record_of(
        self, row: ResourceType, route: Route, known: Mapping[str, Any], raw: Mapping[str, Any]
    ) -> Record: ...

    def complete(
        self, row: ResourceType, records: Sequence[Record], names: Collection[str] | None = None
    ) -> Flow[list[Record]]: ...

    def progress(self, row: ResourceType, verb: str, total: int | None = None) -> Progress: ...


class Reading:
    """One reading of a list.

    Args:
        store: Sends the requests.
        row: The type of the records.
        route: The list.
        selection: The conditions of the records.
        complete: Read each record alone, if those of the list lack fields.
        timeout: Seconds for one attempt.
    """

    __slots__ = (
        "_complete",
        "_left",
        "_progress",
        "_route",
        "_row",
        "_seen",
        "_selection",
        "_store",
        "_timeout",
        "_unseen",
    )

    def __init__(
        self,
        store: Lists,
        row: ResourceType,
        route: List,
        selection: Conditions,
        *,
        complete: bool = False,
        timeout: float | None = None,
    ) -> None:
        self._store = store
        self._row = row
        self._route = route
        self._selection = selection
        self._left: int | None = None
        self._complete = complete
        self._timeout = timeout
        self._progress = store.progress(row, "read")
        # A type that is open takes any name of a field: a misspelt one is a name that no record
        # has.
        self._unseen = {name for name in selection.presumed if name not in row.fields}
        self._seen: set[str] = set()

    def read(
        self,
        scopes: Sequence[Record],
        params: Mapping[str, Any],
        fields: Sequence[str] = (),
        limit: int | None = None,
    ) -> Flow[None]:
        """Emit lists of records.

        Args:
            scopes: The values of the path's placeholders, a dict per list.
            params: Parameters beside those of the filters, such as the order.
            fields: The fields that are wanted; none for all.
            limit: The most records.

        Raises:
            ConfigurationError: The filters name a field that none of all records has.
        """
        self._left = limit
        row, route = self._row, self._route
        asked, is_all = self._selection.sent(row, route)
        if asked and not row.fields.keys().isdisjoint(self._selection.names):
            # Other records than those that the server chooses may have the field.
            self._unseen = set()
        body = route.body
        if route.filters.body and asked:
            body = joined(body or {}, wrapped(dict(asked), route.filters.body))
            asked = {}
        query = {**asked, **params}
        if route.include and fields and row.document not in fields:
            # What the filters are about is checked here too.
            seen = {row.wire(name) for name in (row.id_field, *fields, *self._selection.names)}
            query[route.include] = ",".join(sorted(seen))
        style = route.paging or self._store.paging
        if self._left is not None and is_all:
            # The server may match more than the client does: more pages follow if need be.
            style = style.but(page_size=min(style.page_size, self._left))
        for scope in scopes:
            self._progress = self._store.progress(row, "read")
            flow = paging.pages(
                partial(self._fetch, scope),
                query,
                body,
                paging.Paginate({"style": style.name}, (style,), route.path),
                key=self._mark,
                concurrency=self._store.at_once if self._left is None else 1,
                content=self._store.expected,
            )
            yield from forward(flow, partial(self._receive, scope))
            if self._left == 0:
                return
        if self._unseen and self._seen:
            raise ConfigurationError(
                f"filters: no {row.name} has a field {', '.join(sorted(self._unseen))!r};"
                f" its fields are {', '.join(sorted(self._seen))}"
            )

    def _fetch(self, scope: Record, params: Mapping[str, Any], body: Any) -> Flow[Response]:
        return self._store.fetch(self._route, scope, params, body, self._timeout)

    def _mark(self, item: Any) -> Any:
        """Return what identifies an item of the list."""
        raw = self._row.with_id(unwrapped(item, (self._route.item,)) or {})
        value = raw.get(self._row.wire(self._row.id_field))
        return hashable(item if value is None else value)

    def _receive(self, scope: Record, page: Response) -> Flow[bool]:
        """Emit the records of a page that match, and return whether to go on."""
        found = []
        id_name = self._row.wire(self._row.id_field)
        for item in page.records:
            raw = unwrapped(item, (self._route.item,))
            # The fields of a closed type are known, and the id is one of them.
            has_id = raw is not None and isinstance(self._row.with_id(raw).get(id_name), (int, str))
            if raw is None or (self._row.closed and not has_id):
                raise paging.without_records(page, self._store.expected)
            record = self._store.record_of(self._row, self._route, scope, raw)
            if self._unseen:
                self._seen.update(record)
                self._unseen.difference_update(record)
            if self._selection.matches(record):
                found.append(record)
        self._progress.total = page.total
        self._progress.add(len(page.records))
        if self._complete:
            found = yield from self._store.complete(self._row, found)
        if self._left is not None:
            found = found[: self._left]
            self._left -= len(found)
        if found:
            yield Emit(found)
        return self._left != 0


def list_of(row: ResourceType, selection: Conditions) -> List:
    """Return the first list whose placeholders the filters name; the first of all if none is."""
    named = (
        route
        for route in row.access.many
        if all(
            selection.values_of(name) is not None or name in row.defaults
            for name in route.placeholders
        )
    )
    return next(named, row.access.many[0])


def scopes_of(row: ResourceType, route: List, selection: Conditions) -> list[Record]:
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
