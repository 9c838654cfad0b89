# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories with their nodes, and Gateway 5 through the Platform."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .lives import NAMES, Life, live, live_by_name, named
from .simulated import Platform

IM = "/inventory_manager/v1"
GM = "/gateway_manager/v1"
RELEASES = ("6.5", "6.6")
NODE = {
    "name": "r1",
    "attributes": {"itential_host": "192.0.2.1", "itential_password": "initial-word"},
    "tags": ["Core"],
}
MOVED = {"name": "r1", "attributes": {"itential_host": "192.0.2.9"}}
MOVED_NODE = {
    "name": "r1",
    "attributes": {"itential_host": "192.0.2.9", "itential_password": "initial-word"},
    "tags": ["core"],
}

INVENTORY = Life(
    "inventory",
    {"name": "lab", "groups": ["operators"], "tags": ["Edge"], "nodes": [NODE]},
    {"nodes": [MOVED]},
    [
        (f"POST {IM}/inventories", {"name": "lab", "groups": ["operators"], "tags": ["Edge"]}),
        (f"POST {IM}/nodes/bulk", {"inventory_identifier": "{id}", "nodes": [NODE]}),
    ],
    [(f"POST {IM}/nodes/bulk", {"inventory_identifier": "{id}", "nodes": [MOVED_NODE]})],
    [(f"DELETE {IM}/nodes/clear/{{id}}", None), (f"DELETE {IM}/inventories/{{id}}", None)],
)
CLUSTER = Life(
    "gateway_cluster",
    {"cluster_id": "site-1", "groups": ["operators"], "description": "old"},
    {"description": "new"},
    [
        (
            f"POST {GM}/gateways",
            {
                "gateway": {
                    "cluster_id": "site-1",
                    "groups": ["operators"],
                    "description": "old",
                    "enabled": True,
                    "readonly": False,
                }
            },
        )
    ],
    [(f"PUT {GM}/gateways/{{id}}", {"payload": {"description": "new"}})],
    [(f"DELETE {GM}/gateways/{{id}}", None)],
    "cluster_id",
)
CERTIFICATE = Life(
    "gateway_certificate",
    {"alias": "site-1", "contract_id": "c1", "raw_certificate": "-----BEGIN\nAA\n"},
    {"raw_certificate": "-----BEGIN\nBB\n"},
    [
        (
            f"POST {GM}/certificates",
            {"alias": "site-1", "contract_id": "c1", "raw_certificate": "-----BEGIN\nAA\n"},
        )
    ],
    [
        (
            f"PUT {GM}/certificates/{{id}}",
            {"alias": "site-1", "contract_id": "c1", "raw_certificate": "-----BEGIN\nBB\n"},
        )
    ],
    [(f"DELETE {GM}/certificates/{{id}}", None)],
    "alias",
)
LIVES = [INVENTORY, CLUSTER, CERTIFICATE]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_a_record_lives_with_no_needless_write(case: Case, life: Life, release: str) -> None:
    await live(Platform(case, release=release), life)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_any_name_is_found_again(case: Case, life: Life, name: str) -> None:
    await live_by_name(Platform(case), life, name)


@pytest.mark.parametrize(
    "settings",
    [{"create_status": 201}, {"delete_status": 204}, {"certificate_answer": "upserted"}],
)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_statuses_and_further_keys_of_servers_are_tolerated(
    case: Case, life: Life, settings: Any
) -> None:
    await live(Platform(case, extra={"newKey": 1}, **settings), life)


@pytest.mark.parametrize("life", [CLUSTER, CERTIFICATE], ids=named)
async def test_an_update_is_sent_in_another_form_if_the_server_does_not_take_the_first(
    case: Case, life: Life
) -> None:
    platform = Platform(case, other_updates=[life.resource])
    await platform.bring(life.resource, life.record)
    wanted = {**life.record, **life.change}
    change = await platform.bring(life.resource, wanted)
    assert (change.action, change.ignored) == ("update", [])
    assert [method for method, dummy in platform.writes] == [
        life.updated[0][0].format(id=change.after["_id"])
    ] * 2
    assert (await platform.bring(life.resource, wanted)).action == "none"
    # The form is remembered.
    await platform.bring(life.resource, life.record)
    assert len(platform.writes) == 1


@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_platform_2023_has_none_of_it(case: Case, life: Life) -> None:
    with pytest.raises(ClientError, match=f"release 2023.* has no {life.resource} records"):
        await Platform(case, release="2023.2").bring(life.resource, life.record)


