# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manual tasks of a Platform: `client.tasks.bring("finished", job="...", name="Approve")`.

A task must be claimed before it can be finished. Sources: docs/protocols/itential-platform.md
section 6.3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.once import may_have_arrived
from ..core.optional import optional
from ..core.options import check_options
from ..core.polling import Notify, PollTimeoutError, Schedule, is_passing, poll
from ..core.suggestions import suggestion
from .job_records import ENDED, Record, describe, label, status_of
from .job_requests import JobRequests
from .platform_requests import LOOKUP_SCHEDULE, OPERATIONS, lookup_failure

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase

STATES = ("claimed", "released", "assigned", "finished")
_FORM = "ShowJsonForm"
"""The name of tasks that show a form; their result is the variable `export`."""
_OPEN = "running"
"""The status of a manual task that waits for a person."""


class TaskOptions(TypedDict, total=False):
    """The task, and what to do with it.

    Attributes:
        task: The id of the task.
        job: The id of its job, in place of `task`.
        name: Its name, its summary or its id in the workflow, together with `job`; needed if the
            job has several manual tasks.
        account: The user name or id of the account for `assigned`.
        outcome: `success` or `failure`, for `finished`; default `success`.
        variables: The result of the task, for `finished`; the data of its form if it shows one.
        wait_timeout: Seconds to wait until the job has such a task; default 0.
        wait_interval: Seconds of the first pause; default 2.
        notify: Receives a line for each change of the job while it has no such task.
        predict: Change nothing, and return what would be changed.
    """

    task: str | None
    job: str | None
    name: str | None
    account: str | None
    outcome: str
    variables: Mapping[str, Any] | None
    wait_timeout: float
    wait_interval: float
    notify: Notify | None
    predict: bool


class TaskChange(NamedTuple):
    """The outcome of a change.

    Attributes:
        task: Id, name, job, status and owner of the task.
        changed: Whether something was sent, or would be.
    """

    task: Record
    changed: bool


def summary(task: Mapping[str, Any]) -> Record:
    """Return what a result shows of a task."""
    return {
        "id": task.get("_id"),
        "name": task.get("summary") or task.get("name"),
        "job": dig(task, "job._id"),
        "status": task.get("status"),
        "owner": _owner_of(task),
    }


