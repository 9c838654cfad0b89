#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, change and delete records of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_resource
short_description: Create, change and delete records of an Itential Platform
version_added: 1.1.0
description:
  - Brings one record, or a list of records, to a wanted state. The records are read first, and only
    differences are written, with the smallest write that the API has.
  # BEGIN generated: natural keys
  - Records are found by their natural key, V(account) by C(username); V(adapter) by C(name);
    V(analytic_template) by C(name); V(application) by C(name); V(automation) by C(name);
    V(command_template) by C(name); V(compliance_plan) by C(name); V(device_group) by C(name);
    V(device_template) by C(name); V(gateway_certificate) by C(alias); V(gateway_cluster) by
    C(cluster_id); V(golden_config) by C(name); V(group) by C(name); V(integration) by C(name);
    V(integration_model) by C(versionId); V(inventory) by C(name); V(json_form) by C(name);
    V(lifecycle_instance) by C(model) and C(name); V(lifecycle_model) by C(name); V(profile) by
    C(id); V(project) by C(name); V(role) by C(name) and C(provenance); V(service_account) by
    C(name); V(tag) by C(name); V(template) by C(name); V(transformation) by C(name); V(trigger)
    by C(name) and C(automation); V(workflow) by C(name). Others are found by C(id) or by
    O(match).
  # END generated
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_platform
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.platform
  - restops.clients.resource
  - restops.clients.resource.match
  - restops.clients.resource.asset
options:
  resource:
    description:
      # BEGIN generated: types to write
      - The type of the records. One of V(account), V(adapter), V(analytic_template),
        V(application), V(automation), V(command_template), V(compliance_plan), V(device_group),
        V(device_template), V(gateway_certificate), V(gateway_cluster), V(golden_config), V(group),
        V(integration), V(integration_model), V(inventory), V(json_form), V(lifecycle_instance),
        V(lifecycle_model), V(profile), V(project), V(role), V(service_account), V(tag),
        V(template), V(transformation), V(trigger) or V(workflow).
      # END generated
      - Or a dict that defines a type of records which this collection lacks.
    type: raw
    required: true
  show_secret:
    description:
      - Return a secret that the server has made and shows only once, such as that of a new
        V(service_account), as RV(secret).
      - Ansible prints results at C(-v), and writes them to its log, so the task needs
        C(no_log=true), too. The registered result is whole all the same.
    type: bool
    default: false
seealso:
  - module: restops.clients.itential_platform_info
  - module: restops.clients.itential_platform_request
"""

EXAMPLES = r"""
- name: Create a workflow from a file, or update it in place
  restops.clients.itential_platform_resource:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    resource: workflow
    src: files/Port Turn Up.workflow.json

- name: Run that workflow by an automation
  restops.clients.itential_platform_resource:
    resource: automation
    data:
      name: Port turn up
      workflow: Port Turn Up

- name: Create an adapter, and keep its password unless it is new
  restops.clients.itential_platform_resource:
    resource: adapter
    data:
      name: netbox
      model: "@itentialopensource/adapter-netbox"
      properties:
        type: NetBox
        properties:
          host: netbox.example.com
          authentication:
            username: ansible
            password: "{{ netbox_password }}"

- name: Make these the only templates of a group
  restops.clients.itential_platform_resource:
    resource: template
    records:
      - {name: vlan, group: access, type: jinja2, template: "vlan 10"}
      - {name: port, group: access, type: jinja2, template: "no shutdown"}
    purge: true
    purge_limit: 5
    filters:
      group: access

- name: Create a service account, and keep the secret that the server shows only once
  restops.clients.itential_platform_resource:
    resource: service_account
    data:
      name: pipeline
    show_secret: true
  no_log: true
  register: pipeline

- name: Remove a project
  restops.clients.itential_platform_resource:
    resource: project
    state: absent
    data:
      name: Old project

- name: Create a record of a type that this collection lacks
  restops.clients.itential_platform_resource:
    resource:
      name: label
      access:
        many: {path: /tags/all, paging: bare}
        one: []
        create: {path: /tags/create, wrap: data, unwrap: ["data", ""]}
        update: []
        delete: []
      key: name
      id_field: _id
    data:
      name: branch
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
  sample: {"_id": "64f0c0ffee64f0c0ffee64f0", "name": "Port turn up", "description": "",
    "componentType": "workflows", "workflow": "64f0c0ffee64f0c0ffee64aa"}
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
  sample: [{"ok": true, "action": "create", "record": {"_id": "64f0c0ffee64f0c0ffee64f1", "name":
    "Port turn down"}, "ignored": []}]
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
      sample: "PATCH
        https://platform.example.com/operations-manager/automations/64f0c0ffee64f0c0ffee64f0: 403
        Forbidden"
    action:
      description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
      returned: always
      type: str
      sample: create
    record:
      description: The record as it is now, or would be. A deleted record is returned as it was.
      returned: always
      type: dict
      sample: {"_id": "64f0c0ffee64f0c0ffee64f1", "name": "Port turn down"}
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
  sample: [{"before_header": "automation name='Port turn up'", "after_header": "automation
    name='Port turn up'", "before": {"description": "Old"}, "after": {"description": "New"}}]
# END generated
secret:
  description:
    - The secret that the server has made, by the name of its field. An item of RV(results) has it,
      too.
  returned: with O(show_secret=true), if the server has made one in this task
  type: dict
  sample: {"client_secret": "[REDACTED]"}
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    module,
    options,
    platform,
    resource,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(resource.run, platform.make_client, resource.of_catalogue),
    options.PLATFORM,
    resource.PLATFORM_OPTIONS,
    is_heavy=resource.is_heavy,
    **resource.CATALOGUE_RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
