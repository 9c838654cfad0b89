# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices, groups and the other inventories of the simulated Gateway 4."""

from __future__ import annotations

import copy
from typing import Any

from .gateway_lists import Listed, only_keys, with_detail
from .operations import Action, Creating, Deleting, Reading, nothing
from .table import Call, Record, Row

PLATFORMS = (
    "default",
    "alu",
    "csr",
    "ericsson",
    "h3c",
    "huawei",
    "huaweiyang",
    "iosxe",
    "iosxr",
    "junos",
    "nexus",
    "sros",
)
RESERVED = "all"
"""A group of this name breaks the inventory."""


def gone(call: Call, records: list[Record]) -> Any:
    """Answer a deletion with 204, which is assumed."""
    return nothing(call, records[0])


# Which of two forms of a body counts


def unwrap(call: Call, wrapper: str, kind: type) -> Any:
    """Return what a body of one of two forms means; `None` if it is to be ignored.

    The setting `body_form` says which form the server takes. The other one is ignored, refused, or
    taken literally, as the setting `wrong_form` says; a list can only be refused.
    """
    body, wrapped = call.body, call.sim.settings["body_form"] == "wrapped"
    is_wrapped = isinstance(body, dict) and set(body) == {wrapper}
    if is_wrapped == wrapped and isinstance(body[wrapper] if wrapped else body, kind):
        return body[wrapper] if wrapped else body
    if call.sim.settings["wrong_form"] == "ignore":
        return None
    if call.sim.settings["wrong_form"] == "store" and not wrapped and isinstance(body, kind):
        return body
    raise call.refuse(f"body is not of type {kind.__name__}")


def set_variables(call: Call) -> Any:
    """Replace (PUT) or merge (PATCH) the variables of a device or a group."""
    record, variables = call.record(), unwrap(call, "variables", dict)
    if variables is not None:
        before = record["variables"] if call.request.method == "PATCH" else {}
        record["variables"] = {**before, **copy.deepcopy(variables)}
    return record


def variables_of(call: Call) -> Any:
    return call.record()["variables"]


def variable_of(call: Call) -> Any:
    found = call.record()["variables"]
    if call.params["variable"] not in found:
        raise call.refuse(f"variable {call.params['variable']} not found", 404)
    return found[call.params["variable"]]


# Devices


def create_device(call: Call, body: Record) -> Record:
    only_keys(call, body, ("name", "variables"))
    if not isinstance(body.get("variables"), dict):
        raise call.refuse("'name' and 'variables' are required properties")
    return body


def leave_groups(call: Call, device: Record) -> None:
    """Remove a deleted device from its groups."""
    for group in call.sim.tables["group"]:
        group["devices"] = [name for name in group["devices"] if name != device["name"]]


def break_if_reserved(call: Call, record: Record) -> bool:
    """Fail every list of devices if there is a group of the reserved name."""
    if call.sim.tables["group"].named(RESERVED) is not None:
        raise call.refuse("inventory cannot be parsed", 500)
    return True


DEVICE = Row(
    "device",
    (
        Listed("/devices", only=break_if_reserved),
        Reading("/devices/{name}"),
        Creating("/devices", read=create_device),
        Action("/devices/{name}", does=set_variables, method="PUT"),
        Action("/devices/{name}", does=set_variables, method="PATCH"),
        Deleting("/devices/{name}", answer=gone, after=leave_groups),
        Action("/devices/{name}/variables", does=variables_of, method="GET"),
        Action("/devices/{name}/variables/{variable}", does=variable_of, method="GET"),
        Action(
            "/devices/{name}/state",
            does=lambda call: {"name": call.record()["name"], "state": "reachable"},
            method="GET",
        ),
    ),
    id="name",
    made=lambda sim, record: {"variables": {}},
    refuse=with_detail,
)


# Groups


def create_group(call: Call, body: Record) -> Record:
    only_keys(call, body, ("name", "devices", "childGroups", "variables"))
    if not isinstance(body.get("devices"), list):
        raise call.refuse("'devices' is a required property")
    refuse_unknown(call, "devices", body["devices"])
    refuse_unknown(call, "childGroups", body.get("childGroups") or [])
    return body


def refuse_unknown(call: Call, field: str, names: list[str]) -> None:
    """Refuse members that do not exist: assumed."""
    table = call.sim.tables["device" if field == "devices" else "group"]
    for name in names:
        if table.named(name) is None:
            raise call.refuse(f"{name} not found", 404)


def show_group(call: Call, record: Record) -> Record:
    """Return a group with the names of its members or with objects: the names are assumed."""
    return {**record, **as_objects(call, record, {"devices": "name", "childGroups": "name"})}


def as_objects(call: Call, record: Record, fields: dict[str, str]) -> Record:
    """Return lists of names as objects with a key, if the setting `member_objects` says so."""
    if not call.sim.settings["member_objects"]:
        return {}
    return {field: [{key: name} for name in record[field]] for field, key in fields.items()}


