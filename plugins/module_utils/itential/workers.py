# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workers of a Platform: `client.workers.bring("drained", worker="all")`.

The job worker starts jobs, the task worker runs their tasks. Source:
docs/protocols/itential-platform.md section 6.4.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.once import may_be_performed, may_have_arrived
from ..core.options import check_options
from ..core.polling import (
    PollTimeoutError,
    Schedule,
    WaitOptions,
    is_passing,
    poll,
    schedule_of,
)
from .job_requests import JobRequests
from .worker_draining import Drain, RemainingJob

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase

__all__ = ["AsyncWorkers", "RemainingJob", "WorkerError", "WorkerOutcome", "Workers"]

ENGINE = "/workflow_engine"
STATES = ("active", "inactive", "drained")
ALL = "all"


class _Worker(NamedTuple):
    """A worker.

    Attributes:
        key: Its key in the status.
        path: The folder of its two requests.
    """

    key: str
    path: str


_WORKERS = {
    "job": _Worker("jobWorker", f"{ENGINE}/jobWorker"),
    "task": _Worker("taskWorker", ENGINE),
}
_RUNNING = ("running", "localValue", "clusterValue")
"""The keys of a worker's status that say if it is active, the most exact one first."""
_WORDS = {True: "active", False: "inactive", None: "unknown"}
_LEFT = {False: "left inactive", None: "in an unknown state"}
"""The words of errors for workers that a change has not left active."""


class WorkerOptions(WaitOptions, total=False):
    """The options of a change.

    Attributes:
        worker: `job`, `task` or `all`; default `all`.
        predict: Change nothing, and return what would be changed.
    """

    worker: str
    predict: bool


class WorkerOutcome(NamedTuple):
    """The workers after a change.

    Attributes:
        workers: `active`, `inactive` or `unknown`, by name (`job`, `task`).
        changed: The names of the workers that were switched, or would be.
        remaining: The running and paused jobs, for `drained`.
        waited: Seconds.
    """

    workers: Mapping[str, str]
    changed: Sequence[str]
    remaining: Sequence[RemainingJob]
    waited: float


class WorkerError(ClientError):
    """The workers have not got their state, or jobs still run.

    Attributes:
        outcome: The workers and jobs as far as they are known.
    """

    outcome: WorkerOutcome


