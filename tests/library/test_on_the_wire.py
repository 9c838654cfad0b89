# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real sockets: concurrency, TLS, IPv6, connections that die, lists, files."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import socket
import threading
from collections.abc import Iterator

import pytest
from restops_clients import HTTPStatusError, RequestError, gateway_factory, platform_factory

from tests.simulators.gateway import GatewaySimulator
from tests.simulators.platform import SERVICE_ACCOUNTS, PlatformSimulator
from tests.simulators.serving import Running, serving

OAUTH = dict(zip(("client_id", "client_secret"), next(iter(SERVICE_ACCOUNTS.items())), strict=True))


def where(running: Running) -> dict:
    tls = {"ca_path": str(running.authority.ca)} if running.authority else {"use_tls": False}
    return {"host": running.host, "port": running.port, **tls}


def test_fifty_threads_share_one_login(platform: Running) -> None:
    platform.simulator.settings["login_delay"] = 0.05
    outcomes: list[int] = []
    with platform_factory(**where(platform), **OAUTH) as client:
        threads = [
            threading.Thread(
                target=lambda: outcomes.append(client.get("/health/server").status_code)
            )
            for dummy in range(50)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == [200] * 50
    assert platform.simulator.counters["logins"] == 1


@pytest.mark.parametrize("calls", [200, 1000])
def test_many_asyncio_tasks_share_one_login_and_few_connections(
    gateway: Running, calls: int
) -> None:
    async def main() -> list[int]:
        async with gateway_factory(**where(gateway), want_async=True) as client:
            answers = await asyncio.gather(*[client.get("/status") for dummy in range(calls)])
            return [answer.status_code for answer in answers]

    assert asyncio.run(main()) == [200] * calls
    assert gateway.simulator.counters["logins"] == 1
    assert len(gateway.simulator.connections) <= 20


def test_two_hundred_asyncio_tasks_renew_an_ended_session_once(platform: Running) -> None:
    async def main() -> None:
        async with platform_factory(**where(platform), **OAUTH, want_async=True) as client:
            await client.get("/health/server")
            platform.simulator.sessions.clear()
            await asyncio.gather(*[client.get("/health/server") for dummy in range(200)])

    asyncio.run(main())
    assert platform.simulator.counters["logins"] == 2


def test_consecutive_calls_use_one_connection(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        for dummy in range(5):
            client.get("/health/server")
    assert len(platform.simulator.connections) == 1


# TLS


def test_both_clients_speak_tls_with_a_private_authority(secure_platform: Running) -> None:
    with platform_factory(**where(secure_platform), **OAUTH) as client:
        assert client.get("/health/server").url.startswith("https://")

    async def main() -> int:
        async with platform_factory(**where(secure_platform), **OAUTH, want_async=True) as client:
            return (await client.get("/health/server")).status_code

    assert asyncio.run(main()) == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ca_path": None}, "not trusted; give its authority with 'ca_path'"),
        ({"use_tls": False}, "whether it expects TLS"),
        ({"host": "localhost.localdomain.invalid"}, "cannot be resolved"),
    ],
)
def test_a_tls_error_is_one_line_with_advice(
    secure_platform: Running, changes: dict, said: str
) -> None:
    with pytest.raises(RequestError) as caught:
        platform_factory(**{**where(secure_platform), **OAUTH, "retry": 1, **changes}).get(
            "/health/server"
        )
    assert said in str(caught.value)


def test_tls_on_a_plain_http_port_is_named(platform: Running) -> None:
    with pytest.raises(
        RequestError, match="does not speak TLS there; check the port, or connect without"
    ):
        platform_factory(platform.host, platform.port, **OAUTH, retry=1).get("/health/server")


def test_a_certificate_for_another_name_is_refused() -> None:
    with (
        serving(PlatformSimulator(), tls=True, host="127.0.0.2") as running,
        pytest.raises(RequestError, match="for another name"),
    ):
        platform_factory(**where(running), **OAUTH, retry=1).get("/health/server")


def test_verification_can_be_turned_off(secure_platform: Running) -> None:
    with platform_factory(
        secure_platform.host, secure_platform.port, verify=False, **OAUTH
    ) as client:
        assert client.get("/health/server").status_code == 200


def test_a_client_certificate_is_presented() -> None:
    with serving(GatewaySimulator(), tls=True, ask_client=True) as running:
        with gateway_factory(**where(running), retry=1) as stranger, pytest.raises(RequestError):
            stranger.get("/status")
        assert running.authority is not None
        with gateway_factory(**where(running), client_cert=str(running.authority.client)) as client:
            assert client.get("/status").status_code == 200


# Addresses and connections


def test_a_server_can_be_reached_over_ipv6() -> None:
    with (
        serving(PlatformSimulator(), host="::1") as running,
        platform_factory("::1", running.port, False, **OAUTH) as client,
    ):
        assert client.get("/health/server").url == f"http://[::1]:{running.port}/health/server"


