# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of reading and comparing many records, beside the HTTP library reading the same pages.

By the library, by the tasks of the modules in the process that performs them, and by whole plays,
less the same play with one record.

`python -m tests.benchmarks.records [--rounds N]` prints a table; each row is the median over the
rounds, with its bound. A run that would write fails.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import pathlib
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from ansible_collections.restops.clients.plugins.plugin_utils import in_process
from restops_clients import platform_factory

from .playbooks import Bench
from .server import PAGE, running, workflow

COLLECTION = "ansible_collections.restops.clients"
INFO, RESOURCE = "itential_platform_info", "itential_platform_resource"

SECRETS = {"client_id": "benchmark-id", "client_secret": "benchmark-secret"}
LISTED = 10_000
SYNCED = 1_000
AT_ONCE = 4
"""Pages that the library reads at a time."""


def _raw(port: int) -> list[Any]:
    """Read all pages with the HTTP library, from an event loop."""
    return asyncio.run(_raw_pages(port))


async def _raw_pages(port: int) -> list[Any]:
    free = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "Bearer x"}
    ) as client:

        async def page(skip: int) -> list[Any]:
            async with free:
                response = await client.get(
                    "/automation-studio/workflows", params={"skip": skip, "limit": PAGE}
                )
            items: list[Any] = response.json()["items"]
            return items

        pages = await asyncio.gather(*[page(skip) for skip in range(0, LISTED, PAGE)])
    return [record for page in pages for record in page]


def _async(port: int) -> list[Any]:
    async def listed() -> list[Any]:
        async with platform_factory("127.0.0.1", port, False, **SECRETS, want_async=True) as client:
            return await client.records("workflow").list()

    return asyncio.run(listed())


def _sync(port: int) -> list[Any]:
    with platform_factory("127.0.0.1", port, False, **SECRETS) as client:
        return client.records("workflow").list()


def seconds(work: Callable[[], list[Any]], count: int) -> float:
    """Return the time that it takes to get so many records."""
    gc.collect()
    started = time.perf_counter()
    found = work()
    took = time.perf_counter() - started
    if len(found) != count:
        raise SystemExit(f"{len(found)} records in place of {count}")
    return took


def memory(work: Callable[[], list[Any]]) -> float:
    """Return the peak memory of getting records, in MiB."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1024 / 1024
    finally:
        tracemalloc.stop()


def listing(rounds: int) -> list[tuple[str, str, str]]:
    """All records of a list, beside raw reads of the same pages, as many at a time."""
    with running(LISTED) as port:
        rows = [
            (
                f"list of {LISTED:,}, {name} / raw async httpx",
                f"{_ratio(partial(own, port), partial(_raw, port), rounds):.2f}",
                "<= 1.30",
            )
            for name, own in (("async", _async), ("sync", _sync))
        ]
        peak = memory(partial(_async, port)) / memory(partial(_raw, port))
    return [*rows, ("the same, async, peak memory / raw async httpx", f"{peak:.2f}", "")]


def _ratio(own: Callable[[], list[Any]], beside: Callable[[], list[Any]], rounds: int) -> float:
    """Return the median of the ratios round by round; the order changes from round to round."""
    ratios = []
    for number in range(rounds + 1):
        order = (own, beside) if number % 2 else (beside, own)
        took = {work: seconds(work, LISTED) for work in order}
        ratios.append(took[own] / took[beside])
    return statistics.median(ratios[1:])


def task(port: int, name: str, **given: Any) -> dict[str, Any]:
    """Perform the task of a module in this process, as an action does; return its result."""
    module = importlib.import_module(f"{COLLECTION}.plugins.modules.{name}")
    connection = {"host": "127.0.0.1", "port": port, "use_tls": False, **SECRETS}
    result: dict[str, Any] = in_process.run(
        module.TASK, name, {**connection, **given}, check_mode=False, inject_invocation=False
    )
    if result.get("failed"):
        raise SystemExit(result["msg"])
    return result


def listing_by_modules(rounds: int) -> list[tuple[str, str, str]]:
    """The same by the task of a module, and by plays."""

    def shown(port: int) -> list[Any]:
        records: list[Any] = task(port, INFO, resource="workflow")["records"]
        return records

    rows = []
    for kind, wide in (("10 keys", False), ("200 keys, one a secret", True)):
        with running(LISTED, wide) as port, tempfile.TemporaryDirectory() as folder:
            ratio = _ratio(partial(shown, port), partial(_raw, port), rounds)
            rows.append((f"{INFO} of {LISTED:,}, {kind} / raw", f"{ratio:.2f}", "<= 1.30"))
            bench = Bench(pathlib.Path(folder), {"host": "127.0.0.1", "port": port, "ca": None})
            whole, one = ({"resource": "workflow", **more} for more in ({}, {"limit": 1}))
            took = statistics.median(
                bench.play([{f"restops.clients.{INFO}": whole}])["wall"]
                - bench.play([{f"restops.clients.{INFO}": one}])["wall"]
                for dummy in range(rounds)
            )
            raw = statistics.median(seconds(partial(_raw, port), LISTED) for dummy in range(rounds))
            rows.append(
                ("the same, the play beyond one of 1 record / raw", f"{took / raw:.2f}", "")
            )
    return rows


def syncing(rounds: int) -> list[tuple[str, str, str]]:
    """Workflows that are there already, brought to the state that they have."""
    made = ("_id", "created", "created_by", "last_updated", "last_updated_by", "errors")
    wanted = []
    for number in range(SYNCED):
        document = {name: value for name, value in workflow(number).items() if name not in made}
        name = document.pop("name")
        wanted.append({"name": name, "document": document})
    with (
        running(SYNCED) as port,
        platform_factory("127.0.0.1", port, False, **SECRETS) as client,
    ):

        def by_library() -> list[Any]:
            changes = client.records("workflow").ensure(wanted)
            return [change for change in changes if change.action == "none"]

        def by_module() -> list[Any]:
            result = task(port, RESOURCE, resource="workflow", records=wanted)
            return [item for item in result["results"] if item["action"] == "none"]

        return [
            (
                f"{name} of {SYNCED:,} that match, seconds",
                f"{statistics.median(seconds(work, SYNCED) for dummy in range(rounds)):.2f}",
                "<= 3",
            )
            for name, work in (("ensure", by_library), (RESOURCE, by_module))
        ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(
        f"Python {sys.version.split()[0]}, httpx {httpx.__version__}, medians of {rounds} rounds;"
        " workflows of 3 KB on loopback\n"
    )
    print(f"{'figure':65} {'ours':>6}  bound")
    for name, value, bound in [
        *listing(rounds),
        *listing_by_modules(rounds),
        *syncing(rounds),
    ]:
        print(f"{name:65} {value:>6}  {bound}")


if __name__ == "__main__":
    main()
