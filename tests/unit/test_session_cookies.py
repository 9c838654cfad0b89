# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cookies belong to the session: every kind of login keeps them, and responses renew them."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.session import MemoryStore
from ansible_collections.restops.clients.tests.unit.logins import KINDS, WITH_LOGIN, World
from ansible_collections.restops.clients.tests.unit.support import USER, Case, Server

OK = httpx.Response(200, json={})


def setting(*cookies: str, status: int = 200, **headers: str) -> httpx.Response:
    pairs = [("set-cookie", cookie) for cookie in cookies]
    return httpx.Response(status, json={}, headers=[*pairs, *headers.items()])


class Nodes:
    """Two servers behind a load balancer.

    Each knows the sessions that it made, and the load balancer knows a client by its cookie.
    """

    def __init__(self, case: Case, kind: str) -> None:
        self._turns = itertools.cycle("AB")
        self._sessions: dict[str, set[str]] = {"A": set(), "B": set()}
        self.world = World(case, kind, self.answer, self.login)

    def node(self, request: httpx.Request) -> str:
        cookies = request.headers.get("cookie", "").split("; ")
        named = [cookie[7:] for cookie in cookies if cookie.startswith("AWSALB=")]
        return named[0] if named else next(self._turns)

    def login(self, request: httpx.Request) -> httpx.Response:
        node = self.node(request)
        number = len(self.world.logins)
        self._sessions[node] |= {f"token-{number}", f"session-{number}"}
        return self.world.token(f"AWSALB={node}; Path=/")

    def answer(self, request: httpx.Request) -> httpx.Response:
        node = self.node(request)
        shown = (
            f"{request.headers.get('authorization')} {request.headers.get('cookie')} {request.url}"
        )
        known = any(token in shown for token in self._sessions[node])
        return setting(f"AWSALB={node}; Path=/", status=200 if known else 401)


@pytest.mark.parametrize("kind", WITH_LOGIN)
async def test_a_client_stays_with_the_server_that_it_logged_in_to(case: Case, kind: str) -> None:
    nodes = Nodes(case, kind)
    assert [(await nodes.world.call()).attempts for dummy in range(10)] == [1] * 10
    assert len(nodes.world.logins) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer",
    [
        setting("SERVERID=node2; Path=/"),
        setting("SERVERID=node2; Path=/", status=404),
        setting("SERVERID=node2; Path=/", status=500),
        setting("SERVERID=node2; Path=/", status=302, location="https://elsewhere.example/"),
    ],
    ids=["200", "404", "500", "302"],
)
async def test_every_response_may_set_a_cookie(
    case: Case, kind: str, answer: httpx.Response
) -> None:
    answers = [answer]
    world = World(case, kind, lambda dummy: answers.pop() if answers else OK)
    try:
        await world.call()
    except HTTPStatusError:
        assert answer.status_code >= 300
    await world.call()
    assert world.cookies[-1]["SERVERID"] == "node2"


@pytest.mark.parametrize(
    "first",
    [
        setting("a=1; Path=/", status=302, location="/y"),
        setting("a=1; Path=/", status=503),
        setting("a=1; Path=/", status=429, retry_after="1"),
    ],
    ids=["redirect", "503", "429"],
)
async def test_a_cookie_is_sent_with_the_next_request_of_the_same_call(
    case: Case, first: Any
) -> None:
    server = Server(first)
    await case.get(case.platform(server))
    assert server.requests[1].headers["cookie"] == "a=1"


async def test_a_session_whose_cookie_changes_with_every_response_needs_one_login(
    case: Case,
) -> None:
    names = (f"sid-{number}" for number in itertools.count(1))
    current = ""

    def renewed(status: int) -> httpx.Response:
        nonlocal current
        current = next(names)
        return setting(f"sid={current}; Path=/; HttpOnly", status=status)

    def answer(request: httpx.Request) -> httpx.Response:
        good = request.headers["cookie"] == f"sid={current}"
        return renewed(200) if good else httpx.Response(401)

    world = World(case, "user", answer, lambda dummy: renewed(200))
    assert [(await world.call()).attempts for dummy in range(10)] == [1] * 10
    assert len(world.logins) == 1
    assert "sid-11" in world.client.secrets.values


