# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection for event loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from . import batch, logging, urls
from .closing import AsyncClosing
from .connection_base import ConnectionBase
from .exceptions import ClientError
from .http import Response
from .iteration import AsyncPages, AsyncStream
from .options import CALL_OPTIONS, PAGE_OPTIONS, STREAM_OPTIONS, check_options

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .async_driver import AsyncDriver
    from .net.async_transport import AsyncTransport
    from .options import (
        CallOptions,
        PageOptions,
        Paginate,
        ReadOptions,
        Requests,
        StreamOptions,
        WriteOptions,
    )


class AsyncConnection(ConnectionBase, AsyncClosing):
    """A connection for event loops.

    Any number of tasks may share it, and one event loop after another.
    """

    __slots__ = ()

    _driver: AsyncDriver

    def _make_driver(self) -> AsyncDriver:
        from .async_driver import AsyncDriver

        def transport() -> AsyncTransport:
            from .net.async_transport import AsyncTransport

            return AsyncTransport(self._wire_settings(), self.calls.runtime.clock)

        return AsyncDriver(transport, self.calls.runtime, self.secrets, self._settings[-1])

    async def request(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        **options: Unpack[CallOptions],
    ) -> Response:
        """Send one request. For the arguments and errors see `Connection.request`."""
        with logging.span("core.async_connection.AsyncConnection.request"):
            check_options(self.request, options.keys(), CALL_OPTIONS)
            return await self._driver.run(self.calls.request(method, path, params, **options))

    async def get(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send a GET. For the options and errors see `request`."""
        return await self.request("GET", path, params, **options)

    async def head(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send a HEAD. For the options and errors see `request`."""
        return await self.request("HEAD", path, params, **options)

    async def options(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send an OPTIONS. For the options and errors see `request`."""
        return await self.request("OPTIONS", path, params, **options)

    async def post(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a POST. For the options and errors see `request`."""
        return await self.request("POST", path, params, json=json, **options)

    async def put(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a PUT. For the options and errors see `request`."""
        return await self.request("PUT", path, params, json=json, **options)

    async def patch(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a PATCH. For the options and errors see `request`."""
        return await self.request("PATCH", path, params, json=json, **options)

    async def delete(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a DELETE; some paths need a body. For the options and errors see `request`."""
        return await self.request("DELETE", path, params, json=json, **options)

    async def authenticate(self) -> None:
        """Log in now, unless there is a session; the first request would do it anyway.

        For the errors see `Connection.authenticate`.
        """
        await self._driver.run(self.calls.log_in())

    async def logout(self) -> None:
        """End the session, if there is one; the next call logs in again.

        If the server has no way to end it, it expires there.
        """
        await self._driver.run(self._logout_flow())

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        paginate: Paginate = "auto",
        method: str = "GET",
        json: Any = None,
        **options: Unpack[PageOptions],
    ) -> AsyncPages:
        """Read a list page by page with `async for`.

        For the arguments and errors see `Connection.pages`.
        """
        with logging.span("core.async_connection.AsyncConnection.pages"):
            check_options(self.pages, options.keys(), PAGE_OPTIONS)
            flow = self.calls.pages(path, params, paginate, method, json, **options)
            return AsyncPages(self._driver, flow)

    @overload
    async def batch(
        self,
        requests: Requests,
        concurrency: int = ...,
        return_exceptions: Literal[False] = ...,
    ) -> list[Response]:
        """Raise the first error of a request."""

    @overload
    async def batch(
        self, requests: Requests, concurrency: int = ..., return_exceptions: bool = ...
    ) -> list[Response | ClientError]:
        """Return errors among the responses."""

    async def batch(
        self, requests: Requests, concurrency: int = 8, return_exceptions: bool = False
    ) -> list[Any]:
        """Send many requests, a limited number of them at a time.

        For the arguments and errors see `Connection.batch`.
        """
        with logging.span("core.async_connection.AsyncConnection.batch"):
            return await batch.in_tasks(
                lambda request: self.request(**request),
                batch.parse(requests, concurrency),
                concurrency,
                return_exceptions,
            )

    def stream(
        self, method: str, path: str, params: urls.Params = None, **options: Unpack[StreamOptions]
    ) -> AsyncStream:
        """Send a request and leave the body of its response open.

        For the arguments and errors see `Connection.stream`.
        """
        with logging.span("core.async_connection.AsyncConnection.stream"):
            check_options(self.stream, options.keys(), STREAM_OPTIONS)
            call = self.calls.build(method, path, params, stream=True, **options)
            return AsyncStream(self._driver, self.calls.engine, call)
