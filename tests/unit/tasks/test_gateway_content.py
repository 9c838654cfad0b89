# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway_content`: options, results and errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway_content,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.gateway import GatewaySimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport
from ansible_collections.restops.clients.tests.unit.support import Threads, Time

DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.GATEWAY.options, **gateway_content.OPTIONS}.items()
}
SCHEMA = {"properties": {"greeting": {"type": "string"}}, "required": ["greeting"]}
WHOLE = {"title": "hello.py", "type": "object", **SCHEMA}


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
        self.lines: list[str] = []
        make_client = gateway_content.gateway.make_client
        given = {"transport": transport(self.sim.app)}
        monkeypatch.setattr(
            gateway_content.gateway,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )

    def run(self, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        connection = {"host": "server.example", "username": "admin@itential", "password": "admin"}
        context = Shown(check_mode=check_mode, runtime=Threads().runtime(Time()))
        self.sim.log.clear()
        self.lines = context.lines
        return gateway_content.run({**DEFAULTS, **connection, **params}, context)

    def fail(self, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value

    @property
    def writes(self) -> list[str]:
        return [f"{one.method} {one.path.removeprefix('/api/v2.0')}" for one in self.sim.writes]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def decoration(name: str = "hello.py", **fields: Any) -> dict[str, Any]:
    return {"decorations": [{"kind": "script", "name": name, "schema": SCHEMA, **fields}]}


def test_a_decoration_is_set_and_removed_once_with_a_difference(world: World) -> None:
    predicted = world.run(check_mode=True, **decoration())
    assert world.writes == []
    created = world.run(**decoration())
    assert world.writes == ["PUT /scripts/hello.py/schema"]
    assert predicted["diff"] == created["diff"]
    assert created["changed"] is True
    assert created["summary"] == {"created": 1, "updated": 0, "deleted": 0, "unchanged": 0}
    assert created["results"][0]["record"]["schema"] == WHOLE
    again = world.run(**decoration())
    assert (again["changed"], again["diff"], world.writes) == (False, [], [])
    gone = world.run(state="absent", **decoration(schema=None))
    assert (gone["changed"], world.writes) == (True, ["DELETE /scripts/hello.py/schema"])
    assert world.run(state="absent", **decoration())["changed"] is False


def test_content_is_refreshed_waited_for_and_decorated(world: World) -> None:
    world.sim.settings.update(deployed={"script": ["new.py"]}, refresh_polls=2)
    result = world.run(refresh=["script"], **decoration("new.py"))
    assert world.writes == ["POST /scripts/refresh", "PUT /scripts/new.py/schema"]
    assert result["refreshed"]["script"]["added"] == ["new.py"]
    assert result["changed"] is True
    assert world.lines == ["script refreshed: 3 names, 1 added, 0 removed, 0 changed"]
    again = world.run(refresh=["all"], wait_for=["site"], progress=False, **decoration("new.py"))
    assert (again["changed"], world.lines) == (False, [])


def test_a_refresh_alone_is_a_change_if_content_has_come(world: World) -> None:
    world.sim.settings["deployed"] = {"script": ["new.py"]}
    predicted = world.run(check_mode=True, refresh=["script"], **decoration("new.py"))
    assert (predicted["changed"], world.writes) == (True, [])
    assert predicted["refreshed"]["script"]["total"] is None
    first = world.run(refresh=["script"])
    assert (first["changed"], "results" in first) == (True, False)
    assert world.run(refresh=["script"], state="absent", **decoration())["changed"] is False


def test_a_decoration_of_missing_content_is_an_error(world: World) -> None:
    for check_mode in (False, True):
        error = world.fail(check_mode=check_mode, **decoration("none.py"))
        assert error.msg == (
            "there is no script 'none.py' on the Gateway: check the name, or deploy the file and"
            " give 'refresh'"
        )
    error = world.fail(refresh=["playbook"], **decoration("none.py"))
    assert error.msg.startswith("there is no script 'none.py'")
    assert world.writes == []
    assert world.fail(**decoration(schema=None)).msg == (
        "decorations: script 'hello.py' has no schema: give one"
    )
    assert world.writes == []


def test_a_refusal_is_an_error_that_has_what_was_refreshed(world: World) -> None:
    world.sim.faults.append({"path": "/schema", "method": "PUT", "status": 403, "body": "no"})
    world.sim.settings["deployed"] = {"script": ["new.py"]}
    error = world.fail(refresh=["script"], **decoration())
    assert "403" in error.msg
    assert error.result["refreshed"]["script"]["added"] == ["new.py"]
    assert error.result["changed"] is True
    world.sim.faults.append({"path": "/schema", "method": "PUT", "status": 403, "body": "no"})
    assert world.fail(**decoration()).result["changed"] is False


def test_a_refresh_that_fails_is_an_error_that_has_what_was_refreshed(world: World) -> None:
    world.sim.settings["deployed"] = {"script": ["new.py"]}
    error = world.fail(refresh=["script"], wait_for=["none.py"], wait_timeout=0)
    assert error.msg.startswith("none.py: not found by the refresh")
    assert (error.result["changed"], error.result["refreshed"]["script"]["added"]) == (
        True,
        ["new.py"],
    )
    world.sim.faults.append({"path": "/scripts/refresh", "status": 500, "body": "no"})
    error = world.fail(refresh=["playbook", "script"])
    assert (error.result["changed"], error.result["status"]) == (True, 500)
    assert list(error.result["refreshed"]) == ["playbook", "script"]


def test_an_error_after_a_refresh_has_what_was_refreshed(world: World) -> None:
    # A playbook has the name of the script that the refresh does not find.
    world.sim.settings["deployed"] = {"playbook": ["new"]}
    error = world.fail(refresh=["all"], **decoration("new"))
    assert error.msg.startswith("there is no script 'new'")
    assert error.result["changed"] is True
    assert error.result["refreshed"]["playbook"]["added"] == ["new"]
    assert "PUT /scripts/new/schema" not in world.writes
