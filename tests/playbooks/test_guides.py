# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the README and of docs/playbooks.md run against simulated servers."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.playbooks.conftest import Ansible

ROOT = pathlib.Path(__file__).parents[2]


def examples(name: str, replaced: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the tasks and plays in the YAML blocks of a guide.

    Args:
        name: The guide's file, from the root of the repository.
        replaced: Texts of the guide, and what they become here.
    """
    text = (ROOT / name).read_text(encoding="utf-8")
    for before, after in (replaced or {}).items():
        text = text.replace(before, after)
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    documents = [yaml.safe_load(block) for block in blocks]
    return [
        item
        for document in documents
        if isinstance(document, list)
        for item in document
        if "name" in item
    ]


@pytest.fixture
def connected(ansible: Ansible) -> Ansible:
    """Ansible with the connection options of both Itential products in its environment."""
    for service in ("itential_platform", "itential_gateway"):
        ansible.environment.update(ansible.exports(service))
    return ansible


def test_the_first_playbook_of_the_readme_runs(connected: Ansible) -> None:
    (play,) = examples("README.md")
    (connected.folder / "first.yml").write_text(yaml.safe_dump([play], sort_keys=False))
    done = connected.run("ansible-playbook", "first.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Platform 6.5.2 has 230 workflows" in done.stdout
    assert "Gateway 4.4.1 has sw-001 and sw-002" in done.stdout


def test_the_ad_hoc_command_of_the_readme_runs(connected: Ansible) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ansible localhost (.*)$", text, re.MULTILINE)
    done = connected.run("ansible", "localhost", *command.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"version": "6.5.2"' in done.stdout


def test_the_tasks_of_the_guide_to_playbooks_run(connected: Ansible) -> None:
    gateway = connected.gateway
    replaced = {
        "8083": str(gateway.port),
        "/tmp/workflows.json": f"{connected.folder}/workflows.json",
    }
    tasks = [task for task in examples("docs/playbooks.md", replaced) if "hosts" not in task]
    assert len(tasks) > 8
    done, dummy = connected.play(tasks, module_defaults={})
    assert done.returncode == 0, done.stdout + done.stderr
    assert gateway.simulator.counters["POST /api/v2.0/devices"] == 1
