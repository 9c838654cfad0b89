# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: one login for all calls, renewal, sharing between processes, forks and event loops."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import sync_driver
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.runtime import Runtime
from ansible_collections.restops.clients.plugins.module_utils.core.session import (
    MemoryStore,
    Session,
)
from ansible_collections.restops.clients.plugins.module_utils.core.session_keeper import LOCK_WAIT
from ansible_collections.restops.clients.plugins.module_utils.core.sync_driver import SyncDriver
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.support import OAUTH, Case, Server, Time

MANY = 50


def unauthorised(*tokens: str):
    """Return a function that responds to these tokens with a refusal."""

    def answer(request: httpx.Request) -> httpx.Response:
        refused = request.headers["authorization"].removeprefix("Bearer ") in tokens
        return (
            httpx.Response(401, text="JWT has expired") if refused else httpx.Response(200, json={})
        )

    return answer


async def test_many_first_calls_share_one_login(case: Case) -> None:
    server = Server()
    client = case.platform(server, limits=MANY)
    outcomes = await case.kind.together(lambda: client.get("/x"), MANY)
    assert [outcome.status_code for outcome in outcomes] == [200] * MANY
    assert len(server.logins) == 1
    assert set(server.tokens) == {"token-1"}


async def test_a_wrong_password_is_sent_once_for_all_waiting_calls(case: Case) -> None:
    server = Server(login=httpx.Response(401))
    client = case.platform(server)
    outcomes = await case.kind.together(lambda: client.get("/x"), MANY)
    assert {type(outcome) for outcome in outcomes} == {AuthenticationError}
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert len(server.logins) == 1


async def test_a_session_that_the_server_ended_is_renewed_once_for_all_calls(case: Case) -> None:
    server = Server(*[unauthorised("token-1")] * MANY * 3)
    client = case.platform(server, limits=MANY)
    outcomes = await case.kind.together(lambda: client.get("/x"), MANY)
    assert [outcome.status_code for outcome in outcomes] == [200] * MANY
    assert len(server.logins) == 2


async def test_a_401_is_replayed_once_with_the_same_body(case: Case) -> None:
    server = Server(httpx.Response(401))
    response = await case.request(case.platform(server), "POST", json={"a": 1})
    assert response.attempts == 2
    assert [request.content for request in server.requests] == [b'{"a":1}', b'{"a":1}']
    assert server.tokens == ["token-1", "token-2"]


async def test_a_second_401_is_an_authentication_error(case: Case) -> None:
    server = Server(httpx.Response(401), httpx.Response(401))
    with pytest.raises(AuthenticationError, match="a new login was accepted"):
        await case.get(case.platform(server))
    assert len(server.logins) == 2


async def test_a_call_logs_in_again_only_once_whatever_its_attempts_come_to(case: Case) -> None:
    server = Server(httpx.Response(401), httpx.Response(503), httpx.Response(401))
    with pytest.raises(AuthenticationError, match="a new login was accepted"):
        await case.get(case.platform(server))
    assert (len(server.requests), len(server.logins)) == (3, 2)


async def test_a_403_never_causes_a_login(case: Case) -> None:
    server = Server(httpx.Response(403))
    response = await case.request(case.platform(server), "GET", raise_on_error=False)
    assert response.status_code == 403
    assert len(server.logins) == 1


@pytest.mark.parametrize(
    ("options", "expires_in", "still_good", "due"),
    [
        ({}, 3600, 3239, 3241),  # 10 % before the end
        ({}, 100, 69, 71),  # 30 s before the end
        ({}, 20, 9, 11),  # half of a short life
        ({"ttl": 60}, 3600, 59, 61),  # the user's limit is exact
        ({"ttl": 5000}, 3600, 3239, 3241),  # the earlier counts
        ({"ttl": 60}, None, 59, 61),
        ({}, None, 10**9, None),
        ({}, True, 10**9, None),  # not a number
    ],
)
async def test_a_session_is_renewed_before_it_ends(
    case: Case, options: dict, expires_in: int | None, still_good: int, due: int | None
) -> None:
    server = Server(
        login=httpx.Response(200, json={"access_token": "token", "expires_in": expires_in})
    )
    client = case.platform(server, **options)
    await case.get(client)
    case.time.now += still_good
    await case.get(client)
    assert len(server.logins) == 1
    if due is not None:
        case.time.now += due - still_good
        await case.get(client)
        assert len(server.logins) == 2


