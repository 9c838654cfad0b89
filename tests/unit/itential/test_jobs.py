# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: start once, wait for all with one poll, change their status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.jobs import JobError
from ansible_collections.restops.clients.tests.simulators import lists
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

JOBS = "/operations-manager/jobs"
JSON = "application/json"
INPUTS = {
    "type": "object",
    "required": ["device"],
    "properties": {"device": {"type": "string"}, "count": {"type": "integer"}},
}
OUTPUTS = {"type": "object", "properties": {"report": {"type": "string"}}}
TASKS = {
    "1a": {"name": "backup", "summary": "Back up", "status": "complete"},
    "2b": {"name": "upgrade", "status": "running"},
    "3c": {
        "name": "childJob",
        "status": "running",
        "variables": {"incoming": {"workflow": "Verify"}},
    },
}


class World(Platform):
    """A Platform with the workflow `Upgrade`.

    Args:
        case: Threads or tasks.
        **settings: As for `PlatformSimulator`.
    """

    def __init__(self, case: Case, **settings: Any) -> None:
        super().__init__(case, **settings)
        self.lines: list[str] = []
        self.sim.tables["workflow"].seed(
            [{"name": "Upgrade", "inputSchema": INPUTS, "outputSchema": OUTPUTS}]
        )

    async def do(self, verb: str, *args: Any, **options: Any) -> Any:
        return await self.case.kind.wait(getattr(self.client.jobs, verb)(*args, **options))

    async def start(self, **options: Any) -> Any:
        given = {"workflow": "Upgrade", "variables": {"device": "r1"}, **options}
        return await self.do("start", **given)

    async def wait(self, jobs: Any, **options: Any) -> Any:
        return await self.do("wait", jobs, notify=self.lines.append, **options)

    def seed(self, *records: dict[str, Any]) -> list[str]:
        """Add jobs of the workflow and return their ids."""
        running = {"name": "Upgrade", "status": "running", "metrics": {"progress": 0}}
        seeded = self.sim.tables["job"].seed([{**running, **record} for record in records])
        return [job["_id"] for job in seeded]

    def jobs(self) -> list[Any]:
        return list(self.sim.tables["job"])

    def called(self, path: str) -> int:
        """Return how often a path was called."""
        return sum(one.path == path for one in self.sim.log)


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


# Start


async def test_a_workflow_is_started_with_checked_inputs_and_its_outputs_are_returned(
    world: World,
) -> None:
    world.sim.settings["job_outputs"] = {"report": "done", "scratch": 1}
    started = await world.start(
        variables={"device": "r1", "count": "3"}, description="nightly", groups=["g"]
    )
    assert started.is_new
    assert [one.body for one in world.sim.writes] == [
        {
            "workflow": "Upgrade",
            "options": {
                "description": "nightly",
                "type": "automation",
                "variables": {"device": "r1", "count": 3},
                "groups": ["g"],
            },
        }
    ]
    outcome = await world.wait(started.job["_id"])
    (report,) = outcome.reports
    assert report.outputs == {"report": "done"}
    assert report.job["status"] == "complete"
    assert (report.failed_task, report.waiting_for) == (None, None)
    assert outcome.waited == 5
    assert world.case.time.sleeps == [2, 3]


async def test_a_start_is_predicted_with_the_same_checks_and_nothing_is_sent(world: World) -> None:
    predicted = await world.do("predict", workflow="Upgrade", variables={"device": "r1"})
    assert predicted == (None, True)
    with pytest.raises(ConfigurationError, match=r"variables\.device is missing"):
        await world.do("predict", workflow="Upgrade")
    with pytest.raises(ConfigurationError, match="no workflow 'Upgarde'"):
        await world.do("predict", workflow="Upgarde")
    assert world.sim.writes == []


async def test_a_workflow_of_a_project_is_named_by_the_project(world: World) -> None:
    (project,) = world.sim.tables["project"].seed([{"name": "Edge"}])
    name = f"@{project['_id']}: Deploy"
    world.sim.tables["workflow"].seed([{"name": name}])
    for options in (
        {"workflow": "Deploy", "project": "Edge"},
        {"workflow": "Deploy", "project": project["_id"]},
        {"workflow": name},
    ):
        started = await world.do("start", **options)
        assert started.job["name"] == name
    with pytest.raises(ConfigurationError, match="there is no project 'Egde'"):
        await world.do("start", workflow="Deploy", project="Egde")


