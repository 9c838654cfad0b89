# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of resources in paths and in bodies."""

from __future__ import annotations

import pytest
from ansible_collections.restops.clients.plugins.module_utils.sequoia.names import camel, dashed


@pytest.mark.parametrize("name", ["flow-instances", "flow_instances", "flowInstances"])
def test_every_way_of_writing_a_name_is_understood(name: str) -> None:
    assert dashed(name) == "flow-instances"
    assert camel(name) == "flowInstances"


def test_a_name_of_one_word_is_itself() -> None:
    assert dashed("contents") == camel("contents") == "contents"
