# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a module when nothing waits for it any more."""

from __future__ import annotations

import asyncio
import os

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.runtime import Runtime
from ansible_collections.restops.clients.plugins.module_utils.tasks import gateway, time_limit


class Service:
    """A server that is busy for a second with each call.

    Attributes:
        now: Its clock.
        paths: Those that were asked for.
    """

    def __init__(self) -> None:
        self.now = 100.0
        self.paths: list[str] = []

    def clock(self) -> float:
        return self.now

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if request.url.path.endswith("/login"):
            return httpx.Response(200, json={"token": "a-token-of-the-server"})
        self.now += 1
        return httpx.Response(503)

    def read(self, runtime: Runtime, want_async: bool) -> None:
        given = {
            "host": "server.example",
            "username": "ada",
            "password": "correct horse",
            "retry": {"max_tries": 10, "wait": 0, "max_time": 600},
        }
        transport = httpx.MockTransport(self.answer)
        client = gateway.make_client(
            given, want_async=want_async, runtime=runtime, transport=transport
        )
        if want_async:
            asyncio.run(client.get("/devices"))
        else:
            client.get("/devices")


@pytest.mark.parametrize("want_async", [False, True], ids=["sync", "async"])
def test_nothing_is_sent_once_the_time_is_up(want_async: bool) -> None:
    service = Service()
    runtime = time_limit.runtime({time_limit.VARIABLE: "3"}, service.clock)
    with pytest.raises(SystemExit, match="the time of the task is up"):
        service.read(runtime, want_async)
    assert service.paths.count("/api/v2.0/devices") == 3


@pytest.mark.parametrize("environment", [{}, {time_limit.VARIABLE: ""}, {time_limit.VARIABLE: "x"}])
def test_without_a_limit_the_retry_policy_alone_counts(environment: dict[str, str]) -> None:
    service = Service()
    with pytest.raises(Exception, match="503"):
        service.read(time_limit.runtime(environment, service.clock), want_async=False)
    assert service.paths.count("/api/v2.0/devices") == 10


@pytest.mark.parametrize("want_async", [False, True], ids=["sync", "async"])
def test_nothing_is_sent_once_nothing_reads_the_result(want_async: bool) -> None:
    service = Service()
    read, written = os.pipe()
    runtime = time_limit.runtime({}, service.clock, written)
    try:
        with pytest.raises(Exception, match="503"):
            service.read(runtime, want_async)
        sent = len(service.paths)
        os.close(read)
        with pytest.raises(SystemExit, match="the run has ended"):
            service.read(runtime, want_async)
        assert len(service.paths) == sent
    finally:
        os.close(written)


def test_a_check_does_not_share_its_poll_object_with_other_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks: list[int] = []

    class Poll:
        """Lets another check happen while it polls, as another thread may."""

        is_polling = False

        def register(self, *dummy: int) -> None:
            pass

        def poll(self, dummy: int) -> list[tuple[int, int]]:
            assert not self.is_polling
            self.is_polling = True
            checks.append(1)
            if len(checks) == 1:
                runtime.check()
            self.is_polling = False
            return []

    monkeypatch.setattr(time_limit.select, "poll", Poll)
    runtime = time_limit.runtime({})
    runtime.check()
    assert len(checks) == 2
