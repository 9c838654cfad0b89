# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of Platform and Gateway that are hard to get right, in playbooks on both paths.

Bodies whose form is not settled, failures that hide in a 200, unusual names and ids, and secrets
that a server shows once. All cases run on the controller, some of each kind as modules too.
"""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from tests.playbooks.both_paths import Runs, run_on_both_paths
from tests.playbooks.conftest import Ansible
from tests.playbooks.test_itential_records import literal
from tests.simulators import platform_access

NAMES = ("Edge/Core 100 % ü?#&+=", "12345")
HIDDEN = {
    "json_form": (
        {"name": "Order"},
        "POST",
        "/json-forms/forms",
        {"status": "failure", "message": "the name is taken"},
    ),
    "transformation": (
        {"name": "Upper"},
        "POST",
        "/transformations",
        {"_id": "1", "name": "Upper (1)"},
    ),
    "command_template": (
        {"name": "Ping", "description": "new"},
        "POST",
        "/mop/updateTemplate/Ping",
        {"n": 0, "ok": 1, "nModified": 0},
    ),
    "device_template": (
        {"name": "banner", "template": "new"},
        "PUT",
        "/configuration_manager/templates",
        {"status": "success", "updated": 0},
    ),
    "device_group": (
        {"name": "hidden", "devices": ["rtr-001"]},
        "POST",
        "/configuration_manager/devicegroup",
        {"status": "failure", "message": "not stored"},
    ),
    "lifecycle_model": (
        {"name": "port", "schema": {"type": "object"}, "actions": []},
        "POST",
        "/lifecycle-manager/resources",
        {"success": False, "message": "not valid"},
    ),
}
"""Records with the write whose response of 200 means a failure, and that response."""
REASONS = ("is taken", "Upper (1)", "n is 0", "updated is 0", "not stored", "not valid")


def task(service: str, resource: str, data: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return a task that writes a record; options of the task itself begin with `task_`."""
    own = {name[5:]: options.pop(name) for name in list(options) if name.startswith("task_")}
    module = f"restops.clients.itential_{service}_resource"
    return {module: {"resource": resource, "data": literal(data), **options}, **own}


def run(
    ansible: Ansible, cases: dict[str, Any], prepare: Any, *arguments: str, as_modules: Any = None
) -> Runs:
    return run_on_both_paths(
        ansible,
        cases,
        *arguments,
        prepare=lambda: prepare(ansible.platform.simulator, ansible.gateway.simulator),
        as_modules=as_modules,
    )


@pytest.mark.parametrize(
    ("group_update", "body_form", "wrong_form"),
    [("details", "bare", "store"), ("bare", "wrapped", "ignore"), ("bare", "wrapped", "refuse")],
)
def test_bodies_are_sent_in_the_form_that_the_server_takes(
    ansible: Ansible, group_update: str, body_form: str, wrong_form: str
) -> None:
    def prepare(platform: Any, gateway: Any) -> None:
        platform.settings["group_update"] = group_update
        gateway.settings.update(body_form=body_form, wrong_form=wrong_form)

    before = {"name": "core 7", "devices": ["rtr-001"]}
    after = {"name": "core 7", "devices": ["rtr-002", "rtr-003"]}
    device = {"name": "r1", "variables": {"port": 22, "password": "initial-secret-1"}}
    changed = {"name": "r1", "variables": {"port": 23}}
    nested = {"name": "r2", "variables": {"variables": {"a": 1}}}
    other = {"name": "r2", "variables": {"variables": {"a": 2}}}
    text = {"name": "r2", "variables": {"variables": "x"}}
    group = {"name": "site", "devices": ["r1"], "childGroups": [], "variables": {"a": 1}}
    members = {"name": "site", "devices": ["r2"], "childGroups": ["core"], "variables": {"a": 2}}
    lives = {
        "device_group": ("platform", "device_group", (before, after)),
        "device": ("gateway", "device", (device, changed)),
        "nested": ("gateway", "device", (nested, other, text)),
        "group": ("gateway", "group", (group, members)),
    }
    cases, expected = {}, {}
    for name, (service, resource, records) in lives.items():
        for number, record in enumerate(records):
            step = f"{name}_{number}"
            action = "update" if number else "create"
            cases[f"{step}_predicted"] = task(
                service, resource, record, task_check_mode=True, task_diff=True
            )
            cases[f"{step}_written"] = task(service, resource, record)
            cases[f"{step}_again"] = task(service, resource, record)
            expected |= {
                f"{step}_predicted": action,
                f"{step}_written": action,
                f"{step}_again": "none",
            }
    first = "device_group_" if group_update == "details" else "nested_"
    as_modules = [name for name in cases if name.startswith((f"{first}0", f"{first}1"))]
    runs = run(ansible, cases, prepare, as_modules=as_modules)
    assert runs.failed == set(), [runs.results[name]["msg"] for name in runs.failed]
    assert runs.actions == expected
    assert runs.results["device_group_1_again"]["record"]["devices"] == ["rtr-002", "rtr-003"]
    assert runs.results["device_1_again"]["record"]["variables"]["port"] == 23
    assert runs.results["nested_1_again"]["record"]["variables"] == {"variables": {"a": 2}}
    assert runs.results["nested_2_again"]["record"]["variables"] == {"variables": "x"}
    shown = runs.results["group_1_again"]["record"]
    assert (shown["devices"], shown["childGroups"]) == (["r2"], ["core"])
    assert runs.results["device_1_predicted"]["diff"][0]["after"]["variables"]["port"] == 23
    assert runs.leaks("initial-secret-1") == []


