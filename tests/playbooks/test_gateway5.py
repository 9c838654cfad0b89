# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gateways of release 5 in playbooks, on both paths."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from tests.playbooks.both_paths import run_on_both_paths
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_guides import examples

RUN = "restops.clients.itential_gateway5_run"
CONFIGURATION = "restops.clients.itential_gateway5_configuration"
MANAGER = "/gateway_manager/v1"
WORD = "do-not-show-7"


def prepare(ansible: Ansible) -> None:
    """Give the Platform gateway clusters with services."""
    sim = ansible.platform.simulator
    connected = {"connection_status": "connected"}
    sim.tables["gateway_cluster"].seed(
        [
            {"cluster_id": "edge", **connected},
            {"cluster_id": "hidden", "hidden": True, **connected},
            {"cluster_id": "down"},
        ]
    )
    schema = {"properties": {"port": {"type": "integer"}}, "required": ["device"]}
    sim.tables["gateway_service"].seed(
        {
            "service_metadata": {"name": name, "type": kind, "location": "edge", **more},
            **outcome,
        }
        for name, kind, more, outcome in (
            ("port-turn-up", "python-script", {"decorator": schema}, {}),
            ("broken", "python-script", {}, {"result": {"return_code": 2, "stderr": "no\nway"}}),
            ("send-command", "python-script", {}, {"unreachable": ["r2"]}),
            ("vpc", "opentofu-plan", {}, {}),
            ("lost", "python-script", {}, {"answer": {"error": {"data": "no runner"}}}),
        )
    )


def test_services_are_run_on_both_paths(ansible: Ansible) -> None:
    def run(check_mode: bool = False, **options: Any) -> dict[str, Any]:
        service = {"service": "port-turn-up", "cluster": "edge", **options}
        return {RUN: service, "check_mode": check_mode}

    def on(*nodes: str) -> dict[str, Any]:
        inventory = [{"inventory": "lab", "nodes": list(nodes)}]
        return run(service="send-command", inventory=inventory)

    params = {"device": "r1", "port": "7", "password": WORD}
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": run(check_mode=True, params=params),
            "wrong": run(check_mode=True, params={"port": "seven"}),
            "done": run(params=params),
            "broken": run(service="broken"),
            "nodes": on("r1"),
            "failed_node": on("r1", "r2"),
            "plan": run(service="vpc", action="apply"),
            "no_action": run(service="vpc"),
            "lost": run(service="lost"),
            "unknown": run(service="port-turn"),
            "hidden": run(cluster="hidden"),
            "down": run(cluster="down"),
            "no_cluster": {RUN: {"service": "vpc"}},
        },
        prepare=lambda: prepare(ansible),
    )
    assert runs.failed == {
        *("wrong", "broken", "failed_node", "no_action", "lost", "unknown", "hidden", "down"),
        "no_cluster",
    }
    assert runs.changed == {
        *("predicted", "done", "broken", "nodes", "failed_node", "plan", "lost"),
    }
    assert runs.writes == {f"POST {MANAGER}/services/run": 6}
    assert runs.leaks(WORD) == []
    results = runs.results
    assert results["done"]["output"] == {"device": "r1", "port": 7, "password": "[REDACTED]"}
    assert results["plan"]["output"] == {"action": "apply"}
    assert results["failed_node"]["failed_nodes"] == ["r2"]
    assert results["broken"]["return_code"] == 2
    title = "service 'broken' on gateway cluster 'edge'"
    assert runs.message("broken") == f"{title} failed with return code 2: no way"
    assert runs.message("lost").endswith("failed: no runner")
    assert "params.device is missing" in runs.message("wrong")
    assert "did you mean 'port-turn-up'?" in runs.message("unknown")
    assert "add the account to one of the groups" in runs.message("hidden")
    assert "is not connected" in runs.message("down")


def test_configurations_are_imported_and_exported_on_both_paths(
    ansible: Ansible, tmp_path: pathlib.Path
) -> None:
    def bring(check_mode: bool = False, **options: Any) -> dict[str, Any]:
        return {CONFIGURATION: {"cluster": "edge", **options}, "check_mode": check_mode}

    service = {"name": "verify", "type": "python-script", "filename": "verify.py"}
    content = {
        "services": [service],
        "users": [{"name": "ada", "password": WORD}],
        "secrets": [{"name": "vault", "value": WORD}],
    }
    changed = {"services": [{**service, "filename": "other.py"}]}
    source = tmp_path / "edge.yml"
    source.write_text(f"users:\n- name: bob\n  password: {WORD}\n")
    runs = run_on_both_paths(
        ansible,
        {
            "predicted": bring(check_mode=True, content=content),
            "imported": bring(content=content),
            "again": bring(content=content),
            "unforced": bring(content=changed),
            "forced": bring(content=changed, force=True),
            "file": bring(src=str(source)),
            "ignored": bring(content={"services": [{"name": "x", "filname": "x.py"}]}),
            "down": bring(cluster="down", content=content),
            "exported": bring(state="exported"),
            "nothing": bring(),
        },
        "--diff",
        prepare=lambda: prepare(ansible),
    )
    assert runs.failed == {"unforced", "ignored", "down", "nothing"}
    assert runs.changed == {"predicted", "imported", "forced", "file", "ignored"}
    assert runs.writes == {f"POST {MANAGER}/gateways/edge/configuration/import": 9}
    assert runs.leaks(WORD) == []
    assert "use force to replace them" in runs.message("unforced")
    assert "has ignored services[x].filname" in runs.message("ignored")
    exported = runs.results["exported"]["configuration"]
    assert [one["name"] for one in exported["users"]] == ["ada", "bob"]
    assert '-    "filename": "verify.py",' in runs.outputs["controller"]
    assert '+    "filename": "other.py",' in runs.outputs["controller"]


def test_the_examples_of_the_guide_run(ansible: Ansible, tmp_path: pathlib.Path) -> None:
    prepare(ansible)
    tasks = examples("docs/gateway5.md")
    (save,) = (task for task in tasks if task.get(CONFIGURATION, {}).get("state") == "exported")
    save[CONFIGURATION]["dest"] = str(tmp_path / "edge.json")
    ansible.execution = "controller"
    done, registered = ansible.play(tasks)
    assert done.returncode == 0, done.stdout + done.stderr
    assert registered["turn_up"]["return_code"] == 0
    saved = json.loads((tmp_path / "edge.json").read_text())
    assert "scripts" in [one["name"] for one in saved["repositories"]]
