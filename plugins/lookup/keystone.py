# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read paths of Keystone."""

from __future__ import annotations

DOCUMENTATION = r"""
name: keystone
short_description: Read paths of Keystone
version_added: 1.0.0
description:
  - Reads paths of the HTTP API of Keystone and returns the responses.
  - Runs on the controller. C(module_defaults) and the C(environment) of a task do not apply to
    lookups; variables such as C(keystone_url), environment variables and C(ansible.cfg) do.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.lookup
  - restops.clients.keystone
  - restops.clients.keystone.plugins
seealso:
  - module: restops.clients.keystone_request
"""

EXAMPLES = r"""
- name: Show the id of a cluster
  ansible.builtin.debug:
    msg: >-
      {{
        lookup(
          'restops.clients.keystone', '/allocations/clusters/', params={'name': 'hpc1'},
          paginate='auto', attribute='id'
        )
      }}
  vars:
    keystone_url: https://keystone.example.com
    keystone_username: ada
    keystone_password: "{{ vault_keystone_password }}"

- name: Show the names of all teams
  ansible.builtin.debug:
    msg: >-
      {{
        query('restops.clients.keystone', '/users/teams/', paginate='auto', attribute='name')
      }}
"""

RETURN = r"""
_raw:
  description: One element per term; with O(paginate), one per record.
  type: list
  elements: raw
"""

from ..module_utils.tasks import keystone, options
from ..plugin_utils.lookup import ApiLookup


class LookupModule(ApiLookup):
    """The lookup for Keystone."""

    factory = staticmethod(keystone.make_client)
    service = options.KEYSTONE
