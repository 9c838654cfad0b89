# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of single resources of the Platform: what their servers refuse, ignore, add or mask."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

MADE = {"createdBy": "someone", "created": "2020-01-01T00:00:00.000Z"}


def bodies(platform: Platform) -> list[Any]:
    """Return the bodies of the last writes."""
    return [body for dummy, body in platform.writes]


# Workflows


async def test_a_workflow_may_be_given_as_it_was_exported(case: Case) -> None:
    platform = Platform(case)
    (there,) = platform.sim.tables["workflow"].seed(
        [{"name": "Port turn up", "description": "x", "tasks": {"1a": {}}, "tags": []}]
    )
    change = await platform.bring("workflow", {"name": "Port turn up", "document": dict(there)})
    assert (change.action, platform.writes) == ("none", [])
    copied = await platform.bring("workflow", {"name": "Copy", "document": dict(there)})
    assert copied.action == "create"
    (body,) = bodies(platform)
    assert (body["automation"]["name"], body["automation"]["description"]) == ("Copy", "x")
    assert not {"_id", "created", "errors", "namespace"} & body["automation"].keys()
    assert platform.sim.ignored == []


async def test_tasks_that_are_not_listed_are_removed_and_other_keys_stay(case: Case) -> None:
    platform = Platform(case)
    first = {"name": "flow", "document": {"tasks": {"1a": {}, "2b": {}}, "font_size": 14}}
    await platform.bring("workflow", first)
    change = await platform.bring("workflow", {"name": "flow", "document": {"tasks": {"1a": {}}}})
    assert change.after["document"]["tasks"] == {"1a": {}}
    assert change.after["document"]["font_size"] == 14


async def test_a_draft_shows_what_is_wrong_with_it(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "draft", "document": {"tasks": {"not-hex": {}}}}
    change = await platform.bring("workflow", wanted)
    assert change.after["errors"] == [{"message": "invalid task id not-hex"}]
    assert (await platform.bring("workflow", wanted)).action == "none"


async def test_the_tags_of_a_workflow_are_names_or_objects(case: Case) -> None:
    platform = Platform(case)
    tags = [{"_id": "1", "name": "core", "description": "x"}, {"_id": "2", "name": "edge"}]
    platform.sim.tables["workflow"].seed([{"name": "flow", "tags": tags}])
    for given in (["edge", "core"], tags[::-1], [{"name": "edge"}, "core"]):
        assert (await platform.bring("workflow", {"name": "flow", "tags": given})).action == "none"
    change = await platform.bring("workflow", {"name": "flow", "tags": ["core"]})
    assert [tag["name"] for tag in change.after["tags"]] == ["core"]


async def test_a_tag_that_is_given_by_name_is_sent_as_the_tag_that_there_is(case: Case) -> None:
    platform = Platform(case)
    (edge,) = platform.sim.tables["tag"].seed([{"name": "edge", "description": "x"}])
    wanted = {"name": "flow", "tags": ["edge", "other", {"_id": "7", "name": "own"}]}
    await platform.bring("workflow", wanted)
    own = {"_id": "7", "name": "own"}
    assert bodies(platform)[0]["automation"]["tags"] == [edge, {"name": "other"}, own]
    change = await platform.bring("workflow", wanted)
    assert (change.action, "GET /tags/all" in platform.reads) == ("none", False)
    await platform.bring("workflow", {"name": "flow", "tags": [own]})
    assert bodies(platform)[0]["update"]["tags"] == [own]


@pytest.mark.parametrize("form", ["tag", ""])
async def test_a_tag_is_changed_in_the_form_that_the_server_takes(case: Case, form: str) -> None:
    platform = Platform(case, other_updates=[form])
    await platform.bring("tag", {"name": "edge", "description": "old"})
    change = await platform.bring("tag", {"name": "edge", "description": "new"})
    assert (change.action, change.after["description"]) == ("update", "new")
    whole = {"_id": change.after["_id"], "name": "edge", "description": "new"}
    assert bodies(platform) == [{"data": whole}, *([whole] if form else [])]


