# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Golden configurations, compliance plans and reports of the simulated Platform."""

from __future__ import annotations

import copy
import itertools
import re
from typing import Any

from . import lists
from .operations import Action, Creating, Deleting, Listing, Reading, Updating
from .table import Call, Record, Row, TableSimulator, now, object_id, status_message

CM = "/configuration_manager"
_spec_numbers = itertools.count(0xC0F16)


# Golden configurations


def new_node(sim: TableSimulator, name: str, devices: list[str] | None = None) -> Record:
    """Return a node of a tree, with an empty configuration specification."""
    spec = object_id(next(_spec_numbers))
    sim.tables["config_spec"].add({"id": spec, "template": "", "variables": {}})
    return {
        "name": name,
        "attributes": {"configId": spec, "devices": devices or [], "deviceGroups": []},
        "children": [],
    }


def made_tree(sim: TableSimulator, record: Record) -> Record:
    return {
        "deviceType": "cisco-ios",
        "description": "",
        "tags": [],
        "versions": {"initial": {"root": new_node(sim, "base"), "variables": {}}},
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    }


def show_tree(call: Call, record: Record) -> Record:
    """Return a tree; its versions are told by name."""
    return {**record, "versions": list(record["versions"])}


def check_tree(call: Call, record: Record) -> None:
    if call.sim.tables["parser"].named(record.get("deviceType", "")) is None:
        raise call.refuse(f"deviceType {record.get('deviceType')} has no parser", 500)


def version_of(call: Call, tree: Record, version: str) -> Record:
    found = tree["versions"].get(version)
    if found is None:
        raise call.refuse(f"version {version} not found", 404)
    return found


def tree_version(call: Call) -> Any:
    tree = call.record()
    version = version_of(call, tree, call.params["version"])
    return {
        "id": tree["id"],
        "name": tree["name"],
        "version": call.params["version"],
        "root": version["root"],
        "variables": version["variables"],
    }


def add_version(call: Call) -> Any:
    """Add a version, a copy of the version `base`."""
    tree, body = call.record(), call.inner(None)
    call.need(body, ("name", "base"))
    if body["name"] in tree["versions"]:
        raise call.refuse(f"version {body['name']} already exists", 409)
    tree["versions"][body["name"]] = copy.deepcopy(version_of(call, tree, body["base"]))
    return {"status": "success", "message": "Version created"}


def node_at(call: Call, tree: Record, version: str, path: str) -> tuple[Record, Record | None]:
    """Return the node at a path, and its parent."""
    root = version_of(call, tree, version)["root"]
    first, *names = path.split("/")
    node: Record | None = root if first == root["name"] else None
    parent = None
    for name in names:
        parent, node = (
            node,
            next(
                (child for child in (node or {}).get("children", []) if child["name"] == name), None
            ),
        )
    if node is None:
        raise call.refuse(f"node {path} not found", 404)
    return node, parent


def named_node(call: Call) -> tuple[Record, Record | None]:
    return node_at(call, call.record(), call.params["version"], call.params["path"])


def add_node(call: Call) -> Any:
    parent, dummy = named_node(call)
    name = call.inner(None).get("name")
    if not name or any(child["name"] == name for child in parent["children"]):
        raise call.refuse(f"node {name} is not valid or exists", 400)
    node = new_node(call.sim, name)
    parent["children"].append(node)
    return {"status": "success", "message": "Node created", "data": node}


def change_node(call: Call) -> Any:
    node, dummy = named_node(call)
    node["name"] = call.inner(None).get("name", node["name"])
    return {"status": "success", "message": "Node updated"}


def remove_node(call: Call) -> Any:
    node, parent = named_node(call)
    if parent is None:
        raise call.refuse("the root cannot be deleted", 400)
    parent["children"].remove(node)
    return {"status": "success", "message": "Node deleted"}


def node_devices(call: Call) -> Any:
    node, dummy = named_node(call)
    devices, wanted = node["attributes"]["devices"], call.strings("devices")
    kept = [name for name in devices if name not in wanted]
    adds = call.request.method == "POST"
    node["attributes"]["devices"] = kept + wanted if adds else kept
    return {"status": "success", "message": "Node updated"}


