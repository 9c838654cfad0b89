# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts that single rows of the Gateway's catalogue do in special cases."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.tests.unit.support import Case, Server

from .simulated import Gateway

SCHEMA = {"title": "hello.py", "type": "object", "properties": {"port": {"type": "integer"}}}
BASE = "/api/v2.0"


def json(content: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=content)


# Bodies whose form is not known


@pytest.mark.parametrize("wrong_form", ["ignore", "refuse"])
async def test_a_server_that_wants_wrapped_bodies_gets_them_and_is_remembered(
    case: Case, wrong_form: str
) -> None:
    gateway = Gateway(case, body_form="wrapped", wrong_form=wrong_form)
    for number in range(2):
        device = {"name": f"sw-00{number}", "variables": {"port": 22}}
        assert (await gateway.bring("device", device)).action == "update"
        bodies = [body for dummy, body in gateway.writes]
        assert bodies == [{"port": 22}, {"variables": {"port": 22}}][number:]
        assert (await gateway.bring("device", device)).action == "none"
        replaced = await gateway.bring("device", device, replace=True)
        assert replaced.after["variables"] == {"port": 22}
    group = {"name": "core", "devices": ["sw-000"], "variables": {"site": "A"}}
    changed = await gateway.bring("group", {**group, "childGroups": []})
    assert changed.action == "update"
    assert changed.after["devices"] == ["sw-000"]
    assert (await gateway.bring("group", group)).action == "none"


async def test_variables_that_were_stored_with_their_wrapper_are_put_back(case: Case) -> None:
    gateway = Gateway(case)
    gateway.sim.faults.append(
        {"path": "/devices/sw-001", "method": "PATCH", "status": 400, "body": "no", "times": 1}
    )
    before = dict(gateway.sim.tables["device"].named("sw-001")["variables"])
    with pytest.raises(HTTPStatusError, match="400"):
        await gateway.bring("device", {"name": "sw-001", "variables": {"port": 22}})
    assert [call.split()[0] for call, dummy in gateway.writes] == ["PATCH", "PATCH", "PUT"]
    assert gateway.sim.tables["device"].named("sw-001")["variables"] == before


@pytest.mark.parametrize(
    ("body_form", "wrong_form"),
    [("bare", "store"), ("wrapped", "ignore"), ("wrapped", "refuse")],
)
async def test_a_variable_may_be_named_like_the_wrapper(
    case: Case, body_form: str, wrong_form: str
) -> None:
    gateway = Gateway(case, body_form=body_form, wrong_form=wrong_form)
    for variables in (
        {"variables": {"a": 1}},
        {"variables": {"a": 2}},
        {"variables": "text"},
        {"variables": "text", "port": 22},
        {"variables": {"b": 1}, "port": 22},
    ):
        device = {"name": "r1", "variables": variables}
        changed = await gateway.bring("device", device)
        assert changed.after["variables"] == variables
        assert (await gateway.bring("device", device)).action == "none"
        assert gateway.writes == []


async def test_a_variable_named_like_the_wrapper_is_not_sent_alone(case: Case) -> None:
    gateway = Gateway(case, wrong_form="refuse")
    device = {"name": "r1", "variables": {"variables": {"a": 1}, "port": 22}}
    await gateway.bring("device", device)
    device["variables"]["variables"] = {"a": 2}
    await gateway.bring("device", device)
    assert gateway.writes == [("PATCH /devices/r1", {"variables": {"a": 2}, "port": 22})]


async def test_a_write_that_has_no_effect_in_any_form_is_reported_as_ignored(case: Case) -> None:
    there = json({"name": "r1", "variables": {"a": 1}})
    server = Server(there, json({}), there, json({}), there)
    records = case.gateway(server).records("device")
    wanted = {"name": "r1", "variables": {"a": 2}}
    (change,) = await case.kind.wait(records.ensure([wanted]))
    assert (change.action, change.ignored) == ("none", ["variables"])


async def test_a_refusal_in_both_forms_is_the_first_error(case: Case) -> None:
    there = json({"name": "r1", "variables": {"a": 1}})
    server = Server(there, json({"message": "a is bad"}, 400), json({"message": "wrapper"}, 400))
    records = case.gateway(server).records("device")
    (change,) = await case.kind.wait(records.ensure([{"name": "r1", "variables": {"a": 2}}]))
    assert "a is bad" in str(change.error)


