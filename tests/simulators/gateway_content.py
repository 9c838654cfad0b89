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
    shown = {key: value for key, value in record.items() if key != "_hidden"}
    return {**shown, "schema": effective(record)}


# Refresh


def refresh(call: Call) -> Any:
    """Find what is in the setting `deployed`; it is listed after `refresh_polls` lists more."""
    settings, kind = call.sim.settings, call.table.row.name
    for name in settings["deployed"].pop(kind, []):
        call.table.add({"name": name, "_hidden": settings["refresh_polls"]})
    return {"message": "refreshed"}


def is_found(call: Call, record: Record) -> bool:
    """Tell whether content is listed yet, and count the lists until it is."""
    left = record.get("_hidden", 0)
    if left:
        record["_hidden"] = left - 1
    return not left


# Executions


def execute(call: Call) -> Any:
    """Run at once. A failure is told in a 200; content whose name begins with `fails` fails."""
    return run_content(call, call.record(), call.table.row.name)


def execute_terraform(call: Call) -> Any:
    """Run an action of Terraform, whose path begins with `terraform_` in some releases."""
    is_prefixed = "/terraform_" in call.operation.path
    if is_prefixed != call.sim.settings["terraform_prefix"]:
        raise call.refuse("not found", 404)
    return execute(call)


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
    stderr = {"stderr": record["stderr"]} if "stderr" in record else {}
    if kind == "script":
        texts = {"stdout": record.get("stdout", "hello"), **stderr}
        return [{"host": host, "status": status, **texts}]
    common = {
        kind: record["name"],
        "host": host,
        "status": status,
        "argument_warnings": unknown or None,
    }
    results = {"stdout": record.get("stdout", "hello"), "args": body["args"], **stderr}
    if "changes" in record:
        results["changed"] = record["changes"]
    if kind != "role":
        return [{**common, "task": record["name"], "results": results}]
    setup = {**common, "task": "setup", "status": "SUCCESS", "results": {}}
    return [setup, {**common, "task": f"{record['name']} response", "results": results}]


def note(call: Call, record: Record, kind: str, answer: Any, body: Record) -> None:
    """Add an execution to the audit."""
    polls = call.sim.settings["run_polls"]
    audit = call.sim.tables["audit"].add(
        {
            "object_type": kind,
            "object_name": record["name"],
            "args": body["args"],
            **({"_polls": polls, "status": "running", "end": None} if polls else {}),
        }
    )
    call.sim.tables["execution"].add({"audit_id": audit["audit_id"], "result": answer})


def history(call: Call) -> Any:
    """List the executions of one object; keys other than `audit_id` are assumed."""
    return history_of(call, call.table.row.name, call.record()["name"])


def history_of(call: Call, kind: str, name: str) -> Any:
    audit = Call(call.sim, call.sim.tables["audit"], call.operation, call.request, None)
    own = Listed(
        "/audit",
        default=10,
        only=lambda dummy, one: (one["object_type"], one["object_name"]) == (kind, name),
    )
    return own.run(audit)


def show_audit(call: Call, record: Record) -> Record:
    """Show an entry; a run ends after it was shown as often as the setting `run_polls` says."""
    shown = {key: value for key, value in record.items() if key != "_polls"}
    if record.get("_polls"):
        record["_polls"] -= 1
        if not record["_polls"]:
            record.update(status="finished", end=now())
    return shown


def read_execution(call: Call) -> Any:
    """Return the stored result of a run; that there is none before its end is assumed."""
    audit = call.sim.tables["audit"].get(call.params["id"])
    if audit is not None and audit.get("_polls"):
        raise call.refuse("not found", 404)
    return call.record()


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
        record = {"name": path}
        status = "FAILURE" if body["host"].startswith("fails") else "SUCCESS"
        answer = [{"host": body["host"], "status": status, "stdout": "hello"}]
        note(call, record, "command", answer, {"args": body})
        return answer

    return run


def command_schema(path: str) -> Any:
    """Return the operation that reads the schema of a command."""
    dummy_inventory, needs = COMMANDS[path]
    properties = {"host": {"type": "string"}, "config_commands": {"type": "array"}}
    schema = {"type": "object", "required": list(needs), "properties": properties}
    return lambda call: {"schema": schema}


def command_history(path: str) -> Any:
    """Return the operation that lists the runs of a command."""
    return lambda call: history_of(call, "command", path)


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


def member_history(call: Call) -> Any:
    kind = "module" if "/modules" in call.operation.path else "role"
    return history_of(call, kind, member_of(call)["name"])


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
            Action(
                f"/collections/{{name}}/{kind}/{{member}}/schema",
                does=lambda call: {"schema": effective(member_of(call))},
                method="GET",
            ),
            Action(
                f"/collections/{{name}}/{kind}/{{member}}/history",
                does=member_history,
                method="GET",
            ),
        )
    ),
)


def content_row(name: str, base: str) -> Row:
    """Return the row of one kind of content."""
    verbs: tuple[str, ...] = ("execute", "dry_run") if name == "playbook" else ("execute",)
    runs = execute
    if name == "terraform":
        steps = ("init", "plan", "apply", "validate", "destroy")
        verbs = tuple(f"{prefix}{step}" for step in steps for prefix in ("", "terraform_"))
        runs = execute_terraform
    elif name == "collection":
        verbs = ()
    one = f"{base}/{{name}}"
    return Row(
        name,
        (
            Listed(base, summary=FULL, only=is_found),
            Reading(one),
            Action(f"{base}/refresh", does=refresh),
            Action(f"{one}/schema", does=read_schema, method="GET"),
            Action(f"{one}/schema", does=write_schema, method="PUT"),
            Action(f"{one}/schema", does=delete_schema, method="DELETE"),
            Action(f"{one}/history", does=history, method="GET"),
            *(Action(f"{one}/{verb}", does=runs) for verb in verbs),
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
    show=show_audit,
    refuse=with_detail,
)
EXECUTION = Row(
    "execution",
    (Action("/exec_history/{id}", does=read_execution, method="GET"),),
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
    tuple(
        operation
        for path in COMMANDS
        for operation in (
            Action(f"{path}/execute", does=run_command(path)),
            Action(f"{path}/history", does=command_history(path), method="GET"),
            *(
                ()
                if path.startswith("/netconf")
                else (Action(f"{path}/schema", does=command_schema(path), method="GET"),)
            ),
        )
    ),
    refuse=with_detail,
)
ROWS = (*(content_row(name, base) for name, base in KINDS), AUDIT, EXECUTION, UNIFIED, COMMAND)
