# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of a client: requests, responses, errors, pages, batches, streams and log records."""

from __future__ import annotations

import asyncio
import copy
import enum
import gc
import gzip
import inspect
import json
import logging
import pickle
import subprocess
import sys
import weakref
import zlib
from typing import Any
from unittest.mock import AsyncMock, create_autospec

import httpx
import pytest
from ansible_collections.restops.clients.plugins import module_utils as package
from ansible_collections.restops.clients.plugins.module_utils.core import logging as own_logging
from ansible_collections.restops.clients.plugins.module_utils.core.connection import (
    AsyncConnection,
    Connection,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import AsyncGateway
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    AsyncPlatform,
    Platform,
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.support import OAUTH, Case, Server, Tasks


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
async def test_each_verb_sends_its_method(case: Case, verb: str) -> None:
    server = Server()
    response = await case.kind.wait(getattr(case.platform(server), verb)("/x", {"a": 1}))
    assert server.requests[0].method == verb.upper()
    assert server.paths == ["/x?a=1"]
    assert response.request.method == verb.upper()


async def test_every_request_carries_host_user_agent_and_accepted_types(case: Case) -> None:
    server = Server()
    await case.get(case.platform(server))
    sent = server.requests[0].headers
    assert sent["host"] == "server.example"
    assert sent["user-agent"].startswith("restops-clients/")
    assert sent["accept"].startswith("application/json")
    assert sent["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("options", "content", "kind"),
    [
        ({"json": {"ä": [1, None]}}, '{"ä":[1,null]}'.encode(), "application/json"),
        ({"json": 0}, b"0", "application/json"),
        (
            {"data": {"a": "b c", "d": [1, 2]}},
            b"a=b+c&d=1&d=2",
            "application/x-www-form-urlencoded",
        ),
        ({"data": "text"}, b"text", "text/plain; charset=utf-8"),
        ({"data": b"\x00"}, b"\x00", "application/octet-stream"),
        ({"data": b"x", "headers": {"content-type": "image/png"}}, b"x", "image/png"),
        ({}, b"", None),
    ],
)
async def test_a_body_is_encoded_with_its_content_type(
    case: Case, options: dict[str, Any], content: bytes, kind: str | None
) -> None:
    server = Server()
    await case.request(case.platform(server), "POST", **options)
    assert server.requests[0].content == content
    assert server.requests[0].headers.get("content-type") == kind
    assert server.requests[0].headers["content-length"] == str(len(content))


async def test_files_are_sent_as_multipart_and_survive_a_replay(case: Case) -> None:
    server = Server(httpx.Response(401))
    await case.request(
        case.platform(server),
        "POST",
        data={"note": "n"},
        files={"file": ("a.txt", b"content", "text/plain")},
    )
    first, second = server.requests
    assert first.content == second.content
    assert b'filename="a.txt"' in first.content
    assert b"content" in first.content
    assert first.headers["content-type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize(
    ("method", "path", "options", "said"),
    [
        ("GET", "/x", {"json": {}}, "GET takes no body"),
        ("POST", "/x", {"json": {}, "data": {}}, "one body"),
        ("POST", "/x", {"data": 7}, "data must be"),
        ("POST", "/x", {"data": "text", "files": {"f": b""}}, "form fields"),
        ("FETCH", "/x", {}, "method must be one of"),
        ("GET", "https://other.example/steal", {}, "scheme"),
        ("GET", "//other.example/steal", {}, "//"),
        ("GET", "/\\other.example", {}, "backslash"),
        ("GET", "/a/../b", {}, "segments"),
        ("GET", "/a\r\nHost: other", {}, "control character"),
        ("GET", "/x", {"headers": {"X-A": "a\r\nb"}}, "X-A"),
        ("GET", "/x", {"headers": {"Host": "other"}}, "set by the client"),
        ("GET", "/x", {"timeout": float("inf")}, "timeout"),
        ("GET", "/x", {"retry": {"tries": 1}}, "retry: unknown tries"),
        ("GET", "/{a}", {"path_params": {"b": 1}}, "path_params"),
    ],
)
async def test_an_invalid_request_is_refused_before_it_is_sent(
    case: Case, method: str, path: str, options: dict[str, Any], said: str
) -> None:
    server = Server()
    with pytest.raises(ConfigurationError, match=said):
        await case.request(case.platform(server), method, path, **options)
    assert not server.requests
    assert not server.logins


async def test_a_value_that_json_cannot_represent_is_refused(case: Case) -> None:
    for value in ({"a": float("nan")}, {"a": object()}):
        with pytest.raises(SerializationError):
            await case.request(case.platform(Server()), "POST", json=value)


async def test_path_parameters_cannot_leave_their_segment(case: Case) -> None:
    server = Server()
    client = case.gateway(server)
    await case.get(client, "/devices/{name}", path_params={"name": "../admin?x#y/ä %2e"})
    assert server.paths == ["/api/v2.0/devices/..%2Fadmin%3Fx%23y%2F%C3%A4%20%252e"]
    for name in ("..", ".", ""):
        with pytest.raises(ConfigurationError):
            await case.get(client, "/devices/{name}", path_params={"name": name})


async def test_parameters_are_added_to_the_query_of_the_path(case: Case) -> None:
    server = Server()
    await case.get(
        case.platform(server),
        "/x?a=1",
        {"b": [2, 3], "equals": {"name": "n m"}, "c": None, "d": True},
    )
    assert server.paths == ["/x?a=1&b=2&b=3&equals[name]=n%20m&d=true"]


async def test_a_header_of_the_caller_replaces_the_clients(case: Case) -> None:
    server = Server()
    response = await case.get(
        case.platform(server),
        headers={
            "authorization": "Custom own-token",
            "X-Correlation-ID": "mine",
            "Accept": "text/csv",
        },
    )
    assert server.requests[0].headers.get_list("authorization") == ["Custom own-token"]
    assert server.requests[0].headers.get_list("accept") == ["text/csv"]
    assert response.correlation_id == "mine"
    assert response.request.headers == {"accept": "text/csv", "x-correlation-id": "mine"}


@pytest.mark.parametrize(("given", "sent"), [(" mine\t", "mine"), ("  ", "")])
async def test_a_correlation_id_has_no_white_space_around_it(
    case: Case, given: str, sent: str
) -> None:
    server = Server()
    response = await case.get(case.platform(server, correlation_id=given))
    assert server.requests[0].headers.get("x-correlation-id", "") == sent
    assert response.correlation_id == sent


async def test_a_response_has_body_headers_times_and_attempts(case: Case) -> None:
    client = case.platform(
        Server(
            lambda dummy: (
                case.time.sleep(2) or httpx.Response(200, json={"a": 1}, headers={"x-y": "z"})
            )
        )
    )
    response = await case.get(client)
    assert response.json() == {"a": 1}
    assert response.text == '{"a":1}'
    assert response.headers["X-Y"] == "z"
    assert response.elapsed == pytest.approx(2)
    assert (response.finished_at - response.started_at).total_seconds() == pytest.approx(2)
    assert response.attempts == 1
    assert repr(response) == "<Response 200 GET https://server.example/x>"


# Errors


async def test_an_error_names_the_call_the_response_and_what_to_do(case: Case) -> None:
    server = Server(httpx.Response(404, json={"message": "workflow not found"}))
    with pytest.raises(HTTPStatusError) as caught:
        await case.get(case.platform(server), "/w?name=n&limit=1")
    assert str(caught.value) == (
        "GET https://server.example/w?name=n&limit=1: 404 Not Found: workflow not found; "
        "check the path, and the names in it"
    )
    assert caught.value.status_code == 404
    assert caught.value.response.json() == {"message": "workflow not found"}
    assert caught.value.request.method == "GET"


async def test_no_error_contains_a_secret_even_if_the_server_repeats_it(case: Case) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            400,
            json={
                "message": f"bad {request.headers['authorization']}",
                "secret": "client-secret-value",
            },
        )

    with pytest.raises(HTTPStatusError) as caught:
        await case.get(case.platform(Server(echo)), "/x?api_key=SUPERSECRET")
    for twin in (
        caught.value,
        pickle.loads(pickle.dumps(caught.value)),
        copy.copy(caught.value),
        copy.deepcopy(caught.value),
    ):
        shown = (
            f"{twin} {twin!r} {twin.message} {twin.request!r} {twin.response!r} "
            f"{twin.response.text} {vars(twin)}"
        )
        for secret in ("token-1", "client-secret-value", "SUPERSECRET"):
            assert secret not in shown


