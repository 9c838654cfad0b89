# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_command`: options, results and errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import command
from ansible_collections.restops.clients.tests.unit.itential.task_runs import World

RULE = {"rule": "17.9", "eval": "contains", "severity": "error"}
STABLE = {
    "type": "regex",
    "preRegex": r"Version (\S+)",
    "postRegex": r"Version (\S+)",
    "evaluation": "=",
}


class Tasks(World):
    """Runs the task on a Platform with a command template and an analytic template."""

    task = command
    options = command.OPTIONS

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        commands = [{"command": "show version", "rules": [RULE]}]
        self.sim.tables["command_template"].seed([{"name": "Version", "commands": commands}])
        pair = {"preRawCommand": "show version", "postRawCommand": "show version"}
        self.sim.tables["analytic_template"].seed(
            [{"name": "Stable", "prepostCommands": [{**pair, "rules": [STABLE]}]}]
        )
        self.answer("Version 17.9")

    def answer(self, response: Any) -> None:
        self.sim.settings["outputs"] = {"show version": response}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    return Tasks(monkeypatch)


VERSION = {"template": "Version", "devices": ["r1"]}


def test_a_template_returns_its_results_per_device(world: Tasks) -> None:
    result = world.run(**VERSION)
    assert result == {
        "passed": True,
        "devices": [{"device": "r1", "passed": True, "failed_rules": 0, "error": None}],
        "failed_rules": [],
        "results": [
            {
                "raw": "show version",
                "evaluated": "show version",
                "device": "r1",
                "response": "Version 17.9",
                "result": True,
                "rules": [{**RULE, "result": True}],
            }
        ],
        "run": {"name": "Version", "all_pass_flag": True, "result": True},
    }


def test_a_failed_rule_fails_the_task_with_the_results(world: Tasks) -> None:
    world.answer({"r1": "Version 16.3", "r2": None})
    error = world.fail(template="Version", devices=["r1", "r2", "r3"])
    assert "r1: 'show version' fails the rule contains '17.9' (error)" in error.msg
    one, two, three = error.result["devices"]
    assert (one["passed"], one["failed_rules"], one["error"]) == (False, 1, None)
    assert (two["passed"], two["error"]) == (False, "the device did not answer")
    assert error.result["failed_rules"][0] == {
        "device": "r1",
        "command": "show version",
        "rule": "17.9",
        "eval": "contains",
        "severity": "error",
    }
    assert three["device"] == "r3"
    assert world.run(template="Version", devices=["r1"], fail_on="never")["passed"] is False


def test_secrets_in_responses_are_masked(world: Tasks) -> None:
    line = "snmp-server community s3cr3tWord RO"
    world.answer(f"Version 17.9\n{line}\n")
    assert "s3cr3tWord" not in str(world.run(**VERSION))
    world.answer(f"Error: {line}")
    error = world.fail(**VERSION)
    assert "s3cr3tWord" not in f"{error.msg} {error.result}"


def test_check_mode_sends_nothing(world: Tasks) -> None:
    predicted = world.run(check_mode=True, **VERSION)
    assert predicted == {
        "passed": None,
        "devices": [],
        "failed_rules": [],
        "results": [],
        "run": {},
    }
    error = world.fail(check_mode=True, template="Vresion", devices=["r1"])
    assert "there is no command_template 'Vresion'" in error.msg
    before = world.run(**VERSION)
    stable = {"analytic_template": "Stable", "pre": before}
    both = world.run(check_mode=True, **VERSION, **stable)
    assert (both["passed"], both["comparison"]) == (None, None)
    assert world.run(check_mode=True, post=before, **stable) == {"comparison": None}
    assert len(world.sim.writes) == 1


def test_results_of_two_tasks_are_compared(world: Tasks) -> None:
    before = world.run(**VERSION)
    world.answer("Version 17.10, once 17.9")
    after = world.run(**VERSION)
    answer = {"json": {**after["run"], "commands_results": after["results"]}}
    for pre, post in ((before, after), (before["results"], answer)):
        error = world.fail(analytic_template="Stable", pre=pre, post=post)
        assert error.msg.startswith("analytic template 'Stable' failed: r1: 'show version' fails")
        assert [*error.result] == ["changed", "comparison"]
        assert error.result["comparison"]["passed"] is False
    passed = world.run(analytic_template="Stable", pre=before, post=before)
    assert passed["comparison"]["devices"] == [
        {"device": "r1", "passed": True, "failed_rules": 0, "error": None}
    ]


def test_a_template_is_run_and_compared_in_one_task(world: Tasks) -> None:
    before = world.run(**VERSION)
    stable = {"analytic_template": "Stable", "pre": before}
    both = world.run(**VERSION, **stable)
    assert (both["passed"], both["comparison"]["passed"]) == (True, True)
    world.answer("Version 17.99")
    error = world.fail(**VERSION, **stable)
    assert error.result["passed"] is True
    assert error.result["comparison"]["passed"] is False
    fault = {"path": "/mop/runAnalyticsTemplate", "status": 403, "body": "no", "times": 1}
    world.sim.faults.append(fault)
    error = world.fail(**VERSION, **stable)
    assert (error.result["status"], error.result["passed"]) == (403, True)


def test_a_secret_that_stays_the_same_is_no_difference(world: Tasks) -> None:
    world.answer("Version 17.9\nsnmp-server community s3cr3tWord RO\n")
    pair = {"preRawCommand": "show version", "postRawCommand": "show version"}
    whole = {**STABLE, "preRegex": "(?s).+", "postRegex": "(?s).+"}
    world.sim.tables["analytic_template"].seed(
        [{"name": "Same", "prepostCommands": [{**pair, "rules": [whole]}]}]
    )
    before = world.run(**VERSION)
    assert world.run(**VERSION, analytic_template="Same", pre=before)["comparison"]["passed"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"pre": [{"device": "r1"}]}, "post is missing: give it, or template with devices"),
        ({**VERSION, "pre": "x"}, "pre must be the result of a command template"),
        ({"pre": [], "post": []}, "pre has no results"),
        ({**VERSION, "pre": [{"device": "r2"}]}, "pre has the devices r2, and post has r1"),
    ],
)
def test_a_comparison_without_results_sends_nothing(world: Tasks, params: Any, error: str) -> None:
    assert error in world.fail(analytic_template="Stable", **params).msg
    assert world.sim.writes == []


def test_an_interrupted_task_names_the_devices(world: Tasks) -> None:
    world.lost["/mop/RunCommandTemplate"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run(**VERSION)
    assert world.context.lines == ["not finished; the commands may have run on r1"]
