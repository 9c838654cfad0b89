# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_compliance`: options, results and errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import compliance
from ansible_collections.restops.clients.tests.unit.itential.task_runs import World

RUN = "/configuration_manager/compliance_plans/run"


class Tasks(World):
    """Runs the task on a Platform with the plan `nightly`."""

    task = compliance
    options = compliance.OPTIONS

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        (tree,) = self.sim.tables["golden_config"].seed([{"name": "Edge"}])
        root = tree["versions"]["initial"]["root"]["attributes"]["configId"]
        node = {"treeId": tree["id"], "version": "initial", "nodeId": root, "devices": ["r1", "r2"]}
        (self.plan,) = self.sim.tables["compliance_plan"].seed(
            [{"name": "nightly", "nodes": [node]}]
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    return Tasks(monkeypatch)


def test_a_plan_is_run_and_its_totals_are_returned(world: Tasks) -> None:
    result = world.run(plan="nightly")
    (instance,) = world.sim.tables["compliance_instance"]
    (first, second) = world.sim.tables["compliance_report"]
    totals = {"errors": 0, "warnings": 0, "infos": 0, "passes": 1}
    assert result == {
        "changed": True,
        "run": {
            "plan": {"id": world.plan["id"], "name": "nightly"},
            "instance": instance["id"],
            "batch": instance["batchId"],
            "status": "complete",
            "attached": False,
        },
        "totals": {**totals, "passes": 2},
        "devices": 2,
        "reports": [
            {"device": "r1", "id": first["id"], "totals": totals},
            {"device": "r2", "id": second["id"], "totals": totals},
        ],
        "failed_devices": [],
        "unchecked": [],
        "waited": 2.0,
    }
    label = f"compliance plan 'nightly' (instance {instance['id']})"
    assert world.context.lines == [
        f"{label} started",
        f"{label}: running",
        f"{label}: complete, 2 devices: no issues",
    ]


def test_check_mode_starts_nothing(world: Tasks) -> None:
    predicted = world.run(check_mode=True, plan="nightly", progress=False)
    assert (predicted["changed"], predicted["run"]["instance"]) == (True, None)
    assert "there is no compliance plan 'x'" in world.fail(check_mode=True, plan="x").msg
    assert world.sim.writes == []


def test_issues_fail_the_task_and_their_secrets_are_masked(world: Tasks) -> None:
    issue = {"severity": "error", "message": "missing: snmp-server community s3cr3tWord RO"}
    world.sim.settings.update(
        compliance={"r2": {"errors": 1}}, compliance_issues={"r2": [issue]}, unreachable=("r1",)
    )
    error = world.fail(plan="nightly")
    assert "failed: 1 error (at most 0): r2: 1 error (missing: snmp-server community" in error.msg
    (failed,) = error.result["failed_devices"]
    assert (failed["device"], failed["issue_count"]) == ("r2", 1)
    assert "s3cr3tWord" not in f"{error.msg} {error.result}"
    assert (error.result["changed"], error.result["unchecked"]) == (True, ["r1"])
    assert "has no report about r1" in error.result["warnings"][0]


def test_a_run_in_progress_is_attached_to_and_awaited_by_its_id(world: Tasks) -> None:
    world.sim.settings["compliance_polls"] = 99
    error = world.fail(plan="nightly", wait_timeout=0)
    number = error.result["run"]["instance"]
    assert (error.result["changed"], number in error.msg) == (True, True)
    world.sim.settings["compliance_polls"] = 0
    again = world.run(plan="nightly")
    assert (again["changed"], again["run"]["instance"]) == (False, number)
    assert again["run"]["attached"] is True
    assert world.context.lines[0].endswith(f"(instance {number}) runs already")
    known = world.run(check_mode=True, instance=number)
    assert (known["changed"], known["run"]["plan"]["name"]) == (False, "nightly")
    assert len(world.sim.tables["compliance_instance"]) == 1


def test_a_start_whose_connection_broke_is_found_again(world: Tasks) -> None:
    world.lost[RUN] = httpx.ReadError("reset")
    assert world.run(plan="nightly")["run"]["status"] == "complete"
    assert len(world.sim.tables["compliance_instance"]) == 1


def test_an_interrupted_wait_names_the_run_even_without_progress(world: Tasks) -> None:
    world.interrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run(plan="nightly", progress=False)
    (instance,) = world.sim.tables["compliance_instance"]
    assert world.context.lines == [
        f"compliance plan 'nightly' (instance {instance['id']}) has not finished, and goes on"
    ]


@pytest.mark.parametrize(
    ("params", "path", "line"),
    [
        (
            {"plan": "nightly"},
            RUN,
            "compliance plan 'nightly' may have been started: run it again with attach: true",
        ),
        (
            {"devices": ["r1"], "golden_config": "Edge"},
            "/configuration_manager/compliance_reports",
            "a check of golden configuration 'Edge' may have been started: it can be run again",
        ),
    ],
)
def test_an_interrupted_start_names_what_may_go_on(
    world: Tasks, params: Any, path: str, line: str
) -> None:
    world.lost[path] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run(**params)
    assert world.context.lines == [line]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"fail_above": {"errors": -1}}, "fail_above.errors must be a whole number"),
        ({"require_devices": -1}, "require_devices must be a whole number"),
        ({"wait_interval": 0}, "wait_interval must be more than 0"),
        ({"plan": None, "instance": "x"}, "there is no compliance run 'x'"),
    ],
)
def test_options_that_cannot_work_start_nothing(world: Tasks, params: Any, error: str) -> None:
    assert error in world.fail(**{"plan": "nightly", **params}).msg
    assert world.sim.writes == []


def test_devices_are_checked_against_a_golden_configuration(world: Tasks) -> None:
    result = world.run(devices=["r1"], golden_config="Edge")
    assert (result["run"]["plan"], result["run"]["instance"], result["devices"]) == (None, None, 1)
