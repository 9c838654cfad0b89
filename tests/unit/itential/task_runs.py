# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of the modules that check devices, run on a simulated Platform."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import options, platform
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.support import Threads, Time

from .simulated import transport


class Shown(Context):
    """A runner that keeps the lines that it is given."""

    __slots__ = ("lines",)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.lines: list[str] = []

    def report(self, line: str) -> None:
        self.lines.append(line)


class World:
    """Runs a task on a simulated Platform.

    Attributes:
        task: The module of the task.
        options: The options of the task.
        sim: The simulator.
        lost: Responses that are lost, see `transport`.
        time: The clock.
        context: The runner of the last task.
    """

    task: Any
    options: Any

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sim = PlatformSimulator(workflows=0, devices=3)
        self.lost: dict[str, Any] = {}
        self.time = Time()
        make_client = platform.make_client
        given = {"transport": transport(self.sim.app, lost=self.lost)}
        monkeypatch.setattr(
            platform,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )
        self.context = self.new_context()

    def new_context(self, check_mode: bool = False) -> Shown:
        return Shown(check_mode=check_mode, runtime=Threads().runtime(self.time))

    def run(self, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        """Run the task and return its result."""
        spec = {**options.PLATFORM.options, **self.options}
        defaults = {name: option.get("default") for name, option in spec.items()}
        connection = {"host": "server.example", "username": "admin", "password": "admin"}
        self.context = self.new_context(check_mode)
        with scope(self.context.secrets):
            result: dict[str, Any] = self.task.run(
                {**defaults, **connection, **params}, self.context
            )
        return result

    def fail(self, **params: Any) -> TaskError:
        """Run the task and return its error."""
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value

    def interrupt(self) -> None:
        """Interrupt the run at its next pause."""

        def sleep(dummy_seconds: float) -> None:
            raise KeyboardInterrupt

        self.time.sleep = sleep  # type: ignore[method-assign]  # the end of the run
