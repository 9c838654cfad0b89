# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters in one dialect for all services, and the dialects of servers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.dialects import (
    LONGEST_VALUE,
    Dialect,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.filters import (
    Condition,
    Filters,
    in_order,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType

ROW = ResourceType(
    "box",
    "/boxes",
    (
        Field("id", kinds.INTEGER),
        Field("name"),
        Field("size", kinds.INTEGER),
        Field("open", kinds.BOOLEAN),
        Field("made", kinds.DATETIME),
        Field("users", many=True),
        Field("data", kinds.JSON),
        Field("password", secret=True),
    ),
)
BOX = {
    "id": 1,
    "name": "Blue box",
    "size": 5,
    "open": True,
    "made": "2026-02-01T00:00:00Z",
    "users": ["ada", "bob"],
    "data": {"colour": "red", "count": 3, "tags": ["x", "y"]},
}


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        (None, True),
        ({"name": "Blue box"}, True),
        ({"name": "blue box"}, False),
        ({"name": ["Blue box", "other"]}, True),
        ({"name": {"in": "a,Blue box"}}, True),
        ({"name": []}, False),
        ({"name": {"not_in": ["a"]}, "size": {"not_equals": 6}}, True),
        ({"name": {"contains": "UE"}}, True),
        ({"name": {"starts_with": "blue", "ends_with": "box"}}, True),
        ({"name": {"ends_with": "blue"}}, False),
        ({"size": "5"}, True),
        ({"size": {"gt": 4, "lt": "6", "gte": 5, "lte": 5}}, True),
        ({"size": {"gt": 10}}, False),
        ({"made": {"lt": "2026-02-01T01:00:00+01:00"}}, False),
        ({"made": {"lte": "2026-02-01T01:00:00+01:00"}}, True),
        ({"open": "yes"}, True),
        ({"open": {"exists": True}, "missing": {"exists": "no"}}, True),
        ({"missing": None}, True),
        ({"missing": {"gt": 1}}, False),
        ({"users": "ada"}, True),
        ({"users": "eve"}, False),
        ({"users": {"contains": "bo"}}, True),
        ({"users": {"in": ["eve", "bob"]}}, True),
        ({"users": {"equals": ["ada", "bob"]}}, True),
        ({"users": {"not_equals": "ada"}}, False),
        ({"data.colour": "red"}, True),
        ({"data.count": "3"}, True),
        ({"data.count": {"gt": "12"}}, False),
        ({"data.colour": {"gt": "blue"}}, True),
        ({"data.tags": "x"}, True),
        ({"data.missing": None}, True),
        ({"data": {"equals": {"colour": "red"}}}, False),
    ],
)
def test_a_record_meets_conditions(filters: Any, matches: bool) -> None:
    row = ResourceType("box", "/boxes", ROW.fields.values(), closed=False)
    assert Filters(row, filters).matches(BOX) is matches


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ("name=x", "filters must be a dict of fields"),
        ({"nam": "x"}, "box has no field 'nam'"),
        ({"name": {"like": "x"}}, "name has no operator 'like': use equals, not_equals"),
        ({"name": {}}, "name has no condition: give a value"),
        ({"name": {"in": 3}}, "in takes a list, not 3"),
        ({"name": {"contains": ["x"]}}, "contains takes one value"),
        ({"size": "big"}, "size must be a whole number"),
        ({"password": "x"}, "box records cannot be filtered by password"),
    ],
)
def test_a_filter_that_cannot_work_is_refused(filters: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Filters(ROW, filters)


@pytest.mark.parametrize(
    ("filters", "narrows"),
    [
        ({}, False),
        ({"name": "x"}, True),
        ({"name": {"contains": "e"}}, None),
        ({"name": {"not_equals": "x"}}, None),
        ({"open": True}, None),
    ],
)
def test_filters_say_if_they_keep_records_out(filters: Any, narrows: Any) -> None:
    assert Filters(ROW, filters).narrows is narrows


def test_filters_say_which_values_a_field_may_have() -> None:
    filters = Filters(ROW, {"name": ["a", "b"], "size": 3, "open": {"not_equals": True}})
    assert filters.values_of("name") == ["a", "b"]
    assert filters.values_of("size") == [3]
    assert filters.values_of("open") is None
    assert repr(filters.conditions[1]) == "<Condition size equals 3>"
    assert not filters.impossible
    assert Filters(ROW, {"name": {"in": []}}).impossible


def test_records_are_sorted_by_several_fields_and_those_without_a_value_are_last() -> None:
    records = [
        {"n": 1, "a": "x", "b": 1},
        {"n": 2, "a": "x", "b": 2},
        {"n": 3, "a": None, "b": 10},
        {"n": 4, "a": "y", "b": 9},
    ]
    assert [record["n"] for record in in_order(records, ["a", "-b"])] == [2, 1, 4, 3]
    assert [record["n"] for record in in_order(records, ["-a"])] == [4, 1, 2, 3]


# Dialects

BRACKETS = Dialect(
    {
        "equals": {"equals[{field}]": "{value}"},
        "in": {"in[{field}]": "{value}"},
        "gte": {"gte[{field}]": "{value}"},
    }
)
PAIRS = Dialect(
    {
        "equals": {"equalsField": "{field}", "equals": "{value}"},
        "contains": {"containsField": "{field}", "contains": "{value}"},
    },
    refused="()",
)
CALLS = Dialect({"contains": {"filter": "contains({json})"}}, fields={"name": "device_name"})


@pytest.mark.parametrize(
    ("dialect", "filters", "params", "left"),
    [
        (
            BRACKETS,
            {"name": "a{field}", "size": {"gte": 3}, "open": True},
            {"equals[name]": "a{field}", "gte[size]": "3", "equals[open]": "true"},
            [],
        ),
        (BRACKETS, {"name": ["a", "b"]}, {"in[name]": "a,b"}, []),
        (BRACKETS, {"name": ["a,b", "c"]}, {}, ["name"]),
        (BRACKETS, {"name": {"contains": "a"}}, {}, ["name"]),
        (BRACKETS, {"name": None}, {}, ["name"]),
        (BRACKETS, {"name": ""}, {}, ["name"]),
        (BRACKETS, {"name": "x" * (LONGEST_VALUE + 1)}, {}, ["name"]),
        (PAIRS, {"name": "a", "size": 3}, {"equalsField": "name", "equals": "a"}, ["size"]),
        (
            PAIRS,
            {"name": "a", "data": {"contains": "x"}},
            {"equalsField": "name", "equals": "a", "containsField": "data", "contains": "x"},
            [],
        ),
        (PAIRS, {"name": "a (1)"}, {}, ["name"]),
        (CALLS, {"name": {"contains": "SW"}}, {"filter": 'contains({"device_name":"SW"})'}, []),
        (CALLS, {"size": {"contains": "SW"}}, {}, ["size"]),
        (
            Dialect({"equals": {"{field}": "{value}"}}, fields=["open"]),
            {"open": "no"},
            {"open": "false"},
            [],
        ),
    ],
)
def test_conditions_are_sent_in_the_dialect_of_the_server(
    dialect: Dialect, filters: Any, params: Any, left: Any
) -> None:
    sent, kept = dialect.translate(Filters(ROW, filters).conditions)
    assert (sent, [condition.name for condition in kept]) == (params, left)


def test_a_dialect_has_known_operators_only() -> None:
    with pytest.raises(ConfigurationError, match="no operator like: use equals"):
        Dialect({"like": {"q": "{value}"}})


def test_a_condition_can_be_sent_under_another_name() -> None:
    condition = Condition(ROW, "size", "equals", "3")
    assert condition.renamed("size") is condition
    other = condition.renamed("volume")
    assert (other.name, other.operator, other.value) == ("volume", "equals", 3)
