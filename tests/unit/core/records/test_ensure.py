# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wanted states: find, compare, plan, apply; with a service in memory."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure import ensure
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure_options import (
    EnsureOptions,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.plan import plan
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from .memory import ROWS, Memory, bring, run, status_error

TEAMS = [{"id": 1, "name": "Lab A", "slug": "lab-a"}, {"id": 2, "name": "Lab B", "slug": "lab-b"}]
BOX = {
    "id": 5,
    "name": "b",
    "size": 3,
    "price": "1.50",
    "open": True,
    "colour": "R",
    "owner": 1,
    "users": [1, 2],
    "tags": [1],
    "made": "2026-02-01T00:00:00Z",
}


def store(**more: Any) -> Memory:
    return Memory(**{"team": TEAMS, "box": [BOX], **more})


def actions(changes: list[Change]) -> list[str]:
    return [change.action for change in changes]


# Present


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"size": "3", "price": 1.5, "open": "yes", "colour": "red"},
        {"owner": "lab-a", "users": ["lab-b", "Lab A"]},
        {"owner": {"slug": "lab-a"}, "tags": [1]},
        {"id": 5},
        {"id": " 5 ", "name": "b"},
        {"password": "new", "photo": b"new"},
    ],
)
def test_a_record_in_the_wanted_state_is_not_written(wanted: dict[str, Any]) -> None:
    memory = store()
    (change,) = bring(memory, "box", {"name": "b", **wanted})
    assert (change.action, change.sent, change.ignored, change.error) == ("none", {}, [], None)
    assert change.before == change.after == BOX
    assert memory.writes == []


def test_only_fields_that_differ_are_written() -> None:
    memory = store()
    (change,) = bring(
        memory,
        "box",
        {"name": "b", "size": 4, "open": True, "users": ["lab-b"], "owner": None, "tags": [2]},
    )
    assert memory.writes == [
        ("update", "box", {"size": 4, "users": [2], "owner": None, "tags": [2]})
    ]
    assert (change.action, change.before) == ("update", BOX)
    assert (
        change.after
        == {**BOX, "size": 4, "users": [2], "owner": None, "tags": [2]}
        == memory.tables["box"][0]
    )
    assert repr(change) == "<Change update box name='b'>"


def test_a_missing_record_is_created() -> None:
    memory = store()
    (change,) = bring(
        memory, "box", {"name": "new", "owner": "lab-b", "password": "s3cret", "colour": "Green"}
    )
    assert memory.writes == [
        ("create", "box", {"name": "new", "owner": 2, "password": "s3cret", "colour": "G"})
    ]
    assert (change.action, change.before, change.after) == (
        "create",
        None,
        {"id": 6, "name": "new", "owner": 2, "colour": "G"},
    )


def test_records_come_back_in_order() -> None:
    changes = bring(
        store(),
        "box",
        {"name": "z"},
        {"name": "b", "size": 9},
        {"name": "a"},
        {"name": "b2", "id": None},
    )
    assert actions(changes) == ["create", "update", "create", "create"]
    assert [change.after["name"] for change in changes] == ["z", "b", "a", "b2"]


def test_nothing_wanted_reads_nothing() -> None:
    memory = store()
    assert bring(memory, "box") == []
    assert repr(ROWS["box"]) == "<ResourceType box>"
    assert memory.reads == [("box", "id", [])]


def test_no_more_is_read_than_is_wanted() -> None:
    memory = store()
    bring(memory, "box", {"name": "b"}, {"name": "c"})
    bring(memory, "box", {"id": 5, "size": 3})
    bring(memory, "seat", {"team": "lab-a", "box": "b"}, {"team": 1, "box": 5 + 1})
    assert [read for read in memory.reads if read[0] != "team"] == [
        ("box", "name", ["b", "c"]),
        ("box", "id", [5]),
        ("box", "name", ["b"]),
        ("seat", "team", [1]),
    ]


def test_many_wanted_or_a_mixture_reads_the_list_once() -> None:
    memory = store()
    bring(
        memory,
        "box",
        *[{"name": f"n{number}"} for number in range(memory.resource("box").most_named + 1)],
    )
    bring(memory, "box", {"id": 5}, {"name": "n1"})
    assert memory.reads == [("box", None, [])] * 2


