# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs and content of the Gateway in playbooks, on both paths."""

from __future__ import annotations

import re
from typing import Any

from tests.playbooks.both_paths import Runs, run_on_both_paths
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_guides import examples

RUN = "restops.clients.itential_gateway_run"
CONTENT = "restops.clients.itential_gateway_content"
WORD = "do-not-show-7"
PREFIX = "POST /api/v2.0"


def prepare(ansible: Ansible) -> None:
    """Give the Gateway content with a schema, and entries of further inventories."""
    sim = ansible.gateway.simulator
    schema = {
        "type": "object",
        "required": ["count"],
        "properties": {"count": {"type": "integer"}, "word": {"type": "secret"}},
    }
    schemas = {"effective_schema_type": "user", "user": schema}
    sim.tables["script"].seed(
        [
            {"name": "count.py", "schemas": schemas, "stdout": '{"count": 3}'},
            {"name": "fails-loudly.py", "stderr": f"no such vlan\npassword={WORD}"},
        ]
    )
    sim.tables["playbook"].named("site")["changes"] = True
    netmiko = {"host": "192.0.2.1", "device_type": "cisco_ios"}
    sim.tables["netmiko_device"].seed(
        {"name": name, "variables": netmiko} for name in ("r1", "fails-r2")
    )
    sim.tables["http_device"].seed(
        [{"name": "netbox", "variables": {"base_url": "netbox.example", "protocol": "https"}}]
    )
    sim.settings.update(deployed={"script": ["new.py"]}, refresh_polls=1)


def run(ansible: Ansible, cases: dict[str, dict[str, Any]], **options: Any) -> Runs:
    return run_on_both_paths(ansible, cases, prepare=lambda: prepare(ansible), **options)


