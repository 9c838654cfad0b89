# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flows that run in parallel, and sessions that cannot be renewed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.auth import (
    AuthMixinBase,
    composed,
)
from ansible_collections.restops.clients.plugins.module_utils.core.connection import (
    AsyncConnection,
    Connection,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Together
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.core.session import Session

from .support import Case, Server


class Given:
    """Credentials that are a token."""

    def __init__(self) -> None:
        self.secrets = SecretValues(("given-token-value",))


class GivenMixin(AuthMixinBase):
    """Presents a token that cannot be renewed."""

    __slots__ = ()

    def _login(self) -> Any:
        yield from ()
        return Session(
            "given-token-value",
            headers=(("Authorization", "Bearer given-token-value"),),
            no_renewal="give another token",
        )


Blocking = composed("Blocking", __name__, "For threads.", GivenMixin, Connection)
Looping = composed("Looping", __name__, "For event loops.", GivenMixin, AsyncConnection)


def client_of(case: Case, server: Server) -> Any:
    kind = Looping if case.kind.want_async else Blocking
    return kind(
        Given(),
        "https://server.example",
        transport=server.transport,
        runtime=case.kind.runtime(case.time),
    )


@pytest.mark.parametrize("concurrency", [1, 3, 50])
async def test_outcomes_are_in_order_with_errors_in_their_places(
    case: Case, concurrency: int
) -> None:
    server = Server()
    server.script = [
        lambda request: httpx.Response(
            404 if request.url.path.endswith("/3") else 200, json=request.url.path
        )
    ] * 6
    client = case.platform(server)

    def every() -> Any:
        calls = [client.calls.request("GET", f"/{number}") for number in range(6)]
        return (yield Together(calls, concurrency))

    outcomes = await case.kind.wait(client._perform(every()))
    assert [outcome.json() for number, outcome in enumerate(outcomes) if number != 3] == [
        "/0",
        "/1",
        "/2",
        "/4",
        "/5",
    ]
    assert isinstance(outcomes[3], HTTPStatusError)
    assert len(server.logins) == 1


async def test_no_flows_have_no_outcomes(case: Case) -> None:
    client = case.platform(Server())

    def none() -> Any:
        return (yield Together([], 8))

    assert await case.kind.wait(client._perform(none())) == []


async def test_an_error_that_is_not_a_client_error_is_raised(case: Case) -> None:
    client = case.platform(Server())

    def broken() -> Any:
        yield from ()
        raise ZeroDivisionError

    def every() -> Any:
        return (yield Together([broken(), broken()], 2))

    with pytest.raises(ZeroDivisionError):
        await case.kind.wait(client._perform(every()))


async def test_a_token_that_cannot_be_renewed_is_refused_without_a_second_attempt(
    case: Case,
) -> None:
    server = Server(httpx.Response(401, json={"message": "Not welcome"}))
    with pytest.raises(AuthenticationError, match="401 Unauthorized: Not welcome; give another"):
        await case.get(client_of(case, server))
    assert len(server.requests) == 1
    assert server.requests[0].headers["authorization"] == "Bearer given-token-value"


async def test_a_401_may_be_returned_like_any_other_status(case: Case) -> None:
    server = Server(httpx.Response(401), httpx.Response(401))
    client = case.platform(server)
    flow = client.calls.request("GET", "/x", return_401=True, raise_on_error=False)
    assert (await case.kind.wait(client._perform(flow))).status_code == 401
    assert (len(server.requests), len(server.logins)) == (2, 2)
