#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources of Sequoia, brought to a wanted state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sequoia_resource
short_description: Store, change and delete resources of a Sequoia service
version_added: 1.0.0
description:
  - Brings one resource, or a list of them, to a wanted state. What is there is read first, and only what differs is written.
  - Resources are found by their C(ref), which is C(owner:name). A record gives C(name) or C(ref).
  - The server replaces a resource as a whole. What is there and not given is sent along, so that it stays, unless O(replace=true).
  - If the service describes itself, its descriptor tells which fields there are, and of what type.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.sequoia
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.sequoia
  - restops.clients.resource
options:
  service:
    description:
      - Name of the service, as the registry has it.
    type: str
    required: true
  resource:
    description:
      - What kind of resource, such as V(contents) or V(flow-instances).
    type: str
    required: true
  owner:
    description:
      - Whose resources.
    type: str
    required: true
  replace:
    description:
      - Let fields go that are not given.
    type: bool
    default: false
  conditional:
    description:
      - Change a resource only if it still has the version that was read. Each is then sent alone.
      - With V(false), up to 100 are stored in one request, and changes that others make at the same time are lost.
    type: bool
    default: true
seealso:
  - module: restops.clients.sequoia_info
"""

EXAMPLES = r"""
- name: Create a content with a title
  restops.clients.sequoia_resource:
    url: https://registry.example.com/services/acme
    client_id: "{{ sequoia_client_id }}"
    client_secret: "{{ sequoia_client_secret }}"
    service: metadata
    resource: contents
    owner: acme
    data:
      name: c1
      title: A title

- name: Make these two its only assets
  restops.clients.sequoia_resource:
    service: metadata
    resource: assets
    owner: acme
    records:
      - {name: a1, type: video, contentRef: acme:c1}
      - {name: a2, type: image, contentRef: acme:c1}
    purge: true
    filters:
      contentRef: acme:c1

- name: Remove an asset
  restops.clients.sequoia_resource:
    service: metadata
    resource: assets
    owner: acme
    state: absent
    data:
      name: a2
"""

RETURN = r"""
action:
  description: What was done, or would be. V(create), V(update), V(delete) or V(none).
  returned: with O(data)
  type: str
  sample: update
record:
  description: The record as it is now, or would be; for one that was deleted, as it was.
  returned: with O(data)
  type: dict
  sample: {"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "A title", "version": "9a0c"}
ignored:
  description: Fields that the server did not take. What it has differs from what is wanted, and stays.
  returned: with O(data)
  type: list
  elements: str
  sample: []
results:
  description: One dict per record of O(records), in order, then one per purged record.
  returned: with O(records)
  type: list
  elements: dict
  sample: [{"ok": true, "action": "create", "record": {"ref": "acme:c1", "owner": "acme", "name": "c1"}, "ignored": []}]
  contains:
    ok:
      description: Whether the record is as wanted.
      returned: always
      type: bool
      sample: true
    msg:
      description: Why it could not be written.
      returned: when it could not
      type: str
      sample: "PUT https://metadata.example.com/data/contents/acme:c1?owner=acme: 403 Forbidden"
    action:
      description: What was done, or would be.
      returned: always
      type: str
      sample: create
    record:
      description: The record as it is now, or would be; for one that was deleted, as it was.
      returned: always
      type: dict
      sample: {"ref": "acme:c1", "owner": "acme", "name": "c1"}
    ignored:
      description: Fields that the server did not take.
      returned: always
      type: list
      elements: str
      sample: []
summary:
  description: How many records were created, updated, deleted and left as they were.
  returned: with O(records)
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 1}
diff:
  description: What differs between before and after, per record that changed, without fields that hold secrets.
  returned: success
  type: list
  elements: dict
  sample: [{"before_header": "contents ref='acme:c1'", "after_header": "contents ref='acme:c1'", "before": {"title": "Old"}, "after": {"title": "New"}}]
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    module,
    options,
    resource,
    sequoia,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(
    sequoia.ensure,
    options.SEQUOIA,
    options.SEQUOIA_RESOURCE,
    is_heavy=resource.is_heavy,
    **options.RESOURCE_RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
