# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients of keystone-api-client.

`retrieve_*` returns the content of the response: for a list, an object with `count`, `next`,
`previous` and `results`.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from .http import CLIENT_DEFAULT, AsyncHTTPClient, HTTPBase, HTTPClient, httpx_errors

if TYPE_CHECKING:
    import httpx

PATHS = {
    "allocation": "allocations/allocations",
    "cluster": "allocations/clusters",
    "membership": "users/memberships",
    "request": "allocations/requests",
    "team": "users/teams",
    "user": "users/users",
}
VERBS = ("create", "delete", "retrieve", "update")


class ClientBase(HTTPBase):
    """Methods for each resource of `PATHS`.

    For clusters these are `create_cluster`, `retrieve_cluster`, `update_cluster` and
    `delete_cluster`.
    """

    LOGIN_ENDPOINT = "authentication/login"
    LOGOUT_ENDPOINT = "authentication/logout"
    IDENTITY_ENDPOINT = "authentication/whoami"

    def __getattr__(self, name: str) -> Any:
        verb, dummy, resource = name.partition("_")
        if verb not in VERBS or resource not in PATHS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return functools.partial(getattr(self, f"_{verb}"), PATHS[resource])

    def __dir__(self) -> list[str]:
        verbs = [f"{verb}_{resource}" for verb in VERBS for resource in PATHS]
        return sorted([*super().__dir__(), *verbs])

    def _forget(self) -> None:
        self._client._auth.forget()
        self._client.calls.engine.keeper.forget()


class KeystoneClient(ClientBase, HTTPClient):
    """A client for threads."""

    def login(self, username: str, password: str, timeout: Any = CLIENT_DEFAULT) -> None:
        """Sign in.

        Raises:
            httpx.HTTPStatusError: The server refuses them.
        """
        flow = self._client._sign_in_flow(username, password)
        # Tracebacks may show the local variables of their frames.
        del timeout, password
        with httpx_errors(self.base_url):
            self._client._perform(flow)

    def logout(self, timeout: Any = CLIENT_DEFAULT) -> None:
        """Sign out; a session that has ended is no error."""
        response = self.http_post(self.LOGOUT_ENDPOINT, timeout=timeout)
        if response.status_code != 401:
            response.raise_for_status()
        self._forget()

    def whoami(self, timeout: Any = CLIENT_DEFAULT) -> dict[str, Any]:
        """Return the signed-in user; `{}` if no user is signed in."""
        return _identity(self.http_get(self.IDENTITY_ENDPOINT, timeout=timeout))

    def is_authenticated(self, timeout: Any = CLIENT_DEFAULT) -> dict[str, Any]:
        """Return the signed-in user, which is true; `{}` if no user is signed in."""
        return self.whoami(timeout)

    def _create(
        self, path: str, data: Any = None, files: Any = None, **fields: Any
    ) -> dict[str, Any]:
        return _content(self.http_post(path, json={**(data or {}), **fields}, files=files))

    def _retrieve(
        self,
        path: str,
        pk: int | None = None,
        filters: dict[str, Any] | None = None,
        search: str | None = None,
        order: str | None = None,
        timeout: Any = CLIENT_DEFAULT,
    ) -> Any:
        url, params = _query(path, pk, filters, search, order)
        return _content_or_none(self.http_get(url, params=params, timeout=timeout))

    def _update(self, path: str, pk: int, data: Any = None, files: Any = None) -> dict[str, Any]:
        return _content(self.http_patch(f"{path}/{pk}", json=data, files=files))

    def _delete(self, path: str, pk: int, raise_not_exists: bool = False) -> None:
        response = self.http_delete(f"{path}/{pk}")
        if response.status_code != 404 or raise_not_exists:
            response.raise_for_status()


class AsyncKeystoneClient(ClientBase, AsyncHTTPClient):
    """A client for event loops."""

    async def login(self, username: str, password: str, timeout: Any = CLIENT_DEFAULT) -> None:
        """Sign in. For the errors see `KeystoneClient`."""
        flow = self._client._sign_in_flow(username, password)
        del timeout, password
        with httpx_errors(self.base_url):
            await self._client._perform(flow)

    async def logout(self, timeout: Any = CLIENT_DEFAULT) -> None:
        """Sign out; a session that has ended is no error."""
        response = await self.http_post(self.LOGOUT_ENDPOINT, timeout=timeout)
        if response.status_code != 401:
            response.raise_for_status()
        self._forget()

    async def whoami(self, timeout: Any = CLIENT_DEFAULT) -> dict[str, Any]:
        """Return the signed-in user; `{}` if no user is signed in."""
        return _identity(await self.http_get(self.IDENTITY_ENDPOINT, timeout=timeout))

    async def is_authenticated(self, timeout: Any = CLIENT_DEFAULT) -> dict[str, Any]:
        """Return the signed-in user, which is true; `{}` if no user is signed in."""
        return await self.whoami(timeout)

    async def _create(
        self, path: str, data: Any = None, files: Any = None, **fields: Any
    ) -> dict[str, Any]:
        return _content(await self.http_post(path, json={**(data or {}), **fields}, files=files))

    async def _retrieve(
        self,
        path: str,
        pk: int | None = None,
        filters: dict[str, Any] | None = None,
        search: str | None = None,
        order: str | None = None,
        timeout: Any = CLIENT_DEFAULT,
    ) -> Any:
        url, params = _query(path, pk, filters, search, order)
        return _content_or_none(await self.http_get(url, params=params, timeout=timeout))

    async def _update(
        self, path: str, pk: int, data: Any = None, files: Any = None
    ) -> dict[str, Any]:
        return _content(await self.http_patch(f"{path}/{pk}", json=data, files=files))

    async def _delete(self, path: str, pk: int, raise_not_exists: bool = False) -> None:
        response = await self.http_delete(f"{path}/{pk}")
        if response.status_code != 404 or raise_not_exists:
            response.raise_for_status()


def _identity(response: httpx.Response) -> dict[str, Any]:
    return {} if response.status_code == 401 else _content(response)


def _content(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    record: dict[str, Any] = response.json()
    return record


def _content_or_none(response: httpx.Response) -> Any:
    return None if response.status_code == 404 else _content(response)


def _query(
    path: str,
    pk: int | None,
    filters: dict[str, Any] | None,
    search: str | None,
    order: str | None,
) -> tuple[str, dict[str, Any]]:
    """Return the path and the query of records."""
    words = {"_search": search, "_order": order}
    params = {**(filters or {}), **{name: word for name, word in words.items() if word is not None}}
    return path if pk is None else f"{path}/{pk}", params
