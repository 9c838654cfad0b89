#!/usr/bin/python

# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read resources of a Sequoia service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sequoia_info
short_description: Read resources of a Sequoia service
version_added: 1.0.0
description:
  - Reads all resources of one type and owner, or those that match criteria, page by page, and the
    resources that are linked to them.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.sequoia
  - restops.clients.call
  - restops.clients.attributes
  - restops.clients.attributes.sequoia
  - restops.clients.info
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
  criteria:
    description:
      - A field to a value, to a list of values of which it must have one, or to a dict of an
        operator and its value. A resource must match all of them.
      - Operators are C(equal_to), C(not_equal_to), C(one_of), C(starts_with), C(exists),
        C(missing), C(between), C(not_between), C(at_least), C(at_most), C(greater_than) and
        C(less_than). C(between) takes a list of two.
      - Also those of the other services, C(equals), C(not_equals), C(in), C(gt), C(gte), C(lt) and
        C(lte).
    type: dict
    default: {}
  include:
    description:
      - Relationships whose resources are read too. A list of names, or a dict of names with the
        fields of each.
    type: raw
  page_size:
    description:
      - Number of resources per page, up to 100.
    type: int
    default: 100
seealso:
  - module: restops.clients.sequoia_resource
  - module: restops.clients.sequoia_request
"""

EXAMPLES = r"""
- name: Read all active assets of a content
  restops.clients.sequoia_info:
    url: https://registry.example.com/services/acme
    client_id: "{{ sequoia_client_id }}"
    client_secret: "{{ sequoia_client_secret }}"
    service: metadata
    resource: assets
    owner: acme
    criteria:
      contentRef: acme:c1
      active: true
  register: assets

- name: Read contents together with their assets and categories
  restops.clients.sequoia_info:
    service: metadata
    resource: contents
    owner: acme
    criteria:
      ref: [acme:c1, acme:c2]
    include:
      assets: [ref, name, contentRef]
      categories:
  register: contents
"""

RETURN = r"""
# BEGIN generated: results of info
records:
  description: The records, in order.
  returned: success
  type: list
  elements: dict
  sample: [{"ref": "acme:c1", "owner": "acme", "name": "c1", "title": "A title", "version": "9a0c"}]
count:
  description: The number of records.
  returned: success
  type: int
  sample: 1
# END generated
linked:
  description: The resources that are linked to the records, by relationship.
  returned: with O(include)
  type: dict
  sample: {"assets": [{"ref": "acme:a1", "name": "a1", "contentRef": "acme:c1"}]}
"""

from ansible_collections.restops.clients.plugins.module_utils.tasks import module, options, sequoia
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task

TASK = Task(sequoia.info, options.SEQUOIA, sequoia.INFO_OPTIONS)


def main() -> None:
    """Run the module."""
    module.main(TASK)


if __name__ == "__main__":
    main()
