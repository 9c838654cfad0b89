# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The renewal of sessions, and logins that were refused."""

from __future__ import annotations

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import session_keeper
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
)
from ansible_collections.restops.clients.plugins.module_utils.core.session_keeper import (
    SessionKeeper,
)


class Login:
    """A login that yields one effect and then ends as its script says."""

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
    """A clock that a test moves."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def run(flow):
    """Run a flow to its end; each effect returns `None`."""
    try:
        while True:
            assert isinstance(next(flow), Pause)
    except StopIteration as stop:
        return stop.value


def keeper(*outcomes):
    login, clock, store = Login(*outcomes), Clock(), MemoryStore()
    return SessionKeeper(login, store, SecretValues(), clock), login, clock, store


class SharedStore(MemoryStore):
    """A store that another process uses too.

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

    clock.now += session_keeper.REFUSAL_KEPT - 0.1
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
    clock.now += session_keeper.REFUSAL_KEPT
    run(kept.renew(None))
    # A clock does not go back, but whether a refusal is forgotten must not depend on it.
    clock.now -= 1

    assert run(kept.renew(first)) is second
    assert login.calls == 3


def test_a_login_without_a_response_is_tried_again_at_once():
    kept, login, dummy_clock, dummy_store = keeper(RequestError("down"), Session("one"))
    with pytest.raises(RequestError):
        run(kept.renew(None))

    assert run(kept.renew(None)).token == "one"
    assert login.calls == 2


def test_what_a_session_holds_is_masked_from_its_login_on():
    jar = CookieJar()
    jar.take("https://h", ["token=cookie-value", "sid=other-value", "view=text"], 0, 0)
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

    assert waits == [session_keeper.LOCK_POLL] * 3
    assert end.value.value is theirs
    assert (login.calls, store.released) == (0, 1)


def test_a_wait_for_another_process_that_hangs_ends_with_a_login_of_ones_own():
    store = SharedStore(busy=10**9)
    kept, login, clock, dummy_secrets = shared(store, Session("own"))
    flow = kept.renew(None)
    assert next(flow).seconds == session_keeper.LOCK_POLL

    clock.now += session_keeper.LOCK_WAIT
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
