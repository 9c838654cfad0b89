# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_compliance`: run a check once, wait for it, judge its totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

# At the top, so that the main process imports it for all its forks.
from ..itential.compliance import ComplianceError, ComplianceOutcome, Run
from ..itential.compliance_reports import DeviceReport, Gate, first_names, totals_of
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL
from .quoted import mask_quoted

if TYPE_CHECKING:
    from ..itential.compliance import Compliance
    from ..itential.compliance_runs import RunOptions
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "plan": {"type": "str"},
    "attach": {"type": "bool", "default": True},
    "instance": {"type": "str"},
    "devices": {"type": "list", "elements": "str"},
    "backups": {"type": "list", "elements": "str"},
    "golden_config": {"type": "str"},
    "version": {"type": "str"},
    "node": {"type": "str"},
    "fail_above": {
        "type": "dict",
        "options": {name: {"type": "int"} for name in ("errors", "warnings", "infos")},
        "default": {"errors": 0},
    },
    "require_devices": {"type": "int", "default": 1},
    **waiting.WAITING,
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("plan", "instance", "devices", "backups")],
    "required_one_of": [("plan", "instance", "devices", "backups")],
    "required_by": {
        "devices": ("golden_config",),
        "backups": ("golden_config",),
        "version": ("golden_config",),
        "node": ("golden_config",),
    },
}


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: The totals do not pass, the run failed or did not end in time, a call failed, or
            an option cannot work.
    """

    def work(client: Platform) -> Result:
        return _Work(client.compliance, params, context).result()

    return calling.perform(platform.make_client, params, context, work)


class _Work:
    """The work of one task.

    Args:
        compliance: The compliance of the client.
        params: The module's options.
        context: The runner.
    """

    def __init__(self, compliance: Compliance, params: Mapping[str, Any], context: Context) -> None:
        self._compliance = compliance
        self._params = params
        self._context = context

    def result(self) -> Result:
        """Start what is to be started, wait, and return the result."""
        # Nothing is started if a condition cannot work.
        Gate.of(self._params["fail_above"], self._params["require_devices"])
        waiting.wait_options(self._params, self._context)
        instance = self._params.get("instance")
        if instance is not None:
            return self._finish(instance, f"compliance run {instance}", False)
        started = self._start()
        if self._context.check_mode:
            return _result_of(_nothing_yet(started), started.is_new)
        if self._params["progress"]:
            state = "started" if started.is_new else "runs already"
            self._context.report(f"{started.label()} {state}")
        return self._finish(started, started.label(), started.is_new)

    def _start(self) -> Run:
        options: RunOptions = {
            "plan": self._params.get("plan"),
            "attach": self._params["attach"],
            "devices": self._params.get("devices"),
            "backups": self._params.get("backups"),
            "golden_config": self._params.get("golden_config"),
            "version": self._params.get("version"),
            "node": self._params.get("node"),
        }
        if self._context.check_mode:
            return self._compliance.predict(**options)
        if options["plan"] is None:
            line = f"a check of golden configuration {options['golden_config']!r}"
            advice = "it can be run again"
        else:
            line = f"compliance plan {options['plan']!r}"
            advice = "run it again with attach: true"
        line = f"{line} may have been started: {advice}"
        with waiting.interruption_reported(self._context, lambda: line):
            return self._compliance.start(**options)

    def _finish(self, run: Run | str, label: str, changed: bool) -> Result:
        line = f"{label} has not finished, and goes on"
        try:
            with waiting.interruption_reported(self._context, lambda: line):
                outcome = self._compliance.wait(
                    run,
                    fail_above=self._params["fail_above"],
                    require_devices=self._params["require_devices"],
                    **waiting.wait_options(self._params, self._context),
                )
        except ComplianceError as exc:
            result = {**of_error(exc), **_result_of(exc.outcome, changed)}
            raise TaskError(mask_quoted(exc.message), **result) from exc
        return _result_of(outcome, changed)


def _nothing_yet(run: Run) -> ComplianceOutcome:
    return ComplianceOutcome(run, "", (), totals_of(()), (), (), 0.0)


def _result_of(outcome: ComplianceOutcome, changed: bool) -> Result:
    run = outcome.run
    result: Result = {
        "changed": changed,
        "run": {
            "plan": run.plan,
            "instance": run.instance or None,
            "batch": run.batch or None,
            "status": outcome.status or None,
            "attached": not run.is_new,
        },
        "totals": dict(outcome.totals),
        "devices": len({report.device for report in outcome.reports}),
        "reports": [_report(report) for report in outcome.reports],
        "failed_devices": [
            {**_report(report), "issues": report.issues or [], "issue_count": report.issue_count}
            for report in outcome.failing
        ],
        "unchecked": list(outcome.unchecked),
        "waited": round(outcome.waited, 3),
    }
    result["failed_devices"] = mask_quoted(result["failed_devices"])
    if outcome.unchecked and outcome.reports:
        result["warnings"] = [f"{run.label()} has no report about {first_names(outcome.unchecked)}"]
    return result


def _report(report: DeviceReport) -> Result:
    return {"device": report.device, "id": report.id, "totals": report.totals}
