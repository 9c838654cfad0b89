# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of the simulators: they cover every resource, and answer whatever they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.simulators.gateway import GatewaySimulator
from tests.simulators.platform import PlatformSimulator
from tests.simulators.table import Operation, Row, TableSimulator

PLATFORM = """
adapter application integration_model integration profile workflow template transformation json_form
project automation trigger command_template analytic_template device_group device_template
golden_config compliance_plan lifecycle_model lifecycle_instance account group role service_account
tag inventory gateway_cluster gateway_certificate job task device device_backup compliance_report
lifecycle_execution gateway_service prebuilt event adapter_health application_health
""".split()
GATEWAY = """
device group account rbac_group http_device netconf_device netmiko_device secret config playbook
script module role collection nornir terraform rbac_role execution audit
""".split()
BODIES: tuple[Any, ...] = (
    {},
    [1],
    {"name": "x", "options": {"nodes": [1], "limit": 1}},
    {"updates": {"assignedRoles": 1}, "actions": 1, "gbac": 1, "nodes": 1, "members": [1]},
    {"properties": {"name": "a", "type": "b", "properties": 1}, "update": {}, "template": {}},
)


@pytest.mark.parametrize(
    ("simulator", "names"), [(PlatformSimulator, PLATFORM), (GatewaySimulator, GATEWAY)]
)
def test_every_resource_has_a_table_with_operations(
    simulator: type[TableSimulator], names: list[str]
) -> None:
    rows = {row.name: row for row in simulator.rows}
    assert [name for name in names if name not in rows or not rows[name].operations] == []


def requests_of(sim: TableSimulator) -> Iterator[tuple[str, str]]:
    """Yield method and path of each operation, with a record that exists and without."""
    for row in sim.rows:
        for operation in row.operations:
            for record in (next(iter(sim.tables[row.name]), {}), {}):
                yield operation.method, path_of(row, operation, record)


def path_of(row: Row, operation: Operation, record: dict[str, Any]) -> str:
    """Return the path of an operation on a record."""
    values = {"id": row.id, "id_or_name": row.id, "name": row.key}
    return re.sub(
        r"\{(\w+)\}",
        lambda found: str(record.get(values.get(found[1], ""), "none")),
        operation.path,
    ).replace("{*path}", "base")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("simulator", "settings", "account"),
    [
        (
            PlatformSimulator,
            {"release": "6.6", "workflows": 2},
            {"user": {"username": "admin", "password": "admin"}},
        ),
        (GatewaySimulator, {"devices": 2}, {"username": "admin@itential", "password": "admin"}),
    ],
)
async def test_no_request_breaks_a_simulator(
    simulator: type[TableSimulator], settings: dict[str, Any], account: dict[str, Any]
) -> None:
    sim, broken = simulator(**settings), []
    transport = httpx.ASGITransport(sim.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://s{sim.prefix}") as client:
        assert (await client.post("/login", json=account)).status_code == 200
        for method, path in [*requests_of(sim), ("POST", "/login")]:
            for body in (None,) if method == "GET" else BODIES:
                response = await client.request(method, path, json=body)
                if response.text == "Internal Server Error":
                    broken.append((method, path, body))
    assert broken == []


@pytest.mark.asyncio
async def test_settings_change_statuses_and_add_keys_to_records() -> None:
    sim = PlatformSimulator(create_status=201, delete_status=204, extra={"new": 1})
    transport = httpx.ASGITransport(sim.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        account = {"username": "admin", "password": "admin"}
        await client.post("/login", json={"user": account})
        created = await client.post("/tags/create", json={"data": {"name": "t"}})
        assert (created.status_code, created.json()["new"]) == (201, 1)
        group = sim.tables["group"].named("operators")["_id"]
        assert (await client.delete(f"/authorization/groups/{group}")).status_code == 204
