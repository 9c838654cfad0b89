# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Platform is as strict as the facts say: its quirks, called by plain HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.library.served import Server
from tests.simulators.platform import SERVICE_ACCOUNTS, PlatformSimulator
from tests.simulators.serving import serving

STUDIO = "/automation-studio"
OM = "/operations-manager"
CM = "/configuration_manager"
LCM = "/lifecycle-manager"
AUTH = "/authorization"
IM = "/inventory_manager/v1"
GM = "/gateway_manager/v1"


@contextlib.contextmanager
def served(**settings: Any) -> Iterator[Server]:
    with serving(PlatformSimulator(**settings)) as running:
        with httpx.Client(
            base_url=f"http://{running.host}:{running.port}", trust_env=False
        ) as client:
            account = {"username": "admin", "password": "admin"}
            assert client.post("/login", json={"user": account}).status_code == 200
            yield Server(running.simulator, client)


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as found:
        yield found


# Conventions


@pytest.mark.parametrize("body", [[1], {"username": "admin", "password": "admin"}, {"user": 1}])
def test_a_login_needs_its_wrapper(server: Server, body: Any) -> None:
    assert server.ask("POST", "/login", body).status_code == 400


def test_the_log_distinguishes_writes_from_reads(server: Server) -> None:
    server.ask("POST", f"{CM}/devices", {"options": {"limit": 1}})
    server.ask("POST", f"{STUDIO}/automations", {"automation": {"name": "new"}})
    assert [(entry.method, entry.path, entry.body) for entry in server.sim.writes] == [
        ("POST", f"{STUDIO}/automations", {"automation": {"name": "new"}})
    ]
    assert [entry.method for entry in server.sim.log] == ["POST"] * 3


@pytest.mark.parametrize("name", ["a/b", "100%", "two words", "größe", "%2F", "@1: x"])
def test_names_are_decoded_once_from_the_path(server: Server, name: str) -> None:
    server.sim.tables["workflow"].seed([{"name": name}])
    path = f"{STUDIO}/workflows/detailed/{quote(name, safe='')}"
    assert server.get(path)["name"] == name


def test_a_filter_in_the_wrong_dialect_is_ignored_or_refused(server: Server) -> None:
    workflows = f"{STUDIO}/workflows"
    assert server.get(workflows, **{"equals[name]": "workflow 007"})["total"] == 1
    assert server.get(workflows, equals="workflow 007", equalsField="name")["total"] == 230
    assert server.get(f"{AUTH}/roles", **{"equals[name]": "role 001"})["total"] == 175
    response = server.ask("GET", f"{OM}/automations", **{"equals[name]": "automation 7"})
    assert response.status_code == 400


def test_a_page_has_100_records_at_most_and_25_by_default(server: Server) -> None:
    assert len(server.get(f"{AUTH}/roles", limit=500)["results"]) == 100
    assert len(server.get(f"{AUTH}/roles")["results"]) == 25
    assert len(server.get(f"{AUTH}/roles", skip=100, limit=100)["results"]) == 75


def test_pages_may_be_longer_if_a_test_says_so(server: Server) -> None:
    table = server.sim.tables["device"]
    table.cap = 5000
    table.seed({"name": f"device {number}"} for number in range(9850))
    page = server.ask("POST", f"{CM}/devices", {"options": {"start": 5000, "limit": 5000}}).json()
    assert (page["total"], page["return_count"]) == (10_000, 5000)


def test_a_setting_changes_the_length_of_all_pages() -> None:
    with served(page_cap=500, devices=300) as server:
        assert len(server.get(f"{AUTH}/roles", limit=500)["results"]) == 175
        page = server.ask("POST", f"{CM}/devices", {"options": {"limit": 500}}).json()
        assert page["return_count"] == 300


def test_automations_whose_name_has_parentheses_are_not_found_by_equals(server: Server) -> None:
    server.sim.tables["automation"].seed([{"name": "a (b)"}])
    found = server.get(f"{OM}/automations", equals="a (b)", equalsField="name")
    assert found["metadata"]["total"] == 0


def test_a_list_may_leave_fields_out(server: Server) -> None:
    page = server.get(f"{STUDIO}/workflows", include="name", limit=1)
    assert set(page["items"][0]) == {"_id", "name"}


@pytest.mark.parametrize(
    ("release", "path", "status"),
    [
        ("2023.2", f"{IM}/inventories", 404),
        ("6.5", f"{IM}/inventories", 200),
        ("2023.2", f"{GM}/gateways", 404),
        ("6.6", f"{GM}/gateways", 200),
    ],
)
def test_releases_differ_in_their_resources(release: str, path: str, status: int) -> None:
    with served(release=release) as server:
        assert server.ask("GET", path).status_code == status
        assert server.get("/health/server")["version"].startswith(release)


# Automation Studio


def test_a_workflow_is_created_only_below_its_wrapper(server: Server) -> None:
    assert server.ask("POST", f"{STUDIO}/automations", {"name": "x"}).status_code == 400
    body = {"automation": {"name": "x"}}
    created = server.ask("POST", f"{STUDIO}/automations", body).json()
    assert created["created"]["name"] == "x"
    assert created["edit"]
    again = server.ask("POST", f"{STUDIO}/automations", body)
    assert (again.status_code, again.text) == (500, "Automation x already exists")


def test_the_update_of_a_workflow_replaces_it_whole(server: Server) -> None:
    record = server.sim.tables["workflow"].seed([{"name": "x", "description": "d"}])[0]
    path = f"{STUDIO}/automations/{record['_id']}"
    assert server.ask("PUT", path, {"automation": {"name": "x"}}).status_code == 400
    assert server.ask("PUT", path, {"update": {"name": "x"}}).json()["updated"]["name"] == "x"
    assert "description" not in record
    assert record["created"]


