# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run Ansible's checks, the unit tests and the playbook tests on pairs of ansible-core and Python.

Each supported ansible-core is tested with the oldest and the newest installed Python that it
supports. The results are written to `BUILD/table.md`.

usage: matrix.py BUILD [CORE[:MINOR] ...]     (2.18, or 2.18:11 for Python 3.11 only; default: all)
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
from typing import Any

from tox_all import found

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORES = {"2.18": (11, 13), "2.19": (11, 13), "2.20": (12, 14), "2.21": (12, 14), "2.22": (13, 15)}
"""Oldest and newest minor version of Python that each ansible-core supports on the controller."""
STEPS = {
    "sanity": ["ansible-test", "sanity", "--local", "--python", "{python}", "--color", "no"],
    "units": ["ansible-test", "units", "--local", "--python", "{python}", "--color", "no"],
    "playbooks": ["python", "-m", "pytest", "-p", "no:cacheprovider", "tests/playbooks"],
}


def run(command: list[str], log: pathlib.Path, **options: Any) -> bool:
    """Run a command with its output in a log; return if it succeeded."""
    with log.open("a") as file:
        return (
            subprocess.run(
                command,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                check=False,
                **options,
            ).returncode
            == 0
        )


def pair(build: pathlib.Path, core: str, minor: int, interpreter: str) -> str:
    """Run the steps on one pair and return its row of the table."""
    place = build / f"core{core}-py3.{minor}"
    place.mkdir(parents=True, exist_ok=True)
    log = place / "log"
    log.unlink(missing_ok=True)
    binaries, collections = place / "venv" / "bin", place / "collections"
    if not binaries.exists():
        run([interpreter, "-m", "venv", str(place / "venv")], log)
    ready = run(
        [
            str(binaries / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            f"ansible-core>={core}.0rc1,<{core[:2]}{int(core[2:]) + 1}",
            "-r",
            str(ROOT / "tests" / "requirements.txt"),
        ],
        log,
    )
    ready = ready and run(
        [str(binaries / "python"), str(ROOT / "tools" / "lay_out.py"), str(collections)], log
    )
    seed = ROOT / "tools" / "seed_ansible_test.py"
    ready = ready and run([str(binaries / "python"), str(seed)], log)
    here = collections / "ansible_collections" / "restops" / "clients"
    paths = {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(collections),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
    }
    cells = []
    for name, command in STEPS.items():
        started = time.monotonic()
        filled = [part.format(python=f"3.{minor}") for part in command]
        filled[0] = str(binaries / filled[0])
        good = ready and run(filled, log, cwd=here, env={**os.environ, **paths})
        cells.append(f"{'passed' if good else 'FAILED'} ({time.monotonic() - started:.0f} s)")
        print(f"ansible-core {core}, Python 3.{minor}: {name} {cells[-1]}", flush=True)
    version = subprocess.run(
        [str(binaries / "python"), "-c", "import ansible.release as r; print(r.__version__)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return f"| {version} | 3.{minor} | {' | '.join(cells)} |"


def main() -> int:
    """Return 1 if a step failed."""
    build = pathlib.Path(sys.argv[1]).resolve()
    interpreters = found()
    rows = []
    for wanted in sys.argv[2:] or CORES:
        core, dummy, only = wanted.partition(":")
        minors = [
            minor
            for minor in range(CORES[core][0], CORES[core][1] + 1)
            if f"py3{minor}" in interpreters and str(minor) == (only or str(minor))
        ]
        for minor in dict.fromkeys((minors[0], minors[-1])) if minors else ():
            rows += [pair(build, core, minor, interpreters[f"py3{minor}"])]
    table = [
        "| ansible-core | Python | sanity | units | playbooks, both paths |",
        "|---|---|---|---|---|",
        *rows,
    ]
    (build / "table.md").write_text("\n".join(table) + "\n")
    print("\n".join(table))
    return 1 if any("FAILED" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
