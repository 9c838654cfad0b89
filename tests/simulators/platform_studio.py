# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Automation Studio of the simulated Platform: workflows, templates, transformations and
JSON forms."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import JSONResponse, Response

from . import lists
from .base import RefusalError, now_ms
from .operations import Action, Creating, Deleting, Listing, Reading, Updating
from .table import Call, Record, Row, TableSimulator, now, object_id, uuid_id

STAMPS = ("created", "created_by", "last_updated", "last_updated_by")
AUTHOR = {"_id": object_id(0), "provenance": "Local AAA", "username": "admin"}
WORKFLOW_MANAGED = (
    *STAMPS,
    "createdVersion",
    "lastUpdatedVersion",
    "encodingVersion",
    "namespace",
    "errors",
)


def stamps(sim: TableSimulator, record: Record) -> Record:
    """Return who made and changed a record, and when."""
    return {
        "created": now(),
        "created_by": AUTHOR,
        "last_updated": now(),
        "last_updated_by": AUTHOR,
    }


def import_documents(
    call: Call, key: str, clash: Any, shown: Any = lambda record: record
) -> list[Record]:
    """Import the documents at a key of the body; gives one outcome each.

    `clash(call, document)` returns the reason why an existing name fails, or renames it and
    returns `None`.
    """
    documents = call.body.get(key) if isinstance(call.body, dict) else None
    if not isinstance(documents, list) or not documents:
        raise call.refuse(f"Missing Params: {key} (array)")
    outcomes = []
    for document in documents:
        record = call.table.row.writable(document)
        reason = None
        if not record.get("name"):
            reason = "name is required"
        elif call.table.twin(record) is not None:
            reason = clash(call, record)
        if reason is None:
            try:
                call.table.row.check(call, record)
            except RefusalError as exc:
                reason = bytes(exc.response.body).decode()
        if reason is None:
            created = call.table.add(record)
            outcome = {
                "success": True,
                "message": "Successfully imported",
                "created": shown(created),
            }
        else:
            outcome = {"success": False, "message": reason, "created": None}
        outcomes.append({**outcome, "original": document})
    return outcomes


def exists(call: Call, record: Record) -> str:
    """Return the reason why an import of an existing name fails."""
    return f"{call.table.row.name} {record['name']} already exists"


def without_text_tags(call: Call, record: Record) -> None:
    """Keep only tags that are objects: the server drops others silently."""
    if "tags" in record:
        tags = record["tags"] if isinstance(record["tags"], list) else []
        record["tags"] = [tag for tag in tags if isinstance(tag, dict)]


def validation(errors: list[str]) -> Record:
    """Return the response of a validation route."""
    found = [{"code": "INVALID", "message": message, "path": ""} for message in errors]
    return {"isValid": not errors, "errors": found, "warnings": []}


# Workflows


def problems(document: Record) -> list[str]:
    """Return what is wrong with a workflow's document."""
    tasks = document.get("tasks")
    if not isinstance(tasks, dict):
        return ["tasks must be an object"]
    names = [task for task in tasks if task not in ("workflow_start", "workflow_end")]
    found = [f"invalid task id {task}" for task in names if not re.fullmatch("[0-9a-f]{1,4}", task)]
    transitions = document.get("transitions") or {}
    return found + [
        f"transition from unknown task {one}" for one in transitions if one not in tasks
    ]


def made_workflow(sim: TableSimulator, record: Record) -> Record:
    return {
        **stamps(sim, record),
        "type": "automation",
        "canvasVersion": 3,
        "font_size": 12,
        "tasks": {},
        "transitions": {},
        "inputSchema": {"type": "object", "properties": {}, "required": []},
        "outputSchema": {"type": "object", "properties": {}, "required": []},
        "groups": [],
        "tags": [],
        "createdVersion": sim.release,
        "lastUpdatedVersion": sim.release,
        "encodingVersion": 1,
        "errors": [],
    }


def check_workflow(call: Call, record: Record) -> None:
    """Refuse a document whose tasks are no object; other problems make a draft."""
    if "tasks" in record and not isinstance(record["tasks"], dict):
        raise call.refuse("Missing Params: tasks (object)")
    without_text_tags(call, record)
    record["errors"] = [{"message": message} for message in problems({"tasks": {}, **record})]


def refuse_workflow_twin(call: Call, record: Record) -> None:
    raise call.refuse(f"Automation {record['name']} already exists", 500)


def update_workflow(call: Call, body: Record) -> Record:
    """Refuse the update of a project's workflow below a name without the project."""
    record = call.record()
    if record.get("namespace") and body.get("name", record["name"]) != record["name"]:
        raise call.refuse("The name of an asset of a project must keep its prefix", 400)
    return body