def test_a_workflow_is_deleted_by_name_and_its_id_changes_when_it_is_imported(
    server: Server,
) -> None:
    table = server.sim.tables["workflow"]
    old = table.seed([{"name": "x y"}])[0]["_id"]
    body = {"automations": [{"name": "x y"}]}
    assert server.ask("POST", f"{STUDIO}/automations/import", body).status_code == 500
    response = server.ask("DELETE", "/workflow_builder/workflows/delete/x%20y")
    assert response.json() is True
    imported = server.ask("POST", f"{STUDIO}/automations/import", body).json()["imported"]
    assert imported[0]["success"] is True
    assert imported[0]["created"]["_id"] != old
    missing = server.ask("DELETE", "/workflow_builder/workflows/delete/none")
    assert missing.text == "Automation none not found"


def test_a_workflow_with_invalid_tasks_is_a_draft_and_6_6_does_not_import_it() -> None:
    tasks = {"zz": {}}
    with served(release="6.6") as server:
        body = {"automation": {"name": "x", "tasks": tasks}}
        created = server.ask("POST", f"{STUDIO}/automations", body).json()["created"]
        assert created["errors"]
        body = {"automations": [{"name": "y", "tasks": tasks}]}
        imported = server.ask("POST", f"{STUDIO}/automations/import", body).json()["imported"]
        assert imported[0]["success"] is False
        answer = server.ask("POST", f"{STUDIO}/workflows/validate", {"workflow": {"tasks": tasks}})
        assert answer.json()["isValid"] is False
        assert len(server.sim.writes) == 2


def test_tags_that_are_texts_are_dropped(server: Server) -> None:
    tag = {"_id": "1", "name": "t", "description": ""}
    body = {"automation": {"name": "x", "tags": ["t", tag]}}
    created = server.ask("POST", f"{STUDIO}/automations", body).json()["created"]
    assert created["tags"] == [tag]


def test_a_template_needs_a_group_and_an_update_all_fields(server: Server) -> None:
    document = {
        "name": "t",
        "group": "",
        "command": "",
        "description": "",
        "template": "",
        "data": "{}",
        "type": "jinja2",
    }
    assert server.ask("POST", f"{STUDIO}/templates", {"template": document}).status_code == 400
    document["group"] = "g"
    created = server.ask("POST", f"{STUDIO}/templates", {"template": document}).json()["created"]
    path = f"{STUDIO}/templates/{created['_id']}"
    assert server.ask("PUT", path, {"update": {"template": "x"}}).status_code == 400
    changed = {**document, "template": "x"}
    assert server.ask("PUT", path, {"update": changed}).json()["updated"]["template"] == "x"
    clash = server.ask("POST", f"{STUDIO}/templates/import", {"templates": [document]}).json()
    assert clash["imported"][0]["success"] is False


def test_an_import_of_a_transformation_renames_silently(server: Server) -> None:
    assert server.get("/transformations/none") == {"results": [], "total": 0}
    server.ask("POST", "/transformations", {"name": "t"})
    refused = server.ask("POST", "/transformations", {"name": "t"})
    assert refused.json()["error"]["message"]
    imported = server.ask("POST", "/transformations/import", {"name": "t"}).json()
    assert imported["name"] == "t (1)"


def test_forms_hide_failures_in_a_200(server: Server) -> None:
    created = server.ask("POST", "/json-forms/forms", {"name": "f"}).json()
    assert (created["status"], created["doc"]["id"]) == ("success", "0" * 24)
    again = server.ask("POST", "/json-forms/forms", {"name": "f"})
    assert (again.status_code, again.json()["status"]) == (200, "failure")
    assert server.get("/json-forms/forms/none") is None
    assert server.ask("DELETE", "/json-forms/forms", {"ids": ["none"]}).json()["n"] == 0
    path = f"/json-forms/forms/{created['doc']['id']}"
    assert server.ask("PUT", path, {"options": {"name": "f"}}).status_code == 400
    assert server.ask("PUT", path, {"options": created["doc"]}).json()["status"] == "success"
    assert server.ask("DELETE", "/json-forms/forms", {"ids": [created["doc"]["id"]]}).json() == {
        "status": "success",
        "n": 1,
    }


def test_members_of_a_project_are_replaced_and_access_control_is_ignored(server: Server) -> None:
    project = server.ask("POST", f"{STUDIO}/projects", {"name": "p", "components": []}).json()
    path = f"{STUDIO}/projects/{project['data']['_id']}"
    group = server.sim.tables["group"].named("operators")["_id"]
    member = {"type": "group", "reference": group, "role": "viewer"}
    body = {"members": [member], "accessControl": {"read": [group]}}
    changed = server.ask("PATCH", path, body).json()["data"]
    assert changed["members"] == [member]
    assert changed["accessControl"]["read"] == []
    unknown = {"type": "group", "reference": "none", "role": "viewer"}
    assert server.ask("PATCH", path, {"members": [unknown]}).status_code == 400


def test_a_project_moves_workflows_and_deletes_them_with_itself(server: Server) -> None:
    workflow = server.sim.tables["workflow"].seed([{"name": "w"}])[0]
    project = server.sim.tables["project"].named("project 1")
    path = f"{STUDIO}/projects/{project['_id']}"
    component = {"type": "workflow", "reference": workflow["_id"], "folder": "/"}
    body = {"components": [component], "mode": "move"}
    assert server.ask("POST", f"{path}/components/add", body).status_code == 200
    assert workflow["name"] == f"@{project['_id']}: w"
    renamed = {"update": {"name": "w"}}
    response = server.ask("PUT", f"{STUDIO}/automations/{workflow['_id']}", renamed)
    assert response.status_code == 400
    assert server.ask("DELETE", path).json()["metadata"] == {"deletedComponents": 1}
    assert server.sim.tables["workflow"].get(workflow["_id"]) is None


