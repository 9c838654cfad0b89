# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Automation Studio of the simulated Platform: workflows, templates, transformations, JSON forms
and projects."""

from __future__ import annotations

import copy
import re
from typing import Any

from starlette.responses import JSONResponse, Response

from . import lists
from .base import RefusalError, now_ms
from .table import (
    Action,
    Call,
    Creating,
    Deleting,
    Listing,
    Reading,
    Record,
    Row,
    TableSimulator,
    Updating,
    now,
    object_id,
    uuid_id,
    with_data,
    with_metadata,
)

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
KINDS = {
    "workflow": "workflow",
    "template": "template",
    "transformation": "transformation",
    "jsonForm": "json_form",
    "mopCommandTemplate": "command_template",
    "mopAnalyticTemplate": "analytic_template",
}
"""Tables by type of a project's component."""


def stamps(sim: TableSimulator, record: Record) -> Record:
    """Return who made and changed a record, and when."""
    return {
        "created": now(),
        "created_by": AUTHOR,
        "last_updated": now(),
        "last_updated_by": AUTHOR,
    }


def imported(call: Call, key: str, clash: Any, shown: Any = lambda record: record) -> list[Record]:
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
    """Return the answer of a validation route."""
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
    return {"imported": imported(call, "automations", exists)}


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
            does=lambda call: {"imported": imported(call, "templates", exists)},
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
    outcomes = imported(
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


# Projects


def made_project(sim: TableSimulator, record: Record) -> Record:
    return {
        "description": "",
        "iid": len(sim.tables["project"]) + 1,
        "components": [],
        "folders": [],
        "componentIidIndex": 0,
        "backgroundColor": "#FFFFFF",
        "thumbnail": "",
        "members": [],
        "accessControl": {"read": [], "write": [], "execute": [], "manage": []},
        "created": now(),
        "createdBy": AUTHOR,
        "lastUpdated": now(),
        "lastUpdatedBy": AUTHOR,
    }


def owner(call: Call) -> Record:
    """Return the member that the calling account becomes."""
    account = call.sim.caller(call.request)
    return {
        "type": "account",
        "reference": account["_id"],
        "role": "owner",
        "provenance": account["provenance"],
        "username": account["username"],
    }


def check_project(call: Call, record: Record) -> None:
    for member in record.get("members") or []:
        if not isinstance(member, dict) or member.get("type") not in ("account", "group"):
            raise call.refuse("members: type must be account or group")
        if member.get("role") not in ("owner", "editor", "operator", "viewer"):
            raise call.refuse("members: role must be owner, editor, operator or viewer")
        table = call.sim.tables[member["type"]]
        if table.get(member.get("reference", "")) is None:
            raise call.refuse(f"members: {member['type']} {member.get('reference')} not found")


def component_name(record: Record, name: str) -> str:
    return f"@{record['_id']}: {name}"


def add_components(call: Call) -> Any:
    """Move or copy assets into a project, below a name with the project's id."""
    project, added = call.record(), []
    for wanted in (call.body or {}).get("components") or []:
        table = call.sim.tables.get(KINDS.get(wanted.get("type"), ""))
        asset = table.get(wanted.get("reference", "")) if table is not None else None
        if table is None or asset is None:
            raise call.refuse(f"component {wanted.get('reference')} not found", 404)
        if (call.body or {}).get("mode", "copy") == "copy":
            asset = table.add({k: v for k, v in asset.items() if k != table.row.id})
        asset["name"] = component_name(project, asset["name"])
        asset["namespace"] = {
            "_id": project["_id"],
            "name": project["name"],
            "type": "project",
            "accessControl": project["accessControl"],
        }
        project["componentIidIndex"] += 1
        component = {
            "iid": project["componentIidIndex"],
            "type": wanted["type"],
            "reference": asset[table.row.id],
            "folder": wanted.get("folder", "/"),
        }
        project["components"].append(component)
        added.append(component)
    return with_data(call, {"components": added})


def remove_component(call: Call) -> Any:
    project = call.record()
    kept = [one for one in project["components"] if str(one["iid"]) != call.params["component"]]
    if len(kept) == len(project["components"]):
        raise call.refuse("component not found", 404)
    project["components"] = kept
    return with_data(call, project)


def remove_assets(call: Call, project: Record) -> None:
    """Remove the assets of a deleted project."""
    for component in project["components"]:
        table = call.sim.tables[KINDS[component["type"]]]
        asset = table.get(component.get("reference", ""))
        if asset is not None:
            table.remove(asset)


def deleted_project(call: Call, records: list[Record]) -> Any:
    metadata = {"deletedComponents": len(records[0]["components"])}
    return {"message": "Successfully deleted project", "data": None, "metadata": metadata}


def export_project(call: Call, record: Record) -> Any:
    document = copy.deepcopy(record)
    for component in document["components"]:
        table = call.sim.tables[KINDS[component["type"]]]
        component["document"] = copy.deepcopy(table.get(component["reference"]))
    document["referencedComponentHashes"] = []
    return with_data(call, document)


def strict_tree(nodes: Any) -> bool:
    """Tell whether folder nodes have exactly the keys that an import accepts."""
    for node in nodes or []:
        keys = {"nodeType", "iid"}
        if node.get("nodeType") == "folder":
            keys = {"nodeType", "name", "children"}
            if not isinstance(node.get("children"), list) or not strict_tree(node["children"]):
                return False
        if set(node) != keys:
            return False
    return True


def import_project(call: Call) -> Any:
    """Import a project; components that fail are told in a 200."""
    document = call.inner("project")
    call.need(document, ("name",))
    for key in ("members", "accessControl", "componentIidIndex"):
        if key in document:
            raise call.refuse(f'"project.{key}" is not allowed', 400)
    if not strict_tree(document.get("folders")):
        raise call.refuse("folders: unexpected key", 400)
    existing = call.table.named(document["name"])
    mode = call.body.get("conflictMode", "insert-new")
    if mode not in ("insert-new", "overwrite"):
        raise call.refuse(f"conflictMode: {mode} is invalid", 400)
    if existing is not None and mode == "overwrite":
        remove_assets(call, existing)
        call.table.remove(existing)
    record = {k: v for k, v in copy.deepcopy(document).items() if k not in ("components", "_id")}
    # An import keeps the id if it is free: assumed.
    wanted = existing["_id"] if existing and mode == "overwrite" else document.get("_id")
    if wanted and call.table.get(wanted) is None:
        record["_id"] = wanted
    project = call.table.add({**record, "components": [], "members": [owner(call)]})
    failed = []
    for component in document.get("components") or []:
        table = call.sim.tables.get(KINDS.get(component.get("type"), ""))
        asset = component.get("document")
        bad = table is None or not isinstance(asset, dict) or "encodingVersion" in asset
        if bad or (component["type"] == "workflow" and problems(asset)):
            failed.append({**component, "message": "Component could not be imported"})
            continue
        plain = re.sub(r"^@[0-9a-f]+: ", "", asset["name"])
        asset = {**table.row.writable(asset), "name": component_name(project, plain)}
        asset["namespace"] = {"_id": project["_id"], "name": project["name"], "type": "project"}
        created = table.add(asset)
        project["componentIidIndex"] += 1
        project["components"].append(
            {
                "iid": component.get("iid", project["componentIidIndex"]),
                "type": component["type"],
                "reference": created[table.row.id],
                "folder": component.get("folder", "/"),
            }
        )
    metadata = {"failedComponents": failed}
    return {"message": "Successfully imported project", "data": project, "metadata": metadata}


def read_project(call: Call, body: Record) -> Record:
    """Return a new project; its components must be a list."""
    if "components" in body and body["components"] != []:
        raise call.refuse("components must be empty", 400)
    return {**body, "members": [owner(call)]}


PROJECT_FIELDS = ("name", "description", "backgroundColor", "thumbnail", "members")
PROJECT = Row(
    "project",
    (
        Listing(f"{STUDIO}/projects", envelope=lists.data, filters=lists.bracketed),
        Reading(f"{STUDIO}/projects/{{id}}", answer=with_data),
        Creating(
            f"{STUDIO}/projects",
            fields=(*PROJECT_FIELDS, "components"),
            read=read_project,
            answer=with_data,
        ),
        Updating(
            f"{STUDIO}/projects/{{id}}",
            fields=PROJECT_FIELDS,
            answer=with_data,
        ),
        Deleting(f"{STUDIO}/projects/{{id}}", answer=deleted_project, after=remove_assets),
        Action(f"{STUDIO}/projects/{{id}}/components/add", does=add_components),
        Action(
            f"{STUDIO}/projects/{{id}}/components/{{component}}",
            does=remove_component,
            method="DELETE",
        ),
        Reading(f"{STUDIO}/projects/{{id}}/export", answer=export_project),
        Action(f"{STUDIO}/projects/import", does=import_project),
    ),
    managed=("accessControl", "created", "createdBy", "lastUpdated", "lastUpdatedBy", "iid"),
    made=made_project,
    check=check_project,
    touched="lastUpdated",
    refuse=with_metadata,
)

ROWS = (WORKFLOW, TEMPLATE, TRANSFORMATION, JSON_FORM, PROJECT)
