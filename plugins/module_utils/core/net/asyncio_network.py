# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections for event loops, with the methods that the HTTP library's core expects of a network.

They wait for their socket themselves and use only `add_reader` and `add_writer` of a loop, so they
work the same on every loop and every release of Python. While a connection is idle its loop
does not know it: any thread can close it, also after the loop is closed, and in a fork.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Generator, Sequence
from math import inf
from typing import Any, TypeVar

from . import addresses
from .httplib import httpcore
from .sockets import as_connect_errors, deadline_after, httpcore_error, is_readable, seconds_until
from .tls_layer import READ_SIZE, TlsLayer, TlsStreamBase

T = TypeVar("T")


class AsyncioStream:
    """A connection; one task at a time reads or writes.

    `timeout` is in seconds for one operation, `None` for no limit.
    """

    __slots__ = ("_socket", "_wait")

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._wait: _Wait | None = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, at most `max_bytes`; none at the end of the stream.

        Raises:
            httpcore.ReadTimeout, httpcore.ReadError: Nothing was received, or the connection broke.
        """
        try:
            ends = deadline_after(timeout)
            while True:
                try:
                    return self._socket.recv(max_bytes)
                except BlockingIOError:
                    await self._ready("reader", ends)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.ReadTimeout, httpcore.ReadError) from exc

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; returns when the system has them.

        Raises:
            httpcore.WriteTimeout, httpcore.WriteError: The server takes none, or the connection
                broke.
        """
        try:
            ends = deadline_after(timeout)
            left = memoryview(buffer)
            while left:
                try:
                    left = left[self._socket.send(left) :]
                except BlockingIOError:
                    await self._ready("writer", ends)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.WriteTimeout, httpcore.WriteError) from exc

    async def _ready(self, direction: str, ends: float) -> None:
        wait = self._wait = _Wait((self._socket,), direction)
        try:
            if await wait.until(ends) is None:
                raise TimeoutError
        finally:
            self._wait = None

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> AsyncioTlsStream:
        """Return the connection with TLS, after the handshake; this one must not be used again.

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: The handshake took too long or failed.
        """
        return await AsyncioTlsStream.over(self, ssl_context, server_hostname, timeout)

    def close(self) -> None:
        """Close the connection, from any thread and without a loop if no task uses it."""
        if self._wait is not None:
            self._wait.abort()
        self._socket.close()

    async def aclose(self) -> None:
        """Close the connection."""
        self.close()

    def get_extra_info(self, info: str) -> Any:
        """Return for `is_readable` whether there is something to read; the end counts."""
        return is_readable(self._socket) if info == "is_readable" else None


class AsyncioTlsStream(TlsStreamBase):
    """A connection with TLS, over a plain one or over another with TLS.

    For its methods see `AsyncioStream`.
    """

    __slots__ = ()

    @classmethod
    async def over(
        cls,
        inner: AsyncioStream | AsyncioTlsStream,
        context: ssl.SSLContext,
        server_hostname: str | None,
        timeout: float | None,
    ) -> AsyncioTlsStream:
        """Shake hands on a stream. For errors see `AsyncioStream.start_tls`."""
        try:
            stream = cls(inner, TlsLayer(context, server_hostname))
            with as_connect_errors():
                await stream._run(stream._tls.handshake(), timeout, httpcore.ConnectError)
        except BaseException:
            inner.close()
            raise
        return stream

    async def _run(
        self,
        flow: Generator[bytes | None, bytes, T],
        timeout: float | None,
        broken: type[Exception],
    ) -> T:
        ends = deadline_after(timeout)
        try:
            outgoing = next(flow)
            while True:
                try:
                    received = await self._transfer(outgoing, seconds_until(ends))
                except (httpcore.NetworkError, httpcore.TimeoutException) as exc:
                    outgoing = flow.throw(exc)
                else:
                    outgoing = flow.send(received)
        except StopIteration as stop:
            result: T = stop.value
            return result
        except ssl.SSLError as exc:
            raise broken(str(exc)) from exc

    async def _transfer(self, outgoing: bytes | None, timeout: float | None) -> bytes:
        if outgoing is None:
            received: bytes = await self._inner.read(READ_SIZE, timeout)
            return received
        await self._inner.write(outgoing, timeout)
        return b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._run(self._tls.read(max_bytes), timeout, httpcore.ReadError)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._run(self._tls.write(buffer), timeout, httpcore.WriteError)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> AsyncioTlsStream:
        return await AsyncioTlsStream.over(self, ssl_context, server_hostname, timeout)

    def close(self) -> None:
        self._inner.close()

    async def aclose(self) -> None:
        self._inner.close()


