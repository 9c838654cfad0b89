# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: how long they live, what they send, and how they are stored."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.cookies import CookieJar
from ansible_collections.restops.clients.plugins.module_utils.core.session import (
    MemoryStore,
    Session,
    expiry,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
FOREVER = float("inf")
ORIGIN = "https://h"


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


def test_a_store_forgets_only_the_session_that_is_meant():
    store, old, new = MemoryStore(), Session("same"), Session("same")
    assert store.load() is None

    store.save(old)
    store.save(new)
    store.drop(old)
    assert store.load() is new

    store.drop(new)
    assert store.load() is None