async def test_nodes_are_merged_and_written_once(case: Case) -> None:
    platform = Platform(case)
    nodes = [{"name": f"r{number}", "attributes": {"n": number}} for number in range(150)]
    await platform.bring("inventory", {**INVENTORY.record, "nodes": nodes})
    wanted = {"name": "lab", "nodes": [{"name": "r3", "attributes": {"n": 33}}, {"name": "new"}]}
    changed = await platform.bring("inventory", wanted)
    assert (changed.action, changed.ignored) == ("update", [])
    ((dummy, body),) = platform.writes
    sent = {node["name"]: node for node in body["nodes"]}
    assert len(sent) == 151
    assert sent["r3"]["attributes"] == {"n": 33}
    assert sent["r4"] == {"name": "r4", "attributes": {"n": 4}, "tags": []}
    assert (await platform.bring("inventory", wanted)).action == "none"

    replaced = await platform.bring(
        "inventory", {**INVENTORY.record, "nodes": [NODE]}, replace=True
    )
    assert [node["name"] for node in replaced.after["nodes"]] == ["r1"]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([{"attributes": {}}], "nodes: item 1 has no name"),
        ([{"name": "r1"}, {"name": "r1", "tags": ["x"]}], "nodes: 'r1' is given twice"),
        ({"name": "r1"}, "nodes must be a list"),
    ],
)
async def test_nodes_that_cannot_be_distinguished_are_refused_before_anything_is_sent(
    case: Case, nodes: Any, message: str
) -> None:
    platform = Platform(case)
    with pytest.raises(ConfigurationError, match=message):
        await platform.bring("inventory", {**INVENTORY.record, "nodes": nodes})
    assert platform.writes == []


async def test_what_the_server_adds_to_a_node_is_no_difference(case: Case) -> None:
    platform = Platform(case)
    bare = {"name": "lab", "groups": ["operators"], "nodes": [{"name": "r1"}]}
    await platform.bring("inventory", bare, replace=True)
    (node,) = platform.sim.tables["inventory_node"]
    assert (node["attributes"], node["tags"]) == ({}, [])
    again = await platform.bring("inventory", bare, replace=True)
    assert (again.action, platform.writes) == ("none", [])


@pytest.mark.parametrize("recreate", [False, True])
async def test_nodes_stay_if_a_replaced_inventory_does_not_give_them(
    case: Case, recreate: bool
) -> None:
    platform = Platform(case)
    record = {**INVENTORY.record, "nodes": [{"name": "r1", "attributes": {"n": 1}}]}
    await platform.bring("inventory", record)
    given = {name: value for name, value in record.items() if name != "nodes"}
    change = await platform.bring("inventory", given, replace=True, recreate=recreate)
    assert (change.action, platform.writes) == ("none", [])


async def test_an_inventory_that_is_created_again_keeps_its_nodes(case: Case) -> None:
    platform = Platform(case)
    node = {"name": "r1", "attributes": {"n": 1}, "tags": []}
    await platform.bring("inventory", {**INVENTORY.record, "nodes": [node]})
    given = {"name": "lab", "groups": ["operators"], "description": "new"}
    change = await platform.bring("inventory", given, replace=True, recreate=True)
    assert change.is_recreated
    (found,) = await platform.list("inventory_node", {"inventory": "lab"})
    assert (found["name"], found["attributes"]) == ("r1", {"n": 1})


