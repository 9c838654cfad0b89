# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time that a module on a managed host has left."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.plugins.action import ActionBase
from ansible_collections.restops.clients.plugins.module_utils.tasks.time_limit import (
    VARIABLE,
    runtime,
)
from ansible_collections.restops.clients.plugins.plugin_utils.time_left import TimeLeft


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_command_has_the_time_that_is_left_when_it_starts(clock: Clock) -> None:
    left = TimeLeft(30, clock)
    (value,) = left.environment().values()
    command = f"LANG=C {VARIABLE}={value} OTHER=1 /usr/bin/python3 module.py"
    clock.now += 12.5
    assert left.update(command) == f"LANG=C {VARIABLE}=17.500 OTHER=1 /usr/bin/python3 module.py"


def test_a_command_that_starts_too_late_sends_nothing(clock: Clock) -> None:
    left = TimeLeft(30, clock)
    clock.now += 31
    environment = left.environment()
    assert environment == {VARIABLE: "0.000"}
    with pytest.raises(SystemExit):
        runtime(environment, clock).check()


@pytest.mark.parametrize("limit", [None, 0])
def test_a_task_without_a_limit_has_no_variable(limit: float | None) -> None:
    left = TimeLeft(limit)
    assert left.environment() == {}
    assert left.update("ls /tmp") == "ls /tmp"


def test_an_action_updates_each_command_that_it_runs(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its import prepares this process for a play, so it does not belong to the collection of tests.
    from ansible_collections.restops.clients.plugins.action import itential_gateway_request

    commands: list[Any] = []
    monkeypatch.setattr(
        ActionBase,
        "_low_level_execute_command",
        lambda self, cmd, *args, **kwargs: commands.append((cmd, args, kwargs)),
    )
    action = object.__new__(itential_gateway_request.ActionModule)
    action._time_left = TimeLeft(30, clock)
    clock.now += 5
    action._low_level_execute_command(f"{VARIABLE}=30.000 x", False, in_data=b"")
    assert commands == [(f"{VARIABLE}=25.000 x", (False,), {"in_data": b""})]