def test_a_record_is_found_by_what_match_says() -> None:
    memory = store(box=[BOX, {"id": 6, "name": "c", "size": 4, "owner": 1}])
    (change,) = bring(
        memory, "box", {"name": "d", "size": "4", "owner": "lab-a"}, match=["owner", "size"]
    )
    assert (change.action, change.sent, change.label) == (
        "update",
        {"name": "d"},
        "box owner=1, size=4",
    )
    assert memory.tables["box"][1]["name"] == "d"
    assert memory.reads[-1] == ("box", "owner", [1])


def test_a_record_may_be_found_by_what_only_the_server_writes() -> None:
    memory = store()
    (change,) = bring(
        memory, "box", {"made": "2026-02-01T01:00:00+01:00", "size": 4}, match=["made"]
    )
    assert (change.action, change.sent) == ("update", {"size": 4})


@pytest.mark.parametrize(
    ("kind", "records", "wish", "reason"),
    [
        (
            "box",
            [{"name": "x", "weight": 1}],
            {},
            "box has no field 'weight'; its fields are id, name, size",
        ),
        (
            "box",
            [{"size": 1}],
            {},
            (
                "a box is found by its name, but name is missing:"
                " give it, or name other fields in 'match'"
            ),
        ),
        ("box", [{"name": None}], {}, "but name is missing"),
        ("seat", [{"team": 1}], {}, "a seat is found by its team, box, but box is missing"),
        ("box", [{"name": "x"}], {"match": ["size"]}, "found by its size, but size is missing"),
        ("box", [{"name": "x"}], {"match": ["weight"]}, "box has no field 'weight'"),
        (
            "box",
            [{"name": "x", "users": [1]}],
            {"match": ["users"]},
            "users does not tell one box from another: leave it out of 'match'",
        ),
        (
            "box",
            [{"name": "x", "tags": [1]}],
            {"match": ["tags"]},
            "tags does not tell one box from another",
        ),
        (
            "box",
            [{"name": "x", "password": "y"}],
            {"match": ["password"]},
            "password does not tell one box from another",
        ),
        (
            "event",
            [{"text": "x"}],
            {},
            "event has no natural key: name identifying fields in 'match', or give 'id'",
        ),
        (
            "box",
            [{"name": "x", "made": "2026-02-01"}],
            {},
            "box.made is read-only",
        ),
        ("box", [{"name": "x", "size": "big"}], {}, "size must be a whole number"),
        (
            "box",
            [{"name": "x", "size": 1}, {"name": "x", "size": 2}],
            {},
            "box name='x' is listed twice",
        ),
        ("box", [{"name": "b", "size": 1}, {"id": 5, "size": 2}], {}, "box id=5 is listed twice"),
        (
            "box",
            [{"id": 5, "size": 2}, {"name": "b", "size": 1}],
            {},
            "box name='b' is listed twice",
        ),
        ("box", [{"name": "b"}, {"id": 5}], {"state": "absent"}, "is listed twice"),
        (
            "event",
            [{"text": None, "id": None}],
            {"match": ["text"]},
            "found by its text, but text is missing",
        ),
        ("report", [{"text": "x"}], {}, "report records are read-only in this API"),
        (
            "report",
            [{"text": "x"}],
            {"state": "absent"},
            "report records cannot be deleted in this API",
        ),
        (
            "notice",
            [{"id": 1}],
            {"state": "absent"},
            "notice records cannot be deleted in this API",
        ),
        (
            "notice",
            [{"id": 1}],
            {"purge": {"read": True}},
            "notice records cannot be deleted in this API",
        ),
        ("box", [{"name": "x"}], {"state": "gone"}, "state must be present or absent, not 'gone'"),
        ("box", [{"name": "x"}], {"purge": {}}, "purge needs state=present and filters"),
        (
            "box",
            [{"name": "x"}],
            {"purge": {"size": 1}, "state": "absent"},
            "purge needs state=present",
        ),
        (
            "box",
            [{"name": "x"}],
            {"concurrency": 0},
            "concurrency must be a whole number from 1, not 0",
        ),
        ("box", [{"name": "x"}], {"concurrency": True}, "concurrency must be"),
        ("box", [{"name": "x"}], {"concurrency": "8"}, "concurrency must be"),
        (
            "box",
            [{"name": "x"}],
            {"purge": {"name": {"any": True}}},
            "purge: these filters match every box",
        ),
    ],
)
def test_invalid_arguments_are_an_error_and_nothing_is_written(
    kind: str, records: list[dict[str, Any]], wish: dict[str, Any], reason: str
) -> None:
    memory = store()
    before = copy.deepcopy(memory.tables)
    with pytest.raises(ConfigurationError, match=reason):
        bring(memory, kind, *records, **wish)
    assert (memory.writes, memory.tables) == ([], before)


