# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turning values into text: one text for each value, or one error that does not repeat it."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import io
import ipaddress
import pathlib
import uuid

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import encoding
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)


class Color(enum.Enum):
    RED = "red"
    NONE = None
    SEVERAL = ("a", "b")


class Kind(str, enum.Enum):
    ROUTER = "router"


class Size(enum.IntEnum):
    BIG = 3


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Text(str):
    __slots__ = ()

    def __str__(self):
        return "not this"


class Share(float):
    def __repr__(self):
        return "not this"


class Custom:
    def __str__(self):
        return "SECRETTOKEN123"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        ("", ""),
        (Text("text"), "text"),
        ("Zürich", "Zürich"),
        ("\ud83d\ude00", "\U0001f600"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        (Share(0.5), "0.5"),
        (decimal.Decimal("1.10"), "1.10"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05"),
        (
            datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
            "2026-01-02T03:04:05+00:00",
        ),
        (datetime.time(3, 4), "03:04:00"),
        (Color.RED, "red"),
        (Kind.ROUTER, "router"),
        (Size.BIG, "3"),
        (Rights.READ | Rights.WRITE, "3"),
        (b"abc", "abc"),
        (bytearray("ü".encode()), "ü"),
        (memoryview(b"abc"), "abc"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        (ipaddress.ip_address("192.0.2.7"), "192.0.2.7"),
        (ipaddress.ip_address("2001:db8::1"), "2001:db8::1"),
        (ipaddress.ip_network("192.0.2.0/30"), "192.0.2.0/30"),
        (ipaddress.ip_interface("192.0.2.7/30"), "192.0.2.7/30"),
    ],
)
def test_each_value_has_one_text(value, text):
    found = encoding.text_of(value, "place")

    assert found == text
    assert found.__class__ is str
    assert list(encoding.pairs_of({"k": value}, "place")) == [("k", text)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "place has no value"),
        (Color.NONE, "place has no value"),
        (float("nan"), "place must be a finite number"),
        (float("-inf"), "place must be a finite number"),
        (decimal.Decimal("NaN123"), "place must be a finite number"),
        (decimal.Decimal("-Infinity"), "place must be a finite number"),
        pytest.param(10**5000, "place is a number with too many digits", id="digits"),
        ("half \ud800 SECRETTOKEN123", "place contains an unpaired surrogate"),
        ("\ude00\ud83d", "place contains an unpaired surrogate"),
        (pathlib.PurePosixPath("report-\udce9"), "place contains an unpaired surrogate"),
        (b"\xffSECRETTOKEN123", "place is bytes that are not UTF-8 text"),
        (["SECRETTOKEN123"], "place must be a single value, not a list"),
        (("a",), "not a tuple"),
        ({"a": 1}, "not a dict"),
        ({1}, "not a set"),
        ((number for number in (1, 2)), "not a generator"),
        (range(3), "not a range"),
        ({"a": 1}.keys(), "not a dict_keys"),
        (Color.SEVERAL, "not a tuple"),
        (Custom(), "place cannot be sent: a Custom has no text"),
        (Custom, "place cannot be sent: a type has no text"),
        (Color, "place cannot be sent: a EnumType has no text"),
        (len, "has no text"),
        (1j, "place cannot be sent: a complex has no text"),
        (datetime.timedelta(1), "place cannot be sent: a timedelta has no text"),
        (io.BytesIO(b"SECRETTOKEN123"), "place cannot be sent: a BytesIO has no text"),
    ],
)
def test_a_value_without_a_text_is_refused_by_the_name_of_its_place(value, reason):
    if value is Color:
        # Python 3.10 has another name for it.
        reason = f"a {type(Color).__name__} has no text"
    with pytest.raises(ConfigurationError, match=reason) as caught:
        encoding.text_of(value, "place")

    assert "\n" not in caught.value.message
    assert "SECRETTOKEN123" not in repr(caught.value)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, []),
        ([], []),
        ([None], []),
        (["a", None, True], ["a", "true"]),
        ((1, 2), ["1", "2"]),
        ({3}, ["3"]),
        (frozenset({3}), ["3"]),
        (range(3), ["0", "1", "2"]),
        ((number for number in (1, 2)), ["1", "2"]),
        (iter(["a"]), ["a"]),
        (map(str, [1]), ["1"]),
        ({"a": 1, "b": 2}.keys(), ["a", "b"]),
        ({"a": 1}.values(), ["1"]),
        (collections.deque([1]), ["1"]),
        ([[1, 2], [3]], ["1", "2", "3"]),
        ([Kind.ROUTER, Color.RED], ["router", "red"]),
        (list(Kind), ["router"]),
    ],
)
def test_an_iterable_repeats_its_name_and_nothing_is_left_out(value, texts):
    assert list(encoding.pairs_of({"k": value}, "params")) == [("k", text) for text in texts]


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ({"a": 1}, [("k[a]", "1")]),
        ({"a": {"b": [1, 2]}}, [("k[a][b]", "1"), ("k[a][b]", "2")]),
        ([{"a": 1}, {"a": None}], [("k[a]", "1")]),
        ({Kind.ROUTER: 1, 2: True}, [("k[router]", "1"), ("k[2]", "true")]),
        ({datetime.date(2026, 1, 2): "x"}, [("k[2026-01-02]", "x")]),
        ({}, []),
    ],
)
def test_a_dict_is_written_with_brackets(value, pairs):
    assert list(encoding.pairs_of({"k": value}, "params")) == pairs


