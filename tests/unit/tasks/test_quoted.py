# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that quote lines of configurations are shown without their secrets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import MASK
from ansible_collections.restops.clients.plugins.module_utils.tasks.quoted import mask_quoted

USER, USER_MASKED = "username a password 0 hunter2", f"username a password 0 {MASK}"
SNMP, SNMP_MASKED = "snmp-server community s3cr3t RO", f"snmp-server community {MASK} RO"


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (f"missing: {USER}", f"missing: {USER_MASKED}"),
        ("key 7 hunter2: not allowed", f"key 7 {MASK}: not allowed"),
        (
            f"missing: {USER}\nmissing: {SNMP}\n",
            f"missing: {USER_MASKED}\nmissing: {SNMP_MASKED}\n",
        ),
        (f"r1: missing: {USER}\r\nr2: {SNMP}", f"r1: missing: {USER_MASKED}\r\nr2: {SNMP_MASKED}"),
        (f"{USER}\n{SNMP}", f"{USER_MASKED}\n{SNMP_MASKED}"),
        ({"lines": [f"x: {USER}", 1, None]}, {"lines": [f"x: {USER_MASKED}", 1, None]}),
        ("interface: up\nmtu: 1500", "interface: up\nmtu: 1500"),
        ("", ""),
    ],
)
def test_each_part_of_a_line_is_searched(value: Any, masked: Any) -> None:
    assert mask_quoted(value) == masked
