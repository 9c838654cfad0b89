# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Itential Platform: the clients and the factory."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from ..core import logging
from ..core.auth import composed
from ..core.connection import AsyncConnection, Connection
from ..core.flow import Flow
from ..core.options import SHARED_OPTIONS, SharedOptions, check_options
from . import paging
from .arguments import place, user_and_password
from .platform_auth import PlatformAuth, PlatformLogin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from ..core.facts import Gathered
    from ..core.options import Verify
    from ..core.records.handle import AsyncRecords, Records
    from .backups import AsyncBackups, Backups
    from .commands import AsyncCommands, Commands
    from .compliance import AsyncCompliance, Compliance
    from .gateway5 import AsyncGateway5, Gateway5
    from .jobs import AsyncJobs, Jobs
    from .manual_tasks import AsyncTasks, Tasks
    from .platform_store import PlatformStore
    from .services import AsyncServices, Services
    from .workers import AsyncWorkers, Workers


class PlatformOptions(SharedOptions, total=False):
    """The options of `platform_factory` that are given by name only."""

    username: str | None
    token_in_query: bool
    cookie_name: str


class PlatformBase(PlatformLogin):
    """The records and facts of a Platform, as flows."""

    __slots__ = ("_store",)

    page_styles = paging.PLATFORM
    error_paths = ("IAPerror.displayString",)
    action_paths = re.compile(
        r"PUT /(?:adapters|applications)/.+/(?:start|stop|restart)"
        r"|DELETE /ag-manager/actions(?:/.*)?"
    )

    def _records_of(self, resource: str | Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what the records of a type are made of."""
        from .platform_store import platform_row

        store = self._record_store()
        return store, partial(store.row, platform_row(resource)), self._perform

    def _record_store(self) -> PlatformStore:
        """Return the store of this client's records."""
        from .platform_store import PlatformStore

        store: PlatformStore | None = getattr(self, "_store", None)
        if store is None:
            store = self._store = PlatformStore(self)
        return store

    def _gather(self, names: Sequence[str]) -> Flow[Gathered]:
        from ..core.facts import gathered
        from .platform_facts import FACTS

        return gathered(self, self._record_store(), FACTS, names)


class PlatformMixin(PlatformBase):
    """The records, facts and operations of a Platform, for threads."""

    __slots__ = ()

    def records(self, resource: str | Mapping[str, Any]) -> Records:
        """Return the records of one type.

        Args:
            resource: A name of the catalogue, such as `workflow`, or a row as a dict for a type
                that the catalogue lacks.

        Raises:
            ConfigurationError: The dict is not a row. An unknown name is an error of the first
                call.
        """
        from ..core.records.handle import Records

        return Records(*self._records_of(resource))

    def gather(self, names: Sequence[str]) -> Gathered:
        """Return facts about the server.

        Args:
            names: Names of `platform_facts.FACTS`, such as `version`; `all` for all of them.

        Raises:
            ConfigurationError: An unknown name.
            ClientError: As for any call, unless the server does not have a fact, or the user must
                not read it; these are in `unavailable`.
        """
        found: Gathered = self._perform(self._gather(names))
        return found

    @property
    def jobs(self) -> Jobs:
        """The jobs of the Operations Manager: start, wait, pause, resume, cancel."""
        from .jobs import Jobs

        return Jobs(self, self._record_store(), self._perform)

    @property
    def tasks(self) -> Tasks:
        """The manual tasks of the Operations Manager: claim, assign, release, finish."""
        from .manual_tasks import Tasks

        return Tasks(self, self._perform)

    @property
    def compliance(self) -> Compliance:
        """The compliance of devices: start a run, wait for it, check its totals."""
        from .compliance import Compliance

        return Compliance(self, self._record_store(), self._perform)

    @property
    def commands(self) -> Commands:
        """Commands on devices: templates, single commands, comparisons."""
        from .commands import Commands

        return Commands(self, self._record_store(), self._perform)

    @property
    def backups(self) -> Backups:
        """Backups of the configurations of devices, and their differences."""
        from .backups import Backups

        return Backups(self, self._record_store(), self._perform)

    @property
    def services(self) -> Services:
        """The adapters and applications: start, stop, restart, log levels."""
        from .services import Services

        return Services(self, self._perform)

    @property
    def workers(self) -> Workers:
        """The workers of the workflow engine: activate, deactivate, drain."""
        from .workers import Workers

        return Workers(self, self._perform)

    @property
    def gateway5(self) -> Gateway5:
        """The gateways of release 5: run services, export and import configurations."""
        from .gateway5 import Gateway5

        return Gateway5(self, self._perform)


class AsyncPlatformMixin(PlatformBase):
    """See `PlatformMixin`; for event loops."""

    __slots__ = ()

    def records(self, resource: str | Mapping[str, Any]) -> AsyncRecords:
        """Return the records of one type. For the argument and errors see `Platform.records`."""
        from ..core.records.handle import AsyncRecords

        return AsyncRecords(*self._records_of(resource))

    async def gather(self, names: Sequence[str]) -> Gathered:
        """Return facts about the server. For the argument and errors see `Platform.gather`."""
        found: Gathered = await self._perform(self._gather(names))
        return found

    @property
    def jobs(self) -> AsyncJobs:
        """The jobs of the Operations Manager: start, wait, pause, resume, cancel."""
        from .jobs import AsyncJobs

        return AsyncJobs(self, self._record_store(), self._perform)

    @property
    def tasks(self) -> AsyncTasks:
        """The manual tasks of the Operations Manager: claim, assign, release, finish."""
        from .manual_tasks import AsyncTasks

        return AsyncTasks(self, self._perform)

    @property
    def compliance(self) -> AsyncCompliance:
        """The compliance of devices: start a run, wait for it, check its totals."""
        from .compliance import AsyncCompliance

        return AsyncCompliance(self, self._record_store(), self._perform)

    @property
    def commands(self) -> AsyncCommands:
        """Commands on devices: templates, single commands, comparisons."""
        from .commands import AsyncCommands

        return AsyncCommands(self, self._record_store(), self._perform)

    @property
    def backups(self) -> AsyncBackups:
        """Backups of the configurations of devices, and their differences."""
        from .backups import AsyncBackups

        return AsyncBackups(self, self._record_store(), self._perform)

    @property
    def services(self) -> AsyncServices:
        """The adapters and applications: start, stop, restart, log levels."""
        from .services import AsyncServices

        return AsyncServices(self, self._perform)

    @property
    def workers(self) -> AsyncWorkers:
        """The workers of the workflow engine: activate, deactivate, drain."""
        from .workers import AsyncWorkers

        return AsyncWorkers(self, self._perform)

    @property
    def gateway5(self) -> AsyncGateway5:
        """The gateways of release 5: run services, export and import configurations."""
        from .gateway5 import AsyncGateway5

        return AsyncGateway5(self, self._perform)


if TYPE_CHECKING:

    class Platform(PlatformMixin, Connection):
        """A Platform client for threads."""

    class AsyncPlatform(AsyncPlatformMixin, AsyncConnection):
        """A Platform client for event loops."""
else:
    Platform = composed(
        "Platform", __name__, "A Platform client for threads.", PlatformMixin, Connection
    )
    AsyncPlatform = composed(
        "AsyncPlatform",
        __name__,
        "A Platform client for event loops.",
        AsyncPlatformMixin,
        AsyncConnection,
    )


@overload
def platform_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    client_id: str | None = ...,
    client_secret: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    want_async: Literal[False] = ...,
    **options: Unpack[PlatformOptions],
) -> Platform:
    """Make a client for threads."""


