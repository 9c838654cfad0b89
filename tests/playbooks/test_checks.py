# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compliance, commands and backups of devices in playbooks, on both paths."""

from __future__ import annotations

import re
from typing import Any

from tests.playbooks.both_paths import run_on_both_paths
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_guides import examples

COMPLIANCE = "restops.clients.itential_platform_compliance"
COMMAND = "restops.clients.itential_platform_command"
BACKUP = "restops.clients.itential_platform_device_backup"
CM = "/configuration_manager"
SECRET = "s3cr3tWord"
EARLIER = {"device": "rtr-000", "raw": "show version", "response": "uptime 4"}
CONFIG = f"hostname a\nsnmp-server community {SECRET} RO\n"


def prepare(ansible: Ansible) -> None:
    """Give the Platform plans, templates, and a device with an issue."""
    sim = ansible.platform.simulator
    (tree,) = sim.tables["golden_config"].seed([{"name": "Edge"}])
    node = {
        "treeId": tree["id"],
        "version": "initial",
        "nodeId": tree["versions"]["initial"]["root"]["attributes"]["configId"],
    }
    plans = {
        "good": ["rtr-000", "rtr-001"],
        "bad": ["rtr-000", "rtr-002"],
        "empty": [],
        "partial": ["rtr-000", "rtr-003"],
    }
    sim.tables["compliance_plan"].seed(
        {"name": name, "nodes": [{**node, "devices": devices}]} for name, devices in plans.items()
    )
    rule = {"rule": "17.9", "eval": "contains", "severity": "error"}
    sim.tables["command_template"].seed(
        [
            {"name": "Version", "commands": [{"command": "show version", "rules": [rule]}]},
            {"name": "Route", "commands": [{"command": "show route <!vrf!>", "rules": []}]},
        ]
    )
    same = {
        "type": "regex",
        "preRegex": r"uptime (\d+)",
        "postRegex": r"uptime (\d+)",
        "evaluation": "=",
    }
    pair = {"preRawCommand": "show version", "postRawCommand": "show version", "rules": [same]}
    sim.tables["analytic_template"].seed([{"name": "Stable", "prepostCommands": [pair]}])
    sim.settings.update(
        compliance={"rtr-002": {"errors": 2, "warnings": 1}},
        compliance_issues={"rtr-002": [{"message": f"missing: {CONFIG.splitlines()[1]}"}]},
        compliance_polls=1,
        unreachable=("rtr-003",),
        outputs={
            "show version": {
                "rtr-000": "Version 17.9, uptime 5",
                "rtr-001": "Version 16.3, uptime 6",
                "rtr-002": "Error: connect ECONNREFUSED",
            },
            "show run": CONFIG,
        },
        configs={"rtr-000": CONFIG, "rtr-001": ""},
    )


