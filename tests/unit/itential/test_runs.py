# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of a Gateway: checked first, sent once, each kind in its own way, judged by results."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.run_sending import (
    UnfinishedError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.runs import RunError
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway

BASE = "/api/v2.0"
HELLO = f"{BASE}/scripts/hello.py"
SCHEMA = {
    "type": "object",
    "required": ["count"],
    "properties": {"count": {"type": "integer"}, "word": {"type": "secret"}},
}
FOUND = [{"host": "sw-001", "status": "SUCCESS", "stdout": "hello"}]
NETMIKO = [
    {"name": name, "variables": {"host": "192.0.2.1", "device_type": "cisco_ios"}}
    for name in ("r1", "r2", "fails1")
]


class World(Gateway):
    """A Gateway with content and devices.

    Args:
        case: Threads or tasks.
    """

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.lines: list[str] = []
        self.sim.tables["netmiko_device"].seed(NETMIKO)
        self.sim.tables["http_device"].seed(
            [{"name": "netbox", "variables": {"base_url": "netbox.example", "protocol": "https"}}]
        )
        self.sim.tables["netconf_device"].seed([{"name": "junos1"}])
        self.sim.tables["collection"].named("cisco.ios")["roles"] = ["backup"]

    async def do(self, verb: str, **options: Any) -> Any:
        self.sim.log.clear()
        call = getattr(self.client.runs, verb)
        return await self.case.kind.wait(call(notify=self.lines.append, **options))

    async def execute(self, **options: Any) -> Any:
        return await self.do("execute", **options)

    async def fail(self, kind: type[ClientError] = RunError, **options: Any) -> Any:
        with pytest.raises(kind) as caught:
            await self.execute(**options)
        return caught.value

    def script(self, **fields: Any) -> None:
        """Change the record of the script `hello.py`."""
        self.sim.tables["script"].named("hello.py").update(fields)

    def decorate(self, schema: Any) -> None:
        """Give the script a schema."""
        self.script(schemas={"effective_schema_type": "user", "user": schema})

    def answer(self, path: str, body: Any, status: int = 200, **more: Any) -> None:
        """Answer the next request of a path with a body of our own."""
        text = body if isinstance(body, str) else json.dumps(body)
        fault = {"path": path, "status": status, "body": text, "type": "application/json"}
        self.sim.faults.append({**fault, **more})


@pytest.fixture
def world(case: Case) -> World:
    return World(case)


# Requests


@pytest.mark.parametrize(
    ("options", "path", "body"),
    [
        (
            {"playbook": "site", "hosts": ["sw-001"], "groups": ["core"], "verbosity": 2},
            "/playbooks/site/execute",
            {"args": {}, "hosts": ["sw-001"], "groups": ["core"], "verbosity": 2},
        ),
        (
            {"script": "hello.py", "arguments": {"a": 1}, "env": {"LANG": "C"}, "template": "x"},
            "/scripts/hello.py/execute",
            {"args": {"a": 1}, "env": {"LANG": "C"}, "template": "x"},
        ),
        (
            {"role": "itential_cli", "groups": ["core"], "arguments": {"command": "show version"}},
            "/roles/itential_cli/execute",
            {"args": {"command": "show version"}, "groups": ["core"]},
        ),
        (
            {"module": "ios_command", "hosts": ["sw-001", "sw-001"], "provider_required": False},
            "/modules/ios_command/execute",
            {"args": {}, "hosts": ["sw-001"], "provider_required": False},
        ),
        (
            {"collection_module": "cisco.ios.ios_command", "hosts": ["sw-001"]},
            "/collections/cisco.ios/modules/ios_command/execute",
            {"args": {}, "hosts": ["sw-001"]},
        ),
        (
            {"collection_role": "cisco.ios.backup", "strict_args": True},
            "/collections/cisco.ios/roles/backup/execute",
            {"args": {}, "strict_args": True},
        ),
        (
            {"nornir": "backup", "groups": ["all"], "env": {}},
            "/nornir/backup/execute",
            {"args": {}, "groups": ["all"], "env": {}},
        ),
        ({"terraform": "network"}, "/terraforms/network/terraform_apply", {"args": {}}),
        (
            {"terraform": "network", "action": "destroy", "arguments": {"a": 1}},
            "/terraforms/network/terraform_destroy",
            {"args": {"a": 1}},
        ),
        (
            {
                "netmiko": "send_command",
                "hosts": ["r1"],
                "arguments": {"command_string": "show version"},
            },
            "/netmiko/send_command/execute",
            {"host": "r1", "command_string": "show version"},
        ),
        (
            {
                "netconf": "get_config",
                "hosts": ["junos1"],
                "arguments": {"target_datastore": "running"},
            },
            "/netconf/get_config/execute",
            {"host": "junos1", "target_datastore": "running"},
        ),
        (
            {"http_request": "/api/sites", "hosts": ["netbox"]},
            "/http_requests/request/execute",
            {"host": "netbox", "endpoint": "/api/sites", "method": "GET"},
        ),
    ],
)
async def test_each_kind_has_its_own_request_which_is_sent_once(
    world: World, options: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    run = await world.execute(**options)
    assert world.writes == [(f"POST {path}", body)]
    assert (run.sent, run.dry_run, run.audit_ids) == (True, False, [])
    assert all(result["ok"] for result in run.results)
    assert run.waited == 0


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"script": "hello.py"}, True),
        ({"playbook": "site", "syntax_check": True}, False),
        ({"terraform": "network", "action": "plan"}, False),
        ({"terraform": "network", "action": "validate"}, False),
        ({"http_request": "/x", "hosts": ["netbox"]}, False),
        ({"http_request": "/x", "hosts": ["netbox"], "arguments": {"method": "post"}}, True),
        (
            {"netmiko": "send_command", "hosts": ["r1"], "arguments": {"command_string": "x"}},
            False,
        ),
        (
            {
                "netmiko": "send_config_set",
                "hosts": ["r1"],
                "arguments": {"config_commands": ["x"]},
            },
            True,
        ),
    ],
)
async def test_what_only_reads_changes_nothing(
    world: World, options: dict[str, Any], changed: bool
) -> None:
    assert (await world.execute(**options)).changed is changed


