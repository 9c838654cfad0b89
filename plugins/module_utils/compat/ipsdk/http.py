# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP names of ipsdk.

They are the methods and statuses of the standard library, and responses that wrap those of the HTTP
library.
"""

from __future__ import annotations

import http
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    class HTTPMethod(str, Enum):
        """The methods of HTTP."""

        CONNECT = "CONNECT"
        DELETE = "DELETE"
        GET = "GET"
        HEAD = "HEAD"
        OPTIONS = "OPTIONS"
        PATCH = "PATCH"
        POST = "POST"
        PUT = "PUT"
        TRACE = "TRACE"
else:
    # The standard library has them from Python 3.11 on.
    _NAMES = "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split()
    HTTPMethod = getattr(http, "HTTPMethod", None) or Enum(
        "HTTPMethod", [(name, name) for name in _NAMES], type=str
    )

__all__ = ["HTTPMethod", "HTTPStatus", "Request", "Response"]


class Request:
    """A description of a request.

    Args:
        method: `GET`, ...
        path: The path.
        params: The query.
        headers: The headers.
        json: The body.
    """

    __slots__ = ("headers", "json", "method", "params", "path")

    def __init__(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> None:
        self.method = method
        self.path = path
        self.params = params or {}
        self.headers = headers or {}
        self.json = json

    @property
    def url(self) -> str:
        """The path."""
        return self.path

    def __repr__(self) -> str:
        return f"Request(method='{self.method}', path='{self.path}')"


class Response:
    """A response.

    Args:
        httpx_response: The response of the HTTP library.
        started_at: When the request was sent, as ISO 8601 text in UTC.
        finished_at: When the response was received.

    Raises:
        ValueError: `httpx_response` is `None`.
    """

    __slots__ = ("_response", "finished_at", "started_at")

    def __init__(
        self, httpx_response: httpx.Response, *, started_at: str, finished_at: str
    ) -> None:
        if httpx_response is None:
            raise ValueError("httpx_response cannot be None")
        self._response = httpx_response
        self.started_at = started_at
        self.finished_at = finished_at

    def __repr__(self) -> str:
        return f"Response(status_code={self.status_code}, url='{self.url}')"

    @property
    def status_code(self) -> int:
        """The status, 100 to 599."""
        return self._response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers."""
        return self._response.headers

    @property
    def content(self) -> bytes:
        """The body."""
        return self._response.content

    @property
    def text(self) -> str:
        """The body as text."""
        return self._response.text

    @property
    def url(self) -> httpx.URL:
        """The URL that was requested."""
        return self._response.url

    @property
    def request(self) -> httpx.Request:
        """The request, without credentials."""
        return self._response.request

    @property
    def elapsed_ms(self) -> int:
        """Milliseconds from `started_at` to `finished_at`."""
        started, finished = map(datetime.fromisoformat, (self.started_at, self.finished_at))
        return int((finished - started).total_seconds() * 1000)

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            ValueError: The body is not JSON.
        """
        try:
            return self._response.json()
        except ValueError as exc:
            raise ValueError(f"Failed to parse response as JSON: {exc}") from exc

    def raise_for_status(self) -> None:
        """Raise unless the status is 2xx.

        Raises:
            httpx.HTTPStatusError: The status is not 2xx.
        """
        self._response.raise_for_status()

    def is_success(self) -> bool:
        """Tell if the status is 2xx."""
        return 200 <= self.status_code < 300

    def is_error(self) -> bool:
        """Tell if the status is 4xx or 5xx."""
        return self.status_code >= 400
