# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields: what is parsed of a value, and when two values are the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.kinds import PendingName
from hypothesis import given
from hypothesis import strategies as st

MODES = {"WL": "Whitelist", "OP": "Open"}
FIELDS = {
    "text": Field("f"),
    "integer": Field("f", kinds.INTEGER),
    "decimal": Field("f", kinds.DECIMAL),
    "boolean": Field("f", kinds.BOOLEAN),
    "date": Field("f", kinds.DATE),
    "datetime": Field("f", kinds.DATETIME),
    "milliseconds": Field("f", kinds.MILLISECONDS),
    "content": Field("f", kinds.CONTENT),
    "json_text": Field("f", kinds.JSON_TEXT),
    "choice": Field("f", kinds.Choice(MODES)),
    "relation": Field("f", kinds.Relation("team")),
    "outside": Field("f", kinds.Relation()),
    "id": Field("f", kinds.ID),
    "json": Field("f", kinds.JSON),
    "file": Field("f", kinds.FILE),
    "many": Field("f", kinds.INTEGER, many=True),
    "values": Field("f", kinds.JSON, many=True),
    "members": Field("f", kinds.Relation("user"), many=True),
}


@pytest.mark.parametrize(
    ("kind", "value", "parsed"),
    [
        ("text", "  a b ", "  a b "),
        ("text", 5, "5"),
        ("text", "", ""),
        ("integer", "7", 7),
        ("integer", " 7 ", 7),
        ("integer", 7.0, 7),
        ("integer", "-3", -3),
        ("integer", "500.0", 500),
        ("decimal", 1000.5, "1000.5"),
        ("decimal", " 1e3 ", "1000"),
        ("decimal", Decimal("1.50"), "1.50"),
        ("decimal", 7, "7"),
        ("boolean", "Yes", True),
        ("boolean", 0, False),
        ("boolean", True, True),
        ("boolean", " off ", False),
        ("date", date(2026, 2, 1), "2026-02-01"),
        ("date", " 2026-02-01", "2026-02-01"),
        ("datetime", "2026-02-01T13:00:00+01:00", "2026-02-01T12:00:00Z"),
        ("datetime", datetime(2026, 2, 1), "2026-02-01T00:00:00Z"),
        ("datetime", date(2026, 2, 1), "2026-02-01T00:00:00Z"),
        ("milliseconds", 1_767_225_600_000, 1_767_225_600_000),
        ("milliseconds", "1767225600000", 1_767_225_600_000),
        ("milliseconds", "2026-01-01T00:00:00Z", 1_767_225_600_000),
        ("milliseconds", date(2026, 1, 1), 1_767_225_600_000),
        ("content", " a\n", " a\n"),
        ("content", 5, "5"),
        ("json_text", {"a": 1}, '{"a": 1}'),
        ("json_text", "not JSON", "not JSON"),
        ("choice", "wl", "WL"),
        ("choice", " open ", "OP"),
        ("choice", "OP", "OP"),
        ("relation", "lab-a", "lab-a"),
        ("relation", {"name": "x"}, {"name": "x"}),
        ("outside", "7", 7),
        ("id", " ab ", "ab"),
        ("json", [30, 14], [30, 14]),
        (
            "json",
            {80: ({True: 1, None: 2},), 1.5: "a"},
            {"80": [{"true": 1, "null": 2}], "1.5": "a"},
        ),
        ("file", ("a", b"b", "c"), ("a", b"b", "c")),
        ("many", ("1", 2), [1, 2]),
        ("members", [], []),
        ("members", iter(["ada", 3]), ["ada", 3]),
        *[(kind, None, None) for kind in FIELDS],
    ],
)
def test_values_are_parsed(kind: str, value: Any, parsed: Any) -> None:
    result = FIELDS[kind].parse(value)
    assert result == parsed
    assert type(result) is type(parsed)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("text", True, "f must be a text, not True"),
        ("text", ["a"], "f must be a text"),
        ("text", {"a": 1}, "f must be a text"),
        ("id", False, "f must be an id"),
        ("integer", "x", "f must be a whole number, not 'x'"),
        ("integer", True, "a whole number, not True"),
        ("integer", 1.5, "a whole number"),
        ("integer", float("inf"), "a whole number"),
        ("integer", float("nan"), "a whole number"),
        ("integer", [], "a whole number"),
        ("decimal", "x", "f must be a number, not 'x'"),
        ("decimal", "nan", "a number"),
        ("decimal", "Infinity", "a number"),
        ("decimal", True, "a number"),
        ("decimal", "1e999999999", "a number"),
        ("decimal", "1_000", "a number"),
        ("decimal", "\u0661", "a number"),
        ("integer", "1_000", "a whole number"),
        ("integer", "\u0661", "a whole number"),
        ("integer", "1.5", "a whole number"),
        ("integer", "1.", "a whole number"),
        ("boolean", "maybe", "f must be true or false"),
        ("boolean", 2, "true or false"),
        ("date", "tomorrow", r"f must be a date \(YYYY-MM-DD\)"),
        ("date", datetime(2026, 2, 1), "must be a date"),
        ("date", "2026-02-30", "must be a date"),
        ("datetime", "noon", r"f must be a time \(ISO 8601\)"),
        ("datetime", "0001-01-01T00:00:00+14:00", "must be a time"),
        ("milliseconds", "noon", r"f must be milliseconds since 1970 or a time \(ISO 8601\)"),
        ("milliseconds", True, "must be milliseconds"),
        ("content", True, "f must be a text"),
        ("choice", "bogus", r"f must be one of WL \(Whitelist\), OP \(Open\), not 'bogus'"),
        ("choice", "", "must be one of"),
        ("outside", "wheel", "f must be an id, not 'wheel'"),
        ("many", "12", "f must be a list, not '12'"),
        ("many", 7, "f must be a list, not 7"),
        ("members", {"name": "ada"}, "f must be a list"),
        ("many", [1, "x"], "f must be a whole number"),
    ],
)
def test_an_invalid_value_is_an_error(kind: str, value: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        FIELDS[kind].parse(value)


def test_kinds_have_names() -> None:
    assert (repr(kinds.TEXT), repr(kinds.Relation("team"))) == ("<Text>", "<Relation>")


@pytest.mark.parametrize(
    ("kind", "wanted", "found", "same"),
    [
        ("json_text", '{"a": 1, "b": 2}', '{"b":2,"a":1}', True),
        ("json_text", "[1]", "[2]", False),
        ("json_text", "{{ x }}", "{{ x }}", True),
        ("milliseconds", 1_767_225_600_000, "2026-01-01T00:00:00Z", True),
        ("milliseconds", 1_767_225_600_000, 1_767_225_600_001, False),
        ("json_text", "[1]", 5, False),
        ("json_text", "5", 5, True),
        ("json_text", "[]", "[" * 100_000, False),
        ("content", "a\n", "a", False),
    ],
)
def test_values_are_the_same_in_another_form(
    kind: str, wanted: Any, found: Any, same: bool
) -> None:
    assert FIELDS[kind].same(wanted, found) is same


def test_a_secret_is_taken_as_it_is_and_never_shown() -> None:
    secret = Field("password", secret=True)
    assert secret.parse(" s3cret ") == " s3cret "
    assert (secret.write_only, FIELDS["file"].write_only, FIELDS["text"].write_only) == (
        True,
        True,
        False,
    )
    assert repr(secret) == "<Field password>"
    with pytest.raises(ConfigurationError, match="pin must be one of") as caught:
        Field("pin", kinds.Choice({"A": "B"})).parse("x")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "wanted", "found", "same"),
    [
        ("text", "a", "a", True),
        ("text", "a", "A", False),
        ("text", "", None, False),
        ("text", "5", 5, True),
        ("text", "1", True, False),
        ("integer", 5, 5, True),
        ("integer", 5, "5", True),
        ("integer", 0, None, False),
        ("decimal", "1000.5", "1000.50", True),
        ("decimal", "1000.5", 1000.5, True),
        ("decimal", "1", "NaN", False),
        ("decimal", "1", "sNaN", False),
        ("decimal", "1", "", False),
        ("boolean", True, True, True),
        ("boolean", False, None, False),
        ("boolean", False, 0, True),
        ("boolean", True, 1, True),
        ("boolean", True, 2, False),
        ("date", "2026-02-01", "2026-02-01", True),
        ("datetime", "2026-02-01T12:00:00Z", "2026-02-01T12:00:00.000000Z", True),
        ("datetime", "2026-02-01T12:00:00Z", "2026-02-01T13:00:00+01:00", True),
        ("datetime", "2026-02-01T12:00:00Z", "never", False),
        ("datetime", "2026-02-01T12:00:00Z", "0001-01-01T00:00:00+14:00", False),
        ("relation", 5, 5, True),
        ("relation", 5, "5", True),
        ("relation", PendingName("1e3"), 1000, False),
        ("relation", PendingName("lab"), 1, False),
        ("relation", PendingName("7"), 7, False),
        ("relation", "7", 7, True),
        ("relation", "007", 7, False),
        ("relation", "000000000000000000000001", 1, False),
        ("relation", "\u0667", 7, False),
        ("relation", "64b5c0ffee64b5c0ffee64b5", "64b5c0ffee64b5c0ffee64b5", True),
        ("choice", "WL", "WL", True),
        ("choice", "WL", "Whitelist", True),
        ("choice", "WL", "OP", False),
        ("relation", None, None, True),
        ("many", [1, 2], [2, 1], True),
        ("many", [1, 1], [1], True),
        ("many", [], [1], False),
        ("many", [], None, True),
        ("many", [1], [True], False),
        ("values", [1], [True], False),
        ("values", [0, "a"], [False, "a"], False),
        ("values", [{"a": 1, "b": 1e20}], [{"b": 10**20, "a": 1.0}], True),
        ("values", [{"a": 1.5}], [{"a": 1}], False),
        ("values", [["a"]], ['["a"]'], False),
        ("members", [1, 2], ["2", "1"], True),
        ("json", [30, 14], [30, 14], True),
        ("json", [30, 14], [14, 30], False),
        ("json", {"a": 1}, {"a": 1}, True),
    ],
)
def test_when_values_are_the_same(kind: str, wanted: Any, found: Any, same: bool) -> None:
    assert FIELDS[kind].same(wanted, found) is same


