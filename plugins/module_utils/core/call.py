# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call, checked and encoded."""

from __future__ import annotations

from collections.abc import Sequence

from .exceptions import RequestError
from .http import Request
from .retry import RetryPolicy
from .runtime import Runtime
from .secrets.redaction import safe_url

__all__ = ["Call", "Runtime"]

_WRITE_HEADERS = frozenset(
    ("if-match", "if-unmodified-since", "if-none-match", "content-type", "idempotency-key")
)


class Call:
    """One call, checked and encoded, ready to be sent any number of times.

    Args:
        method: In upper case.
        url: Absolute and encoded.
        path: The path that the caller gave, for messages.
        headers: All headers except those of the session.
        content: The body; empty for none.
        timeout: Seconds for one attempt.
        policy: When to send the request again.
        safe: `True` if it may be repeated after bytes were sent, unless the policy names methods.
        correlation_id: The correlation id that is sent; `""` for none.
        authenticate: `True` if it needs a session.
        stream: `True` if the body of the response stays open.
        caller_headers: Names, in lower case, of headers that the caller set, so that those of the
            session are left out.
        shown_headers: Headers of the caller that are safe to show.
        return_401: Return a 401 like any other response if a new login does not help.
        is_write: `True` if it may change something on the server, other than a session.
        is_login: `True` for a login. It is repeated only after a response that says so: without a
            response, a wrong password might be tried twice.
    """

    __slots__ = (
        "authenticate",
        "caller_headers",
        "content",
        "correlation_id",
        "headers",
        "is_login",
        "is_write",
        "method",
        "policy",
        "request",
        "return_401",
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
        caller_headers: frozenset[str] = frozenset(),
        shown_headers: dict[str, str] | None = None,
        return_401: bool = False,
        is_write: bool = False,
        is_login: bool = False,
    ) -> None:
        self.return_401 = return_401
        self.is_write = is_write
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
        self.caller_headers = caller_headers
        self.request = Request(method, safe_url(path), safe_url(url), shown_headers or {})

    def repeatable_after(self, outcome: RequestError | int) -> bool:
        """Tell whether the call can be repeated after this outcome without executing twice."""
        return self.safe or (self.is_login and not isinstance(outcome, RequestError))

    def as_read(self) -> Call:
        """Return the call that reads what this one writes."""
        headers = [pair for pair in self.headers if pair[0].lower() not in _WRITE_HEADERS]
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
            caller_headers=self.caller_headers,
            return_401=True,
        )
