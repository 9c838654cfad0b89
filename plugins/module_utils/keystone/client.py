# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone: how to log in, the clients and the factory.

Sources: docs/protocols/keystone.md section 1 (login, cookies, CSRF), 2 (correlation id), 3
(slashes) and 11 (what the reference document, released clients and servers differ in).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, overload

from ..core import headers, logging, tokens, urls
from ..core.call import Call
from ..core.connection import AsyncConnection, Connection, ConnectionBase
from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.net import conversion
from ..core.options import CONNECTION_OPTIONS, ConnectionOptions, check_options
from ..core.paging import PageStyle
from ..core.records.ensure import ensure
from ..core.records.handle import AsyncRecords, Records
from ..core.records.plan import EnsureArguments, EnsureOptions
from ..core.records.store import content
from ..core.records.types import Change, Record, ResourceType
from ..core.secrets.redaction import SecretValues
from ..core.session import Session, expiry
from . import log, records
from .batch_jobs import batch_job
from .verbs import add_verbs

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Unpack

    from . import verb_types as vt

    Files: TypeAlias = "Mapping[str, Any] | None"
    Verbs = vt.Verbs[vt.CreateCall, vt.RetrieveCall, vt.UpdateCall, vt.DeleteCall]
    AsyncVerbs = vt.Verbs[
        vt.AsyncCreateCall, vt.AsyncRetrieveCall, vt.AsyncUpdateCall, vt.AsyncDeleteCall
    ]
else:
    Verbs = AsyncVerbs = object

LOGIN = "/authentication/login/"
LOGOUT = "/authentication/logout/"
WHOAMI = "/authentication/whoami/"

CONCURRENCY = 1
"""Writes at a time. The server's default database refuses relations of records that are written
side by side, and one server process performs one request at a time anyway."""

PAGES = (
    PageStyle(
        "results",
        "results",
        total=("count",),
        offset="_offset",
        limit="_limit",
        standing={"_order": "id"},
    ),
    PageStyle("bare", ""),
)


class KeystoneAuth:
    """The credentials of a Keystone client, checked; none are needed to make one.

    Args:
        username: User name.
        password: Password.
        token: A key that an operator made, in place of the two.

    Raises:
        ConfigurationError: Half a pair, or both kinds.
    """

    __slots__ = ("_given", "password", "secrets", "token", "username")

    def __init__(
        self, username: str | None = None, password: str | None = None, token: str | None = None
    ) -> None:
        self.secrets = SecretValues()
        self.token = headers.checked_secret("token", token)
        self.secrets.add(self.token)
        self.username: str | None = None
        self.password: str | None = None
        if username is not None or password is not None:
            if token is not None:
                raise ConfigurationError("give username and password, or token, not both")
            self.take(username, password)
        self._given = (self.username, self.password)

    def __repr__(self) -> str:
        return f"<KeystoneAuth {'token' if self.token else 'username and password' if self.username else 'none'}>"

    def take(self, username: str | None, password: str | None) -> None:
        """Use these from now on.

        Raises:
            ConfigurationError: Half a pair.
        """
        name, word = (
            headers.checked_secret("username", username),
            headers.checked_secret("password", password),
        )
        if name is None or word is None:
            raise ConfigurationError(
                f"username and password go together: {'password' if word is None else 'username'} is missing"
            )
        self.username, self.password = name, word
        self.secrets.add(word)
        self.secrets.add_basic(name, word)

    def body(self) -> dict[str, Any]:
        """Return the body of the login."""
        return {"json": {"username": self.username, "password": self.password}}

    def forget(self) -> None:
        """Use those that the client was made with again, if any."""
        self.username, self.password = self._given


