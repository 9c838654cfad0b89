# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wanted states of Sequoia's resources: what is read, what is sent for what differs, what becomes
of errors; and criteria from plain data."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.conditions import criteria_of
from ansible_collections.restops.clients.plugins.module_utils.sequoia.criteria import Expression
from ansible_collections.restops.clients.plugins.module_utils.sequoia.errors import VersionMismatch
from ansible_collections.restops.clients.plugins.module_utils.sequoia.records import (
    SequoiaStore,
    complete_reference,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .store import DESCRIPTOR, Metadata, Store
from .support import Server, client_of, error

NAMES = [f"c{number}" for number in range(250)]


def actions(changes: list[Any]) -> list[str]:
    return [change.action for change in changes]


# Writing


async def test_a_resource_from_nothing_to_nothing(case: Case) -> None:
    metadata = Metadata(case, Store())
    (change,) = await metadata.ensure({"name": "c1", "title": "One"})
    assert (change.action, change.label, change.before) == (
        "create",
        "contents ref='acme:c1'",
        None,
    )
    assert (change.after["version"], change.after["title"]) == ("v1", "One")
    (change,) = await metadata.ensure({"ref": "acme:c1", "title": "One"})
    assert (change.action, change.after["version"]) == ("none", "v1")
    (change,) = await metadata.ensure({"name": "c1", "title": "Two"})
    assert (change.action, change.before["title"], change.after["title"], change.sent) == (
        "update",
        "One",
        "Two",
        {"title": "Two"},
    )
    (change,) = await metadata.ensure({"name": "c1"}, state="absent")
    assert (change.action, change.after) == ("delete", None)
    (change,) = await metadata.ensure({"name": "c1"}, state="absent")
    assert change.action == "none"
    assert metadata.writes == [("DELETE", 1), ("POST", 1), ("PUT", 1)]
    assert metadata.store.items == {}


async def test_all_requests_of_one_wish_have_one_correlation_id(case: Case) -> None:
    metadata = Metadata(case, Store("c0"))
    await metadata.ensure({"name": "c0", "title": "x"}, {"name": "c1"})
    ids = [
        request.headers["x-correlation-id"]
        for request in metadata.server.requests
        if "/data/" in request.url.path
    ]
    assert len(ids) == 3
    assert len(set(ids)) == 1


async def test_new_resources_are_stored_a_hundred_at_a_time(case: Case) -> None:
    metadata = Metadata(case, Store())
    changes = await metadata.ensure(*({"name": name} for name in NAMES))
    assert [change.after["ref"] for change in changes] == [f"acme:{name}" for name in NAMES]
    assert metadata.writes == [("POST", 50), ("POST", 100), ("POST", 100)]
    assert actions(await metadata.ensure(*({"name": name} for name in NAMES))) == ["none"] * 250
    assert len(metadata.writes) == 3


async def test_changes_are_sent_one_by_one_over_the_version_that_was_read(case: Case) -> None:
    metadata = Metadata(case, Store("c0", "c1", "c2"))
    changes = await metadata.ensure(
        {"name": "c0", "active": True},
        {"name": "c1", "title": "Title of c1"},
        {"name": "c2", "active": False},
    )
    assert actions(changes) == ["update", "none", "update"]
    puts = {
        request.url.path: request for request in metadata.server.requests if request.method == "PUT"
    }
    assert {path: request.headers["if-match"] for path, request in puts.items()} == {
        "/data/contents/acme:c0": '"v1"',
        "/data/contents/acme:c2": '"v3"',
    }
    assert metadata.items_of(puts["/data/contents/acme:c0"]) == [
        {"ref": "acme:c0", "owner": "acme", "name": "c0", "title": "Title of c0", "active": True},
    ]


async def test_changes_may_be_stored_together_and_unconditionally(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES[:150]))
    changes = await metadata.ensure(
        *({"name": name, "active": True} for name in NAMES[:160]), conditional=False
    )
    assert actions(changes) == ["update"] * 150 + ["create"] * 10
    assert metadata.writes == [("POST", 60), ("POST", 100)]
    assert not [request for request in metadata.server.requests if "if-match" in request.headers]
    assert metadata.store.items["acme:c7"]["title"] == "Title of c7"


