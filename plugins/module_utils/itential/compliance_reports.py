# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a compliance run, and the verdict on them.

Source: docs/protocols/itential-platform.md section 8.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.exceptions import ConfigurationError
from .platform_requests import error_text, id_in

Record = dict[str, Any]

KINDS = ("errors", "warnings", "infos")
"""The kinds of issues for which there can be a bound."""
_TOTALS = (*KINDS, "passes")

MOST_ISSUES = 10
"""Issues of a device that a report keeps."""
_MOST_NAMED = 5
"""Devices that a message names."""

_ISSUE_TEXTS = ("message", "description", "text", "issue", "value", "line")


class DeviceReport(NamedTuple):
    """The report about one device.

    Attributes:
        id: The id of the report.
        device: The name of the device.
        totals: The numbers of issues by kind; `None` if the server has none that are usable.
        issues: The first issues; `None` if the list of reports does not have them.
        issue_count: The number of all issues.
    """

    id: str
    device: str
    totals: dict[str, int] | None
    issues: list[Any] | None
    issue_count: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> DeviceReport:
        """Read the report of a server."""
        totals = record.get("totals")
        issues = record.get("issues")
        listed = issues if isinstance(issues, list) else None
        return cls(
            id_in(record, "id", "_id", "reportId"),
            id_in(record, "deviceName", "device.name", "device", "name"),
            _numbers(totals),
            None if listed is None else listed[:MOST_ISSUES],
            len(listed or ()),
        )

    def with_details(self, record: Mapping[str, Any]) -> DeviceReport:
        """Return the report with what a read of it alone adds."""
        whole = self.of(record)
        return self._replace(
            totals=self.totals or whole.totals,
            issues=whole.issues or self.issues or [],
            issue_count=max(whole.issue_count, self.issue_count),
        )

    def describe(self, kinds: Sequence[str]) -> str:
        """Return the device, its numbers of some kinds of issues, and its first issue."""
        first = next((text for issue in self.issues or () if (text := _issue_text(issue))), "")
        counts = _counts(self.totals or {}, kinds)
        return f"{self.device}: {counts}{f' ({first})' if first else ''}"


class Gate(NamedTuple):
    """The conditions for passing.

    Attributes:
        fail_above: The most issues of all devices together, by kind; kinds that are missing have
            no bound.
        require_devices: The least number of devices that must have been checked.
    """

    fail_above: Mapping[str, int]
    require_devices: int

    @classmethod
    def of(cls, fail_above: Mapping[str, int | None] | None, require_devices: int) -> Gate:
        """Check the conditions that a caller gives.

        Raises:
            ConfigurationError: An unknown kind, or a number that cannot be a bound.
        """
        bounds = {"errors": 0} if fail_above is None else fail_above
        for kind, bound in bounds.items():
            if kind not in KINDS:
                raise ConfigurationError(f"fail_above.{kind} is unknown: use {', '.join(KINDS)}")
            if bound is not None and not _is_bound(bound):
                raise ConfigurationError(
                    f"fail_above.{kind} must be a whole number from 0, not {bound!r}"
                )
        if not _is_bound(require_devices):
            raise ConfigurationError(
                f"require_devices must be a whole number from 0, not {require_devices!r}"
            )
        given = {kind: bound for kind, bound in bounds.items() if bound is not None}
        return cls(given, require_devices)

    def exceeded_kinds(self, totals: Mapping[str, int]) -> list[str]:
        """Return the kinds of which there are too many issues."""
        return [kind for kind, bound in self.fail_above.items() if totals[kind] > bound]

    def failing(self, reports: Sequence[DeviceReport]) -> list[DeviceReport]:
        """Return the reports because of which the conditions are not met, the worst first."""
        kinds = self.exceeded_kinds(totals_of(reports))
        found = [
            report
            for report in reports
            if report.totals is None or any(report.totals[kind] for kind in kinds)
        ]
        return sorted(
            found, key=lambda report: [-(report.totals or {}).get(kind, 0) for kind in kinds]
        )

    def problems(self, reports: Sequence[DeviceReport]) -> list[str]:
        """Return a text for each condition that is not met."""
        texts = []
        count = len({report.device for report in reports})
        if count < self.require_devices:
            texts.append(
                f"{count_of(count, 'device was', 'devices were')} checked, and require_devices is"
                f" {self.require_devices}: check the devices of the run"
            )
        ungraded = [report.device for report in reports if report.totals is None]
        if ungraded:
            texts.append(f"the server has no totals for {first_names(ungraded)}")
        totals = totals_of(reports)
        kinds = self.exceeded_kinds(totals)
        if kinds:
            bounds = ", ".join(
                f"{count_of(totals[kind], kind[:-1], kind)} (at most {self.fail_above[kind]})"
                for kind in kinds
            )
            graded = [report for report in self.failing(reports) if report.totals is not None]
            devices = "; ".join(report.describe(kinds) for report in graded[:_MOST_NAMED])
            more = len(graded) - _MOST_NAMED
            texts.append(f"{bounds}: {devices}{f'; and {more} more devices' if more > 0 else ''}")
        return texts


def totals_of(reports: Sequence[DeviceReport]) -> dict[str, int]:
    """Return the numbers of issues of all devices together, by kind."""
    totals = dict.fromkeys(_TOTALS, 0)
    for report in reports:
        for kind, number in (report.totals or {}).items():
            totals[kind] = totals.get(kind, 0) + number
    return totals


def summary_of(reports: Sequence[DeviceReport]) -> str:
    """Return one line about reports."""
    devices = len({report.device for report in reports})
    counts = _counts(totals_of(reports), KINDS) or "no issues"
    return f"{count_of(devices, 'device', 'devices')}: {counts}"


def reports_in(answer: Any) -> list[DeviceReport]:
    """Return the reports in a list, with or without an envelope."""
    if isinstance(answer, Mapping):
        answer = next((value for value in answer.values() if isinstance(value, list)), ())
    return [DeviceReport.of(one) for one in answer or () if isinstance(one, Mapping)]


def first_names(devices: Sequence[str]) -> str:
    """Return the first of some devices, and the number of the others."""
    more = len(devices) - _MOST_NAMED
    return ", ".join(devices[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def count_of(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many}"


def _counts(totals: Mapping[str, int], kinds: Sequence[str]) -> str:
    return ", ".join(count_of(totals[kind], kind[:-1], kind) for kind in kinds if totals.get(kind))


def _numbers(totals: Any) -> dict[str, int] | None:
    """Return totals as numbers, 0 for those that are missing; `None` if they are unusable."""
    if not isinstance(totals, Mapping):
        return None
    result = dict.fromkeys(_TOTALS, 0)
    for kind, value in totals.items():
        text = str(value)
        if value is not None and not text.isdecimal():
            return None
        result[kind] = int(text) if value is not None else 0
    return result


def _is_bound(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _issue_text(issue: Any) -> str:
    if not isinstance(issue, Mapping):
        return error_text(issue)
    return next((text for key in _ISSUE_TEXTS if (text := error_text(issue.get(key)))), "")
