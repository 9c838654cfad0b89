# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated Platform or Gateway in this process: requests go through the real client and no
socket.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.simulators.gateway import GatewaySimulator
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.support import Case


def transport(
    app: Any,
    silent: Collection[str] = (),
    lost: dict[str, Any] | None = None,
) -> httpx.MockTransport:
    """Return a transport that calls an ASGI application, for both kinds of client.

    The application must not wait for anything: its coroutine runs without an event loop.

    Args:
        app: The application.
        silent: Methods whose responses lose their bodies.
        lost: Paths whose next response is lost on its way: to the error of the connection, or to
            the status or the text of a proxy. A list is about the next responses; `None` is
            one that is not lost.
    """
    lost = {} if lost is None else lost
    lock = threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return {"type": "http.request", "body": request.content, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        with lock:
            running = app(_scope(request), receive, send)
            try:
                while True:
                    running.send(None)
            except StopIteration:
                pass
        outcome = lost.pop(request.url.path, None)
        if isinstance(outcome, list):
            outcome, *later = outcome
            if later:
                lost[request.url.path] = later
        if isinstance(outcome, BaseException):
            raise outcome
        if isinstance(outcome, str):
            return httpx.Response(200, text=outcome)
        if outcome is not None:
            return httpx.Response(outcome)
        head, *bodies = sent
        if request.method in silent:
            return httpx.Response(204)
        content = b"".join(message.get("body", b"") for message in bodies)
        return httpx.Response(head["status"], headers=head["headers"], content=content)

    return httpx.MockTransport(answer)


def _scope(request: httpx.Request) -> dict[str, Any]:
    path, dummy, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": (request.url.host, request.url.port or 443),
    }


class Simulated:
    """A client of a simulated server.

    Args:
        case: Threads or tasks.
        sim: The simulator.
        factory: Makes the client.
        silent: Methods whose responses lose their bodies.

    Attributes:
        sim: The simulator.
        client: The client.
        lost: Responses that are lost, see `transport`.
    """

    def __init__(self, case: Case, sim: Any, factory: Any, silent: Collection[str] = ()) -> None:
        self.case = case
        self.sim = sim
        self.lost: dict[str, Any] = {}
        self.client: Any = factory(
            "server.example",
            transport=transport(self.sim.app, silent, self.lost),
            want_async=case.kind.want_async,
            runtime=case.kind.runtime(case.time),
            retry=1,
        )

    async def list(self, resource: Any, *args: Any, **options: Any) -> Any:
        """Return the records of a type."""
        return await self.case.kind.wait(self.client.records(resource).list(*args, **options))

    async def find(self, resource: Any, target: Any) -> Any:
        """Return one record."""
        return await self.case.kind.wait(self.client.records(resource).find(target))

    async def ensure(self, resource: Any, *records: Mapping[str, Any], **options: Any) -> Any:
        """Bring records to a state and return the changes."""
        self.sim.log.clear()
        return await self.case.kind.wait(
            self.client.records(resource).ensure(list(records), **options)
        )

    async def bring(self, resource: Any, record: Mapping[str, Any], **options: Any) -> Any:
        """Bring one record to a state and return its change; an error is raised."""
        (change,) = await self.ensure(resource, record, **options)
        if change.error is not None:
            raise change.error
        return change

    def row(self, resource: str) -> Any:
        """Return a row of the catalogue."""
        return self.client.records(resource)._store.resource(resource)

    @property
    def writes(self) -> Any:
        """Method, path and body of what the last `ensure` wrote."""
        return [(self._called(one), one.body) for one in self.sim.writes]

    @property
    def reads(self) -> Any:
        """Method and path of what the last `ensure` read."""
        reads = [one for one in self.sim.log if not one.is_write]
        return [self._called(one) for one in reads if one.path not in self.sim.logins]

    def _called(self, one: Any) -> str:
        """Return method and path of a request, the path below the base URL."""
        return f"{one.method} {one.path.removeprefix(self.sim.prefix)}"


class Platform(Simulated):
    """A client of a simulated Platform.

    Args:
        case: Threads or tasks.
        silent: Methods whose responses lose their bodies.
        **settings: As for `PlatformSimulator`.
    """

    def __init__(self, case: Case, *, silent: Collection[str] = (), **settings: Any) -> None:
        sim = PlatformSimulator(**{"workflows": 3, **settings})
        super().__init__(case, sim, platform_factory, silent)


class Gateway(Simulated):
    """A client of a simulated Gateway.

    Args:
        case: Threads or tasks.
        **settings: As for `GatewaySimulator`.
    """

    def __init__(self, case: Case, **settings: Any) -> None:
        sim = GatewaySimulator(**{"devices": 3, **settings})
        super().__init__(case, sim, gateway_factory)
