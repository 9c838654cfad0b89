# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A record of each type that can be written, with a change of it, for the simulators."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_PETS = {"openapi": "3.0.0", "info": {"title": "pets", "version": "2.0"}, "paths": {"/x": {}}}
_SERVER = {"server": {"host": "a.example", "protocol": "https"}}
_SCHEMA = {"title": "hello.py", "type": "object", "properties": {}}
_ACTION = {"name": "create", "type": "create", "workflow": "workflow 001"}


class Sample(NamedTuple):
    """A record.

    Attributes:
        record: What is wanted at first.
        change: The fields that change, with their new values; `None` if the server has no update.
        needs: The type whose sample must exist before; `""` for none.
        filters: The filters without which such records cannot be listed.
    """

    record: dict[str, Any]
    change: dict[str, Any] | None = None
    needs: str = ""
    filters: Mapping[str, Any] = MappingProxyType({})


PLATFORM = {
    "workflow": Sample(
        {"name": "Edge / 100 % ü", "document": {"tasks": {"1a": {"name": "{{ x }}"}}}},
        {"description": "new"},
    ),
    "template": Sample(
        {"name": "Vlans", "group": "lab", "type": "jinja2", "template": "vlan {{ id }}\nname x\n"},
        {"template": "vlan {{ id }}\nname y\n"},
    ),
    "transformation": Sample(
        {"name": "To upper", "document": {"steps": [{"id": 1}]}},
        {"document": {"steps": [{"id": 2}]}},
    ),
    "json_form": Sample({"name": "Order", "schema": {"title": "Order"}}, {"description": "new"}),
    "project": Sample({"name": "Edge", "description": "old"}, {"description": "new"}),
    "automation": Sample({"name": "Up (lab)", "workflow": "workflow 001"}, {"description": "new"}),
    "trigger": Sample(
        {"name": "Call", "automation": "Up (lab)", "type": "endpoint", "routeName": "call"},
        {"description": "new"},
        "automation",
    ),
    "command_template": Sample({"name": "Ping", "commands": []}, {"passRule": False}),
    "analytic_template": Sample({"name": "Before and after"}, {"description": "new"}),
    "adapter": Sample(
        {
            "name": "mail",
            "model": "@itential/adapter-email",
            "properties": {
                "type": "Email",
                "properties": {"host": "a.example", "auth": {"password": "initial-secret-1"}},
            },
        },
        {"properties": {"properties": {"host": "b.example"}}},
    ),
    # The server neither creates nor deletes applications.
    "application": Sample({"name": "AGManager"}, {"properties": {"properties": {"level": 3}}}),
    "integration_model": Sample({"model": _PETS}),
    "integration": Sample(
        {
            "name": "pets",
            "integration_model": "petstore:1.0.0",
            "properties": {"properties": _SERVER},
        },
        {"properties": {"properties": {"server": {"host": "b.example"}}}},
    ),
    "profile": Sample(
        {"id": "lab", "document": {"authenticationProps": {"logoutTime": 60}}},
        {"description": "new"},
    ),
    "tag": Sample({"name": "edge", "description": "old"}, {"description": "new"}),
    "device_group": Sample(
        {"name": "core", "devices": ["rtr-001", "rtr-002"]}, {"description": "new"}
    ),
    "device_template": Sample(
        {"name": "banner", "template": "banner {{ text }}\n", "variables": {"text": "x"}},
        {"template": "banner motd {{ text }}\n"},
    ),
    "golden_config": Sample({"name": "campus", "deviceType": "cisco-ios"}, {"description": "new"}),
    "compliance_plan": Sample({"name": "nightly", "nodes": []}, {"description": "new"}),
    "lifecycle_model": Sample(
        {"name": "port", "schema": {"type": "object"}, "actions": [_ACTION]},
        {"description": "new"},
    ),
    "lifecycle_instance": Sample(
        {"model": "port", "name": "blue", "instanceData": {"id": 7}},
        {"description": "new"},
        "lifecycle_model",
        {"model": "port"},
    ),
    "account": Sample(
        {"username": "grace", "email": "grace@old.example", "password": "initial-secret-2"},
        {"email": "grace@new.example"},
    ),
    "group": Sample({"name": "night shift", "description": "old"}, {"description": "new"}),
    "role": Sample({"name": "reader", "description": "old"}, {"description": "new"}),
    "service_account": Sample({"name": "pipeline"}, {"inactive": True}),
    "inventory": Sample(
        {"name": "lab", "groups": ["operators"], "nodes": [{"name": "r1"}]},
        {"nodes": [{"name": "r1", "attributes": {"itential_host": "192.0.2.9"}}]},
    ),
    "gateway_cluster": Sample(
        {"cluster_id": "site-1", "groups": ["operators"]}, {"description": "new"}
    ),
    "gateway_certificate": Sample(
        {"alias": "site-1", "contract_id": "c1", "raw_certificate": "-----BEGIN\nAA\n"},
        {"raw_certificate": "-----BEGIN\nBB\n"},
    ),
}
"""The samples by the names of their types; a type that needs another one comes after it."""
GATEWAY = {
    "device": Sample(
        {
            "name": "edge/1",
            "variables": {"ansible_host": "192.0.2.1", "ansible_password": "initial-secret-3"},
        },
        {"variables": {"ansible_host": "192.0.2.2"}},
    ),
    "group": Sample(
        {"name": "edge", "devices": ["sw-000", "sw-001"], "variables": {"site": "A"}},
        {"devices": ["sw-001"]},
    ),
    "http_device": Sample(
        {"name": "api", "variables": {"base_url": "api.example", "protocol": "https"}},
        {"variables": {"port": 8443}},
    ),
    "netconf_device": Sample(
        {
            "name": "r1",
            "variables": {
                "host": "192.0.2.1",
                "username": "ada",
                "password": "initial-secret-1",
                "platform": "junos",
            },
        },
        {"variables": {"port": 831}},
    ),
    "netmiko_device": Sample(
        {"name": "r1", "variables": {"host": "192.0.2.1", "device_type": "cisco_ios"}},
        {"variables": {"port": 23}},
    ),
    "account": Sample(
        {"username": "grace", "email": "grace@old.example", "password": "initial-secret-2"},
        {"email": "grace@new.example"},
    ),
    "rbac_group": Sample({"name": "night", "roles": ["viewer"]}, {"roles": ["operator"]}),
    "decoration": Sample(
        {"kind": "scripts", "name": "hello.py", "schema": _SCHEMA},
        {"schema": {**_SCHEMA, "properties": {"port": {"type": "integer"}}}},
        filters={"kind": "scripts"},
    ),
    "secret": Sample({"path": "lab/r1", "secret_data": {"word": "initial-secret-3"}}),
    "config": Sample({"process_count": 3}, {"process_count": 4}),
}
"""The same for the Gateway."""
