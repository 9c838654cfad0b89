# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requirements of a module on a managed host."""

from __future__ import annotations

import ast
import json
import pathlib

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.net import httplib
from ansible_collections.restops.clients.plugins.module_utils.tasks import requirements

PLUGINS = pathlib.Path(__file__).parents[3] / "plugins"
OLDEST = (3, 8)
"""The oldest Python on managed hosts that a supported ansible-core knows (2.18)."""


def test_an_old_python_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        requirements.require_python((3, 9, 18, "final", 0), "/usr/bin/python3")
    result = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert result == {
        "failed": True,
        "changed": False,
        "msg": "restops.clients needs Python 3.10 or newer, and /usr/bin/python3 is Python 3.9.18: "
        "set ansible_python_interpreter to a newer one, or set restops_execution: controller to "
        "make the calls on the controller",
    }


def test_the_advice_for_a_missing_library_is_the_requirement_and_the_one_of_the_guide() -> None:
    requirement = (PLUGINS.parent / "requirements.txt").read_text().splitlines()[0]
    assert f"pip install '{requirement}'" == httplib.INSTALL
    assert httplib.INSTALL in (PLUGINS.parent / "README.md").read_text()


def test_a_newer_python_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    requirements.require_python((3, 10, 0), "/usr/bin/python3")
    requirements.require_python((4, 0, 0), "/usr/bin/python3")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "file",
    [
        *(PLUGINS / "modules").glob("*.py"),
        PLUGINS / "module_utils/tasks/__init__.py",
        PLUGINS / "module_utils/tasks/requirements.py",
    ],
    ids=lambda file: f"{file.parent.name}/{file.name}",
)
def test_what_runs_before_the_refusal_is_understood_by_an_old_python(file: pathlib.Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=OLDEST)
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    ours = [node.module or "" for node in imports if "module_utils" in (node.module or "")]
    # A module's first import of the library runs the refusal.
    assert not ours or ours[0].endswith("module_utils.tasks")