async def test_the_error_of_a_failed_login_has_no_request_body(case: Case) -> None:
    with pytest.raises(AuthenticationError) as caught:
        await case.get(case.platform(Server(login=httpx.Response(401))))
    assert not hasattr(caught.value.request, "content")
    assert "client-secret-value" not in pickle.dumps(caught.value).decode("latin-1")


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_a_refused_login_is_caught_as_a_status_error(case: Case, status: int) -> None:
    client = case.platform(Server(login=httpx.Response(status, json={"message": "no"})))
    for dummy in range(2):
        with pytest.raises(HTTPStatusError) as caught:
            await case.get(client)
        assert caught.value.__class__ is AuthenticationError
        assert caught.value.status_code == caught.value.response.status_code == status
        assert caught.value.response.json() == {"message": "no"}
        assert caught.value.request.path == "/oauth/token"


async def test_a_login_without_a_token_has_a_response_without_body_and_cookies(case: Case) -> None:
    login = httpx.Response(200, json={"unknown": "hidden-token"}, headers={"X-A": "b"})
    with pytest.raises(HTTPStatusError) as caught:
        await case.get(case.platform(Server(login=login)))
    response = caught.value.response
    assert (response.status_code, response.content, response.headers["x-a"]) == (200, b"", "b")
    assert "hidden-token" not in pickle.dumps(caught.value).decode("latin-1")


