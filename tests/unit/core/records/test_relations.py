# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Relations by name."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import (
    Document,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.kinds import PendingName
from ansible_collections.restops.clients.plugins.module_utils.core.records.references import (
    References,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.relations import (
    UnknownNameError,
    resolve,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from hypothesis import given
from hypothesis import strategies as st

from .memory import ROWS, Memory, run

TEAMS = [
    {"id": 1, "name": "Lab A", "slug": "lab-a"},
    {"id": 2, "name": "Lab B", "slug": "lab-b"},
    {"id": 30, "name": "7", "slug": "seven"},
]
BOXES = [{"id": 5, "name": "b", "owner": 1}, {"id": 6, "name": "c", "owner": 2}]


def with_ids(
    memory: Memory, *records: dict[str, Any], kind: str = "box", lenient: bool = False
) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = run(resolve(memory, ROWS[kind], records, lenient=lenient))
    return result


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (1, 1),
        ("1", 1),
        (" 1 ", 1),
        ("Lab A", 1),
        ("lab-a", 1),
        ("lab-b", 2),
        ("7", 30),
        (7, 7),
        ({"name": "Lab B"}, 2),
        ({"slug": "lab-b"}, 2),
        ({"id": "2"}, 2),
    ],
)
def test_ways_to_name_a_record(name: Any, found: int) -> None:
    assert with_ids(Memory(team=TEAMS), {"name": "x", "owner": name}) == [
        {"name": "x", "owner": found}
    ]


def test_a_name_goes_before_a_second_name() -> None:
    teams = [{"id": 1, "name": "a", "slug": "b"}, {"id": 2, "name": "b", "slug": "c"}]
    assert with_ids(Memory(team=teams), {"owner": "b"}, {"owner": "c"}) == [
        {"owner": 2},
        {"owner": 2},
    ]


def test_ids_are_not_looked_up() -> None:
    memory = Memory(team=TEAMS)
    assert with_ids(memory, {"owner": 9, "users": [8, 7]}, {"owner": None}, {}) == [
        {"owner": 9, "users": [8, 7]},
        {"owner": None},
        {},
    ]
    assert memory.reads == []


def test_ids_of_records_outside_the_catalogue_are_not_looked_up() -> None:
    fields = (Field("id", kinds.INTEGER), Field("groups", kinds.Relation(), many=True))
    record = {"groups": [3, 4]}
    memory = Memory()
    assert run(resolve(memory, ResourceType("user", "/users", fields), [record])) == [record]
    assert memory.reads == []


def test_what_was_given_is_left_alone() -> None:
    record = {"owner": "lab-a", "users": ["lab-a", "lab-b"]}
    with_ids(Memory(team=TEAMS), record)
    assert record == {"owner": "lab-a", "users": ["lab-a", "lab-b"]}


def test_sets_keep_their_order_and_their_mixture() -> None:
    memory = Memory(team=TEAMS)
    wanted = [
        {"users": ["lab-b", 1, "1", {"name": "Lab A"}, "Lab B"]},
        {"users": []},
        {"users": None},
        {"users": ["lab-a"]},
    ]
    assert with_ids(memory, *wanted) == [
        {"users": [2, 1, 1, 1, 2]},
        {"users": []},
        {"users": None},
        {"users": [1]},
    ]


def test_one_read_for_all_names() -> None:
    memory = Memory(team=TEAMS)
    with_ids(memory, *[{"owner": name, "users": [name]} for name in ("Lab A", "Lab B", "Lab A")])
    assert memory.reads == [("team", "name", ["Lab A", "Lab B"])] * 2


def test_a_record_within_a_record() -> None:
    memory = Memory(team=TEAMS, box=BOXES, seat=[{"id": 9, "team": 1, "box": 5}])
    assert with_ids(
        memory, {"team": "lab-a", "box": {"name": "b", "owner": "lab-a"}}, kind="seat"
    ) == [{"team": 1, "box": 5}]
    assert with_ids(
        memory, {"box": {"owner": {"slug": "lab-b"}}}, {"box": {"owner": 1}}, kind="seat"
    ) == [{"box": 6}, {"box": 5}]
    with pytest.raises(UnknownNameError, match=r"there is no box \"box name='b', owner='lab-b'\""):
        with_ids(memory, {"box": {"name": "b", "owner": "lab-b"}}, kind="seat")


