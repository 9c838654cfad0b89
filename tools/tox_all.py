# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tox with every installed Python from 3.10 on: on PATH, or in the folders of version managers.

Each interpreter is run first, because shims of version managers can fail.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys

MINORS = range(10, 20)


def find_version(path: str) -> tuple[int, ...] | None:
    """Return the version of an interpreter, or `None` if it cannot make environments."""
    ask = "import sys, venv, ensurepip, ssl; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def find_pythons() -> dict[str, str]:
    """Return the oldest patch release of each minor version, by tox's name of the version.

    Later patch releases are compatible; the newest Python runs the tests every day.
    """
    result = {}
    for minor in MINORS:
        candidates = {
            *filter(None, [shutil.which(f"python3.{minor}")]),
            *glob.glob(f"/usr/bin/python3.{minor}"),
            *glob.glob(os.path.expanduser(f"~/.pyenv/versions/3.{minor}.*/bin/python")),
        }
        versions = {path: find_version(path) for path in candidates}
        working = [(version, path) for path, version in versions.items() if version]
        if working:
            result[f"py3{minor}"] = min(working)[1]
    return result


def main() -> int:
    """Return tox's exit status."""
    interpreters = find_pythons()
    if not interpreters:
        sys.exit("No Python 3.10 or newer was found: install one.")
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