async def test_raise_for_status_raises_what_the_call_would_have_raised(case: Case) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json={"message": f"no {request.headers['authorization']}"})

    client = case.platform(Server(httpx.Response(200), echo, echo))
    good = await case.get(client, raise_on_error=False)
    assert good.raise_for_status() is good
    response = await case.get(client, raise_on_error=False)
    with pytest.raises(HTTPStatusError) as caught:
        response.raise_for_status()
    with pytest.raises(HTTPStatusError) as expected:
        await case.get(client)
    assert str(caught.value) == str(expected.value)
    assert caught.value.status_code == 404
    assert "token-1" not in f"{caught.value} {caught.value.response.text}"
    assert "token-1" in response.text, "the program's own response stays as it came"


async def test_raise_for_status_uses_the_words_of_the_service_and_the_interface(case: Case) -> None:
    refusal = httpx.Response(429, json={"IAPerror": {"displayString": "too busy"}})
    client = case.platform(
        Server(*[refusal] * 2), retry={"max_tries": 1}, terms={"retry": "repeat"}
    )
    response = await case.get(client, raise_on_error=False)
    with pytest.raises(HTTPStatusError) as caught:
        response.raise_for_status()
    with pytest.raises(HTTPStatusError) as expected:
        await case.get(client)
    assert str(caught.value) == str(expected.value)
    assert "too busy" in str(caught.value)
    assert "'repeat'" in str(caught.value)


# Keyword arguments


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
async def test_an_unknown_keyword_argument_is_named_before_anything_is_sent(
    case: Case, verb: str
) -> None:
    server = Server()
    with pytest.raises(
        TypeError,
        match="request got an unknown argument 'timeot': did you mean 'timeout'",
    ):
        await case.kind.wait(getattr(case.platform(server), verb)("/x", timeot=1))
    with pytest.raises(TypeError, match="unknown argument 'zz': it has data, files, headers, json"):
        await case.request(case.platform(server), verb, zz=1)
    assert not server.requests
    assert not server.logins


@pytest.mark.parametrize(
    "use",
    [
        lambda kind, client: kind.collect(client.pages("/x", header={})),
        lambda kind, client: kind.read(client.stream("GET", "/x", header={})),
        lambda kind, client: kind.wait(client.batch([{"path": "/x", "header": {}}])),
    ],
    ids=["pages", "stream", "batch"],
)
async def test_pages_streams_and_batches_name_unknown_keyword_arguments(
    case: Case, use: Any
) -> None:
    server = Server()
    client = case.platform(server)
    with pytest.raises(TypeError, match="unknown argument 'header': did you mean 'headers'"):
        await use(case.kind, client)
    assert not server.requests


VERBS = (
    "request get post put patch delete head options batch authenticate logout aclose close".split()
)


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_of_an_async_client_are_coroutine_functions(verb: str) -> None:
    for kind in (AsyncPlatform, AsyncGateway, AsyncConnection):
        assert inspect.iscoroutinefunction(getattr(kind, verb))
    assert not inspect.iscoroutinefunction(getattr(Platform, verb, None))


