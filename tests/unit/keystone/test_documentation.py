# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the modules and the guide name what the catalogue has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.restops.clients.plugins.module_utils.keystone.catalogue import (
    CATALOGUE,
    searchable,
)
from ansible_collections.restops.clients.plugins.modules import keystone_info, keystone_resource

GUIDE = Path(__file__).parents[3] / "docs" / "keystone.md"


def values_in(module: Any, option: str) -> set[str]:
    """Return the values that the documentation of an option marks."""
    described = yaml.safe_load(module.DOCUMENTATION)["options"][option]["description"]
    return set(re.findall(r"V\(([^)]*)\)", " ".join(described)))


def rows_of(header: str) -> list[list[str]]:
    """Return the cells of the table of the guide that has this header."""
    lines = GUIDE.read_text(encoding="utf-8").partition(header)[2].splitlines()[2:]
    table = lines[: next(number for number, line in enumerate(lines) if not line.startswith("|"))]
    return [re.findall(r"`([^`]*)`", line) for line in table]


def names_with(*verbs: str) -> set[str]:
    return {name for name, row in CATALOGUE.items() if set(verbs) & row.verbs}


def test_the_modules_name_every_resource() -> None:
    assert values_in(keystone_info, "resource") == set(CATALOGUE)
    written = {name for name in names_with("create", "update", "delete") if name != "notification"}
    assert values_in(keystone_resource, "resource") - {"notification"} == written


def test_the_module_names_what_cannot_be_searched() -> None:
    unsearchable = {name for name, row in CATALOGUE.items() if not searchable(row)}
    assert values_in(keystone_info, "search") == unsearchable


def test_the_guide_names_the_methods_of_every_resource() -> None:
    documented = {
        name: {verb.rstrip("_") for verb in verbs} or {"create", "retrieve", "update", "delete"}
        for names, *verbs in rows_of("| resources | methods |")
        for name in names.split()
    }
    assert documented == {name: set(row.verbs) for name, row in CATALOGUE.items()}


def test_the_guide_names_the_key_of_every_resource_that_is_written() -> None:
    documented = {name: tuple(key) for name, *key in rows_of("| resource | found by |")}
    for name in names_with("create", "update"):
        key = CATALOGUE[name].key or ("match", "id")
        assert documented[name] == key, name


@pytest.mark.parametrize("module", [keystone_info, keystone_resource])
def test_options_are_documented(module: Any) -> None:
    documented = yaml.safe_load(module.DOCUMENTATION)["options"]
    assert set(documented) <= set(module.TASK.argument_spec)
