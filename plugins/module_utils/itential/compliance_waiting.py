# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a compliance run: reading it until it has ended, and a line for each change.

Source: docs/protocols/itential-platform.md section 8.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.exceptions import ClientError
from ..core.flow import Flow
from ..core.polling import Notify, PollTimeoutError, Schedule, is_passing, poll
from .compliance_reports import DeviceReport, first_names, summary_of, totals_of
from .compliance_runs import ComplianceRequests, Run, has_ended, number_of, status_of
from .platform_requests import error_text, id_in


class ComplianceOutcome(NamedTuple):
    """A compliance run, as far as it is known.

    Attributes:
        run: The run.
        status: Its status, such as `running` or `complete`; `""` if it is not known.
        reports: A report per device and node.
        totals: The numbers of issues of all devices together, by kind.
        failing: The reports because of which the conditions are not met.
        unchecked: Devices of the run that have no report.
        waited: Seconds.
    """

    run: Run
    status: str
    reports: Sequence[DeviceReport]
    totals: Mapping[str, int]
    failing: Sequence[DeviceReport]
    unchecked: Sequence[str]
    waited: float


class ComplianceError(ClientError):
    """A run does not meet the conditions, failed, or has not ended in time.

    Attributes:
        outcome: What is known of the run.
    """

    outcome: ComplianceOutcome


class Watch:
    """A run that is watched until it has ended.

    Args:
        requests: The requests of the client.
        run: The run.
        notify: Receives a line for each change; `None` for no lines.

    Attributes:
        run: The run, with the batch as soon as it is known.
        status: The status that was read last.
        reports: The reports that were read last.
        waited: Seconds from the first reading to the last one.
    """

    def __init__(
        self,
        requests: ComplianceRequests,
        run: Run,
        notify: Notify | None,
    ) -> None:
        self._requests = requests
        self._notify = notify
        self._shown = ""
        self.run = run
        self.status = ""
        self.error = ""
        self.reports: list[DeviceReport] = []
        self.waited = 0.0
        self._began = 0.0

    def follow(self, schedule: Schedule) -> Flow[None]:
        """Read the run until it has ended, and its reports.

        Raises:
            ComplianceError: The time is up, the run failed, or it cannot be read any more.
        """
        self._began = self._requests.clock()
        read = self._read_instance if self.run.instance else self._read_reports
        try:
            yield from poll(
                read,
                bool,
                schedule,
                self._requests.clock,
                goal=self.run.label(),
                tolerates=is_passing,
            )
            if self.run.instance and self.run.batch:
                self.reports = yield from self._requests.reports(self.run.batch)
        except PollTimeoutError:
            reason = f"timed out after {schedule.timeout:g} seconds, give a longer wait_timeout"
            raise self._unfinished_error(reason) from None
        except ClientError as exc:
            raise self._unfinished_error(exc.message, exc) from exc
        if self.status not in ("", "complete"):
            raise self.failure(f"ended as {self.status}{self.error}")
        self._tell(f"complete, {summary_of(self.reports)}")

    def _read_instance(self) -> Flow[bool]:
        self.waited = self._requests.clock() - self._began
        instance = yield from self._requests.instance(self.run.instance)
        if instance is None:
            return False
        self.status = status_of(instance)
        error = error_text(instance.get("error")) or error_text(instance.get("message"))
        job = id_in(instance, "jobId")
        self.error = (f": {error}" if error else "") + (f"; see job {job}" if job else "")
        self.run = self.run._replace(
            plan=self.run.plan or {"id": id_in(instance, "planId"), "name": _plan_name(instance)},
            instance=number_of(instance) or self.run.instance,
            batch=id_in(instance, "batchId"),
            devices=tuple(_devices_of(instance)),
        )
        if not has_ended(instance):
            self._tell(self.status or "waiting")
        return has_ended(instance)

    def _read_reports(self) -> Flow[bool]:
        self.waited = self._requests.clock() - self._began
        self.reports = yield from self._requests.reports(self.run.batch)
        is_done = self._count_checked() >= self.run.reports
        if not is_done:
            self._tell(self._progress())
        return is_done

    def _count_checked(self) -> int:
        """Return the number of devices or backups that have a report."""
        # A device can have several reports. Those of backups do not name the backup.
        devices = self.run.devices
        return len(devices) - len(self.unchecked_devices()) if devices else len(self.reports)

    def _progress(self) -> str:
        return f"{self._count_checked()} of {self.run.reports} checked"

    def unchecked_devices(self) -> list[str]:
        """Return the devices of the run that have no report."""
        reported = {report.device for report in self.reports}
        return [name for name in dict.fromkeys(self.run.devices) if name not in reported]

    def _tell(self, text: str) -> None:
        if self._notify is not None and text != self._shown:
            self._notify(f"{self.run.label()}: {text}")
        self._shown = text

    def outcome(self, failing: Sequence[DeviceReport] = ()) -> ComplianceOutcome:
        """Return what is known of the run."""
        return ComplianceOutcome(
            self.run,
            self.status,
            self.reports,
            totals_of(self.reports),
            failing,
            self.unchecked_devices(),
            self.waited,
        )

    def failure(
        self,
        text: str,
        failing: Sequence[DeviceReport] = (),
        cause: ClientError | None = None,
    ) -> ComplianceError:
        """Return an error about the run."""
        error = ComplianceError(f"{self.run.label()} {text}", cause=cause)
        error.outcome = self.outcome(failing)
        return error

    def _unfinished_error(self, reason: str, cause: ClientError | None = None) -> ComplianceError:
        missing = (
            f", without {first_names(self.unchecked_devices())}" if self.unchecked_devices() else ""
        )
        state = self.status if self.run.instance else f"{self._progress()}{missing}"
        text = f"has not finished: {reason}{f'; it is {state}' if state else ''}"
        return self.failure(text, cause=cause)


def _plan_name(instance: Mapping[str, Any]) -> str:
    return id_in(instance, "planName", "name")


def _devices_of(instance: Mapping[str, Any]) -> list[str]:
    """Return the devices that the nodes of a run name; those of groups are not known."""
    nodes = instance.get("nodes") or ()
    return [
        device
        for node in nodes
        if isinstance(node, dict)
        for device in node.get("devices") or ()
        if isinstance(device, str)
    ]
