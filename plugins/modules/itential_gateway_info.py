#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read records of an Itential Gateway, and facts about it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway_info
short_description: Read records of an Itential Gateway, and facts about it
version_added: 1.1.0
description:
  - Reads all records of one type, or those that match filters, page by page. Secrets in them are
    masked.
  - Also gathers facts about the server, and writes tasks for records that exist.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_gateway
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.gateway
  - restops.clients.info
  - restops.clients.info.filters
options:
  resource:
    description:
      # BEGIN generated: types to read
      - The type of the records. One of V(account), V(audit), V(collection), V(config),
        V(decoration), V(device), V(execution), V(group), V(http_device), V(module),
        V(netconf_device), V(netmiko_device), V(nornir), V(playbook), V(rbac_group), V(rbac_role),
        V(role), V(script), V(secret) or V(terraform).
      # END generated
      - Or a dict that defines a type of records which this collection lacks.
      - Either O(resource) or O(gather) is required.
    type: raw
  gather:
    description:
      # BEGIN generated: facts
      - The facts about the server to gather, V(version), V(status), V(health) or V(config). V(all)
        is all.
      # END generated
      - Facts that the server does not have, or that the user must not read, are named in
        RV(unavailable).
    type: list
    elements: str
seealso:
  - module: restops.clients.itential_gateway_resource
  - module: restops.clients.itential_gateway_request
"""

EXAMPLES = r"""
- name: Read the devices of a site
  restops.clients.itential_gateway_info:
    host: gateway.example.com
    port: 8083
    username: admin@itential
    password: "{{ gateway_password }}"
    resource: device
    filters:
      name:
        starts_with: sw-
  register: devices

- name: Gather facts about the server
  restops.clients.itential_gateway_info:
    gather: [version, config]
  register: gateway

- name: Read the devices as tasks
  restops.clients.itential_gateway_info:
    resource: device
    as_tasks: true
  register: inventory
"""

RETURN = r"""
# BEGIN generated: results of info
records:
  description: The records, in order.
  returned: success
  type: list
  elements: dict
  sample: [{"name": "sw-900", "variables": {"ansible_host": "192.0.2.90"}}]
count:
  description: The number of records.
  returned: success
  type: int
  sample: 1
# END generated
# BEGIN generated: results of facts and tasks
tasks:
  description: A task per record, for a playbook that changes nothing if it is run. Relations are
    names. A secret, or a value that the server only replaces together with one, is a variable named
    after the record and its place; until it is defined, the value is left as it is.
  returned: with O(as_tasks)
  type: list
  elements: dict
  sample: [{"name": "Bring device name='sw-900' to its state",
    "restops.clients.itential_gateway_resource": {"resource": "device", "data": {"name": "sw-900",
    "variables": {"ansible_host": "192.0.2.90"}}}}]
gathered:
  description: The facts by name.
  returned: with O(gather)
  type: dict
  sample: {"version": "4.4.1"}
unavailable:
  description: Why a fact could not be read, by its name.
  returned: with O(gather)
  type: dict
  sample: {}
# END generated
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway,
    itential,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(itential.info, gateway.make_client, options.GATEWAY),
    options.GATEWAY,
    itential.OPTIONS,
    is_heavy=itential.is_heavy,
    **itential.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
