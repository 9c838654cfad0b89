# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bounded concurrency: a function is called for many items; its outcomes come in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from typing import Any, TypeVar

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
        ClientError: The first error in that order, unless errors are to be returned; what has not
            begun by then is not done.
    """

    def one(item: Item) -> T | ClientError:
        try:
            return perform(item)
        except ClientError as exc:
            if not return_exceptions:
                raise
            return exc

    if min(concurrency, len(items)) < 2:
        return [one(item) for item in items]

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(
        max_workers=min(concurrency, len(items)), thread_name_prefix="restops-batch"
    ) as pool:
        try:
            # Context variables, such as the one that routes log records, hold in the threads too.
            contexts = [copy_context() for dummy in items]
            return list(pool.map(lambda context, item: context.run(one, item), contexts, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


async def in_tasks(
    perform: Callable[[Item], Awaitable[T]],
    items: Sequence[Item],
    concurrency: int,
    return_exceptions: bool,
) -> list[T | ClientError]:
    """Call a coroutine function for each item, in tasks.

    For arguments and errors see `in_threads`; the first error is raised as soon as it occurs.
    """
    import asyncio

    outcomes: list[Any] = [None] * len(items)
    todo = iter(range(len(items)))

    async def worker() -> None:
        for number in todo:
            try:
                outcomes[number] = await perform(items[number])
            except ClientError as exc:
                if not return_exceptions:
                    raise
                outcomes[number] = exc

    workers = [asyncio.ensure_future(worker()) for dummy in range(min(concurrency, len(items)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return outcomes
