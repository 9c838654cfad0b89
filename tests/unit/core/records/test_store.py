# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`RestStore`: rows that say how records are reached, against a server."""

from __future__ import annotations

from collections import deque
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import collect
from ansible_collections.restops.clients.plugins.module_utils.core.page_styles import PageStyle
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.access import (
    Access,
    Delete,
    List,
    One,
    Write,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.dialects import Dialect
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import Document
from ansible_collections.restops.clients.plugins.module_utils.core.records.failures import Failure
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.inline import row_of
from ansible_collections.restops.clients.plugins.module_utils.core.records.references import (
    References,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.store import RestStore
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .rest import Bench, body_of

ID = Field("_id", kinds.ID, access=FieldAccess.READ_ONLY)
NAME = Field("name", required=True)
BRACKETS = Dialect(
    {
        "equals": {"equals[{field}]": "{value}"},
        "contains": {"contains[{field}]": "{value}"},
        "in": {"in[{field}]": "{value}"},
    }
)
PAIRS = Dialect({"equals": {"equalsField": "{field}", "equals": "{value}"}}, refused="()")
RESULTS = PageStyle(
    "results", "results", total=("total",), offset="skip", limit="limit", page_size=2
)


def row(access: str | Access, *fields: Field, **options: Any) -> ResourceType:
    """Return a type `flow`, with `_id`, `name` and further fields."""
    given = {"id_field": "_id", "key": ("name",), "closed": False, **options}
    return ResourceType("flow", access, (ID, NAME, *fields), **given)


def record(name: str, **fields: Any) -> dict[str, Any]:
    return {"_id": f"id-{name}", "name": name, **fields}


def listing(*records: dict[str, Any]) -> Any:
    """Answer with pages of records."""

    def answer(request: httpx.Request) -> dict[str, Any]:
        start = int(request.url.params.get("skip", 0))
        size = int(request.url.params.get("limit", 100))
        return {"results": list(records[start : start + size]), "total": len(records)}

    return answer


# The usual ways


@pytest.mark.parametrize("identifier", [7, "7"])
@pytest.mark.parametrize("wanted", [{"name": "a"}, {"id": 7}, {"id": "7"}])
async def test_records_of_a_type_from_plain_data_are_found_and_written(
    case: Case, identifier: Any, wanted: dict[str, Any]
) -> None:
    there = {"id": identifier, "name": "a", "size": 1}
    plain = row_of({"name": "box", "path": "/boxes", "key": ["name"], "fields": ["name", "size"]})
    routes = {"GET /boxes": [there], "GET /boxes/7": there, "PATCH /boxes/7": {**there, "size": 2}}
    bench = Bench(case, routes, plain)
    (change,) = await bench.bring({**wanted, "size": 2})
    assert (change.action, change.error) == ("update", None)
    assert bench.server.writes == [("PATCH /boxes/7", {"size": 2})]


async def test_a_path_alone_lists_creates_updates_and_deletes(case: Case) -> None:
    there = [record("a", size=1), record("b", size=1)]
    bench = Bench(
        case,
        {
            "GET /flows": there,
            "POST /flows": lambda request: {"_id": "new", **body_of(request)},
            "PATCH /flows/id-a": lambda request: {**there[0], **body_of(request)},
            "DELETE /flows/id-b": {},
        },
        row("/flows"),
    )
    created, changed, same = await bench.bring(
        {"name": "c", "size": 3}, {"name": "a", "size": 2}, {"name": "b"}
    )
    assert [change.action for change in (created, changed, same)] == ["create", "update", "none"]
    assert created.after == {"_id": "new", "name": "c", "size": 3}
    (gone,) = await bench.bring({"name": "b"}, state="absent")
    assert gone.error is None
    *writes, deletion = bench.server.writes
    # The creation and the update are sent side by side.
    assert sorted(writes, key=str) == [
        ("PATCH /flows/id-a", {"size": 2}),
        ("POST /flows", {"name": "c", "size": 3}),
    ]
    assert deletion == ("DELETE /flows/id-b", None)


async def test_deleting_what_is_gone_already_is_no_error(case: Case) -> None:
    bench = Bench(case, {"GET /flows/": [record("a")]}, row("/flows/"))
    (gone,) = await bench.bring({"name": "a"}, state="absent")
    assert (gone.action, gone.error) == ("delete", None)
    assert bench.server.writes == [("DELETE /flows/id-a/", None)]


# Envelopes and wrappers

WRAPPED = row(
    Access(
        List("/flows", RESULTS, item="data"),
        one=One("/flows/{name}", unwrap=("data", "result.data"), statuses=(404, 500)),
        create=Write("/flow", wrap="properties", body={"mode": "new"}, unwrap="created"),
        update=Write("/flows/{name}", "PUT", wrap="update.flow", whole=True, unwrap="updated"),
        delete=Delete("/builder/delete/{name}"),
    ),
    Field("made", access=FieldAccess.READ_ONLY),
)


async def test_wrappers_and_envelopes_are_those_of_the_row(case: Case) -> None:
    old = record("a/b", size=1, made="today")
    bench = Bench(
        case,
        {
            "GET /flows/a%2Fb": {"data": old, "metadata": {"active": True}},
            "GET /flows/new": httpx.Response(500),
            "POST /flow": lambda request: {"created": record("new"), "edit": "/url"},
            "PUT /flows/a%2Fb": lambda request: {"updated": {**old, "size": 2}},
            "DELETE /builder/delete/a%2Fb": httpx.Response(200, text="true"),
        },
        WRAPPED,
    )
    new, changed = await bench.bring({"name": "new"}, {"name": "a/b", "size": 2})
    assert (new.after, changed.after) == (record("new"), {**old, "size": 2})
    await bench.bring({"name": "a/b"}, state="absent")
    assert bench.server.writes == [
        ("POST /flow", {"mode": "new", "properties": {"name": "new"}}),
        # Nothing that the server makes is sent back, and nothing else is lost.
        ("PUT /flows/a/b", {"update": {"flow": {"name": "a/b", "size": 2}}}),
        ("DELETE /builder/delete/a/b", None),
    ]


async def test_a_search_has_its_filters_in_the_body(case: Case) -> None:
    found = {"list": [record("a")], "total": 1}
    style = PageStyle(
        "own", "list", total=("total",), offset="start", limit="limit", body="options"
    )
    bench = Bench(
        case,
        {"POST /search": found},
        row(
            Access(
                List(
                    "/search",
                    style,
                    method="POST",
                    body={"options": {"exact": True}},
                    filters=Dialect({"equals": {"{field}": "{value}"}}, body="options.filter"),
                )
            )
        ),
    )
    assert await bench.run(bench.store.read_all(bench.rows[0], {"name": "a"})) == [record("a")]
    (asked,) = bench.server.requests
    assert body_of(asked) == {
        "options": {"exact": True, "filter": {"name": "a"}, "limit": 100, "start": 0}
    }


# Lists


async def test_pages_are_read_side_by_side_and_come_in_order(case: Case) -> None:
    records = [record(str(number)) for number in range(9)]
    bench = Bench(case, {"GET /flows": listing(*records)}, row(Access(List("/flows", RESULTS))))
    pages = await bench.run(collect(bench.store.pages(bench.rows[0])))
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1]
    assert [found for page in pages for found in page] == records
    assert len(bench.server.calls) == 5


async def test_numbered_pages_are_read_side_by_side_too(case: Case) -> None:
    records = [record(str(number)) for number in range(9)]

    def answer(request: httpx.Request) -> dict[str, Any]:
        start = (int(request.url.params["page"]) - 1) * 2
        return {"results": records[start : start + 2], "total": 9}

    style = RESULTS.but(offset="page", limit="pageSize", first_page=1)
    bench = Bench(case, {"GET /flows": answer}, row(Access(List("/flows", style))))
    assert await bench.run(bench.store.read_all(bench.rows[0])) == records
    pages = sorted(int(request.url.params["page"]) for request in bench.server.requests)
    assert pages == [1, 2, 3, 4, 5]


LISTED = row(
    Access(
        List(
            "/flows",
            RESULTS,
            params={"full": "true"},
            filters=BRACKETS,
            order={"sort": "{field}", "order": "{direction}"},
            include="include",
        )
    ),
    Field("size", kinds.INTEGER),
    Field("kind", wire="componentType"),
)


@pytest.mark.parametrize(
    ("options", "target"),
    [
        (
            {"filters": {"kind": "x"}},
            "?full=true&limit=2&equals[componentType]=x&skip=0",
        ),
        ({"order": ["-name"], "limit": 1}, "?full=true&limit=1&sort=name&order=-1&skip=0"),
        ({"fields": ["size"], "limit": 1}, "?full=true&limit=1&include=_id%2Csize&skip=0"),
        (
            {"fields": ["size"], "filters": {"kind": "x"}},
            "?full=true&limit=2&equals[componentType]=x&include=_id%2CcomponentType%2Csize&skip=0",
        ),
        ({"order": ["size", "name"], "limit": 1}, "?full=true&limit=2&skip=0"),
    ],
)
async def test_what_the_server_can_do_is_left_to_the_server(
    case: Case, options: Any, target: str
) -> None:
    there = [record("b", size=2, componentType="x"), record("a", size=1, componentType="x")]
    bench = Bench(case, {"GET /flows": listing(*there)}, LISTED)
    found = await bench.run(bench.store.read_all(LISTED, **options))
    assert bench.server.calls[0] == f"GET /flows{target}"
    assert len(found) == options.get("limit", 2)
    if options.get("order") == ["size", "name"]:
        assert found == [{"_id": "id-a", "name": "a", "size": 1, "kind": "x"}]


async def test_a_document_is_read_whole(case: Case) -> None:
    access = Access(List("/flows", include="include"))
    documents = row(access, Field("document", Document()), document="document")
    bench = Bench(case, {"GET /flows": [record("a", tasks={})]}, documents)
    found = await bench.run(bench.store.read_all(documents, fields=["name", "document"]))
    assert found[0]["document"] == {"tasks": {}}
    assert bench.server.calls == ["GET /flows"]


async def test_filters_that_the_server_ignores_are_applied_here(case: Case) -> None:
    there = [record(name, size=size) for size, name in enumerate("abcdef")]
    bench = Bench(case, {"GET /flows": listing(*there)}, LISTED)
    found = await bench.run(bench.store.read_all(LISTED, {"size": {"gte": 1}}, limit=2))
    assert [one["name"] for one in found] == ["b", "c"]
    # Reading ends as soon as there is enough.
    assert len(bench.server.calls) < 4
    assert await bench.run(bench.store.read_all(LISTED, {"name": []})) == []


async def test_a_limit_that_is_reached_at_the_end_of_a_page_reads_no_further(case: Case) -> None:
    there = [record(name, size=1) for name in "abcdef"]
    bench = Bench(case, {"GET /flows": listing(*there)}, LISTED)
    found = await bench.run(bench.store.read_all(LISTED, {"size": {"gte": 1}}, limit=2))
    assert [one["name"] for one in found] == ["a", "b"]
    assert len(bench.server.calls) == 1


@pytest.mark.parametrize("answer", [{"results": ["a"], "total": 1}, {"message": "x"}, "text"])
async def test_a_response_without_records_is_an_error(case: Case, answer: Any) -> None:
    bench = Bench(case, {"GET /flows": answer}, LISTED)
    with pytest.raises(SerializationError, match="answered 200, but not with records"):
        await bench.run(bench.store.read_all(LISTED))


async def test_equal_records_without_an_id_are_all_kept(case: Case) -> None:
    there = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    bench = Bench(case, {"GET /flows": listing(*there)}, LISTED)
    assert await bench.run(bench.store.read_all(LISTED)) == there


# Lists below a parent

MODEL = ResourceType("model", "/models", (ID, NAME), id_field="_id", key=("name",))
CHILD = ResourceType(
    "instance",
    Access("/models/{model}/instances"),
    (ID, NAME, Field("model", kinds.Relation("model"))),
    id_field="_id",
    key=("model", "name"),
)


async def test_records_below_a_parent_are_listed_by_it_and_keep_it(case: Case) -> None:
    models = [record("m"), record("n")]
    bench = Bench(
        case,
        {
            "GET /models": models,
            "GET /models/id-m/instances": [record("a")],
            "GET /models/id-n/instances": [record("a"), record("b")],
            "PATCH /models/id-n/instances/id-b": {},
            "POST /models/id-m/instances": body_of,
        },
        CHILD,
        MODEL,
    )
    found = await bench.run(bench.store.read_all(CHILD, {"model": ["m", "n"]}))
    assert [(one["model"], one["name"]) for one in found] == [
        ("id-m", "a"),
        ("id-n", "a"),
        ("id-n", "b"),
    ]
    changes = await bench.bring(
        {"model": "m", "name": "a"}, {"model": "n", "name": "b"}, {"model": "m", "name": "new"}
    )
    assert [change.action for change in changes] == ["none", "none", "create"]
    assert bench.server.writes == [("POST /models/id-m/instances", {"name": "new"})]
    with pytest.raises(ConfigurationError, match="listed by their model: name it in the filters"):
        await bench.run(bench.store.read_all(CHILD))
    with pytest.raises(ConfigurationError, match="instance: the request needs a value for model"):
        await bench.run(bench.store.read(CHILD, {"_id": "x"}))


async def test_a_default_parent_need_not_be_named(case: Case) -> None:
    device = ResourceType(
        "device",
        Access(
            "/inventories/{inventory}/devices", one=One("/inventories/{inventory}/devices/{name}")
        ),
        (NAME, Field("inventory")),
        id_field="name",
        key=("inventory", "name"),
        defaults={"inventory": "default"},
    )
    there = [{"name": "r1"}]
    answers = {
        "GET /inventories/default/devices": there,
        "GET /inventories/default/devices/r1": there[0],
    }
    bench = Bench(case, answers, device)
    (change,) = await bench.bring({"name": "r1", "inventory": "default"})
    assert change.action == "none"
    assert await bench.run(bench.store.read_all(device)) == [{"name": "r1", "inventory": "default"}]


# Finding


def finding(many: List, one: One | tuple[()] = (), **options: Any) -> ResourceType:
    return row(Access(many, one=one), Field("tags", many=True), **options)


@pytest.mark.parametrize(
    ("found_in", "values", "calls"),
    [
        (finding(List("/flows", filters=BRACKETS)), ["a", "b"], ["/flows?in[name]=a%2Cb"]),
        (
            finding(List("/flows", filters=BRACKETS), most_named=2),
            ["a", "b", "c"],
            ["/flows?in[name]=a%2Cb", "/flows?in[name]=c"],
        ),
        (finding(List("/flows", filters=BRACKETS)), ["a,b"], ["/flows"]),
        (
            finding(List("/flows", filters=PAIRS)),
            ["a", "b"],
            ["/flows?equalsField=name&equals=a", "/flows?equalsField=name&equals=b"],
        ),
        (finding(List("/flows", filters=PAIRS)), ["a (1)"], ["/flows"]),
        (finding(List("/flows", filters=PAIRS), most_named=1), ["a", "b"], ["/flows"]),
        (
            finding(List("/flows"), One("/flows/{name}")),
            ["a", "gone"],
            ["/flows/a", "/flows/gone"],
        ),
        (finding(List("/flows"), One("/flows/{name}"), most_named=1), ["a", "b"], ["/flows"]),
        (finding(List("/flows"), One("/flows/{id}")), ["a"], ["/flows"]),
        (finding(List("/flows")), [], []),
        (finding(List("/flows"), One("/flows/{name}")), [None], []),
    ],
)
async def test_records_are_found_with_as_few_requests_as_the_routes_allow(
    case: Case, found_in: ResourceType, values: list[Any], calls: list[str]
) -> None:
    there = [record("a"), record("a,b"), record("a (1)")]
    bench = Bench(case, {"GET /flows": there, "GET /flows/a": there[0]}, found_in)
    found = await bench.run(bench.store.find(found_in, "name", values))
    asked = {value for value in values if value is not None}
    assert {one["name"] for one in found} >= asked & {"a", "a,b", "a (1)"}
    assert sorted(bench.server.calls) == sorted(f"GET {call}" for call in calls)


async def test_a_list_of_ids_is_read_by_id(case: Case) -> None:
    by_id = finding(List("/flows", filters=BRACKETS), One("/flows/{id}"))
    bench = Bench(case, {"GET /flows": [record("a")]}, by_id)
    found = await bench.run(bench.store.find(by_id, "_id", ["id-a"]))
    assert (found, bench.server.calls) == ([record("a")], ["GET /flows?in[_id]=id-a"])
    await bench.run(bench.store.find(by_id, "tags", ["x"]))
    assert await bench.run(bench.store.find(by_id, None, ())) == [record("a")]
    assert bench.server.calls[1:] == ["GET /flows?equals[tags]=x", "GET /flows"]


async def test_two_records_with_one_name_are_an_error_that_lists_their_ids(case: Case) -> None:
    twins = [record("a"), {**record("a"), "_id": "id-2"}]
    bench = Bench(case, {"GET /flows": twins}, row("/flows"))
    with pytest.raises(ClientError, match=r"matches 2 records \(_id id-a, id-2\)"):
        await bench.bring({"name": "a", "size": 1})


@pytest.mark.parametrize(
    ("states", "expected"), [([False, True], "none"), ([True, True], ClientError)]
)
async def test_of_records_with_one_name_the_preferred_one_counts(
    case: Case, states: list[bool], expected: Any
) -> None:
    twins = [
        {**record("a"), "_id": f"id-{number}", "inactive": state}
        for number, state in enumerate(states)
    ]
    bench = Bench(case, {"GET /flows": twins}, row("/flows", prefer={"inactive": False}))
    if expected is ClientError:
        with pytest.raises(ClientError, match="matches 2 records"):
            await bench.bring({"name": "a"})
    else:
        (change,) = await bench.bring({"name": "a"})
        assert (change.action, change.before["_id"]) == (expected, "id-0")


# Partial lists, and reading one

PARTIAL = row(
    Access(
        List("/flows", partial=True),
        one=One("/flows/{id}", unwrap="data", absent=Failure("total", equals=0)),
    )
)


async def test_records_of_a_partial_list_are_read_alone_before_they_are_compared(
    case: Case,
) -> None:
    bench = Bench(
        case,
        {
            "GET /flows": [record("a"), record("b"), record("c")],
            "GET /flows/id-a": {"data": record("a", size=1)},
            "GET /flows/id-b": {"data": record("b", size=1)},
            "PATCH /flows/id-b": lambda request: record("b", size=2),
        },
        PARTIAL,
    )
    same, changed = await bench.bring({"name": "a", "size": 1}, {"name": "b", "size": 2})
    assert (same.action, changed.action, changed.sent) == ("none", "update", {"size": 2})
    assert "GET /flows/id-c" not in bench.server.calls


@pytest.mark.parametrize(
    "answer",
    [{}, {"data": None}, {"data": {}}, {"total": 0, "data": {"x": 1}}, httpx.Response(404)],
)
async def test_a_200_without_a_record_means_that_there_is_none(case: Case, answer: Any) -> None:
    bench = Bench(case, {"GET /flows/id-a": answer}, PARTIAL)
    assert await bench.run(bench.store.read(PARTIAL, record("a"))) is None


async def test_an_error_is_not_taken_for_a_missing_record(case: Case) -> None:
    bench = Bench(case, {"GET /flows/id-a": httpx.Response(403)}, PARTIAL)
    with pytest.raises(HTTPStatusError):
        await bench.run(bench.store.read(PARTIAL, record("a")))


async def test_one_record_is_looked_for_in_the_list_if_there_is_no_route_for_it(
    case: Case,
) -> None:
    listed = finding(List("/flows"))
    bench = Bench(case, {"GET /flows": [record("a"), record("b")]}, listed)
    for known in ({"name": "b"}, {"_id": "id-b"}):
        assert await bench.run(bench.store.read(listed, known)) == record("b")
    assert await bench.run(bench.store.read(listed, {"name": "c"})) is None
    assert await bench.run(bench.store.complete(listed, [record("a")])) == [record("a")]


# Failures that hide in a 200


async def test_a_failure_in_a_200_is_an_error_with_the_reason_of_the_server(case: Case) -> None:
    hiding = row(
        Access(
            "/flows",
            create=Write(
                "/import",
                wrap="flows.0",
                unwrap="imported.0.created",
                failures=(
                    Failure("error", filled=True),
                    Failure("imported.*.success", equals=False),
                    Failure("imported.0.created.name", differs="name"),
                ),
            ),
            delete=Delete(
                "/flows", body={"ids": ["{id}"]}, failures=(Failure("status", equals="conflict"),)
            ),
        )
    )
    answers = {
        "bad": {"success": False, "message": "tasks are\nmissing"},
        "copy": {"success": True, "created": record("copy (1)")},
        "good": {"success": True, "created": record("good")},
    }
    bench = Bench(
        case,
        {
            "GET /flows": [record("kept")],
            "POST /import": lambda request: {
                "imported": [answers[body_of(request)["flows"][0]["name"]]]
            },
            "DELETE /flows": deque(
                [{"status": "conflict", "message": "in use"}, httpx.Response(200, text="done")]
            ),
        },
        hiding,
    )
    bad, copy, good = await bench.bring({"name": "bad"}, {"name": "copy"}, {"name": "good"})
    assert bad.error.message == (
        "POST https://server.example/import: answered 200, but failed: tasks are missing"
    )
    assert "stored it with the name 'copy (1)'" in copy.error.message
    assert (good.error, good.after) == (None, record("good"))
    (kept,) = await bench.bring({"name": "kept"}, state="absent")
    assert "but failed: in use" in kept.error.message
    (gone,) = await bench.bring({"name": "kept"}, state="absent")
    assert gone.error is None


# Updates


async def test_fields_go_by_the_route_that_takes_them_in_the_order_of_the_routes(
    case: Case,
) -> None:
    account = row(
        Access(
            "/accounts",
            create=Write("/accounts", wrap="account", fields=("name",), unwrap="data"),
            update=(
                Write(
                    "/accounts/{id}",
                    "PATCH",
                    wrap="updates",
                    fields=("roles",),
                    clears=("groups",),
                    unwrap="data",
                ),
                Write("/accounts/{id}", "PATCH", wrap="updates", unwrap="data"),
                Write("/accounts/{id}", "PATCH", wrap="updates", fields=("groups",), unwrap="data"),
            ),
        ),
        Field("roles", many=True, wire="assignedRoles.*.roleId"),
        Field("groups", many=True, wire="memberOf.*.groupId", extra={"managed": False}),
    )
    state = {**record("a"), "memberOf": [{"groupId": "g1", "managed": True}], "assignedRoles": []}

    def patch(request: httpx.Request) -> dict[str, Any]:
        updates = body_of(request)["updates"]
        if "assignedRoles" in updates:
            state["memberOf"] = []
        state.update(updates)
        return {"data": dict(state)}

    bench = Bench(
        case,
        {
            "GET /accounts": lambda request: [dict(state)],
            "POST /accounts": lambda request: {"data": {"_id": "new", "name": "b"}},
            "PATCH /accounts/id-a": patch,
            "PATCH /accounts/new": lambda request: {
                "data": {"_id": "new", "name": "b", **body_of(request)["updates"]}
            },
        },
        account,
    )
    (changed,) = await bench.bring({"name": "a", "roles": ["r1"]})
    assert changed.after["groups"] == ["g1"]
    (again,) = await bench.bring({"name": "a", "roles": ["r1"], "groups": ["g1"]})
    assert again.action == "none"
    (new,) = await bench.bring({"name": "b", "mail": "m", "groups": ["g2"]})
    assert new.error is None
    assert bench.server.writes == [
        ("PATCH /accounts/id-a", {"updates": {"assignedRoles": [{"roleId": "r1"}]}}),
        (
            "PATCH /accounts/id-a",
            {"updates": {"memberOf": [{"groupId": "g1", "managed": True}]}},
        ),
        ("POST /accounts", {"account": {"name": "b"}}),
        ("PATCH /accounts/new", {"updates": {"mail": "m"}}),
        ("PATCH /accounts/new", {"updates": {"memberOf": [{"groupId": "g2", "managed": False}]}}),
    ]


@pytest.mark.parametrize(
    ("wanted", "writes"),
    [
        (
            {"settings": {"inner": {"host": "b"}}},
            [("PUT /flows/id-a/inner", {"inner": {"host": "b"}})],
        ),
        (
            {"settings": {"inner": {"host": "b"}, "type": "y"}},
            [("PUT /flows/id-a", {"settings": {"inner": {"host": "b"}, "type": "y"}})],
        ),
        ({"size": 2}, [("PUT /flows/id-a", {"size": 2})]),
        ({"settings": {"inner": None}}, [("PUT /flows/id-a", {"settings": {"inner": None}})]),
    ],
)
async def test_a_route_for_one_place_is_used_if_nothing_else_changes(
    case: Case, wanted: dict[str, Any], writes: Any
) -> None:
    there = record("a", size=1, settings={"type": "x", "inner": {"host": "a"}})
    narrow = row(
        Access(
            "/flows",
            update=(
                Write("/flows/{id}/inner", "PUT", wrap="inner", only="settings.inner", unwrap=None),
                Write("/flows/{id}", "PUT"),
            ),
        ),
        Field("settings", Document(merge=True)),
    )
    bench = Bench(
        case,
        {
            "GET /flows": [there],
            "GET /flows/id-a": there,
            "PUT /flows/id-a/inner": {},
            "PUT /flows/id-a": there,
        },
        narrow,
    )
    await bench.bring({"name": "a", **wanted})
    ((path, body),) = bench.server.writes
    ((wanted_path, part),) = writes
    assert path == wanted_path
    settings = {"type": "x", **part.get("settings", {})}
    assert body == ({**part, "settings": settings} if "settings" in part else part)


async def test_keys_that_belong_together_are_sent_together(case: Case) -> None:
    there = record("a", kind="flows", target="t", size=1)
    linked = row(
        Access(
            "/flows",
            update=Write("/flows/{id}", "PATCH", together=("kind", "target", "label")),
        ),
        Field("kind"),
        Field("goal", wire="target"),
    )
    bench = Bench(case, {"GET /flows": [there], "PATCH /flows/id-a": there}, linked)
    await bench.bring({"name": "a", "goal": "u"})
    await bench.bring({"name": "a", "size": 2})
    assert [body for dummy, body in bench.server.writes] == [
        {"kind": "flows", "target": "u"},
        {"size": 2},
    ]


async def test_a_record_is_created_by_the_route_for_its_kind(case: Case) -> None:
    several = row(
        Access(
            "/flows",
            create=(
                Write("/flows", body={"verb": "POST"}, when={"kind": "endpoint"}),
                Write("/flows", when={"kind": "manual"}),
            ),
        )
    )
    bench = Bench(case, {"GET /flows": [], "POST /flows": record("a")}, several)
    for kind in ("endpoint", "manual"):
        await bench.bring({"name": "a", "kind": kind})
    assert [body for dummy, body in bench.server.writes] == [
        {"name": "a", "kind": "endpoint", "verb": "POST"},
        {"name": "a", "kind": "manual"},
    ]


@pytest.mark.parametrize("is_returned", [True, False])
async def test_what_the_server_puts_into_a_new_record_is_kept(
    case: Case, is_returned: bool
) -> None:
    project = row(
        Access("/flows", create=Write("/flows", fields=("name",))),
        Field("members", References({"user": "user"})),
        Field("options", Document(merge=True)),
    )
    owner = {"type": "user", "reference": "u1"}
    full = record("a", members=[owner], options={"x": 1})
    bench = Bench(
        case,
        {
            "GET /flows": [],
            "POST /flows": full if is_returned else record("a"),
            "GET /flows/id-a": full,
            "PATCH /flows/id-a": lambda request: {**full, **body_of(request)},
            "GET /users": [{"id": "u2", "name": "ada"}],
        },
        project,
        ResourceType("user", "/users", (Field("id", kinds.ID), Field("name")), key=("name",)),
    )
    (change,) = await bench.bring({"name": "a", "members": [{"user": "ada"}], "options": {"y": 2}})
    assert change.error is None
    assert bench.server.writes[-1] == (
        "PATCH /flows/id-a",
        {
            "members": [owner, {"type": "user", "reference": "u2"}],
            "options": {"x": 1, "y": 2},
        },
    )


async def test_defaults_are_sent_for_what_a_record_does_not_have(case: Case) -> None:
    template = row(
        Access(
            "/flows",
            create=Write("/flows", wrap="flow", defaults={"group": "x", "schema": {"type": "y"}}),
            update=Write("/flows/{id}", "PUT", whole=True, defaults={"group": "x"}),
        )
    )
    bench = Bench(
        case,
        {
            "GET /flows": [record("b", group=None, size=1)],
            "POST /flows": record("a"),
            "PUT /flows/id-b": record("b", group="x", size=2),
        },
        template,
    )
    wanted = [{"name": "a", "schema": {"required": []}}, {"name": "b", "size": 2}]
    await bench.bring(*wanted, concurrency=1)
    assert bench.server.writes == [
        ("POST /flows", {"flow": {"name": "a", "schema": {"required": []}, "group": "x"}}),
        ("PUT /flows/id-b", {"name": "b", "size": 2, "group": "x"}),
    ]


async def test_what_stands_beside_a_record_belongs_to_it(case: Case) -> None:
    draft = row(
        Access("/flows", create=Write("/flows", unwrap=("created", ""), beside=("errors",))),
        Field("errors", kinds.JSON, access=FieldAccess.READ_ONLY),
    )
    answers = deque([{"created": record("a"), "errors": ["no end"]}, {"created": record("b")}])
    bench = Bench(case, {"GET /flows": [], "POST /flows": answers}, draft)
    told, silent = await bench.bring({"name": "a"}, {"name": "b"}, concurrency=1)
    assert (told.after["errors"], "errors" in silent.after) == (["no end"], False)


@pytest.mark.parametrize("exported", [{"info": 1}, {"model": {"info": 1}}])
async def test_a_response_may_be_a_part_of_the_record(case: Case, exported: Any) -> None:
    model = row(
        Access(
            List("/flows", partial=True),
            one=One("/flows/{id}/export", unwrap=("model", ""), into="model"),
            create=Write("/flows", partial=True),
        ),
        Field("model", Document()),
    )
    bench = Bench(
        case,
        {
            "GET /flows": [record("a", model="a text")],
            "GET /flows/id-a/export": exported,
            "POST /flows": record("a", model="a text"),
        },
        model,
    )
    (same,) = await bench.bring({"_id": "id-a", "model": {"info": 1}})
    assert same.action == "none"
    assert same.before == {"_id": "id-a", "model": {"info": 1}}


async def test_a_creation_that_is_half_done_says_so(case: Case) -> None:
    two_steps = row(
        Access("/flows", create=Write("/flows", fields=("name",))),
    )
    bench = Bench(
        case,
        {"GET /flows": [], "POST /flows": record("a"), "PATCH /flows/id-a": httpx.Response(400)},
        two_steps,
    )
    (change,) = await bench.bring({"name": "a", "size": 1})
    assert isinstance(change.error, HTTPStatusError)
    assert change.error.message.endswith("the flow was created, but not with all its fields")


async def test_a_field_that_no_route_takes_is_an_error(case: Case) -> None:
    narrow = row(Access("/flows", update=Write("/flows/{id}", "PUT", fields=("size",))))
    bench = Bench(
        case, {"GET /flows": [record("a", size=1)], "PUT /flows/id-a": record("a", size=2)}, narrow
    )
    (change,) = await bench.bring({"name": "a", "size": 2, "colour": "red"})
    assert "this API does not update flow.colour" in change.error.message


async def test_what_the_server_wants_back_is_kept_in_a_whole_record(case: Case) -> None:
    form = row(
        Access(
            "/forms",
            update=Write(
                "/forms/{id}", "PUT", wrap="options", whole=True, keep=("created",), unwrap=None
            ),
        ),
        Field("created", access=FieldAccess.READ_ONLY),
        Field("hash", access=FieldAccess.READ_ONLY),
        Field("size", kinds.INTEGER),
        closed=True,
    )
    # What it has added of its own accord is not sent back.
    old = record("a", created="today", hash="x", size=1, added=3)
    bench = Bench(
        case,
        {
            "GET /forms": [old],
            "PUT /forms/id-a": httpx.Response(200, text="done"),
            "GET /forms/id-a": {**old, "size": 2},
        },
        form,
    )
    (change,) = await bench.bring({"name": "a", "size": 2})
    assert change.after == {**old, "size": 2}
    assert bench.server.writes == [
        ("PUT /forms/id-a", {"options": {"name": "a", "created": "today", "size": 2}})
    ]


async def test_a_response_with_the_id_alone_is_completed_by_a_read(case: Case) -> None:
    group = row(Access("/groups", create=Write("/group", partial=True)))
    bench = Bench(
        case,
        {
            "GET /groups": [],
            "POST /group": {"_id": "g", "status": "success"},
            "GET /groups/g": {"_id": "g", "name": "a", "devices": ["x"]},
        },
        group,
    )
    (change,) = await bench.bring({"name": "a", "devices": ["x"]})
    assert change.after == {"_id": "g", "name": "a", "devices": ["x"]}


async def test_a_record_that_cannot_be_read_back_is_what_was_sent(case: Case) -> None:
    blind = row(Access("/flows", one=(), create=Write("/flows", unwrap=None)))
    blind.key = ()
    bench = Bench(case, {"POST /flows": "ok"}, blind)
    made = await bench.run(bench.store.create(blind, {"name": "a", "size": 1}))
    assert made == {"name": "a", "size": 1}


@pytest.mark.parametrize(
    ("unwrap", "answer", "said"),
    [
        (None, {"status": "OK", "message": "not now"}, ": not now"),
        ("data", {"status": "OK", "message": "not now"}, ": not now"),
        (None, httpx.Response(200, text="fine"), ""),
    ],
)
async def test_a_creation_that_the_list_does_not_show_is_an_error(
    case: Case, unwrap: Any, answer: Any, said: str
) -> None:
    silent = row(Access("/flows", one=(), create=Write("/flows", unwrap=unwrap, partial=True)))
    bench = Bench(case, {"GET /flows": [], "POST /flows": answer}, silent)
    (change,) = await bench.bring({"name": "a"})
    assert change.error.message == (
        "POST https://server.example/flows: answered 200, but there is no flow name='a'"
        f" afterwards{said}"
    )


@pytest.mark.parametrize("answer", [{}, {"status": "OK", "message": "done"}, httpx.Response(204)])
async def test_a_response_that_is_no_record_is_completed_by_a_read(case: Case, answer: Any) -> None:
    bench = Bench(
        case,
        {
            "GET /flows": [record("a", size=1)],
            "GET /flows/id-a": record("a", size=2),
            "PATCH /flows/id-a": answer,
        },
        row("/flows"),
    )
    (change,) = await bench.bring({"name": "a", "size": 2})
    assert (change.action, change.after) == ("update", record("a", size=2))


async def test_a_text_in_place_of_a_record_is_an_error(case: Case) -> None:
    bench = Bench(case, {"GET /flows": [], "POST /flows": httpx.Response(200, text="ok")}, LISTED)
    bench.rows = (row("/flows"),)
    (change,) = await bench.bring({"name": "a"})
    assert isinstance(change.error, SerializationError)


async def test_a_creation_that_leaves_no_trace_is_an_error(case: Case) -> None:
    bench = Bench(case, {"GET /flows": [], "POST /flows": {"status": "OK"}}, row("/flows"))
    (change,) = await bench.bring({"name": "a"})
    assert "answered 200, but not with records" in change.error.message
    nameless = row("/flows", key=())
    with pytest.raises(SerializationError):
        await bench.run(bench.store.create(nameless, {"size": 1}))


def bench_of_forms(case: Case, understands: str, refusal: int = 200) -> Bench:
    """Return a server that takes one form of an update, and answers the other with a status."""
    group = row(
        Access(
            "/groups",
            update=Write(
                "/groups/{id}",
                "PUT",
                wrap="details",
                unwrap=None,
                otherwise=Write("/groups/{id}", "PUT", unwrap=None),
            ),
        )
    )
    state = record("a", devices=["x"])

    def put(request: httpx.Request) -> httpx.Response:
        body = body_of(request)
        form = "details" if "details" in body else "bare"
        if form != understands:
            return httpx.Response(refusal, json={"status": "success"})
        state.update(body.get("details", body))
        return httpx.Response(200, json={"status": "success"})

    return Bench(
        case,
        {
            "GET /groups": lambda request: [dict(state)],
            "GET /groups/id-a": lambda request: dict(state),
            "PUT /groups/id-a": put,
        },
        group,
    )


@pytest.mark.parametrize("refusal", [400, 404, 422, 500])
async def test_the_other_form_of_a_write_is_sent_if_the_first_is_refused(
    case: Case, refusal: int
) -> None:
    bench = bench_of_forms(case, "bare", refusal)
    (change,) = await bench.bring({"name": "a", "devices": ["y"]})
    assert (change.action, change.error, change.after["devices"]) == ("update", None, ["y"])
    assert [body for dummy, body in bench.server.writes] == [
        {"details": {"devices": ["y"]}},
        {"devices": ["y"]},
    ]


@pytest.mark.parametrize("understands", ["details", "bare", "neither"])
async def test_the_other_form_of_a_write_is_sent_once_if_nothing_moved(
    case: Case, understands: str
) -> None:
    bench = bench_of_forms(case, understands)
    (first,) = await bench.bring({"name": "a", "devices": ["y"]})
    (second,) = await bench.bring({"name": "a", "devices": ["z"]})
    sent = ["details" if "details" in body else "bare" for dummy, body in bench.server.writes]
    assert (
        sent
        == {
            "details": ["details", "details"],
            "bare": ["details", "bare", "bare"],
            "neither": ["details", "bare", "details", "bare"],
        }[understands]
    )
    expected = ("none", ["devices"]) if understands == "neither" else ("update", [])
    assert (first.action, first.ignored) == (second.action, second.ignored) == expected


@pytest.mark.parametrize("devices", [None, ["x"]])
async def test_a_list_that_both_forms_leave_alone_is_not_written_back(
    case: Case, devices: Any
) -> None:
    wrapped = Write("/groups/{id}", "PUT", body={"details": "{devices}"}, unwrap=None)
    bare = Write("/groups/{id}", "PUT", body="{devices}", unwrap=None, otherwise=wrapped)
    there = record("a", devices=devices)
    bench = Bench(
        case,
        {"GET /groups": [there], "GET /groups/id-a": there, "PUT /groups/id-a": {}},
        row(Access("/groups", update=bare)),
    )
    (change,) = await bench.bring({"name": "a", "devices": ["y"]})
    assert (change.action, change.ignored) == ("none", ["devices"])
    assert [body for dummy, body in bench.server.writes] == [["y"], {"details": ["y"]}]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([200, 409], "size had been written before, and the server has emptied groups, which had"),
        ([409], ""),
    ],
)
async def test_the_error_says_what_was_written_before_it(
    case: Case, answers: list[int], told: str
) -> None:
    path = "/flows/{id}"
    several = row(
        Access(
            "/flows",
            update=(
                Write(path, "PATCH", fields=("size",), clears=("groups",), unwrap=None),
                Write(path, "PATCH", fields=("groups",), unwrap=None),
            ),
        )
    )
    there = record("a", size=1, groups=["g"])
    bench = Bench(
        case,
        {
            "GET /flows": [there],
            "GET /flows/id-a": there,
            "PATCH /flows/id-a": deque(httpx.Response(status, json={}) for status in answers),
        },
        several,
    )
    (change,) = await bench.bring({"name": "a", "size": 2})
    assert "409 Conflict" in change.error.message
    assert told in change.error.message
    assert ("written before" in change.error.message) is bool(told)