def test_failures_in_a_200_are_errors_with_the_servers_reason(ansible: Ansible) -> None:
    def prepare(platform: Any, gateway: Any) -> None:
        platform.tables["command_template"].seed([{"name": "Ping", "_id": "Ping"}])
        platform.tables["device_template"].seed([{"name": "banner", "template": "old"}])
        for dummy, method, path, answer in HIDDEN.values():
            platform.faults.append(
                {
                    "path": path,
                    "method": method,
                    "status": 200,
                    "body": json.dumps(answer),
                    "type": "application/json",
                }
            )

    cases = {
        resource: task("platform", resource, record)
        for resource, (record, *dummy) in HIDDEN.items()
    }
    runs = run(ansible, cases, prepare, as_modules=["transformation", "device_group"])
    assert runs.failed == {*HIDDEN}
    for name, reason in zip(HIDDEN, REASONS, strict=True):
        assert "answered 200, but failed" in runs.message(name)
        assert reason in runs.message(name)
        assert runs.results[name]["changed"] is False


def test_unusual_names_and_ids_lead_to_their_records(ansible: Ansible) -> None:
    platform = {
        "workflow": {},
        "template": {"group": "lab", "type": "jinja2"},
        "transformation": {},
        "json_form": {},
        "command_template": {},
        "automation": {"workflow": 12345},
        "device_group": {"devices": ["rtr-001"]},
        "group": {},
        "tag": {},
        "adapter": {"model": "@itential/adapter-email", "properties": {"type": "Email"}},
    }
    gateway = {
        "device": {},
        "group": {"devices": [12345]},
        "netmiko_device": {"variables": {"host": "192.0.2.1", "device_type": "cisco_ios"}},
        "rbac_group": {"roles": ["viewer"]},
    }
    cases, expected = {}, {}
    deleted = {}
    for service, known in (("platform", platform), ("gateway", gateway)):
        for resource, fields in known.items():
            for number, name in enumerate(NAMES):
                given = int(name) if name.isdigit() else name
                step = f"{service}_{resource}_{number}"
                record = {"name": given, **fields}
                if resource == "workflow":
                    record["document"] = {"tasks": {}}
                cases[f"{step}_made"] = task(service, resource, record)
                cases[f"{step}_again"] = task(service, resource, record)
                deleted[f"{step}_gone"] = task(service, resource, {"name": given}, state="absent")
                expected |= {
                    f"{step}_made": "create",
                    f"{step}_again": "none",
                    f"{step}_gone": "delete",
                }
    cases |= dict(reversed(deleted.items()))
    as_modules = [
        name
        for name in cases
        if name.startswith(("platform_workflow_0_", "gateway_device_1_", "gateway_group_1_"))
    ]
    runs = run(ansible, cases, lambda platform, gateway: None, as_modules=as_modules)
    assert runs.failed == set(), [runs.results[name]["msg"] for name in runs.failed]
    assert runs.actions == expected


