# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a Gateway: refreshed, and waited for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway_content import (
    RefreshError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway

KINDS = ["playbook", "script", "module", "role", "nornir", "terraform", "collection"]


class World(Gateway):
    """A Gateway whose content is refreshed."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.lines: list[str] = []

    async def refresh(self, *kinds: Any, **options: Any) -> Any:
        self.sim.log.clear()
        call = self.client.content.refresh(*kinds, notify=self.lines.append, **options)
        return await self.case.kind.wait(call)

    async def fail(self, kind: type[ClientError], *kinds: Any, **options: Any) -> str:
        with pytest.raises(kind) as caught:
            await self.refresh(*kinds, **options)
        return str(caught.value.message)

    def refuse(self, path: str, status: int, **more: Any) -> None:
        self.sim.faults.append({"path": path, "status": status, "body": "no", **more})


@pytest.fixture
def world(case: Case) -> World:
    return World(case)


async def test_a_refresh_returns_what_it_has_found(world: World) -> None:
    world.sim.settings["deployed"] = {"script": ["new.py"]}
    found = await world.refresh(["script"])
    assert found == {"script": (["new.py"], [], [], 3, True)}
    assert found["script"].changed
    assert world.writes == [("POST /scripts/refresh", None)]
    assert world.lines == ["script refreshed: 3 names, 1 added, 0 removed, 0 changed"]
    again = await world.refresh("script")
    assert again == {"script": ([], [], [], 3, True)}
    assert not again["script"].changed


async def test_content_that_is_gone_or_differs_is_named(world: World) -> None:
    table = world.sim.tables["script"]

    async def change(request: Any, after: bool = False) -> None:
        if after and request.url.path.endswith("/refresh"):
            table.remove(table.named("fails.py"))
            table.named("hello.py")["path"] = "/elsewhere"

    world.sim.fault = change
    found = await world.refresh("script")
    assert found["script"] == ([], ["fails.py"], ["hello.py"], 1, True)


async def test_all_kinds_are_refreshed_and_missing_ones_are_named(world: World) -> None:
    world.refuse("/terraforms/refresh", 404)
    found = await world.refresh()
    assert list(found) == KINDS
    assert [kind for kind, one in found.items() if not one.available] == ["terraform"]
    assert not any(one.changed for one in found.values())
    assert len(world.writes) == len(KINDS)
    assert list(await world.refresh(["all", "inventory"])) == [*KINDS, "inventory"]
    world.refuse("/terraforms/refresh", 404)
    assert "404" in await world.fail(HTTPStatusError, "terraform")
    world.refuse("/terraforms/refresh", 403)
    assert "403" in await world.fail(RefreshError)


async def test_a_gateway_that_fails_the_login_does_not_lack_all_kinds(world: World) -> None:
    world.refuse("/login", 404, times=99)
    assert "/login: 404" in await world.fail(HTTPStatusError)
    assert world.sim.counters["requests"] == 1


async def test_the_inventory_is_refreshed_by_its_own_path(world: World) -> None:
    found = await world.refresh(["inventory"])
    assert found["inventory"].total == 3
    assert world.writes == [("POST /inventory/refresh", None)]


async def test_content_is_waited_for_until_it_is_listed(world: World) -> None:
    world.sim.settings.update(deployed={"script": ["new.py"]}, refresh_polls=2)
    found = await world.refresh(["script", "playbook"], wait_for=["new.py", "site"])
    assert found["script"].added == ["new.py"]
    assert world.case.time.sleeps == [2, 3]
    message = await world.fail(
        ClientError, "script", wait_for=["new.py", "none.py"], wait_timeout=10
    )
    assert message.startswith("none.py: not found by the refresh after 10 seconds: deploy the file")
    assert "none.py" in await world.fail(
        ClientError, "script", wait_for=["none.py"], wait_timeout=0
    )


async def test_content_that_cannot_be_read_is_refreshed_all_the_same(world: World) -> None:
    world.refuse("/scripts", 403, times=9)
    found = await world.refresh("script")
    assert found == {"script": ([], [], [], None, True)}
    assert found["script"].changed
    assert world.lines == ["script refreshed: unknown content, 0 added, 0 removed, 0 changed"]
    world.sim.faults.clear()
    world.refuse("/scripts", 403)
    assert (await world.refresh("script"))["script"].total == 2
    world.refuse("/scripts", 500)
    assert "500" in await world.fail(HTTPStatusError, "script")


async def test_a_prediction_sends_nothing(world: World) -> None:
    found = await world.refresh("script", predict=True)
    assert found["script"].changed
    assert world.writes == []


async def test_a_refresh_without_a_response_is_not_repeated(world: World) -> None:
    world.lost["/api/v2.0/scripts/refresh"] = httpx.ReadError("reset")
    message = await world.fail(ClientError, "script")
    assert message.startswith("it is unknown if the refresh of script is done: POST ")
    assert message.endswith("it can be repeated without harm")
    assert len(world.writes) == 1
    world.lost["/api/v2.0/scripts/refresh"] = httpx.ConnectError("refused")
    assert "unknown" not in await world.fail(ClientError, "script")
    world.lost["/api/v2.0/scripts/refresh"] = 504
    assert "it can be repeated" in await world.fail(RefreshError, "script")


async def test_a_failure_names_the_kinds_that_were_refreshed_before_it(world: World) -> None:
    async def failure(kinds: Any, **options: Any) -> dict[str, Any]:
        with pytest.raises(RefreshError) as caught:
            await world.refresh(kinds, **options)
        return dict(caught.value.refreshed)

    unknown = ([], [], [], None, True)
    world.refuse("/scripts/refresh", 403)
    assert await failure(["playbook", "script"]) == {"playbook": unknown}
    for status in (500, 504):
        world.refuse("/scripts/refresh", status)
        found = await failure(["playbook", "script", "role"])
        assert found == {"playbook": unknown, "script": unknown}
    world.sim.settings["deployed"] = {"script": ["new.py"]}
    assert await failure(["playbook", "script"], wait_for=["none.py"], wait_timeout=0) == {
        "playbook": ([], [], [], 2, True),
        "script": (["new.py"], [], [], 3, True),
    }


async def test_the_kinds_share_the_time_of_a_refresh(world: World) -> None:
    async def slow(request: Any, after: bool = False) -> None:
        if after and request.url.path.endswith("/refresh"):
            world.case.time.now += 40
        elif after and request.url.path.endswith("/roles"):
            world.case.time.now += 20

    world.sim.fault = slow
    await world.refresh(["playbook", "script"], wait_timeout=100)
    with pytest.raises(RefreshError) as caught:
        await world.refresh(["playbook", "script", "role"], wait_timeout=100)
    assert caught.value.message == (
        "role is not refreshed after 100 seconds: give a longer wait_timeout"
    )
    assert list(caught.value.refreshed) == ["playbook", "script"]
    # What is read before the first one is sent does not count.
    assert (await world.refresh("role", wait_timeout=50, wait_for=["itential_cli"]))["role"].total
    world.case.time.sleeps.clear()
    message = await world.fail(
        RefreshError, ["playbook", "script"], wait_for=["none.py"], wait_timeout=100
    )
    assert message.startswith("none.py: not found by the refresh after 100 seconds")
    assert sum(world.case.time.sleeps) == 20


async def test_options_that_cannot_work_are_refused(world: World) -> None:
    message = await world.fail(ConfigurationError, ["scripts"])
    assert message.startswith("refresh must be all, or some of playbook, script")
    with pytest.raises(TypeError, match="unknown argument 'wait'"):
        await world.refresh("script", wait=5)
    quiet = await world.case.kind.wait(world.client.content.refresh("script"))
    assert quiet["script"].total == 2
