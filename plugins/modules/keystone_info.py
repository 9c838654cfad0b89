#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of Keystone, read."""

from __future__ import annotations

DOCUMENTATION = r"""
module: keystone_info
short_description: Read records of Keystone
version_added: 1.0.0
description:
  - Reads all records of one resource, or those that match filters. Lists are read to their end, page by page.
  - The server ignores filters that it does not know and answers with everything. Here an unknown field or operator is an error, and what comes back is looked
    at once more.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.keystone
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.keystone
  - restops.clients.info
options:
  resource:
    description:
      - What to read. V(allocation), V(attachment), V(cluster), V(comment), V(grant), V(membership), V(notification), V(preference), V(publication),
        V(request), V(review), V(team) or V(user), and for staff V(log_audit), V(log_feed), V(log_request) and V(log_task).
    type: str
    required: true
  filters:
    description:
      - C(field) or C(field__operator) to a value; several must all match. Choices may be given by label, such as V(Open) for V(OP), and relations by name.
      - For every field there are C(not_eq), C(in), C(not_in) and C(isnull); for numbers and times C(lt), C(lte), C(gt) and C(gte); for text C(contains),
        C(startswith), C(endswith) and the same with C(not_); for dates C(year), C(month), C(day), C(week) and C(week_day); for times C(hour) and so on.
    type: dict
    default: {}
  search:
    description:
      - Words that must all occur in a record, whatever their case. Not for V(attachment), V(log_audit), V(notification) and V(review).
    type: str
  order:
    description:
      - Fields to order by, with V(-) in front for downwards. By default records come in the order of their ids.
    type: list
    elements: str
seealso:
  - module: restops.clients.keystone_resource
  - module: restops.clients.keystone_request
"""

EXAMPLES = r"""
- name: Read all clusters that are open to everybody
  restops.clients.keystone_info:
    url: https://keystone.example.com
    username: ada
    password: "{{ keystone_password }}"
    resource: cluster
    filters:
      enabled: true
      access_mode: Open
  register: clusters

- name: Read the requests of a team that end this year, the last ones first
  restops.clients.keystone_info:
    resource: request
    filters:
      team: lab-a
      expire__year: 2026
      status__in: [AP, PD]
    order: ["-expire"]
    fields: [id, title, expire]

- name: Read the ten newest entries of the request log
  restops.clients.keystone_info:
    resource: log_request
    order: ["-timestamp"]
    limit: 10
"""

RETURN = r"""
records:
  description: The records. What the server tells of their history is left out, since it holds parts of password hashes.
  returned: success
  type: list
  elements: dict
  sample: [{"id": 4, "name": "hpc1", "description": null, "enabled": true, "access_mode": "OP", "access_teams": []}]
count:
  description: Their number.
  returned: success
  type: int
  sample: 1
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import keystone, module, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(keystone.info, options.KEYSTONE, options.INFO)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
