# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of the Platform's Configuration Manager."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.support import Case

from .lives import NAMES, Life, live, live_by_name, named
from .simulated import Platform

CM = "/configuration_manager"
RELEASES = ("2023.2", "6.5", "6.6")
DEVICES = ["rtr-001", "rtr-002"]

GROUP = Life(
    "device_group",
    {"name": "core", "description": "old", "devices": DEVICES},
    {"description": "new"},
    [
        (
            f"POST {CM}/devicegroup",
            {
                "groupName": "core",
                "groupDescription": "old",
                "deviceNames": "rtr-001, rtr-002",
            },
        )
    ],
    [
        (
            f"PUT {CM}/deviceGroups/{{id}}",
            {"details": {"devices": DEVICES, "description": "new"}},
        )
    ],
    [(f"DELETE {CM}/deviceGroups", {"groupIds": ["{id}"]})],
)
TEMPLATE = Life(
    "device_template",
    {"name": "banner", "template": "banner {{ text }}\n", "variables": {"text": "x"}},
    {"template": "banner motd {{ text }}\n"},
    [
        (
            f"POST {CM}/templates",
            {
                "name": "banner",
                "template": "banner {{ text }}\n",
                "variables": {"text": "x"},
                "options": {},
            },
        )
    ],
    [
        (
            f"PUT {CM}/templates",
            {
                "id": "{id}",
                "data": {
                    "name": "banner",
                    "template": "banner motd {{ text }}\n",
                    "variables": {"text": "x"},
                },
                "options": {"deviceOSTypes": []},
            },
        )
    ],
    [(f"DELETE {CM}/templates", {"templateIds": ["{id}"]})],
)
TREE = Life(
    "golden_config",
    {"name": "campus", "deviceType": "cisco-ios", "description": "old"},
    {"description": "new"},
    [
        (
            f"POST {CM}/configs",
            {"name": "campus", "deviceType": "cisco-ios", "description": "old"},
        )
    ],
    [(f"PUT {CM}/configs/{{id}}", {"description": "new"})],
    [(f"DELETE {CM}/configs/{{id}}", None)],
)
PLAN = Life(
    "compliance_plan",
    {"name": "nightly", "description": "old", "nodes": []},
    {"description": "new"},
    [
        (
            f"POST {CM}/compliance_plans",
            {"name": "nightly", "options": {"description": "old", "nodes": []}},
        )
    ],
    [(f"PUT {CM}/compliance_plans", {"planId": "{id}", "options": {"description": "new"}})],
    [(f"DELETE {CM}/compliance_plans", {"planIds": ["{id}"]})],
)
LIVES = [GROUP, TEMPLATE, TREE, PLAN]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_a_record_lives_with_no_needless_write(case: Case, life: Life, release: str) -> None:
    await live(Platform(case, release=release), life)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_any_name_is_found_again(case: Case, life: Life, name: str) -> None:
    await live_by_name(Platform(case), life, name)


@pytest.mark.parametrize(
    "settings", [{"create_status": 201}, {"delete_status": 204}, {"group_id_key": "_id"}]
)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_statuses_and_further_keys_of_servers_are_tolerated(
    case: Case, life: Life, settings: Any
) -> None:
    await live(Platform(case, extra={"newKey": 1}, **settings), life)


async def test_the_body_that_a_server_takes_for_device_groups_is_found_and_remembered(
    case: Case,
) -> None:
    platform = Platform(case, group_update="bare")
    made = await platform.bring("device_group", GROUP.record)
    put = f"PUT {CM}/deviceGroups/{made.after['id']}"
    bare = {"name": "core", "description": "old", "devices": ["rtr-001"]}
    changed = await platform.bring("device_group", {**GROUP.record, "devices": ["rtr-001"]})
    assert (changed.action, changed.ignored) == ("update", [])
    assert platform.writes == [(put, {"details": {"devices": ["rtr-001"]}}), (put, bare)]
    changed = await platform.bring("device_group", {**GROUP.record, "description": "new"})
    assert changed.action == "update"
    assert platform.writes == [(put, {**bare, "description": "new", "devices": DEVICES})]


