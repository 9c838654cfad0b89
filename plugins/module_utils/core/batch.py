# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many requests, a bounded number of them at a time, answers in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from .exceptions import ClientError, ConfigurationError

T = TypeVar("T")


def understood(requests: Iterable[Mapping[str, Any] | tuple[Any, ...]], concurrency: int) -> list[dict[str, Any]]:
    """Read the requests of a batch.

    Args:
        requests: Dicts of the arguments of `request` (`method`, default `GET`, and `path` at least), or tuples of method and path.
        concurrency: How many at a time, 1 or more.

    Raises:
        ConfigurationError: Not that.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(f"concurrency must be a whole number from 1, not {concurrency!r}")
    result = []
    for number, item in enumerate(requests):
        if isinstance(item, Mapping) and "path" in item:
            result.append({"method": "GET", **item})
        elif isinstance(item, tuple) and len(item) == 2:
            result.append({"method": item[0], "path": item[1]})
        else:
            raise ConfigurationError(f"requests: item {number} must be a dict with a path, or a tuple of method and path")
    return result


def in_threads(perform: Callable[..., T], requests: list[dict[str, Any]], concurrency: int, return_exceptions: bool) -> list[T | ClientError]:
    """Perform requests in threads.

    Returns:
        The outcomes, in the order of the requests.

    Raises:
        ClientError: The first error in that order, unless errors are to be returned; what has not begun by then is not sent.
    """
    from concurrent.futures import ThreadPoolExecutor

    def one(request: dict[str, Any]) -> T | ClientError:
        try:
            return perform(**request)
        except ClientError as exc:
            if not return_exceptions:
                raise
            return exc

    with ThreadPoolExecutor(max_workers=min(concurrency, max(len(requests), 1)), thread_name_prefix="restops-batch") as pool:
        try:
            return list(pool.map(one, requests))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


async def in_tasks(perform: Callable[..., Awaitable[T]], requests: list[dict[str, Any]], concurrency: int, return_exceptions: bool) -> list[T | ClientError]:
    """Perform requests in tasks. For what it returns and raises see `in_threads`; it raises as soon as one fails."""
    import asyncio

    outcomes: list[Any] = [None] * len(requests)
    todo = iter(range(len(requests)))

    async def worker() -> None:
        for number in todo:
            try:
                outcomes[number] = await perform(**requests[number])
            except ClientError as exc:
                if not return_exceptions:
                    raise
                outcomes[number] = exc

    workers = [asyncio.ensure_future(worker()) for dummy in range(min(concurrency, len(requests)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
    return outcomes
