# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and groups of an inventory, from a Platform and from a Gateway."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Flow, collect
from ansible_collections.restops.clients.plugins.module_utils.itential import inventory
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway_store import (
    GatewayStore,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.inventory_pages import Page
from ansible_collections.restops.clients.plugins.module_utils.itential.platform_store import (
    PlatformStore,
)
from ansible_collections.restops.clients.tests.unit.support import Case, Server, Threads

from .simulated import Gateway, Platform

IOS = {"ostype": "cisco-ios", "host": "192.0.2.1"}


async def read(simulated: Any, flow: Flow[None]) -> list[Page]:
    """Return all pages that a flow emits."""
    simulated.sim.log.clear()
    pages = await simulated.case.kind.wait(simulated.client._perform(collect(flow)))
    assert simulated.sim.ignored == []
    return list(pages)


def hosts_of(pages: list[Page]) -> dict[str, Any]:
    """Return variables and groups of the hosts, by their names."""
    return {host.name: (host.variables, host.groups) for page in pages for host in page.hosts}


def groups_of(pages: list[Page]) -> dict[str, Any]:
    """Return variables and children of the groups, by their names."""
    return {
        group.name: (group.variables, group.children) for page in pages for group in page.groups
    }


class Lab:
    """A Platform with a few devices, device groups, inventories and nodes.

    Args:
        case: Threads or tasks.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        platform = Platform(case)
        self.sim, self.client = platform.sim, platform.client
        self.store = PlatformStore(self.client)
        for name in ("device", "device_group", "inventory", "inventory_node"):
            self.sim.tables[name].clear()

    def seed(self, resource: str, *records: dict[str, Any]) -> None:
        self.sim.tables[resource].seed(records)

    def configuration_manager(self, *args: Any, **options: Any) -> Flow[None]:
        return inventory.configuration_manager(self.store, *args, **options)

    def inventory_manager(self, *args: Any, **options: Any) -> Flow[None]:
        return inventory.inventory_manager(self.store, *args, **options)

    def bring_two_inventories(self) -> None:
        self.seed("inventory", {"_id": "i1", "name": "berlin", "tags": ["lab", "berlin"]})
        self.seed("inventory", {"_id": "i2", "name": "a/b %"})
        self.seed(
            "inventory_node",
            {"name": "r1", "inventory_id": "i1", "attributes": {"itential_host": "192.0.2.1"}},
            {"name": "r2", "inventory_id": "i1", "tags": ["edge"], "attributes": None},
            {"name": "r3", "inventory_id": "i2", "attributes": {"site": "x"}},
        )


async def test_devices_have_their_fields_as_attributes_and_are_in_their_groups(case: Case) -> None:
    lab = Lab(case)
    lab.seed("device", {"name": "r1", **IOS, "device-type": "network_cli", "_id": "7"})
    lab.seed("device", {"name": "r2", **IOS})
    lab.seed("device_group", {"name": "core", "devices": ["r2", "gone"]})
    lab.seed("device_group", {"name": "empty", "devices": None})
    pages = await read(lab, lab.configuration_manager())
    assert groups_of(pages) == {"core": ({}, []), "empty": ({}, [])}
    variables, groups = hosts_of(pages)["r1"]
    assert variables == {
        "itential_ostype": "cisco-ios",
        "itential_host": "192.0.2.1",
        "itential_device-type": "network_cli",
        "itential_origins": ["InventoryManager"],
    }
    assert groups == []
    assert hosts_of(pages)["r2"][1] == ["core"]


async def test_attributes_of_a_device_are_spread_and_keep_their_names(case: Case) -> None:
    lab = Lab(case)
    lab.seed("device", {"name": "r1", "attributes": {"itential_user": "ada", "site": "x"}})
    lab.seed("device", {"name": "r2", "variables": {"ansible_port": 22}, "attributes": None})
    hosts = hosts_of(await read(lab, lab.configuration_manager()))
    assert hosts["r1"][0].items() >= {"itential_user": "ada", "itential_site": "x"}.items()
    assert hosts["r2"][0].items() >= {"ansible_port": 22, "itential_attributes": None}.items()


async def test_devices_are_read_and_emitted_page_by_page(case: Case) -> None:
    lab = Lab(case)
    lab.seed("device", *({"name": f"r{number:03d}"} for number in range(250)))
    pages = await read(lab, lab.configuration_manager())
    assert [len(page.hosts) for page in pages] == [0, 100, 100, 50]
    assert len(hosts_of(pages)) == 250


async def test_filters_go_to_the_server_as_far_as_it_has_them(case: Case) -> None:
    lab = Lab(case)
    lab.seed("device", {"name": "r1", **IOS}, {"name": "r2", **IOS})
    lab.seed("device", {"name": "r3", "ostype": "arista-eos"})
    wanted = {"ostype": "cisco-ios", "name": {"in": ["r2", "r3"]}}
    pages = await read(lab, lab.configuration_manager(wanted))
    assert list(hosts_of(pages)) == ["r2"]
    options = lab.sim.log[-1].body["options"]
    assert options["filter"] == {"ostype": "cisco-ios"}
    # Without an order, pages that are read side by side may overlap.
    assert options["sort"] == [{"name": 1}]


async def test_a_filter_that_cannot_work_is_refused_before_anything_is_read(case: Case) -> None:
    lab = Lab(case)
    for flow in (
        lab.configuration_manager({"name": {"like": "r"}}),
        lab.inventory_manager({"colour": "red"}),
        lab.inventory_manager({"inventory": "berlin"}),
    ):
        with pytest.raises(ConfigurationError, match="like|colour|inventory"):
            await read(lab, flow)
        assert {one.path for one in lab.sim.log} <= {"/login", "/health/server"}


async def test_inventories_and_tags_are_groups_of_nodes(case: Case) -> None:
    lab = Lab(case)
    lab.bring_two_inventories()
    pages = await read(lab, lab.inventory_manager())
    assert groups_of(pages) == {
        "berlin": ({}, ["berlin"]),
        "lab": ({}, ["berlin"]),
        "a/b %": ({}, []),
    }
    assert hosts_of(pages) == {
        "r1": ({"itential_host": "192.0.2.1"}, ["berlin"]),
        "r2": ({}, ["berlin", "edge"]),
        "r3": ({"site": "x"}, ["a/b %"]),
    }


async def test_only_named_inventories_are_read(case: Case) -> None:
    lab = Lab(case)
    lab.bring_two_inventories()
    filters = {"attributes.site": "x"}
    pages = await read(lab, lab.inventory_manager(filters, inventories=["a/b %"]))
    assert list(hosts_of(pages)) == ["r3"]
    with pytest.raises(ConfigurationError, match="there is no inventory paris, rome"):
        await read(lab, lab.inventory_manager(inventories=["rome", "berlin", "paris"]))


class Plant:
    """A Gateway with a few devices and groups.

    Args:
        case: Threads or tasks.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        gateway = Gateway(case, devices=0)
        self.sim, self.client = gateway.sim, gateway.client
        self.store = GatewayStore(self.client)
        tables = self.sim.tables
        tables["group"].clear()
        tables["device"].seed(
            [
                {"name": "r1", "variables": {"ansible_host": "192.0.2.1", "ansible_ssh_pass": "s"}},
                {"name": "r2", "variables": {}},
            ]
        )
        tables["group"].seed(
            [
                {"name": "europe", "childGroups": ["berlin"], "variables": {"ntp": "192.0.2.9"}},
                {
                    "name": "berlin",
                    "devices": ["r1"],
                    "variables": {"ansible_become_password": "secret-1"},
                },
            ]
        )
        tables["netmiko_device"].seed(
            [
                {
                    "name": "n1",
                    "variables": {
                        "host": "192.0.2.7",
                        "device_type": "cisco_xr",
                        "password": "secret-2",
                        "enable": "secret-3",
                        "use_keys": False,
                    },
                }
            ]
        )

    def read(self, *args: Any, **options: Any) -> Any:
        return read(self, inventory.gateway(self.store, *args, **options))


async def test_devices_of_a_gateway_have_its_groups_and_variables(case: Case) -> None:
    pages = await Plant(case).read()
    assert groups_of(pages) == {
        "europe": ({"ntp": "192.0.2.9"}, ["berlin"]),
        "berlin": ({}, []),
    }
    assert hosts_of(pages) == {
        "r1": ({"ansible_host": "192.0.2.1"}, ["berlin"]),
        "r2": ({}, []),
    }


async def test_secrets_of_a_gateway_are_kept_on_request(case: Case) -> None:
    pages = await Plant(case).read(secrets=True)
    assert groups_of(pages)["berlin"][0] == {"ansible_become_password": "secret-1"}
    assert hosts_of(pages)["r1"][0]["ansible_ssh_pass"] == "s"


async def test_other_inventories_of_a_gateway_are_groups(case: Case) -> None:
    plant = Plant(case)
    pages = await plant.read({"name": {"starts_with": "n"}}, sources=["netmiko", "netconf"])
    assert groups_of(pages) == {"netmiko": ({}, []), "netconf": ({}, [])}
    variables = {
        "itential_host": "192.0.2.7",
        "itential_device_type": "cisco_xr",
        "itential_use_keys": False,
    }
    assert hosts_of(pages) == {"n1": (variables, ["netmiko"])}
    assert "GET /api/v2.0/devices" not in plant.sim.counters


async def test_names_may_be_numbers_and_records_without_a_name_are_left_out(case: Case) -> None:
    answers = [
        {"data": [{"name": 12, "devices": [7, {"name": 8}, None]}, {"name": "", "devices": [7]}]},
        {"data": []},
        {"data": [{"name": 7}, {"name": 8}, {"name": ""}]},
        {"data": []},
    ]
    client = case.gateway(Server(*[httpx.Response(200, json=answer) for answer in answers]))
    flow = collect(inventory.gateway(GatewayStore(client)))
    pages = await case.kind.wait(client._perform(flow))
    assert groups_of(pages) == {"12": ({}, [])}
    assert hosts_of(pages) == {"7": ({}, ["12"]), "8": ({}, ["12"])}


def test_pages_are_read_when_they_are_asked_for() -> None:
    lab = Lab(Case(Threads()))
    lab.seed("device", *({"name": f"r{number:03d}"} for number in range(250)))
    pages = inventory.pages(lab.client, lab.configuration_manager())
    assert not lab.sim.log
    assert next(pages).hosts == []
    assert lab.sim.counters["POST /configuration_manager/devices"] == 0
    assert sum(len(page.hosts) for page in pages) == 250
