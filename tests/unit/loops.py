# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event loops that clients must work on: asyncio's, with eager tasks too, and uvloop's."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def _eager() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    return loop


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
if hasattr(asyncio, "eager_task_factory"):
    LOOPS["eager tasks"] = _eager
with contextlib.suppress(ImportError):
    LOOPS["uvloop"] = importlib.import_module("uvloop").new_event_loop


def run(loop: str, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a new loop of one kind, and close the loop as `asyncio.run` does."""
    made = LOOPS[loop]()
    try:
        return made.run_until_complete(work)
    finally:
        if left := asyncio.all_tasks(made):
            for task in left:
                task.cancel()
            made.run_until_complete(asyncio.wait(left))
        made.run_until_complete(made.shutdown_asyncgens())
        made.run_until_complete(made.shutdown_default_executor())
        made.close()
