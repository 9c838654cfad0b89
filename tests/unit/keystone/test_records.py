# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing Keystone's records through the verbs made from the catalogue."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from ansible_collections.restops.clients.plugins.module_utils.keystone import verb_types
from ansible_collections.restops.clients.plugins.module_utils.keystone.catalogue import (
    CATALOGUE,
    searchable,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    AsyncKeystoneClient,
    KeystoneClient,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.records import KeystoneStore
from ansible_collections.restops.clients.plugins.module_utils.keystone.verbs import (
    NOT_GIVEN,
    add_verbs,
)
from ansible_collections.restops.clients.tests.simulators.keystone_schema import RESOURCES
from ansible_collections.restops.clients.tests.unit.support import Case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .server import (
    ATTACHMENTS,
    AUDIT,
    CLUSTERS,
    MEMBERSHIPS,
    TEAMS,
    URL,
    USER,
    Keystone,
    client_of,
    clusters,
    page,
    said,
)


def ids(records: list[dict[str, Any]]) -> list[int]:
    return [record["id"] for record in records]


async def read(case: Case, client: Any, **options: Any) -> Any:
    return await case.kind.wait(client.retrieve_cluster(**options))


# Which verbs there are


def test_a_verb_exists_only_if_the_server_allows_it() -> None:
    for kind in (KeystoneClient, AsyncKeystoneClient):
        made = {
            name
            for name in dir(kind)
            if name.startswith(("create_", "retrieve_", "update_", "delete_"))
        }
        assert made == {f"{verb}_{name}" for name, row in CATALOGUE.items() for verb in row.verbs}
    assert "create_notification" not in dir(KeystoneClient)
    assert CATALOGUE["notification"].verbs == {"retrieve", "update"}


def test_verbs_are_named_and_described() -> None:
    for name, row in CATALOGUE.items():
        for verb in row.verbs:
            method = getattr(KeystoneClient, f"{verb}_{name}")
            assert (method.__name__, method.__qualname__) == (
                f"{verb}_{name}",
                f"KeystoneClient.{verb}_{name}",
            )
            assert name in (inspect.getdoc(method) or "")
            assert "Args:" in method.__doc__
            assert not inspect.iscoroutinefunction(method)
            twin = getattr(AsyncKeystoneClient, method.__name__)
            assert inspect.iscoroutinefunction(twin)
            assert inspect.signature(twin) == inspect.signature(method)
    assert (
        str(inspect.signature(KeystoneClient.retrieve_cluster).parameters["pk"])
        == "pk: 'Any' = NOT_GIVEN"
    )


def test_type_checkers_know_every_verb() -> None:
    declared = {
        name: kind
        for name, kind in verb_types.Verbs.__annotations__.items()
        if not name.startswith("_")
    }
    assert declared == {
        f"{verb}_{name}": verb.capitalize() for name, row in CATALOGUE.items() for verb in row.verbs
    }, "run make generate"


async def test_any_resource_is_read_by_its_name(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(9)})
    found = await case.kind.wait(
        client_of(case, server).retrieve("cluster", {"id__gt": 2}, order="-id", limit=3)
    )
    assert ids(found) == [9, 8, 7]
    with pytest.raises(ConfigurationError, match="there is no resource 'clusters'"):
        await case.kind.wait(client_of(case, server).retrieve("clusters"))


async def test_an_empty_batch_is_not_sent(case: Case) -> None:
    server = Keystone()
    with pytest.raises(ConfigurationError, match="actions is empty: give at least one action"):
        await case.kind.wait(client_of(case, server).batch_job([]))
    assert server.calls == []


@pytest.mark.parametrize(
    ("method", "hint"),
    [
        ("delete", "nothing of the batch was kept; an action may delete a protected record; see"),
        ("POST", "nothing of the batch was kept; see the server's log"),
    ],
)
async def test_a_batch_that_met_a_server_error_kept_nothing(
    case: Case, method: str, hint: str
) -> None:
    client = client_of(case, Keystone(page(500, "Server Error (500)")))
    with pytest.raises(HTTPStatusError, match=hint):
        await case.kind.wait(client.batch_job([{"method": method, "path": "/users/teams/1/"}]))


