#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Back up the configurations of devices with an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: itential_platform_device_backup
short_description: Back up the configurations of devices with an Itential Platform
version_added: 1.0.0
description:
  - Makes a backup of the configuration of each device, and compares it with an older one.
  - A backup is asked for once. If the connection breaks, it is looked for among the backups of the
    device.
  - M(restops.clients.itential_platform_info) reads backups.
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
      - Nothing is backed up. The current configuration is read from the device, and compared.
  diff_mode:
    support: full
  idempotent:
    support: none
    details:
      - A backup is made each time.
options:
  device:
    description:
      - The names of the devices.
    type: list
    elements: str
    required: true
  description:
    description:
      - The description of the backups.
    type: str
  notes:
    description:
      - Notes about the backups.
    type: str
  compare:
    description:
      - V(previous) compares each backup with the one before it, and V(none) compares nothing. The
        id of a backup compares with that one; it must be one of the same device.
    type: str
    default: previous
seealso:
  - module: restops.clients.itential_platform_info
  - module: restops.clients.itential_platform_compliance
"""

EXAMPLES = r"""
- name: Back up two routers before a change
  restops.clients.itential_platform_device_backup:
    host: platform.example.com
    client_id: "{{ platform_client_id }}"
    client_secret: "{{ platform_client_secret }}"
    device: [r1, r2]
    description: before CHG0012345
  register: before

- name: Back up one of them after the change, and show the difference
  restops.clients.itential_platform_device_backup:
    device: r1
    compare: "{{ before.results[0].backup }}"
  diff: true
"""

RETURN = r"""
device:
  description: The name of the device.
  returned: if there is one device
  type: str
  sample: r1
backup:
  description: The id of the backup; V(null) in check mode, and if there is none.
  returned: if there is one device
  type: str
  sample: 64b5c0ffee64b5c0ffee64b6
compared_with:
  description: The id of the older backup; V(null) if there is none.
  returned: if there is one device
  type: str
  sample: 64b5c0ffee64b5c0ffee64b5
differs:
  description: If the configurations differ, also in secrets only; V(null) if they were not
    compared.
  returned: if there is one device
  type: bool
  sample: true
difference:
  description: A unified diff of the configurations, in which secrets are masked.
  returned: if there is one device
  type: str
  sample: "--- r1: backup 64b5c0ffee64b5c0ffee64b5\n+++ r1: backup 64b5c0ffee64b5c0ffee64b6\n
    @@ -1 +1,2 @@\n hostname r1\n+ntp server 192.0.2.1\n"
error:
  description: The reason why the device has no backup, or was not compared; V(null) if all is well.
  returned: if there is one device
  type: str
  sample: null
results:
  description: RV(device), RV(backup), RV(compared_with), RV(differs), RV(difference) and RV(error)
    of each device, in order.
  returned: if there are several devices
  type: list
  elements: dict
  sample:
    - device: r1
      backup: 64b5c0ffee64b5c0ffee64b6
      compared_with: 64b5c0ffee64b5c0ffee64b5
      differs: false
      difference: ""
      error: null
diff:
  description: The differences, as Ansible shows them with C(--diff).
  returned: always
  type: list
  elements: dict
  sample: [{"prepared": "--- r1: backup 64b5c0ffee64b5c0ffee64b5\n"}]
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    device_backup,
    module,
    options,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task, always

TASK = Task(
    device_backup.run,
    options.PLATFORM,
    device_backup.OPTIONS,
    always,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
