# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of jobs and manual tasks, as the Platform's documents have it.

Source: docs/protocols/itential-platform.md section 6.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.jsonutils import dig
from ..core.secrets.heuristics import scan_and_redact
from .platform_requests import error_text

Record = dict[str, Any]

ENDED = frozenset(("complete", "error", "canceled"))
"""Statuses in which a job does not go on by itself. One in `error` can be retried."""
LIVE = ("running", "paused")
"""Statuses of a job that goes on, or that can be resumed."""

_OF_SERVER = ("_id", "initiator")
"""Variables that the server adds to every job."""
_CHILD = "childJob"
"""The name of the task that runs another workflow."""


class Person(NamedTuple):
    """A manual task for which a job waits.

    Attributes:
        task_id: The id of the task, for claiming it.
        task: Its name.
        groups: The names of the groups whose members may work on it; ids if they are unreadable.
        owner: The account that has claimed it; `""` for none.
    """

    task_id: str
    task: str
    groups: tuple[str, ...]
    owner: str

    def __str__(self) -> str:
        groups = f" (group {', '.join(self.groups)})" if self.groups else ""
        owner = f", claimed by {self.owner}" if self.owner else ""
        return f"task {self.task!r}{groups}{owner}"


class FailedTask(NamedTuple):
    """The task because of which a job is in `error`.

    Attributes:
        id: Its id in the workflow; `""` if the server does not name it.
        name: Its name; the id if it is unknown.
        message: The first text of its error.
    """

    id: str
    name: str
    message: str

    def __str__(self) -> str:
        return f"task {self.name!r}: {self.message}" if self.name else self.message


def status_of(job: Mapping[str, Any]) -> str:
    """Return the status of a job, in one spelling."""
    status = str(job.get("status", "")).lower()
    return "canceled" if status == "cancelled" else status


def label(job: Mapping[str, Any]) -> str:
    """Return what names a job in messages."""
    name = job.get("name")
    return f"job {job.get('_id')} ({name})" if name else f"job {job.get('_id')}"


def progress_of(job: Mapping[str, Any]) -> int | None:
    """Return the progress of a job in percent; `None` if the server does not tell."""
    progress = dig(job, "metrics.progress")
    return round(progress * 100) if isinstance(progress, (int, float)) else None


def summary(job: Mapping[str, Any]) -> Record:
    """Return what a result shows of a job."""
    return {
        "id": job.get("_id"),
        "name": job.get("name"),
        "status": status_of(job),
        "description": job.get("description") or "",
        "progress": progress_of(job),
        "start_time": dig(job, "metrics.start_time"),
        "end_time": dig(job, "metrics.end_time"),
    }


def failed_task(job: Mapping[str, Any]) -> FailedTask | None:
    """Return the task because of which a job is in `error`; `None` if there is no error."""
    errors = job.get("error")
    errors = errors if isinstance(errors, list) else [errors]
    found = [(error, message) for error in errors if (message := error_text(error))]
    if not found:
        return None
    # The server adds general errors after that of the task.
    named = [pair for pair in found if isinstance(pair[0], Mapping) and pair[0].get("task")]
    error, message = (named or found)[0]
    number = str(error.get("task") or "") if isinstance(error, Mapping) else ""
    number = number or next(iter(_failed_numbers(job)), "")
    # A device's own words, in which a secret can be.
    return FailedTask(number, _name_of_task(job, number), scan_and_redact(message))


def _failed_numbers(job: Mapping[str, Any]) -> list[str]:
    """Return the ids of the tasks that have failed, as far as the record has them."""
    return [
        number
        for number, task in _tasks_of(job).items()
        if task.get("status") == "error" or dig(task, "metrics.finish_state") == "error"
    ]


def current_tasks(job: Mapping[str, Any]) -> list[str]:
    """Return the names of the tasks that are running now, as far as the record has them."""
    return [
        _name_of_task(job, number)
        for number, task in _tasks_of(job).items()
        if task.get("status") == "running"
    ]


def working_tasks(job: Mapping[str, Any]) -> list[str]:
    """Return the names of the running tasks of a job that go on by themselves.

    Child jobs are not counted: they are jobs of their own.
    """
    return [
        _name_of_task(job, number)
        for number, task in _tasks_of(job).items()
        if task.get("status") == "running"
        and task.get("type") != "manual"
        and task.get("name") != _CHILD
    ]


def _tasks_of(job: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    tasks = job.get("tasks")
    items = tasks.items() if isinstance(tasks, Mapping) else ()
    return {number: task for number, task in items if isinstance(task, Mapping)}


def _name_of_task(job: Mapping[str, Any], number: str) -> str:
    task = _tasks_of(job).get(number)
    if task is None:
        return number
    workflow = dig(task, "variables.incoming.workflow")
    if task.get("name") == _CHILD and isinstance(workflow, str):
        return f"{_CHILD} {workflow}"
    return str(task.get("summary") or task.get("name") or number)


def describe(job: Mapping[str, Any], notes: Sequence[str] = ()) -> str:
    """Return one line about a job: its status, progress, current tasks and what holds it.

    Args:
        job: The record.
        notes: What else is known, such as the person for whom it waits.
    """
    progress = progress_of(job)
    status = status_of(job) or "status unknown"
    parts = [status if progress is None else f"{status} {progress} %"]
    tasks = current_tasks(job)
    if tasks and status in LIVE:
        parts.append(f"at {', '.join(tasks)}")
    failed = failed_task(job)
    if failed is not None and status == "error":
        parts.append(f"failed in {failed}")
    return f"{label(job)}: {', '.join([*parts, *notes])}"


def outputs_of(
    job: Mapping[str, Any], workflow: Mapping[str, Any] | None, names: Sequence[str] = ()
) -> Record:
    """Return the outputs of a job.

    Args:
        job: The record with its variables.
        workflow: Its workflow, for the declared outputs; `None` if it is unknown.
        names: The wanted outputs, `None` for one that does not exist. Empty for those that the
            workflow declares, or for all variables that are no inputs if it declares none.
    """
    variables = job.get("variables")
    variables = variables if isinstance(variables, Mapping) else {}
    if names:
        return {name: variables.get(name) for name in names}
    declared = dig(workflow, "outputSchema.properties") or {}
    if declared:
        return {name: variables[name] for name in declared if name in variables}
    inputs = dig(workflow, "inputSchema.properties") or {}
    return {
        name: value
        for name, value in variables.items()
        if name not in inputs and name not in _OF_SERVER
    }


def large_value(value: Any) -> str | None:
    """Return the id under which a large value is stored; `None` for any other value.

    The form of the reference is assumed: an object with an id and with the place of the data.
    """
    if not isinstance(value, Mapping):
        return None
    place = str(value.get("location") or value.get("storage") or "").lower().replace("_", "")
    number = value.get("_id") or value.get("id")
    is_reference = "gridfs" in place or "jobdata" in place or "large" in place
    return str(number) if number and is_reference else None