@pytest.mark.parametrize(
    "mock",
    [
        lambda: AsyncMock(spec=AsyncPlatform),
        lambda: create_autospec(AsyncPlatform, instance=True),
        lambda: create_autospec(AsyncGateway, instance=True),
    ],
)
async def test_mocks_made_from_an_async_client_can_be_awaited(mock: Any) -> None:
    client = mock()
    client.get.return_value = "answer"
    await client.authenticate()
    assert await client.get("/x") == "answer"


async def test_verbs_of_an_async_client_work_in_tasks_and_with_wait_for() -> None:
    case = Case(Tasks())
    client = case.platform(Server())

    async def use() -> list[int]:
        calls = [asyncio.create_task(client.get("/x")), asyncio.ensure_future(client.get("/x"))]
        responses = await asyncio.gather(*calls, client.get("/x"))
        responses.append(await asyncio.wait_for(client.get("/x"), 60))
        return [response.status_code for response in responses]

    assert await case.kind.wait(use()) == [200] * 4
    await case.kind.close(client)


async def test_html_instead_of_json_is_an_error_with_advice(case: Case) -> None:
    response = await case.get(
        case.platform(Server(httpx.Response(200, html="<title>Sign in</title>")))
    )
    with pytest.raises(
        SerializationError,
        match=(
            r"GET https://server.example/x: answered 200 with text/html, not JSON.*check "
            r"host, port and path"
        ),
    ):
        response.json()


def test_every_error_has_the_same_root() -> None:
    for kind in (
        RequestError,
        HTTPStatusError,
        SerializationError,
        AuthenticationError,
        ConfigurationError,
    ):
        assert issubclass(kind, ClientError)


async def test_a_closed_client_refuses_calls(case: Case) -> None:
    client = case.platform(Server())
    await case.get(client)
    await case.kind.close(client)
    with pytest.raises(ClientError, match="is closed"):
        await case.get(client)


async def test_a_client_that_was_never_used_can_be_closed(case: Case) -> None:
    await case.kind.close(case.platform(Server()))


def test_a_context_manager_closes_its_client() -> None:
    with platform_factory("server.example", transport=Server().transport) as client:
        client.get("/x")
    with pytest.raises(ClientError, match="is closed"):
        client.get("/x")


async def test_close_of_an_async_client_is_the_same_as_aclose() -> None:
    case = Case(Tasks())
    client = case.platform(Server())
    await case.kind.wait(client.close())
    with pytest.raises(ClientError, match="is closed"):
        await case.get(client)


async def test_a_connection_without_a_mixin_needs_no_login(case: Case) -> None:
    server = Server()
    kind = AsyncConnection if case.kind.want_async else Connection
    client = kind("https://server.example", secrets=SecretValues(), transport=server.transport)
    assert (await case.get(client)).status_code == 200
    assert not server.logins


# Large and slow responses


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
    ],
)
async def test_a_compressed_response_is_decoded(case: Case, encoding: str, compress: Any) -> None:
    def answer(dummy: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200,
            headers={"content-encoding": encoding},
            stream=httpx.ByteStream(compress(b'{"a":1}')),
        )

    assert (await case.get(case.platform(Server(answer)))).json() == {"a": 1}


async def test_a_compressed_response_cannot_exceed_the_limit_when_decoded(case: Case) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)

    def answer(dummy: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(bomb)
        )

    client = case.platform(Server(answer), max_response_bytes=1_000_000, retry=1)
    with pytest.raises(RequestError, match="longer than 1000000 bytes; raise 'max_response_bytes'"):
        await case.get(client)


