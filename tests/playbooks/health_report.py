# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Platform with something to report, for the tests of the report and for its picture."""

from __future__ import annotations

import itertools
import time
from typing import Any

HOUR = 3_600_000
MINUTE = 60_000
SECRET = "hunter2-of-the-report"

WORKFLOWS = (
    # Name, jobs, failed jobs, minutes of a job, error
    ("Verify circuit", 96, 0, 0.4, None),
    ("Port turn up", 61, 2, 1.5, "the port is in use"),
    (
        "Upgrade router",
        18,
        5,
        24.0,
        {"icode": "AD.500", "IAPerror": {"displayString": f"no route, password={SECRET}"}},
    ),
    ("Back up devices", 24, 0, 9.2, None),
    ("Deprovision customer", 7, 1, 3.1, {"message": "the ticket is not approved"}),
)
ADAPTERS = (
    ("aws-eu-west", "RUNNING"),
    ("infoblox", "DEAD"),
    ("netbox", "RUNNING"),
    ("nso-core", "RUNNING"),
    ("splunk", "STOPPED"),
)
PLANS = (
    ("Edge routers", ((0, 1), (2, 0), (0, 0), (0, 2), (1, 1), (0, 0))),
    ("Data centre fabric", ((0, 0), (0, 0), (0, 1), (0, 0))),
    ("Branch offices", ()),
)


def busy_platform(simulator: Any, mark: str = "") -> None:
    """Give a Platform adapters, jobs, manual tasks and compliance reports.

    Args:
        simulator: The Platform.
        mark: A text that is added to each name.
    """
    tables, now = simulator.tables, int(time.time() * 1000)
    for name, state in ADAPTERS:
        tables["adapter"].seed([{"name": name + mark, "state": state}])
    tables["job"].seed(jobs(now, mark))
    tables["job"].seed([{"name": "Long ago", "metrics": {"start_time": now - 90 * HOUR}}])
    waiting = {"job": {"_id": f"{7:024x}", "task": "4d"}, "metrics": {"start_time": now - 5 * HOUR}}
    tables["task"].seed([{"name": "Approve the change" + mark, **waiting}])
    for number, (name, devices) in enumerate(PLANS):
        plan, batch = f"{0xA0 + number:024x}", f"{0xB0 + number:024x}"
        tables["compliance_plan"].seed([{"id": plan, "name": name + mark}])
        tables["compliance_instance"].seed(
            [{"planId": plan, "batchId": batch, "jobStatus": "complete"}]
        )
        tables["compliance_report"].seed(
            {
                "batchId": batch,
                "deviceName": f"r{device}" + mark,
                "totals": {"errors": errors, "warnings": warnings, "infos": 0, "passes": 24},
            }
            for device, (errors, warnings) in enumerate(devices)
        )


def jobs(now: int, mark: str) -> list[dict[str, Any]]:
    """Return jobs of the last day; most of them are in two hours of it."""
    found = []
    moments = itertools.cycle(
        now - HOUR // 2 - int(HOUR * hour) for hour in (*range(23), 3, 3, 4, 4, 4, 14, 15, 15, 16)
    )
    for name, count, failed, minutes, error in WORKFLOWS:
        for number in range(count):
            start, is_failed = next(moments), number < failed
            end = start + int(minutes * MINUTE * (0.7 + number % 7 / 10))
            found.append(
                {
                    "name": name + mark,
                    "status": "error" if is_failed else "complete",
                    "error": [{"task": "1a", "message": error}] if is_failed else [],
                    "metrics": {"start_time": start, "end_time": end, "progress": 1},
                }
            )
    for number, status in enumerate(("running", "running", "running", "paused", "canceled")):
        metrics = {"start_time": now - (number + 1) * MINUTE, "progress": 0.4}
        found.append({"name": "Verify circuit" + mark, "status": status, "metrics": metrics})
    return found
