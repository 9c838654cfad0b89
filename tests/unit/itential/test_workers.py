# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers: on, off, drained until only manual tasks are left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.job_requests import (
    JobRequests,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.workers import WorkerError
from ansible_collections.restops.clients.tests.unit.support import Case, EventfulTime

from .simulated import Platform

ENGINE = "/workflow_engine"
ON = [f"POST {ENGINE}/jobWorker/activate", f"POST {ENGINE}/activate"]
OFF = [f"POST {ENGINE}/jobWorker/deactivate", f"POST {ENGINE}/deactivate"]
BACKUP = {"1a": {"name": "backup", "summary": "Back up", "status": "running"}}
CHILD = {"2b": {"name": "childJob", "status": "running"}}


class World(Platform):
    """A Platform whose jobs go on when its lists are read."""

    def __init__(self, case: Case) -> None:
        self.lines: list[str] = []
        self.time = case.time = EventfulTime()
        super().__init__(case, workflows=0)

    def then(self, *events: Callable[[], Any] | None) -> None:
        """Let something happen during each of the next pauses."""
        self.time.events += events

    async def change(self, state: str, **options: Any) -> Any:
        """Bring the workers to a state and return the outcome; the log has its requests only."""
        self.sim.log.clear()
        given = {"notify": self.lines.append, **options}
        return await self.case.kind.wait(self.client.workers.bring(state, **given))

    async def fail(self, state: str, **options: Any) -> WorkerError:
        with pytest.raises(WorkerError) as caught:
            await self.change(state, **options)
        return caught.value

    def sent(self) -> list[str]:
        return [call for call, dummy in self.writes]

    def set(self, job: bool | None = None, task: bool | None = None) -> None:
        """Switch workers."""
        for name, on in (("jobWorker", job), ("taskWorker", task)):
            worker = self.sim.tables["worker"].named(name)
            assert worker is not None
            worker["running"] = worker["running"] if on is None else on

    def job(self, name: str, **fields: Any) -> Any:
        """Add a running job, which ends after a few reads unless something holds it."""
        record = {"name": name, "status": "running", "metrics": {"progress": 0.4}, **fields}
        return self.sim.tables["job"].seed([record])[0]

    def manual(
        self, job: Any, name: str = "Approve", task: str | None = "9f", **fields: Any
    ) -> Any:
        """Add a manual task to a job."""
        record = {"name": name, "job": {"_id": job["_id"], "task": task}, **fields}
        return self.sim.tables["task"].seed([record])[0]


@pytest.fixture
def world(case: Case) -> World:
    return World(case)


# On and off


@pytest.mark.parametrize(
    ("worker", "names", "off", "on"),
    [
        ("all", ["job", "task"], OFF, ON),
        ("job", ["job"], OFF[:1], ON[:1]),
        ("task", ["task"], OFF[1:], ON[1:]),
    ],
)
async def test_workers_are_switched_once(
    world: World, worker: str, names: list[str], off: list[str], on: list[str]
) -> None:
    for state, calls in (("inactive", off), ("active", on)):
        predicted = await world.change(state, worker=worker, predict=True)
        assert (predicted.changed, world.sent()) == (names, [])
        outcome = await world.change(state, worker=worker)
        assert (outcome.changed, world.sent(), outcome.remaining) == (names, calls, [])
        assert {outcome.workers[name] for name in names} == {state}
        again = await world.change(state, worker=worker)
        assert (again.changed, world.sent()) == ([], [])
    assert world.lines[:2] == [
        f"{names[0]} worker: deactivate requested",
        f"{names[0]} worker: inactive",
    ]


@pytest.mark.parametrize(
    ("status", "workers", "calls"),
    [
        ({"running": False, "clusterValue": True, "localValue": True}, "inactive", []),
        ({"clusterValue": True, "localValue": False}, "inactive", []),
        ({"clusterValue": False}, "inactive", []),
        (False, "inactive", []),
        ({"running": "unclear"}, "unknown", OFF[:1]),
        (None, "unknown", OFF[:1]),
    ],
)
async def test_a_status_is_understood_in_several_forms(
    world: World, status: Any, workers: str, calls: list[str]
) -> None:
    body = json.dumps({"jobWorker": status})
    fault = {"path": "/workers/status", "status": 200, "type": "application/json", "times": 9}
    world.sim.faults.append({**fault, "body": body})
    outcome = await world.change("inactive", worker="job")
    assert outcome.workers == {"job": workers, "task": "unknown"}
    assert world.sent() == calls


