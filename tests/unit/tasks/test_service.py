# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of `itential_platform_service` and `itential_platform_worker`: options and results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    options,
    platform,
    service,
    worker,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import TaskError
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport
from ansible_collections.restops.clients.tests.unit.support import EventfulTime, Threads

from .test_job import Shown

CONNECTION = {"host": "server.example", "username": "admin", "password": "admin"}
SPECS = {service: service.OPTIONS, worker: worker.OPTIONS}


class World:
    """Runs the tasks on a simulated Platform."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = EventfulTime()
        self.sim = PlatformSimulator(workflows=0, start_polls=1, clock=self.time.clock)
        make_client = platform.make_client
        given = {"transport": transport(self.sim.app)}
        monkeypatch.setattr(
            platform,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )
        self.context = Shown()

    def run(self, task: Any, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        spec = {**options.PLATFORM.options, **SPECS[task]}
        defaults = {name: option.get("default") for name, option in spec.items()}
        self.context = Shown(check_mode=check_mode, runtime=Threads().runtime(self.time))
        with scope(self.context.secrets):
            result: dict[str, Any] = task.run({**defaults, **CONNECTION, **params}, self.context)
        return result

    def fail(self, task: Any, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(task, **params)
        return caught.value

    def calls(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.sim.writes]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


# Services


def test_a_restart_returns_the_health_and_shows_its_progress(world: World) -> None:
    result = world.run(service, adapter=["iag"], state="restarted")
    item = {
        "kind": "adapter",
        "name": "iag",
        "outcome": "changed",
        "action": "restart",
        "confirmed": True,
        "state": "RUNNING",
        "connection": "ONLINE",
        "uptime": 2.0,
        "log": {},
    }
    assert result == {
        "changed": True,
        "service": item,
        "results": [item],
        "summary": {"changed": 1, "unchanged": 0, "failed": 0, "not_tried": 0},
        "waited": 2.0,
    }
    assert world.context.lines[1] == "adapter iag: restart requested"


def test_progress_is_not_shown_if_the_task_says_so(world: World) -> None:
    world.run(service, adapter=["iag"], state="restarted", progress=False)
    world.run(worker, state="inactive", progress=False)
    assert world.context.lines == []


def test_a_restart_is_predicted_in_check_mode(world: World) -> None:
    result = world.run(service, check_mode=True, adapter=["iag"], state="restarted")
    assert (result["changed"], result["service"]["action"]) == (True, "restart")
    assert world.calls() == []


def test_a_log_level_that_is_not_given_stays_as_it_is(world: World) -> None:
    levels = {"file": "debug", "console": None, "syslog": None}
    result = world.run(service, application=["AGManager"], log=levels)
    assert result["service"]["log"] == {"file": {"before": "info", "after": "debug"}}
    assert result["service"]["connection"] is None
    assert world.calls() == ["PUT /applications/AGManager/loglevel"]
    assert world.run(service, application=["AGManager"], log=levels)["changed"] is False


def test_several_services_have_a_list_and_a_summary(world: World) -> None:
    result = world.run(service, adapter=["iag", "email"], state="started")
    assert "service" not in result
    assert (result["changed"], result["summary"]["unchanged"]) == (False, 2)


def test_a_failure_has_what_became_of_each_service(world: World) -> None:
    world.sim.settings["failing_starts"] = {"iag": "STOPPED"}
    error = world.fail(service, adapter=["servicenow", "iag", "email"], state="restarted")
    assert error.msg.endswith("; changed before: servicenow; not tried: email")
    assert error.result["changed"] is True
    outcomes = [(one["outcome"], one["state"]) for one in error.result["results"]]
    assert outcomes == [("changed", "RUNNING"), ("failed", "STOPPED"), ("not_tried", None)]


def test_a_refused_restart_is_no_change_and_has_the_response(world: World) -> None:
    world.sim.faults.append({"path": "/restart", "method": "PUT", "status": 403, "body": "no"})
    error = world.fail(service, adapter=["iag"], state="restarted")
    assert (error.result["changed"], error.result["status"]) == (False, 403)
    assert error.result["service"]["outcome"] == "failed"


def test_an_unknown_name_is_an_error_without_results(world: World) -> None:
    error = world.fail(service, adapter=["iga"], state="restarted")
    assert error.msg.startswith("there is no adapter 'iga': use one of ")
    assert error.result == {"changed": False}


@pytest.mark.parametrize(
    ("task", "params", "line"),
    [
        (
            service,
            {"adapter": ["iag"], "state": "restarted"},
            "iag: the change was interrupted; look at their health before you repeat it",
        ),
        (
            worker,
            {"state": "drained"},
            "job and task worker: the change to drained was interrupted; look at their status",
        ),
        (
            worker,
            {"state": "drained", "worker": "job"},
            "job worker: the change to drained was interrupted; look at their status",
        ),
    ],
)
def test_an_interruption_is_reported_even_without_progress(
    world: World, task: Any, params: dict[str, Any], line: str
) -> None:
    class Stopped(BaseException):
        pass

    def stop() -> None:
        raise Stopped

    world.sim.tables["job"].seed([{"name": "Upgrade", "status": "running"}])
    world.time.events = [stop]
    with pytest.raises(Stopped):
        world.run(task, progress=False, **params)
    assert world.context.lines == [line]


# Workers


def test_drained_workers_return_the_jobs_that_remain(world: World) -> None:
    (job,) = world.sim.tables["job"].seed([{"name": "Change", "status": "running"}])
    task = {"name": "Approve", "groups": ["Operations"], "job": {"_id": job["_id"], "task": "4d"}}
    (task,) = world.sim.tables["task"].seed([task])
    result = world.run(worker, state="drained")
    (remaining,) = result.pop("remaining")
    assert result == {
        "changed": True,
        "workers": {"job": "inactive", "task": "inactive"},
        "switched": ["job", "task"],
        "waited": 0.0,
    }
    assert remaining["job"].items() >= {"id": job["_id"], "status": "running"}.items()
    assert (remaining["running"], remaining["tasks"]) == (False, [])
    assert remaining["waiting_for"] == {
        "task_id": task["_id"],
        "task": "Approve",
        "groups": ["Operations"],
        "owner": "",
    }
    assert world.run(worker, state="drained")["changed"] is False


def test_workers_are_switched_and_predicted(world: World) -> None:
    predicted = world.run(worker, check_mode=True, state="inactive")
    assert (predicted["changed"], predicted["switched"]) == (True, ["job", "task"])
    assert world.calls() == []
    result = world.run(worker, state="inactive", worker="task")
    assert result == {
        "changed": True,
        "workers": {"job": "active", "task": "inactive"},
        "switched": ["task"],
        "waited": 0.0,
    }


def test_jobs_that_still_run_when_the_time_is_up_are_in_the_result(world: World) -> None:
    world.sim.tables["job"].seed([{"name": "Upgrade", "status": "running"}])
    error = world.fail(worker, state="drained", wait_timeout=0)
    assert error.msg.startswith("jobs still run after 0 seconds: 1 job running: ")
    assert (error.result["changed"], error.result["switched"]) == (True, ["job"])
    assert error.result["workers"] == {"job": "inactive", "task": "active"}
    (remaining,) = error.result["remaining"]
    assert (remaining["running"], remaining["waiting_for"]) == (True, None)