def test_a_row_in_the_catalogue_is_enough_for_all_verbs() -> None:
    row = ResourceType("partition", "/p/", (Field("id", kinds.INTEGER), Field("name")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CATALOGUE, "partition", row)

        class Client(KeystoneClient):
            __slots__ = ()

        add_verbs(Client, as_coroutines=False)
        server = Keystone(tables={"/p/": [{"id": 1, "name": "x"}]})
        client: Any = Client(URL, **USER, transport=server.transport)
        assert client.retrieve_partition(pk=1) == {"id": 1, "name": "x"}
        assert client.retrieve("partition", {"name": "x"}) == [{"id": 1, "name": "x"}]


def test_the_catalogue_has_what_the_server_has() -> None:
    verbs = {"POST": "create", "GET": "retrieve", "PATCH": "update", "DELETE": "delete"}
    assert {row.path: (row.verbs, searchable(row)) for row in CATALOGUE.values()} == {
        resource.path: (
            {
                verbs[method]
                for methods in resource.methods
                for method in methods
                if method in verbs
            },
            resource.search is not None,
        )
        for resource in RESOURCES
    }


def test_rows_hold_together() -> None:
    for row in CATALOGUE.values():
        assert (row.path[0], row.path[-1]) == ("/", "/")
        assert {*row.key, *row.names, row.id_field} <= set(row.fields)
        for field in row.fields.values():
            assert not isinstance(field.kind, kinds.Relation) or field.kind.to in {"", *CATALOGUE}
            assert not field.read_only or not field.required


async def test_every_verb_goes_to_its_path(case: Case) -> None:
    for name, row in CATALOGUE.items():
        server = Keystone(tables={row.path: [{"id": 1}]})
        client = client_of(case, server)
        expected = [f"GET {row.path}", f"GET {row.path}1/"]
        assert await case.kind.wait(getattr(client, f"retrieve_{name}")()) == [{"id": 1}]
        assert await case.kind.wait(getattr(client, f"retrieve_{name}")(1)) == {"id": 1}
        if "create" in row.verbs:
            assert await case.kind.wait(getattr(client, f"create_{name}")(data={"x": 1})) == {
                "id": 2,
                "x": 1,
            }
            expected.append(f"POST {row.path}")
        if "update" in row.verbs:
            assert await case.kind.wait(getattr(client, f"update_{name}")(1, {"x": 2})) == {
                "id": 1,
                "x": 2,
            }
            expected.append(f"PATCH {row.path}1/")
        if "delete" in row.verbs:
            assert await case.kind.wait(getattr(client, f"delete_{name}")(1)) is None
            expected.append(f"DELETE {row.path}1/")
        assert server.paths == expected


# Reading one


async def test_one_record_or_none(case: Case) -> None:
    client = client_of(case, Keystone(tables={CLUSTERS: clusters(2)}))
    assert await read(case, client, pk=2) == {
        "id": 2,
        "name": "c0002",
        "enabled": False,
        "description": None,
    }
    assert (await read(case, client, pk="2"))["id"] == 2
    assert await read(case, client, pk=3) is None


async def test_a_path_that_the_server_does_not_know_is_not_a_missing_record(case: Case) -> None:
    client = client_of(case, Keystone())
    with pytest.raises(HTTPStatusError, match="404 Not Found"):
        await read(case, client, pk=3)
    with pytest.raises(HTTPStatusError, match="404 Not Found"):
        await case.kind.wait(client.delete_cluster(pk=3))


@pytest.mark.parametrize("pk", [None, "", NOT_GIVEN])
async def test_a_key_that_is_none_is_an_error(case: Case, pk: Any) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2)})
    client = client_of(case, server)
    calls = [lambda: client.update_cluster(pk, {"name": "x"}), lambda: client.delete_cluster(pk)]
    for call in calls if pk is NOT_GIVEN else [lambda: client.retrieve_cluster(pk), *calls]:
        with pytest.raises(ConfigurationError, match="pk must be the id of a record"):
            await case.kind.wait(call())
    assert server.calls == []


@pytest.mark.parametrize(
    "options", [{"filters": {"name": "x"}}, {"search": "x"}, {"order": "name"}, {"limit": 1}]
)
async def test_a_key_goes_alone(case: Case, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="pk names one record"):
        await read(case, client_of(case, Keystone()), pk=1, **options)


@pytest.mark.parametrize("pk", ["../users", "a/b", "a?b=1", "é"])
async def test_a_key_stays_one_segment(case: Case, pk: str) -> None:
    server = Keystone(said(404, "Not found."))
    assert await read(case, client_of(case, server), pk=pk) is None
    (target,) = server.targets
    assert target.count("/") == 4
    assert "?" not in target


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, json=[1]), httpx.Response(200, json=None), httpx.Response(200)]
)
async def test_a_response_without_a_record_is_an_error(case: Case, answer: httpx.Response) -> None:
    with pytest.raises(
        SerializationError, match="not with records; is this a Keystone server"
    ) as caught:
        await read(case, client_of(case, Keystone(answer)), pk=1)
    assert caught.value.response.status_code == 200


# Reading many