async def test_a_status_without_workers_is_unknown(world: World) -> None:
    fault = {"path": "/workers/status", "status": 200, "type": "application/json", "times": 9}
    world.sim.faults.append({**fault, "body": "[]"})
    outcome = await world.change("active")
    assert (outcome.workers, world.sent()) == ({"job": "unknown", "task": "unknown"}, ON)


async def test_a_worker_that_needs_time_is_awaited(world: World) -> None:
    world.then(None, None, lambda: world.set(job=False))
    world.sim.faults.append(
        {"path": "/jobWorker/deactivate", "method": "POST", "status": 200, "body": "{}"}
    )
    outcome = await world.change("inactive", worker="job")
    assert (outcome.workers["job"], outcome.waited) == ("inactive", 9.5)


async def test_a_worker_that_is_not_switched_in_time_is_an_error(world: World) -> None:
    fault = {"path": "/jobWorker/deactivate", "method": "POST", "status": 200, "body": "{}"}
    world.sim.faults.append(fault)
    error = await world.fail("inactive", worker="job", wait_timeout=10)
    assert error.message.startswith(
        "timed out after 10 seconds waiting for the job worker to be inactive"
    )
    assert error.outcome.workers["job"] == "active"


@pytest.mark.parametrize("loss", [httpx.ReadError("reset"), 502])
async def test_a_switch_without_a_response_is_found_in_the_status_and_sent_once(
    world: World, loss: Any
) -> None:
    world.lost[f"{ENGINE}/jobWorker/deactivate"] = loss
    outcome = await world.change("inactive", worker="job")
    assert (outcome.changed, world.sent()) == (["job"], OFF[:1])


@pytest.mark.parametrize(("state", "is_now"), [("inactive", "active"), ("active", "inactive")])
async def test_a_switch_that_the_server_has_not_received_is_reported_and_not_repeated(
    world: World, state: str, is_now: str
) -> None:
    world.set(job=state == "inactive")
    fault = {"path": "activate", "method": "POST", "status": 504, "body": "late"}
    world.sim.faults.append(fault)
    error = await world.fail(state, worker="job", wait_timeout=10)
    text = "it is unknown if the request to the job worker was performed: "
    assert error.message.startswith(text)
    assert f"; its state is {is_now}: repeat the task" in error.message
    assert len(world.sent()) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_a_switch_that_fails_on_the_server_is_looked_for_once(
    world: World, status: int
) -> None:
    world.lost[f"{ENGINE}/jobWorker/deactivate"] = status
    outcome = await world.change("inactive", worker="job")
    assert (outcome.changed, outcome.workers["job"]) == (["job"], "inactive")
    fault = {"path": f"{ENGINE}/deactivate", "method": "POST", "status": status, "body": "no"}
    world.sim.faults.append(fault)
    error = await world.fail("inactive", worker="task")
    text = "it is unknown if the request to the task worker was performed: "
    assert error.message.startswith(text)
    assert error.message.endswith("; its state is active: repeat the task")
    assert (error.outcome.changed, len(world.sent())) == (["task"], 1)
    assert world.time.sleeps == []


async def test_a_worker_whose_status_cannot_be_read_after_the_switch_is_unknown(
    world: World,
) -> None:
    world.lost[f"{ENGINE}/workers/status"] = [None, 500]
    error = await world.fail("drained")
    assert error.message.endswith("; in an unknown state: job worker")
    assert error.outcome.changed == ["job"]
    assert error.outcome.workers == {"job": "unknown", "task": "active"}


async def test_a_switch_without_a_response_and_without_a_status_is_unknown(world: World) -> None:
    world.lost[f"{ENGINE}/workers/status"] = [None, 403]
    world.lost[f"{ENGINE}/deactivate"] = 504
    error = await world.fail("inactive", worker="task")
    assert "request to the task worker was performed: " in error.message
    assert "; its state is unknown: repeat the task" in error.message
    assert error.outcome.workers == {"job": "active", "task": "unknown"}


async def test_a_switch_that_the_server_refuses_is_an_error(world: World) -> None:
    fault = {"path": f"{ENGINE}/deactivate", "method": "POST", "status": 403, "body": "no"}
    world.sim.faults.append(fault)
    error = await world.fail("inactive")
    assert "403" in error.message
    assert error.message.endswith("; left inactive: job worker")
    assert (error.outcome.changed, error.outcome.workers) == (
        ["job"],
        {"job": "inactive", "task": "active"},
    )


async def test_a_failure_in_a_successful_response_is_an_error(world: World) -> None:
    body = '{"status": "failure", "message": "no quorum"}'
    fault = {"status": 200, "body": body, "type": "application/json", "path": "/deactivate"}
    world.sim.faults.append(fault)
    error = await world.fail("inactive")
    assert error.message == "the server refused to switch the job worker: no quorum"


