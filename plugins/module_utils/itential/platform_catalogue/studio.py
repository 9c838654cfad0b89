# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Automation Studio: workflows, templates, transformations, JSON forms and projects.

Sources: docs/protocols/itential-platform.md section 5.
"""

from __future__ import annotations

from typing import Any

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.failures import Failure
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import CONTENT, ID, JSON_TEXT, Choice
from ...core.records.references import References
from ...core.records.types import ResourceType
from ..dialects import BRACKETS, PAIRS
from ..paging import BARE, DATA, ITEMS, RESULTS
from .common import FAILED, ORDER, RECORD, RENAMED, STAMPS, TAGS, made_by_server

STUDIO = "/automation-studio"

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
    "warnings",
)

_NO_FIELDS = {"type": "object", "properties": {}, "required": []}
_WORKFLOW_DEFAULTS = {
    "type": "automation",
    "canvasVersion": 3,
    "font_size": 12,
    "tasks": {},
    "transitions": {},
    "inputSchema": _NO_FIELDS,
    "outputSchema": _NO_FIELDS,
    "groups": [],
}
"""The fields that the server adds to a workflow."""

WORKFLOW = ResourceType(
    "workflow",
    Access(
        List(f"{STUDIO}/workflows", ITEMS, filters=BRACKETS, order=ORDER, include="include"),
        one=(),
        create=Write(
            f"{STUDIO}/automations",
            wrap="automation",
            defaults=_WORKFLOW_DEFAULTS,
            unwrap=("created", ""),
            beside=("errors", "warnings"),
            failures=FAILED,
        ),
        # Never deleted and imported: the id would change, and automations refer to it.
        update=Write(
            f"{STUDIO}/automations/{{id}}",
            "PUT",
            wrap="update",
            unwrap=("updated", "created", ""),
            beside=("errors", "warnings"),
            whole=True,
            failures=FAILED,
        ),
        # Releases answer with the result of the database, or with true.
        delete=Delete(
            "/workflow_builder/workflows/delete/{name}",
            failures=(Failure("lastErrorObject.n", equals=0), Failure("", equals=False)),
        ),
        validate=Write(
            f"{STUDIO}/workflows/validate",
            wrap="workflow",
            defaults=_WORKFLOW_DEFAULTS,
            unwrap=None,
            whole=True,
            failures=(Failure("errors.*", filled=True),),
        ),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field("tags", TAGS, default=[]),
        # Tasks, transitions, schemas: each as a whole.
        Field(
            "document",
            Document(merge=True, levels=1, defaults=_WORKFLOW_DEFAULTS),
            stays=True,
        ),
        *made_by_server(_WORKFLOW_MANAGED),
    ),
    key=("name",),
    id_field="_id",
    document="document",
)

_TEMPLATE_DEFAULTS = {"command": "", "description": "", "template": "", "data": "{}"}

TEMPLATE = ResourceType(
    "template",
    Access(
        List(f"{STUDIO}/templates", ITEMS, filters=BRACKETS, order=ORDER, include="include"),
        one=One(f"{STUDIO}/templates/{{id}}", unwrap=RECORD),
        create=Write(
            f"{STUDIO}/templates",
            wrap="template",
            defaults=_TEMPLATE_DEFAULTS,
            unwrap=("created", ""),
            failures=FAILED,
        ),
        update=Write(
            f"{STUDIO}/templates/{{id}}",
            "PUT",
            wrap="update",
            defaults=_TEMPLATE_DEFAULTS,
            unwrap=("updated", "created", ""),
            whole=True,
            failures=FAILED,
        ),
        delete=Delete(f"{STUDIO}/templates/{{id}}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("group", required=True),
        Field("type", Choice({"jinja2": "Jinja2", "textfsm": "TextFSM"}), required=True),
        Field("command", default=""),
        Field("description", default=""),
        Field("template", CONTENT, default=""),
        Field("data", JSON_TEXT, default="{}"),
        Field("document", Document(merge=True), stays=True),
        *made_by_server((*STAMPS, "namespace", "version")),
    ),
    key=("name",),
    id_field="_id",
    document="document",
    text="template",
)

_TRANSFORMATION_DEFAULTS: dict[str, Any] = {
    "incoming": [],
    "outgoing": [],
    "steps": [],
    "functions": [],
    "comments": [],
    "view": {},
}

TRANSFORMATION = ResourceType(
    "transformation",
    Access(
        List("/transformations", RESULTS, filters=PAIRS, order=ORDER),
        one=One("/transformations/{id}", unwrap=RECORD, absent=Failure("total", equals=0)),
        create=Write("/transformations", unwrap=RECORD, failures=(*FAILED, RENAMED)),
        update=Write(
            "/transformations/{id}", "PUT", unwrap=RECORD, whole=True, failures=(*FAILED, RENAMED)
        ),
        delete=Delete("/transformations/{id}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field("tags", TAGS, default=[]),
        # Incoming and outgoing schemas, steps, functions: each as a whole.
        Field(
            "document",
            Document(merge=True, levels=1, defaults=_TRANSFORMATION_DEFAULTS),
            stays=True,
        ),
        *made_by_server((*STAMPS, "namespace", "version")),
    ),
    key=("name",),
    id_field="_id",
    document="document",
)

_FORM_PARTS: dict[str, Any] = {
    "struct": {"type": "object", "description": "", "items": []},
    "schema": {"type": "object", "properties": {}, "required": []},
    "uiSchema": {},
    "bindingSchema": {},
    "validationSchema": {},
}
_FORM_DEFAULTS = {"description": "", **_FORM_PARTS, "version": ""}
_FORM_FAILED = (*FAILED, Failure("n", equals=0))

JSON_FORM = ResourceType(
    "json_form",
    Access(
        List("/json-forms/forms", BARE),
        one=One("/json-forms/forms/{id}", unwrap=RECORD),
        create=Write(
            "/json-forms/forms", defaults=_FORM_DEFAULTS, unwrap=("doc", ""), failures=_FORM_FAILED
        ),
        # A full replacement, which wants even what the server has made.
        update=Write(
            "/json-forms/forms/{id}",
            "PUT",
            wrap="options",
            defaults=_FORM_DEFAULTS,
            unwrap=None,
            whole=True,
            keep=STAMPS,
            failures=_FORM_FAILED,
        ),
        delete=Delete(
            "/json-forms/forms", body={"ids": ["{id}"]}, batch=100, failures=_FORM_FAILED
        ),
    ),
    (
        Field("id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        *[Field(name, Document(), default=value) for name, value in _FORM_PARTS.items()],
        Field("version", default=""),
        Field("document", Document(merge=True, levels=1), stays=True),
        *made_by_server((*STAMPS, "_id", "namespace")),
    ),
    key=("name",),
    document="document",
)

_INCOMPLETE = (Failure("metadata.failedComponents", filled=True),)

PROJECT = ResourceType(
    "project",
    Access(
        List(f"{STUDIO}/projects", DATA, filters=BRACKETS, order=ORDER, include="include"),
        one=One(f"{STUDIO}/projects/{{id}}", unwrap=RECORD),
        create=Write(
            f"{STUDIO}/projects",
            body={"components": []},
            unwrap=RECORD,
            fields=("name", "description"),
            failures=_INCOMPLETE,
        ),
        update=Write(f"{STUDIO}/projects/{{id}}", "PATCH", unwrap=RECORD, failures=_INCOMPLETE),
        delete=Delete(f"{STUDIO}/projects/{{id}}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field("backgroundColor", default="#FFFFFF"),
        # The server replaces the whole list: without its owners, no user could open the project.
        Field(
            "members",
            References({"account": "account", "group": "group"}, keys=("role",)),
            stays=True,
        ),
        *made_by_server(
            (
                *STAMPS,
                "accessControl",
                "componentIidIndex",
                "components",
                "folders",
                "iid",
                "thumbnail",
                "referencedComponentHashes",
            )
        ),
    ),
    key=("name",),
    id_field="_id",
)

ROWS = (WORKFLOW, TEMPLATE, TRANSFORMATION, JSON_FORM, PROJECT)
