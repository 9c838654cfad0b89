# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections for threads and for every event loop, to a socket that the test holds the other end
of. What breaks on the way is in the tests of faults."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import select
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpcore
import pytest
import trustme
from ansible_collections.restops.clients.plugins.module_utils.core.net import (
    addresses,
    idle,
    network,
)
from ansible_collections.restops.clients.tests.unit.loops import LOOPS, run

KINDS = ("threads", *LOOPS)


class Peer:
    """Streams of one kind, used in the same way by every test.

    Args:
        kind: `threads`, or one of `LOOPS`.
    """

    def __init__(self, kind: str) -> None:
        self._threads = kind == "threads"
        self._loop = "asyncio" if self._threads else kind
        self.network = network.real_network(not self._threads)

    def run(self, test: Callable[[], Awaitable[None]]) -> None:
        run(self._loop, test())

    async def do(self, method: Callable[..., Any], *given: Any) -> Any:
        if self._threads:
            return await asyncio.to_thread(method, *given)
        return await method(*given)

    def connect(self, host: str, port: int, timeout: float | None = 600) -> Any:
        return self.do(self.network.connect_tcp, host, port, timeout)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Peer:
    return Peer(request.param)


@pytest.fixture(params=LOOPS)
def loop(request: pytest.FixtureRequest) -> Peer:
    return Peer(request.param)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


Test = Callable[[Any, socket.socket], Awaitable[None]]


def connected(kind: Peer, listening: socket.socket, test: Test) -> None:
    async def main() -> None:
        stream = await kind.connect("127.0.0.1", listening.getsockname()[1])
        peer, dummy = listening.accept()
        peer.setblocking(False)
        with peer:
            try:
                await test(stream, peer)
            finally:
                stream.close()

    kind.run(main)


def test_parts_are_read_as_they_arrive(kind: Peer, listening: socket.socket) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        peer.send(b"abcdef")
        assert await kind.do(stream.read, 4, 600) == b"abcd"
        assert await kind.do(stream.read, 4) == b"ef"
        with pytest.raises(httpcore.ReadTimeout):
            await kind.do(stream.read, 4, 0.01)
        reading = asyncio.ensure_future(kind.do(stream.read, 4))
        await asyncio.sleep(0.01)
        peer.send(b"late")
        assert await reading == b"late"
        peer.close()
        assert await kind.do(stream.read, 4, 600) == b""

    connected(kind, listening, test)


def test_bytes_that_arrive_before_the_deadline_are_in_time(
    loop: Peer, listening: socket.socket
) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        reading = asyncio.ensure_future(stream.read(4, timeout=0.01))
        await asyncio.sleep(0)
        peer.send(b"late")
        # The loop is held up in the meantime.
        select.select([], [], [], 0.05)
        assert await reading == b"late"

    connected(loop, listening, test)


def test_a_server_that_does_not_read_makes_a_write_wait(
    kind: Peer, listening: socket.socket
) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        with pytest.raises(httpcore.WriteTimeout):
            await kind.do(stream.write, b"x" * (16 * 1024 * 1024), 0.05)
        more = asyncio.ensure_future(kind.do(stream.write, b"more", 600))
        got = b""
        while not got.endswith(b"more"):
            with contextlib.suppress(BlockingIOError):
                got += peer.recv(1 << 20)
            await asyncio.sleep(0)
        await more

    connected(kind, listening, test)


def test_a_read_that_is_cancelled_loses_nothing(loop: Peer, listening: socket.socket) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        reading = asyncio.ensure_future(stream.read(4))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        peer.send(b"late")
        assert await stream.read(4, 600) == b"late"

    connected(loop, listening, test)


def test_closing_ends_a_read_that_is_under_way(loop: Peer, listening: socket.socket) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        reading = asyncio.ensure_future(stream.read(4))
        await asyncio.sleep(0)
        await stream.aclose()
        with pytest.raises(httpcore.ReadError):
            await reading

    connected(loop, listening, test)


