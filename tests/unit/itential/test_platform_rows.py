# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every row of the Platform's catalogue that can be written, from creation to deletion.

Each step asserts on what the simulator was sent: a repeated step writes nothing, a change of one
field is the smallest write that the API has, and nothing is sent that the server would ignore.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

STUDIO = "/automation-studio"
OPERATIONS = "/operations-manager"
RELEASES = ("2023.2", "6.5", "6.6")
TASKS = {"workflow_start": {"name": "start"}, "1a": {"name": "query"}, "workflow_end": {}}
PETS = {"openapi": "3.0.0", "info": {"title": "pets", "version": "2.0"}, "paths": {"/x": {}}}


class Example(NamedTuple):
    """One kind of record.

    Attributes:
        resource: Its name in the catalogue.
        record: What is wanted at first.
        change: The field that changes, with its new value.
        created: The writes that create the record, `{id}` for its id.
        updated: The writes that change it, with the keys of the record that each sends.
        deleted: The writes that delete it.
        prepare: Puts what the record needs into a simulator.
        key: Its natural key.
    """

    resource: str
    record: Mapping[str, Any]
    change: Mapping[str, Any]
    created: Sequence[str]
    updated: Sequence[tuple[str, Any]]
    deleted: Sequence[str]
    prepare: Callable[[PlatformSimulator], Any] = lambda sim: None
    key: str = "name"


def add_automation(sim: PlatformSimulator) -> None:
    sim.tables["automation"].seed([{"name": "Turn up"}])


EXAMPLES = [
    Example(
        "workflow",
        {"name": "Port turn up", "description": "old", "document": {"tasks": TASKS}},
        {"description": "new"},
        [f"POST {STUDIO}/automations"],
        [(f"PUT {STUDIO}/automations/{{id}}", {"update": {"description": "new"}})],
        ["DELETE /workflow_builder/workflows/delete/{name}"],
    ),
    Example(
        "template",
        {
            "name": "Interfaces",
            "group": "lab",
            "type": "textfsm",
            "template": "Value X (.*)\n\nStart\n",
            "data": {"a": 1},
        },
        {"template": "Value Y (.*)\n"},
        [f"POST {STUDIO}/templates"],
        [(f"PUT {STUDIO}/templates/{{id}}", {"update": {"template": "Value Y (.*)\n"}})],
        [f"DELETE {STUDIO}/templates/{{id}}"],
    ),
    Example(
        "transformation",
        {"name": "To upper", "document": {"steps": [{"id": 1}], "incoming": [{"$id": "a"}]}},
        {"document": {"steps": [{"id": 2}]}},
        ["POST /transformations"],
        [("PUT /transformations/{id}", {"steps": [{"id": 2}], "incoming": [{"$id": "a"}]})],
        ["DELETE /transformations/{id}"],
    ),
    Example(
        "json_form",
        {"name": "Order", "schema": {"title": "Order"}, "document": {"struct": {"items": []}}},
        {"schema": {"title": "New order"}},
        ["POST /json-forms/forms"],
        [("PUT /json-forms/forms/{id}", {"options": {"schema": {"title": "New order"}}})],
        ["DELETE /json-forms/forms"],
    ),
    Example(
        "project",
        {
            "name": "Edge",
            "description": "old",
            "members": [{"group": "operators", "role": "editor"}],
        },
        {"description": "new"},
        [f"POST {STUDIO}/projects", f"PATCH {STUDIO}/projects/{{id}}"],
        [(f"PATCH {STUDIO}/projects/{{id}}", {"description": "new"})],
        [f"DELETE {STUDIO}/projects/{{id}}"],
    ),
    Example(
        "automation",
        {"name": "Turn up (lab)", "workflow": "workflow 001", "description": "old"},
        {"description": "new"},
        [f"POST {OPERATIONS}/automations"],
        [(f"PATCH {OPERATIONS}/automations/{{id}}", {"description": "new"})],
        [f"DELETE {OPERATIONS}/automations/{{id}}"],
    ),
    Example(
        "trigger",
        {
            "name": "From outside",
            "automation": "Turn up",
            "type": "endpoint",
            "routeName": "turn-up",
            "schema": {"type": "object", "required": ["port"]},
        },
        {"schema": {"type": "object", "required": []}},
        [f"POST {OPERATIONS}/triggers"],
        [(f"PATCH {OPERATIONS}/triggers/{{id}}", {"schema": {"type": "object", "required": []}})],
        [f"DELETE {OPERATIONS}/triggers/{{id}}"],
        add_automation,
    ),
    Example(
        "command_template",
        {
            "name": "Ping",
            "commands": [{"command": "ping", "rules": [{"rule": "ok", "eval": "contains"}]}],
        },
        {"passRule": False},
        ["POST /mop/createTemplate"],
        [("POST /mop/updateTemplate/{id}", {"mop": {"passRule": False}})],
        ["POST /mop/deleteTemplate/{id}"],
    ),
    Example(
        "analytic_template",
        {"name": "Before and after", "prepostCommands": [{"preRawCommand": "show version"}]},
        {"description": "new"},
        ["POST /mop/createAnalyticTemplate"],
        [("POST /mop/updateAnalyticTemplate/{id}", {"template": {"description": "new"}})],
        ["POST /mop/deleteAnalyticTemplate/{id}"],
    ),
    Example(
        "adapter",
        {
            "name": "mail",
            "model": "@itential/adapter-email",
            "properties": {
                "type": "Email",
                "properties": {"host": "a.example", "auth": {"user": "u", "password": "initial"}},
            },
        },
        {"properties": {"properties": {"host": "b.example"}}},
        ["POST /adapters"],
        [("PUT /adapters/{id}/properties", {"properties": {"host": "b.example"}})],
        ["DELETE /adapters/{id}"],
    ),
    Example(
        "integration_model",
        {"model": PETS},
        {},
        ["POST /integration-models"],
        [],
        ["DELETE /integration-models/{id}"],
        key="versionId",
    ),
    Example(
        "integration",
        {
            "name": "pets",
            "integration_model": "petstore:1.0.0",
            "properties": {"properties": {"server": {"host": "a.example", "protocol": "https"}}},
        },
        {"properties": {"properties": {"server": {"host": "b.example"}}}},
        ["POST /integrations"],
        [
            (
                "PUT /integrations/{id}/properties",
                {"properties": {"server": {"host": "b.example", "protocol": "https"}}},
            )
        ],
        ["DELETE /integrations/{id}"],
    ),
    Example(
        "profile",
        {
            "id": "lab",
            "description": "old",
            "document": {"authenticationProps": {"logoutTime": 60}},
        },
        {"document": {"authenticationProps": {"logoutTime": 30}}},
        ["POST /profiles"],
        [("PUT /profiles/{id}", {"properties": {"authenticationProps": {"logoutTime": 30}}})],
        ["DELETE /profiles/{id}"],
        key="id",
    ),
    Example(
        "tag",
        {"name": "edge", "description": "old"},
        {"description": "new"},
        ["POST /tags/create"],
        [("POST /tags/update", {"data": {"_id": "{id}", "description": "new", "name": "edge"}})],
        ["POST /tags/delete"],
    ),
]
READ_ONLY = ("job", "task", "event", "prebuilt", "adapter_health", "application_health")
PLAIN = [example for example in EXAMPLES if example.key == "name"]


