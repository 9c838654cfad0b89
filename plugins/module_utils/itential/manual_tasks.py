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
from ..core.options import check_options
from ..core.polling import Schedule, poll
from .job_records import Record
from .job_requests import OPERATIONS, JobRequests

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase

STATES = ("claimed", "released", "assigned", "finished")
_FORM = "ShowJsonForm"
"""The name of tasks that show a form; their result is the variable `export`."""
_OPEN = "running"
"""The status of a manual task that waits for a person."""


class TaskOptions(TypedDict, total=False):
    """Which task, and what to do with it.

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
        "owner": dig(task, "metrics.owner") or "",
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

    def _brought(self, state: str, options: TaskOptions) -> Flow[TaskChange]:
        check_options(Tasks.bring, options, TaskOptions.__optional_keys__)
        if state not in STATES:
            raise ConfigurationError(f"state must be one of {', '.join(STATES)}, not {state!r}")
        task = yield from self._found(state, options)
        if state == "finished":
            return (yield from self._finished(task, options))
        owner = yield from self._owner(state, options)
        current = dig(task, "metrics.owner") or ""
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
            yield from self._post(task, verb, body)
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
        names = [one["_id"] for one in found if one.get("username") == account]
        if len(names) > 1:
            raise ConfigurationError(
                f"there are several accounts {account!r} ({', '.join(names)}): give an id"
            )
        return str(names[0] if names else account)

    def _finished(self, task: Record, options: TaskOptions) -> Flow[TaskChange]:
        outcome = options.get("outcome", "success")
        if outcome not in ("success", "failure"):
            raise ConfigurationError(f"outcome must be success or failure, not {outcome!r}")
        if task.get("status") != _OPEN:
            known = dig(task, "metrics.finish_state")
            if known not in (None, outcome):
                raise ClientError(f"{_label(task)} was finished with {known}, not with {outcome}")
            return TaskChange(summary(task), False)
        if not options.get("predict"):
            if not dig(task, "metrics.owner"):
                yield from self._post(task, "claim", None)
            variables = dict(options.get("variables") or {})
            if task.get("name") == _FORM and "export" not in variables:
                variables = {"export": variables}
            yield from self._requests.post(
                f"{OPERATIONS}/jobs/{{job}}/tasks/{{task}}/finish",
                {"taskData": {"finish_state": outcome, "variables": variables}},
                path_params={"job": dig(task, "job._id"), "task": dig(task, "job.task")},
            )
        return TaskChange({**summary(task), "status": "complete"}, True)

    def _post(self, task: Record, verb: str, body: Any) -> Flow[None]:
        path = f"{OPERATIONS}/tasks/{{id}}/{verb}"
        yield from self._requests.post(path, body, path_params={"id": task["_id"]})

    # Finding a task

    def _found(self, state: str, options: TaskOptions) -> Flow[Record]:
        number, job = options.get("task"), options.get("job")
        if bool(number) == bool(job):
            raise ConfigurationError("give the id of a task, or job and name")
        if number:
            return (yield from self._requests.task(number))
        title = f"manual task {options['name']!r}" if options.get("name") else "manual task"
        candidates = yield from poll(
            lambda: self._candidates(state, options),
            bool,
            Schedule(options.get("wait_timeout", 0.0), options.get("wait_interval", 2.0)),
            self._requests.clock,
            goal=f"job {job} to have a {title}",
        )
        if len(candidates) > 1:
            ids = ", ".join(f"{one['_id']} ({summary(one)['name']})" for one in candidates)
            raise ConfigurationError(f"job {job} has several such tasks: {ids}: give one as 'task'")
        return candidates[0]

    def _candidates(self, state: str, options: TaskOptions) -> Flow[list[Record]]:
        """Return the tasks that fit: open ones, or finished ones if there is no open one."""
        name, job = options.get("name"), options.get("job")
        tasks = yield from self._requests.manual_tasks(str(job))
        fitting = [
            task
            for task in tasks
            if not name or name in (task.get("name"), task.get("summary"), dig(task, "job.task"))
        ]
        still_open = [task for task in fitting if task.get("status") == _OPEN]
        return still_open or (fitting[-1:] if state == "finished" else [])


def _label(task: Mapping[str, Any]) -> str:
    return f"task {task.get('_id')} ({summary(task)['name']})"


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
                finished with another outcome.
        """
        change: TaskChange = self._perform(self._brought(state, options))
        return change


class AsyncTasks(TasksBase):
    """The manual tasks of a Platform, for event loops. For arguments and errors see `Tasks`."""

    __slots__ = ()

    def bring(self, state: str, **options: Unpack[TaskOptions]) -> Awaitable[TaskChange]:
        """Bring a manual task to a state; nothing is sent if it has it."""
        change: Awaitable[TaskChange] = self._perform(self._brought(state, options))
        return change
