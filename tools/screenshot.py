# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/health-report.png: the page of the playbook `health_report`, light, dark and narrow.

usage: screenshot.py FILE       It needs Chromium. The Platform is simulated.
"""

from __future__ import annotations

import base64
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tests.playbooks.browser import CHROMIUM, Browser, browser
from tests.playbooks.health_report import busy_platform
from tests.simulators.platform import SERVICE_ACCOUNTS, PlatformSimulator
from tests.simulators.serving import serving

HEIGHT = 1180
SCALE = 1.25
VIEWS = ((980, "light"), (980, "dark"), (390, "light"))


def write_page(folder: pathlib.Path) -> str:
    """Run the playbook against a simulated Platform, and return the address of the page."""
    client_id, secret = next(iter(SERVICE_ACCOUNTS.items()))
    with serving(PlatformSimulator()) as platform:
        busy_platform(platform.simulator)
        environment = {
            **os.environ,
            "ITENTIAL_PLATFORM_HOST": platform.host,
            "ITENTIAL_PLATFORM_PORT": str(platform.port),
            "ITENTIAL_PLATFORM_USE_TLS": "false",
            "ITENTIAL_PLATFORM_CLIENT_ID": client_id,
            "ITENTIAL_PLATFORM_CLIENT_SECRET": secret,
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        }
        page = folder / "report.html"
        subprocess.run(
            [
                "ansible-playbook",
                "restops.clients.health_report",
                "-e",
                f"health_report_file={page}",
            ],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return page.as_uri()


def picture(window: Browser, folder: pathlib.Path, address: str) -> bytes:
    """Return one picture of all views, side by side."""
    images = []
    for width, scheme in VIEWS:
        window.open(address, width, HEIGHT, scheme)
        shot = base64.b64encode(window.screenshot()).decode()
        images.append(f'<img width="{width // 2}" src="data:image/png;base64,{shot}">')
    style = "body { margin: 0; display: flex; gap: 8px; background: #8b949e }"
    sheet = folder / "sheet.html"
    sheet.write_text(f"<style>{style}</style>{''.join(images)}")
    wide = sum(width // 2 for width, dummy in VIEWS) + 8 * (len(VIEWS) - 1)
    window.open(sheet.as_uri(), wide, HEIGHT // 2)
    return window.screenshot(SCALE)


def main() -> int:
    """Write the picture."""
    if CHROMIUM is None:
        print("chromium is missing: install it (Debian: apt-get install chromium).")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        address = write_page(folder)
        with browser(folder / "profile") as window:
            pathlib.Path(sys.argv[1]).write_bytes(picture(window, folder, address))
    return 0


if __name__ == "__main__":
    sys.exit(main())
