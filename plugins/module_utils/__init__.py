# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients for Itential Platform and Automation Gateway, Keystone and Sequoia.

Names are loaded when they are used: importing this package loads neither an HTTP library nor
asyncio.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import exceptions
    from .core import http, jsonutils, logging, metadata
    from .core.connection import AsyncConnection, Connection
    from .core.http import HTTPMethod, Request, Response
    from .core.secrets import heuristics

    __version__ = metadata.VERSION
    from .core.retry import RetryPolicy
    from .exceptions import (
        AuthenticationError,
        ClientError,
        ConfigurationError,
        HTTPStatusError,
        IpsdkError,
        RequestError,
        SerializationError,
    )
    from .itential.gateway import AsyncGateway, Gateway, gateway_factory
    from .itential.platform import AsyncPlatform, Platform, platform_factory
    from .keystone.client import AsyncKeystoneClient, KeystoneClient, keystone_factory
    from .sequoia.client import sequoia_factory

_HOMES = {
    "core.connection": ("AsyncConnection", "Connection"),
    "core.http": ("HTTPMethod", "Request", "Response"),
    "core.retry": ("RetryPolicy",),
    "exceptions": (
        "AuthenticationError",
        "ClientError",
        "ConfigurationError",
        "HTTPStatusError",
        "IpsdkError",
        "RequestError",
        "SerializationError",
    ),
    "itential.gateway": ("AsyncGateway", "Gateway", "gateway_factory"),
    "itential.platform": ("AsyncPlatform", "Platform", "platform_factory"),
    "keystone.client": ("AsyncKeystoneClient", "KeystoneClient", "keystone_factory"),
    "sequoia.client": ("sequoia_factory",),
}
_MODULES = {
    "exceptions": "exceptions",
    "heuristics": "core.secrets.heuristics",
    "http": "core.http",
    "jsonutils": "core.jsonutils",
    "logging": "core.logging",
}

__all__ = [
    "AsyncConnection",
    "AsyncGateway",
    "AsyncKeystoneClient",
    "AsyncPlatform",
    "AuthenticationError",
    "ClientError",
    "ConfigurationError",
    "Connection",
    "Gateway",
    "HTTPMethod",
    "HTTPStatusError",
    "IpsdkError",
    "KeystoneClient",
    "Platform",
    "Request",
    "RequestError",
    "Response",
    "RetryPolicy",
    "SerializationError",
    "__version__",
    "exceptions",
    "gateway_factory",
    "heuristics",
    "http",
    "jsonutils",
    "keystone_factory",
    "logging",
    "platform_factory",
    "sequoia_factory",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module(".core.metadata", __name__).VERSION
    if name in _MODULES:
        return import_module(f".{_MODULES[name]}", __name__)
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f".{home}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
