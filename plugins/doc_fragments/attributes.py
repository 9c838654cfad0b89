# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes of the modules, in Ansible's terms."""

from __future__ import annotations

from typing import ClassVar

from ..plugin_utils.documentation import fragment

_ATTRIBUTES = {
    "check_mode": {
        "description": "Can run in C(check_mode) and return changed status prediction without"
        " modifying target."
    },
    "diff_mode": {
        "description": "Returns details on what has changed, or would change in C(check_mode),"
        " when in diff mode."
    },
    "idempotent": {"description": "A second run with the same options reports no change."},
    "platform": {
        "description": "Target OS that can be operated against.",
        "platforms": "posix",
        "support": "full",
    },
}
_EXECUTION = (
    "The variable C(restops_execution) decides where a task runs. With V(auto), the default, it is"
    " the controller if the module would run there anyway. With V(controller), it is the controller"
    " whatever the connection is. With V(target), it is the host where modules run."
)
_REQUIREMENT = (
    "Python 3.10 or newer and the Python library C(httpcore) 1.0 or newer, where the call runs"
)


def _member_of(group: str) -> str:
    """Return the attribute of the modules of an action group."""
    name = f"restops.clients.{group}"
    description = f"Use C(group/{name}) in C(module_defaults) to set defaults for this module."
    return fragment(
        attributes={
            "action_group": {"description": description, "membership": [name], "support": "full"}
        }
    )


class ModuleDocFragment:
    """Attributes of all modules, and of those of each service."""

    DOCUMENTATION: ClassVar[str] = fragment(
        requirements=[_REQUIREMENT], notes=[_EXECUTION], attributes=_ATTRIBUTES
    )
    PLATFORM: ClassVar[str] = _member_of("itential_platform")
    GATEWAY: ClassVar[str] = _member_of("itential_gateway")
    KEYSTONE: ClassVar[str] = _member_of("keystone")
    SEQUOIA: ClassVar[str] = _member_of("sequoia")
