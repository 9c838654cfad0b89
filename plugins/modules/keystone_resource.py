#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, change and delete records of Keystone."""

from __future__ import annotations

DOCUMENTATION = r"""
module: keystone_resource
short_description: Create, change and delete records of Keystone
version_added: 1.0.0
description:
  - Brings one record, or a list of records, to a wanted state. The records are read first, all at
    once, and only differences are written.
  # BEGIN generated: natural keys
  - Records are found by their natural key, V(allocation) by C(request) and C(cluster);
    V(attachment) by C(request) and C(name); V(cluster) by C(name); V(grant) by C(team) and
    C(grant_number); V(membership) by C(user) and C(team); V(notification) by C(id);
    V(preference) by C(user); V(publication) by C(doi); V(request) by C(team) and C(title);
    V(review) by C(request) and C(reviewer); V(team) by C(name); V(user) by C(username). Others
    are found by C(id) or by O(match).
  # END generated
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.keystone
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.keystone
  - restops.clients.resource
  - restops.clients.resource.match
options:
  resource:
    description:
      # BEGIN generated: types to write
      - The type of the records. One of V(allocation), V(attachment), V(cluster), V(comment),
        V(grant), V(membership), V(notification), V(preference), V(publication), V(request),
        V(review), V(team) or V(user).
      # END generated
    type: str
    required: true
  concurrency:
    description:
      - Maximum number of records to write at a time.
      - The default database of Keystone, SQLite, loses relations of records that are written
        concurrently. With PostgreSQL, a higher number is safe.
    type: int
    default: 1
seealso:
  - module: restops.clients.keystone_info
  - module: restops.clients.keystone_batch
"""

EXAMPLES = r"""
- name: Create a cluster for one team
  restops.clients.keystone_resource:
    url: https://keystone.example.com
    username: ada
    password: "{{ keystone_password }}"
    resource: cluster
    data:
      name: hpc1
      description: The large one
      access_mode: Whitelist
      access_teams: [lab-a]

- name: Create a user with a password that is not changed afterwards
  restops.clients.keystone_resource:
    resource: user
    data:
      username: grace
      password: "{{ initial_password }}"
      first_name: Grace
      last_name: Hopper

- name: Give a team 1000 units on a cluster
  restops.clients.keystone_resource:
    resource: allocation
    data:
      request: {team: lab-a, title: Genome assembly}
      cluster: hpc1
      requested: 1000
      awarded: 1000

- name: Make these the only members of a team
  restops.clients.keystone_resource:
    resource: membership
    records:
      - {team: lab-a, user: ada, role: Owner}
      - {team: lab-a, user: grace, role: Member}
    purge: true
    filters:
      team: lab-a

- name: Remove a publication
  restops.clients.keystone_resource:
    resource: publication
    state: absent
    match: [team, title]
    data:
      team: lab-a
      title: A draft
"""

RETURN = r"""
# BEGIN generated: results of resources
action:
  description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
  returned: with O(data)
  type: str
  sample: update
record:
  description: The record as it is now, or would be. A deleted record is returned as it was.
  returned: with O(data)
  type: dict
  sample: {"id": 4, "name": "hpc1", "description": "The large one", "enabled": true, "access_mode":
    "WL", "access_teams": [2]}
ignored:
  description: "Fields that the server did not accept: they differ from what the task gives, and
    keep their values."
  returned: with O(data)
  type: list
  elements: str
  sample: []
results:
  description: One dict per item of O(records), in order, then one per purged record.
  returned: with O(records)
  type: list
  elements: dict
  sample: [{"ok": true, "action": "create", "record": {"id": 9, "user": 3, "team": 2, "role": "MB"},
    "ignored": []}]
  contains:
    ok:
      description: Whether the record is in the wanted state.
      returned: always
      type: bool
      sample: true
    msg:
      description: Why the record could not be written.
      returned: when it could not be written
      type: str
      sample: "PATCH https://keystone.example.com/users/teams/2/: 403 Forbidden: You do not have
        permission to perform this action."
    action:
      description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
      returned: always
      type: str
      sample: create
    record:
      description: The record as it is now, or would be. A deleted record is returned as it was.
      returned: always
      type: dict
      sample: {"id": 9, "user": 3, "team": 2, "role": "MB"}
    ignored:
      description: "Fields that the server did not accept: they differ from what the task gives, and
        keep their values."
      returned: always
      type: list
      elements: str
      sample: []
summary:
  description: Number of records that were created, updated, deleted and left unchanged.
  returned: with O(records)
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 1}
diff:
  description: The difference between before and after, per changed record, without fields that hold
    secrets.
  returned: success
  type: list
  elements: dict
  sample: [{"before_header": "cluster name='hpc1'", "after_header": "cluster name='hpc1'", "before":
    {"enabled": true}, "after": {"enabled": false}}]
# END generated
"""

from functools import partial

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    keystone,
    module,
    options,
    resource,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    partial(resource.run, keystone.make_client, resource.by_name),
    options.KEYSTONE,
    resource.OPTIONS,
    is_heavy=resource.is_heavy,
    **resource.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
