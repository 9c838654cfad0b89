# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface of ipsdk: the calls that real programs make, and what they look at afterwards."""

from __future__ import annotations

import copy
import inspect
import json
import logging as standard
import pickle
import ssl
import sys
from http import HTTPStatus
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec, patch

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.compat import install, ipsdk
from ansible_collections.restops.clients.plugins.module_utils.compat.ipsdk import (
    connection,
    exceptions,
    heuristics,
    http,
    jsonutils,
    logging,
    metadata,
)
from ansible_collections.restops.clients.plugins.module_utils.compat.ipsdk.gateway import (
    AsyncGateway,
    Gateway,
)
from ansible_collections.restops.clients.plugins.module_utils.compat.ipsdk.platform import (
    AsyncPlatform,
    Platform,
)
from ansible_collections.restops.clients.plugins.module_utils.core import exceptions as core
from ansible_collections.restops.clients.tests.unit.support import OAUTH, USER, Case, Server

# The import sets up the logger of the HTTP library, as ipsdk does; other tests look at that.
logging.reset_logger("httpx")

HOST = {"host": "server.example"}


def made(case: Case, factory: Any, server: Server, **options: Any) -> Any:
    given = {"retry": 1, **HOST, **options}
    return factory(
        transport=server.transport,
        want_async=case.kind.want_async,
        runtime=case.kind.runtime(case.time),
        **given,
    )


def made_of(case: Case, kind: Any, server: Server, **options: Any) -> Any:
    runtime = case.kind.runtime(case.time)
    return kind(**HOST, retry=1, transport=server.transport, runtime=runtime, **options)


def platform(case: Case, server: Server, **options: Any) -> Any:
    return made(case, ipsdk.platform_factory, server, **{**OAUTH, **options})


# Clients


@pytest.mark.parametrize("verb", ["get", "delete", "post", "put", "patch"])
async def test_each_verb_sends_its_method_and_returns_a_response(case: Case, verb: str) -> None:
    server = Server()
    response = await case.kind.wait(getattr(platform(case, server), verb)("/x", params={"a": 1}))
    assert (server.requests[0].method, server.paths) == (verb.upper(), ["/x?a=1"])
    assert response.__class__ is http.Response is connection.Response
    assert (response.status_code, response.is_success(), response.is_error()) == (200, True, False)


async def test_verbs_take_params_and_json_by_position(case: Case) -> None:
    server = Server()
    client = made(case, ipsdk.gateway_factory, server, **USER)
    for verb in ("post", "put", "patch"):
        await case.kind.wait(getattr(client, verb)("/devices", {"a": "b"}, {"name": "n"}))
    assert {request.content for request in server.requests} == {b'{"name":"n"}'}
    assert set(server.paths) == {"/api/v2.0/devices?a=b"}
    assert server.tokens == ["token-1"] * 3


async def test_send_request_is_what_programs_call_for_a_method_that_they_choose(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    await case.kind.wait(client._send_request(http.HTTPMethod.POST, "/x", json=[1]))
    await case.kind.wait(
        client._send_request(method=http.HTTPMethod.HEAD, path="/x", params={"a": 1})
    )
    assert [request.method for request in server.requests] == ["POST", "HEAD"]
    assert server.requests[0].content == b"[1]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("GET", "/x"), "method must be of type `HTTPMethod`"),
        ((http.HTTPMethod.GET, "/x", [("a", 1)]), "params must be of type `dict`"),
        ((http.HTTPMethod.POST, "/x", None, "text"), "json must be of type `dict` or `list`"),
        ((http.HTTPMethod.GET, 7), "path must be of type `str`"),
    ],
)
async def test_arguments_of_other_types_are_refused(
    case: Case, arguments: Any, message: str
) -> None:
    server = Server()
    with pytest.raises(ipsdk.exceptions.IpsdkError, match=message):
        await case.kind.wait(platform(case, server)._send_request(*arguments))
    assert not server.logins


