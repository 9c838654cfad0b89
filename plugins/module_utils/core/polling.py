# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polling: reading a state until it is the wanted one or the time is up, and its options."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any, TypedDict, TypeVar

from .exceptions import ClientError, ConfigurationError, HTTPStatusError, RequestError
from .flow import Flow, Pause

T = TypeVar("T")
Notify = Callable[[str], object]
"""Receives a line."""

GROWTH = 1.5
"""The factor by which the pauses grow."""
LONGEST_INTERVAL = 30.0
"""Seconds of the longest pause, unless the first one is longer."""

_RESTARTING = frozenset((502, 503, 504))


class WaitOptions(TypedDict, total=False):
    """The options of waiting.

    Attributes:
        wait_timeout: Seconds after which waiting is given up; 0 reads once. Default 600.
        wait_interval: Seconds of the first pause; later ones are longer. Default 2.
        notify: Receives a line for each change. Default: none.
    """

    wait_timeout: float
    wait_interval: float
    notify: Notify | None


class PollTimeoutError(ClientError):
    """The time was up before the state was reached.

    Attributes:
        last: What was read last.
        waited: Seconds since the first reading.
    """

    last: Any = None
    waited: float = 0.0


class Schedule:
    """The pauses of a poll.

    Args:
        timeout: Seconds after which it is given up; 0 reads once.
        interval: Seconds of the first pause; later ones are longer.
        longest: Seconds of the longest pause.

    Raises:
        ConfigurationError: A negative number, an interval of 0, or no number at all (nan).
    """

    __slots__ = ("interval", "longest", "timeout")

    def __init__(
        self, timeout: float, interval: float = 2.0, longest: float = LONGEST_INTERVAL
    ) -> None:
        if isnan(timeout) or timeout < 0:
            raise ConfigurationError(f"wait_timeout must be 0 or more seconds, not {timeout!r}")
        if isnan(interval) or interval <= 0:
            raise ConfigurationError(f"wait_interval must be more than 0 seconds, not {interval!r}")
        self.timeout = timeout
        self.interval = interval
        self.longest = max(longest, interval)

    def rest(self, spent: float) -> Schedule:
        """Return the schedule for what is left of the time.

        Args:
            spent: The seconds that are over.
        """
        return Schedule(max(0.0, self.timeout - spent), self.interval, self.longest)


def schedule_of(options: WaitOptions) -> Schedule:
    """Return the pauses that the options of waiting ask for."""
    return Schedule(options.get("wait_timeout", 600.0), options.get("wait_interval", 2.0))


def poll(
    read: Callable[[], Flow[T]],
    is_done: Callable[[T], bool],
    schedule: Schedule,
    clock: Callable[[], float],
    *,
    goal: str,
    notify: Callable[[T, float], None] | None = None,
    tolerates: Callable[[ClientError], bool] | None = None,
) -> Flow[T]:
    """Read a state until it is the wanted one.

    Args:
        read: Makes the flow of one reading.
        is_done: Tells whether the state is the wanted one.
        schedule: The pauses and the time.
        clock: Seconds that never go backwards.
        goal: The awaited state, for the error: `job 5 to finish`.
        notify: Called after each reading with the state and the seconds since the first one.
        tolerates: Tells which errors of a reading are no reason to stop, such as those of a server
            that restarts.

    Returns:
        The state.

    Raises:
        PollTimeoutError: The time was up.
        ClientError: A reading failed with an error that is not tolerated.
    """
    start = clock()
    pause = schedule.interval
    last: T | None = None
    failure: ClientError | None
    while True:
        try:
            state = yield from read()
        except ClientError as exc:
            if tolerates is None or not tolerates(exc):
                raise
            failure = exc
        else:
            failure, last = None, state
        waited = clock() - start
        if failure is None:
            if notify is not None:
                notify(state, waited)
            if is_done(state):
                return state
        if waited >= schedule.timeout:
            raise _too_late(goal, last, waited, schedule, failure) from failure
        # The last reading comes when the time is up, not after a whole pause.
        yield Pause(min(pause, schedule.timeout - waited))
        pause = min(pause * GROWTH, schedule.longest)


def _too_late(
    goal: str, last: Any, waited: float, schedule: Schedule, failure: ClientError | None
) -> PollTimeoutError:
    reason = "" if failure is None else f" (the last reading failed: {failure.message})"
    error = PollTimeoutError(
        f"timed out after {schedule.timeout:g} seconds waiting for {goal}{reason}: give a longer"
        " wait_timeout, or look at it later"
    )
    error.last = last
    error.waited = waited
    return error


def is_passing(exc: ClientError) -> bool:
    """Tell if an error is one of a server that restarts, after which a poll can go on."""
    if isinstance(exc, HTTPStatusError):
        return exc.status_code in _RESTARTING
    return isinstance(exc, RequestError) and not exc.permanent
