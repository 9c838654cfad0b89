# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Gateway 4 is as strict as the facts say: its quirks, called by plain HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.library.served import Server
from tests.simulators.gateway import BASE, GatewaySimulator
from tests.simulators.serving import serving


@contextlib.contextmanager
def served(**settings: Any) -> Iterator[Server]:
    with serving(GatewaySimulator(**settings)) as running:
        with httpx.Client(
            base_url=f"http://{running.host}:{running.port}{BASE}", trust_env=False
        ) as client:
            account = {"username": "admin@itential", "password": "admin"}
            token = client.post("/login", json=account).json()["token"]
            client.headers["Authorization"] = token
            yield Server(running.simulator, client)


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as found:
        yield found


@pytest.mark.parametrize("key", ["total_count", "count"])
def test_the_key_of_the_total_differs_and_a_page_has_100_records_at_most(key: str) -> None:
    with served(total_key=key) as server:
        page = server.get("/devices", limit=500)
        assert (len(page["data"]), page["meta"]) == (100, {key: 130})
        assert len(server.get("/devices", offset=100)["data"]) == 30
        newest = server.get("/devices", order="descending", limit=1)["data"]
        assert newest[0]["name"] == "sw-129"


def test_filters_are_function_texts(server: Server) -> None:
    assert server.get("/devices", filter='contains({"name":"sw-01"})')["meta"]["total_count"] == 10
    assert server.get("/devices", filter='endswith({"name":"007"})')["meta"]["total_count"] == 1
    assert server.ask("GET", "/devices", filter="name=sw-001").status_code == 400


@pytest.mark.parametrize("name", ["a/b", "100%", "two words", "größe", "a@b"])
def test_names_are_decoded_once_from_the_path(server: Server, name: str) -> None:
    body = {"name": name, "variables": {}}
    assert server.ask("POST", "/devices", body).status_code == 200
    path = f"/devices/{quote(name, safe='')}"
    assert server.get(path)["name"] == name
    assert server.ask("DELETE", path).status_code == 204


def test_bodies_are_validated(server: Server) -> None:
    for body in ({"name": "d"}, {"name": "d", "variables": {}, "groups": []}):
        assert server.ask("POST", "/devices", body).status_code == 400
    assert server.ask("POST", "/groups", {"name": "g"}).status_code == 400
    assert server.ask("POST", "/groups", {"name": "g", "devices": []}).status_code == 200
    assert server.ask("POST", "/groups", {"name": "g", "devices": []}).status_code == 409


def test_the_wrong_form_of_variables_is_stored_ignored_or_refused(server: Server) -> None:
    wrapped = {"variables": {"a": 1}}
    server.ask("PUT", "/devices/sw-001", {"b": 2})
    assert server.ask("PATCH", "/devices/sw-001", wrapped).status_code == 200
    assert server.get("/devices/sw-001")["variables"] == {"b": 2, "variables": {"a": 1}}
    server.sim.settings["wrong_form"] = "ignore"
    server.ask("PUT", "/devices/sw-001", {"c": 3})
    assert server.ask("PUT", "/devices/sw-001", wrapped).status_code == 200
    assert server.get("/devices/sw-001/variables") == {"c": 3}
    server.sim.settings["wrong_form"] = "refuse"
    assert server.ask("PUT", "/devices/sw-001", wrapped).status_code == 400
    server.sim.settings["body_form"] = "wrapped"
    assert server.ask("PUT", "/devices/sw-001", {"c": 3}).status_code == 400
    assert server.ask("PUT", "/devices/sw-001", wrapped).json()["variables"] == {"a": 1}


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("bare", ["sw-003"], {"devices": ["sw-004"]}),
        ("wrapped", {"devices": ["sw-003"]}, ["sw-004"]),
    ],
)
def test_members_come_and_go_one_by_one(form: str, right: Any, wrong: Any) -> None:
    with served(body_form=form, wrong_form="ignore") as server:
        assert server.ask("POST", "/groups/core/devices", wrong).status_code == 200
        assert server.get("/groups/core/devices") == ["sw-001", "sw-002"]
        assert server.ask("POST", "/groups/core/devices", right).status_code == 200
        assert server.ask("DELETE", "/groups/core/devices/sw-001").status_code == 204
        assert server.get("/groups/core")["devices"] == ["sw-002", "sw-003"]
        server.sim.settings["wrong_form"] = "store"
        assert server.ask("POST", "/groups/core/devices", wrong).status_code == 400


