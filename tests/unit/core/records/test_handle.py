# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records of one type, as programs use them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.access import (
    Access,
    List,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.handle import (
    AsyncRecords,
    Records,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.stores import RecordStore
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .rest import Bench, body_of

ID = Field("id", kinds.ID, access=FieldAccess.READ_ONLY)
TEAM = ResourceType("team", "/teams", (ID, Field("name")), key=("name",))
BOX = ResourceType(
    "box",
    "/boxes",
    (
        ID,
        Field("name", required=True),
        Field("size", kinds.INTEGER),
        Field("team", kinds.Relation("team"), wire="teamId"),
    ),
    key=("name",),
)
SEAT = ResourceType(
    "seat",
    "/seats",
    (Field("id", kinds.INTEGER), Field("row"), Field("place")),
    key=("row", "place"),
)
THERE = [
    {"id": "b1", "name": "a", "size": 1, "teamId": "t1"},
    {"id": "b2", "name": "b", "size": 2, "teamId": "t1"},
    {"id": "b3", "name": "b1", "size": 3, "teamId": None},
]


def records_of(case: Case, row: ResourceType = BOX, **routes: Any) -> tuple[Any, Bench]:
    """Return the records of a type, and the server that has them."""
    bench = Bench(
        case,
        {
            "GET /boxes": THERE,
            "GET /teams": [{"id": "t1", "name": "lab"}],
            "GET /boxes/b2": THERE[1],
            "GET /seats/7": {"id": 7, "row": "a", "place": "1"},
            "GET /seats": [{"id": 7, "row": "a", "place": "1"}],
            "POST /boxes": lambda request: {"id": "new", **body_of(request)},
            "PATCH /boxes/b1": lambda request: {**THERE[0], **body_of(request)},
            "DELETE /boxes/b2": {},
            **routes,
        },
        row,
        TEAM,
    )
    kind = AsyncRecords if case.kind.want_async else Records
    made = kind(bench.store, lambda: bench.store.row(row), bench.connection._perform)
    return made, bench


async def test_the_type_is_that_of_the_release_of_the_server(case: Case) -> None:
    boxes, dummy = records_of(case)
    found = await case.kind.wait(boxes.resource_type())
    assert (found.name, found.key) == ("box", ("name",))


async def test_records_are_listed_and_found(case: Case) -> None:
    boxes, dummy = records_of(case)
    wait = case.kind.wait
    assert len(await wait(boxes.list())) == 3
    found = await wait(boxes.list({"team": "lab", "size": {"gt": 1}}))
    assert [box["name"] for box in found] == ["b"]
    assert [box["size"] for box in await wait(boxes.list(order=["-size"], limit=2))] == [3, 2]


@pytest.mark.parametrize("complete", [False, True])
async def test_a_function_takes_the_records_of_each_page(case: Case, complete: bool) -> None:
    boxes, dummy = records_of(case)

    def names(records: list[Any]) -> list[Any]:
        return [{"name": record["name"]} for record in records]

    found = await case.kind.wait(boxes.list(each=names, complete=complete, limit=2))
    assert found == [{"name": record["name"]} for record in THERE[:2]]


def test_a_store_without_pages_passes_all_records_at_once() -> None:
    class Store(RecordStore):
        def read_all(self, *dummy: Any, **options: Any) -> Any:
            yield from ()
            return [{"name": "a"}, {"name": "b"}]

    store: Any = Store()
    flow = store.read_each(BOX, lambda records: records[::-1])
    with pytest.raises(StopIteration) as done:
        next(flow)
    assert done.value.value == [{"name": "b"}, {"name": "a"}]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("a", "b1"),
        ("b1", "b3"),
        ("b2", "b2"),
        ({"size": "2"}, "b2"),
        ({"team": "lab", "name": "a"}, "b1"),
        ("none", None),
    ],
)
async def test_a_record_is_named_by_its_key_its_id_or_some_fields(
    case: Case, target: Any, found: Any
) -> None:
    boxes, dummy = records_of(case)
    record = await case.kind.wait(boxes.find(target))
    assert (record and record["id"]) == found


@pytest.mark.parametrize("target", [7, "7"])
async def test_an_id_is_enough_for_a_type_with_several_keys(case: Case, target: Any) -> None:
    seats, dummy = records_of(case, SEAT)
    assert (await case.kind.wait(seats.find(target)))["id"] == 7


async def test_a_type_with_several_keys_may_have_a_name(case: Case) -> None:
    role = ResourceType(
        "role",
        "/roles",
        (ID, Field("name"), Field("origin")),
        key=("name", "origin"),
        names=("name",),
    )
    there = [{"id": "r1", "name": "a", "origin": "x"}, {"id": "r2", "name": "b", "origin": "x"}]
    there.append({**there[1], "id": "r3", "origin": "y"})
    roles, dummy = records_of(case, role, **{"GET /roles": there, "GET /roles/r2": there[1]})
    assert await case.kind.wait(roles.find("a")) == there[0]
    assert await case.kind.wait(roles.find("r2")) == there[1]
    with pytest.raises(ClientError, match="role name='b' matches 2 records \\(id r2, r3\\)"):
        await case.kind.wait(roles.delete("b"))


