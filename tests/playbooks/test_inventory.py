# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugins, in real runs of `ansible-inventory` and `ansible-playbook`."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
import yaml

from tests.playbooks.conftest import CLIENT_SECRET, PASSWORD, Ansible, find_leaks
from tests.simulators.serving import Running

SERVER_SECRETS = ("hunter2", "secret-1", "$SECRET.lab.r1", "secret-4")


def write(ansible: Ansible, service: str, name: str = "", **options: Any) -> str:
    """Write the file of an inventory, and return its name."""
    name = name or f"{service}.yml"
    content = {"plugin": f"restops.clients.{service}", **ansible.options(service), **options}
    (ansible.folder / name).write_text(yaml.safe_dump(content, sort_keys=False))
    return name


def listed(ansible: Ansible, source: str, *arguments: str) -> dict[str, Any]:
    """Return what `ansible-inventory --list` says; nothing was warned about."""
    done = ansible.run("ansible-inventory", "-i", source, "--list", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    result: dict[str, Any] = json.loads(done.stdout, object_hook=without_mark)
    return result


def without_mark(data: dict[str, Any]) -> Any:
    """Return a text without the mark by which Ansible writes that it is no template."""
    return data.get("__ansible_unsafe", data)


def hosts_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of hosts by their names."""
    hosts: dict[str, Any] = found["_meta"]["hostvars"]
    return hosts


def failure(ansible: Ansible, source: str) -> str:
    """Return what Ansible says of an inventory that cannot be read, see `squeezed`."""
    ansible.environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
    ansible.environment["ANSIBLE_INVENTORY_ENABLED"] = "restops.clients.itential_platform"
    done = ansible.run("ansible-inventory", "-i", source, "--list")
    assert done.returncode != 0
    assert CLIENT_SECRET not in done.stderr
    assert "Traceback" not in done.stderr
    return squeezed(done.stderr)


def squeezed(text: str) -> str:
    """Return a text without white space: ansible-core 2.18 breaks the lines of its warnings."""
    return "".join(text.split())


def logins(running: Running) -> int:
    return int(running.simulator.counters["logins"])


def bring_devices(ansible: Ansible) -> None:
    """Give the Platform three devices, two device groups, two inventories and three nodes."""
    tables = ansible.platform.simulator.tables
    for name in ("device", "device_group", "inventory", "inventory_node"):
        tables[name].clear()
    tables["device"].seed(
        [
            {"name": "r1", "ostype": "cisco-ios", "host": "192.0.2.1", "itential_user": "ada"},
            {"name": "r2", "ostype": "arista-eos", "itential_password": "hunter2"},
            {"name": "s1", "ostype": "linux", "host": "192.0.2.3", "note": "{{ 1 + 1 }}"},
        ]
    )
    tables["device_group"].seed(
        [
            {"name": "core routers", "devices": ["r1", "r2", "gone"]},
        ]
    )
    tables["inventory"].seed([{"_id": "i1", "name": "berlin", "tags": ["lab"]}])
    tables["inventory"].seed([{"_id": "i2", "name": "paris"}])
    node = {"inventory_id": "i1", "attributes": {"itential_host": "192.0.2.9", "site": "b-1"}}
    secret = {"itential_password": "$SECRET.lab.r1", "itential_secret": "secret-4"}
    tables["inventory_node"].seed(
        [
            {**node, "name": "n1", "tags": ["edge-1"]},
            {**node, "name": "n2", "attributes": {"itential_platform": "cisco_xr", **secret}},
            {**node, "name": "n3", "inventory_id": "i2"},
        ]
    )


def bring_gateway_devices(ansible: Ansible) -> None:
    """Give the Gateway devices, nested groups and a device for netmiko."""
    tables = ansible.gateway.simulator.tables
    for name in ("device", "group"):
        tables[name].clear()
    cisco = {"ansible_host": "192.0.2.1", "ansible_network_os": "cisco.ios.ios"}
    tables["device"].seed(
        [
            {"name": "r1", "variables": {**cisco, "ansible_password": "hunter2"}},
            {"name": "r2", "variables": {"ansible_host": "192.0.2.2"}},
        ]
    )
    variables = {"ntp": "192.0.2.9", "rack-unit": 7, "tags": ["core"]}
    tables["group"].seed(
        [
            {"name": "europe", "childGroups": ["berlin-1"], "variables": variables},
            {
                "name": "berlin-1",
                "devices": ["r1"],
                "variables": {"ansible_become_password": "secret-1"},
            },
        ]
    )
    netmiko = {"device_type": "cisco_xr", "username": "ada", "password": "hunter2"}
    tables["netmiko_device"].seed(
        [
            {"name": "r1", "variables": {"host": "192.0.2.77", **netmiko}},
            {"name": "x1", "variables": {"host": "192.0.2.7", **netmiko}},
        ]
    )


# Configuration Manager


def test_devices_of_configuration_manager_have_variables_and_groups(ansible: Ansible) -> None:
    bring_devices(ansible)
    ansible.platform.simulator.tables["device_group"].seed([{"name": "r2", "devices": ["r1"]}])
    source = write(ansible, "itential_platform")
    done = ansible.run("ansible-inventory", "-i", source, "--list", "-vvvv")
    found = json.loads(done.stdout[done.stdout.index("\n{") :], object_hook=without_mark)
    assert (
        hosts_of(found)["r1"].items()
        >= {
            "ansible_host": "192.0.2.1",
            "ansible_user": "ada",
            "ansible_network_os": "cisco.ios.ios",
            "itential_ostype": "cisco-ios",
        }.items()
    )
    assert hosts_of(found)["r2"]["ansible_network_os"] == "arista.eos.eos"
    assert "ansible_network_os" not in hosts_of(found)["s1"]
    assert set(found["core_routers"]["hosts"]) == {"r1", "r2"}
    # A host and a group of the same name are told apart.
    assert found["r2"]["hosts"] == ["r1"]
    assert found["ungrouped"]["hosts"] == ["s1"]
    assert logins(ansible.platform) == 1
    text = done.stdout + done.stderr + ansible.log()
    assert [find_leaks(secret, text) for secret in (*SERVER_SECRETS, CLIENT_SECRET)] == [[]] * 5


def test_filters_choose_devices(ansible: Ansible) -> None:
    bring_devices(ansible)
    filters = {"ostype": ["cisco-ios", "arista-eos"], "name": {"ends_with": "2"}}
    found = listed(ansible, write(ansible, "itential_platform", filters=filters))
    assert list(hosts_of(found)) == ["r2"]


def test_a_value_from_the_server_is_never_a_template(ansible: Ansible) -> None:
    bring_devices(ansible)
    source = write(ansible, "itential_platform", "lab.itential.yml")
    done, results = ansible.play(
        [
            {"ansible.builtin.debug": {"msg": "{{ itential_note }}"}, "register": "shown"},
            {
                "restops.clients.itential_platform_request": {"path": "/health/server"},
                "delegate_to": "localhost",
                "register": "health",
            },
        ],
        "-i",
        source,
        hosts="s1",
    )
    assert done.returncode == 0, done.stdout
    assert results["shown"]["msg"] == "{{ 1 + 1 }}"
    assert results["health"]["status"] == 200
    # The tasks of the run use the session of the inventory.
    assert logins(ansible.platform) == 1


# Options of Ansible's own classes


def test_variables_and_groups_are_composed(ansible: Ansible) -> None:
    bring_devices(ansible)
    source = write(
        ansible,
        "itential_platform",
        compose={"ansible_user": "'ops-' ~ site", "os": "os_name"},
        groups={"routers": "itential_ostype != 'linux'"},
        keyed_groups=[{"key": "itential_ostype", "prefix": "os"}, {"key": "itential_ostype"}],
        use_extra_vars=True,
        leading_separator=False,
    )
    found = listed(ansible, source, "-e", "site=x", "-e", "os_name=any")
    assert hosts_of(found)["r1"]["ansible_user"] == "ops-x"
    assert hosts_of(found)["r1"]["os"] == "any"
    assert found["routers"]["hosts"] == ["r1", "r2"]
    assert found["os_cisco_ios"]["hosts"] == found["cisco_ios"]["hosts"] == ["r1"]


def test_strict_makes_an_expression_that_fails_an_error(ansible: Ansible) -> None:
    bring_devices(ansible)
    options: dict[str, Any] = {"compose": {"x": "nowhere + 1"}}
    assert len(hosts_of(listed(ansible, write(ansible, "itential_platform", **options)))) == 3
    text = failure(ansible, write(ansible, "itential_platform", **options, strict=True))
    assert squeezed("Could not set x for host r1") in text


def test_the_cache_has_no_secrets_and_is_for_the_same_options_only(ansible: Ansible) -> None:
    bring_devices(ansible)
    counters = ansible.platform.simulator.counters
    options = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(ansible.folder / "cache"),
    }
    source = write(ansible, "itential_platform", **options)
    first = listed(ansible, source)
    requests = counters["requests"]
    assert listed(ansible, source) == first
    assert counters["requests"] == requests
    (cached,) = (ansible.folder / "cache").iterdir()
    text = cached.read_text()
    assert "192.0.2.1" in text
    assert [secret for secret in (*SERVER_SECRETS, CLIENT_SECRET) if secret in text] == []
    done, dummy = ansible.play([], "-i", source, "--flush-cache")
    assert done.returncode == 0, done.stdout
    assert counters["requests"] > requests
    requests = counters["requests"]
    narrower = write(ansible, "itential_platform", **options, filters={"name": "r1"})
    assert list(hosts_of(listed(ansible, narrower))) == ["r1"]
    assert counters["requests"] > requests


# Inventory Manager


def test_inventories_and_tags_of_inventory_manager_are_groups(ansible: Ansible) -> None:
    bring_devices(ansible)
    found = listed(ansible, write(ansible, "itential_platform", source="inventory_manager"))
    assert hosts_of(found)["n1"] == {
        "ansible_host": "192.0.2.9",
        "itential_host": "192.0.2.9",
        "site": "b-1",
    }
    assert "itential_password" not in hosts_of(found)["n2"]
    assert found["berlin"]["hosts"] == ["n1", "n2"]
    assert found["lab"]["children"] == ["berlin"]
    assert found["edge_1"]["hosts"] == ["n1"]
    assert found["paris"]["hosts"] == ["n3"]


def test_secrets_are_included_on_request_and_then_not_cached(ansible: Ansible) -> None:
    bring_devices(ansible)
    cache = ansible.folder / "cache"
    source = write(
        ansible,
        "itential_platform",
        source="inventory_manager",
        inventories=["berlin"],
        network_os={"cisco_xr": "acme.network.xr"},
        include_secrets=True,
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(cache),
    )
    found = listed(ansible, source)
    assert list(hosts_of(found)) == ["n1", "n2"]
    assert (
        hosts_of(found)["n2"].items()
        >= {
            "itential_password": "$SECRET.lab.r1",
            "itential_secret": "secret-4",
            "ansible_network_os": "acme.network.xr",
        }.items()
    )
    assert "ansible_password" not in hosts_of(found)["n2"]
    assert list(cache.glob("*")) == []


# Gateway


def test_groups_of_a_gateway_keep_their_hierarchy_and_variables(ansible: Ansible) -> None:
    bring_gateway_devices(ansible)
    source = write(ansible, "itential_gateway", sources=["devices", "netmiko"])
    found = listed(ansible, source)
    assert found["europe"]["children"] == ["berlin_1"]
    assert found["berlin_1"]["hosts"] == ["r1"]
    # The variables of the first source are kept.
    r1, x1 = hosts_of(found)["r1"], hosts_of(found)["x1"]
    assert (r1["ansible_host"], r1["ansible_network_os"]) == ("192.0.2.1", "cisco.ios.ios")
    assert (r1["ntp"], r1["ansible_user"]) == ("192.0.2.9", "ada")
    x1.pop("ansible_connection", None)
    assert x1 == {
        "ansible_host": "192.0.2.7",
        "ansible_network_os": "cisco.iosxr.iosxr",
        "ansible_user": "ada",
        "itential_device_type": "cisco_xr",
        "itential_host": "192.0.2.7",
        "itential_username": "ada",
    }
    assert found["netmiko"]["hosts"] == ["r1", "x1"]
    assert (r1["rack_unit"], r1["itential_tags"]) == (7, ["core"])
    assert [secret for secret in SERVER_SECRETS if secret in json.dumps(found)] == []
    assert logins(ansible.gateway) == 1


def test_groups_that_are_in_each_other_are_an_error(ansible: Ansible) -> None:
    bring_gateway_devices(ansible)
    table = ansible.gateway.simulator.tables["group"]
    table.named("berlin-1")["childGroups"] = ["europe"]
    source = write(ansible, "itential_gateway")
    ansible.environment["ANSIBLE_INVENTORY_UNPARSED_FAILED"] = "true"
    done = ansible.run("ansible-inventory", "-i", source, "--list")
    expected = "the groups berlin_1 and europe of the server are in each other"
    assert squeezed(expected) in squeezed(done.stderr)


# The guide


def test_the_inventories_of_the_guide_can_be_read(ansible: Ansible) -> None:
    text = (pathlib.Path(__file__).parents[2] / "docs/itential.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n# (\S+)\n(plugin: .*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for name, block in blocks:
        (ansible.folder / name).write_text(block)
    for service in ("itential_platform", "itential_gateway"):
        ansible.environment.update(ansible.exports(service))
    found = listed(ansible, blocks[0][0], *(f"-i{name}" for name, dummy in blocks[1:]))
    assert found["os_cisco_ios"]["hosts"]
    assert {"site_0", "inventory_001", "core"} <= found.keys() | set(found["all"]["children"])
    assert hosts_of(found)["sw-001"]["ansible_connection"] == "ansible.netcommon.libssh"


# Sources of options


def test_options_come_from_variables_environment_and_vault(ansible: Ansible) -> None:
    bring_gateway_devices(ansible)
    (ansible.folder / "word").write_text("vault-word")
    vaulted = ansible.run(
        "ansible-vault", "encrypt_string", "--vault-password-file", "word", PASSWORD
    ).stdout
    (ansible.folder / "lab.itential.yaml").write_text(
        "plugin: restops.clients.itential_gateway\n"
        f"password: {vaulted}\n"
        "username: \"{{ 'ada@' ~ product }}\"\n"
    )
    ansible.environment["ITENTIAL_GATEWAY_HOST"] = ansible.gateway.host
    ansible.environment["ITENTIAL_GATEWAY_USE_TLS"] = "false"
    found = listed(
        ansible,
        "lab.itential.yaml",
        *("--vault-password-file", "word"),
        *("-e", f"itential_gateway_port={ansible.gateway.port}", "-e", "product=itential"),
    )
    assert set(hosts_of(found)) == {"r1", "r2"}


# Errors


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"client_secret": "wrong-1"}, "401 Unauthorized; check 'client_id' and 'client_secret'"),
        ({"port": 1, "retry": 1}, "the connection was refused; check host and port"),
        ({"port": "abc"}, "argument 'port' is of type"),
        ({"source": "cmdb"}, "value of source must be one of"),
        ({"hots": "x"}, "Unsupported options for this inventory: hots. Did you mean host?"),
        ({"filters": {"name": {"like": "r"}}}, "filters: name has no operator 'like'"),
        ({"client_id": None}, "client_id is missing: give client_id and client_secret"),
    ],
)
def test_an_error_is_one_line_in_terms_of_the_file(
    ansible: Ansible, options: dict[str, Any], expected: str
) -> None:
    assert squeezed(expected) in failure(ansible, write(ansible, "itential_platform", **options))
    assert logins(ansible.platform) <= 1


def test_no_host_stays_if_a_page_cannot_be_read(ansible: Ansible) -> None:
    ansible.platform.simulator.faults.append(
        {"path": "/configuration_manager/devices", "status": 200, "body": "<html>", "times": 1}
    )
    source = write(ansible, "itential_platform", "a.itential.yml")
    (ansible.folder / "b.ini").write_text("[more]\nh1\n")
    done = ansible.run("ansible-inventory", "-i", source, "-i", "b.ini", "--list")
    assert squeezed("answered 200 with text/plain, not JSON") in squeezed(done.stderr)
    assert json.loads(done.stdout)["more"]["hosts"] == ["h1"]
    assert "device" not in done.stdout.partition('"children"')[0]