# Draining


async def test_running_jobs_end_before_the_task_worker_is_switched_off(world: World) -> None:
    world.sim.settings["job_polls"] = 4
    job = world.job("Upgrade", tasks=BACKUP)
    outcome = await world.change("drained")
    assert job["status"] == "complete"
    assert (outcome.changed, outcome.remaining) == (["job", "task"], [])
    assert outcome.workers == {"job": "inactive", "task": "inactive"}
    assert world.sent() == OFF
    number = job["_id"]
    assert world.lines == [
        "job worker: deactivate requested",
        "job worker: inactive",
        f"1 job running: job {number} (Upgrade): running 40 %, at Back up",
        "no job running",
        "task worker: deactivate requested",
        "task worker: inactive",
    ]
    again = await world.change("drained")
    assert (again.changed, world.sent(), again.waited) == ([], [], 0)


async def test_a_drain_is_predicted_with_the_jobs_that_run_now(world: World) -> None:
    job = world.job("Upgrade")
    outcome = await world.change("drained", predict=True)
    assert (outcome.changed, world.sent(), world.time.sleeps) == (["job", "task"], [], [])
    (remaining,) = outcome.remaining
    assert (remaining.job["_id"], remaining.is_busy) == (job["_id"], True)


async def test_jobs_that_wait_for_a_person_or_are_paused_remain(world: World) -> None:
    (group,) = world.sim.tables["group"].seed([{"name": "Operations"}])
    waiting = world.job("Change", tasks={"9f": {"name": "approve", "status": "running"}})
    world.manual(waiting, groups=[group["_id"]])
    paused = world.job("Paused", status="paused")
    world.manual({"_id": "f" * 24}, name="Of another job")
    outcome = await world.change("drained")
    first, second = outcome.remaining
    assert (first.job["_id"], first.is_busy, first.tasks) == (waiting["_id"], False, [])
    assert (first.person.task, first.person.groups) == ("Approve", ("Operations",))
    assert (second.job["_id"], second.is_busy, second.person) == (paused["_id"], False, None)
    assert "no job running: 1 waiting for a person; 1 paused" in world.lines
    assert outcome.waited == 0


async def test_a_job_with_a_manual_task_and_another_one_beside_it_is_awaited(world: World) -> None:
    job = world.job("Change", tasks={**BACKUP, "9f": {"name": "approve", "status": "running"}})
    world.manual(job)
    world.then(lambda: job["tasks"]["1a"].update(status="complete"))
    outcome = await world.change("drained", worker="job")
    assert (outcome.waited, world.sent()) == (2, OFF[:1])
    assert outcome.remaining[0].tasks == []


async def test_a_running_task_that_only_the_list_of_tasks_has_is_awaited(world: World) -> None:
    job = world.job("Change")
    world.manual(job)
    listed = world.manual(job, name="backup", task="1a", type="automatic")
    world.then(lambda: listed.update(status="complete"))
    outcome = await world.change("drained", worker="job")
    assert outcome.waited == 2
    assert any(line.endswith("at Approve, backup; 1 waiting for a person") for line in world.lines)


async def test_a_manual_task_is_found_in_the_record_of_its_job_by_its_name_too(
    world: World,
) -> None:
    job = world.job("Change", tasks={"9f": {"name": "Approve", "status": "running"}})
    world.manual(job, task=None)
    outcome = await world.change("drained", worker="job")
    assert (outcome.waited, outcome.remaining[0].tasks) == (0, [])


async def test_a_parent_is_awaited_as_long_as_its_child_goes_on(world: World) -> None:
    parent = world.job("Parent", tasks=CHILD)
    child = world.job("Child", tasks=BACKUP, parent={}, ancestors=[parent["_id"]])
    world.then(lambda: (child["tasks"].clear(), world.manual(child)))
    world.sim.settings["job_polls"] = 99
    outcome = await world.change("drained", worker="job")
    assert outcome.waited == 2
    assert [(one.job["name"], one.is_busy) for one in outcome.remaining] == [
        ("Parent", False),
        ("Child", False),
    ]


async def test_a_job_that_is_its_own_ancestor_is_no_parent(world: World) -> None:
    world.sim.settings["job_polls"] = 4
    job = world.job("Upgrade")
    job["ancestors"] = [job["_id"]]
    outcome = await world.change("drained", worker="job")
    assert (outcome.remaining, job["status"]) == ([], "complete")


