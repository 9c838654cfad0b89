# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status of a failed login is not taken for that of the call that needed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.once import (
    may_be_performed,
    may_have_arrived,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway, Platform

SERVICE = {"service": "deploy", "cluster": "edge"}
PLATFORM: dict[str, Callable[[Any], Any]] = {
    "job": lambda client: client.jobs.start(workflow="workflow 000"),
    "waiting": lambda client: client.jobs.wait("0123456789abcdef01234567"),
    "task": lambda client: client.tasks.bring("claimed", job="0123456789abcdef01234567"),
    "command": lambda client: client.commands.run(template="Version", devices=["rtr-000"]),
    "backup": lambda client: client.backups.create("rtr-000"),
    "compliance": lambda client: client.compliance.wait("0123456789abcdef01234567"),
    "service": lambda client: client.services.bring("restarted", adapter="iag"),
    "worker": lambda client: client.workers.bring("drained"),
    "gateway5": lambda client: client.gateway5.run(**SERVICE),
    "facts": lambda client: client.gather(["version"]),
    "record": lambda client: client.records("workflow").find("workflow 000"),
}
GATEWAY: dict[str, Callable[[Any], Any]] = {
    "run": lambda client: client.runs.execute(script="hello.py", hosts=["sw-001"]),
    "command": lambda client: client.runs.execute(
        netmiko="send_command", hosts=["sw-001"], arguments={"command_string": "x"}
    ),
    "content": lambda client: client.content.refresh(),
    "facts": lambda client: client.gather(["version"]),
    "record": lambda client: client.records("device").find("sw-001"),
}
STATUSES = [403, 404, 405, 500, 501]


async def fails(case: Case, world: Any, path: str, status: int, work: Callable[[Any], Any]) -> None:
    world.sim.faults.append({"path": path, "status": status, "body": "no", "times": 99})
    with pytest.raises(ClientError, match=rf"POST \S+/login: {status} "):
        await case.kind.wait(work(world.client))
    assert world.sim.counters[f"POST {path}"] == 1


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("work", PLATFORM.values(), ids=PLATFORM)
async def test_a_failed_login_at_a_platform_is_the_error(
    case: Case, work: Callable[[Any], Any], status: int
) -> None:
    await fails(case, Platform(case), "/login", status, work)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("work", GATEWAY.values(), ids=GATEWAY)
async def test_a_failed_login_at_a_gateway_is_the_error(
    case: Case, work: Callable[[Any], Any], status: int
) -> None:
    await fails(case, Gateway(case), "/api/v2.0/login", status, work)


@pytest.mark.parametrize("status", [403, 404])
async def test_the_error_says_that_the_call_has_no_status(case: Case, status: int) -> None:
    world = Platform(case)
    world.sim.faults.append({"path": "/login", "status": status, "body": "no"})
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(world.client.get("/version"))
    assert caught.value.during_login
    assert (caught.value.status_code, caught.value.call_status) == (status, 0)


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, 504])
async def test_a_call_whose_login_breaks_was_not_performed(case: Case, outcome: Any) -> None:
    world = Platform(case)
    world.lost["/login"] = [outcome] * 9
    with pytest.raises(ClientError) as caught:
        await case.kind.wait(world.client.jobs.start(workflow="workflow 000"))
    assert caught.value.during_login
    assert not may_have_arrived(caught.value)
    assert not may_be_performed(caught.value)
    assert "it is unknown" not in caught.value.message


async def test_a_refused_login_is_one_for_later_calls_too(case: Case) -> None:
    world = Platform(case)
    world.sim.faults.append({"path": "/login", "status": 403, "body": "no", "times": 99})
    for dummy in range(2):
        with pytest.raises(AuthenticationError) as caught:
            await case.kind.wait(world.client.get("/version"))
        assert (caught.value.during_login, caught.value.call_status) == (True, 0)
