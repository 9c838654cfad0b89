# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle Manager: models, their instances and the executions of actions.

Sources: docs/protocols/itential-platform.md section 9.
"""

from __future__ import annotations

from ...core.records.access import Access, Delete, List, One, Write
from ...core.records.documents import Document
from ...core.records.fields import Field, FieldAccess
from ...core.records.kinds import ID, Relation
from ...core.records.types import ResourceType
from ..dialects import BRACKETS
from ..paging import DATA
from .common import FAILED, ORDER, RECORD, STAMPS, made_by_server

_LIFECYCLE = "/lifecycle-manager"
_MODEL = f"{_LIFECYCLE}/resources/{{id}}"
_WITH_INSTANCES = {"delete-associated-instances": "true"}
_ID = Field("_id", ID, access=FieldAccess.READ_ONLY)

LIFECYCLE_MODEL = ResourceType(
    "lifecycle_model",
    Access(
        # A list tells workflows by id, a single read by the name under which they were written.
        List(f"{_LIFECYCLE}/resources", DATA, filters=BRACKETS, order=ORDER, partial=True),
        one=One(_MODEL, unwrap=RECORD),
        create=Write(
            f"{_LIFECYCLE}/resources",
            body={"description": "{description:}"},
            unwrap=RECORD,
            partial=True,
            failures=FAILED,
        ),
        update=Write(
            _MODEL,
            "PUT",
            body={
                "name": "{name}",
                "description": "{description:}",
                "schema": "{schema}",
                "actions": "{actions}",
            },
            unwrap=None,
            failures=FAILED,
        ),
        # Servers look for this in the body or in the query. Without it, a model that has instances
        # is not deleted.
        delete=Delete(
            _MODEL,
            params=_WITH_INSTANCES,
            body={"queryParameters": _WITH_INSTANCES},
            failures=FAILED,
        ),
    ),
    (
        _ID,
        Field("name", required=True),
        Field("description", default=""),
        Field("schema", Document(), required=True),
        # The ids of actions are kept: executions and triggers refer to them.
        Field(
            "actions",
            Document(
                managed=("*._id",),
                unordered={"": "name"},
                merge=True,
                relations={"*.workflow": "workflow"},
                by_name=("*.workflow",),
            ),
            required=True,
        ),
        *made_by_server(STAMPS),
    ),
    key=("name",),
    id_field="_id",
)

_INSTANCES = f"{_LIFECYCLE}/resources/{{model}}/instances"

LIFECYCLE_INSTANCE = ResourceType(
    "lifecycle_instance",
    Access(
        List(_INSTANCES, DATA, filters=BRACKETS, order=ORDER),
        one=One(f"{_INSTANCES}/{{id}}", unwrap=RECORD),
        # An import only stores the instance; to change devices, run an action of the model.
        create=Write(
            f"{_INSTANCES}/import",
            defaults={"description": "", "instanceData": {}},
            unwrap=RECORD,
            partial=True,
            failures=FAILED,
        ),
        update=Write(f"{_INSTANCES}/{{id}}", "PUT", unwrap=None, failures=FAILED),
        # Instances are deleted by an action of the model.
        delete=(),
    ),
    (
        _ID,
        Field(
            "model",
            Relation("lifecycle_model"),
            wire="modelId",
            access=FieldAccess.CREATE_ONLY,
            required=True,
        ),
        Field("name", required=True),
        Field("description", default=""),
        Field("instanceData", Document(), access=FieldAccess.CREATE_ONLY),
        *made_by_server(("stateId", "lastAction", *STAMPS)),
    ),
    key=("model", "name"),
    id_field="_id",
)

LIFECYCLE_EXECUTION = ResourceType(
    "lifecycle_execution",
    Access(
        List(f"{_LIFECYCLE}/action-executions", DATA, filters=BRACKETS, order=ORDER),
        one=One(f"{_LIFECYCLE}/action-executions/{{id}}", unwrap=RECORD),
        create=(),
        update=(),
        delete=(),
    ),
    (
        _ID,
        Field("model", Relation("lifecycle_model"), wire="modelId", access=FieldAccess.READ_ONLY),
        *made_by_server(
            (
                "modelName",
                "instanceId",
                "instanceName",
                "actionId",
                "actionName",
                "actionType",
                "status",
                "startTime",
                "endTime",
                "jobId",
                "progress",
                "errors",
            )
        ),
    ),
    id_field="_id",
)

ROWS = (LIFECYCLE_MODEL, LIFECYCLE_INSTANCE, LIFECYCLE_EXECUTION)