async def test_ids_that_are_texts_may_come_as_numbers(case: Case) -> None:
    there = {"id": 7, "name": "lab"}
    routes = {"GET /teams": [there], "GET /teams/7": there, "PATCH /teams/7": there}
    teams, bench = records_of(case, TEAM, **routes)
    for target in ("lab", 7, "7", {"id": "7"}):
        assert await case.kind.wait(teams.find(target)) == there
    await case.kind.wait(teams.update("lab", {"name": "new"}))
    assert bench.server.writes == [("PATCH /teams/7", {"name": "new"})]


async def test_a_target_that_is_neither_is_refused(case: Case) -> None:
    boxes, dummy = records_of(case)
    for target in (None, True, "", ["a"]):
        with pytest.raises(ConfigurationError, match="a box is a name, an id or a dict"):
            await case.kind.wait(boxes.find(target))
    with pytest.raises(ConfigurationError, match="give at least one field of the box"):
        await case.kind.wait(boxes.find({}))
    with pytest.raises(ClientError, match="matches 2 records"):
        await case.kind.wait(boxes.find({"team": "lab"}))
    seats, dummy = records_of(case, SEAT)
    with pytest.raises(ConfigurationError, match="id must be a whole number"):
        await case.kind.wait(seats.find("a"))


async def test_a_name_that_can_be_no_id_is_only_a_name(case: Case) -> None:
    numbered = ResourceType(
        "team", "/teams", (Field("id", kinds.INTEGER), Field("name")), key=("name",)
    )
    there = {"id": 3, "name": "lab"}
    teams, bench = records_of(case, numbered, **{"GET /teams": [there], "GET /teams/3": there})
    assert await case.kind.wait(teams.find("lab")) == there
    assert await case.kind.wait(teams.find("3")) == there
    assert await case.kind.wait(teams.find("none")) is None
    assert bench.server.calls == ["GET /teams", "GET /teams", "GET /teams/3", "GET /teams"]


async def test_records_are_written_one_by_one(case: Case) -> None:
    boxes, bench = records_of(case)
    wait = case.kind.wait
    made = await wait(boxes.create({"name": "c", "size": "4", "teamId": "lab"}))
    assert made == {"id": "new", "name": "c", "size": 4, "team": "t1"}
    assert (await wait(boxes.update("a", {"size": 9})))["size"] == 9
    assert await wait(boxes.delete("b")) is True
    assert await wait(boxes.delete("gone")) is False
    assert bench.server.writes == [
        ("POST /boxes", {"name": "c", "size": 4, "teamId": "t1"}),
        ("PATCH /boxes/b1", {"size": 9}),
        ("DELETE /boxes/b2", None),
    ]


async def test_what_cannot_be_written_is_an_error(case: Case) -> None:
    boxes, dummy = records_of(case, **{"POST /boxes": httpx.Response(400)})
    wait = case.kind.wait
    with pytest.raises(HTTPStatusError):
        await wait(boxes.create({"name": "c"}))
    with pytest.raises(ConfigurationError, match=r"box\.id is read-only"):
        await wait(boxes.create({"name": "c", "id": "x"}))
    with pytest.raises(ConfigurationError, match="a box must be a dict of fields"):
        await wait(boxes.update("a", "size=3"))
    with pytest.raises(ClientError, match="there is no box 'gone'"):
        await wait(boxes.update("gone", {}))
    with pytest.raises(ClientError, match="there is no box 'gone'"):
        await wait(boxes.delete("gone", missing_ok=False))


async def test_a_state_is_ensured(case: Case) -> None:
    boxes, bench = records_of(case)
    changes = await case.kind.wait(boxes.ensure([{"name": "a", "size": 2}, {"name": "b"}]))
    assert [change.action for change in changes] == ["update", "none"]
    assert bench.server.writes == [("PATCH /boxes/b1", {"size": 2})]
    with pytest.raises(TypeError, match="stat"):
        await case.kind.wait(boxes.ensure([], stat="present"))


async def test_a_found_record_is_whole(case: Case) -> None:
    partial = ResourceType(
        "box", Access(List("/boxes", partial=True)), BOX.fields.values(), key=("name",)
    )
    gone = {"GET /boxes/b1": {**THERE[0], "size": 77}, "GET /boxes/b2": {}}
    boxes, dummy = records_of(case, partial, **gone)
    assert (await case.kind.wait(boxes.find("a")))["size"] == 77
    assert await case.kind.wait(boxes.find("b")) is None


async def test_a_store_without_partial_lists_or_validation_need_not_know_them(case: Case) -> None:
    class Plain(RecordStore):
        read_all = find = select = list_selected = write = resource = None

    dummy, bench = records_of(case)
    plain = Plain()
    assert await bench.run(plain.complete(BOX, [{"id": 1}])) == [{"id": 1}]
    assert await bench.run(plain.validate(BOX, Change("box", None))) is None