def case(module: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    fast = {} if module == COMMAND else {"wait_interval": 0.01}
    return {module: {**fast, **options}, "check_mode": check_mode}


def test_plans_devices_and_backups_are_checked_on_both_paths(ansible: Ansible) -> None:
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": case(COMPLIANCE, check_mode=True, plan="good"),
            "missing": case(COMPLIANCE, check_mode=True, plan="godo"),
            "good": case(COMPLIANCE, plan="good"),
            "bad": case(COMPLIANCE, plan="bad"),
            "allowed": case(COMPLIANCE, plan="bad", fail_above={"errors": "2", "warnings": 1}),
            "warnings": case(COMPLIANCE, plan="bad", fail_above={"warnings": 0}),
            "empty": case(COMPLIANCE, plan="empty"),
            "few": case(COMPLIANCE, plan="good", require_devices=3),
            "partial": case(COMPLIANCE, plan="partial"),
            "too_few": case(COMPLIANCE, plan="partial", require_devices=2),
            "late": case(COMPLIANCE, plan="bad", wait_timeout=0),
            "attached": case(COMPLIANCE, plan="bad", fail_above={}),
            "known": case(COMPLIANCE, instance="{{ late.run.instance }}", fail_above={}),
            "devices": case(COMPLIANCE, devices=["rtr-000"], golden_config="Edge"),
            "backup": case(BACKUP, device="rtr-000"),
            "backups": case(
                COMPLIANCE, backups=["{{ backup.backup }}"], golden_config="Edge", node="base"
            ),
            "no_node": case(COMPLIANCE, devices=["rtr-000"], golden_config="Edge", node="x"),
            "no_tree": case(COMPLIANCE, devices=["rtr-000"]),
            "unknown": case(COMPLIANCE, plan="good", fail_above={"error": 0}),
            "negative": case(COMPLIANCE, plan="good", fail_above={"errors": -1}),
        },
        prepare=lambda: prepare(ansible),
    )
    assert runs.failed == {
        *("missing", "bad", "warnings", "empty", "few", "late", "no_node", "no_tree", "unknown"),
        *("negative", "too_few"),
    }
    assert runs.changed == {
        *("predicted", "good", "bad", "allowed", "warnings", "empty", "few", "late", "devices"),
        *("backup", "backups", "partial", "too_few"),
    }
    searches = {name for name in runs.writes if "/search/" in name or name.endswith("/backups")}
    assert {name: runs.writes[name] for name in runs.writes if name not in searches} == {
        f"POST {CM}/compliance_plans/run": 9,
        f"POST {CM}/compliance_reports": 1,
    }
    assert runs.writes[f"POST {CM}/compliance_reports/backups"] == 1
    assert runs.writes[f"POST {CM}/devices/backups"] == 1
    results = runs.results
    assert results["good"]["totals"] == {"errors": 0, "warnings": 0, "infos": 0, "passes": 2}
    assert results["attached"]["run"]["instance"] == results["late"]["run"]["instance"]
    assert results["attached"]["run"]["attached"] is True
    assert results["known"]["run"]["status"] == "complete"
    assert results["bad"]["failed_devices"][0]["device"] == "rtr-002"
    assert "failed: 2 errors (at most 0): rtr-002: 2 errors (missing:" in runs.message("bad")
    assert "1 warning (at most 0)" in runs.message("warnings")
    assert "0 devices were checked" in runs.message("empty")
    for name in ("partial", "too_few"):
        assert results[name]["unchecked"] == ["rtr-003"]
        assert "has no report about rtr-003" in results[name]["warnings"][0]
    assert results["late"]["run"]["instance"] in runs.message("late")
    assert "there is no compliance plan 'godo'" in runs.message("missing")
    assert "has no node 'x': its nodes are base" in runs.message("no_node")
    assert runs.leaks(SECRET) == []
    label = rf"compliance plan 'good' \(instance {results['good']['run']['instance']}\)"
    shown = re.findall(rf"^{label}:? (.*)$", runs.outputs["controller"], re.MULTILINE)
    assert shown == ["started", "running", "complete, 2 devices: no issues"]
    assert not re.search(rf"^{label}", runs.outputs["target"], re.MULTILINE)


def test_commands_are_run_and_compared_on_both_paths(ansible: Ansible) -> None:
    version = {"template": "Version", "devices": ["rtr-000"]}
    stable = {"analytic_template": "Stable"}
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": case(COMMAND, check_mode=True, **version),
            "no_template": case(COMMAND, check_mode=True, template="x", devices=["rtr-000"]),
            "no_variable": case(COMMAND, check_mode=True, template="Route", devices=["rtr-000"]),
            "before": case(COMMAND, **version),
            "failed": case(COMMAND, template="Version", devices=["rtr-000", "rtr-001"]),
            "error": case(COMMAND, template="Version", devices=["rtr-002"], fail_on="never"),
            "never": case(COMMAND, template="Version", devices=["rtr-001"], fail_on="never"),
            "skipped": case(COMMAND, template="Route", devices=["rtr-000"], allow_skipped=True),
            "ad_hoc": case(COMMAND, command="show run", devices=["rtr-000", "rtr-001"]),
            "one_by_one": case(
                COMMAND,
                command="show <!what!>",
                devices=["rtr-000"],
                variables={"what": "version"},
            ),
            "stable": case(COMMAND, **version, **stable, pre="{{ before }}"),
            "same": case(COMMAND, **stable, pre="{{ before.results }}", post="{{ before }}"),
            "compared": case(COMMAND, **stable, pre=[EARLIER], post="{{ before }}"),
            "no_post": case(COMMAND, **stable, pre="{{ before }}"),
            "nothing": case(COMMAND, devices=["rtr-000"]),
        },
        prepare=lambda: prepare(ansible),
    )
    assert runs.failed == {
        *("no_template", "no_variable", "failed", "error", "no_post", "nothing", "compared")
    }
    assert runs.changed == set()
    assert sum(count for name, count in runs.writes.items() if "Run" in name) == 8
    results = runs.results
    assert [one["passed"] for one in results["failed"]["devices"]] == [True, False]
    assert "rtr-001: 'show version' fails the rule contains '17.9'" in runs.message("failed")
    assert "rtr-002: no usable response to 'show version': Error:" in runs.message("error")
    assert (results["never"]["passed"], len(results["never"]["failed_rules"])) == (False, 1)
    assert results["one_by_one"]["results"][0]["response"] == "Version 17.9, uptime 5"
    assert results["stable"]["comparison"]["passed"] is True
    assert results["same"]["comparison"]["passed"] is True
    assert "'Stable' failed: rtr-000: 'show version' fails the rule =" in runs.message("compared")
    assert "variables.vrf is missing" in runs.message("no_variable")
    assert runs.leaks(SECRET) == []


