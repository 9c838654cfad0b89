# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules can do, in Ansible's terms."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes by kind of module."""

    DOCUMENTATION = r"""
requirements:
  - Python 3.10 or newer and the Python library C(httpcore) 1.0 or newer, where the call runs
notes:
  - The variable C(restops_execution) decides where a task runs. V(auto), the default, is the controller if the module would run there anyway; V(controller)
    is the controller whatever the connection is; V(target) is where modules run.
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in diff mode.
  idempotent:
    description: A second run with the same options changes nothing and says so.
  platform:
    description: Target OS that can be operated against.
    platforms: posix
    support: full
"""

    PLATFORM = r"""
attributes:
  action_group:
    description: Use C(group/restops.clients.itential_platform) in C(module_defaults) to set defaults for this module.
    membership:
      - restops.clients.itential_platform
    support: full
"""

    GATEWAY = r"""
attributes:
  action_group:
    description: Use C(group/restops.clients.itential_gateway) in C(module_defaults) to set defaults for this module.
    membership:
      - restops.clients.itential_gateway
    support: full
"""

    KEYSTONE = r"""
attributes:
  action_group:
    description: Use C(group/restops.clients.keystone) in C(module_defaults) to set defaults for this module.
    membership:
      - restops.clients.keystone
    support: full
"""

    SEQUOIA = r"""
attributes:
  action_group:
    description: Use C(group/restops.clients.sequoia) in C(module_defaults) to set defaults for this module.
    membership:
      - restops.clients.sequoia
    support: full
"""
