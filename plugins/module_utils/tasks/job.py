# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_job`: start a job once, wait for it, change its status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError
from ..core.secrets.redaction import mask_named
from ..core.suggestions import nearest
from ..itential.job_conditions import OutputConditions
from ..itential.job_records import label, summary

# At the top, so that the main process imports it for all its forks.
from ..itential.jobs import Deletion, JobReport
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL

if TYPE_CHECKING:
    from ..itential.job_records import Person
    from ..itential.job_starts import Started, StartOptions
    from ..itential.jobs import Jobs, Outcome
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "workflow": {"type": "str"},
    "project": {"type": "str"},
    "trigger": {
        "type": "dict",
        "options": {
            "endpoint": {"type": "str"},
            "manual": {"type": "str"},
            "automation": {"type": "str"},
        },
        "mutually_exclusive": [("endpoint", "manual")],
        "required_one_of": [("endpoint", "manual")],
    },
    "job": {"type": "list", "elements": "str"},
    "filters": {"type": "dict"},
    "state": {
        "type": "str",
        "choices": ["finished", "started", "paused", "running", "canceled", "absent"],
        "default": "finished",
    },
    "variables": {"type": "dict"},
    "description": {"type": "str"},
    "groups": {"type": "list", "elements": "str"},
    "unique_by": {"type": "list", "elements": "str"},
    **waiting.WAITING,
    "fail_on": {
        "type": "list",
        "elements": "str",
        "choices": ["error", "canceled", "incomplete", "paused"],
        "default": ["error", "canceled"],
    },
    "outputs": {"type": "list", "elements": "str"},
    "large_values": {"type": "bool", "default": False},
    "assert_outputs": {"type": "dict"},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("workflow", "trigger", "job", "filters")],
    "required_one_of": [("workflow", "trigger", "job", "filters")],
    "required_by": {"project": ("workflow",)},
    "required_if": [
        ("state", state, ("job", "filters"), True)
        for state in ("paused", "running", "canceled", "absent")
    ],
}

_STARTING = ("started", "finished")


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task waits: the process that tasks share has other work to do."""
    return options.get("state") != "started"


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A job failed or did not end in time, a call failed, or an option cannot work.
    """

    def work(client: Platform) -> Result:
        return _Work(client.jobs, params, context).result()

    return calling.perform(platform.make_client, params, context, work)


