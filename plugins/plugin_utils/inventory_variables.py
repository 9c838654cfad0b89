# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of Ansible that the attributes of a device mean."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible.plugins.loader import connection_loader
from ansible.vars.reserved import get_reserved_names

from ..module_utils.itential.inventory_pages import PREFIX
from ..module_utils.itential.inventory_secrets import is_reference

NETWORK_OS = {
    "arista_eos": "arista.eos.eos",
    "aruba_os": "arubanetworks.aos_switch.arubaoss",
    "cisco_asa": "cisco.asa.asa",
    "cisco_ios": "cisco.ios.ios",
    "cisco_nxos": "cisco.nxos.nxos",
    "cisco_xe": "cisco.ios.ios",
    "cisco_xr": "cisco.iosxr.iosxr",
    "dell_os6": "dellemc.os6.os6",
    "dell_os9": "dellemc.os9.os9",
    "dell_os10": "dellemc.os10.os10",
    "extreme_exos": "community.network.exos",
    "fortinet": "fortinet.fortios.fortios",
    "huawei": "community.network.ce",
    "huawei_vrp": "community.network.ce",
    "juniper": "junipernetworks.junos.junos",
    "juniper_junos": "junipernetworks.junos.junos",
    "mikrotik_routeros": "community.routeros.routeros",
    "nokia_sros": "nokia.sros.classic",
    "vyos": "vyos.vyos.vyos",
    # Names that Configuration Manager and the NETCONF inventory of a Gateway use.
    "iosxe": "cisco.ios.ios",
    "cisco_ios_xe": "cisco.ios.ios",
    "cisco_ios_xr": "cisco.iosxr.iosxr",
    "iosxr": "cisco.iosxr.iosxr",
    "junos": "junipernetworks.junos.junos",
    "nexus": "cisco.nxos.nxos",
    "cisco_nx": "cisco.nxos.nxos",
    "cisco_nx_os": "cisco.nxos.nxos",
}
"""Ansible's network operating systems by the names of netmiko and of Itential. Case, and `-` in the
place of `_`, do not matter."""

CONNECTIONS = {
    name: f"ansible.netcommon.{name}" for name in ("grpc", "httpapi", "netconf", "network_cli")
}
"""Ansible's connections by the names that Itential uses."""

_HTTPAPI = frozenset(("fortinet.fortios.fortios",))
"""Network operating systems that have no command line for Ansible."""

_SAME = {
    "ansible_host": ("host", "ipaddress", "address"),
    "ansible_port": ("port",),
    "ansible_user": ("user", "username"),
    "ansible_password": ("password",),
}
"""Variables by the attributes whose value they take; the first attribute that has one counts."""
_PLATFORMS = ("platform", "ostype", "device_type")
"""Attributes that may name the network operating system."""

_NO_NAME = re.compile(r"\W|^(?=\d)")
_TAKEN = frozenset(
    "group_names groups hostvars inventory_dir inventory_file inventory_hostname"
    " inventory_hostname_short omit playbook_dir role_path vars".split()
)
"""Names that Ansible sets itself, beside its reserved ones."""


def with_network_os(more: Mapping[str, Any]) -> dict[str, str]:
    """Return `NETWORK_OS` with further rows.

    Args:
        more: The rows, which go before those of the table. An empty value is for a device that
            Ansible does not reach as a network device.
    """
    return {**NETWORK_OS, **{_platform(name): str(system or "") for name, system in more.items()}}


def variables_of(attributes: Mapping[str, Any], network_os: Mapping[str, str]) -> dict[str, Any]:
    """Return the variables of a host.

    Args:
        attributes: The attributes of the device. Those that are Ansible's own variables already
            take precedence over what others mean.
        network_os: The table from `with_network_os`.
    """
    known = with_valid_names(attributes)
    meant = {
        name: found
        for name, sources in _SAME.items()
        if (found := _first(known, sources)) is not None
    }
    meant.update(_of_url(known))
    system = _network_os(known, network_os)
    connection = _connection(known, system)
    if system:
        meant["ansible_network_os"] = system
    if connection:
        meant["ansible_connection"] = connection
    return {**meant, **known}


def with_valid_names(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return variables under names that variables can have."""
    return {_variable(name): value for name, value in variables.items()}


@functools.lru_cache(maxsize=4096)
def _variable(name: str) -> str:
    """Return a name that a variable can have, and that Ansible does not use for anything else."""
    usable = _NO_NAME.sub("_", name) or "_"
    is_taken = usable in _TAKEN or usable in get_reserved_names()
    return f"{PREFIX}{usable}" if is_taken else usable


def _first(known: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    values = (known.get(f"{PREFIX}{name}") for name in names)
    return next((one for one in values if one not in (None, "") and not is_reference(one)), None)


def _network_os(known: Mapping[str, Any], table: Mapping[str, str]) -> str:
    for name in _PLATFORMS:
        given = known.get(f"{PREFIX}{name}")
        if isinstance(given, str) and _platform(given) in table:
            return table[_platform(given)]
        if isinstance(given, str) and given.count(".") == 2:
            return given
    return ""


def _platform(name: Any) -> str:
    return str(name).strip().lower().replace("-", "_").replace(" ", "_")


def _connection(known: Mapping[str, Any], system: str) -> str:
    """Return the connection that the device names, or else the one that it needs."""
    named = known.get(f"{PREFIX}connection")
    if named:
        return CONNECTIONS.get(str(named), str(named))
    needed = CONNECTIONS.get(str(known.get(f"{PREFIX}device_type")), "")
    if known.get(f"{PREFIX}base_url") or system in _HTTPAPI:
        needed = CONNECTIONS["httpapi"]
    elif system and not needed:
        needed = CONNECTIONS["network_cli"]
    return needed if needed and _is_installed(needed) else ""


@functools.cache
def _is_installed(connection: str) -> bool:
    """Tell whether the controller has a connection.

    If a host has one that is missing, even tasks fail that run on the controller.
    """
    return connection_loader.find_plugin(connection) is not None


def _of_url(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the address of an HTTP device means."""
    given = known.get(f"{PREFIX}base_url")
    if not isinstance(given, str) or not given:
        return {}
    try:
        parts = urlsplit(given if "://" in given else f"//{given}")
        port = parts.port
    except ValueError:
        return {}
    protocol = str(known.get(f"{PREFIX}protocol") or parts.scheme)
    return {
        **({"ansible_host": parts.hostname} if parts.hostname else {}),
        **({"ansible_port": port} if port else {}),
        "ansible_httpapi_use_ssl": protocol.lower() != "http",
    }
