# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to log in, as one list of cases: a server that the test scripts, and a client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import sequoia_factory
from ansible_collections.restops.clients.tests.unit.support import OAUTH, USER, Case

SECRET = "correct-horse-battery"
KINDS = ("oauth", "user", "query", "gateway", "keystone", "keystone token", "sequoia", "byo token")
WITH_LOGIN = ("oauth", "user", "query", "gateway", "keystone", "sequoia")
HOST = "server.example"


class World:
    """A server, and a client that logs in to it in one way.

    Args:
        case: The kind of client.
        kind: One of `KINDS`.
        answer: Answers requests that are no logins.
        login: Answers logins; `None` for a token, or the cookie of a session.
        **options: More options of the factory.
    """

    def __init__(
        self,
        case: Case,
        kind: str,
        answer: Callable[[httpx.Request], httpx.Response],
        login: Callable[[httpx.Request], httpx.Response] | None = None,
        **options: Any,
    ) -> None:
        self._case, self._kind = case, kind
        self._answer, self._login = answer, login
        self.requests: list[httpx.Request] = []
        self.logins: list[httpx.Request] = []
        self.client = self._client(options)

    def _client(self, options: dict[str, Any]) -> Any:
        case = self._case
        common = {
            "transport": httpx.MockTransport(self._serve),
            "runtime": case.kind.runtime(case.time),
            "want_async": case.kind.want_async,
            **options,
        }
        if self._kind == "gateway":
            return case.gateway(self, password=SECRET, **options)
        if self._kind in ("oauth", "user", "query"):
            given = {**OAUTH, "client_secret": SECRET} if self._kind == "oauth" else {}
            given = given or {**USER, "password": SECRET}
            more = {"token_in_query": True} if self._kind == "query" else {}
            return case.platform(self, **given, **more, **options)
        if self._kind == "keystone":
            return keystone_factory(f"https://{HOST}", "ada", SECRET, **common)
        if self._kind == "keystone token":
            return keystone_factory(f"https://{HOST}", token=SECRET, **common)
        credentials = (
            {"auth_type": "byo_token", "byo_token": SECRET}
            if self._kind == "byo token"
            else {"grant_client_id": "id", "grant_client_secret": SECRET}
        )
        return sequoia_factory(f"https://{HOST}/services/acme", **credentials, **common)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._serve)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/services/"):
            locations = {"identity": f"https://{HOST}", "metadata": f"https://{HOST}/meta"}
            services = [{"name": name, "location": url} for name, url in locations.items()]
            return httpx.Response(200, json={"services": services})
        if request.url.path.rstrip("/").endswith(("/login", "/oauth/token")):
            self.logins.append(request)
            return self.token() if self._login is None else self._login(request)
        self.requests.append(request)
        return self._answer(request)

    def token(self, *cookies: str) -> httpx.Response:
        """Return the response to a login that is accepted."""
        number = len(self.logins)
        own = [f"sessionid=session-{number}; Path=/"] if self._kind == "keystone" else []
        return httpx.Response(
            200,
            json={"token": f"token-{number}", "access_token": f"token-{number}"},
            headers=[("set-cookie", cookie) for cookie in (*own, *cookies)],
        )

    async def call(self, path: str = "/x/", **options: Any) -> Any:
        client = self.client
        if self._kind in ("sequoia", "byo token"):
            client = client.connection("metadata")
            client = await client if self._case.kind.want_async else client
        return await self._case.kind.wait(
            client.request(options.pop("method", "GET"), path, **options)
        )

    @property
    def cookies(self) -> list[dict[str, str]]:
        """The cookies of each request that is no login."""
        headers = [request.headers.get("cookie", "") for request in self.requests]
        return [
            dict(pair.split("=", 1) for pair in header.split("; ") if pair) for header in headers
        ]
