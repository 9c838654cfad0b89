# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State shared by all parts of one client.

The registry, the services' descriptors, the connections and the session.

One client talks to several origins: the registry's, and those that the registry names. They share
one session, one set of secrets and one driver. Credentials are sent only to places that the
registry names, never to the registry itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..core import headers, logging, metadata, tokens
from ..core.connection import MAX_RESPONSE_BYTES
from ..core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..core.flow import Flow, SingleFlight
from ..core.retry import RetryPolicy
from ..core.runtime import Runtime
from ..core.session import MemoryStore, Session, SessionStore, expiry
from ..core.session_keeper import SessionKeeper
from . import catalogue, model
from .auth import Auth, AuthType
from .backoff import Backoff
from .connections import ServiceMixin
from .registry import Registry, place, proxy_to
from .response import ResourceResponse

if TYPE_CHECKING:
    from ..core.net.wire_settings import WireSettings
    from ..core.options import File, Verify

CONTENT_TYPE = "application/vnd.piksel+json"
REQUEST_TIMEOUT = 240.0
_NO_DESCRIPTOR = frozenset((400, 403, 404, 405, 406, 410, 501))
"""Statuses of a service that does not describe itself."""


class Hub:
    """The shared state of a client.

    Args:
        registry_url: The registry, with the owner.
        connection_type: The class of the connections.
        make_driver: Makes the driver, from this hub.
        client_name: The name of the client's class, for errors.
        **options: For all others see `client.ClientBase`.

    Attributes:
        auth: The credentials.
        backoff: The client's strategy of repetitions.
        driver: Performs flows.
        headers: Headers of every request.
        keeper: Provides the session, to all connections.
        registry_connection: The connection to the registry.
        registry_path: The registry's path.
        runtime: Clock, randomness and sleep.
        store: The store of the session.
        transport: What the caller gave instead of real connections.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = (
        "_bootstrapped",
        "_client_name",
        "_closed",
        "_connection_type",
        "_connections",
        "_correlation",
        "_descriptors",
        "_makes_models",
        "_options",
        "_proxies",
        "_registry",
        "_undescribed",
        "auth",
        "backoff",
        "driver",
        "headers",
        "keeper",
        "registry_connection",
        "registry_path",
        "runtime",
        "store",
        "transport",
    )

    def __init__(
        self,
        registry_url: str,
        connection_type: type[ServiceMixin],
        make_driver: Callable[[Hub], Any],
        client_name: str,
        *,
        auth_type: AuthType | str = AuthType.CLIENT_GRANT,
        grant_client_id: str | None = None,
        grant_client_secret: str | None = None,
        byo_token: str | None = None,
        client_cert: File | None = None,
        client_key: File | None = None,
        server_cert: File | None = None,
        content_type: str = CONTENT_TYPE,
        user_agent: str | None = None,
        proxies: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
        backoff_strategy: Mapping[str, Any] | None = None,
        retry: RetryPolicy | Mapping[str, Any] | int | None = None,
        model_resolution: object = None,
        correlation_id: str | None = None,
        user_id: str | None = None,
        application_id: str | None = None,
        verify: Verify = True,
        ca_path: File | None = None,
        client_key_password: str | None = None,
        proxy: str | None = None,
        terms: Mapping[str, str] | None = None,
        session_store: SessionStore | None = None,
        limits: int = 20,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        transport: Any = None,
        runtime: Runtime | None = None,
    ) -> None:
        auth = self.auth = Auth(auth_type, grant_client_id, grant_client_secret, byo_token)
        if server_cert is not None and ca_path is not None:
            raise ConfigurationError(
                "server_cert and ca_path are two names for one option: give only one"
            )
        ca_path = ca_path or server_cert
        if auth.type is AuthType.MUTUAL and not (client_cert and client_key and ca_path):
            raise ConfigurationError(
                "client_cert, client_key and server_cert must be given with auth_type MUTUAL"
            )
        self._proxies = _checked_proxies(proxies, proxy)
        self.runtime = runtime or Runtime()
        self.backoff = Backoff(backoff_strategy, self.runtime.random, retry)
        self._makes_models = bool(model_resolution)
        fixed = (correlation_id or "").strip()
        has_prefix = user_id is not None and application_id is not None
        prefix = f"{user_id}/{application_id}/" if has_prefix else ""
        self._correlation = fixed, prefix
        self.headers = _standard_headers(content_type, user_agent, fixed or prefix)
        self._options: dict[str, Any] = {
            "secrets": auth.secrets,
            "verify": verify,
            "ca_path": ca_path,
            "client_cert": client_cert,
            "client_key": client_key,
            "client_key_password": client_key_password,
            "timeout": REQUEST_TIMEOUT if request_timeout is None else request_timeout,
            "terms": terms,
            "limits": limits,
            "max_response_bytes": max_response_bytes,
            "transport": transport,
            "runtime": self.runtime,
            "retry": self.backoff.writes,
        }
        origin, self.registry_path = place(registry_url, "'registry_url'", auth.is_secret)
        shared = transport is None and runtime is None
        self.store = session_store or (
            auth.store(f"{origin}{self.registry_path}", str(client_cert) if client_cert else None)
            if shared
            else MemoryStore()
        )
        self.keeper = SessionKeeper(self.log_in, self.store, auth.secrets, self.runtime.clock)
        self._client_name = client_name
        self._connection_type = connection_type
        self._bootstrapped = False
        self._closed = False
        self._registry: Registry | None = None
        self._descriptors: dict[str, ResourceResponse] = {}
        self._undescribed: set[str] = set()
        self._connections: dict[str, ServiceMixin] = {}
        self.transport = transport
        self.driver = make_driver(self)
        self.registry_connection = self._connection_to(origin, "")

    def operation_id(self) -> str:
        """Return the correlation id of one operation: as configured, or a new one."""
        fixed, prefix = self._correlation
        return fixed or f"{prefix}{uuid.uuid4()}"

    def backoff_of(self, strategy: Mapping[str, Any] | None) -> Backoff:
        """Return a strategy for one call, or else the client's."""
        return Backoff(strategy, self.runtime.random) if strategy else self.backoff

    # Connections

    def wire_settings(self, origin: str) -> WireSettings:
        """Return the settings for an origin to which there is a connection."""
        # A list, because another thread may add to the dict at the same time.
        return next(
            connection
            for connection in list(self._connections.values())
            if connection.calls.origin == origin
        )._wire_settings()

    def connection(self, service: str, *, shared: bool = True) -> Flow[ServiceMixin]:
        """Return the connection to a service.

        Args:
            service: Its name.
            shared: Return the one that all endpoints use; otherwise a new one, for a caller.

        Raises:
            UnknownService: The registry does not name it.
        """
        registry = yield from self.registry()
        origin, base_path = place(
            registry.location(service),
            f"the location of {service} in the registry",
            self.auth.is_secret,
        )
        common = self._connection_to(origin, base_path)
        return common if shared else self._make_connection(origin, base_path)

    def _connection_to(self, origin: str, base_path: str) -> ServiceMixin:
        """Return the shared connection to a place."""
        self._check_open()
        where = f"{origin}{base_path}"
        if where not in self._connections:
            self._connections.setdefault(where, self._make_connection(origin, base_path))
        return self._connections[where]

    def _make_connection(self, origin: str, base_path: str) -> ServiceMixin:
        self._check_open()
        proxy = proxy_to(origin, self._proxies, self.auth.is_secret)
        return self._connection_type(self, origin, base_path, proxy=proxy, **self._options)

    def _check_open(self) -> None:
        if self._closed:
            raise ClientError(f"this {self._client_name} is closed: make a new one")

    def close(self) -> None:
        """Refuse all further calls."""
        self._closed = True
        for connection in list(self._connections.values()):
            connection._shut()

    # The registry

    def registry(self, *, fresh: bool = False) -> Flow[Registry]:
        """Return the registry, reading it on first use.

        Args:
            fresh: Read it again.
        """
        seen = self._registry
        if seen is not None and not fresh:
            return seen
        registry: Registry = yield SingleFlight(
            lambda: self.read_registry(seen), self._longest_reading(), "reading of the registry"
        )
        return registry

    def read_registry(self, seen: Registry | None) -> Flow[Registry]:
        """Read the registry, unless it was read since the caller looked.

        Args:
            seen: The registry that the caller saw.
        """
        if self._registry is not None and self._registry is not seen:
            return self._registry
        calls = self.registry_connection.calls
        response = yield from calls.request(
            "GET",
            self.registry_path or "/",
            authenticate=False,
            retry=self.backoff.reads,
            raise_on_error=False,
        )
        is_missing = response.status_code == 404
        calls.engine.check(
            response,
            "is 'registry_url' https://<registry>/services/<owner>?" if is_missing else None,
        )
        self._registry = Registry(ResourceResponse(response).data)
        return self._registry

    def _longest_reading(self) -> float:
        """Return the seconds that a reading may take at most."""
        return max(self.backoff.reads.max_time, self.registry_connection.calls.timeout)

    # Descriptors

    def descriptor_response(self, service: str) -> Flow[ResourceResponse]:
        """Return the descriptor of a service, read once."""
        if service not in self._descriptors:
            connection = yield from self.connection(service)

            def read() -> Flow[ResourceResponse]:
                if service not in self._descriptors:
                    self._descriptors[service] = yield from connection.request_resources(
                        "GET", "/descriptor/raw?_pretty=true", retry=self.backoff.reads
                    )
                return self._descriptors[service]

            yield SingleFlight(
                read, self._longest_reading(), f"reading of the descriptor of {service}"
            )
        return self._descriptors[service]

    def descriptor(self, service: str) -> Flow[Any]:
        """Return the content of a service's descriptor, or `None` if it has none.

        It is requested only once.
        """
        if service in self._undescribed:
            return None
        try:
            return (yield from self.descriptor_response(service)).data
        except SerializationError as exc:
            reason = exc.message
        except HTTPStatusError as exc:
            if exc.call_status not in _NO_DESCRIPTOR:
                raise
            reason = exc.message
        self._undescribed.add(service)
        if self._makes_models:
            _warn_of_no_models(service, reason)
        return None

    def model_builder(
        self, service: str, key: str, inclusions: tuple[str, ...]
    ) -> Flow[Callable[[Any], Any] | None]:
        """Return the function that makes models.

        `None` if models are off, or if there is no descriptor, or it cannot be read now.

        Args:
            service: The service's name.
            key: The resource's name in bodies.
            inclusions: The relationships whose resources go into models.
        """
        if not self._makes_models:
            return None
        try:
            descriptor = yield from self.descriptor(service)
        except ClientError as exc:
            _warn_of_no_models(service, exc.message)
            return None
        if service in self._undescribed:
            return None
        known = catalogue.part_of(descriptor, key, "relationships")
        return lambda page: model.build(known, inclusions, page)

    # The session

    def log_in(self) -> Flow[Session]:
        """Return a new session."""
        auth = self.auth
        if auth.type is not AuthType.CLIENT_GRANT:
            return auth.fixed_session()
        if auth.token is not None and not self._bootstrapped:
            self._bootstrapped = True
            return auth.session_of(auth.token)
        identity = yield from self.connection("identity")
        response = yield from tokens.request(
            identity,
            "/oauth/token",
            lambda: auth.client_form({"grant_type": "client_credentials"}),
            "check 'grant_client_id' and 'grant_client_secret'",
        )
        token, expires_in = tokens.read(response, ("access_token",), bare=False)
        if token is None:
            raise tokens.missing(response)
        return auth.session_of(
            token,
            expiry(self.runtime.clock(), 0.0, expires_in),
            tokens.cookies_of(identity, response),
        )

    def log_out(self) -> Flow[None]:
        """Revoke the token, unless the user brought it, and forget it."""
        session = self.keeper.current()
        if (
            session is not None
            and self.auth.type is AuthType.CLIENT_GRANT
            and session.token != self.auth.token
        ):
            with suppress(ClientError):
                identity = yield from self.connection("identity")
                yield from identity.calls.request(
                    "POST",
                    "/oauth/revoke",
                    authenticate=False,
                    **self.auth.client_form({"token": session.token}),
                )
        self.keeper.forget()


def _warn_of_no_models(service: str, reason: str) -> None:
    logging.warning(f"no models of {service} are made: {reason}")


def _standard_headers(
    content_type: str, user_agent: str | None, correlation_id: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers of every request.

    Args:
        content_type: The content type of requests and responses.
        user_agent: Put before the user agent of this client.
        correlation_id: The beginning of all correlation ids; checked here, sent per operation.
    """
    own = metadata.USER_AGENT
    checked = headers.checked(
        {
            "Content-Type": content_type,
            "Accept": content_type,
            "User-Agent": f"{user_agent.strip()} {own}" if user_agent else own,
            "X-Correlation-ID": correlation_id,
        }
    )
    return checked[:-1]


def _checked_proxies(proxies: Mapping[str, str] | None, proxy: str | None) -> dict[str, str]:
    given = dict(proxies or {})
    if set(given) - {"http", "https", "all"} or (given and proxy is not None):
        raise ConfigurationError(
            "proxies must be a dict with the keys http, https or all, and cannot be combined with"
            " proxy (one URL for all requests)"
        )
    return given if proxy is None else {"all": proxy}
