# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call as its caller asked for it, and the clock and randomness that it is made with."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from .exceptions import RequestError
from .http import Request
from .retry import RetryPolicy
from .secrets.redaction import safe_url

_OF_WRITING = frozenset(
    ("if-match", "if-unmodified-since", "if-none-match", "content-type", "idempotency-key")
)


class Runtime:
    """Clock, randomness and sleep; tests inject their own.

    Args:
        clock: Returns monotonic seconds.
        wall: Returns Unix time in seconds.
        random: Returns numbers from 0 to 1.
        sleep: Waits for seconds: a function for threads, a coroutine function for event loops;
            `None` for the real ones.
        check: Called before each request is sent; raises an error to end the work. `None` for no
            check.
    """

    __slots__ = ("check", "clock", "random", "sleep", "wall")

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        random: Callable[[], float] = random.random,
        sleep: Callable[[float], Any] | None = None,
        check: Callable[[], object] | None = None,
    ) -> None:
        self.check = check
        self.clock = clock
        self.wall = wall
        self.random = random
        self.sleep = sleep


class Call:
    """One call, checked and encoded, ready to be sent any number of times.

    Args:
        method: In upper case.
        url: Absolute and encoded.
        path: As the caller gave it, for messages.
        headers: Everything but what the session adds.
        content: The body; empty for none.
        timeout: Seconds for one attempt.
        policy: When to send again.
        safe: Whether it may be repeated after bytes were sent, unless the policy names methods.
        correlation_id: Sent along; `""` for none.
        authenticate: Whether it needs a session.
        stream: Whether the body of the response stays open.
        own: Names, in lower case, of headers that the caller set and the session must not.
        shown_headers: Those of the caller's headers that may be shown.
        every_status: Return a 401 like any other response if a new login does not help.
        is_login: Whether it asks for a session. It may be repeated after a response that says so, and
            not without one: a wrong password must not be tried twice.
    """

    __slots__ = (
        "authenticate",
        "content",
        "correlation_id",
        "every_status",
        "headers",
        "is_login",
        "method",
        "own",
        "policy",
        "request",
        "safe",
        "stream",
        "timeout",
        "url",
    )

    def __init__(
        self,
        method: str,
        url: str,
        path: str,
        headers: Sequence[tuple[str, str]],
        content: bytes,
        *,
        timeout: float,
        policy: RetryPolicy,
        safe: bool,
        correlation_id: str = "",
        authenticate: bool = True,
        stream: bool = False,
        own: frozenset[str] = frozenset(),
        shown_headers: dict[str, str] | None = None,
        every_status: bool = False,
        is_login: bool = False,
    ) -> None:
        self.every_status = every_status
        self.is_login = is_login
        self.method = method
        self.url = url
        self.headers = headers
        self.content = content
        self.timeout = timeout
        self.policy = policy
        self.safe = safe
        self.correlation_id = correlation_id
        self.authenticate = authenticate
        self.stream = stream
        self.own = own
        self.request = Request(method, safe_url(path), safe_url(url), shown_headers or {})

    def repeatable_after(self, outcome: RequestError | int) -> bool:
        """Tell whether repeating the call after this outcome cannot do anything twice."""
        return self.safe or (self.is_login and not isinstance(outcome, RequestError))

    def as_read(self) -> Call:
        """Return the call that reads what this one writes."""
        headers = [pair for pair in self.headers if pair[0].lower() not in _OF_WRITING]
        return Call(
            "GET",
            self.url,
            self.request.path,
            headers,
            b"",
            timeout=self.timeout,
            policy=self.policy,
            safe=True,
            correlation_id=self.correlation_id,
            own=self.own,
            every_status=True,
        )
