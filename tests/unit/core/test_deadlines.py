# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits of effects, and of waiting for a turn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import deadlines
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import (
    Exchange,
    Pause,
    SingleFlight,
    Together,
)
from ansible_collections.restops.clients.plugins.module_utils.core.net.semaphore import (
    TimedSemaphore,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.loops import LOOPS, run
from ansible_collections.restops.clients.tests.unit.support import OAUTH


def exchange(timeout: float) -> Exchange:
    return Exchange("GET", "http://server.example/", (), b"", timeout, 1)


def test_an_effect_takes_no_longer_than_what_is_left() -> None:
    first = exchange(30)
    assert deadlines.within(first, 40) is first
    shorter = deadlines.within(first, 2)
    assert (shorter.timeout, shorter.url, first.timeout) == (2, first.url, 30)
    assert deadlines.within(SingleFlight(iter, 30), 2).timeout == 2
    assert deadlines.within(Pause(1), 2).seconds == 1
    together = Together((), 1)
    assert deadlines.within(together, 0) is together, "its flows have the limit themselves"


@pytest.mark.parametrize(("effect", "left"), [(exchange(1), 0), (Pause(2), 2), (exchange(1), -1)])
def test_without_time_nothing_is_sent(effect: Exchange | Pause, left: float) -> None:
    with pytest.raises(RequestError, match="the time of the call is used up") as caught:
        deadlines.within(effect, left)
    assert (caught.value.sent, caught.value.permanent) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.999991, "1"), (0.01, "0.01"), (30, "30"), (1234.5, "1234")]
)
def test_seconds_are_rounded(seconds: float, text: str) -> None:
    assert deadlines.rounded(seconds) == text


@pytest.mark.parametrize("loop", LOOPS)
def test_permits_are_given_in_order_and_none_is_lost(loop: str) -> None:
    async def main() -> None:
        permits, order = TimedSemaphore(2), []

        async def task(name: str, timeout: float = 5) -> None:
            if await permits.acquire(timeout):
                order.append(name)

        await task("first")
        await task("second")
        await task("too late", 0.01)
        waiting = [asyncio.ensure_future(task(name)) for name in ("third", "fourth", "fifth")]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        permits.release()
        await waiting[1]
        # Cancelled at the moment at which it gets a permit.
        permits.release()
        waiting[2].cancel()
        await asyncio.wait(waiting)
        await task("sixth")
        assert order == ["first", "second", "fourth", "sixth"]

    run(loop, main())


async def test_a_permit_does_not_go_to_a_task_whose_time_is_up() -> None:
    permits = TimedSemaphore(1)
    assert await permits.acquire(5)
    late = asyncio.ensure_future(permits.acquire(0))
    await asyncio.sleep(0)
    permits._waiting[0].set_result(False)
    permits.release()
    assert not await late
    assert await permits.acquire(5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 1e10}, "timeout must be at most 1000000 seconds"),
        ({"timeout": 10**400}, "timeout must be at most 1000000 seconds"),
        ({"timeout": 10**5000}, "timeout must be at most 1000000 seconds"),
        ({"timeout": float("inf")}, "timeout must be at most 1000000 seconds"),
        ({"timeout": float("nan")}, "timeout must be a number of seconds above 0, not nan"),
        ({"ttl": 10**400}, "ttl must be at most 1000000000 seconds"),
        ({"retry": {"max_time": 1e12}}, "max_time must be a number of seconds above 0 and at most"),
        ({"retry": {"max_time": 10**400}}, "max_time must be a number of seconds above 0"),
        ({"retry": {"wait": 1e12}}, "wait must be one of"),
    ],
)
def test_numbers_that_no_clock_can_take_are_refused_at_once(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        platform_factory("server.example", **OAUTH, **options)
