# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records from files."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.assets import asset_of
from ansible_collections.restops.clients.plugins.module_utils.itential.platform_catalogue import (
    rows,
)


@pytest.mark.parametrize(
    ("resource", "content", "record"),
    [
        ("workflow", b'{"name": "a", "tasks": {}}', {"document": {"name": "a", "tasks": {}}}),
        ("workflow", b'\xef\xbb\xbf{"name": "a"}', {"document": {"name": "a"}}),
        ("workflow", b'{"automation": {"name": "a"}}', {"document": {"name": "a"}}),
        ("workflow", b'{"data": {"name": "a"}}', {"document": {"name": "a"}}),
        ("workflow", b'{"tasks": {}}', {"document": {"tasks": {}}}),
        ("template", b"vlan {{ id }}\n", {"template": "vlan {{ id }}\n"}),
        ("template", b'{"a": 1}', {"template": '{"a": 1}'}),
        ("template", b'{"name": "a"}', {"document": {"name": "a"}}),
        ("tag", b'{"_id": "1", "name": "a", "other": 1}', {"name": "a"}),
    ],
)
def test_a_file_holds_a_record(resource: str, content: bytes, record: Any) -> None:
    assert asset_of(rows.CATALOGUE[resource], "file", content) == record


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff", "src: file is not UTF-8 text"),
        (b"[1]", "src: file is not a JSON object, which a workflow is"),
        (b"no JSON", "src: file is not a JSON object, which a workflow is"),
    ],
)
def test_another_file_is_an_error(content: bytes, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{message}"):
        asset_of(rows.CATALOGUE["workflow"], "file", content)
