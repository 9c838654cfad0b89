# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Itential Platform: how to log in, and the factory.

Sources: docs/protocols/itential-platform.md section 1.1 (session login), 1.2 (OAuth client
credentials), 1.4 (expiry).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload
from urllib.parse import quote

from ..core import headers, logging, tokens
from ..core.auth import AuthMixinBase, composed
from ..core.connection import AsyncConnection, Connection
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.options import SHARED_OPTIONS, SharedOptions, check_options
from ..core.secrets.redaction import SecretValues
from ..core.session import Session, expiry
from . import paging
from .arguments import place, user_and_password

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


DEFAULT_USER = "admin"
DEFAULT_PASSWORD = "admin"  # noqa: S105  # nosec B105  # default of the vendor's images
LOGIN_REFUSALS = tokens.REFUSALS | {500}
"""500 is documented for a refused login."""


class PlatformOptions(SharedOptions, total=False):
    """The options of `platform_factory` that are given by name only."""

    username: str | None
    token_in_query: bool
    cookie_name: str


class AuthMixin(AuthMixinBase):
    """The login to a Platform, with an OAuth service account or with user and password."""

    __slots__ = ("_store",)

    page_styles = paging.PLATFORM
    logout_path = "/logout"
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

    def _gathered(self, names: Sequence[str]) -> Flow[Gathered]:
        from ..core.facts import gathered
        from .platform_facts import FACTS

        return gathered(self, self._record_store(), FACTS, names)

    def _login(self) -> Flow[Session]:
        auth: PlatformAuth = self._auth
        response = yield from tokens.request(
            self, auth.path, auth.body, auth.hint, refusals=LOGIN_REFUSALS
        )
        jar = tokens.cookies_of(self, response)
        uses_token = auth.client_id is not None or auth.token_in_query
        token, expires_in = tokens.read(response, auth.token_keys)
        if token is None and auth.client_id is None:
            token, uses_token = tokens.cookie_token(response, jar, self._origin), False
        if token is None:
            raise tokens.missing(response)
        if not uses_token and not any(jar.secret_values()):
            jar.add(self._origin, auth.cookie_name, token)
        ends = expiry(self._runtime.clock(), self._ttl, expires_in)
        presented = (("Authorization", f"Bearer {token}"),) if auth.client_id is not None else ()
        query = f"token={quote(token, safe='')}" if uses_token and not presented else ""
        return Session(token, headers=presented, query=query, cookies=jar, expires_at=ends)


class PlatformAuth:
    """The credentials of a Platform client, checked.

    If a service account is given, `user` and `password` are not used.

    Args:
        user: User name; default `admin`.
        password: Password; default `admin`.
        client_id: A service account's id.
        client_secret: Its secret.
        token_in_query: Present a login's token as `?token=`, which writes it into the logs of every
            proxy; only for servers that take nothing else.
        cookie_name: The cookie that carries a login's token if the login's response sets none.

    Raises:
        ConfigurationError: Half a service account, or an empty value.
    """

    __slots__ = (
        "client_id",
        "client_secret",
        "cookie_name",
        "password",
        "secrets",
        "token_in_query",
        "user",
    )

    def __init__(
        self,
        user: str | None,
        password: str | None,
        client_id: str | None,
        client_secret: str | None,
        token_in_query: bool = False,
        cookie_name: str = "token",
    ) -> None:
        self.client_id = headers.checked_secret("client_id", client_id)
        self.client_secret = headers.checked_secret("client_secret", client_secret)
        self.user: str | None = None
        self.password: str | None = None
        if (self.client_id is None) != (self.client_secret is None):
            missing = "client_secret" if client_secret is None else "client_id"
            raise ConfigurationError(
                f"client_id and client_secret go together: {missing} is missing"
            )
        if self.client_id is None:
            self.user = headers.checked_secret("user", DEFAULT_USER if user is None else user)
            self.password = headers.checked_secret(
                "password", DEFAULT_PASSWORD if password is None else password
            )
        if not headers.is_name(cookie_name):
            raise ConfigurationError(
                "cookie_name holds characters that a cookie's name cannot have"
            )
        self.token_in_query = token_in_query
        self.cookie_name = cookie_name
        self.secrets = SecretValues(
            (self.client_secret, password if password != DEFAULT_PASSWORD else None)
        )
        for name, word in ((self.user, self.password), (self.client_id, self.client_secret)):
            if name and word:
                self.secrets.add_basic(name, word)

    def __repr__(self) -> str:
        kind = "user and password" if self.client_id is None else "client credentials"
        return f"<PlatformAuth {kind}>"

    @property
    def path(self) -> str:
        """The path of the login."""
        return "/login" if self.client_id is None else "/oauth/token"

    @property
    def token_keys(self) -> tuple[str, ...]:
        """The keys under which the response may have the token."""
        return ("token",) if self.client_id is None else ("access_token",)

    @property
    def hint(self) -> str:
        """The advice if the login is refused."""
        return (
            "check 'user' and 'password'"
            if self.client_id is None
            else "check 'client_id' and 'client_secret'"
        )

    def body(self) -> dict[str, Any]:
        """Return the body of the login."""
        if self.client_id is None:
            return {"json": {"user": {"username": self.user, "password": self.password}}}
        account = {"client_id": self.client_id, "client_secret": self.client_secret}
        return {"data": {"grant_type": "client_credentials", **account}}


class PlatformMixin(AuthMixin):
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
        found: Gathered = self._perform(self._gathered(names))
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


class AsyncPlatformMixin(AuthMixin):
    """See `PlatformMixin`; for event loops."""

    __slots__ = ()

    def records(self, resource: str | Mapping[str, Any]) -> AsyncRecords:
        """Return the records of one type. For the argument and errors see `Platform.records`."""
        from ..core.records.handle import AsyncRecords

        return AsyncRecords(*self._records_of(resource))

    async def gather(self, names: Sequence[str]) -> Gathered:
        """Return facts about the server. For the argument and errors see `Platform.gather`."""
        found: Gathered = await self._perform(self._gathered(names))
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
