# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing resources, and endpoints without resources."""

from __future__ import annotations

import json
import pickle
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.errors import (
    PartlyStored,
    ReferenceMismatch,
    VersionMismatch,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import Server, client_of, error

C1 = {"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "One"}


def contents(case: Case, server: Server, **options: Any) -> Any:
    return client_of(case, server, **options).metadata.contents


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(201, json={"meta": {}, **json.loads(request.content)})


# Reading


async def test_a_read(case: Case) -> None:
    server = Server({"meta": {}, "contents": [C1]})
    page = await case.kind.wait(contents(case, server).read("acme", "acme:c1"))
    assert server.targets == ["/data/contents/acme:c1?owner=acme"]
    assert page.resources == page.json == [C1]
    assert page.data == {"meta": {}, "contents": [C1]}
    assert (page.status, page.meta, page.model, page.linked("assets"), page.linked_failures) == (
        200,
        {},
        None,
        None,
        (),
    )
    assert page.response.correlation_id == server.correlation_ids[0]
    assert repr(page).startswith(
        "<ResourceResponse 200 GET https://metadata.example/data/contents/acme:c1"
    )


async def test_a_read_of_several(case: Case) -> None:
    server = Server(
        lambda request: httpx.Response(
            200,
            json={
                "contents": [{"ref": ref} for ref in request.url.path.rsplit("/", 1)[1].split(",")]
            },
        )
    )
    refs = [f"acme:c{number}" for number in range(250)]
    page = await case.kind.wait(contents(case, server).read("acme", refs))
    assert [item["ref"] for item in page.resources] == refs
    assert [len(request.url.path.split(",")) for request in server.requests] == [100, 100, 50]
    assert len(set(server.correlation_ids)) == 1


@pytest.mark.parametrize("resource", ["flow-instances", "flow_instances", "flowInstances"])
async def test_names_with_dashes(case: Case, resource: str) -> None:
    server = Server(
        lambda request: httpx.Response(200, json={"meta": {}, "flowInstances": [{"ref": "a:b"}]})
    )
    endpoint = client_of(case, server).workflow[resource]
    assert (await case.kind.wait(endpoint.read("acme", "a:b"))).resources == [{"ref": "a:b"}]
    assert (await case.kind.wait(endpoint.store("acme", {"name": "b"}))).resources == [
        {"ref": "a:b"}
    ]
    assert server.targets == [
        "/workflow/data/flow-instances/a:b?owner=acme",
        "/workflow/data/flow-instances/?owner=acme",
    ]
    assert json.loads(server.requests[1].content) == {"flowInstances": [{"name": "b"}]}


@pytest.mark.parametrize(
    ("ref", "path"), [("a b/c?d", "a%20b%2Fc%3Fd"), ("a:b,a:c", "a:b,a:c"), ("é:b", "%C3%A9:b")]
)
async def test_references_are_one_segment(case: Case, ref: str, path: str) -> None:
    server = Server()
    await case.kind.wait(contents(case, server).read("acme", ref))
    assert server.targets == [f"/data/contents/{path}?owner=acme"]


@pytest.mark.parametrize("ref", ["", [], [""], ["a:b", 7], "..", ".", None, 7])
async def test_what_is_no_reference(case: Case, ref: Any) -> None:
    server = Server()
    for call in (contents(case, server).read, contents(case, server).delete):
        with pytest.raises(ConfigurationError):
            await case.kind.wait(call("acme", ref))
    assert not server.requests


@pytest.mark.parametrize("owner", ["", " ", None, 7])
def test_an_owner_is_needed(case: Case, owner: Any) -> None:
    endpoint = contents(case, Server())
    for call in (
        lambda: endpoint.read(owner, "a:b"),
        lambda: endpoint.browse(owner),
        lambda: endpoint.store(owner, C1),
        lambda: endpoint.delete(owner, "a:b"),
    ):
        with pytest.raises(ConfigurationError, match="owner"):
            call()


async def test_a_response_that_is_not_wrapped(case: Case) -> None:
    for answer, found in (
        (["x"], ["x"]),
        ({"other": 1}, {"other": 1}),
        (httpx.Response(200), None),
    ):
        page = await case.kind.wait(
            contents(
                case,
                Server(
                    answer if not isinstance(answer, list) else httpx.Response(200, json=answer)
                ),
            ).read("acme", "acme:c1")
        )
        assert page.resources == found
        assert page.meta == {}


async def test_a_response_that_is_not_json(case: Case) -> None:
    with pytest.raises(SerializationError, match="text/html"):
        await case.kind.wait(
            contents(case, Server(httpx.Response(200, html="<html>"))).read("acme", "acme:c1")
        )


# Storing


@pytest.mark.parametrize(
    "given",
    [
        C1,
        [C1],
        (C1,),
        {"contents": C1},
        {"contents": [C1]},
        json.dumps(C1),
        json.dumps([C1]),
        json.dumps({"contents": [C1]}).encode(),
    ],
    ids=[
        "dict",
        "list",
        "tuple",
        "wrapped dict",
        "wrapped list",
        "text of a dict",
        "text of a list",
        "text, wrapped",
    ],
)
async def test_a_store_takes_every_form(case: Case, given: Any) -> None:
    server = Server(echo)
    page = await case.kind.wait(contents(case, server).store("acme", given))
    assert (page.status, page.resources) == (201, [C1])
    assert server.targets == ["/data/contents/?owner=acme"]
    assert json.loads(server.requests[0].content) == {"contents": [C1]}


async def test_a_wrapping_with_dashes_is_understood(case: Case) -> None:
    server = Server(echo)
    await case.kind.wait(
        client_of(case, server).workflow.flow_instances.store("acme", {"flow-instances": [C1]})
    )
    assert json.loads(server.requests[0].content) == {"flowInstances": [C1]}


@pytest.mark.parametrize(
    "given",
    [
        [],
        {},
        [{}],
        {"contents": []},
        {"contents": {}},
        "[]",
        7,
        None,
        ["a"],
        "7",
        {"contents": "a"},
    ],
)
def test_what_cannot_be_stored(case: Case, given: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a dict, a list of dicts"):
        contents(case, Server()).store("acme", given)
    with pytest.raises(SerializationError):
        contents(case, Server()).store("acme", "{broken")


async def test_many_are_stored_in_parts(case: Case) -> None:
    server = Server(echo)
    page = await case.kind.wait(
        contents(case, server).store("acme", [{"name": f"c{number}"} for number in range(201)])
    )
    assert [len(json.loads(request.content)["contents"]) for request in server.requests] == [
        100,
        100,
        1,
    ]
    assert [item["name"] for item in page.resources] == [f"c{number}" for number in range(201)]
    assert page.data["contents"] == page.resources
    assert len(set(server.correlation_ids)) == 1


async def test_what_is_stored_already_is_told_where_a_part_fails(case: Case) -> None:
    server = Server(echo, error(400, "name is required"))
    with pytest.raises(
        PartlyStored, match="100 of 150 are done, then: .*name is required"
    ) as caught:
        await case.kind.wait(
            contents(case, server).store("acme", [{"name": f"c{number}"} for number in range(150)])
        )
    assert [item["name"] for item in caught.value.stored] == [f"c{number}" for number in range(100)]
    assert (caught.value.status_code, type(caught.value.cause)) == (400, HTTPStatusError)
    assert pickle.loads(pickle.dumps(caught.value)).stored == caught.value.stored
    server = Server(echo, httpx.ReadError("x"))
    with pytest.raises(PartlyStored) as caught:
        await case.kind.wait(
            contents(case, server).store("acme", [{"name": f"c{number}"} for number in range(150)])
        )
    assert caught.value.status_code is None
    server = Server(httpx.Response(201), error(400))
    with pytest.raises(PartlyStored, match="100 of 150 are done"):
        await case.kind.wait(
            contents(case, server).store("acme", [{"name": f"c{number}"} for number in range(150)])
        )
    server = Server(error(400))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            contents(case, server).store("acme", [{"name": f"c{number}"} for number in range(150)])
        )


# Updating


@pytest.mark.parametrize("given", [C1, [C1], {"contents": [C1]}, json.dumps([C1])])
async def test_an_update_is_conditional(case: Case, given: Any) -> None:
    server = Server(echo)
    page = await case.kind.wait(contents(case, server).update("acme", given, "acme:c1", "0f3c"))
    request = server.requests[0]
    assert (request.method, server.targets[0], request.headers["if-match"]) == (
        "PUT",
        "/data/contents/acme:c1?owner=acme",
        '"0f3c"',
    )
    assert json.loads(request.content) == {"contents": [C1]}
    assert page.resources == [C1]


async def test_an_update_of_whatever_is_there(case: Case) -> None:
    server = Server(echo)
    await case.kind.wait(
        contents(case, server).update(
            "acme", {**C1, "version": "0f3c", "createdAt": "2020-01-01T00:00:00.000Z"}, "acme:c1"
        )
    )
    assert "if-match" not in server.requests[0].headers
    assert json.loads(server.requests[0].content) == {"contents": [C1]}


CHANGED = error(412, "document cannot be changed - versions do not match")


async def test_an_update_of_what_has_changed(case: Case) -> None:
    with pytest.raises(
        VersionMismatch, match="versions do not match; read acme:c1 again"
    ) as caught:
        await case.kind.wait(contents(case, Server(CHANGED)).update("acme", C1, "acme:c1", "0f3c"))
    assert caught.value.status_code == 412
    assert isinstance(caught.value, HTTPStatusError)


@pytest.mark.parametrize(
    "answer",
    [
        error(412, "another reason"),
        httpx.Response(412, text="no JSON"),
        httpx.Response(412, json=[1]),
        error(409),
    ],
)
async def test_other_refusals_of_an_update(case: Case, answer: httpx.Response) -> None:
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(contents(case, Server(answer)).update("acme", C1, "acme:c1", "0f3c"))
    assert not isinstance(caught.value, VersionMismatch)


async def test_an_update_that_had_arrived_before_its_repetition_is_done(case: Case) -> None:
    there = {
        "meta": {},
        "contents": [{**C1, "version": "1a2b", "updatedAt": "2020-01-01T00:00:00.000Z"}],
    }
    server = Server(httpx.ReadError("x"), CHANGED, there)
    page = await case.kind.wait(
        contents(case, server).update("acme", {**C1, "version": "0f3c"}, "acme:c1", "0f3c")
    )
    assert page.resources == there["contents"]
    assert [request.method for request in server.requests] == ["PUT", "PUT", "GET"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"owner": "acme", "name": "c1"}, "lacks ref"),
        ({"ref": "acme:c1"}, "lacks owner, name"),
        ({**C1, "ref": "acme:c2"}, "is that of acme:c2"),
        ({**C1, "owner": "test"}, "is that of test:c1"),
    ],
)
def test_an_update_of_another_resource(case: Case, given: Any, text: str) -> None:
    server = Server()
    with pytest.raises(ReferenceMismatch, match=text):
        contents(case, server).update("acme", given, "acme:c1", "0f3c")
    with pytest.raises(ConfigurationError, match="one resource, not 2"):
        contents(case, server).update("acme", [C1, C1], "acme:c1", "0f3c")
    assert not server.requests


