# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle Manager of the simulated Platform: models, instances and executions of actions."""

from __future__ import annotations

import copy
from typing import Any

from . import lists
from .base import now_ms
from .operations import Action, Creating, Listing, Reading, Updating, with_data
from .table import Call, Record, Row, TableSimulator, now, with_metadata

LCM = "/lifecycle-manager"
MODEL_FIELDS = ("name", "description", "schema", "actions")
LINKS = ("workflow", "preWorkflowJst", "postWorkflowJst")


def _select(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter by brackets; a leading minus in `sort` is refused."""
    if query.get("sort", "").startswith("-"):
        raise with_metadata("sort must not begin with a minus", 400)
    return lists.bracketed.select(records, query)


BRACKETED = lists.Filter(_select, lists.bracketed.names)


# Models


def check_model(call: Call, record: Record) -> None:
    """Refuse actions that are not valid, and number them."""
    if not isinstance(record.get("schema"), dict) or not isinstance(record.get("actions"), list):
        raise call.refuse("schema must be an object, actions an array")
    used = [action.get("_id") for action in record["actions"] if isinstance(action, dict)]
    for action in record["actions"]:
        if not isinstance(action, dict) or action.get("type") not in ("create", "update", "delete"):
            raise call.refuse("actions: type must be create, update or delete")
        if not action.get("name"):
            raise call.refuse("actions: name is required")
        if not action.get("_id"):
            number = next(n for n in range(0x1000, 0xFFFF) if f"{n:04x}" not in used)
            action["_id"] = f"{number:04x}"
            used.append(action["_id"])
        for key in LINKS:
            action.setdefault(key, None)


def read_model(call: Call, body: Record) -> Record:
    return call.pick(body, MODEL_FIELDS)


def list_models(call: Call, record: Record) -> Record:
    """Return a model; a list tells workflows by id, a single read as they were written."""
    if not isinstance(call.operation, Listing):
        return record
    workflows, shown = call.sim.tables["workflow"], copy.deepcopy(record)
    for action in shown["actions"]:
        found = workflows.named(action.get("workflow") or "")
        if found is not None:
            action["workflow"] = found["_id"]
    return shown


def delete_model(call: Call) -> Any:
    """Delete a model; if it has instances, only with `delete-associated-instances`, in the body or
    in the query, as the setting `lifecycle_delete` says."""
    model = call.record()
    instances = call.sim.tables["lifecycle_instance"]
    own = [one for one in instances if one["modelId"] == model["_id"]]
    in_body = ((call.body or {}).get("queryParameters") or {}).get("delete-associated-instances")
    in_query = call.query.get("delete-associated-instances")
    said = in_body if call.sim.settings["lifecycle_delete"] == "body" else in_query
    if own and said != "true":
        raise call.refuse("model has associated instances", 409)
    for one in own:
        instances.remove(one)
    call.table.remove(model)
    return {"message": "Successfully deleted", "data": None, "metadata": {}}


def import_model(call: Call) -> Any:
    """Import a model; actions must have all links, if only with null."""
    document = call.inner("model")
    call.need(document, ("name",))
    for action in document.get("actions") or []:
        for key in LINKS:
            if key not in action:
                raise call.refuse(f"model.actions.{key} must be string,null")
    record = read_model(call, document)
    if call.table.twin(record) is not None:
        # A clash of names is assumed to fail.
        raise call.refuse(f"model {record['name']} already exists", 409)
    check_model(call, {"schema": {}, "actions": [], **record})
    return with_data(call, call.table.add(record))


def validate_actions(call: Call) -> Any:
    actions = (call.body or {}).get("actions") or call.record()["actions"]
    if not isinstance(actions, list):
        raise call.refuse("actions must be an array")
    workflows = call.sim.tables["workflow"]
    data = []
    for action in actions:
        name = action.get("workflow") or ""
        found = workflows.named(name) or workflows.get(name)
        data.append({"_id": action.get("_id"), "runnable": found is not None})
    return {"message": "Success", "data": data, "metadata": {}}


LIFECYCLE_MODEL = Row(
    "lifecycle_model",
    (
        Listing(f"{LCM}/resources", envelope=lists.data, filters=BRACKETED),
        Reading(f"{LCM}/resources/{{id}}", answer=with_data),
        Creating(
            f"{LCM}/resources",
            needs=("name", "schema", "actions"),
            read=read_model,
            answer=with_data,
            status=201,
        ),
        Updating(
            f"{LCM}/resources/{{id}}",
            method="PUT",
            needs=MODEL_FIELDS,
            read=read_model,
            answer=with_data,
        ),
        Action(f"{LCM}/resources/{{id}}", does=delete_model, method="DELETE"),
        Action(f"{LCM}/resources/import", does=import_model),
        Reading(
            f"{LCM}/resources/{{id}}/export",
            answer=lambda call, record: {k: v for k, v in record.items() if k != "_id"},
        ),
        Action(f"{LCM}/resources/{{id}}/actions/validate", does=validate_actions, reads=True),
    ),
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy"),
    made=lambda sim, record: {
        "description": "",
        "schema": {},
        "actions": [],
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    },
    show=list_models,
    check=check_model,
    touched="lastUpdated",
    refuse=with_metadata,
)


# Instances


def model_of(call: Call) -> Record:
    model = call.sim.tables["lifecycle_model"].get(call.params["model"])
    if model is None:
        raise call.refuse(f"model {call.params['model']} not found", 404)
    return model


def of_model(call: Call, record: Record) -> bool:
    return bool(record["modelId"] == model_of(call)["_id"])


def import_instance(call: Call) -> Any:
    body, model = call.inner(None), model_of(call)
    call.need(body, ("name", "instanceData"))
    record = call.pick(body, ("name", "description", "instanceData"))
    record["modelId"] = model["_id"]
    if call.table.twin(record) is not None:
        raise call.refuse(f"instance {record['name']} already exists", 409)
    return with_data(call, call.table.add(record))


def run_action(call: Call) -> Any:
    """Run an action at once: creations make an instance, deletions mark it."""
    model, body = model_of(call), call.inner(None)
    action = next((a for a in model["actions"] if a["_id"] == body.get("actionId")), None)
    if action is None:
        raise call.refuse(f"action {body.get('actionId')} not found", 404)
    instance = target_of(call, action, body)
    inputs = copy.deepcopy(body.get("inputs") or {})
    if action["type"] == "create":
        instance = call.table.add(
            {
                "name": body["instanceName"],
                "description": body.get("instanceDescription", ""),
                "modelId": model["_id"],
                "instanceData": inputs,
            }
        )
    elif action["type"] == "update":
        instance["instanceData"].update(inputs)
    else:
        instance["stateId"] = "0002"
    execution = call.sim.tables["lifecycle_execution"].add(
        {
            "modelId": model["_id"],
            "modelName": model["name"],
            "instanceId": instance["_id"],
            "instanceName": instance["name"],
            "actionId": action["_id"],
            "actionName": action["name"],
            "actionType": action["type"],
        }
    )
    instance["lastAction"] = {
        "_id": action["_id"],
        "executionId": execution["_id"],
        "name": action["name"],
        "type": action["type"],
        "status": execution["status"],
    }
    if call.sim.settings["lifecycle_answer"] == "execution":
        return {"success": True, "data": {"executionId": execution["_id"]}}
    return {"message": "Success", "data": execution, "metadata": {}}


def target_of(call: Call, action: Record, body: Record) -> Record:
    """Return the instance of an action: forbidden for a creation, required otherwise."""
    if action["type"] == "create":
        if body.get("instance"):
            raise call.refuse("instance is not allowed for a create action")
        if not body.get("instanceName"):
            raise call.refuse("instanceName is required for a create action")
        return {}
    instance = call.table.get(body.get("instance") or "")
    if instance is None:
        raise call.refuse("instance is required for this action")
    return instance


INSTANCES = f"{LCM}/resources/{{model}}/instances"
LIFECYCLE_INSTANCE = Row(
    "lifecycle_instance",
    (
        Listing(INSTANCES, envelope=lists.data, filters=BRACKETED, only=of_model),
        Reading(f"{INSTANCES}/{{id}}", answer=with_data),
        Updating(
            f"{INSTANCES}/{{id}}", method="PUT", fields=("name", "description"), answer=with_data
        ),
        Action(f"{INSTANCES}/import", does=import_instance),
        Reading(
            f"{INSTANCES}/{{id}}/export",
            answer=lambda call, record: {
                key: record[key] for key in ("name", "description", "instanceData")
            },
        ),
        Action(f"{LCM}/resources/{{model}}/run-action", does=run_action),
    ),
    unique=("name", "modelId"),
    made=lambda sim, record: {
        "description": "",
        "instanceData": {},
        "stateId": "0001",
        "lastAction": None,
        "created": now(),
        "lastUpdated": now(),
    },
    touched="lastUpdated",
    refuse=with_metadata,
)


# Executions


def made_execution(sim: TableSimulator, record: Record) -> Record:
    phases = ("preTransformation", "workflow", "postTransformation")
    return {
        "status": "complete",
        "startTime": now_ms(),
        "endTime": now_ms(),
        "jobId": None,
        "progress": [{"_id": phase, "status": "complete"} for phase in phases],
        "errors": [],
    }


def cancel(call: Call) -> Any:
    execution = call.record()
    execution["status"] = "canceled"
    return with_data(call, execution)


LIFECYCLE_EXECUTION = Row(
    "lifecycle_execution",
    (
        Listing(f"{LCM}/action-executions", envelope=lists.data, filters=BRACKETED),
        Reading(f"{LCM}/action-executions/{{id}}", answer=with_data),
        Action(
            f"{LCM}/action-executions/{{id}}/cancel",
            does=cancel,
            releases=("6.5", "6.6"),
        ),
    ),
    unique=(),
    made=made_execution,
    refuse=with_metadata,
)

ROWS = (LIFECYCLE_MODEL, LIFECYCLE_INSTANCE, LIFECYCLE_EXECUTION)
