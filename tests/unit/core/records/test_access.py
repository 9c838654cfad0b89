# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows that check themselves, and records in the forms of callers and servers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.access import (
    Access,
    Delete,
    List,
    One,
    Write,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.codec import (
    decoded,
    encoded,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import Document
from ansible_collections.restops.clients.plugins.module_utils.core.records.ensure_options import (
    EnsureOptions,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import (
    Field,
    FieldAccess,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.core.records.wanted import parse

ID = Field("id", kinds.INTEGER, access=FieldAccess.READ_ONLY)


def order(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def test_a_path_alone_has_the_usual_routes() -> None:
    access = Access("/boxes/")
    assert repr(access) == "<Access /boxes/>"
    assert [f"{route.method} {route.path}" for route in access.routes] == [
        "GET /boxes/",
        "GET /boxes/{id}/",
        "POST /boxes/",
        "PATCH /boxes/{id}/",
        "DELETE /boxes/{id}/",
    ]
    assert Access("/boxes").one[0].path == "/boxes/{id}"
    assert access.verbs == {"create", "retrieve", "update", "delete"}
    assert not access.differs_by_release
    assert repr(Write("/x", "PUT")) == "<Write PUT /x>"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: List("boxes"), "path must be a text that begins with '/', not 'boxes'"),
        (lambda: List("/x", method="PUT"), "/x: method must be one of GET, POST, not 'PUT'"),
        (lambda: Write("/x", "GET"), "/x: method must be one of POST, PUT, PATCH, not 'GET'"),
        (lambda: Delete("/x/{id}", batch=2), "/x/{id}: batch must be 1 if the path names a record"),
        (lambda: Delete("/x", batch=0), "batch must be 1 if"),
        (lambda: Access("/x", one=Write("/x")), "one: give a One or several"),
        (lambda: Access(()), "many: give the route of the list"),
        (lambda: ResourceType("box", "/x", (ID,), key=("name",)), "box does not define name"),
        (lambda: ResourceType("box", "/x", (ID,), verbs=("drop",)), "box does not define drop"),
        (lambda: ResourceType("box", "/x", (ID,), document="doc"), "box does not define doc"),
        (
            lambda: ResourceType("box", Access("/{parent}/x"), (ID,)),
            "box does not define parent",
        ),
        (
            lambda: ResourceType("box", Access("/x", create=Write("/x", fields=("size",))), (ID,)),
            "box does not define size",
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_in_one_line(make: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("release", "exists"),
    [(None, False), ((5, 9), False), ((6,), True), ((6, 5), True), ((6, 6), False)],
)
def test_a_route_exists_in_the_releases_that_have_it(release: Any, exists: bool) -> None:
    assert List("/x", since="6", until="6.6").exists_in(release, order) is exists


def test_a_type_without_differences_is_the_same_in_all_releases() -> None:
    row = ResourceType("box", "/boxes", (ID,))
    assert row.for_release((1,), order) is row


def test_a_release_without_the_route_of_a_single_record_has_a_list() -> None:
    row = ResourceType("box", Access("/boxes", one=One("/box", since="6")), (ID,))
    assert row.for_release((6,), order).is_single
    assert not row.for_release((5,), order).is_single


@pytest.mark.parametrize(
    ("names", "params"),
    [
        ([], {}),
        (["name"], {"sort": "name", "by": ""}),
        (["-name"], {"sort": "-name", "by": "-"}),
        (["a", "b"], None),
    ],
)
def test_a_list_is_sorted_by_one_field(names: list[str], params: Any) -> None:
    route = List("/x", order={"sort": "{sign}{field}", "by": "{sign}"})
    assert route.sorting(names) == params
    assert List("/x").sorting(["name"]) is None


# Fields under other names

ACCOUNT = ResourceType(
    "account",
    "/accounts",
    (
        ID,
        Field("name"),
        Field("workflow", wire="componentId"),
        Field("roles", many=True, wire="assignedRoles.*.roleId", extra={"kind": "x"}),
        Field("host", wire="data.server.host"),
        Field("document", Document()),
    ),
    key=("name",),
    document="document",
)


def test_records_of_the_server_get_the_names_of_the_callers_and_back() -> None:
    raw = {
        "id": 1,
        "name": "a",
        "componentId": "w1",
        "assignedRoles": [{"roleId": "r1", "kind": "x"}],
        "data": {"server": {"host": "h"}},
        "tasks": {"1": {}},
    }
    record = decoded(ACCOUNT, raw)
    assert record == {
        "id": 1,
        "name": "a",
        "workflow": "w1",
        "roles": ["r1"],
        "assignedRoles": [{"roleId": "r1", "kind": "x"}],
        "host": "h",
        "document": {"tasks": {"1": {}}},
    }
    assert encoded(ACCOUNT, record) == raw
    assert encoded(ACCOUNT, {"name": "a", "other": 1}) == {"name": "a", "other": 1}


def test_what_the_server_leaves_out_stays_out() -> None:
    assert decoded(ACCOUNT, {"name": "a", "componentId": None, "assignedRoles": "none"}) == {
        "name": "a",
        "workflow": None,
        "roles": "none",
        "assignedRoles": "none",
    }


def test_a_field_may_have_the_name_that_another_one_has_on_the_wire() -> None:
    row = ResourceType("box", "/x", (ID, Field("tag", wire="tags.first"), Field("tags")))
    assert decoded(row, {"tags": {"first": 1}}) == {"tags": {"first": 1}, "tag": 1}


def test_fields_of_one_object_on_the_wire_are_sent_together() -> None:
    row = ResourceType(
        "box", "/x", (ID, Field("host", wire="data.host"), Field("port", wire="data.port"))
    )
    assert encoded(row, {"host": "h", "port": 1}) == {"data": {"host": "h", "port": 1}}


def test_a_field_is_accepted_under_both_names_but_not_twice() -> None:
    options = EnsureOptions()
    assert parse(ACCOUNT, {"name": "a", "componentId": "w"}, options)["workflow"] == "w"
    with pytest.raises(ConfigurationError, match="componentId and workflow are the same"):
        parse(ACCOUNT, {"name": "a", "workflow": "w", "componentId": "w"}, options)


def test_defaults_are_part_of_what_is_wanted() -> None:
    row = ResourceType(
        "device",
        "/x",
        (ID, Field("inventory"), Field("name")),
        key=("inventory", "name"),
        defaults={"inventory": "default"},
    )
    options = EnsureOptions()
    assert parse(row, {"name": "a"}, options) == {"name": "a", "inventory": "default"}
    assert parse(row, {"name": "a", "inventory": "b"}, options)["inventory"] == "b"
    assert parse(row, {"id": 5}, EnsureOptions(match=("id",))) == {"id": 5}


def test_unused_routes_are_left_out_of_the_names() -> None:
    access = Access("/x", one=One("/y/{name}"), update=(), delete=Delete("/z/{name}"))
    assert access.placeholders == {"name"}


# What callers may give

FORM = ResourceType(
    "form",
    "/x",
    (
        ID,
        Field("name"),
        Field("body"),
        Field("kind"),
        Field("flow", wire="target", implies={"kind": "flows"}),
        Field("plan", wire="target", implies={"kind": "plans"}),
        Field("rest", Document()),
        Field("made", access=FieldAccess.READ_ONLY),
    ),
    key=("name",),
    document="rest",
    text="body",
    derived={"body": ("{rest.title} {rest.info.version}", "{name}")},
)


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        # A whole record of the server, with another name.
        (
            {"name": "b", "rest": {"id": 7, "name": "a", "made": 1, "body": "x", "steps": [1]}},
            {"name": "b", "body": "x", "rest": {"steps": [1]}},
        ),
        ({"name": "a", "rest": {"body": "x"}}, {"name": "a", "body": "x"}),
        ({"name": "a", "rest": "text"}, {"name": "a", "body": "text"}),
        (
            {"name": "a", "rest": {"title": "t", "info": {"version": 2}}},
            {"name": "a", "rest": {"title": "t", "info": {"version": 2}}, "body": "t 2"},
        ),
        ({"name": "a"}, {"name": "a", "body": "a"}),
        ({"name": "a", "body": "own"}, {"name": "a", "body": "own"}),
        # Fields that share a place.
        (
            {"name": "a", "body": "b", "plan": "p"},
            {"name": "a", "body": "b", "plan": "p", "kind": "plans"},
        ),
        (
            {"name": "a", "body": "b", "target": "p", "kind": "plans"},
            {"name": "a", "body": "b", "plan": "p", "kind": "plans"},
        ),
        (
            {"name": "a", "body": "b", "target": "f"},
            {"name": "a", "body": "b", "flow": "f", "kind": "flows"},
        ),
        ({"name": "a", "body": "b", "flow": None}, {"name": "a", "body": "b", "flow": None}),
    ],
)
def test_a_record_may_be_given_in_several_forms(given: Any, parsed: Any) -> None:
    assert parse(FORM, given, EnsureOptions()) == parsed


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"flow": "f", "plan": "p"}, "flow and plan are the same: give one"),
        ({"flow": "f", "kind": "plans"}, "flow does not go with kind 'plans'"),
    ],
)
def test_fields_that_contradict_each_other_are_an_error(given: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        parse(FORM, {"name": "a", **given}, EnsureOptions())


@pytest.mark.parametrize("kind", ["flows", "plans", "others"])
def test_a_place_that_fields_share_belongs_to_the_one_that_is_implied(kind: str) -> None:
    record = decoded(FORM, {"id": "1", "name": "a", "kind": kind, "target": "t"})
    own = {"flows": {"flow": "t"}, "plans": {"plan": "t"}}.get(kind, {})
    assert record == {"id": "1", "name": "a", "kind": kind, **own}


def test_a_field_that_stands_inside_another_one_is_put_into_it() -> None:
    row = ResourceType("box", "/x", (ID, Field("tag", wire="tags.first"), Field("tags")))
    assert encoded(row, {"tag": 1, "tags": {"second": 2}}) == {"tags": {"first": 1, "second": 2}}
