#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run content and commands of an Itential Gateway, and fail if they fail."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway_run
short_description: Run playbooks, scripts and other content of an Itential Gateway
version_added: 1.0.0
description:
  - Runs content of an Itential Automation Gateway 4, or a command on its devices, and waits for the
    result. The task fails if the run has failed on any host, which the server answers with a
    status of 200.
  - Arguments are checked against the schema of the content before anything is sent, in check mode
    too. Texts that have only one meaning in the wanted type are converted. Hosts and groups that
    the Gateway does not have are an error.
  - A run is sent once. If its connection breaks, it is looked for in the history of the Gateway,
    and its end is waited for there. If it is not found, the task fails and says so.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_gateway
  - restops.clients.call
  - restops.clients.waiting
  - restops.clients.attributes
  - restops.clients.attributes.gateway
attributes:
  check_mode:
    support: partial
    details:
      - Playbooks are run by the server as a dry run, and of Terraform a plan is made. Of everything
        else, options, arguments and hosts are checked and nothing is sent; RV(msg) says so.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - Content is run each time. The result has changes, unless every result of the server says
        that nothing has changed.
options:
  playbook:
    description:
      - The name of the playbook to run.
    type: str
  script:
    description:
      - The name of the script to run, with its file extension.
    type: str
  role:
    description:
      - The name of the role to run.
    type: str
  module:
    description:
      - The name of the module to run.
    type: str
  collection_module:
    description:
      - The full name of the module of a collection to run, such as C(cisco.ios.ios_command).
    type: str
  collection_role:
    description:
      - The full name of the role of a collection to run.
    type: str
  nornir:
    description:
      - The name of the Nornir module to run.
    type: str
  terraform:
    description:
      - The name of the Terraform or OpenTofu configuration to run, see O(action).
    type: str
  netmiko:
    description:
      - The Netmiko command to run on each of O(hosts), which are entries of the inventory
        C(default) of Netmiko.
    type: str
    choices: [send_command, send_config_set]
  netconf:
    description:
      - The NETCONF operation to run on each of O(hosts), which are entries of the inventory
        C(default) of NETCONF.
    type: str
    choices: [get_config, set_config, exec_rpc]
  http_request:
    description:
      - The endpoint of an HTTP request to each of O(hosts), which are entries of the inventory
        C(default) of HTTP requests. C(method), C(params), C(data), C(headers) and so on are
        O(arguments); the method is C(GET) by default.
    type: str
  action:
    description:
      - What to do with O(terraform), by default C(apply).
    type: str
    choices: [init, plan, apply, validate, destroy]
  hosts:
    description:
      - The names of the devices. Needed for O(netmiko), O(netconf) and O(http_request), which are
        sent once for each host. A script without hosts runs on the Gateway.
    type: list
    elements: str
  groups:
    description:
      - The names of groups of devices. Not for scripts, Terraform and commands.
    type: list
    elements: str
  arguments:
    description:
      - The arguments of the content, or the parameters of the command, such as C(command_string).
    type: dict
    default: {}
  env:
    description:
      - Environment variables, for O(script) and O(nornir).
    type: dict
  template:
    description:
      - A TextFSM template for the output.
    type: str
  strict_args:
    description:
      - Refuse arguments that the schema does not have. Otherwise the server warns about them, and
        so does the task.
    type: bool
  verbosity:
    description:
      - The verbosity of O(playbook), 1 to 4.
    type: int
  syntax_check:
    description:
      - Only check the syntax of O(playbook).
    type: bool
  provider_required:
    description:
      - The module takes the credentials of its hosts as a provider.
    type: bool
  dry_run:
    description:
      - Make a dry run, also outside of check mode. An error for content that has none.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait until the run has ended. The run goes on afterwards. This is also the time
        for the response, instead of O(timeout).
    type: float
    default: 600.0
  wait_interval:
    description:
      - Seconds of the first pause between two looks at the history, after the connection of a run
        has broken. Pauses grow to 30 seconds.
    type: float
    default: 2.0
seealso:
  - module: restops.clients.itential_gateway_content
  - module: restops.clients.itential_gateway_request
