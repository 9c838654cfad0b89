# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reference document's `backoff_strategy`, parsed.

What is repeated, how often, and after which waits.

Reads keep the document's defaults: ten tries, no wait, 120 seconds, for 429, every 5xx, and if
there is no answer. Writes follow the rules of every client here, with the tries, waits and added
statuses that a strategy names: a POST is not sent twice by accident.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ..core import retry
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow, Pause
from ..core.retry import RetryPolicy
from ..core.runtime import Runtime
from .names import camel
from .response import ResourceResponse

MAX_TIME = 120.0
"""Seconds, if a strategy names none or `None`: nothing is repeated without end."""
MANY = 1_000_000
"""Tries, if a strategy names none: then the time alone ends it."""
READ_STATUSES = frozenset((429, *range(500, 601)))
READS = RetryPolicy(max_tries=10, max_time=MAX_TIME, statuses=READ_STATUSES, wait=0.0)
"""Of reads, without a strategy."""
Expected: TypeAlias = "bool | Mapping[str, bool] | None"


def constant(interval: float = 1) -> Iterator[float]:
    """Yield the same number of seconds without end, like `backoff.constant`."""
    while True:
        yield interval


class Backoff:
    """A strategy.

    Args:
        strategy: The dict of the reference document; `None` or an empty one for the default. It is
            read and never changed.
        random: Gives numbers from 0 to 1.
        retry_option: The option `retry` of every client here, in place of a strategy: a number of
            tries, or a dict of the arguments of `RetryPolicy`.

    Attributes:
        reads: For GET.
        writes: For everything else.
        expected: `retry_when_empty_result`; `None` if it is not given.

    Raises:
        ConfigurationError: A value that cannot work, or an argument that the wait generator does
            not take.
    """

    __slots__ = ("expected", "reads", "writes")

    def __init__(
        self,
        strategy: Mapping[str, Any] | None,
        random: Callable[[], float],
        retry_option: RetryPolicy | Mapping[str, Any] | int | None = None,
    ) -> None:
        if strategy is not None and not isinstance(strategy, Mapping):
            raise ConfigurationError(
                f"backoff_strategy must be a dict, not {type(strategy).__name__}"
            )
        if strategy and retry_option is not None:
            raise ConfigurationError(
                "backoff_strategy and retry both say what is repeated: give only one"
            )
        if not strategy:
            self.reads, self.writes, self.expected = (
                RetryPolicy.of(retry_option, READS),
                RetryPolicy.of(retry_option, retry.DEFAULT),
                None,
            )
            return
        given = dict(strategy)
        max_tries, max_time = given.pop("max_tries", None), given.pop("max_time", None)
        codes = _codes(given.pop("retry_http_status_codes", ()))
        self.expected = expected(given.pop("retry_when_empty_result", None))
        common: dict[str, Any] = {
            "max_tries": MANY if max_tries is None else max_tries,
            "max_time": MAX_TIME if max_time is None else max_time,
            "wait": _waits(given, random),
        }
        self.reads = RetryPolicy(statuses=READ_STATUSES | codes, **common)
        self.writes = RetryPolicy(statuses=retry.STATUSES | codes, **common)


def _waits(given: dict[str, Any], random: Callable[[], float]) -> Callable[[], Iterator[float]]:
    """Return a function that yields the waits of a strategy.

    Args:
        given: `wait_gen`, `jitter`, and the arguments of the wait generator.
        random: Gives numbers from 0 to 1.
    """
    wait_gen = given.pop("wait_gen", None) or constant
    jitter = given.pop("jitter", lambda seconds: seconds * random())
    try:
        wait_gen(**given)
    except TypeError as exc:
        raise ConfigurationError(
            f"backoff_strategy: {getattr(wait_gen, '__name__', wait_gen)!s} does not work"
            f" with {given}: {exc}",
            cause=exc,
        ) from exc

    def waits() -> Iterator[float]:
        for seconds in wait_gen(**given):
            # Generators of the backoff package yield None first, for a caller that primes them.
            if seconds is not None:
                yield seconds if jitter is None else jitter(seconds)

    return waits


def expected(value: Any) -> Expected:
    """Read `retry_when_empty_result`.

    Raises:
        ConfigurationError: Neither a boolean nor a dict.
    """
    if value is not None and not isinstance(value, (bool, Mapping)):
        raise ConfigurationError(
            f"retry_when_empty_result must be a boolean or a dict, not {type(value).__name__}"
        )
    return value


def _codes(value: Any) -> frozenset[int]:
    try:
        return frozenset(
            map(int, value if isinstance(value, (list, tuple, set, frozenset)) else (value,))
        )
    except (TypeError, ValueError) as exc:
        raise ConfigurationError(
            "backoff_strategy: retry_http_status_codes must be a status or a list of them",
            cause=exc,
        ) from exc


def is_complete(page: ResourceResponse, wanted: Expected, included: tuple[str, ...]) -> bool:
    """Tell whether a page has all that is expected of it.

    Args:
        page: The response.
        wanted: `True` for the resources themselves and all that is included; a dict of those to
            look at by name.
        included: The relationships that the query includes.
    """
    marks = (
        wanted
        if isinstance(wanted, Mapping)
        else dict.fromkeys((page.key, *included), bool(wanted))
    )
    names = (name for name, is_wanted in marks.items() if is_wanted)
    return all(page.resources if camel(name) == page.key else page.linked(name) for name in names)


def until_complete(
    fetch: Callable[[RetryPolicy], Flow[ResourceResponse]],
    policy: RetryPolicy,
    wanted: Expected,
    included: tuple[str, ...],
    runtime: Runtime,
) -> Flow[ResourceResponse]:
    """Read a page again until it has all that is expected of it, or tries or time are used up.

    Args:
        fetch: Makes the flow of one reading; it repeats failures by itself, within the policy that
            it gets.
        policy: The number of tries, and their time.
        wanted: See `is_complete`.
        included: See `is_complete`.
        runtime: Time and chance.

    Returns:
        The last page, complete or not.
    """
    ends = runtime.clock() + policy.max_time
    waits = policy.waits(runtime.random)
    tries = 0
    while True:
        left = copy.copy(policy)
        left.max_time = max(ends - runtime.clock(), 0.001)
        page = yield from fetch(left)
        tries += 1
        if is_complete(page, wanted, included) or tries >= policy.max_tries:
            return page
        pause = next(waits, 0.0)
        if runtime.clock() + pause >= ends:
            return page
        yield Pause(pause)
