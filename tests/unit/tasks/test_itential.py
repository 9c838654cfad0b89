# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the modules for Platform and Gateway, on simulated servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import MASK
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    itential,
    options,
    resource,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.given import without_omitted
from ansible_collections.restops.clients.tests.simulators.gateway import GatewaySimulator
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport

FACTORIES = {
    PlatformSimulator: (platform_factory, options.PLATFORM),
    GatewaySimulator: (gateway_factory, options.GATEWAY),
}
WORKFLOW = {"name": "Up", "document": {"tasks": {"1a": {"name": "x"}}}}


class Runner:
    """Runs the tasks of the modules.

    Attributes:
        sim: The simulated server.
        lost: Responses that are lost, see `transport`.
    """

    def __init__(self, sim: Any) -> None:
        self.sim = sim
        self.lost: dict[str, Any] = {}
        self._factory, self._service = FACTORIES[type(sim)]

    def _client(self, dummy: Mapping[str, Any], want_async: bool) -> Any:
        way = transport(self.sim.app, lost=self.lost)
        return self._factory("server.example", transport=way, want_async=want_async, retry=1)

    def ensure(self, context: Context | None = None, **given: Any) -> dict[str, Any]:
        params = {n: option.get("default") for n, option in resource.PLATFORM_OPTIONS.items()}
        return resource.run(
            self._client, resource.of_catalogue, {**params, **given}, context or Context()
        )

    def info(self, **given: Any) -> dict[str, Any]:
        params = {n: option.get("default") for n, option in itential.OPTIONS.items()}
        result = itential.info(self._client, self._service, {**params, **given}, Context())
        json.dumps(result)
        return result


@pytest.fixture
def platform() -> Runner:
    return Runner(PlatformSimulator(workflows=3))


def test_a_record_is_created_from_a_file(platform: Runner, tmp_path: Path) -> None:
    (tmp_path / "up.json").write_text(json.dumps({"name": "Up", "_id": "old", "tasks": {}}))
    created = platform.ensure(resource="workflow", src=str(tmp_path / "up.json"))
    assert (created["action"], created["record"]["name"]) == ("create", "Up")
    again = platform.ensure(
        resource="workflow", records=[{"src": str(tmp_path / "up.json"), "description": "new"}]
    )
    assert again["summary"]["updated"] == 1


@pytest.mark.parametrize("loss", [httpx.ReadError("reset"), 502])
def test_a_record_whose_write_has_no_response_is_looked_up(platform: Runner, loss: Any) -> None:
    path = "/automation-studio/automations"
    wanted = {"resource": "workflow", "data": WORKFLOW}
    platform.lost[path] = loss
    assert platform.ensure(**wanted)["action"] == "create"
    assert platform.ensure(**wanted)["action"] == "none"
    assert len(platform.sim.writes) == 1


def test_a_record_that_may_have_been_created_counts_as_changed(platform: Runner) -> None:
    wanted = {"resource": "workflow", "data": WORKFLOW}
    fault = {"path": "/automation-studio/automations", "method": "POST", "body": "late"}
    platform.sim.faults.append({**fault, "status": 504})
    with pytest.raises(TaskError, match="504") as caught:
        platform.ensure(**wanted)
    # It was looked for, and is not there.
    assert caught.value.result["changed"] is False
    platform.sim.faults.append({**fault, "status": 504})
    platform.lost["/automation-studio/workflows"] = [None, 403]
    with pytest.raises(TaskError, match="504") as caught:
        platform.ensure(**wanted)
    assert caught.value.result["changed"] is True
    platform.sim.faults.append({**fault, "status": 403})
    with pytest.raises(TaskError, match="403") as caught:
        platform.ensure(**wanted)
    assert caught.value.result["changed"] is False


def test_a_record_of_which_a_part_was_written_counts_as_changed() -> None:
    gateway = Runner(GatewaySimulator(devices=3))
    wanted = {"resource": "group", "data": {"name": "edge", "devices": ["sw-000"]}}
    gateway.ensure(**wanted)
    refusal = {"path": "/groups/edge/devices", "method": "POST", "status": 403, "body": "no"}
    for variables, changed in (({}, False), ({"a": 1}, True)):
        gateway.sim.faults.append(dict(refusal))
        data = {"name": "edge", "devices": ["sw-000", "sw-001"], "variables": variables}
        with pytest.raises(TaskError, match="403") as caught:
            gateway.ensure(resource="group", data=data)
        assert caught.value.result["changed"] is changed