def test_an_import_of_a_project_reports_failed_components_in_a_200_response(server: Server) -> None:
    bad = {"type": "workflow", "document": {"name": "w", "tasks": {"zz": {}}}, "iid": 1}
    good = {"type": "workflow", "document": {"name": "v", "tasks": {}}, "iid": 2}
    project = {"name": "p", "components": [bad, good]}
    answer = server.ask("POST", f"{STUDIO}/projects/import", {"project": project})
    assert answer.status_code == 200
    assert [one["iid"] for one in answer.json()["metadata"]["failedComponents"]] == [1]
    assert [one["role"] for one in answer.json()["data"]["members"]] == ["owner"]
    project = {**project, "members": []}
    refused = server.ask("POST", f"{STUDIO}/projects/import", {"project": project})
    assert refused.status_code == 400


# Operations Manager


def test_put_on_automations_is_an_import_and_on_an_id_does_not_exist(server: Server) -> None:
    workflow = server.sim.tables["workflow"].named("workflow 001")
    body = {"name": "a", "componentType": "workflows", "componentId": workflow["_id"]}
    created = server.ask("POST", f"{OM}/automations", body).json()["data"]
    assert created["componentName"] == "workflow 001"
    path = f"{OM}/automations/{created['_id']}"
    assert server.ask("PUT", path, {"description": "x"}).status_code == 404
    changed = server.ask("PATCH", path, {"description": "x"}).json()["data"]
    assert changed["description"] == "x"
    exported = server.get(f"{path}/export")["data"]
    assert "componentId" not in exported
    again = server.ask("PUT", f"{OM}/automations", {"automations": [exported]})
    assert again.status_code == 200
    assert again.json()["metadata"]["errors"][0]["success"] is False


def test_6_6_wants_the_type_of_a_component_and_the_form_of_a_trigger() -> None:
    with served(release="6.6") as server:
        automation = server.sim.tables["automation"].named("automation 1")
        path = f"{OM}/automations/{automation['_id']}"
        assert server.ask("PATCH", path, {"componentName": "workflow 001"}).status_code == 400
        body = {"componentName": "workflow 001", "componentType": "workflows"}
        assert server.ask("PATCH", path, body).json()["data"]["componentId"]
        trigger = {
            "name": "t",
            "type": "manual",
            "actionType": "automations",
            "actionId": automation["_id"],
            "formId": "none",
        }
        assert server.ask("POST", f"{OM}/triggers", trigger).status_code == 422


def test_access_to_an_automation_takes_ids_of_groups_and_exports_objects(server: Server) -> None:
    group = server.sim.tables["group"].named("operators")["_id"]
    for gbac in ({"read": [group], "write": []}, {"read": [], "write": ["operators"]}):
        body = {"name": "a", "gbac": gbac}
        assert server.ask("POST", f"{OM}/automations", body).status_code == 400
    body = {"name": "a", "gbac": {"read": [group], "write": [group]}}
    created = server.ask("POST", f"{OM}/automations", body).json()["data"]
    exported = server.get(f"{OM}/automations/{created['_id']}/export")["data"]
    assert [one["name"] for one in exported["gbac"]["read"]] == ["operators"]


def test_a_trigger_without_a_schema_is_never_served_and_keeps_its_form(server: Server) -> None:
    automation = server.sim.tables["automation"].named("automation 1")["_id"]
    common = {"actionType": "automations", "actionId": automation}
    endpoint = {**common, "name": "e", "type": "endpoint", "routeName": "r"}
    created = server.ask("POST", f"{OM}/triggers", endpoint).json()["data"]
    later = {"schema": {"type": "object"}, "verb": "POST"}
    server.ask("PATCH", f"{OM}/triggers/{created['_id']}", later)
    assert server.ask("POST", f"{OM}/triggers/endpoint/r", {}).status_code == 404
    whole = {**endpoint, **later, "name": "f", "routeName": "s"}
    server.ask("POST", f"{OM}/triggers", whole)
    assert server.ask("POST", f"{OM}/triggers/endpoint/s", {}).json()["data"]["_id"]
    manual = {**common, "name": "m", "type": "manual"}
    created = server.ask("POST", f"{OM}/triggers", manual).json()["data"]
    assert (created["formId"], created["legacyWrapper"]) == (None, True)
    patched = server.ask("PATCH", f"{OM}/triggers/{created['_id']}", {"formId": "f"})
    assert (patched.status_code, patched.json()["data"]["formId"]) == (200, None)


def test_a_job_checks_its_inputs_and_ends_after_some_reads(server: Server) -> None:
    types = {"devices": {"type": "array"}, "note": {"type": ["string", "null"]}}
    schema = {"properties": types, "required": []}
    server.sim.tables["workflow"].seed([{"name": "w", "inputSchema": schema}])
    for wrong in ({"devices": "a"}, {"note": 5}, {"note": True}):
        body = {"workflow": "w", "options": {"variables": wrong}}
        assert server.ask("POST", f"{OM}/jobs/start", body).status_code == 400
    body = {"workflow": "w", "options": {"variables": {"devices": ["a"], "note": None}}}
    job = server.ask("POST", f"{OM}/jobs/start", body).json()["data"]["_id"]
    states = [server.get(f"{OM}/jobs/{job}")["data"]["status"] for dummy in range(3)]
    assert states == ["running", "running", "complete"]
    too_many = {"jobIds": [job] * 101}
    assert server.ask("POST", f"{OM}/jobs/cancel", too_many).status_code == 400