class Closer:
    """A server that answers one request per connection, promises to keep it, and closes it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.requests = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, dummy = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                self.requests += 1
                body = b'{"token":"a-token"}'
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: %d\r\n\r\n%s"
                    % (len(body), body)
                )


@pytest.fixture
def closer() -> Iterator[Closer]:
    server = Closer()
    yield server
    server.listener.close()


def test_connections_that_the_server_closes_while_idle_are_replaced(closer: Closer) -> None:
    with gateway_factory("127.0.0.1", closer.port, False, retry=1) as client:
        assert [client.get("/x").attempts for dummy in range(5)] == [1] * 5
    assert closer.requests == 6


def test_a_response_that_is_too_slow_is_an_error(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        # The login and the connection take time of their own.
        client.get("/health/server")
        with pytest.raises(RequestError, match=r"no response within 0\.2 s; raise 'timeout'"):
            client.get("/_sim/slow/60", timeout=0.2, retry=1)


def test_a_cancelled_call_releases_its_connection(platform: Running) -> None:
    async def main() -> int:
        async with platform_factory(
            **where(platform), **OAUTH, limits=1, want_async=True
        ) as client:
            await client.get("/health/server")
            slow = asyncio.ensure_future(client.get("/_sim/slow/60"))
            while not any("/slow/" in call for call in list(platform.simulator.counters)):
                await asyncio.sleep(0.001)
            slow.cancel()
            return (await client.get("/health/server")).status_code

    assert asyncio.run(main()) == 200


def test_the_http_library_logs_nothing_about_a_call(
    platform: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with platform_factory(**where(platform), user="ada", password="correct horse") as client:
        client.get("/health/server")
    token = next(iter(platform.simulator.sessions))
    assert not [record for record in caplog.records if record.name.startswith("http")]
    assert token not in caplog.text


# Lists and files


@pytest.mark.parametrize(
    ("path", "sizes"),
    [
        ("/automation-studio/workflows", [100, 100, 30]),
        ("/automation-studio/projects", [3]),
        ("/operations-manager/automations", [60]),
        ("/operations-manager/jobs", [0]),
        ("/adapters", [3]),
        ("/health/adapters", [3]),
        ("/integration-models", [1]),
        ("/inventory_manager/v1/inventories", [100, 50]),
        ("/configuration_manager/deviceGroups", [7]),
    ],
)
def test_every_list_envelope_of_the_platform_is_read(
    platform: Running, path: str, sizes: list[int]
) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        assert [len(page.records) for page in client.pages(path)] == sizes


def test_a_search_by_post_is_read_in_pages(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        pages = client.pages(
            "/configuration_manager/devices",
            method="POST",
            json={"options": {"order": "ascending"}},
        )
        assert [len(page.records) for page in pages] == [100, 50]


@pytest.mark.parametrize("key", ["total_count", "count"])
def test_both_list_envelopes_of_the_gateway_are_read(gateway: Running, key: str) -> None:
    gateway.simulator.settings["total_key"] = key
    with gateway_factory(**where(gateway)) as client:
        assert [len(page.records) for page in client.pages("/devices")] == [100, 30]
        assert [
            len(page.records)
            for page in client.pages("/groups/{name}/devices", path_params={"name": "core"})
        ] == [2]


def test_a_gateway_may_answer_a_login_with_only_a_cookie(gateway: Running) -> None:
    gateway.simulator.settings["give_token"] = False
    with gateway_factory(**where(gateway)) as client:
        assert [client.get("/status").status_code for dummy in range(3)] == [200] * 3
    assert gateway.simulator.counters["logins"] == 1


def test_both_filter_dialects_are_sent_as_the_servers_expect(
    platform: Running, gateway: Running
) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        assert (
            client.get("/automation-studio/workflows", {"equals": {"name": "workflow 007"}}).json()[
                "total"
            ]
            == 1
        )
        assert (
            client.get(
                "/automation-studio/workflows", {"equals": "workflow 007", "equalsField": "name"}
            ).json()["total"]
            == 230
        )
        assert (
            client.get(
                "/operations-manager/automations", {"equals": "automation 7", "equalsField": "name"}
            ).json()["metadata"]["total"]
            == 1
        )
        with pytest.raises(HTTPStatusError, match="400"):
            client.get("/operations-manager/automations", {"equals": {"name": "automation 7"}})
    with gateway_factory(**where(gateway)) as client:
        assert (
            len(client.get("/devices", {"filter": 'equals({"name":"sw-007"})'}).json()["data"]) == 1
        )


def test_files_can_be_uploaded_and_downloaded(platform: Running) -> None:
    with platform_factory(**where(platform), **OAUTH) as client:
        parts = client.post(
            "/_sim/upload", data={"note": "n"}, files={"file": ("a.bin", b"\x00" * 100_000)}
        ).json()["parts"]
        assert parts["note"] == "n"
        assert parts["file"]["sha256"] == hashlib.sha256(b"\x00" * 100_000).hexdigest()
        with client.stream("GET", "/_sim/download/1000000") as stream:
            assert sum(map(len, stream)) == 1_000_000
        with client.stream("GET", "/_sim/download/1000000") as stream:
            next(iter(stream))
        assert client.get("/health/server").status_code == 200, (
            "a stream that was left early gave its connection back"
        )