@pytest.mark.parametrize(
    ("count", "pages"), [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (5500, 6), (9000, 9)]
)
async def test_all_records_come_page_by_page(case: Case, count: int, pages: int) -> None:
    server = Keystone(tables={CLUSTERS: clusters(count)})
    records = await read(case, client_of(case, server))
    assert ids(records) == list(range(1, count + 1))
    assert sorted(int(query["_offset"]) for query in server.queries) == [
        number * 1000 for number in range(pages)
    ]
    assert {(query["_limit"], query["_order"]) for query in server.queries} == {("1000", "id")}
    assert not any("_history" in record for record in records)


async def test_a_server_with_smaller_pages_loses_nothing(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(950)})
    server.most = 100
    assert ids(await read(case, client_of(case, server))) == list(range(1, 951))
    assert len(server.calls) == 10


async def test_pages_are_asked_for_side_by_side() -> None:
    server = Keystone(tables={CLUSTERS: clusters(9000)})
    under_way = most = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return server.answer(request)

    async with AsyncKeystoneClient(
        URL, "ada", "correct horse", transport=httpx.MockTransport(slow)
    ) as client:
        assert ids(await client.retrieve_cluster()) == list(range(1, 9001))
    assert most == 4


@pytest.mark.parametrize("shape", ["plain", "headers"])
@pytest.mark.parametrize("count", [0, 7, 2500])
async def test_older_servers_answer_with_lists(case: Case, shape: str, count: int) -> None:
    server = Keystone(tables={CLUSTERS: clusters(count)})
    server.shape = shape
    assert ids(await read(case, client_of(case, server))) == list(range(1, count + 1))
    assert len(server.calls) == (3 if (shape, count) == ("headers", 2500) else 1)


async def test_a_list_that_grows_while_it_is_read(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2500)})

    def grow(reading: int) -> None:
        if reading == 2:
            server.tables[CLUSTERS] += [
                {"id": number, "name": "new"} for number in range(2501, 4501)
            ]

    server.before_list = grow
    assert ids(await read(case, client_of(case, server))) == list(range(1, 4501))


async def test_a_list_that_grows_in_front_gives_no_record_twice(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2500)})
    server.before_list = lambda reading: (
        server.tables[CLUSTERS].append({"id": 10_000 + reading, "name": "new"})
        if reading > 1
        else None
    )
    found = ids(await read(case, client_of(case, server), order="-id"))
    assert len(found) == len(set(found))
    assert set(range(1, 2501)) <= set(found)


async def test_reading_a_list_that_shrinks_ends(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(4500)})

    def shrink(reading: int) -> None:
        if reading > 1:
            del server.tables[CLUSTERS][1500:]

    server.before_list = shrink
    assert ids(await read(case, client_of(case, server))) == list(range(1, 1501))


async def test_records_that_move_to_a_page_that_was_read_are_found_by_reading_again(
    case: Case,
) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2500)})

    def shrink(reading: int) -> None:
        if reading == 2:
            del server.tables[CLUSTERS][:700]

    server.before_list = shrink
    found = ids(await read(case, client_of(case, server)))
    # Those that were read before they were deleted may be among them.
    assert len(found) == len(set(found))
    assert set(found) >= set(range(701, 2501))


async def test_a_list_that_never_stands_still_is_an_error(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(9000)})

    def shrink(reading: int) -> None:
        del server.tables[CLUSTERS][:100]

    server.before_list = shrink
    with pytest.raises(ClientError, match="the list shrinks faster than it can be read"):
        await read(case, client_of(case, server))
    assert len(server.calls) < 50


@pytest.mark.parametrize("total", [2, 10**6, 10**15, -1])
async def test_reading_ends_although_the_total_is_wrong(case: Case, total: int) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2300)})
    server.total = total
    found = ids(await read(case, client_of(case, server)))
    assert found == list(range(1, (2300 if total > 2300 else 1000) + 1))
    assert len(server.calls) <= 6


async def test_a_server_that_gives_the_same_page_again_cannot_loop(case: Case) -> None:
    answer = httpx.Response(200, json={"count": 10**9, "results": clusters(3)})
    server = Keystone(*[answer] * 50)
    with pytest.raises(ClientError, match="the same page twice, so it does not page this list"):
        await read(case, client_of(case, server))
    assert len(server.calls) <= 6


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(0, 60),
    st.integers(1, 20),
    st.integers(1, 70) | st.none(),
    st.sampled_from(["envelope", "headers", "plain"]),
)
async def test_any_list_comes_whole_up_to_the_limit(
    case: Case, count: int, most: int, limit: int | None, shape: str
) -> None:
    server = Keystone(tables={CLUSTERS: clusters(count)})
    server.most, server.shape = most, shape
    assert (
        ids(await read(case, client_of(case, server), limit=limit))
        == list(range(1, count + 1))[:limit]
    )


