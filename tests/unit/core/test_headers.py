# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checking headers and secrets: what HTTP does not allow is refused by name, and no value is ever
repeated."""

from __future__ import annotations

import enum
import uuid

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import headers
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
SECRET = "SECRETTOKEN123"


class Kind(str, enum.Enum):
    ROUTER = "router"


def test_harmless_headers_pass_in_order_and_stripped():
    given_headers = {"X-One": " a\tb ", "x_two": "", "Accept": 7, "X-Latin": "é"}

    assert headers.checked(given_headers) == (
        ("X-One", "a\tb"),
        ("x_two", ""),
        ("Accept", "7"),
        ("X-Latin", "é"),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1.5, "1.5"),
        (b"abc", "abc"),
        (Kind.ROUTER, "router"),
        (uuid.UUID(int=1), f"{0:08}-0000-0000-0000-{1:012}"),
    ],
)
def test_a_value_is_sent_as_its_text(value, text):
    assert headers.checked({"X-One": value}) == (("X-One", text),)


@pytest.mark.parametrize("value", [None, ["a", "b"], {"a": 1}, object(), float("nan")])
def test_a_value_that_is_not_one_text_is_refused(value):
    with pytest.raises(ConfigurationError, match="^headers: X-One "):
        headers.checked({"X-One": value})


@pytest.mark.parametrize(
    "pairs", [[("X-One", "a"), ("X-One", "b")], iter([("X-One", "a"), ["X-One", "b"]])]
)
def test_pairs_may_repeat_a_name(pairs):
    assert headers.checked(pairs) == (("X-One", "a"), ("X-One", "b"))


@pytest.mark.parametrize("given_headers", ["X-One: a", 7, ["X-One: a"], [("X-One",)]])
def test_other_headers_are_refused(given_headers):
    with pytest.raises(ConfigurationError, match="^headers must be a dict or a list of pairs$"):
        headers.checked(given_headers)


def test_a_name_may_be_an_enum():
    ((name, dummy),) = headers.checked({Kind.ROUTER: "x"})

    assert name == "router"
    assert name.__class__ is str


@pytest.mark.parametrize(
    "name", ["", "a b", "a:b", "a\nb", "a\r\nX-Evil: 1", "ä", "a\x00", 7, None]
)
def test_a_name_that_http_does_not_allow_is_refused(name):
    with pytest.raises(ConfigurationError, match="name has characters"):
        headers.checked({name: SECRET})


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "CONNECTION"])
def test_headers_that_the_client_sets_itself_are_refused(name):
    with pytest.raises(ConfigurationError, match=f"{name} is set by the client"):
        headers.checked({name: SECRET})


@pytest.mark.parametrize(
    "ending", ["\n", "\r\nX-Evil: 1", "\x00", "\x7f", "\x1b[2J", "€", "\ud800"]
)
def test_the_error_for_a_refused_value_has_only_the_name_of_its_header(ending):
    # Libraries repeat the whole value, which is a credential more often than not.
    with pytest.raises(ConfigurationError, match="X-Key") as caught:
        headers.checked({"X-Key": f"{SECRET}{ending}"})

    assert SECRET not in repr(caught.value)


@given(value=st.text())
@PROPERTY
def test_a_valid_value_fits_on_one_header_line(value):
    try:
        ((name, text),) = headers.checked({"X-Any": value})
    except ConfigurationError:
        return

    assert name == "X-Any"
    assert text == value.strip(" \t")
    assert not set(text.encode("latin-1")) & (set(range(32)) - {9} | {127})


@given(name=st.text())
@PROPERTY
def test_a_name_that_passes_is_a_token(name):
    try:
        headers.checked({name: "x"})
    except ConfigurationError:
        return

    assert name
    assert name.isascii()
    assert not set(name) & set(' \t\r\n"(),/:;<=>?@[\\]{}')
    assert name.isprintable()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (SECRET, SECRET),
        (f"{SECRET}\n", SECRET),
        (f"  {SECRET}\r\n", SECRET),
        ("correct horse", "correct horse"),
        ("пароль", "пароль"),
    ],
)
def test_a_secret_loses_the_white_space_that_files_leave_around_it(value, kept):
    assert headers.checked_secret("token", value) == kept


@pytest.mark.parametrize(
    "value",
    ["", " \n", f"{SECRET}\nmore", f"{SECRET}\x00more", f"{SECRET}\x7f.", b"SECRETTOKEN123", 7],
)
def test_an_invalid_secret_is_refused_without_showing_it(value):
    with pytest.raises(ConfigurationError, match="^password ") as caught:
        headers.checked_secret("password", value)

    assert SECRET not in repr(caught.value)


def test_a_token_has_only_characters_that_a_header_can_have():
    assert headers.checked_token("token", f"{SECRET}\n") == SECRET
    assert headers.checked_token("token", None) is None
    with pytest.raises(ConfigurationError, match="^token has a character outside") as caught:
        headers.checked_token("token", f"{SECRET}\u200b")

    assert SECRET not in repr(caught.value)