async def test_passwords_of_nodes_are_not_compared_and_kept(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("inventory", INVENTORY.record)
    other = {"name": "r1", "attributes": {"itential_password": "$SECRET.lab.key"}}
    assert (await platform.bring("inventory", {"name": "lab", "nodes": [other]})).action == "none"
    changed = await platform.bring(
        "inventory", {"name": "lab", "nodes": [other]}, update_secrets=True
    )
    assert changed.action == "update"
    ((dummy, body),) = platform.writes
    assert body["nodes"][0]["attributes"] == {
        "itential_host": "192.0.2.1",
        "itential_password": "$SECRET.lab.key",
    }


async def test_nodes_are_read_only_if_they_are_wanted(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("inventory", INVENTORY.record)
    again = await platform.bring("inventory", {"name": "lab", "groups": ["operators"]})
    assert again.action == "none"
    assert not [path for path in platform.reads if "/nodes" in path]
    assert (await platform.find("inventory", "lab"))["name"] == "lab"


async def test_a_field_that_only_a_new_inventory_takes_is_reported_as_ignored(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("inventory", {**INVENTORY.record, "createBrokerActions": False})
    again = await platform.bring(
        "inventory", {**INVENTORY.record, "createBrokerActions": False}, update_secrets=True
    )
    assert again.ignored == []
    changed = await platform.bring("inventory", {**INVENTORY.record, "description": "new"})
    assert (changed.action, changed.ignored) == ("none", ["description"])


async def test_nodes_are_listed_by_their_inventory(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("inventory", INVENTORY.record)
    (node,) = await platform.list("inventory_node", {"inventory": "lab"})
    assert (node["name"], node["attributes"]["itential_host"]) == ("r1", "192.0.2.1")
    with pytest.raises(ClientError, match="are listed by their inventory"):
        await platform.list("inventory_node")


async def test_groups_are_the_same_by_id_and_by_name(case: Case) -> None:
    platform = Platform(case)
    group = platform.sim.tables["group"].named("operators")
    platform.sim.tables["gateway_cluster"].seed(
        [
            {"cluster_id": "by-id", "groups": [group["_id"]]},
            {"cluster_id": "by-name", "groups": ["operators"]},
        ]
    )
    for cluster in ("by-id", "by-name"):
        for wanted in ("operators", group["_id"], {"name": "operators"}):
            again = await platform.bring(
                "gateway_cluster", {"cluster_id": cluster, "groups": [wanted]}
            )
            assert (again.action, again.after["groups"]) == ("none", [group["_id"]])


async def test_certificates_of_a_cluster_are_named(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("gateway_certificate", CERTIFICATE.record)
    cluster = await platform.bring(
        "gateway_cluster", {**CLUSTER.record, "certificates": ["site-1"]}
    )
    assert cluster.after["certificates"] == [made.after["_id"]]
    with pytest.raises(ClientError, match="there is no gateway_certificate 'nosuch'"):
        await platform.bring("gateway_cluster", {**CLUSTER.record, "certificates": ["nosuch"]})


async def test_services_are_listed_by_their_cluster(case: Case) -> None:
    platform = Platform(case)
    platform.sim.tables["gateway_service"].seed(
        [
            {"service_metadata": {"name": "backup", "location": "site-1", "type": "python-script"}},
            {"service_metadata": {"name": "backup", "location": "site-2", "type": "python-script"}},
        ]
    )
    (service,) = await platform.list("gateway_service", {"cluster": "site-2"})
    assert (service["name"], service["type"]) == ("backup", "python-script")
    assert platform.sim.log[-1].query == "cluster_id=site-2"
    assert len(await platform.list("gateway_service")) == 2


@pytest.mark.parametrize(
    ("life", "path"),
    [
        (INVENTORY, f"{IM}/inventories"),
        (CLUSTER, f"{GM}/gateways"),
        (CERTIFICATE, f"{GM}/certificates"),
    ],
    ids=["inventory", "cluster", "certificate"],
)
async def test_a_failure_in_a_response_of_200_is_an_error(
    case: Case, life: Life, path: str
) -> None:
    platform = Platform(case)
    body = '{"state": "Error", "status": "Error", "message": "not allowed"}'
    platform.sim.faults.append({"path": path, "method": "POST", "status": 200, "body": body})
    with pytest.raises(ClientError, match="not allowed"):
        await platform.bring(life.resource, life.record)


@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_two_records_of_a_name_are_an_error_with_their_ids(case: Case, life: Life) -> None:
    platform = Platform(case)
    one, two = platform.sim.tables[life.resource].seed([{life.key: "twin"}] * 2)
    with pytest.raises(ClientError, match=f"{one['_id']}, {two['_id']}"):
        await platform.bring(life.resource, {**life.record, life.key: "twin"})


async def test_an_inventory_is_created_again_with_its_nodes_if_it_may(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("inventory", INVENTORY.record)
    wanted = {"name": "lab", "groups": ["auditors"], "description": "new"}
    changed = await platform.bring("inventory", wanted, recreate=True)
    assert changed.action == "update"
    id_ = changed.after["_id"]
    assert [call for call, dummy in platform.writes] == [
        f"DELETE {IM}/nodes/clear/{made.after['_id']}",
        f"DELETE {IM}/inventories/{made.after['_id']}",
        f"POST {IM}/inventories",
        f"POST {IM}/nodes/bulk",
    ]
    assert platform.writes[-1][1] == {
        "inventory_identifier": id_,
        "nodes": [{**NODE, "tags": ["core"]}],
    }
    assert platform.sim.tables["inventory"].named("lab")["groups"] != made.after["groups"]
    assert (await platform.bring("inventory", wanted, recreate=True)).action == "none"