def named(example: Example) -> str:
    return example.resource


def filled(paths: Sequence[str], record: Mapping[str, Any], id_field: str) -> list[str]:
    """Return paths with the id and the name of a record."""
    return [
        path.replace("{id}", str(record[id_field])).replace("{name}", str(record.get("name")))
        for path in paths
    ]


def includes(body: Any, part: Any, id_: str) -> bool:
    """Tell whether a body has all of a part."""
    if isinstance(part, dict):
        return isinstance(body, dict) and all(
            key in body and includes(body[key], value, id_) for key, value in part.items()
        )
    return bool(body == (id_ if part == "{id}" else part))


async def live(platform: Platform, example: Example) -> None:
    """Create a record, change and delete it; each step, repeated, writes nothing."""
    example.prepare(platform.sim)
    row = platform.client.records(example.resource)._store.resource(example.resource)
    predicted = await platform.bring(example.resource, example.record, predict=True)
    assert (predicted.action, platform.writes) == ("create", [])

    created = await platform.bring(example.resource, example.record)
    assert created.action == "create"
    assert created.ignored == []
    record = created.after
    id_ = record[row.id_field]
    assert [call for call, dummy in platform.writes] == filled(
        example.created, record, row.id_field
    )

    again = await platform.bring(example.resource, example.record)
    assert (again.action, again.ignored, platform.writes) == ("none", [], [])

    wanted = {**example.record, **example.change}
    if example.updated:
        changed = await platform.bring(example.resource, wanted)
        assert changed.action == "update"
        assert changed.after[row.id_field] == id_
        calls = filled([call for call, dummy in example.updated], record, row.id_field)
        assert [call for call, dummy in platform.writes] == calls
        for (dummy, body), (dummy, part) in zip(platform.writes, example.updated, strict=True):
            assert includes(body, part, id_)
        again = await platform.bring(example.resource, wanted)
        assert (again.action, platform.writes) == ("none", [])

    gone = await platform.bring(example.resource, wanted, state="absent")
    assert gone.action == "delete"
    assert [call for call, dummy in platform.writes] == filled(
        example.deleted, record, row.id_field
    )
    again = await platform.bring(example.resource, wanted, state="absent")
    assert (again.action, platform.writes) == ("none", [])
    assert platform.sim.ignored == []


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("example", EXAMPLES, ids=named)
async def test_a_record_is_created_changed_and_deleted_with_no_needless_write(
    case: Case, example: Example, release: str
) -> None:
    await live(Platform(case, release=release), example)


