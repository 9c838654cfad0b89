# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for repeating a request, and the pauses before it."""

from __future__ import annotations

import itertools
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import retry
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.retry import RetryPolicy
from ansible_collections.restops.clients.plugins.module_utils.core.retry_after import retry_after
from ansible_collections.restops.clients.plugins.module_utils.core.retry_budget import RetryBudget
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)


def first(policy, count, random=lambda: 1.0):
    return list(itertools.islice(policy.waits(random), count))


def test_the_defaults_are_those_of_the_design():
    policy = RetryPolicy()

    assert (policy.max_tries, policy.max_time, policy.statuses, policy.methods, policy.wait) == (
        4,
        120.0,
        {408, 421, 425, 429, 502, 503, 504},
        None,
        "exponential",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_tries": 0},
        {"max_tries": -1},
        {"max_tries": True},
        {"max_tries": "3"},
        {"max_tries": 2.0},
        {"max_time": 0},
        {"max_time": -1},
        {"max_time": float("inf")},
        {"max_time": float("nan")},
        {"max_time": True},
        {"max_time": "60"},
        {"wait": "linear"},
        {"wait": ""},
        {"wait": -1},
        {"wait": float("inf")},
        {"wait": float("nan")},
        {"wait": True},
        {"wait": None},
        {"wait": [1]},
        {"statuses": 500},
        {"statuses": ["x"]},
        {"statuses": "500"},
        {"methods": 7},
        {"methods": [7]},
        {"methods": "GET"},
    ],
)
def test_a_value_that_cannot_work_is_refused(arguments):
    with pytest.raises(ConfigurationError, match="^retry: "):
        RetryPolicy(**arguments)


DEFAULT = RetryPolicy(max_tries=7, max_time=50, statuses=[429], methods=["get"], wait=2)


@pytest.mark.parametrize(
    ("option", "tries", "seconds", "statuses", "methods", "wait"),
    [
        (None, 7, 50, {429}, {"GET"}, 2),
        (1, 1, 50, {429}, {"GET"}, 2),
        ({}, 7, 50, {429}, {"GET"}, 2),
        ({"max_tries": 2, "statuses": None}, 2, 50, {429}, {"GET"}, 2),
        (
            {"max_time": 5, "statuses": ["500", 502], "methods": ["post"], "wait": "constant"},
            7,
            5,
            {500, 502},
            {"POST"},
            "constant",
        ),
        (RetryPolicy(3), 3, 120, retry.STATUSES, None, "exponential"),
        # As a command line gives numbers.
        ("3", 3, 50, {429}, {"GET"}, 2),
        ({"max_tries": "3", "max_time": " 1.5 ", "wait": "0.2"}, 3, 1.5, {429}, {"GET"}, 0.2),
        ({"max_tries": 3.0, "max_time": "60.0", "wait": "0"}, 3, 60, {429}, {"GET"}, 0),
    ],
)
def test_the_option_replaces_what_it_names(option, tries, seconds, statuses, methods, wait):
    policy = RetryPolicy.of(option, DEFAULT)

    assert (policy.max_tries, policy.max_time, policy.statuses, policy.methods, policy.wait) == (
        tries,
        seconds,
        statuses,
        methods,
        wait,
    )


@pytest.mark.parametrize(
    "option",
    [
        {"tries": 3},
        {1: 2},
        0,
        True,
        "three",
        "0",
        "",
        [3],
        {"max_tries": "1.5"},
        {"max_tries": "٣"},
        {"max_time": "inf"},
        {"max_time": "1e9"},
        {"wait": "nan"},
    ],
)
def test_an_option_that_is_none_is_refused(option):
    with pytest.raises(ConfigurationError, match="^retry: "):
        RetryPolicy.of(option, DEFAULT)


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        ("exponential", [0.5, 1, 2, 4, 8, 16, 20, 20]),
        ("fibonacci", [0.5, 0.5, 1, 1.5, 2.5, 4, 6.5, 10.5, 17, 20, 20]),
        ("constant", [0.5, 0.5, 0.5]),
        (0, [0, 0, 0]),
        (1.5, [1.5, 1.5]),
        # Generators written for the backoff package give None first.
        (lambda: iter([None, 3, 1]), [3, 1]),
    ],
)
def test_the_ceilings_of_each_kind_of_wait(wait, seconds):
    assert first(RetryPolicy(wait=wait), len(seconds)) == seconds


@given(
    wait=st.sampled_from(["exponential", "fibonacci", "constant"]),
    dice=st.lists(st.floats(0, 1), min_size=1, max_size=30),
)
@PROPERTY
def test_jitter_lies_between_nothing_and_the_ceiling(wait, dice):
    ceilings = first(RetryPolicy(wait=wait), len(dice))

    waits = first(RetryPolicy(wait=wait), len(dice), iter(dice).__next__)

    assert waits == [ceiling * number for ceiling, number in zip(ceilings, dice, strict=True)]
    assert max(ceilings) <= retry.CAP


@pytest.mark.parametrize("wait", [3, lambda: iter([3.0, 3.0])])
def test_waits_that_a_caller_gave_in_seconds_have_no_jitter(wait):
    assert first(RetryPolicy(wait=wait), 2, lambda: 0.1) == [3.0, 3.0]


