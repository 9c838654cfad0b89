#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export and import the configuration of an Itential Gateway 5 through a Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_gateway5_configuration
short_description: Export and import the configuration of an Itential Gateway 5 through a Platform
version_added: 1.0.0
description:
  - Imports services, repositories, decorators, secrets and other entries into a gateway that is
    connected to the Gateway Manager of an Itential Platform, or exports all of them.
  - An import compares the configuration with an export first, and sends only the entries that
    differ. The server checks them before they are imported.
  - The server ignores unknown fields and sections silently. Therefore, the task compares the
    configuration with an export again, and fails if something is missing there.
  - Entries are added and replaced, never deleted.
  - Secrets are masked in the result and in differences. Only the file O(dest) has them.
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
      - The configuration is compared, the server checks it, and nothing is imported. What the
        server would ignore is not known before.
  diff_mode:
    support: full
    details:
      - Each entry that changes is shown. What an import from O(git) would change is not known
        before.
  idempotent:
    support: full
    details:
      - An import from O(git) is sent each time; it is reported as a change if the export has
        changed.
options:
  cluster:
    description:
      - The id of the gateway cluster.
    type: str
    required: true
  state:
    description:
      - V(imported) imports a configuration. The cluster must be enabled, connected and not
        read-only, and the account needs the roles C(gateway:read) and C(gateway:update).
      - V(exported) returns the configuration, or writes it to O(dest).
    type: str
    choices: [exported, imported]
    default: imported
  content:
    description:
      - The configuration to import, as a dict, or as a text of JSON or YAML. Its keys are sections
        such as C(services), its values lists of entries with a C(name).
      - It may be a part of a configuration. Fields that an entry lacks are not compared.
    type: raw
  src:
    description:
      - A file with the configuration to import, in JSON or YAML, on the machine where the task
        runs.
    type: path
  git:
    description:
      - A configuration in a repository, which the gateway itself reads.
    type: dict
    suboptions:
      url:
        description:
          - The URL of the repository.
        type: str
        required: true
      file:
        description:
          - The path of the file in the repository.
        type: str
      reference:
        description:
          - The branch, tag or commit.
        type: str
  force:
    description:
      - Replace entries that exist with other values. Otherwise, they are an error.
    type: bool
    default: false
  update_secrets:
    description:
      - When to import entries that have secrets and do not differ in anything else. V(always)
        imports them each time, V(on_create) only if they do not exist. An export need not show
        secrets as they were given, so that they cannot be compared.
    type: str
    choices: [on_create, always]
    default: on_create
  dest:
    description:
      - A file, or an existing folder, for the exported configuration with its secrets, on the
        machine where the task runs. Only its owner may read it (mode 0600).
      - It is YAML if the name ends in C(.yml) or C(.yaml), and JSON otherwise.
    type: path
seealso:
  - module: restops.clients.itential_gateway5_run
  - module: restops.clients.itential_platform_resource
notes:
  - A gateway reads changed secret providers only when it is started again.
"""

EXAMPLES = r"""
- name: Bring a service to a gateway
  restops.clients.itential_gateway5_configuration:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    cluster: edge
    force: true
    content:
      repositories:
        - name: scripts
          url: https://git.example.com/scripts.git
          reference: main
      services:
        - name: port-turn-up
          type: python-script
          repository: scripts
          filename: port_turn_up.py

- name: Import a file, if the server's check accepts it
  restops.clients.itential_gateway5_configuration:
    cluster: edge
    src: gateway.yml

- name: Save the configuration with its secrets
  restops.clients.itential_gateway5_configuration:
    cluster: edge
    state: exported
    dest: /var/backups/edge.json
"""

RETURN = r"""
configuration:
  description: The configuration, with its secrets masked.
  returned: with O(state=exported)
  type: dict
  sample:
    {"services": [{"name": "port-turn-up", "type": "python-script"}],
     "users": [{"name": "admin", "password": "[REDACTED]"}]}
download:
  description: The file that was written, or would be.
  returned: with O(dest)
  type: dict
  contains:
    dest:
      description: The absolute path of the file.
      type: str
      sample: /var/backups/edge.json
    checksum:
      description: The SHA-256 of its content.
      type: str
      sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    size:
      description: The number of its bytes.
      type: int
      sample: 1234
  sample:
    {"dest": "/var/backups/edge.json", "size": 1234,
     "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
changes:
  description: The entries that were changed, or would be. They are empty in check mode with O(git).
  returned: with O(state=imported)
  type: list
  elements: dict
  sample: [{"section": "services", "name": "port-turn-up", "action": "create"}]
ignored:
  description: The places of values that the server has not taken.
  returned: with O(state=imported)
  type: list
  elements: str
  sample: ["services[port-turn-up].filname"]
validation:
  description: The server's answer to the check of the configuration.
  returned: with O(state=imported); V(null) if there was nothing to import
  type: raw
  sample: {"state": "Success", "message": "Checked"}
diff:
  description: The entries that were changed, or would be, before and after the change.
  returned: with O(state=imported)
  type: list
  elements: dict
  sample:
    - before_header: services[port-turn-up]
      after_header: services[port-turn-up]
      before: {}
      after: {"name": "port-turn-up", "type": "python-script"}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway5_configuration,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    gateway5_configuration.run,
    options.PLATFORM,
    gateway5_configuration.OPTIONS,
    gateway5_configuration.is_heavy,
    **gateway5_configuration.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