class KeystoneBase(ConnectionBase):
    """The parts that both clients share. Logs in to a Keystone server; every write carries the CSRF
    token and, over TLS, a `Referer`.

    Args:
        url: `https://server.example[:port][/prefix]`.
        username: User name; with `password`, the first call logs in.
        password: Password.
        token: A key that an operator made, in place of the two.
        base_url: Another name of `url`.
        verify_ssl: Another name of `verify`.
        **options: As for `ConnectionBase`; `correlation_id` is the `cid`, and `None` makes a new one.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = ("_auth",)

    page_styles = PAGES
    correlation_header = "X-KEYSTONE-CID"
    logout_path = LOGOUT
    logout_method = "POST"
    logger: ClassVar[Any] = log.KCLIENT
    unnamed_fields = ("non_field_errors",)
    terms: ClassVar[Mapping[str, str]] = {"use_tls": "url"}
    status_hints: ClassVar[Mapping[int, str]] = {
        403: "it is for staff, for the owner or an admin of the team, or for the record's owner"
    }
    # docs/protocols/keystone.md section 1: a 403 that is not about permissions.
    word_hints: ClassVar[Mapping[str, str]] = {
        "CSRF Failed": "the server refuses writes from this origin: check that 'url' has the scheme,"
        " host and port by which the server knows itself"
    }

    def __init__(
        self,
        url: str | None = None,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        *,
        base_url: str | None = None,
        verify_ssl: bool | None = None,
        **options: Unpack[ConnectionOptions],
    ) -> None:
        check_options(type(self), options, CONNECTION_OPTIONS)
        address = url if base_url is None else base_url
        if address is None or (url is not None and base_url is not None):
            raise ConfigurationError("give url, the address of the server")
        if verify_ssl is not None:
            options["verify"] = verify_ssl
        correlation_id = options.get("correlation_id")
        if isinstance(correlation_id, uuid.UUID):
            options["correlation_id"] = correlation_id = str(correlation_id)
        if correlation_id and not _is_uuid(correlation_id):
            raise ConfigurationError(
                "correlation_id must be a UUID: the server puts one of its own in the place of anything else"
            )
        options["correlation_id"] = correlation_id or str(uuid.uuid4())
        origin, prefix = urls.base_of(address)
        self._auth = KeystoneAuth(username, password, token)
        super().__init__(origin, prefix, secrets=self._auth.secrets, **options)

    def presentable(self, value: Any) -> Any:
        """Return JSON as it may be shown: without secrets, histories, and passwords in the audit
        log.
        """
        return records.shown(super().presentable(value))

    def resource(self, name: str) -> ResourceType:
        """Return the row of a resource.

        Args:
            name: `cluster`, `team`, ...

        Raises:
            ConfigurationError: There is none of that name.
        """
        return records.KeystoneStore(self).resource(name)

    @property
    def cid(self) -> str:
        """The correlation id of this client, a UUID: the server keeps it with everything it logs of
        this client's calls.
        """
        return str(self._correlation_id)

    def _call(self, method: str, path: str, params: urls.Params = None, **options: Any) -> Call:
        return super()._call(method, slashed(path), params, **options)

    def _login(self) -> Flow[Session]:
        auth = self._auth
        if auth.username is None and auth.token is not None:
            return Session(
                auth.token,
                headers=(("Authorization", f"Token {auth.token}"),),
                no_renewal="the token is not accepted; ask an operator for another",
            )
        if auth.username is None:
            return Session(
                "", no_renewal="not signed in; call login(), or give 'username' and 'password'"
            )
        response = yield from tokens.request(
            self,
            LOGIN,
            auth.body,
            "check 'username' and 'password'",
            absent="is 'url' the address of a Keystone server?",
        )
        jar = tokens.cookies_of(self, response)
        now = self._runtime.clock()
        token = jar.value(self._origin, "sessionid", now)
        if not token:
            raise tokens.missing(response, "a session cookie", "is this a Keystone server?")
        referer = (("Referer", f"{self.base_url}/"),) if self.base_url.startswith("https:") else ()
        return Session(
            token,
            headers=referer,
            cookies=jar,
            repeated_cookies=(("X-CSRFToken", "csrftoken"),),
            expires_at=expiry(now, self._ttl, None),
        )

    # Flows of the public methods

    def _signed_in(self, username: str, password: str) -> Flow[None]:
        self._auth.take(username, password)
        del password
        self._engine.keeper.forget()
        try:
            yield from self._login_flow()
        except ClientError:
            self._auth.forget()
            self._engine.keeper.forget()
            raise

    def _logout_flow(self) -> Flow[None]:
        yield from super()._logout_flow()
        self._auth.forget()

    def _whoami(self) -> Flow[Record]:
        if self._auth.username is None and self._auth.token is None:
            return {}
        response = yield from self._engine.checked(self._call("GET", WHOAMI))
        return records.record_of(response)

    def _is_authenticated(self) -> Flow[bool]:
        session = self._engine.keeper.current()
        if session is None:
            if self._auth.username is not None:
                return False
            session = yield from self._login()
        # Without the keeper: a session that has ended must not be renewed to be asked about.
        response = yield from self._engine.send(
            self._call(
                "GET", WHOAMI, headers=self._credentials(session, WHOAMI), authenticate=False
            )
        )
        if response.status_code == 401:
            return False
        self._engine.check(response)
        return bool(records.record_of(response))

    def _raw(
        self,
        method: str,
        endpoint: str,
        params: urls.Params = None,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> Flow[httpx.Response]:
        body = _content(json, files)
        response = yield from self._engine.send(
            self._call(method, endpoint, params, timeout=timeout, return_401=True, **body)
        )
        return conversion.as_httpx(response)

    def _retrieved(self, resource: str, *options: Any) -> Flow[list[Record]]:
        store = records.KeystoneStore(self)
        return store.retrieve_all(store.resource(resource), *options)

    def _access(
        self, resource: str | ResourceType
    ) -> tuple[records.KeystoneStore, Callable[[], Flow[ResourceType]]]:
        store = records.KeystoneStore(self)
        row = store.resource(resource) if isinstance(resource, str) else resource
        return store, lambda: store.row(row)

    def _ensured(
        self, resource: str, wanted: Sequence[Mapping[str, Any]], options: EnsureArguments
    ) -> Flow[list[Change]]:
        store = records.KeystoneStore(self)
        given = EnsureOptions.of(options, concurrency=CONCURRENCY)
        return (yield from ensure(store, store.resource(resource), wanted, given))

    def _batch(
        self,
        actions: Sequence[Mapping[str, Any]],
        dry_run: bool,
        files: Files,
        timeout: float | None,
    ) -> Flow[list[Record]]:
        return batch_job(self, actions, dry_run=dry_run, files=files, timeout=timeout)


def _content(json: Any, files: Files) -> dict[str, Any]:
    """Return the body of a call: the server drops JSON beside files, so the fields become a form
    (docs/protocols/keystone.md section 8).
    """
    if not files:
        return {"json": json}
    if json is not None and not isinstance(json, Mapping):
        raise ConfigurationError("data beside files must be a dict of form fields")
    return content(json or {}, files)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return True


def slashed(path: str) -> str:
    """Return a path with the trailing slash that every path of the server has; files below
    `/media/` have none.

    Args:
        path: With or without slashes, and possibly a query.
    """
    if not isinstance(path, str):
        # The error comes when the URL is built.
        return path
    bare, mark, query = path.partition("?")
    if not bare.endswith("/") and not bare.lstrip("/").startswith("media/"):
        bare += "/"
    return f"{bare}{mark}{query}"


class KeystoneClient(KeystoneBase, Connection, Verbs):
    """A Keystone client for threads."""

    __slots__ = ()

    def login(
        self,
        username: str,
        password: str,
        timeout: float | None = None,
    ) -> None:
        """Sign in. The credentials are kept, to sign in again when the server has ended the
        session, until `logout`; they have precedence over a token.

        Args:
            username: User name.
            password: Password.
            timeout: Not used; for calls written for other clients.

        Raises:
            AuthenticationError: The server refuses them.
            RequestError: There is no response.
        """
        flow = self._signed_in(username, password)
        # Tracebacks may show the local variables of their frames.
        del timeout, password
        self._perform(flow)

    def whoami(self) -> Record:
        """Return the signed-in user as a dict; `{}` if there are no credentials.

        Raises:
            AuthenticationError: The credentials or the token are not accepted.
        """
        result: Record = self._perform(self._whoami())
        return result

    def is_authenticated(self) -> bool:
        """Ask the server whether there is a session. Never signs in."""
        result: bool = self._perform(self._is_authenticated())
        return result

    def http_get(
        self,
        endpoint: str,
        params: urls.Params = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Send a GET.

        Args:
            endpoint: A path, `version` or `/version/`.
            params: The query.
            timeout: Seconds for one attempt.

        Returns:
            An `httpx.Response`, whatever its status. Its `.request` carries no credentials.

        Raises:
            RequestError: There is no response.
            AuthenticationError: A login that this call needed was refused.
        """
        result: httpx.Response = self._perform(self._raw("GET", endpoint, params, timeout=timeout))
        return result

    def http_post(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Send a POST. `json` beside `files` becomes form fields. For the rest see
        `http_get`.
        """
        result: httpx.Response = self._perform(
            self._raw("POST", endpoint, None, json, files, timeout)
        )
        return result

    def http_put(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Send a PUT. `json` beside `files` becomes form fields. For the rest see
        `http_get`.
        """
        result: httpx.Response = self._perform(
            self._raw("PUT", endpoint, None, json, files, timeout)
        )
        return result

    def http_patch(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Send a PATCH. `json` beside `files` becomes form fields. For the rest see
        `http_get`.
        """
        result: httpx.Response = self._perform(
            self._raw("PATCH", endpoint, None, json, files, timeout)
        )
        return result

    def http_delete(
        self,
        endpoint: str,
        timeout: float | None = None,
    ) -> httpx.Response:
        """Send a DELETE. For the arguments, what it returns and raises see `http_get`."""
        result: httpx.Response = self._perform(self._raw("DELETE", endpoint, timeout=timeout))
        return result

    def retrieve(
        self,
        resource: str,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> list[Record]:
        """Read records of any resource.

        Args:
            resource: `cluster`, `team`, ...
            filters: `field` or `field__operator` to a value; lists for `in`, `None` for "is null".
            search: Words that must all occur.
            order: Fields to order by, with `-` for descending.
            limit: The most records.
            timeout: Seconds for one attempt.

        Raises:
            ConfigurationError: A field, operator or value that the server would ignore.
        """
        result: list[Record] = self._perform(
            self._retrieved(resource, filters, search, order, limit, timeout)
        )
        return result

    def ensure(
        self,
        resource: str,
        wanted: Sequence[Mapping[str, Any]],
        **options: Unpack[EnsureArguments],
    ) -> list[Change]:
        """Bring records to a wanted state.

        Args:
            resource: `cluster`, `team`, ...
            wanted: The fields that are wanted of each record; relations may be given by name.
            **options: `state match update_secrets purge concurrency predict replace`, as for
                `EnsureOptions`; `concurrency` is 1 by default, see `CONCURRENCY`.

        Returns:
            A change per record. Errors of single writes are in the changes.

        Raises:
            ClientError: The records could not be read, or what is wanted cannot work.
        """
        result: list[Change] = self._perform(self._ensured(resource, wanted, options))
        return result

    def records(self, resource: str | ResourceType) -> Records:
        """Return the records of a type: `client.records("cluster").find("hpc1")`. Nothing is sent.

        Args:
            resource: `cluster`, `team`, ..., or a type that the catalogue lacks.

        Raises:
            ConfigurationError: There is none of that name.
        """
        return Records(*self._access(resource), self._perform, concurrency=CONCURRENCY)

    def batch_job(
        self,
        actions: Sequence[Mapping[str, Any]],
        *,
        dry_run: bool = False,
        files: Files = None,
        timeout: float | None = None,
    ) -> list[Record]:
        """Have the server perform several actions in one transaction: all of them, or none.

        Args:
            actions: Dicts of `method` (upper case), `path` (with both slashes), and, if needed,
                `payload query_params ref`. `@ref{alias.field}` in a path or payload stands for a
                value of an earlier answer, `@file{name}` for one of the files.
            dry_run: Try all, keep nothing.
            files: Files for `@file{name}`.
            timeout: Seconds for one attempt.

        Returns:
            A dict per action: `ref index method path status body`.

        Raises:
            HTTPStatusError: A step failed and nothing was kept; the message names it.
        """
        result: list[Record] = self._perform(self._batch(actions, dry_run, files, timeout))
        return result


class AsyncKeystoneClient(KeystoneBase, AsyncConnection, AsyncVerbs):
    """A Keystone client for event loops."""

    __slots__ = ()

    async def login(
        self,
        username: str,
        password: str,
        timeout: float | None = None,
    ) -> None:
        """See `KeystoneClient.login`."""
        flow = self._signed_in(username, password)
        del timeout, password
        await self._perform(flow)

    async def whoami(self) -> Record:
        """See `KeystoneClient.whoami`."""
        result: Record = await self._perform(self._whoami())
        return result

    async def is_authenticated(self) -> bool:
        """See `KeystoneClient.is_authenticated`."""
        result: bool = await self._perform(self._is_authenticated())
        return result

    async def http_get(
        self,
        endpoint: str,
        params: urls.Params = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """See `KeystoneClient.http_get`."""
        result: httpx.Response = await self._perform(
            self._raw("GET", endpoint, params, timeout=timeout)
        )
        return result

    async def http_post(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """See `KeystoneClient.http_post`."""
        result: httpx.Response = await self._perform(
            self._raw("POST", endpoint, None, json, files, timeout)
        )
        return result

    async def http_put(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """See `KeystoneClient.http_put`."""
        result: httpx.Response = await self._perform(
            self._raw("PUT", endpoint, None, json, files, timeout)
        )
        return result

    async def http_patch(
        self,
        endpoint: str,
        json: Any = None,
        files: Files = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """See `KeystoneClient.http_patch`."""
        result: httpx.Response = await self._perform(
            self._raw("PATCH", endpoint, None, json, files, timeout)
        )
        return result

    async def http_delete(
        self,
        endpoint: str,
        timeout: float | None = None,
    ) -> httpx.Response:
        """See `KeystoneClient.http_delete`."""
        result: httpx.Response = await self._perform(self._raw("DELETE", endpoint, timeout=timeout))
        return result

    async def retrieve(
        self,
        resource: str,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> list[Record]:
        """See `KeystoneClient.retrieve`."""
        result: list[Record] = await self._perform(
            self._retrieved(resource, filters, search, order, limit, timeout)
        )
        return result

    async def ensure(
        self,
        resource: str,
        wanted: Sequence[Mapping[str, Any]],
        **options: Unpack[EnsureArguments],
    ) -> list[Change]:
        """See `KeystoneClient.ensure`."""
        result: list[Change] = await self._perform(self._ensured(resource, wanted, options))
        return result

    def records(self, resource: str | ResourceType) -> AsyncRecords:
        """See `KeystoneClient.records`."""
        return AsyncRecords(*self._access(resource), self._perform, concurrency=CONCURRENCY)

    async def batch_job(
        self,
        actions: Sequence[Mapping[str, Any]],
        *,
        dry_run: bool = False,
        files: Files = None,
        timeout: float | None = None,
    ) -> list[Record]:
        """See `KeystoneClient.batch_job`."""
        result: list[Record] = await self._perform(self._batch(actions, dry_run, files, timeout))
        return result


add_verbs(KeystoneClient, as_coroutines=False)
add_verbs(AsyncKeystoneClient, as_coroutines=True)


@overload
def keystone_factory(
    url: str,
    username: str | None = ...,
    password: str | None = ...,
    token: str | None = ...,
    *,
    want_async: Literal[False] = ...,
    **options: Unpack[ConnectionOptions],
) -> KeystoneClient:
    """Make a client for threads."""


@overload
def keystone_factory(
    url: str,
    username: str | None = ...,
    password: str | None = ...,
    token: str | None = ...,
    *,
    want_async: Literal[True],
    **options: Unpack[ConnectionOptions],
) -> AsyncKeystoneClient:
    """Make a client for event loops."""


@overload
def keystone_factory(
    url: str,
    username: str | None = ...,
    password: str | None = ...,
    token: str | None = ...,
    *,
    want_async: bool,
    **options: Unpack[ConnectionOptions],
) -> KeystoneClient | AsyncKeystoneClient:
    """Make a client of a kind that is decided when the program runs."""


@logging.trace
def keystone_factory(
    url: str,
    username: str | None = None,
    password: str | None = None,
    token: str | None = None,
    *,
    want_async: bool = False,
    **options: Unpack[ConnectionOptions],
) -> KeystoneClient | AsyncKeystoneClient:
    """Make a client for a Keystone server. Nothing is sent before its first request, which signs in
    if credentials are given.

    Args:
        url: `https://server.example[:port][/prefix]`.
        username: User name.
        password: Password.
        token: A key that an operator made, in place of the two.
        want_async: Make an `AsyncKeystoneClient`.
        **options: `verify timeout ttl ca_path client_cert client_key client_key_password proxy
            retry correlation_id session_store limits max_response_bytes transport`, as for
            `ConnectionBase`.

    Returns:
        The client.

    Raises:
        ConfigurationError: A value that cannot work.
        TypeError: An argument is unknown.
    """
    check_options(keystone_factory, options, CONNECTION_OPTIONS)
    kind = AsyncKeystoneClient if want_async else KeystoneClient
    return kind(url, username, password, token, **options)