async def test_a_response_that_arrives_slowly_has_a_total_deadline(case: Case) -> None:
    class Drip(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Any:
            for dummy in range(100):
                case.time.now += 1
                yield b"x"

        async def __aiter__(self) -> Any:
            for piece in self:
                yield piece

    client = case.platform(
        Server(lambda dummy: httpx.Response(200, stream=Drip())), timeout=5, retry=1
    )
    with pytest.raises(RequestError, match="not complete after 5 s; raise 'timeout'"):
        await case.get(client)


# Lists, batches, streams


async def test_pages_are_read_until_the_end(case: Case) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        skip, limit = int(request.url.params["skip"]), int(request.url.params["limit"])
        return httpx.Response(
            200, json={"items": list(range(25))[skip : skip + limit], "total": 25}
        )

    server = Server(*[page] * 9)
    pages = await case.kind.collect(
        case.platform(server).pages("/w", {"include": "name"}, paginate={"page_size": 10})
    )
    assert [len(one.records) for one in pages] == [10, 10, 5]
    assert server.paths[1] == "/w?limit=10&include=name&skip=10"


async def test_pages_of_a_search_by_post_are_read_until_the_end(case: Case) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        options = json.loads(request.content)["options"]
        return httpx.Response(
            200, json={"list": list(range(15))[options["start"] :][: options["limit"]], "total": 15}
        )

    server = Server(httpx.Response(503), *[page] * 9)
    pages = await case.kind.collect(
        case.platform(server).pages(
            "/configuration_manager/devices",
            method="POST",
            json={"options": {"order": "ascending"}},
            paginate={"page_size": 10},
        )
    )
    assert [len(one.records) for one in pages] == [10, 5]
    assert pages[0].attempts == 2, "a search may be repeated like a GET"


async def test_no_page_is_read_after_the_caller_stops(case: Case) -> None:
    server = Server(*[httpx.Response(200, json={"items": [1], "total": 9})] * 9)
    pages = case.platform(server).pages("/w")
    if case.kind.want_async:
        first = await case.kind.wait(pages.__anext__())
    else:
        first = next(pages)
    del pages
    assert first.records == [1]
    assert len(server.requests) == 1


async def test_a_batch_returns_responses_and_errors_in_order(case: Case) -> None:
    server = Server(login=None)
    server.script = [
        lambda request: httpx.Response(
            404 if request.url.path == "/3" else 200, json={"path": request.url.path}
        )
    ] * 20
    client = case.platform(server)
    requests = [
        ("GET", f"/{number}")
        if number % 2
        else {"path": f"/{number}", "method": "PUT", "json": number}
        for number in range(10)
    ]
    outcomes = await case.kind.wait(client.batch(requests, concurrency=3, return_exceptions=True))
    assert [
        outcome.json()["path"] for outcome in outcomes if not isinstance(outcome, ClientError)
    ] == [f"/{number}" for number in range(10) if number != 3]
    assert isinstance(outcomes[3], HTTPStatusError)
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client.batch(requests))
    assert await case.kind.wait(client.batch([])) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ([("GET", "/x")], 0),
        ([("GET", "/x")], True),
        ([{"method": "GET"}], 1),
        (["/x"], 1),
        ([("GET", "/x", {})], 1),
        ("GET /x", 1),
        (None, 1),
        (7, 1),
    ],
)
async def test_an_invalid_batch_is_refused(case: Case, arguments: tuple) -> None:
    with pytest.raises(ConfigurationError):
        await case.kind.wait(case.platform(Server()).batch(*arguments))


async def test_a_stream_yields_decoded_pieces(case: Case) -> None:
    def answer(dummy: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200,
            headers={"content-encoding": "gzip"},
            stream=httpx.ByteStream(gzip.compress(b"abc" * 100_000)),
        )

    server = Server(
        httpx.Response(401), httpx.Response(503), answer, httpx.Response(200, content=b"plain")
    )
    client = case.platform(server, limits=1)
    response, content = await case.kind.read(client.stream("GET", "/x"))
    assert content == b"abc" * 100_000
    assert response.attempts == 3
    assert (await case.kind.read(client.stream("GET", "/x")))[1] == b"plain"


async def test_a_stream_can_be_closed_twice(case: Case) -> None:
    client = case.platform(Server(httpx.Response(200, content=b"a")), limits=1)
    stream = client.stream("GET", "/x")
    assert (await case.kind.read(stream))[1] == b"a"
    await case.kind.wait(stream._reader.close())
    assert (await case.get(client)).is_success()


async def test_a_stream_raises_the_error_of_its_response(case: Case) -> None:
    server = Server(httpx.Response(404, json={"message": "nothing here"}))
    client = case.platform(server, limits=1)
    with pytest.raises(HTTPStatusError, match="nothing here"):
        await case.kind.read(client.stream("GET", "/x"))
    assert (await case.get(client)).is_success(), "the connection was given back"