async def test_a_name_that_does_not_exist_is_an_error_with_the_nearest_name(world: World) -> None:
    world.sim.tables["project"].seed([{"name": "Edge routers"}])
    world.sim.tables["trigger"].seed(
        [
            {"name": "Turn up", "type": "manual", "actionId": "a"},
            {"name": "t", "type": "endpoint", "routeName": "turn-up", "actionId": "a"},
        ]
    )
    for options, error in (
        ({"workflow": "upgrdae"}, "there is no workflow 'upgrdae': did you mean 'Upgrade'?"),
        ({"project": "Edge router"}, "no project 'Edge router': did you mean 'Edge routers'?"),
        ({"project": "x"}, "there is no project 'x': check its name"),
        ({"workflow": None, "manual": "Turnup"}, "trigger 'Turnup': did you mean 'Turn up'?"),
        ({"workflow": None, "endpoint": "turnup"}, "trigger 'turnup': did you mean 'turn-up'?"),
        (
            {"workflow": None, "manual": "Turn up", "automation": "other"},
            "there is no manual trigger 'Turn up': check its name",
        ),
    ):
        with pytest.raises(ConfigurationError) as caught:
            await world.start(**options)
        assert caught.value.message.endswith(error)
    assert world.jobs() == []


async def test_names_that_cannot_be_read_are_not_suggested(world: World) -> None:
    workflows = {"path": "/automation-studio/workflows", "type": "application/json", "times": 1}
    nothing = {**workflows, "status": 200, "body": '{"items": [], "total": 0}'}
    world.sim.faults += [nothing, {**workflows, "status": 500, "times": 9}]
    with pytest.raises(ConfigurationError, match="no workflow 'upgrdae': check its name; a work"):
        await world.start(workflow="upgrdae")


async def test_a_workflow_that_the_account_may_not_read_is_started_unchecked(world: World) -> None:
    fault = {"path": "/automation-studio/workflows", "method": "GET", "status": 403, "times": 2}
    world.sim.faults.append({**fault, "body": "no"})
    started = await world.start()
    (report,) = (await world.wait(started.job["_id"])).reports
    assert report.outputs == {"device": "r1"}
    world.sim.faults.append({**fault, "status": 500, "body": "broken"})
    with pytest.raises(HTTPStatusError, match="500"):
        await world.start()


async def test_an_endpoint_trigger_is_fired_with_checked_inputs(world: World) -> None:
    route = add_trigger(world, "endpoint", verb="POST", schema=INPUTS, routeName="edge/up")
    started = await world.do("start", endpoint="edge/up", variables={"device": 7})
    assert started.job["variables"]["device"] == "7"
    with pytest.raises(ConfigurationError, match=r"variables\.device is missing"):
        await world.do("start", endpoint="edge/up", automation=route["actionId"])
    with pytest.raises(ConfigurationError, match="there is no endpoint trigger 'up'"):
        await world.do("start", endpoint="up")


async def test_a_manual_trigger_is_named_with_its_automation_if_its_name_is_not_unique(
    world: World,
) -> None:
    first = add_trigger(world, "manual", automation="Day (one)")
    add_trigger(world, "manual", automation="Day two")
    with pytest.raises(ConfigurationError, match="several manual triggers 'Go'") as caught:
        await world.do("start", manual="Go")
    assert first["_id"] in caught.value.message
    for automation in ("Day (one)", "Day two"):
        job = (await world.do("start", manual="Go", automation=automation, variables={"a": 1})).job
        assert job["variables"]["formData"] == {"a": 1}
    again = await world.do(
        "start", manual="Go", automation="Day two", variables={"a": 1}, unique_by=["a"]
    )
    assert not again.is_new
    with pytest.raises(ConfigurationError, match="unique_by of a trigger must be names"):
        await world.do("start", manual="Go", automation="Day two", unique_by=["CHG-1"])


def add_trigger(world: World, kind: str, automation: str = "Day", **more: Any) -> Any:
    (owner,) = world.sim.tables["automation"].seed(
        [{"name": automation, "componentType": "workflows", "componentName": f"Up {automation}"}]
    )
    record = {"name": "Go", "type": kind, "actionId": owner["_id"], "legacyWrapper": True}
    (trigger,) = world.sim.tables["trigger"].seed([{**record, "enabled": True, **more}])
    return trigger


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, "give one of workflow, endpoint and manual"),
        ({"workflow": "a", "manual": "b"}, "give one of workflow, endpoint and manual"),
        ({"manual": "b", "description": "x"}, "description is for a workflow"),
    ],
)
async def test_a_start_that_cannot_work_is_refused(world: World, options: Any, error: str) -> None:
    with pytest.raises(ConfigurationError, match=error):
        await world.do("start", **options)
    with pytest.raises(TypeError, match="unknown argument 'workfow'"):
        await world.do("start", workfow="x")
    assert world.sim.writes == []