def test_a_callers_generator_that_ends_ends_the_waits():
    assert list(RetryPolicy(wait=lambda: iter([1, 2])).waits(lambda: 1.0)) == [1.0, 2.0]


def lost(sent, permanent=False):
    error = RequestError("lost")
    error.sent = sent
    error.permanent = permanent
    return error


@pytest.mark.parametrize(
    ("method", "safe", "outcome", "has_retry_after", "allowed"),
    [
        # Nothing was sent: any method.
        ("POST", False, lost(False), False, True),
        ("GET", True, lost(False), False, True),
        # Something was sent: only where repeating is safe.
        ("POST", False, lost(True), False, False),
        ("GET", True, lost(True), False, True),
        # What would fail in the same way again is not worth another attempt.
        ("GET", True, lost(False, permanent=True), False, False),
        ("GET", True, 429, False, True),
        ("PUT", True, 502, False, True),
        ("DELETE", True, 503, False, True),
        ("GET", True, 504, False, True),
        ("GET", True, 500, False, False),
        ("GET", True, 404, True, False),
        # Others only where the server says that it did nothing, and when to come back.
        ("POST", False, 429, True, True),
        ("POST", False, 503, True, True),
        ("POST", False, 429, False, False),
        ("POST", False, 503, False, False),
        ("PATCH", False, 502, True, False),
        ("POST", False, 504, True, False),
        # A PUT of an action path follows the rule of POST; a POST that only reads, that of GET.
        ("PUT", False, 502, False, False),
        ("POST", True, 502, False, True),
    ],
)
def test_what_may_be_repeated_by_default(method, safe, outcome, has_retry_after, allowed):
    assert RetryPolicy().allows(method, safe, outcome, has_retry_after) is allowed


@pytest.mark.parametrize(
    ("method", "safe", "outcome", "allowed"),
    [
        ("POST", False, 500, True),
        ("POST", False, lost(True), True),
        ("GET", True, 500, False),
        ("GET", True, lost(True), False),
        ("POST", False, 502, False),
    ],
)
def test_a_caller_may_say_which_methods_and_statuses(method, safe, outcome, allowed):
    assert (
        RetryPolicy(statuses=[500], methods=["post"]).allows(method, safe, outcome, False)
        is allowed
    )


def test_a_budget_is_emptied_by_repetitions_and_refilled_by_successes():
    budget = RetryBudget(capacity=10, cost=5, refill=2)

    assert [budget.take() for dummy in range(3)] == [True, True, False]
    budget.add_success()
    budget.add_success()
    assert not budget.take()
    budget.add_success()
    assert budget.take()


def test_a_budget_holds_no_more_than_its_capacity():
    budget = RetryBudget(capacity=5, cost=3, refill=4)
    budget.add_success()
    assert budget.take()
    budget.add_success()

    assert [budget.take(), budget.take()] == [True, False]


NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        (".5", None),
        ("3.0", 3),
        ("1.5", 2),
        ("0.5", 1),
        ("0.0", 0),
        ("7.", 7),
        ("2, 9", 2),
        ("99999999999999999999", 999999999),
        ("3 s", None),
        ("٣", None),
        ("²", None),
        ("0", 0),
        (" 7 ", 7),
        ("120", 120),
        # The three date forms of RFC 9110 section 5.6.7.
        ("Mon, 04 May 2026 03:02:31 GMT", 30),
        ("Monday, 04-May-26 03:02:31 GMT", 30),
        ("Mon May  4 03:02:31 2026", 30),
        ("Mon, 04 May 2026 03:02:00 GMT", 0),
        ("Mon, 04 May 20260 03:02:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    assert retry_after(value, NOW.timestamp()) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Mon, 04 May 2026 03:02:29 GMT", 2),
        ("Mon, 04 May 2026 04:02:29 GMT", 0),
        ("not a date", 30),
        ("", 30),
        (None, 30),
    ],
)
def test_a_date_is_one_of_the_servers_clock(date, seconds):
    value = "Mon, 04 May 2026 03:02:31 GMT"

    assert retry_after(value, NOW.timestamp(), date) == seconds


def test_a_login_has_the_tries_of_the_user_and_statuses_of_its_own():
    policy = RetryPolicy(7, 50, statuses=[400, 500], methods=["POST"], wait=3).for_login()

    assert (policy.max_tries, policy.max_time, policy.wait) == (7, 50, 3)
    assert (policy.statuses, policy.methods) == (retry.STATUSES, None)


def test_a_date_without_a_zone_does_not_depend_on_the_machines(monkeypatch):
    monkeypatch.setenv("TZ", "XYZ5")
    time.tzset()
    try:
        assert retry_after("Mon May  4 03:02:31 2026", NOW.timestamp()) == 30
    finally:
        monkeypatch.undo()
        time.tzset()


@given(seconds=st.integers(-(10**8), 10**8))
@PROPERTY
def test_any_date_is_waited_for_and_none_in_the_past(seconds):
    value = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert retry_after(value, NOW.timestamp()) == max(seconds, 0)


@given(
    value=st.text(st.sampled_from("0123456789 :,-+GMTMonJanan") | st.characters())
    | st.integers(0).map(str),
    now=st.floats(0, 10**11),
)
@PROPERTY
def test_whatever_a_server_writes_there_is_no_wait_or_one_in_seconds(value, now):
    seconds = retry_after(value, now)

    assert seconds is None or 0 <= seconds < float("inf")