async def test_a_file_is_sent_as_a_form(case: Case) -> None:
    upload = row("/files", Field("file", kinds.FILE))
    bench = Bench(case, {"GET /files": [], "POST /files": record("a")}, upload)
    (change,) = await bench.bring({"name": "a", "note": None, "file": ("a.txt", b"content")})
    assert change.error is None
    content = bench.server.requests[-1].content
    assert b'name="file"; filename="a.txt"' in content
    assert b'name="name"' in content
    assert b"note" not in content


# Deletions


async def test_deletions_go_together_in_one_request(case: Case) -> None:
    grouped = row(Access("/groups", delete=Delete("/groups", body={"groupIds": ["{id}"]}, batch=2)))
    there = [record(name) for name in "abc"]
    bench = Bench(case, {"GET /groups": there, "DELETE /groups": {"deleted": 2}}, grouped)
    changes = await bench.bring(*[{"name": name} for name in "abc"], state="absent")
    assert [change.error for change in changes] == [None] * 3
    # The two requests are sent side by side.
    assert sorted(bench.server.writes, key=str) == [
        ("DELETE /groups", {"groupIds": ["id-a", "id-b"]}),
        ("DELETE /groups", {"groupIds": ["id-c"]}),
    ]


async def test_an_error_of_a_group_is_that_of_each_record(case: Case) -> None:
    grouped = row(Access("/groups", delete=Delete("/groups", body=["{id}"], batch=9)))
    bench = Bench(
        case,
        {"GET /groups": [record("a"), record("b")], "DELETE /groups": httpx.Response(403)},
        grouped,
    )
    one, other = await bench.bring({"name": "a"}, {"name": "b"}, state="absent")
    assert isinstance(one.error, HTTPStatusError)
    assert one.error is other.error


