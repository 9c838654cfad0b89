# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a module when the time of its task is up.

Ansible stops waiting on the controller, but does not end the process on the managed host. So the
action tells the module, in its environment, how much time is left.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from ..core.runtime import Runtime

VARIABLE = "RESTOPS_CLIENTS_TIME_LIMIT"
"""The variable in the environment of the module with the seconds that are left."""


def runtime(environment: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> Runtime:
    """Return a runtime with which no request is sent once the time is up.

    Args:
        environment: The module's environment; without the variable, the time is unlimited.
        clock: Monotonic seconds.
    """
    limit = math.inf
    with suppress(KeyError, ValueError):
        limit = float(environment[VARIABLE])
    ends = clock() + limit

    def check() -> None:
        if clock() >= ends:
            # Not an error of the call, which would be retried.
            raise SystemExit("the time of the task is up")

    return Runtime(clock=clock, check=check)
