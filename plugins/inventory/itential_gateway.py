# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory from the devices of an Itential Automation Gateway 4."""

from __future__ import annotations

DOCUMENTATION = r"""
name: itential_gateway
short_description: Read devices and groups of an Itential Automation Gateway 4
version_added: 1.1.0
description:
  - Makes an inventory from the devices and groups of a Gateway, with their variables, and from the
    devices of its other inventories.
  - The file must end in C(.yml) or C(.yaml). Files that are named C(*.itential_gateway.yml) or
    C(itential_gateway.yml) are recognised by their name, others by O(plugin).
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.inventory
  - restops.clients.itential_gateway.plugins
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [restops.clients.itential_gateway]
  sources:
    description:
      - The inventories of the Gateway to read. V(devices) is that of Ansible, with its groups. The
        devices of each other one are in a group of its name, and their variables have names such as
        C(itential_device_type).
      - If a device is in several inventories, the variables of the first one are kept.
    type: list
    elements: str
    choices: [devices, http_requests, netconf, netmiko]
    default: [devices]
seealso:
  - plugin: restops.clients.itential_platform
    plugin_type: inventory
"""

EXAMPLES = r"""
# itential_gateway.yml: everything that the Gateway can reach. The password comes from
# ITENTIAL_GATEWAY_PASSWORD.
plugin: restops.clients.itential_gateway
host: gateway.example.com
port: 8083
username: automation
sources: [devices, netmiko]

# core.itential_gateway.yml: some of its devices, in groups by their network operating system.
---
plugin: restops.clients.itential_gateway
host: gateway.example.com
filters:
  name:
    contains: core
  variables.ansible_network_os: [cisco.ios.ios, cisco.nxos.nxos]
keyed_groups:
  - key: ansible_network_os
    prefix: os
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ..module_utils.itential import inventory
from ..module_utils.itential.gateway_store import GatewayStore
from ..module_utils.itential.inventory_pages import Page
from ..module_utils.tasks import gateway, options
from ..module_utils.tasks.definition import Spec
from ..plugin_utils.inventory import OPTIONS, ApiInventory


class InventoryModule(ApiInventory):
    """The inventory from an Itential Automation Gateway."""

    NAME = "restops.clients.itential_gateway"
    factory = staticmethod(gateway.make_client)
    service = options.GATEWAY
    own_options: ClassVar[Spec] = {
        **OPTIONS,
        "sources": {
            "type": "list",
            "elements": "str",
            "choices": ["devices", "http_requests", "netconf", "netmiko"],
            "default": ["devices"],
        },
    }

    def pages(self, client: Any, given: Mapping[str, Any]) -> Iterator[Page]:
        """Return the parts of the inventory."""
        flow = inventory.gateway(
            GatewayStore(client),
            given["filters"],
            sources=given["sources"],
            secrets=given["include_secrets"],
        )
        return inventory.pages(client, flow)
