# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that programs hold, and the factory.

One client talks to several origins: the registry's, and those that the registry names. They share
one session, one set of secrets and one driver; credentials go to places that the registry names and
nowhere else, and the registry itself is sent none.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, overload

from ..core import headers, logging, metadata, tokens
from ..core.call import Runtime
from ..core.closing import AsyncClosing, Closing
from ..core.connection import MAX_RESPONSE_BYTES
from ..core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..core.flow import Flow, SingleFlight
from ..core.options import check_options
from ..core.retry import RetryPolicy
from ..core.session import MemoryStore, Session, SessionStore, expiry
from ..core.sync_driver import SyncDriver
from . import catalogue, model
from .auth import Auth, AuthType
from .backoff import Backoff
from .browse import AsyncBrowse, Browse
from .connections import AsyncServiceConnection, ServiceConnection, ServiceMixin
from .endpoint import Service
from .options import SEQUOIA_OPTIONS, SequoiaOptions
from .paging import Query
from .registry import Registry, place
from .response import ResourceResponse

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.async_driver import AsyncDriver
    from ..core.net.transport import AsyncOrigins, SyncOrigins
    from ..core.net.wire import WireSettings
    from ..core.secrets.redaction import SecretValues

Result = TypeVar("Result")
Listed = TypeVar("Listed")

CONTENT_TYPE = "application/vnd.piksel+json"
REQUEST_TIMEOUT = 240.0


