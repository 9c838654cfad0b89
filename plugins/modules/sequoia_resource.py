#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Store, change and delete resources of a Sequoia service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sequoia_resource
short_description: Store, change and delete resources of a Sequoia service
version_added: 1.0.0
description:
  - Brings one resource, or a list of resources, to a wanted state. The resources are read first,
    and only differences are written.
  - Resources are found by their C(ref), which is C(owner:name). A record has C(name) or C(ref).
  - The server replaces a resource as a whole. Fields that are not given are sent with the values
    that they have, so that they stay, unless O(replace=true).
  - If the service has a descriptor, it says which fields there are, and their types.
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
      - Name of the service in the registry.
    type: str
    required: true
  resource:
    description:
      - The type of the resources, such as V(contents) or V(flow-instances).
    type: str
    required: true
  owner:
    description:
      - The owner of the resources.
    type: str
    required: true
  replace:
    description:
      - Remove fields that are not given.
    type: bool
    default: false
  conditional:
    description:
      - Change a resource only if it still has the version that was read. Each is then sent in a
        request of its own.
      - With V(false), up to 100 are stored in one request, and concurrent changes by others are
        overwritten.
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
  sample: {"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "A title", "version": "9a0c"}
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
  sample: [{"ok": true, "action": "create", "record": {"ref": "acme:c1", "owner": "acme", "name":
    "c1"}, "ignored": []}]
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
      sample: "PUT https://metadata.example.com/data/contents/acme:c1?owner=acme: 403 Forbidden"
    action:
      description: "What was done, or would be: V(create), V(update), V(delete) or V(none)."
      returned: always
      type: str
      sample: create
    record:
      description: The record as it is now, or would be. A deleted record is returned as it was.
      returned: always
      type: dict
      sample: {"ref": "acme:c1", "owner": "acme", "name": "c1"}
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
  sample: [{"before_header": "contents ref='acme:c1'", "after_header": "contents ref='acme:c1'",
    "before": {"title": "Old"}, "after": {"title": "New"}}]
# END generated
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
    sequoia.RESOURCE_OPTIONS,
    is_heavy=resource.is_heavy,
    **resource.RULES,
)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
