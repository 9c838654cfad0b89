# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads and tasks against a server that breaks at random, for minutes: `python -m tests.soak
[--minutes N] [--seed N]`.

20 threads share one client and 200 tasks another. A line every 10 s shows the progress. At the end
no connection, file descriptor, thread or task may be left; memory must not have grown; nothing may
have been done twice; every response must belong to its call; and the counters of the clients must
agree with those of the server. Otherwise the exit status is 1, after one line for each violation.
It reads /proc, so it needs Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)

THREADS, TASKS, LIMIT = 20, 200, 20
"""Threads, tasks, and the most connections of a client."""
GROWTH = 8.0
"""MiB by which memory may grow from the end of the warm-up to the end: what allocators keep; a leak
of 100 bytes per call would be more."""
EVERY = 10.0
"""Seconds between two lines."""
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "POST")
RETRY = {"max_tries": 3, "wait": 0.02}


class Tally:
    """The counters of the clients. An increment of a Counter is not atomic, so each thread and the
    event loop have their own."""

    def __init__(self) -> None:
        self._parts: list[Counter[str]] = []

    def part(self) -> Counter[str]:
        self._parts.append(Counter())
        return self._parts[-1]

    def sum(self) -> Counter[str]:
        return sum((part.copy() for part in self._parts), Counter())


def open_files() -> tuple[int, int]:
    """Return the number of sockets and of file descriptors that are open."""
    names = []
    for entry in pathlib.Path("/proc/self/fd").iterdir():
        try:
            names.append(str(entry.readlink()))
        except OSError:
            continue
    return sum(name.startswith("socket:") for name in names), len(names)


def resident_memory() -> float:
    """Return the resident memory of this process in MiB."""
    return (
        int(pathlib.Path("/proc/self/statm").read_text().split()[1])
        * os.sysconf("SC_PAGE_SIZE")
        / 2**20
    )


def random_call(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return method, path and options of a call."""
    method = chance.choice(METHODS)
    path = "/long" if method == "GET" and chance.random() < 0.1 else "/thing"
    options: dict[str, Any] = {"headers": {"X-Soak-Id": uuid.uuid4().hex}}
    if method in ("PUT", "POST"):
        options["json"] = {"some": "thing"}
    return method, path, options


def is_own_response(response: Any, options: dict[str, Any]) -> bool:
    """Tell whether a response belongs to this call; the response to a HEAD does not show it."""
    return response.headers.get("x-soak-id") in (None, options["headers"]["X-Soak-Id"])


def call_from_thread(
    client: Any, chance: random.Random, tally: Counter[str], over: threading.Event
) -> None:
    while not over.wait(chance.random() * 0.1):
        method, path, options = random_call(chance)
        tally[f"called {method}"] += 1
        try:
            if chance.random() < 0.05:
                with client.stream(method, path, **options) as stream:
                    response = stream.response
                    # Half of the streams are left early: the rest of the body is never read.
                    for dummy in stream:
                        if chance.random() < 0.5:
                            break
            else:
                response = client.request(method, path, **options)
            tally[f"succeeded {method}"] += 1
            tally["answers of others"] += not is_own_response(response, options)
        except ClientError as exc:
            tally[f"failed {method}"] += 1
            tally[f"error: {type(exc).__name__}"] += 1


async def call_from_task(
    client: Any, chance: random.Random, tally: Counter[str], over: threading.Event
) -> None:
    while not over.is_set():
        await asyncio.sleep(chance.random())
        method, path, options = random_call(chance)
        tally[f"called {method}"] += 1
        try:
            call = client.request(method, path, **options)
            # Some callers time out, which cancels the call in any state.
            response = await (
                asyncio.wait_for(call, chance.random() * 0.05) if chance.random() < 0.03 else call
            )
            tally[f"succeeded {method}"] += 1
            tally["answers of others"] += not is_own_response(response, options)
        except ClientError as exc:
            tally[f"failed {method}"] += 1
            tally[f"error: {type(exc).__name__}"] += 1
        except asyncio.TimeoutError:
            tally[f"failed {method}"] += 1
            tally["cancelled"] += 1


async def run_tasks(where: dict[str, Any], seed: int, tally: Tally, over: threading.Event) -> int:
    """Run the tasks; return the number of tasks that are left when the client is closed."""
    async with platform_factory(**where, want_async=True) as client:
        await asyncio.gather(
            *[
                call_from_task(client, random.Random(seed + number), tally.part(), over)
                for number in range(TASKS)
            ]
        )
    await asyncio.sleep(0.1)
    return len(asyncio.all_tasks()) - 1


@contextmanager
def serve(seed: int) -> Iterator[tuple[int, int]]:
    """Serve in another process; yield the ports of the server and of its control server."""
    command = [sys.executable, "-m", "tests.soak.server", "--seed", str(seed)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port, control = map(int, process.stdout.readline().split())
            yield port, control
        finally:
            process.stdin.close()
            process.wait()


def read_counters(port: int, path: str) -> Counter[str]:
    """Return the server's counters."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", path)
        return Counter(json.loads(connection.getresponse().read()))
    finally:
        connection.close()


def run_load(
    minutes: float, seed: int, port: int, control: int, tally: Tally
) -> tuple[list[str], float]:
    """Run threads and tasks against the server; return the violations, and by how many MiB memory
    grew."""
    over = threading.Event()
    where = {
        "host": "127.0.0.1",
        "port": port,
        "use_tls": False,
        "client_id": "soak",
        "client_secret": "s0ak-secret-value",
    }
    where.update(timeout=2.0, retry=RETRY, limits=LIMIT)
    found, left, most, samples = [], [], 0, []
    sync = platform_factory(**where)
    workers = [
        threading.Thread(
            target=call_from_thread,
            args=(sync, random.Random(seed - number - 1), tally.part(), over),
        )
        for number in range(THREADS)
    ]
    workers.append(
        threading.Thread(
            target=lambda: left.append(asyncio.run(run_tasks(where, seed, tally, over)))
        )
    )
    started = told = time.monotonic()
    for worker in workers:
        worker.start()
    try:
        while (now := time.monotonic()) < started + minutes * 60:
            time.sleep(min(0.5, max(started + minutes * 60 - now, 0.01)))
            samples.append(resident_memory())
            most = max(most, open_files()[0])
            if now - told >= EVERY:
                told = now
                mine, theirs = tally.sum(), read_counters(control, "/counters")
                calls, failed = (
                    sum(number for name, number in mine.items() if name.startswith(word))
                    for word in ("called", "failed")
                )
                print(
                    f"{now - started:5.0f} s  {calls:8} calls  {failed:6} failed"
                    f"  {theirs['requests']:8} requests  {theirs['logins']:4} logins"
                    f"  {theirs['waves']:4} waves  {theirs['duplicates']} duplicates"
                    f"  {open_files()[0]:3} sockets  {resident_memory():6.1f} MiB",
                    flush=True,
                )
    finally:
        over.set()
        for worker in workers:
            worker.join()
        sync.close()
    # The event loop has two sockets of its own, the call to the control server one.
    if most > 2 * LIMIT + 3:
        found.append(f"{most} sockets at once, but a client may have {LIMIT} connections")
    if left != [0]:
        found.append(f"{left} tasks are left")
    tenth = max(len(samples) // 10, 1)
    warm, end = samples[3 * tenth : 4 * tenth] or samples[:1], samples[-tenth:]
    return found, sum(end) / len(end) - sum(warm) / len(warm)


def compare_counters(mine: Counter[str], theirs: Counter[str]) -> list[str]:
    """Return the differences between the counters of the clients and of the server."""
    found = []
    for method in sorted(set(METHODS)):
        least, most = mine[f"succeeded {method}"], mine[f"called {method}"]
        if mine[f"succeeded {method}"] + mine[f"failed {method}"] != most:
            found.append(
                f"{method}: {most} calls, but {least} successes"
                f" and {mine[f'failed {method}']} failures"
            )
        # A client may have lost a response and sent the request again, but the server must have
        # answered every call that succeeded.
        if theirs[f"answered {method}"] < least:
            found.append(
                f"{method}: {least} successes, but the server sent"
                f" {theirs[f'answered {method}']} responses"
            )
    if not mine["succeeded POST"] <= theirs["POSTs taken"] <= mine["called POST"]:
        found.append(
            f"POST: {mine['called POST']} calls, {mine['succeeded POST']} successes,"
            f" but the server accepted {theirs['POSTs taken']}"
        )
    if mine["answers of others"]:
        found.append(f"{mine['answers of others']} calls got the response to another call")
    if theirs["duplicates"]:
        found.append(f"{theirs['duplicates']} POSTs arrived twice")
    # Each client logs in once, and again each time all sessions end.
    if theirs["logins"] > 2 * (theirs["waves"] + 1):
        found.append(
            f"{theirs['logins']} logins of 2 clients, though sessions ended {theirs['waves']} times"
        )
    return found


def main() -> int:
    """Read the command line, run, and report violations."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description="Threads and tasks against a server that breaks at random.",
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
    given = parser.parse_args()
    os.environ["no_proxy"] = "*"
    tally = Tally()
    with serve(given.seed) as (port, control):
        # Files and modules that are loaded once are not a leak.
        platform_factory(
            "127.0.0.1", port, False, user="soak", password="s0ak-secret-value", retry=1
        ).close()
        asyncio.run(asyncio.sleep(0))
        before, threads = open_files(), threading.active_count()
        violations, growth = run_load(given.minutes, given.seed, port, control, tally)
        gc.collect()
        after = open_files()
        if after != before:
            violations.append(
                f"{after[0]} sockets and {after[1]} file descriptors,"
                f" {before[0]} and {before[1]} before"
            )
        if threading.active_count() != threads:
            violations.append(
                f"threads are left: {[thread.name for thread in threading.enumerate()]}"
            )
        if growth > GROWTH:
            violations.append(f"memory grew by {growth:.1f} MiB, more than {GROWTH} MiB")
        theirs = read_counters(control, "/calm")
        for dummy in range(30):
            if theirs["open"] > 0:
                time.sleep(0.1)
                theirs = read_counters(control, "/counters")
        if theirs["open"]:
            violations.append(f"the server still has {theirs['open']} connections")
    violations += compare_counters(tally.sum(), theirs)
    for name, number in sorted(
        {**tally.sum(), **{f"server: {name}": number for name, number in theirs.items()}}.items()
    ):
        print(f"{number:10}  {name}")
    print(f"memory grew by {growth:.1f} MiB (allowed: {GROWTH:g})")
    for line in violations:
        print(f"VIOLATION  {line}")
    print("no violation" if not violations else f"{len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
