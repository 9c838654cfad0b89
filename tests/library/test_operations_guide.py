# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python examples of docs/operations.md run."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"


def run_example(word: str, platform: Running) -> None:
    """Run the only example that contains a word."""
    text = GUIDE.read_text(encoding="utf-8").replace("8080", str(platform.port))
    programs = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (program,) = [program for program in programs if word in program]
    exec(compile(program, str(GUIDE), "exec"), {})


def test_the_example_of_jobs_runs(platform: Running, capsys: pytest.CaptureFixture[str]) -> None:
    platform.simulator.tables["workflow"].seed([{"name": "Verify"}])
    platform.simulator.settings.update(job_polls=1, job_outputs={"report": "ok"})
    run_example("platform.jobs", platform)
    printed = capsys.readouterr().out
    assert "(Verify): complete 100 %" in printed
    assert "'report': 'ok'" in printed


def test_the_example_of_services_runs(
    platform: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    run_example("platform.services", platform)
    printed = capsys.readouterr().out
    assert "task worker: inactive\nadapters, one after another: servicenow, iag\n" in printed
    assert "adapter servicenow: RUNNING, ONLINE\n" in printed
    assert printed.endswith("['changed', 'changed']\n")
    assert all(worker["running"] for worker in platform.simulator.tables["worker"])


def test_the_example_of_checks_runs(platform: Running, capsys: pytest.CaptureFixture[str]) -> None:
    sim = platform.simulator
    (tree,) = sim.tables["golden_config"].seed([{"name": "Edge"}])
    node = {"treeId": tree["id"], "version": "initial", "devices": ["rtr-001"]}
    sim.tables["compliance_plan"].seed([{"name": "edge baseline", "nodes": [node]}])
    sim.settings.update(compliance_polls=0, outputs={"show version": "Version 17.9"})
    run_example("platform.compliance", platform)
    printed = capsys.readouterr().out
    assert "complete, 1 device: no issues" in printed
    assert "'passes': 1}" in printed
    assert "Version 17.9" in printed
    assert printed.endswith(" False\n")