@pytest.mark.parametrize(
    ("default", "found", "unset"),
    [(1, True, False), (False, 0, False), (1, 1.0, True), (None, "", True), (True, True, True)],
)
def test_a_field_is_unset_if_it_has_its_default(default: Any, found: Any, unset: bool) -> None:
    assert Field("f", kinds.JSON, default=default).is_unset(found) is unset


# Numbers of every spelling, and what only looks like one.
TEXT = st.text("abc 0179.-+eEinfaNsTZ:_\u0663\u00df", max_size=12)
GIVEN = {
    "text": TEXT | st.integers(),
    "integer": st.integers(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans() | st.sampled_from(["yes", "No", "1", 0]),
    "date": st.dates(),
    "datetime": st.datetimes(
        timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=5))]) | st.none(),
        min_value=datetime(2, 1, 1),
    ),
    "choice": st.sampled_from([*MODES, *MODES.values()]),
    "relation": st.integers(1) | TEXT,
    "outside": st.integers(1) | st.integers(1).map(str),
    "id": st.uuids().map(str),
    "json": st.recursive(
        st.none() | st.integers() | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    ),
    "many": st.lists(st.integers()),
    "members": st.lists(st.integers(1) | TEXT),
}
SOME = st.sampled_from(sorted(GIVEN)).flatmap(
    lambda kind: st.tuples(st.just(kind), GIVEN[kind] | st.none())
)


@given(SOME)
def test_parsing_a_parsed_value_does_not_change_it(
    some: tuple[str, Any],
) -> None:
    kind, value = some
    field = FIELDS[kind]
    once = field.parse(value)
    assert field.same(once, once)
    assert field.parse(once) == once
    assert field.same(once, None) is (once is None or (field.many and not once))


@given(
    st.sampled_from(["integer", "decimal", "relation", "datetime", "text", "boolean"]),
    TEXT | st.integers() | st.booleans() | st.floats(),
)
def test_anything_may_come_from_a_server(kind: str, found: Any) -> None:
    result = FIELDS[kind].kind.comparable(found)
    hash(result)
    assert FIELDS[kind].same(FIELDS[kind].parse(None), found) is False