async def test_a_parent_of_a_failed_child_does_not_go_on(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    parent = world.job("Parent", tasks=CHILD)
    world.job("Child", status="error", parent={}, ancestors=[parent["_id"]])
    outcome = await world.change("drained", worker="job")
    assert [one.job["name"] for one in outcome.remaining] == ["Parent"]
    assert outcome.waited == 0


async def test_many_parents_of_failed_children_do_not_go_on(world: World) -> None:
    world.sim.settings["job_polls"] = 10**6
    for number in range(101):
        parent = world.job(f"Parent {number}", tasks=CHILD)
        world.job("Child", status="error", parent={}, ancestors=[parent["_id"]])
    outcome = await world.change("drained", worker="job")
    assert (len(outcome.remaining), outcome.waited) == (101, 0)


async def test_children_that_cannot_be_read_do_not_end_the_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(dummy_requests: Any, dummy_ids: Any) -> Any:
        raise ClientError("403 Forbidden")

    monkeypatch.setattr(JobRequests, "children", refused)
    world.sim.settings["job_polls"] = 4
    world.job("Upgrade")
    outcome = await world.change("drained", worker="job")
    assert (outcome.remaining, outcome.waited > 0) == ([], True)


async def test_without_the_task_worker_a_job_between_two_tasks_does_not_go_on(
    world: World,
) -> None:
    world.set(task=False)
    between = world.job("Between")
    working = world.job("Working", tasks={**BACKUP, "9f": {"status": "running", "type": "manual"}})
    world.then(lambda: working["tasks"]["1a"].update(status="complete"))
    outcome = await world.change("drained")
    assert (world.sent(), outcome.waited) == (OFF[:1], 2)
    assert [one.job["_id"] for one in outcome.remaining] == [between["_id"], working["_id"]]


async def test_the_task_worker_alone_is_drained_of_tasks_that_run(world: World) -> None:
    job = world.job("Upgrade", tasks=BACKUP)
    world.then(lambda: job["tasks"]["1a"].update(status="complete"))
    outcome = await world.change("drained", worker="task")
    assert (world.sent(), outcome.waited) == (OFF[1:], 2)
    assert outcome.remaining[0].is_busy is False


async def test_jobs_that_still_run_when_the_time_is_up_are_named(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    job = world.job("Upgrade", tasks=BACKUP)
    held = world.job("Change")
    world.manual(held)
    error = await world.fail("drained", wait_timeout=10)
    assert error.message == (
        f"jobs still run after 10 seconds: 1 job running: job {job['_id']} (Upgrade): running"
        " 40 %, at Back up; 1 waiting for a person: give a longer wait_timeout, or activate the"
        " workers again; left inactive: job worker"
    )
    assert world.sent() == OFF[:1]
    busy, waiting = error.outcome.remaining
    assert (busy.is_busy, busy.tasks, waiting.is_busy) == (True, ["Back up"], False)


async def test_many_jobs_are_counted_and_read_with_few_requests(world: World) -> None:
    # The jobs go on with each of the three pages of a poll.
    world.sim.settings["job_polls"] = 7
    for number in range(250):
        world.job(f"Job {number}")
    outcome = await world.change("drained", worker="job")
    assert outcome.remaining == []
    assert any(line.startswith("250 jobs running: ") for line in world.lines)
    assert any(line.endswith("; and 245 more") for line in world.lines)
    reads = [one for one in world.sim.log if one.path == "/operations-manager/jobs"]
    assert len(reads) < 15


async def test_a_server_that_restarts_while_jobs_are_awaited_is_read_again(world: World) -> None:
    world.sim.settings["job_polls"] = 4
    world.job("Upgrade")
    fault = {"path": "/operations-manager/jobs", "status": 503, "body": "restarting"}
    world.then(lambda: world.sim.faults.append(fault))
    assert (await world.change("drained", worker="job")).remaining == []


async def test_jobs_that_cannot_be_read_are_an_error_that_names_the_workers(world: World) -> None:
    fault = {"path": "/operations-manager/jobs", "status": 403, "body": "no"}
    world.sim.faults.append(fault)
    error = await world.fail("drained")
    assert "403" in error.message
    assert error.message.endswith("; left inactive: job worker")


# Options


@pytest.mark.parametrize(
    ("state", "options", "error"),
    [
        ("on", {}, "state must be one of active, inactive, drained, not 'on'"),
        ("active", {"worker": "jobs"}, "worker must be one of job, task, all, not 'jobs'"),
        ("active", {"wait_timeout": -1}, "wait_timeout must be 0 or more"),
    ],
)
async def test_options_are_checked_before_anything_is_sent(
    world: World, state: str, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        await world.change(state, **options)
    assert error in caught.value.message
    assert len(world.sim.log) == 0
    with pytest.raises(TypeError, match="bring got an unknown argument 'workers'"):
        await world.change("active", workers="all")