async def test_a_refused_right_is_not_tried_in_another_form(case: Case) -> None:
    there = json({"name": "r1", "variables": {"a": 1}})
    server = Server(there, json({"message": "not yours"}, 403))
    records = case.gateway(server).records("device")
    (change,) = await case.kind.wait(records.ensure([{"name": "r1", "variables": {"a": 2}}]))
    assert "not yours" in str(change.error)
    assert len(server.requests) == 2


async def test_a_creation_that_left_nothing_is_an_error(case: Case) -> None:
    server = Server(json({}, 404), json({"message": "ok"}), json({}, 404))
    records = case.gateway(server).records("device")
    (change,) = await case.kind.wait(records.ensure([{"name": "r1"}]))
    assert "answered 200, but there is no device name='r1' afterwards" in str(change.error)


# Devices and groups


async def test_variables_are_removed_by_replacing_and_by_null(case: Case) -> None:
    gateway = Gateway(case)
    await gateway.bring("device", {"name": "r1", "variables": {"a": 1, "b": 2}})
    change = await gateway.bring("device", {"name": "r1"}, replace=True)
    assert gateway.writes == [("PUT /devices/r1", {})]
    assert change.after["variables"] == {}
    assert (await gateway.bring("device", {"name": "r1"}, replace=True)).action == "none"
    assert (await gateway.bring("device", {"name": "r1", "variables": None})).action == "none"


async def test_a_group_that_would_break_the_inventory_is_refused_before_anything_is_sent(
    case: Case,
) -> None:
    gateway = Gateway(case)
    for options in ({"predict": True}, {}):
        with pytest.raises(ConfigurationError, match="the name 'all' is reserved"):
            await gateway.bring("group", {"name": "all"}, **options)
        assert gateway.writes == []
    with pytest.raises(ConfigurationError, match="reserved"):
        await case.kind.wait(gateway.client.records("group").create({"name": "all"}))
    gateway.sim.tables["group"].seed([{"name": "all"}])
    assert (await gateway.bring("group", {"name": "all"}, state="absent")).action == "delete"


async def test_a_member_that_does_not_exist_is_named(case: Case) -> None:
    gateway = Gateway(case)
    with pytest.raises(ClientError, match="there is no device 'sw-9'"):
        await gateway.bring("group", {"name": "core", "devices": ["sw-000", "sw-9"]})
    assert gateway.writes == []


async def test_a_member_that_is_gone_already_is_no_error(case: Case) -> None:
    gateway = Gateway(case)
    fault = {"path": "/groups/core/devices/sw-002", "method": "DELETE", "status": 404}
    gateway.sim.faults.append({**fault, "body": "gone", "times": 1})
    change = await gateway.bring("group", {"name": "core", "devices": ["sw-001"]})
    assert change.ignored == ["devices"]
    gateway.sim.faults.append({**fault, "status": 403, "body": "no", "times": 1})
    with pytest.raises(HTTPStatusError, match="403"):
        await gateway.bring("group", {"name": "core", "devices": ["sw-001"]})


async def test_one_record_may_be_listed_once(case: Case) -> None:
    gateway = Gateway(case)
    with pytest.raises(ConfigurationError, match="device name='7' is listed twice"):
        await gateway.ensure("device", {"name": 7}, {"name": "7"})


async def test_equal_names_in_two_inventories_are_two_devices(case: Case) -> None:
    gateway = Gateway(case)
    variables = {"host": "192.0.2.1", "device_type": "cisco_ios"}
    wanted = [
        {"name": "r1", "variables": variables},
        {"name": "r1", "inventory": "lab", "variables": variables},
    ]
    changes = await gateway.ensure("netmiko_device", *wanted)
    assert [change.action for change in changes] == ["create", "create"]
    changes = await gateway.ensure("netmiko_device", *wanted)
    assert [change.action for change in changes] == ["none", "none"]
    found = await gateway.find("netmiko_device", "r1")
    assert (found["name"], found["inventory"]) == ("r1", "default")


async def test_many_devices_of_an_inventory_are_read_by_its_list(case: Case) -> None:
    gateway = Gateway(case)
    wanted = [
        {"name": f"r{number}", "variables": {"base_url": "x", "protocol": "https"}}
        for number in range(60)
    ]
    await gateway.ensure("http_device", *wanted)
    changes = await gateway.ensure("http_device", *wanted)
    assert {change.action for change in changes} == {"none"}
    assert {*gateway.reads} == {"GET /inventories/http_requests/default/devices"}