async def test_a_resource_without_a_version_is_not_changed_as_if_it_had_one(case: Case) -> None:
    metadata = Metadata(case, Store("c0"))
    del metadata.store.items["acme:c0"]["version"]
    (change,) = await metadata.ensure({"name": "c0", "title": "x"})
    assert "acme:c0 has no version" in str(change.error)
    assert metadata.sent("PUT") == []
    assert actions(await metadata.ensure({"name": "c0", "title": "x"}, conditional=False)) == [
        "update"
    ]


async def test_resources_without_a_reference_are_an_error(case: Case) -> None:
    metadata = Metadata(case, Store("c0"))
    del metadata.store.items["acme:c0"]["ref"]
    with pytest.raises(ClientError, match="resources without ref"):
        await metadata.ensure({"name": "c0"}, purge={"title": "Title of c0"})
    assert metadata.sent("POST") == []


async def test_what_is_not_given_stays_unless_it_is_replaced(case: Case) -> None:
    metadata = Metadata(case, Store())
    metadata.store.keep(
        {"owner": "acme", "name": "c0", "title": "One", "tags": ["x"], "undescribed": 1}
    )
    await metadata.ensure({"name": "c0", "active": True})
    own = {"ref": "acme:c0", "owner": "acme", "name": "c0", "title": "One"}
    assert metadata.sent("PUT")[0] == {**own, "tags": ["x"], "undescribed": 1, "active": True}
    (change,) = await metadata.ensure({"name": "c0", "active": True, "title": "One"}, replace=True)
    assert change.sent == {"tags": None}
    # A field that the descriptor does not know cannot be released.
    assert metadata.sent("PUT")[1] == {**own, "undescribed": 1, "active": True}
    assert actions(
        await metadata.ensure({"name": "c0", "active": True, "title": "One"}, replace=True)
    ) == ["none"]


@pytest.mark.parametrize("descriptor", [DESCRIPTOR, None])
async def test_a_title_that_is_let_go_is_the_name(case: Case, descriptor: Any) -> None:
    metadata = Metadata(case, Store("c0", descriptor=descriptor))
    # Without a descriptor nothing tells what only the server writes.
    metadata.store.items["acme:c0"].pop("slug")
    (change,) = await metadata.ensure({"name": "c0"}, replace=True)
    assert (change.action, change.after["title"], change.ignored) == ("update", "c0", [])
    metadata.store.items["acme:c0"].pop("slug")
    assert actions(await metadata.ensure({"name": "c0"}, replace=True)) == ["none"]
    assert len(metadata.writes) == 1


async def test_a_resource_without_titles_is_not_given_one(case: Case) -> None:
    fields = {name: {"type": "string"} for name in ("ref", "owner", "name", "tags")}
    metadata = Metadata(case, Store(descriptor={"resourcefuls": {"contents": {"fields": fields}}}))
    await metadata.ensure({"name": "c0", "tags": ["x"]}, replace=True)
    assert metadata.sent("POST") == [
        {"ref": "acme:c0", "owner": "acme", "name": "c0", "tags": ["x"]}
    ]


async def test_null_empties_a_field(case: Case) -> None:
    metadata = Metadata(case, Store())
    metadata.store.keep({"owner": "acme", "name": "c0", "tags": ["x"]})
    (change,) = await metadata.ensure({"name": "c0", "tags": None})
    assert (change.action, change.after.get("tags")) == ("update", None)
    assert "tags" not in metadata.sent("PUT")[0]
    assert actions(await metadata.ensure({"name": "c0", "tags": None})) == ["none"]


async def test_many_are_deleted_a_hundred_at_a_time(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES))
    changes = await metadata.ensure(*({"name": name} for name in [*NAMES, "none"]), state="absent")
    assert actions(changes) == ["delete"] * 250 + ["none"]
    assert metadata.writes == [("DELETE", 50), ("DELETE", 100), ("DELETE", 100)]
    assert metadata.store.items == {}