@pytest.mark.parametrize(
    ("kind", "record", "wish", "reason"),
    [
        (
            "team",
            {"id": 9, "name": "x"},
            {},
            "there is no team id=9, and the server assigns ids: leave 'id' out to create one",
        ),
        ("notice", {"id": 9, "read": True}, {}, "there is no notice id=9"),
        (
            "notice",
            {"id": None, "read": True},
            {"match": ["read"]},
            "there is no notice read=True, and this API does not create any",
        ),
        ("event", {"id": None, "text": "x"}, {"match": ["text"]}, None),
        (
            "box",
            {"size": 77},
            {"match": ["size"]},
            "there is no box size=77: to create it, give name",
        ),
    ],
)
def test_a_failed_creation_is_reported(
    kind: str, record: dict[str, Any], wish: dict[str, Any], reason: str | None
) -> None:
    memory = store()
    if reason is None:
        assert actions(bring(memory, kind, record, **wish)) == ["create"]
    else:
        with pytest.raises(ClientError, match=reason):
            bring(memory, kind, record, **wish)
        assert memory.writes == []


def test_a_failed_update_is_reported() -> None:
    memory = store(report=[{"id": 1, "text": "x"}], notice=[{"id": 1, "read": False}])
    assert actions(bring(memory, "notice", {"id": 1, "read": True})) == ["update"]
    row = ROWS["report"]
    with pytest.raises(
        ClientError, match="report id=1 differs in text, and this API does not update any"
    ):
        plan(row, [{"id": 1, "text": "y"}], memory.tables["report"], EnsureOptions())


@pytest.mark.parametrize("records", ["box", {"name": "x"}, 5, None, ["x"], [{"name": "x"}, None]])
def test_records_are_a_list_of_dicts(records: Any) -> None:
    with pytest.raises(ConfigurationError, match="the records must be a list of dicts, each"):
        run(ensure(store(), ROWS["box"], records, EnsureOptions()))


@pytest.mark.parametrize(
    "options", [{"key": ["size"]}, {"names": ["size"]}, {"id_field": "key"}, {"verbs": ["drop"]}]
)
def test_a_row_that_contradicts_itself_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="mark does not define (size|key|drop)"):
        ResourceType("mark", "/marks", ROWS["event"].fields.values(), **options)


def test_several_that_match_are_an_error_with_their_ids() -> None:
    memory = store(box=[BOX, {**BOX, "id": 6}])
    for state in ("present", "absent"):
        with pytest.raises(
            ClientError,
            match=r"box name='b' matches 2 records \(id 5, 6\):"
            " add fields to 'match', or give 'id'",
        ):
            bring(memory, "box", {"name": "b"}, state=state)
    assert actions(bring(memory, "box", {"name": "b", "id": 6}, state="absent")) == ["delete"]


def test_a_server_may_find_more_than_was_asked_for() -> None:
    memory = store(box=[BOX, {"id": 6, "name": "B", "size": 1}])
    memory.generous = True
    changes = bring(memory, "box", {"name": "B", "size": 2}, {"name": "c"})
    assert actions(changes) == ["update", "create"]
    assert memory.tables["box"][0] == BOX


# Secrets, files, and what the server does not take


def test_secrets_are_sent_to_new_records_and_to_others_on_request() -> None:
    memory = store()
    bring(memory, "box", {"name": "b", "password": "p"}, {"name": "new", "password": "p"})
    assert memory.writes == [("create", "box", {"name": "new", "password": "p"})]
    (change,) = bring(memory, "box", {"name": "b", "password": "p", "size": 3}, update_secrets=True)
    assert memory.writes[1:] == [("update", "box", {"password": "p"})]
    assert (change.action, change.ignored) == ("update", [])