async def test_purging_reads_partial_records_alone_and_looks_twice(case: Case) -> None:
    bench = Bench(
        case,
        {
            "GET /flows": [record("a"), record("b"), record("c")],
            "GET /flows/id-a": {"data": record("a", kind="x")},
            "GET /flows/id-b": {"data": record("b", kind="x")},
            "GET /flows/id-c": {"data": record("c", kind="y")},
            "DELETE /flows/id-b": {},
        },
        PARTIAL,
    )
    changes = await bench.bring({"name": "a"}, purge={"name": {"in": ["a", "b", "c"]}})
    assert [change.action for change in changes] == ["none", "delete", "delete"]


# Verbs and releases


async def test_a_type_without_a_route_does_not_have_the_verb(case: Case) -> None:
    readable = row(Access("/flows", create=(), update=(), delete=()))
    assert readable.verbs == {"retrieve"}
    bench = Bench(case, {}, readable)
    for flow, verb in (
        (bench.store.create(readable, {}), "creates"),
        (bench.store.update(readable, {}, {}), "updates"),
        (bench.store.delete(readable, [{}]), "deletes"),
    ):
        with pytest.raises(ConfigurationError, match=f"this API {verb} no flow records"):
            await bench.run(flow)
    with pytest.raises(
        ConfigurationError, match="there is no resource 'flows': did you mean 'flow'"
    ):
        await bench.run(bench.store.row("flows"))


