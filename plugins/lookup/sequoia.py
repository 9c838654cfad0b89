# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read paths of Sequoia services."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sequoia
short_description: Read paths of Sequoia services
version_added: 1.0.0
description:
  - Reads paths of the HTTP API of a Sequoia service and returns the responses.
  - Runs on the controller. C(module_defaults) and the C(environment) of a task do not apply to
    lookups; variables such as C(sequoia_url), environment variables and C(ansible.cfg) do.
author:
  - restops.clients contributors (@restops)
extends_documentation_fragment:
  - restops.clients.lookup
  - restops.clients.sequoia
  - restops.clients.sequoia.plugins
options:
  service:
    description:
      - Name of the service, as the registry has it. Paths are below its location.
    type: str
    required: true
seealso:
  - module: restops.clients.sequoia_request
"""

EXAMPLES = r"""
- name: Show the title of a content
  ansible.builtin.debug:
    msg: >-
      {{
        lookup(
          'restops.clients.sequoia', '/data/contents/acme:c1', service='metadata',
          params={'owner': 'acme'}, attribute='contents.0.title'
        )
      }}
  vars:
    sequoia_url: https://registry.example.com/services/acme
    sequoia_client_id: acme
    sequoia_client_secret: "{{ vault_sequoia_secret }}"

- name: Show the names of all assets
  ansible.builtin.debug:
    msg: >-
      {{
        query(
          'restops.clients.sequoia', '/data/assets', service='metadata', params={'owner': 'acme'},
          paginate='auto', attribute='name'
        )
      }}
"""

RETURN = r"""
_raw:
  description: One element per term; with O(paginate), one per record.
  type: list
  elements: raw
"""

from typing import Any, ClassVar

from ..module_utils.tasks import options as specifications
from ..module_utils.tasks import sequoia
from ..module_utils.tasks.client import Connection, ServicesClient
from ..module_utils.tasks.definition import Spec
from ..plugin_utils.lookup import OPTIONS, ApiLookup


class LookupModule(ApiLookup):
    """The lookup for Sequoia services."""

    factory = staticmethod(sequoia.make_client)
    service = specifications.SEQUOIA
    own_options: ClassVar[Spec] = {**OPTIONS, **sequoia.SERVICE}

    def connection_of(self, client: ServicesClient, options: dict[str, Any]) -> Connection:
        """Return the connection to the service."""
        return client.connection(options["service"])
