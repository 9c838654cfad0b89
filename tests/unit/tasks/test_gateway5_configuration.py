# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway5_configuration`: options, results, files and errors."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway5_configuration,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)
from ansible_collections.restops.clients.tests.simulators.platform import PlatformSimulator
from ansible_collections.restops.clients.tests.unit.itential.simulated import transport

DEFAULTS = {
    name: option.get("default")
    for name, option in {**options.PLATFORM.options, **gateway5_configuration.OPTIONS}.items()
}
CONTENT = {"users": [{"name": "ada", "password": "correct-horse"}]}


class World:
    """Runs the task on a simulated Platform with the cluster `edge`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sim = PlatformSimulator(workflows=0)
        (self.cluster,) = self.sim.tables["gateway_cluster"].seed(
            [{"cluster_id": "edge", "connection_status": "connected"}]
        )
        make_client = gateway5_configuration.platform.make_client
        given = {"transport": transport(self.sim.app)}
        monkeypatch.setattr(
            gateway5_configuration.platform,
            "make_client",
            lambda options, **more: make_client(options, **{**more, **given}),
        )

    def run(self, check_mode: bool = False, **params: Any) -> dict[str, Any]:
        connection = {"host": "server.example", "username": "admin", "password": "admin"}
        context = Context(check_mode)
        with scope(context.secrets):
            return gateway5_configuration.run(
                {**DEFAULTS, **connection, "cluster": "edge", **params}, context
            )

    def export(self, **params: Any) -> dict[str, Any]:
        return self.run(state="exported", **params)

    def fail(self, **params: Any) -> TaskError:
        with pytest.raises(TaskError) as caught:
            self.run(**params)
        return caught.value


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_configuration_is_imported_once_and_its_secrets_are_masked(world: World) -> None:
    predicted = world.run(check_mode=True, content=CONTENT)
    assert len(world.sim.writes) == 1
    done = world.run(content=CONTENT)
    for result in (predicted, done):
        assert result["changed"] is True
        assert result["changes"] == [{"section": "users", "name": "ada", "action": "create"}]
        assert result["validation"] == {"state": "Success", "message": "Checked"}
        assert result["ignored"] == []
        assert "correct-horse" not in json.dumps(result)
    assert done["diff"] == [
        {
            "before_header": "users[ada]",
            "after_header": "users[ada]",
            "before": {},
            "after": {"name": "ada", "password": "[REDACTED]"},
        }
    ]
    again = world.run(content=CONTENT)
    assert again == {
        "changed": False,
        "changes": [],
        "ignored": [],
        "validation": None,
        "diff": [],
    }
    assert len(world.sim.writes) == 3
    forced = world.run(content=CONTENT, force=True, update_secrets="always")
    assert (forced["changed"], len(world.sim.writes)) == (True, 5)


def test_passwords_in_urls_are_masked(world: World) -> None:
    repository = {"name": "r", "url": "https://bob:hunter2@git.example/x.git"}
    imported = world.run(content={"repositories": [repository]})
    exported = world.export()
    for shown in (imported["diff"][0]["after"], exported["configuration"]["repositories"][0]):
        assert shown == {"name": "r", "url": "https://bob:[REDACTED]@git.example/x.git"}


def test_what_the_server_ignores_fails_the_task(world: World) -> None:
    error = world.fail(content={"services": [{"name": "deploy", "filname": "a.py"}]})
    assert "has ignored services[deploy].filname" in error.msg
    assert error.result["ignored"] == ["services[deploy].filname"]
    assert error.result["changed"] is True


def test_an_import_whose_result_cannot_be_read_has_changed_something(world: World) -> None:
    export = "/edge/configuration/export"
    world.sim.faults.append({"path": export, "status": 200, "body": "{}"})
    world.sim.faults.append({"path": export, "status": 403})
    error = world.fail(content=CONTENT)
    assert "has imported the configuration, but" in error.msg
    assert error.result["changed"] is True
    assert error.result["changes"] == [{"section": "users", "name": "ada", "action": "create"}]
    assert error.result["status"] == 403
    assert "correct-horse" not in json.dumps(error.result)


def test_an_import_that_may_be_lost_may_have_changed_something(world: World) -> None:
    path = "/edge/configuration/import"
    checked = {"path": path, "status": 200, "body": "{}", "type": "application/json"}
    world.sim.faults += [checked, {"path": path, "status": 504}]
    error = world.fail(content=CONTENT)
    assert "it is unknown if gateway cluster 'edge' has imported the configuration" in error.msg
    assert error.result["changed"] is True


def test_a_check_of_a_configuration_changes_nothing(world: World) -> None:
    for check_mode in (False, True):
        world.sim.faults.append({"path": "/edge/configuration/import", "status": 504})
        error = world.fail(check_mode=check_mode, content=CONTENT)
        assert error.msg.startswith("POST ")
        assert error.result["changed"] is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("edge.json", json.dumps(CONTENT)),
        ("edge.yml", "users:\n- name: ada\n  password: correct-horse\n"),
    ],
)
def test_a_file_is_imported(world: World, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    result = world.run(src=str(tmp_path / name))
    assert result["changed"] is True
    assert world.sim.writes[-1].body["options"]["content"] == CONTENT
    assert "correct-horse" not in json.dumps(result)
    assert world.run(content=text)["changed"] is False


def test_a_file_that_is_no_configuration_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "edge"
    path.write_bytes(b"\xff")
    assert world.fail(src=str(path)).msg == f"src: {path} is not UTF-8 text"
    path.write_text("password: [do-not-show")
    error = world.fail(src=str(path))
    assert error.msg == f"{path} is neither JSON nor YAML"
    assert "cannot read" in world.fail(src=str(tmp_path / "missing")).msg
    assert "content must be a configuration" in world.fail(content="a text").msg
    assert world.sim.writes == []


def test_yaml_needs_a_library(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert "content is not JSON, and PyYAML is missing" in world.fail(content="a: 1").msg


def test_a_repository_is_imported(world: World) -> None:
    world.cluster["repository"] = CONTENT
    git = {"url": "https://git.example/a.git", "file": None, "reference": "main"}
    assert world.run(git=git)["changed"] is True
    assert world.run(git=git)["changed"] is False


def test_an_export_is_returned_without_secrets(world: World) -> None:
    world.cluster["configuration"] = {"secrets": [{"name": "db", "value": "correct-horse"}]}
    masked = {"secrets": [{"name": "db", "value": "[REDACTED]"}]}
    assert world.export() == {"changed": False, "configuration": masked}


@pytest.mark.parametrize("name", ["edge.json", "edge.yml", "folder/"])
def test_an_export_is_written_once_to_a_file_for_its_owner(
    world: World, tmp_path: Path, name: str
) -> None:
    configuration = {"secrets": [{"name": "db", "value": "correct-horse"}]}
    world.cluster["configuration"] = configuration
    (tmp_path / "folder").mkdir()
    dest, path = f"{tmp_path}/{name}", tmp_path / name
    if name == "folder/":
        path /= "edge.json"
    assert world.export(dest=dest, check_mode=True)["changed"] is True
    assert not path.exists()
    result = world.export(dest=dest)
    assert "correct-horse" not in json.dumps(result)
    text = path.read_text()
    assert json.loads(text.removeprefix("# a configuration\n")) == configuration
    assert result["download"] == {
        "dest": str(path),
        "checksum": hashlib.sha256(text.encode()).hexdigest(),
        "size": len(text),
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert world.export(dest=dest)["changed"] is False
    path.chmod(0o644)
    assert world.export(dest=dest)["changed"] is True
    assert path.stat().st_mode & 0o777 == 0o600
    assert {one.name for one in path.parent.iterdir()} <= {path.name, "folder"}


def test_a_file_that_cannot_be_written_is_an_error(world: World, tmp_path: Path) -> None:
    error = world.fail(state="exported", dest=f"{tmp_path}/missing/edge.json")
    assert error.msg.startswith(f"cannot write {tmp_path}/missing/edge.json")


@pytest.mark.parametrize(
    ("given", "heavy"),
    [
        ({}, True),
        ({"state": "exported"}, False),
        ({"state": "exported", "dest": "a"}, True),
    ],
)
def test_only_an_export_without_a_file_is_for_the_shared_process(
    given: dict[str, Any], heavy: bool
) -> None:
    assert gateway5_configuration.is_heavy(given) is heavy