@pytest.mark.parametrize("settings", [{"create_status": 201}, {"delete_status": 204}])
@pytest.mark.parametrize("example", EXAMPLES, ids=named)
async def test_other_statuses_and_further_keys_of_servers_are_tolerated(
    case: Case, example: Example, settings: dict[str, Any]
) -> None:
    platform = Platform(case, extra={"newKey": 1}, **settings)
    example.prepare(platform.sim)
    for change in ({}, example.change):
        wanted = {**example.record, **change}
        await platform.bring(example.resource, wanted)
        assert (await platform.bring(example.resource, wanted)).action == "none"
    gone = await platform.bring(example.resource, example.record, state="absent")
    assert gone.action == "delete"


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
async def test_an_update_with_an_empty_response_is_read_back(case: Case, example: Example) -> None:
    platform = Platform(case, silent=("PUT", "PATCH"))
    example.prepare(platform.sim)
    await platform.bring(example.resource, example.record)
    changed = await platform.bring(example.resource, {**example.record, **example.change})
    assert changed.action == ("update" if example.updated else "none")
    assert changed.ignored == []


@pytest.mark.parametrize(
    "name", ["a/b", "100%", "two words", "Zürich 東京", "a,b", "12345", "{id}", "50%2F"]
)
@pytest.mark.parametrize("example", PLAIN, ids=named)
async def test_any_name_is_found_again(case: Case, example: Example, name: str) -> None:
    platform = Platform(case)
    example.prepare(platform.sim)
    record = {**example.record, "name": name}
    assert (await platform.bring(example.resource, record)).action == "create"
    assert (await platform.bring(example.resource, record)).action == "none"
    found = await platform.find(example.resource, {"name": name})
    assert found["name"] == name
    if example.updated:
        changed = await platform.bring(example.resource, {**record, **example.change})
        assert changed.action == "update"
    assert (await platform.bring(example.resource, record, state="absent")).action == "delete"
    assert await platform.find(example.resource, {"name": name}) is None


@pytest.mark.parametrize("resource", READ_ONLY)
async def test_what_is_read_only_is_listed_and_not_written(case: Case, resource: str) -> None:
    platform = Platform(case)
    sim = platform.sim
    sim.tables["job"].seed([{"name": "workflow 001"}, {"name": "other", "status": "error"}])
    sim.tables["task"].seed([{"name": "approve"}])
    sim.tables["event"].seed([{"source": "@itential/app", "topic": "job-complete"}])
    sim.tables["prebuilt"].seed([{"name": "Port turn up"}])
    assert await platform.list(resource)
    row = platform.client.records(resource)._store.resource(resource)
    assert row.verbs == {"retrieve"}
    assert sim.ignored == []


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
async def test_a_record_that_is_replaced_twice_is_written_once(
    case: Case, example: Example
) -> None:
    platform = Platform(case)
    example.prepare(platform.sim)
    await platform.bring(example.resource, example.record)
    await platform.bring(example.resource, {**example.record, **example.change})
    first = await platform.bring(example.resource, example.record, replace=True)
    assert first.action == ("update" if example.updated else "none")
    assert first.ignored == []
    again = await platform.bring(example.resource, example.record, replace=True)
    assert (again.action, again.ignored, platform.writes) == ("none", [], [])
    assert platform.sim.ignored == []


@pytest.mark.parametrize(
    "resource",
    [
        "workflow",
        "template",
        "transformation",
        "json_form",
        "project",
        "automation",
        "command_template",
        "analytic_template",
        "tag",
    ],
)
async def test_two_records_with_one_name_are_an_error_that_lists_their_ids(
    case: Case, resource: str
) -> None:
    platform = Platform(case)
    id_field = "id" if resource == "json_form" else "_id"
    platform.sim.tables[resource].seed(
        [{id_field: id_, "name": "twin", "group": "x"} for id_ in ("id-1", "id-2")]
    )
    with pytest.raises(ClientError, match=r"matches 2 records \(_?id id-1, id-2\)"):
        await platform.bring(resource, {"name": "twin"}, state="absent")
    assert platform.writes == []
    change = await platform.bring(resource, {id_field: "id-2"}, state="absent")
    assert change.action == "delete"


async def test_an_application_is_changed_and_neither_created_nor_deleted(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "AGManager", "properties": {"properties": {"level": 3}}}
    changed = await platform.bring("application", wanted)
    assert changed.action == "update"
    assert platform.writes == [
        ("PUT /applications/AGManager/properties", {"properties": {"level": 3}})
    ]
    assert (await platform.bring("application", wanted)).action == "none"
    with pytest.raises(ClientError, match="this API does not create any"):
        await platform.bring("application", {"name": "Unknown"})
    with pytest.raises(ClientError, match="cannot be deleted in this API"):
        await platform.bring("application", {"name": "AGManager"}, state="absent")