@pytest.mark.parametrize(("changes", "changed"), [(True, True), (False, False)])
async def test_results_that_all_say_that_nothing_changed_are_no_change(
    world: World, changes: bool, changed: bool
) -> None:
    world.sim.tables["playbook"].named("site")["changes"] = changes
    assert (await world.execute(playbook="site", groups=["core"])).changed is changed
    predicted = await world.do("predict", playbook="site", groups=["core"])
    assert predicted.changed is changed


async def test_the_other_form_of_a_terraform_path_is_used_if_the_release_lacks_the_first(
    world: World,
) -> None:
    world.sim.settings["terraform_prefix"] = False
    assert (await world.execute(terraform="network", action="plan")).results[0]["ok"]
    assert [path.rpartition("/")[2] for path, dummy in world.writes] == ["terraform_plan", "plan"]
    world.answer("/terraform_apply", "no", 403)
    error = await world.fail(HTTPStatusError, terraform="network")
    assert error.status_code == 403
    assert [path for path, dummy in world.writes] == ["POST /terraforms/network/terraform_apply"]


async def test_a_command_runs_once_on_each_host(world: World) -> None:
    command = {"command_string": "show version"}
    run = await world.execute(netmiko="send_command", hosts=["r1", "r2"], arguments=command)
    assert [result["host"] for result in run.results] == ["r1", "r2"]
    assert run.answer is None
    assert sorted(body["host"] for dummy, body in world.writes) == ["r1", "r2"]
    error = await world.fail(netmiko="send_command", hosts=["r1", "fails1"], arguments=command)
    assert error.message == (
        "netmiko 'send_command' failed: 1 of 2 results are a failure; the first:"
        " fails1: FAILURE: hello"
    )
    assert [result["ok"] for result in error.run.results] == [True, False]


# Checks before the run


async def test_arguments_are_checked_and_converted_by_the_schema_of_the_content(
    world: World,
) -> None:
    world.decorate(SCHEMA)
    await world.execute(script="hello.py", arguments={"count": "3"})
    assert world.writes[0][1]["args"] == {"count": 3}
    for verb in ("execute", "predict"):
        with pytest.raises(ConfigurationError) as caught:
            await world.do(verb, script="hello.py", arguments={"count": "three"})
        assert caught.value.message == "arguments.count must be of type integer, not string"
        assert world.writes == []


async def test_unknown_arguments_are_refused_with_strict_args(world: World) -> None:
    world.decorate(SCHEMA)
    given = {"script": "hello.py", "arguments": {"count": 3, "size": 5}}
    assert (await world.execute(**given)).results[0]["ok"]
    error = await world.fail(ConfigurationError, strict_args=True, **given)
    assert error.message == "arguments.size is unknown: use one of count, word"
    assert world.writes == []


async def test_an_argument_that_the_schema_calls_a_secret_is_masked(world: World) -> None:
    world.decorate(SCHEMA)
    world.script(name="hello.py", stdout="")
    world.answer(
        "/execute", [{"status": "FAILURE", "stderr": "refused: do-not-show-7", "host": "sw-001"}]
    )
    error = await world.fail(script="hello.py", arguments={"count": 1, "word": "do-not-show-7"})
    assert "refused" in error.message
    assert "do-not-show-7" not in error.message
    assert "do-not-show-7" not in json.dumps(world.client.presentable(list(error.run.results)))


