# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters: what is sent, what is refused before anything is sent, and the second look at what comes
back."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.keystone.catalogue import (
    CATALOGUE,
    TRIMMED,
    NumberedChoice,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.filters import (
    OPERATORS,
    Filters,
    with_own_operators,
)
from ansible_collections.restops.clients.tests.unit.support import Case
from hypothesis import given
from hypothesis import strategies as st

from .server import CLUSTERS, Keystone, client_of, clusters

ROW = ResourceType(
    "thing",
    "/things/",
    (
        Field("id", kinds.INTEGER, access=FieldAccess.READ_ONLY),
        Field("text", TRIMMED),
        Field("choice", kinds.Choice({"AP": "Approved", "PD": "Pending"})),
        Field("integer", kinds.INTEGER),
        Field("decimal", kinds.DECIMAL),
        Field("date", kinds.DATE),
        Field("datetime", kinds.DATETIME),
        Field("boolean", kinds.BOOLEAN),
        Field("relation", kinds.Relation("thing")),
        Field("uuid", kinds.ID),
        Field("many", kinds.Relation("thing"), many=True),
        Field("json", kinds.JSON),
        Field("file", kinds.FILE),
        Field("secret", secret=True),
        Field("numbered", NumberedChoice({"0": "create", "1": "update", "2": "delete"})),
    ),
)
NOON = "2026-02-01T12:30:15Z"
# Kind and operator to: what a caller gives, what is sent, a value that is found and matches, and
# one that does not.
CASES: dict[tuple[str, str], tuple[Any, str, Any, Any]] = {
    ("text", ""): (" lab ", "lab", "lab", "Lab"),
    ("text", "not_eq"): ("lab", "lab", "Lab", "lab"),
    ("text", "in"): (["a", "b"], "a,b", "b", "c"),
    ("text", "not_in"): ("a,b", "a,b", "c", "a"),
    ("text", "isnull"): (True, "true", None, "a"),
    ("text", "contains"): ("aB", "aB", "xAbx", "ba"),
    ("text", "not_contains"): ("ab", "ab", "ba", "xABx"),
    ("text", "startswith"): ("ab", "ab", "ABc", "cab"),
    ("text", "not_startswith"): ("ab", "ab", "cab", "Abc"),
    ("text", "endswith"): ("ab", "ab", "cAB", "abc"),
    ("text", "not_endswith"): ("ab", "ab", "abc", "cAb"),
    ("choice", ""): ("approved", "AP", "AP", "PD"),
    ("choice", "not_eq"): ("AP", "AP", "PD", "AP"),
    ("choice", "in"): (["Approved", "pd"], "AP,PD", "PD", "XX"),
    ("choice", "not_in"): (["Approved"], "AP", "PD", "AP"),
    ("choice", "isnull"): ("no", "false", "AP", None),
    ("choice", "contains"): ("P", "P", "AP", "XX"),
    ("choice", "not_contains"): ("A", "A", "PD", "AP"),
    ("choice", "startswith"): ("A", "A", "AP", "PD"),
    ("choice", "not_startswith"): ("A", "A", "PD", "AP"),
    ("choice", "endswith"): ("D", "D", "PD", "AP"),
    ("choice", "not_endswith"): ("D", "D", "AP", "PD"),
    ("integer", ""): ("5", "5", 5, 6),
    ("integer", "not_eq"): (5, "5", 6, 5),
    ("integer", "in"): ((4, "5"), "4,5", 5, 6),
    ("integer", "not_in"): ([4, 5], "4,5", 6, 5),
    ("integer", "isnull"): (False, "false", 0, None),
    ("integer", "lt"): (10, "10", 9, 10),
    ("integer", "lte"): (10, "10", 10, 11),
    ("integer", "gt"): (9, "9", 10, 9),
    ("integer", "gte"): (9, "9", 9, 8),
    ("decimal", ""): (1000.5, "1000.5", "1000.50", "1000.51"),
    ("decimal", "not_eq"): ("1000.5", "1000.5", "1000.51", "1000.50"),
    ("decimal", "in"): ([1, "2.50"], "1,2.50", "2.5", "3.00"),
    ("decimal", "not_in"): ([1], "1", "2.00", "1.00"),
    ("decimal", "isnull"): (True, "true", None, "0.00"),
    ("decimal", "lt"): (Decimal("9.5"), "9.5", "9.49", "10.00"),
    ("decimal", "lte"): (10, "10", "10.00", "10.01"),
    ("decimal", "gt"): (9, "9", "10.00", "9.00"),
    ("decimal", "gte"): (9, "9", "9.00", "8.99"),
    ("date", ""): (date(2026, 2, 1), "2026-02-01", "2026-02-01", "2026-02-02"),
    ("date", "not_eq"): ("2026-02-01", "2026-02-01", "2026-02-02", "2026-02-01"),
    ("date", "in"): (["2026-02-01"], "2026-02-01", "2026-02-01", "2026-02-02"),
    ("date", "not_in"): (["2026-02-01"], "2026-02-01", "2026-02-02", "2026-02-01"),
    ("date", "isnull"): (1, "true", None, "2026-02-01"),
    ("date", "lt"): ("2026-02-01", "2026-02-01", "2025-12-31", "2026-02-01"),
    ("date", "lte"): ("2026-02-01", "2026-02-01", "2026-02-01", "2026-02-02"),
    ("date", "gt"): ("2026-02-01", "2026-02-01", "2026-10-01", "2026-02-01"),
    ("date", "gte"): ("2026-02-01", "2026-02-01", "2026-02-01", "2026-01-31"),
    ("date", "year"): (2026, "2026", "2026-02-01", "2025-02-01"),
    ("date", "month"): ("2", "2", "2026-02-01", "2026-03-01"),
    ("date", "day"): (1, "1", "2026-02-01", "2026-02-02"),
    ("date", "week"): (53, "53", "2027-01-01", "2027-01-04"),
    ("date", "week_day"): (1, "1", "2026-02-01", "2026-02-02"),
    ("datetime", ""): (
        datetime(2026, 2, 1, 12, 30, 15, tzinfo=timezone.utc),
        NOON,
        "2026-02-01T12:30:15.000000Z",
        "2026-02-01T12:30:15.000001Z",
    ),
    ("datetime", "not_eq"): (NOON, NOON, "2026-02-01T12:30:16Z", "2026-02-01T13:30:15+01:00"),
    ("datetime", "in"): ([NOON], NOON, "2026-02-01T12:30:15.000000Z", "2026-02-02T12:30:15Z"),
    ("datetime", "not_in"): ([NOON], NOON, "2026-02-02T12:30:15Z", NOON),
    ("datetime", "isnull"): (True, "true", None, NOON),
    ("datetime", "lt"): (NOON, NOON, "2026-02-01T12:30:14.999999Z", NOON),
    ("datetime", "lte"): ("2026-02-01T13:30:15+01:00", NOON, NOON, "2026-02-01T12:30:15.000001Z"),
    ("datetime", "gt"): ("2026-02-01", "2026-02-01T00:00:00Z", NOON, "2026-02-01T00:00:00Z"),
    ("datetime", "gte"): (NOON, NOON, NOON, "2026-02-01T12:30:14Z"),
    ("datetime", "year"): (2026, "2026", NOON, "2025-02-01T12:30:15Z"),
    ("datetime", "month"): (2, "2", NOON, "2026-03-01T12:30:15Z"),
    ("datetime", "day"): (1, "1", NOON, "2026-02-02T12:30:15Z"),
    ("datetime", "week"): (5, "5", NOON, "2026-02-02T12:30:15Z"),
    ("datetime", "week_day"): (1, "1", NOON, "2026-02-02T12:30:15Z"),
    ("datetime", "hour"): (12, "12", NOON, "2026-02-01T13:30:15Z"),
    ("datetime", "minute"): (30, "30", NOON, "2026-02-01T12:31:15Z"),
    ("datetime", "second"): (15, "15", NOON, "2026-02-01T12:30:16Z"),
    ("boolean", ""): ("yes", "true", True, False),
    ("boolean", "not_eq"): (True, "true", False, True),
    ("boolean", "in"): ([False], "false", False, True),
    ("boolean", "not_in"): ([False], "false", True, False),
    ("boolean", "isnull"): (True, "true", None, False),
    ("relation", ""): ("5", "5", 5, 6),
    ("relation", "not_eq"): (5, "5", 6, 5),
    ("relation", "in"): ([5, "6"], "5,6", 6, 7),
    ("relation", "not_in"): ({5}, "5", 6, 5),
    ("relation", "isnull"): (True, "true", None, 5),
    ("numbered", ""): ("Update", "1", "update", "create"),
    ("numbered", "not_eq"): (1, "1", "create", "update"),
    ("numbered", "in"): (["update", "0"], "1,0", "create", "delete"),
    ("numbered", "not_in"): ("update", "1", "create", "update"),
    ("numbered", "isnull"): (True, "true", None, "create"),
    ("numbered", "lt"): ("update", "1", "create", "update"),
    ("numbered", "lte"): ("update", "1", "update", "delete"),
    ("numbered", "gt"): ("update", "1", "delete", "update"),
    ("numbered", "gte"): ("update", "1", "update", "create"),
    ("uuid", ""): ("ab-1", "ab-1", "ab-1", "ab-2"),
    ("uuid", "not_eq"): ("ab-1", "ab-1", "ab-2", "ab-1"),
    ("uuid", "in"): (["ab-1"], "ab-1", "ab-1", "ab-2"),
    ("uuid", "not_in"): (["ab-1"], "ab-1", "ab-2", "ab-1"),
    ("uuid", "isnull"): (True, "true", None, "ab-1"),
}


