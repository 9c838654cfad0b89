# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients: handles, the registry, headers and correlation ids."""

from __future__ import annotations

import copy
import inspect
import re
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.metadata import USER_AGENT
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import (
    AsyncClient,
    Client,
    sequoia_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.errors import UnknownService
from ansible_collections.restops.clients.plugins.module_utils.sequoia.hub import Hub
from ansible_collections.restops.clients.plugins.module_utils.sequoia.options import SEQUOIA_OPTIONS
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import GRANT, LOCATIONS, REGISTRY, Server, browse, client_of, error

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


async def read(case: Case, client: Any) -> Any:
    return await case.kind.wait(client.metadata.contents.read("acme", "acme:c1"))


# Handles


def test_services_and_endpoints_are_handles(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    assert repr(client.metadata) == repr(client["metadata"]) == "<Service metadata>"
    for endpoint in (
        client.workflow.flow_instances,
        client.workflow.flowInstances,
        client["workflow"]["flow-instances"],
    ):
        assert repr(endpoint) == "<Endpoint workflow/data/flow-instances>"
    assert repr(client.workflow.business("/$service")) == "<Business workflow/$service>"
    assert repr(client.workflow["business"]("/$service")) == "<Business workflow/$service>"
    assert repr(client) == f"<{type(client).__name__} {REGISTRY}>"
    assert not server.registries


def test_private_names_are_no_services(case: Case) -> None:
    client = client_of(case, Server())
    for owner in (client, client.metadata):
        assert not hasattr(owner, "_nonsense")
        assert not hasattr(owner, "__deepcopy__")
    with pytest.raises(TypeError):
        copy.deepcopy(client)


@pytest.mark.parametrize("name", ["a/b", "../x", "", "1a", "a?b"])
def test_what_is_no_name_of_a_resource(case: Case, name: str) -> None:
    with pytest.raises(ConfigurationError, match="not a valid resource name"):
        client_of(case, Server()).metadata[name]


def test_the_factory() -> None:
    assert isinstance(sequoia_factory(REGISTRY, **GRANT), Client)
    assert isinstance(sequoia_factory(REGISTRY, want_async=True, **GRANT), AsyncClient)


async def test_context_managers() -> None:
    server = Server()
    with Client(REGISTRY, **GRANT, transport=server.transport) as client:
        assert client.metadata.contents.read("acme", "acme:c1").status == 200
    with pytest.raises(ClientError, match="is closed"):
        client.metadata.contents.read("acme", "acme:c1")

    async with AsyncClient(REGISTRY, **GRANT, transport=server.transport) as looping:
        await looping.metadata.contents.read("acme", "acme:c1")
    await looping.close()
    with pytest.raises(ClientError, match="is closed"):
        await looping.metadata.contents.read("acme", "acme:c1")
    assert len(server.requests) == 2


# Registry


async def test_the_registry_is_read_once_and_again_when_asked(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    assert await case.kind.wait(client.services()) == LOCATIONS
    await read(case, client)
    assert len(server.registries) == 1
    server.locations["metadata"] = "https://moved.example/metadata"
    await read(case, client)
    assert server.requests[-1].url.host == "metadata.example"
    assert (await case.kind.wait(client.refresh()))["metadata"] == "https://moved.example/metadata"
    await read(case, client)
    assert str(server.requests[-1].url).startswith("https://moved.example/metadata/data/contents/")
    assert len(server.registries) == 2
    assert len(server.logins) == 1


async def test_a_refresh_that_fails_leaves_what_was_known(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    await read(case, client)
    server.registry = error(404)
    with pytest.raises(
        HTTPStatusError,
        match=r"404 Not Found.*; is 'registry_url' https://<registry>/services/<owner>\?",
    ):
        await case.kind.wait(client.refresh())
    assert (await read(case, client)).status == 200


async def test_many_refreshes_at_once_are_one(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    answers = await case.kind.together(client.services, 10)
    assert answers == [LOCATIONS] * 10
    assert len(server.registries) == 1


async def test_who_asks_after_a_reading_has_ended_reads_no_more(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    late = client._hub.read_registry(None)
    assert await case.kind.wait(client.services()) == LOCATIONS
    assert (await case.kind.wait(client._driver.run(late))).locations == LOCATIONS
    assert len(server.registries) == 1


async def test_who_asks_for_a_descriptor_after_it_was_read_reads_no_more(case: Case) -> None:
    server = Server({"name": "metadata"})
    client = client_of(case, server)
    await case.kind.wait(client.services())
    flight = next(client._hub.descriptor_response("metadata"))
    described = await case.kind.wait(client.metadata.descriptor())
    assert await case.kind.wait(client._driver.run(flight.run())) is described
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "calls"), [(error(404), 1), (error(503), 10), (httpx.ConnectError("x"), 10)]
)
async def test_a_registry_that_fails_is_tried_like_a_read(
    case: Case, answer: Any, calls: int
) -> None:
    server = Server(registry=answer)
    with pytest.raises(ClientError):
        await read(case, client_of(case, server))
    assert len(server.registries) == calls
    assert not server.logins


@pytest.mark.parametrize("answer", [[], {"services": {}}, {"meta": {}}])
async def test_what_is_no_registry(case: Case, answer: Any) -> None:
    with pytest.raises(ClientError, match="no list of services"):
        await read(case, client_of(case, Server(registry=httpx.Response(200, json=answer))))


def test_an_unknown_argument_of_the_factory_is_named() -> None:
    with pytest.raises(
        TypeError, match="sequoia_factory got an unknown argument 'verfy'.*'verify'"
    ):
        sequoia_factory(REGISTRY, verfy=False)
    with pytest.raises(TypeError, match="Client got an unknown argument 'verfy'.*'verify'"):
        Client(REGISTRY, verfy=False)
    parameters = inspect.signature(Hub.__init__).parameters.values()
    assert {one.name for one in parameters if one.kind is one.KEYWORD_ONLY} == SEQUOIA_OPTIONS


async def test_an_unknown_service_is_named_beside_the_known_ones(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    handle = client.nonsense.things
    with pytest.raises(
        UnknownService,
        match="no service 'nonsense'; it names identity, metadata, validation, workflow",
    ):
        await case.kind.wait(handle.read("acme", "acme:c1"))
    with pytest.raises(UnknownService, match="it names none"):
        await read(
            case,
            client_of(case, Server(registry={"services": [{"name": "x"}, {"location": "y"}, 7]})),
        )


async def test_a_service_with_dashes_is_an_attribute_too(case: Case) -> None:
    server = Server(locations={"flow-manager": "https://flows.example"})
    client = client_of(case, server)
    for service in (client.flow_manager, client["flow-manager"]):
        await case.kind.wait(service.flows.read("acme", "acme:c1"))
    assert {request.url.host for request in server.requests} == {"flows.example"}


async def test_a_registry_at_the_top_of_its_host(case: Case) -> None:
    server = Server({"services": []})
    with pytest.raises(UnknownService):
        await read(case, client_of(case, server, "https://registry.example"))
    assert str(server.requests[0].url) == "https://registry.example/"


# Headers


async def test_headers_of_every_call(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    await read(case, client)
    await case.kind.wait(client.metadata.contents.store("acme", {"name": "c1"}))
    await case.kind.wait(client.metadata.contents.delete("acme", "acme:c1"))
    for request in (*server.registries, *server.requests):
        assert (
            request.headers["content-type"]
            == request.headers["accept"]
            == "application/vnd.piksel+json"
        )
        assert request.headers["user-agent"] == USER_AGENT


async def test_headers_of_the_users_own(case: Case) -> None:
    server = Server()
    client = client_of(case, server, content_type="application/json", user_agent="loader/1.0 ")
    await read(case, client)
    request = server.requests[0]
    assert request.headers["content-type"] == request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == f"loader/1.0 {USER_AGENT}"
    with pytest.raises(ConfigurationError, match="User-Agent"):
        client_of(case, server, user_agent="a\nb")
    with pytest.raises(ConfigurationError, match="X-Correlation-ID"):
        client_of(case, server, correlation_id="a\nb")


async def test_the_users_time_for_an_attempt(case: Case) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={"meta": {}})

    await read(case, client_of(case, Server(answer)))
    await read(case, client_of(case, Server(answer), request_timeout=5))
    assert seen == [240, 5]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"proxy": "http://proxy.example:3128"}, ["http://proxy.example:3128"] * 2),
        (
            {"proxies": {"https": "http://secure.example:3128"}},
            ["http://secure.example:3128", None],
        ),
        (
            {"proxies": {"all": "http://proxy.example", "http": "http://plain.example"}},
            ["http://proxy.example", "http://plain.example"],
        ),
    ],
)
async def test_proxies(case: Case, options: dict[str, Any], expected: list[str | None]) -> None:
    server = Server(locations={"metadata": "http://metadata.example"})
    client = client_of(case, server, auth_type="no_auth", **options)
    await read(case, client)
    assert [
        client._hub.wire_settings(origin).proxy
        for origin in ("https://registry.example", "http://metadata.example")
    ] == expected


@pytest.mark.parametrize(
    "options", [{"proxies": {"ftp": "x"}}, {"proxies": {"http": "http://x"}, "proxy": "http://y"}]
)
def test_proxies_that_cannot_be(case: Case, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"proxies must be a dict.*all requests\)$"):
        client_of(case, Server(), **options)


# Correlation ids


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        ({"correlation_id": " custom_correlation_id_1234 "}, "custom_correlation_id_1234"),
        ({"correlation_id": "mine", "user_id": "user123", "application_id": "app101"}, "mine"),
        ({"user_id": "user123", "application_id": "app101"}, f"user123/app101/{UUID}"),
        (
            {"correlation_id": "   ", "user_id": "user123", "application_id": "app101"},
            f"user123/app101/{UUID}",
        ),
        ({"user_id": "user123"}, UUID),
        ({"application_id": "app101"}, UUID),
        ({}, UUID),
    ],
)
async def test_correlation_ids(case: Case, options: dict[str, Any], pattern: str) -> None:
    server = Server()
    client = client_of(case, server, **options)
    await read(case, client)
    await read(case, client)
    ids = [
        request.headers["x-correlation-id"] for request in (*server.registries, *server.requests)
    ]
    assert all(re.fullmatch(pattern, found) for found in ids)
    assert len(set(ids)) == (3 if pattern.endswith(UUID) else 1)