async def test_no_more_is_read_than_the_limit_says(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3000)})
    assert ids(await read(case, client_of(case, server), limit=10)) == list(range(1, 11))
    assert ids(await read(case, client_of(case, server), limit=1500)) == list(range(1, 1501))
    assert [(query["_limit"], query["_offset"]) for query in server.queries] == [
        ("10", "0"),
        ("1000", "0"),
        ("1000", "1000"),
    ]


async def test_a_limit_counts_what_matches(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(40)})
    server.filtering = False
    assert ids(await read(case, client_of(case, server), filters={"enabled": False}, limit=3)) == [
        2,
        4,
        6,
    ]


@pytest.mark.parametrize("limit", [0, -1, True, "5", 1.5])
async def test_a_limit_is_a_whole_number(case: Case, limit: Any) -> None:
    with pytest.raises(ConfigurationError, match="limit must be a whole number"):
        await read(case, client_of(case, Keystone()), limit=limit)


async def test_an_error_on_any_page_is_raised(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3500)})
    good = server.serve
    server.script = [
        good,
        lambda request: (
            page(500, "Server Error (500)")
            if request.url.params["_offset"] == "2000"
            else good(request)
        ),
    ] * 2
    server.script[2:] = [server.script[1]] * 3
    with pytest.raises(HTTPStatusError, match="500 Internal Server Error") as caught:
        await read(case, client_of(case, server))
    assert "_offset=2000" in str(caught.value)


@pytest.mark.parametrize(
    "answer", [{"results": {}}, {"count": 3}, {}, "words", [1, 2], {"results": ["x"], "count": 1}]
)
async def test_a_response_without_a_list_is_an_error(case: Case, answer: Any) -> None:
    with pytest.raises(SerializationError, match="not with records"):
        await read(case, client_of(case, Keystone(httpx.Response(200, json=answer))))


async def test_search_and_order(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    client = client_of(case, server)
    assert ids(await read(case, client, search="rack 1", order="-name")) == [3, 2, 1]
    await read(case, client, search="", order=["enabled", "-id"])
    await read(case, client, order="name, -enabled")
    await read(case, client, order="")
    assert [query["_order"] for query in server.queries] == [
        "-name,id",
        "enabled,-id",
        "name,-enabled,id",
        "id",
    ]
    assert [query.get("_search") for query in server.queries] == ["rack 1", None, None, None]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("colour", "no field 'colour'"),
        ("access_teams", "cannot be ordered by access_teams"),
        (["-"], "no field ''"),
    ],
)
async def test_an_order_that_the_server_would_ignore_is_an_error(
    case: Case, order: Any, reason: str
) -> None:
    server = Keystone()
    with pytest.raises(ConfigurationError, match=reason):
        await read(case, client_of(case, server), order=order)
    assert (server.calls, server.logins) == ([], [])


async def test_a_search_that_is_a_fault_of_the_server_is_an_error(case: Case) -> None:
    for name in ("review", "attachment", "notification", "log_audit"):
        with pytest.raises(ConfigurationError, match="cannot search"):
            await case.kind.wait(
                getattr(client_of(case, Keystone()), f"retrieve_{name}")(search="x")
            )


# Writing


async def test_fields_as_keywords_and_as_data(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: []})
    client = client_of(case, server)
    await case.kind.wait(client.create_cluster(name="a", enabled=False))
    await case.kind.wait(client.create_cluster({"name": "b"}, enabled=True))
    await case.kind.wait(
        client.create_cluster(data={"name": "c", "data": 1, "timeout": 2, "files": 3})
    )
    await case.kind.wait(client.update_cluster(pk=1, data={"name": "d"}))
    await case.kind.wait(client.update_cluster(1, enabled=None))
    await case.kind.wait(client.update_cluster(1))
    assert server.bodies == [
        {"name": "a", "enabled": False},
        {"name": "b", "enabled": True},
        {"name": "c", "data": 1, "timeout": 2, "files": 3},
        {"name": "d"},
        {"enabled": None},
        {},
    ]


async def test_what_was_written_comes_back_without_history(case: Case) -> None:
    client = client_of(case, Keystone(tables={CLUSTERS: []}))
    assert await case.kind.wait(client.create_cluster(name="a")) == {"id": 1, "name": "a"}
    assert await case.kind.wait(client.update_cluster(1, {"name": "b"})) == {"id": 1, "name": "b"}


async def test_a_refused_write_says_which_fields(case: Case) -> None:
    answer = httpx.Response(
        400,
        json={
            "name": ["This field is required."],
            "team": ["Invalid pk.", "Sorry."],
            "non_field_errors": ["Both."],
        },
    )
    with pytest.raises(
        HTTPStatusError,
        match="400 Bad Request: name: This field is required.; team: Invalid pk. Sorry.; Both;"
        " check the body",
    ):
        await case.kind.wait(client_of(case, Keystone(answer)).create_cluster())


