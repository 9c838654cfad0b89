# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Models, instances and executions of the Platform's Lifecycle Manager."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.support import Case

from .lives import NAMES, Life, live, live_by_name, named
from .simulated import Platform

LCM = "/lifecycle-manager"
RELEASES = ("2023.2", "6.5", "6.6")
SCHEMA = {"type": "object", "properties": {"port": {"type": "string"}}}
ACTION = {"name": "create", "type": "create", "workflow": "workflow 001"}
WITH_INSTANCES = {"queryParameters": {"delete-associated-instances": "true"}}

MODEL = Life(
    "lifecycle_model",
    {"name": "port", "description": "old", "schema": SCHEMA, "actions": [ACTION]},
    {"description": "new"},
    [
        (
            f"POST {LCM}/resources",
            {"name": "port", "description": "old", "schema": SCHEMA, "actions": [ACTION]},
        )
    ],
    [
        (
            f"PUT {LCM}/resources/{{id}}",
            {
                "name": "port",
                "description": "new",
                "schema": SCHEMA,
                "actions": [
                    {**ACTION, "_id": "1000", "preWorkflowJst": None, "postWorkflowJst": None}
                ],
            },
        )
    ],
    [(f"DELETE {LCM}/resources/{{id}}", WITH_INSTANCES)],
)
INSTANCE = Life(
    "lifecycle_instance",
    {"model": "vlan", "name": "blue", "description": "old", "instanceData": {"id": 7}},
    {"description": "new"},
    [
        (
            f"POST {LCM}/resources/m1/instances/import",
            {"name": "blue", "description": "old", "instanceData": {"id": 7}},
        )
    ],
    [(f"PUT {LCM}/resources/m1/instances/{{id}}", {"description": "new"})],
    [],
)
LIVES = [MODEL, INSTANCE]


def with_model(case: Case, **settings: Any) -> Platform:
    """Return a Platform that has a model."""
    platform = Platform(case, **settings)
    platform.sim.tables["lifecycle_model"].seed([{"_id": "m1", "name": "vlan", "actions": []}])
    return platform


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_a_record_lives_with_no_needless_write(case: Case, life: Life, release: str) -> None:
    await live(with_model(case, release=release), life)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_any_name_is_found_again(case: Case, life: Life, name: str) -> None:
    await live_by_name(with_model(case), life, name)


@pytest.mark.parametrize(
    "settings", [{"create_status": 200}, {"delete_status": 204}, {"lifecycle_delete": "query"}]
)
@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_statuses_and_further_keys_of_servers_are_tolerated(
    case: Case, life: Life, settings: Any
) -> None:
    await live(with_model(case, extra={"newKey": 1}, **settings), life)