def import_workflows(call: Call) -> Any:
    for document in (call.body or {}).get("automations") or []:
        if call.table.named(document.get("name", "")) is not None:
            raise call.refuse(f"Automation {document['name']} already exists", 500)
        deep = problems(document) if call.sim.release == "6.6" else []
        if deep:
            failed = {"success": False, "message": deep[0], "original": document, "created": None}
            return {"imported": [failed]}
    return {"imported": import_documents(call, "automations", exists)}


def export_workflow(call: Call) -> Any:
    options = call.inner("options")
    found = call.table.get(options.get("_id", "")) or call.table.named(options.get("name", ""))
    if found is None:
        raise call.refuse("Automation not found", 404)
    return {key: value for key, value in found.items() if key != "_id"}


def deleted_workflow(call: Call, records: list[Record]) -> Any:
    if call.sim.release != "2023.2":
        return True
    return {"lastErrorObject": {"n": 1}, "value": records[0], "ok": 1}


def rename_workflow(call: Call) -> Any:
    """Rename a workflow; the body is assumed."""
    body = call.inner(None)
    call.need(body, ("name", "newName"))
    found = call.table.named(body["name"])
    if found is None:
        raise call.refuse(f"Automation {body['name']} not found", 500)
    found["name"] = body["newName"]
    return found


def no_workflow(call: Call) -> Any:
    raise call.refuse(f"Automation {call.params['name']} not found", 500)


def created_edit(call: Call, record: Record) -> Any:
    return {"created": record, "edit": f"/automation-studio/#/edit?id={record['_id']}"}


def updated_edit(call: Call, record: Record) -> Any:
    return {"updated": record, "edit": f"/automation-studio/#/edit?id={record['_id']}"}


STUDIO = "/automation-studio"
WORKFLOW = Row(
    "workflow",
    (
        Listing(f"{STUDIO}/workflows", envelope=lists.items, filters=lists.bracketed),
        Reading(f"{STUDIO}/workflows/detailed/{{name}}", missing=lambda call: {}),
        Creating(
            f"{STUDIO}/automations",
            wrap="automation",
            duplicate=refuse_workflow_twin,
            answer=created_edit,
        ),
        Updating(
            f"{STUDIO}/automations/{{id}}",
            method="PUT",
            wrap="update",
            whole=True,
            needs=("name",),
            read=update_workflow,
            answer=updated_edit,
        ),
        Action(f"{STUDIO}/automations/import", does=import_workflows),
        Action("/workflow_builder/export", does=export_workflow, reads=True),
        Action("/workflow_builder/workflows/rename", does=rename_workflow),
        Deleting(
            "/workflow_builder/workflows/delete/{name}",
            answer=deleted_workflow,
            missing=no_workflow,
        ),
        Action(
            f"{STUDIO}/workflows/validate",
            does=lambda call: validation(problems(call.inner("workflow"))),
            releases=("6.6",),
            reads=True,
        ),
        Action(
            "/workflow_engine/workflows/validate",
            does=lambda call: validation(problems(call.inner("asset"))),
            releases=("6.6",),
            reads=True,
        ),
    ),
    new_id=uuid_id,
    managed=WORKFLOW_MANAGED,
    made=made_workflow,
    check=check_workflow,
    touched="last_updated",
)


# Templates

TEMPLATE_FIELDS = ("name", "group", "command", "description", "template", "data")


def check_template(call: Call, record: Record) -> None:
    if record.get("type") not in ("textfsm", "jinja2"):
        raise call.refuse("Missing Params: type (textfsm or jinja2)")
    if not record.get("group"):
        raise call.refuse("Missing Params: group (non-empty string)")
    if not isinstance(record.get("data", ""), str):
        raise call.refuse("Missing Params: data (JSON string)")


TEMPLATE = Row(
    "template",
    (
        Listing(f"{STUDIO}/templates", envelope=lists.items, filters=lists.bracketed),
        Reading(f"{STUDIO}/templates/{{id}}"),
        Creating(
            f"{STUDIO}/templates", wrap="template", needs=TEMPLATE_FIELDS, answer=created_edit
        ),
        Updating(
            f"{STUDIO}/templates/{{id}}",
            method="PUT",
            wrap="update",
            whole=True,
            needs=(*TEMPLATE_FIELDS, "type"),
            answer=updated_edit,
        ),
        Deleting(f"{STUDIO}/templates/{{id}}", answer=lambda call, records: records[0]),
        Reading(
            f"{STUDIO}/templates/{{id}}/export",
            answer=lambda call, record: {k: v for k, v in record.items() if k != "_id"},
        ),
        # A clash of names is assumed to fail.
        Action(
            f"{STUDIO}/templates/import",
            does=lambda call: {"imported": import_documents(call, "templates", exists)},
        ),
        Action(
            f"{STUDIO}/templates/validate",
            does=lambda call: validation(
                [name for name in TEMPLATE_FIELDS if call.inner("template").get(name) is None]
            ),
            releases=("6.6",),
            reads=True,
        ),
    ),
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy", "namespace", "version"),
    made=lambda sim, record: {
        "group": "general",
        "command": "",
        "type": "jinja2",
        "template": "",
        "data": "{}",
        "description": "",
        "created": now(),
        "createdBy": AUTHOR,
        "lastUpdated": now(),
        "lastUpdatedBy": AUTHOR,
    },
    check=check_template,
    touched="lastUpdated",
)


