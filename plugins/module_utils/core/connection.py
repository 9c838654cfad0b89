# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection for threads, and the public home of all connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from . import batch, logging, urls
from .async_connection import AsyncConnection
from .closing import Closing
from .connection_base import DEFAULT_TIMEOUT, MAX_RESPONSE_BYTES, ConnectionBase
from .exceptions import ClientError
from .http import Response
from .iteration import Pages, Stream
from .options import CALL_OPTIONS, PAGE_OPTIONS, STREAM_OPTIONS, check_options
from .sync_driver import SyncDriver

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .net.transport import SyncTransport
    from .options import (
        CallOptions,
        PageOptions,
        Paginate,
        ReadOptions,
        Requests,
        StreamOptions,
        WriteOptions,
    )

__all__ = [
    "DEFAULT_TIMEOUT",
    "MAX_RESPONSE_BYTES",
    "AsyncConnection",
    "Connection",
    "ConnectionBase",
]


class Connection(ConnectionBase, Closing):
    """A connection for threads; any number may share it, and forks of the process too."""

    __slots__ = ()

    _driver: SyncDriver

    def _make_driver(self) -> SyncDriver:
        def transport() -> SyncTransport:
            from .net.transport import SyncTransport

            return SyncTransport(self._wire_settings(), self.calls.runtime.clock)

        return SyncDriver(transport, self.calls.runtime, self.secrets, self._settings[-1])

    def request(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        **options: Unpack[CallOptions],
    ) -> Response:
        """Send one request.

        Args:
            method: `GET`, `POST`, ...
            path: Appended to `base_url`, with or without a leading slash; its own query is kept.
            params: Added to the query. A list repeats its key, a dict becomes `key[inner]`, `None`
                is left out.
            **options: `json data files headers timeout path_params retry read_only raise_on_error`,
                see `options.CallOptions`.

        Returns:
            The response.

        Raises:
            HTTPStatusError: The status is not 2xx.
            AuthenticationError: The credentials are not accepted.
            RequestError: There is no response.
            ConfigurationError: An argument is not usable; nothing was sent.
            SerializationError: `json` cannot be written as JSON.
            TypeError: An option is unknown; nothing was sent.
        """
        with logging.span("core.connection.Connection.request"):
            check_options(self.request, options.keys(), CALL_OPTIONS)
            return self._driver.run(self.calls.request(method, path, params, **options))

    def get(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send a GET. For the options and errors see `request`."""
        return self.request("GET", path, params, **options)

    def head(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send a HEAD. For the options and errors see `request`."""
        return self.request("HEAD", path, params, **options)

    def options(
        self, path: str, params: urls.Params = None, **options: Unpack[ReadOptions]
    ) -> Response:
        """Send an OPTIONS. For the options and errors see `request`."""
        return self.request("OPTIONS", path, params, **options)

    def post(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a POST. For the options and errors see `request`."""
        return self.request("POST", path, params, json=json, **options)

    def put(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a PUT. For the options and errors see `request`."""
        return self.request("PUT", path, params, json=json, **options)

    def patch(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a PATCH. For the options and errors see `request`."""
        return self.request("PATCH", path, params, json=json, **options)

    def delete(
        self,
        path: str,
        params: urls.Params = None,
        json: Any = None,
        **options: Unpack[WriteOptions],
    ) -> Response:
        """Send a DELETE; some paths need a body. For the options and errors see `request`."""
        return self.request("DELETE", path, params, json=json, **options)

    def authenticate(self) -> None:
        """Log in now, unless there is a session; the first request would do it anyway.

        Raises:
            AuthenticationError: The credentials are not accepted.
            RequestError: There is no response.
        """
        self._driver.run(self.calls.log_in())

    def logout(self) -> None:
        """End the session, if there is one; the next call logs in again.

        If the server has no way to end it, it expires there.
        """
        self._driver.run(self._logout_flow())

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        paginate: Paginate = "auto",
        method: str = "GET",
        json: Any = None,
        **options: Unpack[PageOptions],
    ) -> Pages:
        """Read a list page by page.

        Args:
            path: The list's path.
            params: Added to the query.
            paginate: `auto`, the name of a style, `none`, or a dict of `style page_size limit items
                total`.
            method: `GET`, or `POST` for lists that are the result of a search.
            json: The body of the search.
            **options: `headers timeout path_params retry`, as for `request`.

        Returns:
            An iterator of `Response`, each with `.records`.

        Raises:
            ClientError: While iterating: an error of `request`, or the response is not a list that
                can be read by pages.
        """
        with logging.span("core.connection.Connection.pages"):
            check_options(self.pages, options.keys(), PAGE_OPTIONS)
            flow = self.calls.pages(path, params, paginate, method, json, **options)
            return Pages(self._driver, flow)

    @overload
    def batch(
        self,
        requests: Requests,
        concurrency: int = ...,
        return_exceptions: Literal[False] = ...,
    ) -> list[Response]:
        """Raise the first error of a request."""

    @overload
    def batch(
        self, requests: Requests, concurrency: int = ..., return_exceptions: bool = ...
    ) -> list[Response | ClientError]:
        """Return errors among the responses."""

    def batch(
        self, requests: Requests, concurrency: int = 8, return_exceptions: bool = False
    ) -> list[Any]:
        """Send many requests, a limited number of them at a time.

        Args:
            requests: Dicts of the arguments of `request`, or tuples of method and path.
            concurrency: Requests at a time, 1 or more; default 8.
            return_exceptions: Put errors into the list instead of raising the first; default
                `False`.

        Returns:
            Responses in the order of the requests.

        Raises:
            ClientError: The first error of a request; see `request`.
        """
        with logging.span("core.connection.Connection.batch"):
            return batch.in_threads(
                lambda request: self.request(**request),
                batch.parse(requests, concurrency),
                concurrency,
                return_exceptions,
            )

    def stream(
        self, method: str, path: str, params: urls.Params = None, **options: Unpack[StreamOptions]
    ) -> Stream:
        """Send a request and leave the body of its response open, to be read piece by piece.

        Args:
            method: `GET`, ...
            path: As for `request`.
            params: As for `request`.
            **options: As for `request`, without `raise_on_error`. `timeout` bounds each read, not
                the whole body.

        Returns:
            A context manager that gives an object with `.response` and iterates over decoded bytes.

        Raises:
            ClientError: On entering the context manager; see `request`.
        """
        with logging.span("core.connection.Connection.stream"):
            check_options(self.stream, options.keys(), STREAM_OPTIONS)
            call = self.calls.build(method, path, params, stream=True, **options)
            return Stream(self._driver, self.calls.engine, call)