def case(check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return {RUN: {"wait_interval": 0.01, **options}, "check_mode": check_mode}


def content(check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return {CONTENT: {"wait_interval": 0.01, **options}, "check_mode": check_mode}


def test_content_is_run_once_checked_first_and_judged_by_its_results(ansible: Ansible) -> None:
    show = {"netmiko": "send_command", "arguments": {"command_string": "show version"}}
    runs = run(
        ansible,
        {
            "predicted": case(check_mode=True, playbook="site", hosts=["sw-001"]),
            "playbook": case(playbook="site", hosts=["sw-001"], groups=["core"]),
            "dry": case(playbook="site", hosts=["sw-001"], dry_run=True),
            "script": case(script="count.py", arguments={"count": "3"}),
            "not_sent": case(check_mode=True, script="count.py", arguments={"count": 3}),
            "wrong": case(check_mode=True, script="count.py", arguments={"count": "three"}),
            "role": case(role="itential_cli", hosts=["sw-001"], arguments={"command": "x"}),
            "module": case(module="ios_command", hosts=["sw-001"]),
            "collection": case(collection_module="cisco.ios.ios_command", hosts=["sw-001"]),
            "nornir": case(nornir="backup", groups=["core"]),
            "plan": case(check_mode=True, terraform="network"),
            "apply": case(terraform="network"),
            "command": case(hosts=["r1"], **show),
            "request": case(http_request="/api/sites", hosts=["netbox"]),
            "failed": case(script="fails-loudly.py", hosts=["sw-001", "sw-002"]),
            "half_failed": case(hosts=["r1", "fails-r2"], **show),
            "no_host": case(playbook="site", hosts=["sw-999"]),
            "no_script": case(script="none.py"),
            "no_dry_run": case(script="count.py", dry_run=True),
            "foreign": case(script="count.py", groups=["core"]),
            "nothing": case(),
        },
    )
    assert runs.failed == {
        *("wrong", "failed", "half_failed", "no_host", "no_script", "no_dry_run", "foreign"),
        "nothing",
    }
    assert runs.changed == {
        *("predicted", "playbook", "script", "not_sent", "role", "module", "collection", "nornir"),
        *("plan", "apply", "failed"),
    }
    assert runs.writes == {
        f"{PREFIX}/playbooks/site/dry_run": 2,
        f"{PREFIX}/playbooks/site/execute": 1,
        f"{PREFIX}/scripts/count.py/execute": 1,
        f"{PREFIX}/roles/itential_cli/execute": 1,
        f"{PREFIX}/modules/ios_command/execute": 1,
        f"{PREFIX}/collections/cisco.ios/modules/ios_command/execute": 1,
        f"{PREFIX}/nornir/backup/execute": 1,
        f"{PREFIX}/terraforms/network/terraform_plan": 1,
        f"{PREFIX}/terraforms/network/terraform_apply": 1,
        f"{PREFIX}/netmiko/send_command/execute": 3,
        f"{PREFIX}/http_requests/request/execute": 1,
        f"{PREFIX}/scripts/fails-loudly.py/execute": 1,
    }
    results = runs.results
    assert results["script"]["output"] == {"count": 3}
    assert results["predicted"]["dry_run"] is True
    assert results["not_sent"]["sent"] is False
    assert "has no dry run, so check mode has sent nothing" in results["not_sent"]["msg"]
    assert results["failed"]["failed_hosts"] == ["sw-001", "sw-002"]
    assert results["half_failed"]["failed_hosts"] == ["fails-r2"]
    assert "no such vlan" in runs.message("failed")
    assert WORD not in runs.message("failed")
    assert runs.message("wrong") == "arguments.count must be of type integer, not string"
    assert runs.message("no_host").startswith("sw-999: there is no such host or group")


def test_a_run_whose_connection_broke_is_found_and_not_sent_twice(ansible: Ansible) -> None:
    def breaking() -> None:
        prepare(ansible)
        sim = ansible.gateway.simulator
        sim.settings["run_polls"] = 3
        sim.faults += [
            {"path": "/scripts/hello.py/execute", "status": 504, "after": True},
            {"path": "/playbooks/site/execute", "status": 504},
        ]

    runs = run_on_both_paths(
        ansible,
        {
            "found": case(script="hello.py"),
            "unknown": case(playbook="site", wait_timeout=0.2),
        },
        prepare=breaking,
    )
    assert runs.failed == {"unknown"}
    assert runs.writes == {
        f"{PREFIX}/scripts/hello.py/execute": 1,
        f"{PREFIX}/playbooks/site/execute": 1,
    }
    assert len(runs.results["found"]["audit_ids"]) == 1
    assert runs.results["found"]["stdout"] == "hello"
    assert runs.message("unknown").startswith(
        "it is unknown how playbook 'site' ended: the history has no new run of it"
    )


def test_progress_is_shown_on_the_controller_without_secrets(ansible: Ansible) -> None:
    arguments = {"count": 3, "word": WORD}
    runs = run(
        ansible,
        {
            "shown": case(script="count.py", arguments=arguments, hosts=["sw-001"]),
            "silent": case(script="hello.py", progress=False),
        },
    )
    lines = re.findall(r"^script '.*$", runs.outputs["controller"], re.MULTILINE)
    assert lines == [
        "script 'count.py' started on sw-001",
        "script 'count.py': 1 of 1 results are a success",
    ]
    assert not re.search(r"^script '", runs.outputs["target"], re.MULTILINE)
    assert runs.leaks(WORD) == []


def test_content_is_refreshed_and_decorated_once(ansible: Ansible) -> None:
    decorations = [
        {
            "kind": "script",
            "name": "new.py",
            "schema": {"properties": {"size": {"type": "integer"}}, "required": ["size"]},
        }
    ]
    runs = run(
        ansible,
        {
            "would_refresh": content(check_mode=True, refresh=["script"], decorations=decorations),
            "missing": content(decorations=decorations),
            "refreshed": content(refresh=["script"], wait_for=["new.py"]),
            "again": content(refresh=["all"]),
            "would_decorate": content(check_mode=True, decorations=decorations),
            "decorated": content(decorations=decorations),
            "decorated_again": content(decorations=decorations),
            "used": case(check_mode=True, script="new.py"),
            "removed": content(decorations=decorations, state="absent"),
            "removed_again": content(decorations=decorations, state="absent"),
            "late": content(refresh=["script"], wait_for=["none.py"], wait_timeout=0.05),
            "nothing": content(),
            "no_kind": content(refresh=["scripts"]),
        },
    )
    assert runs.failed == {"missing", "used", "late", "nothing", "no_kind"}
    assert runs.changed == {
        *("would_refresh", "refreshed", "would_decorate", "decorated", "removed")
    }
    assert runs.results["refreshed"]["refreshed"]["script"]["added"] == ["new.py"]
    assert runs.results["would_decorate"]["diff"] == runs.results["decorated"]["diff"]
    assert runs.message("used") == "arguments.size is missing: it is required"
    assert runs.message("late").startswith("none.py: not found by the refresh after 0.05 seconds")
    assert runs.writes[f"{PREFIX}/scripts/refresh"] == 3
    assert runs.writes["PUT /api/v2.0/scripts/new.py/schema"] == 1
    assert runs.writes["DELETE /api/v2.0/scripts/new.py/schema"] == 1


def test_a_run_that_is_interrupted_is_named(ansible: Ansible) -> None:
    prepare(ansible)
    ansible.gateway.simulator.faults.append(
        {"path": "/scripts/hello.py/execute", "status": 200, "body": "[]", "delay": 3}
    )
    ansible.execution = "controller"
    options = {"script": "hello.py", "progress": False}
    done, registered = ansible.play(
        [{RUN: options, "timeout": 1, "register": "late", "ignore_errors": True}]
    )
    assert registered["late"]["failed"]
    assert "script 'hello.py' started; it has not finished and may still be running" in done.stdout


def test_the_examples_of_the_guide_run(ansible: Ansible) -> None:
    sim = ansible.gateway.simulator
    prepare(ansible)
    sim.tables["script"].named("hello.py")["stdout"] = '{"greeting": "Good morning"}'
    ansible.execution = "controller"
    tasks = examples("docs/gateway4.md")
    assert len(tasks) == 8
    done, dummy = ansible.play(tasks)
    assert done.returncode == 0, done.stdout + done.stderr
