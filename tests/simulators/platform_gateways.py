# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory Manager and Gateway Manager of the simulated Platform 6."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from . import lists
from .operations import Action, Creating, Deleting, Listing, Reading
from .table import Call, Record, Row, TableSimulator, message_only, now, object_id

P6 = ("6.5", "6.6")
IM = "/inventory_manager/v1"
GM = "/gateway_manager/v1"
BROKER_ACTIONS = ("getConfig", "setConfig", "isAlive", "runCommand")


def group_ids(call: Call, names: Any) -> list[str]:
    """Return the ids of groups that are given by name; they are required."""
    if not isinstance(names, list) or not names:
        raise call.refuse("groups is required")
    found = []
    for name in names:
        group = call.sim.tables["group"].named(name) if isinstance(name, str) else None
        if group is None:
            raise call.refuse(f"group {name} not found")
        found.append(group["_id"])
    return found


# Inventories


def success(call: Call, record: Any) -> Any:
    return {"status": "Success", "result": record}


def read_inventory(call: Call, body: Record) -> Record:
    """Return a new inventory; unknown keys, such as `devices`, are dropped silently."""
    record = {
        "name": body["name"],
        "groups": group_ids(call, body.get("groups")),
        "description": body.get("description", ""),
        "tags": [str(tag).lower() for tag in body.get("tags") or []],
        "actions": copy.deepcopy(body.get("actions") or []),
    }
    if body.get("createBrokerActions"):
        if not body.get("defaultClusterId"):
            raise call.refuse("defaultClusterId is required with createBrokerActions")
        record["actions"] += [
            {
                "name": name,
                "action_type": "iag5-service",
                "action_config": {"service_name": name, "cluster_id": body["defaultClusterId"]},
                "action_parameters": {},
            }
            for name in BROKER_ACTIONS
        ]
    return record


