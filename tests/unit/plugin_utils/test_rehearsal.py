# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call that is played through before workers fork."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import in_process, pool, rehearsal


def test_it_is_a_whole_call_that_needs_no_network_and_leaves_no_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results: list[dict[str, Any]] = []
    run = in_process.run

    def no_network(*dummy: Any, **more: Any) -> None:
        raise AssertionError("a rehearsal opened a socket")

    monkeypatch.setattr(
        in_process, "run", lambda *given, **more: results.append(run(*given, **more))
    )
    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    before = list(pool._idle)
    rehearsal.rehearse()

    assert [result["status"] for result in results] == [200] * rehearsal.TIMES
    assert pool._idle == before


def test_an_error_in_it_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*dummy: Any, **more: Any) -> None:
        raise OSError("anything")

    monkeypatch.setattr(in_process, "run", broken)
    rehearsal.rehearse()
