# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS over any stream, as a flow without I/O."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, TypeVar

from .httplib import httpcore

T = TypeVar("T")

READ_SIZE = 65536
"""Bytes to receive at a time: a few records of TLS."""


class TlsLayer:
    """One TLS connection.

    Args:
        context: The TLS context.
        server_hostname: The name that the certificate must have.
    """

    __slots__ = ("_incoming", "_outgoing", "ssl_object")

    def __init__(self, context: ssl.SSLContext, server_hostname: str | None) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.ssl_object = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=server_hostname
        )

    def perform(self, operation: Callable[..., T], *args: Any) -> Generator[bytes | None, bytes, T]:
        """Perform an operation of the SSL object.

        Yields:
            Bytes to send, or `None` to request received bytes (empty at end of stream). Network
            errors are thrown into the generator.

        Returns:
            The operation's result.

        Raises:
            ssl.SSLError: The operation failed.
        """
        while True:
            try:
                result = operation(*args)
            except ssl.SSLWantReadError:
                if data := self._outgoing.read():
                    yield data
                if received := (yield None):
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            except ssl.SSLEOFError:
                raise
            except ssl.SSLError:
                # The alert that tells the server why, if the server is still there.
                if data := self._outgoing.read():
                    with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                        yield data
                raise
            else:
                if data := self._outgoing.read():
                    yield data
                return result

    def handshake(self) -> Generator[bytes | None, bytes, None]:
        """Shake hands and check the server's certificate."""
        return self.perform(self.ssl_object.do_handshake)

    def read(self, max_bytes: int) -> Generator[bytes | None, bytes, bytes]:
        """Return decrypted bytes; empty at the end, even without a TLS close notification."""
        try:
            return (yield from self.perform(self.ssl_object.read, max_bytes))
        except ssl.SSLEOFError:
            return b""

    def write(self, data: bytes) -> Generator[bytes | None, bytes, int]:
        """Send bytes encrypted."""
        return self.perform(self.ssl_object.write, data)

    def has_data(self) -> bool:
        """Tell whether there are received bytes to decrypt or to read."""
        return bool(self.ssl_object.pending() or self._incoming.pending)


class TlsStreamBase:
    """The base of the TLS streams for threads and for event loops.

    Args:
        inner: The stream below.
        tls: The layer over it.
    """

    __slots__ = ("_inner", "_tls")

    def __init__(self, inner: Any, tls: TlsLayer) -> None:
        self._inner = inner
        self._tls = tls

    def get_extra_info(self, info: str) -> Any:
        """Return the `ssl_object`, or for `is_readable` whether there is something to read.

        The end of the stream counts as something.
        """
        if info == "ssl_object":
            return self._tls.ssl_object
        return self._inner.get_extra_info(info) or (info == "is_readable" and self._tls.has_data())
