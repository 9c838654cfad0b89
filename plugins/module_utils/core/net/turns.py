# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A limit on the number of tasks that do something at the same time."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """A semaphore with a time limit for waiting.

    It serves tasks in the order of their arrival, and does not lose a turn if a task is cancelled,
    as the semaphore of asyncio did in several releases.

    Args:
        count: Number of tasks at a time.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[asyncio.Future[bool]] = deque()

    async def take(self, timeout: float) -> bool:
        """Wait for a turn.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            `True` for a turn, which must be given back; `False` if there was none in time.
        """
        if self._free:
            self._free -= 1
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(timeout, _grant, waiter, False)
        try:
            granted = await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.result():
                self.give_back()
            raise
        finally:
            timer.cancel()
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        return granted

    def give_back(self) -> None:
        """Give a turn to the next task, or keep it free."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if _grant(waiter, True):
                return
        self._free += 1


def _grant(waiter: asyncio.Future[bool], turn: bool) -> bool:
    if waiter.done():
        return False
    waiter.set_result(turn)
    return True
