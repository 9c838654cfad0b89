# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration Manager: devices and what is kept of them, golden configurations and compliance.

Lists are searched for by POST, and records are deleted by ids in the body. Servers differ in what
they call an id.

Sources: docs/protocols/itential-platform.md section 8.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Part, Write
from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import CONTENT, ID, JSON, Relation
from ...core.records.types import ResourceType
from ..dialects import SEARCHED
from ..paging import BACKUPS, BARE, LIST, PLANS
from ..platform_trees import FIRST_VERSION, PlanNodes, TreeNodes
from .common import FAILED, RECORD, STAMPS, TAGS, made_by_server

CONFIGURATION = "/configuration_manager"
_OTHER_IDS = ("_id",)
_NOT_DELETED = (*FAILED, Failure("status", equals="conflict"), Failure("deleted", equals=0))
_GBAC = Document(unordered=("read", "write"), defaults={"read": [], "write": []})
_ID = Field("id", ID, access=FieldAccess.READ_ONLY)

DEVICE = ResourceType(
    "device",
    Access(
        List(
            f"{CONFIGURATION}/devices",
            LIST,
            method="POST",
            body={"options": {"exactMatch": True, "sort": [{"name": 1}]}},
            filters=SEARCHED,
        ),
        one=One(f"{CONFIGURATION}/devices/{{name}}"),
        create=(),
        update=(),
        delete=(),
    ),
    made_by_server(("name", "ostype", "host", "ipaddress", "port", "device-type", "origins")),
    key=("name",),
    id_field="name",
    # Adapters add what they know of a device.
    closed=False,
)

DEVICE_BACKUP = ResourceType(
    "device_backup",
    Access(
        List(
            f"{CONFIGURATION}/backups",
            BACKUPS,
            method="POST",
            body={"options": {"regex": False}},
            filters=SEARCHED,
        ),
        one=One(f"{CONFIGURATION}/backups/{{id}}"),
        create=(),
        update=(),
        delete=(),
    ),
    made_by_server(("id", "name", "provider", "type", "date", "rawConfig", "description", "notes")),
    id_field="id",
    other_ids=_OTHER_IDS,
    closed=False,
)

_GROUP = f"{CONFIGURATION}/deviceGroups/{{id}}"

DEVICE_GROUP = ResourceType(
    "device_group",
    Access(
        List(f"{CONFIGURATION}/deviceGroups", BARE),
        one=One(_GROUP),
        create=Write(
            f"{CONFIGURATION}/devicegroup",
            body={
                "groupName": "{name}",
                "groupDescription": "{description:}",
                "deviceNames": "{devices:, }",
            },
            fields=("name", "description", "devices"),
            partial=True,
            failures=FAILED,
        ),
        # Servers take one of two forms, and answer 200 to the other one too.
        update=Write(
            _GROUP,
            "PUT",
            wrap="details",
            body={"details": {"devices": "{devices}"}},
            unwrap=None,
            failures=FAILED,
            otherwise=Write(
                _GROUP,
                "PUT",
                body={"name": "{name}", "description": "{description}", "devices": "{devices}"},
                unwrap=None,
                failures=FAILED,
            ),
        ),
        delete=Delete(
            f"{CONFIGURATION}/deviceGroups", body={"groupIds": ["{id}"]}, failures=_NOT_DELETED
        ),
    ),
    (
        _ID,
        Field("name", required=True),
        Field("description", default=""),
        Field("devices", Relation("device"), many=True, default=[]),
        Field("gbac", _GBAC, default={"read": [], "write": []}),
        *made_by_server(STAMPS),
    ),
    key=("name",),
    id_field="id",
    other_ids=_OTHER_IDS,
)

_TEMPLATES = f"{CONFIGURATION}/templates"
_TEMPLATE = {"name": "{name}", "template": "{template}", "variables": "{variables}"}
_TEMPLATE_OPTIONS = {"deviceOSTypes": "{deviceOSTypes}"}

DEVICE_TEMPLATE = ResourceType(
    "device_template",
    Access(
        # The name in a search is a pattern.
        List(f"{_TEMPLATES}/search", LIST, method="POST", body={"name": ""}),
        one=(),
        create=Write(
            _TEMPLATES,
            body={**_TEMPLATE, "options": _TEMPLATE_OPTIONS},
            unwrap=RECORD,
            partial=True,
            failures=FAILED,
        ),
        update=Write(
            _TEMPLATES,
            "PUT",
            body={"id": "{id}", "data": _TEMPLATE, "options": _TEMPLATE_OPTIONS},
            unwrap=None,
            failures=(*FAILED, Failure("updated", equals=0)),
        ),
        delete=Delete(_TEMPLATES, body={"templateIds": ["{id}"]}, failures=_NOT_DELETED),
    ),
    (
        _ID,
        Field("name", required=True),
        Field("template", CONTENT, required=True),
        Field("variables", Document(), default={}),
        Field("deviceOSTypes", many=True, default=[], returned=None),
        *made_by_server((*STAMPS, "updated", "updatedBy")),
    ),
    key=("name",),
    id_field="id",
    other_ids=_OTHER_IDS,
)

