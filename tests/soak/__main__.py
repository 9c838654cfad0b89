# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads and tasks against a server that breaks at random, for minutes: `python -m tests.soak
[--minutes N] [--seed N]`.

20 threads share one client and 200 tasks another. A line every 10 s says how it goes. At the end
nothing may be left over: no connection, file descriptor, thread or task; memory must not have
grown; nothing may have been done twice; every answer must be the one to its call; and what the
clients have counted must agree with what the server has. The exit status is 1, after one line for
each violation, where that is not so. It reads /proc, so it needs Linux.
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
"""Threads, tasks, and connections that a client may hold."""
GROWTH = 8.0
"""MiB by which memory may grow from the end of the warm-up to the end of the load: what allocators
keep; a leak of 100 bytes a call would be more."""
EVERY = 10.0
"""Seconds between two lines."""
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "POST")
RETRY = {"max_tries": 3, "wait": 0.02}


class Tally:
    """What the clients count. Threads and the loop write to it; an increment of a Counter is not
    atomic, so each has its own."""

    def __init__(self) -> None:
        self._parts: list[Counter[str]] = []

    def part(self) -> Counter[str]:
        self._parts.append(Counter())
        return self._parts[-1]

    def sum(self) -> Counter[str]:
        return sum((part.copy() for part in self._parts), Counter())


def held() -> tuple[int, int]:
    """Return how many sockets this process holds, and how many file descriptors."""
    names = []
    for entry in pathlib.Path("/proc/self/fd").iterdir():
        try:
            names.append(str(entry.readlink()))
        except OSError:
            continue
    return sum(name.startswith("socket:") for name in names), len(names)


def memory() -> float:
    """Return the resident memory of this process in MiB."""
    return (
        int(pathlib.Path("/proc/self/statm").read_text().split()[1])
        * os.sysconf("SC_PAGE_SIZE")
        / 2**20
    )


def wish(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return method, path and options of a call."""
    method = chance.choice(METHODS)
    path = "/long" if method == "GET" and chance.random() < 0.1 else "/thing"
    options: dict[str, Any] = {"headers": {"X-Soak-Id": uuid.uuid4().hex}}
    if method in ("PUT", "POST"):
        options["json"] = {"some": "thing"}
    return method, path, options


def is_own(response: Any, options: dict[str, Any]) -> bool:
    """Tell whether an answer is the one to this call; half an answer, which is all that a HEAD
    wants, does not say."""
    return response.headers.get("x-soak-id") in (None, options["headers"]["X-Soak-Id"])


def in_thread(
    client: Any, chance: random.Random, tally: Counter[str], over: threading.Event
) -> None:
    while not over.wait(chance.random() * 0.1):
        method, path, options = wish(chance)
        tally[f"called {method}"] += 1
        try:
            if chance.random() < 0.05:
                with client.stream(method, path, **options) as stream:
                    response = stream.response
                    # Left early, as often as not: the rest of the body stays on the wire.
                    for dummy in stream:
                        if chance.random() < 0.5:
                            break
            else:
                response = client.request(method, path, **options)
            tally[f"succeeded {method}"] += 1
            tally["answers of others"] += not is_own(response, options)
        except ClientError as exc:
            tally[f"failed {method}"] += 1
            tally[f"error: {type(exc).__name__}"] += 1


async def in_task(
    client: Any, chance: random.Random, tally: Counter[str], over: threading.Event
) -> None:
    while not over.is_set():
        await asyncio.sleep(chance.random())
        method, path, options = wish(chance)
        tally[f"called {method}"] += 1
        try:
            call = client.request(method, path, **options)
            # Some callers lose patience, which cancels the call wherever it is.
            response = await (
                asyncio.wait_for(call, chance.random() * 0.05) if chance.random() < 0.03 else call
            )
            tally[f"succeeded {method}"] += 1
            tally["answers of others"] += not is_own(response, options)
        except ClientError as exc:
            tally[f"failed {method}"] += 1
            tally[f"error: {type(exc).__name__}"] += 1
        except asyncio.TimeoutError:
            tally[f"failed {method}"] += 1
            tally["cancelled"] += 1


async def in_loop(where: dict[str, Any], seed: int, tally: Tally, over: threading.Event) -> int:
    """Run the tasks; gives how many tasks are left over when the client is closed."""
    async with platform_factory(**where, want_async=True) as client:
        await asyncio.gather(
            *[
                in_task(client, random.Random(seed + number), tally.part(), over)
                for number in range(TASKS)
            ]
        )
    await asyncio.sleep(0.1)
    return len(asyncio.all_tasks()) - 1


@contextmanager
def served(seed: int) -> Iterator[tuple[int, int]]:
    """Serve in another process; gives the ports of the server and of its teller."""
    command = [sys.executable, "-m", "tests.soak.server", "--seed", str(seed)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port, teller = map(int, process.stdout.readline().split())
            yield port, teller
        finally:
            process.stdin.close()
            process.wait()


def asked(port: int, path: str) -> Counter[str]:
    """Return the server's counters."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", path)
        return Counter(json.loads(connection.getresponse().read()))
    finally:
        connection.close()


def load(
    minutes: float, seed: int, port: int, teller: int, tally: Tally
) -> tuple[list[str], float]:
    """Run threads and tasks against the server; gives what is not as it should be, and by how many
    MiB memory grew."""
    over = threading.Event()
    where = {
        "host": "127.0.0.1",
        "port": port,
        "use_tls": False,
        "client_id": "soak",
        "client_secret": "s0ak-secret-value",
    }
    where.update(timeout=2.0, retry=RETRY, limits=LIMIT)
    found, left_over, most, samples = [], [], 0, []
    sync = platform_factory(**where)
    workers = [
        threading.Thread(
            target=in_thread, args=(sync, random.Random(seed - number - 1), tally.part(), over)
        )
        for number in range(THREADS)
    ]
    workers.append(
        threading.Thread(
            target=lambda: left_over.append(asyncio.run(in_loop(where, seed, tally, over)))
        )
    )
    started = told = time.monotonic()
    for worker in workers:
        worker.start()
    try:
        while (now := time.monotonic()) < started + minutes * 60:
            time.sleep(min(0.5, max(started + minutes * 60 - now, 0.01)))
            samples.append(memory())
            most = max(most, held()[0])
            if now - told >= EVERY:
                told = now
                mine, theirs = tally.sum(), asked(teller, "/counters")
                calls, failed = (
                    sum(number for name, number in mine.items() if name.startswith(word))
                    for word in ("called", "failed")
                )
                print(
                    f"{now - started:5.0f} s  {calls:8} calls  {failed:6} failed  {theirs['requests']:8} requests  {theirs['logins']:4} logins"
                    f"  {theirs['waves']:4} waves  {theirs['duplicates']} duplicates  {held()[0]:3} sockets  {memory():6.1f} MiB",
                    flush=True,
                )
    finally:
        over.set()
        for worker in workers:
            worker.join()
        sync.close()
    # The event loop has two sockets of its own, the question to the teller one.
    if most > 2 * LIMIT + 3:
        found.append(f"{most} sockets at once, where each client may hold {LIMIT} connections")
    if left_over != [0]:
        found.append(f"{left_over} tasks are left over")
    tenth = max(len(samples) // 10, 1)
    warm, end = samples[3 * tenth : 4 * tenth] or samples[:1], samples[-tenth:]
    return found, sum(end) / len(end) - sum(warm) / len(warm)


def disagreements(mine: Counter[str], theirs: Counter[str]) -> list[str]:
    """Return where the counters of the clients and of the server do not agree."""
    found = []
    for method in sorted(set(METHODS)):
        least, most = mine[f"succeeded {method}"], mine[f"called {method}"]
        if mine[f"succeeded {method}"] + mine[f"failed {method}"] != most:
            found.append(
                f"{method}: {most} calls, but {least} successes and {mine[f'failed {method}']} failures"
            )
        # What a server has answered a client may have lost, and asked for again; what a client has
        # got a server must have answered.
        if theirs[f"answered {method}"] < least:
            found.append(
                f"{method}: {least} successes, but the server gave {theirs[f'answered {method}']} answers"
            )
    if not mine["succeeded POST"] <= theirs["POSTs taken"] <= mine["called POST"]:
        found.append(
            f"POST: {mine['called POST']} calls, {mine['succeeded POST']} successes, but the server took {theirs['POSTs taken']}"
        )
    if mine["answers of others"]:
        found.append(f"{mine['answers of others']} calls were given what was not their answer")
    if theirs["duplicates"]:
        found.append(f"{theirs['duplicates']} POSTs arrived twice")
    # Each client logs in once, and once after each end of all sessions.
    if theirs["logins"] > 2 * (theirs["waves"] + 1):
        found.append(
            f"{theirs['logins']} logins of 2 clients, though sessions ended {theirs['waves']} times"
        )
    return found


def main() -> int:
    """Read the command line, run, judge."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description="Threads and tasks against a server that breaks at random.",
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with")
    given = parser.parse_args()
    os.environ["no_proxy"] = "*"
    tally = Tally()
    with served(given.seed) as (port, teller):
        # What is loaded and opened once for all is not a leak.
        platform_factory(
            "127.0.0.1", port, False, user="soak", password="s0ak-secret-value", retry=1
        ).close()
        asyncio.run(asyncio.sleep(0))
        before, threads = held(), threading.active_count()
        violations, growth = load(given.minutes, given.seed, port, teller, tally)
        gc.collect()
        after = held()
        if after != before:
            violations.append(
                f"{after[0]} sockets and {after[1]} file descriptors, {before[0]} and {before[1]} before"
            )
        if threading.active_count() != threads:
            violations.append(
                f"threads are left over: {[thread.name for thread in threading.enumerate()]}"
            )
        if growth > GROWTH:
            violations.append(f"memory grew by {growth:.1f} MiB, more than {GROWTH} MiB")
        theirs = asked(teller, "/calm")
        for dummy in range(30):
            if theirs["open"] > 0:
                time.sleep(0.1)
                theirs = asked(teller, "/counters")
        if theirs["open"]:
            violations.append(f"the server still has {theirs['open']} connections")
    violations += disagreements(tally.sum(), theirs)
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
