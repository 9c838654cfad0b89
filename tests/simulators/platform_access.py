# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authorization of the simulated Platform: accounts, groups, roles and service accounts."""

from __future__ import annotations

import uuid
from typing import Any

from . import lists
from .operations import Action, Creating, Deleting, Listing, Reading, status_data
from .table import Call, Record, Row, TableSimulator, message_only, object_id

AUTH = "/authorization"
P6 = ("6.5", "6.6")
BUILT_IN = object_id(0)
"""The id of the image's own account, whose document is rewritten."""


def updates(call: Call) -> Record:
    """Return the changes in a body; without the wrapper there is nothing to do."""
    body = call.body if isinstance(call.body, dict) else {}
    if not isinstance(body.get("updates"), dict) or not body["updates"]:
        raise call.refuse("No applicable updates requested")
    return body["updates"]


def objects(call: Call, record: Record, field: str) -> list[Any]:
    """Return the list at a field of a record."""
    found = record.get(field) or []
    if not isinstance(found, list):
        raise call.refuse(f"{field} must be an array")
    return found


def check_references(call: Call, record: Record) -> None:
    """Refuse roles and groups that do not exist, and lists of plain ids."""
    for field, key, kind in (("assignedRoles", "roleId", "role"), ("memberOf", "groupId", "group")):
        for one in objects(call, record, field):
            if not isinstance(one, dict) or call.sim.tables[kind].get(one.get(key) or "") is None:
                raise call.refuse(f"{field}: {one} is not the {key} of a {kind}", 500)


def active_twin(call: Call, record: Record) -> None:
    """Refuse a name that an active record has; an inactive one may have the same name."""
    key = call.table.row.key
    for one in call.table:
        if one.get(key) == record.get(key) and not one.get("inactive"):
            raise call.refuse(f"{call.table.row.name} {record[key]} already exists", 409)


def gone_group(call: Call, group: Record) -> None:
    """Remove a deleted group from accounts and groups."""
    for name in ("account", "group"):
        for record in call.sim.tables[name]:
            members = record.get("memberOf") or []
            record["memberOf"] = [one for one in members if one["groupId"] != group["_id"]]


# Accounts


def show_account(call: Call, record: Record) -> Record:
    """Return an account without its password. The built-in account loses its groups at once."""
    shown = {key: value for key, value in record.items() if key != "password"}
    return {**shown, "memberOf": []} if record["_id"] == BUILT_IN else shown


def wrapped_from_6(call: Call, record: Record) -> Any:
    """Answer `data` from Platform 6 on, the bare record before."""
    return {"data": record} if call.sim.has(P6) else record


def update_account(call: Call) -> Any:
    """Change an account. A change of `assignedRoles` clears `memberOf`, unless both are sent."""
    changes, account = updates(call), call.record()
    names = ("assignedRoles", "memberOf", "inactive", "email", "firstname", "lastname")
    changes = call.pick(changes, names)
    if not changes:
        raise call.refuse("No applicable updates requested")
    check_references(call, changes)
    if "assignedRoles" in changes and "memberOf" not in changes:
        changes["memberOf"] = []
    account.update(changes)
    return status_data(call, call.shown(account))


ACCOUNT_FIELDS = (
    "username",
    "firstname",
    "lastname",
    "email",
    "password",
    "provenance",
    "inactive",
    "assignedRoles",
    "memberOf",
)
ACCOUNT = Row(
    "account",
    (
        Listing(f"{AUTH}/accounts", envelope=lists.results, filters=lists.paired),
        Reading(f"{AUTH}/accounts/{{id}}", answer=wrapped_from_6),
        Creating(
            f"{AUTH}/accounts",
            wrap="account",
            needs=("username", "password", "provenance"),
            fields=ACCOUNT_FIELDS,
            duplicate=active_twin,
            answer=status_data,
            releases=P6,
        ),
        Action(f"{AUTH}/accounts/{{id}}", does=update_account, method="PATCH"),
        Action(
            f"{AUTH}/accounts/{{id}}/forceLogout",
            does=lambda call: {"status": "OK", "message": call.record()["username"]},
        ),
    ),
    key="username",
    unique=("username", "provenance"),
    made=lambda sim, record: {
        "provenance": "Pronghorn",
        "firstname": "",
        "lastname": "",
        "email": "",
        "inactive": False,
        "assignedRoles": [],
        "inheritedRoles": [],
        "memberOf": [],
        "loggedIn": False,
    },
    show=show_account,
    check=check_references,
    refuse=message_only,
)


# Groups


def update_group(call: Call) -> Any:
    changes, group = updates(call), call.record()
    names = ("name", "description", "assignedRoles", "memberOf", "inactive")
    changes = call.pick(changes, names)
    if not changes:
        raise call.refuse("No applicable updates requested")
    check_references(call, changes)
    group.update(changes)
    return status_data(call, group)


