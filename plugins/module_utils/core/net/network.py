# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits of network operations.

Every operation of an attempt may take the rest of the time of the attempt. The HTTP library would
give all of the time to each operation.

Otherwise a server that sends its headers a byte at a time could hold a call forever. The classes
here have the methods that the core of the library expects of a network. They pass everything on to
a network that makes real connections, and record the progress of an attempt.
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
"""Bytes handed to the network at a time; the time limit is checked between two of these."""


class WireState:
    """The state of a connection, and of the current attempt on it.

    Args:
        clock: Monotonic seconds.

    Attributes:
        proxy: The proxy of the connection; `None` for a direct one.
        secure: `True` if the server uses TLS.
        at_proxy: `True` if the peer is the proxy, not yet the server behind it.
        stream: The connection itself; `None` before there is one.
        wrote: `True` if bytes of the request may have been sent.
    """

    __slots__ = ("_clock", "_ends", "at_proxy", "proxy", "secure", "stream", "wrote")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
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
        self._ends = started + timeout
        self.wrote = False

    def tls_layers(self) -> int:
        """Return how many layers of TLS the connection has: the server's and the proxy's."""
        return self.secure + (self.proxy is not None and self.proxy.scheme == "https")

    def since(self, moment: float) -> float:
        """Return the seconds since a clock reading."""
        return self._clock() - moment

    def lift(self) -> None:
        """Remove the time limit of the whole attempt.

        A stream is read as fast as its reader wants; each operation has its own limit.
        """
        self._ends = float("inf")

    def left(self, limit: float | None, late: type[Exception]) -> float | None:
        """Return the seconds that an operation may take.

        Args:
            limit: The limit that the HTTP library sets; `None` for none.
            late: The error to raise if no time is left.
        """
        left = self._ends - self._clock()
        if left <= 0:
            raise late("out of time")
        return left if limit is None or left < limit else limit


class _NetworkBase:
    """The base of both networks.

    Args:
        state: The state of the connection.
        network: A network backend of the core.
    """

    __slots__ = ("_network", "_state")

    def __init__(self, state: WireState, network: Any) -> None:
        self._state = state
        self._network = network

    def _begin_connect(self, host: str, timeout: float | None) -> tuple[str, float | None, int]:
        """Return the host, the time limit in seconds, and the number of TLS layers to come."""
        state = self._state
        left = state.left(timeout, httpcore.ConnectTimeout)
        state.at_proxy = state.proxy is not None
        return host.replace("%25", "%"), left, state.tls_layers()


class _StreamBase:
    """The base of both streams.

    Args:
        stream: A network stream of the core.
        state: The state of the connection.
        layers: Number of layers of TLS to come before a request is sent.
    """

    __slots__ = ("_layers", "_state", "_stream", "get_extra_info")

    def __init__(self, stream: Any, state: WireState, layers: int = 0) -> None:
        self._stream = state.stream = stream
        self._state = state
        self._layers = layers
        self.get_extra_info = stream.get_extra_info

    def _begin_tls(
        self, context: CoreContext, name: str | None, timeout: float | None
    ) -> tuple[Any, str, float | None]:
        """Return the arguments for TLS, and record its peer."""
        left = self._state.left(timeout, httpcore.ConnectTimeout)
        if self._layers == 1 and self._state.secure:
            self._state.at_proxy = False
        return context.real, certificate_name(name or ""), left

    def _begin_write(self, timeout: float | None) -> float | None:
        """Return the seconds that writing may take, and record that something is sent."""
        left = self._state.left(timeout, httpcore.WriteTimeout)
        if not self._layers:
            self._state.wrote = True
        return left


class Stream(_StreamBase):
    """A connection with a time limit, for threads."""

    __slots__ = ()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, self._state.left(timeout, httpcore.ReadTimeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            self._stream.write(piece, self._begin_write(timeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        arguments = self._begin_tls(ssl_context, server_hostname, timeout)
        return Stream(self._stream.start_tls(*arguments), self._state, self._layers - 1)

    def close(self) -> None:
        self._stream.close()


class Network(_NetworkBase):
    """Connections with time limits, for threads."""

    __slots__ = ()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> Stream:
        host, left, layers = self._begin_connect(host, timeout)
        stream = self._network.connect_tcp(host, port, left, **options)
        return Stream(stream, self._state, layers)


class AsyncStream(_StreamBase):
    """A connection with a time limit, for event loops."""

    __slots__ = ()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = await self._stream.read(
            max_bytes, self._state.left(timeout, httpcore.ReadTimeout)
        )
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in pieces(buffer):
            await self._stream.write(piece, self._begin_write(timeout))

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        arguments = self._begin_tls(ssl_context, server_hostname, timeout)
        return AsyncStream(await self._stream.start_tls(*arguments), self._state, self._layers - 1)

    async def aclose(self) -> None:
        await self._stream.aclose()


class AsyncNetwork(_NetworkBase):
    """Connections with time limits, for event loops."""

    __slots__ = ()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> AsyncStream:
        host, left, layers = self._begin_connect(host, timeout)
        stream = await self._network.connect_tcp(host, port, left, **options)
        return AsyncStream(stream, self._state, layers)


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
    """Return the name that a certificate has for a host.

    It is without the zone of an address and without the dot at the end of a rooted name.
    """
    return host.partition("%")[0].rstrip(".")


def pieces(buffer: bytes) -> list[bytes]:
    """Return the buffer in pieces that are handed to the network one by one."""
    if len(buffer) <= _PIECE:
        return [buffer] if buffer else []
    return [buffer[start : start + _PIECE] for start in range(0, len(buffer), _PIECE)]