def test_a_connection_can_be_closed_while_a_read_is_being_cancelled(
    loop: Peer, listening: socket.socket
) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        reading = asyncio.ensure_future(stream.read(4))
        await asyncio.sleep(0)
        reading.cancel()
        stream.close()
        with pytest.raises(asyncio.CancelledError):
            await reading

    connected(loop, listening, test)


def test_a_connection_is_closed_from_another_thread_after_its_loop(
    loop: Peer, listening: socket.socket
) -> None:
    streams = []

    async def main() -> None:
        streams.append(await loop.connect("127.0.0.1", listening.getsockname()[1]))

    loop.run(main)
    peer, dummy = listening.accept()
    with peer:
        closing = threading.Thread(target=streams[0].close)
        closing.start()
        closing.join()
        assert peer.recv(1) == b""


def test_unrequested_bytes_and_the_end_of_a_connection_are_detected(
    kind: Peer, listening: socket.socket
) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        assert not stream.get_extra_info("is_readable")
        assert stream.get_extra_info("ssl_object") is None
        peer.send(b"surplus")
        assert stream.get_extra_info("is_readable")
        assert await kind.do(stream.read, 7) == b"surplus"
        assert not stream.get_extra_info("is_readable")
        peer.close()
        assert stream.get_extra_info("is_readable")
        stream.close()
        assert stream.get_extra_info("is_readable")

    connected(kind, listening, test)