async def test_a_broken_stream_is_a_request_error(case: Case) -> None:
    class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Any:
            yield b"x"
            raise httpx.ReadError("reset")

        async def __aiter__(self) -> Any:
            for piece in self:
                yield piece

    cut = gzip.compress(b"abc" * 1000)[:-10]
    for answer in (
        httpx.Response(200, stream=Broken()),
        httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(cut)),
    ):
        client = case.platform(Server(lambda dummy, answer=answer: answer), limits=1)
        with pytest.raises(RequestError, match="broke"):
            await case.kind.read(client.stream("GET", "/x"))
        assert (await case.get(client)).is_success()


# Logging


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> Any:
    logger = own_logging.get_logger()
    level = logger.level
    logger.setLevel(own_logging.TRACE)
    yield caplog
    logger.setLevel(level)


async def test_a_call_is_logged_with_its_context_and_without_secrets(
    case: Case, records: Any
) -> None:
    server = Server(httpx.Response(503), httpx.ReadTimeout(""))
    await case.get(case.platform(server), "/x?api_key=SUPERSECRET")
    told = [
        record
        for record in records.records
        if record.levelno >= logging.INFO and record.endpoint.startswith("/x")
    ]
    assert [record.getMessage().partition(": ")[2][:4] for record in told] == [
        "503;",
        "no r",
        "200 ",
    ]
    last = told[-1]
    assert (last.method, last.baseurl, last.url, last.status_code, last.attempt) == (
        "GET",
        "https://server.example",
        "https://server.example/x?api_key=***",
        200,
        3,
    )
    assert last.cid
    assert last.elapsed >= 0
    everything = " ".join(f"{record.getMessage()} {vars(record)}" for record in records.records)
    for secret in ("SUPERSECRET", "token-1", "client-secret-value"):
        assert secret not in everything


async def test_a_failure_is_logged_as_a_warning(case: Case, records: Any) -> None:
    with pytest.raises(RequestError):
        await case.get(case.platform(Server(*[httpx.ConnectError("refused")] * 9)))
    warning = [record for record in records.records if record.levelno == logging.WARNING][-1]
    assert "refused" in warning.getMessage()
    assert warning.attempt == 4


async def test_nothing_is_logged_at_level_none(case: Case, records: Any) -> None:
    own_logging.get_logger().setLevel(own_logging.NONE)
    with pytest.raises(RequestError):
        await case.get(case.platform(Server(*[httpx.ConnectError("refused")] * 9)))
    assert not records.records


async def test_public_methods_are_traced(case: Case, records: Any) -> None:
    await case.get(case.platform(Server()))
    traced = [
        record.getMessage() for record in records.records if record.levelno == own_logging.TRACE
    ]
    kind = (
        "core.async_connection.AsyncConnection"
        if case.kind.want_async
        else "core.connection.Connection"
    )
    name = f"{kind}.request"
    assert f"-> {name}" in traced
    assert any(line.startswith(f"<- {name} (") and line.endswith(" ms)") for line in traced)


def test_disabled_certificate_checks_are_warned_of_once(case: Case, records: Any) -> None:
    for dummy in range(2):
        platform_factory(
            f"unverified-{case.kind.want_async}.example",
            **OAUTH,
            verify=False,
            want_async=case.kind.want_async,
        )
    platform_factory("unverified.example", **OAUTH, use_tls=False, verify=False)
    assert (
        sum("certificates are not checked" in record.getMessage() for record in records.records)
        == 1
    )


def test_public_names_can_be_imported_from_the_package() -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))
    assert all(
        part.__doc__
        for part in (
            package,
            package.http,
            package.logging,
            package.Platform,
            package.platform_factory,
        )
    )
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        assert package.nonsense


