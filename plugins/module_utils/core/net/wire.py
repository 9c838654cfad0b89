# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One network connection, reused while that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..http import Headers
from ..retry import IDEMPOTENT
from .httplib import httpcore
from .internals import has_surplus
from .network import WireState
from .received import ResponseHead
from .wire_settings import WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange

MAX_IDLE_FOR_UNSAFE = 1.0
"""Idle seconds after which a connection is not reused for a request that must not be sent twice:
the request would fail if the server closed the connection at that moment."""

_WITH_LENGTH = frozenset(("POST", "PUT", "PATCH"))
"""Methods that send `Content-Length` even without a body (RFC 9110 section 8.6)."""


class WireBase:
    """The base of all wires.

    Args:
        state: The state of the connection.
        settings: The settings of connections.

    Attributes:
        reused: `True` if the connection had another exchange before the current one.
        idle_since: Clock reading at which the last exchange ended.
    """

    __slots__ = ("_connection", "_settings", "_stamp", "idle_since", "reused", "state")

    def __init__(self, state: WireState, settings: WireSettings) -> None:
        self.state = state
        self._settings = settings
        self._connection: Any = None
        self._stamp: tuple[object, ...] | None = None
        self.reused = False
        self.idle_since = 0.0

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors that may be raised instead of a response."""
        return (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
        )

    def _is_usable(self, effect: Exchange) -> bool:
        connection = self._connection
        if connection is None or (
            effect.method not in IDEMPOTENT
            and self.state.since(self.idle_since) > MAX_IDLE_FOR_UNSAFE
        ):
            return False
        return (
            connection.is_idle()
            and not connection.has_expired()
            and not has_surplus(connection)
            and (self._stamp is None or self._stamp == self._settings.tls.stamp())
        )

    def _connection_for_use(self, want_async: bool) -> Any:
        self.reused = self._connection is not None
        if self._connection is None:
            self._connection = self._settings.connection(want_async, self.state)
            self._stamp = self._settings.tls.stamp() if self.state.tls_layers() else None
        return self._connection

    def abort(self) -> None:
        """Close the connection at once, from any thread and without an event loop.

        No exchange may be running on it.
        """
        self._connection = None
        close = getattr(self.state.stream, "close", None)
        self.state.stream = None
        if close is not None:
            close()


class Wire(WireBase):
    """A connection for threads."""

    __slots__ = ()

    def send(self, effect: Exchange, started: float) -> ResponseHead:
        """Send the request; returns when the response's headers are there.

        Args:
            effect: The request.
            started: Clock reading at which its time began.
        """
        if not self._is_usable(effect):
            self.abort()
        self.state.begin(effect.timeout, started)
        raw = self._connection_for_use(False).handle_request(_core_request(effect))
        return ResponseHead(raw.status, Headers(raw.headers), raw.stream)


class AsyncWire(WireBase):
    """A connection for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange, started: float) -> ResponseHead:
        """Send the request. For arguments see `Wire.send`."""
        if not self._is_usable(effect):
            await self.aclose()
        self.state.begin(effect.timeout, started)
        raw = await self._connection_for_use(True).handle_async_request(_core_request(effect))
        return ResponseHead(raw.status, Headers(raw.headers), raw.stream)

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


def _core_url(url: str) -> Any:
    parts = urlsplit(url)
    target = url[len(f"{parts.scheme}://{parts.netloc}") :].partition("#")[0]
    # A redirect may lead to a URL without a path (RFC 9112 section 3.2.1).
    whole = target if target.startswith("/") else f"/{target}"
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=(parts.hostname or "").encode(),
        port=parts.port,
        target=whole.encode(),
    )


def _core_request(effect: Exchange) -> Any:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in effect.headers]
    if effect.content or effect.method in _WITH_LENGTH:
        headers.append((b"Content-Length", b"%d" % len(effect.content)))
    request = httpcore.Request(
        effect.method,
        _core_url(effect.url),
        content=effect.content,
        extensions={"timeout": {"read": effect.timeout}},
    )
    # They are bytes already: the constructor would check each of them again.
    request.headers = headers
    return request
