# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types of records that only inventories read.

Sources: docs/protocols/itential-platform.md section 2.2. That nodes are paged like inventories is
assumed.
"""

from __future__ import annotations

from ..core.records.access import Access, List
from ..core.records.fields import Field, FieldAccess
from ..core.records.kinds import JSON, TEXT, Kind
from ..core.records.types import ResourceType
from . import paging
from .dialects import FUNCTIONS


def _listed(name: str, route: List, fields: dict[str, Kind]) -> ResourceType:
    """Return a type whose records are only listed."""
    return ResourceType(
        name,
        Access(route, one=(), create=(), update=(), delete=()),
        [Field(field, kind, access=FieldAccess.READ_ONLY) for field, kind in fields.items()],
        id_field="name",
    )


GROUP = _listed(
    "group",
    List("/groups", paging.GATEWAY_DATA, filters=FUNCTIONS),
    {"name": TEXT, "variables": JSON},
)
ENTRIES = {
    source: _listed(
        source,
        List(f"/inventories/{source}/default/devices", paging.GATEWAY_DATA, filters=FUNCTIONS),
        {"name": TEXT, "variables": JSON},
    )
    for source in ("http_requests", "netconf", "netmiko")
}
