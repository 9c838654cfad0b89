#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, stop and restart adapters and applications of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_service
short_description: Start, stop and restart adapters and applications of an Itential Platform
version_added: 1.0.0
description:
  - Starts, stops and restarts adapters or applications, one after another, and waits until each is
    healthy before the next one is touched. Sets their log levels.
  - All names are checked before the first request. If a service does not get its state, those after
    it are not tried; the result says what became of each.
  - An action is sent once. If its connection breaks, the health of the service shows if the server
    has received it.
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
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - A service is restarted each time. Everything else is idempotent.
options:
  adapter:
    description:
      - The names of adapters. An integration is not one of them - it is not a process and has no
        state.
    type: list
    elements: str
  application:
    description:
      - The names of applications, instead of O(adapter).
    type: list
    elements: str
  state:
    description:
      - V(started) starts what does not run.
      - V(stopped) stops what runs. What is C(DEAD) counts as stopped.
      - V(restarted) restarts what runs, and starts what does not.
      - A service that is just starting or stopping is awaited first. One that is C(DEAD) or
        C(DELETED) cannot be started, which is an error; nothing is sent to it.
      - By default, the state stays as it is, and O(log) is needed.
    type: str
    choices: [started, stopped, restarted]
  log:
    description:
      - The log level of each transport. It is set if it differs from the one in the health of the
        service, after the service has got its state. If the health does not have it, as that of a
        dead adapter, it is set each time.
    type: dict
    suboptions:
      file:
        description: The level of the log file.
        type: str
        choices: [error, warn, info, debug, trace, spam]
      console:
        description: The level of the console.
        type: str
        choices: [error, warn, info, debug, trace, spam]
      syslog:
        description: The level of syslog.
        type: str
        choices: [error, warn, info, debug, trace, spam]
  online:
    description:
      - Wait until the connection of a started or restarted adapter is C(ONLINE) too. The connection
        is ignored if it was down while the adapter ran before.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for each service. With V(0), its health is read once.
    type: float
    default: 600.0
notes:
  - On a Platform of several nodes, an action is for the node that receives it. Connect to one node
    after another, for example with C(serial=1), and not to a load balancer.
seealso:
  - module: restops.clients.itential_platform_worker
  - module: restops.clients.itential_platform_resource
"""

EXAMPLES = r"""
- name: Restart two adapters, one after another
  restops.clients.itential_platform_service:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    adapter:
      - servicenow
      - iag
    state: restarted
    wait_timeout: 120

- name: Make sure that an application runs, and log more
  restops.clients.itential_platform_service:
    application: WorkFlowEngine
    state: started
    log:
      file: debug

- name: Stop an adapter
  restops.clients.itential_platform_service:
    adapter: email
    state: stopped
"""

RETURN = r"""
results:
  description:
    - Each service, in order, also if the task fails.
    - C(outcome) is C(changed), C(unchanged), C(failed) or C(not_tried); C(action) is C(start),
      C(stop), C(restart) or null. C(state), C(connection) and C(uptime) are from its health, null
      if that does not have them.
    - C(confirmed) says if the health shows that a restart has happened, by the state, the uptime or
      the process. C(false) means that the server has accepted the restart and the service runs.
    - C(log) has the changes of log levels; C(before) is null if the health does not have it.
  returned: always, unless the options are wrong
  type: list
  elements: dict
  sample:
    - {"kind": "adapter", "name": "servicenow", "outcome": "changed", "action": "restart",
       "confirmed": true, "state": "RUNNING", "connection": "ONLINE", "uptime": 3.5, "log": {}}
    - {"kind": "adapter", "name": "iag", "outcome": "unchanged", "action": null, "confirmed": null,
       "state": "RUNNING", "connection": "ONLINE", "uptime": 4242.5, "log": {}}
service:
  description: The entry of RV(results).
  returned: when there is one service
  type: dict
  sample:
    {"kind": "adapter", "name": "servicenow", "outcome": "changed", "action": "restart",
     "confirmed": true, "state": "RUNNING", "connection": "ONLINE", "uptime": 3.5,
     "log": {"file": {"before": "info", "after": "debug"}}}
summary:
  description: The number of services by outcome.
  returned: always, unless the options are wrong
  type: dict
  sample: {"changed": 1, "unchanged": 1, "failed": 0, "not_tried": 0}
waited:
  description: Seconds that all services took.
  returned: always, unless the options are wrong
  type: float
  sample: 9.5
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    module,
    options,
    service,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    service.run,
    options.PLATFORM,
    service.OPTIONS,
    always,
    **service.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
