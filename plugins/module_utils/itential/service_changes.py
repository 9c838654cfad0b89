# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The change of one adapter or application: its action, sent once, and waiting for its health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..core.flow import Flow
from ..core.once import may_be_performed, may_have_arrived
from ..core.polling import Notify, PollTimeoutError, Schedule, is_passing, poll
from .platform_requests import LOOKUP_SCHEDULE
from .service_health import GONE, OFF, ONLINE, RUNNING, STARTING, STOPPED, STOPPING, Health
from .service_requests import ServiceRequests

STATES = ("started", "stopped", "restarted")

_SETTLING = {
    "started": frozenset((STARTING, STOPPING)),
    "restarted": frozenset((STARTING, STOPPING)),
    # One that hangs while it starts can be stopped.
    "stopped": frozenset((STOPPING,)),
}
"""States that are awaited before a service is brought to a state."""
_PREDICTED = {STARTING: RUNNING, STOPPING: STOPPED}
"""The states that follow, for predictions, which do not wait."""

_DEAD_READS = 3
"""Reads in a row after which a service that was started and is dead counts as failed."""
_UNSEEN_READS = 4
"""Reads after which a service counts as restarted although its health does not show it."""
_ABSENT = frozenset((404, 500))
"""Statuses of the health of a service that is just being replaced."""


class Goal(NamedTuple):
    """The wanted state of services.

    Attributes:
        state: One of `STATES`; `None` to leave it as it is.
        levels: The log level by transport.
        online: Wait until the connection of an adapter is up again too.
        predict: Change nothing.
    """

    state: str | None
    levels: Mapping[str, str]
    online: bool
    predict: bool


class LevelChange(NamedTuple):
    """The change of a log level.

    Attributes:
        before: The level before; `None` if the health does not have it.
        after: The level that was set.
    """

    before: str | None
    after: str


class ServiceReport(NamedTuple):
    """The outcome of the change of a service.

    Attributes:
        kind: `adapter` or `application`.
        name: Its name.
        outcome: `changed`, `unchanged`, `failed` or `not_tried`.
        action: `start`, `stop` or `restart` if that was sent, or would be; else `None`.
        health: What was read last; `None` if nothing was read.
        confirmed: Whether the health shows that a restart has happened; `None` for other actions.
        log: The changes of log levels by transport.
    """

    kind: str
    name: str
    outcome: str
    action: str | None
    health: Health | None
    confirmed: bool | None
    log: Mapping[str, LevelChange]


