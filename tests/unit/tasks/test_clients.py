# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making clients from a task's options: no default credentials, clear words for what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ConfigurationError
from ansible_collections.restops.clients.plugins.module_utils.tasks import clients, options

WHERE = {"host": "server.example", "port": 3443, "timeout": 30.0, "ttl": 0.0}

CID = "8c2f1d0b-5e5f-4d0c-9d2f-6a5b7c1e3f40"


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (clients.platform, {}, "no credentials: give client_id and client_secret, or username and password"),
        (clients.platform, {"username": ""}, "no credentials"),
        (clients.platform, {"client_id": "a"}, "client_secret is missing"),
        (clients.platform, {"client_secret": "a"}, "client_id is missing"),
        (clients.platform, {"username": "a"}, "password is missing"),
        (clients.platform, {"client_id": "a", "client_secret": "b", "username": "c"}, "password is missing"),
        (clients.platform, {"client_id": "a", "client_secret": "b", "username": "c", "password": "d"}, "too many credentials"),
        (clients.gateway, {}, "no credentials: give username and password"),
        (clients.gateway, {"password": "a"}, "username is missing"),
        (clients.keystone, {}, "no credentials: give username and password, or token"),
        (clients.keystone, {"username": "a"}, "password is missing: give username and password, or token"),
        (clients.keystone, {"password": "a", "token": "b"}, "username is missing"),
        (clients.keystone, {"username": "a", "password": "b", "token": "c"}, "too many credentials"),
    ],
)
def test_credentials_are_never_guessed(make: Any, given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        make({**WHERE, **given})


def test_options_reach_the_client() -> None:
    platform = clients.platform({**WHERE, "client_id": "a", "client_secret": "bbbb", "use_tls": True, "cookie_name": None})
    assert repr(platform) == "<Platform https://server.example:3443>"
    gateway = clients.gateway({**WHERE, "username": "a", "password": "bbbb", "use_tls": False}, want_async=True)
    assert repr(gateway) == "<AsyncGateway http://server.example:3443/api/v2.0>"
    keystone = clients.keystone({"url": "https://ks.example/api/", "token": "bbbb", "timeout": 5.0, "ttl": 0.0, "correlation_id": CID, "validate_certs": True})
    assert (repr(keystone), keystone.cid) == ("<KeystoneClient https://ks.example/api>", CID)
    assert repr(clients.keystone({"url": "http://ks.example", "username": "a", "password": "bbbb"}, True)) == "<AsyncKeystoneClient http://ks.example>"


@pytest.mark.parametrize(
    ("connection", "prefix"),
    [
        (options.PLATFORM_CONNECTION, "ITENTIAL_PLATFORM_"),
        (options.GATEWAY_CONNECTION, "ITENTIAL_GATEWAY_"),
        (options.KEYSTONE_CONNECTION, "KEYSTONE_"),
    ],
)
def test_every_option_has_an_environment_variable_that_awx_can_inject_and_mask(connection: dict[str, Any], prefix: str) -> None:
    for name, option in connection.items():
        (variable,) = option["fallback"][1]
        assert variable == prefix + name.upper()
        assert not variable.startswith("ANSIBLE_")
        if option.get("no_log"):
            assert any(word in variable for word in ("PASS", "SECRET", "TOKEN", "KEY"))