@pytest.mark.parametrize(
    ("options", "login"),
    [
        ({"user": "admin", "password": "admin"}, "/oauth/token"),
        ({"user": "", "password": ""}, "/oauth/token"),
        ({"user": None, "password": None}, "/oauth/token"),
        ({"client_secret": None}, "/login"),
        ({"client_id": "", "client_secret": ""}, "/login"),
    ],
)
async def test_a_whole_service_account_is_used_and_half_of_one_is_not(
    case: Case, options: dict[str, Any], login: str
) -> None:
    server = Server()
    await case.get(platform(case, server, **options))
    assert [request.url.path for request in server.logins] == [login]


@pytest.mark.parametrize(
    ("factory", "options", "sent"),
    [
        (ipsdk.platform_factory, {}, {"user": {"username": "admin", "password": "admin"}}),
        (
            ipsdk.platform_factory,
            {"user": "admin@pronghorn"},
            {"user": {"username": "admin@pronghorn", "password": "admin"}},
        ),
        (ipsdk.gateway_factory, {}, {"username": "admin@itential", "password": "admin"}),
        (ipsdk.gateway_factory, {"user": "ada"}, {"username": "ada", "password": "admin"}),
    ],
)
async def test_each_credential_has_its_own_default(
    case: Case, factory: Any, options: dict[str, Any], sent: Any
) -> None:
    server = Server()
    await case.get(made(case, factory, server, **options))
    assert json.loads(server.logins[0].content) == sent


async def test_credentials_that_are_missing_are_an_error_of_the_call(case: Case) -> None:
    for factory in (ipsdk.platform_factory, ipsdk.gateway_factory):
        client = made(case, factory, Server(), user=None, password=None)
        with pytest.raises(exceptions.IpsdkError, match="no credentials"):
            await case.get(client)


async def test_credentials_are_attributes_that_the_next_login_uses(case: Case) -> None:
    server = Server(httpx.Response(200), lambda dummy: httpx.Response(400, text="new-password"))
    client = made(case, ipsdk.platform_factory, server, **USER)
    assert (client.user, client.password, client.client_id, client.client_secret) == (
        "ada",
        "correct horse",
        None,
        None,
    )
    await case.get(client)
    client.password = "new-password"
    client.authenticated = False
    with pytest.raises(exceptions.HTTPStatusError) as caught:
        await case.get(client)
    assert [json.loads(login.content)["user"]["password"] for login in server.logins] == [
        "correct horse",
        "new-password",
    ]
    assert "new-password" not in f"{caught.value} {caught.value.response.text}"


