# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending the work for a caller that has gone.

Nothing is sent for a run whose main process has ended, and the broker sends nothing for a worker
that has ended, whose task Ansible has reported as failed. Every client that a process of Ansible
makes looks before each request, and while it waits.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.connection import Connection

from ..module_utils.core.runtime import Runtime
from . import main_process

INTERVAL = 0.5
"""Seconds between two looks if there is no descriptor to wait for."""

caller: ContextVar[Connection | None] = ContextVar("caller", default=None)
"""The channel to the worker for which this is done; `None` if it is done for this process."""


class Abandoned(BaseException):
    """The caller has gone. Not an error of the call: nothing may try again because of it."""


def check() -> None:
    """Return if the caller still waits.

    Raises:
        Abandoned: The worker or the main process has ended.
    """
    _wait(0)


def sleep(seconds: float) -> None:
    """Wait.

    Args:
        seconds: The time to wait.

    Raises:
        Abandoned: The worker or the main process has ended; raised as soon as it has.
    """
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        _wait(min(left, INTERVAL))


async def sleep_async(seconds: float) -> None:
    """Wait in an event loop.

    For arguments and errors see `sleep`; errors are raised within `INTERVAL`.
    """
    import asyncio

    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        await asyncio.sleep(min(left, INTERVAL))
        check()


def _wait(seconds: float) -> None:
    poll = select.poll()
    if main_process.LIFELINE is not None:
        poll.register(main_process.LIFELINE.descriptor, select.POLLIN)
    channel = caller.get()
    if channel is not None:
        # A worker sends nothing after its task: if there is something to read, it has ended.
        poll.register(channel.fileno(), select.POLLIN)
    if poll.poll(seconds * 1000) or main_process.has_ended():
        raise Abandoned


RUNTIME = Runtime(sleep=sleep, check=check)
RUNTIME_ASYNC = Runtime(sleep=sleep_async, check=check)


@contextmanager
def ending_with_main() -> Iterator[None]:
    """End this process if the main process has ended: before the block, and after it.

    Ansible's worker would go on with the next item of a loop, or the next attempt of `until`.
    """
    _end_with_main()
    try:
        yield
    finally:
        _end_with_main()


def watch_main() -> None:
    """End this process as soon as the main process has ended, whatever it is doing.

    Ansible's worker would hand over a result that no process reads, and wait for ever if the pipe
    is full, because it holds the reading end itself. For one small result, which does not fill the
    pipe, it is better not to watch: the thread costs 0.3 ms, and its end delays the main process by
    a millisecond.

    If a worker that waits for a module ends, the output of the module is closed, which the module
    notices.
    """
    if main_process.LIFELINE is not None:
        main_process.LIFELINE.watch()


def _end_with_main() -> None:
    if main_process.has_ended():
        os._exit(1)
