# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that start or change something on a Platform, and failures in their responses."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform_requests import (
    PlatformRequests,
    failure_in,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform


async def test_a_body_that_is_no_json_is_an_error_and_not_a_response(case: Case) -> None:
    platform = Platform(case)
    flow = PlatformRequests(platform.client).act("switch it", "/switch", {"on": object()})
    with pytest.raises(SerializationError):
        await case.kind.wait(platform.client._perform(flow))
    assert list(platform.sim.log) == []


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"status": "failed", "error": True}, "failed"),
        ({"status": "failed", "error": False, "message": "no quorum"}, "no quorum"),
        ({"status": "failed", "message": True, "code": 5}, "5"),
        ({"status": "OK", "error": True}, ""),
    ],
)
def test_the_mere_sign_of_a_failure_is_not_its_text(answer: Any, text: str) -> None:
    assert failure_in(answer) == text
