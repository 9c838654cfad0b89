# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for sending a request again, and for the pause before it.

What may be repeated is decided by `RetryPolicy.allows`; everything else here is arithmetic.
Sources: RFC 9110 sections 9.2.2 (idempotent methods), 10.2.3 (Retry-After), 15.5.9 (408) and
15.5.20 (421), RFC 8470 section 5.2 (425).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeGuard

from .exceptions import ConfigurationError, RequestError
from .numbers import MAX_SECONDS, as_number, whole_number

IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
STATUSES = frozenset((408, 421, 425, 429, 502, 503, 504))
THROTTLED = frozenset((429, 503))
UNPROCESSED = frozenset((421, 425))
"""Statuses of requests that the server did not process, whatever their method."""
BASE, CAP = 0.5, 20.0
"""Seconds: the first exponential ceiling, and the highest."""

Wait: TypeAlias = "str | float | Callable[[], Iterator[float | None]]"


def _exponential() -> Iterator[float]:
    ceiling = BASE
    while True:
        yield ceiling
        ceiling = min(ceiling * 2, CAP)


def _fibonacci() -> Iterator[float]:
    this, following = BASE, BASE
    while True:
        yield this
        this, following = following, min(this + following, CAP)


def _constant() -> Iterator[float]:
    while True:
        yield BASE


_WAITS: dict[str, Callable[[], Iterator[float]]] = {
    "exponential": _exponential,
    "fibonacci": _fibonacci,
    "constant": _constant,
}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class RetryPolicy:
    """The conditions for sending a request again. A policy is never changed.

    Args:
        max_tries: Attempts in all, 1 or more; 1 means no repetition.
        max_time: Seconds that a call may take with its waits.
        statuses: Statuses that are worth another attempt; `None` for 408, 421, 425, 429, 502, 503
            and 504.
        methods: Methods that may be repeated after bytes were sent; `None` for the idempotent ones.
        wait: `exponential` (full jitter), `fibonacci` or `constant` (with jitter too), a number of
            seconds (exact), or a callable that returns a generator of seconds.

    Raises:
        ConfigurationError: A value cannot be used.
    """

    __slots__ = ("max_time", "max_tries", "methods", "statuses", "wait")

    def __init__(
        self,
        max_tries: int = 4,
        max_time: float = 120.0,
        statuses: Iterable[int] | None = None,
        methods: Iterable[str] | None = None,
        wait: Wait = "exponential",
    ) -> None:
        whole_number("retry: max_tries", max_tries)
        if not (_is_number(max_time) and 0 < max_time <= MAX_SECONDS):
            raise ConfigurationError(
                f"retry: max_time must be a number of seconds above 0 and at most {MAX_SECONDS:.0f}"
            )
        if not (
            callable(wait)
            or (
                wait in _WAITS
                if isinstance(wait, str)
                else _is_number(wait) and 0 <= wait <= MAX_SECONDS
            )
        ):
            raise ConfigurationError(
                f"retry: wait must be one of {', '.join(_WAITS)} or a number of seconds,"
                f" not {wait!r:.80}"
            )
        self.max_tries = max_tries
        self.max_time = float(max_time)
        listed = "retry: statuses must be a list of numbers, methods a list of names"
        if isinstance(statuses, str) or isinstance(methods, str):
            raise ConfigurationError(listed)
        try:
            self.statuses = (
                STATUSES if statuses is None else frozenset(int(status) for status in statuses)
            )
            self.methods = (
                None if methods is None else frozenset(method.upper() for method in methods)
            )
        except (TypeError, ValueError, AttributeError) as exc:
            raise ConfigurationError(listed) from exc
        self.wait = wait

    @classmethod
    def of(
        cls, value: RetryPolicy | Mapping[str, Any] | int | None, default: RetryPolicy
    ) -> RetryPolicy:
        """Read the `retry` option.

        Args:
            value: A policy, a number of tries, a dict of the arguments of `RetryPolicy`, or `None`.
                Numbers may be texts.
            default: Stands for `None`, and for what a number or a dict leaves out.

        Raises:
            ConfigurationError: None of these.
        """
        if value is None:
            return default
        if isinstance(value, RetryPolicy):
            return value
        known: dict[str, Any] = {
            "max_tries": default.max_tries,
            "max_time": default.max_time,
            "statuses": default.statuses,
            "methods": default.methods,
            "wait": default.wait,
        }
        if isinstance(value, Mapping):
            unknown = set(value) - set(known)
            if unknown:
                raise ConfigurationError(
                    f"retry: unknown {', '.join(sorted(map(str, unknown)))};"
                    f" known are {', '.join(known)}"
                )
            given = {key: as_number(item) for key, item in value.items() if item is not None}
            return cls(**{**known, **given})
        return cls(**{**known, "max_tries": as_number(value)})

    def for_login(self) -> RetryPolicy:
        """Return the policy of a login: as many tries and as much time, after the default statuses.

        Statuses and methods of the user's choice do not count for a login: a server that answers
        500 or 400 to a wrong password must see it once.
        """
        return RetryPolicy(self.max_tries, self.max_time, wait=self.wait)

    def waits(self, random: Callable[[], float]) -> Iterator[float]:
        """Yield the seconds to wait before each further attempt.

        Args:
            random: Gives numbers from 0 to 1.
        """
        if isinstance(self.wait, (int, float)):
            while True:
                yield float(self.wait)
        jittered = isinstance(self.wait, str)
        for seconds in _WAITS[self.wait]() if isinstance(self.wait, str) else self.wait():
            # Generators of the backoff package give None first, for a caller that primes them.
            if seconds is not None:
                yield seconds * random() if jittered else float(seconds)

    def allows(
        self, method: str, safe: bool, outcome: RequestError | int, has_retry_after: bool
    ) -> bool:
        """Tell whether there may be another attempt, apart from tries and time.

        Args:
            method: In upper case.
            safe: `True` for a call that its caller declared repeatable, `False` for an action path;
                else whether the method is idempotent.
            outcome: The error, or the status of the response.
            has_retry_after: `True` if the response had the header `Retry-After`.
        """
        repeatable = method in self.methods if self.methods is not None else safe
        if isinstance(outcome, RequestError):
            return not outcome.permanent and (repeatable or not outcome.sent)
        if outcome not in self.statuses:
            return False
        return repeatable or outcome in UNPROCESSED or (outcome in THROTTLED and has_retry_after)


DEFAULT = RetryPolicy()
