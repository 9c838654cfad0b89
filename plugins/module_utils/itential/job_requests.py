# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests about jobs.

Sources: docs/protocols/itential-platform.md sections 2.1 (filters) and 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import HTTPStatusError
from ..core.flow import Flow, gather
from . import job_records
from .job_records import Record
from .manual_task_requests import ManualTaskRequests
from .platform_requests import (
    MAX_CONCURRENT_REQUESTS,
    MOST_IDS,
    OPERATIONS,
    PlatformRequests,
    record_in,
)
from .workflow_requests import WorkflowRequests

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

STATE = ("name", "description", "status", "error", "metrics", "parent", "groups")
"""Fields of a job that tell how far it is. Of a single job its tasks are read too."""


class JobRequests(PlatformRequests):
    """The requests of one client.

    Args:
        connection: Sends them.

    Attributes:
        workflows: The requests about workflows.
        tasks: The requests about manual tasks.
    """

    __slots__ = ("tasks", "workflows")

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection)
        self.workflows = WorkflowRequests(connection)
        self.tasks = ManualTaskRequests(connection)

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
        return {"_id": number, **record_in(answer)}

    def _jobs(
        self, ids: Sequence[str], params: Mapping[str, Any], needs: str
    ) -> Flow[list[Record]]:
        """Return jobs from lists; one that is missing there, or lacks a field, is read alone."""
        listed = yield from self.find_existing(ids, params)
        found = {job["_id"]: job for job in listed if needs in job}
        missing = [number for number in ids if number not in found]
        alone = yield from gather([self.job(number) for number in missing], MAX_CONCURRENT_REQUESTS)
        found.update(zip(missing, alone, strict=True))
        return [found[number] for number in ids]

    def find_existing(self, ids: Sequence[str], params: Mapping[str, Any]) -> Flow[list[Record]]:
        """Return those of the jobs that exist, with one request per hundred."""
        wanted = set(ids)
        jobs = yield from self._list("_id", ids, params)
        return [job for job in jobs if job.get("_id") in wanted]

    def _list(
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
        jobs = yield from self._list("ancestors", ids, params, {"status": statuses})
        wanted = set(ids)
        # A job may be among its own ancestors, and one with several ancestors is listed again.
        found = {
            job.get("_id"): job for job in jobs if not wanted.isdisjoint(job.get("ancestors") or ())
        }
        return [job for number, job in found.items() if number not in wanted]

    def change(self, verb: str, ids: Sequence[str]) -> Flow[None]:
        """Pause, resume, cancel or delete jobs.

        Args:
            verb: `pause`, `resume`, `cancel` or `delete`.
            ids: Any number of jobs.
        """
        for chunk in _chunks(ids):
            body = {"jobIds": list(chunk)}
            yield from self.post(f"{verb} the jobs", f"{OPERATIONS}/jobs/{verb}", body)

    def resolve(self, outputs: Mapping[str, Any]) -> Flow[Record]:
        """Return outputs with large values in place of their references."""
        numbers = {name: job_records.large_value(value) for name, value in outputs.items()}
        names = [name for name, number in numbers.items() if number is not None]
        path = f"{OPERATIONS}/large-data/{{id}}"
        values = yield from gather(
            [self.get(path, path_params={"id": numbers[name]}) for name in names],
            MAX_CONCURRENT_REQUESTS,
        )
        return {**outputs, **dict(zip(names, values, strict=True))}


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]
