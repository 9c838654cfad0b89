# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that a process keeps."""

from __future__ import annotations

import functools
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.tasks import options, platform
from ansible_collections.restops.clients.plugins.plugin_utils import pool

FACTORY = functools.partial(
    platform.make_client,
    transport=httpx.MockTransport(
        lambda dummy: httpx.Response(200, json={"access_token": "a-token-of-it"})
    ),
)


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_idle", [])
    monkeypatch.setattr(pool, "_lent", {})
    monkeypatch.setattr(pool, "MOST", 2)


def client(host: str, **more: Any) -> Any:
    given = {"host": host, "client_id": "id", "client_secret": "of-the-pools-test", **more}
    return pool.client_for(FACTORY, given, options.PLATFORM.options)


def is_open(made: Any) -> bool:
    try:
        made.get("/")
    except ClientError:
        return False
    return True


def test_a_client_is_used_again_for_the_same_options() -> None:
    first = client("a")
    pool.give_back(first)
    assert client("a") is first
    pool.give_back(first)
    assert client("b") is not first
    assert client("a", retry=1) is not first
    assert client("a") is first


def test_a_client_that_is_lent_has_one_user() -> None:
    first, second = client("a"), client("a")
    assert first is not second
    pool.give_back(first)
    pool.give_back(second)
    assert [client("a"), client("a")] == [second, first]


def test_the_client_that_was_used_least_recently_is_closed() -> None:
    made = {host: client(host) for host in "abc"}
    for host in "abac":
        pool.give_back(made[host])
        if host == "b":
            assert client("a") is made["a"]
    assert {host: is_open(one) for host, one in made.items()} == {"a": True, "b": False, "c": True}
    assert client("b") is not made["b"]


@pytest.mark.parametrize("shared", [True, False])
def test_a_client_that_is_not_shared_is_closed_after_its_use(shared: bool) -> None:
    given = {
        "host": "used.example",
        "client_id": "id",
        "client_secret": "of-the-pools-test",
        "shared_session": shared,
    }
    with pool.use(FACTORY, given, options.PLATFORM.options) as made:
        assert is_open(made)
    assert is_open(made) is shared
