# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests about jobs, and about what belongs to them: workflows, triggers, manual tasks, groups.

Sources: docs/protocols/itential-platform.md sections 2.1 (filters), 5 and 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..core.flow import Flow, gather
from ..core.jsonutils import dig
from ..core.optional import optional
from ..core.suggestions import suggestion
from . import job_records
from .job_records import Person, Record
from .platform_requests import MAX_CONCURRENT_REQUESTS, PlatformRequests, failure_in

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

OPERATIONS = "/operations-manager"
STUDIO = "/automation-studio"

MOST_IDS = 100
"""Jobs that one request may pause, resume or cancel; also the largest page of a list."""

STATE = ("name", "description", "status", "error", "metrics", "parent", "groups")
"""Fields of a job that tell how far it is. Of a single job its tasks are read too."""

_ID = re.compile(r"[0-9a-f]{24}")
_HIDDEN = frozenset((403, 404))


class JobRequests(PlatformRequests):
    """The requests of one client.

    Args:
        connection: Sends them.
    """

    __slots__ = ("_groups", "_workflows")

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection)
        self._workflows: dict[str, Record | None] = {}
        self._groups: dict[str, str] = {}

    # Jobs

    def state(self, ids: Sequence[str]) -> Flow[list[Record]]:
        """Return how far jobs are, in order. Many jobs are read with one request per hundred.

        Raises:
            ClientError: A job does not exist.
        """
        if len(ids) == 1:
            return [(yield from self.job(ids[0], ",".join((*STATE, "tasks"))))]
        return (yield from self._jobs(ids, {"include": ",".join(STATE)}, "status"))

    def with_variables(self, ids: Sequence[str]) -> Flow[list[Record]]:
        """Return jobs with their variables, in order; those in `error` have their tasks too."""
        if len(ids) == 1:
            return [(yield from self.job(ids[0]))]
        fields = ",".join((*STATE, "variables"))
        jobs = yield from self._jobs(ids, {"include": fields}, "variables")
        # Tasks are the largest part of a job.
        failed = [job["_id"] for job in jobs if job_records.status_of(job) == "error"]
        details = yield from self._jobs(failed, {"include": "tasks"}, "tasks")
        tasks = {job["_id"]: {"tasks": job.get("tasks")} for job in details}
        return [{**job, **tasks.get(job["_id"], {})} for job in jobs]

    def job(self, number: str, include: str = "") -> Flow[Record]:
        """Return one job.

        Raises:
            ClientError: It does not exist.
        """
        params = {"include": include} if include else None
        path = {"id": number}
        try:
            answer = yield from self.get(f"{OPERATIONS}/jobs/{{id}}", params, path_params=path)
        except HTTPStatusError as exc:
            if exc.call_status == 404:
                exc.reword(f"there is no job {number}: check its id")
            raise
        return {"_id": number, **_data(answer)}

    def _jobs(
        self, ids: Sequence[str], params: Mapping[str, Any], needs: str
    ) -> Flow[list[Record]]:
        """Return jobs from lists; one that is missing there, or lacks a field, is read alone."""
        listed = yield from self.existing(ids, params)
        found = {job["_id"]: job for job in listed if needs in job}
        missing = [number for number in ids if number not in found]
        alone = yield from gather([self.job(number) for number in missing], MAX_CONCURRENT_REQUESTS)
        found.update(zip(missing, alone, strict=True))
        return [found[number] for number in ids]

    def existing(self, ids: Sequence[str], params: Mapping[str, Any]) -> Flow[list[Record]]:
        """Return those of the jobs that exist, with one request per hundred."""
        wanted = set(ids)
        jobs = yield from self._listed("_id", ids, params)
        return [job for job in jobs if job.get("_id") in wanted]

    def _listed(
        self,
        field: str,
        ids: Sequence[str],
        params: Mapping[str, Any],
        filters: Mapping[str, str] | None = None,
    ) -> Flow[list[Record]]:
        """Return the jobs that have one of many ids in a field."""
        pages = yield from gather(
            [
                self.records_of(
                    f"{OPERATIONS}/jobs",
                    {**params, "in": {field: ",".join(chunk), **(filters or {})}},
                )
                for chunk in _chunks(ids)
            ],
            MAX_CONCURRENT_REQUESTS,
        )
        return [job for page in pages for job in page]

    def live_jobs(self, name: str) -> Flow[list[Record]]:
        """Return the running and paused jobs of a workflow that no other job has started."""
        wanted = {"equals": {"name": name}, "in": {"status": ",".join(job_records.LIVE)}}
        fields = ",".join((*STATE, "variables"))
        jobs = yield from self.records_of(f"{OPERATIONS}/jobs", {**wanted, "include": fields})
        return [
            job
            for job in jobs
            if job.get("name") == name
            and job_records.status_of(job) in job_records.LIVE
            and not job.get("parent")
        ]

    def children(self, ids: Sequence[str]) -> Flow[list[Record]]:
        """Return the jobs that jobs have started and that have not ended, or are in `error`.

        A parent of a job in `error` waits for it until it is retried or canceled. Many jobs are
        looked for with one request per hundred.
        """
        statuses = ",".join((*job_records.LIVE, "error"))
        params = {"include": ",".join((*STATE, "ancestors"))}
        jobs = yield from self._listed("ancestors", ids, params, {"status": statuses})
        wanted = set(ids)
        # A job may be among its own ancestors, and one with several ancestors is listed again.
        found = {
            job.get("_id"): job for job in jobs if not wanted.isdisjoint(job.get("ancestors") or ())
        }
        return [job for number, job in found.items() if number not in wanted]

    def post(self, action: str, path: str, body: Any, **options: Any) -> Flow[Record]:
        """Send a request that starts or changes something, once, and return its data.

        Args:
            action: The words for the request in an error, such as `claim task 5 (Approve)`.
            path: The path.
            body: The JSON body; `None` for none.
            **options: As for any call.

        Raises:
            ClientError: The server refuses it, or it is unknown if it has received it.
        """
        answer = yield from self.send(path, body, **options)
        record = _data(answer)
        # A job or a task has a status of its own, which can be `error`.
        refusal = "" if "_id" in record else failure_in(answer)
        if refusal:
            raise ClientError(f"the server refused to {action}: {refusal}")
        return record

    def change(self, verb: str, ids: Sequence[str]) -> Flow[None]:
        """Pause, resume, cancel or delete jobs.

        Args:
            verb: `pause`, `resume`, `cancel` or `delete`.
            ids: Any number of jobs.
        """
        for chunk in _chunks(ids):
            body = {"jobIds": list(chunk)}
            yield from self.post(f"{verb} the jobs", f"{OPERATIONS}/jobs/{verb}", body)

    def resolved(self, outputs: Mapping[str, Any]) -> Flow[Record]:
        """Return outputs with large values in place of their references."""
        numbers = {name: job_records.large_value(value) for name, value in outputs.items()}
        names = [name for name, number in numbers.items() if number is not None]
        path = f"{OPERATIONS}/large-data/{{id}}"
        values = yield from gather(
            [self.get(path, path_params={"id": numbers[name]}) for name in names],
            MAX_CONCURRENT_REQUESTS,
        )
        return {**outputs, **dict(zip(names, values, strict=True))}

    # Workflows and triggers

    def workflow(self, name: str) -> Flow[Record | None]:
        """Return name, inputs and outputs of a workflow; `None` if the account may not read it.

        Raises:
            ConfigurationError: There is no such workflow.
        """
        if name not in self._workflows:
            self._workflows[name] = yield from self._read_workflow(name)
        return self._workflows[name]

    def _read_workflow(self, name: str) -> Flow[Record | None]:
        params = {"equals": {"name": name}, "include": "name,inputSchema,outputSchema"}
        reading = self.records_of(f"{STUDIO}/workflows", params, "items")
        found = yield from optional(reading, _HIDDEN)
        if found is None:
            return None
        workflow = next((one for one in found if one.get("name") == name), None)
        if workflow is None:
            otherwise = "check its name; a workflow of a project needs 'project' too"
            hint = yield from self._suggested(f"{STUDIO}/workflows", name, "items", otherwise)
            raise ConfigurationError(f"there is no workflow {name!r}: {hint}")
        return workflow

    def _suggested(self, path: str, name: str, style: str, otherwise: str) -> Flow[str]:
        """Return the advice about a name that a list does not have.

        Args:
            path: The path of the list.
            name: The name.
            style: The name of the paging style.
            otherwise: The advice if no name of the list is near, or the list cannot be read.
        """
        records: list[Record] = []
        # The error of the name is more useful than that of this reading.
        with suppress(ClientError):
            records = yield from self.records_of(path, {"include": "name"}, style)
        return suggestion(name, _texts(records, "name"), otherwise)

    def project_id(self, project: str) -> Flow[str]:
        """Return the id of a project, which is given by name or id.

        Raises:
            ConfigurationError: There is none, or more than one.
        """
        params = {"equals": {"name": project}, "include": "name"}
        found = yield from self.records_of(f"{STUDIO}/projects", params)
        ids = [one["_id"] for one in found if one.get("name") == project]
        if not ids and _ID.fullmatch(project):
            return project
        hint = "check its name"
        if not ids:
            hint = yield from self._suggested(f"{STUDIO}/projects", project, "data", hint)
        return str(_only(ids, "project", project, hint))

    def trigger(self, kind: str, field: str, value: str, automation: str | None) -> Flow[Record]:
        """Return a trigger.

        Args:
            kind: `endpoint` or `manual`.
            field: The field that names it: `routeName` or `name`.
            value: The value of that field.
            automation: The name or id of its automation; `None` for any.

        Raises:
            ConfigurationError: There is none, or more than one.
        """
        params = {"equalsField": "type", "equals": kind}
        found = yield from self.records_of(f"{OPERATIONS}/triggers", params)
        named = [one for one in found if one.get("type") == kind and one.get(field) == value]
        if automation is not None:
            owners = yield from self._automation_ids(automation)
            named = [one for one in named if one.get("actionId") in owners]
        others = [name for name in _texts(found, field) if name != value]
        hint = suggestion(value, others, "check its name")
        trigger: Record = _only(named, f"{kind} trigger", value, hint)
        return trigger

    def _automation_ids(self, automation: str) -> Flow[set[str]]:
        params = {"containsField": "name", "contains": automation}
        # `equals` does not find names with parentheses.
        found = yield from self.records_of(
            f"{OPERATIONS}/automations", {} if set(automation) & set("()") else params
        )
        return {automation} | {one["_id"] for one in found if one.get("name") == automation}

    def workflow_of(self, trigger: Mapping[str, Any]) -> Flow[str]:
        """Return the name of the workflow that a trigger starts; `""` if it is unknown."""
        answer = yield from self.get(
            f"{OPERATIONS}/automations/{{id}}", path_params={"id": trigger.get("actionId")}
        )
        return str(_data(answer).get("componentName") or "")

    # Manual tasks

    def task(self, number: str) -> Flow[Record]:
        """Return one task.

        Raises:
            ClientError: It does not exist.
        """
        path = {"id": number}
        try:
            answer = yield from self.get(f"{OPERATIONS}/tasks/{{id}}", path_params=path)
        except HTTPStatusError as exc:
            if exc.call_status == 404:
                exc.reword(f"there is no task {number} (404): check its id")
            raise
        task = _data(answer)
        if not task:
            raise ClientError(f"the server's answer has no task {number}: try again later")
        return {"_id": number, **task}

    def manual_tasks(self, job: str) -> Flow[list[Record]]:
        """Return the manual tasks of a job, those that are finished too."""
        params = {"equals": {"type": "manual"}, "in": {"job._id": job}}
        tasks = yield from self.records_of(f"{OPERATIONS}/tasks", params)
        return [task for task in tasks if dig(task, "job._id") == job]

    def people(self, jobs: Mapping[str, Record]) -> Flow[dict[str, Person]]:
        """Return the manual tasks for which jobs wait, by the ids of the jobs."""
        ids = list(jobs)
        params: dict[str, Any] = {"equals": {"type": "manual", "status": "running"}}
        if len(ids) <= MOST_IDS:
            params["in"] = {"job._id": ",".join(ids)}
        tasks = yield from self.records_of(f"{OPERATIONS}/tasks", params)
        found = {}
        for task in tasks:
            number = dig(task, "job._id")
            if isinstance(number, str) and number in jobs:
                groups = task.get("groups") or jobs[number].get("groups")
                found[number] = yield from self.person(task, groups)
        return found

    def person(self, task: Mapping[str, Any], groups: Any) -> Flow[Person]:
        """Return what is known of a manual task: its name, its groups and its owner."""
        names = yield from gather(
            [self._group(group) for group in groups or ()], MAX_CONCURRENT_REQUESTS
        )
        metrics = task.get("metrics") or {}
        return Person(
            str(task.get("_id")),
            str(task.get("summary") or task.get("name") or ""),
            tuple(names),
            str(metrics.get("owner") or ""),
        )

    def _group(self, group: Any) -> Flow[str]:
        if isinstance(group, Mapping):
            return str(group.get("name") or group.get("_id"))
        number = str(group)
        if number not in self._groups:
            self._groups[number] = number
            if _ID.fullmatch(number):
                path = {"id": number}
                try:
                    answer = yield from self.get("/authorization/groups/{id}", path_params=path)
                except ClientError:
                    # The id is of use too.
                    return number
                self._groups[number] = str(_data(answer).get("name") or number)
        return self._groups[number]


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]


def _data(answer: Any) -> Record:
    """Return the record in an answer, with or without its envelope."""
    found = answer.get("data", answer) if isinstance(answer, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _texts(records: Sequence[Record], field: str) -> list[str]:
    return [record[field] for record in records if isinstance(record.get(field), str)]


def _only(found: Sequence[Any], kind: str, name: str, hint: str) -> Any:
    if not found:
        raise ConfigurationError(f"there is no {kind} {name!r}: {hint}")
    if len(found) > 1:
        ids = ", ".join(str(one["_id"] if isinstance(one, Mapping) else one) for one in found)
        raise ConfigurationError(f"there are several {kind}s {name!r} ({ids}): name the right one")
    return found[0]
