# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections: each carries one exchange at a time, and is replaced if it was closed while it was
idle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..exceptions import ConfigurationError
from ..http import Headers
from ..retry import IDEMPOTENT
from . import proxies
from .httplib import IMPORT_ERROR, MISSING, httpcore, httpx
from .internals import CoreContext, has_surplus
from .network import AsyncNetwork, Attempt, Network, real_network
from .tls import TlsSettings

if TYPE_CHECKING:
    from ..flow import Exchange

DEFAULT_LIMIT = 20
"""Connections that a client keeps open at most."""

MAX_IDLE = 5.0
"""Idle seconds after which a connection is not used again; many servers close it about then."""

MAX_IDLE_FOR_UNSAFE = 1.0
"""Seconds since the last request after which a connection is not used for a request that must not
be sent twice: it would fail if the server closes the connection in that moment."""

_LENGTHY = frozenset(("POST", "PUT", "PATCH"))
"""Methods that say their body's length even if there is none (RFC 9110 section 8.6)."""


class WireSettings:
    """Everything a connection is made from. Files and the environment are read whenever one is
    made.

    Args:
        origin: `scheme://host[:port]`.
        tls: For an https origin, and for a proxy that is reached by https.
        proxy: A proxy's URL; `""` for none, `None` for what the environment says.
        limit: Connections at most.
        custom: A transport of the HTTP library to use instead of real connections, as tests do, or
            a network backend of its core.
    """

    __slots__ = ("custom", "limit", "origin", "proxy", "tls")

    def __init__(
        self,
        origin: str,
        tls: TlsSettings,
        proxy: str | None = None,
        limit: int = DEFAULT_LIMIT,
        custom: Any = None,
    ) -> None:
        self.origin = origin
        self.tls = tls
        self.proxy = proxy
        self.limit = limit
        self.custom = custom

    def open(self, want_async: bool, clock: Callable[[], float]) -> Any:
        """Return a wire, not connected yet.

        Args:
            want_async: For event loops instead of threads.
            clock: Monotonic seconds.

        Raises:
            ConfigurationError: The HTTP library is missing.
        """
        attempt = Attempt(clock)
        if self.has_custom_transport():
            return (AsyncCustomWire if want_async else CustomWire)(attempt, self)
        if IMPORT_ERROR is not None:
            raise ConfigurationError(MISSING)
        return (AsyncWire if want_async else Wire)(attempt, self)

    def has_custom_transport(self) -> bool:
        """Return whether a transport stands for connections."""
        return self.custom is not None and not hasattr(self.custom, "connect_tcp")

    def connection(self, want_async: bool, attempt: Attempt) -> Any:
        """Return a connection of the library's core, to the origin or through a proxy to it; it
        connects when it is first used.

        Args:
            want_async: For event loops instead of threads.
            attempt: Takes note of where it leads.

        Raises:
            ConfigurationError: A proxy or a TLS file cannot be used.
        """
        parts, prefix = urlsplit(self.origin), "Async" if want_async else ""
        secure = parts.scheme == "https"
        origin = httpcore.Origin(
            parts.scheme.encode(),
            (parts.hostname or "").encode(),
            parts.port or (443 if secure else 80),
        )
        proxy = proxies.proxy_for(self.origin, self.proxy)
        attempt.proxy, attempt.secure = proxy, secure
        real = self.custom or real_network(want_async)
        options: dict[str, Any] = {
            "ssl_context": CoreContext(self.tls.context() if attempt.tls_layers() else None),
            "keepalive_expiry": MAX_IDLE,
            "network_backend": (AsyncNetwork if want_async else Network)(attempt, real),
        }
        if proxy is None:
            return getattr(httpcore, f"{prefix}HTTPConnection")(origin, **options)
        if proxy.scheme == "https":
            options["proxy_ssl_context"] = options["ssl_context"]
        kind = "SOCKS" if proxy.scheme == "socks5" else "HTTP"
        try:
            pool = getattr(httpcore, f"{prefix}{kind}Proxy")(
                httpcore.URL(
                    scheme=proxy.scheme.encode(),
                    host=proxy.host.encode(),
                    port=proxy.port,
                    target=b"/",
                ),
                proxy_auth=proxy.credentials,
                **options,
            )
        except RuntimeError as exc:
            raise ConfigurationError(
                f"proxy {proxy} needs the Python library socksio: pip install socksio", cause=exc
            ) from None
        return pool.create_connection(origin)


class Raw:
    """A response whose body is still to be read."""

    __slots__ = ("headers", "status_code", "stream")

    def __init__(self, status_code: int, headers: Headers, stream: Any) -> None:
        self.status_code = status_code
        self.headers = headers
        self.stream = stream


