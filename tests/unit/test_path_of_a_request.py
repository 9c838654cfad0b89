# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files through which an argument of a request passes."""

from __future__ import annotations

import pathlib
import sys
from types import FrameType
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins import module_utils
from ansible_collections.restops.clients.tests.unit.keystone import server as keystone
from ansible_collections.restops.clients.tests.unit.sequoia import support as sequoia
from ansible_collections.restops.clients.tests.unit.support import Case, Server

ROOT = pathlib.Path(next(iter(module_utils.__path__)))


def holds(frame: FrameType, value: object) -> bool:
    """Tell whether a value is in a variable of a frame, or in a dict there."""
    return any(
        found is value
        or (isinstance(found, dict) and any(item is value for item in found.values()))
        for found in frame.f_locals.values()
    )


class Passage:
    """Records the files through which a value passes, for every call that gets it.

    Args:
        value: The value, recognised by its identity.
    """

    def __init__(self, value: object) -> None:
        self.routes: list[list[str]] = []
        self._value = value

    def __call__(self, frame: FrameType, event: str, dummy: Any) -> None:
        if event == "call" and self._holds_value(frame):
            self.routes.append(self._route(frame))

    def _holds_value(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(str(ROOT)) and holds(frame, self._value)

    def _route(self, frame: FrameType | None) -> list[str]:
        """Return the files of the callers that hold the value, each once in a row."""
        files: list[str] = []
        while frame is not None:
            if self._holds_value(frame):
                name = str(pathlib.Path(frame.f_code.co_filename).relative_to(ROOT))
                if files[-1:] != [name]:
                    files.append(name)
            frame = frame.f_back
        return files


async def method_of(case: Case, service: str) -> Any:
    """Return the method of a client that sends a POST."""
    if service == "platform":
        return case.platform(Server()).post
    if service == "sequoia":
        client = sequoia.client_of(case, sequoia.Server())
        return (await case.kind.wait(client.connection("metadata"))).post
    client = keystone.client_of(case, keystone.Keystone(tables={keystone.CLUSTERS: []}))
    return client.post if service == "keystone" else client.http_post


@pytest.mark.parametrize("service", ["platform", "keystone", "keystone http_post", "sequoia"])
@pytest.mark.parametrize("name", ["json", "path"])
async def test_an_argument_passes_through_at_most_five_files_and_returns_to_none(
    case: Case, name: str, service: str
) -> None:
    values: dict[str, Any] = {"json": {"name": "x"}, "path": "/allocations/clusters/"}
    post = await method_of(case, service)
    passage = Passage(values[name])
    sys.setprofile(passage)
    try:
        await case.kind.wait(post(values["path"], json=values["json"]))
    finally:
        sys.setprofile(None)
    assert max(map(len, passage.routes)) in (4, 5)
    assert all(len(set(route)) == len(route) for route in passage.routes)
