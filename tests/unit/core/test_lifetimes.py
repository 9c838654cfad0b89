# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lifetimes of connections, loops and logins: clients keep each as long as it is of use."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import httpcore
import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Exchange
from ansible_collections.restops.clients.plugins.module_utils.core.net import idle, pool
from ansible_collections.restops.clients.plugins.module_utils.core.net.async_transport import (
    AsyncTransport,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.origins import (
    AsyncOrigins,
    SyncOrigins,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.tls import TlsSettings
from ansible_collections.restops.clients.plugins.module_utils.core.net.transport import (
    SyncTransport,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.wire_settings import (
    WireSettings,
)
from ansible_collections.restops.clients.plugins.module_utils.core.sync_driver import SyncDriver
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.loops import LOOPS, run
from ansible_collections.restops.clients.tests.unit.support import (
    OAUTH,
    Case,
    Server,
    Threads,
    Time,
)

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Backend:
    """A network in memory for threads.

    Attributes:
        made: How many connections were made.
        closed: How many were closed.
    """

    def __init__(self, *answers: bytes) -> None:
        self.network = httpcore.MockBackend(list(answers) or [ANSWER] * 9)
        self.made = self.closed = 0

    def connect_tcp(self, *given: Any, **options: Any) -> Any:
        self.made += 1
        return Connected(self, self.network.connect_tcp(*given, **options))


class AsyncBackend:
    """The same for event loops."""

    def __init__(self, *answers: bytes) -> None:
        self.network = httpcore.MockBackend(list(answers) or [ANSWER] * 9)
        self.made = self.closed = 0

    async def connect_tcp(self, *given: Any, **options: Any) -> Any:
        self.made += 1
        return AsyncConnected(self, self.network.connect_tcp(*given, **options))


class Connected:
    def __init__(self, owner: Backend, stream: Any) -> None:
        self._owner = owner
        self._stream = stream

    def get_extra_info(self, dummy_name: str) -> None:
        return None

    def read(self, most: int, timeout: float | None = None) -> bytes:
        return self._stream.read(most)

    def write(self, data: bytes, timeout: float | None = None) -> None:
        pass

    def close(self) -> None:
        self._owner.closed += 1


class AsyncConnected:
    def __init__(self, owner: AsyncBackend, stream: Any) -> None:
        self._owner = owner
        self._stream = stream

    def get_extra_info(self, dummy_name: str) -> None:
        return None

    async def read(self, most: int, timeout: float | None = None) -> bytes:
        return self._stream.read(most)

    async def write(self, data: bytes, timeout: float | None = None) -> None:
        pass

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        self._owner.closed += 1


class Pooled:
    """A pool of one kind, its network and its time."""

    def __init__(self, case: Case) -> None:
        self.kind = case.kind
        self.time = Time()
        self.backend = AsyncBackend() if case.kind.want_async else Backend()
        made = AsyncTransport if case.kind.want_async else SyncTransport
        settings = WireSettings(
            "http://server.example", TlsSettings(), "", limit=3, custom=self.backend
        )
        self.pool = made(settings, self.time.clock)

    async def exchange(self, timeout: float = 30, stream: bool = False) -> Any:
        host = (("Host", "server.example"),)
        effect = Exchange("GET", "http://server.example/", host, b"", timeout, 1000, stream)
        return await self.kind.wait(self.pool.exchange(effect))

    async def close(self, reader: Any) -> None:
        await self.kind.wait(reader.close())


@pytest.fixture
def pooled(case: Case) -> Pooled:
    return Pooled(case)


async def read(pooled: Pooled, reader: Any) -> bytes:
    if not pooled.kind.want_async:
        return b"".join(reader.pieces())
    return b"".join([piece async for piece in reader.pieces()])


async def streams(pooled: Pooled, count: int) -> list[Any]:
    opened = [(await pooled.exchange(stream=True)).reader for dummy in range(count)]
    for reader in opened:
        assert await read(pooled, reader) == b"{}"
    return opened


async def test_a_full_pool_is_waited_for_within_the_time_of_the_exchange(pooled: Pooled) -> None:
    opened = await streams(pooled, 3)
    with pytest.raises(RequestError, match="all 3 connections are in use: raise 'limits'") as error:
        await pooled.exchange(timeout=0.01)
    assert not error.value.sent
    await pooled.close(opened[0])
    assert (await pooled.exchange()).content == b"{}"


async def test_a_connection_that_cannot_be_made_leaves_room_for_another(
    pooled: Pooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pool, "IMPORT_ERROR", "ImportError")
        for dummy in range(4):
            with pytest.raises(ConfigurationError, match="httpcore is missing"):
                await pooled.exchange()
    assert len(await streams(pooled, 3)) == 3


async def test_connections_that_would_not_be_used_again_are_closed_when_another_is_put_back(
    pooled: Pooled,
) -> None:
    for reader in await streams(pooled, 3):
        await pooled.close(reader)
    pooled.time.now += 4
    await pooled.exchange()
    assert pooled.backend.closed == 0
    pooled.time.now += 2
    await pooled.exchange()
    assert (pooled.backend.closed, len(pooled.pool._idle)) == (2, 1)


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_a_connection_in_use_is_closed_when_it_comes_back_to_a_closed_pool(
    pooled: Pooled, how: str
) -> None:
    (reader,) = await streams(pooled, 1)
    await pooled.exchange()
    await pooled.kind.wait(pooled.pool.close()) if how == "close" else pooled.pool.abort()
    assert pooled.backend.closed == 1
    await pooled.close(reader)
    assert (pooled.backend.closed, pooled.pool._idle) == (2, [])


async def test_a_stream_that_was_left_early_does_not_leave_its_connection(pooled: Pooled) -> None:
    reader = (await pooled.exchange(stream=True)).reader
    await pooled.close(reader)
    await pooled.close(reader)
    assert pooled.backend.closed == 1


async def test_the_connections_of_all_origins_are_closed(case: Case) -> None:
    first = Pooled(case)
    kind = AsyncOrigins if case.kind.want_async else SyncOrigins
    origins = kind(lambda dummy: first.pool)
    host = (("Host", "server.example"),)
    await case.kind.wait(
        origins.exchange(Exchange("GET", "http://server.example/", host, b"", 30, 1000))
    )
    origins.abort()
    assert first.backend.closed == 1
    await case.kind.wait(origins.close())


async def test_an_origin_that_is_added_while_a_client_is_closed_keeps_no_connections(
    case: Case,
) -> None:
    """Another thread closes the client while the transport is made."""
    pooled = Pooled(case)
    kind = AsyncOrigins if case.kind.want_async else SyncOrigins

    def make(dummy: str) -> Any:
        origins.abort()
        return pooled.pool

    origins = kind(make)
    with pytest.raises(ClientError, match="this client is closed: make"):
        await case.kind.wait(
            origins.exchange(Exchange("GET", "http://server.example/", (), b"", 30, 1000))
        )
    assert pooled.backend.made == 0


async def test_an_exchange_that_waits_for_a_connection_fails_if_the_client_is_closed(
    pooled: Pooled,
) -> None:
    opened = await streams(pooled, 3)
    pooled.pool.abort()
    await pooled.close(opened[0])
    with pytest.raises(ClientError, match="this client is closed: make"):
        await pooled.exchange()
    assert pooled.backend.made == 3
    await pooled.close(opened[1])
    await pooled.close(opened[2])
    assert pooled.backend.closed == 3


class CallersTransport(httpx.MockTransport):
    """A transport of the caller.

    Attributes:
        closed: How many times it was closed.
    """

    closed = 0

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


async def test_a_transport_of_the_caller_is_closed_with_the_client_and_not_before(
    case: Case,
) -> None:
    server = Server()
    server.transport = transport = CallersTransport(server.answer)
    client = case.platform(server)
    await case.get(client)
    case.time.now += 1000
    await case.get(client)
    idle.close_idle(only_expired=False)
    assert transport.closed == 0
    await case.kind.close(client)
    await case.kind.close(client)
    assert transport.closed == 1


async def test_a_transport_of_the_caller_is_closed_once_whatever_was_made_of_it(case: Case) -> None:
    """A client that was never used, one with a stream that is open, and one with many wires."""
    server = Server(httpx.Response(200, content=b"abc"))
    server.transport = unused = CallersTransport(server.answer)
    await case.kind.close(case.platform(server))
    assert unused.closed == 1

    server.transport = streaming = CallersTransport(server.answer)
    client = case.platform(server)
    await enter(case, stream := client.stream("GET", "/x"))
    await case.kind.close(client)
    assert streaming.closed == 0
    await leave(case, stream)
    assert streaming.closed == 1

    server.transport = parallel = CallersTransport(server.answer)
    client = case.platform(server)
    await case.kind.together(lambda: client.get("/x"), 3)
    await case.kind.close(client)
    assert parallel.closed == 1


async def test_a_transport_of_the_caller_is_not_closed_while_a_call_uses_it(case: Case) -> None:
    def answer(request: httpx.Request) -> Any:
        if request.url.path != "/x":
            return server.answer(request)
        closing = client.aclose() if case.kind.want_async else client.close()
        return finish(closing, request) if case.kind.want_async else note_and_answer(request)

    async def finish(closing: Any, request: httpx.Request) -> httpx.Response:
        await closing
        return note_and_answer(request)

    def note_and_answer(request: httpx.Request) -> httpx.Response:
        closed_during_call.append(transport.closed)
        return server.answer(request)

    closed_during_call: list[int] = []
    server = Server()
    server.transport = transport = CallersTransport(answer)
    client = case.platform(server)
    assert (await case.get(client)).status_code == 200
    assert (closed_during_call, transport.closed) == ([0], 1)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_transport_of_the_caller_may_have_connections_of_a_loop_that_has_ended(loop: str) -> None:
    class OfAnEndedLoop(CallersTransport):
        async def aclose(self) -> None:
            raise RuntimeError("Event loop is closed")

    server = Server()
    client = platform_factory(
        "server.example", **OAUTH, transport=OfAnEndedLoop(server.answer), want_async=True
    )

    async def call() -> int:
        return (await client.get("/x")).status_code

    async def close() -> None:
        await client.aclose()

    assert run(loop, call()) == 200
    run(loop, close())


async def test_closing_idle_connections_does_not_count_transports_of_callers(case: Case) -> None:
    client = case.platform(Server())
    await case.get(client)
    assert idle.close_idle(only_expired=False) == 0


async def test_a_connection_that_is_put_back_while_its_pool_is_closed_is_closed(
    pooled: Pooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread closes the pool just before the connection is idle again."""

    def clock() -> float:
        if not pooled.pool._idle:
            pooled.pool.abort()
        return pooled.time.now

    (reader,) = await streams(pooled, 1)
    monkeypatch.setattr(pooled.pool, "_clock", clock)
    await pooled.close(reader)
    assert (pooled.backend.closed, pooled.pool._idle) == (1, [])


async def test_a_pool_can_be_closed_while_another_thread_takes_its_last_connection(
    pooled: Pooled,
) -> None:
    class Emptied(list[Any]):
        """A list that another thread empties after each look at its length."""

        def __len__(self) -> int:
            length = super().__len__()
            self.clear()
            return length

    await pooled.exchange()
    pooled.pool._idle = Emptied(pooled.pool._idle)
    await pooled.kind.wait(pooled.pool.close())


# Drivers


async def test_a_client_that_is_closed_during_a_call_makes_no_more_connections(case: Case) -> None:
    server = Server(httpx.Response(503))
    client = case.platform(server)

    def sleep(seconds: float) -> Any:
        return client.aclose() if case.kind.want_async else client.close()

    client._driver._sleep = sleep
    with pytest.raises(ClientError, match="this client is closed: make"):
        await case.get(client)
    assert len(server.requests) == 1


async def test_a_client_that_is_closed_while_its_first_call_begins_keeps_no_connections(
    case: Case,
) -> None:
    """Another thread closes it after the call has found it open."""
    client = case.platform(Server())
    made: list[Any] = []
    make = client._driver._make_transport

    def make_and_close() -> Any:
        client._driver._closed = True
        made.append(make())
        return made[0]

    client._driver._make_transport = make_and_close
    with pytest.raises(ClientError, match="this client is closed: make"):
        await case.get(client)
    assert client._driver._states == {}
    assert made[0]._closed


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_that_has_ended_is_forgotten_with_its_connections(loop: str) -> None:
    backend = AsyncBackend()

    async def call() -> None:
        await client.get("/x", retry=1)

    login = b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"access_token":"t"} '
    backend.network._buffer = [login, ANSWER, ANSWER]
    client = platform_factory(
        "server.example", use_tls=False, **OAUTH, transport=backend, want_async=True
    )
    for dummy in range(3):
        run(loop, call())
        backend.network._buffer = [ANSWER, ANSWER]
    assert len(client._driver._states) == 1
    assert backend.closed == backend.made - 1

    async def close() -> None:
        await client.aclose()

    run(loop, close())
    assert client._driver._states == {}
    assert backend.closed == backend.made


def test_loops_of_several_threads_may_forget_the_same_ended_loop() -> None:
    class Racing(dict[Any, Any]):
        """The states, of which another thread removes each that this one has seen."""

        def items(self) -> Any:
            seen = list(super().items())
            self.clear()
            return seen

    client = platform_factory(
        "server.example", **OAUTH, transport=Server().transport, want_async=True
    )

    async def call() -> int:
        return (await client.get("/x")).status_code

    assert asyncio.run(call()) == 200
    client._driver._states = Racing(client._driver._states)
    assert asyncio.run(call()) == 200


def test_each_open_loop_keeps_its_connections() -> None:
    backend = AsyncBackend()
    login = b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"access_token":"t"}'
    client = platform_factory(
        "server.example", use_tls=False, **OAUTH, transport=backend, want_async=True
    )
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    backend.network._buffer = [login, ANSWER, ANSWER]
    first.run_until_complete(client.get("/x", retry=1))
    backend.network._buffer = [ANSWER]
    second.run_until_complete(client.get("/x", retry=1))
    first.run_until_complete(client.get("/x", retry=1))
    assert (backend.made, backend.closed) == (2, 0)
    first.run_until_complete(client.aclose())
    assert backend.closed == 2
    first.close()
    second.close()


def test_a_fork_closes_its_copies_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend()
    login = b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"access_token":"t"} '
    backend.network._buffer = [login, ANSWER]
    client = platform_factory("server.example", use_tls=False, **OAUTH, transport=backend)
    client.get("/x", retry=1)
    kept = backend.made - backend.closed
    assert kept == 1
    process = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: process + 1)
    backend.network._buffer = [ANSWER]
    client.get("/x", retry=1)
    assert backend.made - backend.closed == kept


async def test_a_login_under_way_ends_with_its_client() -> None:
    asked = asyncio.Event()

    async def silent(dummy: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = platform_factory(
        "server.example", **OAUTH, transport=httpx.MockTransport(silent), want_async=True
    )
    calling = asyncio.ensure_future(client.get("/x"))
    await asked.wait()
    await client.aclose()
    with pytest.raises(ClientError, match="this client is closed: make"):
        await calling


def test_a_login_takes_no_longer_than_the_call_that_needs_it() -> None:
    allowed: list[float] = []

    def login(request: httpx.Request) -> httpx.Response:
        allowed.append(request.extensions["timeout"]["read"])
        raise httpx.ConnectTimeout("")

    clock = Time()
    runtime = Threads().runtime(clock)
    client = platform_factory(
        "server.example",
        **OAUTH,
        transport=Server(login=login).transport,
        timeout=8,
        runtime=runtime,
    )
    with pytest.raises(RequestError, match=r"oauth/token|time of the call is used up"):
        client.get("/x", timeout=0.5, retry={"max_time": 1})
    assert max(allowed) <= 1
    assert sum(clock.sleeps) < 1


def test_who_has_more_time_than_the_leader_of_a_login_takes_the_lead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entered, followed = threading.Event(), threading.Event()
    clock, outcomes, logins = Time(), {}, []
    wait = SyncDriver._wait_for

    def noticed(*given: Any) -> None:
        followed.set()
        wait(*given)

    monkeypatch.setattr(SyncDriver, "_wait_for", staticmethod(noticed))

    def login(dummy: httpx.Request) -> httpx.Response:
        logins.append(1)
        if len(logins) > 1:
            return httpx.Response(200, json={"access_token": "token"})
        entered.set()
        followed.wait(600)
        clock.now += 5
        raise httpx.ReadTimeout("")

    client = platform_factory(
        "server.example",
        **OAUTH,
        transport=Server(login=login).transport,
        runtime=Threads().runtime(clock),
    )

    def call(name: str, seconds: float) -> None:
        try:
            outcomes[name] = client.get("/x", timeout=seconds, retry={"max_time": seconds})
        except RequestError as exc:
            outcomes[name] = exc

    leader = threading.Thread(target=call, args=("leader", 1))
    follower = threading.Thread(target=call, args=("follower", 60))
    leader.start()
    entered.wait(600)
    follower.start()
    leader.join(600)
    follower.join(600)
    assert isinstance(outcomes["leader"], RequestError)
    assert outcomes["follower"].status_code == 200


# Streams


async def collected(case: Case, stream: Any) -> bytes:
    if not case.kind.want_async:
        return b"".join(stream)
    return b"".join([piece async for piece in stream])


async def enter(case: Case, stream: Any) -> Any:
    return await case.kind.wait(stream.__aenter__() if case.kind.want_async else stream.__enter__())


async def leave(case: Case, stream: Any) -> None:
    await case.kind.wait(
        stream.__aexit__(None, None, None)
        if case.kind.want_async
        else stream.__exit__(None, None, None)
    )


async def test_a_stream_is_read_inside_its_block_and_once(case: Case) -> None:
    client = case.platform(Server(httpx.Response(200, content=b"abc")))
    stream = client.stream("GET", "/x?token=SECRETWORD")
    with pytest.raises(ClientError, match=r"GET https://.*/x.*: the stream is not open") as caught:
        await collected(case, stream)
    assert caught.value.request is not None
    assert "SECRETWORD" not in str(caught.value)
    await enter(case, stream)
    assert await collected(case, stream) == b"abc"
    with pytest.raises(ClientError, match="the stream was read before"):
        await collected(case, stream)
    await leave(case, stream)
    with pytest.raises(ClientError, match="the stream is not open"):
        await collected(case, stream)


async def test_a_stream_may_be_left_unread(case: Case) -> None:
    client = case.platform(Server(httpx.Response(200, content=b"abc")), limits=1)
    stream = client.stream("GET", "/x")
    await enter(case, stream)
    assert stream.response.status_code == 200
    await leave(case, stream)
    with pytest.raises(ClientError, match="the stream is not open"):
        await collected(case, stream)
    assert (await case.get(client)).status_code == 200, "its connection is free"


async def test_a_stream_that_is_left_while_it_is_read_does_not_seem_to_be_at_its_end(
    case: Case,
) -> None:
    client = case.platform(Server(httpx.Response(200, content=iter([b"a", b"b"]))))
    if case.kind.want_async:
        client = case.platform(Server(httpx.Response(200, content=_pieces())))
    stream = client.stream("GET", "/x")
    await enter(case, stream)
    pieces = aiter(stream) if case.kind.want_async else iter(stream)

    async def following() -> Any:
        return await anext(pieces) if case.kind.want_async else next(pieces)

    assert await following() == b"a"
    await leave(case, stream)
    with pytest.raises(ClientError, match="the stream is not open"):
        await following()


async def _pieces() -> Any:
    yield b"a"
    yield b"b"


async def test_a_stream_that_breaks_says_which(case: Case) -> None:
    class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Any:
            yield b"x"
            raise httpx.ReadError("reset")

        async def __aiter__(self) -> Any:
            for piece in self:
                yield piece

    client = case.platform(Server(lambda dummy: httpx.Response(200, stream=Broken())))
    with pytest.raises(RequestError, match=r"GET https://.*/x: the connection broke") as caught:
        await case.kind.read(client.stream("GET", "/x"))
    assert caught.value.request is not None
    assert caught.value.request.method == "GET"
    assert isinstance(caught.value.__cause__, httpx.ReadError)