class _WireBase:
    """What wires share.

    Args:
        attempt: The attempt under way.
        settings: What connections are made from.

    Attributes:
        reused: Whether the exchange under way runs on a connection that has carried another before.
        idle_since: Clock reading at which the last exchange ended.
    """

    __slots__ = ("_connection", "_settings", "_stamp", "attempt", "idle_since", "reused")

    def __init__(self, attempt: Attempt, settings: WireSettings) -> None:
        self.attempt = attempt
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
            effect.method not in IDEMPOTENT and self.attempt.age() > MAX_IDLE_FOR_UNSAFE
        ):
            return False
        return (
            connection.is_idle()
            and not connection.has_expired()
            and not has_surplus(connection)
            and (self._stamp is None or self._stamp == self._settings.tls.stamp())
        )

    def _connected(self, want_async: bool) -> Any:
        self.reused = self._connection is not None
        if self._connection is None:
            self._connection = self._settings.connection(want_async, self.attempt)
            self._stamp = self._settings.tls.stamp() if self.attempt.tls_layers() else None
        return self._connection

    def abort(self) -> None:
        """Close the connection at once, from any thread and without an event loop. It must be idle,
        or its exchange be over.
        """
        self._connection = None
        close = getattr(self.attempt.stream, "close", None)
        self.attempt.stream = None
        if close is not None:
            close()


class Wire(_WireBase):
    """A connection for threads."""

    __slots__ = ()

    def send(self, effect: Exchange, started: float) -> Raw:
        """Send the request; returns when the response's headers are there.

        Args:
            effect: The request.
            started: Clock reading at which its time began.
        """
        if not self._is_usable(effect):
            self.close()
        self.attempt.begin(effect.timeout, started)
        raw = self._connected(False).handle_request(_core_request(effect))
        return Raw(raw.status, Headers(raw.headers), raw.stream)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class AsyncWire(_WireBase):
    """A connection for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange, started: float) -> Raw:
        """Send the request. For arguments see `Wire.send`."""
        if not self._is_usable(effect):
            await self.aclose()
        self.attempt.begin(effect.timeout, started)
        raw = await self._connected(True).handle_async_request(_core_request(effect))
        return Raw(raw.status, Headers(raw.headers), raw.stream)

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


class _CustomWireBase(_WireBase):
    """A transport of the HTTP library that somebody gave in place of connections."""

    __slots__ = ()

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors that may be raised instead of a response."""
        library = httpx(self._settings.custom)
        return library.HTTPError, library.InvalidURL

    def _begun(self, effect: Exchange, started: float) -> Any:
        self.attempt.begin(effect.timeout, started)
        self.attempt.wrote = True
        self.reused, self._connection = self._connection is not None, None
        return self._settings.custom

    def _request(self, effect: Exchange) -> Any:
        limits = dict.fromkeys(("connect", "read", "write", "pool"), effect.timeout)
        return httpx(self._settings.custom).Request(
            effect.method,
            effect.url,
            headers=effect.headers,
            content=effect.content or None,
            extensions={"timeout": limits},
        )

    def _answered(self, raw: Any) -> Raw:
        self._connection = self._settings.custom
        return Raw(raw.status_code, Headers(raw.headers.raw), raw.stream)


class CustomWire(_CustomWireBase):
    """A custom transport for threads."""

    __slots__ = ()

    def send(self, effect: Exchange, started: float) -> Raw:
        """Send the request. For arguments see `Wire.send`."""
        raw = self._begun(effect, started).handle_request(self._request(effect))
        return self._answered(raw)

    def close(self) -> None:
        """Close the transport."""
        self._settings.custom.close()


class AsyncCustomWire(_CustomWireBase):
    """A custom transport for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange, started: float) -> Raw:
        """Send the request. For arguments see `Wire.send`."""
        raw = await self._begun(effect, started).handle_async_request(self._request(effect))
        return self._answered(raw)

    async def aclose(self) -> None:
        """Close the transport."""
        await self._settings.custom.aclose()


def _core_url(url: str) -> Any:
    parts = urlsplit(url)
    target = url[len(f"{parts.scheme}://{parts.netloc}") :].partition("#")[0]
    # A redirect may lead to a place without a path (RFC 9112 section 3.2.1).
    whole = target if target.startswith("/") else f"/{target}"
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=(parts.hostname or "").encode(),
        port=parts.port,
        target=whole.encode(),
    )


def _core_request(effect: Exchange) -> Any:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in effect.headers]
    if effect.content or effect.method in _LENGTHY:
        headers.append((b"Content-Length", b"%d" % len(effect.content)))
    return httpcore.Request(
        effect.method,
        _core_url(effect.url),
        headers=headers,
        content=effect.content,
        extensions={"timeout": {"read": effect.timeout}},
    )