VERSIONED = row(
    Access(
        (List("/old", until="6.0"), List("/new", since="6.0")),
        create=Write("/new", since="6.0"),
        one=(),
        update=(),
        delete=(),
        validate=Write(
            "/validate",
            wrap="asset",
            since="6.6",
            failures=(Failure("errors.*.message", filled=True),),
        ),
    )
)


@pytest.mark.parametrize(
    ("release", "path", "verbs"),
    [
        (None, "/new", {"retrieve", "create"}),
        ((5, 9), "/old", {"retrieve"}),
        ((6, 5, 2), "/new", {"retrieve", "create"}),
    ],
)
async def test_routes_are_those_of_the_release(
    case: Case, release: Any, path: str, verbs: set[str]
) -> None:
    class Store(RestStore):
        def release(self) -> Any:
            yield from ()
            return release

    class Versioned(Bench):
        store_type = Store

    bench = Versioned(case, {f"GET {path}": [record("a")]}, VERSIONED)
    found = await bench.run(bench.store.row("flow"))
    assert (found.path, found.verbs) == (path, verbs)
    assert await bench.run(bench.store.read_all(VERSIONED)) == [record("a")]


async def test_a_release_without_such_records_says_so(case: Case) -> None:
    class Store(RestStore):
        def release(self) -> Any:
            yield from ()
            return (5,)

    class Versioned(Bench):
        store_type = Store

    bench = Versioned(case, {}, row(Access(List("/x", since="6.0"))))
    with pytest.raises(ConfigurationError, match="release 5 of the server has no flow records"):
        await bench.run(bench.store.row("flow"))