def members(field: str, wrapper: str) -> Any:
    """Return the operation that reads members or adds some; that the list is plain is assumed."""

    def run(call: Call) -> Any:
        group = call.record()
        if call.request.method == "POST":
            added = unwrap(call, wrapper, list) or []
            refuse_unknown(call, field, added)
            group[field] += [name for name in added if name not in group[field]]
        return group[field]

    return run


def remove_member(field: str) -> Any:
    def run(call: Call) -> Any:
        group, member = call.record(), call.params["member"]
        if member not in group[field]:
            raise call.refuse(f"{member} not found", 404)
        group[field].remove(member)
        return nothing(call, group)

    return run


def leave_parents(call: Call, group: Record) -> None:
    """Remove a deleted group from the groups above it."""
    for parent in call.table:
        parent["childGroups"] = [n for n in parent["childGroups"] if n != group["name"]]


GROUP = Row(
    "group",
    (
        Listed("/groups"),
        Reading("/groups/{name}"),
        Creating("/groups", read=create_group),
        Action("/groups/{name}", does=set_variables, method="PUT"),
        Deleting("/groups/{name}", answer=gone, after=leave_parents),
        Action("/groups/{name}/devices", does=members("devices", "devices"), method="GET"),
        Action("/groups/{name}/devices", does=members("devices", "devices"), takes_lists=True),
        Action("/groups/{name}/devices/{member}", does=remove_member("devices"), method="DELETE"),
        Action("/groups/{name}/children", does=members("childGroups", "children"), method="GET"),
        Action(
            "/groups/{name}/children", does=members("childGroups", "children"), takes_lists=True
        ),
        Action(
            "/groups/{name}/children/{member}",
            does=remove_member("childGroups"),
            method="DELETE",
        ),
        Action("/groups/{name}/variables", does=variables_of, method="GET"),
        Action("/groups/{name}/variables/{variable}", does=variable_of, method="GET"),
    ),
    id="name",
    made=lambda sim, record: {"devices": [], "childGroups": [], "variables": {}},
    show=show_group,
    refuse=with_detail,
)


# Other inventories


def in_inventory(call: Call, record: Record) -> bool:
    return bool(record["inventory"] == call.params["inventory"])


def check_variables(needs: tuple[str, ...], choices: dict[str, tuple[str, ...]]) -> Any:
    def check(call: Call, record: Record) -> None:
        variables = record.get("variables")
        if not isinstance(variables, dict):
            raise call.refuse("'variables' is a required property")
        for name in needs:
            if not variables.get(name):
                raise call.refuse(f"'{name}' is a required property")
        for name, allowed in choices.items():
            if variables.get(name) not in allowed:
                raise call.refuse(f"{variables.get(name)!r} is not one of {list(allowed)}")

    return check


def create_entry(call: Call, body: Record) -> Record:
    only_keys(call, body, ("name", "variables"))
    return {**body, "inventory": call.params["inventory"]}


def update_entry(call: Call) -> Any:
    """Replace (PUT) or merge (PATCH) the variables of an entry."""
    body, record = call.inner(None), call.record()
    only_keys(call, body, ("name", "variables"))
    before = record["variables"] if call.request.method == "PATCH" else {}
    changed = {**record, "variables": {**before, **copy.deepcopy(body.get("variables") or {})}}
    call.table.row.check(call, changed)
    record.update(changed)
    return call.shown(record)


def entry_row(
    name: str, kind: str, needs: tuple[str, ...], choices: dict[str, tuple[str, ...]] | None = None
) -> Row:
    """Return the row of one further inventory."""
    base = f"/inventories/{kind}/{{inventory}}"
    return Row(
        name,
        (
            Listed(f"{base}/devices", default=100),
            Reading(f"{base}/devices/{{name}}"),
            Creating(f"{base}/devices", read=create_entry),
            Action(f"{base}/devices/{{name}}", does=update_entry, method="PUT"),
            Action(f"{base}/devices/{{name}}", does=update_entry, method="PATCH"),
            Deleting(f"{base}/devices/{{name}}", answer=gone),
            Action(
                f"{base}/groups",
                does=lambda call: {"data": [], "meta": {call.sim.settings["total_key"]: 0}},
                method="GET",
            ),
        ),
        unique=("name", "inventory"),
        made=lambda sim, record: {"inventory": "default", "variables": {}},
        show=lambda call, record: {key: record[key] for key in ("name", "variables")},
        check=check_variables(needs, choices or {}),
        scope=in_inventory,
        refuse=with_detail,
    )


ROWS = (
    DEVICE,
    GROUP,
    entry_row("http_device", "http_requests", ("base_url", "protocol")),
    entry_row(
        "netconf_device",
        "netconf",
        ("host", "username", "password"),
        {"platform": PLATFORMS},
    ),
    entry_row("netmiko_device", "netmiko", ("host", "device_type")),
)
