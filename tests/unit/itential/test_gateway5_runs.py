# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services of gateways of release 5: checked before they are run, run once, and judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway5 import (
    ServiceRun,
    ServiceRunError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

MANAGER = "/gateway_manager/v1"
RUN = f"{MANAGER}/services/run"
DECORATOR = {
    "type": "object",
    "properties": {"device": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["device"],
}


class World(Platform):
    """A Platform with the gateway cluster `edge` and its service `deploy`."""

    def __init__(self, case: Case, **settings: Any) -> None:
        super().__init__(case, **settings)
        (self.cluster,) = self.sim.tables["gateway_cluster"].seed(
            [{"cluster_id": "edge", "connection_status": "connected"}]
        )
        self.service = self.seed("deploy", decorator=DECORATOR)

    def seed(self, name: str, cluster: str = "edge", **more: Any) -> Any:
        """Add a service, and return its record."""
        result = more.pop("result", {})
        answer = more.pop("answer", None)
        metadata = {"name": name, "type": "python-script", "location": cluster, **more}
        record = {"service_metadata": metadata, "result": result, "answer": answer}
        (seeded,) = self.sim.tables["gateway_service"].seed([record])
        return seeded

    async def run(self, service: str = "deploy", cluster: str = "edge", **options: Any) -> Any:
        """Run a service; `deploy` gets the parameter that it needs."""
        given = {"params": {"device": "r1"}, **options} if service == "deploy" else options
        return await self.case.kind.wait(self.client.gateway5.run(service, cluster, **given))

    def answer(self, path: str, status: int, body: Any = None, times: int = 1) -> None:
        """Let the server answer a path with a status and a body."""
        fault = {"path": path, "status": status, "times": times, "type": "application/json"}
        self.sim.faults.append({**fault, "body": json.dumps(body)})

    @property
    def bodies(self) -> list[Any]:
        """The bodies of the runs."""
        return [one.body for one in self.sim.writes]


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


async def test_a_service_is_run_with_checked_parameters_and_its_outcome_returned(
    world: World,
) -> None:
    run = await world.run(params={"device": 7, "count": "3"})
    params = {"device": "7", "count": 3}
    assert world.bodies == [{"serviceName": "deploy", "clusterId": "edge", "params": params}]
    assert (run.return_code, run.stderr, run.elapsed_time) == (0, "", 0.1)
    assert (json.loads(run.stdout), run.output) == (params, params)
    assert (run.results, run.failed_nodes) == ([], [])


async def test_a_run_is_predicted_with_the_same_checks_and_nothing_is_sent(world: World) -> None:
    assert await world.run(predict=True) == ServiceRun(others=[])
    with pytest.raises(ConfigurationError, match=r"params\.device is missing"):
        await world.run(params={}, predict=True)
    with pytest.raises(ConfigurationError, match="there is no service 'deplyo'.*mean 'deploy'"):
        await world.run("deplyo", predict=True)
    assert world.bodies == []


@pytest.mark.parametrize("decorator", [{"name": "inputs", "schema": DECORATOR}, DECORATOR])
async def test_a_decorator_is_a_schema_or_has_one(world: World, decorator: Any) -> None:
    world.seed("verify", decorator=decorator)
    with pytest.raises(ConfigurationError, match=r"params\.count must be of type integer"):
        await world.run("verify", params={"device": "r1", "count": "many"})


@pytest.mark.parametrize("decorator", [None, {}, "inputs"])
async def test_a_service_without_a_schema_takes_any_parameters(
    world: World, decorator: Any
) -> None:
    world.seed("free", decorator=decorator)
    assert (await world.run("free", params={"a": [1]})).output == {"a": [1]}
    assert (await world.run("free")).output == {}


# Nodes


async def test_nodes_are_taken_from_inventories_and_those_that_failed_are_named(
    world: World,
) -> None:
    world.seed("send-command")["unreachable"] = ["r2", "r3"]
    lab = {"inventory": "lab", "nodes": ["r1"]}
    options = {"params": {"commands": ["show version"]}}
    run = await world.run("send-command", inventory=[lab, {"inventory": "all"}], **options)
    assert world.bodies[0]["inventory"] == [
        {"inventory": "lab", "nodeNames": ["r1"]},
        {"inventory": "all"},
    ]
    assert (len(run.results), run.failed_nodes) == (1, [])
    lab["nodes"] = ["r1", "r2", "r3"]
    with pytest.raises(ServiceRunError) as caught:
        await world.run("send-command", inventory=[lab], **options)
    assert caught.value.message == (
        "service 'send-command' on gateway cluster 'edge' failed on nodes r2, r3: r2 said"
    )
    assert caught.value.run.failed_nodes == ["r2", "r3"]


@pytest.mark.parametrize(
    ("node", "stderr", "text"),
    [
        ({"error": "no route", "output": "banner"}, "bad", "no route"),
        ({"output": "banner"}, "bad", "bad"),
        ({"output": "banner"}, "", "banner"),
        ({}, "", "printed"),
    ],
)
async def test_a_node_that_failed_is_named_with_its_error(
    world: World, node: dict[str, Any], stderr: str, text: str
) -> None:
    nodes = [{"name": "r1", "success": False, **node}]
    result = {"results": nodes, "stderr": stderr, "stdout": "printed", "return_code": 1}
    world.seed("check", result=result)
    with pytest.raises(ServiceRunError, match=f"'edge' failed on node r1: {text}$"):
        await world.run("check")


@pytest.mark.parametrize(
    ("nodes", "failed"),
    [
        ([{"node": "r1", "success": False}, {"node": "r1", "success": False}], ["r1"]),
        ([{"success": False}], ["unnamed"]),
        ([{"nodeName": "r1", "return_code": 1}], ["r1"]),
        ([{"host": "r1", "status": "error"}], ["r1"]),
        ([{"host": "r1"}, "no object"], []),
    ],
)
async def test_the_results_of_nodes_have_several_forms(
    world: World, nodes: Any, failed: list[str]
) -> None:
    world.seed("check", result={"results": nodes})
    if not failed:
        assert (await world.run("check")).failed_nodes == []
        return
    with pytest.raises(ServiceRunError) as caught:
        await world.run("check")
    assert caught.value.run.failed_nodes == failed


async def test_an_inventory_needs_a_name(world: World) -> None:
    with pytest.raises(ConfigurationError, match="needs the name of an inventory"):
        await world.run(inventory=[{"nodes": ["r1"]}])


# Plans


async def test_a_plan_needs_an_action_which_is_sent_among_its_parameters(world: World) -> None:
    world.seed("vpc", type="opentofu-plan", decorator={"additionalProperties": False})
    with pytest.raises(ConfigurationError, match="is an OpenTofu plan: give action"):
        await world.run("vpc")
    for options in ({"action": "apply"}, {"params": {"action": "apply"}}):
        assert (await world.run("vpc", **options)).output == {"action": "apply"}
    with pytest.raises(ConfigurationError, match="action must be one of apply, destroy"):
        await world.run("vpc", action="plan")
    with pytest.raises(ConfigurationError, match="'deploy' is a python-script: action is for"):
        await world.run(action="apply")


async def test_an_action_is_sent_if_the_kind_of_the_service_is_unknown(world: World) -> None:
    world.answer(f"{MANAGER}/services", 403)
    await world.run(action="destroy")
    assert world.bodies[0]["params"] == {"device": "r1", "action": "destroy"}


# Outcomes


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ({"return_code": 2, "stderr": "no\nroute"}, "failed with return code 2: no route"),
        ({"return_code": 2, "stdout": "bad"}, "failed with return code 2: bad"),
        ({"return_code": "x", "stdout": ""}, "failed with return code 1"),
        ({"return_code": [], "stdout": {"a": 1}}, 'failed with return code 1: {"a":1}'),
    ],
)
async def test_a_return_code_that_is_not_0_is_a_failure(
    world: World, result: Any, error: str
) -> None:
    world.seed("check", result=result)
    with pytest.raises(ServiceRunError) as caught:
        await world.run("check")
    assert caught.value.message == f"service 'check' on gateway cluster 'edge' {error}"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": {"code": -32000, "message": "m", "data": "no runner"}}, "failed: no runner"),
        ({"error": {"data": {"detail": "no runner"}}}, "failed: no runner"),
        ({"error": {"message": "no runner"}}, "failed: no runner"),
        ({"error": {"code": 5}}, 'failed: {"code":5}'),
        ({"error": True}, "failed"),
        ({"error": True, "message": "no runner"}, "failed: no runner"),
        ({"error": True, "result": {"stderr": "bad"}}, "failed: bad"),
        ({"status": "error", "result": {"return_code": 0, "stderr": "bad"}}, "failed: bad"),
        ({"status": "error", "message": "bad"}, "failed: bad"),
        ({"state": "Error"}, "failed"),
        (
            {"state": "Success", "message": "Running check on edge", "result": {"job_id": "5"}},
            "was started, but this server does not tell how it ended: Running check on edge",
        ),
        ([], "was started, but this server does not tell how it ended"),
    ],
)
async def test_a_response_of_200_can_be_a_failure(world: World, answer: Any, error: str) -> None:
    world.answer(RUN, 200, answer)
    with pytest.raises(ServiceRunError) as caught:
        await world.run()
    assert caught.value.message == f"service 'deploy' on gateway cluster 'edge' {error}"


