# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways in which Sequoia writes the name of a resource."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def dashed(name: str) -> str:
    """Return a name as it is written in paths.

    `flow-instances` for `flowInstances`, `flow_instances` and itself.
    """
    return _HUMP.sub("-", name).replace("_", "-").lower()


def camel(name: str) -> str:
    """Return a name as it is written in bodies: `flowInstances`."""
    first, *others = dashed(name).split("-")
    return first + "".join(other.capitalize() for other in others)