SENT_OTHERWISE = {("boolean", "in"): ("boolean", "false"), ("boolean", "not_in"): ("", "")}
"""The server fails on a list of one boolean and ignores a list of two."""
PARTS_OF_TIME = ("year", "month", "day", "week", "week_day", "hour", "minute", "second")
ANY_RECORD = {("choice", operation) for operation in ("in", "contains", "startswith", "endswith")}
"""Cases that any record may match: one letter, all choices."""


def test_every_operator_has_a_case() -> None:
    assert set(CASES) == {
        (name, operation)
        for name, field in ROW.fields.items()
        if name not in ("id", "many", "secret")
        for operation in OPERATORS.get(type(field.kind), ())
    }


@pytest.mark.parametrize(("kind", "operation"), CASES)
def test_every_operator_is_sent_and_looked_at_again(kind: str, operation: str) -> None:
    wanted, sent, fits, differs = CASES[kind, operation]
    name = f"{kind}__{operation}" if operation else kind
    filters = Filters(ROW, {name: wanted})
    if (kind, operation) in SENT_OTHERWISE:
        name, sent = SENT_OTHERWISE[kind, operation]
    assert filters.params == ({name: sent} if name else {})
    assert not filters.impossible
    names_values = (
        kind != "boolean"
        and operation in ("", "in", "contains", "startswith", "endswith", *PARTS_OF_TIME)
        and (kind, operation) not in ANY_RECORD
    )
    assert filters.narrows is (True if names_values else None)
    assert filters.matches({kind: fits})
    assert not filters.matches({kind: differs})
    # Whether "is not" lets nothing through is the server's to say.
    assert filters.matches({kind: None}) is (
        operation.startswith("not_")
        or (operation, wanted) == ("isnull", True)
        or (operation, wanted) == ("isnull", 1)
    )


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"colour": 1}, "thing has no field 'colour'; its fields are id, text"),
        ({"_search": "x"}, "no field '_search'"),
        ({"": "x"}, "no field ''"),
        ({"text__icontains": "x"}, "text has no filter 'icontains': use not_eq, in"),
        ({"relation__name": "x"}, "relation has no filter 'name'"),
        ({"boolean__lt": True}, "boolean has no filter 'lt'"),
        ({"date__hour": 1}, "date has no filter 'hour'"),
        ({"many": 1}, "cannot be filtered by many"),
        ({"many__in": [1]}, "cannot be filtered by many"),
        ({"json": 1}, "cannot be filtered by json"),
        ({"file": "x"}, "cannot be filtered by file"),
        ({"secret": "x"}, "cannot be filtered by secret"),
        ({"integer": "x"}, "integer must be a whole number, not 'x'"),
        ({"integer": True}, "integer must be a whole number"),
        ({"integer": ""}, "integer must be a whole number"),
        ({"integer__in": "1,x"}, "integer must be a whole number, not 'x'"),
        ({"integer__in": range(3)}, "integer must be a whole number"),
        ({"relation": "lab-a"}, "relation must be a whole number"),
        ({"relation__in": ["lab-a"]}, "relation must be a whole number"),
        ({"decimal": "x"}, "decimal must be a number"),
        ({"decimal": "nan"}, "decimal must be a number"),
        ({"date": "yesterday"}, "date must be a date"),
        ({"datetime": "yesterday"}, "datetime must be a time"),
        ({"boolean": "maybe"}, "boolean must be true or false"),
        ({"boolean": ""}, "boolean must be true or false"),
        ({"choice": "ZZ"}, r"choice must be one of AP \(Approved\), PD \(Pending\), not 'ZZ'"),
        ({"choice__in": ["AP", "ZZ"]}, "choice must be one of"),
        ({"date__year": "MMXXVI"}, "date__year must be a whole number"),
        ({"text__isnull": "perhaps"}, "text__isnull must be true or false"),
        ({"text": ["a", "b"]}, "a list goes with text__in, not with text"),
        ({"text__contains": ["a"]}, "a list goes with text__in, not with text__contains"),
        ({"text": {"a": 1}}, "a list goes with text__in"),
        ({"text__in": ["a,b"]}, "a value with a comma cannot be sent in a list: ask for it alone"),
        ({"text__not_in": ["a", "b,c"]}, "a value with a comma"),
        ({"text__in": ["a", None]}, "None cannot be sent in a list"),
        ({"text__in": None}, "text__in needs a value; None goes with text and text__not_eq alone"),
        ({"integer__lt": None}, "integer__lt needs a value"),
        ({"text__isnull": None}, "text__isnull needs a value"),
        ({"text": True}, "text must be a text"),
    ],
)
def test_what_the_server_would_ignore_is_an_error(filters: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        Filters(ROW, filters)


async def test_an_error_comes_before_anything_is_sent(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    for filters in (
        {"nmae": "c0001"},
        {"name__icontains": "c"},
        {"access_mode": "ZZ"},
        {"access_teams": 1},
    ):
        with pytest.raises(ConfigurationError):
            await case.kind.wait(client_of(case, server).retrieve_cluster(filters=filters))
    assert (server.calls, server.logins) == ([], [])


@pytest.mark.parametrize("value", [[], (), set(), frozenset()])
async def test_nothing_is_in_an_empty_list_and_nothing_is_sent(case: Case, value: Any) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    client = client_of(case, server)
    assert (
        await case.kind.wait(client.retrieve_cluster(filters={"id__in": value, "enabled": True}))
        == []
    )
    assert (server.calls, server.logins) == ([], [])
    assert len(await case.kind.wait(client.retrieve_cluster(filters={"id__not_in": value}))) == 3


async def test_none_is_null(case: Case) -> None:
    assert Filters(ROW, {"text": None}).params == {"text__isnull": "true"}
    assert Filters(ROW, {"text__not_eq": None}).params == {"text__isnull": "false"}
    server = Keystone(
        tables={
            CLUSTERS: [*clusters(1), {"id": 9, "name": "x", "enabled": True, "description": "y"}]
        }
    )
    client = client_of(case, server)
    assert [
        record["id"]
        for record in await case.kind.wait(client.retrieve_cluster(filters={"description": None}))
    ] == [1]
    assert [
        record["id"]
        for record in await case.kind.wait(
            client.retrieve_cluster(filters={"description__not_eq": None})
        )
    ] == [9]


async def test_an_empty_text_is_looked_for_by_the_client(case: Case) -> None:
    assert Filters(ROW, {"text": ""}).params == {}
    records = [
        {"id": 1, "name": "a", "description": ""},
        {"id": 2, "name": "b", "description": "x"},
        {"id": 3, "name": "c", "description": None},
    ]
    client = client_of(case, Keystone(tables={CLUSTERS: records}))
    assert [
        record["id"]
        for record in await case.kind.wait(client.retrieve_cluster(filters={"description": ""}))
    ] == [1]


async def test_what_comes_back_is_looked_at_again(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2500)})
    server.filtering = False
    client = client_of(case, server)
    assert [
        record["id"]
        for record in await case.kind.wait(client.retrieve_cluster(filters={"name": "c2222"}))
    ] == [2222]
    assert await case.kind.wait(client.retrieve_cluster(filters={"name": "C2222"})) == []
    assert (
        len(
            await case.kind.wait(client.retrieve_cluster(filters={"id__gt": 2000, "enabled": "no"}))
        )
        == 250
    )