async def test_a_secret_within_an_argument_is_masked_as_a_text_or_number(world: World) -> None:
    secret = {"type": "secret"}
    properties = {
        "login": {"type": "object", "properties": {"pin": secret, "user": {"type": "string"}}},
        "keys": {"type": "array", "items": secret},
        "number": {"type": "secret"},
        "whole": {"type": "secret"},
        "count": {"type": "integer"},
    }
    world.decorate({"type": "object", "properties": properties})
    shown = "do-not-show-1 do-not-show-2 471147 do-not-show-3 visible 123456 True"
    world.answer("/execute", {"status": "SUCCESS", "stdout": shown})
    run = await world.execute(
        script="hello.py",
        arguments={
            "login": {"pin": "do-not-show-1", "user": "visible"},
            "keys": ["do-not-show-2", None, True],
            "number": 471147,
            "whole": {"deep": ["do-not-show-3"]},
            "count": 123456,
            "other": "visible",
        },
    )
    mask = "[REDACTED]"
    stdout = world.client.presentable(run.results[0]["stdout"])
    assert stdout == f"{mask} {mask} {mask} {mask} visible 123456 True"


@pytest.mark.parametrize(
    ("status", "record"),
    [
        (404, {"schemas": {"effective_schema_type": "native", "native": SCHEMA}}),
        (404, {"schema": SCHEMA}),
        (403, {"schema": SCHEMA}),
    ],
)
async def test_a_schema_without_a_route_is_read_from_the_record(
    world: World, status: int, record: dict[str, Any]
) -> None:
    world.answer("/schema", "", status)
    world.answer("/scripts/hello.py", record)
    error = await world.fail(ConfigurationError, script="hello.py")
    assert error.message == "arguments.count is missing: it is required"


@pytest.mark.parametrize("record", [[], {}, {"schemas": []}])
async def test_content_without_a_schema_is_run_unchecked(world: World, record: Any) -> None:
    world.answer("/schema", "", 404)
    world.answer("/scripts/hello.py", record)
    assert (await world.execute(script="hello.py")).results[0]["ok"]
    world.answer("/schema", '"none"')
    assert (await world.execute(script="hello.py")).results[0]["ok"]


async def test_what_the_account_may_not_read_is_not_checked(world: World) -> None:
    for path in ("/schema", "/scripts/hello.py", "/scripts", "/devices/sw-900"):
        world.answer(path, "", 403)
    run = await world.execute(script="hello.py", hosts=["sw-900"])
    assert run.results[0]["host"] == "sw-900"
    world.answer("/schema", "broken", 500)
    assert (await world.fail(HTTPStatusError, script="hello.py")).status_code == 500
    world.answer("/devices/sw-001", "broken", 500)
    assert (await world.fail(HTTPStatusError, script="hello.py", hosts=["sw-001"])).message
    assert world.writes == []


async def test_the_inventory_of_a_command_has_all_of_its_hosts(world: World) -> None:
    command = {"netmiko": "send_command", "arguments": {"command_string": "x"}}
    world.sim.tables["netmiko_device"].clear()
    error = await world.fail(ConfigurationError, **command, hosts=["sw-001"])
    assert error.message == (
        "sw-001: there is no such host or group on the Gateway, so nothing was run"
    )
    assert world.writes == []
    for path in ("/devices/sw-001", "/devices"):
        world.answer(f"/inventories/netmiko/default{path}", "", 403)
    await world.fail(HTTPStatusError, **command, hosts=["sw-001"])
    assert len(world.writes) == 1


async def test_missing_content_hosts_and_groups_are_errors_before_the_run(world: World) -> None:
    error = await world.fail(ConfigurationError, playbook="none")
    assert error.message == (
        "there is no playbook 'none': check its name, or refresh the content of the Gateway"
    )
    error = await world.fail(ConfigurationError, collection_module="cisco.ios.ios_comand")
    assert error.message == (
        "there is no collection module 'cisco.ios.ios_comand': did you mean 'ios_command'?"
    )
    error = await world.fail(
        ConfigurationError, playbook="site", hosts=["sw-001", "sv-001"], groups=["core", "x"]
    )
    assert error.message == (
        "sv-001, x: there is no such host or group on the Gateway, so nothing was run: did you mean"
        " 'sw-001'?"
    )
    command = {"command_string": "x"}
    error = await world.fail(
        ConfigurationError, netmiko="send_command", hosts=["sw-001"], arguments=command
    )
    assert error.message.startswith("sw-001: there is no such host")
    assert world.writes == []
    assert (await world.execute(playbook="site", hosts=["localhost"])).results[0]["ok"]


