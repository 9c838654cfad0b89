# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_task`: options and results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import manual_task, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport

DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.PLATFORM.options, **manual_task.OPTIONS}.items()
}


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> PlatformSimulator:
    made = PlatformSimulator()
    make_client = manual_task.platform.make_client
    monkeypatch.setattr(
        manual_task.platform,
        "make_client",
        lambda options, **more: make_client(options, **{**more, "transport": transport(made.app)}),
    )
    return made


def run(check_mode: bool = False, **params: Any) -> dict[str, Any]:
    connection = {"host": "server.example", "username": "admin", "password": "admin"}
    return manual_task.run({**DEFAULTS, **connection, **params}, Context(check_mode))


def test_a_task_is_finished_once_and_check_mode_sends_nothing(sim: PlatformSimulator) -> None:
    (task,) = sim.tables["task"].seed([{"name": "Approve", "job": {"_id": "j1", "task": "4d"}}])
    wanted = {"job": "j1", "name": "Approve", "state": "finished", "variables": {"ok": True}}
    assert run(check_mode=True, **wanted)["changed"] is True
    assert sim.writes == []
    done = {"id": task["_id"], "name": "Approve", "job": "j1", "status": "complete", "owner": ""}
    assert run(**wanted) == {"changed": True, "task": done}
    assert task["variables"] == {"ok": True}
    assert run(**wanted)["changed"] is False


def test_an_error_of_the_server_fails_the_task(sim: PlatformSimulator) -> None:
    with pytest.raises(TaskError, match="404"):
        run(task="none", state="claimed")


@pytest.mark.parametrize(("timeout", "heavy"), [(0.0, False), (None, False), (5.0, True)])
def test_a_task_that_waits_leaves_the_shared_process_to_others(timeout: Any, heavy: bool) -> None:
    assert manual_task.is_heavy({"wait_timeout": timeout}) is heavy
