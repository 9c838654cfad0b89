# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices and groups of the Ansible inventory, and the devices of the other inventories.

Sources: docs/protocols/itential-gateway.md sections 6 and 7. The name in the URL is the key of
every record. Bodies of responses to writes are not documented: the record is read back.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field
from ...core.records.kinds import ID
from ...core.records.types import ResourceType
from ..dialects import FUNCTIONS
from ..paging import GATEWAY_DATA

DEVICE = ResourceType(
    "device",
    Access(
        List("/devices", GATEWAY_DATA, filters=FUNCTIONS),
        one=One("/devices/{name}"),
        create=Write("/devices", body={"variables": {}}, unwrap=None),
        update=Write("/devices/{name}", "PUT", body="{variables}", unwrap=None),
        delete=Delete("/devices/{name}"),
    ),
    (
        Field("name", ID, required=True),
        Field("variables", Document(merge=True, levels=1)),
    ),
    key=("name",),
    id_field="name",
)

ROWS = (DEVICE,)
