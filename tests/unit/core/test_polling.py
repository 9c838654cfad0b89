# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polling, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Pause
from ansible_collections.restops.clients.plugins.module_utils.core.polling import (
    PollTimeoutError,
    Schedule,
    poll,
)


class World:
    """A state that changes with time.

    Args:
        *states: What the readings see; an error is raised. The last one stays.
        cost: Seconds of a reading.
    """

    def __init__(self, *states: Any, cost: float = 0.0) -> None:
        self.states = list(states)
        self.cost = cost
        self.now = 50.0
        self.pauses: list[float] = []
        self.seen: list[tuple[Any, float]] = []

    def read(self) -> Any:
        yield from ()
        self.now += self.cost
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, ClientError):
            raise state
        return state

    def run(self, schedule: Schedule, **options: Any) -> Any:
        flow = poll(
            self.read,
            options.pop("is_done", lambda state: state == "done"),
            schedule,
            lambda: self.now,
            goal="job 5 to finish",
            notify=lambda state, waited: self.seen.append((state, waited)),
            **options,
        )
        try:
            effect = next(flow)
            while True:
                assert isinstance(effect, Pause)
                self.pauses.append(effect.seconds)
                self.now += effect.seconds
                effect = flow.send(None)
        except StopIteration as stop:
            return stop.value


def test_a_state_is_read_until_it_is_the_wanted_one_with_growing_pauses() -> None:
    world = World("new", "running", "running", "done")
    assert world.run(Schedule(600, 2)) == "done"
    assert world.pauses == [2, 3, 4.5]
    assert world.seen == [("new", 0), ("running", 2), ("running", 5), ("done", 9.5)]


def test_a_state_that_is_there_already_takes_no_pause() -> None:
    world = World("done")
    assert world.run(Schedule(0)) == "done"
    assert world.pauses == []


@pytest.mark.parametrize(
    ("schedule", "pauses"),
    [
        (Schedule(10, 4), [4, 6]),
        (Schedule(10, 8, longest=3), [8, 2]),
        (Schedule(0), []),
        (Schedule(100, 20), [20, 30, 30, 20]),
    ],
)
def test_the_last_reading_comes_when_the_time_is_up(schedule: Schedule, pauses: Any) -> None:
    world = World("running")
    with pytest.raises(PollTimeoutError) as caught:
        world.run(schedule)
    error = caught.value
    assert world.pauses == pauses
    assert (error.last, error.waited) == ("running", schedule.timeout)
    assert error.message == (
        f"timed out after {schedule.timeout} seconds waiting for job 5 to finish: give a longer"
        " wait_timeout, or look at it later"
    )


def test_a_state_may_be_none() -> None:
    world = World("running", None)
    assert world.run(Schedule(10), is_done=lambda state: state is None) is None
    assert world.seen == [("running", 0), (None, 2)]


def test_a_reading_needs_no_listener() -> None:
    flow = poll(World("done").read, bool, Schedule(1), lambda: 0.0, goal="x")
    with pytest.raises(StopIteration) as stop:
        next(flow)
    assert stop.value.value == "done"


def test_slow_readings_count() -> None:
    world = World("running", cost=7)
    with pytest.raises(PollTimeoutError):
        world.run(Schedule(10, 2))
    assert world.pauses == [2]


def test_an_error_of_a_reading_ends_the_poll() -> None:
    with pytest.raises(ClientError, match="broken"):
        World(ClientError("broken"), "done").run(Schedule(10))


def restarting(error: ClientError) -> bool:
    return "restarting" in error.message


def test_tolerated_errors_do_not_until_the_time_is_up() -> None:
    error = ClientError("restarting")
    tolerates: Callable[[ClientError], bool] = restarting
    assert World(error, "new", "done").run(Schedule(10), tolerates=tolerates) == "done"
    with pytest.raises(PollTimeoutError) as caught:
        World("new", error).run(Schedule(10), tolerates=tolerates)
    assert caught.value.message == (
        "timed out after 10 seconds waiting for job 5 to finish (the last reading failed:"
        " restarting): give a longer wait_timeout, or look at it later"
    )
    assert (caught.value.last, caught.value.__cause__) == ("new", error)
    with pytest.raises(ClientError, match="broken"):
        World(error, ClientError("broken")).run(Schedule(10), tolerates=tolerates)


NAN = float("nan")


@pytest.mark.parametrize(("timeout", "interval"), [(-1, 2), (10, 0), (10, -1), (NAN, 2), (10, NAN)])
def test_a_schedule_that_cannot_work_is_refused(timeout: float, interval: float) -> None:
    with pytest.raises(ConfigurationError, match="wait_(timeout|interval) must be"):
        Schedule(timeout, interval)
