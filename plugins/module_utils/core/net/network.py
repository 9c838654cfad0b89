# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits on the network: every operation of an attempt gets what is left of the attempt's
time, where the HTTP library gives each of them all of it.

A server that sends its headers a byte at a time would otherwise hold a call for ever. The classes
here are what the library's core takes for a network: they pass everything on to the core's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .httplib import httpcore

_PIECE = 65536
"""Bytes handed to the network at once: a receiver that takes them slowly is noticed between two of
these."""


class Deadline:
    """When the attempt must be over, and whether anything of it was sent.

    Args:
        clock: Monotonic seconds.
    """

    __slots__ = ("_began", "_clock", "_ends", "wrote")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = float("-inf")
        self._ends = float("inf")
        self.wrote = False

    def begin(self, timeout: float) -> None:
        """Begin an attempt that may take so many seconds."""
        self._began = self._clock()
        self._ends = self._began + timeout
        self.wrote = False

    def age(self) -> float:
        """Return the seconds since the last attempt began."""
        return self._clock() - self._began

    def lift(self) -> None:
        """Let what follows take its time, each operation up to its own limit: a stream is read as
        fast as its reader wants.
        """
        self._ends = float("inf")

    def left(self, limit: float | None, late: type[Exception]) -> float | None:
        """Return the seconds that an operation may take.

        Args:
            limit: What the HTTP library allows it.
            late: The error to raise where nothing is left.
        """
        left = self._ends - self._clock()
        if left <= 0:
            raise late("out of time")
        return left if limit is None or left < limit else limit


class _AnyNetwork:
    """What networks share.

    Args:
        deadline: Of the attempt under way.
        network: A network backend of the core.
    """

    __slots__ = ("_deadline", "_network")

    def __init__(self, deadline: Deadline, network: Any) -> None:
        self._deadline = deadline
        self._network = network


class _AnyStream:
    __slots__ = ("_deadline", "_stream", "get_extra_info")

    def __init__(self, stream: Any, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self.get_extra_info = stream.get_extra_info


class Stream(_AnyStream):
    """A connection for threads, its time limited."""

    __slots__ = ()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(
            max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout)
        )
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            left = self._deadline.left(timeout, httpcore.WriteTimeout)
            self._deadline.wrote = True
            self._stream.write(piece, left)

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        return Stream(
            self._stream.start_tls(
                ssl_context, server_hostname, self._deadline.left(timeout, httpcore.ConnectTimeout)
            ),
            self._deadline,
        )

    def close(self) -> None:
        self._stream.close()


class Network(_AnyNetwork):
    """Makes connections for threads, their time limited."""

    __slots__ = ()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> Stream:
        return Stream(
            self._network.connect_tcp(
                host, port, self._deadline.left(timeout, httpcore.ConnectTimeout), **options
            ),
            self._deadline,
        )


class AsyncStream(_AnyStream):
    """A connection for event loops, its time limited."""

    __slots__ = ()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = await self._stream.read(
            max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout)
        )
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            left = self._deadline.left(timeout, httpcore.WriteTimeout)
            self._deadline.wrote = True
            await self._stream.write(piece, left)

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        return AsyncStream(
            await self._stream.start_tls(
                ssl_context, server_hostname, self._deadline.left(timeout, httpcore.ConnectTimeout)
            ),
            self._deadline,
        )

    async def aclose(self) -> None:
        await self._stream.aclose()


class AsyncNetwork(_AnyNetwork):
    """Makes connections for event loops, their time limited."""

    __slots__ = ()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> AsyncStream:
        return AsyncStream(
            await self._network.connect_tcp(
                host, port, self._deadline.left(timeout, httpcore.ConnectTimeout), **options
            ),
            self._deadline,
        )


def for_event_loops() -> Any:
    """Return the network backend for event loops."""
    # Threads do without asyncio.
    from .asyncio_network import AsyncioNetwork

    # Python 3.10 has no TLS within TLS, which a proxy may need; the core's own has.
    return AsyncioNetwork() if sys.version_info >= (3, 11) else httpcore.AnyIOBackend()


def pieces(buffer: bytes) -> list[bytes]:
    """Return the buffer in pieces that are handed to the network one by one."""
    if len(buffer) <= _PIECE:
        return [buffer] if buffer else []
    return [buffer[start : start + _PIECE] for start in range(0, len(buffer), _PIECE)]