@pytest.mark.parametrize(
    ("fields", "pairs"),
    [
        ({}, []),
        ([("a", 1), ["a", 2]], [("a", "1"), ("a", "2")]),
        ({"a": 1}.items(), [("a", "1")]),
        (iter([("a", 1)]), [("a", "1")]),
        ({Kind.ROUTER: 1, True: 2, b"k": 3}, [("router", "1"), ("true", "2"), ("k", "3")]),
    ],
)
def test_fields_are_a_dict_or_pairs(fields, pairs):
    assert list(encoding.pairs_of(fields, "params")) == pairs


@pytest.mark.parametrize(
    "fields",
    ["a=1", b"a=1", 7, True, ["ab"], [1], [("a", 1, 2)], Color.RED, Color, io.StringIO("x")],
)
def test_other_fields_are_refused(fields):
    with pytest.raises(ConfigurationError, match="^params must be a dict or a list of pairs$"):
        list(encoding.pairs_of(fields, "params"))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"k": [1, float("nan")]}, "^params: k must be a finite number"),
        ({"k": {"a": "\ud800"}}, "^params: k contains an unpaired surrogate"),
        ({"k": {None: 1}}, "^params: k: a key has no value"),
        ({None: 1}, "^params: a name has no value"),
        ({"a\nb": object()}, r"^params: 'a\\nb' cannot be sent"),
        ({(1, 2): 1}, "^params: a name must be a single value"),
    ],
)
def test_an_error_names_the_field(fields, reason):
    with pytest.raises(ConfigurationError, match=reason):
        list(encoding.pairs_of(fields, "params"))


def test_a_list_that_holds_itself_is_refused():
    value: list = []
    value.append(value)

    with pytest.raises(ConfigurationError, match="^params: a value is nested too deeply"):
        list(encoding.pairs_of({"k": value}, "params"))


def test_an_iterator_is_kept_for_further_readings():
    given_fields = {"a": (number for number in (1, 2)), "b": [3], "c": None}

    kept = encoding.reusable(given_fields, "params")

    assert kept == {"a": [1, 2], "b": [3], "c": None}
    assert list(encoding.pairs_of(kept, "params")) == list(encoding.pairs_of(kept, "params"))


def test_pairs_become_a_dict_with_their_repetitions():
    kept = encoding.reusable([("a", 1), ("b", 2), ("a", [3, 4])], "params")

    assert sorted(encoding.pairs_of(kept, "params")) == [
        ("a", "1"),
        ("a", "3"),
        ("a", "4"),
        ("b", "2"),
    ]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("plain", "plain"),
        ("ü", "ü"),
        ("sw-\ud83d", "sw-\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ude00\ud83d!", "\ufffd\ufffd!"),
    ],
)
def test_text_is_made_valid(text, valid):
    assert encoding.valid_text(text) == valid


def attempt(call):
    """Return the outcome and no message, or no outcome and the message of the error."""
    try:
        return call(), ""
    except ConfigurationError as exc:
        return None, exc.message


ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))


@given(text=ANY_TEXT)
@PROPERTY
def test_valid_text_can_be_written_and_keeps_what_was_valid(text):
    valid = encoding.valid_text(text)

    assert valid.encode().decode() == valid
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert valid == text


@given(text=ANY_TEXT)
@PROPERTY
def test_a_text_is_sent_whole_or_refused(text):
    try:
        found = encoding.text_of(text, "place")
    except ConfigurationError:
        assert "\ufffd" in encoding.valid_text(text)
        return

    assert found.encode("utf-16-le") == text.encode("utf-16-le", "surrogatepass")


SCALARS = (
    st.text()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.uuids()
    | st.binary()
    | st.sampled_from([*Color, *Kind, *Size])
    | st.none()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.lists(inner).map(iter)
        | st.dictionaries(st.text() | st.integers() | st.dates() | st.none(), inner)
    ),
    max_leaves=8,
)
NEVER = ("None", "True", "False", "nan", "inf", "Color.", "Kind.", "Size.", "b'", "object at")


@given(value=VALUES)
@PROPERTY
def test_no_value_is_sent_in_the_notation_of_python(value):
    pairs, message = attempt(lambda: list(encoding.pairs_of({"k": value}, "params")))
    if pairs is None:
        assert message.startswith("params: k")
        return

    for name, text in pairs:
        name.encode()
        text.encode()
    if not isinstance(value, (str, bytes)) and not hasattr(value, "__iter__"):
        assert not any(mark in text for dummy, text in pairs for mark in NEVER)
