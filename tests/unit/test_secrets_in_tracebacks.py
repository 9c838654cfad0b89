# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tracebacks with local variables, as error trackers write them, contain no secret of a login."""

from __future__ import annotations

import sys
import traceback
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.compat import ipsdk
from ansible_collections.restops.clients.plugins.module_utils.compat.keystone_client import (
    AsyncKeystoneClient,
    KeystoneClient,
)
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.keystone.server import URL, Keystone
from ansible_collections.restops.clients.tests.unit.logins import KINDS, SECRET, World
from ansible_collections.restops.clients.tests.unit.support import Case, Server

FORMS = (SECRET, b64encode(f"id:{SECRET}".encode()).decode(), "token-1", "session-1")


def local_variables(error: traceback.TracebackException | None) -> Iterator[tuple[str, str, str]]:
    if error is not None:
        for frame in error.stack:
            if "/plugins/module_utils/" in frame.filename:
                for name, shown in (frame.locals or {}).items():
                    yield f"{frame.filename}:{frame.lineno}", name, shown
        yield from local_variables(error.__cause__)
        yield from local_variables(error.__context__)


def found_in_frames() -> list[tuple[str, str, str]]:
    error = traceback.TracebackException(*sys.exc_info(), capture_locals=True)
    shown = list(local_variables(error))
    assert shown
    return [each for each in shown if any(form in each[2] for form in FORMS)]


def respond(status: int):
    return lambda dummy: httpx.Response(status, json={"message": "no"})


def fail(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("login", "response"),
    [
        (respond(401), respond(500)),
        (respond(503), respond(500)),
        (respond(200), respond(500)),
        (fail, respond(500)),
        (None, respond(500)),
        (None, respond(401)),
        (None, fail),
    ],
    ids=["refused", "not ready", "no token", "no server", "500", "401", "broken"],
)
async def test_no_frame_of_an_error_contains_a_secret(
    case: Case, kind: str, login, response
) -> None:
    world = World(case, kind, response, login, retry=1)
    try:
        await world.call()
    except ClientError:
        assert found_in_frames() == []
    else:
        pytest.fail("the call must fail")


@pytest.mark.parametrize("kind", ["oauth", "user", "query", "gateway", "keystone"])
async def test_no_frame_of_a_closed_client_contains_a_secret(case: Case, kind: str) -> None:
    world = World(case, kind, respond(200))
    await case.kind.close(world.client)
    try:
        await case.kind.wait(world.client.authenticate())
    except ClientError:
        assert found_in_frames() == []
    else:
        pytest.fail("a closed client must not be usable")


async def test_no_frame_of_a_refused_login_contains_a_secret(case: Case) -> None:
    world = World(case, "keystone", respond(200), respond(400), retry=1)
    try:
        await case.kind.wait(world.client.login("ada", SECRET))
    except ClientError:
        assert found_in_frames() == []
    else:
        pytest.fail("the login must fail")


@pytest.mark.parametrize(
    ("factory", "credentials"),
    [
        (ipsdk.platform_factory, {"user": "ada", "password": SECRET}),
        (ipsdk.platform_factory, {"client_id": "id", "client_secret": SECRET}),
        (ipsdk.platform_factory, {"user": None, "password": SECRET}),
        (ipsdk.gateway_factory, {"user": "ada", "password": SECRET}),
        (ipsdk.gateway_factory, {"user": None, "password": SECRET}),
    ],
)
async def test_no_frame_of_a_compatible_client_of_itential_contains_a_secret(
    case: Case, factory: Any, credentials: dict[str, Any]
) -> None:
    client = factory(
        "server.example",
        retry=1,
        transport=Server(login=httpx.Response(401)).transport,
        want_async=case.kind.want_async,
        **credentials,
    )
    try:
        await case.get(client)
    except ClientError:
        assert found_in_frames() == []
    else:
        pytest.fail("the login must fail")


async def test_no_frame_of_a_compatible_client_of_keystone_contains_a_secret(case: Case) -> None:
    server = Keystone()
    server.login = httpx.Response(400)
    kind = AsyncKeystoneClient if case.kind.want_async else KeystoneClient
    client = kind(url=URL, transport=server.transport, retry=1)
    try:
        await case.kind.wait(client.login("ada", SECRET))
    except httpx.HTTPStatusError:
        assert found_in_frames() == []
    else:
        pytest.fail("the login must fail")