async def test_a_prediction_sends_nothing_and_says_the_same(case: Case) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    wanted = (
        {"name": "c0", "title": "x"},
        {"name": "c1", "title": "Title of c1"},
        {"name": "c2", "title": "new"},
    )
    predicted = await metadata.ensure(*wanted, predict=True)
    assert metadata.writes == []
    done = await metadata.ensure(*wanted)
    assert actions(predicted) == actions(done) == ["update", "none", "create"]
    assert [change.after["title"] for change in predicted] == [
        change.after["title"] for change in done
    ]


async def test_responses_need_not_show_what_was_written(case: Case) -> None:
    """Some services answer a write without a body."""
    store = Store("c0")

    def silent(request: httpx.Request) -> httpx.Response:
        return store(request) if request.method == "GET" else httpx.Response(204)

    contents = client_of(case, Server(silent)).metadata.contents
    changes = await case.kind.wait(
        contents.ensure("acme", [{"name": "c0", "title": "x"}, {"name": "c1", "title": "y"}])
    )
    assert [(change.action, change.after["title"], change.error) for change in changes] == [
        ("update", "x", None),
        ("create", "y", None),
    ]


# Purging


async def test_a_purge_takes_what_the_filters_match(case: Case) -> None:
    metadata = Metadata(case, Store("kept", "gone", "other"))
    metadata.store.items["acme:other"]["title"] = "Another"
    for name in ("kept", "gone"):
        metadata.store.items[f"acme:{name}"]["title"] = "Shared"
    changes = await metadata.ensure({"name": "kept", "title": "Shared"}, purge={"title": "Shared"})
    assert [(change.action, change.label) for change in changes] == [
        ("none", "contents ref='acme:kept'"),
        ("delete", "contents ref='acme:gone'"),
    ]
    assert set(metadata.store.items) == {"acme:kept", "acme:other"}
    assert await metadata.ensure(purge={"title": "Nothing"}) == []


@pytest.mark.parametrize("predict", [True, False])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"owner": "acme"},
        {" Owner": "acme"},
        {"owner": {"not_equal_to": "rival"}},
        {"title": {}},
        {"title": ""},
        {"title": " "},
        {"title": []},
        {"title": None},
        {"title": ["a", None]},
        {"title": {"starts_with": ""}},
        {"title": {"starts_with": "T"}},
        {"title": "*"},
        {"title": "**"},
        {"title": "!"},
        {"title": "!nothing"},
        {"title": "!|"},
        {"title": "*||x"},
        {"title": "||"},
        {"title": "Title*"},
        {"title": {"exists": True}},
        {"title": {"missing": False}},
        {"title": {"not_equal_to": "nothing"}},
        {"title": {"at_least": " "}},
        {"title": {"greater_than": "A"}},
        {"title": {"between": ["A", "Z"]}},
        {"title": {"not_between": ["x", "z"]}},
        {"nothing": {"missing": True}},
        {"ref": {"starts_with": "acme:"}},
        {"ref": {"starts_with": "acme:c"}},
        {"ref": {"starts_with": "acme"}},
        {"ref": "acme:*"},
        {"active": True},
        {"active": ["yes", "true", True]},
    ],
)
async def test_a_purge_never_works_on_a_whole_list(
    case: Case, filters: dict[str, Any], predict: bool
) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.filtering = False
    for item in metadata.store.items.values():
        item["active"] = True
    with pytest.raises(ConfigurationError):
        await metadata.ensure({"name": "c0"}, purge=filters, predict=predict)
    assert set(metadata.store.items) == {"acme:c0", "acme:c1"}


