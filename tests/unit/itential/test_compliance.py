# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compliance runs: started once, awaited, and judged by their totals."""

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
)
from ansible_collections.restops.clients.plugins.module_utils.itential.compliance import (
    ComplianceError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

CM = "/configuration_manager"
RUN = f"{CM}/compliance_plans/run"
CHECK = f"{CM}/compliance_reports"


class World(Platform):
    """A Platform with the golden configuration `Edge` and the plan `nightly` for two devices."""

    def __init__(self, case: Case, **settings: Any) -> None:
        super().__init__(case, **settings)
        self.lines: list[str] = []
        (self.tree,) = self.sim.tables["golden_config"].seed([{"name": "Edge"}])
        self.root = self.tree["versions"]["initial"]["root"]
        self.node = {
            "treeId": self.tree["id"],
            "version": "initial",
            "nodeId": self.root["attributes"]["configId"],
            "devices": ["r1", "r2"],
        }
        (self.plan,) = self.seed_plan("nightly", self.node)

    def seed_plan(self, name: str, *nodes: Any) -> Any:
        return self.sim.tables["compliance_plan"].seed([{"name": name, "nodes": list(nodes)}])

    async def do(self, verb: str, *args: Any, **options: Any) -> Any:
        return await self.case.kind.wait(getattr(self.client.compliance, verb)(*args, **options))

    async def start(self, **options: Any) -> Any:
        return await self.do("start", **{"plan": "nightly", **options})

    async def check(self, **options: Any) -> Any:
        return await self.do("start", **{"golden_config": "Edge", **options})

    async def wait(self, run: Any, **options: Any) -> Any:
        return await self.do("wait", run, notify=self.lines.append, **options)

    async def fail(self, run: Any, **options: Any) -> ComplianceError:
        with pytest.raises(ComplianceError) as caught:
            await self.wait(run, **options)
        return caught.value

    def instances(self) -> list[Any]:
        return list(self.sim.tables["compliance_instance"])

    def fault(self, path: str, status: int, body: str = "", times: int = 1) -> None:
        fault = {"path": path, "status": status, "body": body, "times": times}
        self.sim.faults.append({**fault, "type": "application/json"})


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


# A plan


async def test_a_plan_is_run_and_its_reports_are_returned(world: World) -> None:
    world.sim.settings["compliance_polls"] = 2
    run = await world.start()
    number = world.instances()[0]["id"]
    assert (run.is_new, run.instance) == (True, number)
    assert world.writes == [(f"POST {RUN}", {"planId": world.plan["id"], "options": {}})]
    outcome = await world.wait(run)
    assert outcome.status == "complete"
    assert [report.device for report in outcome.reports] == ["r1", "r2"]
    assert outcome.totals == {"errors": 0, "warnings": 0, "infos": 0, "passes": 2}
    assert (outcome.failing, outcome.unchecked, outcome.waited) == ((), [], 5)
    assert outcome.run.plan == {"id": world.plan["id"], "name": "nightly"}
    assert world.case.time.sleeps == [2, 3]
    label = f"compliance plan 'nightly' (instance {number})"
    assert world.lines == [f"{label}: running", f"{label}: complete, 2 devices: no issues"]


@pytest.mark.parametrize("grouped", [True, False])
async def test_runs_are_found_in_both_forms_of_their_list(world: World, grouped: bool) -> None:
    world.sim.settings["instances_grouped"] = grouped
    world.seed_plan("other", world.node)
    await world.start(plan="other")
    run = await world.start(plan=world.plan["id"])
    assert len((await world.wait(run)).reports) == 2
    assert len((await world.wait(run.instance)).reports) == 2


async def test_a_start_is_predicted_with_the_same_checks(world: World) -> None:
    run = await world.do("predict", plan="nightly")
    assert (run.is_new, run.instance, run.label()) == (True, "", "compliance plan 'nightly'")
    with pytest.raises(
        ConfigurationError, match="no compliance plan 'nigthly': did you mean 'nightly'"
    ):
        await world.do("predict", plan="nigthly")
    assert world.sim.writes == []


async def test_two_plans_with_one_name_are_distinguished_by_id(world: World) -> None:
    (twin,) = world.seed_plan("nightly", world.node)
    with pytest.raises(ConfigurationError, match="several compliance plans 'nightly'") as caught:
        await world.start()
    assert twin["id"] in caught.value.message
    assert (await world.start(plan=twin["id"])).plan["id"] == twin["id"]


async def test_a_run_in_progress_is_used_unless_a_new_one_is_asked_for(world: World) -> None:
    first = await world.start()
    again = await world.start()
    assert (again.is_new, again.instance) == (False, first.instance)
    assert (await world.do("predict", plan="nightly")).instance == first.instance
    other = await world.start(attach=False)
    assert (other.is_new, other.instance != first.instance) == (True, True)
    await world.wait(first)
    await world.wait(other)
    assert (await world.start()).is_new
    assert len(world.instances()) == 3


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, 504])
async def test_a_start_without_a_response_is_found_among_the_runs_of_the_plan(
    world: World, outcome: Any
) -> None:
    await world.wait(await world.start())
    world.lost[RUN] = outcome
    run = await world.start()
    assert run.is_new
    assert [one["id"] for one in world.instances()][1:] == [run.instance]
    await world.wait(run)
    world.fault(RUN, 504)
    with pytest.raises(ClientError, match="unknown if compliance plan 'nightly' was started"):
        await world.start()
    assert len(world.instances()) == 2
    assert sum(world.case.time.sleeps[-5:]) <= 15


