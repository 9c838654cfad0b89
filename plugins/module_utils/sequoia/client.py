# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that programs hold, and the factory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, overload

from ..core import logging
from ..core.closing import AsyncClosing, Closing
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.options import check_options
from ..core.records.handle import AsyncRecords, Records
from ..core.records.types import Change, ResourceType
from ..core.sync_driver import SyncDriver
from .browse import AsyncBrowse, Browse
from .connections import AsyncServiceConnection, ServiceConnection, ServiceMixin
from .endpoint import Caller
from .hub import Hub
from .items import Items, checked_owner
from .options import SEQUOIA_OPTIONS, SequoiaOptions
from .paging import Query
from .records import SequoiaStore
from .response import ResourceResponse
from .service import Service

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.async_driver import AsyncDriver
    from ..core.net.origins import AsyncOrigins, SyncOrigins
    from ..core.secrets.redaction import SecretValues

Result = TypeVar("Result")
Listed = TypeVar("Listed")
Changes = TypeVar("Changes")


class ClientBase(Generic[Result, Listed, Changes]):
    """The parts that both clients share: everything but waiting.

    Every attribute that does not begin with `_` and is not a method is a service:
    `client.metadata`, also as `client["metadata"]`.

    Args:
        registry_url: The registry, with the owner: `https://<registry>/services/<owner>`.
        auth_type: The way to authenticate.
        grant_client_id: For CLIENT_GRANT.
        grant_client_secret: For CLIENT_GRANT.
        byo_token: For BYO_TOKEN, and for CLIENT_GRANT to begin with.
        client_cert: A PEM file with a certificate to show.
        client_key: A PEM file with its key.
        server_cert: A PEM file with the authorities to trust; another name for `ca_path`.
        content_type: The content type of requests and responses.
        user_agent: Put before the client's own.
        proxies: A proxy's URL by scheme: `http`, `https` or `all`.
        request_timeout: Seconds for one attempt.
        backoff_strategy: The rules for repetitions: `wait_gen interval max_tries max_time jitter
            retry_http_status_codes retry_when_empty_result`, and arguments of the wait generator.
        retry: The same in the terms of every client here: a number of tries, or a dict of
            `max_tries max_time statuses methods wait`.
        model_resolution: Read the services' descriptors, so that answers have models.
        correlation_id: Sent with every request.
        user_id: With `application_id`, the beginning of every correlation id.
        application_id: See `user_id`.
        verify: Check the servers' certificates and names.
        ca_path: A PEM file or a folder of them; `None` for the usual authorities.
        client_key_password: The password of the key.
        proxy: A proxy's URL for all requests; `None` for what `proxies`, or else the environment,
            says.
        session_store: The place where the session is kept; `None` for this process, shared with
            clients that have the same credentials for the same registry.
        limits: Connections kept open per origin at most.
        max_response_bytes: Maximum size of a decoded body in bytes.
        transport: A transport of the HTTP library, or a network backend of its core, in place of
            real connections.
        runtime: Clock, randomness and sleep.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = ("__weakref__", "_caller", "_driver", "_hub")

    _driver: Any
    _connection_type: ClassVar[type[ServiceMixin]] = ServiceMixin

    def __init__(self, registry_url: str, **options: Unpack[SequoiaOptions]) -> None:
        kind = type(self)
        check_options(kind, options, SEQUOIA_OPTIONS)
        self._hub = Hub(
            registry_url, kind._connection_type, kind._make_driver, kind.__name__, **options
        )
        self._driver = self._hub.driver
        self._caller: Caller[Result, Listed, Changes] = Caller(self._hub, self._list)

    # Services

    def __getattr__(self, name: str) -> Service[Result, Listed, Changes]:
        if name.startswith("_"):
            raise AttributeError(f"a client has no attribute {name!r}")
        return self[name]

    def __getitem__(self, name: str) -> Service[Result, Listed, Changes]:
        if not isinstance(name, str) or not name:
            raise ConfigurationError(f"a service is named by a text, not by {name!r}")
        return Service(self._caller, name)

    # Python would count upwards through `__getitem__`.
    __iter__ = None
    __contains__ = None

    def __repr__(self) -> str:
        hub = self._hub
        return f"<{type(self).__name__} {hub.registry_connection.base_url}{hub.registry_path}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            f"a {type(self).__name__} holds credentials and connections and is not pickled; make"
            " another from its settings"
        )

    @property
    def secrets(self) -> SecretValues:
        """The values that this client masks in everything it writes, as callers must too."""
        return self._hub.auth.secrets

    def presentable(self, value: Any) -> Any:
        """Return JSON as it may be shown: without the secrets that this client knows."""
        return self.secrets.scrub_value(value)

    @property
    def authenticated(self) -> bool:
        """`True` if there is a session that may still be used."""
        return self._hub.registry_connection.authenticated

    def _locations(self, *, fresh: bool) -> Flow[dict[str, str]]:
        return dict((yield from self._hub.registry(fresh=fresh)).locations)

    def _access(
        self, resource: str, service: str, owner: str | None, conditional: bool
    ) -> tuple[SequoiaStore, Callable[[], Flow[ResourceType]]]:
        """Return a store for the resources of a kind and owner.

        The second value makes the flow that returns their type.
        """
        items = Items(self._hub, service, resource)
        whose = self._hub.registry_path.rpartition("/")[2] if owner is None else owner
        return SequoiaStore(items, checked_owner(whose), conditional), items.row

    @staticmethod
    def _make_driver(hub: Hub) -> Any:
        raise NotImplementedError

    @staticmethod
    def _list(query: Query, prefetch: int) -> Listed:
        raise NotImplementedError

    def _shut(self) -> None:
        self._hub.close()


class Client(ClientBase[ResourceResponse, Browse, list[Change]], Closing):
    """A Sequoia client for threads; any number may share it, and forks of the process too.

    For the arguments see `ClientBase`.
    """

    __slots__ = ()

    _connection_type = ServiceConnection

    def services(self) -> dict[str, str]:
        """Return the locations of the services by name, as the registry says.

        It is read if that was not done yet.

        Raises:
            ClientError: The registry cannot be read.
        """
        found: dict[str, str] = self._driver.run(self._locations(fresh=False))
        return found

    def refresh(self) -> dict[str, str]:
        """Read the registry again; if that fails, the old one stays.

        For the result and errors see `services`.
        """
        found: dict[str, str] = self._driver.run(self._locations(fresh=True))
        return found

    def records(
        self,
        resource: str,
        *,
        service: str,
        owner: str | None = None,
        conditional: bool = True,
    ) -> Records:
        """Return the resources of a kind and owner as records. Nothing is sent.

        Args:
            resource: `contents`, `programs`, ...
            service: The service's name.
            owner: The owner of the resources; `None` for the one that the registry's URL names.
            conditional: Change a resource only if it still has the version that was read.

        Raises:
            ConfigurationError: There is no owner.
        """
        return Records(*self._access(resource, service, owner, conditional), self._driver.run)

    def connection(self, service: str) -> ServiceConnection:
        """Return the verbs of a plain connection for one service.

        `get post request batch stream ...`. It has the session of the client.

        Args:
            service: The service's name.

        Raises:
            UnknownService: The registry does not name it.
            ClientError: The registry cannot be read.
        """
        connection: ServiceConnection = self._driver.run(
            self._hub.connection(service, shared=False)
        )
        return connection

    def authenticate(self) -> None:
        """Log in now, unless there is a session; the first request would do it anyway.

        Raises:
            AuthenticationError: The credentials are not accepted.
            ClientError: The registry or the identity service cannot be reached.
        """
        self._driver.run(self._hub.registry_connection.calls.log_in())

    def logout(self) -> None:
        """Revoke the token, unless the user brought it, and forget it.

        The next call logs in again.
        """
        self._driver.run(self._hub.log_out())

    @staticmethod
    def _make_driver(hub: Hub) -> SyncDriver:
        def transport() -> SyncOrigins:
            from ..core.net.origins import SyncOrigins
            from ..core.net.transport import SyncTransport

            return SyncOrigins(
                lambda origin: SyncTransport(hub.wire_settings(origin), hub.runtime.clock)
            )

        return SyncDriver(transport, hub.runtime, hub.auth.secrets, hub.transport)

    @staticmethod
    def _list(query: Query, prefetch: int) -> Browse:
        browse: Browse = query.hub.driver.run(Browse(query, prefetch)._load_flow())
        return browse


class AsyncClient(
    ClientBase[Awaitable[ResourceResponse], AsyncBrowse, Awaitable[list[Change]]], AsyncClosing
):
    """A Sequoia client for event loops.

    Any number of tasks may share it, and one loop after another. For the arguments see
    `ClientBase`.
    """

    __slots__ = ()

    _connection_type = AsyncServiceConnection

    async def services(self) -> dict[str, str]:
        """Return the locations of the services by name. For the errors see `Client.services`."""
        found: dict[str, str] = await self._driver.run(self._locations(fresh=False))
        return found

    async def refresh(self) -> dict[str, str]:
        """Read the registry again; if that fails, the old one stays."""
        found: dict[str, str] = await self._driver.run(self._locations(fresh=True))
        return found

    def records(
        self,
        resource: str,
        *,
        service: str,
        owner: str | None = None,
        conditional: bool = True,
    ) -> AsyncRecords:
        """See `Client.records`."""
        return AsyncRecords(*self._access(resource, service, owner, conditional), self._driver.run)

    async def connection(self, service: str) -> AsyncServiceConnection:
        """Return the verbs of a plain connection for one service.

        For the argument and errors see `Client.connection`.
        """
        connection: AsyncServiceConnection = await self._driver.run(
            self._hub.connection(service, shared=False)
        )
        return connection

    async def authenticate(self) -> None:
        """Log in now, unless there is a session. For the errors see `Client.authenticate`."""
        await self._driver.run(self._hub.registry_connection.calls.log_in())

    async def logout(self) -> None:
        """Revoke the token, unless the user brought it, and forget it.

        The next call logs in again.
        """
        await self._driver.run(self._hub.log_out())

    @staticmethod
    def _make_driver(hub: Hub) -> AsyncDriver:
        from ..core.async_driver import AsyncDriver

        def transport() -> AsyncOrigins:
            from ..core.net.async_transport import AsyncTransport
            from ..core.net.origins import AsyncOrigins

            return AsyncOrigins(
                lambda origin: AsyncTransport(hub.wire_settings(origin), hub.runtime.clock)
            )

        return AsyncDriver(transport, hub.runtime, hub.auth.secrets, hub.transport)

    @staticmethod
    def _list(query: Query, prefetch: int) -> AsyncBrowse:
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
