#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a compliance check of an Itential Platform, and judge its totals."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_compliance
short_description: Check the compliance of devices with an Itential Platform
version_added: 1.0.0
description:
  - Runs a compliance plan, or checks devices or backups against a golden configuration, waits for
    the reports, and fails if there are too many issues or too few devices.
  - A start is sent once. If its connection breaks, the run is looked for among the runs of the
    plan.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_platform
  - restops.clients.call
  - restops.clients.waiting
  - restops.clients.attributes
  - restops.clients.attributes.platform
attributes:
  check_mode:
    support: full
    details:
      - The plan or the golden configuration is looked up and nothing is started. A run that is
        given with O(instance) is waited for.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - A run is started each time, unless one of the same plan is in progress, see O(attach).
options:
  plan:
    description:
      - The name or id of the compliance plan to run.
    type: str
  attach:
    description:
      - If a run of O(plan) is in progress, wait for it and start none. So a playbook that is run
        again after an interruption continues where it was.
      - With V(false), a run is started in any case. Use it after a change that must be in the
        reports.
    type: bool
    default: true
  instance:
    description:
      - The id of a run of a plan that was started already. It is waited for, and nothing is
        started.
    type: str
  devices:
    description:
      - The names of devices to check against O(golden_config), instead of O(plan).
    type: list
    elements: str
  backups:
    description:
      - The ids of backups to check against O(golden_config), instead of O(plan). Devices are not
        contacted.
    type: list
    elements: str
  golden_config:
    description:
      - The name or id of a golden configuration.
    type: str
  version:
    description:
      - The version of O(golden_config), by default V(initial).
    type: str
  node:
    description:
      - The path of a node of O(golden_config), such as V(base/edge). By default, it is the root.
    type: str
  fail_above:
    description:
      - The most issues of all devices together, by their kind. A kind that is missing here has no
        bound, and an empty dict means no bounds at all.
    type: dict
    default: {errors: 0}
    suboptions:
      errors:
        description:
          - The most errors.
        type: int
      warnings:
        description:
          - The most warnings.
        type: int
      infos:
        description:
          - The most infos.
        type: int
  require_devices:
    description:
      - The least number of devices that must have been checked. A run over no devices has no errors
        either.
    type: int
    default: 1
seealso:
  - module: restops.clients.itential_platform_command
  - module: restops.clients.itential_platform_device_backup
"""

EXAMPLES = r"""
- name: Run a compliance plan, and fail on errors and more than five warnings
  restops.clients.itential_platform_compliance:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    plan: edge baseline
    fail_above:
      errors: 0
      warnings: 5
    require_devices: 10

- name: Check devices against a golden configuration
  restops.clients.itential_platform_compliance:
    golden_config: Edge routers
    node: base/edge
    devices: [r1, r2]

- name: Check a backup without contacting the device
  restops.clients.itential_platform_compliance:
    golden_config: Edge routers
    backups: ["64b5c0ffee64b5c0ffee64b5"]
"""

RETURN = r"""
run:
  description: The run. C(plan) has the id and name of its plan, and C(attached) is true if it was
    started before this task. In check mode, a run that would be started has no C(instance).
  returned: always, unless nothing was started
  type: dict
  sample:
    {"plan": {"id": "64b5c0ffee64b5c0ffee64b5", "name": "edge baseline"},
     "instance": "64b5c0ffee64b5c0ffee64b6", "batch": "64b5c0ffee64b5c0ffee64b7",
     "status": "complete", "attached": false}
totals:
  description: The numbers of issues of all devices together.
  returned: always, unless nothing was started
  type: dict
  sample: {"errors": 1, "warnings": 3, "infos": 0, "passes": 40}
devices:
  description: The number of devices that were checked.
  returned: always, unless nothing was started
  type: int
  sample: 12
reports:
  description: The reports, in the order of the server.
  returned: always, unless nothing was started
  type: list
  elements: dict
  sample:
    - device: r1
      id: 64b5c0ffee64b5c0ffee64b8
      totals: {"errors": 1, "warnings": 0, "infos": 0, "passes": 4}
failed_devices:
  description: The reports because of which the task fails, the worst first, with at most ten issues
    each. C(issue_count) is the number of all of them. Secrets in issues are masked.
  returned: always, unless nothing was started
  type: list
  elements: dict
  sample:
    - device: r1
      id: 64b5c0ffee64b5c0ffee64b8
      totals: {"errors": 1, "warnings": 0, "infos": 0, "passes": 4}
      issues: [{"severity": "error", "message": "missing line: ntp server 192.0.2.1"}]
      issue_count: 1
unchecked:
  description: Devices of the run that have no report.
  returned: always, unless nothing was started
  type: list
  elements: str
  sample: []
waited:
  description: Seconds from the first read to the last one.
  returned: always, unless nothing was started
  type: float
  sample: 42.5
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    compliance,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    compliance.run,
    options.PLATFORM,
    compliance.OPTIONS,
    always,
    **compliance.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