async def test_devices_of_a_group_have_no_order_and_must_exist(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("device_group", GROUP.record)
    again = await platform.bring("device_group", {**GROUP.record, "devices": DEVICES[::-1]})
    assert again.action == "none"
    with pytest.raises(ClientError, match="there is no device 'nosuch'"):
        await platform.bring("device_group", {"name": "core", "devices": ["nosuch"]})


async def test_a_group_in_use_is_not_deleted(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("device_group", GROUP.record)
    platform.sim.tables["compliance_plan"].seed(
        [{"name": "p", "nodes": [{"deviceGroups": [made.after["id"]]}]}]
    )
    with pytest.raises(ClientError, match="is used by plan p"):
        await platform.bring("device_group", GROUP.record, state="absent")


async def test_devices_are_listed_by_post_to_the_end(case: Case) -> None:
    platform = Platform(case, devices=250)
    found = await platform.list("device")
    assert len(found) == 250
    bodies = [one.body["options"] for one in platform.sim.log if one.path == f"{CM}/devices"]
    assert {body["start"] for body in bodies} == {0, 100, 200}
    assert {body["limit"] for body in bodies} == {100}


async def test_devices_are_found_by_exact_values(case: Case) -> None:
    platform = Platform(case)
    platform.sim.tables["device"].seed([{"name": "rtr-0011"}, {"name": "a/b %41"}])
    found = await platform.list("device", {"name": "rtr-001"})
    assert [device["name"] for device in found] == ["rtr-001"]
    assert platform.sim.log[-1].body["options"]["filter"] == {"name": "rtr-001"}
    assert (await platform.find("device", "a/b %41"))["ostype"] == "cisco-ios"
    by_type = await platform.list("device", {"ostype": {"starts_with": "cisco"}})
    assert by_type


async def test_backups_are_found_by_exact_names_and_start_is_a_text(case: Case) -> None:
    platform = Platform(case)
    table = platform.sim.tables["device_backup"]
    table.seed([{"name": "r1"}, {"name": "r10"}, *[{"name": f"x{n}"} for n in range(120)]])
    found = await platform.list("device_backup", {"name": "r1"})
    assert [backup["name"] for backup in found] == ["r1"]
    assert len(await platform.list("device_backup")) == 122


async def test_reports_are_listed_by_their_batch(case: Case) -> None:
    platform = Platform(case)
    platform.sim.tables["compliance_report"].seed(
        [{"batchId": "b1", "deviceName": "r1"}, {"batchId": "b2", "deviceName": "r2"}]
    )
    found = await platform.list("compliance_report", {"batch": "b1"})
    assert [report["deviceName"] for report in found] == ["r1"]
    with pytest.raises(ClientError, match="are listed by their batch"):
        await platform.list("compliance_report")


@pytest.mark.parametrize("resource", ["device_group", "compliance_plan", "golden_config"])
async def test_two_records_of_a_name_are_an_error_with_their_ids(case: Case, resource: str) -> None:
    platform = Platform(case)
    one, two = platform.sim.tables[resource].seed([{"name": "twin", "nodes": []}] * 2)
    with pytest.raises(ClientError, match=f"{one['id']}, {two['id']}"):
        await platform.bring(resource, {"name": "twin", "description": "x"})


@pytest.mark.parametrize(
    ("life", "path", "method", "answer"),
    [
        (GROUP, f"{CM}/devicegroup", "POST", '{"status": "failure", "message": "no room"}'),
        (TEMPLATE, f"{CM}/templates", "POST", '{"status": "error", "message": "no room"}'),
        (PLAN, f"{CM}/compliance_plans", "POST", '{"status": "failure", "message": "no room"}'),
    ],
    ids=["group", "template", "plan"],
)
async def test_a_failure_in_a_response_of_200_is_an_error(
    case: Case, life: Life, path: str, method: str, answer: str
) -> None:
    platform = Platform(case)
    platform.sim.faults.append({"path": path, "method": method, "status": 200, "body": answer})
    with pytest.raises(ClientError, match="no room"):
        await platform.bring(life.resource, life.record)


async def test_a_deletion_that_the_server_counts_as_none_is_an_error(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("device_template", TEMPLATE.record)
    platform.sim.faults.append(
        {
            "path": f"{CM}/templates",
            "method": "DELETE",
            "status": 200,
            "body": '{"status": "conflict", "deleted": 0}',
        }
    )
    with pytest.raises(ClientError, match="conflict"):
        await platform.bring("device_template", TEMPLATE.record, state="absent")


async def test_a_group_needs_no_more_than_a_name(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("device_group", {"name": "empty"})
    ((dummy, body),) = platform.writes
    assert body == {"groupName": "empty", "groupDescription": "", "deviceNames": ""}
    assert (await platform.bring("device_group", {"name": "empty"})).action == "none"