async def test_a_post_is_never_sent_twice_unasked(case: Case) -> None:
    for fault in (httpx.Response(503), httpx.ReadError("gone")):
        server = Keystone(fault)
        with pytest.raises(ClientError):
            await case.kind.wait(client_of(case, server).create_cluster(name="x"))
        assert len(server.calls) == 1


async def test_updating_a_record_that_does_not_exist_is_an_error(case: Case) -> None:
    with pytest.raises(HTTPStatusError, match="404 Not Found: No record matches"):
        await case.kind.wait(
            client_of(case, Keystone(tables={CLUSTERS: []})).update_cluster(9, name="x")
        )


async def test_deleting_a_missing_record_is_no_error_unless_it_must_exist(case: Case) -> None:
    client = client_of(case, Keystone(tables={CLUSTERS: []}))
    assert await case.kind.wait(client.delete_cluster(pk=9)) is None
    with pytest.raises(HTTPStatusError, match="404"):
        await case.kind.wait(client.delete_cluster(pk=9, raise_not_exists=True))


async def test_a_delete_that_was_done_by_a_lost_attempt_is_done(case: Case) -> None:
    server = Keystone(httpx.ReadError("gone"), said(404, "No Cluster matches the given query."))
    assert (
        await case.kind.wait(client_of(case, server).delete_cluster(pk=1, raise_not_exists=True))
        is None
    )


async def test_a_protected_record_is_one_line_that_says_why(case: Case) -> None:
    server = Keystone(page(500, "Server Error (500)"))
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(client_of(case, server).delete_cluster(pk=1))
    line = (
        f"DELETE {URL}{CLUSTERS}1/: 500 Internal Server Error:"
        " an HTML page titled 'Server Error (500)';"
        " other records may still refer to this cluster; the server answers 500 in that case"
    )
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)
    assert len(server.calls) == 1
    with pytest.raises(HTTPStatusError, match="see the server's log"):
        await case.kind.wait(
            client_of(case, Keystone(page(500, "Server Error (500)"))).create_cluster(name="x")
        )


async def test_uploads_keep_their_data(case: Case) -> None:
    server = Keystone(tables={ATTACHMENTS: []})
    client = client_of(case, server)
    await case.kind.wait(
        client.create_attachment(
            request=3, name="plan", files={"file": ("plan.txt", b"words", "text/plain")}
        )
    )
    await case.kind.wait(
        client.update_attachment(
            1, {"name": "plan 2"}, files={"file": ("plan.txt", b"more", "text/plain")}
        )
    )
    await case.kind.wait(client.update_attachment(1, {"name": "plan 3"}))
    first, second, third = server.calls
    assert [call.headers["content-type"].partition(";")[0] for call in server.calls] == [
        "multipart/form-data"
    ] * 2 + ["application/json"]
    assert b'name="request"\r\n\r\n3\r\n' in first.content
    assert b'name="name"\r\n\r\nplan\r\n' in first.content
    assert b"words" in first.content
    assert b'name="name"\r\n\r\nplan 2\r\n' in second.content
    assert json.loads(third.content) == {"name": "plan 3"}


async def test_passwords_in_the_audit_log_are_masked(case: Case) -> None:
    entries = [
        {
            "id": 1,
            "action": "update",
            "changes": {"password": ["****half", "****tail"], "role": ["a", "b"]},
            "record_id": 3,
        },
        {"id": 2, "action": "create", "changes": None, "record_id": 3},
        {"id": 3, "action": "create", "changes": {"name": ["a", "b"]}, "record_id": 3},
    ]
    found = await case.kind.wait(
        client_of(case, Keystone(tables={AUDIT: entries})).retrieve_log_audit()
    )
    assert found[0]["changes"] == {"password": MASK, "role": ["a", "b"]}
    assert [entry["changes"] for entry in found[1:]] == [None, {"name": ["a", "b"]}]


# The batch

STEP = {"method": "POST", "path": CLUSTERS, "payload": {"name": "x"}, "ref": "c"}


def result(body: Any, **more: Any) -> dict[str, Any]:
    return {
        "ref": "",
        "index": 1,
        "method": "GET",
        "path": CLUSTERS,
        "status": 200,
        "body": body,
        **more,
    }