def test_mistakes_are_reported_in_one_line_before_anything_is_written(ansible: Ansible) -> None:
    ids = {kind: (f"{kind:0>24}"[-24:], f"{kind:f>24}"[-24:]) for kind in ("a1", "b2")}

    def prepare(platform: Any, gateway: Any) -> None:
        platform.tables["automation"].seed({"name": "twice", "_id": one} for one in ids["a1"])
        platform.tables["group"].seed(
            {"name": "crowd", "_id": one, "inactive": False} for one in ids["b2"]
        )

    info = "restops.clients.itential_platform_info"
    gateway_info = "restops.clients.itential_gateway_info"
    common = {"automation": "twice", "name": "t"}
    cases = {
        "duplicate": task("platform", "automation", {"name": "twice", "description": "x"}),
        "duplicate_relation": task("platform", "trigger", {**common, "type": "manual"}),
        "duplicate_group": task("platform", "account", {"username": "ada", "groups": ["crowd"]}),
        "unknown_member": task("gateway", "group", {"name": "core", "devices": ["nothing"]}),
        "unknown_workflow": task("platform", "automation", {"name": "a", "workflow": "nothing"}),
        "form_data": task(
            "platform",
            "trigger",
            {"automation": "automation 1", "name": "s", "type": "schedule", "formData": {"a": 1}},
        ),
        "reserved": task("gateway", "group", {"name": "all", "devices": []}),
        "misspelt": task("platform", "workflow", {"name": "x", "documnet": {}}),
        "filter": {info: {"resource": "device", "filters": {"ostyp": "cisco-ios"}}},
        "fields": {info: {"resource": "device", "fields": ["name", "ostyp"], "limit": 3}},
        "order": {info: {"resource": "workflow", "order": ["-naem"]}},
        "gateway_filter": {gateway_info: {"resource": "script", "filters": {"naem": "x"}}},
        "operator": {info: {"resource": "device", "filters": {"name": {"is": "x"}}}},
    }
    runs = run(ansible, cases, prepare, as_modules=["duplicate", "form_data", "filter"])
    assert runs.failed == {*cases}
    # A list that is searched for.
    assert {*runs.writes} <= {"POST /configuration_manager/devices"}
    fragments = {
        "duplicate": (*ids["a1"], "matches 2 records"),
        "duplicate_relation": ids["a1"],
        "duplicate_group": ids["b2"],
        "unknown_member": ("there is no device 'nothing'",),
        "unknown_workflow": ("there is no workflow 'nothing'",),
        "form_data": ("formData does not go with type 'schedule'",),
        "reserved": ("the name 'all' is reserved",),
        "misspelt": ("workflow has no field 'documnet'",),
        "filter": ("filters: no device has a field 'ostyp'", "ostype"),
        "fields": ("fields: no device has a field 'ostyp'", "ostype"),
        "order": ("order: workflow has no field 'naem'",),
        "gateway_filter": ("filters: no script has a field 'naem'",),
        "operator": ("name has no operator 'is'",),
    }
    for name, parts in fragments.items():
        message = runs.message(name)
        assert [part for part in parts if part not in message] == [], message


def test_a_secret_that_the_server_shows_once_is_returned_on_request_only(
    ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "restops.clients.itential_platform_resource"
    account = {"name": "pipeline"}
    shown = {"show_secret": True, "task_no_log": True}
    is_secret = "length > 8"
    cases = {
        "hidden": task("platform", "service_account", {"name": "other"}),
        "predicted": task("platform", "service_account", account, task_check_mode=True, **shown),
        "created": task("platform", "service_account", account, **shown),
        "again": task("platform", "service_account", account, **shown),
        "renewed": task("platform", "service_account", account, update_secrets="always", **shown),
        "many": {
            module: {
                "resource": "service_account",
                "records": [{"name": "third"}],
                "show_secret": True,
            },
            "no_log": True,
        },
        "used": {
            "ansible.builtin.assert": {
                "that": [
                    f"created.secret.client_secret | {is_secret}",
                    f"renewed.secret.client_secret | {is_secret}",
                    f"many.results[0].secret.client_secret | {is_secret}",
                ]
            }
        },
    }
    made: list[str] = []

    def next_secret() -> uuid.UUID:
        made.append(str(uuid.UUID(int=2**100 + len(made))))
        return uuid.UUID(made[-1])

    # Both paths must get the same secrets.
    monkeypatch.setattr(platform_access, "uuid", SimpleNamespace(uuid4=next_secret))
    runs = run(ansible, cases, lambda platform, gateway: made.clear(), "-vvvv")
    assert runs.failed == set(), runs.results
    assert runs.actions == {
        "hidden": "create",
        "predicted": "create",
        "created": "create",
        "again": "none",
        "renewed": "update",
    }
    assert [name for name in cases if "secret" in runs.results[name]] == ["created", "renewed"]
    secrets = [runs.results[name]["secret"]["client_secret"] for name in ("created", "renewed")]
    assert len({*secrets, *made}) == len(made)
    assert [one for one in made if one in "".join(runs.outputs.values())] == []
    assert [one for one in made if one in json.dumps(runs.results["hidden"])] == []