@pytest.mark.parametrize(
    ("filters", "deleted"),
    [
        ({"title": "/"}, []),
        ({"title": "Title of c1"}, ["acme:c1"]),
        ({"title": ["Title of c1", "x"]}, ["acme:c1"]),
        ({"Title": {"starts_with": "Title of c"}}, ["acme:c1", "acme:c2"]),
        ({"title": {"not_equal_to": "Title of c1"}}, ["acme:c2"]),
        ({"releaseYear": {"at_most": 2000}}, ["acme:c1"]),
        ({"releaseYear": {"less_than": "2001"}}, ["acme:c1"]),
        ({"releaseYear": {"greater_than": 2000}}, ["acme:c2"]),
        ({"releaseYear": {"at_least": 2001}}, ["acme:c2"]),
        ({"releaseYear": {"between": [1999, 2000]}}, ["acme:c1"]),
        ({"releaseYear": {"not_between": [1999, 2000]}}, ["acme:c2"]),
        ({"releaseYear": {"between": ["x", "y"]}}, []),
        ({"startAt": {"less_than": "2021-01-01T00:00:00.000Z"}}, ["acme:c1"]),
        ({"tags": "b"}, ["acme:c1", "acme:c2"]),
        ({"tags": {"not_equal_to": "a"}}, ["acme:c2"]),
        ({"tags": "lang:en"}, []),
        ({"scores": "imdb:7"}, ["acme:c1"]),
        ({"scores": {"missing": True}}, ["acme:c2"]),
        ({"active": "false", "title": {"exists": True}}, ["acme:c2"]),
        ({"ref": "acme:c2"}, ["acme:c2"]),
        ({"ref": {"starts_with": "acme:c2"}}, ["acme:c2"]),
    ],
)
@pytest.mark.parametrize("described", [True, False])
async def test_every_condition_of_a_purge_is_checked_on_each_record(
    case: Case, filters: dict[str, Any], deleted: list[str], described: bool
) -> None:
    metadata = Metadata(case, Store("c0", "c1", "c2", descriptor=DESCRIPTOR if described else None))
    metadata.store.filtering = False
    items = metadata.store.items
    items["acme:c1"].update(
        releaseYear=2000, startAt="2020-06-01T00:00:00.000Z", tags=["a", "b"], active=True
    )
    items["acme:c1"]["scores"] = {"imdb": 7}
    items["acme:c2"].update(releaseYear=2001, startAt="2022-01-01T00:00:00.000Z", tags=["b", None])
    items["acme:c2"]["active"] = False
    await metadata.ensure({"name": "c0"}, purge=filters)
    assert sorted({"acme:c0", "acme:c1", "acme:c2"} - set(items)) == deleted


async def test_a_time_in_another_zone_is_the_same_time(case: Case) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.filtering = False
    metadata.store.items["acme:c1"]["startAt"] = "2020-06-01T00:00:00.000Z"
    changes = await metadata.ensure(purge={"startAt": "2020-06-01T02:00:00+02:00"})
    assert [change.label for change in changes] == ["contents ref='acme:c1'"]


@pytest.mark.parametrize("filtering", [True, False])
async def test_a_purge_deletes_nothing_of_another_owner(case: Case, filtering: bool) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.filtering = filtering
    for ref, owner in (("rival:c1", "rival"), ("acme:c9", "rival"), ("acmes:c1", "acme")):
        item = {**metadata.store.items["acme:c1"], "ref": ref, "owner": owner}
        metadata.store.items[ref] = item
    changes = await metadata.ensure({"name": "c0"}, purge={"title": "Title of c1"})
    assert [change.label for change in changes[1:]] == ["contents ref='acme:c1'"]
    assert metadata.sent("DELETE") == ["acme:c1"]
    metadata.store.filtering = False
    # Records of others do not prove that a filter keeps something out.
    with pytest.raises(ConfigurationError, match="match every contents"):
        await metadata.ensure(purge={"title": {"not_equal_to": "x"}})


async def test_a_purge_by_a_field_that_nothing_has_is_refused(case: Case) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.filtering = False
    with pytest.raises(ConfigurationError, match="no listed contents has the field 'titel'"):
        await metadata.ensure({"name": "c0"}, purge={"titel": "x"})
    assert metadata.sent("DELETE") == []


async def test_a_reference_with_a_comma_would_delete_others(case: Case) -> None:
    metadata = Metadata(case, Store("keep", "x"))
    metadata.store.filtering = False
    metadata.store.items["acme:x,acme:keep"] = {
        **metadata.store.items["acme:x"],
        "ref": "acme:x,acme:keep",
        "name": "x,acme:keep",
    }
    with pytest.raises(ClientError, match="with the ref 'acme:x,acme:keep': a comma separates"):
        await metadata.ensure({"name": "keep"}, purge={"title": "Title of x"})
    item = {"ref": "acme:x,acme:keep", "owner": "acme", "name": "x,acme:keep"}
    for call in (
        lambda: metadata.contents.delete("acme", "acme:x,acme:keep"),
        lambda: metadata.contents.update("acme", item, "acme:x,acme:keep"),
    ):
        with pytest.raises(ConfigurationError, match="has a comma: give several references as a"):
            await case.kind.wait(call())
    assert metadata.sent("DELETE") == []


