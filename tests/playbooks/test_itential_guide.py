# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of docs/itential.md run against simulators, and change nothing the second time."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.playbooks.conftest import Ansible, find_leaks
from tests.playbooks.test_guides import examples

GUIDE = "docs/itential.md"
SECRETS = {
    "tickets_password": "tickets-passw0rd-1",
    "grace_password": "grace-passw0rd-2",
    "netconf_password": "netconf-passw0rd-3",
    "snmp_community": "community-s3cret-4",
}
WORKFLOW = {
    "name": "upgrade",
    "description": "Upgrade a device",
    "tasks": {"1a": {"name": "query", "app": "WorkFlowEngine"}},
    "transitions": {"1a": {}},
}


def deletes(task: dict[str, Any]) -> bool:
    """Tell whether a task deletes what others make."""
    return any(
        isinstance(options, dict) and options.get("state") == "absent" for options in task.values()
    )


def prepare(ansible: Ansible) -> None:
    """Make the files that the guide names, and what its tasks read."""
    files = ansible.folder / "files"
    files.mkdir()
    (files / "upgrade.workflow.json").write_text(json.dumps(WORKFLOW))
    (files / "banner.j2").write_text("Welcome to {{ device }}\n")
    (ansible.folder / "secrets.json").write_text(json.dumps(SECRETS))
    tables = ansible.platform.simulator.tables
    tables["adapter"].seed([{"name": "dead", "state": "DEAD"}])
    tables["job"].seed([{"name": "upgrade", "status": "error"}, {"name": "check"}])
    tables["task"].seed([{"name": "approve", "type": "manual", "status": "running"}])
    tables["device_backup"].seed([{"name": "rtr-001"}])


def play(ansible: Ansible, tasks: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Run tasks; return how many have changed something, and what they registered."""
    done, registered = ansible.play(tasks, "-e", "@secrets.json")
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    for secret in SECRETS.values():
        assert find_leaks(secret, output) == []
    (changed,) = re.findall(r"changed=(\d+)", done.stdout)
    return int(changed), registered


def writes(ansible: Ansible) -> list[tuple[str, str]]:
    """Return what was written since the last look."""
    result = []
    for running in (ansible.platform, ansible.gateway):
        result += [(call.method, call.path) for call in running.simulator.writes]
        running.simulator.log.clear()
        assert running.simulator.ignored == []
    return result


def test_every_task_of_the_guide_runs_and_changes_nothing_when_it_runs_again(
    ansible: Ansible,
) -> None:
    prepare(ansible)
    tasks = [task for task in examples(GUIDE) if "hosts" not in task]
    kept = [task for task in tasks if not deletes(task)]
    declaring = [
        task for task in kept if any(name.endswith(("_resource", ".copy")) for name in task)
    ]

    changed, registered = play(ansible, kept)
    assert changed == len(declaring)
    assert len(writes(ansible)) >= len(declaring)
    assert [record["id"] for record in registered["stopped"]["records"]] == ["dead"]
    assert registered["platform"]["gathered"]["version"]
    assert registered["gateway"]["gathered"]["config"]
    assert [record["name"] for record in registered["failed"]["records"]] == ["upgrade"]
    assert [record["name"] for record in registered["approvals"]["records"]] == ["approve"]
    assert registered["devices"]["count"] == 10
    assert registered["backups"]["count"] == 1
    assert registered["authorities"]["count"] == 10

    changed, registered = play(ansible, kept)
    assert (changed, writes(ansible)) == (0, [])

    found = registered["exported"]["tasks"]
    assert len(found) == 4
    assert play(ansible, found)[0] == 0
    assert writes(ansible) == []

    gone = [task for task in tasks if deletes(task)]
    assert play(ansible, gone)[0] == len(gone)
    assert writes(ansible) != []
    assert play(ansible, gone)[0] == 0
    assert writes(ansible) == []
