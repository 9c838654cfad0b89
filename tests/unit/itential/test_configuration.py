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


NODES = [
    {"path": "base", "template": "hostname {{ name }}\n", "devices": ["rtr-001"]},
    {"path": "base/edge sites", "template": "ntp server {{ ntp }}\n"},
    {"path": "base/edge sites/a%2F", "device_groups": ["site 1"]},
]
TREE_WITH_NODES = {**TREE.record, "variables": {"ntp": "192.0.2.1"}, "nodes": NODES}
CONFIGS = f"{CM}/configs"


async def test_the_nodes_of_a_tree_are_added_and_changed_one_by_one(case: Case) -> None:
    platform = Platform(case)
    predicted = await platform.bring("golden_config", TREE_WITH_NODES, predict=True)
    assert (predicted.action, platform.writes) == ("create", [])
    made = await platform.bring("golden_config", TREE_WITH_NODES)
    assert (made.action, made.ignored) == ("create", [])
    tree, group = made.after["id"], platform.sim.tables["device_group"].named("site 1")["id"]
    place = {"treeId": tree, "treeVersion": "initial"}
    variables = {"ntp": "192.0.2.1"}
    assert platform.writes == [
        (f"POST {CONFIGS}", TREE.record),
        (
            f"PUT {CM}/node/config",
            {
                **place,
                "nodePath": "base",
                "data": {"template": "", "variables": variables},
                "updateVariables": True,
            },
        ),
        (
            f"PUT {CM}/node/config",
            {
                **place,
                "nodePath": "base",
                "data": {"template": "hostname {{ name }}\n", "variables": variables},
                "updateVariables": False,
            },
        ),
        (f"POST {CONFIGS}/{tree}/initial/base/devices", {"devices": ["rtr-001"]}),
        (f"POST {CONFIGS}/{tree}/initial/base", {"name": "edge sites"}),
        (
            f"PUT {CM}/node/config",
            {
                **place,
                "nodePath": "base/edge sites",
                "data": {"template": "ntp server {{ ntp }}\n", "variables": variables},
                "updateVariables": False,
            },
        ),
        (f"POST {CONFIGS}/{tree}/initial/base/edge sites", {"name": "a%2F"}),
        (
            f"POST {CONFIGS}/devices/groups",
            {**place, "nodePath": "base/edge sites/a%2F", "deviceGroups": [group]},
        ),
    ]
    again = await platform.bring("golden_config", TREE_WITH_NODES)
    assert (again.action, again.ignored, platform.writes) == ("none", [], [])

    wanted = {"name": "campus", "nodes": [{"path": "base", "devices": ["rtr-002"]}]}
    changed = await platform.bring("golden_config", wanted)
    assert (changed.action, changed.ignored) == ("update", [])
    assert platform.writes == [
        (f"POST {CONFIGS}/{tree}/initial/base/devices", {"devices": ["rtr-002"]}),
        (f"DELETE {CONFIGS}/{tree}/initial/base/devices", {"devices": ["rtr-001"]}),
    ]
    assert (await platform.bring("golden_config", wanted)).action == "none"
    assert platform.sim.ignored == []


