# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that waits for jobs takes few requests, and holds up no other task."""

from __future__ import annotations

import pytest

from tests.playbooks.both_paths import PATHS
from tests.playbooks.conftest import Ansible

JOB = "restops.clients.itential_platform_job"
TASK = "restops.clients.itential_platform_task"
MANY, PER_REQUEST, READINGS = 500, 100, 3


@pytest.mark.parametrize("path", PATHS)
def test_one_task_reads_five_hundred_jobs_with_a_request_per_hundred(
    ansible: Ansible, path: str
) -> None:
    simulator = ansible.platform.simulator
    simulator.settings["job_polls"] = READINGS
    ids = [f"{number:024x}" for number in range(1, MANY + 1)]
    simulator.tables["job"].seed({"_id": one, "status": "running"} for one in ids)
    ansible.execution = path
    task = {JOB: {"job": ids, "wait_interval": 0.01}, "register": "waited"}
    done, results = ansible.play([task])
    assert done.returncode == 0, done.stdout + done.stderr
    assert results["waited"]["summary"] == {"complete": MANY}
    read = [entry for entry in simulator.log if entry.path.startswith("/operations-manager/jobs")]
    # Their states each time, and at the end their outputs.
    assert len(read) == (READINGS + 1) * MANY / PER_REQUEST
    assert {entry.path for entry in read} == {"/operations-manager/jobs"}
    # Besides, the manual tasks for which jobs may wait, and a login.
    assert len(simulator.log) <= 2 * len(read)


def test_other_tasks_go_on_while_a_task_waits_for_a_job(ansible: Ansible) -> None:
    """The job of the first host ends when the second one has finished its manual task."""
    simulator = ansible.platform.simulator
    simulator.settings["job_polls"] = 0
    (job,) = simulator.tables["job"].seed([{"name": "Upgrade", "status": "running"}])
    approval = {"name": "Approve", "job": {"_id": job["_id"], "task": "4d"}}
    simulator.tables["task"].seed([approval])
    request = "restops.clients.itential_platform_request"
    count = f"stats.json.counters['GET /operations-manager/jobs/{job['_id']}'] | default(0)"
    finished = {"job": job["_id"], "name": "Approve", "state": "finished"}
    ansible.execution = "controller"
    done, dummy = ansible.play(
        [
            {
                "name": "Wait",
                JOB: {"job": job["_id"], "wait_interval": 0.1},
                "when": "inventory_hostname == 'h000'",
            },
            {
                "name": "Look if the other host waits",
                request: {"path": "/_sim/stats"},
                "register": "stats",
                "until": f"{count} > 2",
                "retries": 600,
                "delay": 0.1,
                "when": "inventory_hostname == 'h001'",
            },
            {"name": "Approve", TASK: finished, "when": "inventory_hostname == 'h001'"},
        ],
        *("-i", ansible.inventory(2), "-f", "2"),
        hosts="all",
        strategy="free",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert job["status"] == "complete"