def test_a_refusal_in_a_200_has_changed_nothing(platform: Runner) -> None:
    path = "/configuration_manager/devicegroup"
    fault = {"path": path, "method": "POST", "status": 200, "type": "application/json"}
    platform.sim.faults.append({**fault, "body": '{"status": "failure", "message": "no"}'})
    with pytest.raises(TaskError, match="answered 200, but failed") as caught:
        platform.ensure(resource="device_group", data={"name": "edge"})
    assert caught.value.result["changed"] is False


def test_validation_is_part_of_the_result() -> None:
    platform = Runner(PlatformSimulator(release="6.6", workflows=0))
    result = platform.ensure(Context(check_mode=True), resource="workflow", data=WORKFLOW)
    assert result["validation"] == []
    many = platform.ensure(Context(check_mode=True), resource="workflow", records=[WORKFLOW])
    assert many["results"][0]["validation"] == []
    assert "validation" not in platform.ensure(resource="workflow", data=WORKFLOW)


def test_no_more_records_are_purged_than_allowed(platform: Runner) -> None:
    wanted = {
        "resource": "workflow",
        "records": [{"name": "workflow 000"}],
        "purge": True,
        "filters": {"name": {"starts_with": "workflow"}},
    }
    with pytest.raises(TaskError) as caught:
        platform.ensure(**wanted, purge_limit=1)
    assert caught.value.msg == (
        "purge: 2 workflow records would be deleted, more than purge_limit (1): nothing was"
        " written; narrow the filters or raise the limit"
    )
    assert list(platform.sim.writes) == []
    assert platform.ensure(**wanted, purge_limit=2)["summary"]["deleted"] == 2


def test_a_type_that_the_catalogue_lacks_is_read_and_written(platform: Runner) -> None:
    label = {
        "name": "label",
        "access": {
            "many": {"path": "/tags/all", "paging": "bare"},
            "one": [],
            "create": {"path": "/tags/create", "wrap": "data"},
        },
        "key": "name",
        "id_field": "_id",
    }
    nothing = platform.info(resource=label, filters={"nmae": "edge"}, as_tasks=True)
    assert nothing["warnings"] == [
        "filters: 'nmae' is no known field of a label: did you mean 'name'?"
    ]
    assert platform.ensure(resource=label, data={"name": "edge"})["action"] == "create"
    assert platform.info(resource=label)["records"][0]["name"] == "edge"


def test_texts_of_several_lines_are_differences_of_their_own(platform: Runner) -> None:
    template = {"name": "t", "group": "g", "type": "jinja2", "template": "a\nb\n"}
    platform.ensure(resource="template", data=template)
    result = platform.ensure(resource="template", data={**template, "template": "a\nc\n"})
    assert result["diff"] == [
        {
            "before_header": "template name='t': template",
            "after_header": "template name='t': template",
            "before": "a\nb\n",
            "after": "a\nc\n",
        }
    ]