@pytest.mark.parametrize(
    ("factory", "wrong", "right"),
    [
        (ipsdk.platform_factory, {"password": "wrong"}, {"password": "right"}),
        (ipsdk.platform_factory, {"client_id": "id", "client_secret": "wrong"}, OAUTH),
        (ipsdk.platform_factory, OAUTH, {"client_id": None, "client_secret": None}),
        (ipsdk.gateway_factory, {"user": "unknown"}, {"user": "ada"}),
    ],
)
async def test_corrected_credentials_are_used_at_once(
    case: Case, factory: Any, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    server = Server(login=httpx.Response(401))
    client = made(case, factory, server, **wrong)
    for dummy in range(2):
        with pytest.raises(exceptions.HTTPStatusError):
            await case.get(client)
    assert len(server.logins) == 1
    server.login = None
    for name, value in right.items():
        setattr(client, name, value)
    assert (await case.get(client)).status_code == 200
    assert len(server.logins) == 2


async def test_the_ttl_that_is_set_is_that_of_the_next_session(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    client.ttl = 60
    await case.get(client)
    case.time.now += 61
    await case.get(client)
    assert len(server.logins) == 2


async def test_the_state_of_a_session_is_readable_and_settable(case: Case) -> None:
    server = Server()
    client = platform(case, server, ttl=60)
    assert (client.authenticated, client.token, client.ttl) == (False, None, 60)
    await case.get(client)
    assert (client.authenticated, client.token) == (True, "token-1")
    client.token = None
    assert not client.authenticated
    client.token = "a-token-of-the-program"
    assert client.authenticated
    await case.get(client)
    client.authenticated = True
    await case.get(client)
    assert server.tokens == ["token-1", "a-token-of-the-program", "a-token-of-the-program"]
    assert len(server.logins) == 1
    client.authenticated = False
    client.authenticated = True
    await case.get(client)
    assert "authorization" not in server.requests[-1].headers
    client.anything = "else"


async def test_authenticate_logs_in_every_time(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    for dummy in range(2):
        await case.kind.wait(client.authenticate())
    await case.get(client)
    assert (len(server.logins), server.tokens) == (2, ["token-2"])
    server.login = httpx.Response(401)
    with pytest.raises(exceptions.HTTPStatusError):
        await case.kind.wait(client.authenticate())


def with_login(case: Case, own: Any) -> Any:
    """Return a class of Platforms whose `authenticate` calls a function first."""

    class Own(Platform):
        def authenticate(self) -> None:
            own(self, super().authenticate)

    class AsyncOwn(AsyncPlatform):
        async def authenticate(self) -> None:
            result = own(self, super().authenticate)
            if inspect.isawaitable(result):
                await result

    return AsyncOwn if case.kind.want_async else Own


async def test_a_class_may_add_to_the_login(case: Case) -> None:
    server, seen = Server(), []

    def own(client: Any, log_in: Any) -> Any:
        seen.append(client.user)
        return log_in()

    client = made_of(case, with_login(case, own), server, **USER)
    for dummy in range(2):
        await case.get(client)
    assert (seen, len(server.logins)) == (["ada"], 1)


async def test_a_class_may_have_a_login_of_its_own(case: Case) -> None:
    ok = httpx.Response(200)
    server = Server(ok, ok, ok, httpx.Response(401))
    tokens = iter("abcdef")

    def own(client: Any, dummy: Any) -> None:
        client.token = next(tokens)

    client = made_of(case, with_login(case, own), server, ttl=60)
    await case.kind.together(lambda: client.get("/x"), 2)
    case.time.now += 61
    await case.get(client)
    with pytest.raises(exceptions.HTTPStatusError, match="set 'authenticated' to False"):
        await case.get(client)
    client.authenticated = False
    await case.get(client)
    assert (server.tokens, server.logins) == (list("aabbc"), [])


async def test_the_login_of_one_client_may_be_replaced(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    client.authenticate = AsyncMock() if case.kind.want_async else Mock()
    for dummy in range(2):
        await case.get(client)
    assert client.authenticate.call_count == 1
    assert (client.authenticated, server.logins) == (True, [])


async def test_the_login_of_a_class_may_be_patched(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    with patch.object(type(client), "authenticate", autospec=True) as mock:
        await case.get(client)
    mock.assert_called_once_with(client)
    assert (client.authenticated, server.logins) == (True, [])


async def test_the_inner_client_has_headers_and_can_be_closed(case: Case) -> None:
    server = Server()
    client = made(case, ipsdk.gateway_factory, server, timeout=7, **USER)
    client.client.headers["X-Own"] = "value"
    await case.get(client)
    assert server.requests[0].headers["x-own"] == server.logins[0].headers["x-own"] == "value"
    assert str(client.client.base_url) == "https://server.example/api/v2.0/"
    assert str(platform(case, server).client.base_url) == "https://server.example"
    assert client.client.timeout == httpx.Timeout(7)
    assert not client.client.is_closed
    await case.kind.wait(client.client.aclose() if case.kind.want_async else client.client.close())
    assert client.client.is_closed
    with pytest.raises(exceptions.IpsdkError, match="closed"):
        await case.get(client)


async def test_headers_of_the_inner_client_replace_each_other_in_any_case(case: Case) -> None:
    server = Server()
    client = platform(case, server)
    client.client.headers = {"X-Own": "a", "X-More": "more"}
    assert client.client.headers["user-agent"].startswith("restops")
    client.client.headers.update({"user-agent": "mine", "x-own": "b"})
    del client.client.headers["X-MORE"]
    await case.get(client)
    await case.kind.wait(client.connection.get("/x", headers={"x-oWn": "c"}))
    await case.kind.wait(client.connection.get("/x", headers=[("X-Own", "d"), ("X-Own", "e")]))
    sent = [request.headers for request in server.requests]
    assert [headers.get_list("x-own") for headers in sent] == [["b"], ["c"], ["d", "e"]]
    assert [headers.get_list("user-agent") for headers in sent] == [["mine"]] * 3
    assert "x-more" not in sent[0]
    client.client.headers = None
    assert "x-own" not in client.client.headers


@pytest.mark.parametrize(
    ("timeout", "read", "sent"),
    [
        (7, 7.0, 7.0),
        (httpx.Timeout(7, connect=1), 7.0, 7.0),
        (None, None, 86400.0),
        (httpx.Timeout(None), None, 86400.0),
    ],
)
async def test_the_timeout_is_an_argument_and_an_attribute_of_the_inner_client(
    case: Case, timeout: Any, read: float | None, sent: float
) -> None:
    server = Server()
    early, late = platform(case, server, timeout=timeout), platform(case, server, timeout=3)
    late.client.timeout = timeout
    for client in (early, late):
        await case.get(client)
        assert client.client.timeout.read == read
        assert server.requests[-1].extensions["timeout"]["read"] == pytest.approx(sent, rel=0.01)
        assert server.logins[-1].extensions["timeout"]["read"] == pytest.approx(sent, rel=0.01)


async def test_clients_can_be_closed_as_those_of_this_library(case: Case) -> None:
    async def use() -> Any:
        async with platform(case, Server()) as client:
            assert (await client.get("/x")).is_success()
        async with client.client:
            await client.aclose()
        return client

    def use_in_thread() -> Any:
        with platform(case, Server()) as client:
            assert client.get("/x").is_success()
        with client.client:
            client.close()
        return client

    client = await case.kind.wait(use() if case.kind.want_async else use_in_thread())
    assert client.client.is_closed


async def test_closing_the_inner_async_client_by_its_other_name() -> None:
    client = ipsdk.platform_factory(**HOST, want_async=True)
    await client.client.close()
    assert client.client.is_closed


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({"port": None}, "https://server.example/x"),
        ({"port": "8443"}, "https://server.example:8443/x"),
        ({"port": 80, "use_tls": False}, "http://server.example/x"),
        ({"host": "server.example/prefix", "ttl": -1}, "https://server.example/prefix/x"),
        ({"timeout": None, "verify": None}, "https://server.example/x"),
    ],
)
async def test_arguments_that_ipsdk_takes(case: Case, options: dict[str, Any], url: str) -> None:
    server = Server()
    client = platform(case, server, **options)
    client.token = "a-token-of-the-program"
    response = await case.get(client)
    assert str(server.requests[0].url) == str(response.url) == url


@pytest.mark.parametrize("options", [{"timeout": 0}, {"host": "a b"}, {"limits": 0}])
def test_arguments_that_are_not_usable_are_errors_of_ipsdk(options: dict[str, Any]) -> None:
    with pytest.raises(exceptions.IpsdkError):
        ipsdk.platform_factory(**{**HOST, **options})


def test_verify_takes_a_path_or_an_ssl_context(case: Case) -> None:
    def tls(verify: Any) -> Any:
        client = ipsdk.platform_factory(
            "verified.example", verify=verify, want_async=case.kind.want_async
        )
        return client.connection._wire_settings().tls

    context = ssl.create_default_context()
    assert (tls("ca.pem").verify, tls("ca.pem").ca_path) == (True, "ca.pem")
    assert tls(context).verify is context
    assert tls(None).verify is True
    assert tls(False).verify is False


async def test_a_connection_without_a_mixin_needs_no_login(case: Case) -> None:
    server = Server()
    kind = connection.AsyncConnection if case.kind.want_async else connection.Connection
    client = kind("server.example", base_path="/base", transport=server.transport)
    assert (await case.get(client)).status_code == 200
    assert (server.paths, server.logins) == (["/base/x"], [])


@pytest.mark.parametrize("kind", [AsyncPlatform, AsyncGateway, connection.AsyncConnection])
@pytest.mark.parametrize(
    "verb", ["get", "delete", "post", "put", "patch", "authenticate", "_send_request"]
)
async def test_async_verbs_are_coroutine_functions(kind: Any, verb: str) -> None:
    assert inspect.iscoroutinefunction(getattr(kind, verb))
    assert inspect.iscoroutinefunction(getattr(create_autospec(kind, instance=True), verb))
    assert await getattr(AsyncMock(spec=kind), verb)("x") is not None


@pytest.mark.parametrize("kind", [Platform, AsyncGateway])
def test_mocks_of_a_class_have_the_attributes_of_its_clients(kind: Any) -> None:
    mock = AsyncMock(spec=kind)
    for name in "authenticated client client_id client_secret password token ttl user".split():
        assert getattr(mock, name) is not None


def test_classes_have_the_names_and_bases_of_ipsdk() -> None:
    assert issubclass(Platform, connection.Connection)
    assert issubclass(AsyncGateway, connection.AsyncConnection)
    assert issubclass(Gateway, ipsdk.gateway.AuthMixin)
    assert issubclass(AsyncPlatform, ipsdk.platform.AsyncAuthMixin)
    assert ipsdk.platform.AsyncPlatformType is AsyncPlatform
    assert ipsdk.gateway.GatewayType is Gateway


# Responses


async def test_times_are_iso_texts(case: Case) -> None:
    def slow(dummy: httpx.Request) -> httpx.Response:
        case.time.now += 1.5
        return httpx.Response(200)

    response = await case.get(platform(case, Server(slow)))
    assert response.started_at == "2023-11-14T22:30:00+00:00"
    assert response.finished_at == "2023-11-14T22:30:01.500000+00:00"
    assert response.elapsed_ms == 1500


async def test_a_response_has_the_objects_of_the_http_library(case: Case) -> None:
    server = Server(httpx.Response(200, json={"a": 1}, headers={"X-A": "b", "Set-Cookie": "c=d"}))
    response = await case.get(
        platform(case, server), "/w?name=n1", {"enabled": True, "key": "value"}
    )
    assert str(response.url) == "https://server.example/w?name=n1&enabled=true&key=value"
    assert response.url.path == "/w"
    assert (response.request.method, response.request.url) == ("GET", response.url)
    assert response.headers["x-a"] == response.headers.get("X-A") == "b"
    assert (response.text, response.content) == ('{"a":1}', b'{"a":1}')
    assert response.json() == {"a": 1}
    assert repr(response) == f"Response(status_code=200, url='{response.url}')"
    assert response.raise_for_status() is None


async def test_a_response_after_a_redirect_has_the_url_of_the_target(case: Case) -> None:
    server = Server(httpx.Response(302, headers={"Location": "/there"}))
    assert str((await case.get(platform(case, server))).url) == "https://server.example/there"


@pytest.mark.parametrize("content", [b"", b"<html>", b"{broken", b"\xff"])
async def test_a_body_that_is_not_json_is_a_value_error_and_no_error_of_ipsdk(
    case: Case, content: bytes
) -> None:
    response = await case.get(platform(case, Server(httpx.Response(200, content=content))))
    with pytest.raises(ValueError, match="Failed to parse response as JSON") as caught:
        response.json()
    assert not isinstance(caught.value, exceptions.IpsdkError)


def test_responses_and_requests_can_be_made_by_programs() -> None:
    request = httpx.Request("GET", "https://server.example/x")
    inner = httpx.Response(404, json={}, request=request)
    response = http.Response(
        inner,
        started_at="2024-01-01T00:00:00+00:00",
        finished_at="2024-01-01T00:00:00.250000+00:00",
    )
    assert (response.status_code, response.elapsed_ms, response.is_error()) == (404, 250, True)
    with pytest.raises(httpx.HTTPStatusError):
        response.raise_for_status()
    with pytest.raises(ValueError, match="None"):
        http.Response(None, started_at="", finished_at="")  # type: ignore[arg-type]
    mine = http.Request("GET", "/x", params={"a": 1}, headers={"b": "c"}, json=[1])
    assert (mine.url, mine.params, mine.headers, mine.json) == ("/x", {"a": 1}, {"b": "c"}, [1])
    assert repr(mine) == "Request(method='GET', path='/x')"
    assert (http.Request("GET", "/x").params, http.Request("GET", "/x").headers) == ({}, {})


def test_methods_and_statuses_are_those_of_the_standard_library() -> None:
    assert http.HTTPStatus is HTTPStatus
    assert {"GET", "TRACE", "CONNECT"} <= set(http.HTTPMethod.__members__)
    assert http.HTTPMethod.GET.value == http.HTTPMethod("GET") == "GET"


# Errors


async def test_a_status_is_an_error_with_the_objects_of_the_http_library(case: Case) -> None:
    server = Server(httpx.Response(404, json={"message": "no workflow"}, headers={"X-A": "b"}))
    with pytest.raises(exceptions.HTTPStatusError) as caught:
        await case.get(platform(case, server), "/w", {"name": "n1"})
    error = caught.value
    assert isinstance(error, (exceptions.IpsdkError, core.HTTPStatusError))
    assert str(error).startswith("GET https://server.example/w?name=n1: 404 Not Found: no workflow")
    assert error.message == error.args[0] == str(error)
    assert str(error.request.url) == "https://server.example/w?name=n1"
    assert error.request.method == "GET"
    assert isinstance(error.response, httpx.Response)
    assert (error.response.status_code, error.response.reason_phrase) == (404, "Not Found")
    assert error.response.is_success is False
    assert error.response.is_error is True
    assert error.response.json() == {"message": "no workflow"}
    assert error.response.headers["x-a"] == "b"
    assert error.response.elapsed.total_seconds() >= 0
    assert isinstance(error.__cause__, httpx.HTTPStatusError)
    assert error.status_code == 404


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_a_refused_login_is_a_status_error(case: Case, status: int) -> None:
    for client in (
        platform(case, Server(login=httpx.Response(status))),
        made(case, ipsdk.gateway_factory, Server(login=httpx.Response(status)), **USER),
    ):
        with pytest.raises(exceptions.HTTPStatusError) as caught:
            await case.get(client)
        assert isinstance(caught.value, core.AuthenticationError)
        assert caught.value.response.status_code == status
        assert caught.value.request.url.path.endswith(("/oauth/token", "/login"))


@pytest.mark.parametrize("login", [httpx.Response(503), httpx.ConnectError("refused")], ids=str)
async def test_the_request_of_a_failed_login_is_the_login(case: Case, login: Any) -> None:
    def respond(dummy: httpx.Request) -> httpx.Response:
        if isinstance(login, Exception):
            raise login
        return login

    with pytest.raises(exceptions.IpsdkError) as caught:
        await case.get(made(case, ipsdk.gateway_factory, Server(login=respond), **USER))
    assert caught.value.request.method == "POST"
    assert caught.value.request.url.path == "/api/v2.0/login"


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), httpx.ConnectError),
        (httpx.ConnectTimeout("slow"), httpx.ConnectTimeout),
        (httpx.ReadTimeout("slow"), httpx.TimeoutException),
        (httpx.ReadError("broken"), httpx.ReadError),
    ],
)
async def test_a_call_without_a_response_raises_a_request_error(
    case: Case, failure: Exception, kind: type
) -> None:
    with pytest.raises(exceptions.RequestError) as caught:
        await case.get(platform(case, Server(failure, failure, failure)), "/x?a=1")
    assert isinstance(caught.value, (exceptions.IpsdkError, core.RequestError))
    assert isinstance(caught.value.__cause__, kind)
    assert str(caught.value.request.url) == "https://server.example/x?a=1"
    assert caught.value.response is None
    assert caught.value.sent is not isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout)


