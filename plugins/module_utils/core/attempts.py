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
"""429 responses in a row after which a call gives up, whatever their `Retry-After` says."""


class Attempts:
    """The progress of one call.

    Args:
        call: The call.
        now: Clock reading in seconds at which it begins.

    Attributes:
        started: That clock reading.
        ends: Clock reading at which the call must be over.
        url: Where the next request goes; a redirect changes it.
        number: Requests sent, without those that were lost on stale connections.
        tries: Tries in the sense of `RetryPolicy.max_tries`: redirects, the repetition after a 401
            and throttled requests are part of a try.
        throttled: 429 responses in a row.
        redirects: Redirects followed.
        stale: Idle connections that were found closed.
        renewed: Whether the call has had a new login.
        rejection: Why the server accepts no session of this client; `""` if it does.
        maybe_executed: Whether the server may have carried out one of the requests.
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


def maybe_executed(outcome: RequestError | int, told_to_wait: bool) -> bool:
    """Tell whether the server may have carried out a request that came to this.

    It has not if nothing was sent, and if it said that it refuses the request or does not get
    through to it: 3xx, 4xx, and 503 with `Retry-After`.

    Args:
        outcome: The error, or the status of the response.
        told_to_wait: Whether the response carried `Retry-After`.
    """
    if isinstance(outcome, RequestError):
        return outcome.sent
    return outcome < 300 or (outcome >= 500 and not (outcome == 503 and told_to_wait))


class Done:
    """The outcome is the result of the call."""


class Fail:
    """There is no response, and there will not be another attempt."""


class Again(NamedTuple):
    """The request is sent again.

    Attributes:
        pause: Seconds to wait before.
        throttled: Whether the pause is for all calls of the client, and no try.
    """

    pause: float
    throttled: bool = False


Decision: TypeAlias = "Done | Again | Fail"
DONE, FAIL = Done(), Fail()


def decide(
    outcome: RequestError | int,
    told: float | None,
    attempts: Attempts,
    call: Call,
    waits: Iterator[float],
    now: float,
) -> Decision:
    """Decide what follows an attempt.

    Args:
        outcome: The error, or the status of the response.
        told: Seconds that the response's `Retry-After` asks for; `None` for no such header.
        attempts: The progress of the call, this attempt included.
        call: The call.
        waits: The policy's waits, from which the next one is taken if it is needed.
        now: Clock reading in seconds.
    """
    policy = call.policy
    end: Decision = FAIL if isinstance(outcome, RequestError) else DONE
    if attempts.rejection or not (
        policy.allows(call.method, call.repeatable_after(outcome), outcome, told is not None)
        or _is_in_progress(outcome, attempts, call)
    ):
        return end
    # Without a wait there is nothing to hold back other calls for: that is a try like any other.
    if outcome == 429 and told:
        fits = policy.max_tries > 1 and now + told < attempts.ends
        return Again(told, True) if fits and attempts.throttled < MAX_THROTTLED else end
    if attempts.tries >= policy.max_tries or attempts.throttled >= MAX_THROTTLED:
        return end
    pause = max(next(waits, 0.0), told or 0.0)
    return Again(pause) if now + pause < attempts.ends else end


def _is_in_progress(outcome: RequestError | int, attempts: Attempts, call: Call) -> bool:
    """Tell whether a server that knows `Idempotency-Key` is still at work on an earlier attempt
    (draft-ietf-httpapi-idempotency-key-header section 2.6).
    """
    return outcome == 409 and attempts.maybe_executed and "idempotency-key" in call.own
