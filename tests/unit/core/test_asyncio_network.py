# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections of asyncio, to a socket that the test holds the other end of. What breaks on the way
is in the tests of faults."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator

import httpcore
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.net.asyncio_network import (
    HELD,
    AsyncioNetwork,
    AsyncioStream,
)

Test = Callable[[AsyncioStream, socket.socket], Awaitable[None]]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def connected(listening: socket.socket, test: Test) -> None:
    async def main() -> None:
        stream = await AsyncioNetwork().connect_tcp(
            "127.0.0.1", listening.getsockname()[1], timeout=5
        )
        peer, dummy = listening.accept()
        peer.setblocking(False)
        try:
            with peer:
                await test(stream, peer)
        finally:
            await stream.aclose()

    asyncio.run(main())


def test_what_is_received_in_parts_is_read_as_it_comes(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        peer.send(b"abcdef")
        assert await stream.read(4, timeout=5) == b"abcd"
        assert await stream.read(4) == b"ef"
        with pytest.raises(httpcore.ReadTimeout):
            await stream.read(4, timeout=0.01)
        reading = asyncio.ensure_future(stream.read(4))
        await asyncio.sleep(0.01)
        peer.send(b"late")
        assert await reading == b"late"
        peer.close()
        assert await stream.read(4, timeout=5) == b""

    connected(listening, test)


def test_what_has_come_when_the_time_is_up_is_in_time(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        reading = asyncio.ensure_future(stream.read(4, timeout=0.01))
        await asyncio.sleep(0)
        peer.send(b"late")
        # The loop is held up meanwhile.
        select.select([], [], [], 0.05)
        assert await reading == b"late"

    connected(listening, test)


def test_a_server_that_sends_more_than_is_read_has_to_wait(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        whole, sent, got = bytes(range(256)) * 64 * 1024, 0, b""
        for dummy in range(200):
            try:
                sent += peer.send(whole[sent:])
            except BlockingIOError:
                await asyncio.sleep(0.001)
        assert HELD < sent < len(whole)
        while len(got) < len(whole):
            got += await stream.read(65536, timeout=5)
            if sent < len(whole):
                try:
                    sent += peer.send(whole[sent:])
                except BlockingIOError:
                    await asyncio.sleep(0)
        assert got == whole

    connected(listening, test)


def test_a_server_that_does_not_read_makes_a_write_wait(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        whole = b"x" * (16 * 1024 * 1024)
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(whole, timeout=0.05)
        more = asyncio.ensure_future(stream.write(b"more", timeout=5))
        got = 0
        while got < len(whole) + 4:
            try:
                got += len(peer.recv(1 << 20))
            except BlockingIOError:
                await asyncio.sleep(0)
        await more

    connected(listening, test)


def test_a_server_that_sends_meanwhile_does_not_make_a_write_last_longer(
    listening: socket.socket,
) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        writing = asyncio.ensure_future(stream.write(b"x" * (16 * 1024 * 1024), timeout=0.2))
        drops = 0
        while not writing.done() and drops < 100:
            peer.send(b"drop")
            drops += 1
            await asyncio.sleep(0.02)
        assert drops < 100
        with pytest.raises(httpcore.WriteTimeout):
            await writing

    connected(listening, test)


def test_a_connection_is_closed_even_where_its_closing_is_cancelled(
    listening: socket.socket,
) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        with pytest.raises(httpcore.WriteTimeout):
            await stream.write(b"x" * (16 * 1024 * 1024), timeout=0.01)
        closing = asyncio.ensure_future(stream.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.sleep(0.01)
        got = 0
        with contextlib.suppress(BlockingIOError, ConnectionResetError):
            while piece := peer.recv(1 << 20):
                got += len(piece)
        assert got < 16 * 1024 * 1024
        assert stream.get_extra_info("is_readable")

    connected(listening, test)


def test_what_nobody_asked_for_and_an_end_are_seen_before_the_loop_turns(
    listening: socket.socket,
) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        assert not stream.get_extra_info("is_readable")
        peer.send(b"surplus")
        assert stream.get_extra_info("is_readable")
        await asyncio.sleep(0.01)
        assert stream.get_extra_info("is_readable")
        assert await stream.read(7) == b"surplus"
        assert not stream.get_extra_info("is_readable")
        peer.close()
        assert stream.get_extra_info("is_readable")
        await stream.aclose()
        await asyncio.sleep(0)
        assert stream.get_extra_info("is_readable")

    connected(listening, test)


def test_a_socket_is_looked_at_where_there_is_no_poll(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        monkeypatch.delattr(select, "poll")
        assert not stream.get_extra_info("is_readable")
        peer.send(b"surplus")
        assert stream.get_extra_info("is_readable")

    connected(listening, test)


def test_a_connection_that_was_reset(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        with pytest.raises(httpcore.ReadError, match="reset"):
            await stream.read(4, timeout=5)
        with pytest.raises(httpcore.WriteError, match="reset"):
            await stream.write(b"x")

    connected(listening, test)


def test_a_closed_connection_is_not_written_to(listening: socket.socket) -> None:
    async def test(stream: AsyncioStream, peer: socket.socket) -> None:
        peer.close()
        assert await stream.read(4, timeout=5) == b""
        with pytest.raises(httpcore.WriteError, match="closed"):
            await stream.write(b"x")

    connected(listening, test)
