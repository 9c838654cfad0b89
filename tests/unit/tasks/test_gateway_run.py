# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway_run`: options, results and errors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import gateway_run, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.gateway import GatewaySimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport
from ansible_collections.restops.clients.tests.unit.support import Threads, Time

EXECUTE = "/api/v2.0/scripts/hello.py/execute"
DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.GATEWAY.options, **gateway_run.OPTIONS}.items()
}


class Shown(Context):
    """A runner that keeps the lines that it is given."""

    __slots__ = ("lines",)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.lines: list[str] = []

    def report(self, line: str) -> None:
        self.lines.append(line)


class World:
    """Runs the task on a simulated Gateway."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sim = GatewaySimulator(devices=3)
        self.lost: dict[str, Exception | int] = {}
        self.time = Time()
        self.secrets: list[str] = []
        make_client = gateway_run.gateway.make_client
        given = {"transport": transport(self.sim.app, lost=self.lost)}
        monkeypatch.setattr(
            gateway_run.gateway,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )
        self.context = self.new_context()

    def new_context(self, check_mode: bool = False) -> Shown:
        return Shown(check_mode=check_mode, runtime=Threads().runtime(self.time))

    def run(self, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        connection = {"host": "server.example", "username": "admin@itential", "password": "admin"}
        self.context = self.new_context(check_mode)
        for secret in self.secrets:
            self.context.register_secret(secret)
        with scope(self.context.secrets):
            return gateway_run.run({**DEFAULTS, **connection, **params}, self.context)

    def fail(self, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value

    def script(self, **fields: Any) -> None:
        self.sim.tables["script"].named("hello.py").update(fields)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_script_is_run_and_the_json_that_it_prints_is_returned(world: World) -> None:
    world.script(stdout='{"count": 1, "password": "made-by-server"}', stderr="a warning")
    result = world.run(script="hello.py", hosts=["sw-001"], arguments={"count": 1})
    assert result == {
        "changed": True,
        "sent": True,
        "dry_run": False,
        "results": [
            {
                "host": "sw-001",
                "task": None,
                "status": "SUCCESS",
                "ok": True,
                "stdout": '{"count":1,"password":"[REDACTED]"}',
                "stderr": "a warning",
                "output": {"count": 1, "password": "[REDACTED]"},
            }
        ],
        "failed_hosts": [],
        "audit_ids": [],
        "waited": 0.0,
        "stdout": '{"count":1,"password":"[REDACTED]"}',
        "stdout_lines": ['{"count":1,"password":"[REDACTED]"}'],
        "stderr": "a warning",
        "stderr_lines": ["a warning"],
        "output": {"count": 1, "password": "[REDACTED]"},
    }
    assert world.context.lines == [
        "script 'hello.py' started on sw-001",
        "script 'hello.py': 1 of 1 results are a success",
    ]
    world.run(script="hello.py", progress=False)
    assert world.context.lines == []


def test_what_is_printed_is_masked_wherever_the_server_tells_it(world: World) -> None:
    printed = '{"status": "SUCCESS", "results": {"stdout": "{\\"token\\": \\"made-by-server\\"}"}}'
    kind = "application/json"
    world.sim.faults.append({"path": "/execute", "status": 200, "body": printed, "type": kind})
    result = world.run(script="hello.py")
    assert result["results"][0]["results"]["stdout"] == '{"token":"[REDACTED]"}'
    assert "made-by-server" not in str(result)


def test_a_failure_in_a_200_fails_the_task_and_names_the_hosts(world: World) -> None:
    world.sim.tables["script"].named("fails.py")["stderr"] = "no such vlan\npassword=hunter2-x"
    error = world.fail(script="fails.py", hosts=["sw-001", "sw-002"])
    assert error.msg.startswith(
        "script 'fails.py' failed: 2 of 2 results are a failure; the first: sw-001: FAILURE:"
        " no such vlan password="
    )
    assert "hunter2" not in error.msg
    assert error.result["failed_hosts"] == ["sw-001", "sw-002"]
    assert error.result["changed"] is True
    assert error.result["stdout"] is None
    assert "no such vlan\n" in error.result["results"][0]["stderr"]


def test_keys_that_ansible_reads_in_items_are_apart(world: World) -> None:
    entry = '[{"status": "SUCCESS", "unreachable": true, "skipped": false, "extra": 5}]'
    kind = "application/json"
    world.sim.faults.append({"path": "/execute", "status": 200, "body": entry, "type": kind})
    (result,) = world.fail(script="hello.py").result["results"]
    assert result["flags"] == {"unreachable": True, "skipped": False}
    assert result["extra"] == 5
    assert "unreachable" not in result


def test_secrets_are_masked_in_all_that_the_server_tells(world: World) -> None:
    entry = '[{"status": "SUCCESS", "results": {"summary": "x do-not-show-7", "action": "y"}}]'
    kind = "application/json"
    world.sim.faults.append({"path": "/execute", "status": 200, "body": entry, "type": kind})
    world.secrets = ["do-not-show-7"]
    (result,) = world.run(script="hello.py")["results"]
    assert "do-not-show-7" not in str(result)
    assert result["results"]["action"] == "y"


def test_check_mode_makes_a_dry_run_or_sends_nothing_and_says_so(world: World) -> None:
    dry = world.run(check_mode=True, playbook="site", hosts=["sw-001"])
    assert (dry["changed"], dry["sent"], dry["dry_run"]) == (True, True, True)
    assert [one.path for one in world.sim.writes] == ["/api/v2.0/playbooks/site/dry_run"]
    world.sim.log.clear()
    result = world.run(check_mode=True, script="hello.py")
    assert (result["changed"], result["sent"]) == (True, False)
    assert result["msg"] == "script 'hello.py' has no dry run, so check mode has sent nothing"
    assert world.context.lines == ["script 'hello.py' has no dry run: nothing was sent"]
    assert world.sim.writes == []


def test_warnings_about_arguments_are_warnings_of_the_task(world: World) -> None:
    schema = {"type": "object", "properties": {"a": {}}}
    world.sim.tables["playbook"].named("site")["schemas"] = {
        "effective_schema_type": "user",
        "user": schema,
    }
    result = world.run(playbook="site", groups=["core"], arguments={"b": 1})
    assert result["warnings"] == ["playbook 'site': b"]
    entry = '[{"status": "SUCCESS", "argument_warnings": "b is unknown"}]'
    kind = "application/json"
    world.sim.faults.append({"path": "/execute", "status": 200, "body": entry, "type": kind})
    assert world.run(playbook="site")["warnings"] == ["playbook 'site': b is unknown"]


def test_a_run_whose_connection_broke_is_found(world: World) -> None:
    world.lost[EXECUTE] = httpx.ReadError("reset")
    result = world.run(script="hello.py")
    assert result["audit_ids"] == [
        world.sim.tables["execution"].get(result["audit_ids"][0])["audit_id"]
    ]
    assert len(world.sim.writes) == 1


def test_an_earlier_run_that_has_not_ended_is_a_warning(world: World) -> None:
    world.sim.settings["run_polls"] = 9
    world.run(script="hello.py")
    (audit,) = world.sim.tables["audit"]
    name = f"run {audit['audit_id']} of the history"
    assert world.run(script="hello.py")["warnings"] == [
        f"script 'hello.py': {name} was still running when this one started"
    ]


def test_a_run_without_a_result_says_so(world: World) -> None:
    world.sim.faults.append({"path": EXECUTE, "status": 504, "body": "late"})
    error = world.fail(script="hello.py")
    assert error.msg.startswith("it is unknown how script 'hello.py' ended")
    assert error.result["changed"] is True
    assert error.result["status"] == 504


def test_a_refusal_of_the_server_and_a_wrong_option_fail_the_task(world: World) -> None:
    world.sim.faults.append({"path": EXECUTE, "status": 403, "body": "no"})
    error = world.fail(script="hello.py")
    assert "403 Forbidden" in error.msg
    assert error.result["changed"] is False
    assert world.fail(script="none.py").msg.startswith("there is no script 'none.py'")


def test_an_interrupted_run_is_named_even_without_progress(world: World) -> None:
    world.sim.settings["run_polls"] = 9
    world.lost[EXECUTE] = httpx.ReadError("reset")

    def interrupt(dummy_seconds: float) -> None:
        raise KeyboardInterrupt

    world.time.sleep = interrupt  # type: ignore[method-assign]  # the end of the run
    with pytest.raises(KeyboardInterrupt):
        world.run(script="hello.py", progress=False)
    (audit,) = world.sim.tables["audit"]
    known = f"script 'hello.py' is run {audit['audit_id']} of the history"
    assert world.context.lines == [f"{known}; it has not finished and may still be running"]


def test_an_interruption_before_the_run_says_so(world: World) -> None:
    async def interrupt(dummy_request: Any, after: bool = False) -> Any:
        raise KeyboardInterrupt

    world.sim.fault = interrupt  # type: ignore[method-assign]  # the end of the run
    with pytest.raises(KeyboardInterrupt):
        world.run(script="hello.py")
    assert world.context.lines == ["nothing was run"]