async def test_the_other_inventories_may_be_at_their_second_choice(case: Case) -> None:
    device = {"name": "r1", "variables": {"host": "192.0.2.1"}}
    server = Server(json({}, 404), json({"data": []}), *[json(device)] * 2)
    records = case.gateway(server).records("netconf_device")
    for dummy in range(2):
        (change,) = await case.kind.wait(records.ensure([device]))
        assert change.action == "none"
    assert [path.partition("?")[0] for path in server.paths] == [
        f"{BASE}/inventories/http_requests/default/devices",
        f"{BASE}/inventory/http_requests/default/devices",
        f"{BASE}/inventory/netconf/default/devices/r1",
        f"{BASE}/inventory/netconf/default/devices/r1",
    ]


async def test_the_other_inventories_are_looked_for_again_after_an_error(case: Case) -> None:
    device = {"name": "r1", "variables": {"host": "192.0.2.1"}}
    server = Server(json({}, 503), json({}, 404), json({"data": []}), json(device))
    records = case.gateway(server, retry=1).records("netconf_device")
    with pytest.raises(HTTPStatusError, match=r"devices\S*: 503 "):
        await case.kind.wait(records.ensure([device]))
    (change,) = await case.kind.wait(records.ensure([device]))
    assert change.action == "none"


# Accounts


async def test_a_password_is_changed_on_request_with_the_old_one(case: Case) -> None:
    gateway = Gateway(case)
    account = {"username": "eve@site", "email": "eve@site.example", "password": "hidden-1"}
    await gateway.bring("account", account)
    new = {**account, "password": "hidden-2", "old_password": "hidden-1"}
    assert (await gateway.bring("account", new)).action == "none"
    assert (await gateway.bring("account", new, update_secrets=True)).action == "update"
    assert gateway.writes == [
        (
            "POST /accounts/eve@site/update_password",
            {"old_password": "hidden-1", "new_password": "hidden-2"},
        )
    ]
    with pytest.raises(ConfigurationError, match="the request needs a value for old_password"):
        await gateway.bring("account", account, update_secrets=True)


async def test_a_new_account_has_no_old_password(case: Case) -> None:
    gateway = Gateway(case)
    account = {"username": "eve", "email": "e@x.example", "password": "p1", "old_password": "p0"}
    await gateway.bring("account", account)
    del account["old_password"]
    assert gateway.writes == [("POST /accounts", account)]


async def test_older_releases_change_passwords_elsewhere(case: Case) -> None:
    account = {"username": "eve", "email": "e@x.example", "firstname": None, "lastname": None}
    server = Server(json(account), json({}, 404), json({}), json(account))
    records = case.gateway(server).records("account")
    wanted = {"username": "eve", "password": "new-1", "old_password": "old-1"}
    (change,) = await case.kind.wait(records.ensure([wanted], update_secrets=True))
    assert change.error is None
    assert server.paths[2] == f"{BASE}/account/eve/change_password"


# Secrets and the configuration


@pytest.mark.parametrize("secret_values", ["clear", "masked"])
async def test_values_of_a_secret_are_neither_compared_nor_returned(
    case: Case, secret_values: str
) -> None:
    gateway = Gateway(case, secret_values=secret_values)
    secret = {"path": "lab/a b%/é", "secret_data": {"user": "ada", "key": "hidden-1"}}
    created = await gateway.bring("secret", secret)
    assert gateway.writes == [("POST /secrets", secret)]
    assert created.after == {"path": secret["path"]}
    assert (await gateway.bring("secret", secret, replace=True)).action == "none"
    assert await gateway.list("secret") == [{"path": secret["path"]}]
    changed = await gateway.bring("secret", secret, update_secrets=True)
    assert (changed.action, gateway.writes) == (
        "update",
        [("PUT /secrets", {"user": "ada", "key": "hidden-1"})],
    )
    gone = {"path": secret["path"]}
    assert (await gateway.bring("secret", gone, state="absent")).action == "delete"
    assert (await gateway.bring("secret", gone, state="absent")).action == "none"


@pytest.mark.parametrize("answer", [{"data": []}, {}, None])
async def test_a_secret_may_be_missing_in_a_response_of_200(case: Case, answer: Any) -> None:
    records = case.gateway(Server(json(answer))).records("secret")
    assert await case.kind.wait(records.find("lab/a")) is None


@pytest.mark.parametrize("answer", [{"user": "ada"}, {"data": [{"path": "lab/a", "x": 1}]}])
async def test_a_secret_may_come_without_its_path_or_in_a_list(case: Case, answer: Any) -> None:
    records = case.gateway(Server(json(answer))).records("secret")
    assert await case.kind.wait(records.find("lab/a")) == {"path": "lab/a"}