class ClientBase(Generic[Result, Listed]):
    """What both clients share: everything but waiting.

    Every attribute that does not begin with `_` and is none of the methods is a service:
    `client.metadata`, also as `client["metadata"]`.

    Args:
        registry_url: The registry, with the owner: `https://<registry>/services/<owner>`.
        auth_type: How to authenticate.
        grant_client_id: For CLIENT_GRANT.
        grant_client_secret: For CLIENT_GRANT.
        byo_token: For BYO_TOKEN, and for CLIENT_GRANT to begin with.
        client_cert: A PEM file with a certificate to show.
        client_key: A PEM file with its key.
        server_cert: A PEM file with the authorities to trust; another name for `ca_path`.
        content_type: Of what is sent and of what is wanted.
        user_agent: Put before the client's own.
        proxies: A proxy's URL by scheme: `http`, `https` or `all`.
        request_timeout: Seconds for one attempt.
        backoff_strategy: What is repeated and how: `wait_gen interval max_tries max_time jitter
            retry_http_status_codes retry_when_empty_result`, and arguments of the wait generator.
        retry: The same in the words of every client here, instead: tries, or a dict of `max_tries
            max_time statuses methods wait`.
        model_resolution: Read the services' descriptors, so that answers have models.
        correlation_id: Sent with every request.
        user_id: With `application_id`, the beginning of every correlation id.
        application_id: See `user_id`.
        verify: Check the servers' certificates and names.
        ca_path: A PEM file or a folder of them; `None` for the usual authorities.
        client_key_password: What the key is encrypted with.
        proxy: A proxy's URL for all requests; `None` for what `proxies`, or else the environment,
            says.
        session_store: Where the session is kept; `None` for this process, shared with clients that
            have the same credentials for the same registry.
        limits: Connections kept open per origin at most.
        max_response_bytes: The most bytes of a decoded answer.
        transport: A transport of the HTTP library, or a network backend of its core, in place of
            real connections.
        runtime: Time and chance.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = (
        "__weakref__",
        "_auth",
        "_backoff",
        "_bootstrapped",
        "_closed",
        "_connections",
        "_correlation",
        "_descriptors",
        "_driver",
        "_headers",
        "_home",
        "_models",
        "_options",
        "_proxies",
        "_registry",
        "_registry_path",
        "_runtime",
        "_store",
        "_undescribed",
    )

    _driver: Any
    _connection_type: ClassVar[type[ServiceMixin]] = ServiceMixin

    def __init__(
        self,
        registry_url: str,
        *,
        auth_type: AuthType | str = AuthType.CLIENT_GRANT,
        grant_client_id: str | None = None,
        grant_client_secret: str | None = None,
        byo_token: str | None = None,
        client_cert: str | None = None,
        client_key: str | None = None,
        server_cert: str | None = None,
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
        verify: bool = True,
        ca_path: str | None = None,
        client_key_password: str | None = None,
        proxy: str | None = None,
        session_store: SessionStore | None = None,
        limits: int = 20,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        transport: Any = None,
        runtime: Runtime | None = None,
        terms: Mapping[str, str] | None = None,
    ) -> None:
        auth = self._auth = Auth(auth_type, grant_client_id, grant_client_secret, byo_token)
        if auth.type is AuthType.MUTUAL and not (
            client_cert and client_key and (server_cert or ca_path)
        ):
            raise ConfigurationError(
                "client_cert, client_key and server_cert must be given with auth_type MUTUAL"
            )
        if server_cert is not None and ca_path is not None:
            raise ConfigurationError("server_cert and ca_path are the same: give one")
        self._proxies = _proxies(proxies, proxy)
        self._runtime = runtime or Runtime()
        self._backoff = Backoff(backoff_strategy, self._runtime.random, retry)
        self._models = bool(model_resolution)
        fixed = (correlation_id or "").strip()
        prefix = (
            f"{user_id}/{application_id}/"
            if user_id is not None and application_id is not None
            else ""
        )
        self._correlation = fixed, prefix
        agent = f"{user_agent.strip()} {metadata.USER_AGENT}" if user_agent else metadata.USER_AGENT
        # What all correlation ids begin with is checked here and sent per operation.
        self._headers = headers.checked(
            {
                "Content-Type": content_type,
                "Accept": content_type,
                "User-Agent": agent,
                "X-Correlation-ID": fixed or prefix,
            }
        )[:-1]
        self._options: dict[str, Any] = {
            "secrets": auth.secrets,
            "verify": verify,
            "ca_path": ca_path or server_cert,
            "client_cert": client_cert,
            "client_key": client_key,
            "client_key_password": client_key_password,
            "timeout": REQUEST_TIMEOUT if request_timeout is None else request_timeout,
            "limits": limits,
            "max_response_bytes": max_response_bytes,
            "transport": transport,
            "runtime": self._runtime,
            "retry": self._backoff.writes,
            "terms": terms,
        }
        origin, self._registry_path = place(registry_url, "'registry_url'", auth.is_secret)
        shared = transport is None and runtime is None
        self._store = session_store or (
            auth.store(f"{origin}{self._registry_path}", client_cert) if shared else MemoryStore()
        )
        self._bootstrapped = False
        self._closed = False
        self._registry: Registry | None = None
        self._descriptors: dict[str, ResourceResponse] = {}
        self._undescribed: set[str] = set()
        self._driver = self._make_driver()
        self._connections: dict[str, ServiceMixin] = {}
        self._home = self._connected(origin, "")

    # Services

    def __getattr__(self, name: str) -> Service[Result, Listed]:
        if name.startswith("_"):
            raise AttributeError(f"a client has no attribute {name!r}")
        return self[name]

    def __getitem__(self, name: str) -> Service[Result, Listed]:
        if not isinstance(name, str) or not name:
            raise ConfigurationError(f"a service is named by a text, not by {name!r}")
        return Service(self, name)

    # Python would count upwards through `__getitem__`.
    __iter__ = None
    __contains__ = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._home.base_url}{self._registry_path}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"a {type(self).__name__} holds credentials and connections and is not pickled; make another from its settings"
        )

    @property
    def secrets(self) -> SecretValues:
        """What this client keeps out of everything it writes; for callers that must do the same."""
        return self._auth.secrets

    def presentable(self, value: Any) -> Any:
        """Return JSON as it may be shown: without the secrets that this client knows."""
        return self.secrets.scrub_value(value)

    @property
    def authenticated(self) -> bool:
        """Whether there is a session that may still be used."""
        return self._home.authenticated

    def services(self) -> Any:
        """Return where the services are, by name, as the registry says; it is read where that was
        not done yet.

        Raises:
            ClientError: The registry does not answer, or not as one.
        """
        return self._perform(self._located(anew=False))

    def refresh(self) -> Any:
        """Read the registry again; where that fails, what was known stays. For what it returns and
        raises see `services`.
        """
        return self._perform(self._located(anew=True))

    def connection(self, service: str) -> Any:
        """Return the verbs of a plain connection for one service: `get post request batch stream
        ...`.

        Args:
            service: The service's name.

        Returns:
            A `ServiceConnection`; from an `AsyncClient`, an awaitable of an
            `AsyncServiceConnection`. Both share the client's session.

        Raises:
            UnknownService: The registry does not name it.
            ClientError: The registry does not answer.
        """
        return self._perform(self._connection(service, lasting=False))

    def authenticate(self) -> Any:
        """Log in now, unless there is a session; the first request would do it anyway.

        Raises:
            AuthenticationError: The credentials are not accepted.
            ClientError: The registry or the identity service does not answer.
        """
        return self._perform(self._home._authenticated())

    def logout(self) -> Any:
        """Revoke the token, unless the user brought it, and forget it. The next call logs in
        again.
        """
        return self._perform(self._logged_out())

    def _perform(self, flow: Flow[Any]) -> Any:
        return self._driver.run(flow)

    def _answer(self, flow: Flow[ResourceResponse]) -> Result:
        result: Result = self._driver.run(flow)
        return result

    # What endpoints and connections ask for

    def _make_driver(self) -> Any:
        raise NotImplementedError

    def _browsed(self, query: Query, prefetch: int) -> Listed:
        raise NotImplementedError

    def _operation_id(self) -> str:
        """Return the correlation id of one operation (the reference document's rules; a fresh id
        where it has none).
        """
        fixed, prefix = self._correlation
        return fixed or f"{prefix}{uuid.uuid4()}"

    def _backoff_of(self, strategy: Mapping[str, Any] | None) -> Backoff:
        return Backoff(strategy, self._runtime.random) if strategy else self._backoff

    def _wire_settings(self, origin: str) -> WireSettings:
        # A list, because another thread may add to the dict meanwhile.
        return next(
            connection
            for connection in list(self._connections.values())
            if connection._origin == origin
        )._wire_settings()

    def _connected(self, origin: str, base_path: str, *, lasting: bool = True) -> ServiceMixin:
        """Return the connection to a place; a new one unless it is to last."""
        if self._closed:
            raise ClientError(f"this {type(self).__name__} is closed; make a new one")
        proxy = self._proxies.get(origin.partition(":")[0]) or self._proxies.get("all")
        made = self._connections.get(f"{origin}{base_path}")
        if made is None or not lasting:
            made = self._connection_type(
                self, origin, base_path, proxy=proxy, session_store=self._store, **self._options
            )
        return self._connections.setdefault(f"{origin}{base_path}", made) if lasting else made

    def _connection(self, service: str, *, lasting: bool = True) -> Flow[ServiceMixin]:
        registry = yield from self._known()
        origin, base_path = place(
            registry.location(service),
            f"the location of {service} in the registry",
            self._auth.is_secret,
        )
        lasts = self._connected(origin, base_path)
        return lasts if lasting else self._connected(origin, base_path, lasting=False)

    def _located(self, *, anew: bool) -> Flow[dict[str, str]]:
        return dict((yield from self._known(anew=anew)).locations)

    def _known(self, *, anew: bool = False) -> Flow[Registry]:
        seen = self._registry
        if seen is not None and not anew:
            return seen
        registry: Registry = yield SingleFlight(
            lambda: self._read_registry(seen), self._patience(), "reading of the registry"
        )
        return registry

    def _patience(self) -> float:
        """Return the seconds that a reading may take at most."""
        return max(self._backoff.reads.max_time, self._home._timeout)

    def _read_registry(self, seen: Registry | None) -> Flow[Registry]:
        if self._registry is not None and self._registry is not seen:
            # Another flight has landed since the caller looked.
            return self._registry
        engine = self._home._engine
        response = yield from engine.send(
            self._home._call(
                "GET", self._registry_path or "/", authenticate=False, retry=self._backoff.reads
            )
        )
        engine.check(
            response,
            "is 'registry_url' https://<registry>/services/<owner>?"
            if response.status_code == 404
            else None,
        )
        self._registry = Registry(ResourceResponse(response).data)
        return self._registry

    def _described(self, service: str) -> Flow[ResourceResponse]:
        if service not in self._descriptors:
            connection = yield from self._connection(service)

            def read() -> Flow[ResourceResponse]:
                if service not in self._descriptors:
                    self._descriptors[service] = yield from connection.answered(
                        "GET", "/descriptor/raw?_pretty=true", retry=self._backoff.reads
                    )
                return self._descriptors[service]

            yield SingleFlight(read, self._patience(), f"reading of the descriptor of {service}")
        return self._descriptors[service]

    def _descriptor(self, service: str) -> Flow[Any]:
        """Return what a service says of itself, or `None` where it has no descriptor, which is
        asked for once.
        """
        if service in self._undescribed:
            return None
        try:
            return (yield from self._described(service)).data
        except AuthenticationError:
            raise
        except (HTTPStatusError, SerializationError) as exc:
            if isinstance(exc, HTTPStatusError) and exc.status_code not in (
                400,
                403,
                404,
                405,
                406,
                410,
                501,
            ):
                raise
            self._undescribed.add(service)
            return None

    def _modelling(
        self, service: str, key: str, inclusions: tuple[str, ...]
    ) -> Flow[Callable[[Any], Any] | None]:
        """Return what makes models, or `None` where they are off or the service does not describe
        itself.
        """
        if not self._models or service in self._undescribed:
            return None
        try:
            described = yield from self._described(service)
        except ClientError as exc:
            self._undescribed.add(service)
            logging.warning(f"no models of {service} are made: {exc.message}")
            return None
        known = catalogue.described(described.data, key, "relationships")
        return lambda page: model.build(known, inclusions, page)

    # The session

    def _login(self) -> Flow[Session]:
        auth = self._auth
        if auth.type is not AuthType.CLIENT_GRANT:
            return auth.unrenewed()
        if auth.token is not None and not self._bootstrapped:
            self._bootstrapped = True
            return auth.bearing(auth.token)
        identity = yield from self._connection("identity")
        response = yield from tokens.request(
            identity,
            "/oauth/token",
            lambda: auth.identified({"grant_type": "client_credentials"}),
            "check 'grant_client_id' and 'grant_client_secret'",
        )
        token, expires_in = tokens.read(response, ("access_token",), bare=False)
        if token is None:
            raise tokens.missing(response)
        return auth.bearing(
            token,
            expiry(self._runtime.clock(), 0.0, expires_in),
            tokens.cookies_of(identity, response),
        )

    def _logged_out(self) -> Flow[None]:
        keeper = self._home._engine.keeper
        session = keeper.current()
        if (
            session is not None
            and self._auth.type is AuthType.CLIENT_GRANT
            and session.token != self._auth.token
        ):
            with suppress(ClientError):
                identity = yield from self._connection("identity")
                yield from identity._engine.send(
                    identity._call(
                        "POST",
                        "/oauth/revoke",
                        authenticate=False,
                        **self._auth.identified({"token": session.token}),
                    )
                )
        keeper.forget()

    def _shut(self) -> None:
        self._closed = True
        for connection in list(self._connections.values()):
            connection._shut()


class Client(ClientBase[ResourceResponse, Browse], Closing):
    """A Sequoia client for threads; any number may share it, and forks of the process too. For the
    arguments see `ClientBase`.
    """

    __slots__ = ()

    _connection_type = ServiceConnection

    def _make_driver(self) -> SyncDriver:
        def transport() -> SyncOrigins:
            from ..core.net.transport import SyncOrigins, SyncTransport

            return SyncOrigins(
                lambda origin: SyncTransport(self._wire_settings(origin), self._runtime.clock)
            )

        return SyncDriver(transport, self._runtime, self.secrets)

    def _browsed(self, query: Query, prefetch: int) -> Browse:
        browse: Browse = self._perform(Browse(query, prefetch)._loaded())
        return browse


class AsyncClient(ClientBase[Awaitable[ResourceResponse], AsyncBrowse], AsyncClosing):
    """A Sequoia client for event loops; any number of tasks may share it, and one loop after
    another. For the arguments see `ClientBase`.
    """

    __slots__ = ()

    _connection_type = AsyncServiceConnection

    def _make_driver(self) -> AsyncDriver:
        from ..core.async_driver import AsyncDriver

        def transport() -> AsyncOrigins:
            from ..core.net.transport import AsyncOrigins, AsyncTransport

            return AsyncOrigins(
                lambda origin: AsyncTransport(self._wire_settings(origin), self._runtime.clock)
            )

        return AsyncDriver(transport, self._runtime, self.secrets)

    def _browsed(self, query: Query, prefetch: int) -> AsyncBrowse:
        return AsyncBrowse(query, prefetch)


@overload
def sequoia_factory(
    registry_url: str, *, want_async: Literal[False] = ..., **options: Unpack[SequoiaOptions]
) -> Client:
    """Make a client for threads."""


@overload
def sequoia_factory(
    registry_url: str, *, want_async: Literal[True], **options: Unpack[SequoiaOptions]
) -> AsyncClient:
    """Make a client for event loops."""


@overload
def sequoia_factory(
    registry_url: str, *, want_async: bool, **options: Unpack[SequoiaOptions]
) -> Client | AsyncClient:
    """Make a client of a kind that is decided when the program runs."""


@logging.trace
def sequoia_factory(
    registry_url: str, *, want_async: bool = False, **options: Unpack[SequoiaOptions]
) -> Client | AsyncClient:
    """Make a client for Sequoia. Nothing is sent before its first request.

    Args:
        registry_url: The registry, with the owner: `https://<registry>/services/<owner>`.
        want_async: Make an `AsyncClient`.
        **options: As for `ClientBase`.

    Returns:
        The client.

    Raises:
        ConfigurationError: A value that cannot work.
        TypeError: An argument is unknown.
    """
    check_options(sequoia_factory, options, SEQUOIA_OPTIONS)
    return AsyncClient(registry_url, **options) if want_async else Client(registry_url, **options)


def _proxies(proxies: Mapping[str, str] | None, proxy: str | None) -> dict[str, str]:
    given = dict(proxies or {})
    if set(given) - {"http", "https", "all"} or (given and proxy):
        raise ConfigurationError(
            "proxies is a dict with the keys http, https or all, and stands alone; proxy is one URL for all"
        )
    return {"all": proxy} if proxy else given