async def test_a_store_that_met_a_server_error_is_finished(case: Case) -> None:
    metadata = Metadata(case, Store("c0"))
    broken = [True, False]

    def store(request: httpx.Request) -> httpx.Response:
        answer = metadata.store(request)
        if request.method == "POST" and broken.pop(0):
            metadata.store.items.pop("acme:n1")
            return error(500, "Internal Server Error")
        return answer

    metadata.server.script = [store]
    changes = await metadata.ensure({"name": "n0", "title": "t"}, {"name": "n1"}, {"name": "n2"})
    assert [(change.action, change.error) for change in changes] == [("create", None)] * 3
    assert set(metadata.store.items) == {"acme:c0", "acme:n0", "acme:n1", "acme:n2"}
    assert metadata.writes == [("POST", 1), ("POST", 3)]


# Errors


async def test_a_resource_that_has_changed_is_an_error_and_the_others_are_written(
    case: Case,
) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.lagging = True
    metadata.store.before = {ref: dict(item) for ref, item in metadata.store.items.items()}
    metadata.store.keep({"owner": "acme", "name": "c0", "title": "Somebody else's"})
    first, second = await metadata.ensure(
        {"name": "c0", "active": True}, {"name": "c1", "active": True}
    )
    assert isinstance(first.error, VersionMismatch)
    assert "versions do not match" in first.error.message
    assert (first.action, first.after["title"]) == ("update", "Title of c0")
    assert (second.error, second.after["active"]) == (None, True)
    assert metadata.store.items["acme:c0"]["title"] == "Somebody else's"


async def test_reads_that_lag_behind_writes_lose_nothing(case: Case) -> None:
    metadata = Metadata(case, Store("c0"))
    metadata.store.lagging = True
    metadata.store.before = {ref: dict(item) for ref, item in metadata.store.items.items()}
    await metadata.ensure({"name": "c0", "title": "First"})
    (late,) = await metadata.ensure({"name": "c0", "active": True})
    assert isinstance(late.error, VersionMismatch)
    metadata.store.lagging = False
    (then,) = await metadata.ensure({"name": "c0", "active": True})
    assert (then.after["title"], then.after["active"]) == ("First", True)


async def test_a_request_that_fails_fails_all_that_it_was_to_store(case: Case) -> None:
    metadata = Metadata(case, Store())
    metadata.store.failing = {"c120"}
    changes = await metadata.ensure(*({"name": name} for name in NAMES))
    failed = [number for number, change in enumerate(changes) if change.error is not None]
    assert failed == list(range(100, 200))
    assert {
        (type(changes[number].error), changes[number].error.status_code) for number in failed
    } == {(HTTPStatusError, 400)}
    assert len(metadata.store.items) == 150


async def test_a_deletion_that_fails_leaves_what_it_was_to_delete(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES[:120]))
    metadata.store.failing = {"c110"}
    changes = await metadata.ensure(*({"name": name} for name in NAMES[:120]), state="absent")
    assert [change.error is None for change in changes] == [True] * 100 + [False] * 20
    assert changes[110].after == changes[110].before
    assert len(metadata.store.items) == 20