def test_a_put_on_a_group_changes_its_variables_only(server: Server) -> None:
    server.ask("PUT", "/groups/core", {"devices": []})
    group = server.get("/groups/core")
    assert group["devices"] == ["sw-001", "sw-002"]
    assert group["variables"] == {"devices": []}


def test_a_group_of_a_reserved_name_breaks_the_inventory(server: Server) -> None:
    server.ask("POST", "/groups", {"name": "all", "devices": []})
    assert server.ask("GET", "/devices").status_code == 500


def test_a_deleted_device_leaves_its_groups(server: Server) -> None:
    server.ask("DELETE", "/devices/sw-001")
    assert server.get("/groups/core")["devices"] == ["sw-002"]


@pytest.mark.parametrize(
    ("kind", "good", "lacking"),
    [
        ("http_requests", {"base_url": "h", "protocol": "https"}, {"base_url": "h"}),
        (
            "netconf",
            {"host": "h", "username": "u", "password": "p", "platform": "iosxr"},
            {"host": "h", "username": "u", "password": "p", "platform": "none"},
        ),
        ("netmiko", {"host": "h", "device_type": "cisco_ios"}, {"host": "h"}),
    ],
)
def test_the_other_inventories_need_their_variables(
    server: Server, kind: str, good: dict[str, str], lacking: dict[str, str]
) -> None:
    path = f"/inventories/{kind}/default/devices"
    assert server.ask("POST", path, {"name": "d", "variables": lacking}).status_code == 400
    assert server.ask("POST", path, {"name": "d", "variables": good}).status_code == 200
    patched = server.ask("PATCH", f"{path}/d", {"variables": {"port": "1"}})
    assert patched.json()["variables"] == {**good, "port": "1"}
    replaced = server.ask("PUT", f"{path}/d", {"variables": {"port": "1"}})
    assert replaced.status_code == 400
    assert server.get(f"/inventories/{kind}/other/devices")["data"] == []
    assert server.ask("GET", f"/inventories/{kind}/other/devices/d").status_code == 404
    assert server.ask("DELETE", f"{path}/d").status_code == 204


def test_an_account_is_updated_whole_and_its_password_needs_the_old_one(server: Server) -> None:
    body = {"username": "new@itential", "password": "p"}
    assert server.ask("POST", "/accounts", body).status_code == 400
    created = server.ask("POST", "/accounts", {**body, "email": "e"}).json()
    assert created == {
        "username": "new@itential",
        "email": "e",
        "firstname": None,
        "lastname": None,
    }
    path = "/accounts/new%40itential"
    assert server.ask("PUT", path, {"email": "f"}).status_code == 400
    whole = {"email": "f", "firstname": "N", "lastname": None}
    assert server.ask("PUT", path, whole).json()["email"] == "f"
    change = {"old_password": "wrong", "new_password": "q"}
    assert server.ask("POST", f"{path}/update_password", change).status_code == 400
    change["old_password"] = "p"
    assert server.ask("POST", f"{path}/update_password", change).status_code == 200
    login = {"username": "new@itential", "password": "q"}
    assert httpx.post(f"{server.client.base_url}login", json=login).status_code == 200


def test_an_rbac_group_needs_a_role_and_lists_are_replaced(server: Server) -> None:
    assert server.ask("POST", "/rbac/groups", {"name": "g", "roles": []}).status_code == 400
    body = {"name": "g", "roles": ["viewer"], "users": ["ada@itential"]}
    assert server.ask("POST", "/rbac/groups", body).status_code == 200
    changed = server.ask("PUT", "/rbac/groups/g", {"roles": ["admin"]}).json()
    assert (changed["roles"], changed["users"]) == (["admin"], ["ada@itential"])
    server.ask("POST", "/rbac/groups/g/roles", {"roles": ["viewer"]})
    assert server.ask("DELETE", "/rbac/groups/g/roles/admin").status_code == 204
    assert server.get("/rbac/groups/g")["roles"] == ["viewer"]
    assert server.ask("PUT", "/rbac/groups/g", {"roles": ["none"]}).status_code == 404


def test_a_schema_is_written_below_its_wrapper_and_only_the_users_is_deleted(
    server: Server,
) -> None:
    schema = {"title": "hello.py", "type": "object", "properties": {"a": {"type": "string"}}}
    path = "/scripts/hello.py/schema"
    first = server.get(path)
    assert server.ask("DELETE", path).status_code == 404
    assert server.ask("PUT", path, schema).status_code == 400
    assert server.ask("PUT", path, {"schema": schema}).status_code == 200
    assert server.get(path) == {"schema": schema}
    assert server.ask("DELETE", path).status_code == 200
    assert server.get(path) == first


