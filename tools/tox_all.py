# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tox with every real Python from 3.10 on that is found: on PATH, or below the folders of
version managers, whose shims can fail.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys

MINORS = range(10, 20)


def works(path: str) -> bool:
    """Tell whether an interpreter runs and can make virtual environments."""
    try:
        return (
            subprocess.run(
                [path, "-c", "import venv, ensurepip, ssl"], capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def found() -> dict[str, str]:
    """Return tox's names and the interpreters."""
    result = {}
    for minor in MINORS:
        candidates = [
            shutil.which(f"python3.{minor}"),
            *glob.glob(os.path.expanduser(f"~/.pyenv/versions/3.{minor}.*/bin/python")),
        ]
        path = next((candidate for candidate in candidates if candidate and works(candidate)), None)
        if path:
            result[f"py3{minor}"] = path
    return result


def main() -> int:
    """Return tox's exit status."""
    interpreters = found()
    if not interpreters:
        sys.exit("No Python 3.10 or newer was found.")
    print(f"Testing on {', '.join(f'3.{name[3:]}' for name in interpreters)}", flush=True)
    folders = os.pathsep.join(os.path.dirname(path) for path in interpreters.values())
    environment = {**os.environ, "PATH": folders + os.pathsep + os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-m", "tox", "run", "-e", ",".join(interpreters)],
        env=environment,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
