# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The graph of imports between the files of the collection."""

from __future__ import annotations

import ast
import graphlib
import pathlib

ROOT = pathlib.Path(__file__).parents[2]
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in (ROOT / "plugins").rglob("*.py")
}
COLLECTION = "ansible_collections.restops.clients."


def imports_of(name: str) -> set[str]:
    """Return the files of the collection that a file imports.

    Imports inside functions and for the type checker count too.
    """
    file = FILES[name]
    parts = name.split(".") if file.stem == "__init__" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        package = ".".join([*parts[: len(parts) + 1 - node.level], *filter(None, [node.module])])
        if not node.level:
            package = (node.module or "").removeprefix(COLLECTION)
        for alias in node.names:
            found.add(f"{package}.{alias.name}" if f"{package}.{alias.name}" in FILES else package)
    return found & FILES.keys()


def test_no_file_imports_one_that_imports_it() -> None:
    graph = {name: imports_of(name) for name in FILES}
    assert "plugins.module_utils.core.engine" in graph["plugins.module_utils.core.connection_base"]
    # A cycle is an error of the sorter.
    assert set(graphlib.TopologicalSorter(graph).static_order()) == set(FILES)