async def test_an_operation_has_one_id_for_all_its_requests_whatever_runs_beside_it(
    case: Case,
) -> None:
    def page(number: int) -> dict[str, Any]:
        meta: dict[str, Any] = (
            {"continue": f"/data/contents?continue={number}&owner=acme"} if number < 3 else {}
        )
        return {
            "meta": {
                **meta,
                "linked": {
                    "assets": [
                        {
                            "request": "/data/assets?continue=true",
                            "continue": f"/data/assets?continue=L{number}",
                        }
                    ]
                },
            },
            "contents": [{"ref": f"acme:c{number}"}],
            "linked": {"assets": [{"ref": "acme:a1"}]},
        }

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/assets"):
            return httpx.Response(200, json={"meta": {}, "assets": [{"ref": "acme:a2"}]})
        return httpx.Response(200, json=page(int(request.url.params.get("continue", "0")) + 1))

    server = Server(answer)
    client = client_of(case, server, user_id="u", application_id="a")
    first = client.metadata.contents.browse("acme").linked("assets")
    await browse(case, client.metadata.contents, "acme")
    assert len(await case.kind.collect(first)) == 6
    by_id: dict[str, int] = {}
    for found in server.correlation_ids:
        by_id[found] = by_id.get(found, 0) + 1
    assert sorted(by_id.values()) == [1, 6]


