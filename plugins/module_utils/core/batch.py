# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounded concurrency: a function is called for many items; its outcomes come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Generic, TypeVar

from .exceptions import ClientError, ConfigurationError
from .numbers import whole_number

Item = TypeVar("Item")
T = TypeVar("T")


def parse(
    requests: Iterable[Mapping[str, Any] | tuple[Any, ...]], concurrency: int
) -> list[dict[str, Any]]:
    """Return the requests of a batch as arguments of `request`.

    Args:
        requests: Dicts of the arguments of `request` (`method`, default `GET`, and `path` at
            least), or tuples of method and path.
        concurrency: Maximum number at a time, 1 or more.

    Raises:
        ConfigurationError: Not such requests, or not such a number.
    """
    whole_number("concurrency", concurrency)
    if not isinstance(requests, Iterable):
        raise ConfigurationError("requests must be a list of dicts, or of tuples")
    result = []
    for number, item in enumerate(requests):
        if isinstance(item, Mapping) and "path" in item:
            result.append({"method": "GET", **item})
        elif isinstance(item, tuple) and len(item) == 2:
            result.append({"method": item[0], "path": item[1]})
        else:
            raise ConfigurationError(
                f"requests: item {number} must be a dict with a path, or a tuple of method and path"
            )
    return result


def in_threads(
    perform: Callable[[Item], T], items: Sequence[Item], concurrency: int, return_exceptions: bool
) -> list[T | ClientError]:
    """Call a function for each item, in threads.

    Args:
        perform: The function.
        items: Its arguments.
        concurrency: Maximum number of calls at a time; a single one is made by the calling thread.
        return_exceptions: Put errors among the outcomes.

    Returns:
        The outcomes, in the order of the items.

    Raises:
        ClientError: The first error in that order, unless errors are to be returned. After an
            error, no more calls begin, and those under way are waited for.
    """
    batch = _Batch(items, return_exceptions)

    def work() -> None:
        for number, item in batch:
            try:
                batch.outcomes[number] = perform(item)
            except ClientError as exc:
                batch.fail(number, exc)
            except BaseException:
                batch.stop()
                raise

    count = min(concurrency, len(items))
    if count < 2:
        work()
        return batch.result()

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(count, thread_name_prefix="restops-batch") as pool:
        try:
            # Context variables, such as the one that routes log records, hold in the threads too.
            for done in [pool.submit(copy_context().run, work) for dummy in range(count)]:
                done.result()
        finally:
            batch.stop()
    return batch.result()


async def in_tasks(
    perform: Callable[[Item], Awaitable[T]],
    items: Sequence[Item],
    concurrency: int,
    return_exceptions: bool,
) -> list[T | ClientError]:
    """Call a coroutine function for each item, in tasks.

    For arguments and errors see `in_threads`. If the caller is cancelled, so are the calls.
    """
    import asyncio

    batch = _Batch(items, return_exceptions)

    async def work() -> None:
        for number, item in batch:
            try:
                batch.outcomes[number] = await perform(item)
            except ClientError as exc:
                batch.fail(number, exc)

    workers = [asyncio.ensure_future(work()) for dummy in range(min(concurrency, len(items)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return batch.result()


class _Batch(Generic[Item]):
    """Items, handed out once each, and the outcomes of their calls.

    Args:
        items: The items.
        return_exceptions: Go on after an error, and return it.
    """

    def __init__(self, items: Sequence[Item], return_exceptions: bool) -> None:
        # A deque, because threads may take from it at the same time.
        self._waiting = deque(enumerate(items))
        self._return_exceptions = return_exceptions
        self.outcomes: list[Any] = [None] * len(items)

    def __iter__(self) -> Iterator[tuple[int, Item]]:
        with suppress(IndexError):
            while True:
                yield self._waiting.popleft()

    def fail(self, number: int, error: ClientError) -> None:
        """Note the error of an item."""
        self.outcomes[number] = error
        if not self._return_exceptions:
            self.stop()

    def stop(self) -> None:
        """Hand out no more items."""
        self._waiting.clear()

    def result(self) -> list[Any]:
        """Return the outcomes, or raise the first error if errors are not returned."""
        if not self._return_exceptions:
            for outcome in self.outcomes:
                if isinstance(outcome, ClientError):
                    raise outcome
        return self.outcomes
