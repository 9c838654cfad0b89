# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: how long they live, and when a login is due."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import session as sessions
from ansible_collections.restops.clients.plugins.module_utils.core.cookies import CookieJar
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Pause
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.heuristics import MASK
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.core.session import (
    MemoryStore,
    Session,
    SessionKeeper,
    expiry,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
FOREVER = float("inf")
ORIGIN = "https://h"


class Login:
    """A login that asks its driver for one thing and then ends as it was told to."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        outcome = self.outcomes.pop(0)
        yield Pause(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Clock:
    """Time that passes when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def run(flow):
    """Drive a flow to its end, answering each effect with nothing."""
    try:
        while True:
            assert isinstance(next(flow), Pause)
    except StopIteration as stop:
        return stop.value


def keeper(*outcomes):
    login, clock, store = Login(*outcomes), Clock(), MemoryStore()
    return SessionKeeper(login, store, SecretValues(), clock), login, clock, store


class SharedStore(MemoryStore):
    """A store that another process has its hands on.

    Args:
        busy: The number of times that the other process is found logging in.
        brings: The session that the other process leaves.
    """

    def __init__(self, busy=0, brings=None):
        super().__init__()
        self.busy = busy
        self.brings = brings
        self.released = 0

    def acquire(self):
        self.busy -= 1
        return self.busy < 0

    def release(self):
        self.released += 1

    def fetch(self):
        if self.busy <= 0 and self.brings is not None:
            self.save(self.brings)
        return super().fetch()


@pytest.mark.parametrize(
    ("ttl", "expires_in", "lasts"),
    [
        (0, None, FOREVER),
        (0, 0, FOREVER),
        (0, -5, FOREVER),
        # What the user allows is exact; what the server grants is shortened.
        (60, None, 60),
        (0, 3600, 3240),
        (0, 300, 270),
        (0, 100, 70),
        (0, 40, 20),
        (0, 1, 0.5),
        (100, 3600, 100),
        (5000, 3600, 3240),
    ],
)
def test_a_session_ends_at_the_earlier_of_ttl_and_expiry(ttl, expires_in, lasts):
    assert expiry(1000.0, ttl, expires_in) == 1000.0 + lasts


@given(
    now=st.floats(0, 10**6), ttl=st.floats(0, 10**6), expires_in=st.none() | st.floats(-10, 10**6)
)
@PROPERTY
def test_a_session_never_outlives_what_either_side_allows(now, ttl, expires_in):
    end = expiry(now, ttl, expires_in)

    assert end >= now
    if ttl > 0:
        assert end <= now + ttl
    if expires_in is not None and expires_in > 0:
        assert end <= now + expires_in
        # It is shortened by half at most, so that a short grant is still of use.
        assert end == now + ttl or end - now >= expires_in / 2 - 1e-6
    if not ttl and not (expires_in and expires_in > 0):
        assert end == FOREVER


def test_a_session_shows_and_exports_nothing():
    session = Session(
        "SECRETTOKEN", headers=(("Authorization", "Bearer SECRETTOKEN"),), query="token=SECRETTOKEN"
    )

    assert "SECRETTOKEN" not in repr(session)
    for export in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            export(session)


def test_a_session_without_more_is_a_token_that_lasts():
    session = Session("t")

    assert (session.headers, session.query, session.expires_at) == ((), "", FOREVER)


def test_a_session_presents_its_headers_its_cookies_and_what_repeats_them():
    jar = CookieJar()
    jar.take(ORIGIN, ["csrf=one; Path=/", "sid=two; Path=/"], 0, 0)
    session = Session(
        "two", headers=(("Referer", "x"),), cookies=jar, repeated_cookies=(("X-CSRF", "csrf"),)
    )

    assert session.credentials_for(ORIGIN, f"{ORIGIN}/x", 0) == (
        ("Referer", "x"),
        ("Cookie", "csrf=one; sid=two"),
        ("X-CSRF", "one"),
    )
    assert session.credentials_for("https://other", "https://other/x", 0) == (("Referer", "x"),)
    jar.take(ORIGIN, ["csrf=; Max-Age=0"], 0, 0)
    assert dict(session.credentials_for(ORIGIN, f"{ORIGIN}/x", 0)) == {
        "Referer": "x",
        "Cookie": "sid=two",
    }


@pytest.mark.parametrize(
    ("session", "own", "expected"),
    [
        (Session("t", headers=(("Authorization", "Bearer t"),)), {"authorization"}, True),
        (Session("t", headers=(("Authorization", "Bearer t"),)), {"cookie"}, False),
        (Session("t", query="token=t"), {"cookie"}, False),
        (Session("t", headers=(("Referer", "x"),)), {"cookie"}, True),
        (Session("t"), {"authorization"}, True),
        (Session("t"), {"accept"}, False),
    ],
)
def test_credentials_of_a_call_replace_a_session(session, own, expected):
    assert session.is_replaced_by(frozenset(own)) is expected


def test_a_session_is_stored_as_json():
    jar = CookieJar()
    jar.take(ORIGIN, ["sid=two; Path=/"], 0, 0)
    session = Session(
        "two",
        headers=(("Referer", "x"),),
        query="a=b",
        expires_at=7.0,
        no_renewal="no",
        cookies=jar,
        repeated_cookies=(("X-CSRF", "csrf"),),
    )
    twin = Session.from_json(json.loads(json.dumps(session.to_json())))

    for name in ("token", "headers", "query", "expires_at", "login", "no_renewal"):
        assert getattr(twin, name) == getattr(session, name)
    assert twin.repeated_cookies == session.repeated_cookies
    assert twin.credentials_for(ORIGIN, f"{ORIGIN}/x", 0) == session.credentials_for(
        ORIGIN, f"{ORIGIN}/x", 0
    )


def test_a_session_with_new_cookies_is_kept_unless_another_has_taken_its_place():
    saved = []

    class Store(MemoryStore):
        def save(self, session):
            super().save(session)
            saved.append(session)

    session = Session("one")
    kept = SessionKeeper(Login(session), Store(), SecretValues(), Clock())
    run(kept.renew(None))

    kept.keep(session)
    kept.keep(Session("other"))

    assert saved == [session, session]


def test_a_store_forgets_only_the_session_that_is_meant():
    store, old, new = MemoryStore(), Session("same"), Session("same")
    assert store.load() is None

    store.save(old)
    store.save(new)
    store.drop(old)
    assert store.load() is new

    store.drop(new)
    assert store.load() is None


def test_the_first_use_logs_in_and_keeps_the_session():
    session = Session("one")
    kept, login, dummy_clock, store = keeper(session)
    assert kept.current() is None

    assert run(kept.renew(None)) is session

    assert kept.current() is store.load() is session
    assert login.calls == 1


def test_an_expired_session_is_not_used():
    session = Session("one", expires_at=1010.0)
    kept, login, clock, dummy_store = keeper(session, Session("two"))
    run(kept.renew(None))

    clock.now = 1009.9
    assert kept.current() is session
    clock.now = 1010.0
    assert kept.current() is None
    assert run(kept.renew(session)).token == "two"
    assert login.calls == 2


def test_a_caller_whose_session_has_been_renewed_takes_the_new_one():
    old, new = Session("one"), Session("two")
    kept, login, dummy_clock, dummy_store = keeper(old, new)
    run(kept.renew(None))

    assert run(kept.renew(old)) is new
    assert run(kept.renew(old)) is new
    assert run(kept.renew(None)) is new
    assert login.calls == 2


def test_a_refused_session_is_gone_even_if_the_next_login_fails():
    old = Session("one")
    kept, dummy_login, dummy_clock, store = keeper(old, RequestError("down"))
    run(kept.renew(None))

    with pytest.raises(RequestError):
        run(kept.renew(old))

    assert store.load() is None


def test_a_refused_login_answers_all_who_ask_for_a_while():
    # A wrong password is one login call, however many wait for it.
    refusal = AuthenticationError("wrong password")
    kept, login, clock, dummy_store = keeper(refusal, Session("right"))
    with pytest.raises(AuthenticationError) as first:
        run(kept.renew(None))
    assert first.value is refusal

    clock.now += sessions.REFUSAL_KEPT - 0.1
    with pytest.raises(AuthenticationError, match="wrong password") as second:
        run(kept.renew(None))
    # Each asker gets an error of its own: a traceback belongs to one thread.
    assert second.value is not refusal
    assert login.calls == 1

    clock.now += 0.1
    assert run(kept.renew(None)).token == "right"
    assert login.calls == 2


class DocumentedStore:
    """A store with no other methods than those that the guide lists."""

    def __init__(self):
        self._kept = MemoryStore()

    def __getattr__(self, name):
        listed = "load fetch save drop acquire release refuse refusal"
        if name not in listed.split():
            raise AttributeError(name)
        return getattr(self._kept, name)


@pytest.mark.parametrize("between", [[], [RequestError("down")]])
def test_a_refused_login_is_forgotten_with_its_session(between):
    outcomes = [AuthenticationError("wrong password"), *between, AuthenticationError("wrong again")]
    login = Login(*outcomes)
    kept = SessionKeeper(login, DocumentedStore(), SecretValues(), Clock())
    with pytest.raises(AuthenticationError, match="wrong password"):
        run(kept.renew(None))
    kept.forget()
    for error in outcomes[1:]:
        with pytest.raises(type(error), match=error.message):
            run(kept.renew(None))

    with pytest.raises(AuthenticationError, match="wrong again"):
        run(kept.renew(None))
    assert login.calls == len(outcomes)


def test_a_success_ends_a_refusal():
    first, second = Session("one"), Session("two")
    kept, login, clock, dummy_store = keeper(AuthenticationError("no"), first, second)
    with pytest.raises(AuthenticationError):
        run(kept.renew(None))
    clock.now += sessions.REFUSAL_KEPT
    run(kept.renew(None))
    # A clock does not go back, but whether a refusal is forgotten must not depend on it.
    clock.now -= 1

    assert run(kept.renew(first)) is second
    assert login.calls == 3


def test_a_login_that_got_no_answer_is_tried_again_at_once():
    kept, login, dummy_clock, dummy_store = keeper(RequestError("down"), Session("one"))
    with pytest.raises(RequestError):
        run(kept.renew(None))

    assert run(kept.renew(None)).token == "one"
    assert login.calls == 2


def test_what_a_session_holds_is_masked_from_its_login_on():
    jar = CookieJar()
    jar.take(ORIGIN, ["token=cookie-value", "sid=other-value", "view=text"], 0, 0)
    session = Session(
        "token-value", headers=(("Authorization", "Bearer token-value"),), cookies=jar
    )
    secrets = SecretValues()
    run(SessionKeeper(Login(session), MemoryStore(), secrets, Clock()).renew(None))

    assert (
        secrets.scrub("token-value cookie-value other-value text") == f"{MASK} {MASK} {MASK} text"
    )


def shared(store, *outcomes):
    login, clock, secrets = Login(*outcomes), Clock(), SecretValues()
    return SessionKeeper(login, store, secrets, clock), login, clock, secrets


def test_a_session_of_another_process_is_taken_without_a_login():
    theirs = Session("their-token")
    kept, login, dummy_clock, secrets = shared(SharedStore(brings=theirs))

    assert run(kept.renew(None)) is theirs
    assert login.calls == 0
    assert secrets.scrub("their-token") == MASK


def test_while_another_process_logs_in_this_one_waits():
    theirs = Session("theirs")
    store = SharedStore(busy=3, brings=theirs)
    kept, login, dummy_clock, dummy_secrets = shared(store)
    flow = kept.renew(None)

    waits = [next(flow).seconds for dummy in range(3)]
    with pytest.raises(StopIteration) as end:
        next(flow)

    assert waits == [sessions.LOCK_POLL] * 3
    assert end.value.value is theirs
    assert (login.calls, store.released) == (0, 1)


def test_a_wait_for_another_process_that_hangs_ends_with_a_login_of_ones_own():
    store = SharedStore(busy=10**9)
    kept, login, clock, dummy_secrets = shared(store, Session("own"))
    flow = kept.renew(None)
    assert next(flow).seconds == sessions.LOCK_POLL

    clock.now += sessions.LOCK_WAIT
    assert run(flow).token == "own"
    assert login.calls == 1
    # What was not taken is not given back: it is still the other's.
    assert store.released == 0


@pytest.mark.parametrize(
    "theirs", [Session("refused", login="seen"), Session("late", expires_at=1.0)]
)
def test_a_session_of_another_process_that_is_of_no_use_is_not_taken(theirs):
    seen = Session("refused", login="seen")
    kept, login, dummy_clock, dummy_secrets = shared(SharedStore(brings=theirs), Session("own"))

    assert run(kept.renew(seen)).token == "own"
    assert login.calls == 1


@pytest.mark.parametrize("failure", [AuthenticationError("no"), RequestError("down")])
def test_the_next_process_may_log_in_when_this_login_failed(failure):
    store = SharedStore()
    kept, dummy_login, dummy_clock, dummy_secrets = shared(store, failure)

    with pytest.raises(type(failure)):
        run(kept.renew(None))

    assert store.released == 1


def test_a_forgotten_session_makes_the_next_use_log_in():
    kept, login, dummy_clock, store = keeper(Session("one"), Session("two"))
    kept.forget()
    run(kept.renew(None))

    kept.forget()

    assert kept.current() is store.load() is None
    assert run(kept.renew(None)).token == "two"
    assert login.calls == 2
