# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wanted states through Keystone's clients: what is read, what is written."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    AsyncKeystoneClient,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .server import (
    ATTACHMENTS,
    CLUSTERS,
    MEMBERSHIPS,
    REQUESTS,
    TEAMS,
    URL,
    USER,
    USERS,
    Keystone,
    client_of,
    clusters,
    page,
    said,
)

TEAM = {"id": 2, "name": "Lab A", "slug": "lab-a", "is_active": True, "users": []}
ALLOCATIONS = "/allocations/allocations/"


async def ensure(
    case: Case, client: Any, resource: str, *wanted: dict[str, Any], **wish: Any
) -> list[Any]:
    changes: list[Any] = await case.kind.wait(client.ensure(resource, list(wanted), **wish))
    return changes


def actions(changes: list[Any]) -> list[str]:
    return [change.action for change in changes]


async def test_from_nothing_and_then_nothing_more(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: [], TEAMS: [TEAM]})
    client = client_of(case, server)
    wanted = {
        "name": "hpc1",
        "enabled": "yes",
        "access_mode": "Whitelist",
        "access_teams": ["lab-a"],
    }
    (change,) = await ensure(case, client, "cluster", wanted)
    record = {"id": 1, "name": "hpc1", "enabled": True, "access_mode": "WL", "access_teams": [2]}
    assert (change.action, change.before, change.after) == ("create", None, record)
    writes = list(server.writes)
    assert writes == [f"POST {CLUSTERS}"]
    (change,) = await ensure(case, client, "cluster", wanted)
    assert (change.action, change.after) == ("none", record)
    assert server.writes == writes
    (change,) = await ensure(case, client, "cluster", {**wanted, "enabled": False})
    assert (change.action, change.sent) == ("update", {"enabled": False})
    assert server.writes[1:] == [f"PATCH {CLUSTERS}1/"]
    assert actions(await ensure(case, client, "cluster", {"name": "hpc1"}, state="absent")) == [
        "delete"
    ]
    assert actions(await ensure(case, client, "cluster", {"name": "hpc1"}, state="absent")) == [
        "none"
    ]


async def test_a_thousand_records_are_one_read_and_only_the_writes_that_differ(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1000)})
    client = client_of(case, server)
    wanted = [
        {
            "name": record["name"],
            "enabled": record["enabled"],
            "description": "odd" if record["id"] % 100 == 0 else None,
        }
        for record in clusters(1000)
    ]
    assert actions(await ensure(case, client, "cluster", *wanted)).count("update") == 10
    assert len(server.writes) == 10
    assert server.lists == 1
    changes = await ensure(case, client, "cluster", *wanted)
    assert set(actions(changes)) == {"none"}
    assert (len(server.writes), server.lists) == (10, 2)
    assert [change.after["name"] for change in changes] == [record["name"] for record in wanted]


async def test_few_records_are_asked_for_by_name(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1000)})
    await ensure(case, client_of(case, server), "cluster", {"name": "c0003"}, {"name": "c0004"})
    assert server.queries[0]["name__in"] == "c0003,c0004"


@pytest.mark.parametrize(
    "names",
    [["a,b"], [chr(0x4E2D) * 50 + str(number) for number in range(10)]],
    ids=["comma", "long"],
)
async def test_names_that_do_not_go_into_a_url_are_looked_for_in_the_list(
    case: Case, names: list[str]
) -> None:
    server = Keystone(
        tables={
            CLUSTERS: [{"id": number, "name": name} for number, name in enumerate(names, start=1)]
        }
    )
    assert set(
        actions(
            await ensure(
                case, client_of(case, server), "cluster", *[{"name": name} for name in names]
            )
        )
    ) == {"none"}
    assert all("name__in" not in query for query in server.queries)
    assert max(len(str(call.url)) for call in server.calls) < 3200


async def test_many_relations_by_name_are_one_read_each(case: Case) -> None:
    people = [
        {"id": number, "username": f"somebody-{number}@ks.example"} for number in range(1, 501)
    ]
    server = Keystone(tables={MEMBERSHIPS: [], TEAMS: [TEAM], USERS: people})
    changes = await ensure(
        case,
        client_of(case, server),
        "membership",
        *[{"user": one["username"], "team": "lab-a", "role": "Member"} for one in people],
    )
    assert set(actions(changes)) == {"create"}
    assert [change.after["user"] for change in changes] == list(range(1, 501))
    assert [path for path in server.paths if path.startswith("GET")] == [
        f"GET {USERS}",
        f"GET {TEAMS}",
        f"GET {TEAMS}",
        f"GET {MEMBERSHIPS}",
    ]
    assert max(len(str(call.url)) for call in server.calls) < 3200