# Deleting


async def test_a_delete(case: Case) -> None:
    server = Server(httpx.Response(204))
    page = await case.kind.wait(contents(case, server).delete("acme", "acme:c1"))
    assert (page.status, page.data, page.resources, page.json) == (204, None, None, None)
    await case.kind.wait(contents(case, server).delete("acme", ["acme:c1", "acme:c2"]))
    assert server.targets == [
        "/data/contents/acme:c1?owner=acme",
        "/data/contents/acme:c1,acme:c2?owner=acme",
    ]


async def test_many_are_deleted_in_parts(case: Case) -> None:
    server = Server(httpx.Response(204))
    page = await case.kind.wait(
        contents(case, server).delete("acme", [f"acme:c{number}" for number in range(101)])
    )
    assert (page.status, page.data, page.resources, len(server.requests)) == (204, None, None, 2)
    server = Server(httpx.Response(204), httpx.Response(204), error(403))
    with pytest.raises(HTTPStatusError, match="403"):
        await case.kind.wait(
            contents(case, server).delete("acme", [f"acme:c{number}" for number in range(250)])
        )
    assert [len(request.url.path.split(",")) for request in server.requests] == [100, 100, 50]


# Business endpoints


async def test_a_business_endpoint_is_browsed(case: Case) -> None:
    server = Server({"progress": 5})
    page = await case.kind.wait(
        client_of(case, server)
        .workflow.business("/$service/$owner:$ref")
        .browse(service="flow-execution-progress", owner="acme", ref="e 1")
    )
    assert server.targets == ["/workflow/flow-execution-progress/acme:e%201"]
    assert (page.data, page.json, page.resources) == ({"progress": 5}, {"progress": 5}, None)