async def test_errors_of_a_proxy_do_not_end_the_search_for_a_lost_start(world: World) -> None:
    search = f"{CM}/search/compliance_plan_instances"
    world.fault(search, 200, '{"plans": []}')
    world.lost[RUN] = 504
    world.fault(search, 502)
    run = await world.start(attach=False)
    assert [one["id"] for one in world.instances()] == [run.instance]


@pytest.mark.parametrize("status", [403, 502])
async def test_a_search_that_fails_does_not_hide_that_a_start_was_lost(
    world: World, status: int
) -> None:
    search = f"{CM}/search/compliance_plan_instances"
    world.fault(search, 200, '{"plans": []}')
    world.lost[RUN] = 504
    world.fault(search, status, times=99)
    with pytest.raises(ClientError, match="unknown if compliance plan 'nightly' was st") as caught:
        await world.start()
    assert "the lookup failed: POST" in caught.value.message
    assert caught.value.message.endswith(": check before repeating it")
    assert caught.value.request is not None
    assert caught.value.request.path.endswith(RUN)
    assert not caught.value.during_login
    assert "wait_timeout" not in caught.value.message
    assert len(world.instances()) == 1


@pytest.mark.parametrize("body", ["{}", "null", '{"message": "started"}', "not JSON"])
async def test_a_response_without_an_instance_is_no_reason_for_another_start(
    world: World, body: str
) -> None:
    path = f"{CM}/search/compliance_plan_instances"
    world.fault(path, 200, '{"plans": []}')
    world.sim.tables["compliance_instance"].seed([{"planId": world.plan["id"], "id": "new"}])
    world.fault(RUN, 200, body)
    assert (await world.start()).instance == "new"


async def test_a_start_that_was_not_sent_or_is_refused_is_an_error(world: World) -> None:
    world.lost[RUN] = httpx.ConnectError("refused")
    with pytest.raises(ClientError) as caught:
        await world.start()
    assert "unknown" not in caught.value.message
    world.fault(RUN, 500, '{"message": "broken"}')
    with pytest.raises(HTTPStatusError, match="broken"):
        await world.start(attach=False)
    world.fault(RUN, 200, '{"status": "failure", "message": "plan is a draft"}')
    with pytest.raises(
        ClientError, match="refused to run compliance plan 'nightly': plan is a dra"
    ):
        await world.start(attach=False)


async def test_a_run_that_is_not_listed_yet_is_awaited(world: World) -> None:
    run = await world.start()
    world.fault(f"{CM}/search/compliance_plan_instances", 200, '{"plans": []}')
    world.fault(f"{CM}/search/compliance_plan_instances", 503)
    assert (await world.wait(run)).waited == 9.5