class Shared(MemoryStore):
    """A store to which another process writes.

    Args:
        other: The session that the other process has saved.
        busy: The number of attempts to take the lock that fail, because the other process is
            logging in.
    """

    def __init__(self, other: Session | None = None, busy: int = 0) -> None:
        super().__init__()
        self.other = other
        self.busy = busy
        self.held = False

    def fetch(self) -> Session | None:
        if self.other is not None:
            self.save(self.other)
        return self.other

    def acquire(self) -> bool:
        self.busy -= 1
        self.held = self.busy < 0
        return self.held

    def release(self) -> None:
        assert self.held
        self.held = False


def session(token: str) -> Session:
    return Session(token, headers=(("Authorization", f"Bearer {token}"),))


async def test_a_session_renewed_by_another_process_is_used_without_a_login(case: Case) -> None:
    store = Shared(session("new-token"))
    store.save(session("old-token"))
    server = Server(unauthorised("old-token"))
    client = case.platform(server, session_store=store)
    assert (await case.get(client)).status_code == 200
    assert server.tokens == ["old-token", "new-token"]
    assert not server.logins
    assert "new-token" in client.secrets.values


async def test_an_expired_session_of_another_process_is_not_used(
    case: Case,
) -> None:
    server = Server()
    await case.get(case.platform(server, session_store=Shared(Session("old-token", expires_at=0))))
    assert server.tokens == ["token-1"]


async def test_a_call_that_waits_for_the_login_of_another_process_uses_its_session(
    case: Case,
) -> None:
    store = Shared(busy=3)
    case.time.sleep = lambda seconds: (
        case.time.sleeps.append(seconds) or setattr(store, "other", session("new-token"))
    )
    server = Server()
    await case.get(case.platform(server, session_store=store))
    assert server.tokens == ["new-token"]
    assert len(case.time.sleeps) == 3
    assert not store.held


async def test_a_call_logs_in_itself_if_another_process_holds_the_lock_for_too_long(
    case: Case,
) -> None:
    store = Shared(busy=10**9)
    server = Server()
    await case.get(case.platform(server, session_store=store))
    assert server.tokens == ["token-1"]
    assert sum(case.time.sleeps) == pytest.approx(LOCK_WAIT, abs=1)


async def test_the_lock_is_released_after_a_refused_login(case: Case) -> None:
    store = Shared()
    with pytest.raises(AuthenticationError):
        await case.get(case.platform(Server(login=httpx.Response(401)), session_store=store))
    assert not store.held


async def test_logging_out_ends_the_session_on_the_server_and_in_the_client(case: Case) -> None:
    server = Server(httpx.Response(200), httpx.Response(404))
    client = case.platform(server)
    await case.kind.wait(client.logout())
    assert not server.requests, "there is no session to end"
    await case.get(client)
    await case.kind.wait(client.logout())
    assert server.paths == ["/x", "/logout"]
    assert not client.authenticated
    await case.get(client)
    assert len(server.logins) == 2
    gateway = case.gateway(server)
    await case.get(gateway)
    await case.kind.wait(gateway.logout())
    assert not gateway.authenticated
    assert not server.paths[-1].endswith("/logout"), "a Gateway has no such path"


async def test_no_request_goes_without_a_session_while_it_is_renewed(case: Case) -> None:
    server = Server()
    client = case.platform(server, ttl=10, limits=MANY)
    await case.get(client)
    case.time.now += 11
    await case.kind.together(lambda: client.get("/x"), MANY)
    assert set(server.tokens) == {"token-1", "token-2"}
    assert len(server.logins) == 2


def test_a_login_that_calls_its_own_client_fails_instead_of_hanging() -> None:
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


