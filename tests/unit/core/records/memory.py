# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service in memory for the engine of wanted states: three kinds of records, no I/O, everything
counted."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request, Response
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure import ensure
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure_options import (
    EnsureOptions,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.purge import names_values
from ansible_collections.restops.clients.plugins.module_utils.core.records.relations import resolve
from ansible_collections.restops.clients.plugins.module_utils.core.records.stores import RecordStore
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)

TEAM = kinds.Relation("team")
ID = Field("id", kinds.INTEGER, access=FieldAccess.READ_ONLY)
ROWS = {
    row.name: row
    for row in (
        ResourceType(
            "team",
            "/teams",
            (
                ID,
                Field("name", required=True, access=FieldAccess.CREATE_ONLY),
                Field("slug", access=FieldAccess.READ_ONLY),
            ),
            key=("name",),
            names=("slug",),
        ),
        ResourceType(
            "box",
            "/boxes",
            (
                ID,
                Field("name", required=True),
                Field("size", kinds.INTEGER),
                Field("price", kinds.DECIMAL),
                Field("open", kinds.BOOLEAN),
                Field("colour", kinds.Choice({"R": "Red", "G": "Green"})),
                Field("owner", TEAM),
                Field("users", TEAM, many=True),
                Field("tags", kinds.JSON),
                Field("password", secret=True),
                Field("photo", kinds.FILE),
                Field("made", kinds.DATETIME, access=FieldAccess.READ_ONLY),
            ),
            key=("name",),
        ),
        ResourceType(
            "seat",
            "/seats",
            (
                ID,
                Field("team", TEAM),
                Field("box", kinds.Relation("box")),
                Field("rank"),
            ),
            key=("team", "box"),
        ),
        ResourceType("event", "/events", (ID, Field("text", required=True))),
        ResourceType(
            "notice",
            "/notices",
            (ID, Field("read", kinds.BOOLEAN)),
            key=("id",),
            verbs=("retrieve", "update"),
        ),
        ResourceType("report", "/reports", (ID, Field("text")), key=("text",), verbs=("retrieve",)),
    )
}


class Equalities:
    """The filters of a purge: a field to its value, to a list of values, `{"not": value}` or
    `{"any": True}`.
    """

    def __init__(self, row: ResourceType, filters: Mapping[str, Any]) -> None:
        self.row = row
        self.filters = filters

    @property
    def narrows(self) -> bool | None:
        telling = {name: value for name, value in self.filters.items() if value != {"any": True}}
        named = [
            names_values(
                self.row.field(name),
                "one_of" if isinstance(value, list) else "equals",
                value if isinstance(value, list) else [value],
            )
            for name, value in telling.items()
            if not isinstance(value, dict)
        ]
        return True if any(named) else None if telling else False

    def matches(self, record: Mapping[str, Any]) -> bool:
        return all(self.holds(record.get(name), value) for name, value in self.filters.items())

    def holds(self, found: Any, value: Any) -> bool:
        if isinstance(value, dict):
            return "any" in value or found != value["not"]
        return found in value if isinstance(value, list) else found == value


class Memory(RecordStore):
    """A server.

    Attributes:
        tables: Kind to records.
        reads: Kind, field and values of every `find`.
        writes: Action, kind and what was sent.
        ignoring: Fields that are accepted and not kept.
        failing: Names of records whose writes fail.
        broken: For each coming write, whether the server fails after it kept a part of it.
        status: The status of such a failure.
        kept: The fields that it keeps then; `None` for no record at all.
        generous: `True` if more is found than was asked for.
    """

    def __init__(self, **tables: Iterable[Mapping[str, Any]]) -> None:
        self.tables = {name: [dict(record) for record in tables.get(name, ())] for name in ROWS}
        self.reads: list[tuple[str, str | None, list[Any]]] = []
        self.listings: list[Mapping[str, Any]] = []
        self.writes: list[tuple[str, str, Any]] = []
        self.ignoring: set[str] = set()
        self.failing: set[Any] = set()
        self.generous = False
        self.broken: list[bool] = []
        self.status = 500
        self.kept: tuple[str, ...] | None = ("name",)

    def resource(self, name: str) -> ResourceType:
        return ROWS[name]

    def find(self, row: ResourceType, field: str | None, values: Sequence[Any]) -> Any:
        yield from ()
        self.reads.append((row.name, field, list(values)))
        if field is None or self.generous:
            return copy.deepcopy(self.tables[row.name])
        kind = row.fields[field].kind
        wanted = {kind.comparable(value) for value in values}
        return [
            dict(record)
            for record in self.tables[row.name]
            if kind.comparable(record.get(field)) in wanted
        ]

    def select(self, row: ResourceType, filters: Mapping[str, Any]) -> Any:
        (known,) = yield from resolve(self, row, [dict(filters)], text_ids=False)
        return Equalities(row, known)

    def list_selected(self, row: ResourceType, selection: Equalities) -> Any:
        yield from ()
        self.listings.append(selection.filters)
        table = copy.deepcopy(self.tables[row.name])
        return table if self.generous else list(filter(selection.matches, table))

    def write(self, row: ResourceType, changes: Sequence[Change], concurrency: int) -> Any:
        yield from ()
        assert concurrency >= 1
        return [self.written(row, change) for change in changes]

    def break_down(
        self, row: ResourceType, change: Change, table: list[dict[str, Any]]
    ) -> HTTPStatusError:
        """Keep a part of a write and fail."""
        if self.kept is not None:
            sent = {name: change.sent[name] for name in self.kept if name in change.sent}
            if change.action == "create":
                table.append({"id": self.next_id(table), **sent})
            elif change.action == "update":
                next(record for record in table if record["id"] == change.before["id"]).update(sent)
            else:
                table[:] = [record for record in table if record["id"] != change.before["id"]]
        return status_error(self.status)

    @staticmethod
    def next_id(table: list[dict[str, Any]]) -> int:
        return max([0, *(record["id"] for record in table)]) + 1

    def written(self, row: ResourceType, change: Change) -> Any:
        table = self.tables[row.name]
        self.writes.append((change.action, row.name, dict(change.sent)))
        name = (change.before or change.sent).get(row.key[0] if row.key else "id")
        if name in self.failing:
            return ClientError(f"{name} failed")
        if self.broken and self.broken.pop(0):
            return self.break_down(row, change, table)
        kept = {field: value for field, value in change.sent.items() if field not in self.ignoring}
        if change.action == "create":
            record = {"id": self.next_id(table), **kept}
            table.append(record)
        else:
            record = next(record for record in table if record["id"] == change.before["id"])
            if change.action == "delete":
                table.remove(record)
                return None
            record.update(kept)
        # The server spells numbers its own way, and gives neither secrets nor files back.
        shown = {
            field: value for field, value in record.items() if not row.fields[field].write_only
        }
        return (
            {**shown, "price": f"{float(shown['price']):.2f}"}
            if shown.get("price") is not None
            else shown
        )


def status_error(status: int) -> HTTPStatusError:
    """Return the error for a response with this status."""
    request = Request("POST", "/boxes", "http://server.example/boxes", {})
    return HTTPStatusError(f"answered {status}", response=Response(status, {}, b"", request))


def run(flow: Any) -> Any:
    """Run a flow that needs nothing of a driver."""
    outcomes: list[Any] = []

    def whole() -> Any:
        outcomes.append((yield from flow))

    assert list(whole()) == []
    return outcomes[0]


def bring(memory: Memory, kind: str, *records: Mapping[str, Any], **options: Any) -> list[Change]:
    """Bring records to a wanted state."""
    return run(ensure(memory, ROWS[kind], records, EnsureOptions(**options)))
