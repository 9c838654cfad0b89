#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, change and delete records of an Itential Gateway."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway_resource
short_description: Create, change and delete records of an Itential Gateway
version_added: 1.1.0
description:
  - Brings one record, or a list of records, to a wanted state. The records are read first, and only
    differences are written, with the smallest write that the API has.
  # BEGIN generated: natural keys
  - Records are found by their natural key, V(account) by C(username); V(config) by C(name);
    V(decoration) by C(kind) and C(name); V(device) by C(name); V(group) by C(name);
    V(http_device) by C(inventory) and C(name); V(netconf_device) by C(inventory) and C(name);
    V(netmiko_device) by C(inventory) and C(name); V(rbac_group) by C(name); V(secret) by
    C(path). Others are found by C(id) or by O(match).
  # END generated
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_gateway
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.gateway
  - restops.clients.resource
  - restops.clients.resource.match
  - restops.clients.resource.asset
options:
  resource:
    description:
      # BEGIN generated: types to write
      - The type of the records. One of V(account), V(config), V(decoration), V(device), V(group),
        V(http_device), V(netconf_device), V(netmiko_device), V(rbac_group) or V(secret).
      # END generated
      - Or a dict that defines a type of records which this collection lacks.
    type: raw
    required: true
seealso:
  - module: restops.clients.itential_gateway_info
  - module: restops.clients.itential_gateway_request
"""

EXAMPLES = r"""
- name: Create a device, or change its variables
  restops.clients.itential_gateway_resource:
    host: gateway.example.com
    port: 8083
    username: admin@itential
    password: "{{ gateway_password }}"
    resource: device
    data:
      name: sw-900
      variables:
        ansible_host: 192.0.2.90
        ansible_network_os: ios

- name: Create the devices of a list
  restops.clients.itential_gateway_resource:
    resource: device
    records: "{{ switches }}"
  vars:
    switches:
      - {name: sw-901, variables: {ansible_host: 192.0.2.91}}
      - {name: sw-902, variables: {ansible_host: 192.0.2.92}}

- name: Remove a device
  restops.clients.itential_gateway_resource:
    resource: device
    state: absent
    data:
      name: sw-800
"""

RETURN = r"""
# BEGIN generated: results of resources
action:
  description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
  returned: with O(data)
  type: str
  sample: update
record:
  description: The record as it is now, or would be. A deleted record is returned as it was.
  returned: with O(data)
  type: dict
  sample: {"name": "sw-900", "variables": {"ansible_host": "192.0.2.90"}}
ignored:
  description: "Fields that the server did not accept: they differ from what the task gives, and
    keep their values."
  returned: with O(data)
  type: list
  elements: str
  sample: []
validation:
  description: The server's complaints about the change, which it would refuse; empty if it has
    none.
  returned: in check mode, if the server can check such a change
  type: list
  elements: str
  sample: []
results:
  description: One dict per item of O(records), in order, then one per purged record.
  returned: with O(records)
  type: list
  elements: dict
  sample: [{"ok": true, "action": "create", "record": {"name": "sw-901", "variables":
    {"ansible_host": "192.0.2.91"}}, "ignored": []}]
  contains:
    ok:
      description: Whether the record is in the wanted state.
      returned: always
      type: bool
      sample: true
    msg:
      description: Why the record could not be written.
      returned: when it could not be written
      type: str
      sample: "PUT https://gateway.example.com:8083/api/v2.0/devices/sw-900: 403 Forbidden"
    action:
      description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
      returned: always
      type: str
      sample: create
    record:
      description: The record as it is now, or would be. A deleted record is returned as it was.
      returned: always
      type: dict
      sample: {"name": "sw-901", "variables": {"ansible_host": "192.0.2.91"}}
    ignored:
      description: "Fields that the server did not accept: they differ from what the task gives, and
        keep their values."
      returned: always
      type: list
      elements: str
      sample: []
summary:
  description: Number of records that were created, updated, deleted and left unchanged.
  returned: with O(records)
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 1}
diff:
  description: The difference between before and after, per changed record, without fields that hold
    secrets.
  returned: success
  type: list
  elements: dict
  sample: [{"before_header": "device name='sw-900'", "after_header": "device name='sw-900'",
    "before": {"variables": {"ansible_host": "192.0.2.90"}}, "after": {"variables": {"ansible_host":
    "192.0.2.99"}}}]
# END generated
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway,
    module,
    options,
    resource,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(resource.run, gateway.make_client, resource.of_catalogue),
    options.GATEWAY,
    resource.CATALOGUE_OPTIONS,
    is_heavy=resource.is_heavy,
    **resource.CATALOGUE_RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
