# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated server in a separate process."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def simulated(kind: str, **settings: Any) -> Iterator[int]:
    """Serve a simulated server; gives its port.

    Args:
        kind: `platform`, `gateway` and so on.
        settings: Settings of the simulator.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.simulators", kind, "--folder", folder]
        with subprocess.Popen(
            [*command, "--settings", json.dumps(settings)], cwd=ROOT, stdout=subprocess.DEVNULL
        ) as process:
            try:
                ready = pathlib.Path(folder) / "ready"
                while not ready.exists() or not ready.read_text():
                    time.sleep(0.05)
                yield json.loads(ready.read_text())[kind]["port"]
            finally:
                process.terminate()
