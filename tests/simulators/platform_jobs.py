# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs, manual tasks and events of the simulated Platform's Operations Manager."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

from . import lists
from .base import now_ms
from .operations import Action, Deleting, Listing, Reading, with_data
from .table import Call, Record, Row, now, with_metadata

OM = "/operations-manager"
BULK_MOST = 100
JSON_TYPES: dict[str, Any] = {
    "string": str,
    "array": list,
    "object": dict,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "null": type(None),
}


def deletion(call: Call, records: list[Record]) -> Any:
    return {"message": "Successfully deleted", "data": None, "metadata": {}}


def check_types(call: Call, schema: Record, values: Record) -> None:
    """Refuse values that break a JSON schema: required fields and types."""
    for name in schema.get("required") or []:
        if name not in values:
            raise call.refuse(f"must have required property '{name}'")
    for name, wanted in (schema.get("properties") or {}).items():
        given = wanted.get("type", []) if isinstance(wanted, dict) else []
        kinds = given if isinstance(given, list) else [given]
        known = all(kind in JSON_TYPES for kind in kinds)
        if name in values and kinds and known and not _is_any(values[name], kinds):
            raise call.refuse(f"data.{name} must be {','.join(kinds)}")


def _is_any(value: Any, kinds: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, JSON_TYPES[kind]) for kind in kinds)


# Jobs


def new_job(call: Call, workflow: str, variables: Record, options: Record) -> Record:
    """Start a job. Each read advances it, see `advance`."""
    job = call.sim.tables["job"].add(
        {
            "name": workflow,
            "description": options.get("description", ""),
            "type": options.get("type", "automation"),
            "status": "running",
            "variables": {**variables, "initiator": "admin"},
            "error": [],
            "tasks": copy.deepcopy(call.sim.settings["job_tasks"]),
            "groups": options.get("groups", []),
            "metrics": {"start_time": now_ms(), "progress": 0, "user": "admin"},
            "_polls": 0,
        }
    )
    job["variables"]["_id"] = job["_id"]
    return show_job(call, job)


async def start_job(call: Call) -> Any:
    body = call.inner(None)
    workflow = call.sim.tables["workflow"].named(body.get("workflow") or "")
    if workflow is None:
        raise call.refuse(f"Workflow {body.get('workflow')} not found", 404)
    if workflow.get("errors"):
        raise call.refuse(f"Workflow {workflow['name']} is a draft and cannot start")
    options = body.get("options") or {}
    variables = options.get("variables") or {}
    check_types(call, workflow.get("inputSchema") or {}, variables)
    job = new_job(call, workflow["name"], variables, options)
    if call.sim.settings["start_delay"]:
        await asyncio.sleep(call.sim.settings["start_delay"])
    return {"message": "Successfully started job", "data": job, "metadata": {}}


def show_job(call: Call, record: Record) -> Record:
    return {key: value for key, value in record.items() if key != "_polls"}


def read_job(call: Call) -> Any:
    job = call.record()
    advance(call, job)
    shown = lists.projected([show_job(call, job)], call.query)[0]
    return {"message": "Successfully retrieved job", "data": shown, "metadata": {}}


class JobList(Listing):
    """A list of jobs, which advances those that are read by their ids.

    While the job worker is off, a list of running jobs advances all of them.
    """

    def run(self, call: Call) -> Any:
        ids = call.query.get("in[_id]", "").split(",")
        is_draining = not is_worker_active(call, "jobWorker")
        drains = is_draining and "running" in call.query.get("in[status]", "")
        for job in list(call.table):
            if drains or job["_id"] in ids:
                advance(call, job)
        return super().run(call)


def is_worker_active(call: Call, name: str) -> bool:
    return bool((call.sim.tables["worker"].named(name) or {"running": True})["running"])


def advance(call: Call, job: Record) -> None:
    """Advance a running job: through the setting `job_steps`, then to its end.

    A job advances when it is read, so that no test has to wait. It stands still while the task
    worker is off.
    """
    if job["status"] != "running" or not is_worker_active(call, "taskWorker"):
        return
    polls = job["_polls"] = job.get("_polls", 0) + 1
    steps = call.sim.settings["job_steps"]
    if polls <= len(steps):
        job.update(copy.deepcopy(steps[polls - 1]))
    elif polls >= call.sim.settings["job_polls"]:
        end_job(call, job)


def end_job(call: Call, job: Record) -> None:
    """End a job with the status, outputs and error in the settings.

    Do nothing while a manual task is open.
    """
    is_waiting = any(
        task["job"]["_id"] == job["_id"] and task["status"] == "running"
        for task in call.sim.tables["task"]
    )
    if is_waiting:
        return
    settings = call.sim.settings
    job["status"] = settings["job_status"]
    job["variables"].update(copy.deepcopy(settings["job_outputs"]))
    job["metrics"].update(end_time=now_ms(), progress=1)
    if job["status"] == "error":
        message = {"icode": "AD.500", "IAPerror": {"displayString": settings["job_error"]}}
        job["error"] = [{"task": "1a", "message": message, "timestamp": now_ms()}]


def read_large_data(call: Call) -> Any:
    found = call.sim.settings["large_data"].get(call.params["id"])
    if found is None:
        raise call.refuse("no such data", 404)
    return found


def retry_task(call: Call) -> Any:
    """Run a task of a job in `error` again, or continue from a task."""
    job = call.record()
    if job["status"] not in ("error", "paused", "incomplete"):
        raise call.refuse(f"job is {job['status']}")
    job.update(status="running", error=[], _polls=0)
    return with_data(call, show_job(call, job))


def watch(call: Call) -> Any:
    job, caller = call.record(), call.sim.caller(call.request)["_id"]
    job["watchers"] = [one for one in job["watchers"] if one != caller]
    if call.operation.path.endswith("/watch"):
        job["watchers"].append(caller)
    return with_data(call, show_job(call, job))