async def test_nodes_that_are_not_wanted_are_removed_with_all_below_them(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("golden_config", TREE_WITH_NODES)
    kept = {**TREE_WITH_NODES, "nodes": NODES[:1]}
    changed = await platform.bring("golden_config", kept, replace=True)
    assert [node["path"] for node in changed.after["nodes"]] == ["base"]
    place = f"{CONFIGS}/{made.after['id']}/initial/base/edge sites"
    assert [call for call, dummy in platform.writes] == [
        f"DELETE {place}/a%2F",
        f"DELETE {place}",
    ]
    assert (await platform.bring("golden_config", kept, replace=True)).action == "none"


@pytest.mark.parametrize("recreate", [False, True])
async def test_nodes_stay_if_a_replaced_tree_does_not_give_them(case: Case, recreate: bool) -> None:
    platform = Platform(case)
    await platform.bring("golden_config", TREE_WITH_NODES)
    given = {name: value for name, value in TREE_WITH_NODES.items() if name != "nodes"}
    change = await platform.bring("golden_config", given, replace=True, recreate=recreate)
    assert (change.action, platform.writes) == ("none", [])


async def test_a_version_is_made_from_the_first_one(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("golden_config", TREE_WITH_NODES)
    wanted = {
        "name": "campus",
        "version": "v2",
        "variables": {"dns": "x"},
        "nodes": [{"path": "base", "template": "new\n"}],
    }
    changed = await platform.bring("golden_config", wanted)
    assert (changed.action, changed.ignored) == ("update", [])
    assert platform.writes[0] == (
        f"POST {CONFIGS}/{made.after['id']}",
        {"name": "v2", "base": "initial"},
    )
    assert changed.after["variables"] == {"ntp": "192.0.2.1", "dns": "x"}
    assert (await platform.bring("golden_config", wanted)).action == "none"


async def test_a_path_that_does_not_begin_with_the_root_is_an_error(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("golden_config", TREE.record)
    for path in ("other/x", "other"):
        with pytest.raises(ClientError, match="is not below the root 'base'"):
            await platform.bring("golden_config", {"name": "campus", "nodes": [{"path": path}]})


async def test_plans_name_trees_and_nodes(case: Case) -> None:
    platform = Platform(case)
    wanted = {
        "name": "nightly",
        "nodes": [
            {
                "golden_config": "campus",
                "node": "base/edge sites",
                "device_groups": ["site 1"],
                "devices": ["rtr-001"],
            }
        ],
    }
    predicted = await platform.bring("compliance_plan", wanted, predict=True)
    assert predicted.action == "create"
    made = await platform.bring("golden_config", TREE_WITH_NODES)
    group = platform.sim.tables["device_group"].named("site 1")["id"]
    plan = await platform.bring("compliance_plan", wanted)
    ((dummy, body),) = platform.writes
    (node,) = body["options"]["nodes"]
    assert plan.ignored == []
    assert (node["treeId"], node["version"]) == (made.after["id"], "initial")
    assert (node["devices"], node["deviceGroups"]) == (["rtr-001"], [group])
    assert node.keys() == {"treeId", "version", "nodeId", "devices", "deviceGroups"}
    assert (await platform.bring("compliance_plan", wanted)).action == "none"
    raw = await platform.bring("compliance_plan", {"name": "nightly", "nodes": [node]})
    assert raw.action == "none"

    wanted["nodes"][0]["node"] = "base/nosuch"
    with pytest.raises(ClientError, match="has no node 'base/nosuch': its nodes are base, base/"):
        await platform.bring("compliance_plan", wanted)
    with pytest.raises(ClientError, match="nodes must be"):
        await platform.bring("compliance_plan", {"name": "nightly", "nodes": ["base"]})


@pytest.mark.parametrize("nodes", ["base", ["base"], [{"template": "x"}], [{"path": 7}]])
async def test_nodes_without_a_path_are_an_error(case: Case, nodes: Any) -> None:
    with pytest.raises(ClientError, match="nodes must be a list of nodes, each with its path"):
        await Platform(case).bring("golden_config", {**TREE.record, "nodes": nodes})


async def test_a_tree_without_nodes_is_an_error(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("golden_config", TREE.record)
    path = f"{CONFIGS}/{made.after['id']}/initial"
    platform.sim.faults.append(
        {"path": path, "method": "GET", "status": 200, "body": '{"root": null}', "times": 9}
    )
    with pytest.raises(ClientError, match="has no nodes"):
        await platform.bring("golden_config", {**TREE.record, "nodes": NODES})


async def test_the_fields_of_a_tree_are_changed_through_the_handle(case: Case) -> None:
    platform = Platform(case)
    records = platform.client.records("golden_config")
    await case.kind.wait(records.create(TREE.record))
    changed = await case.kind.wait(
        records.update("campus", {"description": "new", "nodes": NODES[:1]})
    )
    assert changed["description"] == "new"
    assert changed["nodes"][0]["devices"] == ["rtr-001"]
    found = await platform.find("golden_config", "campus")
    assert found["nodes"][0]["template"] == NODES[0]["template"]


async def test_variables_alone_are_changed_without_touching_a_node(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("golden_config", TREE_WITH_NODES)
    await platform.bring("golden_config", {"name": "campus", "variables": {"dns": "x"}})
    ((dummy, body),) = platform.writes
    assert body == {
        "treeId": made.after["id"],
        "treeVersion": "initial",
        "nodePath": "base",
        "data": {
            "template": "hostname {{ name }}\n",
            "variables": {"ntp": "192.0.2.1", "dns": "x"},
        },
        "updateVariables": True,
    }


async def test_a_tree_is_read_once_for_all_nodes_of_a_plan(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("golden_config", TREE_WITH_NODES)
    nodes = [{"golden_config": "campus", "node": node["path"]} for node in NODES]
    plan = await platform.bring("compliance_plan", {"name": "nightly", "nodes": nodes})
    assert len({node["nodeId"] for node in plan.after["nodes"]}) == 3
    assert len([path for path in platform.reads if path.endswith("/initial")]) == 1


async def test_what_a_replaced_record_does_not_have_gets_its_default(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("device_group", GROUP.record)
    await platform.bring("device_group", {"name": "core"}, replace=True)
    ((dummy, body),) = platform.writes
    assert body == {"details": {"description": "", "devices": []}}
    assert (await platform.bring("device_group", {"name": "core"}, replace=True)).action == "none"


async def test_types_of_systems_that_a_server_does_not_return_are_not_compared(case: Case) -> None:
    platform = Platform(case)
    wanted = {**TEMPLATE.record, "deviceOSTypes": ["cisco-ios"]}
    await platform.bring("device_template", wanted)
    changed = await platform.bring("device_template", {**wanted, "deviceOSTypes": ["arista-eos"]})
    assert changed.action == "update"
    platform.sim.tables["device_template"].named("banner").pop("deviceOSTypes")
    again = await platform.bring("device_template", wanted)
    assert (again.action, platform.writes) == ("none", [])