def test_the_cause_of_a_request_error_is_of_the_same_kind_as_ours() -> None:
    for ours, kind in (
        (core.RequestError("m", cause=TimeoutError()), httpx.ReadTimeout),
        (core.RequestError("m", cause=OSError()), httpx.ReadError),
        (core.RequestError("m"), httpx.ReadError),
    ):
        error = exceptions.translate(ours, "https://server.example/")
        assert error.cause.__class__ is kind
        assert error.request.method == "GET"


async def test_other_errors_are_errors_of_ipsdk_too(case: Case) -> None:
    with pytest.raises(exceptions.IpsdkError) as caught:
        await case.get(platform(case, Server()), "//other.example")
    assert isinstance(caught.value, core.ConfigurationError)
    with pytest.raises(exceptions.SerializationError):
        await case.kind.wait(platform(case, Server()).post("/x", json={"a": object()}))


def test_errors_can_be_made_from_those_of_the_http_library() -> None:
    request = httpx.Request("GET", "https://server.example/x")
    response = httpx.Response(404, request=request)
    cause = httpx.HTTPStatusError("not found", request=request, response=response)
    error = exceptions.HTTPStatusError(cause)
    assert (str(error), error.request, error.response) == ("not found", request, response)
    assert exceptions.RequestError(httpx.ReadTimeout("slow", request=request)).request is request
    bare = exceptions.RequestError(httpx.ReadTimeout("slow"))
    assert (bare.request, bare.response) == (None, None)
    plain = exceptions.IpsdkError("message")
    assert (str(plain), plain.request, plain.response) == ("message", None, None)
    assert exceptions.IpsdkError("message", cause).response is response
    assert issubclass(exceptions.SerializationError, ValueError)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
