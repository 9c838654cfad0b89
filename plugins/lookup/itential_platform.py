# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read paths of an Itential Platform."""

from __future__ import annotations

DOCUMENTATION = r"""
name: itential_platform
short_description: Read paths of an Itential Platform
version_added: 1.0.0
description:
  - Reads paths of the HTTP API of an Itential Platform and returns the responses.
  - Runs on the controller. C(module_defaults) and the C(environment) of a task do not apply to
    lookups; variables such as C(itential_platform_host), environment variables and C(ansible.cfg)
    do.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.lookup
  - restops.clients.itential_platform
  - restops.clients.itential_platform.plugins
seealso:
  - module: restops.clients.itential_platform_request
"""

EXAMPLES = r"""
- name: Show the version of a platform
  ansible.builtin.debug:
    msg: "{{ lookup('restops.clients.itential_platform', '/health/server', attribute='version') }}"
  vars:
    itential_platform_host: platform.example.com
    itential_platform_client_id: "{{ vault_client_id }}"
    itential_platform_client_secret: "{{ vault_client_secret }}"

- name: Show the names of all workflows that begin with "Upgrade"
  ansible.builtin.debug:
    msg: >-
      {{
        query(
          'restops.clients.itential_platform', '/automation-studio/workflows', params=filter,
          paginate='auto', attribute='name'
        )
      }}
  vars:
    filter:
      starts-with:
        name: Upgrade
"""

RETURN = r"""
_raw:
  description: One element per term; with O(paginate), one per record.
  type: list
  elements: raw
"""

from ..module_utils.tasks import options, platform
from ..plugin_utils.lookup import ApiLookup


class LookupModule(ApiLookup):
    """The lookup for an Itential Platform."""

    factory = staticmethod(platform.make_client)
    service = options.PLATFORM
