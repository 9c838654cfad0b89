# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A semaphore for the tasks of an event loop."""

from __future__ import annotations

import asyncio
from collections import deque


class TimedSemaphore:
    """A semaphore with a time limit for waiting.

    It serves tasks in the order of their arrival, and loses no permit if a task is cancelled, as
    the semaphore of asyncio did in several releases.

    Args:
        count: Maximum number of concurrent tasks.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[asyncio.Future[bool]] = deque()

    async def acquire(self, timeout: float) -> bool:
        """Wait for a permit.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            `True` if the task has a permit, which it must release; `False` if the time is up.
        """
        if self._free:
            self._free -= 1
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(timeout, _resolve, waiter, False)
        try:
            granted = await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.result():
                self.release()
            raise
        finally:
            timer.cancel()
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        return granted

    def release(self) -> None:
        """Return a permit: the task that has waited longest gets it."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if _resolve(waiter, True):
                return
        self._free += 1


def _resolve(waiter: asyncio.Future[bool], granted: bool) -> bool:
    if waiter.done():
        return False
    waiter.set_result(granted)
    return True