@pytest.mark.parametrize("predict", [True, False])
@pytest.mark.parametrize("name", ["b", "new"])
def test_no_secret_is_in_what_is_reported(predict: bool, name: str) -> None:
    (change,) = bring(
        store(),
        "box",
        {"name": name, "password": "s3cret", "photo": b"s3cret", "size": 9},
        update_secrets=True,
        predict=predict,
    )
    assert "s3cret" not in f"{change.after} {change.before} {change.label}"
    assert change.after["size"] == 9


def test_fields_that_only_a_new_record_takes_are_reported() -> None:
    memory = store()
    (change,) = bring(memory, "team", {"id": 1, "name": "Lab Z"})
    assert (change.action, change.ignored, change.after["name"]) == ("none", ["name"], "Lab A")
    assert memory.writes == []


def test_a_field_that_the_server_ignores_is_no_change() -> None:
    memory = store()
    memory.ignoring = {"size"}
    (change,) = bring(memory, "box", {"name": "b", "size": 4})
    assert (change.action, change.ignored, change.after["size"], len(memory.writes)) == (
        "none",
        ["size"],
        3,
        1,
    )
    (change,) = bring(memory, "box", {"name": "b", "size": 4, "open": False})
    assert (change.action, change.ignored, change.after["open"]) == ("update", ["size"], False)
    (change,) = bring(memory, "box", {"name": "b", "size": 4, "password": "p"}, update_secrets=True)
    assert (change.action, change.ignored) == ("update", ["size"])
    (change,) = bring(memory, "box", {"name": "new", "size": 4})
    assert (change.action, change.ignored) == ("create", ["size"])


def test_a_field_that_the_server_does_not_know_is_ignored_too() -> None:
    memory = store(box=[{"id": 5, "name": "b"}])
    memory.ignoring = {"colour"}
    (change,) = bring(memory, "box", {"name": "b", "colour": "R"})
    assert (change.action, change.ignored) == ("none", ["colour"])


# Absent, and purge


def test_absent() -> None:
    memory = store(box=[BOX, {"id": 6, "name": "c"}])
    changes = bring(
        memory,
        "box",
        {"name": "b", "size": 77},
        {"name": "x"},
        {"id": 6},
        {"id": 9},
        state="absent",
    )
    assert actions(changes) == ["delete", "none", "delete", "none"]
    assert [(change.before, change.after) for change in changes] == [
        (BOX, None),
        (None, None),
        ({"id": 6, "name": "c"}, None),
        (None, None),
    ]
    assert [change.label for change in changes] == [
        "box name='b'",
        "box name='x'",
        "box id=6",
        "box id=9",
    ]
    assert memory.tables["box"] == []


def test_deletion_changes_nothing_if_a_relation_names_nothing() -> None:
    memory = store(seat=[{"id": 1, "team": 1, "box": 5}])
    assert actions(
        bring(
            memory,
            "seat",
            {"team": "nobody", "box": "b"},
            {"team": "lab-a", "box": "b"},
            state="absent",
        )
    ) == ["none", "delete"]


def test_purge_deletes_unwanted_records_that_the_filters_match() -> None:
    boxes = [
        {"id": number, "name": f"n{number}", "owner": 1 + number % 2, "size": 1}
        for number in range(1, 9)
    ]
    memory = store(box=boxes)
    changes = bring(
        memory,
        "box",
        {"name": "n1", "size": 2},
        {"name": "n3"},
        {"name": "new", "owner": "lab-b"},
        purge={"owner": "lab-b"},
    )
    assert actions(changes) == ["update", "none", "create", "delete", "delete"]
    assert [change.label for change in changes[3:]] == ["box name='n5'", "box name='n7'"]
    assert [record["name"] for record in memory.tables["box"]] == [
        "n1",
        "n2",
        "n3",
        "n4",
        "n6",
        "n8",
        "new",
    ]
    assert (
        actions(
            bring(
                memory,
                "box",
                {"name": "n1"},
                {"name": "n3"},
                {"name": "new"},
                purge={"owner": "lab-b"},
            )
        )
        == ["none"] * 3
    )


def test_purge_with_nothing_wanted() -> None:
    memory = store(box=[{"id": 1, "name": "a", "size": 1}, {"id": 2, "name": "b", "size": 2}])
    assert actions(bring(memory, "box", purge={"size": 1})) == ["delete"]
    assert [record["id"] for record in memory.tables["box"]] == [2]