async def test_a_run_that_fails_is_an_error_with_its_job(world: World) -> None:
    world.sim.settings["compliance_status"] = "Cancelled"
    run = await world.start()
    error = await world.fail(run)
    job = world.instances()[0]["jobId"]
    assert error.message == f"{run.label()} ended as canceled; see job {job}"
    world.instances()[0].update(jobStatus="error", error={"message": "no worker"})
    assert (
        await world.fail(run)
    ).message == f"{run.label()} ended as error: no worker; see job {job}"


async def test_a_run_that_takes_too_long_is_named(world: World) -> None:
    world.sim.settings["compliance_polls"] = 99
    run = await world.start()
    error = await world.fail(run, wait_timeout=10)
    assert error.message == (
        f"{run.label()} has not finished: timed out after 10 seconds, give a longer wait_timeout;"
        " it is running"
    )
    assert (error.outcome.run.instance, error.outcome.waited) == (run.instance, 10)
    world.fault(f"{CM}/search/compliance_plan_instances", 403, times=9)
    assert "has not finished: POST" in (await world.fail(run)).message


async def test_a_run_that_does_not_exist_is_an_error(world: World) -> None:
    with pytest.raises(ConfigurationError, match="there is no compliance run 'x'"):
        await world.wait("x")


async def test_runs_with_other_names_of_fields_are_understood(world: World) -> None:
    path = f"{CM}/search/compliance_plan_instances"
    run = await world.start()
    record = {"finished": "now", "nodes": [1], "batchId": world.instances()[0]["batchId"]}
    world.fault(path, 200, json.dumps({"groups": [{"plans": [record]}]}))
    assert len((await world.wait(run)).reports) == 2
    world.fault(path, 200, '{"plans": [{"jobStatus": "complete"}]}', times=1)
    assert (await world.fail(run)).outcome.reports == []
    world.fault(path, 200, "[]")
    assert (await world.wait(run)).status == "complete"
    world.fault(path, 200, '{"plans": null, "groups": [null, {"plans": [null]}]}')
    assert (await world.wait(run)).status == "complete"


# The verdict


async def test_too_many_issues_fail_with_devices_and_issues(world: World) -> None:
    issue = {"severity": "error", "message": "missing line: ntp\n server 192.0.2.1"}
    world.sim.settings.update(
        compliance={"r1": {"errors": 1}, "r2": {"errors": 2, "warnings": 1}},
        compliance_issues={"r2": [{}, issue]},
    )
    run = await world.start()
    error = await world.fail(run)
    assert error.message == (
        f"{run.label()} failed: 3 errors (at most 0): r2: 2 errors (missing line: ntp server"
        " 192.0.2.1); r1: 1 error"
    )
    worst, other = error.outcome.failing
    assert (worst.device, worst.issues, worst.issue_count) == ("r2", [{}, issue], 2)
    assert (other.device, other.totals["errors"]) == ("r1", 1)
    assert world.lines[-1].endswith("complete, 2 devices: 3 errors, 1 warning")


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ({"errors": 3, "warnings": 1}, ""),
        ({"errors": None}, ""),
        ({}, ""),
        ({"warnings": 0}, "1 warning (at most 0): r2: 1 warning"),
        ({"errors": 2, "warnings": 0}, "3 errors (at most 2), 1 warning (at most 0): r2: 2 errors"),
    ],
)
async def test_kinds_without_a_bound_do_not_count(world: World, bounds: Any, text: str) -> None:
    world.sim.settings["compliance"] = {"r1": {"errors": 1}, "r2": {"errors": 2, "warnings": 1}}
    run = await world.start()
    if not text:
        assert (await world.wait(run, fail_above=bounds)).totals["errors"] == 3
        return
    assert text in (await world.fail(run, fail_above=bounds)).message


async def test_a_run_over_no_devices_is_not_compliance(world: World) -> None:
    world.seed_plan("empty", {**world.node, "devices": []})
    run = await world.start(plan="empty")
    error = await world.fail(run)
    assert error.message.endswith(
        "failed: 0 devices were checked, and require_devices is 1: check the devices of the run"
    )
    assert (await world.wait(run, require_devices=0)).reports == []
    both = await world.start()
    assert "2 devices were checked" in (await world.fail(both, require_devices=3)).message


