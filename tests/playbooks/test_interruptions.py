# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that end while they wait for a job: the job stays known, and is not started twice."""

from __future__ import annotations

import os
import pathlib
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.playbooks.both_paths import PATHS
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_broker import Run, start, wait_until

__all__ = ["start"]

JOB = "restops.clients.itential_platform_job"
START = "POST /operations-manager/jobs/start"
UPGRADE = {
    "workflow": "Upgrade",
    "variables": {"device": "r1"},
    "unique_by": "device",
    "wait_interval": 0.1,
}
NEVER = 1_000_000
"""Readings after which a job ends that is not to end."""


@pytest.fixture
def simulator(ansible: Ansible) -> Iterator[Any]:
    """A Platform whose jobs do not end; they do after the test, and so do those that wait."""
    made = ansible.platform.simulator
    made.tables["workflow"].seed([{"name": "Upgrade"}])
    made.settings["job_polls"] = NEVER
    yield made
    made.settings["job_polls"] = 0


def readings(simulator: Any) -> int:
    """Return how often single jobs were read."""
    return sum("/operations-manager/jobs/" in entry.path for entry in simulator.log)


def jobs(simulator: Any) -> list[str]:
    return [job["_id"] for job in simulator.tables["job"]]


def modules(ansible: Ansible) -> list[str]:
    """Return the processes of the modules of this test."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        # A process may end just now.
        with suppress(OSError):
            is_module = "AnsiballZ_" in (folder / "cmdline").read_text()
            if is_module and str(ansible.folder) in (folder / "environ").read_text():
                found.append(folder.name)
    return found


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_the_run_after_an_interruption_finds_the_job(
    ansible: Ansible,
    simulator: Any,
    start: Callable[[list[dict[str, Any]]], Run],
    path: str,
    end: signal.Signals,
) -> None:
    task = {"name": "Upgrade", JOB: UPGRADE, "vars": {"restops_execution": path}}
    run = start([task])
    # The start and two readings.
    wait_until(lambda: readings(simulator) > 2)
    assert bool(modules(ansible)) == (path == "target")
    # As a terminal and ansible-runner do it.
    os.killpg(run.main.pid, end)
    output, dummy = run.main.communicate(timeout=600)
    (job,) = jobs(simulator)
    assert (f"job {job} (Upgrade) started" in output) == (path == "controller"), output
    wait_until(lambda: not modules(ansible))

    ansible.execution = path
    again = {JOB: {**UPGRADE, "state": "started"}, "register": "again"}
    done, results = ansible.play([again])
    assert done.returncode == 0, done.stdout + done.stderr
    assert results["again"]["job"]["id"] == job
    assert not results["again"]["changed"]
    assert (f"job {job} (Upgrade) runs already" in done.stdout) == (path == "controller")
    assert simulator.counters[START] == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_job_that_was_started_when_the_run_was_killed_is_not_started_again(
    ansible: Ansible, simulator: Any, start: Callable[[list[dict[str, Any]]], Run], path: str
) -> None:
    """The server starts the job, but the run ends before it knows."""
    simulator.settings["start_delay"] = 2.0
    task = {"name": "Upgrade", JOB: UPGRADE, "vars": {"restops_execution": path}}
    run = start([task])
    wait_until(lambda: simulator.counters[START])
    os.killpg(run.main.pid, signal.SIGKILL)
    run.main.communicate(timeout=600)
    wait_until(lambda: jobs(simulator))
    ansible.execution = path
    again = {JOB: {**UPGRADE, "state": "started"}, "register": "again"}
    done, results = ansible.play([again])
    assert done.returncode == 0, done.stdout + done.stderr
    assert [results["again"]["job"]["id"]] == jobs(simulator)
    assert not results["again"]["changed"]
    assert simulator.counters[START] == 1


@pytest.mark.parametrize("path", PATHS)
def test_the_task_after_a_timeout_finds_the_job(
    ansible: Ansible, simulator: Any, path: str
) -> None:
    ansible.execution = path
    # A busy machine may need more than a few seconds until the task starts the job.
    for seconds in (3, 12, 48):
        late = {JOB: UPGRADE, "timeout": seconds, "ignore_errors": True, "register": "late"}
        again = {JOB: {**UPGRADE, "state": "started"}, "register": "again"}
        done, results = ansible.play([late, again])
        assert done.returncode == 0, done.stdout + done.stderr
        assert results["late"]["failed"]
        (job,) = jobs(simulator)
        assert results["again"]["job"]["id"] == job
        assert simulator.counters[START] == 1
        if not results["again"]["changed"]:
            break
        simulator.tables["job"].remove(simulator.tables["job"].get(job))
        simulator.counters.clear()
    assert not results["again"]["changed"]
    line = f"job {job} has not finished, and goes on"
    assert (line in done.stdout) == (path == "controller")
