# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections: each carries one exchange at a time, and is replaced where it was closed while it
was idle.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..exceptions import ConfigurationError
from ..http import Headers
from ..retry import IDEMPOTENT
from ..secrets.redaction import safe_url
from .httplib import IMPORT_ERROR, httpcore, httpx
from .network import AsyncNetwork, Deadline, Network, for_event_loops
from .tls import TlsSettings, no_tls

if TYPE_CHECKING:
    from ..flow import Exchange

DEFAULT_LIMIT = 20
"""Connections that a client keeps open at most."""

KEPT_IDLE = 5.0
"""Seconds after which an idle connection is not used again; many servers close it about then."""

KEPT_FOR_ONCE = 1.0
"""The same, from the last request on, for one that must not be sent twice: it would fail where the
server closes the connection in that moment."""

_LENGTHY = frozenset(("POST", "PUT", "PATCH"))
"""Methods that say their body's length even where there is none (RFC 9110 section 8.6)."""


class WireSettings:
    """Everything a connection is made from.

    Args:
        origin: `scheme://host[:port]`.
        tls: For an https origin.
        proxy: A proxy's URL; `None` for what the environment says.
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
            ConfigurationError: The HTTP library is missing, or a proxy or TLS file cannot be used.
        """
        deadline = Deadline(clock)
        if self.custom is not None and not hasattr(self.custom, "connect_tcp"):
            return (AsyncCustomWire if want_async else CustomWire)(deadline, self.custom)
        if IMPORT_ERROR is not None:
            raise ConfigurationError("the Python library httpx is missing: pip install httpx")
        return (AsyncWire if want_async else Wire)(
            deadline, self._connections(want_async, deadline)
        )

    def _connections(self, want_async: bool, deadline: Deadline) -> Callable[[], Any]:
        """Return what makes a connection of the library's core, to the origin or through a proxy to
        it.
        """
        parts, prefix = urlsplit(self.origin), "Async" if want_async else ""
        secure = parts.scheme == "https"
        origin = httpcore.Origin(
            parts.scheme.encode(),
            (parts.hostname or "").encode(),
            parts.port or (443 if secure else 80),
        )
        real = self.custom or (for_event_loops() if want_async else httpcore.SyncBackend())
        options = {
            "ssl_context": self.tls.context() if secure else no_tls(),
            "keepalive_expiry": KEPT_IDLE,
            "network_backend": (AsyncNetwork if want_async else Network)(deadline, real),
        }
        proxy = self.proxy or proxy_from_environment(self.origin)
        if not proxy:
            return functools.partial(
                getattr(httpcore, f"{prefix}HTTPConnection"), origin, **options
            )
        try:
            known = httpx().Proxy(proxy)
            socks = known.url.scheme.startswith("socks")
            kind = getattr(httpcore, f"{prefix}{'SOCKS' if socks else 'HTTP'}Proxy")
            pool = kind(_core_url(str(known.url)), proxy_auth=known.raw_auth, **options)
        except (ValueError, ImportError, RuntimeError, httpx().InvalidURL) as exc:
            raise ConfigurationError(
                f"proxy {safe_url(proxy)!r} cannot be used: give http://, https:// or socks5:// and a host",
                cause=exc,
            ) from None
        return functools.partial(pool.create_connection, origin)


def proxy_from_environment(origin: str) -> str | None:
    """Return the proxy that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name for an
    origin, or `None`.
    """
    parts = urlsplit(origin)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


class Raw:
    """An answer whose body is still to be read."""

    __slots__ = ("headers", "status_code", "stream")

    def __init__(self, status_code: int, headers: Headers, stream: Any) -> None:
        self.status_code = status_code
        self.headers = headers
        self.stream = stream


class _AnyWire:
    """What wires share.

    Args:
        deadline: Of the exchange under way.
        make: Makes a connection.

    Attributes:
        reused: Whether the exchange under way runs on a connection that has carried another before.
    """

    __slots__ = ("_connection", "_make", "deadline", "reused")

    def __init__(self, deadline: Deadline, make: Any) -> None:
        self.deadline = deadline
        self._make = make
        self._connection: Any = None
        self.reused = False

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What may be raised where there is no answer."""
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
            effect.method not in IDEMPOTENT and self.deadline.age() > KEPT_FOR_ONCE
        ):
            return False
        return connection.is_idle() and not connection.has_expired() and not _has_more(connection)

    def _connected(self, effect: Exchange) -> Any:
        self.deadline.begin(effect.timeout)
        self.reused = self._connection is not None
        if self._connection is None:
            self._connection = self._make()
        return self._connection


def _has_more(connection: Any) -> bool:
    """Tell whether more came than the answer: what nobody asked for must not be taken for the
    answer to the next call.
    """
    while (inner := getattr(connection, "_connection", None)) is not None:
        connection = inner
    parser = getattr(connection, "_h11_state", None)
    return parser is not None and parser.trailing_data[0] != b""


class Wire(_AnyWire):
    """A connection for threads."""

    __slots__ = ()

    def send(self, effect: Exchange) -> Raw:
        """Send the request; returns when the answer's headers are there."""
        if not self._is_usable(effect):
            self.close()
        raw = self._connected(effect).handle_request(_core_request(effect))
        return Raw(raw.status, Headers(raw.headers), raw.stream)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class AsyncWire(_AnyWire):
    """A connection for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange) -> Raw:
        """Send the request; returns when the answer's headers are there."""
        if not self._is_usable(effect):
            await self.aclose()
        raw = await self._connected(effect).handle_async_request(_core_request(effect))
        return Raw(raw.status, Headers(raw.headers), raw.stream)

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()


class _AnyCustomWire(_AnyWire):
    """A transport of the HTTP library that somebody gave in place of connections."""

    __slots__ = ()

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What may be raised where there is no answer."""
        return httpx().HTTPError, httpx().InvalidURL

    def _taken(self, effect: Exchange) -> Any:
        self.deadline.begin(effect.timeout)
        self.deadline.wrote = True
        self.reused, self._connection = self._connection is not None, None
        return self._make

    def _answered(self, raw: Any) -> Raw:
        self._connection = self._make
        return Raw(raw.status_code, Headers(raw.headers.raw), raw.stream)


class CustomWire(_AnyCustomWire):
    """A custom transport for threads."""

    __slots__ = ()

    def send(self, effect: Exchange) -> Raw:
        """Send the request; returns when the answer's headers are there."""
        raw = self._taken(effect).handle_request(_request(effect))
        return self._answered(raw)

    def close(self) -> None:
        """Close the transport."""
        self._make.close()


class AsyncCustomWire(_AnyCustomWire):
    """A custom transport for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange) -> Raw:
        """Send the request; returns when the answer's headers are there."""
        raw = await self._taken(effect).handle_async_request(_request(effect))
        return self._answered(raw)

    async def aclose(self) -> None:
        """Close the transport."""
        await self._make.aclose()


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


def _request(effect: Exchange) -> Any:
    limit = effect.timeout
    return httpx().Request(
        effect.method,
        effect.url,
        headers=effect.headers,
        content=effect.content or None,
        extensions={"timeout": {"connect": limit, "read": limit, "write": limit, "pool": limit}},
    )