async def test_nothing_is_purged_where_something_failed(case: Case) -> None:
    metadata = Metadata(case, Store("c0", "c1"))
    metadata.store.failing = {"c0"}
    await metadata.ensure({"name": "c0", "title": "x"}, purge={"title": "Title of c1"})
    assert "acme:c1" in metadata.store.items


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"title": "x"}, "needs name, or ref as owner:name"),
        ({"name": ""}, "needs name"),
        ({"ref": "acme:"}, "needs name"),
        ({"ref": "c1"}, "needs name"),
        ({"ref": "acme:c1,acme:c2"}, "needs name"),
        ({"name": "c1", "ref": "acme:c2"}, "contradict each other"),
        ({"name": "c1", "owner": "test"}, "contradict each other, or the owner is not acme"),
        (
            {"ref": "test:c1"},
            "the ref, owner and name of test:c1 contradict each other, or the owner is not acme",
        ),
        ({"ref": "test:c1", "owner": "test", "name": "c1"}, "the owner is not acme"),
        (
            {"name": "c1", "colour": "red"},
            "contents has no field 'colour'; its fields are ref, owner, name, title",
        ),
        ({"name": "c1", "version": "v1"}, "contents.version is read-only"),
        ({"name": "c1", "slug": "c1"}, "contents.slug is read-only"),
        ({"name": "c1", "active": "perhaps"}, "active must be true or false"),
        ({"name": "c1", "releaseYear": "soon"}, "releaseYear must be a whole number"),
    ],
)
async def test_what_cannot_be_wanted_is_said_before_any_data_is_read(
    case: Case, record: dict[str, Any], reason: str
) -> None:
    metadata = Metadata(case, Store())
    with pytest.raises(ConfigurationError, match=reason):
        await metadata.ensure(record)
    assert [request.url.path for request in metadata.server.requests] == ["/descriptor/raw"]


async def test_the_same_twice(case: Case) -> None:
    with pytest.raises(ConfigurationError, match="contents ref='acme:c1' is listed twice"):
        await Metadata(case, Store()).ensure({"name": "c1"}, {"ref": "acme:c1"})


@pytest.mark.parametrize(
    "given",
    [
        {"name": "2020"},
        {"name": 2020},
        {"ref": "acme:2020"},
        {"ref": "acme:2020", "owner": "acme", "name": 2020},
        {"name": "2020", "ref": None},
    ],
)
def test_ref_owner_and_name_follow_from_each_other(given: dict[str, Any]) -> None:
    assert complete_reference({**given, "title": "x"}, "acme") == {
        "ref": "acme:2020",
        "owner": "acme",
        "name": "2020",
        "title": "x",
    }


# Reading


async def test_no_more_is_read_than_is_wanted(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES))
    await metadata.ensure(
        {"name": "c3", "title": "Title of c3"}, {"name": "c4", "title": "Title of c4"}
    )
    assert metadata.reads == [{"owner": "acme", "continue": "true", "withRef": "acme:c3||acme:c4"}]


async def test_many_references_are_asked_for_in_several_queries(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES))
    await metadata.ensure(*({"name": name} for name in NAMES[:120]))
    assert sorted(len(query["withRef"].split("||")) for query in metadata.reads) == [20, 50, 50]
    asked = {ref for query in metadata.reads for ref in query["withRef"].split("||")}
    assert asked == {f"acme:{name}" for name in NAMES[:120]}


async def test_lists_are_read_to_their_end(case: Case) -> None:
    metadata = Metadata(case, Store(*NAMES))
    metadata.store.page_size = 20
    changes = await metadata.ensure(
        *({"name": name, "title": f"Title of {name}"} for name in NAMES[:45])
    )
    assert actions(changes) == ["none"] * 45
    assert [query["continue"] for query in metadata.reads] == ["true", "20", "40"]


async def test_a_list_that_cannot_be_read_is_an_error(case: Case) -> None:
    store = Store(*NAMES)

    def failing(request: httpx.Request) -> httpx.Response:
        return (
            error(403, "no permission") if "c60" in request.url.query.decode() else store(request)
        )

    server = Server(failing)
    contents = client_of(case, server).metadata.contents
    with pytest.raises(HTTPStatusError, match="403"):
        await case.kind.wait(contents.ensure("acme", [{"name": name} for name in NAMES]))
    assert not [request for request in server.requests if request.method != "GET"]


@pytest.mark.parametrize(
    "answer",
    [
        {"meta": {}},
        {"meta": {}, "content": []},
        {"meta": {}, "contents": {}},
        [],
        httpx.Response(200),
    ],
)
async def test_a_response_that_is_not_a_list_is_not_taken_for_an_empty_one(
    case: Case, answer: Any
) -> None:
    server = Server(error(404), answer)
    contents = client_of(case, server).metadata.contents
    if answer == []:
        # A bare list is one.
        server.script.append({"meta": {}, "contents": []})
        assert actions(await case.kind.wait(contents.ensure("acme", [{"name": "c1"}]))) == [
            "create"
        ]
        return
    with pytest.raises(SerializationError, match="the response has no list of contents"):
        await case.kind.wait(contents.ensure("acme", [{"name": "c1"}]))
    assert {request.method for request in server.requests} == {"GET"}


