#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a service of an Itential Gateway 5 through a Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway5_run
short_description: Run a service of an Itential Gateway 5 through a Platform
version_added: 1.0.0
description:
  - Runs a service of a gateway that is connected to the Gateway Manager of an Itential Platform,
    waits until it has ended, and returns what it printed.
  - The task fails if the service returns another code than 0, or if it fails on a node.
  - Before anything is sent, the task checks that the account sees the cluster, that the cluster is
    enabled and connected, that it has the service, and that O(params) fit the decorator of the
    service. Texts that have only one meaning in the wanted type are converted.
  - A run is sent once. If its connection breaks, the task fails and says so, and looks for signs of
    the run.
  - If the activity of the cluster has a run of the service that has not ended (Gateway 5.4 or
    later), the task warns about it.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_platform
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.platform
attributes:
  check_mode:
    support: full
    details:
      - Everything is checked and nothing is run.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - A service is run each time.
options:
  service:
    description:
      - The name of the service. V(send-command), V(send-config), V(get-config), V(run-command) and
        V(is-alive) run on the nodes of O(inventory).
    type: str
    required: true
  cluster:
    description:
      - The id of the gateway cluster that runs the service.
    type: str
    required: true
  params:
    description:
      - The parameters of the service.
    type: dict
  inventory:
    description:
      - The nodes for the service, from inventories of the Platform.
    type: list
    elements: dict
    suboptions:
      inventory:
        description:
          - The name of the inventory.
        type: str
        required: true
      nodes:
        description:
          - The names of its nodes. By default, the server takes all of them.
        type: list
        elements: str
  action:
    description:
      - What to do with the plan. Required for services of the type C(opentofu-plan), and only for
        these.
    type: str
    choices: [apply, destroy]
  wait_timeout:
    description:
      - Seconds until the service must have ended. This is the time limit of the request that runs
        the service, because the server answers when the service has ended; O(timeout) is the one of
        all other requests. A proxy in front of the server may have a shorter limit of its own.
    type: float
    default: 600.0
seealso:
  - module: restops.clients.itential_gateway5_configuration
  - module: restops.clients.itential_platform_info
"""

EXAMPLES = r"""
- name: Run a Python script
  restops.clients.itential_gateway5_run:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    service: port-turn-up
    cluster: edge
    params:
      device: r1
      port: Gi0/1
    wait_timeout: 1800
  register: turn_up

- name: Send commands to nodes of an inventory
  restops.clients.itential_gateway5_run:
    service: send-command
    cluster: edge
    params:
      commands: ["show version"]
    inventory:
      - inventory: lab
        nodes: [r1, r2]

- name: Apply an OpenTofu plan
  restops.clients.itential_gateway5_run:
    service: vpc
    cluster: edge
    action: apply
"""

RETURN = r"""
return_code:
  description: The return code of the service.
  returned: when the service was run; V(null) in check mode, and if the service has none
  type: int
  sample: 0
stdout:
  description:
    - What the service has printed. If it is JSON, values under names of secrets are masked.
  returned: always, after the checks
  type: str
  sample: '{"port": "Gi0/1", "state": "up"}'
stdout_lines:
  description: RV(stdout), split into lines.
  returned: always, after the checks
  type: list
  elements: str
  sample: ['{"port": "Gi0/1", "state": "up"}']
stderr:
  description: What the service has printed as errors.
  returned: always, after the checks
  type: str
  sample: ""
stderr_lines:
  description: RV(stderr), split into lines.
  returned: always, after the checks
  type: list
  elements: str
  sample: []
output:
  description: RV(stdout) as data if it is a JSON object or list.
  returned: always, after the checks; V(null) if it is neither
  type: raw
  sample: {"port": "Gi0/1", "state": "up"}
results:
  description: The results of the nodes, as the server returns them. C(changed), C(failed),
    C(skipped) and C(unreachable), which Ansible itself looks for in items, are in C(flags).
  returned: always, after the checks
  type: list
  elements: dict
  sample: [{"name": "r1", "success": true, "command": "show version", "output": "17.9.4"}]
failed_nodes:
  description: The names of the nodes on which the service has failed.
  returned: always, after the checks
  type: list
  elements: str
  sample: []
elapsed_time:
  description: Seconds that the service took, as the server measures them.
  returned: always, after the checks; V(null) if the server does not tell
  type: float
  sample: 1.5
activity:
  description: The entries about the service in the activity of the cluster (Gateway 5.4 or later).
  returned: when it is unknown if the service was run, and there are such entries
  type: list
  elements: dict
  sample: [{"name": "port-turn-up", "type": "python-script", "started": "2026-11-20T10:00:00Z"}]
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway5_run,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(gateway5_run.run, options.PLATFORM, gateway5_run.OPTIONS, always)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
