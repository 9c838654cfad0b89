# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read paths of an Itential Automation Gateway."""

from __future__ import annotations

DOCUMENTATION = r"""
name: itential_gateway
short_description: Read paths of an Itential Automation Gateway
version_added: 1.0.0
description:
  - Reads paths of the HTTP API of an Itential Automation Gateway and returns the responses.
    Paths are below C(/api/v2.0).
  - Runs on the controller. C(module_defaults) and the C(environment) of a task do not apply to
    lookups; variables such as C(itential_gateway_host), environment variables and C(ansible.cfg)
    do.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.lookup
  - restops.clients.itential_gateway
  - restops.clients.itential_gateway.plugins
seealso:
  - module: restops.clients.itential_gateway_request
"""

EXAMPLES = r"""
- name: Show the version of a gateway
  ansible.builtin.debug:
    msg: "{{ lookup('restops.clients.itential_gateway', '/status', attribute='version') }}"
  vars:
    itential_gateway_host: gateway.example.com
    itential_gateway_username: admin@itential
    itential_gateway_password: "{{ vault_gateway_password }}"

- name: Show the names of all devices
  ansible.builtin.debug:
    msg: >-
      {{
        query('restops.clients.itential_gateway', '/devices', paginate='auto', attribute='name')
      }}
"""

RETURN = r"""
_raw:
  description: One element per term; with O(paginate), one per record.
  type: list
  elements: raw
"""

from ..module_utils.tasks import gateway, options
from ..plugin_utils.lookup import ApiLookup


class LookupModule(ApiLookup):
    """The lookup for an Itential Gateway."""

    factory = staticmethod(gateway.make_client)
    service = options.GATEWAY
