#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send several actions to Keystone as one transaction."""

from __future__ import annotations

DOCUMENTATION = r"""
module: keystone_batch
short_description: Send several actions to Keystone as one transaction
version_added: 1.0.0
description:
  - Sends actions that the server performs in order, in one transaction. If one fails, none is kept.
  - Actions are sent as they are, without reading records first. To bring records to a wanted state,
    use M(restops.clients.keystone_resource).
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.keystone
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.keystone
attributes:
  check_mode:
    support: full
    details:
      - Nothing is sent; RV(request) has the actions. With O(dry_run=true), they are sent in check
        mode too, since the server keeps nothing of them.
  diff_mode:
    support: none
  idempotent:
    support: none
    details:
      - The actions are sent each time.
options:
  actions:
    description:
      - The actions, in order.
    type: list
    elements: dict
    required: true
    suboptions:
      method:
        description:
          - The HTTP method.
        type: str
        choices: [GET, POST, PUT, PATCH, DELETE]
        required: true
      path:
        description:
          - The path, with a slash at both ends. C(@ref{alias.field}) in it stands for a value of an
            earlier response.
        type: str
        required: true
      payload:
        description:
          - The body. The text C(@ref{alias.field}) stands for a value of an earlier response, and
            C(@file{name}) for one of O(files).
        type: dict
      query_params:
        description:
          - The query. The server does not replace C(@ref{}) in it.
        type: dict
      ref:
        description:
          - A name for the response of this action, for later actions.
        type: str
  dry_run:
    description:
      - Let the server try all actions and keep nothing.
    type: bool
    default: false
  files:
    description:
      - Files for C(@file{name}). Each key is a name, each value a path, or a dict of V(path),
        V(filename) and V(content_type).
    type: dict
seealso:
  - module: restops.clients.keystone_resource
"""

EXAMPLES = r"""
- name: Create a cluster and a team that may use it, or neither
  restops.clients.keystone_batch:
    url: https://keystone.example.com
    username: ada
    password: "{{ keystone_password }}"
    actions:
      - method: POST
        path: /users/teams/
        payload:
          name: Lab B
        ref: team
      - method: POST
        path: /allocations/clusters/
        payload:
          name: hpc2
          access_mode: WL
          access_teams: ["@ref{team.id}"]
"""

RETURN = r"""
results:
  description: One dict per action, in order. Empty in check mode.
  returned: success
  type: list
  elements: dict
  sample:
    - {"ref": "team", "index": 1, "method": "POST", "path": "/users/teams/", "status": 201,
       "body": {"id": 5, "name": "Lab B"}}
  contains:
    ref:
      description: The name of the action; empty if it has none.
      returned: always
      type: str
      sample: team
    index:
      description: The number of the action, from 1.
      returned: always
      type: int
      sample: 1
    method:
      description: The HTTP method.
      returned: always
      type: str
      sample: POST
    path:
      description: The path, with references replaced.
      returned: always
      type: str
      sample: /users/teams/
    status:
      description: The status of the response.
      returned: always
      type: int
      sample: 201
    body:
      description: The response; V(null) for a deletion.
      returned: always
      type: raw
      sample: {"id": 5, "name": "Lab B"}
request:
  description: The actions that were not sent.
  returned: in check mode
  type: dict
  sample:
    method: POST
    url: https://keystone.example.com/batch/
    body: {"actions": [{"method": "DELETE", "path": "/users/teams/5/"}]}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import keystone, module, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(keystone.batch, options.KEYSTONE, keystone.BATCH_OPTIONS)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
