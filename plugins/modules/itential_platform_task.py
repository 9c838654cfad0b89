#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claim, assign, release and finish manual tasks of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_task
short_description: Claim, assign, release and finish manual tasks of an Itential Platform
version_added: 1.0.0
description:
  - Brings a manual task of a job to a state. Nothing is sent if the task has that state already.
  - M(restops.clients.itential_platform_job) returns the task for which a job waits.
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
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  task:
    description:
      - The id of the task.
    type: str
  job:
    description:
      - The id of the job of the task, instead of O(task).
    type: str
  name:
    description:
      - The name of the task, its summary or its id in the workflow. Needed if O(job) has several
        manual tasks.
    type: str
  state:
    description:
      - V(claimed) claims the task for the account of this connection, unless another account has
        claimed it, which is an error.
      - V(assigned) gives it to O(account), even if another account has claimed it.
      - V(released) takes it from its owner.
      - V(finished) finishes it, and claims it first if it has no owner.
    type: str
    choices: [claimed, released, assigned, finished]
    required: true
  account:
    description:
      - The user name or id of the account to which the task is assigned.
    type: str
  outcome:
    description:
      - The outcome with which the task is finished. A task that was finished with the other one is
        an error.
    type: str
    choices: [success, failure]
    default: success
  variables:
    description:
      - The result of the task. For a task that shows a form, the data of the form.
    type: dict
  wait_timeout:
    description:
      - Seconds to wait until O(job) has such a task. A job that does not exist or has ended is an
        error at once.
    type: float
    default: 0.0
  wait_interval:
    description:
      - Seconds of the first pause between two reads. Pauses grow to 30 seconds.
    type: float
    default: 2.0
  progress:
    description:
      - Show each change of O(job) while the task waits - its status, progress, current tasks and
        open manual tasks.
      - Only a task that runs on the controller can show something before it ends.
    type: bool
    default: true
seealso:
  - module: restops.clients.itential_platform_job
"""

EXAMPLES = r"""
- name: Approve a change, as soon as the job asks for it
  restops.clients.itential_platform_task:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    job: "{{ upgrade.job.id }}"
    name: Approve
    state: finished
    variables:
      approved: true
    wait_timeout: 300

- name: Give a task to a colleague
  restops.clients.itential_platform_task:
    task: 64b5c0ffee64b5c0ffee64b6
    state: assigned
    account: grace
"""

RETURN = r"""
task:
  description: The task; C(owner) is the id of the account that has claimed it.
  returned: success
  type: dict
  sample:
    {"id": "64b5c0ffee64b5c0ffee64b6", "name": "Approve", "job": "64b5c0ffee64b5c0ffee64b5",
     "status": "complete", "owner": "64b5c0ffee64b5c0ffee64b7"}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    manual_task,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    manual_task.run,
    options.PLATFORM,
    manual_task.OPTIONS,
    manual_task.is_heavy,
    **manual_task.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
