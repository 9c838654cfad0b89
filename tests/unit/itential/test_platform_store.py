# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store of the Platform: its catalogue, rows in playbooks, and the server's release."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform_store import (
    PlatformStore,
)
from ansible_collections.restops.clients.tests.unit.support import Case, Server

from .simulated import Platform

OPEN_SINCE = {
    "name": "widget",
    "access": {
        "many": [
            {"path": "/old/widgets", "paging": "bare", "until": "6"},
            {"path": "/widgets", "paging": "bare", "since": "6.6"},
        ]
    },
    "key": "name",
}


async def test_a_workflow_is_created_once_and_changed_in_place(case: Case) -> None:
    platform = Platform(case)
    wanted = {"name": "Port turn up", "document": {"tasks": {"1a": {"name": "x"}}}}
    created = await platform.bring("workflow", wanted)
    assert created.action == "create"
    again = await platform.bring("workflow", wanted)
    assert (again.action, platform.writes) == ("none", [])
    changed = await platform.bring("workflow", {**wanted, "description": "new"})
    assert changed.action == "update"
    assert changed.after["_id"] == created.after["_id"]
    assert [call for call, dummy in platform.writes] == [
        f"PUT /automation-studio/automations/{created.after['_id']}"
    ]
    gone = await platform.bring("workflow", wanted, state="absent")
    assert gone.action == "delete"
    assert (await platform.bring("workflow", wanted, state="absent")).action == "none"
    assert platform.sim.ignored == []


async def test_all_handles_of_a_client_share_one_store(case: Case) -> None:
    client = Platform(case).client
    assert client.records("workflow")._store is client.records("template")._store


async def test_a_type_that_the_catalogue_lacks_is_given_as_a_dict(case: Case) -> None:
    platform = Platform(case)
    row = {
        "name": "flow",
        "id_field": "_id",
        "access": {
            "many": {
                "path": "/automation-studio/workflows",
                "paging": "items",
                "filters": "brackets",
            }
        },
    }
    found = await platform.list(row, {"name": "workflow 001"})
    assert [record["name"] for record in found] == ["workflow 001"]
    assert b"equals[name]" in platform.sim.log[-1].query.encode() or "equals%5Bname%5D" in (
        platform.sim.log[-1].query
    )


async def test_facts_are_gathered_by_name(case: Case) -> None:
    found = await case.kind.wait(Platform(case).client.gather(["version"]))
    assert (list(found.facts), found.unavailable) == (["version"], {})


@pytest.mark.parametrize("status", [403, 404, 405, 501])
async def test_facts_of_a_server_that_fails_the_login_are_an_error(case: Case, status: int) -> None:
    platform = Platform(case)
    platform.sim.faults.append({"path": "/login", "status": status, "times": 9})
    with pytest.raises(HTTPStatusError, match=rf"^POST \S+/login: {status} "):
        await case.kind.wait(platform.client.gather(["version", "health"]))
    assert platform.sim.counters["POST /login"] == 1


async def test_an_unknown_resource_is_an_error_that_names_the_nearest_one(case: Case) -> None:
    with pytest.raises(ConfigurationError, match="no resource 'worklfow': did you mean 'workflow'"):
        await Platform(case).list("worklfow")


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ({"release": "2023.2.13", "version": "5.1"}, "/old/widgets"),
        ({"release": "6.5.2"}, None),
        ({"release": "", "version": "6.6.1"}, "/widgets"),
        ({"version": None}, "/widgets"),
        ([], "/widgets"),
        (httpx.Response(403, json={"message": "Forbidden"}), "/widgets"),
        (httpx.Response(200, text="<html>"), "/widgets"),
    ],
)
async def test_the_release_is_read_once_if_a_type_depends_on_it(
    case: Case, answer: Any, path: str | None
) -> None:
    health = answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def serve(request: httpx.Request) -> httpx.Response:
        return health if request.url.path == "/health/server" else httpx.Response(200, json=[])

    server = Server(*[serve] * 3)
    client = case.platform(server)
    records = client.records(OPEN_SINCE)
    for dummy in range(2):
        if path is None:
            with pytest.raises(ConfigurationError, match="release .* has no widget records"):
                await case.kind.wait(records.list())
        else:
            await case.kind.wait(records.list())
    assert server.paths.count("/health/server") == 1
    assert {*server.paths} - {"/health/server"} == ({path} if path else set())


async def test_a_release_that_cannot_be_read_for_a_moment_is_read_again(case: Case) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/health/server":
            return httpx.Response(200, json=[])
        return next(responses)

    responses = iter((httpx.Response(503), httpx.Response(200, json={"release": "6.6.1"})))
    server = Server(*[serve] * 3)
    records = case.platform(server, retry=1).records(OPEN_SINCE)
    with pytest.raises(HTTPStatusError, match=r"/health/server: 503 "):
        await case.kind.wait(records.list())
    await case.kind.wait(records.list())
    assert server.paths == ["/health/server", "/health/server", "/widgets"]


def test_releases_named_after_years_come_before_platform_6(case: Case) -> None:
    store = PlatformStore(case.platform(Server()))
    texts = ["2022.1", "2023.2", "2023.2.13", "6", "6.5", "6.5.2", "6.6.0-rc.1"]
    releases = [store.comparable_release(text) for text in texts]
    assert releases == sorted(releases)
    assert store.comparable_release("unknown") == ()