# Nothing is started twice


@pytest.mark.parametrize("key", ["device", "CHG-1"])
async def test_a_repeated_start_finds_the_live_job(world: World, key: str) -> None:
    first = await world.start(unique_by=[key], description="for")
    again = await world.start(unique_by=[key])
    assert (first.is_new, again.is_new) == (True, False)
    assert again.job["_id"] == first.job["_id"]
    other = await world.start(variables={"device": "r2"}, unique_by=["device", "CHG-2"])
    assert other.is_new
    await world.wait(first.job["_id"])
    assert (await world.start(unique_by=[key])).is_new


async def test_an_input_that_is_not_given_is_no_text_of_the_description(world: World) -> None:
    first = await world.start(unique_by=["count"])
    other = await world.start(variables={"device": "r1", "count": 2}, unique_by=["count"])
    assert (first.job["description"], other.is_new) == ("", True)
    assert not (await world.start(unique_by=["count"])).is_new


async def test_a_key_that_looks_like_a_misspelt_input_is_refused(world: World) -> None:
    with pytest.raises(ConfigurationError, match="'devcie' is no input: use 'device'"):
        await world.start(unique_by=["devcie"])
    assert world.sim.writes == []


async def test_jobs_of_other_jobs_and_other_workflows_are_not_taken_for_the_live_one(
    world: World,
) -> None:
    world.seed(
        {"variables": {"device": "r1"}, "parent": {"job": "x"}},
        {"variables": {"device": "r1"}, "status": "error"},
        {"variables": {"device": "r1"}, "name": "Upgrade all"},
        {"variables": {"device": "r2"}},
    )
    assert (await world.start(unique_by=["device"])).is_new


async def test_several_live_jobs_are_an_error_that_names_them(world: World) -> None:
    ids = world.seed({"variables": {"device": "r1"}}, {"variables": {"device": "r1"}})
    with pytest.raises(ClientError, match="several live jobs") as caught:
        await world.start(unique_by=["device"])
    assert all(number in caught.value.message for number in ids)
    assert caught.value.message.endswith(
        "give the id of one as 'job' to wait for it, or cancel the others"
    )


async def test_a_list_without_variables_is_completed(world: World, case: Case) -> None:
    (number,) = world.seed({"variables": {"device": "r1"}})
    listing = world.sim.tables["job"].row.operations[0]
    object.__setattr__(listing, "omit", ("variables",))
    try:
        assert (await world.start(unique_by=["device"])).job["_id"] == number
        (report, dummy) = (await world.wait([number, *world.seed({})])).reports
    finally:
        object.__setattr__(listing, "omit", ())
    assert report.record["variables"] == {"device": "r1"}


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, 504, "<html>sign in</html>"])
async def test_a_start_without_a_response_is_not_repeated_but_found_by_its_key(
    world: World, outcome: Any
) -> None:
    path = f"{JOBS}/start"
    world.lost[path] = outcome
    started = await world.start(unique_by=["device"])
    assert started.is_new
    assert [job["_id"] for job in world.jobs()] == [started.job["_id"]]
    world.lost[path] = outcome
    with pytest.raises(ClientError, match="unknown if workflow 'Upgrade' was started") as caught:
        await world.start(variables={"device": "r2"})
    assert "with 'unique_by' a repeated start finds it" in caught.value.message
    assert world.called(path) == 2
    again = await world.start(variables={"device": "r2"}, unique_by=["device"])
    assert (again.is_new, again.job["_id"]) == (False, world.jobs()[1]["_id"])
    assert world.called(path) == 2


async def test_a_start_that_cannot_be_found_again_is_an_error(world: World) -> None:
    fault = {"path": f"{JOBS}/start", "method": "POST", "status": 504, "body": "", "times": 1}
    world.sim.faults.append(fault)
    with pytest.raises(HTTPStatusError, match="no running job has this 'unique_by'"):
        await world.start(unique_by=["device"])


