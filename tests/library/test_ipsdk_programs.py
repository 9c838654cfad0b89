# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs written for ipsdk run on the compatible modules, with the calls that real ones make."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any
from unittest.mock import AsyncMock

import pytest
from restops_clients.compat import install

from tests.simulators.platform import SERVICE_ACCOUNTS
from tests.simulators.serving import Running

OAUTH = dict(zip(("client_id", "client_secret"), next(iter(SERVICE_ACCOUNTS.items())), strict=True))
USER = {"user": "ada", "password": "correct horse"}


@pytest.fixture
def ipsdk() -> Iterator[ModuleType]:
    before = {name for name in sys.modules if name.partition(".")[0] == "ipsdk"}
    install("ipsdk")
    import ipsdk

    yield ipsdk
    for name in list(sys.modules):
        if name.partition(".")[0] == "ipsdk" and name not in before:
            del sys.modules[name]


def where(running: Running) -> dict[str, Any]:
    return {"host": running.host, "port": running.port, "use_tls": False}


class ToolServer:
    """A server of tools with one async client, whose settings all have defaults.

    It adds the body of a failed response to the error.
    """

    def __init__(self, ipsdk: ModuleType, **settings: Any) -> None:
        from ipsdk.platform import AsyncPlatform

        self.ipsdk = ipsdk
        defaults = {"user": "admin", "password": "admin", "timeout": 30, "ttl": 0, "verify": True}
        self.client: AsyncPlatform = ipsdk.platform_factory(
            want_async=True, **{**defaults, **settings}
        )

    async def send_request(self, method: str, path: str, **body: Any) -> Any:
        from ipsdk.connection import Response
        from ipsdk.http import HTTPMethod

        try:
            response = await self.client._send_request(HTTPMethod(method), path=path, **body)
        except self.ipsdk.exceptions.HTTPStatusError as exc:
            raise RuntimeError(f"{exc.response.status_code}: {exc.response.text}") from exc
        assert isinstance(response, Response)
        assert response.elapsed_ms >= 0
        return response.json()

    async def keep_alive(self) -> int:
        """Look at the session now and then, and log in again if it has ended."""
        response = await self.client.get("/whoami")
        if response.status_code != 200:
            self.client.authenticated = False
        return response.status_code


@pytest.mark.parametrize("credentials", [OAUTH, USER, {}], ids=["OAuth", "user", "defaults"])
def test_a_server_of_tools(ipsdk: ModuleType, platform: Running, credentials: dict) -> None:
    async def run() -> None:
        server = ToolServer(ipsdk, **where(platform), **credentials)
        health, adapters = await asyncio.gather(
            server.send_request("GET", "/health/server", params=None),
            asyncio.wait_for(server.send_request("GET", "/health/adapters"), 30),
        )
        assert health["version"] == "6.5.2"
        assert adapters["results"]
        started = await server.send_request(
            "POST", "/operations-manager/jobs/start", json={"workflow": "workflow 000"}
        )
        assert started["data"]["status"] == "running"
        with pytest.raises(RuntimeError, match="404: .*adapter none not found"):
            await server.send_request("GET", "/health/adapters/none")
        assert await asyncio.create_task(server.keep_alive()) == 200
        platform.simulator.sessions.clear()
        assert await server.keep_alive() == 200
        await server.client.client.aclose()

    asyncio.run(run())
    assert platform.simulator.counters["logins"] == 2


def test_the_tests_of_a_server_of_tools(ipsdk: ModuleType) -> None:
    async def run() -> None:
        client = AsyncMock(spec=ipsdk.platform.AsyncPlatform)
        client.get.return_value = AsyncMock(spec=ipsdk.http.Response, status_code=200)
        assert (await client.get("/whoami")).status_code == 200
        client.get.assert_awaited_once_with("/whoami")

    asyncio.run(run())
    assert inspect.iscoroutinefunction(ipsdk.platform.AsyncPlatform.get)


def test_a_capture_goes_on_after_its_account_was_disabled(
    ipsdk: ModuleType, platform: Running
) -> None:
    from ipsdk.exceptions import HTTPStatusError, RequestError

    client = ipsdk.platform_factory(**where(platform), **USER)
    paths = ["/health/server", "/health/adapters", "/adapters", "/automation-studio/projects"]

    def fetch(path: str) -> dict[str, Any]:
        try:
            return {"data": client.get(path, params={"limit": 1}).json()}
        except (HTTPStatusError, RequestError) as exc:
            return {"error": str(exc)}

    with ThreadPoolExecutor(4) as pool:
        assert all("data" in result for result in pool.map(fetch, paths))
        platform.simulator.sessions.clear()
        platform.simulator.faults.append({"path": "/login", "status": 401, "times": 99})
        assert all("401" in result["error"] for result in pool.map(fetch, paths))
    if hasattr(client, "client") and hasattr(client.client, "close"):
        client.client.close()
    assert client.client.is_closed


def test_a_check_before_a_capture(ipsdk: ModuleType, platform: Running) -> None:
    def status(**settings: Any) -> str:
        client = ipsdk.platform_factory(**{**where(platform), **settings})
        try:
            client.get("/health/status")
        except ipsdk.exceptions.HTTPStatusError as exc:
            return f"HTTP {exc.response.status_code}" if exc.response else "HTTP error"
        except (ipsdk.exceptions.RequestError, ipsdk.exceptions.IpsdkError):
            return "Connection failed"
        finally:
            client.client.close()
        return "ok"

    assert status(**OAUTH) == "ok"
    assert status(client_id=OAUTH["client_id"], client_secret="wrong") == "HTTP 401"
    assert status(host="127.0.0.1", port=1, retry=1) == "Connection failed"


def test_a_loader_checks_every_response(ipsdk: ModuleType, gateway: Running) -> None:
    client = ipsdk.gateway_factory(**where(gateway), user="admin@itential")
    devices: list[dict[str, Any]] = []
    while True:
        response = client.get("/devices", params={"limit": 50, "offset": len(devices)})
        response.raise_for_status()
        page = response.json()["data"]
        devices += page
        if not page:
            break
    assert len(devices) == 130
    made = client.post("/devices", json={"name": "sw-new", "variables": {}})
    made.raise_for_status()
    client.patch("/devices/sw-new", json={"variables": {"a": 1}}).raise_for_status()
    assert client.delete("/devices/sw-new").is_success()
    client.client.close()


def test_the_compatible_modules_can_be_imported_without_the_http_library() -> None:
    program = """
import sys

sys.modules.update(dict.fromkeys(("httpx", "httpcore", "httpx2", "httpcore2")))
from restops_clients.compat import NAMES, install

for name in NAMES:
    install(name)
print(sorted(NAMES))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['ipsdk', 'keystone_client', 'sequoia']\n"