async def test_an_allocation_is_found_by_names_all_the_way(case: Case) -> None:
    tables = {
        TEAMS: [TEAM, {**TEAM, "id": 3, "name": "Lab B", "slug": "lab-b"}],
        REQUESTS: [
            {"id": 7, "team": 3, "title": "Genome"},
            {"id": 8, "team": 2, "title": "Genome"},
        ],
        CLUSTERS: [{"id": 4, "name": "hpc1"}],
        ALLOCATIONS: [{"id": 1, "request": 8, "cluster": 4, "requested": 1000, "awarded": None}],
    }
    server = Keystone(tables=tables)
    wanted = {
        "request": {"team": "lab-a", "title": "Genome"},
        "cluster": "hpc1",
        "requested": "1000",
        "awarded": 500,
    }
    (change,) = await ensure(case, client_of(case, server), "allocation", wanted)
    assert (change.action, change.sent, change.before["id"]) == ("update", {"awarded": 500}, 1)
    with pytest.raises(
        ClientError, match=r"request title='Genome' matches 2 records \(id 7, 8\): give the id"
    ):
        await ensure(case, client_of(case, server), "allocation", {**wanted, "request": "Genome"})


async def test_a_rename_that_the_server_ignores_is_reported(case: Case) -> None:
    server = Keystone(tables={TEAMS: [TEAM]})
    (change,) = await ensure(case, client_of(case, server), "team", {"id": 2, "name": "Lab Z"})
    assert (change.action, change.ignored, change.after["name"], server.writes) == (
        "none",
        ["name"],
        "Lab A",
        [],
    )


async def test_a_write_that_the_server_ignores_is_reported(case: Case) -> None:
    server = Keystone(tables={USERS: [{"id": 1, "username": "ada", "is_staff": False}]})
    server.ignoring = {"is_staff"}
    (change,) = await ensure(
        case, client_of(case, server), "user", {"username": "ada", "is_staff": True}
    )
    assert (change.action, change.ignored) == ("none", ["is_staff"])
    assert server.writes == [f"PATCH {USERS}1/"]


async def test_a_password_is_set_once_by_default(case: Case) -> None:
    server = Keystone(tables={USERS: []})
    client = client_of(case, server)
    user = {"username": "grace", "password": "initial-secret"}
    (change,) = await ensure(case, client, "user", user)
    assert (change.action, change.after) == ("create", {"id": 1, "username": "grace"})
    assert server.bodies == [user]
    assert actions(await ensure(case, client, "user", {**user, "password": "another"})) == ["none"]
    assert actions(
        await ensure(case, client, "user", {**user, "password": "another"}, update_secrets=True)
    ) == ["update"]
    assert server.bodies[1:] == [{"password": "another"}]
    with pytest.raises(
        ConfigurationError,
        match="there is no user username='ada': to create it, give password",
    ):
        await ensure(case, client, "user", {"username": "ada"})


async def test_files_are_uploaded_with_their_fields(case: Case) -> None:
    server = Keystone(
        tables={
            ATTACHMENTS: [{"id": 1, "name": "old", "request": 8}],
            REQUESTS: [{"id": 8, "title": "Genome"}],
        }
    )
    client = client_of(case, server)
    plan = ("plan.txt", b"words", "text/plain")
    wanted = [
        {"name": "plan", "request": "Genome", "file": plan},
        {"name": "old", "request": 8, "file": plan},
    ]
    assert actions(await ensure(case, client, "attachment", *wanted)) == ["create", "none"]
    (sent,) = [call for call in server.calls if call.method == "POST"]
    assert b'name="request"\r\n\r\n8\r\n' in sent.content
    assert b'filename="plan.txt"' in sent.content
    assert actions(await ensure(case, client, "attachment", wanted[1], update_secrets=True)) == [
        "update"
    ]
    assert server.calls[-1].headers["content-type"].startswith("multipart/form-data")


