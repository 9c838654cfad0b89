# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration Manager of the simulated Platform: devices, backups, device groups and device
templates."""

from __future__ import annotations

import copy
import difflib
import re
from typing import Any

from . import lists
from .operations import Action, Creating, Deleting, Listing, Reading, Updating
from .table import Call, Record, Row, now, status_message, text

CM = "/configuration_manager"
GROUP_FIELDS = ("name", "description", "devices", "gbac")


# Devices


def search_devices(call: Call) -> Any:
    """Search devices; without `exactMatch`, a filter matches a part of the value."""
    options = (call.body or {}).get("options") or {}
    start, limit = lists.in_options.cut({}, call.body, 0, call.cap())
    found = list(call.table)
    for name, wanted in (options.get("filter") or {}).items():
        field = {"address": "host"}.get(name, name)
        values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
        if options.get("exactMatch"):
            found = [item for item in found if item.get(field) in values]
        else:
            found = [item for item in found if any(v in str(item.get(field, "")) for v in values)]
    found.sort(key=lambda item: item["name"], reverse=options.get("order") == "descending")
    page = found[start : start + limit]
    return {
        "entity": "device",
        "total": len(found),
        "totalByAdapter": {"InventoryManager": len(found)},
        "unique_device_count": len(found),
        "return_count": len(page),
        "start_index": start,
        "list": page,
    }


def device_config(call: Call) -> Any:
    device = call.record()
    config = call.sim.settings["configs"].get(device["name"], f"hostname {device['name']}\n")
    return {"device": device["name"], "config": config}


def groups_of(call: Call) -> Any:
    name = call.params["device"]
    groups = call.sim.tables["device_group"]
    return [show_group(call, group) for group in groups if name in group["devices"]]


DEVICE = Row(
    "device",
    (
        Action(f"{CM}/devices", does=search_devices, reads=True),
        Reading(f"{CM}/devices/{{name}}"),
        Action(f"{CM}/devices/{{name}}/configuration", does=device_config, method="GET"),
        Action(
            f"{CM}/devices/{{name}}/isAlive",
            does=lambda call: bool(call.record()),
            method="GET",
        ),
        Action(f"{CM}/groups/device/{{device}}", does=groups_of, method="GET"),
    ),
    id="name",
    made=lambda sim, record: {
        "ostype": "cisco-ios",
        "host": "",
        "device-type": "network_cli",
        "origins": ["InventoryManager"],
    },
)


# Backups


def search_backups(call: Call) -> Any:
    """Search backups; `start` is a text, and names are patterns unless `regex` is false."""
    options = call.inner("options")
    if not isinstance(options.get("start", "0"), str):
        raise call.refuse("Missing Params: options.start (string)")
    start, limit = lists.in_options.cut({}, call.body, 0, call.cap())
    found = list(call.table)
    for field, wanted in (options.get("filter") or {}).items():
        if options.get("regex", True):
            found = [item for item in found if re.search(wanted, str(item.get(field, "")))]
        else:
            found = [item for item in found if item.get(field) == wanted]
    return {"total": len(found), "list": found[start : start + limit]}


def create_backup(call: Call) -> Any:
    """Back up a device; an empty configuration makes no backup."""
    body = call.inner(None)
    device = call.sim.tables["device"].named(body.get("name", ""))
    if device is None:
        raise call.refuse(f"device {body.get('name')} not found", 404)
    config = call.sim.settings["configs"].get(device["name"], f"hostname {device['name']}\n")
    if not config:
        raise call.refuse("Device configuration is empty", 500)
    options = body.get("options") or {}
    is_large = call.sim.settings["large_backups"]
    backup = call.table.add(
        {
            "name": device["name"],
            "rawConfig": "" if is_large else config,
            "description": options.get("description", ""),
            "notes": options.get("notes", ""),
            **({"storage": {"type": "gridfs"}} if is_large else {}),
        }
    )
    call.sim.tables["backup_text"].add({"id": backup["id"], "text": config, "reads": 0})
    return {"status": "success", "message": "Backup created", "id": backup["id"]}


def read_backup(call: Call) -> Any:
    """Return a backup; a new one is missing until it was read as often as the settings say."""
    kept = call.sim.tables["backup_text"].get(call.params["id"])
    if kept is not None:
        kept["reads"] += 1
        if kept["reads"] <= call.sim.settings["backup_polls"]:
            raise call.refuse("backup not found", 404)
    return call.shown(call.record())


def lookup_diff(call: Call) -> Any:
    """Compare the texts of two backups: `[op, text]` with 0 for equal, 1 for added, -1 for gone."""
    body = call.inner(None)
    call.need(body, ("id", "nextId", "collection", "nextCollection"))
    old, new = (text_of(call, body[key]).splitlines(keepends=True) for key in ("id", "nextId"))
    ops = {" ": 0, "+": 1, "-": -1}
    return [[ops[line[0]], line[2:]] for line in difflib.ndiff(old, new) if line[0] in ops]


def text_of(call: Call, number: str) -> str:
    """Return the configuration in a backup, also if it is stored apart."""
    backup = call.sim.tables["device_backup"].get(number)
    if backup is None:
        raise call.refuse("backup not found", 404)
    kept = call.sim.tables["backup_text"].get(number) or {"text": backup["rawConfig"]}
    return str(kept["text"])


DEVICE_BACKUP = Row(
    "device_backup",
    (
        Action(f"{CM}/backups", does=search_backups, reads=True),
        Action(f"{CM}/backups/{{id}}", does=read_backup, method="GET", reads=True),
        Action(f"{CM}/devices/backups", does=create_backup),
        Action(f"{CM}/lookup_diff", does=lookup_diff, method="PUT", reads=True),
        Updating(f"{CM}/backups/{{id}}", method="PUT", fields=("description", "notes")),
        Deleting(
            f"{CM}/backups",
            ids="backupIds",
            answer=lambda call, records: {"status": "success", "deleted": len(records)},
        ),
    ),
    id="id",
    unique=(),
    made=lambda sim, record: {
        "provider": ["InventoryManager"],
        "type": "native",
        "date": now(),
        "rawConfig": "",
        "description": "",
        "notes": "",
        "storage": {"type": "mongodb"},
    },
)


# Device groups


def show_group(call: Call, record: Record) -> Record:
    """Return a group with its id as `id` or `_id`: servers differ."""
    key = call.sim.settings["group_id_key"]
    return {(key if name == "id" else name): value for name, value in record.items()}


def create_group(call: Call) -> Any:
    body = call.inner(None)
    for key in ("groupName", "groupDescription", "deviceNames"):
        if not isinstance(body.get(key), str):
            raise call.refuse(f"Missing Params: {key} (string)")
    names = [name.strip() for name in body["deviceNames"].split(",") if name.strip()]
    refuse_unknown_devices(call, names)
    record = {
        "name": body["groupName"],
        "description": body["groupDescription"],
        "devices": names,
    }
    if call.table.twin(record) is not None:
        # The form of this failure is assumed.
        raise status_message(f"Device group {record['name']} already exists", 500)
    created = call.table.add(record)
    return {
        "id": created["id"],
        "name": created["name"],
        "status": "success",
        "message": "Device group created",
    }


def refuse_unknown_devices(call: Call, names: list[str]) -> None:
    """Refuse devices that do not exist, if the setting `check_devices` says so."""
    if call.sim.settings["check_devices"]:
        for name in names:
            if call.sim.tables["device"].named(name) is None:
                raise call.refuse(f"device {name} not found", 500)


def update_group(call: Call) -> Any:
    """Update a group. One of two forms counts, as the setting `group_update` says; the other is
    ignored with a 200."""
    group, body = call.record(), call.inner(None)
    wrapped = call.sim.settings["group_update"] == "details"
    changes = body.get("details") or {} if wrapped else body
    changes = call.pick(changes, GROUP_FIELDS)
    if "devices" in changes:
        refuse_unknown_devices(call, changes["devices"])
    twin = call.table.twin({**group, **changes})
    if twin is not None and twin is not group:
        raise status_message(f"Device group {changes['name']} already exists", 500)
    group.update(changes)
    call.table.row.touch(group)
    return {"status": "success", "message": "Device group updated"}


def group_devices(call: Call) -> Any:
    group, devices = call.record(), call.strings("devices")
    if call.request.method == "POST":
        refuse_unknown_devices(call, devices)
        group["devices"] += [name for name in devices if name not in group["devices"]]
    else:
        group["devices"] = [name for name in group["devices"] if name not in devices]
    return {"status": "success", "message": "Device group updated"}


def guard_group(call: Call, group: Record) -> None:
    """Refuse to delete a group that a compliance plan uses."""
    for plan in call.sim.tables["compliance_plan"]:
        if any(group["id"] in (node.get("deviceGroups") or []) for node in plan["nodes"]):
            raise status_message(f"Device group is used by plan {plan['name']}", 500)
    for tree in call.sim.tables["golden_config"]:
        if group["id"] in str(tree["versions"]):
            raise status_message(f"Device group is used by {tree['name']}", 500)


def deleted_groups(call: Call, records: list[Record]) -> Any:
    return {"status": "success", "deleted": len(records)}


def search_groups(call: Call) -> Any:
    start, limit = lists.in_options.cut({}, call.body, 0, call.cap())
    wanted = (call.body or {}).get("name") or ""
    found = [show_group(call, group) for group in call.table if wanted in group["name"]]
    return {"list": found[start : start + limit], "total": len(found)}


DEVICE_GROUP = Row(
    "device_group",
    (
        Listing(f"{CM}/deviceGroups", paging=lists.unpaged, sorts=False),
        Reading(f"{CM}/deviceGroups/{{id_or_name}}"),
        Action(f"{CM}/devicegroup", does=create_group),
        Action(f"{CM}/deviceGroups/{{id}}", does=update_group, method="PUT"),
        Action(f"{CM}/deviceGroups/search", does=search_groups, reads=True),
        Action(f"{CM}/deviceGroups/{{id}}/devices", does=group_devices),
        Action(f"{CM}/deviceGroups/{{id}}/devices", does=group_devices, method="DELETE"),
        Deleting(f"{CM}/deviceGroups", ids="groupIds", guard=guard_group, answer=deleted_groups),
        Deleting(
            f"{CM}/name/deviceGroups",
            ids="groupNames",
            by_name=True,
            guard=guard_group,
            answer=deleted_groups,
        ),
    ),
    id="id",
    made=lambda sim, record: {
        "description": "",
        "devices": [],
        "gbac": {"read": [], "write": []},
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    },
    show=show_group,
    touched="lastUpdated",
)


# Device templates


def read_template(call: Call, body: Record) -> Record:
    """Return a template; the types of operating systems come in `options`."""
    options = body.get("options") or {}
    kept: Record = {k: body[k] for k in ("name", "template", "variables") if k in body}
    if "deviceOSTypes" in options:
        kept["deviceOSTypes"] = options["deviceOSTypes"]
    return kept


def update_template(call: Call) -> Any:
    body = call.inner(None)
    record = call.table.get(body.get("id", ""))
    if record is None:
        raise call.refuse(f"template {body.get('id')} not found", 404)
    changes = read_template(call, {**call.inner("data"), "options": body.get("options")})
    record.update(copy.deepcopy(changes))
    call.table.row.touch(record)
    return {"status": "success", "updated": 1}


def search_templates(call: Call) -> Any:
    start, limit = lists.in_options.cut({}, call.body, 0, call.cap())
    wanted = (call.body or {}).get("name") or ""
    found = [record for record in call.table if re.search(wanted, record["name"])]
    return {"list": found[start : start + limit], "total": len(found)}


def deleted_templates(call: Call, records: list[Record]) -> Any:
    status = "success" if records else "conflict"
    return {"status": status, "deleted": len(records)}


DEVICE_TEMPLATE = Row(
    "device_template",
    (
        Action(f"{CM}/templates/search", does=search_templates, reads=True),
        Creating(
            f"{CM}/templates",
            needs=("name", "template"),
            read=read_template,
            answer=lambda call, record: {"status": "success", "data": record},
        ),
        Action(f"{CM}/templates", does=update_template, method="PUT"),
        Deleting(f"{CM}/templates", ids="templateIds", answer=deleted_templates),
    ),
    id="id",
    made=lambda sim, record: {
        "template": "",
        "variables": {},
        "deviceOSTypes": [],
        "created": now(),
        "createdBy": "admin",
        "updated": now(),
        "updatedBy": "admin",
    },
    touched="updated",
    refuse=text,
)

BACKUP_TEXT = Row("backup_text", (), id="id", unique=())

ROWS = (DEVICE, DEVICE_BACKUP, BACKUP_TEXT, DEVICE_GROUP, DEVICE_TEMPLATE)