async def test_clients_with_different_secrets_do_not_share_a_session(case: Case) -> None:
    server = Server()
    await case.get(case.platform(server, client_id="id", client_secret="right secret"))
    await case.get(case.platform(server, client_id="id", client_secret="wrong secret"))
    assert len(server.logins) == 2


async def test_a_session_is_renewed_whenever_its_time_is_over(case: Case) -> None:
    server = Server()
    client = case.platform(server, ttl=1)
    for dummy in range(7):
        await case.get(client)
        case.time.now += 0.4
    assert server.tokens == [f"token-{number}" for number in (1, 1, 1, 2, 2, 2, 3)]


# Interruptions


async def test_cancelling_the_call_that_logs_in_does_not_fail_the_calls_that_wait() -> None:
    released = asyncio.Event()
    logins = []

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            logins.append(request)
            await released.wait()
            return httpx.Response(200, json={"access_token": "token"})
        return httpx.Response(200, json={})

    async with platform_factory(
        "server.example", **OAUTH, transport=httpx.MockTransport(answer), want_async=True
    ) as client:
        leader = asyncio.ensure_future(client.get("/x"))
        while not logins:
            await asyncio.sleep(0)
        followers = [asyncio.ensure_future(client.get("/x")) for dummy in range(5)]
        await asyncio.sleep(0)
        leader.cancel()
        await asyncio.sleep(0)
        released.set()
        assert [response.status_code for response in await asyncio.gather(*followers)] == [200] * 5
        assert leader.cancelled()
    assert len(logins) == 1


def test_a_failed_login_without_waiting_calls_is_not_reported_by_the_loop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        async def answer(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)
            return httpx.Response(401)

        async with platform_factory(
            "server.example", **OAUTH, transport=httpx.MockTransport(answer), want_async=True
        ) as client:
            alone = asyncio.ensure_future(client.get("/x"))
            await asyncio.sleep(0)
            alone.cancel()
            for dummy in range(20):
                await asyncio.sleep(0)

    # A loop reports lost failures at its end at the latest.
    asyncio.run(main())
    assert not caplog.records


def test_interrupting_the_thread_that_logs_in_does_not_fail_the_threads_that_wait() -> None:
    entered, released = threading.Event(), threading.Event()
    server = Server()

    def login(request: httpx.Request) -> httpx.Response:
        if len(server.logins) == 1:
            entered.set()
            released.wait(600)
            raise KeyboardInterrupt
        return httpx.Response(200, json={"access_token": "token"})

    server.login = login
    with platform_factory("server.example", **OAUTH, transport=server.transport) as client:
        outcomes: list[object] = []

        def lead() -> None:
            try:
                client.get("/x")
            except KeyboardInterrupt:
                outcomes.append("interrupted")

        leader = threading.Thread(target=lead)
        leader.start()
        entered.wait(600)
        follower = threading.Thread(target=lambda: outcomes.append(client.get("/x").status_code))
        follower.start()
        released.set()
        leader.join(600)
        follower.join(600)
    assert sorted(map(str, outcomes)) == ["200", "interrupted"]
    assert len(server.logins) == 2


def test_interrupting_a_thread_just_before_it_logs_in_leaves_the_login_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*dummy: Any) -> Any:
        raise KeyboardInterrupt

    server = Server()
    with platform_factory("server.example", **OAUTH, transport=server.transport) as client:
        with monkeypatch.context() as patched:
            patched.setattr(SyncDriver, "_lead", interrupt)
            with pytest.raises(KeyboardInterrupt):
                client.get("/x")
        assert client.get("/x").status_code == 200
    assert len(server.logins) == 1


def test_a_thread_that_waits_for_a_login_shares_its_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered, waiting = threading.Event(), threading.Event()
    wait = SyncDriver._wait_for

    def noticed(*arguments: Any) -> Any:
        waiting.set()
        return wait(*arguments)

    def login(dummy: httpx.Request) -> httpx.Response:
        entered.set()
        waiting.wait(600)
        return httpx.Response(401)

    monkeypatch.setattr(SyncDriver, "_wait_for", staticmethod(noticed))
    errors: list[BaseException] = []
    with platform_factory(
        "server.example", **OAUTH, transport=Server(login=login).transport
    ) as client:

        def call() -> None:
            with pytest.raises(AuthenticationError) as caught:
                client.get("/x")
            errors.append(caught.value)

        leader, follower = threading.Thread(target=call), threading.Thread(target=call)
        leader.start()
        entered.wait(600)
        follower.start()
        leader.join(600)
        follower.join(600)
    assert len(errors) == 2
    assert errors[0] is not errors[1], "two threads must not write into one traceback"
    assert str(errors[0]) == str(errors[1])