async def test_a_tag_of_another_server_is_sent_as_the_tag_of_this_one(case: Case) -> None:
    platform = Platform(case)
    (edge,) = platform.sim.tables["tag"].seed([{"name": "edge", "description": "x"}])
    foreign = {"_id": "7", "name": "edge", "description": "y"}
    await platform.bring("workflow", {"name": "flow", "tags": [foreign]})
    assert bodies(platform)[0]["automation"]["tags"] == [edge]


async def test_tags_that_cannot_be_read_are_sent_by_their_names(case: Case) -> None:
    platform = Platform(case)
    platform.sim.faults.append({"path": "/tags/all", "status": 403, "times": 1})
    await platform.bring("workflow", {"name": "flow", "tags": ["edge"]})
    assert bodies(platform)[0]["automation"]["tags"] == [{"name": "edge"}]


async def test_nothing_is_written_if_tags_cannot_be_read_for_a_moment(case: Case) -> None:
    platform = Platform(case)
    platform.sim.faults.append({"path": "/tags/all", "status": 503, "times": 1})
    with pytest.raises(HTTPStatusError, match=r"/tags/all: 503 "):
        await platform.bring("workflow", {"name": "flow", "tags": ["edge"]})
    assert platform.writes == []


@pytest.mark.parametrize(
    ("resource", "field"),
    [("command_template", "commands"), ("analytic_template", "prepostCommands")],
)
async def test_what_a_server_adds_to_commands_is_no_difference(
    case: Case, resource: str, field: str
) -> None:
    platform = Platform(case)
    rule = {"rule": "17.9", "eval": "contains"}
    added = {"passRule": True, "rules": [{**rule, "severity": "error"}]}
    platform.sim.tables[resource].seed(
        [{"name": "check", field: [{"command": "a", **added}, {"command": "b", "rules": []}]}]
    )
    wanted = {"name": "check", field: [{"command": "a", "rules": [rule]}, {"command": "b"}]}
    assert (await platform.bring(resource, wanted)).action == "none"
    strict = [{"command": "a", "rules": [{**rule, "severity": "warning"}]}, {"command": "b"}]
    assert (await platform.bring(resource, {"name": "check", field: strict})).action == "update"


async def test_blanks_at_the_ends_of_a_text_belong_to_it(case: Case) -> None:
    platform = Platform(case)
    there = [{"name": "flow", "description": "a"}, {"name": "flow ", "description": " b\n"}]
    platform.sim.tables["workflow"].seed(there)
    for record in there:
        assert (await platform.bring("workflow", record)).action == "none"
    made = await platform.bring("automation", {"name": "run", "workflow": "flow "})
    assert made.after["componentName"] == "flow "


@pytest.mark.parametrize(("release", "asked"), [("6.5", None), ("6.6", [])])
async def test_check_mode_asks_the_server_if_it_can_validate(
    case: Case, release: str, asked: Any
) -> None:
    platform = Platform(case, release=release)
    wanted = {"name": "new", "document": {"tasks": {"1a": {}}}}
    change = await platform.bring("workflow", wanted, predict=True)
    assert (change.action, change.validation, platform.writes) == ("create", asked, [])
    if asked is not None:
        wanted = {"name": "workflow 001", "document": {"tasks": {"not-hex": {}}}}
        (change,) = await platform.ensure("workflow", wanted, predict=True)
        assert change.validation == ["invalid task id not-hex"]
        sent = platform.sim.log[-1].body["workflow"]
        assert (sent["canvasVersion"], "_id" in sent) == (3, False)


async def test_many_workflows_that_match_are_compared_with_one_read_of_the_list(
    case: Case,
) -> None:
    platform = Platform(case, workflows=100)
    wanted = [{"name": f"workflow {number:03d}", "description": None} for number in range(100)]
    changes = await platform.ensure("workflow", *wanted)
    assert {change.action for change in changes} == {"none"}
    assert platform.reads == ["GET /automation-studio/workflows"]


# Templates, forms, transformations