async def test_lists_are_joined_by_commas(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(9)})
    found = await case.kind.wait(
        client_of(case, server).retrieve_cluster(
            filters={"id__in": [2, "5", 7], "name__in": "c0002, c0007"}
        )
    )
    assert [record["id"] for record in found] == [2, 7]
    assert (
        server.calls[0].url.query
        == b"_limit=1000&id__in=2%2C5%2C7&name__in=c0002%2Cc0007&_order=id&_offset=0"
    )


async def test_a_comma_may_stand_in_a_value_alone(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: [{"id": 1, "name": "a,b"}, {"id": 2, "name": "a"}]})
    found = await case.kind.wait(client_of(case, server).retrieve_cluster(filters={"name": "a,b"}))
    assert [record["id"] for record in found] == [1]


@pytest.mark.parametrize(
    "filters",
    [
        None,
        {},
        {"text__contains": ""},
        {"text__startswith": " "},
        {"choice__endswith": ""},
        {"id__not_in": []},
    ],
)
def test_filters_that_keep_nothing_out_know_it(filters: Any) -> None:
    idle = Filters(ROW, filters)
    assert (idle.narrows, idle.params, idle.impossible) == (False, {}, False)
    assert idle.matches({"id": 1, "text": None})


async def test_a_preference_is_found_by_its_user_though_the_server_cannot(case: Case) -> None:
    path = "/notifications/preferences/"
    server = Keystone(
        httpx.Response(
            200, json={"count": 2, "results": [{"id": 1, "user": 2}, {"id": 2, "user": 3}]}
        )
    )
    assert await case.kind.wait(
        client_of(case, server).retrieve_preference(filters={"user": 3})
    ) == [{"id": 2, "user": 3}]
    assert server.targets == [f"GET {path}?_limit=1000&_order=id&_offset=0"]


