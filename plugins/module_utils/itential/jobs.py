# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs of a Platform, as programs use them: `client.jobs.start(workflow="Upgrade router")`.

Source: docs/protocols/itential-platform.md section 6.3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.once import may_have_arrived
from ..core.options import check_options
from ..core.polling import Schedule, WaitOptions, schedule_of
from ..core.records.purge import records_to_purge
from . import job_records
from .job_records import Record, label, status_of
from .job_requests import JobRequests
from .job_starts import OPTIONS, Started, StartOptions, start
from .job_waiting import JobError, JobReport, Watch
from .platform_requests import LOOKUP_SCHEDULE, lookup_failure

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

__all__ = ["AsyncJobs", "Deletion", "JobError", "JobReport", "Jobs", "Outcome", "Started"]

FAIL_ON = ("error", "canceled")


class _Transition(NamedTuple):
    """A change of the status of jobs.

    Attributes:
        verb: The last part of the path of the request.
        sources: The statuses from which it is possible.
        done: The statuses in which nothing is left to do.
    """

    verb: str
    sources: frozenset[str]
    done: frozenset[str]


_TRANSITIONS = {
    "paused": _Transition("pause", frozenset(("running",)), frozenset(("paused",))),
    "running": _Transition("resume", frozenset(("paused",)), frozenset(("running",))),
    "canceled": _Transition(
        "cancel",
        frozenset(("running", "paused", "error", "incomplete")),
        frozenset(("canceled", "complete")),
    ),
}


_DELETABLE = frozenset(("complete", "canceled"))
_FIELDS_OF_DELETION = {"include": "name,status,parent"}


class ResultOptions(WaitOptions, total=False):
    """The options of waiting, and of what is returned.

    Attributes:
        fail_on: Statuses that are an error: by default `error` and `canceled`. A job that gets one
            of them has ended.
        outputs: The names of the outputs to return; by default those that the workflow declares.
        large_values: Read outputs that the server keeps apart because of their size.
    """

    fail_on: Collection[str]
    outputs: Sequence[str]
    large_values: bool


_WAIT_OPTIONS = WaitOptions.__optional_keys__
_RESULT_OPTIONS = ResultOptions.__optional_keys__


class Outcome(NamedTuple):
    """The jobs after waiting or after a change of their status.

    Attributes:
        reports: What became of each job, in order.
        waited: Seconds.
        changed: The ids of the jobs whose status was changed.
    """

    reports: list[JobReport]
    waited: float
    changed: Sequence[str] = ()


class Deletion(NamedTuple):
    """The outcome of a deletion.

    Attributes:
        deleted: The ids of the jobs that are gone, or would be.
        kept: The jobs that the server keeps: they have not ended, or belong to another job.
    """

    deleted: list[str]
    kept: list[Record]