def test_devices_are_backed_up_and_compared_on_both_paths(ansible: Ansible) -> None:
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": case(BACKUP, check_mode=True, device="rtr-000"),
            "missing": case(BACKUP, check_mode=True, device="rtr-9"),
            "first": case(BACKUP, device="rtr-000", description="before"),
            "second": case(BACKUP, device="rtr-000", compare="{{ first.backup }}"),
            "several": case(BACKUP, device=["rtr-000", "rtr-001"], compare="none"),
            "wrong": case(BACKUP, device="rtr-000", compare="x"),
        },
        prepare=lambda: prepare(ansible),
    )
    assert runs.failed == {"missing", "several", "wrong"}
    assert runs.changed == {"predicted", "first", "second", "several"}
    results = runs.results
    assert results["second"]["compared_with"] == results["first"]["backup"]
    assert (results["second"]["differs"], results["second"]["difference"]) == (False, "")
    assert [bool(one["backup"]) for one in results["several"]["results"]] == [True, False]
    assert "1 of 2 devices failed; device rtr-001" in runs.message("several")
    assert "there is no device rtr-9" in runs.message("missing")
    assert runs.leaks(SECRET) == []


def test_a_difference_is_shown_with_diff_and_without_secrets(ansible: Ansible) -> None:
    prepare(ansible)
    sim = ansible.platform.simulator
    (old,) = sim.tables["device_backup"].seed(
        [{"name": "rtr-000", "rawConfig": CONFIG.replace("hostname a", "hostname old")}]
    )
    ansible.execution = "controller"
    done, registered = ansible.play(
        [{BACKUP: {"device": "rtr-000"}, "register": "backup"}], "--diff"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert registered["backup"]["compared_with"] == old["id"]
    assert "-hostname old" in done.stdout
    assert "+hostname a" in done.stdout
    assert SECRET not in done.stdout


def test_a_task_whose_time_is_up_names_the_run_that_goes_on(ansible: Ansible) -> None:
    prepare(ansible)
    ansible.platform.simulator.settings["compliance_polls"] = 999
    ansible.execution = "controller"
    done, registered = ansible.play(
        [
            {
                COMPLIANCE: {"plan": "good", "progress": False},
                "timeout": 1,
                "register": "late",
                "ignore_errors": True,
            }
        ]
    )
    assert registered["late"]["failed"]
    (instance,) = ansible.platform.simulator.tables["compliance_instance"]
    assert f"(instance {instance['id']}) has not finished, and goes on" in done.stdout


def test_the_examples_of_the_guide_run(ansible: Ansible) -> None:
    modules = {COMPLIANCE, COMMAND, BACKUP}
    tasks = [task for task in examples("docs/operations.md") if modules & {*task}]
    assert len(tasks) == 7
    sim = ansible.platform.simulator
    (tree,) = sim.tables["golden_config"].seed([{"name": "Edge routers"}])
    node = {"treeId": tree["id"], "version": "initial", "devices": ["rtr-001", "rtr-002"]}
    sim.tables["compliance_plan"].seed([{"name": "edge baseline", "nodes": [node]}])
    commands = [{"command": "show bgp <!vrf!>", "rules": [{"rule": "Up", "eval": "contains"}]}]
    sim.tables["command_template"].seed([{"name": "Check BGP", "commands": commands}])
    rule = {"preRegex": "Up", "postRegex": "Up", "evaluation": "="}
    pair = {"preRawCommand": commands[0]["command"], "postRawCommand": commands[0]["command"]}
    sim.tables["analytic_template"].seed(
        [{"name": "BGP is stable", "prepostCommands": [{**pair, "rules": [rule]}]}]
    )
    sim.settings.update(compliance_polls=0, outputs={"show bgp edge": "192.0.2.1 Up"})
    ansible.execution = "controller"
    done, dummy = ansible.play(tasks)
    assert done.returncode == 0, done.stdout + done.stderr