async def test_a_server_that_lists_nothing_says_nothing_about_names(world: World) -> None:
    world.answer("/devices/sw-900", "", 404)
    world.answer("/devices", '{"data": [], "meta": {}}')
    world.answer("/schema", "", 404)
    world.answer("/scripts/hello.py", "", 404)
    world.answer("/scripts", "", 404)
    assert (await world.execute(script="hello.py", hosts=["sw-900"])).results[0]["ok"]
    world.answer("/schema", "", 404)
    world.answer("/scripts/hello.py", "", 404)
    world.answer("/scripts", "broken", 500)
    assert (await world.fail(HTTPStatusError, script="hello.py")).status_code == 500


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, "give one of playbook, script, role"),
        ({"playbook": "a", "script": "b"}, "give one of playbook, script, role"),
        ({"script": "hello.py", "groups": ["core"]}, "groups is not for script: leave it out"),
        ({"playbook": "site", "env": {"A": "b"}}, "env is not for playbook: leave it out"),
        ({"playbook": "site", "action": "plan"}, "action is not for playbook"),
        ({"terraform": "network", "action": "list"}, "action must be one of init, plan, apply"),
        ({"netmiko": "send", "hosts": ["r1"]}, "netmiko must be one of send_command, send_config"),
        ({"netmiko": "send_command"}, "hosts is missing: netmiko needs at least one"),
        (
            {"netmiko": "send_command", "hosts": ["r1"], "arguments": {"host": "r2"}},
            "arguments.host is given by 'hosts'",
        ),
        ({"netmiko": "send_command", "hosts": ["r1"]}, "arguments.command_string is missing"),
        ({"netconf": "exec_rpc", "hosts": ["junos1"]}, "arguments.rpc is missing"),
        ({"collection_module": "ios_command"}, "collection_module must be the full name"),
        ({"script": "hello.py", "hosts": "sw-001"}, "hosts must be a list of names"),
        ({"script": "hello.py", "arguments": [1]}, "arguments must be a dict"),
        ({"script": "hello.py", "dry_run": True}, "dry_run is not for script 'hello.py'"),
        ({"script": "hello.py", "wait_timeout": 0}, "wait_timeout must be more than 0 seconds"),
    ],
)
async def test_options_that_cannot_work_are_refused(
    world: World, options: dict[str, Any], error: str
) -> None:
    assert error in (await world.fail(ConfigurationError, **options)).message
    assert world.writes == []
    with pytest.raises(TypeError, match="unknown argument 'scirpt'"):
        await world.execute(scirpt="x")


# Predictions


async def test_a_playbook_is_predicted_by_a_dry_run_of_the_server(world: World) -> None:
    predicted = await world.do("predict", playbook="site", hosts=["sw-001"])
    assert world.writes == [("POST /playbooks/site/dry_run", {"args": {}, "hosts": ["sw-001"]})]
    assert (predicted.sent, predicted.dry_run, predicted.changed) == (True, True, True)
    asked = await world.execute(playbook="site", hosts=["sw-001"], dry_run=True)
    assert world.writes == [("POST /playbooks/site/dry_run", {"args": {}, "hosts": ["sw-001"]})]
    assert (asked.dry_run, asked.changed) == (True, False)


async def test_a_dry_run_that_fails_is_an_error(world: World) -> None:
    with pytest.raises(RunError) as caught:
        await world.do("predict", playbook="fails-site", hosts=["sw-001"])
    assert caught.value.message == (
        "dry run of playbook 'fails-site' failed: sw-001: fails-site: FAILURE: hello"
    )
    assert (caught.value.run.dry_run, caught.value.run.changed) == (True, False)


@pytest.mark.parametrize(
    ("options", "sent", "changed"),
    [
        ({"terraform": "network"}, ["terraform_plan"], True),
        ({"terraform": "network", "action": "plan"}, ["terraform_plan"], False),
        ({"terraform": "network", "action": "validate"}, ["terraform_validate"], False),
        ({"terraform": "network", "action": "destroy"}, [], True),
        ({"script": "hello.py"}, [], True),
        ({"http_request": "/x", "hosts": ["netbox"]}, [], False),
    ],
)
async def test_what_has_no_dry_run_is_predicted_without_sending_anything(
    world: World, options: dict[str, Any], sent: list[str], changed: bool
) -> None:
    predicted = await world.do("predict", **options)
    assert [path.rpartition("/")[2] for path, dummy in world.writes] == sent
    assert (predicted.sent, predicted.changed) == (bool(sent), changed)


# Results


async def test_a_failure_in_a_200_is_an_error_with_the_end_of_its_stderr(world: World) -> None:
    stderr = "Traceback\n" + "x " * 1000 + "\nValueError: \x1b[31mno such vlan"
    world.sim.tables["script"].named("fails.py")["stderr"] = stderr
    error = await world.fail(script="fails.py", hosts=["sw-001"])
    assert error.message.startswith("script 'fails.py' failed: sw-001: FAILURE: ...x x x")
    assert error.message.endswith("ValueError: [31mno such vlan")
    assert len(error.message) < 600
    (result,) = error.run.results
    assert result["stderr"] == stderr
    assert error.run.changed is True


