# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that must not be received twice."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    HTTPStatusError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.once import reason_of, send_once
from ansible_collections.restops.clients.tests.unit.support import Case, Server


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("outcome", "sent"),
    [
        (httpx.ReadError("reset"), 1),
        (httpx.Response(502), 1),
        (httpx.Response(503), 1),
        (httpx.Response(503, headers={"retry-after": "1"}), 2),
        (httpx.ConnectError("refused"), 2),
    ],
)
async def test_a_request_is_repeated_only_if_the_server_cannot_have_performed_it(
    case: Case, method: str, outcome: Any, sent: int
) -> None:
    server = Server(outcome)
    client = case.platform(server, retry={"max_tries": 2, "methods": ["POST", "PUT", "DELETE"]})
    with pytest.raises(ClientError) if sent == 1 else nullcontext():
        await case.kind.wait(client._perform(send_once(client, method, "/x")))
    assert len(server.requests) == sent


def test_the_reason_of_an_error_names_the_time_limit_and_keeps_the_words_of_the_server() -> None:
    own = RequestError("no response within 5 s; raise 'timeout' if the server needs longer")
    assert "; raise 'wait_timeout' if" in reason_of(own)
    told = HTTPStatusError("400 Bad Request: 'timeout' is unknown")
    assert reason_of(told) == told.message