# Plain connections


async def test_a_plain_connection_has_the_clients_session_and_headers(case: Case) -> None:
    server = Server({"ok": True})
    client = client_of(case, server)
    connection = await case.kind.wait(client.connection("workflow"))
    assert connection.base_url == LOCATIONS["workflow"]
    assert (
        await case.kind.wait(
            connection.post(
                "/flows",
                json={"a": 1},
                headers={"accept": "text/plain", "X-Correlation-Id": "mine"},
            )
        )
    ).json() == {"ok": True}
    request = server.requests[0]
    assert str(request.url) == "https://gateway.example/workflow/flows"
    assert (request.headers["accept"], request.headers["content-type"]) == (
        "text/plain",
        "application/vnd.piksel+json",
    )
    assert (request.headers["x-correlation-id"], request.headers["authorization"]) == (
        "mine",
        "Bearer token-1-of-the-server",
    )
    await case.kind.close(connection)
    assert (await read(case, client)).status == 200
    connection = await case.kind.wait(client.connection("metadata"))
    await case.kind.wait(connection.logout())
    assert not client.authenticated
    assert len(server.logins) == 1


# Descriptors


async def test_a_descriptor_is_read_once(case: Case) -> None:
    server = Server({"name": "metadata", "resourcefuls": {}})
    client = client_of(case, server)
    for dummy in range(2):
        assert (await case.kind.wait(client.metadata.descriptor())).data["name"] == "metadata"
    assert server.targets == ["/descriptor/raw?_pretty=true"]
    assert server.requests[0].headers["authorization"] == "Bearer token-1-of-the-server"


@pytest.mark.parametrize("name", [0, None, "", b"metadata", ["metadata"]])
def test_services_and_endpoints_are_named_by_texts(case: Case, name: Any) -> None:
    client = client_of(case, Server())
    with pytest.raises(ConfigurationError, match="a service is named by a text"):
        client[name]
    with pytest.raises(ConfigurationError, match="is not a valid resource name"):
        client.metadata[name]


def test_handles_are_no_containers(case: Case) -> None:
    client = client_of(case, Server())
    for handle in (client, client.metadata):
        with pytest.raises(TypeError, match="is not iterable"):
            list(handle)
        with pytest.raises(TypeError, match="is not a container"):
            "contents" in handle  # noqa: B015  # the test itself is under test


def test_methods_of_async_clients_are_coroutine_functions() -> None:
    for name in ("services", "refresh", "connection", "authenticate", "logout", "close"):
        assert inspect.iscoroutinefunction(getattr(AsyncClient, name))
        assert not inspect.iscoroutinefunction(getattr(Client, name))
