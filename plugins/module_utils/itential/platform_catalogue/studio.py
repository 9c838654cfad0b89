# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Automation Studio: workflows, templates, transformations, JSON forms and projects.

Sources: docs/protocols/itential-platform.md section 5.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, Write
from ...core.records.documents import Document
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import ID, JSON
from ...core.records.types import ResourceType
from ..dialects import BRACKETS
from ..paging import ITEMS

STUDIO = "/automation-studio"
ORDER = {"sort": "{field}", "order": "{direction}"}
TAGS = Document(named={"*": "name"}, unordered=("",), empty=(None, []))

_WORKFLOW_MANAGED = (
    "created",
    "created_by",
    "last_updated",
    "last_updated_by",
    "createdVersion",
    "lastUpdatedVersion",
    "encodingVersion",
    "migrationVersion",
    "namespace",
    "errors",
)

WORKFLOW = ResourceType(
    "workflow",
    Access(
        List(f"{STUDIO}/workflows", ITEMS, filters=BRACKETS, order=ORDER, include="include"),
        one=(),
        create=Write(f"{STUDIO}/automations", wrap="automation", unwrap=("created", "")),
        # Never deleted and imported: the id would change, and automations refer to it.
        update=Write(
            f"{STUDIO}/automations/{{id}}",
            "PUT",
            wrap="update",
            unwrap=("updated", ""),
            whole=True,
        ),
        delete=Delete("/workflow_builder/workflows/delete/{name}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description"),
        Field("tags", TAGS),
        Field(
            "document",
            Document(
                managed=("_id", "name", "description", "tags", *_WORKFLOW_MANAGED),
                merge=True,
                levels=1,
            ),
        ),
        *[Field(name, JSON, access=FieldAccess.READ_ONLY) for name in _WORKFLOW_MANAGED],
    ),
    key=("name",),
    id_field="_id",
    document="document",
)

ROWS = (WORKFLOW,)
