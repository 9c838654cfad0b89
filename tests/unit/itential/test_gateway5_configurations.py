# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configurations of gateways of release 5: exported, checked, imported once, compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential import (
    gateway5_configurations as configurations,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway5 import (
    IncompleteImportError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

PATH = "/gateway_manager/v1/gateways/edge/configuration"
IMPORT = f"{PATH}/import"
REPOSITORY = {"name": "scripts", "url": "https://git.example/scripts.git", "tags": ["a", "b"]}
SERVICE = {
    "name": "deploy",
    "type": "python-script",
    "repository": "scripts",
    "filename": "deploy.py",
    "secrets": [{"name": "vault", "type": "env", "target": "VAULT"}],
    "runtime": {"check": False, "env": ["A=1", "B=2"]},
}
WANTED = {"repositories": [REPOSITORY], "services": [SERVICE]}


class World(Platform):
    """A Platform with the gateway cluster `edge`."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        (self.cluster,) = self.sim.tables["gateway_cluster"].seed(
            [{"cluster_id": "edge", "connection_status": "connected"}]
        )

    async def do(self, verb: str, **options: Any) -> Any:
        self.sim.log.clear()
        return await self.case.kind.wait(getattr(self.client.gateway5, verb)("edge", **options))

    async def bring(self, content: Any = None, **options: Any) -> Any:
        return await self.do("import_", content=content, **options)

    def answer(self, path: str, status: int, body: Any = None) -> None:
        """Let the server answer a path with a status and a body."""
        fault = {"path": path, "status": status, "type": "application/json"}
        self.sim.faults.append({**fault, "body": json.dumps(body)})

    @property
    def sent(self) -> list[Any]:
        """The options of the imports and checks."""
        return [body["options"] for path, body in self.writes if path == f"POST {IMPORT}"]


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


async def test_a_configuration_is_checked_imported_and_compared_once(world: World) -> None:
    predicted = await world.bring(WANTED, predict=True)
    options = {"source": "content", "content": WANTED}
    assert world.sent == [{**options, "check": True}]
    created = [("repositories", "scripts", "create"), ("services", "deploy", "create")]
    done = await world.bring(WANTED)
    assert world.sent == [{**options, "check": True}, options]
    for outcome in (predicted, done):
        assert (outcome.changed, outcome.ignored) == (True, [])
        assert outcome.validation == {"state": "Success", "message": "Checked"}
        found = [(one.section, one.name, one.action) for one in outcome.changes]
        assert found == created
    again = await world.bring(json.dumps(WANTED))
    assert (again.changed, again.changes, again.validation, world.sent) == (False, (), None, [])


async def test_only_entries_that_differ_are_sent_and_replaced_only_with_force(
    world: World,
) -> None:
    await world.bring(WANTED)
    changed = {**SERVICE, "filename": "other.py"}
    wanted = {"repositories": [REPOSITORY], "services": [changed], "registries": []}
    with pytest.raises(ConfigurationError, match=r"services\[deploy\] exist with other values"):
        await world.bring(wanted)
    assert world.sent == []
    predicted = await world.bring(wanted, force=True, predict=True)
    outcome = await world.bring(wanted, force=True)
    assert world.sent[1] == {"source": "content", "content": {"services": [changed]}, "force": True}
    (change,) = outcome.changes
    assert change.action == "update"
    assert (change.before["filename"], change.after["filename"]) == ("deploy.py", "other.py")
    assert predicted.changes[0].after["filename"] == "other.py"
    assert not (await world.bring(wanted)).changed


async def test_what_the_server_ignores_silently_is_named(world: World) -> None:
    wanted = {
        "services": [{"name": "deploy", "type": "python-script", "filname": "x", "runtime": {}}],
        "servces": [{"name": "deploy"}],
    }
    with pytest.raises(IncompleteImportError) as caught:
        await world.bring(wanted)
    assert caught.value.message == (
        "gateway cluster 'edge' has ignored services[deploy].filname, servces[deploy]: check the"
        " names, and write values as an export does"
    )
    outcome = caught.value.outcome
    assert outcome.changed
    assert outcome.ignored == ["services[deploy].filname", "servces[deploy]"]
    assert [change.name for change in outcome.changes] == ["deploy"]
    with pytest.raises(IncompleteImportError) as caught:
        await world.bring(wanted, force=True)
    assert not caught.value.outcome.changed


async def test_secrets_are_imported_with_new_entries_or_on_request(world: World) -> None:
    def wanted(word: str) -> dict[str, Any]:
        return {"users": [{"name": "ada", "password": word, "roles": ["admin"]}]}

    assert (await world.bring(wanted("first-word"))).changed
    assert not (await world.bring(wanted("second"))).changed
    outcome = await world.bring(wanted("second"), force=True, update_secrets=True)
    assert outcome.changed
    assert world.cluster["configuration"]["users"][0]["password"] == "second"
    exported = await world.do("export")
    assert exported["users"][0]["password"] == "hash-of-6-characters"
    for word in ("first-word", "second", "hash-of-6-characters"):
        assert word not in world.client.presentable(f"{word} is hidden")


async def test_a_git_repository_is_imported_by_the_gateway(world: World) -> None:
    world.cluster["repository"] = WANTED
    git = {"url": "https://ada:secret-word@git.example/a.git", "file": "edge.json"}
    options = {"source": "git", "git": git}
    predicted = await world.bring(git={**git, "reference": None}, predict=True)
    assert (predicted.changed, predicted.changes) == (True, [])
    done = await world.bring(git=git, force=True)
    assert world.sent == [{**options, "force": True, "check": True}, {**options, "force": True}]
    assert [change.name for change in done.changes] == ["scripts", "deploy"]
    again = await world.bring(git=git)
    assert (again.changed, len(world.sent)) == (False, 2)
    assert "secret-word" not in world.client.presentable("secret-word is hidden")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"state": "Error", "message": "no such decorator"}, "no such decorator"),
        ({"state": "Failure", "message": "no such decorator"}, "no such decorator"),
        ({"status": "error", "result": {}}, '"error"'),
        ({"success": False, "message": "bad"}, "bad"),
        ({"result": {"valid": False, "message": "bad"}}, "bad"),
        ({"errors": ["bad"]}, "bad"),
        ({"jsonrpc": "2.0", "error": {"data": "bad"}}, "bad"),
        ({"error": True, "message": "bad"}, "bad"),
        ({"error": True}, "error is true"),
    ],
)
async def test_a_configuration_that_the_server_refuses_is_not_imported(
    world: World, answer: Any, reason: str
) -> None:
    world.answer(IMPORT, 200, answer)
    with pytest.raises(ClientError, match=f"'edge' refuses the configuration: .*{reason}"):
        await world.bring(WANTED)
    assert len(world.sent) == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"readonly": True}, "'edge' is read-only: set readonly: false"),
        ({"enabled": False}, "'edge' is disabled"),
        ({"connection_status": "disconnected"}, "'edge' is not connected"),
        ({"hidden": True}, "add the account to one of the groups"),
    ],
)
async def test_a_cluster_that_cannot_be_changed_gets_nothing(
    world: World, change: dict[str, Any], error: str
) -> None:
    world.cluster.update(change)
    with pytest.raises(ClientError, match=error):
        await world.bring(WANTED)
    assert world.sent == []
    if "readonly" in change:
        assert (await world.do("export"))["services"] == []


@pytest.mark.parametrize(
    ("verb", "path", "role"),
    [
        ("export", f"{PATH}/export", "gateway:read"),
        ("export_yaml", f"{PATH}/export/yaml", "gateway:read"),
        ("import_", IMPORT, "gateway:update"),
    ],
)
async def test_a_refusal_names_the_role_that_is_missing(
    world: World, verb: str, path: str, role: str
) -> None:
    options = {"content": WANTED} if verb == "import_" else {}
    world.answer(path, 403)
    with pytest.raises(HTTPStatusError, match=f"403 .*; the role is {role}$"):
        await world.do(verb, **options)
    world.answer(path, 500)
    with pytest.raises(HTTPStatusError, match="500"):
        await world.do(verb, **options)


# Lost responses


async def test_an_import_without_a_response_is_looked_up_and_not_repeated(world: World) -> None:
    # The check is lost, which imports nothing.
    world.lost[IMPORT] = httpx.ReadError("reset")
    with pytest.raises(RequestError, match="connection broke"):
        await world.bring(WANTED)
    assert world.cluster["configuration"]["services"] == []
    lose_the_import(world)
    outcome = await world.bring(WANTED)
    assert outcome.changed
    assert len(world.sent) == 2


async def test_an_import_that_may_be_lost_says_so(world: World) -> None:
    world.answer(IMPORT, 200, {"state": "Success"})
    world.answer(IMPORT, 502)
    with pytest.raises(HTTPStatusError, match="unknown if gateway cluster 'edge' has imported"):
        await world.bring(WANTED)
    world.cluster["repository"] = WANTED
    lose_the_import(world)
    with pytest.raises(RequestError, match="unknown if gateway cluster 'edge' has imported"):
        await world.bring(git={"url": "https://git.example/a.git"})
    world.cluster["configuration"] = {}
    world.answer(IMPORT, 200, {"state": "Success"})
    world.sim.faults.append({"path": IMPORT, "status": 200, "type": "text/plain", "body": "done"})
    with pytest.raises(SerializationError, match="unknown if gateway cluster 'edge' has imported"):
        await world.bring(WANTED)
    world.cluster["configuration"] = {}
    lose_the_import(world)
    world.answer(f"{PATH}/export", 200, {})
    world.answer(f"{PATH}/export", 500)
    with pytest.raises(RequestError, match="unknown if gateway cluster 'edge' has imported"):
        await world.bring(WANTED)


@pytest.mark.parametrize("before", ["first-word", None])
async def test_an_export_need_not_show_that_a_secret_was_imported(
    world: World, before: str | None
) -> None:
    ada = {"name": "ada", "password": "second-word"}
    if before:
        await world.bring({"users": [{**ada, "password": before}]})
    wanted = {"users": [ada], "services": [SERVICE]}
    options = {"force": True, "update_secrets": True}
    lose_the_import(world)
    if before:
        with pytest.raises(RequestError, match="unknown if gateway .*, which need not show secre"):
            await world.bring(wanted, **options)
    else:
        assert (await world.bring(wanted, **options)).changed


async def test_an_import_whose_result_cannot_be_read_is_reported(world: World) -> None:
    world.answer(f"{PATH}/export", 200, {})
    world.answer(f"{PATH}/export", 500)
    with pytest.raises(IncompleteImportError) as caught:
        await world.bring(WANTED)
    assert caught.value.message.startswith(
        "gateway cluster 'edge' has imported the configuration, but the export that tells what it"
        " has ignored cannot be read: GET "
    )
    outcome = caught.value.outcome
    assert (outcome.changed, outcome.ignored) == (True, ())
    assert outcome.validation == {"state": "Success", "message": "Checked"}
    found = [(one.section, one.name, one.action) for one in outcome.changes]
    assert found == [("repositories", "scripts", "create"), ("services", "deploy", "create")]
    assert caught.value.response.status_code == 500


async def test_an_import_that_was_not_executed_is_an_ordinary_error(world: World) -> None:
    world.answer(IMPORT, 200, {"state": "Success"})
    world.answer(IMPORT, 400)
    with pytest.raises(HTTPStatusError) as caught:
        await world.bring(WANTED)
    assert "unknown" not in caught.value.message


def lose_the_import(world: World) -> None:
    """Lose the response to the next import, but not that to its check."""
    world.lost[IMPORT] = [None, httpx.ReadError("reset")]


# Exports


@pytest.mark.parametrize("envelope", ["result", "data"])
async def test_an_export_can_have_an_envelope(world: World, envelope: str) -> None:
    world.answer(f"{PATH}/export", 200, {"state": "Success", envelope: WANTED})
    assert await world.do("export") == WANTED


async def test_an_export_that_is_no_object_is_an_error(world: World) -> None:
    world.answer(f"{PATH}/export", 200, ["services"])
    with pytest.raises(ClientError, match="is no JSON object"):
        await world.do("export")


async def test_an_export_as_yaml_is_text(world: World) -> None:
    assert (await world.do("export_yaml")).startswith("# a configuration\n")
    for answer, text in (("a: 1\n", "a: 1\n"), ({"a": 1}, '{"a": 1}')):
        world.answer(f"{PATH}/export/yaml", 200, answer)
        assert await world.do("export_yaml") == text


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, "give content or git"),
        ({"content": WANTED, "git": {"url": "u"}}, "give content or git"),
        ({"content": {}}, "content must be a configuration"),
        ({"content": "services"}, "content must be a configuration"),
        ({"content": [1]}, "content must be a configuration"),
        ({"content": {"services": [SERVICE, SERVICE]}}, r"has services\[deploy\] 2 times"),
        ({"git": {"file": "a"}}, "git must be a dict of url, file and reference"),
        ({"git": {"url": "u", "branch": "a"}}, "git must be a dict of url, file and reference"),
    ],
)
async def test_options_that_cannot_work_are_refused(
    world: World, options: dict[str, Any], error: str
) -> None:
    with pytest.raises(ConfigurationError, match=error):
        await world.do("import_", **options)
    with pytest.raises(TypeError, match="unknown argument 'forced'"):
        await world.do("import_", forced=True)
    assert list(world.sim.log) == []


# Comparing


@pytest.mark.parametrize(
    ("wanted", "present", "places"),
    [
        ({"a": [{"name": "x", "on": False}]}, {"a": [{"name": "x"}]}, []),
        ({"a": [{"name": "x"}]}, {"a": [{"name": "x", "created": 5}]}, []),
        ({"a": []}, {"a": [{"name": "x"}]}, []),
        ({"a": []}, {}, []),
        ({"a": [{"name": "x", "t": ""}]}, {"a": [{"name": "x", "t": "y"}]}, ["a[x].t"]),
        ({"a": [{"name": "x", "tags": [2, 1]}]}, {"a": [{"name": "x", "tags": [1, 2]}]}, []),
        (
            {"a": [{"name": "x", "args": [2, 1]}]},
            {"a": [{"name": "x", "args": [1, 2]}]},
            ["a[x].args[0]", "a[x].args[1]"],
        ),
        ({"a": [{"name": "x", "b": [1]}]}, {"a": [{"name": "x", "b": [1, 2]}]}, ["a[x].b"]),
        (
            {"a": [{"name": "x", "b": [{"name": "y", "c": 1}, {"name": "z", "c": 1}]}]},
            {"a": [{"name": "x", "b": [{"name": "z", "c": 1}, {"name": "y", "c": 2}]}]},
            ["a[x].b[y].c"],
        ),
        ({"a": [{"username": "u", "b": 1}]}, {"a": [{"username": "u"}]}, ["a[u].b"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}]}, []),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["a[0].b"]),
        ({"version": 2}, {"version": 1}, ["version"]),
        ({"a": [{"name": "x", "auth": {"token": "t"}}]}, {"a": [{"name": "x"}]}, []),
        ({"secrets": [{"name": "x", "value": "t"}]}, {"secrets": [{"name": "x"}]}, []),
        (
            {"a": [{"name": "x", "secrets": ["s1"]}]},
            {"a": [{"name": "x", "secrets": ["s2"]}]},
            ["a[x].secrets[0]"],
        ),
    ],
)
def test_configurations_are_compared_as_the_server_keeps_them(
    wanted: Any, present: Any, places: list[str]
) -> None:
    found = configurations.find_missing(wanted, present)
    assert [place for listed in found.values() for place in listed] == places


def test_a_configuration_consists_of_its_entries() -> None:
    configuration = {"version": 1, "services": [{"name": "x"}]}
    entries = configurations.entries_of(configuration)
    assert entries == {("version", ""): 1, ("services", "x"): {"name": "x"}}
    assert configurations.configuration_of(entries) == configuration


def test_a_deleted_entry_is_a_change_too() -> None:
    (change,) = configurations.changes({"a": [{"name": "x"}]}, {"a": []})
    assert (change.name, change.action) == ("x", "delete")


def test_secrets_are_masked_and_names_are_not() -> None:
    configuration = {
        "services": [{"name": "deploy", "secrets": [{"name": "vault", "type": "env"}]}],
        "secrets": [{"name": "vault-password", "value": "first-word", "description": "d"}],
        "secret-providers": [{"name": "hashi", "address": "https://vault", "token": "other-word"}],
        "repositories": [{"name": "r", "private-key-name": "key1", "password": "third-word"}],
        "users": "none",
    }
    shown = configurations.mask_configuration(configuration)
    assert shown["services"] == configuration["services"]
    assert shown["secrets"] == [
        {"name": "vault-password", "value": "[REDACTED]", "description": "d"}
    ]
    assert shown["secret-providers"][0]["address"] == "https://vault"
    assert shown["repositories"][0]["private-key-name"] == "key1"
    secrets = list(configurations.secrets_of(configuration))
    assert secrets == ["first-word", "other-word", "third-word"]
    assert not any(word in json.dumps(shown) for word in secrets)


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://bob:hunter2@git.example/x.git", {"hunter2"}),
        ("https://bob:hunter%21@git.example/x.git", {"hunter%21", "hunter!"}),
        ("ssh://git@git.example/x.git", set()),
    ],
)
def test_passwords_in_urls_are_secrets(url: str, secrets: set[str]) -> None:
    configuration = {"repositories": [{"name": "r", "url": url}], "version": 1}
    assert set(configurations.secrets_of(configuration)) == secrets