async def test_errors_of_single_writes_are_in_their_changes(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    good = server.serve
    server.script = [good] + [
        lambda request: (
            page(500, "Server Error (500)") if request.url.path.endswith("/2/") else good(request)
        )
    ] * 3
    changes = await ensure(
        case,
        client_of(case, server),
        "cluster",
        *[{"name": f"c000{number}"} for number in (1, 2, 3)],
        state="absent",
    )
    assert [change.error is None for change in changes] == [True, False, True]
    assert isinstance(changes[1].error, HTTPStatusError)
    assert "other records may still refer to this cluster" in str(changes[1].error)
    assert [record["id"] for record in server.tables[CLUSTERS]] == [2]


async def test_deleting_a_record_that_is_gone_already_is_a_success(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    server.script = [server.serve, said(404, "No Cluster matches the given query.")]
    (change,) = await ensure(
        case, client_of(case, server), "cluster", {"name": "c0001"}, state="absent"
    )
    assert (change.action, change.error) == ("delete", None)


async def test_members_of_a_team_and_no_others(case: Case) -> None:
    users = [
        {"id": number, "username": name}
        for number, name in enumerate(("ada", "ben", "cy"), start=1)
    ]
    memberships = [
        {"id": 1, "user": 1, "team": 2, "role": "MB"},
        {"id": 2, "user": 2, "team": 2, "role": "MB"},
        {"id": 3, "user": 2, "team": 3, "role": "MB"},
    ]
    server = Keystone(
        tables={
            USERS: users,
            TEAMS: [TEAM, {**TEAM, "id": 3, "name": "Lab B", "slug": "lab-b"}],
            MEMBERSHIPS: memberships,
        }
    )
    wanted = [
        {"team": "lab-a", "user": "ada", "role": "Owner"},
        {"team": "lab-a", "user": "cy", "role": "Member"},
    ]
    changes = await ensure(
        case, client_of(case, server), "membership", *wanted, purge={"team": "lab-a"}
    )
    assert actions(changes) == ["update", "create", "delete"]
    assert [(one["user"], one["team"], one["role"]) for one in server.tables[MEMBERSHIPS]] == [
        (1, 2, "OW"),
        (2, 3, "MB"),
        (3, 2, "MB"),
    ]
    assert set(
        actions(
            await ensure(
                case, client_of(case, server), "membership", *wanted, purge={"team": "lab-a"}
            )
        )
    ) == {"none"}


@pytest.mark.parametrize("predict", [True, False])
@pytest.mark.parametrize(
    "filters",
    [
        {"id__not_in": []},
        {"id__not_in": ()},
        {"id__gte": 0},
        {"id__gt": -1, "id__lte": 10**9},
        {"id__isnull": False},
        {"name__isnull": "no"},
        {"name__not_eq": "absent"},
        {"name__not_in": ["absent", "other", "absent"]},
        {"name__not_contains": "zz"},
        {"name__not_startswith": "zz", "name__not_endswith": "zz"},
        {"name__contains": "0"},
        {"name__startswith": "c"},
        {"enabled": True},
        {"enabled__in": [True, False]},
        {"enabled__in": "yes"},
        {"access_mode__in": ["WL", "Blacklist", "OP"]},
        {"access_mode__not_eq": "BL"},
        {"access_mode__contains": "O"},
    ],
)
async def test_a_purge_needs_filters_that_keep_something_out(
    case: Case, filters: dict[str, Any], predict: bool
) -> None:
    records = [{**one, "enabled": True, "access_mode": "OP"} for one in clusters(5)]
    server = Keystone(tables={CLUSTERS: records})
    with pytest.raises(ConfigurationError, match="purge: these filters match every cluster"):
        await ensure(
            case,
            client_of(case, server),
            "cluster",
            {"name": "c0001"},
            purge=filters,
            predict=predict,
        )
    assert server.writes == []


@pytest.mark.parametrize(
    ("filters", "deleted"),
    [
        ({"id__gte": 4}, [4, 5]),
        ({"name__not_eq": "c0003"}, [2, 4, 5]),
        ({"enabled": False}, [2, 4]),
        ({"name__startswith": "c00"}, [2, 3, 4, 5]),
        ({"access_mode": "Open"}, [2, 3, 4, 5]),
        ({"id__in": [2, 3], "enabled": True}, [3]),
    ],
)
async def test_a_purge_takes_filters_that_keep_something_out_or_name_values(
    case: Case, filters: dict[str, Any], deleted: list[int]
) -> None:
    records = [{**one, "access_mode": "OP"} for one in clusters(5)]
    client = client_of(case, Keystone(tables={CLUSTERS: records}))
    changes = await ensure(case, client, "cluster", {"name": "c0001"}, purge=filters)
    assert [change.before["id"] for change in changes if change.action == "delete"] == deleted


@pytest.mark.parametrize(
    "filters",
    [
        {"name": None},
        {"name__not_eq": None},
        {"enabled__not_eq": None},
        {"name": ""},
        {"name__not_eq": " "},
        {"name__contains": ""},
        {"name__startswith": " "},
        {"name__not_in": ["", " "]},
        {"name__in": ["c0002", ""]},
        {"access_mode": None, "name": "c0002"},
    ],
)
async def test_a_purge_by_a_variable_that_came_out_empty_is_refused(
    case: Case, filters: dict[str, Any]
) -> None:
    server = Keystone(tables={CLUSTERS: clusters(5)})
    with pytest.raises(ConfigurationError, match="purge: the filter .* has an empty value"):
        await ensure(case, client_of(case, server), "cluster", {"name": "c0001"}, purge=filters)
    assert server.calls == [] or server.paths == [f"GET {CLUSTERS}"]


@pytest.mark.parametrize("team", ["1", " 1 ", "001", "\u0661", "9"])
async def test_a_team_that_is_called_by_digits_is_never_taken_for_an_id_in_a_purge(
    case: Case, team: str
) -> None:
    members = [{"id": 1, "user": 5, "team": 1}, {"id": 2, "user": 6, "team": 2}]
    teams = [{"id": 1, "name": "Lab A", "slug": "lab-a"}, {"id": 2, "name": "7", "slug": "seven"}]
    server = Keystone(tables={MEMBERSHIPS: members, TEAMS: teams})
    client = client_of(case, server)
    for filters in ({"team": team}, {"team__in": f"{team},7"}, {"team": {"name": team}}):
        with pytest.raises(ClientError, match="there is no team"):
            await ensure(case, client, "membership", purge=filters)
    assert server.writes == []
    assert actions(await ensure(case, client, "membership", purge={"team": "7"})) == ["delete"]
    assert [record["id"] for record in server.tables[MEMBERSHIPS]] == [1]


async def test_records_without_an_id_of_its_kind_are_not_deleted(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: [{"id": "../../users/users/1", "name": "x"}]})
    with pytest.raises(ClientError, match="the server sent a cluster whose id is"):
        await ensure(case, client_of(case, server), "cluster", {"name": "x"}, state="absent")
    assert server.writes == []


async def test_an_unknown_argument_is_named(case: Case) -> None:
    client = client_of(case, Keystone())
    with pytest.raises(TypeError, match="unknown argument 'purg': did you mean 'purge'"):
        await ensure(case, client, "cluster", purg={"name": "x"})


@pytest.mark.parametrize(("options", "expected"), [({}, 1), ({"concurrency": 3}, 3)])
async def test_writes_are_one_at_a_time_by_default(options: dict[str, Any], expected: int) -> None:
    server = Keystone(tables={CLUSTERS: []})
    under_way = most = 0

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return server.answer(request)

    transport = httpx.MockTransport(slow)
    async with AsyncKeystoneClient(URL, **USER, transport=transport) as client:
        wanted = [{"name": f"n{number}"} for number in range(9)]
        changes = await client.ensure("cluster", wanted, **options)
    assert {change.action for change in changes} == {"create"}
    assert most == expected


async def test_relations_that_a_locked_database_refused_are_written_again(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: []})
    server.refusing = 3
    wanted = [
        {"name": f"n{number}", "access_mode": "BL", "access_teams": [1, 2]} for number in range(5)
    ]
    changes = await ensure(case, client_of(case, server), "cluster", *wanted, concurrency=4)
    assert [(change.action, change.error) for change in changes] == [("create", None)] * 5
    assert [record["access_teams"] for record in server.tables[CLUSTERS]] == [[1, 2]] * 5
    assert [change.after["access_teams"] for change in changes] == [[1, 2]] * 5
    assert [path.partition(" ")[0] for path in server.writes] == [*["POST"] * 5, *["PATCH"] * 3]
    assert actions(await ensure(case, client_of(case, server), "cluster", *wanted)) == ["none"] * 5


