# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compliance of devices, as programs use it: `client.compliance.start(plan="edge baseline")`.

Source: docs/protocols/itential-platform.md section 8.5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.options import check_options
from ..core.polling import (
    Notify,
    PollTimeoutError,
    Schedule,
    WaitOptions,
    is_passing,
    poll,
    schedule_of,
)
from .compliance_reports import DeviceReport, Gate, named, summary_of, totals_of
from .compliance_runs import (
    ComplianceRequests,
    Run,
    RunOptions,
    has_ended,
    number_of,
    start,
    status_of,
)
from .platform_requests import MAX_CONCURRENT_REQUESTS, error_text, id_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

__all__ = ["AsyncCompliance", "Compliance", "ComplianceError", "ComplianceOutcome", "Run"]

MOST_DETAILED = 10
"""Failing devices whose issues are read, if the list of reports lacks them."""


class GateOptions(WaitOptions, total=False):
    """The options of waiting for a run, and the conditions for passing.

    Attributes:
        fail_above: The most issues of all devices together, by kind: `errors`, `warnings` and
            `infos`. A kind that is missing has no bound. Default `{"errors": 0}`.
        require_devices: The least number of devices that must have been checked. Default 1.
    """

    fail_above: Mapping[str, int | None] | None
    require_devices: int


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


class _Watch:
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
            raise self._unfinished(reason) from None
        except ClientError as exc:
            raise self._unfinished(exc.message, exc) from exc
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
        is_done = self._checked() >= self.run.reports
        if not is_done:
            self._tell(self._progress())
        return is_done

    def _checked(self) -> int:
        """Return the number of devices or backups that have a report."""
        # A device can have several reports. Those of backups do not name the backup.
        devices = self.run.devices
        return len(devices) - len(self.unchecked()) if devices else len(self.reports)

    def _progress(self) -> str:
        return f"{self._checked()} of {self.run.reports} checked"

    def unchecked(self) -> list[str]:
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
            self.unchecked(),
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

    def _unfinished(self, reason: str, cause: ClientError | None = None) -> ComplianceError:
        missing = f", without {named(self.unchecked())}" if self.unchecked() else ""
        state = self.status if self.run.instance else f"{self._progress()}{missing}"
        text = f"has not finished: {reason}{f'; it is {state}' if state else ''}"
        return self.failure(text, cause=cause)


class ComplianceBase:
    """The flows of the compliance of a client.

    Args:
        connection: The client.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests")

    def __init__(
        self,
        connection: ConnectionBase,
        store: PlatformStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._requests = ComplianceRequests(connection, store)
        self._perform = perform

    def _started(self, options: RunOptions, predict: bool) -> Flow[Run]:
        check_options(Compliance.start, options, RunOptions.__optional_keys__)
        return start(self._requests, options, predict)

    def _waited(self, run: Run | str, options: GateOptions) -> Flow[ComplianceOutcome]:
        check_options(Compliance.wait, options, GateOptions.__optional_keys__)
        gate = Gate.of(options.get("fail_above"), options.get("require_devices", 1))
        schedule = schedule_of(options)
        known = (yield from self._known(run)) if isinstance(run, str) else run
        watch = _Watch(self._requests, known, options.get("notify"))
        yield from watch.follow(schedule)
        yield from self._complete(watch, gate)
        problems = gate.problems(watch.reports)
        if problems:
            failing = gate.failing(watch.reports)
            raise watch.failure(f"failed: {'; '.join(problems)}", failing)
        return watch.outcome()

    def _known(self, instance: str) -> Flow[Run]:
        if (yield from self._requests.instance(instance)) is None:
            raise ConfigurationError(f"there is no compliance run {instance!r}: check 'instance'")
        return Run("compliance run", False, instance=instance)

    def _complete(self, watch: _Watch, gate: Gate) -> Flow[None]:
        """Read the issues of the worst devices, and totals, if the list lacks them.

        A report that cannot be read stays as it is in the list.
        """
        partial = [
            report
            for report in gate.failing(watch.reports)
            if report.id and (report.issues is None or report.totals is None)
        ][:MOST_DETAILED]
        flows = [self._requests.detailed(one) for one in partial]
        outcomes: list[DeviceReport | ClientError] = yield Together(flows, MAX_CONCURRENT_REQUESTS)
        detailed = {one.id: one for one in outcomes if isinstance(one, DeviceReport)}
        watch.reports = [detailed.get(report.id, report) for report in watch.reports]


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


class Compliance(ComplianceBase):
    """Compliance of devices, for threads."""

    __slots__ = ()

    def start(self, **options: Unpack[RunOptions]) -> Run:
        """Start a run, or return the one in progress, without waiting for it.

        Args:
            **options: See `RunOptions`.

        Raises:
            ConfigurationError: There is no such plan, golden configuration or node.
            ClientError: The server refuses the start, or it is unknown if it has received it.
        """
        run: Run = self._perform(self._started(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Run:
        """Check everything that `start` checks, and start nothing. For details see `start`."""
        run: Run = self._perform(self._started(options, True))
        return run

    def wait(self, run: Run | str, **options: Unpack[GateOptions]) -> ComplianceOutcome:
        """Wait until a run has ended, and check its reports.

        Args:
            run: From `start`, or the id of the run of a plan.
            **options: See `GateOptions`.

        Raises:
            ComplianceError: The conditions are not met, the run failed, or the time was up.
            ConfigurationError: A condition cannot work.
        """
        outcome: ComplianceOutcome = self._perform(self._waited(run, options))
        return outcome


class AsyncCompliance(ComplianceBase):
    """Compliance of devices, for event loops. For arguments and errors see `Compliance`."""

    __slots__ = ()

    def start(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Start a run, or return the one in progress, without waiting for it."""
        run: Awaitable[Run] = self._perform(self._started(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Check everything that `start` checks, and start nothing."""
        run: Awaitable[Run] = self._perform(self._started(options, True))
        return run

    def wait(self, run: Run | str, **options: Unpack[GateOptions]) -> Awaitable[ComplianceOutcome]:
        """Wait until a run has ended, and check its reports."""
        outcome: Awaitable[ComplianceOutcome] = self._perform(self._waited(run, options))
        return outcome