async def test_errors_can_be_copied_and_pickled(case: Case, copied: Any) -> None:
    with pytest.raises(exceptions.HTTPStatusError) as caught:
        await case.get(platform(case, Server(httpx.Response(404, text="gone"))))
    twin = copied(caught.value)
    assert twin.__class__ is exceptions.HTTPStatusError
    assert (str(twin), twin.response.text) == (str(caught.value), "gone")


# The other modules


def test_the_package_has_the_names_of_ipsdk() -> None:
    assert ipsdk.__version__ == metadata.version == "0.9.0"
    assert (metadata.name, ipsdk.metadata.author) == ("ipsdk", metadata.author)
    for name in ipsdk.__all__:
        assert hasattr(ipsdk, name)


def test_json() -> None:
    assert jsonutils.loads('{"a": [1, NaN]}')["a"][0] == 1
    assert jsonutils.dumps({"ä": 1}) == '{"\\u00e4": 1}'
    for bad in ("{broken", None, 7):
        with pytest.raises(exceptions.SerializationError, match="Failed to parse JSON"):
            jsonutils.loads(bad)  # type: ignore[arg-type]
    with pytest.raises(exceptions.SerializationError, match="Failed to serialize"):
        jsonutils.dumps({"a": object()})


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("api_key=0123456789abcdef0", "[REDACTED_API_KEY]"),
        ("Bearer abcdefghijklmnopqrstuv", "[REDACTED_BEARER_TOKEN]"),
        ("eyJhbGciOi.eyJzdWIiOi.c2lnbmF0", "[REDACTED_JWT_TOKEN]"),
        ("access_token: abcdefghijklmnopqrstuv", "[REDACTED_ACCESS_TOKEN]"),
        ("password='correct-horse'", "[REDACTED_PASSWORD]"),
        ("client_secret=0123456789abcdef0", "[REDACTED_SECRET]"),
        ("https://ada:word@server.example/x", "[REDACTED_AUTH_URL]"),
        ("user=ada@server.example", "[REDACTED_EMAIL_IN_AUTH]"),
        ("postgres://ada:word@db/x", "[REDACTED_DB_CONNECTION]"),
        (
            "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
            "[REDACTED_PRIVATE_KEY]",
        ),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_patterns_have_the_names_and_masks_of_ipsdk(text: str, masked: str) -> None:
    assert heuristics.scan_and_redact(text) == masked
    assert heuristics.has_sensitive_data(text) is (text != masked)


