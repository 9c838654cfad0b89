# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing JSON."""

from __future__ import annotations

import codecs
import datetime
import decimal
import enum
import json
import types
import uuid

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import jsonutils
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    SerializationError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)
TEXT = '{"name": "Zürich"}'
VALUE = {"name": "Zürich"}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.encode(),
        bytearray(TEXT.encode()),
        f"\ufeff{TEXT}",
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
    ],
)
def test_json_is_read_in_every_unicode_form_with_and_without_a_mark(data):
    assert jsonutils.loads(data) == VALUE


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '{"a": [NaN]}'])
def test_numbers_that_are_none_are_not_json(text):
    with pytest.raises(SerializationError, match="is not JSON"):
        jsonutils.loads(text)


@pytest.mark.parametrize("text", ["1e999", "-1e999", '{"a": [1e400]}', "1" * 400 + ".5"])
def test_a_number_that_only_infinity_could_stand_for_is_refused(text):
    with pytest.raises(SerializationError, match="^not JSON: the number .* is too large$"):
        jsonutils.loads(text)


@pytest.mark.parametrize(("text", "value"), [("1e308", 1e308), ("1e-999", 0.0), ("-0.5", -0.5)])
def test_every_other_number_is_read(text, value):
    assert jsonutils.loads(text) == value


@pytest.mark.parametrize("text", [None, 1, ["{}"], {}])
def test_a_value_that_is_no_text_is_a_serialization_error(text):
    with pytest.raises(SerializationError, match="^not JSON: a .* is neither text nor bytes$"):
        jsonutils.loads(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value at character 0"),
        ("{} x", "Extra data at character 3"),
        ("<html>", "Expecting value at character 0"),
        (b'{"a": "\xff"}', "not utf-8 at byte 7"),
        # Deeper than the interpreter goes: an error of ours and no crash.
        ("[" * 200_000, "nested too deeply"),
        ("1" * 5000, "a number has too many digits"),
    ],
)
def test_the_error_for_invalid_json_is_one_line(text, reason):
    with pytest.raises(SerializationError, match="^not JSON") as caught:
        jsonutils.loads(text)

    assert reason in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.cause is caught.value.__cause__


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"[" + b"1," * 8 + b"1]",
        b'{"a,[{,,,,,,,,,,": ",\\",,,,,,,,,,,"}',
        b'"' + b"," * 50 + b'"',
    ],
)
def test_json_of_few_values_is_not_too_large(monkeypatch, text):
    monkeypatch.setattr(jsonutils, "MAX_VALUES", 10)

    jsonutils.check_size(text)


@pytest.mark.parametrize(
    "text", [b"[" + b"[]," * 10 + b"[]]", b"[" * 11, b"{" + b'"a":1,' * 12 + b'"b":1}']
)
def test_json_of_many_values_is_too_large_whatever_its_bytes(monkeypatch, text):
    monkeypatch.setattr(jsonutils, "MAX_VALUES", 10)

    with pytest.raises(jsonutils.TooManyValuesError, match="more than 10 JSON values"):
        jsonutils.check_size(text)


def test_json_is_written_compact_and_readable():
    assert jsonutils.dumps({"a": [1, True, None], "b": "ü"}) == '{"a":[1,true,null],"b":"ü"}'


class Color(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


class Kind(str, enum.Enum):
    ROUTER = "router"


def test_enums_are_written_by_value_and_any_mapping_as_an_object():
    value = {
        "a": Color.RED,
        "b": [Size.BIG],
        Kind.ROUTER: Kind.ROUTER,
        "m": types.MappingProxyType({"x": 1}),
    }

    assert jsonutils.dumps(value) == '{"a":"red","b":[3],"router":"router","m":{"x":1}}'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\ud83d", '"\\ud83d"'),
        ("report-\udce9.txt", '"report-\\udce9.txt"'),
        ("\ud83d\ude00", '"\\ud83d\\ude00"'),
        ("\U0001f600", '"\U0001f600"'),
    ],
)
def test_surrogates_are_escaped_so_that_utf_8_can_hold_them(text, written):
    assert jsonutils.dumps(text) == written
    assert json.loads(jsonutils.dumps({text: [text]}).encode()) == json.loads(
        json.dumps({text: [text]})
    )


@pytest.mark.parametrize(
    "text",
    ["{}", "[1.10, 2]", '{"a": 1, "a": 2}', "1e400", "1" * 5000, '{"x": 0.1234567890123456789}'],
)
def test_json_is_recognised_whatever_its_numbers(text):
    assert jsonutils.is_json(text)


@pytest.mark.parametrize("text", ["", "{", '{"x": NaN}', "[Infinity]", "yes", "[" * 200_000])
def test_invalid_json_is_not_recognised(text):
    assert not jsonutils.is_json(text)


def circle():
    inner: list = []
    inner.append(inner)
    return inner


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        [float("inf")],
        {"a": object()},
        {1, 2},
        b"bytes",
        {(1, 2): 3},
        {datetime.date(2026, 1, 2): 1},
        datetime.date(2026, 1, 2),
        decimal.Decimal(1),
        uuid.UUID(int=1),
        (number for number in (1, 2)),
        pytest.param(10**5000, id="too many digits"),
        circle(),
    ],
)
def test_a_value_without_a_json_form_is_refused(value):
    with pytest.raises(SerializationError, match="^cannot be written as JSON: ."):
        jsonutils.dumps(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "NaN and Infinity have no form in JSON"),
        ({1}, "a set has no form in JSON"),
        pytest.param(10**5000, "a number has too many digits", id="too many digits"),
        ({datetime.date(2026, 1, 2): 1}, "keys must be str, int, float, bool or None, not"),
    ],
)
def test_the_error_names_the_type_without_a_form(value, reason):
    with pytest.raises(SerializationError) as caught:
        jsonutils.dumps(value)

    assert caught.value.message.startswith(f"cannot be written as JSON: {reason}")


@pytest.mark.parametrize(
    ("error", "reason"), [(RecursionError(), "nested too deeply"), (ValueError(), "ValueError")]
)
def test_an_error_without_a_message_is_described_by_its_class(monkeypatch, error, reason):
    def fail(dummy):
        raise error

    monkeypatch.setattr(jsonutils, "_encode", fail)

    with pytest.raises(SerializationError, match=reason):
        jsonutils.dumps({})


@given(value=JSON)
@PROPERTY
def test_written_json_is_read_back_unchanged(value):
    text = jsonutils.dumps(value)

    assert jsonutils.loads(text) == value
    assert json.loads(text) == value


@given(value=st.recursive(st.text(st.characters() | st.characters(categories=["Cs"])), st.lists))
@PROPERTY
def test_every_text_is_written_as_valid_utf_8(value):
    written = jsonutils.dumps(value).encode()

    assert json.dumps(json.loads(written)) == json.dumps(value)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (0, False, False),
        (True, 1, False),
        ("a", "b", False),
        (None, None, True),
        ({"a": [1, {"b": True}]}, {"a": [1, {"b": True}]}, True),
        ({"a": [1, {"b": True}]}, {"a": [1, {"b": 1}]}, False),
        ([0], [False], False),
        ([], {}, False),
    ],
)
def test_false_and_true_are_no_numbers(one: object, other: object, expected: bool) -> None:
    for pair in ((one, other), (other, one)):
        assert jsonutils.equal(*pair) is expected
