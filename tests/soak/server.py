# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server of the soak test, in its own process: it fails at random, ends all sessions now and
then, and counts.

`python -m tests.soak.server [--seed N]` prints two ports: of the failing server, and of a control
server that returns the counters (`GET /counters`) and stops the failures (`GET /calm`). It ends
when its standard input is closed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter

from ansible_collections.restops.clients.tests.unit.faults.chances import draw
from ansible_collections.restops.clients.tests.unit.faults.server import (
    ACCEPT,
    HEAD,
    TOKEN,
    FaultServer,
    LoopThread,
    Request,
    Step,
    message,
)

JSON = "Content-Type: application/json"
OFTEN = {ACCEPT: 0.02, HEAD: 0.01}
"""Probability of a fault for a new connection, and for a request whose head was read; `BROKEN` is
that of other requests."""
BROKEN = 0.08
WAVES = 4000
"""Requests after which all sessions end."""


class Soaked(FaultServer):
    """Breaks at random.

    Attributes:
        counters: What the client's own counters are compared with.
    """

    def __init__(self, thread: LoopThread, seed: int) -> None:
        super().__init__(thread)
        self.counters: Counter[str] = Counter()
        self.calm = False
        self._chance = random.Random(seed)
        self._taken: set[str] = set()
        self._ended = 0
        self._refusing = False

    def step(self, when: str) -> Step | None:
        if self.calm or self._chance.random() >= OFTEN.get(when, BROKEN):
            return None
        chance = draw(self._chance)
        while chance.step.when != when or chance.name.startswith("401"):
            chance = draw(self._chance)
        self.counters[f"fault: {chance.name}"] += 1
        self._refusing = chance.refuses
        return chance.step

    def login(self) -> bytes:
        self.counters["logins"] += 1
        token = f"{TOKEN}-{self.logins}"
        return message(200, json.dumps({"access_token": token, "expires_in": 3600}).encode(), JSON)

    def received(self, request: Request, step: Step | None) -> None:
        self.counters["requests"] += 1
        if self.counters["requests"] % WAVES == 0 and not self.calm:
            self._ended = self.logins
            self.counters["waves"] += 1
        if (
            request.method == "POST"
            and not self._is_out(request)
            and (step is None or not self._refusing)
        ):
            taken = request.headers["x-soak-id"]
            self.counters["duplicates"] += taken in self._taken
            self._taken.add(taken)
            self.counters["POSTs taken"] += 1

    def apply(self, request: Request) -> bytes:
        if self._is_out(request):
            return message(401)
        self.counters[f"answered {request.method}"] += 1
        # Shows which call the response belongs to.
        own = f"X-Soak-Id: {request.headers.get('x-soak-id', '')}"
        if request.method == "HEAD":
            return message(200, b"", own)
        return message(
            200,
            b'{"text": "%s"}' % (b"x" * (100_000 if request.path == "/long" else 100)),
            JSON,
            own,
        )

    def _is_out(self, request: Request) -> bool:
        return int(request.headers.get("authorization", "-0").rpartition("-")[2]) <= self._ended

    def count(self) -> dict[str, int]:
        return {**self.counters, "open": len(self._tasks), "connections": self.connections}


class Control(FaultServer):
    """The control server: it returns the counters of the failing server."""

    def __init__(self, thread: LoopThread, soaked: Soaked) -> None:
        super().__init__(thread)
        self._soaked = soaked

    def apply(self, request: Request) -> bytes:
        self._soaked.calm = self._soaked.calm or request.path == "/calm"
        return message(200, json.dumps(self._soaked.count()).encode(), JSON)


def main() -> None:
    """Serve until standard input is closed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak.server", description="Serve the soak test."
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random numbers")
    wish = parser.parse_args()
    with (
        LoopThread() as thread,
        Soaked(thread, wish.seed) as soaked,
        Control(thread, soaked) as control,
    ):
        print(soaked.port, control.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
