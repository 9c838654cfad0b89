# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many calls at once: their order, and the end of a batch after an error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import batch
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.support import Case


class Calls:
    """Calls of which some fail, and some last until no more items are handed out.

    Attributes:
        begun: The items whose calls have begun.
        ended: Those whose calls have returned.
    """

    def __init__(
        self, case: Case, fails: dict[int, Exception], lasting: tuple[int, ...] = ()
    ) -> None:
        self._case = case
        self._fails = fails
        self._lasting = lasting
        self._under_way = threading.Event()
        self.stopped = threading.Event()
        self.begun: list[int] = []
        self.ended: list[int] = []

    def perform(self, item: int) -> int:
        self.begun.append(item)
        if item in self._lasting:
            self._under_way.set()
            self.stopped.wait(600)
        elif self._lasting:
            self._under_way.wait(600)
        return self._outcome(item)

    async def perform_async(self, item: int) -> int:
        self.begun.append(item)
        while item in self._lasting and not self.stopped.is_set():
            await asyncio.sleep(0)
        return self._outcome(item)

    def _outcome(self, item: int) -> int:
        self.ended.append(item)
        if item in self._fails:
            raise self._fails[item]
        return item * 10

    async def run(self, count: int, concurrency: int, return_exceptions: bool = False) -> Any:
        """Make the calls."""
        items = range(count)
        if self._case.kind.want_async:
            return await batch.in_tasks(self.perform_async, items, concurrency, return_exceptions)
        return batch.in_threads(self.perform, items, concurrency, return_exceptions)


@pytest.fixture
def calls(case: Case, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Calls]:
    """Make calls that notice when no more items are handed out."""

    def make(fails: dict[int, Exception], lasting: tuple[int, ...] = ()) -> Calls:
        made = Calls(case, fails, lasting)
        stop = batch._Batch.stop

        def noticed(self: Any) -> None:
            stop(self)
            made.stopped.set()

        monkeypatch.setattr(batch._Batch, "stop", noticed)
        return made

    return make


@pytest.mark.parametrize("concurrency", [1, 2, 9])
async def test_outcomes_have_the_order_of_the_items(
    calls: Callable[..., Calls], concurrency: int
) -> None:
    error = ClientError("third")
    made = calls({2: error})
    outcomes = await made.run(5, concurrency, return_exceptions=True)
    assert outcomes == [0, 10, error, 30, 40]


async def test_no_call_begins_after_an_error_and_those_under_way_are_waited_for(
    calls: Callable[..., Calls],
) -> None:
    error = ClientError("second")
    made = calls({1: error}, lasting=(0,))
    with pytest.raises(ClientError) as caught:
        await made.run(6, 2)
    assert caught.value is error
    assert sorted(made.begun) == [0, 1]
    assert made.ended == [1, 0]


async def test_the_first_error_in_the_order_of_the_items_is_raised(
    calls: Callable[..., Calls],
) -> None:
    first, second = ClientError("first"), ClientError("second")
    made = calls({0: first, 1: second}, lasting=(0,))
    with pytest.raises(ClientError) as caught:
        await made.run(6, 2)
    assert caught.value is first
    assert made.ended == [1, 0]


@pytest.mark.parametrize("return_exceptions", [False, True])
@pytest.mark.parametrize("concurrency", [1, 2])
async def test_an_error_that_is_not_a_client_error_ends_a_batch(
    calls: Callable[..., Calls], concurrency: int, return_exceptions: bool
) -> None:
    made = calls(dict.fromkeys(range(50), ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        await made.run(50, concurrency, return_exceptions)
    assert len(made.begun) <= concurrency


def test_calls_in_threads_see_the_context_of_the_caller() -> None:
    variable: ContextVar[str] = ContextVar("variable", default="")
    variable.set("the caller's")
    assert (
        batch.in_threads(lambda dummy: variable.get(), range(3), 3, False) == ["the caller's"] * 3
    )


async def test_calls_in_tasks_are_cancelled_with_their_caller() -> None:
    begun, cancelled = asyncio.Event(), []

    async def perform(item: int) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(item)
            raise

    task = asyncio.ensure_future(batch.in_tasks(perform, range(5), 2, False))
    await begun.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert cancelled == [0, 1]
