# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for Keystone: their features beside requests and wanted states."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    keystone,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.unit.keystone.server import (
    ATTACHMENTS,
    CLUSTERS,
    TEAMS,
    URL,
    USER,
    Keystone,
    clusters,
)

STEP = {
    "method": "POST",
    "path": CLUSTERS,
    "payload": {"name": "x"},
    "ref": "c",
    "query_params": None,
}
READ = {
    "method": "GET",
    "path": CLUSTERS,
    "payload": None,
    "ref": None,
    "query_params": {"_limit": 1},
}
GOOD = {
    "ref": "c",
    "index": 1,
    "method": "POST",
    "path": CLUSTERS,
    "status": 201,
    "body": {"id": 1, "_history": []},
}
Runner = Callable[..., dict[str, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give a function that runs a task with the options that Ansible would hand over."""

    def perform(
        task: Any, server: Keystone, context: Context | None = None, **given: Any
    ) -> dict[str, Any]:
        spec = keystone.INFO_OPTIONS if task is keystone.info else keystone.BATCH_OPTIONS
        monkeypatch.setattr(
            keystone,
            "make_client",
            lambda dummy, want_async: keystone_factory(
                URL, **USER, transport=server.transport, want_async=want_async
            ),
        )
        params = {name: option.get("default") for name, option in spec.items()}
        result: dict[str, Any] = task({**params, **given}, context or Context())
        json.dumps(result)
        return result

    return perform


def test_reading_records(run: Runner) -> None:
    server = Keystone(tables={CLUSTERS: clusters(4)})
    result = run(keystone.info, server, resource="cluster")
    assert (result["changed"], result["count"], [record["id"] for record in result["records"]]) == (
        False,
        4,
        [1, 2, 3, 4],
    )
    assert "_history" not in result["records"][0]
    result = run(
        keystone.info,
        server,
        resource="cluster",
        filters={"enabled": "no"},
        order=["-name"],
        search="c",
        limit=1,
        fields=["name", "_team", "description"],
    )
    assert result == {
        "changed": False,
        "records": [{"name": "c0004", "_team": None, "description": None}],
        "count": 1,
    }
    assert {
        name: server.queries[-1][name] for name in ("enabled", "_order", "_search", "_limit")
    } == {
        "enabled": "false",
        "_order": "-name,id",
        "_search": "c",
        "_limit": "1",
    }
    assert run(
        keystone.info,
        server,
        Context(check_mode=True),
        resource="cluster",
        filters={"name": "none"},
    ) == {"changed": False, "records": [], "count": 0}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"resource": "x"}, "there is no resource 'x': use one of "),
        (
            {"resource": "cluster", "fields": ["name", "colour"]},
            "fields: cluster has no field 'colour'; its fields are id, name",
        ),
        ({"resource": "cluster", "filters": {"colour": 1}}, "cluster has no field 'colour'"),
        (
            {"resource": "cluster", "filters": {"access_mode": "bogus"}},
            "access_mode must be one of",
        ),
        ({"resource": "cluster", "order": ["colour"]}, "cluster has no field 'colour'"),
        ({"resource": "review", "search": "x"}, "cannot search in review records"),
        ({"resource": "cluster", "limit": 0}, "limit must be a whole number"),
    ],
)
def test_unreadable_input_is_an_error_before_anything_is_sent(
    run: Runner, given: dict[str, Any], reason: str
) -> None:
    server = Keystone()
    with pytest.raises(TaskError, match=reason):
        run(keystone.info, server, **given)
    assert (server.calls, server.logins) == ([], [])


def test_filters_by_name(run: Runner) -> None:
    grants = [{"id": 1, "team": 2, "title": "x"}, {"id": 2, "team": 3, "title": "y"}]
    server = Keystone(
        tables={TEAMS: [{"id": 2, "name": "Lab A", "slug": "lab-a"}], "/research/grants/": grants}
    )
    assert [
        record["id"]
        for record in run(keystone.info, server, resource="grant", filters={"team": "lab-a"})[
            "records"
        ]
    ] == [1]


def test_a_batch(run: Runner) -> None:
    server = Keystone(httpx.Response(200, json={"results": [GOOD]}))
    result = run(keystone.batch, server, actions=[STEP, READ])
    assert result == {"changed": True, "results": [{**GOOD, "body": {"id": 1}}]}
    actions = [
        {name: value for name, value in action.items() if value is not None}
        for action in (STEP, READ)
    ]
    assert server.bodies == [{"job": {"dry_run": False, "actions": actions}}]


@pytest.mark.parametrize(
    ("actions", "dry_run", "check_mode", "changed", "sent"),
    [
        ([STEP], False, False, True, True),
        ([STEP], False, True, True, False),
        ([STEP], True, False, False, True),
        ([STEP], True, True, False, True),
        ([READ], False, False, False, True),
        ([READ], False, True, False, True),
    ],
)
def test_changed_and_check_mode(
    run: Runner, actions: list[Any], dry_run: bool, check_mode: bool, changed: bool, sent: bool
) -> None:
    server = Keystone(httpx.Response(200, json={"results": []}))
    result = run(
        keystone.batch, server, Context(check_mode=check_mode), actions=actions, dry_run=dry_run
    )
    assert result["changed"] is changed
    assert (len(server.calls), len(server.logins)) == ((1, 1) if sent else (0, 0))
    if not sent:
        shown = {"method": "POST", "path": CLUSTERS, "payload": {"name": "x"}, "ref": "c"}
        assert result["request"] == {
            "method": "POST",
            "url": f"{URL}/batch/",
            "body": {"actions": [shown]},
        }
        assert result["results"] == []


def test_a_failed_step_fails_the_task(run: Runner) -> None:
    answer = {
        "detail": "Step #1 (POST /allocations/clusters/) failed with status 400",
        "step": 1,
        "status": 400,
        "body": {"name": ["Taken."]},
    }
    with pytest.raises(
        TaskError,
        match=r"Step #1 .* failed with status 400; name: Taken; nothing of the batch was kept",
    ) as caught:
        run(keystone.batch, Keystone(httpx.Response(422, json=answer)), actions=[STEP])
    assert (caught.value.result["status"], caught.value.result["json"]) == (422, answer)


def test_files_of_a_batch(run: Runner, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_bytes(b"words")
    server = Keystone(httpx.Response(200, json={"results": []}))
    action = {**STEP, "path": ATTACHMENTS, "payload": {"file": "@file{plan}", "request": 1}}
    run(keystone.batch, server, actions=[action], files={"plan": str(plan)})
    assert (
        b'name="plan"; filename="plan.txt"\r\nContent-Type: text/plain\r\n\r\nwords'
        in server.calls[0].content
    )
    with pytest.raises(TaskError, match="cannot read"):
        run(keystone.batch, server, actions=[action], files={"plan": str(tmp_path / "none")})