async def test_a_lookup_that_fails_does_not_hide_that_a_start_was_lost(world: World) -> None:
    world.lost[f"{JOBS}/start"] = 504
    # The first read is the one before the start.
    world.sim.faults += [
        {"path": JOBS, "method": "GET", "status": 200, "body": '{"data": []}', "type": JSON},
        {"path": JOBS, "method": "GET", "status": 403, "body": "", "times": 9},
    ]
    with pytest.raises(HTTPStatusError, match="unknown if .* was started: POST") as caught:
        await world.start(unique_by=["device"])
    assert "; the lookup failed: GET" in caught.value.message
    assert caught.value.status_code == 504


async def test_a_start_that_was_not_sent_is_an_ordinary_error(world: World) -> None:
    world.lost[f"{JOBS}/start"] = httpx.ConnectError("refused")
    with pytest.raises(RequestError) as caught:
        await world.start()
    assert "unknown" not in caught.value.message


@pytest.mark.parametrize("status", [500, 503])
async def test_a_refused_start_is_an_error_of_the_server(world: World, status: int) -> None:
    world.sim.faults.append(
        {"path": f"{JOBS}/start", "method": "POST", "status": status, "body": "", "times": 9}
    )
    with pytest.raises(HTTPStatusError) as caught:
        await world.start()
    assert "unknown" not in caught.value.message
    assert world.called(f"{JOBS}/start") == 1


async def test_a_response_without_a_job_is_an_error(world: World) -> None:
    world.sim.faults.append(
        {"path": f"{JOBS}/start", "method": "POST", "status": 200, "body": "{}", "times": 1}
    )
    with pytest.raises(ClientError, match="names no job"):
        await world.start()


async def test_a_refusal_in_a_200_response_is_an_error_with_its_reason(world: World) -> None:
    body = '{"status": "failure", "message": "no\\nlicense"}'
    world.sim.faults.append({"path": f"{JOBS}/start", "status": 200, "body": body, "times": 1})
    with pytest.raises(ClientError, match="refused to start workflow 'Upgrade': no license$"):
        await world.start()


# Wait


async def test_a_failed_job_is_an_error_with_the_failing_task_and_its_message(
    world: World,
) -> None:
    world.sim.settings.update(job_status="error", job_tasks=TASKS, job_error="no route\n to r1")
    started = await world.start()
    with pytest.raises(JobError) as caught:
        await world.wait(started.job["_id"])
    number = started.job["_id"]
    assert caught.value.message == (
        f"job {number} (Upgrade) ended as error: task 'Back up': no route to r1"
    )
    (report,) = caught.value.reports
    assert report.failed_task == ("1a", "Back up", "no route to r1")
    assert caught.value.waited == 5
    outcome = await world.wait(number, fail_on=[])
    assert outcome.reports[0].job["status"] == "error"


@pytest.mark.parametrize(
    ("error", "task", "shown"),
    [
        ([{"task": "9z", "message": "bad"}], "9z", "task '9z': bad"),
        ([{"message": "general"}, {"task": "2b", "message": "own"}], "2b", "task 'upgrade': own"),
        ([{"task": "3c", "message": {"message": "x"}}], "3c", "task 'childJob Verify': x"),
        ([{"message": {"error": {"message": "deep"}}}], "", "deep"),
        ("plain text", "", "plain text"),
        ([{"task": "1a", "message": ""}, {"icode": "AD.500"}], "", "AD.500"),
        ("login failed: password=made-by-device", "", "login failed: password=[REDACTED]"),
    ],
)
async def test_an_error_is_a_text_or_an_object(
    world: World, error: Any, task: str, shown: str
) -> None:
    (number,) = world.seed({"status": "error", "error": error, "tasks": TASKS})
    with pytest.raises(JobError) as caught:
        await world.wait(number)
    assert caught.value.message == f"job {number} (Upgrade) ended as error: {shown}"
    assert caught.value.reports[0].failed_task.id == task


@pytest.mark.parametrize(
    "failed", [{"status": "error"}, {"status": "complete", "metrics": {"finish_state": "error"}}]
)
async def test_an_error_that_names_no_task_is_that_of_the_failed_one(
    world: World, failed: Any
) -> None:
    tasks = {**TASKS, "5e": {"name": "verify", **failed}}
    (number,) = world.seed({"status": "error", "error": [{"message": "bad"}], "tasks": tasks})
    with pytest.raises(JobError, match=r"ended as error: task 'verify': bad$"):
        await world.wait(number)


