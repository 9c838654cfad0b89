# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions of tasks."""

from __future__ import annotations

import importlib
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("module", "given", "heavy"),
    [
        ("itential_platform_request", {"path": "/x"}, False),
        ("itential_platform_request", {"requests": []}, True),
        ("sequoia_request", {"dest": "/x"}, True),
        ("keystone_resource", {"data": {}}, False),
        ("sequoia_resource", {"records": []}, True),
        ("keystone_info", {"resource": "team"}, False),
        *[
            (f"itential_{name}", {}, True)
            for name in (
                "gateway5_run",
                "gateway_content",
                "gateway_run",
                "platform_command",
                "platform_compliance",
                "platform_device_backup",
                "platform_service",
                "platform_worker",
            )
        ],
    ],
)
def test_tasks_that_take_long_are_known_by_their_options(
    module: str, given: dict[str, Any], heavy: bool
) -> None:
    name = f"ansible_collections.restops.clients.plugins.modules.{module}"
    assert importlib.import_module(name).TASK.is_heavy(given) is heavy
