# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory of an inventory of many devices, beside a script that prints the same hosts.

`python -m tests.benchmarks.inventories [--devices N]` runs `ansible-inventory` for both and prints
the ratio of their peaks, with its bound.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile

from tests.simulators.gateway import ACCOUNTS

from .playbooks import Bench
from .simulated import simulated

COMMAND = str(pathlib.Path(sys.executable).parent / "ansible-inventory")
DEVICES = 50_000
USER, PASSWORD = next(iter(ACCOUNTS.items()))


def peak(bench: Bench, inventory: pathlib.Path, form: str, output: pathlib.Path) -> float:
    """Return the peak memory of `ansible-inventory` for one inventory, in MiB.

    Args:
        bench: Has the folder and the environment.
        inventory: The inventory.
        form: `--graph` or `--list`.
        output: The file that takes the output.
    """
    environment = {**bench.environment, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    to_file = (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    process = os.posix_spawn(
        COMMAND, [COMMAND, "-i", str(inventory), form], environment, file_actions=[to_file]
    )
    dummy, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"ansible-inventory {form} of {inventory.name} failed")
    return used.ru_maxrss / 1024


def peaks(devices: int) -> tuple[float, float]:
    """Return the peak memory with the plugin, and with a script that prints the same hosts."""
    with simulated("gateway", devices=devices) as port, tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bench = Bench(folder, {"host": "127.0.0.1", "port": port, "ca": None})
        own, hosts, script = (folder / name for name in ("own.yml", "hosts.json", "script.sh"))
        options = {"host": "127.0.0.1", "port": port, "use_tls": False}
        account = {"username": USER, "password": PASSWORD}
        plugin = {"plugin": "restops.clients.itential_gateway"}
        own.write_text(json.dumps({**plugin, **options, **account}))
        peak(bench, own, "--list", hosts)
        script.write_text(f"#!/bin/sh\ncat {hosts}\n")
        script.chmod(0o700)
        with_plugin, with_script = (
            peak(bench, inventory, "--graph", folder / f"{inventory.stem}.txt")
            for inventory in (own, script)
        )
        graphs = [(folder / f"{inventory.stem}.txt").read_text() for inventory in (own, script)]
        if any(graph.count("sw-") < devices for graph in graphs):
            raise SystemExit("devices are missing")
    return with_plugin, with_script


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=DEVICES)
    devices = parser.parse_args().devices
    ours, beside = peaks(devices)
    figure = f"inventory of {devices:,} devices, peak memory / a script with the same hosts"
    print(f"{'figure':75} {'ours':>6}  bound\n{figure:75} {ours / beside:>6.2f}  <= 1.00")
    print(f"{'the same, MiB':75} {ours:>6.0f}")


if __name__ == "__main__":
    main()