def test_lists_of_content_are_summaries(server: Server) -> None:
    assert "schema" not in server.get("/scripts")["data"][0]
    assert "schema" in server.get("/scripts", detail="full")["data"][0]
    assert server.ask("GET", "/scripts", detail="all").status_code == 400


def test_an_execution_fails_in_a_200_and_is_in_the_history(server: Server) -> None:
    path = "/scripts/fails.py/execute"
    assert server.ask("POST", path, {}).status_code == 400
    assert server.ask("POST", path, {"args": {}, "groups": ["core"]}).status_code == 400
    answer = server.ask("POST", path, {"args": {}, "hosts": ["sw-001"]})
    assert (answer.status_code, answer.json()[0]["status"]) == (200, "FAILURE")
    entry = server.get("/scripts/fails.py/history")["data"][0]
    assert server.get(f"/exec_history/{entry['audit_id']}")["result"] == answer.json()
    assert server.get("/audit")["meta"]["total_count"] == 1
    role = server.ask("POST", "/roles/itential_cli/execute", {"args": {}, "groups": ["core"]})
    assert [one["task"] for one in role.json()] == ["setup", "itential_cli response"] * 2


def test_arguments_outside_the_schema_are_warned_of_or_refused(server: Server) -> None:
    schema = {"title": "site", "type": "object", "properties": {"a": {"type": "string"}}}
    server.ask("PUT", "/playbooks/site/schema", {"schema": schema})
    body = {"args": {"b": 1}}
    answer = server.ask("POST", "/playbooks/site/dry_run", body).json()
    assert answer[0]["argument_warnings"] == ["b"]
    body["strict_args"] = True
    assert server.ask("POST", "/playbooks/site/execute", body).status_code == 400


@pytest.mark.parametrize(("values", "shown"), [("clear", "v"), ("masked", "********")])
def test_secrets_are_named_by_a_query(values: str, shown: str) -> None:
    with served(secret_values=values) as server:
        body = {"path": "a/b", "secret_data": {"k": "v"}}
        assert server.ask("POST", "/secrets", body).status_code == 400
        assert server.ask("POST", "/secrets", body, path="a/b").status_code == 200
        assert server.ask("PUT", "/secrets", {"k": "v"}, path="a/b").status_code == 200
        assert server.get("/secrets", path="a/b")["secret_data"] == {"k": shown}
        assert server.get("/secrets")["data"][0]["secret_data"] == {"k": shown}
        assert server.ask("DELETE", "/secrets", {"path": "a/b"}).status_code == 400
        assert server.ask("DELETE", "/secrets", path="a/b").status_code == 204


@pytest.mark.parametrize(("mode", "count"), [("merge", 9), ("replace", 5)])
def test_configuration_that_is_not_sent_is_kept_or_reset(mode: str, count: int) -> None:
    with served(config_put=mode) as server:
        server.ask("PUT", "/config", {"process_count": 9})
        server.ask("PUT", "/config", {"ldap_bind_user_password": "secret"})
        config = server.get("/config")
        assert config["process_count"] == count
        assert config["ldap_bind_user_password"] == "********"
        assert server.ask("PUT", "/config", config).status_code == 400


@pytest.mark.parametrize("path", ["/git/keys", "/inventory/netmiko/default/devices"])
def test_unknown_paths_are_404(server: Server, path: str) -> None:
    assert server.ask("GET", path).status_code == 404


def test_commands_need_an_entry_in_their_inventory(server: Server) -> None:
    path = "/netmiko/send_command/execute"
    body = {"host": "d", "command_string": "show version"}
    assert server.ask("POST", path, body).status_code == 404
    server.sim.tables["netmiko_device"].seed([{"name": "d"}])
    assert server.ask("POST", path, body).json()[0]["status"] == "SUCCESS"
    assert server.ask("POST", path, {"host": "d"}).status_code == 400


def test_collections_are_installed_and_their_modules_run(server: Server) -> None:
    path = "/collections/cisco.ios/modules"
    assert server.get(path)["data"] == [{"name": "ios_command"}]
    answer = server.ask("POST", f"{path}/ios_command/execute", {"args": {}}).json()
    assert answer[0]["module"] == "cisco.ios.ios_command"
    assert server.ask("POST", f"{path}/none/execute", {"args": {}}).status_code == 404
    body = {"package_name": "ansible.utils"}
    assert server.ask("POST", "/collections/install", body).status_code == 200
    assert server.get("/collections/ansible.utils")["version"] == "1.0.0"
