# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Itential Automation Gateway 4.x: the clients and the factory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from ..core import logging
from ..core.auth import composed
from ..core.connection import AsyncConnection, Connection
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.options import SHARED_OPTIONS, SharedOptions, check_options
from . import paging
from .arguments import place, user_and_password
from .gateway_auth import GatewayAuth, GatewayLogin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from ..core.facts import Gathered
    from ..core.options import Verify
    from ..core.records.handle import AsyncRecords, Records
    from .gateway_content import AsyncContent, Content
    from .gateway_store import GatewayStore
    from .runs import AsyncRuns, Runs

BASE_PATH = "/api/v2.0"


class GatewayOptions(SharedOptions, total=False):
    """The options of `gateway_factory` that are given by name only."""

    username: str | None


class GatewayBase(GatewayLogin):
    """The records and facts of a Gateway, as flows."""

    __slots__ = ("_store",)

    page_styles = paging.GATEWAY

    def _records_of(self, resource: str | Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what the records of a type are made of."""
        from .gateway_store import gateway_row

        store = self._record_store()
        return store, partial(store.row, gateway_row(resource)), self._perform

    def _record_store(self) -> GatewayStore:
        """Return the store of this client's records."""
        from .gateway_store import GatewayStore

        store: GatewayStore | None = getattr(self, "_store", None)
        if store is None:
            store = self._store = GatewayStore(self)
        return store

    def _gather(self, names: Sequence[str]) -> Flow[Gathered]:
        from ..core.facts import gathered
        from .gateway_facts import FACTS

        return gathered(self, self._record_store(), FACTS, names)


class GatewayMixin(GatewayBase):
    """The records, facts, runs and content of a Gateway, for threads."""

    __slots__ = ()

    def records(self, resource: str | Mapping[str, Any]) -> Records:
        """Return the records of one type.

        Args:
            resource: A name of the catalogue, such as `device`, or a row as a dict for a type that
                the catalogue lacks.

        Raises:
            ConfigurationError: The dict is not a row. An unknown name is an error of the first
                call.
        """
        from ..core.records.handle import Records

        return Records(*self._records_of(resource))

    def gather(self, names: Sequence[str]) -> Gathered:
        """Return facts about the server.

        Args:
            names: Names of `gateway_facts.FACTS`, such as `version`; `all` for all of them.

        Raises:
            ConfigurationError: An unknown name.
            ClientError: As for any call, unless the server does not have a fact, or the user must
                not read it; these are in `unavailable`.
        """
        found: Gathered = self._perform(self._gather(names))
        return found

    @property
    def runs(self) -> Runs:
        """Runs of playbooks, scripts and other content, and of commands: execute, predict."""
        from .runs import Runs

        return Runs(self, self._record_store(), self._perform)

    @property
    def content(self) -> Content:
        """The content that the Gateway finds on its disk: refresh."""
        from .gateway_content import Content

        return Content(self, self._record_store(), self._perform)


class AsyncGatewayMixin(GatewayBase):
    """See `GatewayMixin`; for event loops."""

    __slots__ = ()

    def records(self, resource: str | Mapping[str, Any]) -> AsyncRecords:
        """Return the records of one type. For the argument and errors see `Gateway.records`."""
        from ..core.records.handle import AsyncRecords

        return AsyncRecords(*self._records_of(resource))

    async def gather(self, names: Sequence[str]) -> Gathered:
        """Return facts about the server. For the argument and errors see `Gateway.gather`."""
        found: Gathered = await self._perform(self._gather(names))
        return found

    @property
    def runs(self) -> AsyncRuns:
        """Runs of playbooks, scripts and other content, and of commands: execute, predict."""
        from .runs import AsyncRuns

        return AsyncRuns(self, self._record_store(), self._perform)

    @property
    def content(self) -> AsyncContent:
        """The content that the Gateway finds on its disk: refresh."""
        from .gateway_content import AsyncContent

        return AsyncContent(self, self._record_store(), self._perform)


if TYPE_CHECKING:

    class Gateway(GatewayMixin, Connection):
        """A Gateway client for threads."""

    class AsyncGateway(AsyncGatewayMixin, AsyncConnection):
        """A Gateway client for event loops."""
else:
    Gateway = composed(
        "Gateway", __name__, "A Gateway client for threads.", GatewayMixin, Connection
    )
    AsyncGateway = composed(
        "AsyncGateway",
        __name__,
        "A Gateway client for event loops.",
        AsyncGatewayMixin,
        AsyncConnection,
    )


@overload
def gateway_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    want_async: Literal[False] = ...,
    **options: Unpack[GatewayOptions],
) -> Gateway:
    """Make a client for an Itential Automation Gateway 4.x.

    Paths are below `/api/v2.0`. Nothing is sent before the first request.
    """


@overload
def gateway_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    *,
    want_async: Literal[True],
    **options: Unpack[GatewayOptions],
) -> AsyncGateway:
    """Make a client for event loops."""


@overload
def gateway_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    *,
    want_async: bool,
    **options: Unpack[GatewayOptions],
) -> Gateway | AsyncGateway:
    """Make a client of a kind that is decided when the program runs."""


@logging.trace
def gateway_factory(
    host: str = "localhost",
    port: int | str | None = 0,
    use_tls: bool = True,
    verify: Verify = True,
    user: str | None = None,
    password: str | None = None,
    timeout: float | None = 30,
    ttl: float | None = 0,
    want_async: bool = False,
    *,
    username: str | None = None,
    **options: Unpack[SharedOptions],
) -> Gateway | AsyncGateway:
    """Make a client for an Itential Automation Gateway 4.x.

    Paths are below `/api/v2.0`. Nothing is sent before the first request.

    Args:
        host: Name or address of the server; for a server behind a proxy also `host/path`.
        port: 0 for 443 with TLS and 80 without; installations often use 8083.
        use_tls: Use HTTPS.
        verify: Check the server's certificate and name; a path stands for `ca_path`, and an
            `ssl.SSLContext` is used as it is.
        user: User name; default `admin@itential`.
        password: Password; default `admin`.
        timeout: Seconds for one attempt. Executions answer when they are done: give minutes for
            those.
        ttl: Seconds after which to log in again; 0 or less for when the server asks for it.
        want_async: Make an `AsyncGateway`.
        username: Another name of `user`.
        **options: `ca_path client_cert client_key client_key_password proxy retry correlation_id
            session_store limits max_response_bytes transport`, as for `ConnectionBase`.

    Returns:
        The client.

    Raises:
        ConfigurationError: A value is not usable: a service account, a URL as host.
        TypeError: An argument is unknown.
    """
    more: dict[str, Any] = {**options}
    for argument in ("client_id", "client_secret"):
        if more.pop(argument, None):
            raise ConfigurationError(
                f"a Gateway does not support '{argument}': give 'user' and 'password'"
            )
    check_options(gateway_factory, more, SHARED_OPTIONS)
    name, word = user_and_password(user, username, password)
    origin, base_path = place(host, port, use_tls, BASE_PATH)
    kind = AsyncGateway if want_async else Gateway
    return kind(
        GatewayAuth(name, word),
        origin,
        base_path,
        verify=verify,
        timeout=timeout,
        ttl=ttl,
        **more,
    )