def node_groups(call: Call) -> Any:
    """Add device groups to a node, or remove them; the body is assumed."""
    body = call.inner(None)
    tree = call.table.get(body.get("treeId", ""))
    if tree is None:
        raise call.refuse(f"tree {body.get('treeId')} not found", 404)
    version = body.get("treeVersion", "initial")
    node, dummy = node_at(call, tree, version, body.get("nodePath", ""))
    wanted = call.strings("deviceGroups")
    kept = [one for one in node["attributes"]["deviceGroups"] if one not in wanted]
    adds = call.request.method == "POST"
    node["attributes"]["deviceGroups"] = kept + wanted if adds else kept
    return {"status": "success", "message": "Node updated"}


def node_config(call: Call) -> Any:
    """Set a node's text; variables are skipped silently without `updateVariables`."""
    body = call.inner(None)
    call.need(body, ("treeId", "treeVersion", "nodePath", "data"))
    tree = call.table.get(body["treeId"])
    if tree is None:
        raise call.refuse(f"tree {body['treeId']} not found", 404)
    node, dummy = node_at(call, tree, body["treeVersion"], body["nodePath"])
    spec = call.sim.tables["config_spec"].get(node["attributes"]["configId"])
    if spec is not None and "template" in body["data"]:
        spec["template"] = body["data"]["template"]
    if body.get("updateVariables"):
        tree["versions"][body["treeVersion"]]["variables"] = copy.deepcopy(
            body["data"].get("variables") or {}
        )
    return {"status": "success", "message": "Node config updated"}


def guard_tree(call: Call, tree: Record) -> None:
    """Refuse to delete a tree that a plan uses."""
    for plan in call.sim.tables["compliance_plan"]:
        if any(node.get("treeId") == tree["id"] for node in plan["nodes"]):
            raise status_message(f"Tree is used by plan {plan['name']}", 500)


def export_tree(call: Call) -> Any:
    tree = call.table.get(call.inner(None).get("treeId", ""))
    if tree is None:
        raise call.refuse("tree not found", 404)
    versions = [
        {
            "name": tree["name"],
            "version": name,
            "deviceType": tree["deviceType"],
            "description": tree["description"],
            "tags": tree["tags"],
            **with_texts(call, version),
        }
        for name, version in tree["versions"].items()
    ]
    return {"status": "success", "data": versions}


def with_texts(call: Call, version: Record) -> Record:
    """Return a version whose nodes carry their templates."""
    version = copy.deepcopy(version)
    specs = call.sim.tables["config_spec"]

    def fill(node: Record) -> None:
        spec = specs.get(node["attributes"].pop("configId"))
        node["template"] = (spec or {}).get("template", "")
        for child in node["children"]:
            fill(child)

    fill(version["root"])
    return version


def import_trees(call: Call) -> Any:
    """Import trees; an existing name is assumed to fail with a 200."""
    for tree in (call.body or {}).get("trees") or []:
        versions = tree.get("data") or []
        name = versions[0]["name"] if versions else ""
        if not name or call.table.named(name) is not None:
            return {"status": "failure", "message": f"Tree {name} already exists"}
        first = versions[0]
        record = {key: first[key] for key in ("name", "deviceType", "description") if key in first}
        record["versions"] = {
            version["version"]: {
                "root": imported_node(call.sim, version["root"]),
                "variables": version.get("variables") or {},
            }
            for version in versions
        }
        call.table.add(record)
    return {"status": "success", "message": "Import complete"}


def imported_node(sim: TableSimulator, document: Record) -> Record:
    node = new_node(sim, document["name"], list(document["attributes"].get("devices") or []))
    spec = sim.tables["config_spec"].get(node["attributes"]["configId"])
    if spec is not None:
        spec["template"] = document.get("template", "")
    node["children"] = [imported_node(sim, child) for child in document.get("children") or []]
    return node


def deletion(call: Call, records: list[Record]) -> Any:
    return {"status": "success", "deleted": len(records)}