@overload
def platform_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    client_id: str | None = ...,
    client_secret: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    *,
    want_async: Literal[True],
    **options: Unpack[PlatformOptions],
) -> AsyncPlatform:
    """Make a client for event loops."""


@overload
def platform_factory(
    host: str = ...,
    port: int | str | None = ...,
    use_tls: bool = ...,
    verify: Verify = ...,
    user: str | None = ...,
    password: str | None = ...,
    client_id: str | None = ...,
    client_secret: str | None = ...,
    timeout: float | None = ...,
    ttl: float | None = ...,
    *,
    want_async: bool,
    **options: Unpack[PlatformOptions],
) -> Platform | AsyncPlatform:
    """Make a client of a kind that is decided when the program runs."""


@logging.trace
def platform_factory(
    host: str = "localhost",
    port: int | str | None = 0,
    use_tls: bool = True,
    verify: Verify = True,
    user: str | None = None,
    password: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    timeout: float | None = 30,
    ttl: float | None = 0,
    want_async: bool = False,
    *,
    username: str | None = None,
    token_in_query: bool = False,
    cookie_name: str = "token",
    **options: Unpack[SharedOptions],
) -> Platform | AsyncPlatform:
    """Make a client for an Itential Platform. Nothing is sent before its first request.

    Args:
        host: Name or address of the server; for a server behind a proxy also `host/path`.
        port: 0 for 443 with TLS and 80 without.
        use_tls: Use HTTPS.
        verify: Check the server's certificate and name; a path stands for `ca_path`, and an
            `ssl.SSLContext` is used as it is.
        user: User name; default `admin`.
        password: Password; default `admin`.
        client_id: A service account's id. If it is given, `user` and `password` are not used.
        client_secret: Its secret.
        timeout: Seconds for one attempt.
        ttl: Seconds after which to log in again; 0 or less for when the server asks for it.
        want_async: Make an `AsyncPlatform`.
        username: Another name of `user`.
        token_in_query: Present a login's token as `?token=`.
        cookie_name: The cookie that carries a login's token if the login's response sets none.
        **options: `ca_path client_cert client_key client_key_password proxy retry correlation_id
            session_store limits max_response_bytes transport`, as for `ConnectionBase`.

    Returns:
        The client.

    Raises:
        ConfigurationError: A value is not usable: half a service account, a URL as host.
        TypeError: An argument is unknown.
    """
    check_options(platform_factory, options, SHARED_OPTIONS)
    name, word = user_and_password(user, username, password)
    account = (client_id or None, client_secret or None)
    auth = PlatformAuth(name, word, *account, token_in_query, cookie_name)
    origin, base_path = place(host, port, use_tls)
    kind = AsyncPlatform if want_async else Platform
    return kind(
        auth,
        origin,
        base_path,
        verify=verify,
        timeout=timeout,
        ttl=ttl,
        **options,
    )
