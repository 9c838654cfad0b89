# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compliance of devices, as programs use it: `client.compliance.start(plan="edge baseline")`.

Source: docs/protocols/itential-platform.md section 8.5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.options import check_options
from ..core.polling import WaitOptions, schedule_of
from .compliance_reports import DeviceReport, Gate
from .compliance_runs import ComplianceRequests, Run, RunOptions, start
from .compliance_waiting import ComplianceError, ComplianceOutcome, Watch
from .platform_requests import MAX_CONCURRENT_REQUESTS

if TYPE_CHECKING:
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

    def _start(self, options: RunOptions, predict: bool) -> Flow[Run]:
        check_options(Compliance.start, options, RunOptions.__optional_keys__)
        return start(self._requests, options, predict)

    def _wait(self, run: Run | str, options: GateOptions) -> Flow[ComplianceOutcome]:
        check_options(Compliance.wait, options, GateOptions.__optional_keys__)
        gate = Gate.of(options.get("fail_above"), options.get("require_devices", 1))
        schedule = schedule_of(options)
        known = (yield from self._find_run(run)) if isinstance(run, str) else run
        watch = Watch(self._requests, known, options.get("notify"))
        yield from watch.follow(schedule)
        yield from self._complete(watch, gate)
        problems = gate.problems(watch.reports)
        if problems:
            failing = gate.failing(watch.reports)
            raise watch.failure(f"failed: {'; '.join(problems)}", failing)
        return watch.outcome()

    def _find_run(self, instance: str) -> Flow[Run]:
        if (yield from self._requests.instance(instance)) is None:
            raise ConfigurationError(f"there is no compliance run {instance!r}: check 'instance'")
        return Run("compliance run", False, instance=instance)

    def _complete(self, watch: Watch, gate: Gate) -> Flow[None]:
        """Read the issues of the worst devices, and totals, if the list lacks them.

        A report that cannot be read stays as it is in the list.
        """
        partial = [
            report
            for report in gate.failing(watch.reports)
            if report.id and (report.issues is None or report.totals is None)
        ][:MOST_DETAILED]
        flows = [self._requests.read_details(one) for one in partial]
        outcomes: list[DeviceReport | ClientError] = yield Together(flows, MAX_CONCURRENT_REQUESTS)
        detailed = {one.id: one for one in outcomes if isinstance(one, DeviceReport)}
        watch.reports = [detailed.get(report.id, report) for report in watch.reports]


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
        run: Run = self._perform(self._start(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Run:
        """Check everything that `start` checks, and start nothing. For details see `start`."""
        run: Run = self._perform(self._start(options, True))
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
        outcome: ComplianceOutcome = self._perform(self._wait(run, options))
        return outcome


class AsyncCompliance(ComplianceBase):
    """Compliance of devices, for event loops. For arguments and errors see `Compliance`."""

    __slots__ = ()

    def start(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Start a run, or return the one in progress, without waiting for it."""
        run: Awaitable[Run] = self._perform(self._start(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Check everything that `start` checks, and start nothing."""
        run: Awaitable[Run] = self._perform(self._start(options, True))
        return run

    def wait(self, run: Run | str, **options: Unpack[GateOptions]) -> Awaitable[ComplianceOutcome]:
        """Wait until a run has ended, and check its reports."""
        outcome: Awaitable[ComplianceOutcome] = self._perform(self._wait(run, options))
        return outcome