def search(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter inventories by `search`, a part of the name, and by `names`."""
    if "search" in query:
        records = [item for item in records if query["search"] in item["name"]]
    if "names" in query:
        records = [item for item in records if item["name"] in query["names"].split(",")]
    return records


SEARCH = lists.Filter(search, "search|names")


def nodes_of(call: Call, inventory: Record) -> list[Record]:
    nodes = call.sim.tables["inventory_node"]
    return [node for node in nodes if node["inventory_id"] == inventory["_id"]]


def guard_inventory(call: Call, inventory: Record) -> None:
    """Refuse to delete an inventory with nodes: the documented order is to clear it first."""
    if nodes_of(call, inventory):
        raise call.refuse("Inventory has nodes: clear it first")


def list_nodes(call: Call) -> Any:
    """List the nodes of an inventory; that they are paged like inventories is assumed."""
    inventory = call.record()
    found = sorted(nodes_of(call, inventory), key=lambda node: node["name"])
    cap = call.sim.tables["inventory_node"].cap or call.cap()
    skip, limit = lists.by_page.cut(call.query, None, 25, cap)
    page = lists.Page(found[skip : skip + limit], skip, limit, len(found))
    return lists.pages_from_one(page)


def read_node(call: Call) -> Any:
    for node in nodes_of(call, call.record()):
        if node["_id"] == call.params["node"]:
            return success(call, node)
    raise call.refuse("node not found", 404)


def clear(call: Call) -> Any:
    inventory = call.record()
    found = nodes_of(call, inventory)
    for node in found:
        call.sim.tables["inventory_node"].remove(node)
    return success(call, {"nodesDeleted": len(found)})


def populate(call: Call) -> Any:
    """Replace all nodes of an inventory, whatever was there."""
    body = call.inner(None)
    wanted = body.get("inventory_identifier") or ""
    inventory = call.table.get(wanted) or call.table.named(wanted)
    if inventory is None:
        raise call.refuse(f"inventory {wanted} not found", 404)
    nodes = body.get("nodes")
    if not isinstance(nodes, list):
        raise call.refuse("nodes is required")
    names = [node.get("name") for node in nodes if isinstance(node, dict)]
    if len(set(names)) != len(nodes) or not all(names):
        raise call.refuse("nodes: names are required and must be unique")
    table = call.sim.tables["inventory_node"]
    for node in nodes_of(call, inventory):
        table.remove(node)
    table.seed(
        {
            "inventory_id": inventory["_id"],
            "name": node["name"],
            "attributes": node.get("attributes") or {},
            "tags": [str(tag).lower() for tag in node.get("tags") or []],
        }
        for node in nodes
    )
    inventory["updated_at"] = now()
    return {
        "status": "Success",
        "result": {"nodesCreated": len(nodes)},
        "message": "Inventory populated",
    }


def stats(call: Call) -> Any:
    tables = call.sim.tables
    return success(
        call,
        {
            "totalInventories": len(call.table),
            "totalNodes": len(tables["inventory_node"]),
            "totalActions": sum(len(one["actions"]) for one in call.table),
        },
    )


INVENTORY = Row(
    "inventory",
    (
        Listing(
            f"{IM}/inventories",
            envelope=lists.pages_from_one,
            filters=SEARCH,
            paging=lists.by_page,
            sorts=False,
        ),
        Reading(f"{IM}/inventories/{{id_or_name}}", answer=success),
        Creating(f"{IM}/inventories", read=read_inventory, answer=success),
        Deleting(
            f"{IM}/inventories/{{id_or_name}}",
            guard=guard_inventory,
            answer=lambda call, records: success(call, {"deletedCount": len(records)}),
        ),
        Action(f"{IM}/inventories/{{id_or_name}}/nodes", does=list_nodes, method="GET"),
        Action(f"{IM}/inventories/{{id_or_name}}/nodes/{{node}}", does=read_node, method="GET"),
        Action(f"{IM}/nodes/clear/{{id_or_name}}", does=clear, method="DELETE"),
        Action(f"{IM}/nodes/bulk", does=populate),
        Action(f"{IM}/stats", does=stats, method="GET"),
    ),
    made=lambda sim, record: {
        "description": "",
        "groups": [],
        "actions": [],
        "tags": [],
        "created_at": now(),
        "updated_at": now(),
        "created_by": "admin",
        "updated_by": "admin",
    },
    refuse=message_only,
    releases=P6,
)
INVENTORY_NODE = Row(
    "inventory_node",
    (Listing(f"{IM}/nodes", envelope=lists.pages_from_one, paging=lists.by_page, sorts=False),),
    unique=(),
    made=lambda sim, record: {"attributes": {}, "tags": []},
    releases=P6,
)


# Gateway clusters, certificates and services

CLUSTER_FIELDS = ("cluster_id", "description", "enabled", "readonly", "groups", "certificates")


def read_cluster(call: Call, body: Record) -> Record:
    for key in ("enabled", "readonly"):
        if not isinstance(body.get(key), bool):
            raise call.refuse(f"{key} is required")
    group_ids(call, body.get("groups"))
    return call.pick(body, CLUSTER_FIELDS)


def check_cluster(call: Call, record: Record) -> None:
    for one in record.get("certificates") or []:
        if call.sim.tables["gateway_certificate"].get(one) is None:
            raise call.refuse(f"certificate {one} not found")


def update_cluster(call: Call) -> Any:
    """Change a cluster; that the wrapper is `payload`, or that there is none, is assumed."""
    is_bare = "gateway_cluster" in call.sim.settings["other_updates"]
    changes, record = call.inner(None if is_bare else "payload"), call.record()
    if "groups" in changes:
        group_ids(call, changes["groups"])
    changes = call.pick(changes, CLUSTER_FIELDS)
    check_cluster(call, changes)
    record.update(changes)
    return {"state": "Success", "result": call.shown(record), "message": "Gateway updated"}


def show_cluster(call: Call, record: Record) -> Record:
    """Return a cluster; a name is told only while it is connected."""
    shown = {**record, "connection_status": record["connection_status"]}
    if record["connection_status"] != "connected":
        shown.pop("gateway_name", None)
    return shown


def connections(call: Call) -> Any:
    return {
        record["cluster_id"]: record["connection_status"] == "connected" for record in call.table
    }


def connection(call: Call) -> Any:
    for record in call.table:
        if record["cluster_id"] == call.params["cluster"]:
            status = "success" if record["connection_status"] == "connected" else "error"
            return {"id": "1", "jsonrpc": "2.0", "result": {"reply": "pong"}, "status": status}
    raise call.refuse("cluster not found", 404)


def created_cluster(call: Call, record: Record) -> Any:
    return {"state": "Success", "message": "Gateway created", "id": record["_id"]}


def activity(call: Call) -> Any:
    """Return what runs or has ended recently; gateways before 5.4 do not know the request."""
    cluster = cluster_of(call)
    if cluster["activity"] is None:
        raise call.refuse("unknown method inspect", 404)
    return {"cluster_id": cluster["cluster_id"], "activity": cluster["activity"]}


# Configurations


def cluster_of(call: Call, writes: bool = False) -> Record:
    """Return the cluster that the path names, which must be connected and visible."""
    for record in call.table:
        if record["cluster_id"] == call.params["cluster"] and not record["hidden"]:
            if record["connection_status"] != "connected" or not record["enabled"]:
                raise call.refuse("gateway is not connected or disabled", 500)
            if writes and record["readonly"]:
                raise call.refuse("gateway is read-only", 500)
            return record
    raise call.refuse("cluster not found", 404)


def export(record: Record) -> Record:
    """Return a configuration without what is empty, and with hashes in place of passwords."""
    shown = copy.deepcopy(record["configuration"])
    for user in shown.get("users", ()):
        if "password" in user:
            user["password"] = f"hash-of-{len(user['password'])}-characters"
    return shown


def export_configuration(call: Call) -> Any:
    return export(cluster_of(call))


def export_yaml(call: Call) -> Any:
    """Return a configuration as YAML; JSON is YAML too."""
    text = json.dumps(export(cluster_of(call)))
    return Response(f"# a configuration\n{text}\n", media_type="application/yaml")


def import_configuration(call: Call) -> Any:
    """Add or replace entries by name, never delete.

    Unknown sections and fields are accepted silently, even with `check`. Without `force`, entries
    that exist are kept silently.
    """
    options, record = call.inner("options"), cluster_of(call, writes=True)
    source = options.get("source")
    if source not in ("content", "git") or source not in options:
        raise call.refuse("source must be content or git, and its content must be given")
    unknown = options.keys() - {"source", source, "validate", "check", "force"}
    if unknown:
        raise call.refuse(f"unknown options: {', '.join(sorted(unknown))}")
    content = options["content"] if source == "content" else record["repository"]
    if isinstance(content, str):
        content = json.loads(content)
    for section, entries in content.items():
        if not isinstance(entries, list) or not all(one.get("name") for one in entries):
            return {"state": "Error", "message": f"{section}: every entry needs a name"}
    if options.get("check"):
        return {"state": "Success", "message": "Checked"}
    for section, entries in content.items():
        if section in FIELDS:
            known = record["configuration"].setdefault(section, [])
            take_entries(known, entries, (*ALL, *FIELDS[section]), bool(options.get("force")))
    return {"state": "Success", "message": "Imported"}


ALL = ("name", "description", "tags")
FIELDS = {
    "decorators": ("schema",),
    "repositories": ("url", "reference", "username", "password-name", "private-key-name"),
    "services": (
        *("type", "repository", "working-directory", "filename", "playbooks", "decorator"),
        *("runtime", "secrets"),
    ),
    "secrets": ("value",),
    "secret-providers": ("type", "address", "token"),
    "users": ("password", "roles"),
    "registries": ("url", "type"),
}
"""The sections of a configuration, and the fields of their entries beside `ALL`."""


def take_entries(
    known: list[Record], entries: list[Record], fields: Sequence[str], force: bool
) -> None:
    for entry in entries:
        taken = {key: copy.deepcopy(entry[key]) for key in entry if key in fields and entry[key]}
        old = next((one for one in known if one["name"] == entry["name"]), None)
        if old is None:
            known.append(taken)
        elif force:
            old.clear()
            old.update(taken)


def made_cluster(sim: TableSimulator, record: Record) -> Record:
    return {
        "description": "",
        "enabled": True,
        "readonly": False,
        "groups": [],
        "certificates": [],
        "connection_status": "disconnected",
        "gateway_name": record["cluster_id"],
        **{name: copy.deepcopy(value) for name, value in INTERNAL.items()},
    }


INTERNAL: Record = {
    "hidden": False,
    "configuration": {section: [] for section in FIELDS},
    "repository": {},
    "activity": None,
}
"""The fields of a cluster that responses do not show: if the account is in none of its groups, its
configuration, the one in its git repository, its activity."""


GATEWAY_CLUSTER = Row(
    "gateway_cluster",
    (
        Listing(
            f"{GM}/gateways",
            envelope=lambda page: {"state": "Success", "results": page.records},
            paging=lists.unpaged,
            omit=tuple(INTERNAL),
            only=lambda call, record: not record["hidden"],
        ),
        Creating(
            f"{GM}/gateways",
            wrap="gateway",
            needs=("cluster_id",),
            read=read_cluster,
            answer=created_cluster,
            status=201,
        ),
        Reading(
            f"{GM}/gateways/{{id}}",
            answer=lambda call, record: {
                "state": "Success",
                "result": {k: v for k, v in record.items() if k not in INTERNAL},
            },
        ),
        Action(f"{GM}/gateways/{{id}}", does=update_cluster, method="PUT"),
        Deleting(f"{GM}/gateways/{{id}}"),
        Action(f"{GM}/connections", does=connections, method="GET"),
        Action(f"{GM}/connections/{{cluster}}", does=connection, method="GET"),
        Action(f"{GM}/gateway/{{cluster}}/activity", does=activity, method="GET"),
        Action(
            f"{GM}/gateways/{{cluster}}/configuration/export",
            does=export_configuration,
            method="GET",
        ),
        Action(
            f"{GM}/gateways/{{cluster}}/configuration/export/yaml", does=export_yaml, method="GET"
        ),
        Action(f"{GM}/gateways/{{cluster}}/configuration/import", does=import_configuration),
    ),
    key="cluster_id",
    unique=("cluster_id",),
    made=made_cluster,
    show=show_cluster,
    check=check_cluster,
    refuse=message_only,
    releases=P6,
)


def created_certificate(call: Call, record: Record) -> Any:
    """Answer with the id in one of the two forms that were seen."""
    if call.sim.settings["certificate_answer"] == "data":
        return {"state": "Success", "data": {"_id": record["_id"]}}
    return {"state": "Success", "results": {"upsertedIds": {"0": record["_id"]}}}


CERTIFICATE_FIELDS = ("raw_certificate", "contract_id", "alias")


def update_certificate(call: Call) -> Any:
    """Change a certificate; that the body is as in a creation, or in `payload`, is assumed."""
    is_wrapped = "gateway_certificate" in call.sim.settings["other_updates"]
    changes, record = call.inner("payload" if is_wrapped else None), call.record()
    record.update(call.pick(changes, CERTIFICATE_FIELDS))
    return {"state": "Success", "message": "Certificate updated"}


GATEWAY_CERTIFICATE = Row(
    "gateway_certificate",
    (
        Listing(
            f"{GM}/certificates",
            envelope=lambda page: {"results": page.records},
            paging=lists.unpaged,
            omit=("raw_certificate",),
        ),
        Creating(
            f"{GM}/certificates",
            needs=CERTIFICATE_FIELDS,
            fields=CERTIFICATE_FIELDS,
            answer=created_certificate,
        ),
        Reading(f"{GM}/certificates/{{id}}"),
        Action(
            f"{GM}/certificates/{{id}}",
            method="PUT",
            does=update_certificate,
        ),
        Deleting(f"{GM}/certificates/{{id}}"),
    ),
    key="alias",
    unique=("alias",),
    new_id=lambda number: object_id(0xCE47 << 64 | number),
    refuse=message_only,
    releases=P6,
)


RUN_KEYS = ("serviceName", "clusterId", "params", "inventory")


def run_service(call: Call) -> Any:
    """Run a service: it prints its parameters, or ends as its record says.

    Records have `answer`, a whole response, or `result`, keys of its result. A service that is
    named `send-command` runs on nodes; those in `unreachable` fail.
    """
    body = call.inner(None)
    unknown = body.keys() - set(RUN_KEYS)
    if unknown:
        raise call.refuse(f"unknown keys: {', '.join(sorted(unknown))}")
    for record in call.table:
        metadata = record["service_metadata"]
        if (metadata["name"], metadata["location"]) == (
            body.get("serviceName"),
            body.get("clusterId"),
        ):
            action = (body.get("params") or {}).get("action")
            if metadata["type"] == "opentofu-plan" and action not in ("apply", "destroy"):
                raise call.refuse("action is required")
            record["last_run"] = now()
            return record.get("answer") or service_response(body, record)
    raise call.refuse(f"service {body.get('serviceName')} not found", 404)


def service_response(body: Record, record: Record) -> Record:
    """Return the response of a service that has ended."""
    result = {
        "return_code": 0,
        "stdout": json.dumps(body.get("params") or {}),
        "stderr": "",
        "start_time": now(),
        "end_time": now(),
        "elapsed_time": 0.1,
        **copy.deepcopy(record.get("result", {})),
    }
    if body.get("inventory"):
        result["results"] = [
            {"name": name, "success": name not in record["unreachable"], "output": f"{name} said"}
            for one in body["inventory"]
            for name in one.get("nodeNames", ())
        ]
    status = "error" if result["return_code"] else "completed"
    return {"id": "1", "jsonrpc": "2.0", "status": status, "result": result}


def list_services(call: Call) -> Any:
    cluster = call.query.get("cluster_id")
    found = [
        record for record in call.table if cluster in (None, record["service_metadata"]["location"])
    ]
    return {"state": "Success", "result": found}


GATEWAY_SERVICE = Row(
    "gateway_service",
    (
        Action(f"{GM}/services", does=list_services, method="GET"),
        Action(f"{GM}/services/run", does=run_service),
    ),
    unique=(),
    made=lambda sim, record: {
        "active": True,
        "service_metadata": {"name": "", "type": "python-script", "location": "", "tags": []},
        "last_run": None,
        "unreachable": [],
    },
    refuse=message_only,
    releases=P6,
)

ROWS = (INVENTORY, INVENTORY_NODE, GATEWAY_CLUSTER, GATEWAY_CERTIFICATE, GATEWAY_SERVICE)