async def test_devices_of_the_plan_without_a_report_are_named(world: World) -> None:
    world.sim.settings["unreachable"] = ("r2",)
    (group,) = world.sim.tables["device_group"].seed([{"name": "more", "devices": ["r3"]}])
    world.plan["nodes"][0]["deviceGroups"] = [group["id"]]
    outcome = await world.wait(await world.start())
    assert [report.device for report in outcome.reports] == ["r1", "r3"]
    assert outcome.unchecked == ["r2"]


async def test_a_message_names_five_devices_and_counts_the_others(world: World) -> None:
    names = [f"r{number}" for number in range(1, 13)]
    world.plan["nodes"][0]["devices"] = names
    world.sim.settings.update(
        compliance={name: {"errors": 1} for name in names},
        compliance_issues={name: ["a line"] * 12 for name in names},
        compliance_issues_listed=False,
    )
    error = await world.fail(await world.start())
    assert "12 errors (at most 0): r1: 1 error (a line); r2: 1 error (a line)" in error.message
    assert error.message.endswith("; and 7 more devices")
    counts = [(len(report.issues or ()), report.issue_count) for report in error.outcome.failing]
    # The issues of the first ten are read, and the first ten of them kept.
    assert counts == [(10, 12)] * 10 + [(0, 0)] * 2


async def test_a_report_without_totals_fails(world: World) -> None:
    run = await world.start()
    batch = f"{CHECK}/batch/{world.instances()[0]['batchId']}"
    world.fault(batch, 200, '{"list": [{"device": {"name": "r1"}, "id": "9"}, 5]}')
    world.fault(f"{CHECK}/details/9", 200, "[]")
    error = await world.fail(run)
    assert error.message.endswith("failed: the server has no totals for r1")
    record = {"deviceName": "r1", "reportId": "9"}
    world.fault(f"{CHECK}/details/9", 200, "{}")
    world.fault(batch, 200, json.dumps([{**record, "totals": {"errors": "many"}}]))
    assert "no totals for r1" in (await world.fail(run)).message
    world.fault(batch, 200, json.dumps([{**record, "totals": {"infos": None, "passes": "1"}}]))
    assert (await world.wait(run)).totals["passes"] == 1


async def test_totals_that_only_the_report_itself_has_are_read(world: World) -> None:
    run = await world.start()
    batch = f"{CHECK}/batch/{world.instances()[0]['batchId']}"
    world.fault(batch, 200, '[{"deviceName": "r1", "id": "9"}]')
    world.fault(f"{CHECK}/details/9", 200, '{"totals": {"errors": 2}, "issues": [{"line": "x"}]}')
    assert "2 errors (at most 0): r1: 2 errors (x)" in (await world.fail(run)).message


async def test_details_that_cannot_be_read_do_not_hide_the_verdict(world: World) -> None:
    run = await world.start()
    batch = f"{CHECK}/batch/{world.instances()[0]['batchId']}"
    reports = [{"deviceName": f"r{number}", "id": number} for number in (5, 6)]
    world.fault(batch, 200, json.dumps([{**one, "totals": {"errors": 1}} for one in reports]))
    world.fault(f"{CHECK}/details/6", 403, times=9)
    world.fault(f"{CHECK}/details/5", 200, '{"issues": ["x"]}')
    error = await world.fail(run)
    assert error.message.endswith("failed: 2 errors (at most 0): r5: 1 error (x); r6: 1 error")
    assert [report.device for report in error.outcome.failing] == ["r5", "r6"]
    assert error.outcome.totals["errors"] == 2


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"fail_above": {"error": 0}}, "fail_above.error is unknown: use errors, warnings, infos"),
        ({"fail_above": {"errors": -1}}, "fail_above.errors must be a whole number from 0"),
        ({"require_devices": True}, "require_devices must be a whole number from 0"),
        ({"wait_interval": 0}, "wait_interval must be more than 0"),
    ],
)
async def test_conditions_that_cannot_work_are_refused(
    world: World, options: Any, error: str
) -> None:
    run = await world.start()
    with pytest.raises(ConfigurationError, match=error):
        await world.wait(run, **options)
    with pytest.raises(TypeError, match="unknown argument 'gate'"):
        await world.do("wait", run, gate=1)


# Devices and backups against a golden configuration


