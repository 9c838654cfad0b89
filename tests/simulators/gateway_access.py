# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts, RBAC, secrets and the configuration of the simulated Gateway 4."""

from __future__ import annotations

import copy
from typing import Any

from .gateway_inventory import as_objects, gone
from .gateway_lists import Listed, only_keys, with_detail
from .operations import Action, Creating, Deleting, Reading, nothing
from .table import Call, Record, Row

MASK = "********"


# Accounts


def create_account(call: Call, body: Record) -> Record:
    only_keys(call, body, ("username", "password", "email", "firstname", "lastname"))
    return body


def update_account(call: Call) -> Any:
    """Replace the three fields of an account, which must all be there; they may be null."""
    body, record, names = call.inner(None), call.record(), ("email", "firstname", "lastname")
    only_keys(call, body, names)
    for name in names:
        if name not in body:
            raise call.refuse(f"'{name}' is a required property")
        if body[name] is None and not call.sim.settings["null_names"]:
            raise call.refuse("None is not of type 'string'")
    record.update(body)
    return call.shown(record)


def update_password(call: Call) -> Any:
    """Change a password, for which the old one is needed; the status of a wrong one is assumed."""
    body, record = call.inner(None), call.record()
    call.need(body, ("old_password", "new_password"))
    if body["old_password"] != record["password"]:
        raise call.refuse("old password is wrong", 400)
    record["password"] = body["new_password"]
    return {"message": "password updated"}


ACCOUNT = Row(
    "account",
    (
        Listed("/accounts"),
        Reading("/accounts/{name}"),
        Creating("/accounts", needs=("username", "password", "email"), read=create_account),
        Action("/accounts/{name}", does=update_account, method="PUT"),
        Action("/accounts/{name}/update_password", does=update_password),
        Action("/accounts/{name}/confirm_eula", does=lambda call: {"message": "ok"}),
        Deleting("/accounts/{name}", answer=gone),
    ),
    id="username",
    key="username",
    unique=("username",),
    made=lambda sim, record: {"email": "", "firstname": None, "lastname": None},
    show=lambda call, record: {key: record[key] for key in record if key != "password"},
    refuse=with_detail,
)


# RBAC

GROUP_FIELDS = ("name", "description", "roles", "users")


def show_rbac_group(call: Call, record: Record) -> Record:
    return {**record, **as_objects(call, record, {"roles": "name", "users": "username"})}


def check_group(call: Call, record: Record) -> None:
    """Refuse a group without roles, and unknown roles and users."""
    if not record.get("roles"):
        raise call.refuse("'roles' must have at least one item")
    for field, table in (("roles", "rbac_role"), ("users", "account")):
        for name in record.get(field) or []:
            if call.sim.tables[table].named(name) is None:
                raise call.refuse(f"{name} not found", 404)


def create_rbac_group(call: Call, body: Record) -> Record:
    only_keys(call, body, GROUP_FIELDS)
    refuse_empty_users(call, body)
    return body


def refuse_empty_users(call: Call, body: Record) -> None:
    """Refuse an empty list of users: that a change takes none either is assumed."""
    if body.get("users") == []:
        raise call.refuse("'users' must have at least one item")


def update_rbac_group(call: Call) -> Any:
    """Change a group; each list that is sent replaces the old one: assumed."""
    body, record = call.inner(None), call.record()
    only_keys(call, body, GROUP_FIELDS[1:])
    refuse_empty_users(call, body)
    changed = {**record, **copy.deepcopy(body)}
    check_group(call, changed)
    record.update(changed)
    return call.shown(record)


def members(field: str) -> Any:
    def run(call: Call) -> Any:
        record = call.record()
        if call.request.method == "POST":
            new = [name for name in call.strings(field) if name not in record[field]]
            check_group(call, {**record, field: record[field] + new})
            record[field] = record[field] + new
        return record[field]

    return run


def remove_member(field: str) -> Any:
    def run(call: Call) -> Any:
        record, member = call.record(), call.params["member"]
        if member not in record[field]:
            raise call.refuse(f"{member} not found", 404)
        record[field] = [name for name in record[field] if name != member]
        return nothing(call, record)

    return run


RBAC_GROUP = Row(
    "rbac_group",
    (
        Listed("/rbac/groups"),
        Reading("/rbac/groups/{name}"),
        Creating("/rbac/groups", needs=("name", "roles"), read=create_rbac_group),
        Action("/rbac/groups/{name}", does=update_rbac_group, method="PUT"),
        Deleting("/rbac/groups/{name}", answer=gone),
        *(
            Action(f"/rbac/groups/{{name}}/{field}", does=members(field), method=method)
            for field in ("roles", "users")
            for method in ("GET", "POST")
        ),
        *(
            Action(
                f"/rbac/groups/{{name}}/{field}/{{member}}",
                does=remove_member(field),
                method="DELETE",
            )
            for field in ("roles", "users")
        ),
    ),
    id="name",
    made=lambda sim, record: {"description": "", "roles": [], "users": []},
    show=show_rbac_group,
    check=check_group,
    refuse=with_detail,
)
RBAC_ROLE = Row(
    "rbac_role",
    (Listed("/rbac/roles"), Reading("/rbac/roles/{name}")),
    id="name",
    made=lambda sim, record: {"description": ""},
    refuse=with_detail,
)


