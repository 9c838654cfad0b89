#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read records of an Itential Platform, and facts about it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_info
short_description: Read records of an Itential Platform, and facts about it
version_added: 1.1.0
description:
  - Reads all records of one type, or those that match filters, page by page. Secrets in them are
    masked.
  - Also gathers facts about the server, and writes tasks for records that exist.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_platform
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.platform
  - restops.clients.info
  - restops.clients.info.filters
options:
  resource:
    description:
      # BEGIN generated: types to read
      - The type of the records. One of V(account), V(adapter), V(adapter_health),
        V(analytic_template), V(application), V(application_health), V(automation),
        V(command_template), V(compliance_plan), V(compliance_report), V(device), V(device_backup),
        V(device_group), V(device_template), V(event), V(gateway_certificate), V(gateway_cluster),
        V(gateway_service), V(golden_config), V(group), V(integration), V(integration_model),
        V(inventory), V(inventory_node), V(job), V(json_form), V(lifecycle_execution),
        V(lifecycle_instance), V(lifecycle_model), V(prebuilt), V(profile), V(project), V(role),
        V(service_account), V(tag), V(task), V(template), V(transformation), V(trigger) or
        V(workflow).
      # END generated
      - Or a dict that defines a type of records which this collection lacks.
      - Either O(resource) or O(gather) is required.
    type: raw
  gather:
    description:
      # BEGIN generated: facts
      - The facts about the server to gather, V(version), V(server), V(system), V(health),
        V(adapters), V(applications), V(workers), V(worker_rate_limit), V(jobs), V(job_metrics),
        V(task_metrics), V(device_counts) or V(user). V(all) is all.
      # END generated
      - Facts that the server does not have, or that the user must not read, are named in
        RV(unavailable).
    type: list
    elements: str
seealso:
  - module: restops.clients.itential_platform_resource
  - module: restops.clients.itential_platform_request
"""

EXAMPLES = r"""
- name: Read the newest workflows of a project area
  restops.clients.itential_platform_info:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    resource: workflow
    filters:
      name:
        starts_with: Port
    order: ["-last_updated"]
    fields: [name, last_updated]
    limit: 10
  register: workflows

- name: Gather facts about the server
  restops.clients.itential_platform_info:
    gather: [version, health, adapters, workers, jobs]
  register: platform

- name: Read automations as tasks
  restops.clients.itential_platform_info:
    resource: automation
    filters:
      componentType: workflows
    as_tasks: true
  register: automations

- name: Write the tasks to a file
  ansible.builtin.copy:
    content: "{{ automations.tasks | to_nice_yaml }}"
    dest: automations.yml
    mode: "0644"
"""

RETURN = r"""
# BEGIN generated: results of info
records:
  description: The records, in order.
  returned: success
  type: list
  elements: dict
  sample: [{"_id": "64f0c0ffee64f0c0ffee64f0", "name": "Port turn up", "description": "",
    "componentType": "workflows", "workflow": "64f0c0ffee64f0c0ffee64aa"}]
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
  sample: [{"name": "Bring automation name='Port turn up' to its state",
    "restops.clients.itential_platform_resource": {"resource": "automation", "data": {"name": "Port
    turn up", "description": "", "componentType": "workflows", "workflow":
    "64f0c0ffee64f0c0ffee64aa"}}}]
gathered:
  description: The facts by name.
  returned: with O(gather)
  type: dict
  sample: {"version": "6.5.2"}
unavailable:
  description: Why a fact could not be read, by its name.
  returned: with O(gather)
  type: dict
  sample: {}
# END generated
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    itential,
    module,
    options,
    platform,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(itential.info, platform.make_client, options.PLATFORM),
    options.PLATFORM,
    itential.OPTIONS,
    is_heavy=itential.is_heavy,
    **itential.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
