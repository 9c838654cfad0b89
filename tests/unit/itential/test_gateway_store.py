# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store of the Gateway: its catalogue, and rows in playbooks."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway


async def test_all_handles_of_a_client_share_one_store(case: Case) -> None:
    client = Gateway(case).client
    assert client.records("device")._store is client.records("group")._store


async def test_a_type_that_the_catalogue_lacks_is_given_as_a_dict(case: Case) -> None:
    gateway = Gateway(case)
    row = {
        "name": "box",
        "id_field": "name",
        "access": {"many": {"path": "/devices", "paging": "data", "filters": "functions"}},
    }
    found = await gateway.list(row, {"name": "sw-001"})
    assert [record["name"] for record in found] == ["sw-001"]
    assert 'filter=equals({"name":"sw-001"})' in unquote(gateway.sim.log[-1].query)


async def test_records_of_a_type_that_is_only_listed_are_found_by_a_filter(case: Case) -> None:
    gateway = Gateway(case)
    row = {
        "name": "box",
        "id_field": "name",
        "key": ["name"],
        "fields": [{"name": "name", "kind": "id"}],
        "access": {
            "many": {"path": "/devices", "paging": "data", "filters": "functions"},
            "one": [],
        },
    }
    (change,) = await gateway.ensure(row, {"name": "sw-001"}, predict=True)
    assert change.action == "none"
    assert "filter=" in unquote(gateway.sim.log[-1].query)


async def test_facts_are_gathered_by_name(case: Case) -> None:
    found = await case.kind.wait(Gateway(case).client.gather(["version"]))
    assert (list(found.facts), found.unavailable) == (["version"], {})


async def test_an_unknown_resource_is_an_error_that_names_the_nearest_one(case: Case) -> None:
    with pytest.raises(ConfigurationError, match="no resource 'divice': did you mean 'device'"):
        await Gateway(case).list("divice")