async def test_a_job_without_any_error_text_fails_all_the_same(world: World) -> None:
    (number,) = world.seed({"status": "cancelled", "error": None, "name": None, "tasks": None})
    with pytest.raises(JobError, match=f"^job {number} ended as canceled$"):
        await world.wait(number)


async def test_other_statuses_can_end_the_wait(world: World) -> None:
    (number,) = world.seed({"status": "paused"})
    with pytest.raises(JobError, match="ended as paused"):
        await world.wait(number, fail_on=["paused"])


async def test_each_change_is_one_line(world: World) -> None:
    world.sim.settings.update(
        job_polls=4,
        job_tasks={},
        job_steps=[
            {"tasks": {"2b": {"name": "upgrade", "status": "running"}}},
            {"metrics": {"progress": 0.5}, "tasks": {"3c": TASKS["3c"]}},
            {},
        ],
    )
    started = await world.start()
    await world.wait(started.job["_id"])
    title = f"job {started.job['_id']} (Upgrade)"
    assert world.lines == [
        f"{title}: running 0 %, at upgrade",
        f"{title}: running 50 %, at childJob Verify",
        f"{title}: complete 100 %",
    ]


async def test_a_job_that_waits_for_a_person_is_reported_with_task_and_group(world: World) -> None:
    (group,) = world.sim.tables["group"].seed([{"name": "Operations"}])
    (number,) = world.seed({})
    (task,) = world.sim.tables["task"].seed(
        [
            {
                "name": "Approve",
                "job": {"_id": number, "task": "4d"},
                "groups": [group["_id"], {"name": "On call"}, "f" * 24, "other"],
                "metrics": {"owner": "ada"},
            }
        ]
    )
    with pytest.raises(JobError) as caught:
        await world.wait(number, wait_timeout=10)
    person = caught.value.reports[0].waiting_for
    groups = ("Operations", "On call", "f" * 24, "other")
    assert person == (task["_id"], "Approve", groups, "ada")
    waits = f"waits for a person: task 'Approve' (group {', '.join(groups)}), claimed by ada"
    assert world.lines[-1].endswith(waits)
    assert caught.value.message == (
        f"job {number} (Upgrade) has not finished: timed out after 10 seconds, give a longer"
        f" wait_timeout; job {number} (Upgrade): running 0 %, {waits}"
    )
    assert world.called("/authorization/groups/" + group["_id"]) == 1
    task["status"] = "complete"
    assert (await world.wait(number)).reports[0].waiting_for is None


async def test_a_person_is_found_even_if_the_job_is_read_only_once(world: World) -> None:
    (number,) = world.seed({})
    world.sim.tables["task"].seed(
        [
            {"name": name, "job": {"_id": job, "task": "4d"}}
            for name, job in (("Approve", number), ("Other", "x"))
        ]
    )
    # A server that ignores the filter.
    object.__setattr__(world.sim.tables["task"].row.operations[0], "filters", lists.unfiltered)
    try:
        with pytest.raises(JobError, match="waits for a person: task 'Approve'"):
            await world.wait(number, wait_timeout=0)
    finally:
        object.__setattr__(world.sim.tables["task"].row.operations[0], "filters", lists.bracketed)
        world.sim.ignored.clear()
    assert world.case.time.sleeps == []


async def test_an_account_that_may_not_read_tasks_waits_all_the_same(world: World) -> None:
    world.sim.faults.append({"path": "/operations-manager/tasks", "status": 403, "times": 9})
    (number,) = world.seed({})
    await world.wait(number)
    assert world.called("/operations-manager/tasks") == 1
    assert world.sim.faults[0]["times"] == 8


async def test_the_children_for_which_a_job_waits_and_their_people_are_named(
    world: World,
) -> None:
    world.sim.settings["job_polls"] = 99
    (number,) = world.seed({"ancestors": ["0" * 24]})
    failure = {"task": "1a", "message": "no route"}
    failed, paused = world.seed(
        {"name": "Verify", "status": "error", "error": [failure], "ancestors": [number]},
        {"name": "Ask", "status": "paused", "ancestors": ["x", number], "groups": ["Owners"]},
    )
    world.sim.tables["task"].seed([{"name": "Approve", "job": {"_id": paused, "task": "4d"}}])
    with pytest.raises(JobError) as caught:
        await world.wait(number, wait_timeout=3)
    assert caught.value.message.endswith(
        f"(Upgrade): running 0 %, child job {failed} (Verify): error 0 %, failed in task '1a':"
        f" no route, child job {paused} (Ask): paused 0 %,"
        " waits for a person: task 'Approve' (group Owners)"
    )
    assert caught.value.reports[0].waiting_for.task == "Approve"