@pytest.mark.parametrize("content", [{"a": 1}, '{"a": 1}'])
async def test_a_business_endpoint_is_stored_to(case: Case, content: Any) -> None:
    server = Server({"message": "ok"}, {"message": "ok"})
    endpoint = client_of(case, server).validation["business"]("/$service/$owner/$ref$params")
    page = await case.kind.wait(
        endpoint.store(
            service="v", owner="acme", content=content, ref="rule", params={"validation": "full"}
        )
    )
    assert server.targets == ["/validation/v/acme/rule?validation=full"]
    assert json.loads(server.requests[0].content) == {"a": 1}
    assert (page.data, page.resources) == ({"message": "ok"}, None)
    await case.kind.wait(endpoint.store("v", "acme", content, "rule"))
    assert server.targets[1] == "/validation/v/acme/rule"


@pytest.mark.parametrize("template", ["/$service/$ref", "/$other", "/$"])
def test_a_template_that_cannot_be_filled_in(case: Case, template: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be filled in"):
        client_of(case, Server()).workflow.business(template).browse(service="x")


@pytest.mark.parametrize("ref", ["", ".."])
def test_a_template_is_not_left(case: Case, ref: str) -> None:
    with pytest.raises(ConfigurationError):
        client_of(case, Server()).workflow.business("/x/$ref").browse(ref=ref)


async def test_a_business_store_is_not_sent_twice_and_a_browse_is(case: Case) -> None:
    server = Server(error(500))
    endpoint = client_of(case, server).workflow.business("/x")
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(endpoint.store(content={}))
    assert len(server.requests) == 1
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(endpoint.browse())
    assert len(server.requests) == 11


# Any request


async def test_any_request(case: Case) -> None:
    server = Server({"meta": {}, "contents": [C1]}, {"ok": True}, httpx.Response(200))
    service = client_of(case, server).metadata
    assert (await case.kind.wait(service.get("/data/contents", {"owner": "acme"}))).resources == [
        C1
    ]
    page = await case.kind.wait(
        service.request("POST", "/anything", json={"a": 1}, headers={"X-Own": "b"})
    )
    assert (page.data, page.resources) == ({"ok": True}, None)
    assert server.requests[1].headers["x-own"] == "b"
    assert (
        await case.kind.wait(service.request("HEAD", "data/contents?owner=acme"))
    ).resources is None
    assert server.targets == ["/data/contents?owner=acme", "/anything", "/data/contents?owner=acme"]


@pytest.mark.parametrize(
    "path", ["https://evil.example/data", "//evil.example/data", "/data/../x", 7]
)
async def test_a_request_stays_with_its_service(case: Case, path: Any) -> None:
    server = Server()
    with pytest.raises(ClientError):
        await case.kind.wait(client_of(case, server).metadata.get(path))
    assert not server.requests
