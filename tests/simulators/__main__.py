# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve simulators until interrupted: `python -m tests.simulators platform:PORT gateway:PORT
--folder DIR [--tls]`; writes DIR/ready when they listen."""

from __future__ import annotations

import argparse
import contextlib
import json
import pathlib
import signal
import threading

from .gateway import GatewaySimulator
from .keystone import KeystoneSimulator
from .platform import PlatformSimulator
from .sequoia import SequoiaSimulator
from .serving import serving

KINDS = {
    "platform": PlatformSimulator,
    "gateway": GatewaySimulator,
    "keystone": KeystoneSimulator,
    "sequoia": SequoiaSimulator,
}


def main() -> None:
    """Serve, print the addresses, and wait for a signal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("services", nargs="+", metavar="KIND[:PORT]")
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--settings", type=json.loads, default={})
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *dummy: done.set())
    with contextlib.ExitStack() as stack:
        ready = {}
        for service in arguments.services:
            kind, dummy, port = service.partition(":")
            running = stack.enter_context(
                serving(
                    KINDS[kind](**arguments.settings),
                    tls=arguments.tls,
                    port=int(port or 0),
                    folder=arguments.folder / kind,
                )
            )
            scheme = "https" if running.authority else "http"
            print(f"{kind}: {scheme}://{running.host}:{running.port}", flush=True)
            ready[kind] = {
                "host": running.host,
                "port": running.port,
                "ca": str(running.authority.ca) if running.authority else None,
            }
        (arguments.folder / "ready").write_text(json.dumps(ready))
        print("Listening; Ctrl-C stops.", flush=True)
        done.wait()


if __name__ == "__main__":
    main()