async def test_a_store_does_not_know_the_release_by_default(case: Case) -> None:
    bench = Bench(case, {}, VERSIONED)
    assert await bench.run(bench.store.release()) is None
    assert bench.store.comparable_release("2023.2.x") == (2023, 2)


# Validation


@pytest.mark.parametrize(
    ("answer", "validation"),
    [
        ({"errors": []}, []),
        ({"errors": [{"message": "no start"}, {"message": "no end"}]}, ["no start", "no end"]),
        (httpx.Response(404), None),
    ],
)
async def test_check_mode_has_the_server_validate_what_is_planned(
    case: Case, answer: Any, validation: Any
) -> None:
    validated = row(
        Access(
            "/flows",
            validate=Write(
                "/validate", wrap="asset", failures=(Failure("errors.*.message", filled=True),)
            ),
        )
    )
    bench = Bench(case, {"GET /flows": [record("b")], "POST /validate": answer}, validated)
    new, same = await bench.bring({"name": "a", "size": 1}, {"name": "b"}, predict=True)
    assert (new.action, new.validation, same.validation) == ("create", validation, None)
    assert (new.error is not None) == bool(validation)
    if validation:
        assert new.error.message == "flow name='a': the server would refuse it: no start; no end"
    assert bench.server.writes == [("POST /validate", {"asset": {"name": "a", "size": 1}})]


