# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_job`: options, results and errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import job, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport
from ansible_collections.restops.clients.tests.unit.support import Threads, Time

JOBS = "/operations-manager/jobs"
DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.PLATFORM.options, **job.OPTIONS}.items()
}


class Shown(Context):
    """A runner that keeps the lines that it is given."""

    __slots__ = ("lines",)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.lines: list[str] = []

    def report(self, line: str) -> None:
        self.lines.append(line)


class World:
    """Runs the task on a simulated Platform with the workflow `Upgrade`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sim = PlatformSimulator(workflows=0)
        self.sim.tables["workflow"].seed(
            [
                {
                    "name": "Upgrade",
                    "inputSchema": {"properties": {"count": {"type": "integer"}}},
                    "outputSchema": {"properties": {"report": {}, "password": {}}},
                }
            ]
        )
        self.lost: dict[str, Exception | int] = {}
        self.time = Time()
        make_client = job.platform.make_client
        given = {"transport": transport(self.sim.app, lost=self.lost)}
        monkeypatch.setattr(
            job.platform,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )
        self.context = self.new_context()

    def new_context(self, check_mode: bool = False) -> Shown:
        return Shown(check_mode=check_mode, runtime=Threads().runtime(self.time))

    def run(self, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        connection = {"host": "server.example", "username": "admin", "password": "admin"}
        self.context = self.new_context(check_mode)
        with scope(self.context.secrets):
            return job.run({**DEFAULTS, **connection, **params}, self.context)

    def fail(self, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value

    def seed(self, *records: dict[str, Any]) -> list[str]:
        running = {"name": "Upgrade", "status": "running", "metrics": {"progress": 0}}
        seeded = self.sim.tables["job"].seed([{**running, **record} for record in records])
        return [record["_id"] for record in seeded]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_job_is_started_awaited_and_its_outputs_returned(world: World) -> None:
    world.sim.settings["job_outputs"] = {"report": "ok", "password": "made-by-server"}
    result = world.run(workflow="Upgrade", variables={"count": "3"})
    number = result["job"]["id"]
    assert result["changed"] is True
    assert result["job"].items() >= {"name": "Upgrade", "status": "complete"}.items()
    assert result["outputs"] == {"report": "ok", "password": "[REDACTED]"}
    assert (result["failed_task"], result["waiting_for"], result["waited"]) == (None, None, 5.0)
    assert world.context.lines == [
        f"job {number} (Upgrade) started",
        f"job {number} (Upgrade): running 0 %",
        f"job {number} (Upgrade): complete 100 %",
    ]


def test_a_secret_output_is_returned_if_the_task_names_it(world: World) -> None:
    world.sim.settings["job_outputs"] = {"password": "made-by-server"}
    result = world.run(workflow="Upgrade", outputs=["password"], progress=False)
    assert result["outputs"] == {"password": "made-by-server"}
    assert world.context.lines == []


def test_a_job_can_be_started_without_waiting(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    first = world.run(workflow="Upgrade", state="started", unique_by=["CHG-1"])
    again = world.run(workflow="Upgrade", state="started", unique_by=["CHG-1"])
    assert (first["changed"], again["changed"]) == (True, False)
    assert again["job"]["id"] == first["job"]["id"]
    assert world.context.lines == [f"job {first['job']['id']} (Upgrade) runs already"]
    assert world.time.sleeps == []


def test_check_mode_validates_and_sends_nothing(world: World) -> None:
    result = world.run(check_mode=True, workflow="Upgrade", variables={"count": 1})
    assert result == {
        "changed": True,
        "job": {"id": None, "name": "Upgrade", "status": None},
        "outputs": {},
        "failed_task": None,
        "waiting_for": None,
        "waited": 0.0,
    }
    error = world.fail(check_mode=True, workflow="Upgrade", variables={"count": "many"})
    assert error.msg == "variables.count must be of type integer, not string"
    (number,) = world.seed({"variables": {"count": 1}})
    live = world.run(
        check_mode=True, workflow="Upgrade", variables={"count": 1}, unique_by=["count"]
    )
    assert (live["changed"], live["job"]["id"]) == (False, number)
    assert world.sim.writes == []


def test_a_trigger_starts_a_job(world: World) -> None:
    (owner,) = world.sim.tables["automation"].seed([{"name": "Day", "componentName": "Upgrade"}])
    world.sim.tables["trigger"].seed(
        [{"name": "Go", "type": "manual", "actionId": owner["_id"], "legacyWrapper": False}]
    )
    trigger = {"manual": "Go", "endpoint": None, "automation": "Day"}
    assert world.run(trigger=trigger)["job"]["name"] == "Upgrade"


def test_a_failed_job_fails_the_task_and_is_in_its_result(world: World) -> None:
    world.sim.settings.update(job_status="error", job_tasks={"1a": {"name": "backup"}})
    error = world.fail(workflow="Upgrade")
    number = error.result["job"]["id"]
    assert error.msg == (
        f"job {number} (Upgrade) ended as error: task 'backup': device unreachable"
    )
    assert error.result["changed"] is True
    assert error.result["failed_task"] == {
        "id": "1a",
        "name": "backup",
        "message": "device unreachable",
    }
    assert world.run(job=[number], fail_on=[])["job"]["status"] == "error"


def test_a_job_that_takes_too_long_is_named_with_whom_it_waits_for(world: World) -> None:
    (number,) = world.seed({})
    (task,) = world.sim.tables["task"].seed(
        [{"name": "Approve", "job": {"_id": number, "task": "4d"}, "groups": ["Operations"]}]
    )
    error = world.fail(job=[number], wait_timeout=10)
    assert "timed out after 10 seconds" in error.msg
    assert "waits for a person: task 'Approve' (group Operations)" in error.msg
    assert error.result["changed"] is False
    assert error.result["job"]["id"] == number
    assert error.result["waited"] == 10
    assert error.result["waiting_for"] == {
        "task_id": task["_id"],
        "task": "Approve",
        "groups": ["Operations"],
        "owner": "",
    }


def test_an_error_after_the_start_names_the_job(world: World) -> None:
    world.sim.settings["job_outputs"] = {"report": {"_id": "77", "location": "gridfs"}}
    error = world.fail(workflow="Upgrade", large_values=True)
    (number,) = [record["_id"] for record in world.sim.tables["job"]]
    assert error.msg.startswith(f"job {number}: GET ")
    assert error.result["changed"] is True
    assert error.result["job"] == {"id": number}


def test_an_interrupted_wait_names_the_job_even_without_progress(world: World) -> None:
    (number,) = world.seed({})

    def interrupt(dummy_seconds: float) -> None:
        raise KeyboardInterrupt

    world.time.sleep = interrupt  # type: ignore[method-assign]  # the end of the run
    with pytest.raises(KeyboardInterrupt):
        world.run(job=[number], progress=False)
    assert world.context.lines == [f"job {number} has not finished, and goes on"]


def test_an_output_that_may_be_misspelt_is_a_warning(world: World) -> None:
    (number, other) = world.seed(
        *[{"status": "complete", "variables": {"report": "ok"}} for dummy in range(2)]
    )
    result = world.run(job=[number, other], outputs=["reprot", "report", "zzz"])
    assert result["results"][0]["outputs"] == {"reprot": None, "report": "ok", "zzz": None}
    (warning,) = result["warnings"]
    assert warning.startswith("outputs: job ")
    assert warning.endswith(" has no 'reprot': did you mean 'report'?")
    assert "warnings" not in world.run(job=[number], outputs=["report", "zzz"])


def test_a_start_without_a_response_says_so(world: World) -> None:
    world.lost[f"{JOBS}/start"] = httpx.ReadError("reset")
    error = world.fail(workflow="Upgrade")
    assert error.msg.startswith("it is unknown if workflow 'Upgrade' was started")
    assert "unique_by" in error.msg
    assert error.result["changed"] is True


@pytest.mark.parametrize(("status", "changed"), [(504, True), (403, False)])
def test_jobs_that_may_have_been_paused_count_as_changed(
    world: World, status: int, changed: bool
) -> None:
    world.sim.settings["job_polls"] = 99
    (number,) = world.seed({})
    fault = {"path": f"{JOBS}/pause", "status": status, "body": "", "times": 1}
    world.sim.faults.append(fault)
    result = world.fail(job=[number], state="paused").result
    assert (result["changed"], result["job"]["id"]) == (changed, number)


@pytest.mark.parametrize("option", ["wait_timeout", "wait_interval"])
@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_a_time_that_cannot_work_is_an_error_before_a_job_is_started(
    world: World, option: str, seconds: float
) -> None:
    error = world.fail(workflow="Upgrade", **{option: seconds})
    assert error.msg.startswith(f"{option} must be")
    assert (world.sim.writes, list(world.sim.tables["job"])) == ([], [])


@pytest.mark.parametrize(
    ("conditions", "broken"),
    [
        ({"report": "ok"}, []),
        ({"report": {"not_contains": "% Invalid", "starts_with": "o"}}, []),
        ({"device.state": ["up", "down"]}, []),
        ({"report": {"not_contains": "k"}}, ["report not_contains 'k'"]),
        ({"report": "bad", "size": {"gte": 5}}, ["report equals 'bad'", "size gte 5"]),
    ],
)
def test_outputs_of_a_complete_job_are_checked(
    world: World, conditions: dict[str, Any], broken: list[str]
) -> None:
    outputs = {"report": "ok", "device": {"state": "up"}, "size": 4}
    (number,) = world.seed({"status": "complete", "variables": outputs})
    options = {"job": [number], "outputs": [*outputs], "assert_outputs": conditions}
    if not broken:
        assert world.run(**options)["outputs"] == outputs
        return
    error = world.fail(**options)
    texts = [f"job {number} (Upgrade): {text} does not hold" for text in broken]
    assert error.msg == f"assert_outputs: {'; '.join(texts)}"
    assert error.result["outputs"] == outputs


def test_conditions_that_cannot_work_start_nothing(world: World) -> None:
    error = world.fail(workflow="Upgrade", assert_outputs={"report": {"matches": "x"}})
    assert error.msg.startswith("assert_outputs: report has no operator 'matches'")
    error = world.fail(workflow="Upgrade", assert_outputs={"report": {}})
    assert error.msg.startswith("assert_outputs: report has no condition")
    assert world.sim.writes == []


def test_many_jobs_are_one_result(world: World) -> None:
    ids = world.seed({}, {"status": "complete"})
    result = world.run(job=ids)
    assert [item["job"]["id"] for item in result["results"]] == ids
    assert result["summary"] == {"complete": 2}
    error = world.fail(job=[*ids, "abc"])
    assert error.result["summary"] == {"unknown": 3}


@pytest.mark.parametrize("state", ["finished", "canceled"])
def test_an_empty_list_of_jobs_is_nothing_to_do(world: World, state: str) -> None:
    result = world.run(job=[], state=state)
    assert result == {"changed": False, "results": [], "summary": {}, "waited": 0.0}


def test_jobs_are_paused_resumed_and_canceled_once(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    (number,) = world.seed({})
    for state in ("paused", "running", "canceled"):
        predicted = world.run(check_mode=True, job=[number], state=state)
        assert (predicted["changed"], predicted["job"]["status"] == state) == (True, False)
        changed = world.run(job=[number], state=state)
        assert (changed["changed"], changed["job"]["status"]) == (True, state)
        assert world.run(job=[number], state=state)["changed"] is False
    assert len(world.sim.writes) == 3
    error = world.fail(job=[number], state="paused")
    assert "is canceled and cannot become paused" in error.msg
    assert error.result["changed"] is False


def test_jobs_are_chosen_by_filters_and_deleted(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    ended, running = world.seed({"status": "complete"}, {})
    world.seed({"name": "Other"})
    chosen = {"filters": {"name": "Upgrade"}, "state": "absent"}
    predicted = world.run(check_mode=True, **chosen)
    assert world.sim.writes == []
    assert (
        world.run(**chosen)
        == predicted
        == {
            "changed": True,
            "deleted": [ended],
            "kept": [{"id": running, "name": "Upgrade", "status": "running"}],
            "summary": {"deleted": 1, "kept": 1},
        }
    )
    assert world.run(**chosen)["changed"] is False
    canceled = world.run(filters={"name": "Upgrade"}, state="canceled")
    assert canceled["job"]["id"] == running
    assert world.run(filters={"name": "None"}, state="absent") == {
        "changed": False,
        "deleted": [],
        "kept": [],
        "summary": {"deleted": 0, "kept": 0},
    }
    assert world.run(filters={"name": "None"})["results"] == []


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"job": ["1"], "state": "started"}, "job names a job that was started already"),
        ({"job": [""]}, "job must be the id of a job, or a list of ids"),
        ({"job": ["1"], "wait_interval": 0}, "wait_interval must be more than 0"),
    ],
)
def test_options_that_cannot_work_are_refused(
    world: World, params: dict[str, Any], error: str
) -> None:
    assert error in world.fail(**params).msg


@pytest.mark.parametrize(("given", "heavy"), [({}, True), ({"state": "started"}, False)])
def test_a_task_that_waits_leaves_the_shared_process_to_others(
    given: dict[str, Any], heavy: bool
) -> None:
    assert job.is_heavy(given) is heavy
