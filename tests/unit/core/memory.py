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
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure import (
    Change,
    Resource,
    Wish,
    ensure,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    comparable,
)

ID = Field("id", "integer", written="never")
ROWS = {
    row.name: row
    for row in (
        Resource(
            "team",
            "/teams",
            (ID, Field("name", required=True, written="create"), Field("slug", written="never")),
            key=("name",),
            names=("slug",),
        ),
        Resource(
            "box",
            "/boxes",
            (
                ID,
                Field("name", required=True),
                Field("size", "integer"),
                Field("price", "decimal"),
                Field("open", "boolean"),
                Field("colour", "choice", choices={"R": "Red", "G": "Green"}),
                Field("owner", "relation", to="team"),
                Field("users", "relation", to="team", many=True),
                Field("tags", "json"),
                Field("password", secret=True),
                Field("photo", "file"),
                Field("made", "datetime", written="never"),
            ),
            key=("name",),
        ),
        Resource(
            "seat",
            "/seats",
            (
                ID,
                Field("team", "relation", to="team"),
                Field("box", "relation", to="box"),
                Field("rank"),
            ),
            key=("team", "box"),
        ),
        Resource("event", "/events", (ID, Field("text", required=True))),
        Resource(
            "notice",
            "/notices",
            (ID, Field("read", "boolean")),
            key=("id",),
            verbs=("retrieve", "update"),
        ),
        Resource("report", "/reports", (ID, Field("text")), key=("text",), verbs=("retrieve",)),
    )
}


class Memory:
    """A server.

    Attributes:
        tables: Kind to records.
        reads: Kind, field and values of every `_find`.
        writes: Action, kind and what was sent.
        ignoring: Fields that are accepted and not kept.
        failing: Names of records whose writes fail.
        generous: Whether more is found than was asked for.
    """

    def __init__(self, **tables: Iterable[Mapping[str, Any]]) -> None:
        self.tables = {name: [dict(record) for record in tables.get(name, ())] for name in ROWS}
        self.reads: list[tuple[str, str | None, list[Any]]] = []
        self.listings: list[Mapping[str, Any]] = []
        self.writes: list[tuple[str, str, Any]] = []
        self.ignoring: set[str] = set()
        self.failing: set[Any] = set()
        self.generous = False

    def resource(self, name: str) -> Resource:
        return ROWS[name]

    def _find(self, row: Resource, field: str | None, values: Sequence[Any]) -> Any:
        yield from ()
        self.reads.append((row.name, field, list(values)))
        if field is None or self.generous:
            return copy.deepcopy(self.tables[row.name])
        marks = {comparable(row.fields[field].kind, value) for value in values}
        return [
            dict(record)
            for record in self.tables[row.name]
            if comparable(row.fields[field].kind, record.get(field)) in marks
        ]

    def _listed(self, row: Resource, filters: Mapping[str, Any]) -> Any:
        self.listings.append(filters)
        if "all" in filters:
            raise ConfigurationError("these filters let everything through")
        known = yield from self.named(row, filters)
        return [
            dict(record)
            for record in self.tables[row.name]
            if all(record.get(name) == value for name, value in known.items())
        ]

    def named(self, row: Resource, filters: Mapping[str, Any]) -> Any:
        from ansible_collections.restops.clients.plugins.module_utils.core.records.relations import (
            resolved,
        )

        (known,) = yield from resolved(self, row, [dict(filters)], lenient=False)
        return known

    def _write(self, row: Resource, changes: Sequence[Change], concurrency: int) -> Any:
        yield from ()
        assert concurrency >= 1
        return [self.written(row, change) for change in changes]

    def written(self, row: Resource, change: Change) -> Any:
        table = self.tables[row.name]
        self.writes.append((change.action, row.name, dict(change.sent)))
        name = (change.before or change.sent).get(row.key[0] if row.key else "id")
        if name in self.failing:
            return ClientError(f"{name} failed")
        kept = {field: value for field, value in change.sent.items() if field not in self.ignoring}
        if change.action == "create":
            record = {"id": max([0, *(record["id"] for record in table)]) + 1, **kept}
            table.append(record)
        else:
            record = next(record for record in table if record["id"] == change.before["id"])
            if change.action == "delete":
                table.remove(record)
                return None
            record.update(kept)
        # The server spells numbers its own way, and gives neither secrets nor files back.
        shown = {field: value for field, value in record.items() if not row.fields[field].blind}
        return (
            {**shown, "price": f"{float(shown['price']):.2f}"}
            if shown.get("price") is not None
            else shown
        )


def run(flow: Any) -> Any:
    """Run a flow that needs nothing of a driver."""
    outcomes: list[Any] = []

    def whole() -> Any:
        outcomes.append((yield from flow))

    assert list(whole()) == []
    return outcomes[0]


def bring(memory: Memory, kind: str, *records: Mapping[str, Any], **wish: Any) -> list[Change]:
    """Bring records to a wanted state."""
    return run(ensure(memory, ROWS[kind], records, Wish(**wish)))