TREE = f"{CM}/configs/{{id}}"
NODE = f"{CM}/configs/{{id}}/{{version}}/{{*path}}"
GOLDEN_CONFIG = Row(
    "golden_config",
    (
        Listing(f"{CM}/configs", paging=lists.unpaged, sorts=False, omit=("versions", "tags")),
        Creating(f"{CM}/configs", fields=("name", "deviceType", "description")),
        Reading(TREE),
        Updating(TREE, method="PUT", fields=("name", "description", "tags")),
        Deleting(TREE, guard=guard_tree),
        Deleting(f"{CM}/configs", ids="treeIds", guard=guard_tree, answer=deletion),
        Action(TREE, does=add_version),
        Action(f"{TREE}/{{version}}", does=tree_version, method="GET"),
        Action(NODE, does=add_node),
        Action(NODE, does=change_node, method="PUT"),
        Action(NODE, does=remove_node, method="DELETE"),
        Action(f"{NODE}/devices", does=node_devices),
        Action(f"{NODE}/devices", does=node_devices, method="DELETE"),
        Action(f"{CM}/configs/devices/groups", does=node_groups),
        Action(f"{CM}/configs/devices/groups", does=node_groups, method="DELETE"),
        Action(f"{CM}/node/config", does=node_config, method="PUT"),
        Action(f"{CM}/export/goldenconfigs", does=export_tree, reads=True),
        Action(f"{CM}/import/goldenconfigs", does=import_trees),
    ),
    id="id",
    managed=("created", "createdBy", "lastUpdated", "lastUpdatedBy", "versions"),
    made=made_tree,
    show=show_tree,
    check=check_tree,
    touched="lastUpdated",
)
CONFIG_SPEC = Row(
    "config_spec",
    (
        Reading(f"{CM}/config_specs/{{id}}"),
        Updating(f"{CM}/config_specs/{{id}}", method="PUT", wrap="data"),
    ),
    id="id",
    unique=(),
)
PARSER = Row(
    "parser",
    (
        Listing(
            f"{CM}/configurations/parser/search",
            method="POST",
            envelope=lists.keyed("list"),
            paging=lists.in_options,
        ),
        Creating(f"{CM}/configurations/parser"),
    ),
)


# Compliance plans


def read_plan(call: Call, body: Record) -> Record:
    """Return a plan; all but its name comes in `options`."""
    options = body.get("options") or {}
    names = ("description", "status", "nodes", "gbac")
    return {"name": body["name"], **call.pick(options, names)}


def config_ids(node: Record) -> list[str]:
    """Return the configuration ids of a node and of all below it."""
    below = [one for child in node["children"] for one in config_ids(child)]
    return [node["attributes"]["configId"], *below]


def check_plan(call: Call, record: Record) -> None:
    """Refuse nodes of unknown trees; `nodeId` is the configuration id of a node."""
    for node in record.get("nodes") or []:
        if not isinstance(node, dict):
            raise call.refuse("nodes must be objects")
        tree = call.sim.tables["golden_config"].get(node.get("treeId", ""))
        version = (tree or {}).get("versions", {}).get(node.get("version"))
        if version is None or node.get("nodeId") not in config_ids(version["root"]):
            raise call.refuse(f"node {node.get('nodeId')} not found", 500)


def named_plan(call: Call) -> Record:
    plan = call.table.get((call.body or {}).get("planId", ""))
    if plan is None:
        raise call.refuse(f"plan {(call.body or {}).get('planId')} not found", 404)
    return plan


def update_plan(call: Call) -> Any:
    options = call.inner("options")
    plan = named_plan(call)
    names = ("name", "description", "nodes", "gbac", "status")
    changed = {**plan, **call.pick(options, names)}
    check_plan(call, changed)
    plan.update(changed)
    call.table.row.touch(plan)
    return {"status": "success", "message": "Plan updated"}


