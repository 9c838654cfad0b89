# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attempts of one call, and the decision that follows each of them. Nothing here does I/O."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .exceptions import RequestError

if TYPE_CHECKING:
    from .call import Call

MAX_THROTTLED = 10
"""429 responses in a row after which a call fails, whatever their `Retry-After` says."""


class Attempts:
    """The progress of one call.

    Args:
        call: The call.
        now: Clock reading in seconds at which the call begins.

    Attributes:
        started: Clock reading at which the call began.
        ends: Clock reading at which the call must be over.
        url: URL of the next request; a redirect changes it.
        number: Requests sent, except those that were lost on stale connections.
        tries: Tries as `RetryPolicy.max_tries` counts them: redirects, the repetition after a 401
            and throttled requests are part of a try.
        throttled: 429 responses in a row.
        redirects: Redirects followed.
        stale: Idle connections that were found closed.
        renewed: `True` if there was a new login during the call.
        rejection: The reason why the server accepts no session of this client; `""` if it
            accepts them.
        maybe_executed: `True` if the server may have executed one of the requests.
    """

    __slots__ = (
        "ends",
        "maybe_executed",
        "number",
        "redirects",
        "rejection",
        "renewed",
        "stale",
        "started",
        "throttled",
        "tries",
        "url",
    )

    def __init__(self, call: Call, now: float) -> None:
        self.started = now
        self.ends = now + max(call.policy.max_time, call.timeout)
        self.url = call.url
        self.number = self.tries = self.throttled = self.redirects = self.stale = 0
        self.renewed = self.maybe_executed = False
        self.rejection = ""


def maybe_executed(outcome: RequestError | int, has_retry_after: bool) -> bool:
    """Tell whether the server may have executed a request with this outcome.

    It has not if nothing was sent, or if the response says that the request was refused or not
    processed: 3xx, 4xx, and 503 with `Retry-After`.

    Args:
        outcome: The error, or the status of the response.
        has_retry_after: `True` if the response had the header `Retry-After`.
    """
    if isinstance(outcome, RequestError):
        return outcome.sent
    return outcome < 300 or (outcome >= 500 and not (outcome == 503 and has_retry_after))


class Done:
    """The outcome is the result of the call."""


class Fail:
    """The call has no response, and the request is not sent again."""


class Again(NamedTuple):
    """The request is sent again.

    Attributes:
        pause: Seconds to wait before that.
        throttled: `True` if all calls of the client wait, and this was not a try.
    """

    pause: float
    throttled: bool = False


Decision: TypeAlias = "Done | Again | Fail"
DONE, FAIL = Done(), Fail()


def decide(
    outcome: RequestError | int,
    retry_after_s: float | None,
    attempts: Attempts,
    call: Call,
    waits: Iterator[float],
    now: float,
) -> Decision:
    """Decide what follows an attempt.

    Args:
        outcome: The error, or the status of the response.
        retry_after_s: Seconds in the response's `Retry-After`; `None` if it has none.
        attempts: The progress of the call, including this attempt.
        call: The call.
        waits: The waits of the policy; the next one is taken if there is another attempt.
        now: Clock reading in seconds.
    """
    policy = call.policy
    end: Decision = FAIL if isinstance(outcome, RequestError) else DONE
    if attempts.rejection or not (
        policy.allows(
            call.method, call.repeatable_after(outcome), outcome, retry_after_s is not None
        )
        or _is_in_progress(outcome, attempts, call)
    ):
        return end
    # Without a wait, other calls need not be held back: such a 429 counts as a try.
    if outcome == 429 and retry_after_s:
        fits = policy.max_tries > 1 and now + retry_after_s < attempts.ends
        return Again(retry_after_s, True) if fits and attempts.throttled < MAX_THROTTLED else end
    if attempts.tries >= policy.max_tries or attempts.throttled >= MAX_THROTTLED:
        return end
    pause = max(next(waits, 0.0), retry_after_s or 0.0)
    return Again(pause) if now + pause < attempts.ends else end


def _is_in_progress(outcome: RequestError | int, attempts: Attempts, call: Call) -> bool:
    """Tell whether the server is still executing an earlier attempt.

    Servers that support `Idempotency-Key` say so with a 409
    (draft-ietf-httpapi-idempotency-key-header section 2.6).
    """
    return outcome == 409 and attempts.maybe_executed and "idempotency-key" in call.caller_headers