async def test_the_audit_log_is_filtered_by_names_that_it_does_not_show(case: Case) -> None:
    entry = {"id": 1, "record_id": 3, "action": "create", "cid": "x"}
    server = Keystone(httpx.Response(200, json={"count": 1, "results": [entry]}))
    assert await case.kind.wait(
        client_of(case, server).retrieve_log_audit(filters={"object_id": 3, "action": 0})
    ) == [entry]
    assert server.queries[0]["object_id"] == "3"
    assert server.queries[0]["action"] == "0"


@pytest.mark.parametrize(
    ("action", "sent"), [("create", "0"), ("Update", "1"), (2, "2"), ("3", "3"), ("access", "3")]
)
async def test_an_action_of_the_audit_log_is_filtered_by_label_or_number(
    case: Case, action: Any, sent: str
) -> None:
    entries = [
        {"id": number, "action": name}
        for number, name in enumerate(("create", "update", "delete", "access"))
    ]
    server = Keystone(httpx.Response(200, json={"count": 4, "results": entries}))
    found = await case.kind.wait(
        client_of(case, server).retrieve_log_audit(filters={"action": action})
    )
    assert [entry["id"] for entry in found] == [int(sent)]
    assert server.queries[0]["action"] == sent


async def test_computed_fields_are_filtered_by_the_client_and_not_ordered_by(case: Case) -> None:
    users = [{"id": 1, "display_name": "Ada L"}, {"id": 2, "display_name": "Ben"}]
    server = Keystone(httpx.Response(200, json={"count": 2, "results": users}))
    client = client_of(case, server)
    found = await case.kind.wait(client.retrieve_user(filters={"display_name__startswith": "ada"}))
    assert [user["id"] for user in found] == [1]
    assert set(server.queries[0]) == {"_order", "_limit", "_offset"}
    with pytest.raises(ConfigurationError, match="user records cannot be ordered by display_name"):
        await case.kind.wait(client.retrieve_user(order="display_name"))
    with pytest.raises(ConfigurationError, match="cannot be ordered by message_text"):
        await case.kind.wait(client.retrieve_notification(order="-message_text"))