def plan_nodes(call: Call) -> Any:
    """Add nodes to a plan, or remove them; the body is assumed."""
    plan, nodes = named_plan(call), (call.body or {}).get("nodes") or []
    ids = {node.get("nodeId") for node in nodes}
    kept = [node for node in plan["nodes"] if node["nodeId"] not in ids]
    plan["nodes"] = kept + nodes if call.request.method == "POST" else kept
    return {"status": "success", "message": "Plan updated"}


def search_plans(call: Call) -> Any:
    """Search plans: the name is a pattern that misses exact names.

    That nodes are left out is assumed.
    """
    start, limit = lists.in_options.cut({}, call.body, 0, call.cap())
    wanted = call.body.get("name")
    if not isinstance(wanted, str):
        raise call.refuse("Missing Params: name (string)")
    found = [
        {key: value for key, value in plan.items() if key != "nodes"}
        for plan in call.table
        if wanted != plan["name"] and re.search(wanted, plan["name"])
    ]
    return {"plans": found[start : start + limit], "totalCount": len(found)}


def run_plan(call: Call) -> Any:
    """Run a plan: one report for each device of each node."""
    plan = named_plan(call)
    instances = call.sim.tables["compliance_instance"]
    batch = object_id(0xBA7C4000 + len(instances))
    for node in plan["nodes"]:
        for device in devices_of(call.sim, node):
            report(call, batch, device, node)
    instance = instances.add(
        {
            "planId": plan["id"],
            "planName": plan["name"],
            "batchId": batch,
            "jobId": object_id(0x10B000 + len(instances)),
            "jobStatus": "running",
            "nodes": plan["nodes"],
        }
    )
    return {"message": "Plan started", "planId": plan["id"], "instanceId": instance["id"]}


def devices_of(sim: TableSimulator, node: Record) -> list[str]:
    """Return the devices of a node of a plan, and of its device groups."""
    groups = [sim.tables["device_group"].get(one) for one in node.get("deviceGroups") or []]
    members = [name for group in groups if group is not None for name in group["devices"]]
    return list(dict.fromkeys([*(node.get("devices") or []), *members]))


def report(call: Call, batch: str, device: str, node: Record) -> None:
    """Add the report of a device; its totals and issues are in the settings."""
    settings = call.sim.settings
    if device in settings["unreachable"]:
        return
    totals = {"errors": 0, "warnings": 0, "infos": 0, "passes": 1}
    totals.update(settings["compliance"].get(device) or {})
    call.sim.tables["compliance_report"].add(
        {
            "batchId": batch,
            "deviceName": device,
            "treeId": node["treeId"],
            "version": node["version"],
            "nodeId": node.get("nodeId"),
            "totals": totals,
            "issues": settings["compliance_issues"].get(device) or [],
        }
    )


def batch_reports(call: Call) -> Any:
    """Return the reports of a run; those of single devices come one after another."""
    batch, settings = call.params["batch"], call.sim.settings
    found = [call.shown(one) for one in call.table if one["batchId"] == batch]
    check = call.sim.tables["compliance_check"].get(batch)
    if check is not None:
        check["reads"] += 1
        if check["reads"] <= settings["check_polls"]:
            found = found[: check["reads"] - 1]
    if settings["compliance_issues_listed"]:
        return found
    return [{key: value for key, value in one.items() if key != "issues"} for one in found]


def run_reports(call: Call) -> Any:
    """Check devices (`options.devices`) or backups (`backupIds`) against a node of a tree."""
    on_backups = call.operation.path.endswith("/backups")
    options = call.inner("treeInfo" if on_backups else "options")
    call.need(options, ("treeId", "version", "nodePath"))
    tree = call.sim.tables["golden_config"].get(options["treeId"])
    if tree is None:
        raise call.refuse(f"tree {options['treeId']} not found", 404)
    node, dummy = node_at(call, tree, options["version"], options["nodePath"])
    checks = call.sim.tables["compliance_check"]
    batch = checks.add({"id": object_id(0xAD40C000 + len(checks)), "reads": 0})["id"]
    devices = options.get("devices") or []
    if on_backups:
        found = [call.sim.tables["device_backup"].get(one) for one in call.strings("backupIds")]
        devices = [backup["name"] for backup in found if backup is not None]
    for device in devices:
        report(call, batch, device, {**options, "nodeId": node["attributes"]["configId"]})
    return {"status": 202, "message": "Compliance reports started", "batchId": batch}


