# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of ipsdk, around those of this library.

Credentials are attributes that may be set; the next login uses them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from ...core import connection as core
from ...core import http as core_http
from ...core.exceptions import ClientError
from ...core.net import conversion
from ...core.numbers import seconds_or_zero
from ...core.secrets.redaction import SecretValues
from ...core.session import MemoryStore, Session, expiry
from ...itential.arguments import place
from ..timeouts import seconds_of
from .exceptions import ConfigurationError, translate
from .http import HTTPMethod, Request, Response
from .inner_client import Client, adapt

if TYPE_CHECKING:
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
        client_id: A service account's id; with its secret, takes precedence over `user` and
            `password`.
        client_secret: Its secret.
        timeout: Seconds for one attempt, or an `httpx.Timeout`; `None` for no limit.
        ttl: Seconds after which to log in again; 0 for when the server asks for it.
        **options: Further arguments of this library's connections.

    Attributes:
        client: The stand-in for the client of the HTTP library that ipsdk has.
        connection: The connection of this library, for what ipsdk does not have.

    Raises:
        IpsdkError: An argument is not usable.
    """

    # As in ipsdk, these are names of the class too: mocks made from it have them.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_given",
        "_login_lock",
        "_store",
        "client",
        "client_id",
        "client_secret",
        "connection",
        "password",
        "ttl",
        "user",
    )

    want_async: ClassVar[bool]
    authenticate: Any

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
        timeout: Any = 30,
        ttl: float = 0,
        **options: Any,
    ) -> None:
        self.user = user
        self.password = password
        self.client_id = client_id
        self.client_secret = client_secret
        self.ttl = ttl
        self._store = MemoryStore()
        self._login_lock: Any = asyncio.Lock() if self.want_async else threading.Lock()
        self._given: Any = None
        try:
            origin, prefix = place(host, port, use_tls, base_path or "")
            self.connection = self._make_connection(
                origin,
                prefix,
                timeout=seconds_of(timeout),
                ttl=ttl,
                session_store=self._store,
                verify=verify,
                **options,
            )
            self.client = Client(self.connection)
        except ClientError as exc:
            raise translate(exc, "") from exc
        self._hide_credentials()

    def _make_connection(self, origin: str, base_path: str, **options: Any) -> Any:
        kind = core.AsyncConnection if self.want_async else core.Connection
        return adapt(kind)(origin, base_path, secrets=SecretValues(), **options)

    def _credentials(self) -> Any:
        """Return the credentials that are set now, checked; `None` if none are needed."""
        return None

    def _take_credentials(self) -> None:
        """Hand the credentials and the `ttl` that are set now to the connection."""
        self.connection._ttl = seconds_or_zero("ttl", self.ttl)
        # No local variable has them, because tracebacks may show those.
        if self._given != self._current_credentials():
            self._hide_credentials()
            self.connection._auth = self._credentials()
            self._given = self._current_credentials()
            if not self.authenticated:
                # A refused login does not concern these credentials.
                self.connection.calls.engine.keeper.forget()

    def _current_credentials(self) -> tuple[str | None, ...]:
        return (self.user, self.password, self.client_id, self.client_secret)

    def _hide_credentials(self) -> None:
        for secret in (self.password, self.client_secret):
            if secret != DEFAULT_PASSWORD:
                self.connection.secrets.add(secret)

    @property
    def token(self) -> str | None:
        """The token of the session.

        Setting it starts a session with this token; `None` ends the session.
        """
        session = self._store.load()
        return None if session is None else session.token

    @token.setter
    def token(self, token: str | None) -> None:
        if token is None:
            self.authenticated = False
        else:
            self._start_session(token, headers=(("Authorization", f"Bearer {token}"),))

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
            self.connection.calls.engine.keeper.forget()
        elif not self.authenticated:
            self._start_session("")

    def _start_session(self, token: str, **details: Any) -> None:
        """Start a session that the program has made."""
        now, ttl = self.connection.calls.runtime.clock(), seconds_or_zero("ttl", self.ttl)
        renewal = "set 'authenticated' to False to log in again" if self._has_own_login() else ""
        self._store.save(
            Session(token, expires_at=expiry(now, ttl, None), no_renewal=renewal, **details)
        )

    def _has_own_login(self) -> bool:
        """Tell if the program has replaced `authenticate`, in its class or in this object."""
        method = getattr(self.authenticate, "__func__", None)
        return method not in (Connection.authenticate, AsyncConnection.authenticate)

    def _call(self, method: HTTPMethod, path: str, params: Any, json: Any) -> Call:
        """Make a call. For the arguments and errors see `Connection._send_request`."""
        with self._errors():
            _check(method, path, params, json)
            if not self._has_own_login():
                self._take_credentials()
            call: Call = self.connection.calls.build(method.value, path, params, json=json)
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

    def _login_flow(self) -> Flow[None]:
        """Log in, also if there is a session."""
        self._take_credentials()
        self.connection.calls.engine.keeper.forget()
        yield from self.connection.calls.log_in()

    @contextmanager
    def _errors(self, call: Call | None = None) -> Iterator[None]:
        """Raise errors of this library as those of ipsdk."""
        try:
            yield
        except ClientError as exc:
            error = translate(exc, self.connection.base_url if call is None else self._url(call))
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
        if self._has_own_login():
            with self._login_lock:
                if not self.authenticated:
                    self.authenticate()
                    self.authenticated = True
        call = self._call(method, path, params, json)
        with self._errors(call):
            response = self.connection._driver.run(self.connection.calls.engine.checked(call))
        return self._response(call, response)

    def authenticate(self) -> None:
        """Log in now, also if there is a session.

        A program may replace this method; calls use it if there is no session.
        """
        with self._errors():
            self.connection._driver.run(self._login_flow())

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
        if self._has_own_login():
            async with self._login_lock:
                if not self.authenticated:
                    await self.authenticate()
                    self.authenticated = True
        call = self._call(method, path, params, json)
        with self._errors(call):
            response = await self.connection._driver.run(self.connection.calls.engine.checked(call))
        return self._response(call, response)

    async def authenticate(self) -> None:
        """Log in now, also if there is a session."""
        with self._errors():
            await self.connection._driver.run(self._login_flow())

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


def _check(method: Any, path: Any, params: Any, json: Any) -> None:
    for name, value, kinds, words in (
        ("method", method, (HTTPMethod,), "`HTTPMethod`"),
        ("params", params, (dict, type(None)), "`dict`"),
        ("json", json, (dict, list, type(None)), "`dict` or `list`"),
        ("path", path, (str,), "`str`"),
    ):
        if not isinstance(value, kinds):
            raise ConfigurationError(f"{name} must be of type {words}")