async def test_actions_are_merged_by_name_and_keep_their_ids(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("lifecycle_model", MODEL.record)
    (action,) = made.after["actions"]
    delete = {"name": "delete", "type": "delete", "workflow": "workflow 002"}
    wanted = {"name": "port", "actions": [delete, {"name": "create", "workflow": "workflow 002"}]}
    changed = await platform.bring("lifecycle_model", wanted)
    assert changed.ignored == []
    ((dummy, body),) = platform.writes
    assert body["actions"] == [{**action, "workflow": "workflow 002"}, delete]
    assert (await platform.bring("lifecycle_model", wanted)).action == "none"
    kept = await platform.bring("lifecycle_model", MODEL.record)
    assert len(kept.after["actions"]) == 2


async def test_the_workflow_of_an_action_is_a_relation_that_is_kept_by_name(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("lifecycle_model", MODEL.record)
    workflow = platform.sim.tables["workflow"].named("workflow 001")
    for given in ("workflow 001", workflow["_id"], {"name": "workflow 001"}):
        wanted = {"name": "port", "actions": [{"name": "create", "workflow": given}]}
        assert (await platform.bring("lifecycle_model", wanted)).action == "none"
    wanted = {"name": "port", "actions": [{"name": "create", "workflow": "nosuch"}]}
    with pytest.raises(ClientError, match="there is no workflow 'nosuch'"):
        await platform.bring("lifecycle_model", wanted)
    assert platform.writes == []
    # An earlier task may create it.
    planned = await platform.bring("lifecycle_model", wanted, predict=True)
    assert planned.after["actions"][0]["workflow"] == "nosuch"


async def test_a_model_whose_actions_have_ids_of_workflows_is_as_it_is_wanted(case: Case) -> None:
    platform = Platform(case)
    workflow = platform.sim.tables["workflow"].named("workflow 001")
    actions = [{**ACTION, "_id": "1000", "workflow": workflow["_id"]}]
    gone = {**ACTION, "_id": "1001", "name": "old", "workflow": "gone"}
    platform.sim.tables["lifecycle_model"].seed(
        [{"name": "port", "schema": SCHEMA, "actions": [*actions, gone]}]
    )
    wanted = {"name": "port", "actions": [ACTION, {"name": "old", "workflow": "gone"}]}
    assert (await platform.bring("lifecycle_model", wanted)).action == "none"
    records = platform.client.records("lifecycle_model")
    (exported,) = await case.kind.wait(records.export_(await platform.list("lifecycle_model")))
    assert [action["workflow"] for action in exported["actions"]] == ["workflow 001", "gone"]


@pytest.mark.parametrize("way", ["body", "query"])
async def test_a_model_is_deleted_with_its_instances(case: Case, way: str) -> None:
    platform = with_model(case, lifecycle_delete=way)
    await platform.bring("lifecycle_instance", INSTANCE.record)
    gone = await platform.bring("lifecycle_model", {"name": "vlan"}, state="absent")
    assert gone.action == "delete"
    assert len(platform.sim.tables["lifecycle_instance"]) == 0


async def test_instances_belong_to_a_model_and_are_deleted_by_its_actions_only(
    case: Case,
) -> None:
    platform = with_model(case)
    await platform.bring("lifecycle_instance", INSTANCE.record)
    (found,) = await platform.list("lifecycle_instance", {"model": "vlan"})
    assert found["instanceData"] == {"id": 7}
    with pytest.raises(ClientError, match="cannot be deleted in this API"):
        await platform.bring("lifecycle_instance", INSTANCE.record, state="absent")
    with pytest.raises(ClientError, match="there is no lifecycle_model 'nosuch'"):
        await platform.bring("lifecycle_instance", {**INSTANCE.record, "model": "nosuch"})
    changed = await platform.bring(
        "lifecycle_instance", {**INSTANCE.record, "instanceData": {"id": 8}}
    )
    assert (changed.action, changed.ignored) == ("none", ["instanceData"])


async def test_an_instance_is_stored_with_all_that_the_server_wants(case: Case) -> None:
    platform = with_model(case)
    await platform.bring("lifecycle_instance", {"model": "vlan", "name": "bare"})
    ((dummy, body),) = platform.writes
    assert body == {"name": "bare", "description": "", "instanceData": {}}


async def test_executions_are_listed(case: Case) -> None:
    platform = with_model(case)
    platform.sim.tables["lifecycle_execution"].seed(
        [{"modelId": "m1", "status": "running"}, {"modelId": "m1", "status": "complete"}]
    )
    found = await platform.list("lifecycle_execution", {"model": "vlan", "status": "running"})
    assert [one["status"] for one in found] == ["running"]
    assert platform.sim.ignored == []


@pytest.mark.parametrize("life", LIVES, ids=named)
async def test_two_records_of_a_name_are_an_error_with_their_ids(case: Case, life: Life) -> None:
    platform = with_model(case)
    table = platform.sim.tables[life.resource]
    one, two = table.seed([{"name": "twin", "modelId": "m1", "description": "x"}] * 2)
    with pytest.raises(ClientError, match=f"{one['_id']}, {two['_id']}"):
        await platform.bring(life.resource, {**life.record, "name": "twin"})


async def test_a_refused_model_is_an_error_with_the_server_s_reason(case: Case) -> None:
    platform = Platform(case)
    with pytest.raises(ClientError, match="type must be create, update or delete"):
        await platform.bring(
            "lifecycle_model", {**MODEL.record, "actions": [{"name": "x", "type": "grow"}]}
        )
