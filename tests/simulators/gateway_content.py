# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content that the simulated Gateway 4 finds on its disk: playbooks, scripts, modules, roles and so
on, with their decorations, executions and audit."""

from __future__ import annotations

import copy
from typing import Any

from .gateway_lists import Listed, with_detail
from .operations import Action, Reading
from .table import Call, Record, Row, TableSimulator, now

ARGUMENTS = {
    "playbook": ("args", "hosts", "groups", "strict_args", "syntax_check", "template", "verbosity"),
    "script": ("args", "hosts", "env", "strict_args", "template"),
    "module": ("args", "hosts", "groups", "provider_required", "strict_args", "template"),
    "role": ("args", "hosts", "groups", "strict_args", "template"),
    "nornir": ("args", "hosts", "groups", "env", "strict_args"),
}
"""The keys of a body of an execution, by kind."""
FULL = ("content", "schema", "schemas")
"""Fields that only full records have."""


# Schemas ("decorations")


def native(record: Record) -> Record:
    return {"title": record["name"], "type": "object", "properties": {}, "required": []}


def effective(record: Record) -> Record:
    """Return the schema that counts: the user's, or that of the content itself."""
    schemas = record["schemas"]
    return dict(schemas[schemas["effective_schema_type"]])


def read_schema(call: Call) -> Any:
    return {"schema": effective(call.record())}


def write_schema(call: Call) -> Any:
    """Set the user's schema, which must be below `schema`."""
    schema, record = call.inner("schema"), call.record()
    if schema.get("type") != "object":
        raise call.refuse("schema: type must be object")
    record["schemas"].update(user=copy.deepcopy(schema), effective_schema_type="user")
    return {"message": "schema updated"}


def delete_schema(call: Call) -> Any:
    """Remove the user's schema; that of the content stays."""
    record = call.record()
    if "user" not in record["schemas"]:
        raise call.refuse(f"{record['name']} has no user schema", 404)
    del record["schemas"]["user"]
    record["schemas"]["effective_schema_type"] = "native"
    return {"message": "schema deleted"}


def user_schema(call: Call) -> Any:
    """Set or remove a schema by the unified route, whose body is the schema itself."""
    table = call.sim.tables.get(call.params["type"])
    record = table.named(call.params["name"]) if table is not None else None
    if record is None or "schemas" not in record:
        raise call.refuse("not found", 404)
    if call.request.method == "PUT":
        schema = copy.deepcopy(call.inner(None))
        record["schemas"].update(user=schema, effective_schema_type="user")
    else:
        record["schemas"].pop("user", None)
        record["schemas"]["effective_schema_type"] = "native"
    return {"message": "ok"}


def show_content(call: Call, record: Record) -> Record:
    return {**record, "schema": effective(record)}


# Executions


def execute(call: Call) -> Any:
    """Run at once. A failure is told in a 200; content whose name begins with `fails` fails."""
    return run_content(call, call.record(), call.table.row.name)


def run_content(call: Call, record: Record, kind: str) -> Any:
    """Run a record of a kind of content."""
    body = call.inner(None)
    if not isinstance(body.get("args"), dict):
        raise call.refuse("'args' is a required property")
    allowed = ARGUMENTS.get(kind, ("args", "strict_args"))
    for key in body:
        if key not in allowed:
            raise call.refuse(f"Additional properties are not allowed ('{key}' was unexpected)")
    properties = effective(record).get("properties") or {}
    unknown = [name for name in body["args"] if properties and name not in properties]
    if unknown and body.get("strict_args"):
        raise call.refuse(f"unknown arguments: {', '.join(unknown)}")
    hosts = body.get("hosts") or [
        device
        for name in body.get("groups") or []
        for device in (call.sim.tables["group"].named(name) or {}).get("devices", [])
    ]
    answer = [
        entry
        for host in hosts or ["localhost"]
        for entry in outcome(record, kind, host, unknown, body)
    ]
    note(call, record, kind, answer, body)
    return answer


def outcome(record: Record, kind: str, host: str, unknown: list[str], body: Record) -> list[Record]:
    """Return the entries of one host: several for a role, of which one is the answer."""
    status = "FAILURE" if record["name"].startswith("fails") else "SUCCESS"
    if kind == "script":
        return [{"host": host, "status": status, "stdout": record.get("stdout", "hello")}]
    common = {
        kind: record["name"],
        "host": host,
        "status": status,
        "argument_warnings": unknown or None,
    }
    results = {"stdout": record.get("stdout", "hello"), "args": body["args"]}
    if kind != "role":
        return [{**common, "task": record["name"], "results": results}]
    setup = {**common, "task": "setup", "status": "SUCCESS", "results": {}}
    return [setup, {**common, "task": f"{record['name']} response", "results": results}]


def note(call: Call, record: Record, kind: str, answer: Any, body: Record) -> None:
    """Add an execution to the audit."""
    audit = call.sim.tables["audit"].add(
        {"object_type": kind, "object_name": record["name"], "args": body["args"]}
    )
    call.sim.tables["execution"].add({"audit_id": audit["audit_id"], "result": answer})


def history(call: Call) -> Any:
    """List the executions of one object; keys other than `audit_id` are assumed."""
    kind, record = call.table.row.name, call.record()
    audit = Call(call.sim, call.sim.tables["audit"], call.operation, call.request, None)
    own = Listed(
        "/audit",
        default=10,
        only=lambda dummy, one: (one["object_type"], one["object_name"]) == (kind, record["name"]),
    )
    return own.run(audit)


# Built-in commands, and the content of collections