def test_a_scanner_can_be_changed() -> None:
    try:
        scanner = heuristics.configure_scanner({"ssn": r"\d{3}-\d{2}-\d{4}", "none": None})
        assert scanner is heuristics.Scanner() is heuristics.get_scanner()
        assert scanner.get_sensitive_data_types("123-45-6789") == ["ssn"]
        scanner.add_pattern("own", "own", lambda found: found.upper())
        assert scanner.scan_and_redact("own 123-45-6789") == "OWN [REDACTED_SSN]"
        assert scanner.remove_pattern("own")
        assert not scanner.remove_pattern("own")
        assert scanner.list_patterns()[-1] == "ssn"
        assert heuristics.scan_and_redact(None) is None
        assert not heuristics.has_sensitive_data(None)
    finally:
        heuristics.Scanner.reset_singleton()
    assert "ssn" not in heuristics.get_scanner().list_patterns()


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Any:
    logger = logging.get_logger()
    level = logger.level
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)
    logger.setLevel(level)
    for name in ("httpx", "own_of_a_test", "own_of_a_test.child"):
        logging.reset_logger(name)


def test_the_import_has_set_logging_up() -> None:
    logger = standard.getLogger("ipsdk")
    assert (logger.level, logger.propagate) == (logging.NONE, False)
    assert standard.StreamHandler in [type(handler) for handler in logger.handlers]
    assert standard.getLevelName("TRACE") == logging.TRACE == 5