def test_a_socket_is_looked_at_if_there_is_no_poll(
    kind: Peer, listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        monkeypatch.delattr(select, "poll")
        assert not stream.get_extra_info("is_readable")
        peer.send(b"surplus")
        assert stream.get_extra_info("is_readable")

    connected(kind, listening, test)


def test_a_connection_that_was_reset(kind: Peer, listening: socket.socket) -> None:
    async def test(stream: Any, peer: socket.socket) -> None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        with pytest.raises(httpcore.ReadError, match="reset"):
            await kind.do(stream.read, 4, 600)
        with pytest.raises(httpcore.WriteError, match="pipe"):
            await kind.do(stream.write, b"x")

    connected(kind, listening, test)


# TLS


class Echo(threading.Thread):
    """A server that shakes hands in TLS, in TLS again if asked to, and returns in capitals what it
    reads."""

    def __init__(self, listening: socket.socket, layers: int, context: ssl.SSLContext) -> None:
        super().__init__(daemon=True)
        self._listening = listening
        self._layers = layers
        self._context = context
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            self._serve()
        except (OSError, AssertionError) as exc:
            self.failed = exc

    def _serve(self) -> None:
        sock, dummy = self._listening.accept()
        with sock, self._context.wrap_socket(sock, server_side=True) as outer:
            if self._layers == 1:
                outer.sendall(outer.recv(65536).upper())
                return
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            inner = self._context.wrap_bio(incoming, outgoing, server_side=True)

            def perform(operation: Callable[..., Any], *given: Any) -> Any:
                while True:
                    try:
                        result = operation(*given)
                    except ssl.SSLWantReadError:
                        outer.sendall(outgoing.read())
                        incoming.write(outer.recv(65536))
                    else:
                        outer.sendall(outgoing.read())
                        return result

            perform(inner.do_handshake)
            perform(inner.write, perform(inner.read, 65536).upper())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(authority: trustme.CA, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(name).configure_cert(server)
    authority.configure_trust(client)
    return server, client


@pytest.mark.parametrize("layers", [1, 2])
def test_tls_and_tls_within_tls(
    kind: Peer, listening: socket.socket, authority: trustme.CA, layers: int
) -> None:
    server, client = contexts(authority, "server.example")
    echo = Echo(listening, layers, server)
    echo.start()

    async def main() -> None:
        stream = await kind.connect("127.0.0.1", listening.getsockname()[1])
        for dummy in range(layers):
            stream = await kind.do(stream.start_tls, client, "server.example", 600)
        assert stream.get_extra_info("ssl_object").version() == "TLSv1.3"
        await kind.do(stream.write, b"hello", 600)
        assert await kind.do(stream.read, 3, 600) == b"HEL"
        assert stream.get_extra_info("is_readable")
        assert await kind.do(stream.read, 65536, 600) == b"LO"
        # The server hangs up without the goodbye of the inner layer.
        assert await kind.do(stream.read, 65536, 600) == b""
        stream.close()

    kind.run(main)
    echo.join(600)
    assert echo.failed is None


@pytest.mark.parametrize("layers", [1, 2])
def test_a_certificate_for_another_name_ends_the_connection(
    kind: Peer, listening: socket.socket, authority: trustme.CA, layers: int
) -> None:
    server, client = contexts(authority, "server.example")
    echo = Echo(listening, layers, server)
    echo.start()

    async def main() -> None:
        stream = await kind.connect("127.0.0.1", listening.getsockname()[1])
        if layers == 2:
            stream = await kind.do(stream.start_tls, client, "server.example", 600)
        with pytest.raises(httpcore.ConnectError, match="Hostname mismatch"):
            await kind.do(stream.start_tls, client, "other.example", 600)

    kind.run(main)
    echo.join(600)
    # The alert that tells why has come.
    assert isinstance(echo.failed, ssl.SSLError)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_handshake_that_does_not_end_is_given_up(
    kind: Peer, listening: socket.socket, authority: trustme.CA, layers: int
) -> None:
    server, client = contexts(authority, "server.example")
    done = threading.Event()

    def silent() -> None:
        sock, dummy = listening.accept()
        with sock:
            if layers == 2:
                with server.wrap_socket(sock, server_side=True):
                    done.wait(600)
            else:
                done.wait(600)

    waiting = threading.Thread(target=silent)
    waiting.start()

    async def main() -> None:
        stream = await kind.connect("127.0.0.1", listening.getsockname()[1])
        if layers == 2:
            stream = await kind.do(stream.start_tls, client, "server.example", 600)
        with pytest.raises(httpcore.ConnectTimeout):
            await kind.do(stream.start_tls, client, "server.example", 0.02)

    kind.run(main)
    done.set()
    waiting.join(600)


def test_an_invalid_tls_record_breaks_reading_and_writing(
    kind: Peer, listening: socket.socket, authority: trustme.CA
) -> None:
    server, client = contexts(authority, "server.example")

    def garbage() -> None:
        sock, dummy = listening.accept()
        with sock:
            outer = server.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            outer.do_handshake()
            with socket.socket(fileno=outer.detach()) as bare:
                bare.sendall(bytes(range(128, 256)))
                bare.recv(1)

    answering = threading.Thread(target=garbage)
    answering.start()

    async def main() -> None:
        stream = await kind.connect("127.0.0.1", listening.getsockname()[1])
        stream = await kind.do(stream.start_tls, client, "server.example", 600)
        with pytest.raises(httpcore.ReadError):
            await kind.do(stream.read, 65536, 600)
        with pytest.raises(httpcore.WriteError):
            await kind.do(stream.write, b"x", 600)
        stream.close()

    kind.run(main)
    answering.join(600)


def test_a_handshake_that_is_interrupted_closes_the_connection(
    loop: Peer, listening: socket.socket, authority: trustme.CA
) -> None:
    dummy_server, client = contexts(authority, "server.example")

    async def test(stream: Any, peer: socket.socket) -> None:
        shaking = asyncio.ensure_future(stream.start_tls(client, "server.example"))
        await asyncio.sleep(0)
        shaking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await shaking
        assert stream.get_extra_info("is_readable"), "it is closed"

    connected(loop, listening, test)


# Addresses


def entry(host: str, port: int) -> tuple[Any, ...]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The values of names: addresses, an error, or a function that gives one of them."""
    known: dict[str, Any] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *given: Any, **options: Any) -> Any:
        if host not in known:
            return real(host, port, *given, **options)
        found = known[host]() if callable(known[host]) else known[host]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def full() -> Iterator[int]:
    """The port of a server that accepts no connection and never responds."""
    with socket.socket() as server, contextlib.ExitStack() as waiting:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for dummy in range(4):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def test_a_dead_address_does_not_keep_the_next_one_from_being_tried(
    kind: Peer,
    listening: socket.socket,
    names: dict[str, Any],
    full: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "ATTEMPT_DELAY", 0.01)
    alive = entry("127.0.0.1", listening.getsockname()[1])
    names["server.example"] = [entry("127.0.0.1", full), entry("127.0.0.1", full), alive]

    async def main() -> None:
        stream = await kind.connect("server.example", 80)
        stream.close()

    kind.run(main)


def test_dead_addresses_have_one_time_limit_together(
    kind: Peer, names: dict[str, Any], full: int
) -> None:
    names["server.example"] = [entry("127.0.0.1", full)] * 2

    async def main() -> None:
        with pytest.raises(httpcore.ConnectTimeout):
            await kind.connect("server.example", 80, 0.02)

    kind.run(main)


def test_addresses_that_refuse_and_cannot_be_reached(
    kind: Peer, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        refusing = entry("127.0.0.1", server.getsockname()[1])
    made = addresses._start_connecting

    def connecting(address: Any) -> socket.socket:
        if address[4][0] == "198.51.100.1":
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return made(address)

    monkeypatch.setattr(addresses, "_start_connecting", connecting)
    names["server.example"] = [entry("198.51.100.1", 80), refusing]
    names["nowhere.example"] = [entry("198.51.100.1", 80)]

    async def main() -> None:
        with pytest.raises(httpcore.ConnectError, match="Connection refused"):
            await kind.connect("server.example", 80)
        with pytest.raises(httpcore.ConnectError, match="Network is unreachable"):
            await kind.connect("nowhere.example", 80)

    kind.run(main)


def test_a_socket_that_cannot_be_set_up_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    class Broken(socket.socket):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

        def connect(self, place: Any) -> None:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", Broken)
    with pytest.raises(OSError, match="unreachable"):
        addresses._start_connecting(entry("127.0.0.1", 80))
    assert made[0].fileno() == -1


def test_a_cancelled_connection_attempt_leaves_no_socket_open(loop: Peer, full: int) -> None:
    async def main() -> None:
        connecting = asyncio.ensure_future(loop.connect("127.0.0.1", full, None))
        await asyncio.sleep(0.01)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting

    # What is left open is an error of the test run (ResourceWarning).
    loop.run(main)


def test_families_take_turns() -> None:
    found = ["2001:db8::1", "2001:db8::2", "2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"]
    ordered = addresses.in_order([entry(host, 80) for host in found])
    assert [address[4][0] for address in ordered] == [
        *("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3")
    ]


def test_an_invalid_address_is_resolved_as_a_name(kind: Peer, names: dict[str, Any]) -> None:
    names["999.1.1.1"] = socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def main() -> None:
        with pytest.raises(httpcore.ConnectError, match="not known"):
            await kind.connect("999.1.1.1", 80)

    kind.run(main)


def test_a_slow_resolver_is_given_up_and_its_answer_shared(
    kind: Peer,
    listening: socket.socket,
    names: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered, asked, shared = threading.Event(), [], []
    look_up = addresses.look_up

    def noticed(host: str, port: int) -> Any:
        shared.append(look_up(host, port))
        return shared[-1]

    monkeypatch.setattr(addresses, "look_up", noticed)

    def slow() -> Any:
        asked.append(1)
        answered.wait(600)
        return [entry("127.0.0.1", listening.getsockname()[1])]

    names["server.example"] = slow

    async def main() -> None:
        with pytest.raises(httpcore.ConnectTimeout, match="the name was not resolved"):
            await kind.connect("server.example", 80, 0.02)
        connecting = asyncio.ensure_future(kind.connect("server.example", 80))
        while len(shared) < 2:
            await asyncio.sleep(0)
        answered.set()
        (await connecting).close()

    kind.run(main)
    assert asked == [1]
    assert addresses._lookups == {}


def test_a_lookup_that_is_interrupted_before_it_begins_is_not_shared(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, Any]
) -> None:
    def interrupt(dummy: threading.Thread) -> None:
        raise KeyboardInterrupt

    names["server.example"] = lambda: [entry("127.0.0.1", 80)]
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", interrupt)
        with pytest.raises(KeyboardInterrupt):
            addresses.look_up("server.example", 80)
    assert addresses.look_up("server.example", 80).result(600) == [entry("127.0.0.1", 80)]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), httpcore.ConnectError),
        (UnicodeError("label too long"), UnicodeError),
    ],
)
def test_a_name_that_cannot_be_resolved(
    kind: Peer, names: dict[str, Any], error: Exception, raised: type[Exception]
) -> None:
    names["server.example"] = error

    async def main() -> None:
        with pytest.raises(raised, match=str(error.args[-1])):
            await kind.connect("server.example", 80)

    kind.run(main)


def test_a_process_without_another_thread_resolves_in_its_own(
    kind: Peer,
    listening: socket.socket,
    names: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names["server.example"] = [entry("127.0.0.1", listening.getsockname()[1])]

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        await asyncio.to_thread(int)
        monkeypatch.setattr(addresses.threading.Thread, "start", start)
        (await kind.connect("server.example", 80)).close()
        monkeypatch.undo()

    kind.run(main)


class Pool:
    def __init__(self, held: int) -> None:
        self.held = held
        self.asked: list[bool] = []

    def close_idle(self, only_expired: bool) -> int:
        self.asked.append(only_expired)
        closed, self.held = self.held, 0
        return closed


@pytest.mark.parametrize(("held", "refused"), [(1, 1), (0, 1), (1, 2)])
def test_a_process_without_free_files_closes_idle_connections_and_tries_again(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch, held: int, refused: int
) -> None:
    monkeypatch.setattr(idle, "_pools", {})
    pool = Pool(held)
    idle.register(pool)
    left = [refused]

    class Scarce(socket.socket):
        def __init__(self, *given: Any) -> None:
            left[0] -= 1
            if left[0] >= 0:
                raise OSError(errno.EMFILE, "Too many open files")
            super().__init__(*given)

    monkeypatch.setattr(socket, "socket", Scarce)
    real = network.real_network(False)
    if held == refused:
        real.connect_tcp("127.0.0.1", listening.getsockname()[1], 5).close()
    else:
        with pytest.raises(httpcore.ConnectError, match="Too many open files"):
            real.connect_tcp("127.0.0.1", listening.getsockname()[1], 5)
    assert pool.asked == [False]


def test_a_resolver_without_files_is_asked_again(
    kind: Peer,
    listening: socket.socket,
    names: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(idle, "_pools", {})
    pool, found = Pool(1), [entry("127.0.0.1", listening.getsockname()[1])]
    idle.register(pool)
    answers: list[Any] = [OSError(errno.EMFILE, "Too many open files"), found]
    names["server.example"] = lambda: answers.pop(0)

    async def main() -> None:
        (await kind.connect("server.example", 80)).close()

    kind.run(main)
    assert pool.held == 0


def test_unused_pools_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "_pools", {})
    pool = Pool(2)
    idle.register(pool)
    assert idle.close_idle(only_expired=True) == 2
    assert pool.asked == [True]
    key = id(pool)
    gone = idle._pools[key]
    del pool
    assert idle._pools == {}
    # Another pool may be where the first one was before that is noticed.
    another = Pool(0)
    idle._pools[key] = idle.weakref.ref(another)
    idle._forget(key, gone)
    assert key in idle._pools


def test_a_platform_whose_loops_cannot_watch_sockets_has_another_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert isinstance(network.real_network(True), httpcore.AnyIOBackend)
