# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task behind the modules for wanted states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import (
    Change,
    ResourceType,
)
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    keystone_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import resource
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
    USERS,
    Keystone,
    clusters,
    page,
    said,
)

TEAM = {"id": 2, "name": "Lab A", "slug": "lab-a", "is_active": True, "users": []}


def run(server: Keystone, context: Context | None = None, **given: Any) -> dict[str, Any]:
    """Run the task with the options that Ansible would hand over."""
    params = {name: option.get("default") for name, option in resource.OPTIONS.items()}

    def factory(dummy: Mapping[str, Any], want_async: bool) -> Any:
        return keystone_factory(URL, **USER, transport=server.transport, want_async=want_async)

    result = resource.run(
        factory, resource.by_name, {**params, "resource": "cluster", **given}, context or Context()
    )
    json.dumps(result)
    return result


def failure(server: Keystone, **given: Any) -> TaskError:
    with pytest.raises(TaskError) as caught:
        run(server, **given)
    json.dumps(caught.value.result)
    return caught.value


def test_one_record() -> None:
    server = Keystone(tables={CLUSTERS: []})
    data = {"name": "hpc1", "enabled": "no", "access_mode": "Open"}
    record = {"id": 1, "name": "hpc1", "enabled": False, "access_mode": "OP"}
    wanted = {"name": "hpc1", "enabled": False, "access_mode": "OP"}
    header = {"before_header": "cluster name='hpc1'", "after_header": "cluster name='hpc1'"}
    assert run(server, data=data) == {
        "changed": True,
        "action": "create",
        "record": record,
        "ignored": [],
        "diff": [{**header, "before": {}, "after": wanted}],
    }
    assert run(server, data=data) == {
        "changed": False,
        "action": "none",
        "record": record,
        "ignored": [],
        "diff": [],
    }
    changed = run(server, data={**data, "enabled": True})
    assert (changed["action"], changed["record"]["enabled"]) == ("update", True)
    assert changed["diff"] == [{**header, "before": {"enabled": False}, "after": {"enabled": True}}]
    gone = run(server, data={"name": "hpc1"}, state="absent")
    assert (gone["changed"], gone["action"], gone["record"]) == (
        True,
        "delete",
        {**record, "enabled": True},
    )
    assert gone["diff"] == [{**header, "before": {**record, "enabled": True}, "after": {}}]
    assert run(server, data={"name": "hpc1"}, state="absent") == {
        "changed": False,
        "action": "none",
        "record": {},
        "ignored": [],
        "diff": [],
    }


def test_check_mode_says_the_same_and_sends_no_write() -> None:
    server = Keystone(tables={CLUSTERS: clusters(2)})
    records = [{"name": "c0001", "enabled": False}, {"name": "new"}, {"name": "c0002"}]
    predicted = run(server, Context(check_mode=True), records=records)
    assert server.writes == []
    done = run(server, records=records)
    assert (
        predicted["summary"]
        == done["summary"]
        == {"created": 1, "updated": 1, "deleted": 0, "unchanged": 1}
    )
    assert predicted["changed"] is done["changed"] is True
    assert predicted["diff"] == done["diff"]
    assert [result["action"] for result in done["results"]] == ["update", "create", "none"]
    assert [result["record"]["id"] for result in predicted["results"]] == [1, None, 2]
    assert [result["record"]["id"] for result in done["results"]] == [1, 3, 2]


def test_records_with_a_purge() -> None:
    server = Keystone(tables={CLUSTERS: clusters(4)})
    result = run(server, records=[{"name": "c0001"}], purge=True, filters={"enabled": "yes"})
    assert result["summary"] == {"created": 0, "updated": 0, "deleted": 1, "unchanged": 1}
    assert [(item["ok"], item["action"], item["record"]["id"]) for item in result["results"]] == [
        (True, "none", 1),
        (True, "delete", 3),
    ]
    assert result["diff"][0]["before"]["name"] == "c0003"
    unpurged = run(server, records=[{"name": "c0001"}], purge=False, filters={"enabled": "no"})
    assert (unpurged["changed"], len(server.tables[CLUSTERS])) == (False, 3)


def test_what_the_server_ignores_is_a_warning() -> None:
    server = Keystone(tables={TEAMS: [TEAM]})
    result = run(server, resource="team", data={"id": 2, "name": "Lab Z"})
    assert (result["changed"], result["action"], result["ignored"], result["diff"]) == (
        False,
        "none",
        ["name"],
        [],
    )
    assert result["warnings"] == ["team id=2: the server does not take name and keeps what it has"]
    several = run(server, resource="team", records=[{"id": 2, "name": "Lab Z"}])
    assert (several["results"][0]["ignored"], several["summary"]["unchanged"]) == (["name"], 1)


@pytest.mark.parametrize("check_mode", [True, False])
def test_secrets_are_shown_nowhere(check_mode: bool) -> None:
    server = Keystone(tables={USERS: []})
    context = Context(check_mode=check_mode)
    users = [
        {"username": "grace", "password": "initial-secret"},
        {"username": "ada", "password": "x1"},
    ]
    result = run(server, context, resource="user", records=users)
    assert context.secrets.values == ("initial-secret",)
    assert "initial-secret" not in json.dumps(result)
    assert '"x1"' not in json.dumps(result)
    assert result["diff"][0]["after"] == {"username": "grace"}
    updated = (
        run(server, context, resource="user", records=users[:1], update_secrets="always")
        if not check_mode
        else None
    )
    assert updated is None or (
        updated["changed"],
        updated["diff"][0]["before"],
        updated["diff"][0]["after"],
    ) == (True, {}, {})