class Change:
    """A service that is brought to a state.

    Args:
        requests: The requests of the client.
        kind: `adapter` or `application`.
        name: Its name.
        goal: The wanted state.
        notify: Receives a line for each change; `None` for no lines.
    """

    def __init__(
        self,
        requests: ServiceRequests,
        kind: str,
        name: str,
        goal: Goal,
        notify: Notify | None = None,
    ) -> None:
        self._requests = requests
        self._kind = kind
        self._name = name
        self._goal = goal
        self._notify = notify
        self._shown = ""
        self._outcome = "not_tried"
        self._action: str | None = None
        self._health: Health | None = None
        self._confirmed = False
        self._log: dict[str, LevelChange] = {}
        self._dead_reads = self._unseen_reads = 0

    def title(self) -> str:
        """Return what is changed, for messages."""
        return f"{self._kind} {self._name!r}"

    def report(self) -> ServiceReport:
        """Return what has happened so far."""
        confirmed = self._confirmed if self._action == "restart" else None
        return ServiceReport(
            self._kind,
            self._name,
            self._outcome,
            self._action,
            self._health,
            confirmed,
            self._log,
        )

    def run(self, schedule: Schedule) -> Flow[None]:
        """Bring the service to its state, and wait until it has it.

        Raises:
            ConfigurationError: There is no such service.
            ClientError: It cannot get the state, or has not got it in time; the server refuses a
                request, or it is unknown if it has received it.
        """
        self._outcome = "failed"
        start = self._requests.clock()
        before = yield from self._await_settled(schedule)
        self._action = self._needed_action(before)
        if self._action is not None and not self._goal.predict:
            rest = schedule.rest(self._requests.clock() - start)
            yield from self._act(self._action, before, rest)
        yield from self._set_levels()
        self._outcome = "changed" if self._action or self._log else "unchanged"

    # Before the action

    def _await_settled(self, schedule: Schedule) -> Flow[Health]:
        """Return the health of the service, when it is not just starting or stopping."""
        unsettled = _SETTLING.get(self._goal.state or "", frozenset())
        if self._goal.predict:
            unsettled = frozenset()
        try:
            return (
                yield from poll(
                    self._read_required,
                    lambda health: health.state not in unsettled,
                    schedule,
                    self._requests.clock,
                    goal=self.title(),
                )
            )
        except PollTimeoutError:
            raise ClientError(
                f"{self.title()} is still {self._health} after {schedule.timeout:g} seconds, and"
                f" was not {self._goal.state}: give a longer wait_timeout, or look at its log"
            ) from None

    def _read_required(self) -> Flow[Health]:
        health = yield from self._read()
        if health is None:
            names = yield from self._requests.names(self._kind)
            raise ConfigurationError(
                f"there is no {self.title()}: use one of {', '.join(sorted(names)) or 'none'};"
                " an integration is not a process and has no state"
            )
        return health

    def _needed_action(self, before: Health) -> str | None:
        """Return the action that brings the service to its state; `None` if it has it.

        Raises:
            ClientError: No action does.
        """
        wanted = self._goal.state
        state = _PREDICTED.get(before.state, before.state)
        if wanted is None:
            return None
        if wanted == "stopped":
            return None if state in OFF else "stop"
        if state in GONE:
            raise ClientError(
                f"{self.title()} is {state}, and a start has no effect on it: correct its"
                " properties, which starts it, or look at the log of the server"
            )
        if wanted == "started":
            return None if state == RUNNING else "start"
        # A restart is for what runs.
        return "restart" if state == RUNNING else "start"

    # The action

    def _act(self, verb: str, before: Health, schedule: Schedule) -> Flow[None]:
        """Send the action, and wait until the service has its state.

        After a failure of the server, the health is read once.
        """
        self._tell(f"{verb} requested")
        doubt = None
        try:
            yield from self._requests.change_state(self._kind, self._name, verb)
        except ClientError as exc:
            if not may_be_performed(exc):
                self._action = None
                raise
            # It is not sent again: the health shows if the server has performed it.
            doubt = exc
            if not may_have_arrived(exc):
                schedule = Schedule(0.0)
        try:
            yield from poll(
                lambda: self._watch(before),
                lambda health: self._is_reached(health, before, doubt),
                schedule,
                self._requests.clock,
                goal=self.title(),
                tolerates=_is_passing,
            )
        except ClientError as exc:
            if doubt is not None:
                raise self._unknown_error(before, doubt) from exc
            if not isinstance(exc, PollTimeoutError):
                raise
            if exc.__cause__ is None and self._has_state(exc.last, before):
                return
            raise self._timeout_error(schedule, before, exc) from exc

    def _watch(self, before: Health) -> Flow[Health | None]:
        health = yield from self._read()
        if health is None:
            return None
        self._dead_reads = self._dead_reads + 1 if health.state in GONE else 0
        if self._dead_reads == _DEAD_READS and self._goal.state != "stopped":
            raise ClientError(
                f"{self.title()} did not start: it is {health}: look at its log and its properties"
            )
        if health.state != RUNNING or health.has_replaced(before):
            self._confirmed = True
        self._unseen_reads += 1
        return health

    def _is_reached(self, health: Health | None, before: Health, doubt: ClientError | None) -> bool:
        if not self._has_state(health, before):
            return False
        if self._action != "restart" or self._confirmed:
            return True
        # The server has accepted the restart, but its records may not show it.
        return doubt is None and self._unseen_reads >= _UNSEEN_READS

    def _has_state(self, health: Health | None, before: Health) -> bool:
        """Tell if a health is what the action leads to."""
        if health is None or self._is_old(health, before):
            return False
        if self._goal.state == "stopped":
            return health.state in OFF
        # The connection of an adapter that ran without one is not what the action is about.
        needs_connection = self._goal.online and (
            before.state != RUNNING or before.connection == ONLINE
        )
        is_connected = health.connection in ("", ONLINE)
        return health.state == RUNNING and (is_connected or not needs_connection)

    def _is_old(self, health: Health | None, before: Health) -> bool:
        """Tell if a service that was to be restarted certainly goes on as before."""
        return (
            self._action == "restart"
            and not self._confirmed
            and health is not None
            and health.has_stayed(before)
        )

    def _unknown_error(self, before: Health, doubt: ClientError) -> ClientError:
        return ClientError(
            f"it is unknown if the {self._action} of {self.title()} was performed:"
            f" {doubt.message}; its last known state is {self._health}{self._process(before)}:"
            " look at it before you repeat the task",
            cause=doubt,
        )

    def _timeout_error(
        self, schedule: Schedule, before: Health, exc: PollTimeoutError
    ) -> ClientError:
        cause = exc.__cause__
        reason = f" (the last reading failed: {cause})" if isinstance(cause, ClientError) else ""
        return ClientError(
            f"{self.title()} is {self._health} {schedule.timeout:g} seconds after its"
            f" {self._action}{self._process(before)}{reason}: look at its log and its properties,"
            " or give a longer wait_timeout"
        )

    def _process(self, before: Health) -> str:
        """Return a note if the process certainly is the one from before the action, else `""`."""
        return ", in the same process as before" if self._is_old(self._health, before) else ""

    # Log levels

    def _set_levels(self) -> Flow[None]:
        known = {} if self._health is None else self._health.log
        for transport, level in self._goal.levels.items():
            before = known.get(transport)
            if before == level:
                continue
            self._log[transport] = LevelChange(before, level)
            if not self._goal.predict:
                yield from self._set_level(transport, level)

    def _set_level(self, transport: str, level: str) -> Flow[None]:
        """Set a log level once; if it is unknown if the server has, the health shows it."""
        try:
            yield from self._requests.set_level(self._kind, self._name, transport, level)
        except ClientError as exc:
            if not may_be_performed(exc):
                del self._log[transport]
                raise
            yield from self._require_level(transport, level, exc)

    def _require_level(self, transport: str, level: str, doubt: ClientError) -> Flow[None]:
        """Wait until the health shows a log level.

        After a failure of the server, the health is read once.

        Raises:
            ClientError: It does not show it.
        """

        def shows(health: Health | None) -> bool:
            return health is not None and health.log.get(transport) == level

        schedule = LOOKUP_SCHEDULE if may_have_arrived(doubt) else Schedule(0.0)
        clock = self._requests.clock
        try:
            yield from poll(
                self._read, shows, schedule, clock, goal=self.title(), tolerates=is_passing
            )
        except ClientError as exc:
            known = {} if self._health is None else self._health.log
            raise ClientError(
                f"it is unknown if the log level of {self.title()} was set: {doubt.message}; its"
                f" last known level for {transport} is {known.get(transport, 'unknown')}: repeat"
                " the task",
                cause=doubt,
            ) from exc

    # Reading

    def _read(self) -> Flow[Health | None]:
        health = yield from self._requests.health(self._kind, self._name)
        if health is not None:
            self._health = health
            self._tell(str(health))
        return health

    def _tell(self, text: str) -> None:
        if self._notify is not None and text != self._shown:
            self._notify(f"{self._kind} {self._name}: {text}")
        self._shown = text


def _is_passing(exc: ClientError) -> bool:
    is_absent = isinstance(exc, HTTPStatusError) and exc.status_code in _ABSENT
    return is_absent or is_passing(exc)