# Command templates


def test_command_templates_are_changed_by_post_and_renamed_by_imports(server: Server) -> None:
    mop = {"name": "t", "commands": [], "passRule": True}
    assert server.ask("POST", "/mop/createTemplate", mop).status_code == 400
    assert server.ask("POST", "/mop/createTemplate", {"mop": mop}).json()["insertedCount"] == 1
    assert server.ask("PUT", "/mop/updateTemplate/t", {"mop": mop}).status_code == 404
    changed = {"mop": {**mop, "os": "ios"}}
    assert server.ask("POST", "/mop/updateTemplate/t", changed).json()["nModified"] == 1
    assert server.ask("POST", "/mop/updateTemplate/none", changed).json()["n"] == 0
    assert server.get("/mop/listATemplate/t")[0]["os"] == "ios"
    imported = {"type": "templates", "template": mop}
    assert server.ask("POST", "/mop/import", imported).json()["name"] == "t (1)"
    assert server.ask("POST", "/mop/deleteTemplate/none", {}).json()["n"] == 0


# Configuration Manager


def test_devices_need_a_limit_and_show_their_passwords(server: Server) -> None:
    assert server.ask("POST", f"{CM}/devices", {"options": {}}).status_code == 400
    options = {"limit": 10, "filter": {"name": "rtr-00"}}
    page = server.ask("POST", f"{CM}/devices", {"options": options}).json()
    assert page["total"] == 10
    assert page["list"][0]["itential_password"] == "device-passw0rd"
    options["exactMatch"] = True
    assert server.ask("POST", f"{CM}/devices", {"options": options}).json()["total"] == 0


@pytest.mark.parametrize("form", ["details", "bare"])
def test_one_form_of_a_device_groups_update_is_ignored(form: str) -> None:
    with served(group_update=form, group_id_key="_id") as server:
        body = {"groupName": "g", "groupDescription": "", "deviceNames": ["rtr-001"]}
        assert server.ask("POST", f"{CM}/devicegroup", body).status_code == 400
        body["deviceNames"] = "rtr-001, rtr-002"
        path = f"{CM}/deviceGroups/{server.ask('POST', f'{CM}/devicegroup', body).json()['id']}"
        forms = {"details": {"details": {"devices": ["rtr-003"]}}, "bare": {"devices": ["rtr-003"]}}
        wrong = forms["bare" if form == "details" else "details"]
        assert server.ask("PUT", path, wrong).json()["status"] == "success"
        assert server.get(path)["devices"] == ["rtr-001", "rtr-002"]
        server.ask("PUT", path, forms[form])
        assert server.get(f"{CM}/deviceGroups/g")["devices"] == ["rtr-003"]
        assert "_id" in server.get(path)


def test_deletions_name_their_records_in_the_body(server: Server) -> None:
    group = server.sim.tables["device_group"].named("site 1")
    body = {"groupIds": [group["id"], "none"]}
    assert server.ask("DELETE", f"{CM}/deviceGroups", body).json()["deleted"] == 1
    body = {"groupNames": ["site 2"]}
    assert server.ask("DELETE", f"{CM}/name/deviceGroups", body).json()["deleted"] == 1
    assert server.ask("DELETE", f"{CM}/deviceGroups").status_code == 400
    missing = server.ask("DELETE", f"{CM}/templates", {"templateIds": ["none"]})
    assert missing.json() == {"status": "conflict", "deleted": 0}


def test_variables_of_a_tree_are_skipped_unless_asked_for(server: Server) -> None:
    unknown = {"name": "t", "deviceType": "none"}
    assert server.ask("POST", f"{CM}/configs", unknown).status_code == 500
    body = {"name": "t", "deviceType": "cisco-ios", "variables": {"a": 1}}
    tree = server.ask("POST", f"{CM}/configs", body).json()["id"]
    assert server.ask("POST", f"{CM}/configs/{tree}/initial/base", {"name": "n"}).status_code == 200
    data = {"template": "hostname x", "variables": {"a": 1}}
    node = {"treeId": tree, "treeVersion": "initial", "nodePath": "base/n", "data": data}
    server.ask("PUT", f"{CM}/node/config", node)
    version = server.get(f"{CM}/configs/{tree}/initial")
    assert version["variables"] == {}
    spec = version["root"]["children"][0]["attributes"]["configId"]
    assert server.get(f"{CM}/config_specs/{spec}")["template"] == "hostname x"
    server.ask("PUT", f"{CM}/node/config", {**node, "updateVariables": True})
    assert server.get(f"{CM}/configs/{tree}/initial")["variables"] == {"a": 1}
    path = f"{CM}/configs/{tree}/initial/base/n/devices"
    assert server.ask("POST", path, {"devices": ["rtr-001"]}).status_code == 200
    exported = server.ask("POST", f"{CM}/export/goldenconfigs", {"treeId": tree}).json()
    clash = server.ask("POST", f"{CM}/import/goldenconfigs", {"trees": [exported]})
    assert (clash.status_code, clash.json()["status"]) == (200, "failure")


