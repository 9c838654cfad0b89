# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters, applications and integrations of the simulated Platform, with health."""

from __future__ import annotations

import copy
from typing import Any

from . import lists
from .base import now_ms
from .operations import Action, Creating, Deleting, Listing, Reading, Updating
from .table import Call, Record, Row, TableSimulator, message_only

SECRETS = ("password", "passphrase", "token", "secret", "api_key", "client_secret")
"""Names of properties that are stored encrypted."""
VERBS = ("start", "stop", "restart")
SPARSE = (
    "package_id",
    "description",
    "routePrefix",
    "connection",
    "memoryUsage",
    "cpuUsage",
    "logger",
    "timestamp",
    "prevUptime",
)
"""Keys that the health of a dead adapter lacks."""
OWN = ("state", "polls", "following", "loglevel", "pid", "since")
"""Keys of a record that only the simulator has: its process and its log levels."""
GONE = ("DEAD", "DELETED")
UPTIME = 4242.5
"""Seconds for which services ran when the simulator was made."""


def encrypt(value: Any, key: str = "") -> Any:
    """Return properties with their secrets encrypted: they read back changed, by assumption."""
    if isinstance(value, dict):
        return {name: encrypt(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [encrypt(item, key) for item in value]
    if key.lower() in SECRETS and isinstance(value, str) and value:
        return (
            value
            if value.startswith("$ENC")
            else f"$ENC{len(value):04x}{value[::-1].encode().hex()}"
        )
    return value


# What adapters, applications and integrations share


def settle(record: Record) -> Record:
    """Count a read of a service that is starting or stopping, which ends after enough of them."""
    if record["state"] in ("STARTING", "STOPPING"):
        record["polls"] -= 1
        if record["polls"] < 0:
            record["state"] = record["following"]
    return record


def pass_to(record: Record, passing: str, following: str, polls: int) -> None:
    """Bring a service to a state, by way of a passing one that lasts for some reads."""
    record.update(state=passing if polls else following, following=following, polls=polls)


def show_service(call: Call, record: Record) -> Record:
    """Return `data` and `metadata`."""
    data = {key: value for key, value in record.items() if key not in OWN}
    if record.get("isEncrypted", True):
        data["properties"] = encrypt(data["properties"])
    active = settle(record)["state"] == "RUNNING"
    return {"data": data, "metadata": {"isActive": active, "activeSync": active}}


def by_name(records: list[Record], query: lists.Query) -> list[Record]:
    """Filter by field pairs; `id` is the name."""
    renamed = {
        key: "name" if key.endswith("Field") and value == "id" else value
        for key, value in query.items()
    }
    return lists.paired.select(records, renamed)


BY_NAME = lists.Filter(by_name, lists.paired.names)


def not_found(call: Call) -> Any:
    """Refuse a missing adapter: 500 in 2023.2, 404 later (which release does what is assumed)."""
    name = next(iter(call.params.values()))
    status = 500 if call.sim.release == "2023.2" else 404
    raise call.refuse(f"{call.table.row.name} {name} not found", status)


def start(call: Call, record: Record) -> None:
    """Start a service, which takes some reads of its health; a dead one stays dead."""
    if record["state"] not in GONE:
        settings = call.sim.settings
        following = settings["failing_starts"].get(record["name"], "RUNNING")
        pass_to(record, "STARTING", following, settings["start_polls"])
        record.update(pid=record["pid"] + 1, since=settings["clock"]())


def act(call: Call) -> Any:
    """Start, stop or restart; what does not run cannot be restarted."""
    record, verb = call.record(), call.params["verb"]
    if verb not in VERBS:
        raise call.refuse("Not Found", 404)
    if verb == "start" or (verb == "restart" and record["state"] == "RUNNING"):
        start(call, record)
    elif verb == "stop" and record["state"] not in GONE:
        pass_to(record, "STOPPING", "STOPPED", call.sim.settings["stop_polls"])
    return {"status": "OK", "message": f"{verb} requested"}


def set_loglevel(call: Call) -> Any:
    properties = call.inner("properties")
    levels = ("error", "warn", "info", "debug", "trace", "spam")
    if properties.get("transport") not in ("file", "console", "syslog"):
        raise call.refuse("Missing Params: transport (file, console or syslog)")
    if properties.get("level") not in levels:
        raise call.refuse(f"Missing Params: level (one of {', '.join(levels)})")
    call.record()["loglevel"][properties["transport"]] = properties["level"]
    return {"status": "OK", "message": "Log level updated"}


def set_properties(call: Call) -> Any:
    """Replace the inner properties and activate."""
    properties, record = call.inner("properties"), call.record()
    record["properties"]["properties"] = keep_secrets(
        properties, record["properties"].get("properties") or {}
    )
    start(call, record)
    return {"status": "OK", "message": "Properties updated", "data": call.shown(record)["data"]}


def keep_secrets(new: Any, old: Any) -> Any:
    """Return new properties; an encrypted value that is sent back stands for its secret."""
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        return {key: keep_secrets(value, before.get(key)) for key, value in new.items()}
    if isinstance(new, str) and new.startswith("$ENC") and encrypt(old, SECRETS[0]) == new:
        return old
    return copy.deepcopy(new)


def made_service(sim: TableSimulator, record: Record) -> Record:
    return {
        "type": "Adapter",
        "model": None,
        "loggerProps": {"level": "info"},
        "isEncrypted": True,
        "virtual": False,
        "properties": {
            "id": record["name"],
            "type": "",
            "brokers": [],
            "groups": [],
            "properties": {},
        },
        "state": "RUNNING",
        "polls": 0,
        "following": "RUNNING",
        "pid": 4242,
        "since": sim.settings["clock"]() - UPTIME,
        "loglevel": {"file": "info", "console": "info", "syslog": "warn"},
    }


def read_service(call: Call, body: Record) -> Record:
    """Return a new service; what a minimal one lacks is added."""
    inner = body.get("properties")
    if not isinstance(inner, dict) or not inner.get("type"):
        raise call.refuse("Missing Params: properties.type (string)")
    if inner.get("id") != body["name"]:
        raise call.refuse("properties.id must equal the name", 500)
    defaults: Record = {"brokers": [], "groups": [], "properties": {}}
    old = call.find() if "name" in call.params else None
    inner = {**defaults, **inner}
    if old is not None:
        inner["properties"] = keep_secrets(inner["properties"], old["properties"]["properties"])
    return {**body, "properties": inner}


def stop_new(call: Call, record: Record) -> None:
    """Stop a new service until it gets its properties."""
    record["state"] = "STOPPED"


def status_inner(call: Call, record: Record) -> Any:
    return {"status": "OK", "message": "Success", "data": record["data"]}


# Adapters


def check_adapter(call: Call, record: Record) -> None:
    """Refuse models that are not installed; an InventoryManager needs none."""
    models = call.sim.settings["adapter_models"]
    inventory = record["properties"].get("type") == "InventoryManager"
    if inventory and (record.get("model") or record["name"] == "InventoryManager"):
        raise call.refuse("an InventoryManager has no model and another name", 500)
    if not inventory and record.get("model") not in models:
        raise call.refuse(f"model {record.get('model')} is not installed", 500)


def adapter_exists(call: Call, record: Record) -> None:
    raise call.refuse(f"Adapter {record['name']} already exists", 500)


def renamed_properties(call: Call, body: Record) -> Record:
    return read_service(call, {**body, "name": body.get("name", call.params["name"])})


def models(call: Call) -> Any:
    found = call.sim.settings["adapter_models"]
    return {"adapterModels": found, "total": len(found)}


ADAPTER = Row(
    "adapter",
    (
        Listing("/adapters", envelope=lists.results, filters=BY_NAME),
        Reading("/adapters/{name}", missing=not_found),
        Creating(
            "/adapters",
            wrap="properties",
            needs=("name", "type", "properties"),
            read=read_service,
            duplicate=adapter_exists,
            after=stop_new,
            answer=status_inner,
        ),
        Updating(
            "/adapters/{name}",
            method="PUT",
            wrap="properties",
            whole=True,
            read=renamed_properties,
            answer=status_inner,
            missing=not_found,
        ),
        Action("/adapters/{name}/properties", does=set_properties, method="PUT"),
        Action("/adapters/{name}/loglevel", does=set_loglevel, method="PUT"),
        Action("/adapters/{name}/{verb}", does=act, method="PUT"),
        Deleting("/adapters/{name}"),
        Creating(
            "/adapters/import",
            wrap="properties",
            read=read_service,
            duplicate=adapter_exists,
            after=stop_new,
            answer=status_inner,
        ),
        Reading("/adapters/{name}/export", answer=lambda call, record: record["data"]),
        Action("/adapter-models/types", does=models, method="GET", reads=True),
    ),
    id="name",
    managed=OWN,
    made=made_service,
    show=show_service,
    check=check_adapter,
    refuse=message_only,
)
APPLICATION = Row(
    "application",
    (
        Listing("/applications", envelope=lists.results, filters=BY_NAME),
        Reading("/applications/{name}", missing=not_found),
        Updating(
            "/applications/{name}",
            method="PUT",
            wrap="properties",
            read=renamed_properties,
            answer=status_inner,
        ),
        Action("/applications/{name}/properties", does=set_properties, method="PUT"),
        Action("/applications/{name}/loglevel", does=set_loglevel, method="PUT"),
        Action("/applications/{name}/{verb}", does=act, method="PUT"),
    ),
    id="name",
    managed=OWN,
    made=lambda sim, record: {
        **made_service(sim, record),
        "type": "Application",
        "model": f"@itential/app-{record['name'].lower()}",
        "properties": {"id": record["name"], "type": record["name"], "properties": {}},
    },
    show=show_service,
    refuse=message_only,
)


# Health


def health(sim: TableSimulator, record: Record) -> Record:
    """Return the health of an adapter or application; that of a dead one is sparse."""
    settings, state = sim.settings, record["state"]
    is_online = state == "RUNNING" and record["name"] not in settings["offline"]
    uptime = UPTIME if settings["constant_health"] else settings["clock"]() - record["since"]
    kind = record["properties"].get("type") or record["name"]
    shown = {
        "id": record["name"],
        "package_id": record.get("model"),
        "version": "1.0.0",
        "type": kind if record["type"] == "Adapter" else record["type"],
        "description": kind,
        "routePrefix": record["name"],
        "state": state,
        "connection": {"state": "ONLINE" if is_online else "OFFLINE"},
        "uptime": uptime if state == "RUNNING" else 0,
        "memoryUsage": {"rss": 1, "heapTotal": 1, "heapUsed": 1, "external": 1},
        "cpuUsage": {"user": 1, "system": 1},
        "pid": 4242 if settings["constant_health"] else record["pid"],
        "logger": record["loglevel"],
        "timestamp": now_ms(),
        "prevUptime": 0,
    }
    if record["type"] != "Adapter":
        del shown["connection"]
    if state == "DEAD":
        shown = {key: value for key, value in shown.items() if key not in SPARSE}
        shown.update(pid="", memoryUsage={}, description=None)
    return shown


def healths(kind: str) -> Any:
    """Return the operation that lists the health of all services of a kind."""

    def run(call: Call) -> Any:
        records = lists.paired.select(
            [health(call.sim, settle(r)) for r in call.sim.tables[kind]], call.query
        )
        if call.query.get("sort", "name") not in ("name", "id"):
            raise call.refuse("sort must be name")
        skip, limit = lists.by_skip.cut(call.query, None, 25, call.cap())
        return {"results": records[skip : skip + limit], "total": len(records)}

    return run


def health_of(kind: str) -> Any:
    def run(call: Call) -> Any:
        record = call.sim.tables[kind].named(call.params["service"])
        if record is None:
            raise call.refuse(f"{kind} {call.params['service']} not found", 404)
        return health(call.sim, settle(record))

    return run


def health_row(name: str, kind: str, path: str) -> Row:
    return Row(
        name,
        (
            Action(path, does=healths(kind), method="GET", reads=True),
            Action(f"{path}/{{service}}", does=health_of(kind), method="GET", reads=True),
        ),
        refuse=message_only,
    )


ADAPTER_HEALTH = health_row("adapter_health", "adapter", "/health/adapters")
APPLICATION_HEALTH = health_row("application_health", "application", "/health/applications")


# Integration models and integrations


def model_key(call: Call, document: Record) -> str:
    info = document.get("info") or {}
    if not info.get("title") or not info.get("version"):
        raise call.refuse("Missing Params: model.info (title and version)")
    return f"{info['title']}:{info['version']}"


def create_model(call: Call) -> Any:
    """Create a model from an OpenAPI document; its routes need new roles."""
    document = call.inner("model")
    key = model_key(call, document)
    if call.table.get(key) is not None:
        raise call.refuse(f"Integration model {key} already exists", 500)
    record = call.table.add({"versionId": key, "model": copy.deepcopy(document)})
    call.sim.tables["role"].add({"name": "admin", "provenance": key, "description": key})
    call.sim.settings["adapter_models"].append(f"@itential/adapter_{key}")
    return {"status": "Created", "message": "Success", "data": record}


def broken_update(call: Call) -> Any:
    raise call.refuse("Internal Server Error", 500)


def valid_model(call: Call) -> Any:
    model_key(call, call.inner("model"))
    return {"status": "OK", "message": "Model is valid"}


def guard_model(call: Call, record: Record) -> None:
    """Refuse to delete a model with integrations: assumed."""
    for one in call.sim.tables["integration"]:
        if one["properties"]["type"] == record["versionId"]:
            raise call.refuse(f"Model is used by integration {one['name']}", 500)


INTEGRATION_MODEL = Row(
    "integration_model",
    (
        Listing(
            "/integration-models",
            envelope=lists.keyed("integrationModels"),
            filters=lists.paired,
        ),
        Reading("/integration-models/{id}"),
        Reading("/integration-models/{id}/export", answer=lambda call, record: record["model"]),
        Action("/integration-models/validation", does=valid_model, method="PUT", reads=True),
        Action("/integration-models", does=create_model),
        Action("/integration-models", does=broken_update, method="PUT"),
        Deleting("/integration-models/{id}", guard=guard_model),
    ),
    id="versionId",
    key="versionId",
    unique=("versionId",),
    refuse=message_only,
)


def check_integration(call: Call, record: Record) -> None:
    """Refuse integrations of unknown models."""
    key = record["properties"]["type"]
    if call.sim.tables["integration_model"].get(key) is None:
        raise call.refuse(f"model {key} not found", 500)
    if record.get("model") != f"@itential/adapter_{key}" or not record.get("virtual"):
        raise call.refuse("virtual must be true, model must be that of the integration model", 500)


INTEGRATION = Row(
    "integration",
    (
        Listing("/integrations", envelope=lists.results, filters=BY_NAME),
        Reading("/integrations/{name}"),
        Creating(
            "/integrations",
            wrap="properties",
            needs=("name", "type", "properties"),
            read=read_service,
            after=stop_new,
            answer=status_inner,
        ),
        Updating(
            "/integrations/{name}",
            method="PUT",
            wrap="properties",
            whole=True,
            read=renamed_properties,
            answer=status_inner,
        ),
        Action("/integrations/{name}/properties", does=set_properties, method="PUT"),
        Deleting("/integrations/{name}"),
    ),
    id="name",
    managed=OWN,
    made=made_service,
    show=show_service,
    check=check_integration,
    refuse=message_only,
)

ROWS = (
    ADAPTER,
    APPLICATION,
    ADAPTER_HEALTH,
    APPLICATION_HEALTH,
    INTEGRATION_MODEL,
    INTEGRATION,
)