async def test_five_hundred_jobs_are_read_together(world: World) -> None:
    ids = world.seed(*[{"variables": {"report": number}} for number in range(500)])
    world.sim.tables["job"].get(ids[7])["status"] = "complete"
    outcome = await world.wait(ids)
    assert [report.outputs["report"] for report in outcome.reports] == list(range(500))
    assert world.case.time.sleeps == [2, 3]
    assert world.called(JOBS) <= 4 * 5
    assert sum(one.path.startswith(f"{JOBS}/") for one in world.sim.log) == 0
    assert world.lines == ["500 jobs: 1 complete, 499 running", "500 jobs: 500 complete"]


@pytest.mark.parametrize(("count", "requests"), [(2, 1), (100, 1), (101, 2), (500, 5)])
async def test_each_reading_of_jobs_takes_one_request_per_hundred(
    world: World, count: int, requests: int
) -> None:
    ids = world.seed(*[{}] * count)
    world.sim.settings["job_polls"] = 1000
    with pytest.raises(JobError):
        await world.wait(ids, wait_timeout=600)
    readings = len(world.case.time.sleeps) + 1
    assert readings == 26
    states = [one for one in world.sim.log if one.path == JOBS and "_id" in one.query]
    assert len(states) == readings * requests
    assert sum(one.path.startswith(f"{JOBS}/") for one in world.sim.log) == 0


async def test_of_many_jobs_that_fail_the_first_is_named(world: World) -> None:
    failure = {"status": "error", "error": [{"task": "1a", "message": "bad"}], "tasks": TASKS}
    ids = world.seed(*[{"status": "complete"}] * 6, failure)
    world.sim.tables["task"].seed([{"name": "Approve", "job": {"_id": ids[0], "task": "4d"}}])
    with pytest.raises(
        JobError, match=r"^1 of 7 jobs failed; the first: job .* error: task 'Back up': bad$"
    ):
        await world.wait(ids)
    world.sim.settings["job_polls"] = 99
    running = world.seed(*[{}] * 7)
    world.sim.tables["task"].seed([{"name": "Approve", "job": {"_id": running[0], "task": "4d"}}])
    with pytest.raises(JobError) as caught:
        await world.wait(running, wait_timeout=5)
    assert "and 2 more has not finished" in caught.value.message
    assert caught.value.message.endswith("7 jobs: 7 running, 1 waiting for a person")


async def test_a_job_that_does_not_exist_is_an_error_that_names_it(world: World) -> None:
    text = "^there is no job abc: check its id$"
    for jobs in ("abc", [*world.seed({}), "abc"]):
        with pytest.raises(JobError, match=text) as caught:
            await world.wait(jobs)
        assert caught.value.response.status_code == 404
    with pytest.raises(ClientError, match=text):
        await world.do("pause", "abc")
    for nothing in ([], "", [5]):
        with pytest.raises(ConfigurationError, match="job must be the id of a job"):
            await world.wait(nothing)


async def test_a_server_that_restarts_does_not_end_the_wait(world: World) -> None:
    (number,) = world.seed({})
    fault = {"path": f"{JOBS}/{number}", "status": 503, "times": 2}
    world.sim.faults.append(fault)
    world.lost[f"{JOBS}/{number}"] = httpx.ReadTimeout("slow")
    assert (await world.wait(number)).reports[0].job["status"] == "complete"
    assert (world.lost, fault["times"]) == ({}, 0)
    (other,) = world.seed({})
    world.sim.faults.append({"path": f"{JOBS}/{other}", "status": 500, "times": 9})
    with pytest.raises(JobError, match=f"job {other} has not finished: GET .* 500") as caught:
        await world.wait(other)
    assert f"; job {other}" not in caught.value.message
    assert caught.value.response.status_code == 500


# Outputs


async def test_outputs_are_those_that_are_asked_for_or_declared(world: World) -> None:
    variables = {"device": "r1", "extra": 1, "_id": "x", "initiator": "admin"}
    (number,) = world.seed({"status": "complete", "variables": variables})
    assert (await world.wait(number)).reports[0].outputs == {}
    chosen = await world.wait(number, outputs=["extra", "absent"])
    assert chosen.reports[0].outputs == {"extra": 1, "absent": None}
    world.sim.tables["workflow"].named("Upgrade")["outputSchema"] = None
    assert (await world.wait(number)).reports[0].outputs == {"extra": 1}
    (orphan,) = world.seed({"status": "complete", "name": "Deleted", "variables": {"a": 1}})
    assert (await world.wait(orphan)).reports[0].outputs == {"a": 1}