def test_records_are_read_with_filters_order_limit_and_fields(platform: Runner) -> None:
    result = platform.info(
        resource="workflow",
        filters={"name": {"in": ["workflow 001", "workflow 002"]}},
        order=["-name"],
        limit=1,
        fields=["name"],
    )
    assert result == {"changed": False, "records": [{"name": "workflow 002"}], "count": 1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"fields": ["nmae"]}, "fields: workflow has no field 'nmae'"),
        ({"filters": {"nmae": 1}}, "workflow has no field 'nmae'"),
        ({"order": ["-nmae"]}, "order: workflow has no field 'nmae'"),
        (
            {"resource": "device", "filters": {"ostyp": "ios", "port": 22}},
            "filters: no device has a field 'ostyp'; its fields are .*ostype",
        ),
        (
            {"resource": "device", "fields": ["ostyp"]},
            "fields: no device has a field 'ostyp'; its fields are .*ostype",
        ),
        ({"resource": "device", "order": ["nmae.x"]}, "order: no device has a field 'nmae'"),
        ({"fields": ["name"], "as_tasks": True}, "fields: leave them out"),
        ({"resource": "job", "as_tasks": True}, "as_tasks: job records are read-only"),
        ({"resource": None, "gather": ["versoin"]}, "gather: unknown 'versoin': use all, version"),
    ],
)
def test_an_option_that_cannot_work_is_an_error(
    platform: Runner, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(TaskError, match=f"^{message}"):
        platform.info(**{"resource": "workflow", **given})


def test_a_type_that_is_open_has_fields_that_only_some_records_have(platform: Runner) -> None:
    next(iter(platform.sim.tables["device"]))["site"] = "A"
    assert platform.info(resource="device", filters={"site": "A"})["count"] == 1
    assert platform.info(resource="device", filters={"site": "B"})["count"] == 0
    everything = platform.info(resource="device", filters={"sites": {"exists": False}})
    assert everything["count"] > 1
    # Of the devices that the server has not chosen, some have a site.
    assert platform.info(resource="device", filters={"name": "none", "site": "A"})["count"] == 0
    other = platform.info(resource="device", filters={"name": "rtr-002", "site": "A"})
    assert other["count"] == 0


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        (
            {"filters": {"name": "none", "ostyp": "ios"}},
            ["filters: 'ostyp' is no known field of a device: did you mean 'ostype'?"],
        ),
        (
            {"filters": {"name": "none", "site.x": 1}, "order": ["-nmae.x"], "fields": ["zzz"]},
            ["filters: 'site' is", "order: 'nmae' is", "fields: 'zzz' is"],
        ),
        ({"filters": {"name": "none", "ostype": "ios"}, "order": ["name"], "fields": ["name"]}, []),
        ({"resource": "workflow", "filters": {"name": "none"}}, []),
    ],
)
def test_names_that_may_be_misspelt_are_warnings_if_there_is_no_record(
    platform: Runner, given: dict[str, Any], warnings: list[str]
) -> None:
    result = platform.info(**{"resource": "device", **given})
    assert (result["count"], result["records"]) == (0, [])
    found = result.get("warnings", [])
    assert len(found) == len(warnings)
    assert all(map(str.startswith, found, warnings))
    assert ("warnings" in result) is bool(warnings)


def test_a_name_that_is_like_no_other_is_shown_with_the_known_ones(platform: Runner) -> None:
    result = platform.info(resource="device", filters={"name": "none", "zzz": 1})
    (warning,) = result["warnings"]
    assert warning.startswith("filters: 'zzz' is no known field of a device: the known ones are ")
    assert " ostype" in warning


def test_the_secret_of_a_new_record_is_returned_on_request(platform: Runner) -> None:
    wanted = {"resource": "service_account", "data": {"name": "pipeline"}}
    made = platform.ensure(**wanted, show_secret=True)
    stored = platform.sim.tables["service_account"].named("pipeline")
    assert made["secret"] == {"client_secret": stored["client_secret"]}
    assert made["record"]["client_secret"] == MASK
    for more in ({}, {"state": "absent"}):
        assert "secret" not in platform.ensure(**wanted, show_secret=True, **more)
    assert "secret" not in platform.ensure(**wanted)
    many = {"resource": "service_account", "records": [{"name": "a"}], "show_secret": True}
    assert platform.ensure(**many)["results"][0]["secret"].keys() == {"client_secret"}


def test_secrets_of_records_are_masked() -> None:
    gateway = Runner(GatewaySimulator(devices=0))
    variables = {"ansible_host": "192.0.2.1", "ansible_password": "initial-secret-1"}
    gateway.ensure(resource="device", data={"name": "r1", "variables": variables})
    (record,) = gateway.info(resource="device")["records"]
    assert record["variables"]["ansible_host"] == "192.0.2.1"
    gateway.ensure(resource="secret", data={"path": "a", "secret_data": {"x": "hidden-word-1"}})
    shown = json.dumps(gateway.info(resource="secret")) + json.dumps(record)
    assert "hidden-word-1" not in shown
    assert "initial-secret-1" not in shown