async def test_the_response_of_a_role_is_the_result_of_its_own_task(world: World) -> None:
    world.sim.tables["role"].named("itential_cli")["stdout"] = '{"version": "17.9"}'
    run = await world.execute(role="itential_cli", hosts=["sw-001"])
    assert [result["task"] for result in run.results] == ["setup", "itential_cli response"]
    assert run.answer["output"] == {"version": "17.9"}
    several = await world.execute(role="itential_cli", groups=["core"])
    assert several.answer is None


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ([{"status": "FAILURE", "stderr": "a"}], "FAILURE: a"),
        ([{"status": "failure"}], "failure: it gives no reason"),
        ([{"status": "UNREACHABLE", "msg": "b"}], "UNREACHABLE: b"),
        ([{"status": "SUCCESS", "results": {"failed": True, "msg": "c"}}], "SUCCESS: c"),
        ([{"status": "SUCCESS", "results": [{"unreachable": True}]}], "SUCCESS: it gives no"),
        ([{"status": "SUCCESS", "results": {"status": "FAILURE"}}], "SUCCESS: it gives no"),
        ([{"status": "SUCCESS", "rc": 2, "results": {"stderr": "d"}}], "SUCCESS: d"),
        ([{"status": "SUCCESS", "rc": 3, "stdout": "p"}], "SUCCESS: return code 3: p"),
        ([{"status": "SUCCESS", "results": {"rc": 4}}], "SUCCESS: return code 4: it gives no"),
        ([{"status": "SUCCESS", "success": False}], "SUCCESS: it gives no reason"),
        ([{"status": False, "error": "e"}], "FAILURE: e"),
        ([{"status_code": 404, "message": {"detail": "f"}}], 'FAILURE: {"detail":"f"}'),
        ({"status": "FAILURE", "stdout": ["g", "h"]}, "FAILURE: g h"),
        ({"data": [{"status": "FAILURE", "stdout": "i"}]}, "FAILURE: i"),
        (
            {"sw-001": {"status": "FAILURE", "stdout": "j"}, "sw-002": {"status": "SUCCESS"}},
            "1 of 2 results are a failure; the first: sw-001: FAILURE: j",
        ),
        ({"data": {"status": "FAILURE", "stdout": "k"}}, "FAILURE: k"),
        ({"icode": "AD.200", "response": {"status": "FAILURE", "stdout": "l"}}, "FAILURE: l"),
        (
            {"results": {"sw-001": {"status": "FAILURE"}, "sw-002": {"status": "SUCCESS"}}},
            "1 of 2 results are a failure; the first: sw-001: FAILURE: it gives no reason",
        ),
        (
            {"sw-001": {"status": "FAILURE"}, "meta": {"count": 1}, "code": 0},
            "2 of 2 results are a failure; the first: sw-001: FAILURE: it gives no reason",
        ),
        (
            {"sw-001": {"status": "SUCCESS"}, "sw-002": {"count": 1}},
            "1 of 2 results are a failure; the first: sw-002: UNKNOWN: it gives no reason",
        ),
        ({"status": "SUCCESS", "results": {"rc": 1, "stderr": "o"}}, "SUCCESS: o"),
        ({"status": "SUCCESS", "results": {"sw-001": {"status": "FAILURE"}}}, "SUCCESS: it gives"),
        ({"success": False, "data": [], "message": "m"}, "FAILURE: m"),
        ({"message": "script timed out", "code": 504}, "UNKNOWN: script timed out"),
        ({"host": None, "stderr": "n"}, "UNKNOWN: n"),
        ({"count": 5}, "UNKNOWN: it gives no reason"),
        ({"response": None}, "UNKNOWN: it gives no reason"),
        ([5], "UNKNOWN: it gives no reason"),
        ([], "FAILURE: the answer is empty, so it is unknown what was run"),
        ({}, "FAILURE: the answer is empty, so it is unknown what was run"),
        ("null", "FAILURE: the answer is empty, so it is unknown what was run"),
        (
            [{"host": "sw-002", "status": "SUCCESS"}],
            "1 of 2 results are a failure; the first: sw-001: FAILURE: the answer has no result",
        ),
    ],
)
async def test_every_form_of_a_failure_is_found(world: World, payload: Any, error: str) -> None:
    world.answer("/execute", payload)
    failed = await world.fail(script="hello.py", hosts=["sw-001", "sw-002"])
    assert failed.message.startswith(f"script 'hello.py' failed: {error}")


