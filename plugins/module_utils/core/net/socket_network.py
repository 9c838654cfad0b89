# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections for threads, with the methods that the HTTP library's core expects of a network.

The network of the core resolves names without a time limit, and gives the whole time to every
address of a host.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from collections.abc import Generator, Sequence
from concurrent.futures import wait
from math import inf
from typing import Any, TypeVar

from . import addresses
from .httplib import httpcore
from .sockets import as_connect_errors, deadline_after, httpcore_error, is_readable, seconds_until
from .tls_layer import READ_SIZE, TlsLayer, TlsStreamBase

T = TypeVar("T")


class SocketStream:
    """A connection, plain or with TLS.

    `timeout` is in seconds for one operation, `None` for no limit.
    """

    __slots__ = ("_socket",)

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, at most `max_bytes`; none at the end of the stream.

        Raises:
            httpcore.ReadTimeout, httpcore.ReadError: Nothing was received, or the connection broke.
        """
        try:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.ReadTimeout, httpcore.ReadError) from exc

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; returns when the system has them.

        Raises:
            httpcore.WriteTimeout, httpcore.WriteError: The server takes none, or the connection
                broke.
        """
        try:
            self._socket.settimeout(timeout)
            self._socket.sendall(buffer)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.WriteTimeout, httpcore.WriteError) from exc

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> SocketStream | TlsStream:
        """Return the connection with TLS, after the handshake; this one must not be used again.

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: The handshake took too long or failed.
        """
        try:
            with as_connect_errors():
                if isinstance(self._socket, ssl.SSLSocket):
                    return TlsStream.over(self, ssl_context, server_hostname, timeout)
                self._socket.settimeout(timeout)
                return SocketStream(
                    ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
                )
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Return the `ssl_object`, or for `is_readable` whether there is something to read.

        The end of the stream counts as something.
        """
        if info == "is_readable":
            return is_readable(self._socket)
        secure = info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket)
        return self._socket if secure else None


class TlsStream(TlsStreamBase):
    """TLS within TLS, which sockets cannot do: https through a proxy with https.

    For its methods see `SocketStream`.
    """

    __slots__ = ()

    @classmethod
    def over(
        cls,
        inner: SocketStream,
        context: ssl.SSLContext,
        server_hostname: str | None,
        timeout: float | None,
    ) -> TlsStream:
        """Shake hands on a stream. For errors see `SocketStream.start_tls`."""
        stream = cls(inner, TlsLayer(context, server_hostname))
        stream._run(stream._tls.handshake(), timeout, httpcore.ConnectError)
        return stream

    def _run(
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
                    received = self._transfer(outgoing, seconds_until(ends))
                except (httpcore.NetworkError, httpcore.TimeoutException) as exc:
                    outgoing = flow.throw(exc)
                else:
                    outgoing = flow.send(received)
        except StopIteration as stop:
            result: T = stop.value
            return result
        except ssl.SSLError as exc:
            raise broken(str(exc)) from exc

    def _transfer(self, outgoing: bytes | None, timeout: float | None) -> bytes:
        if outgoing is None:
            received: bytes = self._inner.read(READ_SIZE, timeout)
            return received
        self._inner.write(outgoing, timeout)
        return b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._run(self._tls.read(max_bytes), timeout, httpcore.ReadError)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._run(self._tls.write(buffer), timeout, httpcore.WriteError)

    def close(self) -> None:
        self._inner.close()


class SocketNetwork:
    """Connections for threads."""

    __slots__ = ()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **dummy_options: Any
    ) -> SocketStream:
        """Return a new connection to the first address of a host that answers.

        Raises:
            httpcore.ConnectTimeout, httpcore.ConnectError: No address answers.
            UnicodeError: `host` is not a valid name.
        """
        ends = deadline_after(timeout)
        try:
            try:
                return self._open_stream(host, port, ends)
            except OSError as exc:
                if not addresses.make_room(exc):
                    raise
                return self._open_stream(host, port, ends)
        except OSError as exc:
            raise httpcore_error(exc, httpcore.ConnectTimeout, httpcore.ConnectError) from exc

    @staticmethod
    def _open_stream(host: str, port: int, ends: float) -> SocketStream:
        found = addresses.numeric(host, port) or _resolve(host, port, seconds_until(ends))
        return SocketStream(_connect(addresses.in_order(found), ends))


def _resolve(host: str, port: int, timeout: float | None) -> list[addresses.Address]:
    lookup = addresses.look_up(host, port)
    if not wait((lookup,), timeout).done:
        raise httpcore.ConnectTimeout(addresses.NOT_RESOLVED)
    return lookup.result()


def _connect(found: Sequence[addresses.Address], ends: float) -> socket.socket:
    race = addresses.race(found, time.monotonic, ends)
    try:
        running, seconds = next(race)
        while True:
            running, seconds = race.send(_writable(running, seconds))
    except StopIteration as stop:
        winner: socket.socket = stop.value
        return winner
    finally:
        race.close()


def _writable(running: Sequence[socket.socket], seconds: float) -> list[Any]:
    # Not epoll, which would open another file.
    with getattr(selectors, "PollSelector", selectors.SelectSelector)() as selector:
        for candidate in running:
            selector.register(candidate, selectors.EVENT_WRITE)
        return [key.fileobj for key, dummy in selector.select(None if seconds == inf else seconds)]
