# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Devices and groups of the Gateway, and its other inventories."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Gateway


async def test_a_device_is_created_changed_and_deleted(case: Case) -> None:
    gateway = Gateway(case)
    wanted = {"name": "r1", "variables": {"ansible_host": "198.51.100.1"}}
    assert (await gateway.bring("device", wanted)).action == "create"
    assert gateway.writes == [("POST /devices", wanted)]
    assert (await gateway.bring("device", wanted)).action == "none"
    changed = {"name": "r1", "variables": {"ansible_port": 22}}
    assert (await gateway.bring("device", changed)).action == "update"
    assert (await gateway.bring("device", changed)).action == "none"
    assert (await gateway.bring("device", wanted, state="absent")).action == "delete"
    assert (await gateway.bring("device", wanted, state="absent")).action == "none"
    assert gateway.sim.ignored == []


@pytest.mark.parametrize(
    ("resource", "wanted", "bodies"),
    [
        (
            "device",
            {"name": "sw-000", "variables": {"ansible_port": 22}},
            [{"ansible_port": 22}, {"variables": {"ansible_port": 22}}],
        ),
        (
            "group",
            {"name": "core", "devices": ["sw-001", "sw-002", "sw-000"]},
            [["sw-000"], {"devices": ["sw-000"]}],
        ),
    ],
)
async def test_the_wrapped_form_has_only_what_changes_too(
    case: Case, resource: str, wanted: dict[str, Any], bodies: list[Any]
) -> None:
    gateway = Gateway(case, body_form="wrapped", wrong_form="refuse")
    assert (await gateway.bring(resource, wanted)).action == "update"
    assert [body for dummy, body in gateway.writes] == bodies
