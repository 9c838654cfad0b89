# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that a process keeps."""

from __future__ import annotations

import functools
from collections import Counter
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.tasks import clients, options
from ansible_collections.restops.clients.plugins.plugin_utils import pool

FACTORY = functools.partial(clients.platform, transport=httpx.MockTransport(lambda dummy: httpx.Response(200, json={"access_token": "a-token-of-it"})))


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_clients", {})
    monkeypatch.setattr(pool, "_users", Counter())
    monkeypatch.setattr(pool, "MOST", 2)


def client(host: str, **more: Any) -> Any:
    given = {"host": host, "client_id": "id", "client_secret": "secret", **more}
    return pool.client_for(FACTORY, given, options.PLATFORM_CONNECTION)


def is_open(made: Any) -> bool:
    try:
        made.get("/")
    except ClientError:
        return False
    return True


def test_the_same_options_have_the_same_client() -> None:
    assert client("a") is client("a")
    assert client("a") is not client("b")
    assert client("a") is not client("a", retry=1)


def test_the_one_that_nobody_has_used_for_longest_is_closed() -> None:
    made = {}
    for host in "ab":
        made[host] = client(host)
        pool.give_back(made[host])
    pool.give_back(client("a"))
    made["c"] = client("c")
    pool.give_back(made["c"])
    assert {host: is_open(one) for host, one in made.items()} == {"a": True, "b": False, "c": True}
    assert client("b") is not made["b"]


def test_one_that_is_in_use_stays() -> None:
    used = [client(host) for host in "abc"]
    last = client("d")
    pool.give_back(last)
    assert [is_open(one) for one in (*used, last)] == [True, True, True, False]
    pool.give_back(used[1])
    assert [is_open(one) for one in used] == [True, False, True]