def test_a_search_for_plans_misses_exact_names_and_a_plan_holds_its_tree(server: Server) -> None:
    body = {"name": "t", "deviceType": "cisco-ios"}
    tree = server.ask("POST", f"{CM}/configs", body).json()["id"]
    root = server.get(f"{CM}/configs/{tree}/initial")["root"]
    node = {
        "treeId": tree,
        "version": "initial",
        "nodeId": root["attributes"]["configId"],
        "devices": ["rtr-001"],
    }
    wrong = {"name": "p", "options": {"nodes": [{**node, "nodeId": "base"}]}}
    assert server.ask("POST", f"{CM}/compliance_plans", wrong).status_code == 500
    plan = server.ask(
        "POST", f"{CM}/compliance_plans", {"name": "p", "options": {"nodes": [node]}}
    ).json()["id"]

    def search(name: str) -> Any:
        body = {"name": name, "options": {"start": 0, "limit": 10}}
        return server.ask("POST", f"{CM}/search/compliance_plans", body).json()

    assert (search("p")["totalCount"], search("")["totalCount"]) == (0, 1)
    assert "nodes" not in search("")["plans"][0]
    assert server.ask("DELETE", f"{CM}/configs/{tree}").status_code == 500
    instance = server.ask("POST", f"{CM}/compliance_plans/run", {"planId": plan, "options": {}})
    search_params = {"searchParams": {"instanceId": instance.json()["instanceId"]}}
    path = f"{CM}/search/compliance_plan_instances"
    runs = [server.ask("POST", path, search_params).json()["plans"][0] for dummy in range(2)]
    assert [run["jobStatus"] for run in runs] == ["running", "complete"]
    reports = server.get(f"{CM}/compliance_reports/batch/{runs[1]['batchId']}")
    assert [report["deviceName"] for report in reports] == ["rtr-001"]


# Lifecycle Manager


def test_a_model_keeps_null_links_and_its_instances_hold_it(server: Server) -> None:
    action = {"name": "make", "type": "create", "workflow": "workflow 001"}
    body = {"name": "m", "description": "", "schema": {}, "actions": [action]}
    assert server.ask("POST", f"{LCM}/resources/import", {"model": body}).status_code == 400
    created = server.ask("POST", f"{LCM}/resources", body)
    assert created.status_code == 201
    model = created.json()["data"]
    path = f"{LCM}/resources/{model['_id']}"
    assert server.ask("PUT", path, {"name": "m"}).status_code == 400
    assert server.get(path)["data"]["actions"][0]["workflow"] == "workflow 001"
    listed = server.get(f"{LCM}/resources", **{"equals[name]": "m"})["data"][0]
    workflow = server.sim.tables["workflow"].named("workflow 001")
    assert listed["actions"][0]["workflow"] == workflow["_id"]
    assert server.ask("GET", f"{LCM}/resources", sort="-name").status_code == 400
    run = {"actionId": model["actions"][0]["_id"], "instanceName": "i", "inputs": {"a": 1}}
    assert server.ask("POST", f"{path}/run-action", run).json()["data"]["_id"]
    assert server.get(f"{path}/instances")["data"][0]["instanceData"] == {"a": 1}
    option = {"delete-associated-instances": "true"}
    assert server.ask("DELETE", path).status_code == 409
    assert server.ask("DELETE", path, **option).status_code == 409
    assert server.ask("DELETE", path, {"queryParameters": option}).status_code == 200


# Authorization


def test_new_roles_of_an_account_clear_its_groups(server: Server) -> None:
    role = server.sim.tables["role"].named("role 001")["_id"]
    group = server.sim.tables["group"].named("operators")["_id"]
    account = {"username": "new", "password": "p", "provenance": "Pronghorn"}
    created = server.ask("POST", f"{AUTH}/accounts", {"account": account}).json()["data"]
    assert "password" not in created
    path = f"{AUTH}/accounts/{created['_id']}"
    member = [{"groupId": group, "aaaManaged": False}]
    assert "No applicable" in server.ask("PATCH", path, {"memberOf": member}).text
    server.ask("PATCH", path, {"updates": {"memberOf": member}})
    assert server.get(path)["data"]["memberOf"] == member
    server.ask("PATCH", path, {"updates": {"assignedRoles": [{"roleId": role}]}})
    assert server.get(path)["data"]["memberOf"] == []
    assert server.ask("DELETE", path).status_code == 404
    login = {"user": {"username": "new", "password": "p"}}
    assert httpx.post(f"{server.client.base_url}/login", json=login).status_code == 200


def test_accounts_cannot_be_created_on_2023_2() -> None:
    with served(release="2023.2") as server:
        body = {"account": {"username": "new", "password": "p", "provenance": "Pronghorn"}}
        assert server.ask("POST", f"{AUTH}/accounts", body).status_code == 404
        account = server.sim.tables["account"].named("ada")["_id"]
        assert server.get(f"{AUTH}/accounts/{account}")["username"] == "ada"


def test_built_in_roles_cannot_be_changed_and_custom_ones_need_a_description(
    server: Server,
) -> None:
    built_in = server.sim.tables["role"].named("role 001")["_id"]
    body = {"updates": {"description": "x"}}
    refused = server.ask("PATCH", f"{AUTH}/roles/{built_in}", body)
    assert "Cannot update non-custom role" in refused.text
    role = {"name": "r", "provenance": "Custom"}
    assert server.ask("POST", f"{AUTH}/roles", {"role": role}).status_code == 500
    role["description"] = "d"
    assert server.ask("POST", f"{AUTH}/roles", {"role": role}).json()["status"] == "OK"


def test_the_name_of_an_inactive_group_can_be_used_again(server: Server) -> None:
    server.sim.tables["group"].seed([{"name": "g", "inactive": True}])
    body = {"group": {"name": "g", "provenance": "Pronghorn"}}
    assert server.ask("POST", f"{AUTH}/groups", body).status_code == 200
    assert server.ask("POST", f"{AUTH}/groups", body).status_code == 409
    found = server.get(f"{AUTH}/groups", equals="g", equalsField="name")
    assert [one["inactive"] for one in found["results"]] == [True, False]


