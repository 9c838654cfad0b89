# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects of the simulated Platform: the assets in them, export and import."""

from __future__ import annotations

import copy
import re
from typing import Any

from . import lists
from .operations import Action, Creating, Deleting, Listing, Reading, Updating, with_data
from .platform_studio import AUTHOR, STUDIO, problems
from .table import Call, Record, Row, TableSimulator, now, with_metadata

KINDS = {
    "workflow": "workflow",
    "template": "template",
    "transformation": "transformation",
    "jsonForm": "json_form",
    "mopCommandTemplate": "command_template",
    "mopAnalyticTemplate": "analytic_template",
}
"""Tables by type of a project's component."""


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


def may_be_imported(component: Record, asset: Any) -> bool:
    """Tell whether an import takes a component: workflows must be valid and not encoded."""
    if not isinstance(asset, dict) or "encodingVersion" in asset:
        return False
    return component["type"] != "workflow" or not problems(asset)


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
        if table is None or not may_be_imported(component, asset):
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

ROWS = (PROJECT,)