_TREES = f"{CONFIGURATION}/configs"

GOLDEN_CONFIG = ResourceType(
    "golden_config",
    Access(
        List(_TREES, BARE, partial=True),
        one=One(f"{_TREES}/{{id}}", unwrap=RECORD),
        create=Write(
            _TREES,
            fields=("name", "deviceType", "description"),
            unwrap=RECORD,
            partial=True,
            failures=FAILED,
        ),
        update=Write(f"{_TREES}/{{id}}", "PUT", unwrap=None, failures=FAILED),
        delete=Delete(f"{_TREES}/{{id}}", failures=_NOT_DELETED),
        # Read and written by the store.
        parts={"nodes": Part(), "variables": Part()},
    ),
    (
        _ID,
        Field("name", required=True),
        Field("deviceType", required=True, access=FieldAccess.CREATE_ONLY),
        Field("description", default=""),
        Field("tags", TAGS, default=[]),
        # The version that has these nodes and variables.
        Field("version", access=FieldAccess.CREATE_ONLY),
        Field("variables", Document(merge=True), stays=True),
        Field(
            "nodes",
            TreeNodes(
                unordered={"": "path", "*.devices": "", "*.device_groups": ""},
                empty=(None, [], ""),
                merge=True,
                relations={"*.devices.*": "device", "*.device_groups.*": "device_group"},
            ),
            stays=True,
        ),
        *made_by_server((*STAMPS, "versions")),
    ),
    key=("name",),
    id_field="id",
    other_ids=_OTHER_IDS,
    defaults={"version": FIRST_VERSION},
    selects=("version",),
)

_PLANS = f"{CONFIGURATION}/compliance_plans"

COMPLIANCE_PLAN = ResourceType(
    "compliance_plan",
    Access(
        # A search by name misses plans of exactly that name.
        List(
            f"{CONFIGURATION}/search/compliance_plans",
            PLANS,
            method="POST",
            body={"name": ""},
            partial=True,
        ),
        one=One(f"{_PLANS}/{{id}}", unwrap=RECORD),
        create=Write(
            _PLANS,
            body={
                "name": "{name}",
                "options": {
                    "description": "{description}",
                    "status": "{status}",
                    "nodes": "{nodes}",
                    "gbac": "{gbac}",
                },
            },
            unwrap=RECORD,
            partial=True,
            failures=FAILED,
        ),
        update=Write(
            _PLANS,
            "PUT",
            wrap="options",
            body={"planId": "{id}"},
            unwrap=None,
            failures=FAILED,
        ),
        delete=Delete(_PLANS, body={"planIds": ["{id}"]}, failures=_NOT_DELETED),
    ),
    (
        _ID,
        Field("name", required=True),
        Field("description", default=""),
        Field("status", stays=True),
        Field(
            "nodes",
            PlanNodes(
                unordered=("", "*.devices", "*.deviceGroups"),
                empty=(None, [], {}),
                relations={"*.treeId": "golden_config", "*.deviceGroups.*": "device_group"},
            ),
        ),
        Field("gbac", _GBAC, default={"read": [], "write": []}),
        *made_by_server(STAMPS),
    ),
    key=("name",),
    id_field="id",
    other_ids=(*_OTHER_IDS, "planId"),
)

COMPLIANCE_REPORT = ResourceType(
    "compliance_report",
    Access(
        List(f"{CONFIGURATION}/compliance_reports/batch/{{batch}}", BARE),
        one=One(f"{CONFIGURATION}/compliance_reports/details/{{id}}"),
        create=(),
        update=(),
        delete=(),
    ),
    (
        _ID,
        Field("batch", ID, wire="batchId", access=FieldAccess.READ_ONLY),
        *made_by_server(("deviceName", "treeId", "version", "nodeId", "timestamp", "totals")),
        Field("issues", JSON, access=FieldAccess.READ_ONLY),
    ),
    id_field="id",
    other_ids=(*_OTHER_IDS, "reportId"),
    closed=False,
)

ROWS = (
    DEVICE,
    DEVICE_GROUP,
    DEVICE_TEMPLATE,
    DEVICE_BACKUP,
    GOLDEN_CONFIG,
    COMPLIANCE_PLAN,
    COMPLIANCE_REPORT,
)