class AsyncioNetwork:
    """Connections for event loops."""

    __slots__ = ()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **dummy_options: Any
    ) -> AsyncioStream:
        """Return a new connection to the first address of a host that answers.

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: No address answers.
            UnicodeError: `host` is not a valid name.
        """
        ends = deadline_after(timeout)
        try:
            try:
                return await self._open_stream(host, port, ends)
            except OSError as exc:
                if not addresses.make_room(exc):
                    raise
                return await self._open_stream(host, port, ends)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.ConnectTimeout, httpcore.ConnectError) from exc

    @staticmethod
    async def _open_stream(host: str, port: int, ends: float) -> AsyncioStream:
        found = addresses.numeric(host, port) or await _resolve(host, port, seconds_until(ends))
        return AsyncioStream(await _connect(addresses.in_order(found), ends))


async def _resolve(host: str, port: int, timeout: float | None) -> list[addresses.Address]:
    lookup = asyncio.wrap_future(addresses.look_up(host, port))
    try:
        await asyncio.wait((lookup,), timeout=timeout)
        if not lookup.done():
            raise httpcore.ConnectTimeout(addresses.NOT_RESOLVED)
        return lookup.result()
    finally:
        lookup.cancel()


async def _connect(found: Sequence[addresses.Address], ends: float) -> socket.socket:
    race = addresses.race(found, time.monotonic, ends)
    try:
        running, seconds = next(race)
        while True:
            ready = await _Wait(running, "writer").until(time.monotonic() + seconds)
            running, seconds = race.send(() if ready is None else (ready,))
    except StopIteration as stop:
        winner: socket.socket = stop.value
        return winner
    finally:
        race.close()


class _Wait:
    """A wait for one of some sockets.

    Args:
        sockets: Not blocking, and none of them closed.
        direction: `reader`, until there is something to read; `writer`, until bytes can be sent or
            the connection is made.
    """

    __slots__ = ("_direction", "_loop", "_sockets", "_waiter")

    def __init__(self, sockets: Sequence[socket.socket], direction: str) -> None:
        self._sockets = {sock.fileno(): sock for sock in sockets}
        self._direction = direction
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[socket.socket | None] = self._loop.create_future()

    async def until(self, ends: float) -> socket.socket | None:
        """Return the first socket that is ready; `None` if none is in time.

        Args:
            ends: Reading of `time.monotonic`.
        """
        add = getattr(self._loop, f"add_{self._direction}")
        for handle, sock in self._sockets.items():
            add(handle, self._wake, sock)
        timer = (
            None
            if ends == inf
            else self._loop.call_later(max(ends - time.monotonic(), 0), self._wake, None)
        )
        try:
            return await self._waiter
        finally:
            self._forget()
            if timer is not None:
                timer.cancel()

    def _wake(self, ready: socket.socket | None) -> None:
        if not self._waiter.done():
            self._waiter.set_result(ready)

    def _forget(self) -> None:
        remove = getattr(self._loop, f"remove_{self._direction}")
        while self._sockets:
            remove(self._sockets.popitem()[0])

    def abort(self) -> None:
        """End the wait with an error, because the sockets are about to be closed."""
        self._forget()
        if not self._waiter.done():
            self._waiter.set_exception(ConnectionAbortedError(errno.ECONNABORTED, ""))
