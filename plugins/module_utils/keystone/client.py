# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Keystone clients that programs hold, and the factory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from ..core import logging, urls
from ..core.connection import AsyncConnection, Connection
from ..core.options import CONNECTION_OPTIONS, ConnectionOptions, check_options
from ..core.records.ensure_options import EnsureArguments
from ..core.records.handle import AsyncRecords, Records
from ..core.records.types import Change, Record, ResourceType
from .base import CONCURRENCY, KeystoneBase
from .verbs import add_verbs

if TYPE_CHECKING:
    import httpx
    from typing_extensions import Unpack

    from . import verb_types as vt
    from .base import Files

    Verbs = vt.Verbs[vt.CreateCall, vt.RetrieveCall, vt.UpdateCall, vt.DeleteCall]
    AsyncVerbs = vt.Verbs[
        vt.AsyncCreateCall, vt.AsyncRetrieveCall, vt.AsyncUpdateCall, vt.AsyncDeleteCall
    ]
else:
    Verbs = AsyncVerbs = object


class KeystoneClient(KeystoneBase, Connection, Verbs):
    """A Keystone client for threads."""

    __slots__ = ()

    def login(
        self,
        username: str,
        password: str,
        timeout: float | None = None,
    ) -> None:
        """Sign in.

        The credentials are kept, to sign in again when the server has ended the session,
        until `logout`; they have precedence over a token.

        Args:
            username: User name.
            password: Password.
            timeout: Not used; for calls written for other clients.

        Raises:
            AuthenticationError: The server refuses them.
            RequestError: There is no response.
        """
        flow = self._sign_in_flow(username, password)
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
        """Send a POST.

        `json` beside `files` becomes form fields. For the rest see `http_get`.
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
        """Send a PUT.

        `json` beside `files` becomes form fields. For the rest see `http_get`.
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
        """Send a PATCH.

        `json` beside `files` becomes form fields. For the rest see `http_get`.
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
            self._retrieve_flow(resource, filters, search, order, limit, timeout)
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
            **options: `state match update_secrets purge concurrency predict replace recreate`,
                as for `EnsureOptions`; `concurrency` is 1 by default, see `CONCURRENCY`.

        Returns:
            A change per record. Errors of single writes are in the changes.

        Raises:
            ClientError: The records could not be read, or an argument cannot work.
        """
        result: list[Change] = self._perform(self._ensure_flow(resource, wanted, options))
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
                `payload query_params ref`. In a path or payload, `@ref{alias.field}` is replaced
                by a value of an earlier response, and `@file{name}` by one of the files.
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
        flow = self._sign_in_flow(username, password)
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
            self._retrieve_flow(resource, filters, search, order, limit, timeout)
        )
        return result

    async def ensure(
        self,
        resource: str,
        wanted: Sequence[Mapping[str, Any]],
        **options: Unpack[EnsureArguments],
    ) -> list[Change]:
        """See `KeystoneClient.ensure`."""
        result: list[Change] = await self._perform(self._ensure_flow(resource, wanted, options))
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
    """Make a client for a Keystone server.

    Nothing is sent before its first request, which signs in if credentials are given.

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
