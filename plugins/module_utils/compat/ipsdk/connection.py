# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of ipsdk, around those of this library.

Credentials are attributes that may be set; the next login uses them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from ...core import connection as core
from ...core import http as core_http
from ...core.exceptions import ClientError
from ...core.metadata import USER_AGENT
from ...core.net import conversion, httplib
from ...core.secrets.redaction import SecretValues
from ...core.session import MemoryStore, Session
from ...itential.arguments import place
from . import logging
from .exceptions import ConfigurationError, translated
from .http import HTTPMethod, Request, Response

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Self

    from ...core.call import Call
    from ...core.flow import Flow

__all__ = [
    "AsyncConnection",
    "Connection",
    "ConnectionBase",
    "HTTPMethod",
    "Request",
    "Response",
]

DEFAULT_PASSWORD = "admin"  # noqa: S105  # nosec B105  # documented default of ipsdk
NO_LIMIT = 86400.0
"""Seconds that stand for `timeout=None`."""


class ConnectionBase:
    """The parts that both connections share.

    Args:
        host: Name or address of the server; a prefix of all paths may follow.
        port: 0 or `None` for 443 with TLS and 80 without.
        base_path: Put before every path.
        use_tls: Use https.
        verify: Check the server's certificate and name; a path names the authorities to trust, and
            an SSL context is used unchanged.
        user: User name.
        password: Password.
        client_id: A service account's id. With its secret it goes before `user` and `password`.
        client_secret: Its secret.
        timeout: Seconds for one attempt; `None` for no limit.
        ttl: Seconds after which to log in again; 0 for when the server asks for it.
        **options: Further arguments of this library's connections.

    Attributes:
        client: The stand-in for the client of the HTTP library that ipsdk has.
        connection: The connection of this library, for what ipsdk does not have.

    Raises:
        IpsdkError: An argument is not usable.
    """

    want_async: ClassVar[bool]

    def __init__(
        self,
        host: str,
        port: int | str | None = 0,
        base_path: str | None = None,
        use_tls: bool = True,
        verify: Any = True,
        user: str | None = None,
        password: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        timeout: float | None = 30,
        ttl: float = 0,
        **options: Any,
    ) -> None:
        self.user = user
        self.password = password
        self.client_id = client_id
        self.client_secret = client_secret
        self.ttl = ttl
        self._store = MemoryStore()
        self._given: Any = None
        try:
            origin, prefix = place(host, port, use_tls, base_path or "")
            self.connection = self._make_connection(
                origin,
                prefix,
                timeout=NO_LIMIT if timeout is None else timeout,
                ttl=ttl,
                session_store=self._store,
                verify=verify,
                **options,
            )
        except ClientError as exc:
            raise translated(exc, "") from exc
        self._hide_credentials()
        self.client = Client(self.connection)

    def _make_connection(self, origin: str, base_path: str, **options: Any) -> Any:
        kind = core.AsyncConnection if self.want_async else core.Connection
        return adapted(kind)(origin, base_path, secrets=SecretValues(), **options)

    def _credentials(self) -> Any:
        """Return the credentials that are set now, checked; `None` if none are needed."""
        return None

    def _take_credentials(self) -> None:
        """Hand the credentials that are set now to the connection."""
        given = (self.user, self.password, self.client_id, self.client_secret)
        if given != self._given:
            self._hide_credentials()
            self.connection._auth = self._credentials()
            self._given = given

    def _hide_credentials(self) -> None:
        for secret in (self.password, self.client_secret):
            if secret != DEFAULT_PASSWORD:
                self.connection.secrets.add(secret)

    @property
    def token(self) -> str | None:
        """The token of the session; setting it makes a session of it, and `None` ends it."""
        session = self._store.load()
        return None if session is None else session.token

    @token.setter
    def token(self, token: str | None) -> None:
        if token is None:
            self.authenticated = False
        else:
            self._store.save(Session(token, headers=(("Authorization", f"Bearer {token}"),)))

    @property
    def authenticated(self) -> bool:
        """`True` if there is a session.

        `False` ends it, and the next call logs in. `True` sends calls without a login until the
        server answers 401.
        """
        return bool(self.connection.authenticated)

    @authenticated.setter
    def authenticated(self, value: bool) -> None:
        if not value:
            self.connection._engine.keeper.forget()
        elif not self.authenticated:
            self._store.save(Session(""))

    def _call(self, method: HTTPMethod, path: str, params: Any, json: Any) -> Call:
        """Make a call. For the arguments and errors see `Connection._send_request`."""
        with self._errors():
            _check(method, path, params, json)
            self._take_credentials()
            call: Call = self.connection._call(method.value, path, params, json=json)
            return call

    def _url(self, call: Call) -> str:
        return str(self.connection.secrets.scrub(call.url))

    def _response(self, call: Call, response: core_http.Response) -> Response:
        redirected = response.request is not call.request
        return Response(
            conversion.as_httpx(response, None if redirected else self._url(call)),
            started_at=response.started_at.isoformat(),
            finished_at=response.finished_at.isoformat(),
        )

    def _logged_in(self) -> Flow[None]:
        """Log in, also if there is a session."""
        self._take_credentials()
        self.connection._engine.keeper.forget()
        yield from self.connection._login_flow()

    @contextmanager
    def _errors(self, call: Call | None = None) -> Iterator[None]:
        """Raise errors of this library as those of ipsdk."""
        try:
            yield
        except ClientError as exc:
            error = translated(exc, self.connection.base_url if call is None else self._url(call))
            raise error from error.cause