GROUP = Row(
    "group",
    (
        Listing(f"{AUTH}/groups", envelope=lists.results, filters=lists.paired),
        Reading(f"{AUTH}/groups/{{id}}"),
        Creating(
            f"{AUTH}/groups",
            wrap="group",
            needs=("name", "provenance"),
            duplicate=active_twin,
            answer=status_data,
        ),
        Action(f"{AUTH}/groups/{{id}}", does=update_group, method="PATCH"),
        Deleting(f"{AUTH}/groups/{{id}}", after=gone_group),
    ),
    unique=("name", "provenance"),
    made=lambda sim, record: {
        "provenance": "Pronghorn",
        "description": "",
        "assignedRoles": [],
        "memberOf": [],
        "inactive": False,
    },
    check=check_references,
    refuse=message_only,
)


# Roles


def create_role(call: Call, body: Record) -> Record:
    if not body.get("description"):
        raise call.refuse("description is required", 500)
    if body.get("provenance") != "Custom":
        raise call.refuse("provenance must be Custom")
    return body


def check_role(call: Call, record: Record) -> None:
    for field, key in (("allowedMethods", "name"), ("allowedViews", "path")):
        for one in objects(call, record, field):
            if not isinstance(one, dict) or set(one) != {key, "provenance"}:
                raise call.refuse(f"{field}: {key} and provenance are required", 500)


def guard_role(call: Call, role: Record) -> None:
    if role["provenance"] != "Custom":
        raise call.refuse("Cannot update non-custom role")


def update_role(call: Call) -> Any:
    changes, role = updates(call), call.record()
    guard_role(call, role)
    names = ("description", "allowedMethods", "allowedViews")
    changes = call.pick(changes, names)
    if not changes:
        raise call.refuse("No applicable updates requested")
    check_role(call, changes)
    role.update(changes)
    return status_data(call, role)


def gone_role(call: Call, role: Record) -> None:
    for name in ("account", "group"):
        for record in call.sim.tables[name]:
            roles = record.get("assignedRoles") or []
            record["assignedRoles"] = [one for one in roles if one["roleId"] != role["_id"]]


ROLE = Row(
    "role",
    (
        Listing(f"{AUTH}/roles", envelope=lists.results, filters=lists.paired),
        Reading(f"{AUTH}/roles/{{id}}"),
        Creating(f"{AUTH}/roles", wrap="role", read=create_role, answer=status_data),
        Action(f"{AUTH}/roles/{{id}}", does=update_role, method="PATCH"),
        Deleting(f"{AUTH}/roles/{{id}}", guard=guard_role, after=gone_role),
    ),
    unique=("name", "provenance"),
    made=lambda sim, record: {
        "provenance": "Custom",
        "description": "",
        "allowedMethods": [],
        "allowedViews": [],
    },
    check=check_role,
    refuse=message_only,
)


# Service accounts


def show_service_account(call: Call, record: Record) -> Record:
    return {key: value for key, value in record.items() if key != "client_secret"}


def with_secret(call: Call, record: Record) -> Any:
    """Answer with the secret, which is shown only here."""
    stored = call.table.get(record["client_id"]) or {}
    return {"results": {**record, "client_secret": stored["client_secret"]}}


def regenerate(call: Call) -> Any:
    record = call.record()
    record["client_secret"] = str(uuid.uuid4())
    return with_secret(call, call.shown(record))


def update_service_account(call: Call) -> Any:
    changes, record = updates(call), call.record()
    if "inactive" not in changes:
        raise call.refuse("No applicable updates requested")
    record["inactive"] = changes["inactive"]
    return {"results": call.shown(record)}


def made_service_account(sim: TableSimulator, record: Record) -> Record:
    return {"description": "", "inactive": False, "client_secret": str(uuid.uuid4())}


def add_account(call: Call, record: Record) -> None:
    """Add the account of a service account, which has the same id."""
    call.sim.tables["account"].seed([account_of(record)])


def account_of(record: Record) -> Record:
    """Return the account of a service account; its provenance is assumed."""
    return {
        "_id": record["client_id"],
        "username": record["name"],
        "provenance": "ServiceAccount",
    }


def remove_account(call: Call, record: Record) -> None:
    """Remove the account of a deleted service account."""
    account = call.sim.tables["account"].get(record["client_id"])
    if account is not None:
        call.sim.tables["account"].remove(account)


ACCOUNTS = "/oauth/serviceAccounts"
SERVICE_ACCOUNT = Row(
    "service_account",
    (
        Listing(ACCOUNTS, envelope=lists.results, filters=lists.paired),
        Creating(ACCOUNTS, wrap="accountData", fields=("name", "description"), answer=with_secret),
        Action(f"{ACCOUNTS}/{{id}}", does=update_service_account, method="PATCH"),
        Action(f"{ACCOUNTS}/{{id}}/regenerate", does=regenerate, method="PATCH"),
        Deleting(f"{ACCOUNTS}/{{id}}", after=remove_account),
    ),
    id="client_id",
    new_id=lambda number: object_id(0x5E7A << 64 | number),
    made=made_service_account,
    show=show_service_account,
    refuse=message_only,
)

ROWS = (ACCOUNT, GROUP, ROLE, SERVICE_ACCOUNT)
