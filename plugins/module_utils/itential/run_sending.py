# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a run of a Gateway once, and looking for it if its connection breaks.

Source: docs/protocols/itential-gateway.md sections 8.2, 8.3 and 9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, HTTPStatusError, SerializationError
from ..core.flow import Flow
from ..core.once import may_have_arrived, reason_of, send_once
from ..core.polling import Notify, PollTimeoutError, Schedule, is_passing, poll
from .run_history import History
from .run_results import results_of

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase
    from ..core.http import Response
    from .run_kinds import Plan, Record

APPEARS = 30.0
"""Seconds in which the entry of a run must appear in the history if its connection broke early."""

_NO_ROUTE = frozenset((404, 405))
_SERVER_ERROR = 500


class UnfinishedError(ClientError):
    """A run has been sent, and has no result that could be read.

    Attributes:
        audit_id: The id of its entry in the history; `None` if it was not found.
    """

    audit_id: Any = None


class Attempt(NamedTuple):
    """The outcome of one request that runs something.

    Attributes:
        results: The results, see `run_results.results_of`.
        audit_id: The id in the history; `None` if it was not looked for there.
    """

    results: list[Record]
    audit_id: Any = None


class Sender:
    """Sends the requests of one run.

    Args:
        connection: Sends them.
        plan: The run.
        schedule: The time for a run, and the pauses between two looks at the history.
        notify: Receives a line for each change.
    """

    def __init__(
        self, connection: ConnectionBase, plan: Plan, schedule: Schedule, notify: Notify
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._schedule = schedule
        self._notify = notify
        self._history = History(connection, plan)
        self.clock = connection.calls.runtime.clock

    def prepare(self) -> Flow[list[Any]]:
        """Read what must be known before the run starts.

        Returns:
            The ids of runs of the same content that have not ended: those of a killed run of
            Ansible, for example.
        """
        others = yield from self._history.remember()
        if others:
            ids = ", ".join(map(str, others))
            self._notify(f"{self._plan.title}: an earlier run has not ended: {ids} of the history")
        return others

    def attempt(self, body: Record) -> Flow[Attempt | ClientError]:
        """Send one request, and return its outcome, or the error if there is none.

        An `UnfinishedError` tells that it may have been performed. After any other error, it has
        not.
        """
        began = self.clock()
        try:
            response = yield from self._send(body)
        except SerializationError as exc:
            # The body cannot be written as JSON.
            return exc
        except ClientError as exc:
            if may_have_arrived(exc):
                return (yield from self._find(body, exc, self.clock() - began))
            is_refusal = not isinstance(exc, HTTPStatusError) or exc.call_status < _SERVER_ERROR
            return exc if is_refusal else self._unfinished_error("the server failed", exc)
        try:
            return Attempt(self._results(response.json() if response.content else None))
        except SerializationError as exc:
            return (yield from self._find(body, exc, self.clock() - began))

    def _results(self, payload: Any) -> list[Record]:
        return results_of(payload, is_data=self._plan.kind.answers_data)

    def _send(self, body: Record) -> Flow[Response]:
        """Send a request by the path that this release has."""
        *others, last = self._plan.verbs
        for verb in others:
            try:
                return (yield from self._post(verb, body))
            except HTTPStatusError as exc:
                if exc.call_status not in _NO_ROUTE:
                    raise
        return (yield from self._post(last, body))

    def _post(self, verb: str, body: Record) -> Flow[Response]:
        return send_once(
            self._connection,
            "POST",
            f"{self._plan.kind.path}/{verb}",
            json=body,
            path_params=self._plan.path_params,
            timeout=self._schedule.timeout,
        )

    def _find(
        self, body: Record, cause: ClientError, elapsed: float
    ) -> Flow[Attempt | ClientError]:
        """Find a run whose response is lost, wait for its end, and return its outcome.

        Args:
            body: The body with which it was started.
            cause: The error of the start.
            elapsed: Seconds since the start.
        """
        if self._history.known is None:
            return self._unfinished_error("its history cannot be read", cause)
        self._notify(f"{self._plan.title} has no response: looking for it in the history")
        ends = self.clock() + self._schedule.timeout - elapsed
        try:
            found = yield from self._entries(body, elapsed, ends)
        except PollTimeoutError:
            return self._unfinished_error("the history has no new run of it", cause)
        except ClientError as exc:
            return self._unfinished_error(f"its history cannot be read: {exc.message}", cause)
        if len(found) > 1:
            ids = ", ".join(str(entry["audit_id"]) for entry in found)
            return self._unfinished_error(f"it may be each of the runs {ids} of the history", cause)
        return (yield from self._await_end(found[0], cause, ends))

    def _entries(self, body: Record, elapsed: float, ends: float) -> Flow[list[Record]]:
        if elapsed < APPEARS:
            # A server that was silent for longer has received the run.
            ends = min(ends, self.clock() + APPEARS)
        return self._poll(lambda: self._history.find_new(body), ends)

    def _await_end(
        self, entry: Record, cause: ClientError, ends: float
    ) -> Flow[Attempt | ClientError]:
        """Wait for the end of a run in the history, and return its outcome."""
        audit_id = entry["audit_id"]
        run = f"run {audit_id} of the history"
        self._notify(f"{self._plan.title} is {run}")
        try:
            (payload,) = yield from self._poll(lambda: self._history.read_result(entry), ends)
        except PollTimeoutError:
            seconds = f"{self._schedule.timeout:g} seconds"
            return self._unfinished_error(f"{run} has not ended after {seconds}", cause, audit_id)
        except ClientError as exc:
            return self._unfinished_error(f"{run} cannot be read: {exc.message}", cause, audit_id)
        return Attempt(self._results(payload), audit_id)

    def _poll(self, read: Callable[[], Flow[list[Any]]], ends: float) -> Flow[list[Any]]:
        """Read until there is something."""
        schedule = Schedule(max(0.0, ends - self.clock()), self._schedule.interval)
        return poll(read, bool, schedule, self.clock, goal=self._plan.title, tolerates=is_passing)

    def _unfinished_error(
        self, text: str, cause: ClientError, audit_id: Any = None
    ) -> UnfinishedError:
        error = UnfinishedError(
            f"it is unknown how {self._plan.title} ended: {text} ({reason_of(cause)}): look at its"
            " history before you run it again",
            cause=cause,
        )
        error.audit_id = audit_id
        return error
