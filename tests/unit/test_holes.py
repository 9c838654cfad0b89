# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What other clients were found to get wrong, a test each: the numbers are those of the project's
list of holes.

I1 to I4, I6 to I9, I12, I18, I20 and I22 stand with the parts that they concern, under their
numbers. What only a Keystone or Sequoia client can get wrong comes with those clients.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import pkgutil
import weakref

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils import core
from ansible_collections.restops.clients.plugins.module_utils.core.call import Runtime
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.support import OAUTH, Case, Server

MANY = 30


@pytest.mark.parametrize("half", [{"client_id": "x"}, {"client_secret": "x"}])
def test_i5_half_a_pair_of_credentials_is_an_error_and_not_the_default_account(
    half: dict[str, str],
) -> None:
    with pytest.raises(ConfigurationError, match="go together"):
        platform_factory("server.example", **half)


async def test_i10_k7_an_expired_session_is_renewed_and_the_call_replayed(case: Case) -> None:
    server = Server(httpx.Response(401))
    assert (await case.get(case.platform(server))).status_code == 200
    assert (len(server.logins), server.tokens) == (2, ["token-1", "token-2"])


async def test_i11_a_session_ends_before_the_server_ends_it(case: Case) -> None:
    server = Server(login=httpx.Response(200, json={"access_token": "token-x", "expires_in": 1000}))
    client = case.platform(server)
    await case.get(client)
    case.time.now += 890
    await case.get(client)
    assert len(server.logins) == 1
    case.time.now += 20
    await case.get(client)
    assert len(server.logins) == 2


async def test_i13_no_request_goes_without_a_session_while_it_is_renewed(case: Case) -> None:
    server = Server()
    client = case.platform(server, ttl=10, limits=MANY)
    await case.get(client)
    case.time.now += 11
    await case.kind.together(lambda: client.get("/x"), MANY)
    assert set(server.tokens) == {"token-1", "token-2"}
    assert len(server.logins) == 2


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": None}, []])
async def test_i14_a_login_without_a_token_is_no_login(case: Case, answer: object) -> None:
    server = Server(login=httpx.Response(200, json=answer))
    client = case.platform(server)
    with pytest.raises(AuthenticationError):
        await case.get(client)
    assert server.requests == []
    assert not client.authenticated


def test_i15_setting_the_clock_of_the_day_back_does_not_prolong_a_session() -> None:
    server, now = Server(), [1000.0]
    client = platform_factory(
        "server.example",
        transport=server.transport,
        ttl=60,
        runtime=Runtime(lambda: now[0], lambda: 2000.0 - now[0]),
        **OAUTH,
    )
    client.get("/x")
    now[0] += 61
    client.get("/x")
    assert len(server.logins) == 2


def test_i16_a_login_that_calls_its_own_client_is_an_error_and_not_a_deadlock() -> None:
    found: list[ClientError] = []

    def login(dummy: httpx.Request) -> httpx.Response:
        try:
            client.get("/from-within")
        except ClientError as exc:
            found.append(exc)
        return httpx.Response(200, json={"access_token": "token-1"})

    client = platform_factory("server.example", transport=Server(login=login).transport, **OAUTH)
    client.get("/x")
    assert len(found) == 1


def test_i17_a_client_outlives_its_event_loop() -> None:
    client = platform_factory(
        "server.example", transport=Server().transport, want_async=True, **OAUTH
    )

    async def both() -> list[int]:
        return [
            answer.status_code
            for answer in await asyncio.gather(client.get("/x"), client.get("/y"))
        ]

    assert [asyncio.run(both()), asyncio.run(both())] == [[200, 200], [200, 200]]


