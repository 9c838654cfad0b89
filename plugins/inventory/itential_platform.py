# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory from the devices of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
name: itential_platform
short_description: Read devices and groups of an Itential Platform
version_added: 1.1.0
description:
  - Makes an inventory from the devices and device groups of Configuration Manager, or from the
    nodes of Inventory Manager.
  - The file must end in C(.yml) or C(.yaml). Files that are named C(*.itential.yml),
    C(*.itential_platform.yml) or C(itential_platform.yml) are recognised by their name, others by
    O(plugin).
  - With O(source=configuration_manager), a device has a variable for each of its fields, such as
    C(itential_ostype) for C(ostype), and is in the groups of its device groups. With
    O(source=inventory_manager), a node has a variable for each of its attributes, and each
    inventory and each tag is a group.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.inventory
  - restops.clients.itential_platform.plugins
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [restops.clients.itential_platform]
  source:
    description:
      - The application whose devices are read. Inventory Manager is part of Platform 6.
    type: str
    choices: [configuration_manager, inventory_manager]
    default: configuration_manager
  inventories:
    description:
      - Names of the inventories to read, for O(source=inventory_manager) only. By default, all.
    type: list
    elements: str
    default: []
seealso:
  - plugin: restops.clients.itential_gateway
    plugin_type: inventory
"""

EXAMPLES = r"""
# lab.itential.yml: the devices of Configuration Manager. The credentials come from
# ITENTIAL_PLATFORM_CLIENT_ID and ITENTIAL_PLATFORM_CLIENT_SECRET.
plugin: restops.clients.itential_platform
host: platform.example.com
filters:
  ostype: [cisco-ios, arista-eos]
  name:
    starts_with: lab-
keyed_groups:
  - key: itential_ostype
    prefix: os

# nodes.itential.yml: two inventories of Inventory Manager, kept for an hour.
---
plugin: restops.clients.itential_platform
host: platform.example.com
source: inventory_manager
inventories: [berlin, paris]
network_os:
  acme_router: acme.network.router
compose:
  ansible_user: "'netops'"
groups:
  edge: itential_host is match('10\\.1\\.')
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/inventory
cache_timeout: 3600
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ..module_utils.core.exceptions import ConfigurationError
from ..module_utils.itential import inventory
from ..module_utils.itential.inventory_pages import Page
from ..module_utils.itential.platform_store import PlatformStore
from ..module_utils.tasks import options, platform
from ..module_utils.tasks.definition import Spec
from ..plugin_utils.inventory import OPTIONS, ApiInventory


class InventoryModule(ApiInventory):
    """The inventory from an Itential Platform."""

    NAME = "restops.clients.itential_platform"
    factory = staticmethod(platform.make_client)
    service = options.PLATFORM
    own_options: ClassVar[Spec] = {
        **OPTIONS,
        "source": {
            "type": "str",
            "choices": ["configuration_manager", "inventory_manager"],
            "default": "configuration_manager",
        },
        "inventories": {"type": "list", "elements": "str", "default": []},
    }

    def pages(self, client: Any, given: Mapping[str, Any]) -> Iterator[Page]:
        """Return the parts of the inventory."""
        store, filters = PlatformStore(client), given["filters"]
        secrets, inventories = given["include_secrets"], given["inventories"]
        if given["source"] == "inventory_manager":
            flow = inventory.inventory_manager(
                store, filters, inventories=inventories, secrets=secrets
            )
        elif inventories:
            raise ConfigurationError("inventories needs source=inventory_manager")
        else:
            flow = inventory.configuration_manager(store, filters, secrets=secrets)
        return inventory.pages(client, flow)