@pytest.mark.parametrize(
    ("record", "error", "reason"),
    [
        (
            {"owner": "nobody"},
            UnknownNameError,
            (
                "there is no team 'nobody':"
                " name a team by name or slug, by id, or by a dict of its fields"
            ),
        ),
        ({"owner": "LAB-A"}, UnknownNameError, "no team 'LAB-A'"),
        ({"owner": ""}, UnknownNameError, "no team ''"),
        ({"owner": True}, ConfigurationError, "owner must be a name, an id or a dict .* not True"),
        ({"users": ["lab-a", "nobody"]}, UnknownNameError, "no team 'nobody'"),
        ({"owner": {"name": "nobody"}}, UnknownNameError, "no team \"team name='nobody'\""),
        ({"owner": {}}, ConfigurationError, "each team must be named by the same fields"),
        ({"owner": {"colour": "red"}}, ConfigurationError, "team has no field 'colour'"),
        (
            {"users": [{"name": "Lab A"}, {"slug": "lab-a"}]},
            ConfigurationError,
            "must be named by the same fields",
        ),
    ],
)
def test_a_record_that_cannot_be_found_is_an_error(
    record: dict[str, Any], error: type[ClientError], reason: str
) -> None:
    with pytest.raises(error, match=reason) as caught:
        with_ids(Memory(team=TEAMS), record)
    assert isinstance(caught.value, UnknownNameError) is (error is UnknownNameError)


def test_a_kind_without_names_is_named_by_id_or_fields() -> None:
    memory = Memory(seat=[{"id": 3, "team": 1, "box": 5}])
    row = ROWS["seat"]
    assert (row.names, ROWS["event"].names) == ((), ())
    link = ResourceType(
        "link", "/links", (Field("id", kinds.INTEGER), Field("seat", kinds.Relation("seat")))
    )

    def resolved(value: Any) -> Any:
        return run(resolve(memory, link, [{"seat": value}]))[0]["seat"]

    assert (resolved("3"), resolved({"team": 1, "box": 5})) == (3, 3)
    with pytest.raises(
        UnknownNameError,
        match=r"there is no seat 'x': name a seat by id, or by a dict of its fields",
    ):
        resolved("x")


TEXT_IDS = ResourceType(
    "workflow", "/workflows", (Field("_id", kinds.ID), Field("name")), key=("name",), id_field="_id"
)
NESTED = ResourceType(
    "plan",
    "/plans",
    (
        Field("id", kinds.INTEGER),
        Field("nodes", Document(relations={"*.workflow": "workflow", "main": "workflow"})),
        Field("first", kinds.Relation("workflow", label="firstName")),
        Field("firstName"),
        Field("members", References({"job": "workflow"}, keys=("role",))),
    ),
)
RUN = ResourceType(
    "run", "/runs", (Field("id", kinds.INTEGER), Field("workflow", kinds.Relation("workflow")))
)
WORKFLOWS = [
    {"_id": "64b5c0ffee64b5c0ffee64b5", "name": "a"},
    {"_id": "000000000000000000000001", "name": "b"},
    {"_id": "7", "name": "64b5c0ffee64b5c0ffee64b5"},
]


class Workflows(Memory):
    def resource(self, name: str) -> ResourceType:
        return TEXT_IDS


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a", "64b5c0ffee64b5c0ffee64b5"),
        ("000000000000000000000001", "000000000000000000000001"),
        # A name has precedence over an id.
        ("64b5c0ffee64b5c0ffee64b5", "7"),
        ("7", "7"),
        ({"_id": "7"}, "7"),
        # As a template or YAML writes it.
        (7, "7"),
    ],
)
def test_ids_may_be_texts(name: Any, found: str) -> None:
    memory = Workflows()
    memory.tables["workflow"] = WORKFLOWS
    (record,) = run(resolve(memory, RUN, [{"workflow": name}]))
    assert record == {"workflow": found}