"""

EXAMPLES = r"""
- name: Run a playbook on two devices
  restops.clients.itential_gateway_run:
    host: gateway.example.com
    port: 8083
    username: admin@itential
    password: "{{ gateway_password }}"
    playbook: site
    hosts: [sw-001, sw-002]
    arguments:
      ntp_server: 192.0.2.1
    wait_timeout: 1800

- name: Run a script on the Gateway, and use what it prints
  restops.clients.itential_gateway_run:
    script: hello.py
    arguments:
      greeting: Good morning
  register: hello

- name: Show the JSON that it printed
  ansible.builtin.debug:
    var: hello.output

- name: Send a command to all switches of a list
  restops.clients.itential_gateway_run:
    netmiko: send_command
    hosts: "{{ switches }}"
    arguments:
      command_string: show version

- name: Apply a Terraform configuration; in check mode, make a plan
  restops.clients.itential_gateway_run:
    terraform: network

- name: Send an HTTP request through the Gateway
  restops.clients.itential_gateway_run:
    http_request: /api/dcim/sites/
    hosts: [netbox]
    arguments:
      params: {limit: 10}
"""

RETURN = r"""
results:
  description: One result for each host, or for each host and task of a playbook or role, with
    everything that the server tells. Values under the names of secrets are masked, in an output
    that is JSON too; other texts are returned as they are.
  returned: when something was run
  type: list
  elements: dict
  sample: [{"host": "sw-001", "task": "site", "status": "SUCCESS", "ok": true, "stdout": "hello",
    "stderr": "", "output": null, "argument_warnings": null, "playbook": "site",
    "results": {"stdout": "hello"}}]
  contains:
    host:
      description: The host, if the server names it.
      returned: always
      type: str
      sample: sw-001
    task:
      description: The task, if the server names it.
      returned: always
      type: str
      sample: site
    status:
      description: The status that the server tells. Everything but V(SUCCESS) is a failure.
      returned: always
      type: str
      sample: SUCCESS
    ok:
      description: Whether it is a success.
      returned: always
      type: bool
      sample: true
    stdout:
      description: The whole output.
      returned: always
      type: str
      sample: hello
    stderr:
      description: The whole error output.
      returned: always
      type: str
      sample: ""
    output:
      description: The value of RV(results[].stdout), if it is an object or a list in JSON.
      returned: always
      type: raw
      sample: null
    flags:
      description: What the server tells as C(changed), C(failed), C(skipped) and C(unreachable),
        which Ansible itself looks for in items.
      returned: when the server tells one of these
      type: dict
      sample: {"changed": true}
stdout:
  description: The output, if there is one result; of a role, that of its answer.
  returned: when something was run; V(null) if there are several results
  type: str
  sample: '{"greeting": "Good morning"}'
stdout_lines:
  description: RV(stdout), split into lines.
  returned: when something was run
  type: list
  elements: str
  sample: ['{"greeting": "Good morning"}']
stderr:
  description: The error output, if there is one result.
  returned: when something was run; V(null) if there are several results
  type: str
  sample: ""
stderr_lines:
  description: RV(stderr), split into lines.
  returned: when something was run
  type: list
  elements: str
  sample: []
output:
  description: The value of RV(stdout), if it is an object or a list in JSON.
  returned: when something was run
  type: raw
  sample: {"greeting": "Good morning"}
failed_hosts:
  description: The hosts on which it failed.
  returned: when something was run
  type: list
  elements: str
  sample: []
sent:
  description: Whether anything was run. V(false) in check mode for what has no dry run.
  returned: when something was run, and in check mode
  type: bool
  sample: true
dry_run:
  description: Whether it was a dry run.
  returned: when something was run, and in check mode
  type: bool
  sample: false
audit_ids:
  description: The ids in the history of runs whose connection has broken and that were found there.
  returned: when something was run
  type: list
  elements: raw
  sample: []
msg:
  description: The error; in check mode, that nothing was sent because there is no dry run.
  returned: on failure, and in check mode if nothing was sent
  type: str
  sample: script 'hello.py' has no dry run, so check mode has sent nothing
waited:
  description: Seconds from the start to the result.
  returned: when something was run
  type: float
  sample: 4.2
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway_run,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    gateway_run.run,
    options.GATEWAY,
    gateway_run.OPTIONS,
    always,
    **gateway_run.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