@pytest.mark.parametrize(
    ("answer", "output"),
    [
        ({"status": "completed", "result": {"stdout": "5"}}, None),
        ({"status": "completed", "result": {"stdout": " [5]"}}, [5]),
        ({"status": "completed", "result": {"stdout": "{broken"}}, None),
        ({"status": "completed", "result": {"stdout": {"a": 1}}}, {"a": 1}),
        ({"return_code": 0, "stdout": "{}"}, {}),
        ({"result": {"results": [{"name": "r1", "success": True}]}}, None),
    ],
)
async def test_output_is_read_as_data_if_it_is_json(world: World, answer: Any, output: Any) -> None:
    world.answer(RUN, 200, answer)
    assert (await world.run()).output == output


async def test_a_long_error_is_shown_without_its_beginning_and_without_secrets(
    world: World,
) -> None:
    world.client.secrets.add("do-not-show")
    stderr = "\n".join(["Traceback", *["  frame"] * 200, "ValueError: do-not-show \x07"])
    world.seed("check", result={"return_code": 1, "stderr": stderr})
    with pytest.raises(ServiceRunError) as caught:
        await world.run("check")
    message = caught.value.message
    assert message.endswith("frame ValueError: [REDACTED]")
    assert "with return code 1: ..." in message
    assert len(message) < 600
    assert caught.value.run.stderr == stderr