async def test_all_resources_of_an_owner_are_read_in_order(case: Case) -> None:
    metadata = Metadata(case, Store("b", "a", "c"))
    store = SequoiaStore(metadata.contents._items, "acme", True)
    row = await case.kind.wait(metadata.contents.described())

    async def read(*arguments: Any, **options: Any) -> list[str]:
        flow = store.read_all(row, *arguments, **options)
        found = await case.kind.wait(metadata.contents._caller.perform(flow))
        return [record["name"] for record in found]

    assert await read(order=["-name"], limit=2) == ["c", "b"]
    assert await read({"name": ["a", "b"]}, fields=["name"]) == ["b", "a"]
    assert metadata.reads[-1]["fields"] == "name,owner,ref"


def test_there_are_no_relations_to_resolve(case: Case) -> None:
    records = SequoiaStore(client_of(case, Server()).metadata.contents._items, "acme", True)
    with pytest.raises(ConfigurationError, match="no relation"):
        records.resource("categories")


# What the service says of itself


async def test_the_descriptor_is_read_once(case: Case) -> None:
    metadata = Metadata(case, Store())
    row = await case.kind.wait(metadata.contents.described())
    await metadata.ensure({"name": "c0"})
    await metadata.ensure({"name": "c0"})
    assert (row.name, row.closed) == ("contents", True)
    assert [request.url.path for request in metadata.server.requests].count("/descriptor/raw") == 1


@pytest.mark.parametrize(
    "answer", [None, error(403), error(410), httpx.Response(200, html="<html>")]
)
async def test_a_service_need_not_describe_itself_and_is_asked_once(
    case: Case, answer: Any
) -> None:
    metadata = Metadata(case, Store(descriptor=answer))
    assert not (await case.kind.wait(metadata.contents.described())).closed
    assert (await metadata.ensure({"name": "c0", "anything": {"a": 1}}))[0].after["anything"] == {
        "a": 1
    }
    assert actions(await metadata.ensure({"name": "c0", "anything": {"a": 1}})) == ["none"]
    assert [request.url.path for request in metadata.server.requests].count("/descriptor/raw") == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(500), HTTPStatusError),
        (error(429), HTTPStatusError),
        (error(401), AuthenticationError),
    ],
)
async def test_a_descriptor_that_could_not_be_read_is_not_one_that_is_missing(
    case: Case, answer: httpx.Response, kind: type[Exception]
) -> None:
    metadata = Metadata(case, Store(descriptor=answer), retry=1)
    for dummy in range(2):
        with pytest.raises(kind):
            await metadata.ensure({"name": "c0"})
    assert metadata.writes == []


# Criteria from plain data


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a", "a"),
        (5, "5"),
        (True, "true"),
        (["a", "b"], "a||b"),
        (("a",), "a"),
        ({"equal_to": "a*"}, "a*"),
        ({"equal_to": ["a"]}, "a"),
        ({"not_equal_to": "a"}, "!a"),
        ({"one_of": ["a", 5]}, "a||5"),
        ({"one_of": "a"}, "a"),
        ({"starts_with": "a"}, "a*"),
        ({"exists": True}, "*"),
        ({"exists": False}, "!*"),
        ({"exists": "no"}, "!*"),
        ({"missing": "true"}, "!*"),
        ({"missing": False}, "*"),
        ({"between": [1, 5]}, "1/5"),
        ({"not_between": [1, 5]}, "!1/5"),
        ({"at_least": 1}, "1/"),
        ({"at_most": 1}, "/1"),
        ({"greater_than": 1}, "!/1"),
        ({"less_than": 1}, "!1/"),
    ],
)
def test_conditions(value: Any, sent: str) -> None:
    assert criteria_of({"releaseYear": value}).params() == {"withReleaseYear": sent}


