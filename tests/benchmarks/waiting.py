# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of waiting for jobs that do not end, on a simulated Platform in a process of its own.

`python -m tests.benchmarks.waiting [--seconds N]` prints the CPU time of this process as a part of
the time that it waits, with its bound. Longer waits cost less, since the pauses grow.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from restops_clients import platform_factory
from restops_clients.itential.jobs import JobError

from tests.simulators.platform import SERVICE_ACCOUNTS

from .simulated import simulated

CLIENT_ID, CLIENT_SECRET = next(iter(SERVICE_ACCOUNTS.items()))
BOUNDS = {1: 0.3, 500: 1.0}
"""Percent of a processor, by the number of jobs."""


def endless_platform() -> contextlib.AbstractContextManager[int]:
    """Serve a Platform whose jobs do not end; gives its port."""
    return simulated("platform", job_polls=1_000_000_000)


def percent(port: int, jobs: int, seconds: float) -> float:
    """Return the percentage of a processor that waiting takes."""
    with platform_factory(
        "127.0.0.1", port, False, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    ) as client:
        start = {
            "method": "POST",
            "path": "/operations-manager/jobs/start",
            "json": {"workflow": "workflow 000"},
        }
        ids = [response.json()["data"]["_id"] for response in client.batch([start] * jobs)]
        before = time.process_time()
        with contextlib.suppress(JobError):
            client.jobs.wait(ids, wait_timeout=seconds)
        return (time.process_time() - before) / seconds * 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    print(f"Python {sys.version.split()[0]}, waits of {seconds:g} s\n")
    print(f"{'figure':55} {'ours':>8}  bound")
    with endless_platform() as port:
        for jobs, bound in BOUNDS.items():
            found = percent(port, jobs, seconds)
            name = f"CPU while one task waits for {jobs} job{'s' * (jobs > 1)}"
            print(f"{name:55} {found:>6.3f} %  <= {bound} %")


if __name__ == "__main__":
    main()
