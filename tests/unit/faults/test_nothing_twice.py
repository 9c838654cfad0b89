# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No unsafe request is executed twice: random calls against a server that breaks at random.

The server often breaks after it has executed a request. It records every request that has arrived
completely. A client must assume that a request was executed unless the response refuses it: a POST,
a PATCH or an action that arrives again fails the test, even if the server did not execute the first
one. Every sequence comes from a seed, the number of the test.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.faults.chances import Chance, draw
from ansible_collections.restops.clients.tests.unit.faults.running import CREDENTIALS
from ansible_collections.restops.clients.tests.unit.faults.server import (
    FaultServer,
    LoopThread,
    Request,
    Step,
    message,
)
from ansible_collections.restops.clients.tests.unit.support import Tasks, Threads

SEQUENCES, TOGETHER = 520, 26
"""Sequences, and how many of them share a test; every other test has a client for event loops."""
CALLS = 6
SHORT, LONG = 0.25, 20.0
"""Seconds that an attempt may take if the server is to be silent, and if it is not."""
JSON = "Content-Type: application/json"


class Recorder(FaultServer):
    """Keeps things by path, and a record of what arrived.

    Attributes:
        things: What the PUTs and DELETEs have left.
        taken: How often a request that changes something arrived and was not refused, by method and
            path; each has a path of its own.
        met: How often each fault was met.
        coming: The faults that meet the attempts that come next.
    """

    def __init__(self, thread: LoopThread) -> None:
        super().__init__(thread)
        self.things: dict[str, Any] = {}
        self.taken: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.coming: list[Chance] = []
        self._refusing = False

    def step(self, when: str) -> Step | None:
        if not self.coming or self.coming[0].step.when != when or not self.logins:
            return None
        chance = self.coming.pop(0)
        self.met[chance.name] += 1
        self._refusing = chance.refuses
        return chance.step

    def received(self, request: Request, step: Step | None) -> None:
        if step is None or not self._refusing:
            self.taken[f"{request.method} {request.path}"] += 1

    def apply(self, request: Request) -> bytes:
        if request.method == "PUT":
            self.things[request.path] = json.loads(request.body or b"null")
        elif (
            request.method == "DELETE"
            and request.path.startswith("/things/")
            and self.things.pop(request.path, None) is None
        ):
            return message(404)
        return message(200, json.dumps({"thing": self.things.get(request.path)}).encode(), JSON)


def sequence(chance: random.Random, number: int) -> Iterator[tuple[str, str, Any, list[Chance]]]:
    """Yield calls: method, path, body, and the faults that meet them."""
    for turn in range(CALLS):
        own = f"{number}-{turn}"
        thing = f"/things/{number}-{chance.randrange(2)}"
        method, path, body = chance.choice(
            (
                ("POST", f"/automations/{own}", {"id": own}),
                ("PATCH", f"/automations/{own}", {"id": own}),
                ("PUT", f"/adapters/{own}/{chance.choice(('start', 'stop', 'restart'))}", None),
                ("DELETE", f"/ag-manager/actions/{own}", None),
                ("PUT", thing, {"id": own}),
                ("PUT", thing, {"id": own}),
                ("DELETE", thing, None),
                ("GET", thing, None),
            )
        )
        yield (
            method,
            path,
            body,
            [draw(chance) for dummy in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5)))],
        )


@pytest.fixture(scope="module")
def thread() -> Iterator[LoopThread]:
    with LoopThread() as running:
        yield running


@pytest.mark.parametrize("seed", range(SEQUENCES // TOGETHER))
async def test_no_unsafe_request_is_executed_twice(
    seed: int, thread: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    chance = random.Random(seed)
    async with contextlib.AsyncExitStack() as stack:
        kind: Any = Tasks() if seed % 2 else Threads()
        server = stack.enter_context(Recorder(thread))
        where = {
            "host": "127.0.0.1",
            "port": server.port,
            "use_tls": False,
            "want_async": kind.want_async,
            **CREDENTIALS,
        }
        unsafe = 0
        for number in range(TOGETHER):
            client = platform_factory(**where, retry={"max_tries": 4, "wait": 0})
            stack.push_async_callback(kind.close, client)
            for method, path, body, coming in sequence(chance, number):
                faults = [fault.name for fault in coming]
                case = f"sequence {number}: {method} {path}, which was to meet {faults}"
                silent = "silence" in faults
                before = server.things.get(path)
                server.coming = coming
                try:
                    call = client.request(
                        method, path, json=body, timeout=SHORT if silent else LONG
                    )
                    found = (await kind.wait(call)).json()
                    succeeded = True
                except ClientError:
                    succeeded = False
                server.coming = []
                if silent:
                    # If this machine stalls, a request may arrive after its client has given up.
                    server.settle()
                after = server.things.get(path)
                if not path.startswith("/things/"):
                    unsafe += 1
                    taken = server.taken[f"{method} {path}"]
                    assert taken == 1 if succeeded else taken <= 1, case
                elif method == "GET":
                    assert before == after, case
                    assert not succeeded or found == {"thing": after}, case
                else:
                    # A run without faults leaves what was put, or nothing.
                    assert after == body if succeeded else after in (before, body), case
        assert sum(server.met.values()) > TOGETHER * CALLS / 2, "the faults were met"
        assert unsafe > TOGETHER * CALLS / 4, "there was something that must not be done twice"
