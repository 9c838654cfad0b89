# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for jobs: all of them with one poll, and a line for each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ..core.exceptions import ClientError, HTTPStatusError
from ..core.flow import Flow
from ..core.polling import Notify, PollTimeoutError, Schedule, is_passing, poll
from . import job_records
from .job_records import FailedTask, Person, Record
from .job_requests import JobRequests
from .platform_requests import MOST_IDS

FEW = 5
"""Jobs that are reported one by one; of more, it is counted how many have each status."""


class JobReport(NamedTuple):
    """The state of a job, its outputs, and what it failed in or waits for.

    Attributes:
        job: Its id, name, status and so on, see `job_records.summary`.
        outputs: Its outputs; empty if it has not ended.
        failed_task: The task because of which it is in `error`.
        waiting_for: The manual task for which it waits.
        record: The record as the server has it.
    """

    job: Record
    outputs: Record
    failed_task: FailedTask | None
    waiting_for: Person | None
    record: Record


class JobError(ClientError):
    """Jobs failed, have not ended in time, or cannot be read any more.

    Attributes:
        reports: What became of each job.
        waited: Seconds.
    """

    reports: Sequence[JobReport] = ()
    waited: float = 0.0


class Watch:
    """Jobs that are watched until all have one of the wanted statuses.

    Args:
        requests: The requests of the client.
        ids: The jobs, at least one.
        wanted: The statuses.
        notify: Receives a line for each change; `None` for no lines.

    Attributes:
        records: What was read last, by id.
        people: The manual tasks for which jobs wait, by the ids of the jobs.
        open: The jobs that have none of the wanted statuses yet.
        waited: Seconds from the first reading to the last one.
    """

    def __init__(
        self,
        requests: JobRequests,
        ids: Sequence[str],
        wanted: Collection[str],
        notify: Notify | None = None,
    ) -> None:
        self._requests = requests
        self._wanted = wanted
        self._notify = notify
        self._shown = ""
        self._children: dict[str, list[Record]] = {}
        self.records: dict[str, Record] = {job_id: {"_id": job_id} for job_id in ids}
        self.people: dict[str, Person] = {}
        self.open = list(dict.fromkeys(ids))
        self.waited = 0.0
        self._began = 0.0

    def run(self, schedule: Schedule) -> Flow[None]:
        """Read the jobs until all have a wanted status.

        Raises:
            JobError: The time is up, or the jobs cannot be read any more.
        """
        self._began = self._requests.clock()
        try:
            yield from poll(
                self._read,
                lambda still_open: not still_open,
                schedule,
                self._requests.clock,
                goal=self.title(),
                tolerates=is_passing,
            )
        except PollTimeoutError:
            yield from self._look_for_obstacles(self.open)
            text = f"timed out after {schedule.timeout:g} seconds, give a longer wait_timeout"
            raise self.error(self._unfinished_text(text)) from None
        except ClientError as exc:
            is_missing = isinstance(exc, HTTPStatusError) and exc.call_status == 404
            text = exc.message if is_missing else self._unfinished_text(exc.message)
            raise self.error(text, exc) from exc

    def title(self) -> str:
        """Return the jobs that are open, for messages."""
        labels = [job_records.label(self.records[job_id]) for job_id in self.open[:FEW]]
        more = len(self.open) - len(labels)
        return ", ".join(labels) + (f" and {more} more" if more else "")

    def line(self) -> str:
        """Return one line about all jobs."""
        if len(self.records) <= FEW:
            return "; ".join(
                job_records.describe(job, self._notes(job_id))
                for job_id, job in self.records.items()
            )
        counts = Counter(map(job_records.status_of, self.records.values()))
        parts = [f"{count} {status}" for status, count in sorted(counts.items())]
        if self.people:
            parts.append(f"{len(self.people)} waiting for a person")
        return f"{len(self.records)} jobs: {', '.join(parts)}"

    def _notes(self, job_id: str) -> list[str]:
        children = self._children.get(job_id, [])
        notes = [f"child {job_records.describe(child)}" for child in children[:FEW]]
        if job_id in self.people:
            notes.append(f"waits for a person: {self.people[job_id]}")
        return notes

    def _read(self) -> Flow[list[str]]:
        """Read the open jobs and report them; return the ids of those that are still open."""
        unchanged = []
        self.waited = self._requests.clock() - self._began
        for job in (yield from self._requests.state(self.open)):
            job_id = job["_id"]
            if _view(job) == _view(self.records[job_id]):
                unchanged.append(job_id)
            self.records[job_id] = job
            self.people.pop(job_id, None)
            self._children.pop(job_id, None)
        self.open = [
            job_id
            for job_id in self.open
            if job_records.status_of(self.records[job_id]) not in self._wanted
        ]
        yield from self._look_for_obstacles([job_id for job_id in unchanged if job_id in self.open])
        self._tell()
        return self.open

    def _look_for_obstacles(self, ids: Sequence[str]) -> Flow[None]:
        """Find out what jobs that do not go on are waiting for: other jobs, or people."""
        if not ids:
            return
        self._children.update({job_id: [] for job_id in ids})
        watched_ancestors = {}
        jobs = {job_id: self.records[job_id] for job_id in ids}
        # They are only for messages: an account that may not read them can wait all the same.
        with suppress(ClientError):
            is_one_request = len(ids) <= MOST_IDS
            children = (yield from self._requests.children(ids)) if is_one_request else ()
            for child in children:
                jobs[child["_id"]] = child
                watched_ancestors[child["_id"]] = [one for one in child["ancestors"] if one in ids]
                for job_id in watched_ancestors[child["_id"]]:
                    self._children[job_id].append(child)
            people = yield from self._requests.tasks.people(jobs)
            for job_id, person in people.items():
                self.people.update(dict.fromkeys(watched_ancestors.get(job_id, [job_id]), person))

    def _tell(self) -> None:
        line = self.line()
        if self._notify is not None and line != self._shown:
            self._notify(line)
        self._shown = line

    def _unfinished_text(self, reason: str) -> str:
        text = f"{self.title()} has not finished: {reason}"
        is_known = any(map(job_records.status_of, self.records.values()))
        return f"{text}; {self.line()}" if is_known else text

    def error(self, text: str, cause: ClientError | None = None) -> JobError:
        """Return an error about the jobs."""
        error = JobError(text, cause=cause)
        error.reports = self.reports()
        error.waited = self.waited
        return error

    def reports(self, outputs: Mapping[str, Record] | None = None) -> list[JobReport]:
        """Return what is known of each job.

        Args:
            outputs: The outputs by the ids of the jobs.
        """
        return [
            JobReport(
                job_records.summary(job),
                (outputs or {}).get(job_id, {}),
                job_records.failed_task(job),
                self.people.get(job_id),
                job,
            )
            for job_id, job in self.records.items()
        ]


def _view(job: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what changes while a job goes on."""
    return (
        job_records.status_of(job),
        job_records.progress_of(job),
        job_records.current_tasks(job),
    )