class _Work:
    """The work of one task.

    Args:
        jobs: The jobs of the client.
        params: The module's options.
        context: The runner.
    """

    def __init__(self, jobs: Jobs, params: Mapping[str, Any], context: Context) -> None:
        self._jobs = jobs
        self._params = params
        self._context = context
        self._waiting = waiting.wait_options(params, context)
        self._conditions = OutputConditions(params.get("assert_outputs") or {})

    def result(self) -> Result:
        """Do what `state` asks for, and return the result."""
        state, jobs = self._params["state"], self._chosen()
        if state == "absent":
            return self._delete(jobs or [])
        if jobs == []:
            # A list that a template made, or filters that match none: there is nothing to do.
            return {"changed": False, **_keys([]), "waited": 0.0}
        if state not in _STARTING:
            return self._bring(jobs or [], state)
        if jobs is not None:
            if state == "started":
                raise ConfigurationError(
                    "job names a job that was started already: use state: finished to wait for it"
                )
            return self._finish(jobs, False)
        started = self._start()
        if started.job is None:
            name = self._params.get("workflow")
            return {"changed": True, **_keys([_no_job(name)]), "waited": 0.0}
        predicts = self._context.check_mode
        number = started.job["_id"]
        notify = self._waiting["notify"]
        if notify is not None:
            notify(f"{label(started.job)} {'started' if started.is_new else 'runs already'}")
        if state == "started" or predicts:
            report = JobReport(summary(started.job), {}, None, None, started.job)
            return {"changed": started.is_new, **_keys([_item(report)]), "waited": 0.0}
        return self._finish([number], started.is_new)

    def _chosen(self) -> list[str] | None:
        """Return the jobs that exist already; `None` if one is to be started."""
        if self._params.get("filters") is None:
            jobs: list[str] | None = self._params.get("job")
            return jobs
        return [job["_id"] for job in self._jobs.find(self._params["filters"])]

    def _delete(self, jobs: list[str]) -> Result:
        deletion = (
            self._jobs.delete(jobs, predict=self._context.check_mode) if jobs else Deletion([], [])
        )
        kept = [summary(job) for job in deletion.kept]
        return {
            "changed": bool(deletion.deleted),
            "deleted": deletion.deleted,
            "kept": [{name: job[name] for name in ("id", "name", "status")} for job in kept],
            "summary": {"deleted": len(deletion.deleted), "kept": len(kept)},
        }

    def _start(self) -> Started:
        start = self._jobs.predict if self._context.check_mode else self._jobs.start
        return start(**_start_options(self._params))

    def _finish(self, jobs: list[str], changed: bool) -> Result:
        unfinished = f"job {', '.join(jobs)} has not finished, and goes on"
        try:
            with waiting.interruption_reported(self._context, lambda: unfinished):
                outcome = self._jobs.wait(
                    jobs,
                    fail_on=self._params["fail_on"],
                    outputs=self._params.get("outputs") or (),
                    large_values=self._params["large_values"],
                    **self._waiting,
                )
        except ClientError as exc:
            raise self._failure(exc, jobs, changed) from exc
        result = self._result_of(outcome, changed)
        broken = [
            f"{label(report.record)}: {text}"
            for report in outcome.reports
            for text in self._conditions.broken(report.outputs)
        ]
        if broken:
            raise TaskError(f"assert_outputs: {'; '.join(broken)}", **result)
        return result

    def _bring(self, jobs: list[str], state: str) -> Result:
        try:
            outcome = self._jobs.bring(
                jobs, state, predict=self._context.check_mode, **self._waiting
            )
        except ClientError as exc:
            # Whatever was sent may have changed some of the jobs.
            raise self._failure(exc, jobs, bool(getattr(exc, "reports", ()))) from exc
        return self._result_of(outcome, bool(outcome.changed))

    def _result_of(self, outcome: Outcome, changed: bool) -> Result:
        items = [self._presentable_item(report) for report in outcome.reports]
        warnings = self._misspelling_warnings(outcome.reports)
        return {
            "changed": changed,
            **_keys(items),
            "waited": round(outcome.waited, 3),
            **({"warnings": warnings} if warnings else {}),
        }

    def _misspelling_warnings(self, reports: Sequence[JobReport]) -> list[str]:
        """Return a line for each wanted output that a job lacks if it has one of nearly that name.

        Jobs of one workflow lack the same outputs: each is reported once.
        """
        lines: dict[str, str] = {}
        for report in reports:
            variables = report.record.get("variables")
            known = variables if isinstance(variables, Mapping) else {}
            for name in self._params.get("outputs") or ():
                near = None if name in known else nearest(name, known)
                if near is not None:
                    job = label(report.record)
                    lines[name] = f"outputs: {job} has no {name!r}: did you mean {near!r}?"
        return list(lines.values())

    def _presentable_item(self, report: JobReport) -> Result:
        item = _item(report)
        # A secret is shown if the task asks for that output by its name.
        asked = self._params.get("outputs") or ()
        named = {name: value for name, value in report.outputs.items() if name in asked}
        return {**item, "outputs": {**mask_named(report.outputs), **named}}

    def _failure(self, exc: ClientError, jobs: list[str], changed: bool) -> TaskError:
        """Return the failure of a task whose jobs exist: they are in its result."""
        reports = getattr(exc, "reports", ())
        items = [self._presentable_item(report) for report in reports] or [
            {**_no_job(None), "job": {"id": number}} for number in jobs
        ]
        is_named = bool(reports) or any(number in exc.message for number in jobs)
        text = exc.message if is_named else f"job {', '.join(jobs)}: {exc.message}"
        waited = round(getattr(exc, "waited", 0.0), 3)
        known = {"changed": True} if changed else {}
        return TaskError(text, **known, **of_error(exc), **_keys(items), waited=waited)


def _start_options(params: Mapping[str, Any]) -> StartOptions:
    trigger = params.get("trigger") or {}
    return {
        "workflow": params.get("workflow"),
        "project": params.get("project"),
        "endpoint": trigger.get("endpoint"),
        "manual": trigger.get("manual"),
        "automation": trigger.get("automation"),
        "variables": params.get("variables"),
        "description": params.get("description"),
        "groups": params.get("groups"),
        "unique_by": params.get("unique_by"),
    }


def _no_job(name: str | None) -> Result:
    job = {"id": None, "name": name, "status": None}
    return {"job": job, "outputs": {}, "failed_task": None, "waiting_for": None}


def _item(report: JobReport) -> Result:
    failed = report.failed_task
    return {
        "job": report.job,
        "outputs": {},
        "failed_task": None if failed is None else failed._asdict(),
        "waiting_for": describe_person(report.waiting_for),
    }


def describe_person(person: Person | None) -> Result | None:
    """Return what a result shows of the manual task for which a job waits."""
    return None if person is None else {**person._asdict(), "groups": list(person.groups)}


def _keys(items: list[Result]) -> Result:
    """Return the keys of a result: those of one job, or a list of many."""
    if len(items) == 1:
        return items[0]
    return {"results": items, "summary": dict(_statuses(items))}


def _statuses(items: Iterable[Result]) -> Counter[str]:
    return Counter(item["job"].get("status") or "unknown" for item in items)
