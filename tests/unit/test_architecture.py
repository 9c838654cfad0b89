# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The map in docs/architecture.md matches the tree."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MAP = TEXT.partition("\n## Map of the repository\n")[2].partition("\n## ")[0]
UNLISTED = ("__pycache__", "__init__.py")
NOT_IN_THE_COLLECTION = {"Makefile", ".ci/", "tox.ini", "tools/"}


def paths_of(table: str) -> set[str]:
    """Return the paths in the first column of a table."""
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return {path for cell in cells for path in re.findall(r"`([^`]*)`", cell)}


def tables() -> dict[str, set[str]]:
    """Return the paths of each table, by the folder that the table describes."""
    first, *sections = re.split(r"^### `([^`]*)`\n", MAP, flags=re.MULTILINE)
    return {
        "": paths_of(first),
        **{
            folder: paths_of(table)
            for folder, table in zip(sections[::2], sections[1::2], strict=True)
        },
    }


@pytest.mark.parametrize("folder", tables())
def test_every_path_of_the_map_exists(folder: str) -> None:
    paths = tables()[folder] - NOT_IN_THE_COLLECTION
    missing = {
        path
        for path in paths
        if not (ROOT / folder / path).exists()
        or (ROOT / folder / path).is_dir() != (path[-1] == "/")
    }
    assert paths
    assert not missing


@pytest.mark.parametrize("folder", [folder for folder in tables() if folder])
def test_the_map_names_everything_in_the_folders_that_it_describes(folder: str) -> None:
    present = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / folder).iterdir()
        if path.name not in UNLISTED
    }
    assert present - tables()[folder] == set()


def test_every_python_file_that_the_text_names_exists() -> None:
    names = set(re.findall(r"`(?:[\w.]+/)*(\w+\.py)`", TEXT))
    present = {path.name for path in ROOT.rglob("*.py")}
    assert names - present == set()


def test_the_core_names_no_service_and_no_product() -> None:
    # Among the words of names that are not secret, a workflow is that of any service.
    words = re.compile(
        r"(?i)itential|ipsdk|iap(?![a-z])|(?<![a-z])iag|torero|keystone|sequoia"
        r"|workflow(?!s| workflows)"
        r"|automation.gateway|api/v\d"
    )
    named = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in (ROOT / "plugins" / "module_utils" / "core").rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    }
    assert named == set()