class TasksBase:
    """The flows of the manual tasks of a client.

    Args:
        connection: Sends the requests.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests")

    def __init__(self, connection: ConnectionBase, perform: Callable[[Flow[Any]], Any]) -> None:
        self._requests = JobRequests(connection)
        self._perform = perform

    def _bring(self, state: str, options: TaskOptions) -> Flow[TaskChange]:
        check_options(Tasks.bring, options, TaskOptions.__optional_keys__)
        if state not in STATES:
            raise ConfigurationError(f"state must be one of {', '.join(STATES)}, not {state!r}")
        task = yield from self._find(state, options)
        if state == "finished":
            return (yield from self._finish(task, options))
        owner = yield from self._owner(state, options)
        current = _owner_of(task)
        if current == owner:
            return TaskChange(summary(task), False)
        _require_open(task)
        if state == "claimed" and current:
            raise ClientError(
                f"{_label(task)} is claimed by {current}: release it first, or assign it"
            )
        if not options.get("predict"):
            verb = {"claimed": "claim", "released": "release", "assigned": "assign"}[state]
            body = {"userId": owner} if state == "assigned" else None
            yield from self._post(task, verb, body, lambda one: _owner_of(one) == owner)
        return TaskChange({**summary(task), "owner": owner}, True)

    def _owner(self, state: str, options: TaskOptions) -> Flow[str]:
        """Return the id of the account that is to own the task; `""` for none."""
        if state == "released":
            return ""
        if state == "claimed":
            return str((yield from self._requests.get("/whoami")).get("id"))
        account = options.get("account")
        if not account:
            raise ConfigurationError("account is missing: say to whom the task is assigned")
        params = {"equalsField": "username", "equals": account}
        found = yield from self._requests.records_of("/authorization/accounts", params, "results")
        named = [one for one in found if one.get("username") == account]
        # An inactive account can have the name of an active one.
        active = [one for one in named if not one.get("inactive")] or named
        if len(active) > 1:
            ids = ", ".join(str(one["_id"]) for one in active)
            raise ConfigurationError(f"there are several accounts {account!r} ({ids}): give an id")
        if active:
            return str(active[0]["_id"])
        everyone = yield from self._requests.records_of("/authorization/accounts", {}, "results")
        if account not in [one.get("_id") for one in everyone]:
            names = [str(one.get("username")) for one in everyone]
            hint = suggestion(account, names, "check its name")
            raise ConfigurationError(f"there is no account {account!r}: {hint}")
        return account

    def _finish(self, task: Record, options: TaskOptions) -> Flow[TaskChange]:
        outcome = options.get("outcome", "success")
        if outcome not in ("success", "failure"):
            raise ConfigurationError(f"outcome must be success or failure, not {outcome!r}")
        if task.get("status") != _OPEN:
            known = dig(task, "metrics.finish_state")
            if known not in (None, outcome):
                raise ClientError(f"{_label(task)} was finished with {known}, not with {outcome}")
            return TaskChange(summary(task), False)
        if not options.get("predict"):
            if not _owner_of(task):
                yield from self._post(task, "claim", None, _owner_of)
            variables = dict(options.get("variables") or {})
            if task.get("name") == _FORM and "export" not in variables:
                variables = {"export": variables}
            sending = self._requests.post(
                f"finish {_label(task)}",
                f"{OPERATIONS}/jobs/{{job}}/tasks/{{task}}/finish",
                {"taskData": {"finish_state": outcome, "variables": variables}},
                path_params={"job": dig(task, "job._id"), "task": dig(task, "job.task")},
            )
            yield from self._send_and_confirm(task, "finish", sending, _is_finished)
        return TaskChange({**summary(task), "status": "complete"}, True)

    def _post(
        self, task: Record, verb: str, body: Any, is_done: Callable[[Record], object]
    ) -> Flow[None]:
        action = f"{verb} {_label(task)}"
        path = f"{OPERATIONS}/tasks/{{id}}/{verb}"
        sending = self._requests.post(action, path, body, path_params={"id": task["_id"]})
        yield from self._send_and_confirm(task, verb, sending, is_done)

    def _send_and_confirm(
        self,
        task: Record,
        verb: str,
        sending: Flow[Any],
        is_done: Callable[[Record], object],
    ) -> Flow[None]:
        """Send a change once; if it has no response, the task shows if it was performed.

        Args:
            task: The task.
            verb: The change, for the error.
            sending: Sends it.
            is_done: Tells if a task shows it.

        Raises:
            ClientError: The server refuses it, or the task does not show it.
        """
        try:
            yield from sending
        except ClientError as doubt:
            if not may_have_arrived(doubt):
                raise
            try:
                yield from poll(
                    lambda: self._requests.tasks.read(task["_id"]),
                    lambda one: bool(is_done(one)),
                    LOOKUP_SCHEDULE,
                    self._requests.clock,
                    goal=_label(task),
                    tolerates=is_passing,
                )
            except ClientError as exc:
                found = lookup_failure(exc) or "the task does not show it"
                doubt.reword(
                    f"it is unknown if the server has received the request to {verb}"
                    f" {_label(task)}: {doubt.message}; {found}: repeat it"
                )
                raise doubt from exc

    # Finding a task

    def _find(self, state: str, options: TaskOptions) -> Flow[Record]:
        number, job = options.get("task"), options.get("job")
        if bool(number) == bool(job):
            raise ConfigurationError("give the id of a task, or job and name")
        if number:
            return (yield from self._requests.tasks.read(number))
        candidates = yield from _Search(self._requests, state, options).run()
        if len(candidates) > 1:
            ids = ", ".join(f"{one['_id']} ({summary(one)['name']})" for one in candidates)
            raise ConfigurationError(f"job {job} has several such tasks: {ids}: give one as 'task'")
        return candidates[0]


class _Search:
    """The search for a manual task that a job has, or is to have.

    Args:
        requests: The requests of the client.
        state: The state to which the task is to be brought.
        options: The job, the name of the task, and how to wait.
    """

    def __init__(self, requests: JobRequests, state: str, options: TaskOptions) -> None:
        name = options.get("name")
        self._requests = requests
        self._state = state
        self._job = str(options.get("job"))
        self._name = name
        self._title = f"manual task {name!r}" if name else "manual task"
        self._schedule = Schedule(
            options.get("wait_timeout", 0.0), options.get("wait_interval", 2.0)
        )
        self._notify = options.get("notify")
        self._line = ""

    def run(self) -> Flow[list[Record]]:
        """Return the tasks that fit, at least one.

        Raises:
            PollTimeoutError: The time was up.
            ClientError: The job does not exist, or has ended without such a task.
        """
        try:
            return (
                yield from poll(
                    self._read,
                    bool,
                    self._schedule,
                    self._requests.clock,
                    goal=f"job {self._job} to have a {self._title}",
                )
            )
        except PollTimeoutError as exc:
            exc.reword(f"{exc.message}; {self._line}")
            raise

    def _read(self) -> Flow[list[Record]]:
        """Return the tasks that fit: open ones, or finished ones if there is no open one."""
        tasks = yield from self._requests.tasks.of_job(self._job)
        name = self._name
        fitting = [
            task
            for task in tasks
            if not name or name in (task.get("name"), task.get("summary"), dig(task, "job.task"))
        ]
        found = _open_tasks(fitting) or (fitting[-1:] if self._state == "finished" else [])
        if not found:
            yield from self._look_at_job(tasks)
        return found

    def _look_at_job(self, tasks: list[Record]) -> Flow[None]:
        """Report how far the job is.

        Args:
            tasks: Its manual tasks.

        Raises:
            ClientError: It does not exist or has ended, so that no task can be expected.
        """
        # An account may work on tasks, and not read jobs.
        jobs = yield from optional(self._requests.state([self._job]), (403,))
        job = {"_id": self._job} if jobs is None else jobs[0]
        if status_of(job) in ENDED:
            known = (
                f"its manual tasks are {_describe_all(tasks)}"
                if tasks
                else "it has no manual tasks"
            )
            raise ClientError(
                f"{label(job)} is {status_of(job)} and has no open {self._title}: {known}"
            )
        notes = [f"waiting for {self._title}"]
        others = _open_tasks(tasks)
        if others:
            notes.append(f"its open manual tasks are {_describe_all(others)}")
        line = describe(job, notes)
        if self._notify is not None and line != self._line:
            self._notify(line)
        self._line = line


def _open_tasks(tasks: list[Record]) -> list[Record]:
    return [task for task in tasks if task.get("status") == _OPEN]


def _describe_all(tasks: list[Record]) -> str:
    return ", ".join(f"{summary(task)['name']!r} ({task.get('status')})" for task in tasks)


def _label(task: Mapping[str, Any]) -> str:
    return f"task {task.get('_id')} ({summary(task)['name']})"


def _owner_of(task: Mapping[str, Any]) -> str:
    return dig(task, "metrics.owner") or ""


def _is_finished(task: Mapping[str, Any]) -> bool:
    return task.get("status") != _OPEN


def _require_open(task: Mapping[str, Any]) -> None:
    if task.get("status") != _OPEN:
        raise ClientError(
            f"{_label(task)} is {task.get('status')}: only a running task can be claimed,"
            " assigned or released"
        )


class Tasks(TasksBase):
    """The manual tasks of a Platform, for threads."""

    __slots__ = ()

    def bring(self, state: str, **options: Unpack[TaskOptions]) -> TaskChange:
        """Bring a manual task to a state; nothing is sent if it has it.

        Args:
            state: `claimed` (by this client's account), `released`, `assigned` or `finished`. A
                task without an owner is claimed before it is finished.
            **options: See `TaskOptions`.

        Raises:
            ConfigurationError: The options do not name one task, or one account.
            ClientError: There is no such task, it is claimed by another account, or it was
                finished with another outcome; or the job does not exist, or has ended without it.
        """
        change: TaskChange = self._perform(self._bring(state, options))
        return change


class AsyncTasks(TasksBase):
    """The manual tasks of a Platform, for event loops. For arguments and errors see `Tasks`."""

    __slots__ = ()

    def bring(self, state: str, **options: Unpack[TaskOptions]) -> Awaitable[TaskChange]:
        """Bring a manual task to a state; nothing is sent if it has it."""
        change: Awaitable[TaskChange] = self._perform(self._bring(state, options))
        return change