async def test_calls_are_logged_by_ipsdk(case: Case, records: Any) -> None:
    logging.set_level(logging.INFO)
    await case.get(platform(case, Server()))
    assert [record.name for record in records.records] == ["ipsdk"] * len(records.records)
    assert "GET https://server.example/x: 200" in records.text


def test_functions_write_messages_without_secrets(records: Any) -> None:
    logging.set_level(logging.TRACE)
    for name in ("debug", "info", "warning", "error", "critical"):
        getattr(logging, name)(f"{name} 100% password=correct-horse")
    logging.disable_sensitive_data_filtering()
    try:
        logging.info("ssn 123-45-6789")
    finally:
        logging.enable_sensitive_data_filtering()
    logging.exception(ValueError("wrong"))
    with pytest.raises(SystemExit):
        logging.fatal("the end")
    assert "debug 100% [REDACTED_PASSWORD]" in records.text
    assert "correct-horse" not in records.text
    assert "ValueError: wrong" in records.text
    assert records.records[-1].levelname == "FATAL"


def test_levels_of_more_loggers(records: Any) -> None:
    logging.register_logger_prefix("own_of_a_test")
    child = standard.getLogger("own_of_a_test.child")
    try:
        logging.set_level(logging.DEBUG, propagate=True, loggers=["own_of_a_test"])
        assert {child.level, standard.getLogger("own_of_a_test").level} == {logging.DEBUG}
        logging.initialize(loggers=["own_of_a_test"])
        assert (child.level, child.propagate, len(child.handlers)) == (logging.NONE, False, 1)
        assert logging.reset_logger("own_of_a_test.child")
        assert (child.level, child.propagate, child.handlers) == (0, True, [])
        assert not logging.reset_logger("own_of_a_test.child")
    finally:
        logging._prefixes.discard("own_of_a_test")
    logging.set_level("NONE")
    assert logging.get_logger().level == logging.NONE
    with pytest.raises(TypeError, match="Only 'NONE'"):
        logging.set_level("DEBUG")


