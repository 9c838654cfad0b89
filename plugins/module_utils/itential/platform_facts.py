# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts about a Platform.

Source: docs/protocols/itential-platform.md sections 3 and 6.4.
"""

from __future__ import annotations

from ..core.facts import Fact

_ENGINE = "/workflow_engine"
_JOB = ("_id", "name", "description", "type", "status", "metrics", "created", "created_by")

FACTS = {
    "version": Fact("/health/server", "version"),
    "server": Fact("/health/server"),
    "system": Fact("/health/system"),
    "health": Fact("/health/status"),
    "adapters": Fact(resource="adapter_health"),
    "applications": Fact(resource="application_health"),
    "workers": Fact(f"{_ENGINE}/workers/status"),
    "worker_rate_limit": Fact(f"{_ENGINE}/workers/rate_limit"),
    "jobs": Fact(resource="job", filters={"status": ["running", "paused"]}, fields=_JOB),
    "job_metrics": Fact(f"{_ENGINE}/jobs/metrics", "results"),
    "task_metrics": Fact(f"{_ENGINE}/tasks/metrics", "results"),
    "device_counts": Fact("/device-counts"),
    "user": Fact("/whoami"),
}
"""The facts by name. `jobs` are those that are not over."""
