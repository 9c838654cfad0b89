# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in for the client of the HTTP library that a connection of ipsdk has."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...core.call_factory import with_defaults
from ...core.headers import checked
from ...core.metadata import USER_AGENT
from ...core.net import httplib
from ...core.numbers import seconds
from ..timeouts import NO_LIMIT, seconds_of
from . import logging

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self


class Client:
    """The stand-in for a client of the HTTP library: its headers and settings, and closing.

    Args:
        connection: The connection.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.headers = {}

    @property
    def headers(self) -> httpx.Headers:
        """Headers sent with every request; a call may replace them.

        Setting them keeps the `User-Agent` unless there is another one.
        """
        headers: httpx.Headers = self._connection.own_headers
        return headers

    @headers.setter
    def headers(self, headers: Any) -> None:
        own = httplib.httpx().Headers({"User-Agent": USER_AGENT})
        own.update(headers)
        self._connection.own_headers = own

    @property
    def base_url(self) -> httpx.URL:
        """The base URL for all paths; one with a path ends with a slash."""
        url: httpx.URL = httplib.httpx().URL(self._connection.base_url)
        return url if url.path == "/" else url.copy_with(path=f"{url.path}/")

    @property
    def timeout(self) -> httpx.Timeout:
        """The time for one attempt; it may be set."""
        limit = self._connection.calls.timeout
        result: httpx.Timeout = httplib.httpx().Timeout(None if limit == NO_LIMIT else limit)
        return result

    @timeout.setter
    def timeout(self, timeout: Any) -> None:
        self._connection.calls.timeout = seconds("timeout", seconds_of(timeout))

    @property
    def is_closed(self) -> bool:
        """The connection is closed."""
        return bool(self._connection.calls.closed)

    def close(self) -> Any:
        """Close all connections; for an `AsyncConnection`, await the result."""
        return self._connection.close()

    async def aclose(self) -> None:
        """Close all connections of an `AsyncConnection`."""
        await self._connection.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *dummy: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *dummy: object) -> None:
        await self.aclose()


@functools.cache
def adapt(kind: Any) -> Any:
    """Return a class of connection that logs where ipsdk logs, and sends its `Client`'s headers."""

    def header_completion(self: Any) -> Any:
        return lambda given, dummy_is_form: with_defaults(
            checked(self.own_headers.multi_items()), given
        )

    methods = {"_header_completion": header_completion}
    return type(kind.__name__, (kind,), {"logger": logging.get_logger(), **methods})
