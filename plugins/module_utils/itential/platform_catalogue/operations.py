# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations Manager: automations, triggers, jobs, tasks and events.

Sources: docs/protocols/itential-platform.md section 6.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import (
    BOOLEAN,
    ID,
    INTEGER,
    JSON,
    MILLISECONDS,
    TEXT,
    Choice,
    Relation,
)
from ...core.records.types import ResourceType
from ..dialects import BRACKETS, PAIRS_WITHOUT_PARENTHESES
from ..paging import DATA
from .common import ORDER, RECORD, STAMPS, made_by_server

OPERATIONS = "/operations-manager"

_COMPONENTS = {
    "workflow": "workflows",
    "compliance_plan": "ucm_compliance_plans",
    "lifecycle_model": "resource_models",
}
"""The things that automations run: types of records, with the server's names for them."""

AUTOMATION = ResourceType(
    "automation",
    Access(
        List(f"{OPERATIONS}/automations", DATA, filters=PAIRS_WITHOUT_PARENTHESES, order=ORDER),
        one=One(f"{OPERATIONS}/automations/{{id}}", unwrap=RECORD),
        create=Write(f"{OPERATIONS}/automations", unwrap=RECORD),
        # 6.6 refuses one of these three without the others.
        update=Write(
            f"{OPERATIONS}/automations/{{id}}",
            "PATCH",
            unwrap=RECORD,
            together=("componentType", "componentId", "componentName"),
        ),
        delete=Delete(f"{OPERATIONS}/automations/{{id}}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("description", default=""),
        Field(
            "componentType",
            Choice({name: name for name in (*_COMPONENTS.values(), "agents")}),
            stays=True,
        ),
        *[
            Field(
                name,
                Relation(name, label="componentName"),
                wire="componentId",
                implies={"componentType": component},
                stays=True,
            )
            for name, component in _COMPONENTS.items()
        ],
        Field("agent", ID, wire="componentId", implies={"componentType": "agents"}, stays=True),
        Field("componentName", stays=True),
        # The server wants ids of groups, and a list of writers with one of readers.
        Field(
            "gbac",
            Document(
                unordered=("read", "write"),
                defaults={"read": [], "write": []},
                relations={"read.*": "group", "write.*": "group"},
                merge=True,
            ),
            default={"read": [], "write": []},
        ),
        *made_by_server((*STAMPS, "namespace")),
    ),
    key=("name",),
    id_field="_id",
)


def _trigger_creation(kind: str, **defaults: object) -> Write:
    """Return the route that creates triggers of a type."""
    return Write(
        f"{OPERATIONS}/triggers",
        defaults={"actionType": "automations", **defaults},
        unwrap=RECORD,
        when={"type": kind},
    )


TRIGGER = ResourceType(
    "trigger",
    Access(
        List(f"{OPERATIONS}/triggers", DATA, filters=PAIRS_WITHOUT_PARENTHESES, order=ORDER),
        one=One(f"{OPERATIONS}/triggers/{{id}}", unwrap=RECORD),
        create=(
            # Without verb and schema from the start, the route is never served.
            _trigger_creation("endpoint", verb="POST", schema={"type": "object"}),
            # Null, not an empty text, means that there is no form.
            _trigger_creation("manual", formId=None, formSchemaHash=None, legacyWrapper=False),
            _trigger_creation("schedule"),
            _trigger_creation("eventSystem"),
        ),
        update=Write(f"{OPERATIONS}/triggers/{{id}}", "PATCH", unwrap=RECORD),
        delete=Delete(f"{OPERATIONS}/triggers/{{id}}"),
    ),
    (
        Field("_id", ID, access=FieldAccess.READ_ONLY),
        Field("name", required=True),
        Field("automation", Relation("automation"), wire="actionId", required=True),
        Field(
            "type",
            Choice({name: name for name in ("endpoint", "manual", "schedule", "eventSystem")}),
            required=True,
            access=FieldAccess.CREATE_ONLY,
        ),
        Field("actionType", access=FieldAccess.CREATE_ONLY),
        Field("description", default=""),
        Field("enabled", BOOLEAN, default=True),
        # endpoint
        Field("verb", default="POST"),
        Field("routeName"),
        # endpoint, eventSystem
        Field("schema", Document(), stays=True),
        Field("jst", JSON),
        # manual: a change of the form is ignored
        Field(
            "json_form",
            Relation("json_form"),
            wire="formId",
            access=FieldAccess.CREATE_ONLY,
            empty_is_null=True,
        ),
        # The server drops that of a schedule.
        Field("formData", Document(), default={}, implies={"type": "manual"}),
        Field("formSchemaHash", access=FieldAccess.CREATE_ONLY, empty_is_null=True),
        Field("legacyWrapper", BOOLEAN, stays=True),
        # schedule
        Field("firstRunAt", MILLISECONDS),
        Field("repeatUnit"),
        Field("repeatFrequency", INTEGER),
        Field("repeatInterval", INTEGER),
        Field("processMissedRuns", default="none"),
        # eventSystem
        Field("source"),
        Field("topic"),
        # automations of lifecycle models
        Field("options", Document(merge=True)),
        *made_by_server((*STAMPS, "lastExecuted", "nextRunAt", "namespace", "migrationVersion")),
    ),
    key=("name", "automation"),
    id_field="_id",
)

_JOB_FIELDS = (
    "ancestors",
    "parent",
    "variables",
    "error",
    "warnings",
    "metrics",
    "tasks",
    "transitions",
    "watchers",
    "groups",
    "tags",
    "created",
    "created_by",
    "last_updated",
    "last_updated_by",
)

JOB = ResourceType(
    "job",
    Access(
        List(f"{OPERATIONS}/jobs", DATA, filters=BRACKETS, order=ORDER, include="include"),
        one=One(f"{OPERATIONS}/jobs/{{id}}", unwrap=RECORD),
        create=(),
        update=(),
        delete=(),
    ),
    (
        *made_by_server(("_id", "name", "description", "type", "status"), TEXT),
        *made_by_server(_JOB_FIELDS),
    ),
    id_field="_id",
)

TASK = ResourceType(
    "task",
    Access(
        List(f"{OPERATIONS}/tasks", DATA, filters=BRACKETS, order=ORDER, include="include"),
        one=One(f"{OPERATIONS}/tasks/{{id}}", unwrap=RECORD),
        create=(),
        update=(),
        delete=(),
    ),
    (
        *made_by_server(("_id", "name", "summary", "description", "type", "status", "view"), TEXT),
        *made_by_server(("app", "job", "iterations", "metrics", "variables", "error")),
    ),
    id_field="_id",
)

EVENT = ResourceType(
    "event",
    # Which filters it takes is not known: the client filters.
    Access(List(f"{OPERATIONS}/events", DATA), one=(), create=(), update=(), delete=()),
    (
        *made_by_server(("_id", "source", "topic", "description"), TEXT),
        *made_by_server(("schema",)),
    ),
    key=("source", "topic"),
    id_field="_id",
    # Events need not have an id.
    closed=False,
)

ROWS = (AUTOMATION, TRIGGER, JOB, TASK, EVENT)
