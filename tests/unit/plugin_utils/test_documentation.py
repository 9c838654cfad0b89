# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's documentation agrees with the options and results of modules and plugins."""

from __future__ import annotations

import importlib
import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.restops.clients.plugins.module_utils.tasks.options import SERVICES

PLUGINS = pathlib.Path(__file__).parents[3] / "plugins"
PACKAGE = "ansible_collections.restops.clients.plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("[!_]*.py"))
INVENTORIES = sorted(path.stem for path in (PLUGINS / "inventory").glob("[!_]*.py"))
LOOKUPS = sorted(path.stem for path in (PLUGINS / "lookup").glob("[!_]*.py"))

OWNED_BY_ANSIBLE = frozenset(
    "ansible_facts ansible_job_id ansible_stats async_result deprecations exception "
    "failed_when_result finished invocation notify rc retries skip_reason skipped "
    "skipped_reason start started stop unreachable warnings _ansible_no_log".split()
)
"""Keys of results that ansible-core gives a meaning of its own."""


OF_ANSIBLE = ("constructed", "inventory_cache")
"""Fragments that are part of ansible-core."""


def documentation(kind: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the documented options and results of a plugin, those of its fragments included."""
    plugin = importlib.import_module(f"{PACKAGE}.{kind}.{name}")
    doc = yaml.safe_load(plugin.DOCUMENTATION)
    options: dict[str, Any] = doc.get("options", {})
    for slug in doc["extends_documentation_fragment"]:
        if slug in OF_ANSIBLE:
            continue
        file, dot, variable = slug.removeprefix("restops.clients.").partition(".")
        fragment = importlib.import_module(f"{PACKAGE}.doc_fragments.{file}").ModuleDocFragment
        text = getattr(fragment, variable.upper() if dot else "DOCUMENTATION")
        for option, row in yaml.safe_load(text).get("options", {}).items():
            options[option] = {**row, **options.get(option, {})}
    return options, yaml.safe_load(getattr(plugin, "RETURN", "{}"))


@pytest.mark.parametrize("name", MODULES)
def test_modules_document_the_options_that_they_take(name: str) -> None:
    options = documentation("modules", name)[0]
    spec = importlib.import_module(f"{PACKAGE}.modules.{name}").TASK.argument_spec
    assert set(options) == set(spec)
    for option, row in spec.items():
        for key in ("type", "default", "choices", "aliases", "elements"):
            assert options[option].get(key) == row.get(key), (option, key)
        assert bool(options[option].get("required")) is bool(row.get("required")), option


@pytest.mark.parametrize(
    ("kind", "name", "made"),
    [
        *(("lookup", name, "LookupModule") for name in LOOKUPS),
        *(("inventory", name, "InventoryModule") for name in INVENTORIES),
    ],
)
def test_plugins_document_the_options_that_they_take(kind: str, name: str, made: str) -> None:
    options = documentation(kind, name)[0]
    plugin = getattr(importlib.import_module(f"{PACKAGE}.{kind}.{name}"), made)
    assert set(options) - {"_terms"} == {*plugin.service.options, *plugin.own_options}
    for option, row in plugin.own_options.items():
        for key in ("type", "default", "elements"):
            assert options[option].get(key) == row.get(key), (option, key)
    for option in plugin.service.option_names:
        documented = options[option.name]
        assert documented["vars"] == [{"name": option.variable}]
        assert documented["env"] == [{"name": option.environment}]
        assert documented["ini"] == [{"section": "restops_clients", "key": option.variable}]


@pytest.mark.parametrize("name", MODULES)
def test_no_result_has_a_key_that_ansible_owns(name: str) -> None:
    assert OWNED_BY_ANSIBLE.isdisjoint(documentation("modules", name)[1])


def test_every_connection_option_names_its_variable_and_its_environment_variable() -> None:
    for name in MODULES:
        options = documentation("modules", name)[0]
        service = importlib.import_module(f"{PACKAGE}.modules.{name}").TASK.service
        assert service in SERVICES
        for option in service.option_names:
            text = " ".join(options[option.name]["description"])
            assert f"C({option.variable})" in text
            assert f"E({option.environment})" in text