async def test_a_template_is_created_with_all_fields_that_the_server_wants(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "t", "group": "g", "type": "Jinja2", "document": "Hi {{ name }}\n"}
    await platform.bring("template", wanted)
    assert bodies(platform) == [
        {
            "template": {
                "name": "t",
                "group": "g",
                "type": "jinja2",
                "template": "Hi {{ name }}\n",
                "command": "",
                "description": "",
                "data": "{}",
            }
        }
    ]
    for data in ({"a": [1]}, '{"a":[1]}', '{ "a": [1] }'):
        change = await platform.bring("template", {**wanted, "data": data})
        assert change.action == ("update" if isinstance(data, dict) else "none")


async def test_a_form_is_replaced_whole_with_what_the_server_made(case: Case) -> None:
    platform = Platform(case)
    await platform.bring("json_form", {"name": "f", "validationSchema": [{"a": 1}]})
    change = await platform.bring("json_form", {"name": "f", "description": "new"})
    assert change.after["description"] == "new"
    (body,) = bodies(platform)
    assert body["options"].keys() == {
        *("name", "description", "struct", "schema", "uiSchema", "bindingSchema"),
        *("validationSchema", "version", "created", "createdBy", "lastUpdated", "lastUpdatedBy"),
    }
    assert body["options"]["validationSchema"] == [{"a": 1}]


async def test_forms_are_deleted_together(case: Case) -> None:
    platform = Platform(case)
    ids = [
        record["id"]
        for record in platform.sim.tables["json_form"].seed([{"name": "a"}, {"name": "b"}])
    ]
    await platform.ensure("json_form", {"name": "a"}, {"name": "b"}, state="absent")
    assert platform.writes == [("DELETE /json-forms/forms", {"ids": ids})]


async def test_a_transformation_that_is_missing_has_an_empty_list_in_its_place(
    case: Case,
) -> None:
    platform = Platform(case)
    assert await platform.find("transformation", {"_id": "64b5c0ffee64b5c0ffee64b5"}) is None
    with pytest.raises(ClientError, match="there is no transformation"):
        await platform.bring("transformation", {"_id": "64b5c0ffee64b5c0ffee64b5"})


# Projects


async def test_members_are_added_to_those_that_a_project_has(case: Case) -> None:
    platform = Platform(case)
    groups = {record["name"]: record["_id"] for record in platform.sim.tables["group"]}
    accounts = {one["username"]: one["_id"] for one in platform.sim.tables["account"]}
    wanted = {"name": "Edge", "members": [{"group": "operators", "role": "editor"}]}
    await platform.bring("project", wanted)
    create, members = bodies(platform)
    assert create == {"name": "Edge", "components": []}
    owner = {"type": "account", "reference": accounts["admin"], "role": "owner"}
    operators = {"type": "group", "reference": groups["operators"], "role": "editor"}
    assert members == {"members": [owner, operators]}
    more = [{"account": "ada", "role": "viewer"}, {"group": "operators", "role": "operator"}]
    change = await platform.bring("project", {"name": "Edge", "members": more})
    assert bodies(platform) == [
        {
            "members": [
                owner,
                {**operators, "role": "operator"},
                {"type": "account", "reference": accounts["ada"], "role": "viewer"},
            ]
        }
    ]
    assert change.ignored == []
    for same in (more, more[:1], [{"type": "group", "reference": groups["operators"]}]):
        assert (await platform.bring("project", {"name": "Edge", "members": same})).action == "none"
    only = [{"account": "admin", "role": "owner"}]
    await platform.bring("project", {"name": "Edge", "members": only}, replace=True)
    assert bodies(platform) == [{"members": [owner]}]
    await platform.bring("project", {"name": "Edge", "description": "new"}, replace=True)
    assert bodies(platform) == [{"description": "new"}]


async def test_a_member_that_does_not_exist_is_an_error_before_the_first_write(case: Case) -> None:
    platform = Platform(case)
    with pytest.raises(ClientError, match="there is no group 'nosuch'"):
        await platform.bring("project", {"name": "Edge", "members": [{"group": "nosuch"}]})
    assert platform.writes == []


# Automations and triggers