# Secrets: the path is in the query


def secret_at(call: Call) -> Record:
    path = call.query.get("path")
    if not path:
        raise call.refuse("Missing query parameter 'path'")
    found = call.table.named(path)
    if found is None:
        raise call.refuse(f"secret {path} not found", 404)
    return found


def show_secret(call: Call, record: Record) -> Record:
    """Return a secret in clear or masked, as the setting `secret_values` says: assumed."""
    if call.sim.settings["secret_values"] == "clear":
        return record
    return {**record, "secret_data": dict.fromkeys(record["secret_data"], MASK)}


def read_secrets(call: Call) -> Any:
    if "path" in call.query:
        return show_secret(call, secret_at(call))
    return Listed("/secrets").run(call)


def create_secret(call: Call) -> Any:
    body = call.inner(None)
    only_keys(call, body, ("path", "secret_data"))
    if not isinstance(body.get("secret_data"), dict) or not body.get("path"):
        raise call.refuse("'path' and 'secret_data' are required properties")
    if call.query.get("path") != body["path"]:
        raise call.refuse("path of the query and of the body differ")
    if call.table.named(body["path"]) is not None:
        raise call.refuse(f"secret {body['path']} exists", 409)
    return show_secret(call, call.table.add(body))


def update_secret(call: Call) -> Any:
    record = secret_at(call)
    record["secret_data"] = copy.deepcopy(call.inner(None))
    return show_secret(call, record)


def delete_secret(call: Call) -> Any:
    record = secret_at(call)
    call.table.remove(record)
    return nothing(call, record)


SECRET = Row(
    "secret",
    (
        Action("/secrets", does=read_secrets, method="GET"),
        Action("/secrets", does=create_secret),
        Action("/secrets", does=update_secret, method="PUT"),
        Action("/secrets", does=delete_secret, method="DELETE"),
    ),
    id="path",
    key="path",
    unique=("path",),
    show=show_secret,
    refuse=with_detail,
)


# Configuration: one record

DEFAULTS: Record = {
    "ansible_enabled": True,
    "ansible_debug": False,
    "collection_path": ["/usr/share/automation-gateway/collections"],
    "module_path": [],
    "playbook_path": ["/usr/share/automation-gateway/playbooks"],
    "playbook_recursive": False,
    "role_path": [],
    "script_path": ["/usr/share/automation-gateway/scripts"],
    "script_recursive": False,
    "extended_device_role_path": [],
    "inventory_file": "/etc/automation-gateway/hosts",
    "no_cleanup": False,
    "process_count": 5,
    "repos_enabled": False,
    "repos_path": "",
    "nornir_enabled": True,
    "netmiko_enabled": True,
    "netconf_enabled": True,
    "http_requests_enabled": True,
    "scripts_enabled": True,
    "terraform_enabled": False,
    "terraform_path": [],
    "ldap_auth_enabled": False,
    "ldap_server": "",
    "ldap_bind_user_password": "",
    "vault_enabled": False,
    "vault_server": "",
    "vault_access_token": "",
}
SERVER_KEYS: Record = {"logging_level": "info", "http_server_threads": 8}
"""Keys that a read returns and a write does not accept: assumed."""
MASKED = ("ldap_bind_user_password", "vault_access_token")


def config_of(call: Call) -> Record:
    return next(iter(call.table))


def show_config(call: Call, record: Record) -> Record:
    masked = {key: MASK for key in MASKED if record[key]}
    return {**record, **masked, **SERVER_KEYS}


def write_config(call: Call) -> Any:
    """Change the configuration. Keys that are not sent are kept, or reset, as the setting
    `config_put` says."""
    body, record = call.inner(None), config_of(call)
    only_keys(call, body, tuple(DEFAULTS))
    for key, value in body.items():
        if not isinstance(value, type(DEFAULTS[key])):
            raise call.refuse(f"{key} has the wrong type")
    before = record if call.sim.settings["config_put"] == "merge" else DEFAULTS
    record.update(copy.deepcopy({**before, **body}))
    return show_config(call, record)


CONFIG = Row(
    "config",
    (
        Action("/config", does=lambda call: show_config(call, config_of(call)), method="GET"),
        Action("/config", does=write_config, method="PUT"),
    ),
    id="inventory_file",
    unique=(),
    refuse=with_detail,
)

ROWS = (ACCOUNT, RBAC_GROUP, RBAC_ROLE, SECRET, CONFIG)
