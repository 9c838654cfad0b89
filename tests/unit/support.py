# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers of the unit tests: a scripted server, a clock that stands still, both kinds of client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.module_utils.core.runtime import Runtime
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)

OAUTH = {"client_id": "64b5c0ffee", "client_secret": "client-secret-value"}
USER = {"user": "ada", "password": "correct horse"}
LOGINS = ("/oauth/token", "/login", "/api/v2.0/login")


class Server:
    """Answers logins with numbered tokens and everything else from a script.

    Args:
        *script: For one request each: a response, an error to raise, or a function of the request.
            When it is used up, 200 with `{"ok": true}`.
        login: For logins instead of a token, in the same forms.
    """

    def __init__(self, *script: Any, login: Any = None) -> None:
        self.script = list(script)
        self.login = login
        self.requests: list[httpx.Request] = []
        self.logins: list[httpx.Request] = []
        self.lock = threading.Lock()
        self.transport = httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            if request.url.path in LOGINS:
                self.logins.append(request)
                turn = self.login or httpx.Response(
                    200,
                    json={
                        "access_token": f"token-{len(self.logins)}",
                        "token": f"token-{len(self.logins)}",
                        "expires_in": 3600,
                    },
                )
            else:
                self.requests.append(request)
                turn = self.script.pop(0) if self.script else httpx.Response(200, json={"ok": True})
        if isinstance(turn, BaseException):
            raise turn
        answer: httpx.Response = turn(request) if callable(turn) else turn
        # A response object is used up by its first reader, and logins use theirs many times.
        return (
            httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
            if answer.is_closed
            else answer
        )

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.requests]

    @property
    def tokens(self) -> list[str]:
        return [
            request.headers.get("authorization", "").removeprefix("Bearer ")
            for request in self.requests
        ]


class Time:
    """A clock that moves only when a client sleeps or a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now + 1_700_000_000

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


class EventfulTime(Time):
    """A clock during whose pauses something happens.

    Attributes:
        events: What happens during each of the next pauses; `None` for nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Callable[[], Any] | None] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        event = self.events.pop(0) if self.events else None
        if event is not None:
            event()


class Threads:
    """Runs a case on clients for threads."""

    want_async = False

    def runtime(self, time: Time) -> Runtime:
        return Runtime(time.clock, time.wall, lambda: 1.0, time.sleep)

    async def wait(self, result: Any) -> Any:
        return result

    async def together(self, call: Callable[[], Any], times: int) -> list[Any]:
        """Make the same call many times in parallel; return values and errors."""
        outcomes: list[Any] = []
        start = threading.Barrier(times)

        def one() -> None:
            start.wait()
            try:
                outcomes.append(call())
            except Exception as exc:  # noqa: BLE001  # the test looks at the outcome
                outcomes.append(exc)

        threads = [threading.Thread(target=one) for dummy in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    async def collect(self, pages: Any) -> list[Any]:
        return list(pages)

    async def read(self, stream: Any) -> tuple[Any, bytes]:
        with stream as opened:
            return opened.response, b"".join(opened)

    async def close(self, client: Any) -> None:
        client.close()


class Tasks:
    """Runs a case on clients for event loops."""

    want_async = True

    def runtime(self, time: Time) -> Runtime:
        async def sleep(seconds: float) -> None:
            time.sleep(seconds)

        return Runtime(time.clock, time.wall, lambda: 1.0, sleep)

    async def wait(self, result: Any) -> Any:
        return await result

    async def together(self, call: Callable[[], Any], times: int) -> list[Any]:
        """Make the same call many times in parallel; return values and errors."""
        return await asyncio.gather(*[call() for dummy in range(times)], return_exceptions=True)

    async def collect(self, pages: Any) -> list[Any]:
        return [page async for page in pages]

    async def read(self, stream: Any) -> tuple[Any, bytes]:
        async with stream as opened:
            return opened.response, b"".join([piece async for piece in opened])

    async def close(self, client: Any) -> None:
        await client.aclose()


class Case:
    """A client of one kind, its server and its time.

    Args:
        kind: `Threads()` or `Tasks()`.
    """

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.time = Time()

    def platform(self, server: Server, **options: Any) -> Any:
        given = (
            {**OAUTH, **options}
            if "user" not in options and "client_id" not in options
            else options
        )
        return platform_factory(
            "server.example",
            transport=server.transport,
            want_async=self.kind.want_async,
            **self._timed(given),
        )

    def gateway(self, server: Server, **options: Any) -> Any:
        return gateway_factory(
            "server.example",
            transport=server.transport,
            want_async=self.kind.want_async,
            **self._timed({**USER, **options}),
        )

    def _timed(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"runtime": self.kind.runtime(self.time), **options}

    async def get(self, client: Any, path: str = "/x", *args: Any, **options: Any) -> Any:
        return await self.kind.wait(client.get(path, *args, **options))

    async def request(self, client: Any, method: str, path: str = "/x", **options: Any) -> Any:
        return await self.kind.wait(client.request(method, path, **options))
