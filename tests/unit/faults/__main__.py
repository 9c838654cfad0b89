# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try every fault with each kind of client and print the outcomes.

Usage: `python -m tests.unit.faults [--write FILE] [NAME ...]`. `--write` puts the table between
`<!-- table -->` and `<!-- end -->` of a file. The exit status is 1 if an
outcome is not as promised.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Sequence

from ansible_collections.restops.clients.plugins.plugin_utils import pool
from ansible_collections.restops.clients.tests.unit.faults.running import (
    KINDS,
    Observed,
    complaints,
    observe,
)
from ansible_collections.restops.clients.tests.unit.faults.server import Certificates, LoopThread
from ansible_collections.restops.clients.tests.unit.faults.table import FAULTS, Fault

BEGIN, END = "<!-- table -->", "<!-- end -->"


def main() -> int:
    """Read the command line, run the faults, print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.unit.faults", description="Meet every fault, print the table."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only faults whose name begins so")
    parser.add_argument(
        "--write", type=pathlib.Path, metavar="FILE", help="put the table into this file"
    )
    options = parser.parse_args()
    chosen = [
        fault
        for fault in FAULTS
        if not options.names or fault.name.startswith(tuple(options.names))
    ]
    os.environ["no_proxy"] = "*"
    rows, broken = [], []
    with tempfile.TemporaryDirectory() as folder, LoopThread() as thread:
        certificates = Certificates(pathlib.Path(folder))
        for number, fault in enumerate(chosen, 1):
            started = time.monotonic()
            met = {}
            for kind in KINDS:
                downloads = pathlib.Path(folder, f"{number}-{kind}")
                downloads.mkdir()
                # A directory of its own for each: a later server may listen on the port of an
                # earlier one, and must not get the session of that one.
                pool.C.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(dir=folder)
                met[kind] = observe(fault, kind, thread, certificates, downloads)
                broken += [
                    f"{fault.name}, {kind}: {line}" for line in complaints(fault, kind, met[kind])
                ]
            rows.append(row(fault, list(met.values())))
            print(
                f"{number:4} of {len(chosen)}  {time.monotonic() - started:5.2f} s  {fault.name}",
                file=sys.stderr,
            )
    lines = [
        f"{len(chosen)} faults, {len(chosen) * len(KINDS)} meetings.",
        "",
        "| fault | what the server does | sync | async | module | says | promise |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    print("\n".join(lines))
    for line in broken:
        print(f"NOT AS PROMISED  {line}", file=sys.stderr)
    if options.write is not None and not broken:
        before, dummy, rest = options.write.read_text().partition(BEGIN)
        options.write.write_text("\n".join([before + BEGIN, *lines, END]) + rest.partition(END)[2])
    return 1 if broken else 0


def row(fault: Fault, met: Sequence[Observed]) -> str:
    """Return the line of a fault."""
    cells = [f"{seen.outcome.kind or 'value'}, {seen.attempts}" for seen in met]
    return (
        "| "
        + " | ".join(
            cell.replace("|", "\\|")
            for cell in (fault.name, fault.does, *cells, words(met[0].outcome.text), fault.promise)
        )
        + " |"
    )


def words(text: str) -> str:
    """Return an error's line without the parts that differ from run to run.

    Those are the URL before it, ports, and the library's name for a broken connection.
    """
    line = re.sub(r" \(\w+Error\)", "", re.sub(r"^\S+ \S+://\S+: ", "", text))
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:port", re.sub(r"[<>]", "", line))
    return line if len(line) <= 160 else f"{line[:157]}..."


if __name__ == "__main__":
    sys.exit(main())
