# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making clients from a task's options: no default credentials, clear words for what is missing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import (
    gateway,
    keystone,
    options,
    platform,
    sequoia,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Service

WHERE = {
    "host": "server.example",
    "url": "https://server.example",
    "port": 3443,
    "timeout": 30.0,
    "ttl": 0.0,
}

CID = "8c2f1d0b-5e5f-4d0c-9d2f-6a5b7c1e3f40"


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (
            platform.make_client,
            {},
            "no credentials: give client_id and client_secret, or username and password",
        ),
        (platform.make_client, {"username": ""}, "no credentials"),
        (platform.make_client, {"client_id": "a"}, "client_secret is missing"),
        (platform.make_client, {"client_secret": "a"}, "client_id is missing"),
        (platform.make_client, {"username": "a"}, "password is missing"),
        (
            platform.make_client,
            {"client_id": "a", "client_secret": "b", "username": "c"},
            "password is missing",
        ),
        (
            platform.make_client,
            {"client_id": "a", "client_secret": "b", "username": "c", "password": "d"},
            "too many credentials",
        ),
        (gateway.make_client, {}, "no credentials: give username and password"),
        (gateway.make_client, {"password": "a"}, "username is missing"),
        (keystone.make_client, {}, "no credentials: give username and password, or token"),
        (
            keystone.make_client,
            {"username": "a"},
            "password is missing: give username and password, or token",
        ),
        (keystone.make_client, {"password": "a", "token": "b"}, "username is missing"),
        (
            keystone.make_client,
            {"username": "a", "password": "b", "token": "c"},
            "too many credentials",
        ),
    ],
)
def test_credentials_are_never_guessed(make: Any, given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        make({**WHERE, **given})


def test_options_reach_the_client() -> None:
    client = platform.make_client(
        {**WHERE, "client_id": "a", "client_secret": "bbbb", "use_tls": True, "cookie_name": None}
    )
    assert repr(client) == "<Platform https://server.example:3443>"
    client = gateway.make_client(
        {**WHERE, "username": "a", "password": "bbbb", "use_tls": False}, want_async=True
    )
    assert repr(client) == "<AsyncGateway http://server.example:3443/api/v2.0>"
    client = keystone.make_client(
        {
            "url": "https://ks.example/api/",
            "token": "bbbb",
            "timeout": 5.0,
            "ttl": 0.0,
            "correlation_id": CID,
            "validate_certs": True,
        }
    )
    assert (repr(client), client.cid) == ("<KeystoneClient https://ks.example/api>", CID)
    assert (
        repr(
            keystone.make_client(
                {"url": "http://ks.example", "username": "a", "password": "bbbb"},
                want_async=True,
            )
        )
        == "<AsyncKeystoneClient http://ks.example>"
    )


REGISTRY = "https://registry.example/services/acme"
GRANT = {"url": REGISTRY, "client_id": "a", "client_secret": "bbbb"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "no credentials: give client_id and client_secret"),
        ({"auth_type": "client_grant", "client_id": "a"}, "client_secret is missing"),
        ({"token": "t"}, "no credentials"),
        ({"auth_type": "byo_token"}, "needs 'token': 'token' is missing"),
        (
            {"auth_type": "byo_token", "token": "t", "client_id": "a", "client_secret": "b"},
            "is given, and auth_type BYO_TOKEN does not use it",
        ),
        ({"auth_type": "no_auth", "token": "t"}, "is given, and auth_type NO_AUTH does not use it"),
        ({"auth_type": "mutual"}, "client_cert, client_key and server_cert must be given"),
    ],
)
def test_credentials_for_sequoia(given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        sequoia.make_client({"url": REGISTRY, **given})


@pytest.mark.parametrize(
    "given",
    [
        {**GRANT, "auth_type": "client_grant", "token": "first"},
        {"url": REGISTRY, "auth_type": "byo_token", "token": "first"},
        {"url": REGISTRY, "auth_type": "no_auth"},
        {
            "url": REGISTRY,
            "auth_type": "mutual",
            "client_cert": "c.pem",
            "client_key": "k.pem",
            "ca_path": "a.pem",
        },
    ],
)
def test_every_way_to_authenticate_with_sequoia(given: dict[str, Any]) -> None:
    assert repr(sequoia.make_client(given)) == f"<Client {REGISTRY}>"
    assert repr(sequoia.make_client(given, want_async=True)) == f"<AsyncClient {REGISTRY}>"


def test_options_reach_the_client_of_sequoia() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path == "/services/acme":
            names = ("identity", "metadata")
            return httpx.Response(
                200,
                json={
                    "services": [
                        {"name": name, "location": f"https://{name}.example"} for name in names
                    ]
                },
            )
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "a-token-of-the-server"})
        return httpx.Response(409, json={"message": "x" * 400})

    given = {
        **GRANT,
        "content_type": "application/json",
        "user_id": "ada",
        "application_id": "app",
        "correlation_id": None,
        "timeout": 7.0,
        "ca_path": None,
    }
    given |= {"max_response_bytes": 300, "retry": {"max_tries": 3, "wait": 0, "statuses": [409]}}
    client = sequoia.make_client(given, transport=httpx.MockTransport(answer))
    with pytest.raises(ClientError, match="longer than 300 bytes"):
        client.metadata.contents.read("acme", "acme:c1")
    assert client.connection("metadata").calls.timeout == 7.0
    given["max_response_bytes"] = 1000
    seen.clear()
    with pytest.raises(ClientError, match="409 Conflict"):
        sequoia.make_client(given, transport=httpx.MockTransport(answer)).metadata.contents.read(
            "acme", "acme:c1"
        )
    assert [request.url.host for request in seen] == [
        "registry.example",
        "identity.example",
        *["metadata.example"] * 3,
    ]
    assert seen[-1].headers["content-type"] == seen[-1].headers["accept"] == "application/json"
    assert seen[-1].headers["x-correlation-id"].startswith("ada/app/")


@pytest.mark.parametrize("service", options.SERVICES, ids=lambda service: service.prefix)
def test_every_option_has_an_environment_variable_that_awx_can_inject_and_mask(
    service: Service,
) -> None:
    for option in service.option_names:
        assert option.environment == f"{service.prefix}_{option.name.upper()}"
        assert not option.environment.startswith("ANSIBLE_")
        if service.options[option.name].get("no_log"):
            assert any(word in option.environment for word in ("PASS", "SECRET", "TOKEN", "KEY"))


@pytest.mark.parametrize("service", options.SERVICES, ids=lambda service: service.prefix)
def test_modules_look_for_no_option_in_the_environment_of_the_managed_host(
    service: Service,
) -> None:
    assert not any("fallback" in option for option in service.options.values())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            platform.make_client,
            "no host: give host, the variable itential_platform_host or ITENTIAL_PLATFORM_HOST",
        ),
        (
            gateway.make_client,
            "no host: give host, the variable itential_gateway_host or ITENTIAL_GATEWAY_HOST",
        ),
        (keystone.make_client, "no url: give url, the variable keystone_url or KEYSTONE_URL"),
        (sequoia.make_client, "no url: give url, the variable sequoia_url or SEQUOIA_URL"),
    ],
)
def test_a_missing_place_is_named_with_its_sources(make: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{said}$"):
        make({"username": "a", "password": "b"})
