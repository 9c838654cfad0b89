# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls through a proxy that needs credentials: a tunnel for https, forwarding for http."""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from restops_clients import ClientError, platform_factory

from tests.simulators.platform import SERVICE_ACCOUNTS
from tests.simulators.serving import Running

SERVICE = dict(
    zip(("client_id", "client_secret"), next(iter(SERVICE_ACCOUNTS.items())), strict=True)
)

PASSWORD = "p@ss word"
CREDENTIALS = "ada:p%40ss%20word"


class Proxy(socketserver.ThreadingTCPServer):
    """Tunnels and forwards for clients that know the password, and records their requests."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []


class Handler(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(65536)
        lines = head.decode("latin-1").split("\r\n")
        self.server.asked.append(lines[0])
        if (
            f"Proxy-Authorization: Basic {base64.b64encode(f'ada:{PASSWORD}'.encode()).decode()}"
            not in lines
        ):
            self.request.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: "
                b"0\r\nConnection: close\r\n\r\n"
            )
            return
        method, target, dummy = lines[0].split(" ")
        place = urlsplit(f"//{target}" if method == "CONNECT" else target)
        with socket.create_connection((place.hostname or "", place.port or 80)) as server:
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(head.replace(f"http://{place.netloc}".encode(), b"", 1))
            back = threading.Thread(target=self.relay, args=(server, self.request), daemon=True)
            back.start()
            self.relay(self.request, server, place.netloc.encode())
            back.join(600)

    @staticmethod
    def relay(source: socket.socket, target: socket.socket, forwarded: bytes = b"") -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data.replace(b"http://" + forwarded, b"", 1) if forwarded else data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with Proxy() as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield served
        served.shutdown()


def client(running: Running, **options: Any) -> Any:
    tls = (
        {"use_tls": False} if running.authority is None else {"ca_path": str(running.authority.ca)}
    )
    return platform_factory(running.host, running.port, **tls, **SERVICE, **options)


@pytest.mark.parametrize("place", ["platform", "secure_platform"])
@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_proxy_gets_its_credentials(
    request: pytest.FixtureRequest,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    source: str,
) -> None:
    running = request.getfixturevalue(place)
    url = f"http://{CREDENTIALS}@127.0.0.1:{proxy.server_address[1]}"
    if source == "environment":
        monkeypatch.setenv("https_proxy" if running.authority else "http_proxy", url)
    with client(running, proxy=url if source == "option" else None) as through:
        assert [through.get("/health/server").status_code for dummy in range(2)] == [200, 200]
    method = "CONNECT" if running.authority else "POST"
    assert proxy.asked[0].startswith(method)


def test_a_host_in_no_proxy_is_called_directly(
    platform: Running, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    with client(platform) as direct:
        direct.get("/health/server")
    assert proxy.asked == []


@pytest.mark.parametrize("place", ["platform", "secure_platform"])
def test_a_refusal_of_a_proxy_names_the_proxy_without_its_password(
    request: pytest.FixtureRequest, proxy: Proxy, place: str
) -> None:
    refused = client(
        request.getfixturevalue(place),
        proxy=f"http://ada:wrong-word@127.0.0.1:{proxy.server_address[1]}",
        retry=1,
    )
    with pytest.raises(ClientError, match=r"proxy|407") as caught:
        refused.get("/health/server")
    assert "wrong-word" not in f"{caught.value!r} {caught.value} {refused!r} {caught.value.cause!r}"