async def test_a_batch(case: Case) -> None:
    server = Keystone(
        httpx.Response(
            200,
            json={
                "results": [
                    result({"id": 4, "_history": []}, ref="c"),
                    result(None, index=2, status=204),
                ]
            },
        )
    )
    results = await case.kind.wait(
        client_of(case, server).batch_job(
            [STEP, {"method": "DELETE", "path": "/allocations/clusters/@ref{c.id}/"}]
        )
    )
    assert results == [result({"id": 4}, ref="c"), result(None, index=2, status=204)]
    assert server.writes == ["POST /batch/"]
    assert server.bodies == [
        {
            "job": {
                "dry_run": False,
                "actions": [
                    STEP,
                    {"method": "DELETE", "path": "/allocations/clusters/@ref{c.id}/"},
                ],
            }
        }
    ]


async def test_no_history_comes_back_from_any_step(case: Case) -> None:
    record = {"id": 1, "_history": [{"changes": {"password": ["", "tail"]}}]}
    audit = {"id": 1, "changes": {"password": ["", "tail"]}}
    bodies = [
        record,
        {"count": 1, "results": [record]},
        {"count": 1, "results": [audit]},
        audit,
        ["x"],
        "words",
        None,
    ]
    server = Keystone(httpx.Response(200, json={"results": [result(body) for body in bodies]}))
    results = await case.kind.wait(
        client_of(case, server).batch_job([{"method": "GET", "path": CLUSTERS}])
    )
    assert "tail" not in json.dumps(results)
    assert [item["body"] for item in results[4:]] == [["x"], "words", None]


async def test_a_failed_step_is_named_with_its_error(case: Case) -> None:
    body = {"name": ["This field\nis required.", "correct horse"]}
    failed = {
        "detail": "Step #2 (POST /allocations/clusters/) failed with status 400",
        "step": 2,
        "status": 400,
        "body": body,
    }
    server = Keystone(httpx.Response(422, json=failed))
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(client_of(case, server).batch_job([STEP]))
    # The reason phrase of RFC 9110 (section 15.5.21); Pythons before 3.13 have the older one.
    assert str(caught.value) == (
        f"POST {URL}/batch/: 422 Unprocessable Content: Step #2 (POST /allocations/clusters/)"
        " failed with status 400; name: This field is required. [REDACTED];"
        " nothing of the batch was kept"
    )
    assert caught.value.status_code == 422


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(422, html="<title>x</title>"), "422 Unprocessable"),
        (
            httpx.Response(
                422, json={"detail": 'Cannot resolve reference "@ref{x.id}"', "token": "@ref{x.id}"}
            ),
            'resolve reference "@ref{x.id}"; nothing of the',
        ),
        (
            httpx.Response(422, json={"detail": "Step #1 failed", "body": {"name": ["x" * 5000]}}),
            r"x\.\.\.; nothing of the batch was kept",
        ),
        (httpx.Response(422, json=[]), "422"),
        (
            httpx.Response(400, json={"actions": ["This field is required."]}),
            "actions: This field is required; check the body",
        ),
        (page(500, "Server Error (500)"), "an HTML page titled 'Server Error"),
        (page(404, "Not Found"), "404 Not Found"),
    ],
)
async def test_other_ends_of_a_batch(case: Case, answer: httpx.Response, words: str) -> None:
    with pytest.raises(HTTPStatusError, match=words) as caught:
        await case.kind.wait(client_of(case, Keystone(answer)).batch_job([STEP]))
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize("answer", [{}, {"results": None}, {"results": ["x"]}, None])
async def test_a_response_that_is_not_one_of_a_batch_is_an_error(case: Case, answer: Any) -> None:
    with pytest.raises(SerializationError, match="is this a Keystone server"):
        await case.kind.wait(
            client_of(case, Keystone(httpx.Response(200, json=answer))).batch_job([STEP])
        )


async def test_a_dry_run_may_be_repeated_and_a_real_one_may_not(case: Case) -> None:
    good = httpx.Response(200, json={"results": []})
    server = Keystone(httpx.Response(503), good)
    assert await case.kind.wait(client_of(case, server).batch_job([STEP], dry_run=True)) == []
    assert [body["job"]["dry_run"] for body in server.bodies] == [True, True]
    server = Keystone(httpx.Response(503), good)
    with pytest.raises(HTTPStatusError, match="503"):
        await case.kind.wait(client_of(case, server).batch_job([STEP]))
    assert len(server.calls) == 1


async def test_files_of_a_batch_go_as_parts(case: Case) -> None:
    server = Keystone(httpx.Response(200, json={"results": []}))
    step = {"method": "POST", "path": ATTACHMENTS, "payload": {"file": "@file{plan}", "request": 1}}
    await case.kind.wait(
        client_of(case, server).batch_job(
            [step], files={"plan": ("plan.txt", b"words", "text/plain")}
        )
    )
    (call,) = server.calls
    assert call.headers["content-type"].startswith("multipart/form-data")
    job = call.content.split(b'name="job"\r\n\r\n')[1].split(b"\r\n--")[0]
    assert json.loads(job) == {"job": {"dry_run": False, "actions": [step]}}["job"]
    assert b'name="plan"; filename="plan.txt"' in call.content


