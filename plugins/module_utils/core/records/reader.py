# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`RestReader`: reading the records of a service, by the routes of their types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from ..exceptions import (
    ConfigurationError,
)
from ..flow import Emit, Flow, collect, forward, gather
from ..http import Response
from ..messages import one_line
from ..numbers import whole_number
from ..page_styles import PageStyle
from ..paging import without_records
from ..progress import Progress
from ..suggestions import suggestion
from . import relations
from .access import List, One, Route, unwrapped
from .codec import decoded
from .dialects import LISTS
from .documents import Document
from .fields import Field
from .filters import Condition, Filters, in_order
from .kinds import PendingName, Relation, plain, sent_by_name
from .reading import Conditions, Reading, list_of, scopes_of
from .stores import RecordStore
from .templates import fill, placeholders, wrapped
from .types import Record, ResourceType

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..connection import ConnectionBase
    from .access import Release

_RESOLVED = ("equals", "not_equals", *LISTS)
"""Operators whose values may be names of relations."""


class ListOptions(TypedDict, total=False):
    """Further options of a list.

    Attributes:
        params: Query parameters beside those of the filters.
        complete: Read each record alone, if those of the list lack fields.
        timeout: Seconds for one attempt.
    """

    params: Mapping[str, Any]
    complete: bool
    timeout: float | None