async def test_i19_what_a_call_can_be_given(case: Case) -> None:
    server = Server(httpx.Response(503), httpx.Response(200))
    client = case.platform(server)
    await case.request(client, "HEAD", headers={"X-Own": "1"}, timeout=3, retry={"wait": 0})
    await case.request(client, "POST", files={"file": b"content"})
    assert (await case.kind.read(client.stream("GET", "/x")))[1] == b'{"ok":true}'
    assert [request.headers.get("x-own") for request in server.requests] == ["1", "1", None, None]
    await case.kind.close(client)
    with pytest.raises(ClientError, match="closed"):
        await case.get(client)


async def test_i21_q13_every_failure_is_one_of_ours(case: Case) -> None:
    with pytest.raises(ConfigurationError):
        platform_factory("no host", **OAUTH)
    with pytest.raises(SerializationError):
        await case.request(case.platform(Server()), "POST", json={"x": object()})
    with pytest.raises(SerializationError):
        (await case.get(case.platform(Server(httpx.Response(200, text="<html>"))))).json()
    with pytest.raises(RequestError):
        await case.get(case.platform(Server(httpx.ReadTimeout("")), retry=1))
    for error in (
        ConfigurationError,
        SerializationError,
        RequestError,
        HTTPStatusError,
        AuthenticationError,
    ):
        assert issubclass(error, ClientError)


def test_i23_a_fork_has_connections_of_its_own() -> None:
    client = platform_factory("server.example", transport=Server().transport, **OAUTH)
    client.get("/x")
    before = client._driver._state()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b"own" if client._driver._state() is not before else b"the parent's")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 20) == b"own"
    assert client._driver._state() is before
    os.close(reader)
    os.close(writer)


def test_i23_every_file_says_what_it_is_for() -> None:
    for found in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        assert importlib.import_module(found.name).__doc__


async def test_k1_whether_there_is_a_session_is_a_plain_answer(case: Case) -> None:
    client = case.platform(Server())
    assert client.authenticated is False
    await case.get(client)
    assert client.authenticated is True


async def test_k2_q4_a_redirect_takes_nothing_to_another_host(case: Case) -> None:
    server = Server(
        httpx.Response(302, headers={"Location": "https://other.example/x"}),
        httpx.Response(303, headers={"Location": "/y"}),
    )
    client = case.platform(server)
    for method in ("GET", "POST"):
        with pytest.raises(HTTPStatusError):
            await case.request(client, method)
    assert [(request.method, str(request.url)) for request in server.requests] == [
        ("GET", "https://server.example/x"),
        ("POST", "https://server.example/x"),
    ]


def test_k4_a_client_that_nobody_holds_is_gone() -> None:
    client = platform_factory("server.example", transport=Server().transport, **OAUTH)
    client.get("/x")
    gone = weakref.ref(client)
    del client
    gc.collect()
    assert gone() is None


async def test_k5_two_cookies_of_one_name_do_not_stop_a_client(case: Case) -> None:
    cookies = [("Set-Cookie", "token=one; Path=/"), ("Set-Cookie", "token=two; Path=/api")]
    server = Server(login=httpx.Response(200, headers=cookies, json={"token": "two"}))
    client = case.platform(server, user="ada", password="correct horse")
    await case.get(client)
    await case.get(client)
    assert len(server.logins) == 1
    assert "token=" in server.requests[1].headers["cookie"]


async def test_k6_a_path_is_put_behind_the_base_and_not_rewritten(case: Case) -> None:
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