# Relations in filters


async def test_relations_in_filters_by_name(case: Case) -> None:
    grants = "/research/grants/"
    server = Keystone(
        tables={
            TEAMS: [
                {"id": 5, "name": "Lab A", "slug": "lab-a"},
                {"id": 6, "name": "Lab B", "slug": "lab-b"},
            ],
            grants: [{"id": 1, "team": 5, "title": "x"}, {"id": 2, "team": 6, "title": "y"}],
        }
    )
    client = client_of(case, server)
    for name in ("Lab A", "lab-a", "5", 5, {"name": "Lab A"}):
        assert ids(await case.kind.wait(client.retrieve_grant(filters={"team": name}))) == [1]
        assert server.queries[-1]["team"] == "5"
    assert ids(await case.kind.wait(client.retrieve_grant(filters={"team__not_eq": "lab-a"}))) == [
        2
    ]
    assert ids(await case.kind.wait(client.retrieve_grant(filters={"team__in": [5, 6]}))) == [1, 2]
    with pytest.raises(ClientError, match="there is no team 'nobody'"):
        await case.kind.wait(client.retrieve_grant(filters={"team": "nobody"}))


async def test_without_a_login_an_error_is_raised(case: Case) -> None:
    with pytest.raises(
        AuthenticationError,
        match=r"not signed in; call login\(\), or give 'username' and 'password'",
    ):
        await read(case, client_of(case, Keystone(tables={CLUSTERS: []}), anonymous=True))


async def test_an_unknown_resource_is_an_error(case: Case) -> None:
    client = client_of(case, Keystone())
    with pytest.raises(ConfigurationError, match="no resource 'clusters': did you mean 'cluster'"):
        await case.kind.wait(client.ensure("clusters", []))


# What the server would refuse or misread


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({"team": "lab-a"}, {"team": "1"}),
        ({"team__not_eq": "Lab A"}, {"team__not_eq": "1"}),
        ({"team__in": ["lab-a", 2]}, {"team__in": "1,2"}),
        ({"team__in": "lab-a,lab-b"}, {"team__in": "1,2"}),
        ({"team__not_in": ("Lab B",)}, {"team__not_in": "2"}),
        ({"team__in": [1, 2]}, {"team__in": "1,2"}),
    ],
)
async def test_filters_name_relations(
    case: Case, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    teams = [
        {"id": 1, "name": "Lab A", "slug": "lab-a"},
        {"id": 2, "name": "Lab B", "slug": "lab-b"},
    ]
    server = Keystone(tables={TEAMS: teams, MEMBERSHIPS: []})
    assert await case.kind.wait(client_of(case, server).retrieve_membership(filters=filters)) == []
    assert {
        name: value for name, value in server.queries[-1].items() if not name.startswith("_")
    } == sent


async def test_an_empty_doi_is_sent_as_null(case: Case) -> None:
    server = Keystone(httpx.Response(201, json={"id": 1}), httpx.Response(200, json={"id": 1}))
    client = client_of(case, server)
    await case.kind.wait(client.create_publication(title="", doi=""))
    await case.kind.wait(client.update_publication(pk=1, data={"doi": ""}))
    assert server.bodies == [{"title": "", "doi": None}, {"doi": None}]


def test_what_is_shown_holds_no_hashes_at_any_depth(case: Case) -> None:
    given = {
        "results": [
            {"_history": [1], "changes": {"password": ["a", "b"]}, "deep": [{"_history": []}]}
        ],
        "changes": "none",
        "_team": {"id": 1},
    }
    shown = client_of(case, Keystone()).presentable(given)
    assert shown == {
        "results": [{"changes": {"password": MASK}, "deep": [{}]}],
        "changes": "none",
        "_team": {"id": 1},
    }
    assert "_history" in given["results"][0]


# Arguments that cannot work, and servers that lie


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.http_get(None),
        lambda client: client.get(None),
        lambda client: client.retrieve_cluster(filters="name"),
        lambda client: client.retrieve_cluster(order=5),
        lambda client: client.batch_job(None),
        lambda client: client.create_cluster("x"),
        lambda client: client.update_cluster(1, [("name", "x")]),
        lambda client: client.delete_cluster([1, 2]),
        lambda client: client.batch_job({"method": "GET"}),
        lambda client: client.ensure("cluster", {"name": "x"}),
        lambda client: client.ensure("cluster", [{"name": "x"}], match="name"),
        lambda client: client.ensure("cluster", [{"name": "x"}], purge="x"),
        lambda client: client.ensure(["cluster"], [{"name": "x"}]),
    ],
)
async def test_invalid_arguments_are_an_error_before_anything_is_sent(
    case: Case, call: Any
) -> None:
    server = Keystone()
    with pytest.raises(ConfigurationError):
        await case.kind.wait(call(client_of(case, server)))
    assert server.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        {"count": 1, "results": [{"name": "no id"}]},
        {"count": 1, "results": [{"id": [1]}]},
    ],
)
async def test_a_list_of_records_without_an_id_is_an_error(case: Case, answer: Any) -> None:
    with pytest.raises(SerializationError, match="is this a Keystone server"):
        await read(case, client_of(case, Keystone(httpx.Response(200, json=answer))))