ANSWERED = {
    "json_form": ("POST /json-forms/forms", {"status": "failure", "message": "name is taken"}),
    "transformation": ("POST /transformations", {"_id": "1", "name": "To upper (1)"}),
    "command_template": ("POST /mop/createTemplate", {"insertedCount": 0, "message": "not kept"}),
    "analytic_template": (
        "POST /mop/createAnalyticTemplate",
        {"ops": [{"_id": "1", "name": "Before and after (1)"}], "insertedCount": 1},
    ),
    "adapter": ("POST /adapters", {"status": "error", "message": "no such model"}),
    "integration_model": ("POST /integration-models", {"success": False, "message": "not valid"}),
    "project": (
        "POST /automation-studio/projects",
        {"data": {"_id": "1", "name": "Edge"}, "metadata": {"failedComponents": ["not imported"]}},
    ),
}
REASONS = ("not imported", "name is taken", "(1)", "not kept", "no such model", "not valid")


@pytest.mark.parametrize("resource", ANSWERED)
async def test_a_failure_in_a_200_is_an_error_with_the_servers_reason(
    case: Case, resource: str
) -> None:
    platform = Platform(case)
    call, answer = ANSWERED[resource]
    method, path = call.split()
    platform.sim.faults.append(
        {
            "path": path,
            "method": method,
            "status": 200,
            "body": json.dumps(answer),
            "type": "application/json",
        }
    )
    record = next(one.record for one in EXAMPLES if one.resource == resource)
    (change,) = await platform.ensure(resource, record)
    assert "answered 200, but failed" in change.error.message
    assert any(reason in change.error.message for reason in REASONS)


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("workflow", "/automation-studio/automations"),
        ("automation", "/operations-manager/automations"),
        ("tag", "/tags/create"),
    ],
)
async def test_what_a_response_of_200_says_in_place_of_a_record_is_in_the_error(
    case: Case, resource: str, path: str
) -> None:
    platform = Platform(case)
    body = json.dumps({"message": "out of licences", "data": None, "metadata": {}})
    platform.sim.faults.append({"path": path, "method": "POST", "status": 200, "body": body})
    (change,) = await platform.ensure(resource, {"name": "new"})
    assert change.error.message.endswith(": answered 200, but not with records: out of licences")


@pytest.mark.parametrize(
    ("resource", "path", "answer"),
    [
        ("workflow", "/workflow_builder/workflows/delete/x", "false"),
        ("workflow", "/workflow_builder/workflows/delete/x", '{"lastErrorObject": {"n": 0}}'),
        ("json_form", "/json-forms/forms", '{"status": "success", "n": 0}'),
        ("golden_config", "/configuration_manager/configs/{id}", '{"status": "conflict"}'),
        ("inventory", "/inventory_manager/v1/inventories/{id}", '{"result": {"deletedCount": 0}}'),
    ],
)
async def test_a_deletion_that_says_that_nothing_was_deleted_is_an_error(
    case: Case, resource: str, path: str, answer: str
) -> None:
    platform = Platform(case)
    (there,) = platform.sim.tables[resource].seed([{"name": "x", "nodes": []}])
    path = path.replace("{id}", str(there[platform.row(resource).id_field]))
    platform.sim.faults.append({"path": path, "method": "DELETE", "status": 200, "body": answer})
    (change,) = await platform.ensure(resource, {"name": "x"}, state="absent")
    assert "answered 200, but failed" in change.error.message


async def test_events_need_no_id(case: Case) -> None:
    platform = Platform(case)
    body = '{"message": "", "data": [{"source": "x", "topic": "t"}], "metadata": {"total": 1}}'
    platform.sim.faults.append({"path": "/operations-manager/events", "status": 200, "body": body})
    assert await platform.list("event") == [{"source": "x", "topic": "t"}]


@pytest.mark.parametrize("resource", ["command_template", "analytic_template"])
async def test_an_update_of_a_template_that_is_gone_is_an_error(case: Case, resource: str) -> None:
    platform = Platform(case)
    wanted = {"name": "Ping"}
    await platform.bring(resource, wanted)
    path = next(one.updated for one in EXAMPLES if one.resource == resource)[0][0].split()[1]
    platform.sim.faults.append(
        {
            "path": path.replace("{id}", "Ping"),
            "status": 200,
            "body": '{"n": 0, "ok": 1, "nModified": 0}',
            "type": "application/json",
        }
    )
    (change,) = await platform.ensure(resource, {**wanted, "description": "new"})
    assert "answered 200, but failed: n is 0" in change.error.message