async def test_a_purge_looks_again_at_what_a_server_lists(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(6)})
    server.filtering = False
    changes = await ensure(
        case,
        client_of(case, server),
        "cluster",
        {"name": "c0001"},
        purge={"name__in": ["c0001", "c0002"]},
    )
    assert actions(changes) == ["none", "delete"]
    assert [record["id"] for record in server.tables[CLUSTERS]] == [1, 3, 4, 5, 6]
    assert actions(
        await ensure(
            case, client_of(case, server), "cluster", {"name": "c0001"}, purge={"id__in": []}
        )
    ) == ["none"]


async def test_nothing_wanted_is_only_a_purge(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    client = client_of(case, server)
    assert await ensure(case, client, "cluster") == []
    assert server.calls == []
    assert actions(await ensure(case, client, "cluster", purge={"id": 2})) == ["delete"]
    assert server.paths == [f"GET {CLUSTERS}", f"DELETE {CLUSTERS}2/"]


async def test_a_prediction_sends_no_write(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2), TEAMS: []})
    changes = await ensure(
        case,
        client_of(case, server),
        "cluster",
        {"name": "c0001", "access_teams": ["lab-new"]},
        {"name": "new"},
        purge={"enabled": False},
        predict=True,
    )
    assert actions(changes) == ["update", "create", "delete"]
    assert changes[0].after["access_teams"] == ["lab-new"]
    assert server.writes == []