class WorkersBase:
    """The flows of the workers of a client.

    Args:
        connection: Sends the requests.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests")

    def __init__(self, connection: ConnectionBase, perform: Callable[[Flow[Any]], Any]) -> None:
        self._requests = JobRequests(connection)
        self._perform = perform

    def _bring(self, state: str, options: WorkerOptions) -> Flow[WorkerOutcome]:
        check_options(Workers.bring, options, WorkerOptions.__optional_keys__)
        if state not in STATES:
            raise ConfigurationError(f"state must be one of {', '.join(STATES)}, not {state!r}")
        worker = options.get("worker", ALL)
        if worker not in (*_WORKERS, ALL):
            raise ConfigurationError(
                f"worker must be one of {', '.join((*_WORKERS, ALL))}, not {worker!r}"
            )
        names = list(_WORKERS) if worker == ALL else [worker]
        change = _Change(self._requests, options)
        try:
            yield from change.run(state, names)
        except ClientError as exc:
            raise change.failure(exc) from exc
        return change.outcome()


class _Change:
    """A change of workers.

    Args:
        requests: The requests of the client.
        options: The options of the change.
    """

    def __init__(self, requests: JobRequests, options: WorkerOptions) -> None:
        self._requests = requests
        self._notify = options.get("notify")
        self._predict = options.get("predict", False)
        self._schedule = schedule_of(options)
        self._start = requests.clock()
        self._drain = Drain(requests, self._notify)
        self._active: dict[str, bool | None] = dict.fromkeys(_WORKERS)
        self._changed: list[str] = []

    def run(self, state: str, names: Sequence[str]) -> Flow[None]:
        """Bring workers to a state, and wait until they have it.

        Raises:
            ClientError: They have not got it in time, jobs still run, or a request failed.
        """
        yield from self._read()
        for name in names:
            if self._active[name] is not (state == "active"):
                yield from self._switch(name, state == "active")
            if state == "drained" and not self._predict:
                # The task worker is switched off when jobs need it no more.
                yield from self._drain.run(
                    self._remaining_time(), self._active["task"] is not False
                )
        if state == "drained" and self._predict:
            yield from self._drain.read(self._active["task"] is not False)

    def outcome(self) -> WorkerOutcome:
        """Return the workers and jobs as far as they are known."""
        workers = {name: _WORDS[active] for name, active in self._active.items()}
        waited = self._requests.clock() - self._start
        return WorkerOutcome(workers, self._changed, self._drain.remaining, waited)

    def failure(self, exc: ClientError) -> WorkerError:
        """Return the error for one that ended the change."""
        text = exc.message
        if isinstance(exc, PollTimeoutError) and self._drain.busy():
            text = (
                f"jobs still run after {self._schedule.timeout:g} seconds: {self._drain.line()}:"
                " give a longer wait_timeout, or activate the workers again"
            )
        for active, note in _LEFT.items():
            names = [name for name in self._changed if self._active[name] is active]
            if names:
                text += f"; {note}: {', '.join(names)} worker"
        error = WorkerError(text, cause=exc)
        error.outcome = self.outcome()
        return error

    def _remaining_time(self) -> Schedule:
        """Return the schedule for the rest of the time."""
        return self._schedule.rest(self._requests.clock() - self._start)

    def _read(self) -> Flow[None]:
        status = yield from self._requests.get(f"{ENGINE}/workers/status")
        for name, worker in _WORKERS.items():
            found = status.get(worker.key) if isinstance(status, Mapping) else None
            self._active[name] = _is_active(found)

    def _switch(self, name: str, on: bool) -> Flow[None]:
        if self._predict:
            self._changed.append(name)
            return
        self._tell(f"{name} worker: {'activate' if on else 'deactivate'} requested")
        path = f"{_WORKERS[name].path}/{'activate' if on else 'deactivate'}"
        doubt = None
        try:
            yield from self._requests.act(f"switch the {name} worker", path)
        except ClientError as exc:
            if not may_be_performed(exc):
                raise
            # It is not sent again: the status shows if the server has performed it.
            doubt = exc
        self._changed.append(name)
        self._active[name] = None
        yield from self._await(name, on, doubt)

    def _await(self, name: str, on: bool, doubt: ClientError | None) -> Flow[None]:
        """Wait until the status shows that a worker was switched.

        After a failure of the server, the status is read once.
        """
        is_awaited = doubt is None or may_have_arrived(doubt)
        try:
            yield from poll(
                self._read,
                lambda dummy: (
                    self._active[name] is on or (doubt is None and self._active[name] is None)
                ),
                self._remaining_time() if is_awaited else Schedule(0.0),
                self._requests.clock,
                goal=f"the {name} worker to be {'active' if on else 'inactive'}",
                tolerates=is_passing,
            )
        except ClientError as exc:
            if doubt is None:
                raise
            raise ClientError(
                f"it is unknown if the request to the {name} worker was performed: {doubt.message};"
                f" its state is {_WORDS[self._active[name]]}: repeat the task",
                cause=doubt,
            ) from exc
        self._tell(f"{name} worker: {'active' if on else 'inactive'}")

    def _tell(self, line: str) -> None:
        if self._notify is not None:
            self._notify(line)


def _is_active(status: Any) -> bool | None:
    """Return if a worker is active according to its part of the status; `None` if unknown."""
    values = [status]
    if isinstance(status, Mapping):
        values = [status.get(key) for key in _RUNNING]
    return next((value for value in values if isinstance(value, bool)), None)


class Workers(WorkersBase):
    """The workers of a Platform, for threads."""

    __slots__ = ()

    def bring(self, state: str, **options: Unpack[WorkerOptions]) -> WorkerOutcome:
        """Bring workers to a state; those that have it get no request.

        Args:
            state: `active`, `inactive`, or `drained`: the job worker is switched off, and when no
                job goes on by itself - each has ended, waits for a person or is paused - the task
                worker too.
            **options: See `WorkerOptions` and `WaitOptions`.

        Raises:
            ConfigurationError: An option is wrong. Nothing was sent.
            WorkerError: Jobs still run, or a worker was not switched.
        """
        outcome: WorkerOutcome = self._perform(self._bring(state, options))
        return outcome


class AsyncWorkers(WorkersBase):
    """The workers of a Platform, for event loops. For arguments and errors see `Workers`."""

    __slots__ = ()

    def bring(self, state: str, **options: Unpack[WorkerOptions]) -> Awaitable[WorkerOutcome]:
        """Bring workers to a state; those that have it get no request."""
        outcome: Awaitable[WorkerOutcome] = self._perform(self._bring(state, options))
        return outcome
