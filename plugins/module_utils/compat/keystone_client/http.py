# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of keystone-api-client: the session is handled, and responses are those of httpx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from ...core.exceptions import ClientError, ConfigurationError, HTTPStatusError, RequestError
from ...core.net import conversion
from ...keystone.client import AsyncKeystoneClient, KeystoneClient
from ..errors import as_httpx_error
from ..timeouts import seconds_of

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self

    from ...core.flow import Flow

CLIENT_DEFAULT: Any = object()
"""Stands for a timeout that is not given, because `None` means no limit."""


class HTTPBase:
    """The parts that both clients share.

    Args:
        base_url: The address of the server.
        url: Another name of `base_url`.
        verify_ssl: Check the server's certificate and name.
        follow_redirects: Not used: redirects to the same server are followed for GET.
        max_redirects: Not used.
        timeout: Seconds for one attempt; `None` for no limit.
        limits: Connections kept open at most: a number, or `httpx.Limits`.
        transport: A transport of httpx.
        **options: Further arguments of `restops_clients.KeystoneClient`.
    """

    CSRF_COOKIE = "csrftoken"
    CSRF_HEADER = "X-CSRFToken"
    CID_HEADER = "X-KEYSTONE-CID"
    _kind: ClassVar[Any]

    def __init__(
        self,
        base_url: str | None = None,
        *,
        url: str | None = None,
        verify_ssl: bool = True,
        follow_redirects: bool = False,
        max_redirects: int = 10,
        timeout: Any = 15,
        limits: Any = 20,
        transport: Any = None,
        **options: Any,
    ) -> None:
        del follow_redirects, max_redirects
        self._client = self._kind(
            url,
            base_url=base_url,
            verify=verify_ssl,
            timeout=seconds_of(timeout),
            limits=getattr(limits, "max_keepalive_connections", limits) or 20,
            transport=transport,
            **options,
        )

    @property
    def base_url(self) -> str:
        """The address of the server; it ends with a slash."""
        return f"{self._client.base_url}/"

    @property
    def cid(self) -> str:
        """The correlation id of this client."""
        result: str = self._client.cid
        return result

    @staticmethod
    def normalize_url(url: str) -> str:
        """Return a URL with single slashes in its path, and one at its end."""
        parts = urlsplit(url)
        return parts._replace(path=re.sub("/+", "/", f"{parts.path}/")).geturl()

    def get_application_headers(self, overrides: dict[str, str] | None = None) -> dict[str, str]:
        """Return the headers that every request of this client has, beside those of its session."""
        return {self.CID_HEADER: self.cid, **(overrides or {})}

    def _response_flow(
        self,
        method: str,
        endpoint: str,
        headers: dict[str, str] | None,
        json: Any,
        files: Any,
        params: Any,
        timeout: Any,
    ) -> Flow[httpx.Response]:
        body = {"json": json} if files is None else {"data": json or {}, "files": files}
        call = self._client.calls.build(
            method,
            endpoint.removeprefix(self.base_url),
            parse_qsl(params, keep_blank_values=True) if isinstance(params, str) else params,
            headers=headers,
            timeout=None if timeout is CLIENT_DEFAULT else seconds_of(timeout),
            return_401=True,
            **body,
        )
        response = yield from self._client.calls.engine.send(call)
        return conversion.as_httpx(response, self._client.secrets.scrub(call.url))


class HTTPClient(HTTPBase):
    """A client for threads."""

    _kind = KeystoneClient

    def send_request(
        self,
        method: str,
        endpoint: str,
        *,
        headers: dict[str, str] | None = None,
        json: Any = None,
        files: Any = None,
        params: Any = None,
        timeout: Any = CLIENT_DEFAULT,
    ) -> httpx.Response:
        """Send a request.

        Args:
            method: `get`, `post`, ...
            endpoint: A path, or a URL below the base URL.
            headers: Headers that replace those of the client.
            json: The body.
            files: Files to upload; `json` becomes the form beside them.
            params: The query.
            timeout: Seconds; default the client's.

        Returns:
            The response, whatever its status.

        Raises:
            httpx.RequestError: There is no response.
            httpx.HTTPStatusError: A login that this call needed was refused.
            RuntimeError: The client is closed.
        """
        flow = self._response_flow(method, endpoint, headers, json, files, params, timeout)
        with httpx_errors(self.base_url):
            response: httpx.Response = self._client._driver.run(flow)
            return response

    def http_get(
        self, endpoint: str, params: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a GET."""
        return self.send_request("get", endpoint, params=params, timeout=timeout)

    def http_post(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a POST."""
        return self.send_request("post", endpoint, json=json, files=files, timeout=timeout)

    def http_put(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a PUT."""
        return self.send_request("put", endpoint, json=json, files=files, timeout=timeout)

    def http_patch(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a PATCH."""
        return self.send_request("patch", endpoint, json=json, files=files, timeout=timeout)

    def http_delete(self, endpoint: str, timeout: Any = CLIENT_DEFAULT) -> httpx.Response:
        """Send a DELETE."""
        return self.send_request("delete", endpoint, timeout=timeout)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *dummy: object) -> None:
        self.close()


class AsyncHTTPClient(HTTPBase):
    """A client for event loops."""

    _kind = AsyncKeystoneClient

    async def send_request(
        self,
        method: str,
        endpoint: str,
        *,
        headers: dict[str, str] | None = None,
        json: Any = None,
        files: Any = None,
        params: Any = None,
        timeout: Any = CLIENT_DEFAULT,
    ) -> httpx.Response:
        """Send a request. For the arguments and errors see `HTTPClient`."""
        flow = self._response_flow(method, endpoint, headers, json, files, params, timeout)
        with httpx_errors(self.base_url):
            response: httpx.Response = await self._client._driver.run(flow)
            return response

    async def http_get(
        self, endpoint: str, params: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a GET."""
        return await self.send_request("get", endpoint, params=params, timeout=timeout)

    async def http_post(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a POST."""
        return await self.send_request("post", endpoint, json=json, files=files, timeout=timeout)

    async def http_put(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a PUT."""
        return await self.send_request("put", endpoint, json=json, files=files, timeout=timeout)

    async def http_patch(
        self, endpoint: str, json: Any = None, files: Any = None, timeout: Any = CLIENT_DEFAULT
    ) -> httpx.Response:
        """Send a PATCH."""
        return await self.send_request("patch", endpoint, json=json, files=files, timeout=timeout)

    async def http_delete(self, endpoint: str, timeout: Any = CLIENT_DEFAULT) -> httpx.Response:
        """Send a DELETE."""
        return await self.send_request("delete", endpoint, timeout=timeout)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *dummy: object) -> None:
        await self.close()


@contextmanager
def httpx_errors(url: str) -> Iterator[None]:
    """Raise errors of this library as those of httpx; one for an argument is not changed.

    Args:
        url: The URL of a request without a response.
    """
    try:
        yield
    except ConfigurationError:
        raise
    except (HTTPStatusError, RequestError) as exc:
        raise as_httpx_error(exc, url) from exc
    except ClientError as exc:
        raise RuntimeError(exc.message) from exc