async def test_a_failure_of_the_server_can_describe_a_run(world: World) -> None:
    world.answer(RUN, 500, {"jsonrpc": "2.0", "error": {"data": "no such node"}})
    with pytest.raises(ServiceRunError, match="'edge' failed: no such node"):
        await world.run()
    world.answer(RUN, 500, {"result": {"return_code": 3}})
    with pytest.raises(ServiceRunError, match="with return code 3"):
        await world.run()
    world.answer(RUN, 500, {"message": "broken"})
    with pytest.raises(HTTPStatusError, match="500"):
        await world.run()
    world.answer(RUN, 400, {"error": {"data": "no"}})
    with pytest.raises(HTTPStatusError, match="400"):
        await world.run()


# Clusters


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"enabled": False}, "'edge' is disabled: set enabled"),
        ({"connection_status": "disconnected"}, "'edge' is not connected to this Platform"),
        ({"hidden": True}, "'edge' is connected, but this account does not see it: add the"),
        (
            {"hidden": True, "connection_status": "disconnected"},
            "no gateway cluster 'edge' that this account sees: check its name, or add the account",
        ),
        ({"cluster_id": "edges"}, "no gateway cluster 'edge'.*: did you mean 'edges'"),
    ],
)
async def test_a_cluster_that_cannot_be_reached_gets_no_request(
    world: World, change: dict[str, Any], error: str
) -> None:
    world.cluster.update(change)
    with pytest.raises(ClientError, match=error):
        await world.run()
    assert world.bodies == []


