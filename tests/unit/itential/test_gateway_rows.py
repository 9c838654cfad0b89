# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every row of the Gateway's catalogue that can be written, from creation to deletion.

Each step asserts on what the simulator was sent: a repeated step writes nothing, a change of one
field is the smallest write that the API has, and nothing is sent that the server would ignore.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway

NAMES = ["r1", "a/b", "100%", "two words", "größe", "ops@site", "007", "7", "1e3", "%2F", "..x"]
SCHEMA = {"title": "hello.py", "type": "object", "properties": {"port": {"type": "integer"}}}


class Example(NamedTuple):
    """One kind of record.

    Attributes:
        resource: Its name in the catalogue.
        record: What is wanted at first.
        change: What is wanted then, beside the key.
        created: The write that creates the record.
        updated: The writes that change it.
        replaced: The writes that bring it back to `record`, and nothing else.
        path: The path of the record.
        key: Its natural key.
    """

    resource: str
    record: Mapping[str, Any]
    change: Mapping[str, Any]
    created: tuple[str, Any]
    updated: Sequence[tuple[str, Any]]
    replaced: Sequence[tuple[str, Any]]
    path: str
    key: Sequence[str] = ("name",)


def inventory_device(resource: str, kind: str, variables: Mapping[str, Any]) -> Example:
    path = f"/inventories/{kind}/lab/devices"
    return Example(
        resource,
        {"inventory": "lab", "name": "{name}", "variables": variables},
        {"variables": {"port": 8443}},
        (f"POST {path}", {"name": "{name}", "variables": variables}),
        [(f"PATCH {path}/{{name}}", {"variables": {"port": 8443}})],
        [(f"PUT {path}/{{name}}", {"name": "{name}", "variables": variables})],
        f"{path}/{{name}}",
        ("inventory", "name"),
    )


EXAMPLES = [
    Example(
        "device",
        {"name": "{name}", "variables": {"ansible_host": "198.51.100.1", "tags": {"a": 1}}},
        {"variables": {"ansible_port": 22}},
        (
            "POST /devices",
            {"name": "{name}", "variables": {"ansible_host": "198.51.100.1", "tags": {"a": 1}}},
        ),
        [("PATCH /devices/{name}", {"ansible_port": 22})],
        [("PUT /devices/{name}", {"ansible_host": "198.51.100.1", "tags": {"a": 1}})],
        "/devices/{name}",
    ),
    Example(
        "group",
        {
            "name": "{name}",
            "devices": ["sw-000", "sw-001"],
            "childGroups": ["core"],
            "variables": {"site": "A"},
        },
        {"devices": ["sw-001", "sw-002"], "childGroups": []},
        (
            "POST /groups",
            {
                "name": "{name}",
                "devices": ["sw-000", "sw-001"],
                "childGroups": ["core"],
                "variables": {"site": "A"},
            },
        ),
        [
            ("POST /groups/{name}/devices", ["sw-002"]),
            ("DELETE /groups/{name}/devices/sw-000", None),
            ("DELETE /groups/{name}/children/core", None),
        ],
        [
            ("POST /groups/{name}/devices", ["sw-000"]),
            ("DELETE /groups/{name}/devices/sw-002", None),
            ("POST /groups/{name}/children", ["core"]),
        ],
        "/groups/{name}",
    ),
    inventory_device(
        "http_device", "http_requests", {"base_url": "api.example", "protocol": "https"}
    ),
    inventory_device(
        "netconf_device",
        "netconf",
        {"host": "192.0.2.1", "username": "ada", "password": "hidden-1", "platform": "junos"},
    ),
    inventory_device(
        "netmiko_device", "netmiko", {"host": "192.0.2.1", "device_type": "cisco_ios"}
    ),
    Example(
        "account",
        {"username": "{name}", "email": "ada@site.example", "password": "hidden-1"},
        {"firstname": "Ada"},
        (
            "POST /accounts",
            {"username": "{name}", "email": "ada@site.example", "password": "hidden-1"},
        ),
        [
            (
                "PUT /accounts/{name}",
                {"email": "ada@site.example", "firstname": "Ada", "lastname": None},
            )
        ],
        [
            (
                "PUT /accounts/{name}",
                {"email": "ada@site.example", "firstname": None, "lastname": None},
            )
        ],
        "/accounts/{name}",
        ("username",),
    ),
    Example(
        "rbac_group",
        {"name": "{name}", "roles": ["admin", "viewer"], "users": ["ada@itential"]},
        {"roles": ["viewer", "operator"]},
        (
            "POST /rbac/groups",
            {"name": "{name}", "roles": ["admin", "viewer"], "users": ["ada@itential"]},
        ),
        [("PUT /rbac/groups/{name}", {"roles": ["admin", "viewer", "operator"]})],
        [("PUT /rbac/groups/{name}", {"roles": ["admin", "viewer"]})],
        "/rbac/groups/{name}",
    ),
]


def named(value: Any, name: str) -> Any:
    """Return a value with a name in place of `{name}`."""
    if isinstance(value, str):
        return value.replace("{name}", name)
    if isinstance(value, Mapping):
        return {key: named(item, name) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(named(item, name) for item in value)
    return value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.resource)
async def test_a_record_is_created_changed_replaced_and_deleted(
    case: Case, example: Example, name: str
) -> None:
    gateway = Gateway(case)
    record = named(example.record, name)
    key = {field: record[field] for field in example.key}

    async def bring(wanted: Mapping[str, Any], action: str, **options: Any) -> Any:
        predicted = await gateway.bring(example.resource, wanted, predict=True, **options)
        assert (predicted.action, gateway.writes) == (action, [])
        change = await gateway.bring(example.resource, wanted, **options)
        assert (change.action, change.ignored) == (action, [])
        writes = gateway.writes
        again = await gateway.bring(example.resource, wanted, **options)
        assert (again.action, gateway.writes) == ("none", [])
        return writes

    assert await bring(record, "create") == [named(example.created, name)]
    changed = {**key, **example.change}
    assert await bring(changed, "update") == named(example.updated, name)
    assert await bring(record, "update", replace=True) == named(example.replaced, name)
    (found,) = await gateway.list(example.resource, key)
    assert {field: found[field] for field in key} == key
    gone = [(f"DELETE {named(example.path, name)}", None)]
    assert await bring(key, "delete", state="absent") == gone
    assert await gateway.find(example.resource, key) is None
    assert gateway.sim.ignored == []
