# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the types of the installed library with mypy and pyright, both strict.

    python tools/check_types.py PYTHON PROGRAM

PYTHON is the interpreter of an environment with the wheel. In PROGRAM a line that ends with
`# error` must be reported by both type checkers, and no other line by any of them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = "# error"


def run(*command: str, folder: str) -> str:
    """Return what a type checker prints; its status says only whether it found something."""
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True).stdout


def by_mypy(python: str, program: Path, folder: str) -> dict[int, str]:
    """Return the errors that mypy finds, by line."""
    output = run(
        *(sys.executable, "-m", "mypy", "--strict", "--python-executable", python),
        *("--python-version", "3.10", "--no-error-summary", "--cache-dir", f"{folder}/cache"),
        str(program),
        folder=folder,
    )
    found = re.findall(r"^[^:\n]+:(\d+): error: (.*)$", output, re.MULTILINE)
    return {int(line): message for line, message in found}


def by_pyright(python: str, program: Path, folder: str) -> dict[int, str]:
    """Return the errors that pyright finds, by line."""
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
        "reportUnusedCoroutine": False,
    }
    Path(folder, "pyrightconfig.json").write_text(json.dumps(settings))
    output = run(
        *(sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", python),
        *("--project", folder, str(program)),
        folder=folder,
    )
    return {
        one["range"]["start"]["line"] + 1: one["message"]
        for one in json.loads(output)["generalDiagnostics"]
        if one["severity"] == "error"
    }


def main(python: str, name: str) -> int:
    """Run both type checkers and print what differs from the marks."""
    program = Path(name).resolve()
    lines = program.read_text().splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith(MARK)}
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        for checker in (by_mypy, by_pyright):
            found = checker(str(Path(python).absolute()), program, folder)
            for number in sorted(found.keys() ^ marked):
                what = found.get(number, "this line must be an error, and is none")
                print(f"{name}:{number}: {checker.__name__}: {what}: {lines[number - 1].strip()}")
                status = 1
    if not status:
        print(f"{name}: mypy and pyright agree with {len(marked)} marked errors")
    return status


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