@pytest.mark.parametrize("config_put", ["merge", "replace"])
async def test_the_configuration_is_one_record_that_is_merged_and_written_whole(
    case: Case, config_put: str
) -> None:
    gateway = Gateway(case, config_put=config_put)
    wanted = {"process_count": "9", "playbook_path": ["/a", "/b"]}
    before = (await gateway.list("config"))[0]
    change = await gateway.bring("config", wanted)
    assert change.action == "update"
    ((call, body),) = gateway.writes
    assert call == "PUT /config"
    assert body == {name: value for name, value in change.after.items() if name in body}
    assert body.keys() >= {"inventory_file", "scripts_enabled"}
    assert {name for name in before if before[name] != change.after[name]} == {*wanted}
    for options in ({}, {"replace": True}):
        assert (await gateway.bring("config", wanted, **options)).action == "none"
    assert await gateway.list("config", {"process_count": 5}) == []
    assert await gateway.list("config", limit=1) != []
    with pytest.raises(ConfigurationError, match="config has no field 'proces_count'"):
        await gateway.bring("config", {"proces_count": 1})
    with pytest.raises(ConfigurationError, match="cannot be deleted"):
        await gateway.bring("config", {}, state="absent")


async def test_a_masked_password_is_not_sent_back(case: Case) -> None:
    gateway = Gateway(case)
    await gateway.bring("config", {"vault_access_token": "hidden-1"}, update_secrets=True)
    await gateway.bring("config", {"ansible_debug": True})
    ((dummy, body),) = gateway.writes
    assert "vault_access_token" not in body
    gateway.sim.settings["config_put"] = "replace"
    with pytest.raises(ClientError, match="emptied vault_access_token: give it again"):
        await gateway.bring("config", {"ansible_debug": False})


# Content


async def test_a_decoration_is_the_layer_that_users_have_made(case: Case) -> None:
    gateway = Gateway(case)
    wanted = {"kind": "script", "name": "hello.py", "schema": SCHEMA}
    key = {"kind": "script", "name": "hello.py"}
    assert await gateway.list("decoration", {"kind": "script"}) == []
    assert (await gateway.bring("decoration", wanted)).action == "create"
    assert gateway.writes == [("PUT /scripts/hello.py/schema", {"schema": SCHEMA})]
    assert (await gateway.bring("decoration", wanted)).action == "none"
    (found,) = await gateway.list("decoration", {"kind": "script"})
    assert found == {"kind": "scripts", "name": "hello.py", "schema": SCHEMA}
    schema = {**SCHEMA, "required": ["port"]}
    assert (await gateway.bring("decoration", {**wanted, "schema": schema})).action == "update"
    assert gateway.writes == [("PUT /scripts/hello.py/schema", {"schema": schema})]
    assert (await gateway.bring("decoration", key, state="absent")).action == "delete"
    assert (await gateway.bring("decoration", key, state="absent")).action == "none"
    with pytest.raises(HTTPStatusError, match="404"):
        await gateway.bring("decoration", {**wanted, "name": "none.py"})


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("playbook", "site"),
        ("script", "hello.py"),
        ("module", "ios_command"),
        ("role", "itential_cli"),
        ("nornir", "backup"),
        ("terraform", "network"),
        ("collection", "cisco.ios"),
    ],
)
async def test_content_is_read_and_never_written(case: Case, resource: str, name: str) -> None:
    gateway = Gateway(case)
    listed = await gateway.list(resource, {"name": name})
    assert [record["name"] for record in listed] == [name]
    assert "content" not in listed[0]
    assert "content" in await gateway.find(resource, name)
    with pytest.raises(ConfigurationError, match="read-only"):
        await gateway.bring(resource, {"name": name})
    assert gateway.sim.ignored == []


async def test_whole_records_of_content_come_in_one_list(case: Case) -> None:
    gateway = Gateway(case)
    store = gateway.client.records("script")._store
    gateway.sim.log.clear()
    flow = store.read_all(store.resource("script"), complete=True)
    found = await case.kind.wait(gateway.client._perform(flow))
    assert all("content" in record for record in found)
    assert gateway.reads[-1] == "GET /scripts"
    assert "detail=full" in gateway.sim.log[-1].query


