#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Activate, deactivate and drain the workers of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_worker
short_description: Activate, deactivate and drain the workers of an Itential Platform
version_added: 1.0.0
description:
  - Switches the workers of the workflow engine on and off. The job worker starts jobs, the task
    worker runs their tasks. A worker that has its state already gets no request.
  - Before a restart, V(drained) waits until no job would be interrupted by it.
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
      - Jobs are read once with O(state=drained), and not waited for.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  worker:
    description:
      - The worker to switch.
    type: str
    choices: [job, task, all]
    default: all
  state:
    description:
      - V(active) and V(inactive) switch on and off, and wait until the status shows it.
      - V(drained) switches the job worker off and waits until each running job has ended, waits for
        a person, or waits for a child job that does. Then the task worker is switched off too, if
        O(worker=all). With O(worker=task), only the task worker is switched off, and running tasks
        are waited for.
      - If the time is up, the workers stay as they are, and RV(remaining) has the jobs that still
        run.
    type: str
    choices: [active, inactive, drained]
    required: true
seealso:
  - module: restops.clients.itential_platform_service
"""

EXAMPLES = r"""
- name: Let running jobs end, and begin no new ones
  restops.clients.itential_platform_worker:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    state: drained
    wait_timeout: 1800
  register: drained

- name: Switch the workers on again
  restops.clients.itential_platform_worker:
    state: active
"""

RETURN = r"""
workers:
  description: C(active), C(inactive) or C(unknown) for each worker.
  returned: always, unless the options are wrong
  type: dict
  sample: {"job": "inactive", "task": "inactive"}
switched:
  description: The workers that were switched, or would be.
  returned: always, unless the options are wrong
  type: list
  elements: str
  sample: ["job", "task"]
remaining:
  description:
    - The jobs that have not ended, also if the task fails.
    - C(running) says if the job goes on without a person, and C(tasks) which tasks it runs.
      C(waiting_for) is the manual task for which it waits, or null.
  returned: with O(state=drained)
  type: list
  elements: dict
  sample:
    - job: {"id": "64b5c0ffee64b5c0ffee64b5", "name": "Upgrade router", "status": "running",
            "description": "", "progress": 40, "start_time": 1800000000000, "end_time": null}
      running: false
      tasks: []
      waiting_for: {"task_id": "64b5c0ffee64b5c0ffee64b6", "task": "Approve",
                    "groups": ["Operations"], "owner": ""}
waited:
  description: Seconds.
  returned: always, unless the options are wrong
  type: float
  sample: 42.5
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    module,
    options,
    worker,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(worker.run, options.PLATFORM, worker.OPTIONS, always)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
