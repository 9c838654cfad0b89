# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from importlib.machinery import SourceFileLoader

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import bytecode

PLUGINS = bytecode.__name__.rpartition(".plugin_utils.")[0]
FOLDER = str(pathlib.Path(bytecode.__file__).parents[1])
ROOT = pathlib.Path(FOLDER).parents[3]
LOADED_BY_ANSIBLE = """
import json, sys
import ansible.executor.task_queue_manager
from ansible.plugins.loader import action_loader, init_plugin_loader, lookup_loader

init_plugin_loader([sys.argv[1]])
loader = action_loader if sys.argv[2] == "action" else lookup_loader
loader.get(sys.argv[3], class_only=True)
print(json.dumps({
    name: module.__spec__.loader.__class__.__name__
    for name, module in sys.modules.items()
    if name.startswith("ansible_collections.restops.clients.plugins.module_utils.")
}))
"""


@pytest.mark.parametrize(
    ("kind", "plugin"),
    [
        ("action", "restops.clients.itential_platform_request"),
        ("lookup", "restops.clients.itential_platform"),
    ],
)
def test_a_run_of_ansible_keeps_the_bytecode_of_all_that_a_plugin_imports(
    kind: str, plugin: str, tmp_path: pathlib.Path
) -> None:
    environment = {name: text for name, text in os.environ.items() if "PYTHON" not in name}
    done = subprocess.run(
        [sys.executable, "-c", LOADED_BY_ANSIBLE, str(ROOT), kind, plugin],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "PYTHONPYCACHEPREFIX": str(tmp_path), "HOME": str(tmp_path)},
    )
    loaders = json.loads(done.stdout.splitlines()[-1])
    assert set(loaders.values()) == {"SourceFileLoader"}
    kept = {path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert {"call", "engine", "action"} <= kept if kind == "action" else {"call", "lookup"} <= kept


def test_modules_of_this_collection_are_found_for_pythons_loader() -> None:
    spec = bytecode.Finder.find_spec(f"{PLUGINS}.plugin_utils.broker", [f"{FOLDER}/plugin_utils"])
    assert spec is not None
    assert isinstance(spec.loader, SourceFileLoader)
    assert spec.origin == f"{FOLDER}/plugin_utils/broker.py"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ansible_collections.other.collection.plugins.plugin_utils.broker", [FOLDER]),
        ("json", None),
        (PLUGINS, [FOLDER]),
        (f"{PLUGINS}.plugin_utils", [FOLDER]),
        (f"{PLUGINS}.missing", [FOLDER]),
        (f"{PLUGINS}.missing", None),
    ],
)
def test_other_modules_and_folders_without_code_are_left_to_other_finders(
    name: str, path: list[str] | None
) -> None:
    assert bytecode.Finder.find_spec(name, path) is None


@pytest.fixture
def loads_by_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the collection look as if Ansible had loaded it, in a program that runs tasks."""
    monkeypatch.setattr(bytecode.__spec__, "loader", object())
    monkeypatch.setitem(sys.modules, "ansible.executor.task_queue_manager", sys)


@pytest.mark.usefixtures("loads_by_ansible")
def test_nothing_is_installed_if_pythons_loader_has_loaded_the_collection_already(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    loader = SourceFileLoader(bytecode.__name__, bytecode.__file__)
    monkeypatch.setattr(bytecode.__spec__, "loader", loader)
    bytecode.keep()
    assert sys.meta_path == []


@pytest.mark.usefixtures("loads_by_ansible")
def test_nothing_is_installed_in_programs_that_run_no_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    monkeypatch.delitem(sys.modules, "ansible.executor.task_queue_manager")
    bytecode.keep()
    assert sys.meta_path == []


@pytest.mark.usefixtures("loads_by_ansible")
def test_the_finder_is_installed_once_and_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [object()]
    monkeypatch.setattr(sys, "meta_path", [*others])
    bytecode.keep()
    bytecode.keep()
    assert sys.meta_path == [bytecode.Finder, *others]