async def test_a_validation_may_refuse_a_record_by_its_status(case: Case) -> None:
    validated = row(Access("/flows", validate=Write("/validate")))
    bench = Bench(
        case, {"GET /flows": [], "POST /validate": httpx.Response(422, text="no start")}, validated
    )
    (change,) = await bench.bring({"name": "a"}, predict=True)
    assert len(change.validation) == 1
    assert "no start" in change.validation[0]


@pytest.mark.parametrize(("status", "actions"), [(200, ["create", "delete"]), (422, ["create"])])
async def test_check_mode_purges_nothing_if_the_server_would_refuse_a_record(
    case: Case, status: int, actions: list[str]
) -> None:
    validated = row(Access("/flows", validate=Write("/validate")))
    bench = Bench(
        case,
        {"GET /flows": [record("b", size=1)], "POST /validate": httpx.Response(status, json={})},
        validated,
    )
    changes = await bench.bring({"name": "a"}, predict=True, purge={"size": 1})
    assert [change.action for change in changes] == actions


async def test_a_validation_that_fails_for_another_reason_is_an_error(case: Case) -> None:
    validated = row(Access("/flows", validate=Write("/validate")))
    bench = Bench(case, {"POST /validate": httpx.Response(403)}, validated)
    change = Change("flow", None, "create")
    with pytest.raises(HTTPStatusError):
        await bench.run(bench.store.validate(validated, change))
    assert await bench.run(bench.store.validate(row("/flows"), change)) is None


def test_an_id_may_have_other_names() -> None:
    row = ResourceType("box", "/boxes", (Field("id"), Field("name")), other_ids=("_id", "boxId"))
    assert row.with_id({"boxId": "7", "name": "a"}) == {"id": "7", "name": "a"}
    for raw in ({"name": "a"}, {"id": "7", "_id": "8"}):
        assert row.with_id(raw) is raw
