# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manual tasks: claimed, assigned, released and finished once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.polling import (
    PollTimeoutError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

JOB = "a" * 24


class World(Platform):
    """A Platform with a job that waits for a person."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.sim.tables["task"].clear()
        self.sim.settings["job_polls"] = 1000
        (self.job,) = self.sim.tables["job"].seed(
            [{"_id": JOB, "name": "Change", "status": "running", "metrics": {"progress": 0}}]
        )
        (self.task,) = self.seed({"name": "ViewData", "summary": "Approve"})
        self.me = self.sim.tables["account"].named("admin")["_id"]

    def seed(self, *records: dict[str, Any]) -> list[Any]:
        found: list[Any] = self.sim.tables["task"].seed(
            [{"job": {"_id": JOB, "task": "4d"}, **record} for record in records]
        )
        return found

    async def bring(self, state: str, **options: Any) -> Any:
        given = options if "task" in options else {"job": JOB, **options}
        self.sim.log.clear()
        return await self.case.kind.wait(self.client.tasks.bring(state, **given))

    @property
    def paths(self) -> list[str]:
        """The last parts of the paths of the writes."""
        return [path.rpartition("/")[2] for path, dummy in self.writes]


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


async def test_a_task_is_claimed_and_released_once(world: World) -> None:
    number = world.task["_id"]
    predicted = await world.bring("claimed", predict=True)
    assert (predicted.changed, world.paths) == (True, [])
    claimed = await world.bring("claimed")
    assert claimed.task == {
        "id": number,
        "name": "Approve",
        "job": JOB,
        "status": "running",
        "owner": world.me,
    }
    assert (claimed.changed, world.paths) == (True, ["claim"])
    again = await world.bring("claimed", task=number)
    assert (again.changed, world.paths) == (False, [])
    released = await world.bring("released")
    assert (released.changed, released.task["owner"], world.paths) == (True, "", ["release"])
    assert not (await world.bring("released")).changed


async def test_a_task_of_another_account_is_not_taken_away(world: World) -> None:
    world.task["metrics"]["owner"] = "somebody"
    with pytest.raises(ClientError, match=r"\(Approve\) is claimed by somebody: release it first"):
        await world.bring("claimed")
    assert world.paths == []


async def test_a_task_is_assigned_to_an_account_by_name_or_id(world: World) -> None:
    (one, two, twin) = world.sim.tables["account"].seed(
        [{"username": name} for name in ("grace", "twin", "twin")]
    )
    assert (await world.bring("assigned", account="grace")).task["owner"] == one["_id"]
    assert world.writes[0][1] == {"userId": one["_id"]}
    assert not (await world.bring("assigned", account=one["_id"])).changed
    assert (await world.bring("assigned", account=two["_id"])).changed
    with pytest.raises(ConfigurationError, match=f"several accounts 'twin'.*{twin['_id']}"):
        await world.bring("assigned", account="twin")
    with pytest.raises(ConfigurationError, match="account is missing"):
        await world.bring("assigned")


async def test_an_account_that_does_not_exist_gets_no_task(world: World) -> None:
    world.sim.tables["account"].seed([{"username": "grace"}])
    with pytest.raises(ConfigurationError, match="no account 'grcae': did you mean 'grace'"):
        await world.bring("assigned", account="grcae")
    assert world.paths == []


async def test_an_active_account_is_preferred_to_an_inactive_one_of_its_name(
    world: World,
) -> None:
    (dummy, active) = world.sim.tables["account"].seed(
        [{"username": "eve", "inactive": True}, {"username": "eve", "inactive": False}]
    )
    assert (await world.bring("assigned", account="eve")).task["owner"] == active["_id"]


CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("claimed", {}, "tasks/{id}/claim"),
    ("assigned", {"account": "grace"}, "tasks/{id}/assign"),
    ("finished", {}, "tasks/{id}/claim"),
    ("finished", {}, f"jobs/{JOB}/tasks/4d/finish"),
]


@pytest.mark.parametrize(("state", "options", "path"), CHANGES)
@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, "OK"])
async def test_a_change_without_a_response_is_not_repeated_but_seen_in_the_task(
    world: World, state: str, options: dict[str, Any], path: str, outcome: Any
) -> None:
    world.sim.tables["account"].seed([{"username": "grace"}])
    world.lost["/operations-manager/" + path.format(id=world.task["_id"])] = outcome
    assert (await world.bring(state, **options)).changed
    assert len(world.paths) == len(set(world.paths))


@pytest.mark.parametrize(("state", "options", "path"), CHANGES)
async def test_a_change_that_the_task_does_not_show_is_an_error(
    world: World, state: str, options: dict[str, Any], path: str
) -> None:
    world.sim.tables["account"].seed([{"username": "grace"}])
    whole = "/operations-manager/" + path.format(id=world.task["_id"])
    world.sim.faults.append({"path": whole, "status": 504, "body": "", "times": 1})
    with pytest.raises(
        ClientError, match=r"unknown if .* task \w+ \(Approve\): .*does not show it"
    ):
        await world.bring(state, **options)


async def test_a_lookup_that_fails_is_part_of_the_error_of_a_lost_change(world: World) -> None:
    path = f"/operations-manager/tasks/{world.task['_id']}"
    world.lost[f"{path}/claim"] = 504
    world.sim.faults.append({"path": path, "status": 403, "body": "", "times": 9})
    with pytest.raises(HTTPStatusError, match="; the lookup failed: GET .*403") as caught:
        await world.bring("claimed")
    assert (caught.value.request.method, caught.value.status_code) == ("POST", 504)


@pytest.mark.parametrize(("state", "options", "path"), CHANGES)
async def test_a_refusal_in_a_200_response_is_an_error_with_its_reason(
    world: World, state: str, options: dict[str, Any], path: str
) -> None:
    world.sim.tables["account"].seed([{"username": "grace"}])
    whole = "/operations-manager/" + path.format(id=world.task["_id"])
    body = '{"status": "failure", "message": "task is locked"}'
    world.sim.faults.append({"path": whole, "status": 200, "body": body, "times": 1})
    with pytest.raises(ClientError, match=r"the server refused to .* \(Approve\): task is locked$"):
        await world.bring(state, **options)


async def test_an_empty_response_is_not_a_task(world: World) -> None:
    path = f"/operations-manager/tasks/{world.task['_id']}"
    world.sim.faults.append({"path": path, "status": 200, "body": "", "times": 1})
    with pytest.raises(ClientError, match="the server's answer has no task"):
        await world.bring("claimed", task=world.task["_id"])


async def test_the_failure_of_a_server_says_nothing_about_a_task(world: World) -> None:
    path = f"/operations-manager/tasks/{world.task['_id']}"
    world.sim.faults.append({"path": path, "status": 500, "body": "", "times": 1})
    with pytest.raises(ClientError, match="500"):
        await world.bring("claimed", task=world.task["_id"])


async def test_a_task_is_claimed_and_finished_once(world: World) -> None:
    predicted = await world.bring("finished", predict=True)
    assert (predicted.changed, world.paths) == (True, [])
    done = await world.bring("finished", outcome="failure", variables={"why": "no"})
    assert (done.changed, done.task["status"]) == (True, "complete")
    assert world.paths == ["claim", "finish"]
    assert world.task["variables"] == {"why": "no"}
    again = await world.bring("finished", outcome="failure")
    assert (again.changed, world.paths) == (False, [])
    with pytest.raises(ClientError, match="was finished with failure, not with success"):
        await world.bring("finished")
    with pytest.raises(ClientError, match="is complete: only a running task can be claimed"):
        await world.bring("released", task=world.task["_id"])


async def test_a_claimed_task_is_finished_without_claiming_it_again(world: World) -> None:
    await world.bring("claimed")
    await world.bring("finished")
    assert world.paths == ["finish"]


@pytest.mark.parametrize("given", [{"size": 5}, {"export": {"size": 5}}])
async def test_the_data_of_a_form_is_its_export(world: World, given: dict[str, Any]) -> None:
    world.task["name"] = "ShowJsonForm"
    await world.bring("finished", variables=given)
    assert world.task["variables"] == {"export": {"size": 5}}


async def test_one_of_several_tasks_is_named(world: World) -> None:
    world.seed(
        {"name": "ViewData", "summary": "Other", "job": {"_id": JOB, "task": "5e"}},
        {"name": "ViewData", "summary": "Foreign", "job": {"_id": "b" * 24, "task": "5e"}},
    )
    for name in ("Other", "5e"):
        assert (await world.bring("released", name=name)).task["name"] == "Other"
    with pytest.raises(ConfigurationError, match="has several such tasks") as caught:
        await world.bring("claimed", name="ViewData")
    assert f"{world.task['_id']} (Approve)" in caught.value.message
    with pytest.raises(PollTimeoutError, match="to have a manual task 'Missing'") as late:
        await world.bring("claimed", name="Missing")
    assert late.value.message.endswith(
        f"; job {JOB} (Change): running 0 %, waiting for manual task 'Missing',"
        " its open manual tasks are 'Approve' (running), 'Other' (running)"
    )
    assert str(late.value) == late.value.message


async def test_a_job_is_waited_for_until_it_has_the_task(world: World) -> None:
    world.sim.faults.append(
        {
            "path": "/operations-manager/tasks",
            "status": 200,
            "body": '{"data": [], "metadata": {"total": 0}}',
            "type": "application/json",
            "times": 2,
        }
    )
    assert (await world.bring("claimed", wait_timeout=60)).task["name"] == "Approve"
    assert world.case.time.sleeps == [2, 3]


@pytest.mark.parametrize("status", ["complete", "canceled", "error"])
async def test_a_job_that_has_ended_without_the_task_is_not_waited_for(
    world: World, status: str
) -> None:
    world.job["status"] = status
    world.task["status"] = "complete"
    title = f"^job {JOB} \\(Change\\) is {status} and has no open manual task"
    with pytest.raises(
        ClientError, match=rf"{title} 'Other': its manual tasks are 'Approve' \(complete\)$"
    ):
        await world.bring("finished", name="Other", wait_timeout=60)
    world.sim.tables["task"].clear()
    with pytest.raises(ClientError, match=f"{title}: it has no manual tasks$"):
        await world.bring("claimed", wait_timeout=60)
    assert world.case.time.sleeps == []


async def test_a_job_that_does_not_exist_is_not_waited_for(world: World) -> None:
    with pytest.raises(ClientError, match="^there is no job nowhere: check its id$"):
        await world.bring("claimed", job="nowhere", wait_timeout=60)
    assert world.case.time.sleeps == []


async def test_the_job_is_shown_while_it_has_no_such_task(world: World) -> None:
    lines: list[str] = []
    world.sim.settings["job_steps"] = [{}, {}, {"metrics": {"progress": 0.5}}]
    with pytest.raises(PollTimeoutError):
        await world.bring("claimed", name="Other", wait_timeout=30, notify=lines.append)
    rest = "waiting for manual task 'Other', its open manual tasks are 'Approve' (running)"
    assert lines == [f"job {JOB} (Change): running {done} %, {rest}" for done in (0, 50)]


async def test_the_task_is_waited_for_if_the_account_may_not_read_the_job(world: World) -> None:
    lines: list[str] = []
    fault = {"path": f"/operations-manager/jobs/{JOB}", "status": 403, "times": 1}
    world.sim.faults.append(fault)
    world.task["status"] = "complete"
    with pytest.raises(PollTimeoutError):
        await world.bring("claimed", notify=lines.append)
    assert lines == [f"job {JOB}: status unknown, waiting for manual task"]
    world.sim.faults.append({**fault, "status": 500, "times": 9})
    with pytest.raises(ClientError, match="GET .* 500"):
        await world.bring("claimed")


@pytest.mark.parametrize(
    ("state", "options", "error"),
    [
        ("done", {}, "state must be one of claimed, released, assigned, finished"),
        ("finished", {"outcome": "maybe"}, "outcome must be success or failure"),
        ("claimed", {"task": "x", "job": JOB}, "give the id of a task, or job and name"),
        ("claimed", {"task": "x"}, r"there is no task x \(404\): check its id"),
    ],
)
async def test_options_that_cannot_work_are_refused(
    world: World, state: str, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(ClientError, match=error):
        await world.bring(state, **options)
    with pytest.raises(TypeError, match="unknown argument 'nam'"):
        await world.bring("claimed", nam="x")
    assert world.paths == []