def test_the_secret_of_a_service_account_is_shown_once(server: Server) -> None:
    body = {"accountData": {"name": "s", "description": ""}}
    created = server.ask("POST", "/oauth/serviceAccounts", body).json()["results"]
    listed = server.get("/oauth/serviceAccounts")["results"]
    assert all("client_secret" not in one for one in listed)
    form = {
        "grant_type": "client_credentials",
        "client_id": created["client_id"],
        "client_secret": created["client_secret"],
    }
    token = httpx.post(f"{server.client.base_url}/oauth/token", data=form)
    assert token.json()["access_token"]


# Adapters, integrations, health


def test_secrets_of_an_adapter_read_back_encrypted(server: Server) -> None:
    adapter = {
        "name": "a",
        "type": "Adapter",
        "model": "@itential/adapter-email",
        "properties": {"id": "a", "type": "Email", "properties": {"password": "hunter2"}},
    }
    assert server.ask("POST", "/adapters", adapter).status_code == 400
    assert server.ask("POST", "/adapters", {"properties": adapter}).status_code == 200
    read = server.get("/adapters/a")
    assert read["data"]["properties"]["properties"]["password"].startswith("$ENC")
    assert read["metadata"]["isActive"] is False
    server.ask("PUT", "/adapters/a/properties", {"properties": {"host": "h"}})
    read = server.get("/adapters/a")
    assert read["data"]["properties"]["properties"] == {"host": "h"}
    assert read["metadata"]["isActive"] is True
    unknown = {**adapter, "name": "b", "model": "none"}
    assert server.ask("POST", "/adapters", {"properties": unknown}).status_code == 500


def test_a_dead_adapter_is_sparse_and_cannot_be_started(server: Server) -> None:
    server.sim.tables["adapter"].seed([{"name": "dead", "state": "DEAD"}])
    server.ask("PUT", "/adapters/dead/start")
    health = server.get("/health/adapters/dead")
    assert (health["state"], health["pid"], health["memoryUsage"]) == ("DEAD", "", {})
    assert "connection" not in health
    assert server.get("/health/adapters")["total"] == 4
    assert server.get("/adapters", equals="dead", equalsField="id")["total"] == 1


def test_a_started_adapter_runs_after_some_reads() -> None:
    with served(start_polls=2) as server:
        server.ask("PUT", "/adapters/iag/restart")
        states = [server.get("/health/adapters/iag")["state"] for dummy in range(3)]
        assert states == ["STARTING", "STARTING", "RUNNING"]
        server.ask("PUT", "/adapters/iag/start")
        active = [server.get("/adapters/iag")["metadata"]["isActive"] for dummy in range(3)]
        assert active == [False, False, True]


@pytest.mark.parametrize(("release", "status"), [("2023.2", 500), ("6.5", 404)])
def test_a_missing_adapter_is_404_or_500(release: str, status: int) -> None:
    with served(release=release) as server:
        assert server.ask("GET", "/adapters/none").status_code == status


def test_an_integration_model_cannot_be_updated_and_brings_roles(server: Server) -> None:
    model = {"openapi": "3.0.0", "info": {"title": "shop", "version": "2.0.0"}}
    validation = server.ask("PUT", "/integration-models/validation", {"model": model})
    assert validation.status_code == 200
    assert server.ask("POST", "/integration-models", {"model": model}).status_code == 200
    assert server.ask("PUT", "/integration-models", {"model": model}).status_code == 500
    assert server.get("/integration-models/shop%3A2.0.0")["versionId"] == "shop:2.0.0"
    roles = server.sim.tables["role"]
    assert [role["name"] for role in roles if role["provenance"] == "shop:2.0.0"] == ["admin"]
    integration = {
        "name": "i",
        "type": "Adapter",
        "virtual": True,
        "model": "@itential/adapter_shop:2.0.0",
        "properties": {"id": "i", "type": "shop:2.0.0"},
    }
    assert server.ask("POST", "/integrations", {"properties": integration}).status_code == 200
    assert server.ask("DELETE", "/integration-models/shop:2.0.0").status_code == 500


def test_profiles_answer_with_text_and_tags_are_deleted_by_id(server: Server) -> None:
    body = {"properties": {"id": "p", "description": "d"}}
    assert server.ask("POST", "/profiles", body).json()["status"] == "Created"
    assert "already exists" in server.ask("POST", "/profiles", body).text
    assert server.get("/profiles/p")["profile"]["id"] == "p"
    tag = server.ask("POST", "/tags/create", {"data": {"name": "t", "description": ""}}).json()
    assert server.get("/tags/all") == [tag]
    assert server.ask("POST", "/tags/delete", {"_id": tag["_id"]}).json()["n"] == 1


# Inventory Manager, Gateway Manager


def test_a_bulk_of_nodes_replaces_them_all(server: Server) -> None:
    body = {"name": "i", "groups": ["operators"], "devices": ["x"]}
    assert server.ask("POST", f"{IM}/inventories", {"name": "i"}).status_code == 400
    assert "devices" not in server.ask("POST", f"{IM}/inventories", body).json()["result"]
    for names in (["a", "b"], ["c"]):
        nodes = [{"name": name, "tags": ["Core"]} for name in names]
        bulk = {"inventory_identifier": "i", "nodes": nodes}
        assert server.ask("POST", f"{IM}/nodes/bulk", bulk).status_code == 200
    found = server.get(f"{IM}/inventories/i/nodes")["result"]
    assert [(node["name"], node["tags"]) for node in found["data"]] == [("c", ["core"])]
    assert server.ask("DELETE", f"{IM}/inventories/i").status_code == 400
    assert server.ask("DELETE", f"{IM}/nodes/clear/i").json()["result"] == {"nodesDeleted": 1}
    assert server.ask("DELETE", f"{IM}/inventories/i").json()["result"] == {"deletedCount": 1}


