# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clock, randomness and sleep, so that tests can inject their own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any


class Runtime:
    """Clock, randomness and sleep; tests inject their own.

    Args:
        clock: Returns monotonic seconds.
        wall: Returns Unix time in seconds.
        random: Returns numbers from 0 to 1.
        sleep: Waits for seconds: a function for threads, a coroutine function for event loops;
            `None` for the real ones.
        check: Called before each request is sent; raises an error to end the work. `None` for no
            check.
    """

    __slots__ = ("check", "clock", "random", "sleep", "wall")

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        random: Callable[[], float] = random.random,
        sleep: Callable[[float], Any] | None = None,
        check: Callable[[], object] | None = None,
    ) -> None:
        self.check = check
        self.clock = clock
        self.wall = wall
        self.random = random
        self.sleep = sleep
