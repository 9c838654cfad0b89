# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a module for which nothing waits any more.

If the time of a task is up, Ansible stops waiting on the controller, but does not end the process
on the managed host. So the action tells the module, in its environment, how much time is left. If
the run is killed, the other end of the output of the module is closed.
"""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from ..core.runtime import Runtime

VARIABLE = "RESTOPS_CLIENTS_TIME_LIMIT"
"""The variable in the environment of the module with the seconds that are left."""

_CLOSED = select.POLLERR | select.POLLHUP
"""The events of an output whose other end is closed."""


def runtime(
    environment: Mapping[str, str],
    clock: Callable[[], float] = time.monotonic,
    output: int = 1,
) -> Runtime:
    """Return a runtime with which no request is sent once the time is up or the run has ended.

    Args:
        environment: The module's environment; without the variable, the time is unlimited.
        clock: Monotonic seconds.
        output: The file descriptor to which the module writes its result.
    """
    limit = math.inf
    with suppress(KeyError, ValueError):
        limit = float(environment[VARIABLE])
    ends = clock() + limit

    def check() -> None:
        # Not an error of the call, which would be retried.
        if clock() >= ends:
            raise SystemExit("the time of the task is up")
        if _is_closed(output):
            raise SystemExit("the run has ended: nothing reads the result of the module")

    return Runtime(clock=clock, check=check)


def _is_closed(output: int) -> bool:
    """Tell if the other end of an output is closed."""
    # Facts are gathered in several threads, which cannot share a poll object.
    reader = select.poll()
    reader.register(output, 0)
    return any(events & _CLOSED for dummy, events in reader.poll(0))