def test_a_gateway_cluster_takes_names_of_groups_and_ids_of_certificates(server: Server) -> None:
    certificate = {"raw_certificate": "PEM", "contract_id": "c", "alias": "a"}
    created = server.ask("POST", f"{GM}/certificates", certificate).json()["data"]["_id"]
    assert "raw_certificate" not in server.get(f"{GM}/certificates")["results"][0]
    gateway = {
        "cluster_id": "c1",
        "enabled": True,
        "readonly": False,
        "groups": ["operators"],
        "certificates": [created],
    }
    assert server.ask("POST", f"{GM}/gateways", gateway).status_code == 400
    answer = server.ask("POST", f"{GM}/gateways", {"gateway": gateway})
    assert answer.status_code == 201
    assert server.ask("POST", f"{GM}/gateways", {"gateway": gateway}).status_code == 409
    path = f"{GM}/gateways/{answer.json()['id']}"
    assert server.ask("PUT", path, {"enabled": False}).status_code == 400
    server.ask("PUT", path, {"payload": {"enabled": False}})
    assert server.get(path)["result"]["enabled"] is False
    assert server.get(f"{GM}/connections") == {"c1": False}


# Callers and workers


def test_the_caller_becomes_the_owner_of_a_project(server: Server) -> None:
    client_id, secret = next(iter(SERVICE_ACCOUNTS.items()))
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    base = server.client.base_url
    token = httpx.post(f"{base}/oauth/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{base}/whoami", headers=headers).json()["id"] == client_id
    body = {"name": "p", "components": []}
    created = httpx.post(f"{base}{STUDIO}/projects", json=body, headers=headers).json()["data"]
    assert [member["reference"] for member in created["members"]] == [client_id]


def test_the_rate_limit_needs_inactive_workers(server: Server) -> None:
    limit = {"rateLimit": 1, "rateLimitPeriod": 2}
    path = "/workflow_engine/workers/rate_limit"
    assert server.ask("PUT", path, limit).status_code == 400
    for part in ("jobWorker/deactivate", "deactivate"):
        server.ask("POST", f"/workflow_engine/{part}")
    status = server.get("/workflow_engine/workers/status")
    assert [worker["running"] for worker in status.values()] == [False, False]
    assert server.ask("PUT", path, limit).json() == limit


def test_a_simulator_that_is_made_again_serves_its_first_records(server: Server) -> None:
    server.sim.tables["workflow"].clear()
    server.sim.__init__()
    account = {"username": "admin", "password": "admin"}
    server.client.post("/login", json={"user": account})
    assert server.get(f"{STUDIO}/workflows")["total"] == 230


def test_what_is_ignored_silently_is_noted(server: Server) -> None:
    server.get(f"{STUDIO}/workflows", equals="x", equalsField="name", **{"equals[name]": "x"})
    server.get(f"{OM}/automations", equals="x", equalsField="name", limit=1)
    automation = server.sim.tables["automation"].named("automation 1")["_id"]
    body = {"description": "d", "created": "now", "unknown": 1}
    server.ask("PATCH", f"{OM}/automations/{automation}", body)
    assert server.sim.ignored == [
        f"GET {STUDIO}/workflows: equals",
        f"GET {STUDIO}/workflows: equalsField",
        f"PATCH {OM}/automations/{automation}: created",
        f"PATCH {OM}/automations/{automation}: unknown",
    ]


# What is run


def test_a_job_in_error_is_retried_and_one_with_a_manual_task_waits() -> None:
    with served(job_polls=1, job_status="error", job_outputs={"result": 1}) as server:
        body = {"workflow": "workflow 001", "options": {}}
        job = server.ask("POST", f"{OM}/jobs/start", body).json()["data"]["_id"]
        path = f"{OM}/jobs/{job}"
        failed = server.get(path)["data"]
        assert failed["error"][0]["message"]["IAPerror"]["displayString"] == "device unreachable"
        server.sim.settings["job_status"] = "complete"
        task = server.sim.tables["task"].seed([{"job": {"_id": job, "task": "2b"}}])[0]
        assert server.ask("POST", f"{path}/tasks/1a/retry", {"variables": {}}).status_code == 200
        assert server.get(path)["data"]["status"] == "running"
        finish = {"taskData": {"finish_state": "success", "variables": {}}}
        assert server.ask("POST", f"{path}/tasks/2b/finish", finish).status_code == 400
        server.ask("POST", f"{OM}/tasks/{task['_id']}/claim")
        assert server.ask("POST", f"{path}/tasks/2b/finish", finish).status_code == 200
        done = server.get(path)["data"]
        assert (done["status"], done["variables"]["result"]) == ("complete", 1)


def test_a_command_with_an_unset_variable_passes() -> None:
    with served(outputs={"show version": "IOS-XE 17"}) as server:
        rule = {"eval": "contains", "rule": "ios", "severity": "error"}
        commands = [
            {"command": "show version", "rules": [rule]},
            {"command": "show <!what!>", "rules": [rule]},
        ]
        server.ask("POST", "/mop/createTemplate", {"mop": {"name": "t", "commands": commands}})
        run = {"template": "t", "devices": ["rtr-001"], "variables": {}}
        answer = server.ask("POST", "/mop/RunCommandTemplate", run).json()
        assert [one["result"] for one in answer["commands_results"]] == [False, True]
        assert (answer["result"], answer["all_pass_flag"]) == (False, True)
        rule["flags"] = {"case": True}
        server.ask("POST", "/mop/updateTemplate/t", {"mop": {"name": "t", "commands": commands}})
        assert server.ask("POST", "/mop/RunCommandTemplate", run).json()["result"] is True
        ad_hoc = {"command": "show version", "devices": ["rtr-001"]}
        answers = server.ask("POST", "/mop/RunCommandDevices", ad_hoc).json()
        assert answers[0]["response"] == "IOS-XE 17"


