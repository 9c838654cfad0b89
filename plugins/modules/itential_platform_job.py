#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a job of an Itential Platform, wait for it, and return its outputs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_job
short_description: Start, watch, pause, resume and cancel jobs of an Itential Platform
version_added: 1.0.0
description:
  - Starts a job from a workflow or a trigger, waits until it has ended, and returns its outputs.
  - Inputs are checked against the schema of the workflow or trigger before anything is sent, in
    check mode too. Texts that have only one meaning in the wanted type are converted.
  - A start is sent once. If its connection breaks, the task fails and says that the job may have
    been started, or finds the job by O(unique_by).
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
      - Inputs are checked and nothing is started or changed. Jobs that are given with O(job) are
        waited for.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - A job is started each time, unless O(unique_by) finds a live one. The states V(paused),
        V(running) and V(canceled) are idempotent.
options:
  workflow:
    description:
      - "The name of the workflow to start. One of a project is C(@<id of the project>: <name>), or
        its name together with O(project)."
    type: str
  project:
    description:
      - The name or id of the project of O(workflow).
    type: str
  trigger:
    description:
      - The trigger that starts the job, instead of O(workflow).
    type: dict
    suboptions:
      endpoint:
        description:
          - The route of an endpoint trigger.
        type: str
      manual:
        description:
          - The name of a manual trigger.
        type: str
      automation:
        description:
          - The name or id of the automation of the trigger, if its own name is not unique.
        type: str
  job:
    description:
      - The ids of jobs that were started already. With O(state=finished), they are waited for.
        All of them are read together, with one request per hundred jobs and interval.
    type: list
    elements: str
  filters:
    description:
      - The jobs that were started already, by their fields instead of O(job). Each key is a field,
        each value the wanted one, a list of wanted ones, or a dict of operators. Filters that match
        every job, and empty values, are an error.
    type: dict
  state:
    description:
      - V(finished) starts a job, unless O(job) or O(filters) is given, and waits until it has
        ended.
      - V(started) starts a job and does not wait.
      - V(paused), V(running) and V(canceled) pause, resume and cancel jobs. Jobs that have ended
        are left alone by V(canceled), and are an error for the other two.
      - V(absent) deletes jobs that are complete or canceled. Others, and those that another job has
        started, are kept.
    type: str
    choices: [finished, started, paused, running, canceled, absent]
    default: finished
  variables:
    description:
      - The inputs of the job.
    type: dict
  description:
    description:
      - The description of the job. Not for triggers.
    type: str
  groups:
    description:
      - The ids of the groups that may see the job. Not for triggers.
    type: list
    elements: str
  unique_by:
    description:
      - What makes a second start unnecessary, as names of inputs or as a text of your own. If the
        workflow has a running or paused job with the same values of these inputs and with this
        text, that job is used and none is started.
      - A text that is no input is put into the description of the job, in brackets, and cannot be
        used with O(trigger). A text that is nearly the name of an input is an error.
      - Two tasks that start at the same moment do not see each other's job.
    type: list
    elements: str
  wait_timeout:
    description:
      - Seconds to wait until the jobs have ended, or have the status of O(state). With V(0), they
        are read once.
    type: float
    default: 600.0
  fail_on:
    description:
      - The statuses that fail the task. A job with one of them has ended.
      - A job in V(error) has ended in any case.
    type: list
    elements: str
    choices: [error, canceled, incomplete, paused]
    default: [error, canceled]
  outputs:
    description:
      - The names of the outputs to return. By default, these are the ones that the workflow
        declares, or all variables that are no inputs if it declares none.
      - Values under names of secrets are masked, unless they are named here.
    type: list
    elements: str
  large_values:
    description:
      - Read outputs that the server keeps apart because of their size. Otherwise, the reference to
        them is returned.
    type: bool
    default: false
  assert_outputs:
    description:
      - Conditions that the outputs must meet, or the task fails. A job can be C(complete) although
        a device has refused its commands.
      - Each key is an output, or a place in it with dots. Each value is the expected one, a list of
        which one is expected, or a dict of C(equals), C(not_equals), C(contains), C(not_contains),
        C(starts_with), C(ends_with), C(in), C(not_in), C(gt), C(gte), C(lt), C(lte) or C(exists).
    type: dict
  progress:
    description:
      - Show each change of the jobs while the task waits - status, progress, current tasks, child
        jobs, and for whom a job waits. Of more than five jobs, their numbers by status are shown.
      - Only a task that runs on the controller can show something before it ends.
    type: bool
    default: true
