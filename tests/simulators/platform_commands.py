# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command and analytic templates (MOP) of the simulated Platform."""

from __future__ import annotations

import copy
import re
from typing import Any

from .operations import Action
from .table import Call, Record, Row, TableSimulator, now

RULES = ("contains", "!contains", "contains1", "RegEx", "!RegEx", "#comparison")


def made_template(sim: TableSimulator, record: Record) -> Record:
    return {
        "_id": record["name"],
        "os": "",
        "passRule": True,
        "ignoreWarnings": False,
        "commands": [],
        "tags": [],
        "description": "",
        "created": now(),
        "createdBy": "admin",
        "lastUpdated": now(),
        "lastUpdatedBy": "admin",
    }


def refuse_invalid(call: Call, document: Record) -> None:
    """Refuse a command template whose commands are not valid."""
    for command in document.get("commands") or []:
        for rule in command.get("rules") or []:
            if rule.get("eval") not in RULES:
                raise call.refuse(f"eval must be one of {', '.join(RULES)}", 500)
    tags = document.get("tags")
    if tags:
        document["tags"] = [tag for tag in tags if isinstance(tag, dict)]


def list_all(call: Call) -> Any:
    return [call.shown(record) for record in call.table]


def read_one(call: Call) -> Any:
    """Answer with a list of one."""
    found = call.find()
    if found is None:
        raise call.refuse(f"Template {call.params['name']} not found", 404)
    return [found]


def add(call: Call, document: Record) -> Record:
    record = call.writable(document)
    return call.table.add({**record, "_id": record["name"]})


def create(wrapper: str) -> Any:
    """Return the creation of a template below this wrapper."""

    def run(call: Call) -> Any:
        document = call.inner(wrapper)
        call.need(document, ("name",))
        if call.table.named(document["name"]) is not None:
            raise call.refuse(f"Template with name {document['name']} already exists", 500)
        refuse_invalid(call, document)
        record = add(call, document)
        return {
            "result": {"ok": 1, "n": 1},
            "ops": [record],
            "insertedCount": 1,
            "insertedIds": {"0": record["_id"]},
        }

    return run


def update(wrapper: str) -> Any:
    """Return the update of a whole template; an unknown id changes nothing and answers 200."""

    def run(call: Call) -> Any:
        document = call.inner(wrapper)
        call.need(document, ("name",))
        refuse_invalid(call, document)
        found = call.find()
        if found is None:
            return {"n": 0, "ok": 1, "nModified": 0}
        row = call.table.row
        before = row.emptied(call.sim, found)
        found.clear()
        found.update({**before, **copy.deepcopy(call.writable(document))})
        row.touch(found)
        return {"n": 1, "ok": 1, "nModified": 1}

    return run


def delete(call: Call) -> Any:
    """Delete a template; an unknown id answers 200 with `n` 0."""
    found = call.find()
    if found is not None:
        call.table.remove(found)
    count = 0 if found is None else 1
    return {"ok": 1, "n": count, "nModified": 0}


def table_of(call: Call) -> Any:
    kinds = {"templates": "command_template", "analytic": "analytic_template"}
    kind = kinds.get((call.body or {}).get("type", ""))
    if kind is None:
        raise call.refuse("Missing Params: type (templates or analytic)")
    return call.sim.tables[kind]


def export(call: Call) -> Any:
    name = call.inner("options").get("name", "")
    found = table_of(call).named(name)
    if found is None:
        raise call.refuse(f"Template {name} not found", 404)
    return {key: value for key, value in found.items() if key != "_id"}


def import_one(call: Call) -> Any:
    """Import a template; a name that exists is changed silently."""
    table, document = table_of(call), dict(call.inner("template"))
    call.need(document, ("name",))
    if table.named(document["name"]) is not None:
        document["name"] = table.rename(document["name"])
    record = table.add({**table.row.writable(document), "_id": document["name"]})
    return {"ok": 1, "n": 1, "name": record["name"], "_id": record["_id"]}


def run_template(call: Call) -> Any:
    """Run a command template: a command with an unset variable is skipped and passes.

    Devices that cannot be reached have no result, which is assumed.
    """
    body = call.inner(None)
    template = call.table.named(body.get("template", ""))
    if template is None:
        raise call.refuse(f"Template {body.get('template')} not found", 404)
    variables = body.get("variables") or {}
    results = [
        run_command(call, command, device, variables, bool(template["ignoreWarnings"]))
        for device in body.get("devices") or []
        for command in template["commands"]
        if device not in call.sim.settings["unreachable"]
    ]
    return {
        "name": template["name"],
        "all_pass_flag": template["passRule"],
        "result": verdict(template["passRule"], [result["result"] for result in results]),
        "commands_results": results,
    }


def verdict(pass_rule: Any, results: list[bool]) -> bool:
    """Return whether all results, or any of them, are true; no results count as true."""
    return all(results) if pass_rule or not results else any(results)


