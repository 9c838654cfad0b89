# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the inventories."""

from __future__ import annotations

from typing import ClassVar

from ..plugin_utils.documentation import fragment, options_of
from ..plugin_utils.inventory import OPTIONS
from .call import RETRY

_DESCRIPTIONS = {
    "filters": [
        (
            "Conditions that devices must meet, all of them: a field to a value, to a list of which"
            " one must be, or to a dict of operators. The operators are V(equals), V(not_equals),"
            " V(contains), V(starts_with), V(ends_with), V(in), V(not_in), V(gt), V(gte), V(lt),"
            " V(lte) and V(exists)."
        ),
        (
            "A dotted name is a part of a field, such as C(variables.ansible_host) of a Gateway's"
            " devices or C(attributes.itential_platform) of an inventory's nodes."
        ),
    ],
    "network_os": [
        (
            "Names of netmiko or Itential, each with the value of C(ansible_network_os) for it."
            " They go before the ones that the plugin knows. With an empty value,"
            " C(ansible_network_os) is not set."
        )
    ],
    "include_secrets": [
        (
            "Keep passwords and other secrets, and references to secrets, in the variables of hosts"
            " and groups. By default, they are left out."
        ),
        "With V(true), the inventory is not cached.",
    ],
    "retry": [RETRY],
    "max_response_bytes": ["Maximum size of a response after decompression, in bytes."],
}


_SPEC = {name: option for name, option in OPTIONS.items() if name in _DESCRIPTIONS}


class ModuleDocFragment:
    """Options, and what all inventories do."""

    DOCUMENTATION: ClassVar[str] = fragment(
        requirements=["The Python library C(httpcore) 1.0 or newer on the controller"],
        options=options_of(_SPEC, _DESCRIPTIONS),
        notes=[
            (
                "Attributes become variables of Ansible, if the device does not have these"
                " variables itself: C(itential_host) becomes C(ansible_host), C(itential_port)"
                " C(ansible_port), C(itential_user) C(ansible_user), C(itential_platform) or"
                " C(itential_ostype) C(ansible_network_os), and the connection that goes with it"
                " C(ansible_connection). O(compose) can set others."
            ),
            (
                "Variables from the server are never templates. Names of groups are changed to"
                " valid ones, as by other inventories of Ansible."
            ),
        ],
    )