COMMANDS = {
    "/http_requests/request": ("http_device", ("host", "endpoint", "method")),
    "/netmiko/send_command": ("netmiko_device", ("host", "command_string")),
    "/netmiko/send_config_set": ("netmiko_device", ("host", "config_commands")),
    "/netconf/get_config": ("netconf_device", ("host", "target_datastore")),
    "/netconf/set_config": ("netconf_device", ("host", "config_content", "target_datastore")),
    "/netconf/exec_rpc": ("netconf_device", ("host", "rpc")),
}
"""The inventory of each command, and the required keys of its body."""


def run_command(path: str) -> Any:
    """Return the operation that runs a command on an entry of an inventory."""
    inventory, needs = COMMANDS[path]

    def run(call: Call) -> Any:
        body = call.inner(None)
        call.need(body, needs)
        if call.sim.tables[inventory].named(body["host"]) is None:
            raise call.refuse(f"{body['host']} not found", 404)
        record = {"name": path.rpartition("/")[2]}
        status = "FAILURE" if body["host"].startswith("fails") else "SUCCESS"
        answer = [{"host": body["host"], "status": status, "stdout": "hello"}]
        note(call, record, "command", answer, {"args": body})
        return answer

    return run


def member_of(call: Call) -> Record:
    """Return the module or role of a collection that the path names."""
    kind = "modules" if "/modules" in call.operation.path else "roles"
    for one in call.record().get(kind) or []:
        if one == call.params["member"]:
            return made_member(call, one)
    raise call.refuse(f"{call.params['member']} not found", 404)


def made_member(call: Call, name: str) -> Record:
    return {
        "name": f"{call.params['name']}.{name}",
        "schemas": made_content(call.sim, {"name": name})["schemas"],
    }


def list_members(call: Call) -> Any:
    kind = "modules" if call.operation.path.endswith("/modules") else "roles"
    found = [{"name": name} for name in call.record().get(kind) or []]
    return {"data": found, "meta": {call.sim.settings["total_key"]: len(found)}}


def execute_member(call: Call) -> Any:
    kind = "module" if "/modules" in call.operation.path else "role"
    return run_content(call, member_of(call), kind)


def install(call: Call) -> Any:
    """Install a collection by name or from a file."""
    body = call.inner(None)
    name = body.get("package_name") or body.get("filename")
    if not name:
        raise call.refuse("'package_name' or 'filename' is required")
    if call.table.named(name) is None:
        call.table.add({"name": name, "version": body.get("version", "1.0.0")})
    elif not body.get("force"):
        return {"message": f"{name} is already installed"}
    return {"message": f"{name} installed"}


# Rows


def made_content(sim: TableSimulator, record: Record) -> Record:
    return {
        "path": f"/usr/share/automation-gateway/{record['name']}",
        "content": "",
        "schemas": {"effective_schema_type": "native", "native": native(record)},
    }


COLLECTION_OPERATIONS = (
    Action("/collections/install", does=install),
    *(
        operation
        for kind in ("modules", "roles")
        for operation in (
            Action(f"/collections/{{name}}/{kind}", does=list_members, method="GET"),
            Action(f"/collections/{{name}}/{kind}/{{member}}", does=member_of, method="GET"),
            Action(f"/collections/{{name}}/{kind}/{{member}}/execute", does=execute_member),
        )
    ),
)


def content_row(name: str, base: str) -> Row:
    """Return the row of one kind of content."""
    verbs: tuple[str, ...] = ("execute", "dry_run") if name == "playbook" else ("execute",)
    if name == "terraform":
        steps = ("init", "plan", "apply", "validate", "destroy")
        verbs = tuple(f"terraform_{step}" for step in steps)
    elif name == "collection":
        verbs = ()
    one = f"{base}/{{name}}"
    return Row(
        name,
        (
            Listed(base, summary=FULL),
            Reading(one),
            Action(f"{base}/refresh", does=lambda call: {"message": "refreshed"}),
            Action(f"{one}/schema", does=read_schema, method="GET"),
            Action(f"{one}/schema", does=write_schema, method="PUT"),
            Action(f"{one}/schema", does=delete_schema, method="DELETE"),
            Action(f"{one}/history", does=history, method="GET"),
            *(Action(f"{one}/{verb}", does=execute) for verb in verbs),
            *(COLLECTION_OPERATIONS if name == "collection" else ()),
        ),
        id="name",
        made=made_content,
        show=show_content,
        refuse=with_detail,
    )


AUDIT = Row(
    "audit",
    (Listed("/audit"),),
    id="audit_id",
    unique=(),
    made=lambda sim, record: {"user": "admin@itential", "start": now(), "end": now()},
    refuse=with_detail,
)
EXECUTION = Row(
    "execution",
    (Reading("/exec_history/{id}"),),
    id="audit_id",
    unique=(),
    refuse=with_detail,
)
UNIFIED = Row(
    "user_schema",
    tuple(
        Action("/user-schema/{type}/{name}", does=user_schema, method=method)
        for method in ("PUT", "DELETE")
    ),
    refuse=with_detail,
)
KINDS = (
    ("playbook", "/playbooks"),
    ("script", "/scripts"),
    ("module", "/modules"),
    ("role", "/roles"),
    ("nornir", "/nornir"),
    ("terraform", "/terraforms"),
    ("collection", "/collections"),
)
COMMAND = Row(
    "command",
    tuple(Action(f"{path}/execute", does=run_command(path)) for path in COMMANDS),
    refuse=with_detail,
)
ROWS = (*(content_row(name, base) for name, base in KINDS), AUDIT, EXECUTION, UNIFIED, COMMAND)