def run_command(
    call: Call, command: Record, device: str, variables: Record, ignore_warnings: bool = False
) -> Record:
    """Return the result of one command; devices echo what they are asked, or as settings say."""
    line = command.get("command", "")
    for name, value in variables.items():
        line = line.replace(f"<!{name}!>", str(value))
    response, rules = call.sim.settings["outputs"].get(line, line), []
    if isinstance(response, dict) and device in response:
        response = response[device]
    if "<!" in line:
        rules = [{"eval": "missing_parameters", "result": True}]
    else:
        rules = [
            {**rule, "result": fulfils(rule, str(response))} for rule in command.get("rules") or []
        ]
    counted = [
        rule["result"]
        for rule in rules
        if not (ignore_warnings and rule.get("severity") == "warning")
    ]
    return {
        "raw": command.get("command"),
        "evaluated": line,
        "device": device,
        "response": response,
        "result": verdict(command.get("passRule", True), counted),
        "rules": rules,
    }


def fulfils(rule: Record, response: str) -> bool:
    """Return whether a response fulfils a rule."""
    wanted, eval_ = rule.get("rule", ""), str(rule.get("eval"))
    if (rule.get("flags") or {}).get("case"):
        wanted, response = wanted.lower(), response.lower()
    kind = eval_.removeprefix("!")
    if kind == "RegEx":
        found = re.search(wanted, response) is not None
    elif kind == "contains1":
        found = response.count(wanted) == 1
    else:
        found = wanted in response
    return found != eval_.startswith("!")


def run_command_devices(call: Call) -> Any:
    """Run one command on several devices."""
    body = call.inner(None)
    call.need(body, ("command",))
    command = {"command": body["command"], "rules": []}
    return [
        run_command(call, command, device, {})
        for device in call.strings("devices")
        if device not in call.sim.settings["unreachable"]
    ]


def run_command_device(call: Call) -> Any:
    """Run one command on one device."""
    body = call.inner(None)
    call.need(body, ("command", "device"))
    command = {"command": body["command"], "rules": []}
    return run_command(call, command, body["device"], body.get("variables") or {})


def run_analytics(call: Call) -> Any:
    """Compare results from before and after a change; the form of the response is assumed."""
    body = call.inner(None)
    call.need(body, ("pre", "post", "analytic_template_name"))
    template = call.table.named(body["analytic_template_name"])
    if template is None:
        raise call.refuse(f"Template {body['analytic_template_name']} not found", 404)
    commands = [compare(call, command) for command in template["prepostCommands"]]
    return {
        "name": template["name"],
        "passRule": template["passRule"],
        "result": verdict(template["passRule"], [command["result"] for command in commands]),
        "prepostCommands": commands,
    }


def compare(call: Call, command: Record) -> Record:
    """Return the rules of a command of an analytic template with their results."""
    before = response_of(call, "pre", command["preRawCommand"])
    after = response_of(call, "post", command["postRawCommand"])
    rules = []
    for rule in command.get("rules") or []:
        old, new = re.findall(rule["preRegex"], before), re.findall(rule["postRegex"], after)
        rules.append({**rule, "result": (old == new) == (rule["evaluation"] == "=")})
    passed = verdict(command.get("passRule", True), [rule["result"] for rule in rules])
    return {**command, "rules": rules, "result": passed}


def response_of(call: Call, side: str, command: str) -> str:
    """Return the response to a command in the whole result of a template, which has it once."""
    result = call.inner(side)
    found = [one for one in result.get("commands_results") or [] if one.get("raw") == command]
    if len(found) != 1:
        raise call.refuse(f"{side} has {len(found)} results of {command}", 500)
    return str(found[0]["response"])


def validate(call: Call) -> Any:
    document, errors = call.inner("mop"), []
    if not document.get("name"):
        errors.append({"path": "name", "message": "name is required"})
    return {"isValid": not errors, "errors": errors, "warnings": []}


MANAGED = ("created", "createdBy", "lastUpdated", "lastUpdatedBy", "namespace")
COMMAND_TEMPLATE = Row(
    "command_template",
    (
        Action("/mop/listTemplates", does=list_all, method="GET", reads=True),
        Action("/mop/listATemplate/{name}", does=read_one, method="GET", reads=True),
        Action("/mop/createTemplate", does=create("mop")),
        Action("/mop/updateTemplate/{id}", does=update("mop")),
        Action("/mop/deleteTemplate/{id}", does=delete),
        Action("/mop/export", does=export, reads=True),
        Action("/mop/import", does=import_one),
        Action("/mop/RunCommandTemplate", does=run_template),
        Action("/mop/RunCommand", does=run_command_device),
        Action("/mop/RunCommandDevices", does=run_command_devices),
        Action("/mop/validateTemplate", does=validate, releases=("6.5", "6.6"), reads=True),
    ),
    managed=MANAGED,
    made=made_template,
    touched="lastUpdated",
)
ANALYTIC_TEMPLATE = Row(
    "analytic_template",
    (
        Action("/mop/listAnalyticTemplates", does=list_all, method="GET", reads=True),
        Action("/mop/listAnAnalyticTemplate/{name}", does=read_one, method="GET", reads=True),
        Action("/mop/createAnalyticTemplate", does=create("template")),
        Action("/mop/updateAnalyticTemplate/{id}", does=update("template")),
        Action("/mop/deleteAnalyticTemplate/{id}", does=delete),
        Action("/mop/runAnalyticsTemplate", does=run_analytics, reads=True),
    ),
    managed=MANAGED,
    made=lambda sim, record: {
        **made_template(sim, record),
        "prepostCommands": [],
    },
    touched="lastUpdated",
)
ROWS = (COMMAND_TEMPLATE, ANALYTIC_TEMPLATE)
