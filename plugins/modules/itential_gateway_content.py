#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refresh the content of an Itential Gateway, and decorate it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway_content
short_description: Refresh the content of an Itential Gateway and set its schemas
version_added: 1.0.0
description:
  - Has an Itential Automation Gateway 4 look for playbooks, scripts and other content on its disk,
    and waits until it has.
  - Sets or removes decorations, which are schemas that users have made for content. Those that
    belong to the content stay. Nothing is written if a decoration is as wanted.
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
    support: full
    details:
      - Nothing is refreshed, so what a refresh would find is not known. It counts as a change.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A refresh is sent each time, and is a change if names have come or gone. Decorations are
        idempotent.
options:
  refresh:
    description:
      - The kinds of content to look for. V(all) are all kinds that this Gateway has, without
        V(inventory), which reads the devices of external inventories.
    type: list
    elements: str
    choices: [all, playbook, script, module, role, nornir, terraform, collection, inventory]
  wait_for:
    description:
      - Names of content that must be there after O(refresh). The content of O(decorations) is
        waited for in any case.
    type: list
    elements: str
  decorations:
    description:
      - Decorations to set or remove, after O(refresh).
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - The kind of content.
        type: str
        choices: [playbook, script, module, role, nornir, terraform]
        required: true
      name:
        description:
          - The name of the content.
        type: str
        required: true
      schema:
        description:
          - The JSON schema of the arguments. Needed for O(state=present). Without C(title) and
            C(type), these are the name of the content and C(object).
        type: dict
  state:
    description:
      - Whether O(decorations) should be there.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: restops.clients.itential_gateway_run
  - module: restops.clients.itential_gateway_resource
"""

EXAMPLES = r"""
- name: Find a script that was deployed, and describe its arguments
  restops.clients.itential_gateway_content:
    host: gateway.example.com
    port: 8083
    username: admin@itential
    password: "{{ gateway_password }}"
    refresh: script
    decorations:
      - kind: script
        name: hello.py
        schema:
          properties:
            greeting: {type: string}
          required: [greeting]

- name: Find all content
  restops.clients.itential_gateway_content:
    refresh: all
    wait_for: [site]

- name: Remove a decoration
  restops.clients.itential_gateway_content:
    decorations:
      - kind: script
        name: hello.py
    state: absent
"""

RETURN = r"""
refreshed:
  description: What each refresh has found, by kind. In check mode, and for content that cannot be
    read, C(total) is V(null).
  returned: success
  type: dict
  sample: {"script": {"added": ["hello.py"], "removed": [], "updated": [], "total": 3,
    "available": true}}
results:
  description: One dict per item of O(decorations), in order.
  returned: with O(decorations)
  type: list
  elements: dict
  sample: [{"ok": true, "action": "create", "record": {"kind": "scripts", "name": "hello.py",
    "schema": {"title": "hello.py", "type": "object", "properties": {}}}, "ignored": []}]
summary:
  description: Number of decorations that were created, updated, deleted and left unchanged.
  returned: with O(decorations)
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 0}
diff:
  description: The difference between before and after, per changed decoration.
  returned: with O(decorations)
  type: list
  elements: dict
  sample: [{"before_header": "decoration kind='scripts', name='hello.py'",
    "after_header": "decoration kind='scripts', name='hello.py'", "before": {"schema": {}},
    "after": {"schema": {"title": "hello.py", "type": "object"}}}]
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway_content,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    gateway_content.run,
    options.GATEWAY,
    gateway_content.OPTIONS,
    always,
    **gateway_content.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