async def test_types_that_cannot_be_written_are_an_error(case: Case) -> None:
    client = client_of(case, Keystone())
    for name in ("log_request", "log_audit", "log_task", "log_feed"):
        with pytest.raises(ConfigurationError, match=f"{name} records are read-only in this API"):
            await ensure(case, client, name, {"id": 1})
    with pytest.raises(ConfigurationError, match="comment has no natural key"):
        await ensure(case, client, "comment", {"content": "x", "request": 1})
    with pytest.raises(ConfigurationError, match="notification records cannot be deleted"):
        await ensure(case, client, "notification", {"id": 1}, state="absent")


async def test_reading_a_notification(case: Case) -> None:
    server = Keystone(
        tables={"/notifications/notifications/": [{"id": 1, "read": False, "subject": "x"}]}
    )
    assert actions(
        await ensure(case, client_of(case, server), "notification", {"id": 1, "read": "yes"})
    ) == ["update"]
    assert server.bodies == [{"read": True}]


async def test_concurrency_bounds_the_writes(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: []})
    changes = await ensure(
        case,
        client_of(case, server),
        "cluster",
        *[{"name": f"n{number}"} for number in range(30)],
        concurrency=3,
    )
    assert sorted(change.after["id"] for change in changes) == list(range(1, 31))
    assert [change.after["name"] for change in changes] == [f"n{number}" for number in range(30)]


async def test_a_relation_to_an_id_that_does_not_exist_is_nothing_to_remove(case: Case) -> None:
    refused = said(400, "Select a valid choice. That choice is not one of the available choices.")
    server = Keystone(
        refused, tables={MEMBERSHIPS: [{"id": 4, "user": 7, "team": 2, "role": "MB"}]}
    )
    assert actions(
        await ensure(
            case, client_of(case, server), "membership", {"user": 99, "team": 2}, state="absent"
        )
    ) == ["none"]
    assert [query.get("user__in") for query in server.queries] == ["99", None]
    assert server.writes == []


async def test_other_refusals_of_a_filter_are_errors(case: Case) -> None:
    server = Keystone(said(400, "Enter a number."))
    with pytest.raises(HTTPStatusError, match="Enter a number"):
        await ensure(case, client_of(case, server), "cluster", {"name": "hpc1"})


async def test_a_doi_that_is_empty_finds_nothing(case: Case) -> None:
    with pytest.raises(ConfigurationError, match="found by its doi, but doi is missing"):
        await ensure(case, client_of(case, Keystone()), "publication", {"doi": "", "title": "x"})


async def test_a_refused_login_is_not_a_refused_filter(case: Case) -> None:
    server = Keystone(tables={MEMBERSHIPS: []})
    server.login = said(400, "no such user")
    with pytest.raises(AuthenticationError, match="no such user"):
        await ensure(
            case, client_of(case, server), "membership", {"user": 99, "team": 2}, state="absent"
        )
    assert server.queries == []
