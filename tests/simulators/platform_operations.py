# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations Manager of the simulated Platform: automations and triggers."""

from __future__ import annotations

from typing import Any

from . import lists
from .base import now_ms
from .operations import Action, Creating, Deleting, Listing, Reading, Updating, with_data
from .platform_jobs import OM, check_types, deletion, new_job
from .table import Call, Record, Row, TableSimulator, now, with_metadata

COMPONENTS = {
    "workflows": "workflow",
    "ucm_compliance_plans": "compliance_plan",
    "resource_models": "lifecycle_model",
    "agents": "",
}
"""Tables by type of an automation's component."""
UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000}


# Automations


def without_parentheses(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter by field pairs; `equals` does not match a name with parentheses."""
    if "(" in query.get("equals", "") and query.get("equalsField") == "name":
        return []
    return lists.paired.select(records, query)


WITHOUT_PARENTHESES = lists.Filter(without_parentheses, lists.paired.names)


def check_automation(call: Call, record: Record) -> None:
    body = call.body if isinstance(call.body, dict) else {}
    named = "componentId" in body or "componentName" in body
    if call.sim.release == "6.6" and named and "componentType" not in body:
        raise call.refuse("componentType is required with componentId or componentName")
    kind = record.get("componentType")
    if kind is not None and kind not in COMPONENTS:
        raise call.refuse(f"componentType must be one of {', '.join(COMPONENTS)}")
    check_gbac(call, record)
    table = call.sim.tables.get(COMPONENTS.get(kind or "", ""))
    if table is None:
        return
    sent = {**record, **body}
    if "componentName" in body and "componentId" not in body:
        found = table.named(sent["componentName"])
        record["componentId"] = found[table.row.id] if found else None
    found = table.get(record.get("componentId") or "")
    record["componentName"] = found["name"] if found else sent.get("componentName")


def check_gbac(call: Call, record: Record) -> None:
    """Refuse group names and objects, and a list of readers without one of writers."""
    gbac = record.get("gbac") or {}
    if not isinstance(gbac, dict):
        raise call.refuse("gbac must be an object")
    if gbac.get("read") and not gbac.get("write"):
        raise call.refuse("gbac.write is required if gbac.read is set")
    for group in [*(gbac.get("read") or []), *(gbac.get("write") or [])]:
        if not isinstance(group, str) or call.sim.tables["group"].get(group) is None:
            raise call.refuse(f"gbac: {group} is not the id of a group")


def automation_fields() -> tuple[str, ...]:
    return ("name", "description", "componentType", "componentId", "componentName", "gbac")


def export_automation(call: Call, record: Record) -> Any:
    """Return the automation with its triggers, without ids, and groups as objects."""
    document = {k: v for k, v in record.items() if k != "componentId"}
    groups = call.sim.tables["group"]
    document["gbac"] = {
        side: [
            {k: group.get(k) for k in ("name", "provenance", "description")}
            for group in map(groups.get, record["gbac"].get(side) or [])
            if group is not None
        ]
        for side in ("read", "write")
    }
    triggers = call.sim.tables["trigger"]
    document["triggers"] = [one for one in triggers if one["actionId"] == record["_id"]]
    return with_data(call, document)


def import_automations(call: Call) -> Any:
    """Import automations with their triggers; failures are told in a 200."""
    documents = (call.body or {}).get("automations")
    if not isinstance(documents, list):
        raise call.refuse("automations is required")
    outcomes = []
    for document in documents:
        reason = why_not_imported(call, document)
        if reason:
            outcomes.append({"success": False, "reason": reason, "data": document})
            continue
        outcomes.append({"success": True, "data": take_automation(call, document)})
    errors = [outcome for outcome in outcomes if not outcome["success"]]
    return {"message": "Import finished", "data": outcomes, "metadata": {"errors": errors}}


def why_not_imported(call: Call, document: Record) -> str | None:
    gbac = document.get("gbac") or {}
    if not document.get("name"):
        return "name is required"
    if call.table.named(document["name"]) is not None:
        return f"automation {document['name']} already exists"
    if gbac.get("read") and not gbac.get("write"):
        return "gbac.write is required if gbac.read is set"
    for group in [*(gbac.get("read") or []), *(gbac.get("write") or [])]:
        if not isinstance(group, dict) or not call.sim.tables["group"].named(group.get("name", "")):
            return f"gbac: group {group} not found"
    table = call.sim.tables.get(COMPONENTS.get(document.get("componentType", ""), ""))
    if table is not None and table.named(document.get("componentName", "")) is None:
        return f"{table.row.name} {document.get('componentName')} not found"
    return None


def take_automation(call: Call, document: Record) -> Record:
    record = call.table.row.writable(document, automation_fields())
    groups = call.sim.tables["group"]
    record["gbac"] = {
        side: [
            found["_id"]
            for group in (document.get("gbac") or {}).get(side) or []
            if (found := groups.named(group["name"])) is not None
        ]
        for side in ("read", "write")
    }
    table = call.sim.tables.get(COMPONENTS.get(document.get("componentType", ""), ""))
    found = table.named(document.get("componentName", "")) if table is not None else None
    if table is not None and found is not None:
        record["componentId"] = found[table.row.id]
    created = call.table.add(record)
    for trigger in document.get("triggers") or []:
        kept = {k: v for k, v in trigger.items() if k != "_id"}
        call.sim.tables["trigger"].add({**kept, "actionId": created["_id"]})
    return created


def automation_types(call: Call) -> Any:
    return {"message": "Success", "data": list(COMPONENTS), "metadata": {}}


def validate_automation(call: Call) -> Any:
    """Validate without writing; the path is assumed."""
    body = call.inner(None)
    errors = [] if body.get("name") else ["name is required"]
    found = [{"code": "INVALID", "message": message, "path": ""} for message in errors]
    return {"isValid": not errors, "errors": found, "warnings": []}


AUTOMATION = Row(
    "automation",
    (
        Listing(
            f"{OM}/automations",
            envelope=lists.data,
            filters=WITHOUT_PARENTHESES,
            refuse_brackets=True,
        ),
        Reading(f"{OM}/automations/{{id}}", answer=with_data),
        Creating(f"{OM}/automations", fields=automation_fields(), answer=with_data),
        Updating(f"{OM}/automations/{{id}}", fields=automation_fields(), answer=with_data),
        Action(f"{OM}/automations", does=import_automations, method="PUT"),
        Reading(f"{OM}/automations/{{id}}/export", answer=export_automation),
        Deleting(f"{OM}/automations/{{id}}", answer=deletion),
        Action(f"{OM}/automation-types", does=automation_types, method="GET", reads=True),
        Action(
            f"{OM}/automations/validate",
            does=validate_automation,
            releases=("6.6",),
            reads=True,
        ),
    ),
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy"),
    made=lambda sim, record: {
        "description": "",
        "componentType": "workflows",
        "componentId": None,
        "componentName": None,
        "gbac": {"read": [], "write": []},
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    },
    check=check_automation,
    touched="lastUpdated",
    refuse=with_metadata,
)


# Triggers


def by_pair_or_enabled(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter by field pairs and by `enabled`."""
    if "enabled" in query:
        wanted = query["enabled"] == "true"
        records = [record for record in records if record["enabled"] is wanted]
    return lists.paired.select(records, query)


PAIR_OR_ENABLED = lists.Filter(by_pair_or_enabled, f"{lists.paired.names}|enabled")


def made_trigger(sim: TableSimulator, record: Record) -> Record:
    kind = record.get("type")
    common = {
        "description": "",
        "enabled": True,
        "actionType": "automations",
        "lastExecuted": None,
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    }
    own: dict[Any, Record] = {
        "manual": {
            "formId": None,
            "formData": {},
            "formSchemaHash": None,
            "legacyWrapper": True,
        },
        "endpoint": {"jst": None},
        "schedule": {"processMissedRuns": "none", "nextRunAt": record.get("firstRunAt")},
        "eventSystem": {"jst": None, "legacyWrapper": True},
    }
    return {**common, **own.get(kind, {})}


def check_trigger(call: Call, record: Record) -> None:
    if record.get("type") not in ("endpoint", "manual", "schedule", "eventSystem"):
        raise call.refuse("type must be endpoint, manual, schedule or eventSystem")
    if record["type"] == "endpoint" and not record.get("routeName"):
        raise call.refuse("routeName is required")
    if record["type"] == "eventSystem" and not (record.get("source") and record.get("topic")):
        raise call.refuse("source and topic are required")
    unit = record.get("repeatUnit")
    if unit is not None and unit not in UNITS:
        raise call.refuse(f"repeatUnit must be one of {', '.join(UNITS)}")
    form = record.get("formId")
    if call.sim.release == "6.6" and form and call.sim.tables["json_form"].get(form) is None:
        raise call.refuse(f"formId: form {form} not found", 422)


def create_trigger(call: Call, body: Record) -> Record:
    """Return a new trigger; form data of a schedule is dropped silently."""
    if call.sim.tables["automation"].get(body["actionId"]) is None:
        raise call.refuse(f"automation {body['actionId']} not found", 404)
    # A route whose trigger was created without verb or schema is never served.
    complete = body.get("verb") == "POST" and isinstance(body.get("schema"), dict)
    kept = without(call, body, ("formData",) if body["type"] == "schedule" else ())
    return {**kept, "_served": complete} if body["type"] == "endpoint" else kept


def change_trigger(call: Call, body: Record) -> Record:
    """Return the changes; the form of a manual trigger is kept silently."""
    return without(call, body, ("formId", "formSchemaHash", "actionId", "type"))


def without(call: Call, body: Record, names: tuple[str, ...]) -> Record:
    """Return a body without fields that are ignored silently."""
    call.ignore(name for name in names if name in body)
    return {key: value for key, value in body.items() if key not in names}


def import_triggers(call: Call) -> Any:
    outcomes = []
    for document in (call.body or {}).get("triggers") or []:
        record = call.table.row.writable(document)
        if call.table.twin(record) is not None:
            reason = f"trigger {record.get('name')} already exists"
            outcomes.append({"success": False, "reason": reason, "data": document})
        else:
            outcomes.append({"success": True, "data": call.table.add(record)})
    errors = [outcome for outcome in outcomes if not outcome["success"]]
    return {"message": "Import finished", "data": outcomes, "metadata": {"errors": errors}}


def delete_triggers(call: Call) -> Any:
    """Delete the triggers of an automation."""
    found = [one for one in call.table if one["actionId"] == call.params["action"]]
    for one in found:
        call.table.remove(one)
    return {"message": "Success", "data": None, "metadata": {"deletedCount": len(found)}}


def run_manual(call: Call) -> Any:
    trigger = call.record()
    if trigger["type"] != "manual":
        raise call.refuse("trigger is not manual")
    data = (call.body or {}).get("formData") or {}
    return fire(call, trigger, {"formData": data} if trigger["legacyWrapper"] else data)


def run_endpoint(call: Call) -> Any:
    route = call.params["route"]
    for trigger in call.table:
        served = trigger.get("_served", True) and trigger["enabled"]
        if trigger.get("routeName") == route and served:
            check_types(call, trigger.get("schema") or {}, call.body or {})
            return fire(call, trigger, call.body or {})
    raise call.refuse(f"no route {route}", 404)


def fire(call: Call, trigger: Record, variables: Record) -> Any:
    automation = call.sim.tables["automation"].get(trigger["actionId"])
    name = (automation or {}).get("componentName")
    trigger["lastExecuted"] = now_ms()
    return with_data(call, new_job(call, name or "", variables, {}))


TRIGGER = Row(
    "trigger",
    (
        Listing(
            f"{OM}/triggers", envelope=lists.data, filters=PAIR_OR_ENABLED, refuse_brackets=True
        ),
        Reading(f"{OM}/triggers/{{id}}", answer=with_data),
        Creating(
            f"{OM}/triggers",
            needs=("name", "type", "actionId", "actionType"),
            read=create_trigger,
            answer=with_data,
        ),
        Updating(f"{OM}/triggers/{{id}}", read=change_trigger, answer=with_data),
        Action(f"{OM}/triggers", does=import_triggers, method="PUT"),
        Reading(f"{OM}/triggers/{{id}}/export", answer=with_data),
        Deleting(f"{OM}/triggers/{{id}}", answer=deletion),
        Action(f"{OM}/triggers/action/{{action}}", does=delete_triggers, method="DELETE"),
        Action(f"{OM}/triggers/manual/{{id}}/run", does=run_manual),
        Action(f"{OM}/triggers/endpoint/{{route}}", does=run_endpoint),
    ),
    unique=("name", "actionId"),
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy", "lastExecuted", "nextRunAt"),
    made=made_trigger,
    show=lambda call, record: {k: v for k, v in record.items() if k != "_served"},
    check=check_trigger,
    touched="lastUpdated",
    refuse=with_metadata,
)

ROWS = (AUTOMATION, TRIGGER)