async def test_groups_with_access_to_an_automation_are_given_by_name(case: Case) -> None:
    platform = Platform(case)
    groups = {record["name"]: record["_id"] for record in platform.sim.tables["group"]}
    gbac = {"read": ["operators", "auditors"], "write": ["operators"]}
    await platform.bring("automation", {"name": "a", "gbac": gbac})
    assert bodies(platform)[0]["gbac"] == {
        "read": [groups["operators"], groups["auditors"]],
        "write": [groups["operators"]],
    }
    gbac = {"read": [groups["auditors"], "operators"]}
    assert (await platform.bring("automation", {"name": "a", "gbac": gbac})).action == "none"
    change = await platform.bring("automation", {"name": "a", "gbac": {"read": []}})
    assert change.after["gbac"] == {"read": [], "write": [groups["operators"]]}
    change = await platform.bring("automation", {"name": "a"}, replace=True)
    assert change.after["gbac"] == {"read": [], "write": []}
    (change,) = await platform.ensure("automation", {"name": "a", "gbac": {"read": ["operators"]}})
    assert "gbac.write is required if gbac.read is set" in change.error.message


async def test_an_automation_names_what_it_runs_with_all_three_keys(case: Case) -> None:
    platform = Platform(case, release="6.6")
    first, second = list(platform.sim.tables["workflow"])[:2]
    await platform.bring("automation", {"name": "a", "workflow": first["name"]})
    assert bodies(platform) == [
        {
            "name": "a",
            "componentType": "workflows",
            "componentId": first["_id"],
            "componentName": first["name"],
        }
    ]
    await platform.bring("automation", {"name": "a", "workflow": second["_id"]})
    assert bodies(platform) == [
        {
            "componentType": "workflows",
            "componentId": second["_id"],
            "componentName": second["name"],
        }
    ]
    for same in ({"componentId": second["_id"]}, {"workflow": {"name": second["name"]}}):
        assert (await platform.bring("automation", {"name": "a", **same})).action == "none"
    (found,) = await platform.list("automation", {"workflow": second["name"]})
    assert (found["name"], found["workflow"]) == ("a", second["_id"])
    assert platform.sim.ignored == []


async def test_a_workflow_that_was_renamed_gets_its_name_into_the_automation(case: Case) -> None:
    platform = Platform(case)
    flow = next(iter(platform.sim.tables["workflow"]))
    await platform.bring("automation", {"name": "a", "workflow": flow["name"]})
    flow["name"] = "renamed"
    change = await platform.bring("automation", {"name": "a", "workflow": "renamed"})
    assert change.after["componentName"] == "renamed"
    assert bodies(platform)[0].keys() == {"componentType", "componentId", "componentName"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"workflow": "no such"}, "there is no workflow 'no such'"),
        ({"workflow": "workflow 001", "componentId": "x"}, "componentId and workflow are the same"),
        ({"workflow": "workflow 001", "componentType": "agents"}, "does not go with componentType"),
        ({"componentType": "ucm_compliance_plan"}, "componentType must be one of workflows"),
        ({"colour": "red"}, "automation has no field 'colour'"),
    ],
)
async def test_what_an_automation_cannot_have_is_an_error(
    case: Case, given: dict[str, Any], reason: str
) -> None:
    platform = Platform(case)
    with pytest.raises(ClientError, match=reason):
        await platform.bring("automation", {"name": "a", **given})
    assert platform.writes == []


async def test_a_name_with_parentheses_is_not_looked_for_by_the_server(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "Turn up (lab)"}
    await platform.bring("automation", wanted)
    assert (await platform.bring("automation", wanted)).action == "none"
    assert "equals" not in platform.sim.log[-1].query
    await platform.bring("automation", {"name": "automation 1"})
    assert "equalsField=name" in platform.sim.log[-1].query


async def automation(platform: Platform) -> str:
    """Add an automation and return its name."""
    platform.sim.tables["automation"].seed([{"name": "Turn up"}])
    return "Turn up"


async def test_the_same_trigger_name_may_exist_in_several_automations(case: Case) -> None:
    platform = Platform(case)
    one = await automation(platform)
    wanted = {"name": "t", "type": "manual"}
    for other in (one, "automation 1"):
        change = await platform.bring("trigger", {**wanted, "automation": other})
        assert change.action == "create"
    change = await platform.bring("trigger", {**wanted, "automation": one})
    assert change.action == "none"
    with pytest.raises(ConfigurationError, match="automation is missing"):
        await platform.bring("trigger", wanted)