@pytest.mark.parametrize(
    ("payload", "results"),
    [
        ({"stdout": "a"}, [("SUCCESS", "a", None)]),
        ([{"status": "success", "stdout": " [1]"}], [("success", " [1]", [1])]),
        ([{"status": "SUCCESS", "stdout": "1.10"}], [("SUCCESS", "1.10", None)]),
        ([{"status": "SUCCESS", "stdout": "[1"}], [("SUCCESS", "[1", None)]),
        (["text"], [("SUCCESS", "text", None)]),
        ({"results": {"rc": 0, "stdout": "c"}}, [("SUCCESS", "c", None)]),
        ([{"results": {"changed": False}}], [("SUCCESS", "", None)]),
        ('"text"', [("SUCCESS", "text", None)]),
        ({"status_code": 204}, [("SUCCESS", "", None)]),
        ({"result": [{"status": "SUCCESS", "stdout": "b"}]}, [("SUCCESS", "b", None)]),
        (
            [{"status": "SUCCESS", "results": {"status": "up", "stdout": [{"a": 1}, "c"]}}],
            [("SUCCESS", '{"a":1}\nc', None)],
        ),
    ],
)
async def test_every_form_of_a_success_is_read(
    world: World, payload: Any, results: list[Any]
) -> None:
    world.answer("/execute", payload)
    run = await world.execute(script="hello.py")
    assert [(one["status"], one["stdout"], one["output"]) for one in run.results] == results


async def test_the_response_of_another_server_need_not_say_how_the_run_ended(
    world: World,
) -> None:
    request = {"http_request": "/api/sites", "hosts": ["netbox"]}
    world.answer("/execute", {"count": 1, "results": [{"id": 5}]})
    (result,) = (await world.execute(**request)).results
    assert (result["id"], result["status"], result["ok"]) == (5, "UNKNOWN", True)
    world.answer("/execute", {"status_code": 404})
    assert (await world.fail(**request)).run.results[0]["ok"] is False


async def test_a_run_whose_response_is_not_json_is_looked_up_in_the_history(world: World) -> None:
    world.answer("/execute", "<html>Sign in</html>", type="text/html")
    error = await world.fail(script="hello.py")
    assert error.message.startswith(
        "it is unknown how script 'hello.py' ended: the history has no new run of it (POST "
    )
    assert error.run.changed is True
    world.answer("/execute", "<html>Sign in</html>", type="text/html", after=True)
    assert (await world.execute(script="hello.py")).results[0]["ok"]


async def test_arguments_that_are_no_json_are_not_sent(world: World) -> None:
    error = await world.fail(SerializationError, script="hello.py", arguments={"a": object()})
    assert not isinstance(error, RunError)
    assert world.writes == []
    assert world.case.time.sleeps == []


async def test_a_response_without_a_body_is_empty(world: World) -> None:
    world.answer("/execute", "", 204)
    assert "the answer is empty" in (await world.fail(script="hello.py")).message


# Broken connections


