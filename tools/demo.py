# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the demonstration playbook against simulated servers, and summarise the result.

The servers are stopped in any case.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.simulators.gateway import GatewaySimulator  # noqa: E402
from tests.simulators.platform import PlatformSimulator  # noqa: E402
from tests.simulators.serving import Running, serving  # noqa: E402


def environment(platform: Running, gateway: Running) -> dict[str, str]:
    """Return the environment in which the playbook finds both servers."""
    return {
        **os.environ,
        "ITENTIAL_PLATFORM_HOST": platform.host,
        "ITENTIAL_PLATFORM_PORT": str(platform.port),
        "ITENTIAL_PLATFORM_CA_PATH": str(platform.authority.ca if platform.authority else ""),
        "ITENTIAL_PLATFORM_CLIENT_ID": "64b5c0ffee64b5c0ffee64b5",
        "ITENTIAL_PLATFORM_CLIENT_SECRET": "0b6ad1c2-1111-4222-8333-5f5f5f5f5f5f",
        "ITENTIAL_GATEWAY_HOST": gateway.host,
        "ITENTIAL_GATEWAY_PORT": str(gateway.port),
        "ITENTIAL_GATEWAY_USE_TLS": "false",
        "ITENTIAL_GATEWAY_USERNAME": "ada@itential",
        "ITENTIAL_GATEWAY_PASSWORD": "correct horse",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }


def main() -> int:
    """Return the playbook's exit status."""
    print(
        "Starting a simulated Platform (https) and a simulated Gateway (http) on loopback ...",
        flush=True,
    )
    with serving(PlatformSimulator(), tls=True) as platform, serving(GatewaySimulator()) as gateway:
        started = time.monotonic()
        playbook = ["ansible-playbook", "restops.clients.demo", *sys.argv[1:]]
        status = subprocess.run(
            playbook, env=environment(platform, gateway), check=False
        ).returncode
        took = time.monotonic() - started
        for name, running in (("Platform", platform), ("Gateway", gateway)):
            counters = running.simulator.counters
            print(
                f"{name:9} {counters['requests']:3} requests, of which {counters['logins']} logins,"
                f" over {len(running.simulator.connections)} connections"
            )
    outcome = "finished" if status == 0 else f"failed with status {status}"
    print(
        f"The demonstration {outcome} after {took:.1f} s; the servers are stopped."
        " The playbook: playbooks/demo.yml. Next: README.md, 'Run a playbook'."
    )
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted; the servers are stopped.")
