# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that costs next to nothing, so that a benchmark measures clients.

It sends fixed responses from an asyncio protocol, in a process of its own: a few bytes for every
request, or the pages of a list of workflows.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

BODY = b'{"version":"6.5.2","ok":true}'
TOKEN = b'{"access_token":"benchmark-token-0123456789","expires_in":3600}'


PAGE = 100
"""Records of a page."""
SKIP = re.compile(rb"GET /automation-studio/workflows\?(?:[^ ]*&)?skip=(\d+)")


def workflow(number: int) -> dict[str, object]:
    """Return a workflow of a usual size, about 3 KB, as a Platform lists it."""
    task = {
        "name": "query",
        "app": "WorkFlowEngine",
        "type": "operation",
        "variables": {
            "incoming": {"pass_on_null": False, "query": "response", "obj": "$var.job.device"},
            "outgoing": {"return_data": None},
            "error": "",
            "decorators": [],
        },
        "groups": [],
        "actor": "Pronghorn",
        "nodeLocation": {"x": 300, "y": 0},
    }
    steps = [f"{step:x}" for step in range(1, 9)]
    ends = zip(["workflow_start", *steps], [*steps, "workflow_end"], strict=True)
    step = {"type": "standard", "state": "success"}
    person = {"username": "admin", "provenance": "CloudAAA"}
    return {
        "_id": f"{number:08x}-7d1f-4c2e-9b3a-1f0e5a7c2b4d",
        "name": f"workflow {number:05d}",
        "description": "",
        "type": "automation",
        "tasks": dict.fromkeys(steps, task),
        "transitions": {one: {other: step} for one, other in ends},
        "inputSchema": {"type": "object", "properties": {"device": {"type": "string"}}},
        "outputSchema": {"type": "object", "properties": {}},
        "groups": [],
        "tags": [],
        "created": "2026-01-01T00:00:00.000Z",
        "created_by": person,
        "last_updated": "2026-01-01T00:00:00.000Z",
        "last_updated_by": person,
        "errors": [],
    }


def wide(number: int) -> dict[str, object]:
    """Return a record with many keys, one of which names a secret."""
    fields = {f"field_{field:03d}": f"value {field} of {number}" for field in range(197)}
    return {"_id": f"{number:08x}", "name": f"{number:05d}", **fields, "auth_token": f"S3c{number}"}


def _pages(total: int, record: Callable[[int], dict[str, object]]) -> dict[int, bytes]:
    """Return the responses with a list of records, by the number of their first record."""
    return {
        start: _answer(
            json.dumps(
                {
                    "items": [record(number) for number in range(start, min(start + PAGE, total))],
                    "skip": start,
                    "limit": PAGE,
                    "total": total,
                }
            ).encode()
        )
        for start in range(0, total, PAGE)
    }


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


class Fixed(asyncio.Protocol):
    """Answers every request, the login with a token.

    Args:
        pages: See `_pages`.
    """

    def __init__(self, pages: dict[int, bytes]) -> None:
        self.pages = pages

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.seen = b""

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while b"\r\n\r\n" in self.seen:
            head, dummy, rest = self.seen.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line[15:])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            if len(rest) < length:
                return
            self.seen = rest[length:]
            self.transport.write(self.answer(head))

    def answer(self, head: bytes) -> bytes:
        """Return the response to a request, from its head."""
        if head.startswith(b"POST /oauth/token"):
            return _answer(TOKEN)
        start = SKIP.match(head)
        return self.pages[int(start[1])] if start else _answer(BODY)


async def _serve(total: int, record: Callable[[int], dict[str, object]]) -> None:
    pages = _pages(total, record)
    server = await asyncio.get_running_loop().create_server(
        lambda: Fixed(pages), "127.0.0.1", 0, backlog=4096
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@contextlib.contextmanager
def running(workflows: int = 0, many_keys: bool = False) -> Iterator[int]:
    """Run the server; gives its port.

    Args:
        workflows: How many workflows it lists.
        many_keys: List records with many keys in place of workflows.
    """
    kind = "wide" if many_keys else "workflow"
    process = subprocess.Popen(
        [sys.executable, __file__, str(workflows), kind], stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(process.stdout.readline() if process.stdout else 0)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), {"wide": wide, "workflow": workflow}[sys.argv[2]]))
