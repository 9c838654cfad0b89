# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision after each attempt, as a table."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.attempts import (
    DONE,
    FAIL,
    MAX_THROTTLED,
    Again,
    Attempts,
    decide,
    maybe_executed,
)
from ansible_collections.restops.clients.plugins.module_utils.core.call import Call
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import RequestError
from ansible_collections.restops.clients.plugins.module_utils.core.retry import RetryPolicy

WAIT = 2.0


def fault(*, sent: bool = True, permanent: bool = False) -> RequestError:
    error = RequestError("no answer")
    error.sent, error.permanent = sent, permanent
    return error


def call_of(method="GET", *, safe=None, own=(), is_login=False, **policy) -> Call:
    return Call(
        method,
        "https://h/x",
        "/x",
        (),
        b"",
        timeout=30,
        policy=RetryPolicy(**policy),
        safe=method in ("GET", "DELETE") if safe is None else safe,
        caller_headers=frozenset(own),
        is_login=is_login,
    )


GET, POST, LOGIN = call_of(), call_of("POST"), call_of("POST", is_login=True)
KEYED = call_of("POST", safe=True, own=["idempotency-key"])
ONCE = call_of(max_tries=1)


@pytest.mark.parametrize(
    ("call", "outcome", "retry_after_s", "decision"),
    [
        (GET, 200, None, DONE),
        (GET, 404, None, DONE),
        (GET, 500, None, DONE),
        (GET, 503, None, Again(WAIT)),
        (GET, 503, 7.0, Again(7.0)),
        (GET, 503, 1.0, Again(WAIT)),
        (GET, 503, 500.0, DONE),
        (GET, 408, None, Again(WAIT)),
        (GET, 421, None, Again(WAIT)),
        (GET, 425, None, Again(WAIT)),
        (GET, 429, 7.0, Again(7.0, throttled=True)),
        (GET, 429, 0.0, Again(WAIT)),
        (GET, 429, None, Again(WAIT)),
        (GET, 429, 500.0, DONE),
        (GET, fault(), None, Again(WAIT)),
        (GET, fault(permanent=True), None, FAIL),
        (ONCE, 503, None, DONE),
        (ONCE, 429, 1.0, DONE),
        (ONCE, fault(), None, FAIL),
        (POST, 502, None, DONE),
        (POST, 502, 1.0, DONE),
        (POST, 408, None, DONE),
        (POST, 421, None, Again(WAIT)),
        (POST, 425, None, Again(WAIT)),
        (POST, 503, None, DONE),
        (POST, 503, 1.0, Again(WAIT)),
        (POST, 429, 1.0, Again(1.0, throttled=True)),
        (POST, 429, None, DONE),
        (POST, fault(), None, FAIL),
        (POST, fault(sent=False), None, Again(WAIT)),
        (LOGIN, 401, None, DONE),
        (LOGIN, 500, None, DONE),
        (LOGIN, 502, None, Again(WAIT)),
        (LOGIN, 503, None, Again(WAIT)),
        (LOGIN, 504, None, Again(WAIT)),
        (LOGIN, fault(), None, FAIL),
        (LOGIN, fault(sent=False), None, Again(WAIT)),
        (KEYED, 409, None, DONE),
    ],
)
def test_the_decision_after_a_first_attempt(call, outcome, retry_after_s, decision):
    attempts = Attempts(call, 1000.0)
    attempts.tries = attempts.number = 1
    attempts.throttled = int(outcome == 429)

    assert (
        decide(outcome, retry_after_s, attempts, call, itertools.repeat(WAIT), 1000.0) == decision
    )


@pytest.mark.parametrize(
    ("state", "now", "outcome", "retry_after_s", "decision"),
    [
        ({"tries": 3}, 1000.0, 503, None, Again(WAIT)),
        ({"tries": 4}, 1000.0, 503, None, DONE),
        ({"tries": 4}, 1000.0, fault(), None, FAIL),
        # A throttled request is no try, but there is an end to it.
        ({"tries": 4, "throttled": 9}, 1000.0, 429, 1.0, Again(1.0, throttled=True)),
        ({"tries": 1, "throttled": MAX_THROTTLED}, 1000.0, 429, 1.0, DONE),
        ({"tries": 1, "throttled": MAX_THROTTLED}, 1000.0, 429, None, DONE),
        # The next attempt must begin within the time of the call.
        ({"tries": 1}, 1117.9, 503, None, Again(WAIT)),
        ({"tries": 1}, 1118.0, 503, None, DONE),
        ({"tries": 1}, 1119.0, 429, 1.0, DONE),
        ({"tries": 1, "rejection": "no"}, 1000.0, 401, None, DONE),
    ],
)
def test_the_decision_after_a_later_attempt(state, now, outcome, retry_after_s, decision):
    call = call_of(statuses=[401, 429, 503])
    attempts = Attempts(call, 1000.0)
    for name, value in state.items():
        setattr(attempts, name, value)

    assert decide(outcome, retry_after_s, attempts, call, itertools.repeat(WAIT), now) == decision


def test_a_409_is_waited_for_if_the_first_request_with_the_same_key_may_be_in_progress():
    attempts = Attempts(KEYED, 1000.0)
    attempts.tries, attempts.maybe_executed = 2, True

    assert decide(409, None, attempts, KEYED, itertools.repeat(WAIT), 1000.0) == Again(WAIT)
    assert decide(409, None, attempts, GET, itertools.repeat(WAIT), 1000.0) is DONE


def test_the_end_of_the_waits_is_no_wait():
    attempts = Attempts(GET, 1000.0)

    assert decide(503, None, attempts, GET, iter(()), 1000.0) == Again(0.0)


@pytest.mark.parametrize(
    ("outcome", "has_retry_after", "expected"),
    [
        (fault(), False, True),
        (fault(sent=False), False, False),
        (200, False, True),
        (302, False, False),
        (401, False, False),
        (408, False, False),
        (409, False, False),
        (421, False, False),
        (425, False, False),
        (429, False, False),
        (429, True, False),
        (500, False, True),
        (502, False, True),
        (502, True, True),
        (503, False, True),
        (503, True, False),
        (504, False, True),
        (520, False, True),
    ],
)
def test_an_attempt_may_have_been_executed(outcome, has_retry_after, expected):
    assert maybe_executed(outcome, has_retry_after) is expected