def search_instances(call: Call) -> Any:
    """Search runs of plans; one ends after it was read by its id as often as the settings say."""
    wanted = call.inner("searchParams")
    found = [
        one
        for one in call.sim.tables["compliance_instance"]
        if wanted.get("instanceId", one["id"]) == one["id"]
        and wanted.get("planId", one["planId"]) == one["planId"]
    ]
    found.sort(key=lambda one: one["id"], reverse=(wanted.get("sort") or {}).get("started") == -1)
    if "instanceId" in wanted:
        for one in found:
            go_on(call.sim, one)
    start, limit = int(wanted.get("start", 0)), int(wanted.get("limit", 100))
    shown = [{key: value for key, value in one.items() if key != "reads"} for one in found]
    page = shown[start : start + limit]
    if call.sim.settings["instances_grouped"]:
        return {"totalCount": len(found), "groups": [{"plans": page}]}
    return {"totalCount": len(found), "plans": page}


def go_on(sim: TableSimulator, instance: Record) -> None:
    """Let a run go on, each time it is read."""
    instance["reads"] += 1
    if instance["reads"] > sim.settings["compliance_polls"] and instance["jobStatus"] == "running":
        instance["jobStatus"] = sim.settings["compliance_status"]
        instance["finished"] = now()


COMPLIANCE_PLAN = Row(
    "compliance_plan",
    (
        Action(f"{CM}/search/compliance_plans", does=search_plans, reads=True),
        Reading(f"{CM}/compliance_plans/{{id}}"),
        Creating(f"{CM}/compliance_plans", read=read_plan),
        Action(f"{CM}/compliance_plans", does=update_plan, method="PUT"),
        Deleting(f"{CM}/compliance_plans", ids="planIds", answer=deletion),
        Action(f"{CM}/compliance_plans/nodes", does=plan_nodes),
        Action(f"{CM}/compliance_plans/nodes", does=plan_nodes, method="DELETE"),
        Action(f"{CM}/compliance_plans/run", does=run_plan),
        Action(f"{CM}/search/compliance_plan_instances", does=search_instances, reads=True),
    ),
    id="id",
    made=lambda sim, record: {
        "description": "",
        "status": "draft",
        "nodes": [],
        "gbac": {"read": [], "write": []},
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    },
    check=check_plan,
    touched="lastUpdated",
)
COMPLIANCE_INSTANCE = Row(
    "compliance_instance",
    (),
    id="id",
    unique=(),
    made=lambda sim, record: {"reads": 0, "started": now(), "jobStatus": "running", "nodes": []},
)
COMPLIANCE_CHECK = Row("compliance_check", (), id="id", unique=())
COMPLIANCE_REPORT = Row(
    "compliance_report",
    (
        Action(
            f"{CM}/compliance_reports/batch/{{batch}}",
            does=batch_reports,
            method="GET",
            reads=True,
        ),
        Listing(
            f"{CM}/compliance_reports/tree/{{tree}}",
            paging=lists.unpaged,
            only=lambda call, record: record["treeId"] == call.params["tree"],
        ),
        Reading(f"{CM}/compliance_reports/details/{{id}}"),
        Action(f"{CM}/compliance_reports", does=run_reports),
        Action(f"{CM}/compliance_reports/backups", does=run_reports),
    ),
    id="id",
    unique=(),
    made=lambda sim, record: {
        "treeId": "",
        "totals": {"errors": 0, "warnings": 0, "infos": 0, "passes": 0},
        "issues": [],
        "timestamp": now(),
    },
)

ROWS = (
    GOLDEN_CONFIG,
    CONFIG_SPEC,
    PARSER,
    COMPLIANCE_PLAN,
    COMPLIANCE_INSTANCE,
    COMPLIANCE_CHECK,
    COMPLIANCE_REPORT,
)