# Transformations


def api_error(message: str, status: int) -> RefusalError:
    """Return a refusal in the form of the transformations."""
    error = {"code": status, "message": message, "errors": [{"message": message}]}
    content = {"apiVersion": "1.0", "method": "transformations", "error": error}
    return RefusalError(JSONResponse(content, status))


def rename_twin(call: Call, record: Record) -> None:
    record["name"] = call.table.rename(record["name"])


def import_transformation(call: Call) -> Any:
    """Import one document; a name that exists is changed silently."""
    document = call.inner(None)
    call.need(document, ("name",))
    record = call.table.row.writable(document)
    if call.table.twin(record) is not None:
        rename_twin(call, record)
    return call.table.add(record)


def deleted_transformation(call: Call, records: list[Record]) -> Any:
    """Answer with the record or with nothing: releases differ, by assumption."""
    if call.sim.release == "2023.2":
        return {"results": records, "total": 1}
    return Response(status_code=204)


TRANSFORMATION = Row(
    "transformation",
    (
        Listing("/transformations", envelope=lists.results, filters=lists.paired),
        Reading("/transformations/{id}", missing=lambda call: {"results": [], "total": 0}),
        Creating("/transformations"),
        Updating("/transformations/{id}", method="PUT", whole=True, needs=("name",)),
        Deleting("/transformations/{id}", answer=deleted_transformation),
        Action("/transformations/import", does=import_transformation),
        Action(
            "/transformations/{id}",
            does=lambda call: {"outgoing": call.body, "_id": call.record()["_id"]},
            reads=True,
        ),
    ),
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy", "namespace", "version"),
    made=lambda sim, record: {
        "incoming": [],
        "outgoing": [],
        "steps": [],
        "functions": [],
        "comments": [],
        "view": {},
        "description": "",
        "tags": [],
        "version": "2.0",
        "created": now(),
        "createdBy": AUTHOR,
        "lastUpdated": now(),
        "lastUpdatedBy": AUTHOR,
    },
    check=without_text_tags,
    touched="lastUpdated",
    refuse=api_error,
)


# JSON forms

FORM_FIELDS = (
    "name",
    "description",
    "struct",
    "schema",
    "uiSchema",
    "bindingSchema",
    "validationSchema",
    "version",
)


def form_exists(call: Call, record: Record) -> Any:
    """Answer 200 for a failure."""
    return {"status": "failure", "message": f"Form with name {record['name']} already exists"}


def import_forms(call: Call) -> Any:
    outcomes = import_documents(
        call, "forms", exists, lambda record: {"_id": record["id"], "name": record["name"]}
    )
    failed = sum(not outcome["success"] for outcome in outcomes)
    status = "failure" if failed else "success"
    return {"message": f"{failed} forms failed", "status": status, "imported": outcomes}


JSON_FORM = Row(
    "json_form",
    (
        Listing("/json-forms/forms", paging=lists.unpaged, sorts=False),
        Reading("/json-forms/forms/{id}", missing=lambda call: None),
        Creating(
            "/json-forms/forms",
            fields=FORM_FIELDS,
            duplicate=form_exists,
            answer=lambda call, record: {"status": "success", "n": 1, "doc": record},
        ),
        # That a missing field is refused is assumed; it would be lost otherwise.
        Updating(
            "/json-forms/forms/{id}",
            method="PUT",
            wrap="options",
            whole=True,
            needs=(*FORM_FIELDS, "created", "createdBy", "lastUpdated", "lastUpdatedBy"),
            answer=lambda call, record: {"status": "success", "n": 1, "nModified": 1},
        ),
        Deleting(
            "/json-forms/forms",
            ids="ids",
            answer=lambda call, records: {"status": "success", "n": len(records)},
        ),
        Action("/json-forms/import/forms", does=import_forms),
    ),
    id="id",
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy", "_id"),
    made=lambda sim, record: {
        "description": "",
        "struct": {},
        "schema": {},
        "uiSchema": {},
        "bindingSchema": {},
        "validationSchema": {},
        "version": "1.0.0",
        "created": now_ms(),
        "createdBy": AUTHOR,
        "lastUpdated": now_ms(),
        "lastUpdatedBy": AUTHOR,
    },
)

ROWS = (WORKFLOW, TEMPLATE, TRANSFORMATION, JSON_FORM)
