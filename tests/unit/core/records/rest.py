# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server for tests of `RestStore`: it answers by method and path, and records its requests."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.module_utils.core.connection import (
    AsyncConnection,
    Connection,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure import ensure
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure_options import (
    EnsureOptions,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.store import RestStore
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.tests.unit.support import Case


class Server:
    """Answers requests.

    Args:
        routes: `METHOD /path` to JSON, a response, a deque of answers in turn, the last of
            which is repeated, or a function of the
            request. Anything else is a 404.
    """

    def __init__(self, routes: Mapping[str, Any]) -> None:
        self.routes = dict(routes)
        self.requests: list[httpx.Request] = []
        self.lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            self.requests.append(request)
            path = request.url.raw_path.decode().partition("?")[0]
            found = self.routes.get(f"{request.method} {path}", httpx.Response(404, text="none"))
            if isinstance(found, deque):
                found = found.popleft() if len(found) > 1 else found[0]
            if callable(found):
                found = found(request)
        if isinstance(found, httpx.Response):
            return httpx.Response(found.status_code, headers=found.headers, content=found.content)
        return httpx.Response(200, json=found)

    @property
    def calls(self) -> list[str]:
        """Return method and target of all requests."""
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def writes(self) -> list[tuple[str, Any]]:
        """Return method and path, and the body, of all requests but reads."""
        return [
            (f"{request.method} {request.url.path}", body_of(request))
            for request in self.requests
            if request.method != "GET"
        ]


def body_of(request: httpx.Request) -> Any:
    """Return the JSON of a request; `None` if it has no body."""
    return json.loads(request.content) if request.content else None


class Bench:
    """A store of some types over a connection to a server.

    Args:
        case: Threads or tasks.
        routes: See `Server`.
        *rows: The types.
    """

    store_type: type[RestStore] = RestStore

    def __init__(self, case: Case, routes: Mapping[str, Any], *rows: ResourceType) -> None:
        self.case = case
        self.server = Server(routes)
        kind = AsyncConnection if case.kind.want_async else Connection
        self.connection: Any = kind(
            "https://server.example",
            secrets=SecretValues(),
            transport=httpx.MockTransport(self.server.answer),
            retry=1,
        )
        self.rows = rows
        self.store = self.store_type(self.connection, {row.name: row for row in rows})

    async def run(self, flow: Any) -> Any:
        """Return what a flow returns."""
        return await self.case.kind.wait(self.connection._perform(flow))

    async def bring(self, *records: Mapping[str, Any], **options: Any) -> Any:
        """Ensure records of the first type."""
        flow = ensure(self.store, self.rows[0], records, EnsureOptions(**options))
        return await self.run(flow)
