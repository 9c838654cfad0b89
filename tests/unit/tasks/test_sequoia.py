# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for Sequoia: calls of any service, lists with linked resources, wanted states."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import sequoia_factory
from ansible_collections.restops.clients.plugins.module_utils.tasks import many, request, sequoia
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.unit.sequoia.store import Store
from ansible_collections.restops.clients.tests.unit.sequoia.support import (
    GRANT,
    REGISTRY,
    Server,
    error,
)

SPECS = {
    sequoia.send: {**sequoia.SERVICE, **request.OPTIONS},
    sequoia.info: sequoia.INFO_OPTIONS,
    sequoia.ensure: sequoia.RESOURCE_OPTIONS,
}
Runner = Callable[..., dict[str, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give a function that runs a task with the options that Ansible would hand over."""

    def perform(
        task: Any, server: Server, context: Context | None = None, **given: Any
    ) -> dict[str, Any]:
        def factory(dummy: Any, want_async: bool) -> Any:
            return sequoia_factory(
                REGISTRY, **GRANT, transport=server.transport, want_async=want_async, retry=1
            )

        monkeypatch.setattr(sequoia, "make_client", factory)
        params = {name: option.get("default") for name, option in SPECS[task].items()}
        for item in given.get("requests", ()):
            item.update({name: item.get(name) for name in many.ITEM})
        where = (
            {"service": "metadata", "resource": "contents", "owner": "acme"}
            if task is not sequoia.send
            else {"service": "metadata"}
        )
        result: dict[str, Any] = task({**params, **where, **given}, context or Context())
        json.dumps(result)
        return result

    return perform


# Any call


def test_a_call_goes_to_the_service(run: Runner) -> None:
    server = Server({"progress": 5})
    result = run(
        sequoia.send,
        server,
        service="workflow",
        path="/flow-execution-progress/{ref}",
        path_params={"ref": "acme:e1"},
    )
    assert (result["changed"], result["json"], result["url"]) == (
        False,
        {"progress": 5},
        "https://gateway.example/workflow/flow-execution-progress/acme%3Ae1",
    )
    assert server.requests[0].headers["authorization"] == "Bearer token-1-of-the-server"


def test_many_calls_go_to_the_service_with_one_login(run: Runner) -> None:
    server = Server(lambda request: httpx.Response(200, json={"path": request.url.path}))
    result = run(
        sequoia.send,
        server,
        requests=[{"path": f"/data/contents/acme:c{number}"} for number in range(20)],
    )
    assert [item["json"]["path"] for item in result["results"]] == [
        f"/data/contents/acme:c{number}" for number in range(20)
    ]
    assert (
        len(server.registries),
        len(server.logins),
        {request.url.host for request in server.requests},
    ) == (1, 1, {"metadata.example"})


@pytest.mark.parametrize("many", [False, True])
def test_check_mode_names_the_place_of_the_service_and_sends_nothing(
    run: Runner, many: bool
) -> None:
    server = Server()
    call = {"method": "POST", "path": "/data/contents/?owner=acme"}
    result = run(
        sequoia.send, server, Context(check_mode=True), **({"requests": [call]} if many else call)
    )
    predicted = result["results"][0] if many else result
    assert predicted["request"]["url"] == "https://metadata.example/data/contents/?owner=acme"
    assert (len(server.registries), len(server.logins), len(server.requests)) == (1, 0, 0)


@pytest.mark.parametrize("many", [False, True])
def test_a_service_that_there_is_none_of(run: Runner, many: bool) -> None:
    call = {"path": "/x"}
    with pytest.raises(
        TaskError,
        match="the registry names no service 'meta';"
        " it names identity, metadata, validation, workflow",
    ):
        run(sequoia.send, Server(), service="meta", **({"requests": [call]} if many else call))


def test_lists_are_read_by_their_links(run: Runner) -> None:
    store = Store(*(f"c{number}" for number in range(25)))
    store.page_size = 10
    server = Server(store)
    result = run(
        sequoia.send, server, path="/data/contents", params={"owner": "acme"}, paginate="auto"
    )
    assert (len(result["records"]), result["pages"]) == (25, 3)
    assert [query["continue"] for query in server.queries] == ["true", "10", "20"]
    assert server.queries[0] == {"owner": "acme", "continue": "true", "perPage": "100"}
    numbered = {
        "meta": {"page": 1, "next": "/data/contents?owner=acme&page=2"},
        "contents": [{"ref": "acme:c1"}],
    }
    server = Server(numbered, {"meta": {"page": 2}, "contents": [{"ref": "acme:c2"}]})
    result = run(
        sequoia.send,
        server,
        service="workflow",
        path="/data/contents",
        paginate={"style": "continue", "page_size": 1, "limit": 5},
    )
    assert [record["ref"] for record in result["records"]] == ["acme:c1", "acme:c2"]
    assert server.targets == [
        "/workflow/data/contents?perPage=1&continue=true",
        "/workflow/data/contents?owner=acme&page=2",
    ]


def test_a_link_that_leaves_the_service_is_not_followed(run: Runner) -> None:
    server = Server(
        {
            "meta": {"continue": "https://evil.example/data/contents"},
            "contents": [{"ref": "acme:c1"}],
        }
    )
    with pytest.raises(TaskError):
        run(sequoia.send, server, path="/data/contents", paginate="auto")
    assert {request.url.host for request in server.requests} == {"metadata.example"}


# Reading resources


def linking(request: httpx.Request) -> httpx.Response:
    """Answer with three pages of two contents; assets in chains, and categories that the contents
    share."""
    query = dict(parse_qsl(request.url.query.decode()))
    if request.url.path == "/data/assets":
        return httpx.Response(
            200, json={"meta": {}, "assets": [{"ref": f"acme:a{query['continue']}-more"}]}
        )
    start = 0 if query["continue"] == "true" else int(query["continue"])
    meta: dict[str, Any] = {
        "linked": {
            "assets": [{"request": "/data/assets?x", "continue": f"/data/assets?continue={start}"}],
            "categories": [],
        }
    }
    if start < 4:
        meta["continue"] = f"/data/contents?continue={start + 2}"
    linked = {
        "assets": [{"ref": f"acme:a{start}"}, {"name": "unnamed"}],
        "categories": [{"ref": "acme:drama"}],
    }
    return httpx.Response(
        200,
        json={
            "meta": meta,
            "contents": [{"ref": f"acme:c{start + number}"} for number in range(2)],
            "linked": linked,
        },
    )


def test_reading_with_what_is_linked_reads_everything_once(run: Runner) -> None:
    server = Server(linking)
    result = run(sequoia.info, server, include=["assets", "categories"])
    assert (
        result["changed"],
        result["count"],
        [record["ref"] for record in result["records"]],
    ) == (False, 6, [f"acme:c{number}" for number in range(6)])
    assert [item.get("ref", "-") for item in result["linked"]["assets"]] == [
        name for n in (0, 2, 4) for name in (f"acme:a{n}", "-", f"acme:a{n}-more")
    ]
    assert result["linked"]["categories"] == [{"ref": "acme:drama"}]
    assert len(server.requests) == 6


def test_a_limit_reads_no_further(run: Runner) -> None:
    server = Server(linking)
    result = run(sequoia.info, server, include="assets", limit=3, page_size=2)
    assert ([record["ref"] for record in result["records"]], result["count"]) == (
        ["acme:c0", "acme:c1", "acme:c2"],
        3,
    )
    assert len(server.requests) == 4
    assert server.queries[0] == {
        "continue": "true",
        "perPage": "2",
        "include": "assets",
        "owner": "acme",
    }
    server = Server(linking)
    assert run(sequoia.info, server, limit=1)["count"] == 1
    assert server.queries == [{"continue": "true", "perPage": "1", "owner": "acme"}]


def test_the_operators_of_all_services_are_taken(run: Runner) -> None:
    server = Server({"meta": {}, "contents": []})
    run(sequoia.info, server, criteria={"name": {"in": ["a", "b"]}, "releaseYear": {"gte": 2001}})
    assert server.queries[0]["withName"] == "a||b"
    assert server.queries[0]["withReleaseYear"] == "2001/"


def test_what_is_asked_for(run: Runner) -> None:
    server = Server({"meta": {}, "contents": []})
    criteria = {"contentRef": "acme:c1", "releaseYear": {"between": [2001, 2003]}}
    result = run(
        sequoia.info,
        server,
        Context(check_mode=True),
        criteria=criteria,
        include={"assets": ["name", "ref"]},
        fields=["title", "ref"],
    )
    assert result == {"changed": False, "records": [], "count": 0, "linked": {"assets": []}}
    asked = {
        "continue": "true",
        "perPage": "100",
        "owner": "acme",
        "fields": "ref,title",
        "include": "assets",
        "assets.fields": "name,ref",
    }
    assert server.queries == [
        {**asked, "withContentRef": "acme:c1", "withReleaseYear": "2001/2003"}
    ]
    assert "linked" not in run(sequoia.info, Server({"meta": {}, "contents": []}))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"limit": 0}, "limit must be a whole number from 1"),
        ({"criteria": {"name": {"is": 1}}}, "name has no operator 'is'"),
        ({"include": 5}, "include takes names of relationships"),
        ({"resource": "../x"}, "not a valid resource name"),
        ({"owner": " "}, "owner must be the name of an owner"),
    ],
)
def test_unreadable_input_is_an_error_before_anything_is_sent(
    run: Runner, given: dict[str, Any], reason: str
) -> None:
    server = Server()
    with pytest.raises(TaskError, match=reason):
        run(sequoia.info, server, **given)
    assert (server.registries, server.logins, server.requests) == ([], [], [])


def test_what_the_server_failed_to_link_fails_the_task(run: Runner) -> None:
    page = {
        "meta": {
            "linked": {
                "assets": [{"statusCode": 404, "error": "Not Found", "request": "/data/assets"}]
            }
        },
        "contents": [{"ref": "acme:c1"}],
    }
    with pytest.raises(
        TaskError, match="reading the linked assets failed with 404 on the server"
    ) as caught:
        run(sequoia.info, Server(page), include=["assets"])
    assert caught.value.result["status"] == 200


def test_a_response_without_the_resource_fails_the_task(run: Runner) -> None:
    with pytest.raises(TaskError, match="the response has no list of contents"):
        run(sequoia.info, Server({"meta": {}, "items": []}))


# Wanted states


def test_one_record(run: Runner) -> None:
    server = Server(Store())
    result = run(sequoia.ensure, server, data={"name": "c1", "title": "One"})
    assert (result["changed"], result["action"], result["record"]["ref"], result["ignored"]) == (
        True,
        "create",
        "acme:c1",
        [],
    )
    (difference,) = result["diff"]
    assert difference == {
        "before_header": "contents ref='acme:c1'",
        "after_header": "contents ref='acme:c1'",
        "before": {},
        "after": {"name": "c1", "title": "One", "ref": "acme:c1", "owner": "acme"},
    }
    again = run(sequoia.ensure, server, data={"name": "c1", "title": "One"})
    assert (again["changed"], again["action"], again["diff"]) == (False, "none", [])


def test_the_difference_shows_fields_that_nothing_describes(run: Runner) -> None:
    store = Store("c1", descriptor=None)
    server = Server(store)
    store.items["acme:c1"].pop("slug")
    result = run(sequoia.ensure, server, data={"name": "c1", "title": "Two", "colour": "red"})
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == (
        {"title": "Title of c1", "colour": None},
        {"title": "Two", "colour": "red"},
    )


@pytest.mark.parametrize("check_mode", [False, True])
def test_fields_whose_name_names_a_secret_are_shown_in_no_difference(
    run: Runner, check_mode: bool
) -> None:
    old = {"name": "c1", "title": "One", "custom": {"password": "old-secret-1", "user": "ada"}}
    new = {"name": "c1", "custom": {"password": "new-secret-1", "user": "grace"}}
    store = Store(descriptor=None)
    server = Server(store)
    run(sequoia.ensure, server, data=old)
    third = {"name": "c1", "custom": {"password": "third-secret-1", "user": "grace"}}
    for given in ({"data": new}, {"records": [third]}, {"data": new, "state": "absent"}):
        store.items["acme:c1"].pop("slug", None)
        result = run(sequoia.ensure, server, Context(check_mode=check_mode), **given)
        assert result["changed"]
        assert "-secret-1" not in json.dumps(result)
        assert "[REDACTED]" in json.dumps(result["diff"])


def test_options_of_a_wanted_state_reach_it(run: Runner) -> None:
    server = Server(Store("c1", "c2"))
    result = run(
        sequoia.ensure,
        server,
        records=[{"name": "c1", "active": True}],
        purge=True,
        filters={"title": "Title of c2"},
        replace=True,
        conditional=False,
    )
    assert result["summary"] == {"created": 0, "updated": 1, "deleted": 1, "unchanged": 0}
    written = [request for request in server.requests if request.method != "GET"]
    assert [request.method for request in written] == ["POST", "DELETE"]
    assert json.loads(written[0].content) == {
        "contents": [
            {"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "c1", "active": True}
        ]
    }


def test_check_mode_predicts(run: Runner) -> None:
    server = Server(Store("c1"))
    result = run(
        sequoia.ensure,
        server,
        Context(check_mode=True),
        records=[{"name": "c1", "active": True}, {"name": "c2"}],
    )
    assert result["summary"] == {"created": 1, "updated": 1, "deleted": 0, "unchanged": 0}
    assert {request.method for request in server.requests} == {"GET"}


def test_what_could_not_be_written_is_told_and_the_rest_is_done(run: Runner) -> None:
    store = Store("c1", "c2")
    store.failing = {"c1"}
    with pytest.raises(
        TaskError,
        match=r"1 of 2 records could not be written; the first, contents ref='acme:c1':"
        r" PUT .*: 400 .*title is not allowed",
    ) as caught:
        run(
            sequoia.ensure,
            Server(store),
            records=[{"name": "c1", "active": True}, {"name": "c2", "active": True}],
        )
    assert [item["ok"] for item in caught.value.result["results"]] == [False, True]
    assert caught.value.result["changed"]


def test_a_conflict_fails_the_task(run: Runner) -> None:
    store = Store("c1")
    store.lagging = True
    store.before = {"acme:c1": dict(store.items["acme:c1"], version="an older one")}
    with pytest.raises(TaskError, match="versions do not match") as caught:
        run(sequoia.ensure, Server(store), data={"name": "c1", "active": True})
    assert (caught.value.result["status"], caught.value.result["action"]) == (412, "update")


def test_a_service_that_does_not_answer(run: Runner) -> None:
    with pytest.raises(TaskError, match="503 Service Unavailable"):
        run(sequoia.ensure, Server(error(503)), data={"name": "c1"})


# Options that come as text


@pytest.mark.parametrize(
    ("retry", "tries"), [("3", 3), ('{"max_tries": 2}', 2), (4, 4), ({"max_tries": 1}, 1)]
)
def test_a_retry_may_come_as_text(monkeypatch: pytest.MonkeyPatch, retry: Any, tries: int) -> None:
    server = Server(httpx.ConnectError("no"))
    factory = sequoia.make_client
    monkeypatch.setattr(
        sequoia,
        "make_client",
        lambda given, want_async: factory(given, want_async=want_async, transport=server.transport),
    )
    where = {
        "url": REGISTRY,
        "client_id": "a",
        "client_secret": "bbbb",
        "service": "metadata",
        "resource": "contents",
        "owner": "acme",
    }
    params = {name: option.get("default") for name, option in sequoia.INFO_OPTIONS.items()}
    with pytest.raises(TaskError):
        sequoia.info({**params, **where, "retry": retry}, Context())
    assert len(server.requests) == tries


def test_a_retry_that_is_none() -> None:
    params = {name: option.get("default") for name, option in sequoia.INFO_OPTIONS.items()}
    where = {
        "url": REGISTRY,
        "client_id": "a",
        "client_secret": "bbbb",
        "service": "metadata",
        "resource": "contents",
        "owner": "acme",
    }
    with pytest.raises(
        TaskError, match="retry: max_tries must be a whole number from 1, not 'often'"
    ):
        sequoia.info({**params, **where, "retry": "often"}, Context())
