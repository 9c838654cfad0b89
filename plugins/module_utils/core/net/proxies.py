# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy for an origin, and its source."""

from __future__ import annotations

import ipaddress
import os
import re
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import getproxies, proxy_bypass

from ..exceptions import ConfigurationError
from ..secrets.redaction import safe_url

_PORTS = {"http": 80, "https": 443, "socks": 1080, "socks5": 1080, "socks5h": 1080}
_USUAL_PORTS = {"http": 80, "https": 443}


class Proxy(NamedTuple):
    """A proxy.

    Attributes:
        scheme: `http`, `https` or `socks5`.
        host: A name or an address.
        port: Never 0.
        credentials: User and password; `None` for none.
        source: Its source: `'proxy'`, or an environment variable.
    """

    scheme: str
    host: str
    port: int
    credentials: tuple[bytes, bytes] | None
    source: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port} (from {self.source})"


def proxy_for(origin: str, option: str | None) -> Proxy | None:
    """Return the proxy to an origin, or `None` for a direct connection.

    Args:
        origin: `scheme://host[:port]`.
        option: A proxy's URL; `""` for none, `None` for what the environment says.

    Raises:
        ConfigurationError: Not the URL of a proxy.
    """
    if option is not None:
        return _parse(option, "'proxy'") if option else None
    url, source = from_environment(origin)
    return _parse(url, source) if url else None


def _parse(url: str, source: str) -> Proxy:
    try:
        parts = urlsplit(url.strip() if "://" in url else f"http://{url.strip()}")
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        usable = scheme in _PORTS and host.isascii() and host and port != 0
    except (AttributeError, TypeError, ValueError):
        usable = False
    if not usable:
        raise ConfigurationError(
            f"{source} is not the URL of a proxy: {safe_url(str(url))!r};"
            " give http://, https:// or socks5:// and a host"
        )
    credentials = (
        None
        if parts.username is None
        else (unquote_to_bytes(parts.username), unquote_to_bytes(parts.password or ""))
    )
    kind = "socks5" if scheme.startswith("socks") else scheme
    return Proxy(kind, host, port or _PORTS[scheme], credentials, source)


def from_environment(origin: str) -> tuple[str, str]:
    """Return the proxy that the environment sets for an origin, and its source.

    The source is the variable, one of `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`; `NO_PROXY` is
    honoured. Both are empty if there is no proxy.
    """
    parts = urlsplit(origin)
    proxies = getproxies()
    kind = parts.scheme if proxies.get(parts.scheme) else "all"
    proxy, host = proxies.get(kind, ""), parts.hostname or ""
    if not proxy or proxy_bypass(host):
        return "", ""
    port = parts.port or _USUAL_PORTS[parts.scheme]
    if any(_excludes(entry, host, port) for entry in re.split(r"[\s,]+", proxies.get("no", ""))):
        return "", ""
    name = f"{kind}_proxy"
    named = next((each for each in (name, name.upper()) if os.environ.get(each)), "")
    return proxy, named or "the system's settings"


def _excludes(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of `NO_PROXY` excludes a host.

    An entry is a name, which stands for all names below it too, an address, or a network, each with
    or without a port.
    """
    with suppress(ValueError):
        network = ipaddress.ip_network(entry.strip("[]"), strict=False)
        address = _address(host)
        return address is not None and address in network
    name, colon, only = entry.rpartition(":")
    if colon and only.isdigit():
        return int(only) == port and _excludes(name, host, port)
    name = entry.lower().removeprefix("*").strip(".")
    host = host.lower().rstrip(".")
    return entry == "*" or (bool(name) and (host == name or host.endswith(f".{name}")))


def _address(host: str) -> Any:
    with suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    return None
