# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records that are exported and given back to `ensure` change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.records.relations import (
    UnknownNameError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway_catalogue import (
    rows as gateway_rows,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform_catalogue import (
    rows as platform_rows,
)
from ansible_collections.restops.clients.tests import itential_samples as samples
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway, Platform, Simulated

CATALOGUES = {"platform": platform_rows.CATALOGUE, "gateway": gateway_rows.CATALOGUE}
WRITTEN = {
    service: [name for name, row in catalogue.items() if row.verbs & {"create", "update"}]
    for service, catalogue in CATALOGUES.items()
}


async def with_samples(server: Simulated, known: Any, resource: str) -> Any:
    """Create the samples that a type needs, and return all records of the type."""
    sample = known[resource]
    if sample.needs:
        await server.bring(sample.needs, known[sample.needs].record)
    await server.bring(resource, sample.record)
    found = await server.list(resource, dict(sample.filters))
    assert found
    return found


async def check_round_trip(server: Simulated, known: Any, resource: str) -> None:
    found = await with_samples(server, known, resource)
    records = server.client.records(resource)
    exported = await server.case.kind.wait(records.export_(found))
    changes = await server.ensure(resource, *exported)
    assert changes
    assert {(change.action, *change.ignored) for change in changes} == {("none",)}
    assert server.writes == []


@pytest.mark.parametrize("resource", WRITTEN["platform"])
async def test_exported_records_of_a_platform_are_as_they_are_wanted(
    case: Case, resource: str
) -> None:
    await check_round_trip(Platform(case, release="6.6"), samples.PLATFORM, resource)


@pytest.mark.parametrize("resource", WRITTEN["gateway"])
async def test_exported_records_of_a_gateway_are_as_they_are_wanted(
    case: Case, resource: str
) -> None:
    await check_round_trip(Gateway(case), samples.GATEWAY, resource)


async def test_relations_are_names_and_what_the_server_makes_is_left_out(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("automation", {"name": "Up", "workflow": "workflow 001"})
    records = platform.client.records("automation")
    (exported,) = await case.kind.wait(records.export_([made.after]))
    assert exported["workflow"] == "workflow 001"
    assert {"_id", "created", "createdBy"}.isdisjoint(exported)


async def test_a_relation_to_one_of_two_records_with_a_name_stays_an_id(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("automation", {"name": "Up", "workflow": "workflow 001"})
    platform.sim.tables["workflow"].seed([{"name": "workflow 001"}])
    records = platform.client.records("automation")
    (exported,) = await case.kind.wait(records.export_([made.after]))
    assert exported["workflow"] == made.after["workflow"]


async def test_a_record_whose_key_another_one_has_is_exported_with_its_id(case: Case) -> None:
    platform = Platform(case)
    old, new, one, two = platform.sim.tables["group"].seed(
        [
            {"name": "twin", "inactive": True},
            {"name": "twin", "inactive": False},
            {"name": "both", "inactive": False},
            {"name": "both", "inactive": False},
        ]
    )
    records = platform.client.records("group")
    # The inactive one is told from the active one even if it is exported alone.
    for filters in ({}, {"inactive": True}):
        found = await platform.list("group", filters)
        exported = await case.kind.wait(records.export_(found))
        with_id = {group["_id"] for group in exported if "_id" in group}
        assert with_id == ({old["_id"], one["_id"], two["_id"]} if not filters else {old["_id"]})
        changes = await platform.ensure("group", *exported)
        assert ({change.action for change in changes}, platform.writes) == ({"none"}, [])
    assert not new["inactive"]


async def test_a_member_that_no_list_has_stays_with_its_id(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("project", {"name": "Edge"})
    stored = platform.sim.tables["project"].named("Edge")
    gone = {"type": "account", "reference": "f" * 24, "role": "viewer", "username": "left"}
    stored["members"].append(gone)
    records = platform.client.records("project")
    (exported,) = await case.kind.wait(records.export_([{**made.after, **stored}]))
    assert exported["members"][-1] == {"type": "account", "reference": "f" * 24, "role": "viewer"}
    assert (await platform.bring("project", exported)).action == "none"
    assert platform.writes == []
    with pytest.raises(UnknownNameError, match="there is no account 'ffffffffffffffffffffffff'"):
        await platform.bring("project", {**exported, "name": "Other"})


async def test_a_relation_that_no_list_has_stays_with_its_id(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("automation", {"name": "Up", "workflow": "workflow 001"})
    platform.sim.tables["workflow"].remove(platform.sim.tables["workflow"].named("workflow 001"))
    records = platform.client.records("automation")
    (exported,) = await case.kind.wait(records.export_([made.after]))
    assert exported["workflow"] == made.after["workflow"]
    assert (await platform.bring("automation", exported)).action == "none"
    assert platform.writes == []


async def test_secrets_are_replaced(case: Case) -> None:
    platform = Platform(case)
    made = await platform.bring("adapter", samples.PLATFORM["adapter"].record)
    account = await platform.bring("account", samples.PLATFORM["account"].record)
    for change, name, place in (
        (made, "adapter", ("properties", "properties", "auth", "password")),
        (account, "account", ("password",)),
    ):
        records = platform.client.records(name)
        (plain,) = await case.kind.wait(records.export_([change.after]))
        (filled,) = await case.kind.wait(
            records.export_([change.after], lambda record, path: ".".join(path))
        )
        for key in place[:-1]:
            plain, filled = plain[key], filled[key]
        assert (plain.get(place[-1]), filled.get(place[-1])) == (None, ".".join(place)), name