@pytest.mark.parametrize(
    ("connections", "status", "is_connected"),
    [
        ({"edge": True}, None, True),
        ({"edge": "connected"}, None, True),
        ({"edge": "disconnected"}, "connected", False),
        ({"edge": {"status": "connected"}}, None, True),
        ({"edge": {"id": "5"}}, None, True),
        ({"data": {"edge": True}}, None, True),
        ({"core": True}, "connected", True),
        ({"core": True}, None, False),
        ([], None, True),
        ([], "disconnected", False),
        (None, None, True),
    ],
)
async def test_connections_have_several_forms(
    world: World, connections: Any, status: str | None, is_connected: bool
) -> None:
    world.answer(f"{MANAGER}/connections", 403 if connections is None else 200, connections)
    told = {} if status is None else {"connection_status": status}
    world.answer(f"{MANAGER}/gateways", 200, {"results": [{"cluster_id": "edge", **told}]})
    if is_connected:
        assert (await world.run()).return_code == 0
        return
    with pytest.raises(ClientError, match="is not connected"):
        await world.run()


async def test_what_the_account_may_not_read_is_not_checked(world: World) -> None:
    for path in ("gateways", "connections", "services"):
        world.answer(f"{MANAGER}/{path}", 403)
    assert (await world.run(params={"anything": 1})).output == {"anything": 1}
    world.answer(f"{MANAGER}/services", 200, {"state": "Success"})
    assert (await world.run(params={"anything": 1})).return_code == 0


@pytest.mark.parametrize("path", ["gateways", "connections", "services"])
async def test_another_error_of_a_check_is_an_error(world: World, path: str) -> None:
    world.answer(f"{MANAGER}/{path}", 500)
    with pytest.raises(HTTPStatusError, match="500"):
        await world.run()
    assert world.bodies == []


async def test_a_platform_without_a_gateway_manager_says_so(case: Case) -> None:
    world = World(case, release="2023.2")
    with pytest.raises(ConfigurationError, match="this Platform has no Gateway Manager"):
        await world.run()


async def test_a_service_of_another_cluster_is_named_with_it(world: World) -> None:
    services = [
        {"service_metadata": {"name": "report", "location": "core"}},
        {"service_metadata": {"name": "old"}},
        {"name": "bare"},
    ]
    world.answer(f"{MANAGER}/services", 200, {"result": services}, times=3)
    with pytest.raises(ConfigurationError, match="no service 'report' on .* 'edge': it is on core"):
        await world.run("report", predict=True)
    for name in ("old", "bare"):
        assert (await world.run(name, predict=True)).return_code is None


async def test_services_that_every_gateway_has_need_not_be_listed(world: World) -> None:
    assert (await world.run("is-alive", predict=True)).return_code is None


# Runs without a response


async def test_a_run_has_its_own_timeout_and_is_sent_once(world: World) -> None:
    world.lost[RUN] = httpx.ReadTimeout("late")
    with pytest.raises(ServiceRunError) as caught:
        await world.run(wait_timeout=1800)
    assert "no response within 1800 s; raise 'wait_timeout'" in caught.value.message
    assert caught.value.message.startswith(
        "it is unknown if service 'deploy' on gateway cluster 'edge' was run: POST "
    )
    assert caught.value.message.endswith(
        "; its last run has changed, so it was probably run: look at its effect before you run"
        " it again"
    )
    assert len(world.bodies) == 1


