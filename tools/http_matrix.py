# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the library with every supported combination of HTTP libraries, and write a table.

usage: http_matrix.py BUILD          check each combination in a virtual environment of its own
       http_matrix.py --check        check the libraries of this interpreter
"""

from __future__ import annotations

import asyncio
import http.server
import pathlib
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMBINATIONS = {
    "httpx 0.27": ["httpx~=0.27.0"],
    "httpx 0.28": ["httpx~=0.28.0"],
    "httpx 1.0 (development)": ["httpx==1.0.dev6", "httpcore[asyncio]"],
    "httpx2 and httpcore2": ["httpx2"],
    "httpcore alone": ["httpcore[asyncio]"],
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Accepts every login and returns the length of the request body."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = b'{"access_token": "a-token", "length": %d}' % len(received)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(token)))
        self.end_headers()
        self.wfile.write(token)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *dummy_given: Any) -> None:
        pass


def check() -> None:
    """Make calls of every kind; raise an error if one has an unexpected outcome."""
    from restops_clients import ConfigurationError, keystone_factory, platform_factory
    from restops_clients.core.net.httplib import httpx

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.server_port,
        "use_tls": False,
        "client_id": "an-id",
        "client_secret": "a-secret",
    }
    with platform_factory(**where) as platform:
        assert platform.get("/x").status_code == 200
        uploaded = platform.post("/x", files={"f": ("name.txt", b"content", "text/plain")})
        assert uploaded.json()["length"] > 100
        with platform.stream("GET", "/x") as stream:
            assert b"".join(stream).startswith(b"{")
    proxied = platform_factory(**where, proxy=f"http://127.0.0.1:{server.server_port}")
    assert proxied.get("/x").status_code == 200
    proxied.close()

    async def main() -> None:
        async with platform_factory(**where, want_async=True) as client:
            assert (await client.get("/x")).status_code == 200

    asyncio.run(main())
    url = f"http://127.0.0.1:{server.server_port}"
    with keystone_factory(url, token="a-token") as keystone:
        try:
            library = httpx()
        except ConfigurationError:
            expect_error(lambda: keystone.http_get("/x"), "httpx before 1.0")
        else:
            assert isinstance(keystone.http_get("/x"), library.Response)
            transport = library.MockTransport(
                lambda dummy: library.Response(200, json={"access_token": "a-token"})
            )
            with platform_factory(**where, transport=transport) as platform:
                assert platform.get("/x").status_code == 200
    server.shutdown()


def expect_error(call: Callable[[], object], text: str) -> None:
    """Raise if a call has no error, or one without a text."""
    try:
        call()
    except ValueError as error:
        if text in str(error):
            return
        raise
    raise AssertionError(f"no error with {text!r}")


def combination(build: pathlib.Path, name: str, packages: list[str]) -> str:
    """Check one combination; return the table's row."""
    place = build / name.split(" (", maxsplit=1)[0].replace(" ", "-")
    python = str(place / "bin" / "python")
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [python, "-m", "pip", "install", "-q", *packages],
        [python, "-W", "error", str(ROOT / "tools" / "http_matrix.py"), "--check"],
    ]
    with (build / f"{place.name}.log").open("w") as log:
        good = all(
            subprocess.run(
                step,
                check=False,
                stdout=log,
                stderr=log,
                env={"PATH": str(place / "bin"), "PYTHONPATH": str(build / "library")},
            ).returncode
            == 0
            for step in steps
        )
    print(f"{name}: {'passed' if good else 'FAILED'}", flush=True)
    return f"| {name} | {'passed' if good else 'FAILED'} |"


def main() -> int:
    """Return 1 if a combination failed."""
    if sys.argv[1] == "--check":
        check()
        return 0
    build = pathlib.Path(sys.argv[1]).resolve()
    (build / "library").mkdir(parents=True, exist_ok=True)
    library = build / "library" / "restops_clients"
    if not library.exists():
        library.symlink_to(ROOT / "plugins" / "module_utils", target_is_directory=True)
    rows = [combination(build, name, packages) for name, packages in COMBINATIONS.items()]
    print("\n".join(["| HTTP libraries | calls, uploads, streams, proxies |", "|---|---|", *rows]))
    return 1 if any("FAILED" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