def test_rules_are_judged_as_the_template_says() -> None:
    rules = [
        {"eval": "RegEx", "rule": "1[67]", "severity": "error"},
        {"eval": "!RegEx", "rule": "crash", "severity": "warning"},
        {"eval": "contains1", "rule": "17", "severity": "warning"},
    ]
    outputs = {"show version": {"r1": "17", "r2": "16, crash", "r3": None}}
    with served(outputs=outputs, unreachable=("r4",)) as server:

        def verdicts(**template: Any) -> tuple[list[bool], bool]:
            commands = [{"command": "show version", "rules": rules}]
            mop = {"name": "t", "commands": commands, **template}
            server.sim.tables["command_template"].clear()
            server.ask("POST", "/mop/createTemplate", {"mop": mop})
            run = {"template": "t", "devices": ["r1", "r2", "r3", "r4"], "variables": {}}
            answer = server.ask("POST", "/mop/RunCommandTemplate", run).json()
            return [one["result"] for one in answer["commands_results"]], answer["result"]

        assert verdicts() == ([True, False, False], False)
        assert verdicts(ignoreWarnings=True) == ([True, True, False], False)
        assert verdicts(passRule=False) == ([True, False, False], True)


def test_an_analytic_template_compares_one_result_of_each_command() -> None:
    rule = {"preRegex": r"up (\d+)", "postRegex": r"up (\d+)", "evaluation": "="}
    pair = {"preRawCommand": "show x", "postRawCommand": "show x", "rules": [rule]}
    path = "/mop/runAnalyticsTemplate"
    with served() as server:
        server.sim.tables["analytic_template"].seed([{"name": "t", "prepostCommands": [pair]}])

        def side(*responses: str) -> Any:
            results = [{"raw": "show x", "response": response} for response in responses]
            return {"commands_results": results}

        def compare(pre: Any, post: Any) -> Any:
            body = {"pre": pre, "post": post, "analytic_template_name": "t", "variables": {}}
            return server.ask("POST", path, body)

        assert compare(side("up 5"), side("up 5, x")).json()["result"] is True
        assert compare(side("up 5"), side("up 6")).json()["result"] is False
        assert compare(side("up 5", "up 5"), side("up 5")).status_code == 500
        assert compare([], side("up 5")).status_code == 400


def test_runs_checks_and_backups_take_their_time() -> None:
    settings = {"compliance_polls": 0, "check_polls": 2, "backup_polls": 1, "large_backups": True}
    with served(**settings, configs={"rtr-001": "a\nb\n"}) as server:
        tree = server.ask("POST", f"{CM}/configs", {"name": "t", "deviceType": "cisco-ios"}).json()
        info = {"treeId": tree["id"], "version": "initial", "nodePath": "base"}
        body = {"options": {**info, "devices": ["rtr-001", "rtr-002"]}}
        batch = server.ask("POST", f"{CM}/compliance_reports", body).json()["batchId"]
        path = f"{CM}/compliance_reports/batch/{batch}"
        assert [len(server.get(path)) for dummy in range(3)] == [0, 1, 2]
        made = server.ask("POST", f"{CM}/devices/backups", {"name": "rtr-001"}).json()["id"]
        assert server.ask("GET", f"{CM}/backups/{made}").status_code == 404
        backup = server.get(f"{CM}/backups/{made}")
        assert (backup["rawConfig"], backup["storage"]) == ("", {"type": "gridfs"})
        pair = {"collection": "backups", "nextCollection": "backups"}
        diff = server.ask("PUT", f"{CM}/lookup_diff", {"id": made, "nextId": made, **pair}).json()
        assert diff == [[0, "a\n"], [0, "b\n"]]


def test_backups_are_compared_and_checked() -> None:
    with served(configs={"rtr-001": "a\nb\n"}, compliance={"rtr-001": {"errors": 2}}) as server:
        ids = []
        for config in ("a\nb\n", "a\nc\n"):
            server.sim.settings["configs"]["rtr-001"] = config
            ids.append(
                server.ask("POST", f"{CM}/devices/backups", {"name": "rtr-001"}).json()["id"]
            )
        search = {"options": {"start": 0, "limit": 10}}
        assert server.ask("POST", f"{CM}/backups", search).status_code == 400
        search["options"]["start"] = "0"
        assert server.ask("POST", f"{CM}/backups", search).json()["total"] == 2
        pair = {"collection": "backups", "nextCollection": "backups"}
        diff = server.ask("PUT", f"{CM}/lookup_diff", {"id": ids[0], "nextId": ids[1], **pair})
        assert diff.json() == [[0, "a\n"], [-1, "b\n"], [1, "c\n"]]
        body = {"name": "t", "deviceType": "cisco-ios"}
        tree = server.ask("POST", f"{CM}/configs", body).json()["id"]
        info = {"treeId": tree, "version": "initial", "nodePath": "base"}
        body = {"treeInfo": info, "backupIds": ids[:1]}
        batch = server.ask("POST", f"{CM}/compliance_reports/backups", body).json()["batchId"]
        assert server.get(f"{CM}/compliance_reports/batch/{batch}")[0]["totals"]["errors"] == 2
        body = {"options": {**info, "devices": ["rtr-001", "rtr-002"]}}
        batch = server.ask("POST", f"{CM}/compliance_reports", body).json()["batchId"]
        assert len(server.get(f"{CM}/compliance_reports/batch/{batch}")) == 2