def test_a_secret_that_is_not_given_masks_nothing() -> None:
    context = Context()
    run(
        Keystone(tables={USERS: [{"id": 1, "username": "ada"}]}),
        context,
        resource="user",
        data={"username": "ada", "password": None},
    )
    assert context.secrets.values == ()


@pytest.mark.parametrize("check_mode", [True, False])
def test_files_are_read_and_uploaded(tmp_path: Path, check_mode: bool) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_bytes(b"words")
    server = Keystone(tables={ATTACHMENTS: []})
    result = run(
        server,
        Context(check_mode=check_mode),
        resource="attachment",
        data={"name": "plan", "request": 1, "file": str(plan)},
    )
    assert (result["changed"], result["action"]) == (True, "create")
    assert "words" not in json.dumps(result)
    assert len(server.writes) == (0 if check_mode else 1)
    assert failure(
        server,
        resource="attachment",
        data={"name": "x", "request": 1, "file": str(tmp_path / "none")},
    ).msg.startswith("cannot read ")


def test_one_failure_tells_of_the_call() -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    server.script = [server.serve, said(403, "You do not have permission to perform this action.")]
    error = failure(server, data={"name": "c0001", "enabled": False})
    assert error.msg.startswith(
        f"PATCH {URL}{CLUSTERS}1/: 403 Forbidden: You do not have permission to perform this"
        " action; it is for staff, for the owner or an admin of the team"
    )
    assert {
        name: error.result[name] for name in ("changed", "action", "status", "method", "diff")
    } == {
        "changed": False,
        "action": "update",
        "status": 403,
        "method": "PATCH",
        "diff": [],
    }
    assert error.result["record"]["enabled"] is True


def test_failures_among_many_are_counted_and_the_rest_is_told() -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    good = server.serve
    server.script = [good] + [
        lambda request: (
            page(500, "Server Error (500)") if request.url.path.endswith("/2/") else good(request)
        )
    ] * 3
    error = failure(
        server, records=[{"name": f"c000{number}"} for number in (1, 2, 3)], state="absent"
    )
    assert error.msg.startswith(
        f"1 of 3 records could not be written; the first, cluster name='c0002':"
        f" DELETE {URL}{CLUSTERS}2/: 500 Internal Server Error"
    )
    assert [item["ok"] for item in error.result["results"]] == [True, False, True]
    assert "other records may still refer to this cluster" in error.result["results"][1]["msg"]
    assert error.result["summary"] == {"created": 0, "updated": 0, "deleted": 2, "unchanged": 0}
    assert (error.result["changed"], len(error.result["diff"])) == (True, 2)


def test_the_only_record_of_a_list_fails_like_one() -> None:
    server = Keystone(tables={CLUSTERS: []})
    server.script = [server.serve, said(403, "No.")]
    error = failure(server, records=[{"name": "x"}])
    assert error.msg.startswith("POST ")
    assert (error.result["status"], error.result["results"][0]["ok"]) == (403, False)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            {"resource": "clusters", "data": {"name": "x"}},
            "there is no resource 'clusters': did you mean 'cluster'",
        ),
        ({"data": {"name": "x", "access_mode": "bogus"}}, "access_mode must be one of WL"),
        ({"data": {"nmae": "x"}}, "cluster has no field 'nmae'"),
        ({"data": {"name": "x"}, "match": ["access_teams"]}, "access_teams does not tell"),
        (
            {"records": [{"name": "x"}], "purge": True, "filters": {"name__contains": ""}},
            "purge: the filter name__contains has an empty value",
        ),
        ({"data": {"name": "x"}, "concurrency": 0}, "concurrency must be"),
        ({"resource": "log_audit", "data": {"id": 1}}, "log_audit records are read-only"),
    ],
)
def test_what_cannot_work_fails_the_task(given: dict[str, Any], reason: str) -> None:
    server = Keystone(tables={CLUSTERS: []})
    assert reason in failure(server, **given).msg
    assert server.writes == []


def test_match_and_relations_reach_the_engine() -> None:
    server = Keystone(tables={CLUSTERS: clusters(2), TEAMS: [TEAM]})
    result = run(server, data={"id": 2, "name": "renamed", "access_teams": ["lab-a"]}, match=["id"])
    assert (result["action"], result["record"]["name"], result["record"]["access_teams"]) == (
        "update",
        "renamed",
        [2],
    )


class Recorder:
    """A client of a service whose records are all as wanted."""

    secrets = SecretValues()

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}

    def resource(self, name: str) -> ResourceType:
        return ResourceType(name, "/", [Field("id")])

    def ensure(self, resource: str, wanted: Any, **arguments: Any) -> list[Change]:
        self.arguments = arguments
        return [Change(resource, record) for record in wanted]

    def presentable(self, value: Any) -> Any:
        return value

    def close(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ({"state": "absent", "match": ["id"]}, {"state": "absent", "match": ["id"]}),
        ({"replace": True, "concurrency": 3}, {"replace": True, "concurrency": 3}),
        ({"update_secrets": "always"}, {"update_secrets": True}),
        ({"update_secrets": "on_create"}, {"update_secrets": False}),
        ({"purge": True, "filters": {"id": "a"}}, {"purge": {"id": "a"}}),
        ({"filters": {"id": "a"}}, {}),
    ],
)
def test_a_module_passes_the_options_that_it_has(
    given: dict[str, Any], passed: dict[str, Any]
) -> None:
    client = Recorder()
    params = {"resource": "thing", "purge": False, "data": {"id": "a"}, **given}
    for check_mode in (False, True):
        resource.run(
            lambda options, want_async: client, resource.by_name, params, Context(check_mode)
        )
        assert client.arguments == {"purge": None, "predict": check_mode, **passed}