class JobsBase:
    """The flows of the jobs of a client.

    Args:
        connection: The client.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests", "_store")

    def __init__(
        self,
        connection: ConnectionBase,
        store: PlatformStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._store = store
        self._requests = JobRequests(connection)
        self._perform = perform

    def _start(self, options: StartOptions, predict: bool) -> Flow[Started]:
        check_options(start, options, OPTIONS)
        return start(self._requests, predict, **options)

    def _wait(self, jobs: str | Sequence[str], options: ResultOptions) -> Flow[Outcome]:
        check_options(Jobs.wait, options, _RESULT_OPTIONS)
        fail_on = options.get("fail_on", FAIL_ON)
        wanted = job_records.ENDED | set(fail_on)
        watch = Watch(self._requests, _ids(jobs), wanted, options.get("notify"))
        yield from watch.run(schedule_of(options))
        records = yield from self._requests.with_variables(list(watch.records))
        outputs = {}
        for record in records:
            watch.records[record["_id"]] = record
            outputs[record["_id"]] = yield from self._outputs(record, options)
        reports = watch.reports(outputs)
        failed = [report for report in reports if report.job["status"] in fail_on]
        if failed:
            raise _failure(failed, reports, watch.waited)
        return Outcome(reports, watch.waited)

    def _outputs(self, record: Record, options: ResultOptions) -> Flow[Record]:
        names = options.get("outputs") or ()
        workflow = None
        if not names and record.get("name"):
            try:
                workflow = yield from self._requests.workflows.read(record["name"])
            except ConfigurationError:
                # It has been deleted or renamed since the job began.
                workflow = None
        outputs = job_records.outputs_of(record, workflow, names)
        if options.get("large_values"):
            outputs = yield from self._requests.resolve(outputs)
        return outputs

    def _change(
        self, jobs: str | Sequence[str], state: str, options: WaitOptions, predict: bool = False
    ) -> Flow[Outcome]:
        check_options(Jobs.cancel, options, _WAIT_OPTIONS)
        ids = _ids(jobs)
        schedule = schedule_of(options)
        transition = _TRANSITIONS[state]
        records = yield from self._requests.state(ids)
        for record in records:
            if status_of(record) not in transition.sources | transition.done:
                raise _impossible_error(record, state)
        changed = [record["_id"] for record in records if status_of(record) in transition.sources]
        watch = Watch(
            self._requests, ids, transition.done | job_records.ENDED, options.get("notify")
        )
        watch.records.update({record["_id"]: record for record in records})
        if changed and not predict:
            doubt = yield from self._send(transition.verb, changed)
            yield from _await_change(watch, schedule, transition.verb, doubt)
        for record in watch.records.values():
            if not predict and status_of(record) not in transition.done:
                raise _impossible_error(record, state)
        return Outcome(watch.reports(), watch.waited, changed)

    def _send(self, verb: str, ids: Sequence[str]) -> Flow[ClientError | None]:
        """Change jobs once; return the error if the jobs must show if the server has done so."""
        try:
            yield from self._requests.change(verb, ids)
        except ClientError as exc:
            if not may_have_arrived(exc):
                raise
            return exc
        return None

    def _find(self, filters: Mapping[str, Any]) -> Flow[list[Record]]:
        row = yield from self._store.row("job")
        jobs: list[Record] = yield from records_to_purge(
            self._store, row, filters, (), option="filters"
        )
        return jobs

    def _delete(self, jobs: str | Sequence[str], predict: bool) -> Flow[Deletion]:
        found = yield from self._requests.find_existing(_ids(jobs), _FIELDS_OF_DELETION)
        deletable = [
            job["_id"] for job in found if status_of(job) in _DELETABLE and not job.get("parent")
        ]
        if deletable and not predict:
            kept = yield from self._send_deletion(deletable)
            deletable = [number for number in deletable if number not in kept]
        return Deletion(deletable, [job for job in found if job["_id"] not in deletable])

    def _send_deletion(self, ids: Sequence[str]) -> Flow[set[str]]:
        """Delete jobs, and return the ids of those that the server has kept silently."""
        doubt = yield from self._send("delete", ids)
        try:
            kept = yield from self._requests.find_existing(ids, _FIELDS_OF_DELETION)
        except ClientError as exc:
            if doubt is None:
                raise
            raise _unknown_error("delete", doubt, lookup_failure(exc)) from exc
        if doubt is not None and kept:
            raise _unknown_error("delete", doubt, f"{len(kept)} of {len(ids)} jobs exist")
        return {job["_id"] for job in kept}


def _ids(jobs: str | Sequence[str]) -> list[str]:
    ids = [jobs] if isinstance(jobs, str) else list(dict.fromkeys(jobs))
    if not ids or not all(isinstance(number, str) and number for number in ids):
        raise ConfigurationError(f"job must be the id of a job, or a list of ids, not {jobs!r}")
    return ids


def _await_change(
    watch: Watch, schedule: Schedule, verb: str, doubt: ClientError | None
) -> Flow[None]:
    """Wait until jobs have the status to which they were changed.

    Args:
        watch: The jobs.
        schedule: The pauses and the time.
        verb: The change.
        doubt: The error because of which it is unknown if the server has received the change.
    """
    try:
        yield from watch.run(schedule if doubt is None else LOOKUP_SCHEDULE)
    except JobError as exc:
        if doubt is None:
            raise
        raise watch.error(_unknown_text(verb, doubt, watch.line()), doubt) from exc


def _unknown_error(verb: str, doubt: ClientError, known: str) -> ClientError:
    """Return the error of a change without a response that the jobs do not show."""
    return ClientError(_unknown_text(verb, doubt, known), cause=doubt)


def _unknown_text(verb: str, doubt: ClientError, known: str) -> str:
    return (
        f"it is unknown if the server has received the request to {verb} the jobs:"
        f" {doubt.message}; {known}: repeat the task"
    )


def _impossible_error(record: Record, state: str) -> ClientError:
    return ClientError(
        f"{label(record)} is {status_of(record)} and cannot become {state}: give a job that can"
    )


def _failure(failed: Sequence[JobReport], reports: Sequence[JobReport], waited: float) -> JobError:
    texts = [_failure_text(report) for report in failed]
    error = JobError(
        texts[0]
        if len(reports) == 1
        else f"{len(failed)} of {len(reports)} jobs failed; the first: {texts[0]}"
    )
    error.reports = reports
    error.waited = waited
    return error


def _failure_text(report: JobReport) -> str:
    text = f"{label(report.record)} ended as {report.job['status']}"
    return text if report.failed_task is None else f"{text}: {report.failed_task}"


class Jobs(JobsBase):
    """The jobs of a Platform, for threads."""

    __slots__ = ()

    def start(self, **options: Unpack[StartOptions]) -> Started:
        """Start a job, and return without waiting for it.

        Args:
            **options: See `job_starts.StartOptions`.

        Raises:
            ConfigurationError: An input does not fit, or there is no such workflow or trigger.
            ClientError: The server refuses the start, or it is unknown if it has received it.
        """
        started: Started = self._perform(self._start(options, False))
        return started

    def predict(self, **options: Unpack[StartOptions]) -> Started:
        """Check everything that `start` checks, and start nothing. For details see `start`."""
        started: Started = self._perform(self._start(options, True))
        return started

    def wait(self, jobs: str | Sequence[str], **options: Unpack[ResultOptions]) -> Outcome:
        """Wait until jobs have ended, and return their outputs.

        All jobs are read together, once for each interval.

        Args:
            jobs: The id of a job, or a list of ids.
            **options: See `ResultOptions`.

        Raises:
            JobError: A job failed, or the time was up.
            ClientError: A job does not exist, or the server cannot be reached any more.
        """
        outcome: Outcome = self._perform(self._wait(jobs, options))
        return outcome

    def cancel(self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]) -> Outcome:
        """Cancel jobs, and wait until they are canceled; those that have ended stay as they are.

        Args:
            jobs: The id of a job, or a list of ids of any length.
            **options: See `WaitOptions`.

        Raises:
            JobError: The time was up.
            ClientError: A job does not exist, or cannot get the status.
        """
        return self.bring(jobs, "canceled", **options)

    def pause(self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]) -> Outcome:
        """Pause running jobs. For the arguments and errors see `cancel`."""
        return self.bring(jobs, "paused", **options)

    def resume(self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]) -> Outcome:
        """Resume paused jobs. For the arguments and errors see `cancel`."""
        return self.bring(jobs, "running", **options)

    def bring(
        self,
        jobs: str | Sequence[str],
        state: str,
        *,
        predict: bool = False,
        **options: Unpack[WaitOptions],
    ) -> Outcome:
        """Bring jobs to a status; those that have it stay as they are.

        Args:
            jobs: The id of a job, or a list of ids of any length.
            state: `canceled`, `paused` or `running`.
            predict: Change nothing, and return what would be changed.
            **options: See `WaitOptions`.

        Raises:
            JobError: The time was up.
            ClientError: A job does not exist, or cannot get the status.
        """
        outcome: Outcome = self._perform(self._change(jobs, state, options, predict))
        return outcome

    def find(self, filters: Mapping[str, Any]) -> list[Record]:
        """Return the jobs that match filters.

        Args:
            filters: As for `client.records("job").list`. They must leave out some jobs: a filter
                that came out empty must not choose all of them.

        Raises:
            ConfigurationError: The filters match every job, or cannot work.
        """
        jobs: list[Record] = self._perform(self._find(filters))
        return jobs

    def delete(self, jobs: str | Sequence[str], *, predict: bool = False) -> Deletion:
        """Delete jobs that are complete or canceled and belong to no other job; others are kept.

        Args:
            jobs: The id of a job, or a list of ids of any length; some may not exist any more.
            predict: Delete nothing, and return what would be deleted.
        """
        deletion: Deletion = self._perform(self._delete(jobs, predict))
        return deletion


class AsyncJobs(JobsBase):
    """The jobs of a Platform, for event loops. For arguments and errors see `Jobs`."""

    __slots__ = ()

    def start(self, **options: Unpack[StartOptions]) -> Awaitable[Started]:
        """Start a job, and return without waiting for it."""
        started: Awaitable[Started] = self._perform(self._start(options, False))
        return started

    def predict(self, **options: Unpack[StartOptions]) -> Awaitable[Started]:
        """Check everything that `start` checks, and start nothing."""
        started: Awaitable[Started] = self._perform(self._start(options, True))
        return started

    def wait(
        self, jobs: str | Sequence[str], **options: Unpack[ResultOptions]
    ) -> Awaitable[Outcome]:
        """Wait until jobs have ended, and return their outputs."""
        outcome: Awaitable[Outcome] = self._perform(self._wait(jobs, options))
        return outcome

    def cancel(
        self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]
    ) -> Awaitable[Outcome]:
        """Cancel jobs, and wait until they are canceled."""
        return self.bring(jobs, "canceled", **options)

    def pause(
        self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]
    ) -> Awaitable[Outcome]:
        """Pause running jobs."""
        return self.bring(jobs, "paused", **options)

    def resume(
        self, jobs: str | Sequence[str], **options: Unpack[WaitOptions]
    ) -> Awaitable[Outcome]:
        """Resume paused jobs."""
        return self.bring(jobs, "running", **options)

    def bring(
        self,
        jobs: str | Sequence[str],
        state: str,
        *,
        predict: bool = False,
        **options: Unpack[WaitOptions],
    ) -> Awaitable[Outcome]:
        """Bring jobs to a status; those that have it stay as they are."""
        outcome: Awaitable[Outcome] = self._perform(self._change(jobs, state, options, predict))
        return outcome

    def find(self, filters: Mapping[str, Any]) -> Awaitable[list[Record]]:
        """Return the jobs that match filters."""
        jobs: Awaitable[list[Record]] = self._perform(self._find(filters))
        return jobs

    def delete(self, jobs: str | Sequence[str], *, predict: bool = False) -> Awaitable[Deletion]:
        """Delete jobs that are complete or canceled and belong to no other job."""
        deletion: Awaitable[Deletion] = self._perform(self._delete(jobs, predict))
        return deletion