def test_nothing_is_purged_after_a_failure() -> None:
    memory = store(box=[{"id": 1, "name": "a", "size": 1}, {"id": 2, "name": "b", "size": 1}])
    memory.failing = {"a"}
    changes = bring(memory, "box", {"name": "a", "size": 2}, {"name": "c"}, purge={"size": 1})
    assert [str(change.error) if change.error else None for change in changes] == ["a failed", None]
    assert [record["name"] for record in memory.tables["box"]] == ["a", "b", "c"]


@pytest.mark.parametrize("kept", [None, ("name",), ("name", "owner", "size", "users")])
def test_a_write_that_a_server_error_left_unfinished_is_finished(kept: Any) -> None:
    memory = store()
    memory.broken = [True, False, True]
    memory.kept = kept
    changes = bring(
        memory,
        "box",
        {"name": "new", "owner": "lab-a", "users": ["lab-b"]},
        {"name": "other"},
        {"name": "b", "size": 9, "users": []},
    )
    assert [(change.action, change.error, change.ignored) for change in changes] == [
        ("create", None, []),
        ("create", None, []),
        ("update", None, []),
    ]
    assert [change.after for change in changes] == [
        next(record for record in memory.tables["box"] if record["name"] == name)
        for name in ("new", "other", "b")
    ]
    assert changes[0].after["users"] == [2]
    assert (changes[2].after["size"], changes[2].after["users"]) == (9, [])
    assert changes[2].before == BOX


def test_only_what_still_differs_is_written_again() -> None:
    memory = store()
    memory.broken = [True]
    bring(memory, "box", {"name": "new", "size": 1, "users": ["lab-b"], "password": "p"})
    # Whether the secret was kept cannot be seen, so it is sent again.
    assert memory.writes[1:] == [("update", "box", {"size": 1, "users": [2], "password": "p"})]


def test_a_write_that_fails_twice_reports_the_record_that_exists() -> None:
    memory = store()
    memory.broken = [True, True]
    (change,) = bring(memory, "box", {"name": "new", "users": ["lab-b"]})
    assert (change.action, str(change.error)) == ("create", "answered 500")
    assert change.after == {"id": 6, "name": "new"}
    assert len(memory.writes) == 2


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_a_gateway_may_still_be_creating_is_not_created_again(status: int) -> None:
    memory = store()
    memory.broken = [True]
    memory.status, memory.kept = status, None
    (change,) = bring(memory, "box", {"name": "new"})
    assert (str(change.error), change.after, len(memory.writes)) == (f"answered {status}", None, 1)


@pytest.mark.parametrize("status", [400, 404, 409, 429])
def test_a_refused_write_is_not_repeated(status: int) -> None:
    memory = store()
    memory.broken = [True]
    memory.status, memory.kept = status, None
    (change,) = bring(memory, "box", {"name": "new"})
    assert (str(change.error), len(memory.writes)) == (f"answered {status}", 1)
    assert [read for read in memory.reads if read[0] == "box"] == [("box", "name", ["new"])]


@pytest.mark.parametrize("gone", [True, False])
def test_a_deletion_that_met_a_server_error_is_looked_at_and_not_repeated(gone: bool) -> None:
    memory = store()
    memory.broken = [True]
    memory.kept = () if gone else None
    (change,) = bring(memory, "box", {"name": "b"}, state="absent")
    assert change.action == "delete"
    assert (change.error is None) is gone
    assert change.after == (None if gone else BOX)
    assert len(memory.writes) == 1


def test_an_update_of_a_deleted_record_keeps_its_error() -> None:
    memory = store()
    memory.broken = [True]
    memory.kept = None
    memory.tables["box"].append({"id": 8, "name": "c", "size": 1})

    def vanish(*arguments: Any) -> Any:
        memory.tables["box"] = []
        return status_error(500)

    memory.break_down = vanish  # type: ignore[method-assign]
    (change,) = bring(memory, "box", {"name": "c", "size": 2})
    assert (str(change.error), change.after) == ("answered 500", None)


def test_a_record_that_cannot_be_updated_keeps_the_error_of_its_creation() -> None:
    fields = (*ROWS["event"].fields.values(), Field("note"))
    row = ResourceType("mark", "/marks", fields, key=("text",), verbs=("create",))
    memory = store()
    memory.tables["mark"] = []
    memory.broken = [True]
    memory.kept = ("text",)
    (change,) = run(ensure(memory, row, [{"text": "a", "note": "n"}], EnsureOptions()))
    assert (str(change.error), change.after) == ("answered 500", {"id": 1, "text": "a"})
    assert len(memory.writes) == 1