@pytest.mark.parametrize(
    ("value", "sent", "found"),
    [
        ([True], {"enabled": "true"}, [1, 3]),
        (["no", False], {"enabled": "false"}, [2]),
        ("true,false", {}, [1, 2, 3]),
        ([], None, []),
    ],
)
async def test_a_list_of_booleans_is_not_sent(
    case: Case, value: Any, sent: Any, found: Any
) -> None:
    records = [{"id": number, "enabled": number != 2} for number in (1, 2, 3)]
    server = Keystone(tables={CLUSTERS: records})
    client = client_of(case, server)
    ids = [
        record["id"]
        for record in await case.kind.wait(client.retrieve_cluster(filters={"enabled__in": value}))
    ]
    assert ids == found
    if sent is not None:
        assert {name for name in server.queries[0] if name.startswith("enabled")} == set(sent)
        others = await case.kind.wait(client.retrieve_cluster(filters={"enabled__not_in": value}))
        assert sorted([*ids, *(record["id"] for record in others)]) == [1, 2, 3]
        assert not any("enabled" in name for name in server.queries[1])


async def test_a_request_is_filtered_by_the_time_at_which_it_was_submitted(case: Case) -> None:
    requests = [
        {"id": 1, "submitted": "2026-11-26T13:38:15.149628Z"},
        {"id": 2, "submitted": "2025-11-26T14:00:00Z"},
    ]
    server = Keystone(tables={"/allocations/requests/": requests})
    server.filtering = False
    client = client_of(case, server)
    for filters in (
        {"submitted__year": 2026},
        {"submitted__hour": 13},
        {"submitted__gte": "2026-11-26T00:00:00Z"},
        {"submitted__week_day": 5},
    ):
        found = await case.kind.wait(client.retrieve_request(filters=filters))
        assert [record["id"] for record in found] == [1]