seealso:
  - module: restops.clients.itential_platform_request
"""

EXAMPLES = r"""
- name: Upgrade a router and wait for the result
  restops.clients.itential_platform_job:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    workflow: Upgrade router
    variables:
      device: "{{ inventory_hostname }}"
      attempts: 3
    unique_by: device
    wait_timeout: 1800
    assert_outputs:
      report:
        not_contains: "% Invalid input"
  register: upgrade

- name: Start a workflow of a project, and go on
  restops.clients.itential_platform_job:
    workflow: Verify
    project: Edge
    state: started
  register: verification

- name: Wait for it later
  restops.clients.itential_platform_job:
    job: "{{ verification.job.id }}"

- name: Fire an endpoint trigger
  restops.clients.itential_platform_job:
    trigger:
      endpoint: port-turn-up
    variables:
      port: Gi0/1

- name: Cancel jobs
  restops.clients.itential_platform_job:
    job: "{{ stuck_jobs }}"
    state: canceled

- name: Delete jobs that ended long ago
  restops.clients.itential_platform_job:
    filters:
      name: Upgrade router
      status: [complete, canceled]
      metrics.end_time: {lt: 1780000000000}
    state: absent
"""

RETURN = r"""
job:
  description: The job. In check mode, a job that would be started has no id.
  returned: when there is one job
  type: dict
  sample:
    {"id": "64b5c0ffee64b5c0ffee64b5", "name": "Upgrade router", "status": "complete",
     "description": "", "progress": 100, "start_time": 1800000000000, "end_time": 1800000042000}
outputs:
  description: The outputs of the job; empty if it has not ended.
  returned: when there is one job
  type: dict
  sample: {"report": "upgraded to 17.9.4"}
failed_task:
  description: The task because of which the job is in C(error), with the text of its error.
  returned: when there is one job; V(null) if none has failed
  type: dict
  sample: {"id": "1a", "name": "Back up", "message": "device unreachable"}
waiting_for:
  description: The manual task for which the job waits, the groups whose members may work on it,
    and its owner if it has one.
  returned: when there is one job; V(null) if it waits for no person
  type: dict
  sample:
    {"task_id": "64b5c0ffee64b5c0ffee64b6", "task": "Approve", "groups": ["Operations"],
     "owner": ""}
deleted:
  description: The ids of the jobs that were deleted, or would be.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: ["64b5c0ffee64b5c0ffee64b5"]
kept:
  description: The jobs that the server keeps.
  returned: with O(state=absent)
  type: list
  elements: dict
  sample: [{"id": "64b5c0ffee64b5c0ffee64b6", "name": "Upgrade router", "status": "running"}]
waited:
  description: Seconds from the first read to the last one.
  returned: always, except with O(state=absent)
  type: float
  sample: 42.5
results:
  description: RV(job), RV(outputs), RV(failed_task) and RV(waiting_for) of each job, in order.
  returned: when there are several jobs
  type: list
  elements: dict
  sample:
    - job: {"id": "64b5c0ffee64b5c0ffee64b5", "name": "Upgrade router", "status": "canceled",
            "description": "", "progress": 40, "start_time": 1800000000000, "end_time": null}
      outputs: {}
      failed_task: null
      waiting_for: null
summary:
  description: The numbers of jobs by status; with O(state=absent), by what became of them.
  returned: when there are several jobs, and with O(state=absent)
  type: dict
  sample: {"canceled": 2}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import job, module, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(job.run, options.PLATFORM, job.OPTIONS, job.is_heavy, **job.RULES)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