async def test_a_trigger_is_created_with_what_its_type_needs(case: Case) -> None:
    platform = Platform(case)
    common = {"automation": await automation(platform)}
    endpoint = {**common, "name": "e", "type": "endpoint", "routeName": "e"}
    own = {**endpoint, "name": "o", "schema": {"required": []}}
    await platform.bring("trigger", own)
    assert bodies(platform)[0]["schema"] == {"required": []}
    assert (await platform.bring("trigger", own)).action == "none"
    await platform.bring("trigger", endpoint)
    (body,) = bodies(platform)
    assert (body["verb"], body["schema"], body["actionType"]) == (
        "POST",
        {"type": "object"},
        "automations",
    )
    await platform.bring("trigger", {**common, "name": "m", "type": "manual"})
    (body,) = bodies(platform)
    assert (body["formId"], body["formSchemaHash"], body["legacyWrapper"]) == (None, None, False)
    schedule = {**common, "name": "s", "type": "schedule", "repeatUnit": "day"}
    await platform.bring("trigger", {**schedule, "firstRunAt": "2026-01-01T00:00:00Z"})
    assert bodies(platform)[0]["firstRunAt"] == 1_767_225_600_000
    change = await platform.bring("trigger", {**schedule, "firstRunAt": 1_767_225_600_000})
    assert change.action == "none"
    event = {"source": "@itential/app", "topic": "job-complete"}
    await platform.bring("trigger", {**common, "name": "v", "type": "eventSystem", **event})
    assert platform.sim.ignored == []


async def test_a_schedule_has_no_form_data(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "s", "automation": await automation(platform), "type": "schedule"}
    with pytest.raises(ConfigurationError, match="formData does not go with type 'schedule'"):
        await platform.bring("trigger", {**wanted, "formData": {"a": 1}})
    assert platform.writes == []
    made = await platform.bring("trigger", wanted)
    there = {**made.after, "formData": {}}
    (exported,) = await case.kind.wait(platform.client.records("trigger").export_([there]))
    assert "formData" not in exported


async def test_the_form_of_a_trigger_changes_only_by_creating_it_again(case: Case) -> None:
    platform = Platform(case)
    forms = platform.sim.tables["json_form"].seed([{"name": "old"}, {"name": "new"}])
    wanted = {"name": "t", "automation": await automation(platform), "type": "manual"}
    first = await platform.bring("trigger", {**wanted, "json_form": "old", "description": "d"})
    kept = await platform.bring("trigger", {**wanted, "json_form": "new"})
    assert (kept.action, kept.ignored, platform.writes) == ("none", ["json_form"], [])
    predicted = await platform.bring(
        "trigger", {**wanted, "json_form": "new"}, recreate=True, predict=True
    )
    assert (predicted.action, predicted.is_recreated, platform.writes) == ("update", True, [])
    change = await platform.bring("trigger", {**wanted, "json_form": "new"}, recreate=True)
    assert (change.action, change.is_recreated) == ("update", True)
    assert [call for call, dummy in platform.writes] == [
        f"DELETE /operations-manager/triggers/{first.after['_id']}",
        "POST /operations-manager/triggers",
    ]
    assert (change.after["json_form"], change.after["description"]) == (forms[1]["id"], "d")
    again = await platform.bring("trigger", {**wanted, "json_form": "new"}, recreate=True)
    assert (again.action, platform.writes) == ("none", [])
    assert platform.sim.ignored == []


# Services


async def test_secrets_of_adapters_are_sent_and_never_compared(case: Case) -> None:
    platform = Platform(case)
    inner = {"host": "a.example", "authentication": {"username": "u", "password": "initial"}}
    wanted = {
        "name": "mail",
        "model": "@itential/adapter-email",
        "properties": {"type": "Email", "properties": inner},
    }
    await platform.bring("adapter", wanted)
    kept = platform.sim.tables["adapter"].named("mail")
    changed = {"properties": {"properties": {"authentication": {"password": "other"}}}}
    change = await platform.bring("adapter", {"name": "mail", **changed})
    assert (change.action, platform.writes) == ("none", [])
    change = await platform.bring("adapter", {"name": "mail", **changed}, update_secrets=True)
    assert change.action == "update"
    assert kept["properties"]["properties"]["authentication"] == {
        "username": "u",
        "password": "other",
    }
    await platform.bring("adapter", {"name": "mail", "properties": {"properties": {"host": "b"}}})
    assert kept["properties"]["properties"]["authentication"]["password"] == "other"