def test_every_field_of_the_catalogue_can_be_filtered_by_or_says_why() -> None:
    for row in CATALOGUE.values():
        for field in row.fields.values():
            if field.many or field.secret or not field.kind.identifies:
                with pytest.raises(ConfigurationError, match="cannot be filtered"):
                    Filters(row, {field.name: "x"})
            else:
                assert Filters(row, {field.name: None}).matches({field.name: None})


@given(
    st.lists(st.integers(-5, 5)),
    st.integers(-5, 5),
    st.sampled_from(["", "not_eq", "in", "not_in", "lt", "lte", "gt", "gte"]),
)
def test_the_second_look_at_numbers_is_arithmetic(
    values: list[int], bound: int, operation: str
) -> None:
    truths = {
        "": lambda value: value == bound,
        "not_eq": lambda value: value != bound,
        "in": lambda value: value in (bound, 0),
        "not_in": lambda value: value not in (bound, 0),
        "lt": lambda value: value < bound,
        "lte": lambda value: value <= bound,
        "gt": lambda value: value > bound,
        "gte": lambda value: value >= bound,
    }
    wanted = [bound, 0] if "in" in operation else bound
    filters = Filters(ROW, {f"integer__{operation}" if operation else "integer": wanted})
    assert [value for value in values if filters.matches({"integer": value})] == [
        value for value in values if truths[operation](value)
    ]


@pytest.mark.parametrize(
    ("filters", "own"),
    [
        (
            {"name": {"contains": "a", "not_in": ["b"]}},
            {"name__contains": "a", "name__not_in": ["b"]},
        ),
        ({"name": {"equals": "a"}}, {"name": "a"}),
        ({"id": {"exists": "no"}}, {"id__isnull": True}),
        ({"team": {"name": "lab"}}, {"team": {"name": "lab"}}),
        ({"team": {}}, {"team": {}}),
        ({"name__in": "a,b"}, {"name__in": "a,b"}),
    ],
)
def test_the_operators_of_all_services_are_taken_too(filters: Any, own: Any) -> None:
    assert with_own_operators(filters) == own


async def test_the_server_is_asked_in_its_own_operators(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(9)})
    flow = client_of(case, server).retrieve_cluster(filters={"id": {"gte": 3, "lt": 5}})
    assert [record["id"] for record in await case.kind.wait(flow)] == [3, 4]
    assert {"id__gte": "3", "id__lt": "5"}.items() <= server.queries[0].items()


def test_no_list_of_the_server_needs_a_value_in_its_path() -> None:
    assert Filters(CATALOGUE["cluster"], {"name": "a"}).values_of("name") is None