async def test_a_record_that_is_nested_too_deeply_is_an_error(case: Case) -> None:
    deep = b'{"id": 1, "a": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    with pytest.raises(SerializationError):
        await read(
            case,
            client_of(
                case,
                Keystone(
                    httpx.Response(200, content=deep, headers={"content-type": "application/json"})
                ),
            ),
            pk=1,
        )


async def test_a_user_that_is_nested_too_deeply_is_an_error(case: Case) -> None:
    deep = b'{"id": 1, "a": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    answer = httpx.Response(200, content=deep, headers={"content-type": "application/json"})
    with pytest.raises(SerializationError):
        await case.kind.wait(client_of(case, Keystone(answer)).whoami())


async def test_values_of_another_kind_match_no_filter(case: Case) -> None:
    server = Keystone(
        httpx.Response(
            200, json={"count": 2, "results": [{"id": "abc", "name": "x"}, {"id": 1, "name": "y"}]}
        )
    )
    assert await read(case, client_of(case, server), filters={"id__lt": 5}) == [
        {"id": 1, "name": "y"}
    ]


async def test_a_total_of_thousands_of_digits_is_ignored(case: Case) -> None:
    server = Keystone(httpx.Response(200, json=[{"id": 1}], headers={"x-total-count": "9" * 5000}))
    assert await read(case, client_of(case, server)) == [{"id": 1}]


async def test_headers_may_hold_latin_1(case: Case) -> None:
    answer = httpx.Response(
        200, headers=[(b"Content-Disposition", b"attachment; filename=\xdcbersicht.pdf")]
    )
    response = await case.kind.wait(client_of(case, Keystone(answer)).http_get("/config/"))
    assert "filename=\xdcbersicht.pdf".encode("latin-1") in response.headers.raw[0][1]


async def test_the_store_reads_all_records_that_match(case: Case) -> None:
    client = client_of(case, Keystone(tables={CLUSTERS: clusters(5)}))
    store = KeystoneStore(client)
    flow = store.read_all(
        CATALOGUE["cluster"], {"id__gt": 1}, order=["-id"], limit=2, fields=["id"]
    )
    assert ids(await case.kind.wait(client._perform(flow))) == [5, 4]


async def test_the_records_of_a_type_are_an_object(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    client = client_of(case, server)
    wait, found = case.kind.wait, client.records("cluster")
    assert ids(await wait(found.list({"id": {"gt": 1}}, order=["-id"]))) == [3, 2]
    assert (await wait(found.find("c0002")))["id"] == 2
    assert (await wait(found.find(3)))["name"] == "c0003"
    assert await wait(found.find("none")) is None
    made = await wait(found.create({"name": "new", "access_mode": "open"}))
    assert (made["id"], made["access_mode"]) == (4, "OP")
    assert (await wait(found.update("new", {"enabled": "yes"})))["enabled"] is True
    (change,) = await wait(found.ensure([{"name": "new", "enabled": True}]))
    assert change.action == "none"
    assert await wait(found.delete("new")) is True
    assert await wait(found.delete("new")) is False
    with pytest.raises(ConfigurationError, match="there is no resource 'clusters'"):
        client.records("clusters")
    row = ResourceType("cluster", CLUSTERS, (Field("id", kinds.INTEGER),), closed=False)
    assert ids(await wait(client.records(row).list())) == [1, 2, 3]


@pytest.mark.parametrize(
    ("detail", "hint", "other"),
    [
        ("CSRF Failed: Origin checking failed.", "check that url has the scheme", "for staff"),
        ("You do not have permission.", "it is for staff", "scheme"),
    ],
)
async def test_a_403_for_another_reason_than_permissions_has_its_own_advice(
    case: Case, detail: str, hint: str, other: str
) -> None:
    client = client_of(case, Keystone(said(403, detail)))
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(client.create_cluster(name="a"))
    assert hint in caught.value.message.replace("'", "")
    assert other not in caught.value.message