async def test_executions_are_listed_for_one_object_or_for_all_and_read_with_their_results(
    case: Case,
) -> None:
    gateway = Gateway(case)
    for path in ("/scripts/hello.py/execute", "/playbooks/site/execute"):
        await case.kind.wait(gateway.client.post(path, json={"args": {}}))
    assert len(await gateway.list("audit")) == 2
    assert len(await gateway.list("execution")) == 2
    (one,) = await gateway.list("execution", {"kind": "script", "name": "hello.py"})
    found = await gateway.find("execution", one["audit_id"])
    assert found["audit_id"] == one["audit_id"]
    assert found["result"]["result"][0]["status"] == "SUCCESS"


@pytest.mark.parametrize("stored", [[{"status": "SUCCESS"}], "text"])
async def test_a_stored_result_need_not_be_an_object(case: Case, stored: Any) -> None:
    records = case.gateway(Server(json(stored))).records("execution")
    found = await case.kind.wait(records.find("17"))
    assert found == {"audit_id": "17", "result": stored}


async def test_roles_are_read_only(case: Case) -> None:
    gateway = Gateway(case)
    assert {role["name"] for role in await gateway.list("rbac_role")} >= {"admin", "viewer"}
    with pytest.raises(ConfigurationError, match="read-only"):
        await gateway.bring("rbac_role", {"name": "admin"})


async def test_a_server_that_takes_no_null_for_a_name_gets_an_empty_text(case: Case) -> None:
    gateway = Gateway(case, null_names=False)
    await gateway.bring("account", {"username": "eve", "email": "e@x.example", "password": "p1"})
    wanted = {"username": "eve", "email": "eve@x.example"}
    assert (await gateway.bring("account", wanted)).action == "update"
    bodies = [body for dummy, body in gateway.writes]
    assert bodies[0] == {"email": "eve@x.example", "firstname": None, "lastname": None}
    assert bodies[1:] == [{"email": "eve@x.example", "firstname": "", "lastname": ""}]
    assert (await gateway.bring("account", wanted)).action == "none"
    wanted = {"username": "eve", "lastname": "Moss"}
    assert (await gateway.bring("account", wanted)).after["lastname"] == "Moss"
    body = {"email": "eve@x.example", "firstname": "", "lastname": "Moss"}
    assert gateway.writes == [("PUT /accounts/eve", body)]


async def test_a_member_that_the_server_keeps_is_an_error_with_its_reason(case: Case) -> None:
    there = json({"name": "g", "devices": ["r1"], "childGroups": [], "variables": {}})
    server = Server(there, json({"status": "failure", "message": "the disk is full"}))
    records = case.gateway(server).records("group")
    (change,) = await case.kind.wait(records.ensure([{"name": "g", "devices": []}]))
    assert "answered 200, but failed: the disk is full" in str(change.error)


async def test_roles_and_users_are_added_and_with_replace_removed(case: Case) -> None:
    gateway = Gateway(case)
    group = {"name": "night", "roles": ["viewer"], "users": ["ada@itential"]}
    await gateway.bring("rbac_group", group)
    await gateway.bring("account", {"username": "eve", "email": "e@x.example", "password": "p1"})
    more = {"name": "night", "roles": ["operator"], "users": ["eve"]}
    assert (await gateway.bring("rbac_group", more)).action == "update"
    body = {"roles": ["viewer", "operator"], "users": ["ada@itential", "eve"]}
    assert gateway.writes == [("PUT /rbac/groups/night", body)]
    assert (await gateway.bring("rbac_group", more)).action == "none"
    assert (await gateway.bring("rbac_group", more, replace=True)).action == "update"
    body = {"roles": ["operator"], "users": ["eve"]}
    assert gateway.writes == [("PUT /rbac/groups/night", body)]


@pytest.mark.parametrize("member_objects", [False, True])
async def test_the_last_users_of_a_group_are_removed_one_by_one(
    case: Case, member_objects: bool
) -> None:
    gateway = Gateway(case, member_objects=member_objects)
    group = {"name": "night", "roles": ["viewer"], "users": ["ada@itential"]}
    await gateway.bring("rbac_group", group)
    empty = {**group, "users": []}
    changed = await gateway.bring("rbac_group", empty, replace=True)
    assert (changed.action, changed.after["users"]) == ("update", [])
    assert gateway.writes == [("DELETE /rbac/groups/night/users/ada@itential", None)]
    assert (await gateway.bring("rbac_group", empty, replace=True)).action == "none"


