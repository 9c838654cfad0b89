# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers and metrics of the simulated Platform's workflow engine."""

from __future__ import annotations

from typing import Any

from . import lists
from .operations import Action, Listing
from .table import Call, Row, message_only

ENGINE = "/workflow_engine"


def status(call: Call) -> Any:
    return {
        worker["name"]: {
            "running": worker["running"],
            "clusterValue": worker["running"],
            "localValue": worker["running"],
        }
        for worker in call.table
    }


def switch(name: str, on: bool) -> Any:
    """Return the operation that turns a worker on or off."""

    def run(call: Call) -> Any:
        worker = call.table.named(name)
        if worker is not None:
            worker["running"] = on
        return {"status": "OK", "message": f"{name} {'activated' if on else 'deactivated'}"}

    return run


def rate_limit(call: Call) -> Any:
    return call.sim.settings["rate_limit"]


def set_rate_limit(call: Call) -> Any:
    """Change the rate limit; the workers must be off."""
    if any(worker["running"] for worker in call.table):
        raise call.refuse("workers must be deactivated first")
    body = call.inner(None)
    call.need(body, ("rateLimit", "rateLimitPeriod"))
    call.sim.settings["rate_limit"] = {key: body[key] for key in ("rateLimit", "rateLimitPeriod")}
    return call.sim.settings["rate_limit"]


P6 = ("6.5", "6.6")
WORKER = Row(
    "worker",
    (
        Action(f"{ENGINE}/workers/status", does=status, method="GET"),
        Action(f"{ENGINE}/jobWorker/activate", does=switch("jobWorker", True)),
        Action(f"{ENGINE}/jobWorker/deactivate", does=switch("jobWorker", False)),
        Action(f"{ENGINE}/activate", does=switch("taskWorker", True)),
        Action(f"{ENGINE}/deactivate", does=switch("taskWorker", False)),
        Action(f"{ENGINE}/workers/rate_limit", does=rate_limit, method="GET", releases=P6),
        Action(f"{ENGINE}/workers/rate_limit", does=set_rate_limit, method="PUT", releases=P6),
    ),
    id="name",
    made=lambda sim, record: {"running": True},
    refuse=message_only,
)


def metric_row(kind: str) -> Row:
    """Return the row of the metrics of jobs or tasks; `app` is null for internal tasks."""
    return Row(
        f"{kind}_metric",
        (Listing(f"{ENGINE}/{kind}s/metrics", envelope=lists.results, filters=lists.paired),),
        unique=(),
    )


ROWS = (WORKER, metric_row("job"), metric_row("task"))
