# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway5_run`: options, results and errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import gateway5_run, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport
from ansible_collections.restops.clients.tests.unit.support import Threads, Time

RUN = "/gateway_manager/v1/services/run"
DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.PLATFORM.options, **gateway5_run.OPTIONS}.items()
}


class Shown(Context):
    """A runner that keeps the lines that it is given."""

    __slots__ = ("lines",)

    def __init__(self, check_mode: bool) -> None:
        super().__init__(check_mode, runtime=Threads().runtime(Time()))
        self.lines: list[str] = []

    def report(self, line: str) -> None:
        self.lines.append(line)


class World:
    """Runs the task on a simulated Platform with the service `deploy` of the cluster `edge`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sim = PlatformSimulator(workflows=0)
        (self.cluster,) = self.sim.tables["gateway_cluster"].seed(
            [{"cluster_id": "edge", "connection_status": "connected"}]
        )
        metadata = {"name": "deploy", "type": "python-script", "location": "edge"}
        (self.service,) = self.sim.tables["gateway_service"].seed([{"service_metadata": metadata}])
        self.lost: dict[str, Any] = {}
        make_client = gateway5_run.platform.make_client
        given = {"transport": transport(self.sim.app, lost=self.lost)}
        monkeypatch.setattr(
            gateway5_run.platform,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )
        self.context = Shown(False)

    def run(
        self, check_mode: bool = False, secrets: Sequence[str] = (), **params: Any
    ) -> dict[str, Any]:
        connection = {"host": "server.example", "username": "admin", "password": "admin"}
        service = {"service": "deploy", "cluster": "edge"}
        self.context = Shown(check_mode)
        for secret in secrets:
            self.context.register_secret(secret)
        with scope(self.context.secrets):
            return gateway5_run.run({**DEFAULTS, **connection, **service, **params}, self.context)

    def fail(self, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_service_is_run_and_its_output_returned(world: World) -> None:
    stdout = '{"device":\n"r1"}'
    world.service["result"] = {"stdout": stdout, "stderr": "a\nb"}
    assert world.run(params={"device": "r1"}) == {
        "changed": True,
        "return_code": 0,
        "stdout": stdout,
        "stdout_lines": ['{"device":', '"r1"}'],
        "stderr": "a\nb",
        "stderr_lines": ["a", "b"],
        "output": {"device": "r1"},
        "results": [],
        "failed_nodes": [],
        "elapsed_time": 0.1,
    }
    assert len(world.sim.writes) == 1


def test_check_mode_checks_and_runs_nothing(world: World) -> None:
    result = world.run(check_mode=True)
    assert (result["changed"], result["return_code"], result["stdout"]) == (True, None, "")
    assert "there is no service 'other'" in world.fail(check_mode=True, service="other").msg
    assert world.sim.writes == []


def test_values_under_names_of_secrets_are_masked_in_json(world: World) -> None:
    printed = {"device": "r1", "password": "made-by-server"}
    world.service["result"] = {"stdout": json.dumps(printed)}
    result = world.run()
    assert result["output"] == {"device": "r1", "password": "[REDACTED]"}
    assert "made-by-server" not in json.dumps(result)
    assert json.loads(result["stdout"]) == result["output"]


def test_a_failed_node_fails_the_task_and_is_in_its_result(world: World) -> None:
    world.service["unreachable"] = ["r2"]
    inventory = [{"inventory": "lab", "nodes": ["r1", "r2"]}]
    error = world.fail(inventory=inventory)
    assert error.msg == ("service 'deploy' on gateway cluster 'edge' failed on node r2: r2 said")
    assert error.result["changed"] is True
    assert error.result["failed_nodes"] == ["r2"]
    assert [node["name"] for node in error.result["results"]] == ["r1", "r2"]


def test_items_of_results_have_neither_secrets_nor_keys_by_which_ansible_judges_the_task(
    world: World,
) -> None:
    node = {"name": "r1", "success": True, "failed": False, "status": "made-by-server-7"}
    world.service["result"] = {"results": [node, "text", {"name": "r2", "success": True}]}
    result = world.run(secrets=["made-by-server-7"])
    assert result["results"] == [
        {"name": "r1", "success": True, "status": "[REDACTED]", "flags": {"failed": False}},
        "text",
        {"name": "r2", "success": True},
    ]


def test_a_run_without_a_response_may_have_changed_something(world: World) -> None:
    world.sim.faults.append({"path": "/activity", "status": 500})
    world.cluster["activity"] = [{"name": "deploy-1", "token": "made-by-server"}]
    world.lost[RUN] = httpx.ReadError("reset")
    error = world.fail()
    assert error.msg.startswith("it is unknown if service 'deploy' on gateway cluster 'edge'")
    assert error.result["changed"] is True
    assert error.result["activity"] == [{"name": "deploy-1", "token": "[REDACTED]"}]
    assert error.result["method"] == "POST"


def test_a_run_that_has_not_ended_is_a_warning_of_the_next_one(world: World) -> None:
    world.cluster["activity"] = [{"name": "deploy-1", "started": "10:00"}]
    line = "service deploy was running already: deploy-1 since 10:00"
    assert world.run()["warnings"] == [line]
    assert world.run(check_mode=True)["warnings"] == [line]


def test_a_check_that_fails_has_changed_nothing(world: World) -> None:
    world.cluster["enabled"] = False
    error = world.fail()
    assert "is disabled" in error.msg
    assert error.result["changed"] is False


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_interrupted_run_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    def interrupt(*dummy: Any, **dummy_options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "ansible_collections.restops.clients.plugins.module_utils.itential.gateway5.run_service",
        interrupt,
    )
    with pytest.raises(KeyboardInterrupt):
        world.run(check_mode=check_mode)
    line = "service deploy on gateway cluster edge may have been started"
    assert world.context.lines == ([] if check_mode else [line])