def test_every_operator_is_known() -> None:
    with pytest.raises(ConfigurationError) as caught:
        criteria_of({"name": {"is": "x"}})
    named = str(caught.value).partition("use one of ")[2].split(", ")
    assert set(named) == {name for name in dir(Expression) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"is": "x"}, "name has no operator 'is': use one of equal_to, not_equal_to, one_of"),
        ({"_name": "x"}, "no operator"),
        ({"__class__": "x"}, "no operator"),
        ({5: "x"}, "no operator 5"),
        ({}, "name has no condition"),
        ("", "a value that is not empty; missing: true"),
        ({"equal_to": ""}, "a value that is not empty"),
        (None, "not with NoneType"),
        ([], "one_of needs a value"),
        ([""], "not empty"),
        ({"equal_to": ["a", "b"]}, "name: equal_to takes one value, not"),
        ({"starts_with": []}, "takes one value"),
        ({"between": 5}, "name: between takes a list of two values, not 5"),
        ({"between": [1, 2, 3]}, "a list of two"),
        ({"equal_to": {"a": 1}}, "not with dict"),
        ({"exists": None}, "name: exists must be true or false"),
        ({"missing": "perhaps"}, "name: missing must be true or false"),
        ({"exists": ["a"]}, "must be true or false"),
        ({"at_least": 1, "at_most": 5}, "a condition for Name already; one_of and between"),
    ],
)
def test_what_is_no_condition(value: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        criteria_of({"name": value})


@pytest.mark.parametrize(
    ("include", "params"),
    [
        ((), {}),
        (None, {}),
        ("", {}),
        ("assets", {"include": "assets"}),
        ("categories, assets,", {"include": "assets,categories"}),
        (["categories", "assets"], {"include": "assets,categories"}),
        (
            {"assets": ["ref", "name"], "categories": None},
            {"include": "assets,categories", "assets.fields": "name,ref"},
        ),
        ({"assets": "ref, name"}, {"include": "assets", "assets.fields": "name,ref"}),
    ],
)
def test_what_is_included(include: Any, params: dict[str, str]) -> None:
    assert criteria_of({}, include).params() == params


@pytest.mark.parametrize(
    "include",
    [5, [{"assets": ["ref"]}], {"assets": 5}, {"assets": [{"a": 1}]}, {5: None}, {"": None}],
)
def test_what_cannot_be_included(include: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="include takes names of relationships|name of a relationship"
    ):
        criteria_of({}, include)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refused_login_is_not_a_service_without_a_descriptor(
    case: Case, status: int
) -> None:
    metadata = Metadata(case, Store(), retry=1)
    metadata.server.login = error(status)
    for dummy in range(2):
        with pytest.raises(AuthenticationError) as caught:
            await metadata.ensure({"name": "c0"})
        assert caught.value.status_code == status


# As an object


async def test_the_resources_of_a_kind_are_an_object(case: Case) -> None:
    metadata = Metadata(case, Store("a", "b"))
    client = client_of(case, metadata.server)
    contents = client.records("contents", service="metadata", owner="acme")
    wait = case.kind.wait
    assert [item["name"] for item in await wait(contents.list(order=["-name"]))] == ["b", "a"]
    assert (await wait(contents.list({"name": "b"})))[0]["ref"] == "acme:b"
    for target in ("a", "acme:a", {"name": "a"}):
        assert (await wait(contents.find(target)))["ref"] == "acme:a"
    assert await wait(contents.find("none")) is None
    assert (await wait(contents.create({"name": "c", "title": "C"})))["ref"] == "acme:c"
    assert (await wait(contents.update("c", {"title": "D"})))["title"] == "D"
    (change,) = await wait(contents.ensure([{"name": "c", "title": "D"}]))
    assert change.action == "none"
    assert await wait(contents.delete("c")) is True
    assert await wait(contents.delete("c")) is False
    assert [method for method, dummy in metadata.writes] == ["DELETE", "POST", "PUT"]


async def test_the_owner_is_that_of_the_registry_unless_another_is_given(case: Case) -> None:
    client = client_of(case, Metadata(case, Store("a")).server)
    found = await case.kind.wait(client.records("contents", service="metadata").list())
    assert [item["name"] for item in found] == ["a"]
    with pytest.raises(ConfigurationError, match="owner must be the name of an owner"):
        client.records("contents", service="metadata", owner="")