async def test_a_renewed_cookie_is_stored_and_a_sticky_one_is_not(case: Case) -> None:
    class Store(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.saved = 0

        def save(self, session: Any) -> None:
            super().save(session)
            self.saved += 1

    store = Store()
    answers = [setting("SERVERID=b"), setting("sid=fresh"), setting("sid=fresh")]
    world = World(case, "oauth", lambda dummy: answers.pop(0), session_store=store)
    await world.call()
    assert store.saved == 1
    await world.call()
    await world.call()
    assert store.saved == 2


@pytest.mark.parametrize("kind", ["user", "query", "gateway"])
@pytest.mark.parametrize(
    "login",
    [
        setting("sid=abcd; Path=/"),
        setting("product=abcd"),
        httpx.Response(204, headers={"set-cookie": "sid=abcd"}),
        httpx.Response(200, headers={"set-cookie": "sid=abcd"}),
        httpx.Response(200, json={"message": "welcome"}, headers={"set-cookie": "sid=abcd"}),
    ],
    ids=["object", "another name", "204", "empty", "words"],
)
async def test_a_login_whose_response_has_only_a_cookie_makes_a_session(
    case: Case, kind: str, login: httpx.Response
) -> None:
    world = World(case, kind, lambda dummy: OK, lambda dummy: login)
    assert (await world.call()).is_success()
    assert list(world.cookies[0].values()) == ["abcd"]
    assert "authorization" not in world.requests[0].headers
    assert "token" not in str(world.requests[0].url)
    assert "abcd" in world.client.secrets.values


@pytest.mark.parametrize("kind", ["user", "gateway"])
@pytest.mark.parametrize(
    "login",
    [
        setting("SERVERID=node1"),
        setting("sid=gone; Max-Age=0"),
        setting("sid=abcd; Domain=other.example"),
        httpx.Response(200, html="<html>Sign in", headers={"set-cookie": "sid=abcd"}),
        httpx.Response(200, text="Invalid credentials", headers={"set-cookie": "sid=abcd"}),
        httpx.Response(200, json={"error": "invalid"}, headers={"set-cookie": "sid=abcd"}),
        httpx.Response(200, json="not you", headers={"set-cookie": "sid=abcd"}),
    ],
    ids=["balancer", "removed", "elsewhere", "page", "text", "error", "string"],
)
async def test_a_cookie_of_a_page_or_a_load_balancer_is_not_a_session(
    case: Case, kind: str, login: httpx.Response
) -> None:
    world = World(case, kind, lambda dummy: OK, lambda dummy: login)
    with pytest.raises(AuthenticationError, match="without a token"):
        await world.call()
    assert not world.requests


async def test_an_oauth_login_needs_a_token(case: Case) -> None:
    world = World(case, "oauth", lambda dummy: OK, lambda dummy: setting("sid=abcd"))
    with pytest.raises(AuthenticationError, match="without a token"):
        await world.call()


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [
        ((), {"token": "token-1"}),
        (("SERVERID=node1",), {"SERVERID": "node1", "token": "token-1"}),
        (("token=; Path=/",), {"token": "token-1"}),
        (("token=other",), {"token": "other"}),
        (("sid=abcd", "SERVERID=node1"), {"sid": "abcd", "SERVERID": "node1"}),
        (("sid=abcd; Max-Age=0",), {"token": "token-1"}),
    ],
)
async def test_a_token_becomes_a_cookie_unless_the_login_sets_one(
    case: Case, cookies: tuple[str, ...], expected: dict[str, str]
) -> None:
    world = World(case, "user", lambda dummy: OK, lambda dummy: world.token(*cookies))
    await world.call()
    assert world.cookies == [expected]


async def test_a_cookie_of_the_login_without_a_path_is_for_all_paths(case: Case) -> None:
    world = World(case, "oauth", lambda dummy: OK, lambda dummy: world.token("SERVERID=node1"))
    await world.call("/a/b")
    assert world.cookies == [{"SERVERID": "node1"}]