@pytest.mark.parametrize(
    ("name", "error"), [("1", UnknownNameError), ("", UnknownNameError), (99, UnknownNameError)]
)
def test_an_id_that_nothing_has_is_an_unknown_name(name: Any, error: type[ClientError]) -> None:
    memory = Workflows()
    memory.tables["workflow"] = WORKFLOWS
    with pytest.raises(error):
        run(resolve(memory, RUN, [{"workflow": name}]))


@pytest.mark.parametrize("name", ["9", "01", "\u0661", "1.0", "-1", "1e0"])
def test_digits_that_no_record_has_for_a_name_or_an_id_are_unknown(name: str) -> None:
    with pytest.raises(UnknownNameError):
        with_ids(Memory(team=TEAMS), {"owner": name})
    (record,) = with_ids(Memory(team=TEAMS), {"owner": name}, lenient=True)
    assert isinstance(record["owner"], PendingName)


def test_a_name_that_several_have_is_an_error_with_their_ids() -> None:
    teams = [*TEAMS, {"id": 4, "name": "Lab A", "slug": "lab-a-2"}]
    with pytest.raises(
        ClientError, match=r"team name='Lab A' matches 2 records \(id 1, 4\): give the id"
    ):
        with_ids(Memory(team=teams), {"owner": "Lab A"})
    assert with_ids(Memory(team=teams), {"owner": "lab-a-2"}) == [{"owner": 4}]


def test_leniently_an_unknown_name_stands() -> None:
    memory = Memory(team=TEAMS)
    one, two, three = with_ids(
        memory,
        {"owner": "nobody", "users": ["lab-a", "nobody"]},
        {"owner": {"name": "none"}},
        {"owner": "1e3"},
        lenient=True,
    )
    assert (one, two, three) == (
        {"owner": "nobody", "users": [1, "nobody"]},
        {"owner": "team name='none'"},
        {"owner": "1e3"},
    )
    assert all(
        isinstance(value, PendingName)
        for value in (one["owner"], one["users"][1], two["owner"], three["owner"])
    )
    nested = with_ids(memory, {"box": {"owner": "nobody"}}, kind="seat", lenient=True)
    assert nested == [{"box": "box owner='nobody'"}]
    assert memory.reads[-1] == ("box", "owner", [])


@given(st.lists(st.sampled_from([1, 2, 30, "1", "Lab A", "lab-b", "7", "seven"]), max_size=8))
def test_every_name_leads_to_its_own_record(names: list[Any]) -> None:
    expected = {1: 1, 2: 2, 30: 30, "1": 1, "Lab A": 1, "lab-b": 2, "7": 30, "seven": 30}
    memory = Memory(team=TEAMS)
    memory.generous = True
    assert with_ids(memory, {"users": names}, *[{"owner": name} for name in names]) == [
        {"users": [expected[name] for name in names]},
        *[{"owner": expected[name]} for name in names],
    ]


def with_workflows() -> Workflows:
    memory = Workflows()
    memory.tables["workflow"] = WORKFLOWS
    return memory


def test_names_within_documents_become_ids_and_the_given_document_stays() -> None:
    given = {
        "nodes": [{"workflow": "a"}, {"workflow": None}, {"other": "a"}, "a"],
        "members": [{"type": "job", "reference": "b", "role": "owner"}],
    }
    (found,) = run(resolve(with_workflows(), NESTED, [given]))
    assert found["nodes"] == [
        {"workflow": "64b5c0ffee64b5c0ffee64b5"},
        {"workflow": None},
        {"other": "a"},
        "a",
    ]
    assert found["members"][0]["reference"] == "000000000000000000000001"
    assert given["nodes"][0] == {"workflow": "a"}
    (found,) = run(resolve(with_workflows(), NESTED, [{"nodes": {"main": "b", "x": [1]}}]))
    assert found["nodes"]["main"] == "000000000000000000000001"


def test_the_name_of_a_relation_is_kept_if_the_server_requires_both() -> None:
    memory = with_workflows()
    by_name, by_id = run(
        resolve(memory, NESTED, [{"first": "a"}, {"first": "000000000000000000000001"}])
    )
    assert (by_name["firstName"], by_id["firstName"]) == ("a", "b")
    (planned,) = run(resolve(memory, NESTED, [{"first": "new"}], lenient=True))
    # It may be an id that no list has: its record has another name.
    assert planned == {"first": "new"}
