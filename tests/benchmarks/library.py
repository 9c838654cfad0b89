# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of the library, compared with the HTTP library below it.

The figures are ratios of CPU time from interleaved runs in one process.

`python -m tests.benchmarks.library [--rounds N]` prints a table; each row is the median over the
rounds, with its bound where there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging as stdlib_logging
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import httpx
from restops_clients import logging, platform_factory
from restops_clients.core.net.transport import SyncTransport

from .server import running

SECRETS = {"client_id": "benchmark-id", "client_secret": "benchmark-secret"}


def cpu(work: Callable[[], object], calls: int) -> float:
    """Return microseconds of CPU per call."""
    gc.collect()
    started = time.process_time()
    work()
    return (time.process_time() - started) / calls * 1e6


def ratios(
    rounds: int, one: Callable[[], float], other: Callable[[], float]
) -> tuple[float, float, float]:
    """Return the medians of one, of the other and of their ratio, round by round.

    The order changes from round to round.
    """
    pairs = []
    for number in range(rounds + 1):
        pair = (one(), other()) if number % 2 else tuple(reversed((other(), one())))
        pairs.append(pair)
    pairs = pairs[1:]
    return (
        statistics.median(a for a, dummy in pairs),
        statistics.median(b for dummy, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def sync_call(
    port: int, rounds: int, calls: int = 400
) -> list[tuple[str, float, float, float, str]]:
    """A GET over one kept connection, beside `httpx.Client.get`."""
    rows = []
    with (
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "Bearer x"}
        ) as raw,
        platform_factory("127.0.0.1", port, False, **SECRETS) as ours,
    ):

        def beside() -> float:
            return cpu(lambda: [raw.get("/health/server").json() for dummy in range(calls)], calls)

        def own() -> float:
            return cpu(lambda: [ours.get("/health/server").json() for dummy in range(calls)], calls)

        rows.append(("sync GET / httpx.Client.get", *ratios(rounds, own, beside), "<= 0.70"))
        handler = stdlib_logging.NullHandler()
        logging.get_logger().addHandler(handler)
        logging.set_level(logging.INFO)
        rows.append(("the same, INFO to a null handler", *ratios(rounds, own, beside), "<= 1.05"))
        logging.set_level(logging.NONE)
        logging.get_logger().removeHandler(handler)
    return rows


def async_calls(
    port: int, rounds: int, calls: int = 1000
) -> list[tuple[str, float, float, float, str]]:
    """Cold concurrent GETs, beside the same number one after another."""

    async def cold() -> None:
        async with platform_factory("127.0.0.1", port, False, **SECRETS, want_async=True) as client:
            await asyncio.gather(*[client.get("/health/server") for dummy in range(calls)])

    async def sequential() -> None:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "Bearer x"}
        ) as client:
            for dummy in range(calls):
                await client.get("/health/server")

    measured = ratios(
        rounds,
        lambda: cpu(lambda: asyncio.run(cold()), calls),
        lambda: cpu(lambda: asyncio.run(sequential()), calls),
    )
    return [(f"{calls} cold concurrent async GETs / sequential httpx", *measured, "<= 1.20")]


def second_client() -> list[tuple[str, Any]]:
    """Time and memory of a second client, https, in milliseconds and KiB."""
    made = [platform_factory("localhost", **SECRETS)]
    SyncTransport(made[0]._wire_settings()).close()
    tracemalloc.start()
    before, started = tracemalloc.get_traced_memory()[0], time.perf_counter()
    made.append(platform_factory("localhost", **SECRETS))
    transport = SyncTransport(made[1]._wire_settings())
    took, memory = (
        (time.perf_counter() - started) * 1000,
        (tracemalloc.get_traced_memory()[0] - before) / 1024,
    )
    tracemalloc.stop()
    transport.close()
    return [
        ("second client with its transport, ms (<= 1)", round(took, 3)),
        ("second client with its transport, KiB (<= 10)", round(memory, 1)),
    ]


def imports(rounds: int) -> list[tuple[str, Any]]:
    """Return the CPU time of importing the package, and which heavy modules that loads."""
    code = (
        "import sys, time\n"
        "before = time.process_time()\n"
        "import restops_clients\n"
        "took = time.process_time() - before\n"
        "restops_clients.platform_factory\n"
        "print(took * 1000, [name for name in ('httpx', 'asyncio') if name in sys.modules])\n"
    )
    environment = {
        name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    # The first one writes the bytecode.
    taken = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout.split(maxsplit=1)
        for dummy in range(rounds + 1)
    ][1:]
    took = statistics.median(float(milliseconds) for milliseconds, dummy in taken)
    return [
        ("import restops_clients, ms of CPU (<= 40)", round(took, 1)),
        ("loaded with platform_factory (none)", taken[0][1].strip()),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(
        f"Python {sys.version.split()[0]}, httpx {httpx.__version__}, medians of {rounds} rounds;"
        " microseconds of CPU per call\n"
    )
    print(f"{'figure':55} {'ours':>8} {'beside':>8} {'ratio':>6}  bound")
    with running() as port:
        for name, one, other, ratio, bound in [
            *sync_call(port, rounds),
            *async_calls(port, rounds),
        ]:
            print(f"{name:55} {one:8.0f} {other:8.0f} {ratio:6.2f}  {bound}")
    for name, value in [*second_client(), *imports(rounds)]:
        print(f"{name:55} {value!s:>8}")


if __name__ == "__main__":
    main()