async def test_devices_are_checked_against_a_node(world: World) -> None:
    world.sim.settings["check_polls"] = 2
    run = await world.check(devices=["r1", "r2", "r1"])
    info = {"treeId": world.tree["id"], "version": "initial", "nodePath": "base"}
    assert world.writes == [(f"POST {CHECK}", {"options": {**info, "devices": ["r1", "r2"]}})]
    outcome = await world.wait(run)
    assert [report.device for report in outcome.reports] == ["r1", "r2"]
    label = f"golden configuration 'Edge' (batch {run.batch})"
    assert world.lines == [
        f"{label}: 0 of 2 checked",
        f"{label}: 1 of 2 checked",
        f"{label}: complete, 2 devices: no issues",
    ]


async def test_a_check_waits_for_each_device_and_not_for_a_number_of_reports(
    world: World,
) -> None:
    world.sim.settings["compliance"] = {"r2": {"errors": 5}}
    run = await world.check(devices=["r1", "r2"])
    report = {"deviceName": "r1", "id": "1", "totals": {"errors": 0}}
    world.fault(f"{CHECK}/batch/{run.batch}", 200, json.dumps([report, {**report, "id": "2"}]))
    assert "r2: 5 errors" in (await world.fail(run)).message
    assert world.lines[0].endswith(": 1 of 2 checked")


async def test_backups_are_checked_without_their_devices(world: World) -> None:
    (backup,) = world.sim.tables["device_backup"].seed([{"name": "r9"}])
    run = await world.check(golden_config=world.tree["id"], backups=[backup["id"]])
    info = {"treeId": world.tree["id"], "version": "initial", "nodePath": "base"}
    assert world.writes == [
        (f"POST {CHECK}/backups", {"treeInfo": info, "backupIds": [backup["id"]]})
    ]
    world.sim.settings["check_polls"] = 1
    error = await world.fail(run, wait_timeout=0)
    assert error.message.endswith("it is 0 of 1 checked")
    assert [report.device for report in (await world.wait(run)).reports] == ["r9"]


async def test_a_device_that_is_never_reported_is_named(world: World) -> None:
    world.sim.settings["unreachable"] = ("r2",)
    run = await world.check(devices=["r1", "r2"])
    error = await world.fail(run, wait_timeout=0)
    assert error.message.endswith("give a longer wait_timeout; it is 1 of 2 checked, without r2")
    assert error.outcome.unchecked == ["r2"]
    batch = f"{CHECK}/batch/{run.batch}"
    world.fault(batch, 404)
    assert "0 of 2 checked, without r1, r2" in (await world.fail(run, wait_timeout=0)).message
    world.fault(batch, 403, times=9)
    assert "has not finished: GET" in (await world.fail(run, wait_timeout=0)).message


async def test_a_check_is_predicted_and_its_node_must_exist(world: World) -> None:
    run = await world.do("predict", golden_config="Edge", node="base", devices=["r1"])
    assert run.label() == "golden configuration 'Edge'"
    for options, error in (
        ({"node": "base/x"}, "has no node 'base/x': its nodes are base"),
        ({"version": "v2"}, "golden configuration 'Edge' has no version 'v2'"),
        ({"golden_config": "Egde"}, "there is no golden configuration 'Egde': did you mean 'Edge'"),
        ({"golden_config": None}, "golden_config is missing: say against what devices"),
        ({"devices": []}, "devices is empty"),
        ({"plan": "nightly"}, "give one of plan, devices and backups"),
    ):
        with pytest.raises(ConfigurationError, match=error):
            await world.check(**{"devices": ["r1"], **options})
    with pytest.raises(TypeError, match="unknown argument 'device'"):
        await world.check(device="r1")
    assert world.sim.writes == []


async def test_a_check_without_a_response_is_an_error_that_says_so(world: World) -> None:
    world.lost[CHECK] = httpx.ReadError("reset")
    with pytest.raises(ClientError, match="unknown if the check of golden configuration 'Edge' wa"):
        await world.check(devices=["r1"])
    world.fault(CHECK, 500)
    with pytest.raises(HTTPStatusError, match="^POST"):
        await world.check(devices=["r1"])
    world.fault(CHECK, 200, '{"status": 202, "message": "started"}')
    with pytest.raises(ClientError, match="the response names no batch"):
        await world.check(devices=["r1"])