def test_a_new_record_that_is_found_by_a_time_of_the_server_keeps_its_error() -> None:
    memory = store()
    memory.broken = [True]
    wanted = {"name": "new", "made": "2026-02-02T00:00:00Z"}
    (change,) = bring(memory, "box", wanted, match=["made"])
    assert (change.action, str(change.error), change.after) == ("create", "answered 500", None)
    assert len(memory.writes) == 1


def test_errors_stand_if_the_records_cannot_be_read_again() -> None:
    memory = store()
    memory.broken = [True]
    found = memory.find

    def fail_after_writes(row: Any, field: Any, values: Any) -> Any:
        if memory.writes:
            raise ClientError("gone")
        return found(row, field, values)

    memory.find = fail_after_writes  # type: ignore[method-assign]
    (change,) = bring(memory, "box", {"name": "new"})
    assert str(change.error) == "answered 500"


def test_a_failed_write_is_in_its_change_and_the_others_are_done() -> None:
    memory = store()
    memory.failing = {"x", "b"}
    changes = bring(memory, "box", {"name": "x"}, {"name": "y"}, {"name": "b", "size": 9})
    assert [change.error is None for change in changes] == [False, True, False]
    assert [change.after for change in changes] == [None, {"id": 6, "name": "y"}, BOX]


def test_a_failed_deletion_leaves_the_record() -> None:
    memory = store()
    memory.failing = {"b"}
    (change,) = bring(memory, "box", {"name": "b"}, state="absent")
    assert (change.action, change.after, str(change.error)) == ("delete", BOX, "b failed")


# Predictions


def test_check_mode_writes_nothing_and_reports_the_same() -> None:
    wanted = [{"name": "b", "size": 4}, {"name": "new", "price": "2.00"}, {"name": "old"}]
    boxes = [BOX, {"id": 6, "name": "old"}, {"id": 7, "name": "extra", "size": 3}]
    predicting, doing = store(box=boxes), store(box=boxes)
    predicted = bring(predicting, "box", *wanted, purge={"size": 3}, predict=True)
    done = bring(doing, "box", *wanted, purge={"size": 3})
    assert predicting.writes == []
    assert actions(predicted) == actions(done) == ["update", "create", "none", "delete"]
    assert [{**change.after, "id": 0} for change in predicted if change.after] == [
        {**change.after, "id": 0} for change in done if change.after
    ]


def test_a_prediction_takes_names_that_an_earlier_task_would_make() -> None:
    memory = store()
    (change,) = bring(
        memory, "box", {"name": "b", "owner": "Lab C", "users": ["lab-a", "Lab C"]}, predict=True
    )
    assert (change.action, change.after["owner"], change.after["users"]) == (
        "update",
        "Lab C",
        [1, "Lab C"],
    )
    (change,) = bring(memory, "seat", {"team": "Lab C", "box": "b"}, predict=True)
    assert (change.action, change.label) == ("create", "seat team='Lab C', box=5")
    assert actions(
        bring(memory, "seat", {"team": "Lab C", "box": "b"}, purge={"team": "Lab C"}, predict=True)
    ) == ["create"]
    with pytest.raises(ClientError, match="no team 'Lab C'"):
        bring(memory, "box", {"name": "b", "owner": "Lab C"})
    with pytest.raises(ClientError, match="no team 'Lab C'"):
        bring(memory, "seat", {"team": 1, "box": 5}, purge={"team": "Lab C"})


# Properties

