# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits on the network: every operation of an attempt gets what is left of the attempt's
time, where the HTTP library gives each of them all of it.

A server that sends its headers a byte at a time would otherwise hold a call for ever. The classes
here are what the library's core expects of a network: they pass everything on to one that makes
real connections, and note how far an attempt came.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .httplib import httpcore
from .internals import CoreContext

if TYPE_CHECKING:
    from .proxies import Proxy

_PIECE = 65536
"""Bytes handed to the network at once: a receiver that takes them slowly is noticed between two of
these."""


class Attempt:
    """The attempt under way on a connection: when it must be over, and how far it came.

    Args:
        clock: Monotonic seconds.

    Attributes:
        proxy: What the connection leads through; `None` for nothing.
        secure: Whether the server speaks TLS.
        at_proxy: Whether the other side is the proxy, not the server behind it.
        stream: The connection itself; `None` before there is one.
        wrote: Whether any of the request may have been sent.
    """

    __slots__ = ("_began", "_clock", "_ends", "at_proxy", "proxy", "secure", "stream", "wrote")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = float("-inf")
        self._ends = float("inf")
        self.proxy: Proxy | None = None
        self.secure = False
        self.at_proxy = False
        self.stream: Any = None
        self.wrote = False

    def begin(self, timeout: float, started: float) -> None:
        """Begin an attempt.

        Args:
            timeout: The seconds that it may take.
            started: Clock reading from which these count.
        """
        self._began = self._clock()
        self._ends = started + timeout
        self.wrote = False

    def tls_layers(self) -> int:
        """Return how many layers of TLS the connection has: the server's and the proxy's."""
        return self.secure + (self.proxy is not None and self.proxy.scheme == "https")

    def age(self) -> float:
        """Return the seconds since the last attempt began."""
        return self._clock() - self._began

    def lift(self) -> None:
        """Remove the limit of the whole: a stream is read as fast as its reader wants, and each
        operation has its own limit.
        """
        self._ends = float("inf")

    def left(self, limit: float | None, late: type[Exception]) -> float | None:
        """Return the seconds that an operation may take.

        Args:
            limit: What the HTTP library allows it.
            late: The error to raise if nothing is left.
        """
        left = self._ends - self._clock()
        if left <= 0:
            raise late("out of time")
        return left if limit is None or left < limit else limit


class _NetworkBase:
    """What networks share.

    Args:
        attempt: The attempt under way.
        network: A network backend of the core.
    """

    __slots__ = ("_attempt", "_network")

    def __init__(self, attempt: Attempt, network: Any) -> None:
        self._attempt = attempt
        self._network = network

    def _connecting(self, host: str, timeout: float | None) -> tuple[str, float | None, int]:
        """Return the host to connect to, the seconds that it may take, and the layers of TLS that
        follow.
        """
        attempt = self._attempt
        left = attempt.left(timeout, httpcore.ConnectTimeout)
        attempt.at_proxy = attempt.proxy is not None
        return host.replace("%25", "%"), left, attempt.tls_layers()


class _StreamBase:
    """What streams share.

    Args:
        stream: A network stream of the core.
        attempt: The attempt under way.
        layers: How many layers of TLS follow before a request is sent.
    """

    __slots__ = ("_attempt", "_layers", "_stream", "get_extra_info")

    def __init__(self, stream: Any, attempt: Attempt, layers: int = 0) -> None:
        self._stream = attempt.stream = stream
        self._attempt = attempt
        self._layers = layers
        self.get_extra_info = stream.get_extra_info

    def _securing(
        self, context: CoreContext, name: str | None, timeout: float | None
    ) -> tuple[Any, str, float | None]:
        """Return the arguments for TLS, and note with whom it is made."""
        left = self._attempt.left(timeout, httpcore.ConnectTimeout)
        if self._layers == 1 and self._attempt.secure:
            self._attempt.at_proxy = False
        return context.real, certificate_name(name or ""), left

    def _writing(self, timeout: float | None) -> float | None:
        """Return the seconds that writing may take, and note that something is sent."""
        left = self._attempt.left(timeout, httpcore.WriteTimeout)
        if not self._layers:
            self._attempt.wrote = True
        return left


class Stream(_StreamBase):
    """A connection for threads, its time limited."""

    __slots__ = ()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(
            max_bytes, self._attempt.left(timeout, httpcore.ReadTimeout)
        )
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            self._stream.write(piece, self._writing(timeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        given = self._securing(ssl_context, server_hostname, timeout)
        return Stream(self._stream.start_tls(*given), self._attempt, self._layers - 1)

    def close(self) -> None:
        self._stream.close()


class Network(_NetworkBase):
    """Makes connections for threads, their time limited."""

    __slots__ = ()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> Stream:
        host, left, layers = self._connecting(host, timeout)
        stream = self._network.connect_tcp(host, port, left, **options)
        return Stream(stream, self._attempt, layers)


class AsyncStream(_StreamBase):
    """A connection for event loops, its time limited."""

    __slots__ = ()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = await self._stream.read(
            max_bytes, self._attempt.left(timeout, httpcore.ReadTimeout)
        )
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            await self._stream.write(piece, self._writing(timeout))

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        given = self._securing(ssl_context, server_hostname, timeout)
        return AsyncStream(await self._stream.start_tls(*given), self._attempt, self._layers - 1)

    async def aclose(self) -> None:
        await self._stream.aclose()


class AsyncNetwork(_NetworkBase):
    """Makes connections for event loops, their time limited."""

    __slots__ = ()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> AsyncStream:
        host, left, layers = self._connecting(host, timeout)
        stream = await self._network.connect_tcp(host, port, left, **options)
        return AsyncStream(stream, self._attempt, layers)


def real_network(want_async: bool) -> Any:
    """Return the network that makes real connections, for threads or for event loops."""
    if not want_async:
        from .socket_network import SocketNetwork

        return SocketNetwork()
    if sys.platform == "win32":
        # The usual loop there cannot watch sockets.
        return httpcore.AnyIOBackend()
    from .asyncio_network import AsyncioNetwork

    return AsyncioNetwork()


def certificate_name(host: str) -> str:
    """Return the name that a certificate has for a host: without the zone of an address and without
    the dot at the end of a rooted name.
    """
    return host.partition("%")[0].rstrip(".")


def pieces(buffer: bytes) -> list[bytes]:
    """Return the buffer in pieces that are handed to the network one by one."""
    if len(buffer) <= _PIECE:
        return [buffer] if buffer else []
    return [buffer[start : start + _PIECE] for start in range(0, len(buffer), _PIECE)]
