# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON in and out."""

from __future__ import annotations

import codecs
import json

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


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value at character 0"),
        ("{} x", "Extra data at character 3"),
        ("<html>", "Expecting value at character 0"),
        (b'{"a": "\xff"}', "not utf-8 at byte 7"),
        # Deeper than the interpreter goes: an error of ours and no crash.
        ("[" * 200_000, "not JSON: "),
    ],
)
def test_what_is_not_json_is_said_in_one_line(text, reason):
    with pytest.raises(SerializationError, match="^not JSON") as caught:
        jsonutils.loads(text)

    assert reason in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.cause is caught.value.__cause__


def test_json_is_written_compact_and_readable():
    assert jsonutils.dumps({"a": [1, True, None], "b": "ü"}) == '{"a":[1,true,null],"b":"ü"}'


def circle():
    inner: list = []
    inner.append(inner)
    return inner


@pytest.mark.parametrize(
    "value",
    [float("nan"), [float("inf")], {"a": object()}, {1, 2}, b"bytes", {(1, 2): 3}, circle()],
)
def test_what_json_has_no_form_for_is_refused(value):
    with pytest.raises(SerializationError, match="^cannot be written as JSON: ."):
        jsonutils.dumps(value)


def test_an_error_without_words_is_told_by_its_kind(monkeypatch):
    def fail(dummy):
        raise RecursionError

    monkeypatch.setattr(jsonutils, "_encode", fail)

    with pytest.raises(SerializationError, match="RecursionError"):
        jsonutils.dumps({})


@given(value=JSON)
@PROPERTY
def test_what_is_written_is_read_back(value):
    text = jsonutils.dumps(value)

    assert jsonutils.loads(text) == value
    assert json.loads(text) == value