def bulk(status: str, allowed: tuple[str, ...]) -> Any:
    """Return an operation on many jobs."""

    def run(call: Call) -> Any:
        ids = call.strings("jobIds")
        if len(ids) > BULK_MOST:
            raise call.refuse(f"jobIds must have at most {BULK_MOST} entries")
        for one in ids:
            job = call.table.get(one)
            if job is not None and job["status"] in allowed:
                job["status"] = status
        return {"message": "Success", "data": [{"jobId": one} for one in ids], "metadata": {}}

    return run


def may_be_deleted(job: Record) -> bool:
    return job["status"] in ("complete", "canceled") and not job.get("parent")


def delete_jobs(call: Call) -> Any:
    """Delete jobs that have ended; others are ignored silently."""
    outcomes = []
    for one in call.strings("jobIds"):
        job = call.table.get(one)
        if job is None or not may_be_deleted(job):
            outcomes.append({"jobId": one, "status": "ignored"})
            continue
        call.table.remove(job)
        outcomes.append({"jobId": one, "status": "deleted"})
    if call.operation.path.endswith("bulk-delete"):
        count = sum(outcome["status"] == "deleted" for outcome in outcomes)
        data = {"jobsDeleted": count, "tasksDeleted": 0, "results": outcomes}
        return {"message": "Success", "data": data, "metadata": {}}
    return {"message": "Success", "data": outcomes, "metadata": {}}


def guard_job(call: Call, job: Record) -> None:
    if not may_be_deleted(job):
        raise call.refuse("only completed or canceled root jobs can be deleted")


JOB = Row(
    "job",
    (
        JobList(f"{OM}/jobs", envelope=lists.data, filters=lists.bracketed),
        Action(f"{OM}/jobs/{{id}}", does=read_job, method="GET", reads=True),
        Action(f"{OM}/jobs/start", does=start_job),
        Action(f"{OM}/jobs/{{id}}/tasks/{{task}}/retry", does=retry_task),
        Action(f"{OM}/jobs/{{id}}/continue", does=retry_task),
        Action(f"{OM}/jobs/{{id}}/revert", does=retry_task),
        Action(f"{OM}/large-data/{{id}}", does=read_large_data, method="GET", reads=True),
        Action(f"{OM}/jobs/{{id}}/watch", does=watch),
        Action(f"{OM}/jobs/{{id}}/unwatch", does=watch),
        Action(f"{OM}/jobs/pause", does=bulk("paused", ("running",))),
        Action(f"{OM}/jobs/resume", does=bulk("running", ("paused",))),
        Action(
            f"{OM}/jobs/cancel", does=bulk("canceled", ("running", "paused", "error", "incomplete"))
        ),
        Action(f"{OM}/jobs/delete", does=delete_jobs),
        Action(f"{OM}/jobs/bulk-delete", does=delete_jobs, releases=("6.5", "6.6")),
        Deleting(f"{OM}/jobs/{{id}}", answer=deletion, guard=guard_job),
    ),
    unique=(),
    show=show_job,
    made=lambda sim, record: {
        "description": "",
        "type": "automation",
        "status": "complete",
        "variables": {},
        "error": [],
        "tasks": {},
        "transitions": {},
        "ancestors": [],
        "watchers": [],
        "groups": [],
        "metrics": {"start_time": now_ms(), "progress": 1, "user": "admin"},
        "created": now(),
        "last_updated": now(),
    },
    refuse=with_metadata,
)


# Tasks and events


def claim(owner: Any) -> Any:
    """Return an operation that sets who works on a task."""

    def run(call: Call) -> Any:
        record = call.record()
        record["metrics"]["owner"] = owner(call)
        return with_data(call, record)

    return run


def finish_task(call: Call) -> Any:
    """Finish a manual task, which must have been claimed."""
    data = call.inner("taskData")
    for record in call.table:
        key = (record["job"]["_id"], record["job"]["task"])
        if key == (call.params["job"], call.params["task"]) and record["status"] == "running":
            if not record["metrics"].get("owner"):
                raise call.refuse("task is not claimed")
            record["status"] = "complete"
            record["metrics"]["finish_state"] = data.get("finish_state")
            record["variables"] = copy.deepcopy(data.get("variables") or {})
            return with_data(call, record)
    raise call.refuse("task not found", 404)


TASK = Row(
    "task",
    (
        Listing(f"{OM}/tasks", envelope=lists.data, filters=lists.bracketed),
        Reading(f"{OM}/tasks/{{id}}", answer=with_data),
        Action(
            f"{OM}/tasks/{{id}}/claim",
            does=claim(lambda call: call.sim.caller(call.request)["_id"]),
        ),
        Action(f"{OM}/tasks/{{id}}/assign", does=claim(lambda call: call.inner(None)["userId"])),
        Action(f"{OM}/tasks/{{id}}/release", does=claim(lambda call: "")),
        Action(f"{OM}/jobs/{{job}}/tasks/{{task}}/finish", does=finish_task),
    ),
    unique=(),
    made=lambda sim, record: {
        "type": "manual",
        "status": "running",
        "view": "/operations-manager/task",
        "job": {"_id": "", "task": "1a"},
        "metrics": {"owner": "", "start_time": now_ms()},
    },
    refuse=with_metadata,
)

EVENT = Row(
    "event",
    (Listing(f"{OM}/events", envelope=lists.data, filters=lists.paired, refuse_brackets=True),),
    key="topic",
    unique=("source", "topic"),
    made=lambda sim, record: {"description": "", "schema": {}},
    refuse=with_metadata,
)

ROWS = (JOB, TASK, EVENT)
