# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Purging: which filters are refused, and what is checked before a record is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.purge import (
    names_values,
)

from .memory import Memory, bring

TEAMS = [{"id": 1, "name": "Lab A", "slug": "lab-a"}, {"id": 2, "name": "7", "slug": "seven"}]
BOXES = [
    {"id": 1, "name": "a", "size": 1, "open": True, "colour": "R", "owner": 1},
    {"id": 2, "name": "b", "size": 1, "open": True, "colour": "R", "owner": 1},
    {"id": 3, "name": "c", "size": 1, "open": True, "colour": "R", "owner": 1},
]


def store(boxes: list[dict[str, Any]] | None = None) -> Memory:
    return Memory(team=TEAMS, box=BOXES if boxes is None else boxes)


@pytest.mark.parametrize("predict", [False, True])
@pytest.mark.parametrize(
    "filters",
    [
        {"name": {"not": "no such name"}},
        {"size": {"not": 2}},
        {"size": {"not": 2}, "name": {"any": True}},
        {"name": {"any": True}},
        {"open": True},
        {"open": [True, False]},
        {"colour": ["R", "G"]},
    ],
)
def test_filters_that_match_every_record_delete_nothing(
    filters: dict[str, Any], predict: bool
) -> None:
    memory = store()
    with pytest.raises(ConfigurationError, match="purge: these filters match every box: give a"):
        bring(memory, "box", {"name": "a"}, purge=filters, predict=predict)
    assert memory.writes == []


@pytest.mark.parametrize(
    ("filters", "deleted"),
    [
        ({"name": {"not": "b"}}, [1, 3]),
        ({"open": True, "name": "c"}, [3]),
        ({"owner": "Lab A"}, [1, 2, 3]),
        ({"colour": "R"}, [1, 2, 3]),
        ({"colour": ["R"]}, [1, 2, 3]),
        ({"name": []}, []),
    ],
)
def test_filters_that_name_values_or_keep_a_record_are_taken(
    filters: dict[str, Any], deleted: list[int]
) -> None:
    changes = bring(store(), "box", purge=filters, predict=True)
    assert [change.before["id"] for change in changes] == deleted


def test_an_empty_table_is_no_reason_to_refuse_filters() -> None:
    assert bring(store([]), "box", purge={"size": {"not": 2}}) == []
    wanted = [{"name": box["name"]} for box in BOXES]
    assert {change.action for change in bring(store(), "box", *wanted, purge={"open": True})} == {
        "none"
    }


@pytest.mark.parametrize("value", [None, "", "  ", "\t", [], ["a", ""], ["a", None], {"not": None}])
def test_a_variable_that_came_out_empty_chooses_nothing(value: Any) -> None:
    memory = store()
    if value == []:
        assert bring(memory, "box", purge={"name": value}) == []
    else:
        with pytest.raises(ConfigurationError, match="purge: the filter name has an empty value"):
            bring(memory, "box", purge={"owner": "Lab A", "name": value})
    assert memory.writes == []


def test_what_a_server_lists_beyond_the_filters_is_not_deleted() -> None:
    boxes = [*BOXES, {"id": 4, "name": "d", "owner": 2}, {"id": 5, "name": "a", "owner": 2}]
    memory = store(boxes)
    memory.generous = True
    changes = bring(memory, "box", {"name": "b"}, purge={"owner": 2, "name": "a"})
    assert [change.before["id"] for change in changes if change.action == "delete"] == [5]
    assert [record["id"] for record in memory.tables["box"]] == [1, 2, 3, 4]


@pytest.mark.parametrize("value", [None, True, "", "9", "../../teams/1", ["9"], {"id": 9}, 9.0])
@pytest.mark.parametrize(
    ("name", "options"), [("x", {"state": "absent"}), ("b", {"purge": {"size": 5}})]
)
def test_a_record_whose_id_leads_elsewhere_is_not_deleted(
    value: Any, name: str, options: dict[str, Any]
) -> None:
    memory = store([*BOXES, {"id": value, "name": "x", "size": 5}])
    with pytest.raises(ClientError, match="the server sent a box whose id is"):
        bring(memory, "box", {"name": name}, **options)
    assert memory.writes == []


def test_a_listed_record_is_kept_however_its_id_is_written() -> None:
    memory = store()
    listed = memory.list_selected

    def spelt(row: Any, selection: Any) -> Any:
        return [{**box, "id": str(box["id"])} for box in (yield from listed(row, selection))]

    memory.list_selected = spelt  # type: ignore[method-assign]
    with pytest.raises(ClientError, match="whose id is '2'"):
        bring(memory, "box", {"name": "a"}, purge={"owner": 1})
    wanted = [{"name": box["name"]} for box in BOXES]
    assert len(bring(memory, "box", *wanted, purge={"owner": 1})) == len(BOXES)


@pytest.mark.parametrize("name", ["1", " 1 ", "01", "\u0661", "1.0", "2"])
def test_a_text_in_a_purge_is_a_name_and_never_an_id(name: str) -> None:
    memory = store()
    with pytest.raises(ClientError, match=r"there is no team .*by id \(a number, not a text\)"):
        bring(memory, "box", purge={"owner": name})
    with pytest.raises(ClientError, match="there is no team"):
        bring(memory, "box", purge={"owner": {"name": name}})
    assert bring(memory, "box", purge={"owner": "7"}) == []
    assert memory.writes == []


@pytest.mark.parametrize(
    ("kind", "operator", "operands", "names"),
    [
        (kinds.TEXT, "equals", ["a"], True),
        (kinds.TEXT, "one_of", ["a", "b"], True),
        (kinds.TEXT, "part", ["ab"], True),
        (kinds.TEXT, "part", ["a"], False),
        (kinds.TEXT, "part", ["@-."], False),
        (kinds.TEXT, "part", [""], False),
        (kinds.TEXT, "", ["a"], False),
        (kinds.TEXT, "not_equal", ["a"], False),
        (kinds.BOOLEAN, "equals", [True], False),
        (kinds.BOOLEAN, "one_of", [True, False], False),
        (kinds.Choice({"A": "a", "B": "b"}), "equals", ["A"], True),
        (kinds.Choice({"A": "a", "B": "b"}), "one_of", ["A", "A"], True),
        (kinds.Choice({"A": "a", "B": "b"}), "one_of", ["B", "A"], False),
    ],
)
def test_conditions_that_name_what_a_record_must_have(
    kind: kinds.Kind, operator: str, operands: list[Any], names: bool
) -> None:
    assert names_values(Field("f", kind), operator, operands) is names