NAMES = st.sampled_from("abcdefgh")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "size": st.none() | st.integers(0, 3) | st.integers(0, 3).map(str),
        "price": st.none() | st.sampled_from([1, "1.5", 1.5, "2.00"]),
        "open": st.booleans() | st.sampled_from(["yes", "no"]),
        "colour": st.sampled_from(["R", "Green", "g"]),
        "owner": st.none() | st.sampled_from([1, "2", "lab-a", "Lab B"]),
        "users": st.lists(st.sampled_from([1, 2, "lab-a", "Lab B"]), max_size=3),
        "tags": st.lists(st.integers(0, 2), max_size=2),
        "password": st.just("s3cret"),
    },
)
WANTED = st.dictionaries(NAMES, VALUES, max_size=8).map(
    lambda found: [{"name": name, **values} for name, values in found.items()]
)
THERE = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {
            "size": st.none() | st.integers(0, 3),
            "price": st.none() | st.sampled_from(["1.00", "1.50", "2.00"]),
            "open": st.booleans(),
            "colour": st.sampled_from("RG"),
            "owner": st.none() | st.sampled_from([1, 2]),
            "users": st.lists(st.sampled_from([1, 2]), unique=True),
            "tags": st.lists(st.integers(0, 2), max_size=2),
        }
    ),
    max_size=8,
).map(
    lambda found: [
        {"id": number, "name": name, **values}
        for number, (name, values) in enumerate(found.items(), start=1)
    ]
)
PROPERTY = settings(deadline=None)


def spelt(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records as the server would show them."""
    shown = [
        {name: value for name, value in record.items() if name != "password"} for record in records
    ]
    return [
        {**record, "price": f"{float(record['price']):.2f}"}
        if record.get("price") is not None
        else record
        for record in shown
    ]


@PROPERTY
@given(THERE, WANTED, st.booleans(), st.booleans())
def test_the_second_time_nothing_is_written(
    there: list[dict[str, Any]], wanted: list[dict[str, Any]], generous: bool, purge: bool
) -> None:
    memory = store(box=there)
    memory.generous = generous
    options: dict[str, Any] = {"purge": {"colour": "R"}} if purge else {}
    first = bring(memory, "box", *wanted, **options)
    writes = len(memory.writes)
    assert writes == sum(change.action != "none" for change in first)
    again = bring(memory, "box", *wanted, **options)
    assert len(memory.writes) == writes
    assert {change.action for change in again} <= {"none"}


@PROPERTY
@given(THERE, WANTED)
def test_the_report_matches_the_store(
    there: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    memory = store(box=there)
    untouched = [
        record for record in there if record["name"] not in {record["name"] for record in wanted}
    ]
    changes = bring(memory, "box", *wanted)
    by_name = {record["name"]: record for record in spelt(memory.tables["box"])}
    assert [change.after for change in changes] == [by_name[record["name"]] for record in wanted]
    assert [change.before for change in changes] == [
        next((one for one in there if one["name"] == record["name"]), None) for record in wanted
    ]
    assert all(record in memory.tables["box"] for record in untouched)


@PROPERTY
@given(THERE, WANTED)
def test_the_report_of_check_mode_comes_true(
    there: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    predicted = bring(store(box=there), "box", *wanted, predict=True)
    done = bring(store(box=there), "box", *wanted)
    assert [(change.action, change.sent, change.label, change.before) for change in predicted] == [
        (change.action, change.sent, change.label, change.before) for change in done
    ]


@PROPERTY
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=9),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=9, unique=True),
)
def test_a_plan_never_mixes_two_records(
    there: list[tuple[int, int]], wanted: list[tuple[int, int]]
) -> None:
    row = ROWS["seat"]
    found = [
        {"id": number, "team": team, "box": str(box)} for number, (team, box) in enumerate(there)
    ]
    if any(there.count(pair) > 1 for pair in wanted):
        with pytest.raises(ClientError, match="matches"):
            plan(row, [{"team": team, "box": box} for team, box in wanted], found, EnsureOptions())
        return
    changes = plan(
        row,
        [{"team": team, "box": box, "rank": "x"} for team, box in wanted],
        found,
        EnsureOptions(),
    )
    assert len(changes) == len(wanted)
    for (team, box), change in zip(wanted, changes, strict=True):
        assert (change.before is not None) is ((team, box) in there)
        if change.before is not None:
            assert (change.before["team"], change.before["box"]) == (team, str(box))
    known = [change.before["id"] for change in changes if change.before is not None]
    assert len(known) == len(set(known))


@PROPERTY
@given(THERE, st.sets(NAMES))
def test_absent_leaves_the_others(there: list[dict[str, Any]], names: set[str]) -> None:
    memory = store(box=there)
    changes = bring(memory, "box", *[{"name": name} for name in names], state="absent")
    assert memory.tables["box"] == [record for record in there if record["name"] not in names]
    assert [change.action == "delete" for change in changes] == [
        any(record["name"] == name for record in there) for name in names
    ]
