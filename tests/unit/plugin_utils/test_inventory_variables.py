# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of Ansible that the attributes of a device mean."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import inventory_variables
from ansible_collections.restops.clients.plugins.plugin_utils.inventory_variables import (
    NETWORK_OS,
    variables_of,
    with_network_os,
)

NETWORK_CLI = "ansible.netcommon.network_cli"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the connections that the controller has."""
    names = {NETWORK_CLI, "ansible.netcommon.httpapi", "ansible.netcommon.netconf"}
    monkeypatch.setattr(inventory_variables, "_is_installed", names.__contains__)
    return names


def meant(attributes: dict[str, Any], **network_os: Any) -> dict[str, Any]:
    """Return the variables that are not attributes."""
    found = variables_of(attributes, with_network_os(network_os))
    return {name: value for name, value in found.items() if name not in attributes}


def test_attributes_of_a_node_become_variables_of_ansible() -> None:
    assert meant(
        {
            "itential_host": "192.0.2.1",
            "itential_port": 2222,
            "itential_user": "ada",
            "itential_platform": "cisco_ios",
            "cluster_id": "c1",
        }
    ) == {
        "ansible_host": "192.0.2.1",
        "ansible_port": 2222,
        "ansible_user": "ada",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_connection": NETWORK_CLI,
    }


def test_the_first_attribute_with_a_value_counts() -> None:
    assert meant({"itential_host": "", "itential_ipaddress": "192.0.2.1"}) == {
        "ansible_host": "192.0.2.1"
    }
    assert meant({"itential_user": None, "itential_username": "ada"}) == {"ansible_user": "ada"}


def test_variables_of_ansible_that_a_device_has_itself_are_kept() -> None:
    attributes = {
        "itential_host": "192.0.2.1",
        "itential_platform": "cisco_ios",
        "ansible_host": "192.0.2.2",
        "ansible_network_os": "ios",
        "ansible_connection": "ansible.netcommon.libssh",
    }
    assert variables_of(attributes, {}) == attributes


@pytest.mark.parametrize(
    ("name", "value", "system"),
    [
        ("itential_platform", "cisco_nxos", "cisco.nxos.nxos"),
        ("itential_platform", "Cisco-IOS", "cisco.ios.ios"),
        ("itential_ostype", "juniper-junos", "junipernetworks.junos.junos"),
        ("itential_ostype", "Cisco IOS XR", "cisco.iosxr.iosxr"),
        ("itential_device_type", "arista_eos", "arista.eos.eos"),
        ("itential_platform", "acme.network.router", "acme.network.router"),
    ],
)
def test_names_of_netmiko_and_itential_have_a_network_os(
    name: str, value: str, system: str
) -> None:
    found = meant({name: value})
    assert (found["ansible_network_os"], found["ansible_connection"]) == (system, NETWORK_CLI)


@pytest.mark.parametrize("value", ["linux", "unheard_of", 7, None, ""])
def test_an_unknown_platform_says_nothing_about_the_connection(value: Any) -> None:
    assert meant({"itential_platform": value}) == {}


def test_rows_of_the_user_go_before_the_table() -> None:
    found = meant({"itential_platform": "acme-1"}, Acme_1="acme.network.router")
    assert found["ansible_network_os"] == "acme.network.router"
    found = meant({"itential_platform": "cisco_ios"}, cisco_ios="acme.network.ios")
    assert found["ansible_network_os"] == "acme.network.ios"
    assert meant({"itential_platform": "cisco_ios"}, cisco_ios=None) == {}


def test_every_network_os_is_a_full_name() -> None:
    assert {name.count(".") for name in NETWORK_OS.values()} <= {1, 2}


@pytest.mark.parametrize(
    ("attributes", "connection"),
    [
        ({"itential_connection": "netconf"}, "ansible.netcommon.netconf"),
        ({"itential_connection": "ssh"}, "ssh"),
        ({"itential_device-type": "network_cli"}, NETWORK_CLI),
        ({"itential_platform": "fortinet"}, "ansible.netcommon.httpapi"),
    ],
)
def test_the_connection_is_what_the_device_says_or_what_its_system_needs(
    attributes: dict[str, Any], connection: str
) -> None:
    assert meant(attributes)["ansible_connection"] == connection


def test_a_connection_that_the_controller_lacks_is_only_set_if_the_device_names_it(
    installed: set[str],
) -> None:
    installed.clear()
    assert "ansible_connection" not in meant({"itential_platform": "cisco_ios"})
    assert meant({"itential_connection": "netconf"}) == {
        "ansible_connection": "ansible.netcommon.netconf"
    }


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            {"itential_base_url": "https://192.0.2.1:8443/api", "itential_protocol": "https"},
            {"ansible_host": "192.0.2.1", "ansible_port": 8443, "ansible_httpapi_use_ssl": True},
        ),
        (
            {"itential_base_url": "box.example", "itential_protocol": "HTTP", "itential_port": 80},
            {"ansible_host": "box.example", "ansible_port": 80, "ansible_httpapi_use_ssl": False},
        ),
    ],
)
def test_the_address_of_an_http_device_is_taken_apart(
    attributes: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert meant(attributes) == {**expected, "ansible_connection": "ansible.netcommon.httpapi"}


@pytest.mark.parametrize("address", ["https://[bad/", "http://box:99999/", "", 7])
def test_an_address_that_cannot_be_read_means_nothing(address: Any) -> None:
    assert "ansible_host" not in meant({"itential_base_url": address})


def test_names_become_names_of_variables() -> None:
    found = variables_of({"rack-unit": 1, "2nd site": 2, "größe": 3, "a.b": 4, "": 5}, {})
    assert found == {"rack_unit": 1, "_2nd_site": 2, "größe": 3, "a_b": 4, "_": 5}


@pytest.mark.parametrize("name", ["name", "tags", "environment", "groups", "inventory_hostname"])
def test_names_that_ansible_uses_itself_have_a_prefix(name: str) -> None:
    assert variables_of({name: "x"}, {}) == {f"itential_{name}": "x"}


def test_a_password_is_one_for_ansible_but_a_reference_is_not() -> None:
    assert meant({"itential_password": "hunter2"}) == {"ansible_password": "hunter2"}
    assert meant({"itential_password": "$SECRET.lab.r1"}) == {}