async def test_a_cookie_of_another_response_without_a_path_is_for_its_folder(case: Case) -> None:
    answers = [setting("a=1")]
    world = World(case, "oauth", lambda dummy: answers.pop() if answers else OK)
    await world.call("/adapters/one")
    await world.call("/adapters/two")
    await world.call("/jobs")
    assert world.cookies == [{}, {"a": "1"}, {}]


async def test_cookies_expire_and_end_with_their_session(case: Case) -> None:
    answers = [setting("a=1; Path=/; Max-Age=60"), OK, OK, httpx.Response(401)]
    world = World(case, "oauth", lambda dummy: answers.pop(0) if answers else OK)
    await world.call()
    await world.call()
    case.time.now += 60
    await world.call()
    assert world.cookies == [{}, {"a": "1"}, {}]
    await world.call()
    assert len(world.logins) == 2


async def test_a_new_session_starts_without_the_cookies_of_the_old_one(case: Case) -> None:
    answers = [setting("SERVERID=node1; Path=/"), httpx.Response(401)]
    world = World(case, "oauth", lambda dummy: answers.pop(0) if answers else OK)
    await world.call()
    await world.call()
    assert world.cookies == [{}, {"SERVERID": "node1"}, {}]
    assert "cookie" not in world.logins[1].headers


@pytest.mark.parametrize("kind", KINDS)
async def test_a_cookie_header_of_the_caller_replaces_all_cookies(case: Case, kind: str) -> None:
    world = World(case, kind, lambda dummy: setting("SERVERID=node1; Path=/"))
    await world.call()
    await world.call(headers={"cookie": "own=1"})
    assert world.requests[1].headers.get_list("cookie") == ["own=1"]


@pytest.mark.parametrize("header", ["Authorization", "Cookie"])
async def test_cookies_set_by_a_call_with_its_own_credentials_are_not_kept(
    case: Case, header: str
) -> None:
    answers = [setting("sid=theirs; Path=/")]
    world = World(case, "oauth", lambda dummy: answers.pop() if answers else OK)
    await world.call(headers={header: "theirs=1"})
    await world.call()
    assert world.cookies[1] == {}


async def test_the_session_cookie_is_masked_and_a_load_balancers_is_not(case: Case) -> None:
    body = {"message": "no adapter node1 in cluster", "hint": "abcd1234"}
    login = httpx.Response(
        200,
        json={"token": "abcd1234"},
        headers=[
            ("set-cookie", "token=abcd1234"),
            ("set-cookie", "SERVERID=node1; Path=/"),
            ("set-cookie", "view=cluster"),
        ],
    )
    server = Server(httpx.Response(404, json=body), login=login)
    with pytest.raises(HTTPStatusError, match="no adapter node1 in cluster") as caught:
        await case.get(case.platform(server, **USER), "/adapters/node1")
    assert caught.value.response.json() == {**body, "hint": "[REDACTED]"}


async def test_logging_out_sends_the_cookies(case: Case) -> None:
    world = World(case, "user", lambda dummy: OK, lambda dummy: setting("sid=abcd"))
    await world.call()
    await case.kind.wait(world.client.logout())
    assert world.requests[1].url.path == "/logout"
    assert world.cookies[1] == {"sid": "abcd"}


async def test_parallel_calls_may_renew_cookies(case: Case) -> None:
    numbers = itertools.count()
    server = Server(
        *[lambda dummy: setting(f"c{next(numbers) % 7}=x; Path=/") for dummy in range(50)]
    )
    client = case.platform(server, limits=50)
    outcomes = await case.kind.together(lambda: client.get("/x"), 50)
    assert [outcome.status_code for outcome in outcomes] == [200] * 50
    await case.get(client)
    sent = sorted(server.requests[-1].headers["cookie"].split("; "))
    assert sent == [f"c{number}=x" for number in range(7)]


async def test_two_cookies_of_one_name_do_not_stop_a_client(case: Case) -> None:
    cookies = [("Set-Cookie", "token=one; Path=/"), ("Set-Cookie", "token=two; Path=/api")]
    server = Server(login=httpx.Response(200, headers=cookies, json={"token": "two"}))
    client = case.platform(server, user="ada", password="correct horse")
    await case.get(client)
    await case.get(client)
    assert len(server.logins) == 1
    assert "token=" in server.requests[1].headers["cookie"]
