# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The registry.

The locations of an owner's services (docs/protocols/sequoia.md section 1), and which places may be
sent credentials.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..core import urls
from ..core.exceptions import ClientError, ConfigurationError
from .errors import UnknownService
from .names import dashed


class Registry:
    """The response of the registry.

    Args:
        data: The JSON of its response:
            `{"services": [{"name": "metadata", "location": "https://..."}]}`. Entries without these
            two are left out.

    Attributes:
        locations: Base URL by the name of the service.

    Raises:
        ClientError: It is not the response of a registry.
    """

    __slots__ = ("locations",)

    def __init__(self, data: Any) -> None:
        entries = data.get("services") if isinstance(data, Mapping) else None
        if not isinstance(entries, list):
            raise ClientError(
                "the registry's response has no list of services; is its address https://<registry>/services/<owner>?"
            )
        self.locations: dict[str, str] = {
            entry["name"]: entry["location"]
            for entry in entries
            if isinstance(entry, Mapping)
            and isinstance(entry.get("name"), str)
            and isinstance(entry.get("location"), str)
        }

    def location(self, name: str) -> str:
        """Return the location of a service.

        Args:
            name: As the registry has it; dashes may be underscores.

        Raises:
            UnknownService: The registry does not name it.
        """
        for form in (name, dashed(name)):
            if form in self.locations:
                return self.locations[form]
        raise UnknownService(
            f"the registry names no service {name!r}; it names"
            f" {', '.join(sorted(self.locations)) or 'none'}"
        )


def place(url: str, what: str, secret: bool) -> tuple[str, str]:
    """Return the origin and the path of a base URL.

    Args:
        url: `https://host[:port][/path]`.
        what: The name of the URL in an error.
        secret: `True` if credentials are sent: then plain http is for this machine alone (RFC
            6749 section 3.2, RFC 6750 section 5.3).

    Raises:
        ConfigurationError: Not such a URL, or plain http to another machine.
    """
    origin, path = urls.base_of(url, what)
    host = urlsplit(origin).hostname or ""
    if secret and origin.startswith("http:") and not _is_loopback(host):
        raise ConfigurationError(
            f"{what} is http://{host}: credentials are not sent in the clear to another machine;"
            " use https"
        )
    return origin, path


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def proxy_to(origin: str, proxies: Mapping[str, str], secret: bool) -> str | None:
    """Return the proxy to an origin; `""` for none, `None` for what the environment says.

    Args:
        origin: `scheme://host[:port]`.
        proxies: A proxy's URL by scheme, or by `all`.
        secret: `True` if credentials are sent: then plain http does not leave this machine.

    Raises:
        ConfigurationError: Credentials would be sent in the clear to another machine.
    """
    scheme = origin.partition(":")[0]
    proxy = proxies.get(scheme, proxies.get("all"))
    if scheme == "https" or not secret:
        return proxy
    if proxy and not _is_loopback(urlsplit(proxy).hostname or ""):
        raise ConfigurationError(
            "credentials are not sent in the clear to a proxy on another machine: name no proxy"
            f" for {origin}, or use https"
        )
    # Not the environment's either: it would be named for other servers.
    return proxy or ""