class Connection(ConnectionBase):
    """A connection for threads."""

    want_async = False

    def _send_request(
        self,
        method: HTTPMethod,
        path: str,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | list[Any] | None = None,
    ) -> Response:
        """Send a request.

        Args:
            method: The method.
            path: The path.
            params: The query.
            json: The body.

        Raises:
            HTTPStatusError: The status is not 2xx, or the login was refused.
            RequestError: There is no response.
            IpsdkError: An argument is not usable.
        """
        call = self._call(method, path, params, json)
        with self._errors(call):
            answer = self.connection._driver.run(self.connection._engine.checked(call))
        return self._response(call, answer)

    def authenticate(self) -> None:
        """Log in now, also if there is a session."""
        with self._errors():
            self.connection._driver.run(self._logged_in())

    def get(self, path: str, params: dict[str, Any] | None = None) -> Response:
        """Send a GET."""
        return self._send_request(HTTPMethod.GET, path=path, params=params)

    def delete(self, path: str, params: dict[str, Any] | None = None) -> Response:
        """Send a DELETE."""
        return self._send_request(HTTPMethod.DELETE, path=path, params=params)

    def post(self, path: str, params: dict[str, Any] | None = None, json: Any = None) -> Response:
        """Send a POST."""
        return self._send_request(HTTPMethod.POST, path=path, params=params, json=json)

    def put(self, path: str, params: dict[str, Any] | None = None, json: Any = None) -> Response:
        """Send a PUT."""
        return self._send_request(HTTPMethod.PUT, path=path, params=params, json=json)

    def patch(self, path: str, params: dict[str, Any] | None = None, json: Any = None) -> Response:
        """Send a PATCH."""
        return self._send_request(HTTPMethod.PATCH, path=path, params=params, json=json)

    def close(self) -> None:
        """Close all connections; ipsdk has only `client.close()`."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *dummy: object) -> None:
        self.close()


class AsyncConnection(ConnectionBase):
    """A connection for event loops. For the arguments and errors see `Connection`."""

    want_async = True

    async def _send_request(
        self,
        method: HTTPMethod,
        path: str,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | list[Any] | None = None,
    ) -> Response:
        """Send a request."""
        call = self._call(method, path, params, json)
        with self._errors(call):
            answer = await self.connection._driver.run(self.connection._engine.checked(call))
        return self._response(call, answer)

    async def authenticate(self) -> None:
        """Log in now, also if there is a session."""
        with self._errors():
            await self.connection._driver.run(self._logged_in())

    async def get(self, path: str, params: dict[str, Any] | None = None) -> Response:
        """Send a GET."""
        return await self._send_request(HTTPMethod.GET, path=path, params=params)

    async def delete(self, path: str, params: dict[str, Any] | None = None) -> Response:
        """Send a DELETE."""
        return await self._send_request(HTTPMethod.DELETE, path=path, params=params)

    async def post(
        self, path: str, params: dict[str, Any] | None = None, json: Any = None
    ) -> Response:
        """Send a POST."""
        return await self._send_request(HTTPMethod.POST, path=path, params=params, json=json)

    async def put(
        self, path: str, params: dict[str, Any] | None = None, json: Any = None
    ) -> Response:
        """Send a PUT."""
        return await self._send_request(HTTPMethod.PUT, path=path, params=params, json=json)

    async def patch(
        self, path: str, params: dict[str, Any] | None = None, json: Any = None
    ) -> Response:
        """Send a PATCH."""
        return await self._send_request(HTTPMethod.PATCH, path=path, params=params, json=json)

    async def close(self) -> None:
        """Close all connections; ipsdk has only `client.aclose()`."""
        await self.connection.aclose()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *dummy: object) -> None:
        await self.close()


class Client:
    """The stand-in for a client of the HTTP library: closing, and headers of a program's own.

    Args:
        connection: The connection.

    Attributes:
        headers: Sent with every request.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.headers = connection.own_headers = {"User-Agent": USER_AGENT}

    @property
    def base_url(self) -> httpx.URL:
        """The URL that every path is put behind; one with a path ends with a slash."""
        url: httpx.URL = httplib.httpx().URL(self._connection.base_url)
        return url if url.path == "/" else url.copy_with(path=f"{url.path}/")

    @property
    def timeout(self) -> httpx.Timeout:
        """The time for one attempt."""
        result: httpx.Timeout = httplib.httpx().Timeout(self._connection._timeout)
        return result

    @property
    def is_closed(self) -> bool:
        """The connection is closed."""
        return bool(self._connection._closed)

    def close(self) -> Any:
        """Close all connections; the one of an `AsyncConnection` is awaited."""
        return self._connection.close()

    async def aclose(self) -> None:
        """Close all connections of an `AsyncConnection`."""
        await self._connection.aclose()


@functools.cache
def adapted(kind: Any) -> Any:
    """Return a connection that logs where ipsdk logs, and sends the headers of its `Client`."""

    def call(self: Any, method: str, path: str, params: Any = None, **options: Any) -> Any:
        options["headers"] = {**self.own_headers, **(options.get("headers") or {})}
        return kind._call(self, method, path, params, **options)

    return type(kind.__name__, (kind,), {"logger": logging.get_logger(), "_call": call})


def _check(method: Any, path: Any, params: Any, json: Any) -> None:
    for name, value, kinds, words in (
        ("method", method, (HTTPMethod,), "`HTTPMethod`"),
        ("params", params, (dict, type(None)), "`dict`"),
        ("json", json, (dict, list, type(None)), "`dict` or `list`"),
        ("path", path, (str,), "`str`"),
    ):
        if not isinstance(value, kinds):
            raise ConfigurationError(f"{name} must be of type {words}")