async def test_the_activity_of_a_cluster_shows_a_run_without_a_response(world: World) -> None:
    world.seed("is-alive")
    world.answer(f"{MANAGER}/services", 200, {"result": []}, times=2)
    entry = {"name": "is-alive-7f", "type": "python-script", "completed": None}
    old = {"name": "is-alive-6e"}
    world.answer("/gateway/edge/activity", 200, [old])
    world.cluster["activity"] = {"running": [entry], "recent": [old, {"name": "deploy"}, 5]}
    world.lost[RUN] = 504
    with pytest.raises(ServiceRunError, match="the activity of the cluster names it") as caught:
        await world.run("is-alive")
    assert caught.value.activity == [entry]
    assert caught.value.run == ServiceRun()


async def test_a_run_of_which_the_server_knows_nothing_may_have_happened(world: World) -> None:
    world.answer(RUN, 502, times=1)
    with pytest.raises(ServiceRunError, match="the server shows no run of it"):
        await world.run()
    world.lost[RUN] = httpx.ReadError("reset")
    world.sim.faults += [
        {"path": f"{MANAGER}/services", "status": 200, "body": "{}", "type": "application/json"},
        {"path": f"{MANAGER}/services", "status": 500},
    ]
    with pytest.raises(ServiceRunError, match="the server shows no run of it"):
        await world.run()


async def test_a_response_that_is_not_json_leaves_open_if_a_service_was_run(
    world: World,
) -> None:
    world.sim.faults.append({"path": RUN, "status": 200, "type": "text/plain", "body": "done"})
    with pytest.raises(ServiceRunError) as caught:
        await world.run()
    assert caught.value.message.startswith(
        "it is unknown if service 'deploy' on gateway cluster 'edge' was run: POST "
    )
    assert isinstance(caught.value.cause, SerializationError)


@pytest.mark.parametrize(
    ("entry", "is_active"),
    [
        ({"started": "t1"}, True),
        ({"started": "t1", "completed": None}, True),
        ({"started": "t1", "completed": "-"}, True),
        ({"started": "t1", "completed": "t2"}, False),
        ({"started": "t1", "status": "Running"}, True),
        ({"started": "t1", "status": "done"}, False),
    ],
)
async def test_runs_that_have_not_ended_are_named(
    world: World, entry: dict[str, Any], is_active: bool
) -> None:
    entry = {**entry, "name": "deploy"}
    world.cluster["activity"] = [entry, {"name": "verify"}]
    expected = [entry] if is_active else []
    assert (await world.run()).others == expected
    assert (await world.run(predict=True)).others == expected


@pytest.mark.parametrize(
    ("name", "is_run"),
    [
        ("deploy", True),
        ("deploy-7f", True),
        ("deploy_0193a7c2-1b6e", True),
        ("deploy-all", False),
        ("deploy-all-7f", False),
        ("deploy2", False),
        ("deploy-v2", False),
        ("re-deploy", False),
    ],
)
async def test_runs_of_services_with_similar_names_are_not_those_of_a_service(
    world: World, name: str, is_run: bool
) -> None:
    entry = {"name": name, "started": "10:00"}
    world.cluster["activity"] = {"name": "edge", "running": [entry]}
    assert (await world.run(predict=True)).others == ([entry] if is_run else [])


async def test_the_error_of_a_refused_run_says_what_the_account_needs(world: World) -> None:
    world.answer(RUN, 403)
    with pytest.raises(HTTPStatusError, match="403.*; the account must also be in one of the"):
        await world.run()


async def test_a_run_that_was_not_sent_is_an_ordinary_error(world: World) -> None:
    world.lost[RUN] = httpx.ConnectError("refused")
    with pytest.raises(RequestError) as caught:
        await world.run()
    assert not isinstance(caught.value, ServiceRunError)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"wait_timeout": 0}, "wait_timeout must be a number of seconds above 0"),
        ({"params": {"device": []}}, r"params\.device must be of type string"),
    ],
)
async def test_options_that_cannot_work_are_refused(
    world: World, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(ConfigurationError, match=error):
        await world.run(**options)
    with pytest.raises(TypeError, match="unknown argument 'parms'"):
        await world.run(parms={})
    assert world.bodies == []
