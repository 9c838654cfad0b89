# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that an inventory plugin takes for its own."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.restops.clients.plugins.inventory import (
    itential_gateway,
    itential_platform,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)

PLATFORM = itential_platform.InventoryModule
GATEWAY = itential_gateway.InventoryModule


@pytest.mark.parametrize(
    ("name", "text", "platform", "gateway"),
    [
        ("any.yml", "plugin: restops.clients.itential_platform", True, False),
        ("any.yaml", "# x\nhost: h\nplugin: 'restops.clients.itential_gateway'", False, True),
        ("any.yml", '{"plugin": "restops.clients.itential_platform"}', True, False),
        ("lab.itential.yml", "plugin: restops.clients.itential_gateway", False, True),
        ("lab.itential.yml", "host: h", True, True),
        ("itential_platform.yaml", "host: h", True, False),
        ("lab.itential_gateway.yml", "host: h", False, True),
        ("any.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132", True, True),
        ("any.yml", "all:\n  hosts: {}", False, False),
        ("any.yml", "plugin: constructed", False, False),
        ("any.yml", "all:\n  plugin: restops.clients.itential_platform", False, False),
        ("itential_platform.ini", "plugin: restops.clients.itential_platform", False, False),
    ],
)
def test_a_file_is_recognised_by_its_plugin_or_its_name(
    tmp_path: pathlib.Path, name: str, text: str, platform: bool, gateway: bool
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert PLATFORM().verify_file(str(path)) is platform
    assert GATEWAY().verify_file(str(path)) is gateway


def test_a_file_that_does_not_exist_is_not_taken(tmp_path: pathlib.Path) -> None:
    assert PLATFORM().verify_file(str(tmp_path / "itential_platform.yml")) is False


def test_names_of_inventories_are_refused_if_they_would_have_no_effect() -> None:
    given = {
        "source": "configuration_manager",
        "inventories": ["berlin"],
        "filters": {},
        "include_secrets": False,
    }
    with platform_factory("server.example") as client:
        with pytest.raises(ConfigurationError, match="^inventories needs source=inventory_manager"):
            PLATFORM().pages(client, given)
