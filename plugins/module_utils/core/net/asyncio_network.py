# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections of asyncio, with the methods that the HTTP library's core asks of a network.

The core's own runs on a second layer over asyncio, so that it serves other event loops too. Our
clients are for asyncio alone; without that layer a call costs a fifth less.
"""

from __future__ import annotations

import asyncio
import os
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from .httplib import httpcore

HELD = 256 * 1024
"""Received bytes from which on the server has to wait until they are read."""


class AsyncioStream(asyncio.Protocol):
    """A connection. One task at a time reads or writes; `timeout` is in seconds for one operation,
    `None` for no limit.
    """

    __slots__ = ("_ended", "_failure", "_full", "_received", "_stalled", "_transport", "_waiter")

    def __init__(self) -> None:
        self._transport: Any = None
        self._received = bytearray()
        self._ended = self._full = self._stalled = False
        self._failure: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    # What asyncio calls

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) > HELD and not self._full:
            self._full = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended, self._failure = True, exc
        self._stalled = False
        self._wake()

    def pause_writing(self) -> None:
        self._stalled = True

    def resume_writing(self) -> None:
        self._stalled = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _change(self, ends: float) -> None:
        """Wait until something has changed.

        Args:
            ends: When to give up, by the loop's clock.

        Raises:
            TimeoutError: Nothing has.
        """
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        timer = None if ends == inf else loop.call_at(ends, _expire, waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    # What the core calls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, at most so many; none where the server has ended.

        Raises:
            httpcore.ReadTimeout, httpcore.ReadError: Nothing came, or the connection broke.
        """
        with _told(httpcore.ReadTimeout, httpcore.ReadError):
            ends = _end(timeout)
            while not self._received and not self._ended:
                await self._change(ends)
            if not self._received and self._failure is not None:
                raise self._failure
        data = bytes(self._received[:max_bytes])
        del self._received[:max_bytes]
        if self._full and len(self._received) <= HELD:
            self._full = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; returns when the system or a buffer of asyncio's usual size has them.

        Raises:
            httpcore.WriteTimeout, httpcore.WriteError: The server takes none, or the connection
                broke.
        """
        with _told(httpcore.WriteTimeout, httpcore.WriteError):
            if not self._transport.is_closing():
                self._transport.write(buffer)
            ends = _end(timeout)
            while self._stalled:
                await self._change(ends)
            if self._transport.is_closing():
                raise self._failure or ConnectionResetError("the server has closed the connection")

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> AsyncioStream:
        """Return the connection in TLS, after the handshake; this one is used up.

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: It was not done, or refused.
        """
        inner, loop = AsyncioStream(), asyncio.get_running_loop()
        try:
            with _told(httpcore.ConnectTimeout, httpcore.ConnectError):
                made = loop.start_tls(
                    self._transport, inner, ssl_context, server_hostname=server_hostname or ""
                )
                inner._transport = await asyncio.wait_for(made, timeout)
        except BaseException:
            self._transport.abort()
            raise
        return inner

    async def aclose(self) -> None:
        """Close the connection, without waiting for the server."""
        self._transport.close()
        # One turn for what is still to be written, such as the end of TLS.
        try:
            await asyncio.sleep(0)
        finally:
            self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """Return what asyncio knows by this name; `is_readable` tells whether anything has come, if
        only the end.
        """
        if info != "is_readable":
            return self._transport.get_extra_info(info)
        return (
            bool(self._received)
            or self._ended
            or _is_readable(self._transport.get_extra_info("socket").fileno())
        )


class AsyncioNetwork:
    """Makes connections."""

    __slots__ = ()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **dummy_options: Any
    ) -> AsyncioStream:
        """Return a new connection. Of several addresses the next is tried after 0.25 s (RFC 8305).

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: There is none.
        """
        loop = asyncio.get_running_loop()
        with _told(httpcore.ConnectTimeout, httpcore.ConnectError):
            dummy, stream = await asyncio.wait_for(
                loop.create_connection(AsyncioStream, host, port, happy_eyeballs_delay=0.25),
                timeout,
            )
        return stream


def _end(timeout: float | None) -> float:
    return inf if timeout is None else asyncio.get_running_loop().time() + timeout


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(asyncio.TimeoutError())


@contextmanager
def _told(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """Turn errors of asyncio into the core's."""
    try:
        yield
    except asyncio.TimeoutError as exc:
        raise late("out of time") from exc
    except OSError as exc:
        reason = (
            str(exc)
            if exc.errno is None or isinstance(exc, (ssl.SSLError, socket.gaierror))
            else os.strerror(exc.errno)
        )
        raise broken(
            reason.replace("Multiple exceptions", "all connection attempts failed")
        ) from exc


def _is_readable(handle: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([handle], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(0))