def test_records_become_tasks(platform: Runner) -> None:
    adapter = {
        "name": "mail",
        "model": "@itential/adapter-email",
        "properties": {
            "type": "Email",
            "properties": {
                "host": "a",
                "greeting": "Hello {{ name }} {% x %}",
                "auth": {"password": "initial-secret-1"},
                "headers": [{"name": "token", "value": "initial-secret-2"}],
            },
        },
    }
    platform.ensure(resource="adapter", data=adapter)
    result = platform.info(resource="adapter", filters={"name": "mail"}, as_tasks=True)
    (task,) = result["tasks"]
    assert task["name"] == "Bring adapter name='mail' to its state"
    module = task["restops.clients.itential_platform_resource"]
    assert module["resource"] == "adapter"
    properties = module["data"]["properties"]["properties"]
    assert properties["greeting"] == "Hello {{ '{{' }} name }} {{ '{%' }} x %}"
    name = "adapter_mail_properties_properties"
    assert properties["auth"] == {"password": f"{{{{ {name}_auth_password | default(omit) }}}}"}
    # A list is replaced as a whole: without the secret in it, the task would remove the secret.
    assert properties["headers"] == f"{{{{ {name}_headers | default(omit) }}}}"
    assert "initial-secret" not in json.dumps(result)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"snmp": {"version": 2, "secret": "s3cr3t-1"}}, {"snmp": "snmp"}),
        ({"users": [{"name": "ada", "password": "s3cr3t-1"}]}, {"users": "users"}),
        ({"ansible_password": "s3cr3t-1"}, {"ansible_password": "ansible_password"}),
    ],
)
def test_what_is_replaced_together_with_a_secret_is_left_out_with_it(
    variables: dict[str, Any], expected: dict[str, str]
) -> None:
    gateway = Runner(GatewaySimulator(devices=0))
    device = {"name": "r1", "variables": {"ansible_port": 22, **variables}}
    gateway.ensure(resource="device", data=device)
    (task,) = gateway.info(resource="device", as_tasks=True)["tasks"]
    data = task["restops.clients.itential_gateway_resource"]["data"]
    assert data["variables"] == {
        "ansible_port": 22,
        **{
            name: f"{{{{ device_r1_variables_{part} | default(omit) }}}}"
            for name, part in expected.items()
        },
    }
    left = {name: value for name, value in data["variables"].items() if name not in expected}
    again = gateway.ensure(resource="device", data={**data, "variables": left})
    assert again["action"] == "none"


def test_facts_are_gathered_and_what_is_not_there_is_named() -> None:
    platform = Runner(PlatformSimulator(release="2023.2", workflows=0))
    result = platform.info(gather=["version", "health", "workers", "worker_rate_limit"])
    assert result["gathered"]["version"].startswith("2023.2")
    assert set(result["gathered"]) == {"version", "health", "workers"}
    assert "404" in result["unavailable"]["worker_rate_limit"]
    jobs = platform.info(gather=["jobs", "adapters"])["gathered"]
    assert set(jobs) == {"jobs", "adapters"}


def test_all_facts_can_be_gathered() -> None:
    result = Runner(GatewaySimulator(devices=0)).info(gather=["all"])
    known = {*result["gathered"], *result["unavailable"]}
    assert known == {"version", "status", "health", "config"}


def test_a_fact_may_be_a_text() -> None:
    gateway = Runner(GatewaySimulator(devices=0))
    gateway.sim.faults.append({"path": "/api/v2.0/poll", "status": 200, "body": "pong"})
    assert gateway.info(gather=["health"])["gathered"] == {"health": "pong"}


def test_a_fact_that_fails_is_an_error(platform: Runner) -> None:
    platform.sim.faults.append({"path": "/whoami", "method": "GET", "status": 500, "times": 9})
    with pytest.raises(TaskError, match="500"):
        platform.info(gather=["user"])


def test_omitted_keys_are_dropped_at_any_depth() -> None:
    omitted = "__omit_place_holder__123"
    data = {"a": omitted, "b": [{"c": omitted, "d": ""}], "e": None}
    assert without_omitted(data) == {"b": [{"d": ""}], "e": None}


@pytest.mark.parametrize(
    ("given", "heavy"), [({}, True), ({"limit": 3}, False), ({"gather": ["version"]}, False)]
)
def test_reading_many_records_is_heavy(given: dict[str, Any], heavy: bool) -> None:
    assert itential.is_heavy(given) is heavy
