# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated tables: a `Row` says how a resource is reached, a `Table` holds its records, and a
`TableSimulator` serves them.

The rows are independent of the catalogues of the clients, so that a mistake there is noticed.
"""

from __future__ import annotations

import copy
import datetime
import inspect
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from .base import RefusalError, Simulator
from .paths import Paths

Record = dict[str, Any]
Run = Callable[["Call"], Any]


# Ids, times, refusals


def object_id(number: int) -> str:
    """Return an id of 24 hexadecimal digits. Most of them look like numbers."""
    return f"{number:024x}"


def uuid_id(number: int) -> str:
    """Return an id that is a UUID."""
    return str(uuid.UUID(int=number))


def now() -> str:
    """Return the time as the servers write it."""
    moment = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def text(message: str, status: int) -> RefusalError:
    """Return a refusal that is a line of text."""
    return RefusalError(PlainTextResponse(message, status))


def message_only(message: str, status: int) -> RefusalError:
    """Return a refusal with `message`."""
    return RefusalError(JSONResponse({"message": message}, status))


def with_metadata(message: str, status: int) -> RefusalError:
    """Return a refusal in the form of Operations Manager."""
    return RefusalError(JSONResponse({"message": message, "data": None, "metadata": {}}, status))


def status_message(message: str, status: int) -> RefusalError:
    """Return a refusal with `status` and `message`."""
    return RefusalError(JSONResponse({"status": "failure", "message": message}, status))


class Call:
    """One request to a table.

    Attributes:
        sim: The simulator.
        table: The table whose operation is called.
        operation: The operation.
        request: The HTTP request.
        params: The parameters in the path, decoded.
        query: The query.
        body: The decoded JSON body; `None` if there is none.
    """

    def __init__(
        self, sim: TableSimulator, table: Table, operation: Operation, request: Request, body: Any
    ) -> None:
        self.sim = sim
        self.table = table
        self.operation = operation
        self.request = request
        self.params = request.path_params
        self.query = request.query_params
        self.body = body

    def refuse(self, message: str, status: int = 400) -> RefusalError:
        """Return a refusal in the form of this resource."""
        return self.table.row.refuse(message, status)

    def inner(self, wrapper: str | None) -> Record:
        """Return the object in a body, which must have this wrapper."""
        body = self.body if wrapper is None else _member(self.body, wrapper)
        if not isinstance(body, dict):
            raise self.refuse(f"Missing Params: {wrapper or 'body'} (object)")
        return body

    def need(self, body: Record, names: Iterable[str]) -> None:
        """Refuse a body that lacks one of these."""
        missing = [name for name in names if body.get(name) is None]
        if missing:
            raise self.refuse(f"Missing Params: {', '.join(missing)}")

    def need_keys(self, body: Record, names: Iterable[str]) -> None:
        """Refuse a body without one of these keys; their values may be null."""
        missing = [name for name in names if name not in body]
        if missing:
            raise self.refuse(f"Missing Params: {', '.join(missing)}")

    def ignore(self, names: Iterable[str]) -> None:
        """Note what was sent and is ignored silently."""
        place = f"{self.request.method} {self.request.url.path}"
        self.sim.ignored += [f"{place}: {name}" for name in names]

    def pick(self, body: Record, names: Sequence[str]) -> Record:
        """Return the named fields of a body; others are ignored silently."""
        self.ignore(name for name in body if name not in names)
        return copy.deepcopy({name: body[name] for name in names if name in body})

    def writable(
        self, body: Record, fields: Sequence[str] = (), expected: Sequence[str] = ()
    ) -> Record:
        """Return what is kept of a body; the rest is ignored silently.

        Args:
            body: The body.
            fields: The fields that are kept; empty for all that the server does not manage.
            expected: Further fields that belong in the body.
        """
        kept = self.table.row.writable(body, fields)
        self.ignore(name for name in body if name not in kept and name not in expected)
        return kept

    def strings(self, key: str) -> list[str]:
        """Return the list of texts at a key of the body."""
        found = _member(self.body, key)
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self.refuse(f"Missing Params: {key} (array of strings)")
        return found

    def find(self) -> Record | None:
        """Return the record that the path names by `id`, `name` or `id_or_name`."""
        table, params = self.table, self.params
        if "id" in params:
            return table.get(params["id"])
        if "name" in params:
            scope, key = table.row.scope, table.row.key
            return next(
                (
                    record
                    for record in table
                    if record.get(key) == params["name"] and (scope is None or scope(self, record))
                ),
                None,
            )
        return table.get(params["id_or_name"]) or table.named(params["id_or_name"])

    def record(self) -> Record:
        """Return the record that the path names.

        Raises:
            RefusalError: There is none: 404.
        """
        found = self.find()
        if found is None:
            name = next(iter(self.params.values()))
            raise self.refuse(f"{self.table.row.name} {name} not found", 404)
        return found

    def cap(self, default: int = 100) -> int:
        """Return the most records of a page."""
        return self.table.cap or self.sim.settings["page_cap"] or default

    def shown(self, record: Record) -> Record:
        """Return a record as responses show it, with further keys as the settings say."""
        return {**self.table.row.show(self, record), **self.sim.settings["extra"]}


def _member(body: Any, key: str) -> Any:
    return body.get(key) if isinstance(body, dict) else None


# Operations, rows, tables


@dataclass(frozen=True)
class Operation:
    """One call of a resource.

    Attributes:
        path: The path; `{id}` and `{name}` are looked up in the table, `{*path}` has slashes.
        method: The HTTP method.
        releases: The releases that have it; empty for all.
        reads: Whether it changes nothing, whatever its method.
        takes_lists: Whether a body may be a list.
    """

    path: str
    dummy: KW_ONLY
    method: str = "GET"
    releases: tuple[str, ...] = ()
    reads: bool = False
    takes_lists: bool = False

    def run(self, call: Call) -> Any:
        """Answer a call with a response, or with JSON."""
        raise NotImplementedError


def _no_check(call: Call, record: Record) -> None:
    pass


@dataclass(frozen=True)
class Row:
    """The routes of a resource, and the behaviour of its server.

    Attributes:
        name: The name of the table.
        operations: Its calls.
        id: The field with the id.
        key: The field with the natural key.
        unique: The fields that are unique together.
        new_id: Makes an id from a number.
        managed: Fields that only the server writes: ignored in bodies, kept by a whole update.
        made: Gives the fields that the server adds to a new record.
        show: Gives the record as responses show it.
        check: Raises if a record is not valid.
        scope: Tells which records a path with further parameters is about.
        touched: The field with the time of the last change.
        refuse: The form of an error.
        releases: The releases that have the resource; empty for all.
    """

    name: str
    operations: tuple[Operation, ...]
    dummy: KW_ONLY
    id: str = "_id"
    key: str = "name"
    unique: tuple[str, ...] = ("name",)
    new_id: Callable[[int], str] = object_id
    managed: tuple[str, ...] = ()
    made: Callable[[TableSimulator, Record], Record] = lambda sim, record: {}
    show: Callable[[Call, Record], Record] = lambda call, record: record
    check: Callable[[Call, Record], None] = _no_check
    scope: Callable[[Call, Record], bool] | None = None
    touched: str | None = None
    refuse: Callable[[str, int], RefusalError] = text
    releases: tuple[str, ...] = ()

    def writable(self, body: Record, fields: Sequence[str] = ()) -> Record:
        """Return what is kept of a body: not the id, and nothing that only the server writes."""
        dropped = {self.id, *self.managed} - {self.key}
        return {
            key: value
            for key, value in body.items()
            if key not in dropped and (not fields or key in fields)
        }

    def emptied(self, sim: TableSimulator, record: Record) -> Record:
        """Return what a whole update starts from: defaults and server-managed fields."""
        kept = {key: record[key] for key in (self.id, *self.managed) if key in record}
        return {**self.made(sim, record), **kept}

    def touch(self, record: Record) -> None:
        """Note that a record was changed."""
        if self.touched:
            record[self.touched] = now()


class Table:
    """The records of one resource.

    Attributes:
        row: How it is reached.
        cap: The most records of a page, if it differs from the row's.
    """

    def __init__(self, sim: TableSimulator, row: Row) -> None:
        self.sim = sim
        self.row = row
        self.cap: int | None = None
        self._records: dict[str, Record] = {}
        self._number = 0

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def seed(self, records: Iterable[Record]) -> list[Record]:
        """Add records as if the server had created them; ids may be given. Return the records."""
        return [self.add(record) for record in records]

    def clear(self) -> None:
        """Remove all records."""
        self._records.clear()

    def add(self, record: Record) -> Record:
        """Add one record, with an id and the fields that the server adds."""
        record = copy.deepcopy(record)
        row = self.row
        if row.id not in record:
            record = {row.id: self._free_id(), **record}
        full = {**row.made(self.sim, record), **record}
        self._records[full[row.id]] = full
        return full

    def _free_id(self) -> str:
        while (found := self.row.new_id(self._number)) in self._records:
            self._number += 1
        self._number += 1
        return found

    def get(self, id_: str) -> Record | None:
        """Return the record with an id."""
        return self._records.get(id_)

    def named(self, name: str) -> Record | None:
        """Return the first record with a natural key."""
        key = self.row.key
        for record in self._records.values():
            if record.get(key) == name:
                return record
        return None

    def twin(self, record: Record) -> Record | None:
        """Return the record whose unique fields equal this one's."""
        unique = self.row.unique
        if not unique:
            return None
        first, value = unique[0], record.get(unique[0])
        for one in self._records.values():
            if one.get(first) == value and all(one.get(n) == record.get(n) for n in unique):
                return one
        return None

    def remove(self, record: Record) -> None:
        """Remove a record."""
        self._records.pop(record[self.row.id], None)

    def rename(self, name: str) -> str:
        """Return `name (1)`, `name (2)` or the next free one: imports rename silently."""
        number = 1
        while self.named(f"{name} ({number})") is not None:
            number += 1
        return f"{name} ({number})"


