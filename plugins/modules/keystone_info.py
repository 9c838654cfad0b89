#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read records of Keystone."""

from __future__ import annotations

DOCUMENTATION = r"""
module: keystone_info
short_description: Read records of Keystone
version_added: 1.0.0
description:
  - Reads all records of one type, or those that match filters, page by page.
  - The server ignores filters that it does not know, and returns everything. Here, an unknown field
    or operator is an error, and the returned records are checked against the filters.
  - The history that the server adds to records (C(_history)) is left out, since it contains parts
    of password hashes.
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
      # BEGIN generated: types to read
      - The type of the records. One of V(allocation), V(attachment), V(cluster), V(comment),
        V(grant), V(log_audit), V(log_feed), V(log_request), V(log_task), V(membership),
        V(notification), V(preference), V(publication), V(request), V(review), V(team) or V(user).
      # END generated
      - V(log_audit), V(log_feed), V(log_request) and V(log_task) are for staff only.
    type: str
    required: true
  filters:
    description:
      - C(field) or C(field__operator) to a value. A record must match all of them. A choice is
        given by its code or its label, such as V(OP) or V(Open), and a relation by a name.
      - The operators of every field are C(not_eq), C(in), C(not_in) and C(isnull). Numbers and
        times also have C(lt), C(lte), C(gt) and C(gte); texts C(contains), C(startswith),
        C(endswith) and the same with C(not_); dates C(year), C(month), C(day), C(week) and
        C(week_day); times C(hour), C(minute) and C(second).
    type: dict
    default: {}
  search:
    description:
      - Words that must all occur in a record, in upper or lower case.
      # BEGIN generated: types without search
      - Not for V(attachment), V(log_audit), V(notification) or V(review).
      # END generated
    type: str
  order:
    description:
      - Fields to sort by, with V(-) in front for descending order. By default, records are sorted
        by id.
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
# BEGIN generated: results of info
records:
  description: The records, in order.
  returned: success
  type: list
  elements: dict
  sample: [{"id": 4, "name": "hpc1", "description": "The large one", "enabled": true, "access_mode":
    "WL", "access_teams": [2]}]
count:
  description: The number of records.
  returned: success
  type: int
  sample: 1
# END generated
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import keystone, module, options
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(keystone.info, options.KEYSTONE, keystone.INFO_OPTIONS)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
