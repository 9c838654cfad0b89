#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any call to an Itential Automation Gateway."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway_request
short_description: Send any call to an Itential Automation Gateway
version_added: 1.0.0
description:
  - Sends one call, or many concurrently, to the HTTP API of an Itential Automation Gateway 4.x, and
    returns the response. Paths are below C(/api/v2.0).
  - Logs in on the first call, and renews a session that the server has ended. A call is repeated
    only if that is safe.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.itential_gateway
  - restops.clients.request
  - restops.clients.attributes
  - restops.clients.attributes.gateway
seealso:
  - plugin: restops.clients.itential_gateway
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Read the state of the gateway
  restops.clients.itential_gateway_request:
    host: gateway.example.com
    port: 8083
    username: admin@itential
    password: "{{ gateway_password }}"
    path: /status
  register: gateway

- name: Create a device
  restops.clients.itential_gateway_request:
    method: POST
    path: /devices
    body:
      name: "{{ inventory_hostname }}"
      variables:
        ansible_host: "{{ ansible_host }}"
        ansible_network_os: cisco.ios.ios

- name: Read all devices whose name holds SW, page by page
  restops.clients.itential_gateway_request:
    path: /devices
    params:
      filter: contains({"name":"SW"})
    paginate: auto
  register: devices

- name: Read the variables of two devices at once
  restops.clients.itential_gateway_request:
    requests:
      - path: /devices/{name}/variables
        path_params:
          name: sw-001
      - path: /devices/{name}/variables
        path_params:
          name: sw 002/a

- name: Run a script and give it ten minutes
  restops.clients.itential_gateway_request:
    method: POST
    path: /scripts/hello.py/execute
    body:
      args: {}
    timeout: 600
"""

RETURN = r"""
# BEGIN generated: results of requests
status:
  description: Status of the response; V(null) for a call that check mode did not send.
  returned: when there is a response, and in check mode
  type: int
  sample: 200
json:
  description: The response parsed as JSON; V(null) if it is empty or not JSON.
  returned: when there is a response, except with O(dest) and O(paginate)
  type: raw
  sample: {"version": "4.4.1"}
content:
  description: The response as text.
  returned: when the content type of the response is not JSON, or the response is not valid JSON
  type: str
  sample: "Internal Server Error"
headers:
  description: Headers of the response, names in lower case. Those that may contain secrets are left
    out.
  returned: when there is a response
  type: dict
  sample: {"content-type": "application/json", "content-length": "142"}
url:
  description: The URL of the call. Values of parameters that are not known to be harmless are
    masked.
  returned: always, except with O(requests)
  type: str
  sample: https://gateway.example.com:8083/api/v2.0/status
method:
  description: The method of the call.
  returned: always, except with O(requests)
  type: str
  sample: GET
elapsed:
  description: Seconds for all attempts, including waits.
  returned: when there is a response
  type: float
  sample: 0.004211
tries:
  description: Number of times that the call was sent; more than 1 if it was repeated.
  returned: when there is a response
  type: int
  sample: 1
attempts:
  description: The same as RV(tries), which you should use instead. C(attempts) is Ansible's own
    name for its count in a task with C(until) or C(retries).
  returned: when there is a response and the task has neither C(until) nor C(retries)
  type: int
  sample: 1
correlation_id:
  description: The correlation id of the call.
  returned: when there is a response
  type: str
  sample: "8c2f1d0b5e5f4d0c9d2f6a5b7c1e3f40"
records:
  description: All records of the list.
  returned: with O(paginate)
  type: list
  elements: raw
  sample: [{"name": "sw-001"}]
pages:
  description: The number of pages of the list.
  returned: with O(paginate)
  type: int
  sample: 3
download:
  description: The file with the body of the response.
  returned: with O(dest)
  type: dict
  sample: {"dest": "/var/tmp/project.json", "checksum":
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "size": 4}
  contains:
    dest:
      description: Path of the file.
      returned: always
      type: str
      sample: /var/tmp/project.json
    checksum:
      description: SHA-256 of the file.
      returned: always
      type: str
      sample: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    size:
      description: Size of the file in bytes.
      returned: always
      type: int
      sample: 4
results:
  description: One dict per item of O(requests), in order, with RV(results[].ok), on error
    RV(results[].msg), and the keys of a single call.
  returned: with O(requests)
  type: list
  elements: dict
  sample: [{"ok": true, "method": "GET", "status": 200, "url":
    "https://gateway.example.com:8083/api/v2.0/status"}]
  contains:
    ok:
      description: Whether this call succeeded.
      returned: always
      type: bool
      sample: true
    msg:
      description: The error, in one line.
      returned: when the call failed
      type: str
      sample: "GET https://gateway.example.com:8083/api/v2.0/status: 404 Not Found; check the path,
        and the names in it"
failed_count:
  description: The number of O(requests) that failed.
  returned: with O(requests)
  type: int
  sample: 0
request:
  description: The call that was not sent.
  returned: in check mode, for a call that writes
  type: dict
  sample: {"method": "POST", "url": "https://gateway.example.com:8083/api/v2.0/status", "body":
    {"name": "sw-001"}}
# END generated
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway,
    module,
    options,
    request,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(request.run, gateway.make_client),
    options.GATEWAY,
    request.OPTIONS,
    is_heavy=request.is_heavy,
    **request.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
