# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that Ansible sends to a managed host with each module."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[3]
PACKAGE = ROOT / "plugins/module_utils"
PREFIX = "ansible_collections.restops.clients.plugins.module_utils"
SERVICES = ("itential", "keystone", "sequoia")
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("[a-z]*.py"))


def imported(file: pathlib.Path) -> Iterator[pathlib.Path]:
    """Give the files of the library that a file imports at any place, as Ansible looks for them."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = file.parents[node.level - 1]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PREFIX):
            base = PACKAGE
        else:
            continue
        name = (node.module or "").removeprefix(PREFIX).strip(".")
        base = base.joinpath(*name.split(".")) if name else base
        for alias in node.names:
            for found in (base / alias.name, base):
                yield from (
                    path
                    for path in (found.with_suffix(".py"), found / "__init__.py")
                    if path.exists()
                )


def shipped(module: str) -> set[str]:
    """Return the files of the library that are sent with a module."""
    found: set[pathlib.Path] = set()
    waiting = [ROOT / f"plugins/modules/{module}.py"]
    while waiting:
        for path in imported(waiting.pop()):
            if path not in found:
                found.add(path)
                waiting.append(path)
    return {path.relative_to(PACKAGE).as_posix() for path in found}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_sent_with_its_own_service_only(module: str) -> None:
    own = module.partition("_")[0]
    sent = shipped(module)
    assert {name.partition("/")[0] for name in sent} & {*SERVICES} == {own}
    assert {"core/call.py", "core/net/transport.py", "tasks/module.py"} <= sent


@pytest.mark.parametrize(
    ("module", "other"),
    [
        ("itential_platform_request", "itential/gateway.py"),
        ("itential_gateway_request", "itential/platform.py"),
    ],
)
def test_platform_and_gateway_are_sent_apart(module: str, other: str) -> None:
    assert other not in shipped(module)