async def test_a_group_is_created_without_users(case: Case) -> None:
    gateway = Gateway(case)
    group = {"name": "night", "roles": ["viewer"], "users": []}
    assert (await gateway.bring("rbac_group", group)).action == "create"
    assert (await gateway.bring("rbac_group", group)).action == "none"


async def test_members_may_come_as_objects(case: Case) -> None:
    gateway = Gateway(case, member_objects=True)
    group = {"name": "edge", "devices": ["sw-000", "sw-001"], "childGroups": ["core"]}
    created = await gateway.bring("group", group)
    assert created.after["devices"] == ["sw-000", "sw-001"]
    assert (await gateway.bring("group", group)).action == "none"
    fewer = {**group, "devices": ["sw-001"], "childGroups": []}
    assert (await gateway.bring("group", fewer)).action == "update"
    assert gateway.writes == [
        ("DELETE /groups/edge/devices/sw-000", None),
        ("DELETE /groups/edge/children/core", None),
    ]
    assert (await gateway.bring("group", fewer)).action == "none"


@pytest.mark.parametrize("variables", ["a: 1", ["a"], 7])
async def test_variables_that_are_no_dict_are_refused_before_anything_is_sent(
    case: Case, variables: Any
) -> None:
    gateway = Gateway(case)
    with pytest.raises(ConfigurationError, match="variables must be a dict, not"):
        await gateway.bring("device", {"name": "r1", "variables": variables})
    assert (gateway.reads, gateway.writes) == ([], [])


async def test_a_variable_that_becomes_false_in_place_of_zero_is_written(case: Case) -> None:
    gateway = Gateway(case)
    await gateway.bring("device", {"name": "r1", "variables": {"on": 0, "port": 22}})
    wanted = {"name": "r1", "variables": {"on": False, "port": 22}}
    assert (await gateway.bring("device", wanted)).action == "update"
    assert gateway.writes == [("PATCH /devices/r1", {"on": False})]
    assert (await gateway.bring("device", wanted)).action == "none"


@pytest.mark.parametrize("state", ["present", "absent"])
async def test_a_failure_in_a_response_of_200_has_the_reason_of_the_server(
    case: Case, state: str
) -> None:
    there = json({"name": "r1", "variables": {"a": 1}})
    server = Server(there, json({"status": "failure", "message": "the disk is full"}))
    records = case.gateway(server).records("device")
    wanted = [{"name": "r1", "variables": {"a": 2}}]
    (change,) = await case.kind.wait(records.ensure(wanted, state=state))
    assert "answered 200, but failed: the disk is full" in str(change.error)


# Lists


def page(start: int, end: int, meta: Any) -> httpx.Response:
    return json({"data": [{"name": f"r{n}"} for n in range(start, end)], "meta": meta})


@pytest.mark.parametrize(
    "pages",
    [
        [page(0, 3, {"total_count": 5}), page(3, 5, {"total_count": 5})],
        [page(0, 3, {"count": 5}), page(3, 5, {"count": 5})],
        [page(0, 3, {"count": 3}), page(3, 5, {"count": 2}), page(0, 0, {"count": 0})],
        [page(0, 3, {}), page(3, 4, None), page(4, 5, {}), page(0, 0, {})],
    ],
    ids=["total", "count of all", "count of the page", "no count"],
)
async def test_a_list_ends_at_its_total_or_with_an_empty_page(
    case: Case, pages: list[httpx.Response]
) -> None:
    server = Server(*pages)
    found = await case.kind.wait(case.gateway(server).records("device").list())
    assert [record["name"] for record in found] == [f"r{n}" for n in range(5)]
    assert len(server.requests) == len(pages)


@pytest.mark.parametrize(
    "settings", [{"create_status": 201, "delete_status": 200}, {"extra": {"newKey": 1}}]
)
async def test_other_statuses_and_further_keys_are_tolerated(
    case: Case, settings: dict[str, Any]
) -> None:
    gateway = Gateway(case)
    gateway.sim.settings.update(settings)
    account = {"username": "eve", "email": "e@x.example", "password": "p1"}
    assert (await gateway.bring("account", account)).action == "create"
    changed = {"username": "eve", "lastname": "Moss"}
    assert (await gateway.bring("account", changed)).action == "update"
    assert (await gateway.bring("account", changed)).action == "none"
    assert (await gateway.bring("config", {"ansible_debug": True})).action == "update"
    assert "newKey" not in gateway.writes[0][1]
    assert (await gateway.bring("account", changed, state="absent")).action == "delete"
