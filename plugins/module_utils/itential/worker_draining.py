# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draining the workers: waiting until no job runs anything but manual tasks.

Source: docs/protocols/itential-platform.md section 6.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from ..core.exceptions import ClientError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.polling import Notify, Schedule, is_passing, poll
from . import job_records
from .job_records import LIVE, Person, Record
from .job_requests import STATE, JobRequests
from .job_waiting import FEW
from .platform_requests import OPERATIONS


class RemainingJob(NamedTuple):
    """A job that has not ended while the workers are drained.

    Attributes:
        job: Its record.
        tasks: The names of the tasks that it runs, without manual ones and child jobs.
        person: A manual task for which it waits; `None` if there is none.
        is_busy: Whether it goes on without a person.
    """

    job: Record
    tasks: Sequence[str]
    person: Person | None
    is_busy: bool


class Drain:
    """The jobs that remain, until none of them goes on by itself.

    Args:
        requests: The requests of the client.
        notify: Receives a line for each change; `None` for no lines.

    Attributes:
        remaining: The running and paused jobs, as they were read last.
    """

    def __init__(self, requests: JobRequests, notify: Notify | None = None) -> None:
        self._requests = requests
        self._notify = notify
        self._shown = ""
        self.remaining: list[RemainingJob] = []

    def run(self, schedule: Schedule, tasks_begin: bool) -> Flow[None]:
        """Wait until no job goes on by itself.

        Args:
            schedule: The pauses and the time.
            tasks_begin: Whether the task worker is active. If it is not, a job between two tasks
                does not go on.

        Raises:
            PollTimeoutError: The time is up.
            ClientError: The jobs cannot be read.
        """
        yield from poll(
            lambda: self.read(tasks_begin),
            lambda busy: not busy,
            schedule,
            self._requests.clock,
            goal="the jobs to come to rest",
            tolerates=is_passing,
        )

    def busy(self) -> list[RemainingJob]:
        """Return the jobs that go on by themselves."""
        return [one for one in self.remaining if one.is_busy]

    def line(self) -> str:
        """Return one line about all jobs that remain."""
        busy = self.busy()
        waiting = sum(one.person is not None for one in self.remaining)
        paused = sum(job_records.status_of(one.job) == "paused" for one in self.remaining)
        parts = [job_records.describe(one.job) for one in busy[:FEW]]
        if len(busy) > FEW:
            parts.append(f"and {len(busy) - FEW} more")
        if waiting:
            parts.append(f"{waiting} waiting for a person")
        if paused:
            parts.append(f"{paused} paused")
        count = {0: "no job", 1: "1 job"}.get(len(busy), f"{len(busy)} jobs")
        return f"{count} running: {'; '.join(parts)}" if parts else f"{count} running"

    def read(self, tasks_begin: bool) -> Flow[list[RemainingJob]]:
        """Read the jobs, and return those that go on by themselves."""
        jobs = yield from self._live()
        running = [number for number in jobs if job_records.status_of(jobs[number]) == "running"]
        listed = yield from self._running_tasks(running)
        manual = {number: _manual(tasks) for number, tasks in listed.items() if _manual(tasks)}
        held = set(manual) | (yield from self._parents(jobs, running))
        # Whether these go on depends on their tasks. Those of few jobs are shown.
        unclear = [n for n in running if n in held or not tasks_begin or len(running) <= FEW]
        for job in (yield from self._requests.find_existing(unclear, {"include": "tasks"})):
            jobs[job["_id"]]["tasks"] = job.get("tasks")
        for number in running:
            _add_tasks(jobs[number], listed[number])
        going = [number for number in running if tasks_begin and number not in held]
        busy = _busy({number: jobs[number] for number in running}, going)
        self.remaining = []
        for number, job in jobs.items():
            person = yield from self._person(job, manual.get(number, ()))
            names = job_records.working_tasks(job) if number in running else []
            self.remaining.append(RemainingJob(job, names, person, number in busy))
        self._tell()
        return self.busy()

    def _live(self) -> Flow[dict[str, Record]]:
        fields = ",".join((*STATE, "ancestors"))
        wanted = {"in": {"status": ",".join(LIVE)}, "include": fields}
        jobs = yield from self._requests.records_of(f"{OPERATIONS}/jobs", wanted)
        return {job["_id"]: job for job in jobs if job_records.status_of(job) in LIVE}

    def _running_tasks(self, running: Sequence[str]) -> Flow[dict[str, list[Record]]]:
        """Return the tasks that the server lists as running, by the ids of their jobs."""
        found: dict[str, list[Record]] = {number: [] for number in running}
        if running:
            wanted = {"equals": {"status": "running"}}
            for task in (yield from self._requests.records_of(f"{OPERATIONS}/tasks", wanted)):
                number = dig(task, "job._id")
                if task.get("status") == "running" and number in found:
                    found[number].append(task)
        return found

    def _parents(self, jobs: Mapping[str, Record], running: Sequence[str]) -> Flow[set[str]]:
        """Return which jobs have child jobs that are live or in `error`.

        A child in `error` does not go on by itself, and its parent waits for it.
        """
        parents = {number for job in jobs.values() for number in _ancestors(job)}
        others = [number for number in running if number not in parents]
        # An account that may not read this can wait all the same.
        with suppress(ClientError):
            for child in (yield from self._requests.children(others)):
                parents.update(_ancestors(child))
        return parents

    def _person(self, job: Record, tasks: Sequence[Record]) -> Flow[Person | None]:
        if not tasks:
            return None
        groups = tasks[0].get("groups") or job.get("groups")
        return (yield from self._requests.tasks.person(tasks[0], groups))

    def _tell(self) -> None:
        line = self.line()
        if self._notify is not None and line != self._shown:
            self._notify(line)
        self._shown = line


def _busy(running: Mapping[str, Record], going: Sequence[str]) -> set[str]:
    """Return the ids of the jobs that go on by themselves.

    Args:
        running: The running jobs by their ids, with their tasks.
        going: The jobs that go on even if they have no task that works.
    """
    working = {number for number, job in running.items() if job_records.working_tasks(job)}
    busy = working.union(going)
    # A job waits for its child jobs, and goes on with them.
    return busy | {parent for child in busy for parent in _ancestors(running[child])}


def _manual(tasks: Sequence[Record]) -> list[Record]:
    return [task for task in tasks if task.get("type") == "manual"]


def _ancestors(job: Record) -> set[str]:
    """Return the jobs to which a job belongs; the server may list the job itself among them."""
    return set(job.get("ancestors") or ()) - {job.get("_id")}


def _add_tasks(job: Record, tasks: Sequence[Record]) -> None:
    """Add listed tasks to those in the record of a job, which does not say which are manual."""
    known = job.get("tasks")
    manual = {task.get("name") for task in _manual(tasks)} - {None}
    kept = {
        number: task
        for number, task in (known if isinstance(known, dict) else {}).items()
        if dig(task, "name") not in manual
    }
    job["tasks"] = {**kept, **{str(dig(task, "job.task")): task for task in tasks}}
