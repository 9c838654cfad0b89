# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of connections."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..exceptions import ConfigurationError
from . import proxies
from .httplib import httpcore
from .internals import CoreContext
from .network import AsyncNetwork, Network, WireState, real_network
from .tls import TlsSettings

DEFAULT_LIMIT = 20
"""Maximum number of open connections of a client."""

MAX_IDLE = 5.0
"""Idle seconds after which a connection is not used again; many servers close it about then."""


class WireSettings:
    """The settings of connections.

    Files and the environment are read each time a connection is made.

    Args:
        origin: `scheme://host[:port]`.
        tls: For an https origin, and for a proxy that is reached by https.
        proxy: A proxy's URL; `""` for none, `None` for what the environment says.
        limit: Maximum number of connections.
        custom: A transport of the HTTP library to use instead of real connections, or a network
            backend of its core; `None` for neither.
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

    def has_custom_transport(self) -> bool:
        """Tell whether a transport is used instead of connections."""
        return self.custom is not None and not hasattr(self.custom, "connect_tcp")

    def connection(self, want_async: bool, state: WireState) -> Any:
        """Return a connection of the core, direct or through a proxy.

        It connects on first use.

        Args:
            want_async: For event loops instead of threads.
            state: Records the proxy and the use of TLS.

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
        state.proxy, state.secure = proxy, secure
        real = self.custom or real_network(want_async)
        options: dict[str, Any] = {
            "ssl_context": CoreContext(self.tls.context() if state.tls_layers() else None),
            "keepalive_expiry": MAX_IDLE,
            "network_backend": (AsyncNetwork if want_async else Network)(state, real),
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