class RestReader(RecordStore):
    """The reading half of `store.RestStore`.

    Args:
        connection: Sends the requests.
        catalogue: The types of records by name.
    """

    __slots__ = ("_catalogue", "_connection", "_engine")

    at_once = 4
    """Pages, or single records, that are read at a time."""
    paging = PageStyle("whole", "")
    """The way in which lists are cut into pages whose row does not say; by default, none."""
    empty_is_missing = True
    """`True` if a response of 2xx without a record means that there is none."""
    expected = "records"
    """The expected content of a response, for the error if it does not."""

    def __init__(self, connection: ConnectionBase, catalogue: Mapping[str, ResourceType]) -> None:
        self._connection = connection
        self._engine = connection.calls.engine
        self._catalogue = catalogue

    # What a service may override

    def release(self) -> Flow[Release | None]:
        """Return the server's release; `None` if it is unknown. Only asked for if routes differ."""
        yield from ()
        return None

    def comparable_release(self, text: str) -> Release:
        """Return a release that can be compared, from its text in a row."""
        return tuple(int(part) for part in text.split(".") if part.isdecimal())

    def release_text(self, release: Release) -> str:
        """Return a release as its server writes it, for errors."""
        return ".".join(map(str, release))

    def decode(self, row: ResourceType, raw: Mapping[str, Any]) -> Record:
        """Return a record of the server in the caller's form."""
        return decoded(row, raw)

    def sorting(
        self, row: ResourceType, route: List, order: Sequence[str]
    ) -> Mapping[str, str] | None:
        """Return the parameters that sort a list; `None` if the server cannot."""
        return route.sorting(
            [f"-{row.wire(name[1:])}" if name[:1] == "-" else row.wire(name) for name in order]
        )

    def is_missing(self, response: Response, statuses: Collection[int]) -> bool:
        """Tell whether a response says that a record does not exist.

        Args:
            response: The response.
            statuses: The statuses by which the route says so.
        """
        return response.status_code in statuses

    # The catalogue

    def resource(self, name: str) -> ResourceType:
        """Return a row of the catalogue. See `RecordStore`."""
        if not isinstance(name, str) or name not in self._catalogue:
            otherwise = f"use one of {', '.join(self._catalogue)}"
            hint = suggestion(str(name), self._catalogue, otherwise)
            raise ConfigurationError(f"there is no resource {name!r}: {hint}")
        return self._catalogue[name]

    def types(self) -> Iterable[ResourceType]:
        """Return all types of the catalogue."""
        return self._catalogue.values()

    def row(self, resource: str | ResourceType) -> Flow[ResourceType]:
        """Return a type as the server's release has it.

        Args:
            resource: A name of the catalogue, or a type that it lacks.

        Raises:
            ConfigurationError: Nothing has that name, or the release has no such records.
        """
        row = self.resource(resource) if isinstance(resource, str) else resource
        if not row.access.differs_by_release:
            return row
        release = yield from self.release()
        text = "" if release is None else self.release_text(release)
        return row.for_release(release, self.comparable_release, text)

    # Reading

    def select(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | None,
        *,
        text_ids: bool = False,
    ) -> Flow[Conditions]:
        """Parse filters; relations may be given by name. See `RecordStore`.

        Args:
            row: The type of the records.
            filters: See `Filters`.
            text_ids: Take the text of an id for the id, if no record has that name.
        """
        selection = Filters(row, filters)
        for condition in selection.conditions:
            kind = condition.field.kind
            if isinstance(kind, Relation) and kind.to and condition.operator in _RESOLVED:
                yield from self._resolve(row, condition, text_ids=text_ids)
        return selection

    def _resolve(self, row: ResourceType, condition: Condition, *, text_ids: bool) -> Flow[None]:
        """Put ids in the place of names."""
        many = condition.operator in LISTS
        values = condition.value if many else [condition.value]
        name, field = condition.name, condition.field
        named = [{name: [value] if field.many else value} for value in values if value is not None]
        records = yield from relations.resolve(self, row, named, text_ids=text_ids)
        ids = [record[name][0] if field.many else record[name] for record in records]
        condition.value = ids if many else next(iter(ids), None)

    def read_all(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | Conditions | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        **options: Unpack[ListOptions],
    ) -> Flow[list[Record]]:
        """Return the records that match, in order. For the arguments see `pages`."""
        pages = yield from collect(
            self.pages(row, filters, order=order, limit=limit, fields=fields, **options)
        )
        return [record for page in pages for record in page]

    def read_each(
        self,
        row: ResourceType,
        each: Callable[[list[Record]], list[Record]],
        filters: Mapping[str, Any] | Conditions | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
    ) -> Flow[list[Record]]:
        """Return what a function makes of the records of each page. See `RecordStore`."""
        result: list[Record] = []

        def receive(records: list[Record]) -> Flow[bool]:
            yield from ()
            result.extend(each(records))
            return True

        pages = self.pages(row, filters, order=order, limit=limit, fields=fields)
        yield from forward(pages, receive)
        return result

    def pages(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | Conditions | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        **options: Unpack[ListOptions],
    ) -> Flow[None]:
        """Emit the records that match, a list per page.

        Args:
            row: Their type.
            filters: See `Filters`; also from `select`.
            order: Fields to sort by, `-name` for descending; if the server cannot sort like that,
                all records are read first.
            limit: The most records; `None` for all.
            fields: The fields that are wanted, for servers that can leave out the others.
            **options: `params complete timeout`, see `ListOptions`.

        Raises:
            ConfigurationError: An unknown field or operator, or a list that needs a field in the
                filters.
            ClientError: The records could not be read.
        """
        row = yield from self.row(row)
        if limit is not None:
            whole_number("limit", limit)
        _check_names(row, "order", [name.removeprefix("-").partition(".")[0] for name in order])
        _check_names(row, "fields", fields)
        selection: Any = filters
        if not hasattr(filters, "impossible"):
            selection = yield from self.select(row, selection, text_ids=True)
        if selection.impossible:
            return
        if row.is_single:
            record = yield from self.read(row, {})
            if record is not None and selection.matches(record) and limit != 0:
                yield Emit([record])
            return
        route = list_of(row, selection)
        sorting = self.sorting(row, route, order)
        scopes = scopes_of(row, route, selection)
        reading = Reading(
            self,
            row,
            route,
            selection,
            complete=options.get("complete", False) and not route.full,
            timeout=options.get("timeout"),
        )
        params = options.get("params", {})
        if options.get("complete"):
            params = {**route.full, **params}
        if sorting is not None and (not order or len(scopes) == 1):
            yield from reading.read(scopes, {**params, **sorting}, fields, limit)
            return
        pages = yield from collect(reading.read(scopes, params))
        found = in_order([record for page in pages for record in page], order)
        yield Emit(found[:limit])

    def read(
        self, row: ResourceType, record: Mapping[str, Any], *, timeout: float | None = None
    ) -> Flow[Record | None]:
        """Read one record.

        Args:
            row: Its type.
            record: The known part of it: the fields that the path names, or its id.
            timeout: Seconds for one attempt.

        Returns:
            The record; `None` if there is none.
        """
        row = yield from self.row(row)
        routes = row.access.one
        if routes:
            found = yield from self._read(row, routes[0], record, timeout)
        else:
            has_id = record.get(row.id_field) is not None
            names = (row.id_field,) if has_id else row.key
            found = yield from self._look_up(row, names, record)
        if found is None:
            return None
        return (yield from self._fill_in(row, [found], None))[0]

    def _read(
        self,
        row: ResourceType,
        route: One,
        record: Mapping[str, Any],
        timeout: float | None = None,
    ) -> Flow[Record | None]:
        call = self._call(row, route, record, timeout=timeout)
        response: Response = yield from self._engine.send(call)
        if self.is_missing(response, route.statuses):
            return None
        self._engine.check(response)
        data = response.json()
        if route.absent is not None and route.absent.find(data, {}) is not None:
            return None
        raw = unwrapped(data, route.unwrap)
        if route.into and not isinstance(data, Mapping):
            # What is put into a record may be anything.
            raw = data or None
        if raw is None:
            # If there is no record, some servers answer 2xx with nothing, or with an object that
            # lacks it. Any other content, such as a list, says nothing about the record.
            says_none = not data or isinstance(data, Mapping)
            if says_none and self.empty_is_missing:
                return None
            raise without_records(response, self.expected)
        return self.record_of(row, route, record, wrapped(raw, route.into))

    def record_of(
        self, row: ResourceType, route: Route, known: Mapping[str, Any], raw: Mapping[str, Any]
    ) -> Record:
        """Return a record with the fields of the path, which the server does not repeat."""
        record = self.decode(row, row.with_id(raw))
        for placeholder in (*route.placeholders, *row.selects):
            name = row.id_field if placeholder == "id" else placeholder
            if name not in row.fields or known.get(name) is None:
                continue
            if row.fields[name].path_only:
                record[name] = known[name]
            else:
                record.setdefault(name, known[name])
        return {**record, **row.defaults} if row.is_single else record

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read records by the values of a field, or all, with as few requests as possible.

        See `RecordStore`.
        """
        row = yield from self.row(row)
        if field is None:
            return (yield from self.read_all(row))
        if not values:
            return []
        route = row.access.many[0]
        read_alone = next((one for one in row.access.one if _is_read_by(row, one, field)), None)
        wanted = [value for value in values if value is not None]
        if field not in route.placeholders:
            parts = self._parts(row, route, field, wanted)
            if parts is None and read_alone is not None and len(wanted) <= row.most_named:
                found = yield from gather(
                    [self._read(row, read_alone, {field: value}) for value in wanted], self.at_once
                )
                return [record for record in found if record is not None]
            if parts is None:
                return (yield from self.read_all(row))
        else:
            parts = [Filters(row, {field: {"equals": value}}) for value in wanted]
        lists = yield from gather([self.read_all(row, part) for part in parts], self.at_once)
        return [record for found in lists for record in found]

    def find_alone(
        self, row: ResourceType, wanted: Sequence[tuple[Sequence[str], Record]]
    ) -> Flow[list[Record]]:
        """Read the records that are there for wanted ones. See `RecordStore`.

        A few whose whole key is in the path of one record are read alone.
        """
        row = yield from self.row(row)
        one = row.access.one[0] if row.access.one else None
        is_read_alone = one is not None and all(
            len(names) > 1 and set(names) == set(one.placeholders) for names, dummy in wanted
        )
        if one is None or not is_read_alone or not 0 < len(wanted) <= row.most_named:
            return (yield from super().find_alone(row, wanted))
        known = [record for names, record in wanted if not _is_pending(record, names)]
        found = yield from gather([self._read(row, one, record) for record in known], self.at_once)
        return [record for record in found if record is not None]

    def _parts(
        self, row: ResourceType, route: List, field: str, values: Sequence[Any]
    ) -> list[Filters] | None:
        """Return filters that the server has, one per request; `None` if it has none."""
        wire = row.wire(field)
        if route.filters.sends(wire, "in") and not row.field(field).many:
            parts = [
                Filters(row, {field: {"in": list(values[start : start + row.most_named])}})
                for start in range(0, len(values), row.most_named)
            ]
        elif route.filters.sends(wire, "equals") and len(values) <= row.most_named:
            parts = [Filters(row, {field: {"equals": value}}) for value in values]
        else:
            return None
        return parts if all(part.sent(row, route)[1] for part in parts) else None

    def complete(
        self, row: ResourceType, records: Sequence[Record], names: Collection[str] | None = None
    ) -> Flow[list[Record]]:
        """Read records alone, if those of lists lack fields. See `RecordStore`."""
        row = yield from self.row(row)
        whole_ones = list(records)
        if row.access.many[0].partial:
            one = row.access.one[0]
            found = yield from gather([self._read(row, one, r) for r in records], self.at_once)
            whole_ones = [record for record in found if record is not None]
        return (yield from self._fill_in(row, whole_ones, names))

    def _fill_in(
        self, row: ResourceType, records: Sequence[Record], names: Collection[str] | None
    ) -> Flow[list[Record]]:
        """Return records with ids in relations that servers may give by name, and with their parts.

        Args:
            row: Their type.
            records: The records.
            names: The parts that are wanted; `None` for all.
        """
        by_name = [field.name for field in row.fields.values() if _may_hold_names(field, names)]
        values = [{name: record.get(name) for name in by_name} for record in records]
        ids = yield from relations.resolve(self, row, values, lenient=True)
        wanted = [name for name in row.access.parts if names is None or name in names]
        parts = yield from gather(
            [self.part(row, name, record) for record in records for name in wanted],
            self.at_once,
        )
        count = len(wanted)
        return [
            {**record, **plain(own), **dict(zip(wanted, parts[n * count :], strict=False))}
            for n, (record, own) in enumerate(zip(records, ids, strict=True))
        ]

    def part(self, row: ResourceType, name: str, record: Record) -> Flow[Any]:
        """Read a field that is not in the record.

        Args:
            row: The type of the record.
            name: The field.
            record: The record.
        """
        part = row.access.parts[name]
        filters = fill(part.filters, [self._values(row, record)])
        row = yield from self.row(part.resource)
        found = yield from self.read_all(row, filters)
        names = [field.name for field in row.fields.values() if not field.read_only]
        return [{name: item[name] for name in names if name in item} for item in found]

    def list_selected(self, row: ResourceType, selection: Any) -> Flow[list[Record]]:
        """Read the records that a selection matches. See `RecordStore`."""
        return self.read_all(row, selection, complete=row.access.many[0].partial)

    def _look_up(
        self, row: ResourceType, names: Sequence[str], known: Mapping[str, Any]
    ) -> Flow[Record | None]:
        """Look for a record in the list."""
        there = yield from self.find(row, names[0], [known.get(names[0])])
        wanted = row.identity(known, names)
        same = [found for found in there if row.identity(found, names) == wanted]
        return same[0] if same else None

    # Calls

    def progress(self, row: ResourceType, verb: str, total: int | None = None) -> Progress:
        """Return the progress of reading or writing records.

        Args:
            row: Their type.
            verb: What is done to them, as a participle.
            total: Their number; `None` if it is not known.
        """
        return Progress(row.name, verb, self._connection.calls.runtime.clock, total)

    def fetch(
        self,
        route: List,
        scope: Record,
        params: Mapping[str, Any],
        body: Any,
        timeout: float | None,
    ) -> Flow[Response]:
        """Read one page of a list.

        Args:
            route: The list.
            scope: The values of the path's placeholders.
            params: The query, beside that of the route.
            body: The body of a search.
            timeout: Seconds for one attempt.
        """
        return self._connection.calls.request(
            route.method,
            route.path,
            {**fill(route.params, [scope]), **params} or None,
            path_params={name: scope[name] for name in placeholders(route.path)} or None,
            json=body,
            read_only=True,
            timeout=timeout,
        )

    def _call(
        self, row: ResourceType, route: Route, record: Mapping[str, Any], **options: Any
    ) -> Any:
        values = self._values(row, record)
        needed = [*route.placeholders, *_secrets_in(row, route)]
        missing = [name for name in needed if values.get(name) is None]
        if missing:
            names = ", ".join(missing)
            raise ConfigurationError(f"{row.name}: the request needs a value for {names}")
        return self._connection.calls.build(
            route.method,
            route.path,
            fill(route.params, [values]) or None,
            path_params={name: values[name] for name in placeholders(route.path)} or None,
            **options,
        )

    def _values(self, row: ResourceType, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of placeholders."""
        return {**record, "id": record.get(row.id_field)}

    def _line(self, reason: str) -> str:
        return one_line(self._engine.scrub(reason))


def _check_names(row: ResourceType, argument: str, names: Iterable[str]) -> None:
    """Refuse names of fields that a type does not have.

    Raises:
        ConfigurationError: There is one.
    """
    for name in names:
        try:
            row.field(name)
        except ConfigurationError as exc:
            raise ConfigurationError(f"{argument}: {exc.message}") from exc


def _is_pending(record: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Tell whether a record is found by one that check mode has only planned."""
    return any(isinstance(record.get(name), PendingName) for name in names)


def _may_hold_names(field: Field, names: Collection[str] | None) -> bool:
    """Tell whether servers may have the name of another record in a field, and an id as well."""
    if isinstance(field.kind, Document):
        return field.kind.names_others and (names is None or field.name in names)
    return sent_by_name(field.kind) is not None


def _is_read_by(row: ResourceType, route: One, field: str) -> bool:
    """Tell whether a field alone leads to a record."""
    name = "id" if field == row.id_field else field
    return route.placeholders in ((name,), (field,), ())


def _secrets_in(row: ResourceType, route: Route) -> list[str]:
    """Return the secret fields that a body names: without them, it would send null."""
    named = placeholders(getattr(route, "body", None))
    return [name for name in named if name in row.fields and row.fields[name].secret]