class TableSimulator(Simulator):
    """A simulator that serves tables.

    Settings:
        create_status: The status of all creations; `None` for that of each resource.
        delete_status: 204 for deletions without a body; `None` for what each resource answers.
        extra: Keys that are added to each record in a response.
        page_cap: The most records of a page of any list; `None` for that of each list.

    Attributes:
        rows: The rows of all its tables.
        tables: The tables by name.
        release: The release that is simulated.
        ignored: What requests contained and the server ignored silently: parameters of a query that
            a list does not know, fields that are server-managed or unknown.
    """

    rows: tuple[Row, ...] = ()
    releases: tuple[str, ...] = ()
    default_release = ""

    def __init__(self, **settings: Any) -> None:
        self.release: str = settings.pop("release", self.default_release)
        if self.release not in self.releases:
            raise ValueError(f"release: {self.release} is none of {', '.join(self.releases)}")
        self.tables = {row.name: Table(self, row) for row in self.rows}
        self.ignored: list[str] = []
        tolerated = {"create_status": None, "delete_status": None, "extra": {}, "page_cap": None}
        super().__init__(**{**tolerated, **settings})

    def table_routes(self) -> BaseRoute:
        """Return the routes of all tables of this release."""
        paths = Paths()
        for table in self.tables.values():
            for operation in table.row.operations:
                if self.has(table.row.releases) and self.has(operation.releases):
                    paths.add(
                        operation.method,
                        self.prefix + operation.path,
                        self.guarded(self._handler(table.row.name, operation), operation.reads),
                    )
        return paths

    def caller(self, request: Request) -> Record:
        """Return the account that sent a request."""
        raise NotImplementedError

    def has(self, releases: Sequence[str]) -> bool:
        """Tell whether the simulated release is one of these; none means all."""
        return not releases or self.release in releases

    def _handler(self, name: str, operation: Operation) -> Any:
        async def handler(request: Request) -> Response:
            body = None
            raw = await request.body()
            if raw:
                body = await self.json_body(request)
            call = Call(self, self.tables[name], operation, request, body)
            if not isinstance(body, (dict, list) if operation.takes_lists else (dict, type(None))):
                raise call.refuse("Missing Params: body (object)")
            answer = operation.run(call)
            if inspect.isawaitable(answer):
                answer = await answer
            return answer if isinstance(answer, Response) else json_response(answer)

        return handler


def json_response(content: Any, status: int = 200) -> Response:
    """Return a JSON response; faster for long lists than Starlette's."""
    return Response(json.dumps(content), status, media_type="application/json")
