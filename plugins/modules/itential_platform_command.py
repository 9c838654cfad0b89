#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run command templates of an Itential Platform, and single commands, on devices."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_command
short_description: Run command templates and commands on devices with an Itential Platform
version_added: 1.0.0
description:
  - Runs a command template or a single command on devices, and fails if a rule is not fulfilled, a
    device does not answer, or a response is an error.
  - Compares results from before and after a change with an analytic template.
  - Commands are sent once. If the connection breaks, the task fails and says that they may have
    run. The server answers when all devices have; allow for that with O(timeout).
  - The task reports no change, because commands are meant to read.
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
      - Templates and variables are checked and nothing is sent to devices.
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - As far as the commands only read.
options:
  template:
    description:
      - The name of the command template to run.
    type: str
  command:
    description:
      - A single command to run, instead of O(template).
    type: str
  devices:
    description:
      - The names of the devices.
    type: list
    elements: str
  variables:
    description:
      - The variables of the template or command. One that is missing is an error, because the
        server counts a command without its variables as passed.
    type: dict
  analytic_template:
    description:
      - The name of an analytic template, which compares O(pre) with O(post), or with the results of
        O(template). Each device is compared with itself.
    type: str
  pre:
    description:
      - The results from before a change - the registered result of an earlier task of this module,
        or the answer of the server.
    type: raw
  post:
    description:
      - The results from after a change, if O(template) is not given.
    type: raw
  fail_on:
    description:
      - V(verdict) fails if the server's verdict is false. The verdict depends on the template,
        which says if all rules must be fulfilled or any, and if warnings count.
      - V(error) fails if any rule of severity C(error) is not fulfilled, and V(warning) if any rule
        at all is not.
      - V(never) returns the results in any case. A device without a usable response still fails.
    type: str
    choices: [verdict, error, warning, never]
    default: verdict
  allow_skipped:
    description:
      - Accept commands that the server skips because a variable has no value.
    type: bool
    default: false
  error_patterns:
    description:
      - Regular expressions of responses that are errors, in place of those that the module knows,
        such as C(% Invalid input). Case does not matter, and C(^) begins a line. An empty list
        accepts every response.
    type: list
    elements: str
seealso:
  - module: restops.clients.itential_platform_compliance
"""

EXAMPLES = r"""
- name: Check the neighbours before a change
  restops.clients.itential_platform_command:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    template: Check BGP
    devices: [r1, r2]
    variables:
      vrf: edge
  register: before

- name: Check them after the change, and compare
  restops.clients.itential_platform_command:
    template: Check BGP
    devices: [r1, r2]
    variables:
      vrf: edge
    analytic_template: BGP is stable
    pre: "{{ before }}"

- name: Run a single command
  restops.clients.itential_platform_command:
    command: show version
    devices: [r1]
  register: version
"""

RETURN = r"""
passed:
  description: The verdict on the commands; V(null) if no rule was checked.
  returned: if commands were run
  type: bool
  sample: false
devices:
  description: The verdict on each device, and the error if it has no usable response.
  returned: if commands were run
  type: list
  elements: dict
  sample: [{"device": "r1", "passed": false, "failed_rules": 1, "error": null}]
failed_rules:
  description: The rules that are not fulfilled, also those that do not fail the task.
  returned: if commands were run
  type: list
  elements: dict
  sample:
    - device: r1
      command: show version
      rule: "17.9"
      eval: contains
      severity: error
results:
  description: The results of the commands, as the server has them. Secrets are masked.
  returned: if commands were run
  type: list
  elements: dict
  sample:
    - raw: show version
      evaluated: show version
      device: r1
      response: Version 16.3
      result: false
      rules: [{"rule": "17.9", "eval": "contains", "severity": "error", "result": false}]
run:
  description: The rest of the server's answer.
  returned: if commands were run
  type: dict
  sample: {"name": "Check version", "all_pass_flag": true, "result": false}
comparison:
  description: RV(passed), RV(devices), RV(failed_rules), RV(results) and RV(run) of the comparison.
    In check mode, it is V(null).
  returned: with O(analytic_template), if there was a comparison
  type: dict
  sample:
    {"passed": true, "devices": [{"device": "r1", "passed": true, "failed_rules": 0,
     "error": null}], "failed_rules": [], "results": [], "run": {"result": true}}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    command,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    command.run,
    options.PLATFORM,
    command.OPTIONS,
    always,
    **command.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
