# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve simulators on loopback, with real sockets and, on request, TLS."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

import trustme
import uvicorn

from .base import Simulator


class Authority:
    """A certificate authority, with a server certificate for loopback and a client certificate, as
    PEM files."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca, self.certificate, self.key = (
            folder / "ca.pem",
            folder / "server.pem",
            folder / "server.key",
        )
        self.client = folder / "client.pem"
        authority = trustme.CA()
        server = authority.issue_cert("localhost", "127.0.0.1", "::1")
        authority.cert_pem.write_to_path(str(self.ca))
        server.private_key_pem.write_to_path(str(self.key))
        for number, blob in enumerate(server.cert_chain_pems):
            blob.write_to_path(str(self.certificate), append=number > 0)
        authority.issue_cert("client@example").private_key_and_cert_chain_pem.write_to_path(
            str(self.client)
        )


class Running:
    """A simulator that is being served.

    Attributes:
        simulator: The simulator, in this process.
        host: The address it listens on.
        port: The port it listens on.
        authority: The issuer of its certificate; `None` without TLS.
    """

    def __init__(
        self, simulator: Simulator, host: str, port: int, authority: Authority | None
    ) -> None:
        self.simulator = simulator
        self.host = host
        self.port = port
        self.authority = authority


@contextlib.contextmanager
def serving(
    simulator: Simulator,
    *,
    tls: bool = False,
    host: str = "127.0.0.1",
    port: int = 0,
    folder: pathlib.Path | None = None,
    ask_client: bool = False,
) -> Iterator[Running]:
    """Serve a simulator in a thread.

    Args:
        simulator: The simulator.
        tls: Whether to serve https, with a certificate of an authority made for this.
        host: A loopback address.
        port: 0 for any free port.
        folder: The folder for the certificates; `None` for a temporary one.
        ask_client: Whether to require a client certificate of the same authority.
    """
    with contextlib.ExitStack() as stack:
        authority = (
            Authority(folder or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())))
            if tls
            else None
        )
        options: dict[str, Any] = {}
        if authority is not None:
            options = {
                "ssl_certfile": str(authority.certificate),
                "ssl_keyfile": str(authority.key),
            }
        if authority is not None and ask_client:
            options.update(ssl_ca_certs=str(authority.ca), ssl_cert_reqs=ssl.CERT_REQUIRED)
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
        stack.callback(listener.close)
        # asyncio sets this only for sockets that name their protocol; without it every response
        # waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(
            uvicorn.Config(
                simulator.app,
                log_level="critical",
                lifespan="off",
                timeout_keep_alive=30,
                timeout_graceful_shutdown=1,
                **options,
            )
        )
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
        )
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.01)
            yield Running(simulator, host, listener.getsockname()[1], authority)
        finally:
            server.should_exit = True
            thread.join(10)