async def test_waiting_for_the_login_of_another_call_has_a_time_limit() -> None:
    entered, released = threading.Event(), threading.Event()
    # The time of the call itself stands still: only its wait for the login takes time.
    runtime = Runtime(clock=Time().clock)

    def login(dummy: httpx.Request) -> httpx.Response:
        entered.set()
        released.wait(600)
        return httpx.Response(200, json={"access_token": "token"})

    with platform_factory(
        "server.example", **OAUTH, transport=Server(login=login).transport, runtime=runtime
    ) as client:
        leader = threading.Thread(target=lambda: client.get("/x"))
        leader.start()
        entered.wait(600)
        with pytest.raises(RequestError, match="the login was not finished within 0.0") as caught:
            client.get("/x", timeout=0.01, retry={"max_time": 0.01})
        assert not caught.value.sent
        released.set()
        leader.join(600)

    going = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            await going.wait()
            return httpx.Response(200, json={"access_token": "token"})
        return httpx.Response(200)

    async with platform_factory(
        "server.example",
        **OAUTH,
        transport=httpx.MockTransport(slow),
        want_async=True,
        runtime=runtime,
    ) as client:
        leader = asyncio.ensure_future(client.get("/x"))
        await asyncio.sleep(0)
        with pytest.raises(RequestError, match="the login was not finished within 0.0"):
            await client.get("/x", timeout=0.01, retry={"max_time": 0.01})
        going.set()
        await leader


async def test_a_login_flow_that_needs_a_login_fails_instead_of_hanging(case: Case) -> None:
    client = case.platform(Server())
    kind = type(client)

    class Careless(kind):
        def _login(self):
            session = yield from super()._login()
            yield from self.calls.request("GET", "/whoami")
            return session

    careless = Careless(
        client._auth,
        "https://server.example",
        transport=Server().transport,
        runtime=case.kind.runtime(case.time),
    )
    with pytest.raises(ClientError, match="a call that needs a login itself"):
        await case.get(careless)


async def test_setting_the_wall_clock_back_does_not_prolong_a_session(case: Case) -> None:
    server = Server()
    client = case.platform(server, ttl=60)
    await case.get(client)
    case.time.now += 61
    case.time.wall = lambda: 0.0
    await case.get(client)
    assert len(server.logins) == 2
    assert Runtime().clock is time.monotonic


# Forks and loops


def test_a_client_works_on_one_event_loop_after_another() -> None:
    server = Server()
    client = platform_factory(
        "server.example", **OAUTH, transport=server.transport, want_async=True
    )

    async def call() -> list[int]:
        responses = await asyncio.gather(client.get("/x"), client.get("/y"))
        return [response.status_code for response in responses]

    assert [asyncio.run(call()) for dummy in range(3)] == [[200, 200]] * 3
    assert len(server.logins) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("want_async", [False, True])
def test_a_fork_keeps_the_session_but_no_login_and_no_connection(want_async: bool) -> None:
    server = Server()
    client = platform_factory(
        "server.example", **OAUTH, transport=server.transport, want_async=want_async
    )

    def call() -> int:
        if not want_async:
            return client.get("/x").status_code

        async def once() -> int:
            return (await client.get("/x")).status_code

        return asyncio.run(once())

    call()
    if not want_async:
        # As if another thread had been logging in at the moment of the fork.
        client._driver._state().flights["login"] = sync_driver._Flight()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(
                writing, json.dumps([call(), len(server.logins), len(server.requests)]).encode()
            )
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert json.load(pipe) == [200, 1, 2]
    os.waitpid(child, 0)


def test_a_fork_opens_connections_of_its_own() -> None:
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