def test_importing_the_library_loads_no_http_library_and_changes_no_logging() -> None:
    code = """
import logging, sys
def state():
    root = logging.root
    names = [logging.getLevelName(level) for level in range(101)]
    return dict(vars(logging)), root.level, list(root.handlers), names
before = state()
from ansible_collections.restops.clients.plugins.module_utils.itential import gateway, platform
client = platform.platform_factory("server.example", client_id="a", client_secret="bbbb")
assert before == state()
(handler,) = logging.getLogger("restops_clients").handlers
assert isinstance(handler, logging.NullHandler)
print(sorted({"httpx", "httpcore", "asyncio", "concurrent.futures"} & set(sys.modules)))
"""
    path = [entry for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("total", [-1, 0, True, None, "many"])
async def test_an_invalid_total_does_not_end_a_list(case: Case, total: object) -> None:
    pages = [[{"id": 1}, {"id": 2}], [{"id": 3}], []]
    server = Server(
        *[
            httpx.Response(
                200, json={"items": page, "total": total, "start": 0, "end": 1, "count": 1}
            )
            for page in pages
        ]
    )
    found = await case.kind.collect(case.platform(server).pages("/automation-studio/workflows"))

    assert [record["id"] for page in found for record in page.records] == [1, 2, 3]


@pytest.mark.parametrize("data", [{"name": "\udc80"}, "\udc80"])
async def test_text_with_an_unpaired_surrogate_is_refused_before_it_is_sent(
    case: Case, data: object
) -> None:
    server = Server()
    with pytest.raises(ConfigurationError, match="unpaired surrogate"):
        await case.request(case.platform(server), "POST", data=data)

    assert server.requests == []


async def test_json_escapes_an_unpaired_surrogate(case: Case) -> None:
    server = Server()
    await case.request(case.platform(server), "POST", json={"name": "report-\udce9.txt"})

    assert server.requests[0].content == b'{"name":"report-\\udce9.txt"}'


class Verb(str, enum.Enum):
    DELETE = "delete"


@pytest.mark.parametrize("method", [Verb.DELETE, b"DELETE", "Delete"])
async def test_a_method_may_be_an_enum_bytes_or_any_case(case: Case, method: Any) -> None:
    server = Server()
    await case.request(case.platform(server), method, "/x")

    assert server.requests[0].method == "DELETE"


@pytest.mark.parametrize("method", [None, 7, ["GET"]])
async def test_an_invalid_method_is_refused(case: Case, method: Any) -> None:
    server = Server()
    with pytest.raises(ConfigurationError, match="^method "):
        await case.request(case.platform(server), method, "/x")

    assert server.requests == []


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
async def test_a_path_with_a_missing_parameter_is_never_sent(case: Case, verb: str) -> None:
    server = Server()
    client = case.platform(server)
    with pytest.raises(ConfigurationError, match="^path has no value for {name}"):
        await case.kind.wait(getattr(client, verb)("/devices/{name}"))

    assert server.requests == []
    assert server.logins == []


async def test_headers_may_repeat_a_name(case: Case) -> None:
    server = Server()
    await case.request(case.platform(server), "GET", headers=[("X-A", "1"), ("X-A", "2")])

    assert server.requests[0].headers.get_list("x-a") == ["1", "2"]


async def test_every_page_is_requested_with_the_same_parameters_and_headers(case: Case) -> None:
    server = Server(*(httpx.Response(200, json={"items": [page], "total": 2}) for page in (1, 2)))
    pages = case.platform(server).pages(
        "/x", [("a", (number for number in (1, 2))), ("a", 3)], headers=iter([("X-A", "1")])
    )
    await case.kind.collect(pages)

    assert [request.url.params.get_list("a") for request in server.requests] == [
        ["1", "2", "3"]
    ] * 2
    assert [request.headers["x-a"] for request in server.requests] == ["1", "1"]


def test_a_client_without_references_is_collected() -> None:
    client = platform_factory("server.example", transport=Server().transport, **OAUTH)
    client.get("/x")
    gone = weakref.ref(client)
    del client
    gc.collect()
    assert gone() is None


async def test_a_path_is_appended_to_the_base_unchanged(case: Case) -> None:
    server = Server()
    client = case.gateway(server)
    for path in ("/users", "users", "/report.csv", "/report.csv/"):
        await case.get(client, path)
    assert server.paths == [
        "/api/v2.0/users",
        "/api/v2.0/users",
        "/api/v2.0/report.csv",
        "/api/v2.0/report.csv/",
    ]


async def test_a_misspelt_attribute_is_an_attribute_error(case: Case) -> None:
    client = case.platform(Server())
    response = await case.get(client)
    assert not hasattr(client, "stauts")
    assert not hasattr(response, "stauts_code")


async def test_a_log_record_about_a_retry_has_no_body_in_it(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    client = case.platform(Server(httpx.Response(503)), retry={"wait": 0})
    with caplog.at_level(logging.DEBUG, "restops_clients"):
        await case.request(client, "PUT", json={"password": "hunter2", "note": "hunter3"})
    assert caplog.records
    assert "hunter" not in caplog.text
