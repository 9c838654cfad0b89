# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time for which Ansible still waits for a task, told to the module on the managed host.

The clocks of two machines differ, so the module is told seconds and not a time of day. They are
written when its command starts: connecting, finding an interpreter and copying the module take time
too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from ..module_utils.tasks.time_limit import VARIABLE

_ASSIGNMENT = re.compile(rf"\b{VARIABLE}=[0-9.]+")


class TimeLeft:
    """The time that is left for a task.

    Args:
        limit: Seconds from now; `None` or 0 for no limit.
        clock: Monotonic seconds.
    """

    __slots__ = ("_clock", "_ends")

    def __init__(self, limit: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + limit if limit else None

    def environment(self) -> dict[str, str]:
        """Return the variable for the environment of the module."""
        if self._ends is None:
            return {}
        return {VARIABLE: f"{max(self._ends - self._clock(), 0):.3f}"}

    def update(self, command: str) -> str:
        """Return a command with the time that is left now, if the variable is in it."""
        assignment = "".join(f"{name}={value}" for name, value in self.environment().items())
        return _ASSIGNMENT.sub(assignment, command) if assignment else command