def test_named_loggers() -> None:
    assert logging.get_logger("lib").name == "ipsdk.lib"
    with pytest.raises(ValueError, match="must not begin with"):
        logging.get_logger("ipsdk.lib")


def test_patterns_of_log_messages() -> None:
    try:
        logging.configure_sensitive_data_patterns({"own": "own"})
        logging.add_sensitive_data_pattern("more", "more")
        assert logging.get_sensitive_data_patterns()[-2:] == ["own", "more"]
        assert logging.remove_sensitive_data_pattern("more")
    finally:
        heuristics.Scanner.reset_singleton()
    assert logging.is_sensitive_data_filtering_enabled()


async def test_trace_decorates_functions_and_coroutine_functions(records: Any) -> None:
    @logging.trace
    def add(one: int, two: int) -> int:
        return one + two

    @logging.trace
    async def fail() -> None:
        raise KeyError("x")

    logging.set_level(logging.TRACE)
    assert add(1, two=2) == 3
    with pytest.raises(KeyError):
        await fail()
    assert inspect.iscoroutinefunction(fail)
    lines = [record.getMessage() for record in records.records]
    assert lines[2].startswith("→ ")
    assert lines[2].endswith(".add")
    assert lines[3].endswith("ms)")
    assert ".fail (exception, " in lines[5]


def test_install_puts_the_modules_in_the_place_of_ipsdk(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name for name in sys.modules if name.partition(".")[0] == "ipsdk"}
    try:
        install("ipsdk")
        from ipsdk.exceptions import HTTPStatusError
        from ipsdk.platform import AsyncPlatform as Installed

        assert (HTTPStatusError, Installed) == (exceptions.HTTPStatusError, AsyncPlatform)
        assert sys.modules["ipsdk"] is ipsdk
    finally:
        for name in list(sys.modules):
            if name.partition(".")[0] == "ipsdk" and name not in before:
                del sys.modules[name]
    with pytest.raises(ValueError, match="name must be one of ipsdk, keystone_client, sequoia"):
        install("requests")