async def test_an_adapter_is_replaced_whole_only_if_more_than_its_settings_changes(
    case: Case,
) -> None:
    platform = Platform(case)
    change = await platform.bring(
        "adapter", {"name": "email", "properties": {"brokers": ["b"], "properties": {"port": 1}}}
    )
    ((call, body),) = platform.writes
    assert call == "PUT /adapters/email"
    assert body["properties"]["properties"] == {
        "id": "email",
        "type": "Email",
        "brokers": ["b"],
        "groups": [],
        "properties": {"host": "email.example", "port": 1},
    }
    assert change.ignored == []


@pytest.mark.parametrize("release", ["2023.2", "6.5"])
async def test_an_adapter_that_is_missing_is_absent_on_every_release(
    case: Case, release: str
) -> None:
    platform = Platform(case, release=release)
    assert await platform.find("adapter", "no such") is None
    change = await platform.bring("adapter", {"name": "no such"}, state="absent")
    assert change.action == "none"


@pytest.mark.parametrize(
    "given",
    [
        {"integration_model": "petstore:1.0.0", "properties": {"properties": {"tls": {}}}},
        {"properties": {"type": "petstore:1.0.0", "properties": {"tls": {}}}},
    ],
)
async def test_an_integration_has_the_model_of_its_integration_model(
    case: Case, given: dict[str, Any]
) -> None:
    platform = Platform(case)
    await platform.bring("integration", {"name": "pets", **given})
    assert bodies(platform) == [
        {
            "properties": {
                "name": "pets",
                "type": "Adapter",
                "virtual": True,
                "model": "@itential/adapter_petstore:1.0.0",
                "properties": {
                    "id": "pets",
                    "type": "petstore:1.0.0",
                    "properties": {"tls": {}},
                },
            }
        }
    ]
    assert (await platform.bring("integration", {"name": "pets", **given})).action == "none"


async def test_an_integration_model_is_only_created_again_on_request(case: Case) -> None:
    platform = Platform(case)
    info = {"title": "pets", "version": "1"}
    await platform.bring("integration_model", {"model": {"info": info, "paths": {}}})
    wanted = {"model": {"info": info, "paths": {"/x": {}}}}
    with pytest.raises(ClientError, match="differs in model, .* give 'recreate' to delete it"):
        await platform.bring("integration_model", wanted)
    change = await platform.bring("integration_model", wanted, recreate=True)
    assert (change.action, change.after["versionId"]) == ("update", "pets:1")
    assert platform.writes == [
        ("DELETE /integration-models/pets:1", None),
        ("POST /integration-models", wanted),
    ]


async def test_a_model_that_the_server_does_not_accept_fails_in_check_mode(case: Case) -> None:
    platform = Platform(case)
    wanted = {"versionId": "pets:1", "model": {"info": {"title": "pets"}}}
    (change,) = await platform.ensure("integration_model", wanted, predict=True)
    assert "model.info (title and version)" in change.error.message
    assert platform.writes == []


async def test_a_dead_adapter_is_listed_with_what_is_known_of_it(case: Case) -> None:
    platform = Platform(case)
    platform.sim.tables["adapter"].seed([{"name": "dead", "state": "DEAD"}])
    (found,) = await platform.list("adapter_health", {"state": "DEAD"})
    assert (found["id"], found["pid"], "connection" in found) == ("dead", "", False)


async def test_what_was_read_is_not_compared_with_what_the_server_manages(case: Case) -> None:
    platform = Platform(case)
    record = {"name": "Ping", "document": {**MADE, "_id": "Ping", "os": "ios"}}
    await platform.bring("command_template", record)
    assert json.dumps(MADE)[1:-1] not in json.dumps(bodies(platform))
    assert (await platform.bring("command_template", record)).action == "none"
    assert platform.sim.ignored == []