async def test_large_values_are_read_on_request(world: World) -> None:
    world.sim.settings["large_data"] = {"77": ["much"]}
    reference = {"_id": "77", "location": "job_data"}
    variables = {"report": reference, "size": 5, "place": {"_id": "77"}}
    (number,) = world.seed({"status": "complete", "variables": variables})
    assert (await world.wait(number)).reports[0].outputs == {"report": reference}
    whole = await world.wait(number, outputs=[*variables], large_values=True)
    assert whole.reports[0].outputs == {**variables, "report": ["much"]}


# Pause, resume, cancel


async def test_jobs_are_paused_resumed_and_canceled_in_batches_and_only_once(world: World) -> None:
    world.sim.settings["job_polls"] = 99
    ids = world.seed(*[{}] * 250)
    for verb, path, status in (
        ("pause", "pause", "paused"),
        ("resume", "resume", "running"),
        ("cancel", "cancel", "canceled"),
    ):
        world.sim.log.clear()
        outcome = await world.do(verb, ids)
        assert outcome.changed == ids
        assert {report.job["status"] for report in outcome.reports} == {status}
        sent = [(one.path, len(one.body["jobIds"])) for one in world.sim.writes]
        assert sent == [(f"{JOBS}/{path}", 100), (f"{JOBS}/{path}", 100), (f"{JOBS}/{path}", 50)]
        world.sim.log.clear()
        assert (await world.do(verb, ids)).changed == []
        assert world.sim.writes == []


async def test_only_jobs_that_need_it_are_changed_and_prediction_changes_none(
    world: World,
) -> None:
    ids = world.seed({"status": "complete"}, {"status": "error"}, {"status": "paused"})
    predicted = await world.do("bring", ids, "canceled", predict=True)
    assert predicted.changed == ids[1:]
    assert world.sim.writes == []
    assert (await world.do("cancel", ids)).changed == ids[1:]


@pytest.mark.parametrize(
    ("verb", "state", "status"),
    [("pause", "paused", "complete"), ("resume", "running", "error")],
)
async def test_a_status_that_cannot_be_reached_is_an_error_before_anything_is_sent(
    world: World, verb: str, state: str, status: str
) -> None:
    ids = world.seed({}, {"status": status})
    with pytest.raises(ClientError, match=f"is {status} and cannot become {state}"):
        await world.do(verb, ids)
    assert world.sim.writes == []


async def test_a_job_that_ends_while_it_is_being_paused_is_an_error(world: World) -> None:
    world.sim.settings["job_polls"] = 2
    (number,) = world.seed({})
    fault = {"path": f"{JOBS}/pause", "status": 200, "body": "", "times": 1}
    world.sim.faults.append(fault)
    with pytest.raises(ClientError, match="is complete and cannot become paused"):
        await world.do("pause", number)


@pytest.mark.parametrize("options", [{"wait_timeout": -1}, {"wait_timeout": float("nan")}])
async def test_a_time_that_cannot_work_is_an_error_before_a_job_is_changed(
    world: World, options: Any
) -> None:
    (number,) = world.seed({})
    with pytest.raises(ConfigurationError, match="wait_timeout must be 0 or more seconds"):
        await world.do("cancel", number, **options)
    assert world.sim.writes == []


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, "<html>sign in</html>"])
async def test_a_change_without_a_response_is_not_repeated_but_seen_in_the_job(
    world: World, outcome: Any
) -> None:
    (number,) = world.seed({})
    world.lost[f"{JOBS}/cancel"] = outcome
    canceled = await world.do("cancel", number)
    assert (canceled.changed, canceled.reports[0].job["status"]) == ([number], "canceled")
    assert world.called(f"{JOBS}/cancel") == 1