@pytest.fixture(params=[httpx.ReadError("reset"), 504], ids=["reset", "proxy"])
def loss(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_a_run_whose_connection_broke_is_found_in_the_history_and_not_sent_twice(
    world: World, loss: Any
) -> None:
    await world.execute(script="hello.py")
    world.lines.clear()
    world.lost[f"{HELLO}/execute"] = loss
    run = await world.execute(script="hello.py", hosts=["sw-001"])
    assert len(world.writes) == 1
    assert [result["stdout"] for result in run.results] == ["hello"]
    (number,) = run.audit_ids
    assert world.lines == [
        "script 'hello.py' started on sw-001",
        "script 'hello.py' has no response: looking for it in the history",
        f"script 'hello.py' is run {number} of the history",
        "script 'hello.py': 1 of 1 results are a success",
    ]


async def test_a_failure_of_a_run_in_the_history_is_an_error(world: World) -> None:
    world.lost[f"{BASE}/scripts/fails.py/execute"] = httpx.ReadError("reset")
    error = await world.fail(script="fails.py")
    assert error.message == "script 'fails.py' failed: localhost: FAILURE: hello"
    assert len(error.run.audit_ids) == 1


async def test_a_run_that_goes_on_is_awaited_in_the_history(world: World) -> None:
    world.sim.settings["run_polls"] = 3
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    run = await world.execute(script="hello.py")
    assert run.results[0]["ok"]
    assert world.case.time.sleeps == [2, 3]
    assert run.waited == 5


async def test_an_earlier_run_that_has_not_ended_is_named(world: World) -> None:
    world.sim.settings["run_polls"] = 9
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    await world.fail(script="hello.py", wait_timeout=1)
    (audit,) = world.sim.tables["audit"]
    world.lines.clear()
    run = await world.execute(script="hello.py")
    assert run.others == [audit["audit_id"]]
    assert world.lines[0] == (
        f"script 'hello.py': an earlier run has not ended: {audit['audit_id']} of the history"
    )


async def test_a_run_that_does_not_end_in_time_is_named(world: World) -> None:
    world.sim.settings["run_polls"] = 99
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    error = await world.fail(script="hello.py", wait_timeout=10)
    (audit,) = world.sim.tables["audit"]
    assert f"run {audit['audit_id']} of the history has not ended after 10 seconds" in error.message
    assert error.message.endswith("look at its history before you run it again")
    assert error.cause.audit_id == audit["audit_id"]
    assert isinstance(error.cause, UnfinishedError)
    assert len(world.writes) == 1


async def test_the_time_limit_of_a_run_is_named_as_its_option(world: World) -> None:
    world.lost[f"{HELLO}/execute"] = httpx.ReadTimeout("late")
    world.answer("/history", [], times=99)
    error = await world.fail(script="hello.py", wait_timeout=5)
    assert "raise 'wait_timeout' if the server needs longer" in error.message


async def test_a_run_that_is_not_in_the_history_is_an_error_that_says_so(world: World) -> None:
    world.answer("/execute", "", 502)
    error = await world.fail(script="hello.py")
    assert error.message.startswith(
        "it is unknown how script 'hello.py' ended: the history has no new run of it (POST "
    )
    assert sum(world.case.time.sleeps) == 30
    assert len(world.writes) == 1


async def test_a_run_that_was_silent_for_long_is_looked_for_until_the_time_is_up(
    world: World,
) -> None:
    fault = world.sim.fault

    async def slow(request: Any, after: bool = False) -> Any:
        if request.url.path.endswith("/execute") and not after:
            world.case.time.now += 60
        return await fault(request, after)

    world.sim.fault = slow
    world.answer("/execute", "", 504)
    await world.fail(script="hello.py", wait_timeout=200)
    assert sum(world.case.time.sleeps) == 140


async def test_the_search_survives_a_restart_of_the_server(world: World) -> None:
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    reads = iter([None, httpx.ConnectError("down"), httpx.ConnectError("down")])
    fault = world.sim.fault

    async def down(request: Any, after: bool = False) -> Any:
        error = None
        if request.url.path.endswith("/history") and not after:
            error = next(reads, None)
        if error is not None:
            raise error
        return await fault(request, after)

    world.sim.fault = down
    assert (await world.execute(script="hello.py")).results[0]["ok"]


async def test_a_history_that_cannot_be_read_is_an_error_that_says_so(world: World) -> None:
    world.answer("/history", "", 403)
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    error = await world.fail(script="hello.py")
    assert "its history cannot be read" in error.message
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    world.answer("/history", '{"data": []}')
    world.answer("/history", "", 403)
    error = await world.fail(script="hello.py")
    assert "its history cannot be read: GET" in error.message
    assert error.request.path.endswith("/execute")
    world.lost[f"{HELLO}/execute"] = httpx.ReadError("reset")
    world.answer("/history", '{"data": []}')
    world.answer("/history", '{"data": [{"audit_id": 2}]}')
    world.answer("/exec_history/2", "", 500)
    error = await world.fail(script="hello.py")
    assert "of the history cannot be read: GET" in error.message
    assert (error.request.method, error.response) == ("POST", None)


async def test_one_of_several_new_runs_is_identified_by_its_arguments_and_hosts(
    world: World,
) -> None:
    def entry(number: int, **more: Any) -> dict[str, Any]:
        return {"audit_id": number, "start": "x", **more}

    async def look(*entries: Any) -> Any:
        world.answer("/history", {"data": [entry(1)]})
        world.answer("/history", {"data": [*entries, entry(1), "text", {"audit_id": None}]})
        world.answer("/execute", "", 504)
        world.answer("/exec_history/2", FOUND)
        world.sim.log.clear()
        return await world.execute(
            script="hello.py", hosts=["sw-001"], arguments={"a": 1, "password": "do-not-show"}
        )

    args = {"a": 1, "password": "****"}
    for fitting in (
        entry(2, args=args, hosts=["sw-001"]),
        entry(2, arguments={"other": 5}),
        entry(2, hosts=[]),
    ):
        run = await look(
            entry(3, args={"a": 2}),
            entry(4, hosts=["sw-002"]),
            entry(5, args={"a": 1, "password": ""}),
            fitting,
        )
        assert run.audit_ids == [2]
    with pytest.raises(RunError, match="it may be each of the runs 2, 3 of the history"):
        await look(entry(2), entry(3))
    world.sim.faults.clear()


@pytest.mark.parametrize(
    "stored",
    [
        FOUND,
        {"audit_id": 2, "result": FOUND},
        {"audit_id": 2, "response": None, "output": json.dumps(FOUND)},
        {"audit_id": 2, "status": "SUCCESS", "stdout": "hello"},
        {"result": FOUND},
        {"audit_id": 2, "result": "hello"},
        {"audit_id": 2, "result": "{hello"},
    ],
)
async def test_stored_results_are_read_in_every_form(world: World, stored: Any) -> None:
    world.answer("/history", [])
    world.answer("/execute", "", 504)
    world.answer("/history", [{"audit_id": 2, "end_time": None}])
    world.answer("/history", [{"audit_id": 7}, {"audit_id": 2, "end_time": "now"}])
    world.answer("/exec_history/2", {"audit_id": 2, "status": "Running"})
    world.answer("/exec_history/2", "", 404)
    world.answer("/exec_history/2", stored)
    run = await world.execute(script="hello.py")
    assert run.results[0]["stdout"].strip("{") == "hello"
    assert world.case.time.sleeps == [2, 3]


@pytest.mark.parametrize(
    ("entry", "empty", "has_ended"),
    [
        ({}, {"audit_id": 2, "result": None}, False),
        ({}, None, False),
        ({"end_time": "now"}, {"audit_id": 2, "result": None}, True),
        ({"status": "finished"}, None, True),
        ({}, {"audit_id": 2, "result": "", "status": "FAILURE"}, True),
    ],
)
async def test_an_empty_result_is_awaited_until_the_run_has_ended(
    world: World, entry: dict[str, Any], empty: Any, has_ended: bool
) -> None:
    world.answer("/history", [])
    world.answer("/execute", "", 504)
    world.answer("/history", [{"audit_id": 2, **entry}])
    world.answer("/exec_history/2", json.dumps(empty))
    if has_ended:
        error = await world.fail(script="hello.py")
        assert "the answer is empty, so it is unknown what was run" in error.message
        assert (error.run.audit_ids, world.case.time.sleeps) == ([2], [])
    else:
        world.answer("/exec_history/2", FOUND)
        assert (await world.execute(script="hello.py")).results[0]["ok"]
        assert world.case.time.sleeps == [2]


async def test_a_history_that_is_no_json_is_not_used(world: World) -> None:
    world.answer("/history", "text")
    assert (await world.execute(script="hello.py")).results[0]["ok"]


@pytest.mark.parametrize(("status", "sent"), [(400, False), (403, False), (500, True), (503, True)])
async def test_a_refused_run_has_not_run_and_one_that_broke_the_server_may_have(
    world: World, status: int, sent: bool
) -> None:
    world.answer("/execute", "no", status)
    error = await world.fail(ClientError, script="hello.py")
    assert isinstance(error, RunError) is sent
    assert f"{status}" in error.message
    assert len(world.writes) == 1


async def test_a_server_that_is_away_has_received_nothing(world: World) -> None:
    world.lost[f"{HELLO}/schema"] = httpx.ConnectError("refused")
    error = await world.fail(RequestError, script="hello.py")
    assert not isinstance(error, RunError)
    world.lost[f"{HELLO}/execute"] = httpx.ConnectError("refused")
    assert not isinstance(await world.fail(RequestError, script="hello.py"), RunError)


async def test_commands_on_several_hosts_are_found_by_their_host(world: World) -> None:
    posts = f"{BASE}/netmiko/send_command/execute"
    world.lost[posts] = httpx.ReadError("reset")
    options = {"netmiko": "send_command", "arguments": {"command_string": "x"}}
    run = await world.execute(hosts=["r1", "r2"], **options)
    assert [(result["host"], result["ok"]) for result in run.results] == [
        ("r1", True),
        ("r2", True),
    ]
    assert len(run.audit_ids) == 1
    assert len(world.writes) == 2
    world.answer(posts, "no", 400)
    error = await world.fail(hosts=["r1", "r2"], **options)
    assert [result["ok"] for result in error.run.results].count(False) == 1
    world.answer(posts, "no", 400, times=2)
    assert (await world.fail(HTTPStatusError, hosts=["r1", "r2"], **options)).status_code == 400


async def test_many_hosts_are_counted_in_the_lines(world: World) -> None:
    await world.execute(playbook="site", groups=["core"])
    await world.execute(playbook="site")
    world.sim.tables["netmiko_device"].seed(
        {"name": f"s{number}", "variables": {"host": "x", "device_type": "y"}}
        for number in range(7)
    )
    await world.execute(
        netmiko="send_command",
        hosts=[f"s{number}" for number in range(7)],
        arguments={"command_string": "x"},
    )
    started = [line for line in world.lines if " started" in line]
    assert started == [
        "playbook 'site' started on core",
        "playbook 'site' started",
        "netmiko 'send_command' started on s0, s1, s2, s3, s4 and 2 more",
    ]