async def test_k8_every_call_has_its_own_id_and_a_failure_leaves_a_line(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server(httpx.Response(200), httpx.Response(200), httpx.ReadTimeout(""))
    client = case.platform(server, retry=1)
    await case.get(client)
    await case.get(client)
    with caplog.at_level(logging.WARNING, "restops_clients"), pytest.raises(RequestError):
        await case.get(client)
    assert len({request.headers["x-correlation-id"] for request in server.requests}) == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_q1_a_post_that_failed_on_the_server_is_sent_once(case: Case) -> None:
    server = Server(*[httpx.Response(500)] * 5)
    with pytest.raises(HTTPStatusError):
        await case.request(case.platform(server), "POST", json={})
    assert len(server.requests) == 1


async def test_q2_a_wrong_secret_does_not_get_the_session_of_the_right_one(case: Case) -> None:
    server = Server()
    await case.get(case.platform(server, client_id="id", client_secret="right secret"))
    await case.get(case.platform(server, client_id="id", client_secret="wrong secret"))
    assert len(server.logins) == 2


async def test_q3_a_line_about_a_retry_has_no_body_in_it(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    client = case.platform(Server(httpx.Response(503)), retry={"wait": 0})
    with caplog.at_level(logging.DEBUG, "restops_clients"):
        await case.request(client, "PUT", json={"password": "hunter2", "note": "hunter3"})
    assert caplog.records
    assert "hunter" not in caplog.text


def test_q5_certificates_are_checked_unless_somebody_says_otherwise() -> None:
    for client in (
        platform_factory("server.example", **OAUTH),
        gateway_factory("server.example", want_async=True, user="a", password="b"),
    ):
        assert client._wire_settings().tls.verify is True
        assert "client-secret-value" not in repr(client)


async def test_q6_a_retry_dict_is_not_changed_and_works_the_same_twice(case: Case) -> None:
    retry = {"max_tries": 3, "wait": 0}
    server = Server(*[httpx.Response(503)] * 6)
    client = case.platform(server)
    for dummy in range(2):
        with pytest.raises(HTTPStatusError) as caught:
            await case.get(client, retry=retry)
        assert caught.value.response.attempts == 3
    assert retry == {"max_tries": 3, "wait": 0}


async def test_q7_a_generator_of_waits_may_be_any_callable(case: Case) -> None:
    def waits():
        yield None
        yield from (1, 2, 4)

    await case.get(case.platform(Server(*[httpx.Response(503)] * 3), retry={"wait": waits}))
    assert case.time.sleeps == [1, 2, 4]


async def test_q8_the_server_says_how_long_to_wait(case: Case) -> None:
    await case.get(case.platform(Server(httpx.Response(429, headers={"Retry-After": "2"}))))
    assert case.time.sleeps == [2]


async def test_q9_a_stale_session_is_renewed_once_for_all(case: Case) -> None:
    server = Server(
        *[
            lambda request: httpx.Response(
                401 if request.headers["authorization"].endswith("-1") else 200
            )
        ]
        * MANY
        * 2
    )
    client = case.platform(server, limits=MANY)
    await case.kind.wait(client.authenticate())
    outcomes = await case.kind.together(lambda: client.get("/x"), MANY)
    assert {outcome.status_code for outcome in outcomes} == {200}
    assert len(server.logins) == 2


async def test_q10_calls_at_once_do_not_share_an_id(case: Case) -> None:
    server = Server()
    client = case.platform(server, limits=MANY)
    await case.kind.together(lambda: client.get("/x"), MANY)
    assert len({request.headers["x-correlation-id"] for request in server.requests}) == MANY


async def test_q11_a_name_that_does_not_exist_is_an_attribute_error(case: Case) -> None:
    client = case.platform(Server())
    response = await case.get(client)
    assert not hasattr(client, "stauts")
    assert not hasattr(response, "stauts_code")


async def test_q12_a_server_that_repeats_a_page_does_not_keep_a_client_for_ever(case: Case) -> None:
    page = httpx.Response(
        200,
        json={
            "items": [{"id": 1}],
            "total": 50,
            "start": 0,
            "end": 1,
            "count": 1,
            "next": None,
            "previous": None,
        },
    )
    client = case.platform(Server(*[page] * 9))
    with pytest.raises(ClientError, match="same page twice"):
        await case.kind.collect(client.pages("/automation-studio/workflows"))


async def test_q14_a_text_stays_a_text(case: Case) -> None:
    assert (
        await case.get(case.platform(Server(httpx.Response(200, json={"lasts": "P1D"}))))
    ).json() == {"lasts": "P1D"}