async def test_a_change_that_the_job_does_not_show_is_an_error_that_names_the_job(
    world: World,
) -> None:
    world.sim.settings["job_polls"] = 99
    (number,) = world.seed({})
    fault = {"path": f"{JOBS}/cancel", "method": "POST", "status": 504, "body": "", "times": 1}
    world.sim.faults.append(fault)
    text = "unknown if the server has received the request to cancel"
    with pytest.raises(JobError, match=text) as caught:
        await world.do("cancel", number)
    assert (caught.value.request.path, caught.value.reports[0].job["id"]) == (
        f"{JOBS}/cancel",
        number,
    )
    assert world.called(f"{JOBS}/cancel") == 1
    assert sum(world.case.time.sleeps) == 15


async def test_a_change_that_the_server_accepts_is_awaited_as_long_as_it_may_take(
    world: World,
) -> None:
    world.sim.settings["job_polls"] = 99
    (number,) = world.seed({})
    fault = {"path": f"{JOBS}/cancel", "method": "POST", "status": 200, "body": "", "times": 1}
    world.sim.faults.append(fault)
    with pytest.raises(JobError, match="timed out after 60 seconds"):
        await world.do("cancel", number, wait_timeout=60)


# Find and delete


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 504])
async def test_a_deletion_without_a_response_is_seen_in_the_jobs(
    world: World, outcome: Any
) -> None:
    (number,) = world.seed({"status": "complete"})
    world.lost[f"{JOBS}/delete"] = outcome
    assert (await world.do("delete", number)).deleted == [number]
    (number,) = world.seed({"status": "complete"})
    fault = {"path": f"{JOBS}/delete", "method": "POST", "status": 504, "body": "", "times": 1}
    world.sim.faults.append(fault)
    with pytest.raises(ClientError, match="unknown if .* to delete the jobs.*1 of 1 jobs exist"):
        await world.do("delete", number)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (504, "unknown if the server has received the .* to delete .*; the lookup failed: GET"),
        (200, "^GET "),
    ],
)
async def test_a_lookup_that_fails_does_not_hide_that_a_deletion_was_lost(
    world: World, status: int, error: str
) -> None:
    (number,) = world.seed({"status": "complete"})
    job = {"_id": number, "name": "Upgrade", "status": "complete"}
    world.sim.faults += [
        {
            "path": JOBS,
            "method": "GET",
            "status": 200,
            "body": json.dumps({"data": [job], "metadata": {"total": 1}}),
            "type": JSON,
        },
        {"path": JOBS, "method": "GET", "status": 403, "body": "", "times": 9},
        {"path": f"{JOBS}/delete", "method": "POST", "status": status, "body": "", "times": 1},
    ]
    with pytest.raises(ClientError, match=error):
        await world.do("delete", number)


async def test_jobs_that_match_filters_are_deleted_and_others_are_kept(world: World) -> None:
    old = world.seed(*[{"status": "complete", "metrics": {"end_time": 5}}] * 150)
    others = world.seed(
        {"status": "canceled", "metrics": {"end_time": 5}, "parent": {"job": "x"}},
        {"status": "error", "metrics": {"end_time": 5}},
    )
    world.seed({"status": "complete", "metrics": {"end_time": 50}})
    found = await world.do("find", {"name": "Upgrade", "metrics.end_time": {"lt": 9}})
    ids = [job["_id"] for job in found]
    assert sorted(ids) == sorted([*old, *others])
    predicted = await world.do("delete", ids, predict=True)
    assert (sorted(predicted.deleted), world.sim.writes) == (sorted(old), [])
    deletion = await world.do("delete", ids)
    assert sorted(deletion.deleted) == sorted(old)
    assert [job["status"] for job in deletion.kept] == ["canceled", "error"]
    assert [len(one.body["jobIds"]) for one in world.sim.writes] == [100, 50]
    world.sim.log.clear()
    assert (await world.do("delete", ids)).deleted == []
    assert world.sim.writes == []


async def test_a_job_that_the_server_keeps_silently_is_not_called_deleted(world: World) -> None:
    (number,) = world.seed({"status": "complete"})
    fault = {"path": f"{JOBS}/delete", "status": 200, "body": "", "times": 1}
    world.sim.faults.append(fault)
    deletion = await world.do("delete", number)
    assert (deletion.deleted, [job["_id"] for job in deletion.kept]) == ([], [number])


@pytest.mark.parametrize("filters", [{}, {"name": ""}, {"status": {"not_in": ["x"]}}])
async def test_filters_that_match_every_job_are_refused(world: World, filters: Any) -> None:
    world.sim.tables["job"].clear()
    world.seed({})
    with pytest.raises(ConfigurationError, match="^filters: .*(match every job|empty value)"):
        await world.do("find", filters)
