# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The four ways to authenticate, where credentials go, and where they do not."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.session import MemoryStore
from ansible_collections.restops.clients.plugins.module_utils.sequoia.auth import Auth, AuthType
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import Client
from ansible_collections.restops.clients.plugins.module_utils.sequoia.registry import place
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import GRANT, REGISTRY, Server, client_of, error

CERTIFICATES = {"client_cert": "cert.pem", "client_key": "key.pem", "server_cert": "ca.pem"}


async def read(case: Case, client: Any, service: str = "metadata") -> Any:
    return await case.kind.wait(client[service].contents.read("acme", "acme:c1"))


def authorization(request: httpx.Request) -> str | None:
    return request.headers.get("authorization")


def test_building_sends_nothing(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    assert client.metadata.contents is not None
    assert not server.registries
    assert not server.logins
    assert not client.authenticated


async def test_a_client_grant(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    await read(case, client)
    await read(case, client, "workflow")
    login = server.logins[0]
    assert str(login.url) == "https://identity.example/oauth/token"
    assert (
        authorization(login)
        == "Basic " + base64.b64encode(b"client-id:client-secret-value").decode()
    )
    assert login.headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert login.headers["accept"] == "application/json"
    assert login.content == b"grant_type=client_credentials"
    assert [authorization(request) for request in server.requests] == [
        "Bearer token-1-of-the-server"
    ] * 2
    assert [request.url.host for request in server.requests] == [
        "metadata.example",
        "gateway.example",
    ]
    assert (len(server.logins), len(server.registries)) == (1, 1)
    assert authorization(server.registries[0]) is None
    assert client.authenticated


async def test_a_401_is_one_new_login_for_all_origins(case: Case) -> None:
    server = Server({"meta": {}}, error(401), {"meta": {}})
    client = client_of(case, server)
    await read(case, client)
    await read(case, client, "workflow")
    await read(case, client)
    assert [authorization(request)[7:14] for request in server.requests] == [
        "token-1",
        "token-1",
        "token-2",
        "token-2",
    ]
    assert len(server.logins) == 2


async def test_a_second_401_is_an_error(case: Case) -> None:
    server = Server(error(401, "Invalid"))
    with pytest.raises(AuthenticationError, match="a new login was accepted"):
        await read(case, client_of(case, server))
    assert (len(server.requests), len(server.logins)) == (2, 2)


async def test_a_403_is_no_reason_to_log_in(case: Case) -> None:
    server = Server(error(403))
    with pytest.raises(HTTPStatusError):
        await read(case, client_of(case, server))
    assert len(server.logins) == 1


async def test_a_token_is_renewed_before_it_expires(case: Case) -> None:
    server = Server(expires_in=600)
    client = client_of(case, server)
    await read(case, client)
    case.time.now += 539
    await read(case, client)
    case.time.now += 2
    await read(case, client)
    assert len(server.logins) == 2


async def test_many_callers_are_one_registry_and_one_login(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    outcomes = await case.kind.together(
        lambda: client.metadata.contents.read("acme", "acme:c1"), 20
    )
    assert [outcome.status for outcome in outcomes] == [200] * 20
    assert (len(server.registries), len(server.logins)) == (1, 1)


async def test_wrong_credentials_are_one_login_for_all(case: Case) -> None:
    refusal = httpx.Response(
        401,
        json={
            "code": 401,
            "error": "invalid_client",
            "error_description": "Client authentication failed, client-secret-value.",
        },
    )
    server = Server(login=refusal)
    client = client_of(case, server)
    outcomes = await case.kind.together(
        lambda: client.metadata.contents.read("acme", "acme:c1"), 20
    )
    assert all(isinstance(outcome, AuthenticationError) for outcome in outcomes)
    assert len(server.logins) == 1
    assert not server.requests
    assert "Client authentication failed" in str(outcomes[0])
    assert "check 'grant_client_id' and 'grant_client_secret'" in str(outcomes[0])
    assert "client-secret-value" not in f"{outcomes[0]!r} {outcomes[0].response.text}"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"token": "x"},
        {"access_token": ""},
        {"access_token": 7},
        [],
        httpx.Response(200, text="OK"),
        httpx.Response(200),
    ],
)
async def test_a_login_without_a_token_never_authenticates(case: Case, answer: Any) -> None:
    server = Server(login=answer)
    with pytest.raises(AuthenticationError, match="without a token"):
        await read(case, client_of(case, server))
    assert not server.requests


async def test_a_token_that_the_user_brings_is_used_until_it_ends(case: Case) -> None:
    server = Server({"meta": {}}, error(401), {"meta": {}})
    client = client_of(case, server, **GRANT, byo_token="token-of-the-user")
    await read(case, client)
    assert not server.logins
    await read(case, client)
    assert [authorization(request) for request in server.requests] == [
        "Bearer token-of-the-user"
    ] * 2 + ["Bearer token-1-of-the-server"]


async def test_a_token_alone_is_never_renewed(case: Case) -> None:
    server = Server(error(401, "Invalid"))
    with pytest.raises(
        AuthenticationError, match="401 Unauthorized: Invalid; 'byo_token' is not accepted"
    ):
        await read(
            case,
            client_of(case, server, auth_type=AuthType.BYO_TOKEN, byo_token=" token-of-the-user\n"),
        )
    assert [authorization(request) for request in server.requests] == ["Bearer token-of-the-user"]
    assert not server.logins


async def test_no_authentication(case: Case) -> None:
    server = Server(
        {"meta": {}},
        error(401),
        registry={"services": [{"name": "metadata", "location": "http://metadata.example"}]},
    )
    client = client_of(case, server, "http://registry.example/services/acme", auth_type="no_auth")
    await read(case, client)
    assert authorization(server.requests[0]) is None
    with pytest.raises(AuthenticationError, match="'auth_type' is NO_AUTH"):
        await read(case, client)
    assert not server.logins


async def test_mutual_authentication_shows_a_certificate_and_no_token(case: Case) -> None:
    server = Server({"meta": {}}, error(401))
    client = client_of(case, server, auth_type=AuthType.MUTUAL, **CERTIFICATES)
    await read(case, client)
    assert authorization(server.requests[0]) is None
    settings = client._hub.wire_settings("https://metadata.example").tls
    assert (settings.client_cert, settings.client_key, settings.ca_path) == (
        "cert.pem",
        "key.pem",
        "ca.pem",
    )
    with pytest.raises(AuthenticationError, match="check 'client_cert' and 'client_key'"):
        await read(case, client)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "'grant_client_id' is missing"),
        ({"grant_client_id": "a"}, "'grant_client_secret' is missing"),
        ({"grant_client_secret": "a"}, "'grant_client_id' is missing"),
        ({"grant_client_id": " ", "grant_client_secret": "a"}, "grant_client_id is empty"),
        ({"auth_type": AuthType.BYO_TOKEN}, "'byo_token' is missing"),
        (
            {"auth_type": AuthType.BYO_TOKEN, "byo_token": "a", "grant_client_id": "a"},
            "'grant_client_id' is given, and auth_type BYO_TOKEN does not use it",
        ),
        ({"auth_type": AuthType.NO_AUTH, "byo_token": "a"}, "'byo_token' is given"),
        (
            {"auth_type": AuthType.MUTUAL, "client_cert": "a", "client_key": "b"},
            "server_cert must be given",
        ),
        (
            {"auth_type": AuthType.MUTUAL, **CERTIFICATES, "grant_client_secret": "a"},
            "'grant_client_secret' is given",
        ),
        (
            {"auth_type": "magic"},
            "auth_type must be one of CLIENT_GRANT, BYO_TOKEN, NO_AUTH, MUTUAL",
        ),
        ({**GRANT, "server_cert": "a", "ca_path": "b"}, "two names for one option"),
        ({**GRANT, "byo_token": "a\nb"}, "byo_token has a line break"),
    ],
)
def test_credentials_that_are_missing_or_too_many(
    case: Case, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError, match=text):
        client_of(case, Server(), **{"auth_type": AuthType.CLIENT_GRANT, **options})


# Where credentials go


@pytest.mark.parametrize(
    "url", ["http://registry.example/services/acme", "http://192.0.2.1/services/acme"]
)
@pytest.mark.parametrize(
    "options",
    [
        GRANT,
        {"auth_type": AuthType.BYO_TOKEN, "byo_token": "token"},
        {"auth_type": AuthType.MUTUAL, **CERTIFICATES},
    ],
)
def test_a_registry_in_the_clear_is_not_believed(
    case: Case, url: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match="not sent in the clear"):
        client_of(case, Server(), url, **options)


@pytest.mark.parametrize(
    "options",
    [{"proxy": "http://proxy.example:3128"}, {"proxies": {"http": "http://proxy.example:3128"}}],
)
def test_credentials_do_not_go_in_the_clear_to_a_proxy(case: Case, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="not sent in the clear to a proxy"):
        client_of(case, Server(), "http://127.0.0.1:1/services/acme", **GRANT, **options)


@pytest.mark.parametrize("service", ["identity", "metadata"])
async def test_credentials_do_not_go_in_the_clear_where_the_registry_says_so(
    case: Case, service: str
) -> None:
    server = Server(locations={service: f"http://{service}.example"})
    with pytest.raises(
        ConfigurationError,
        match=f"the location of {service} in the registry is http://{service}.example:"
        " credentials are not sent in the clear",
    ):
        await read(case, client_of(case, server))
    assert not server.logins
    assert not server.requests


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
async def test_plain_http_is_for_this_machine(case: Case, host: str) -> None:
    server = Server(
        locations={name: f"http://{host}:8080/{name}" for name in ("identity", "metadata")}
    )
    await read(case, client_of(case, server, f"http://{host}:8080/services/acme"))
    assert str(server.logins[0].url) == f"http://{host}:8080/identity/oauth/token"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_not_followed(case: Case, status: int) -> None:
    there = httpx.Response(
        status, headers={"location": "https://evil.example/data/contents/acme:c1"}
    )
    server = Server(there)
    for call in (
        lambda client: read(case, client),
        lambda client: case.kind.wait(client.metadata.contents.store("acme", {"name": "c1"})),
    ):
        server.requests.clear()
        with pytest.raises(HTTPStatusError, match="which is not followed from here"):
            await call(client_of(case, server))
        assert {request.url.host for request in server.requests} == {"metadata.example"}


async def test_the_registry_does_not_lead_elsewhere_by_redirects(case: Case) -> None:
    server = Server(
        registry=httpx.Response(302, headers={"location": "https://evil.example/services/acme"})
    )
    with pytest.raises(HTTPStatusError, match="not followed"):
        await read(case, client_of(case, server))
    assert {request.url.host for request in server.registries} == {"registry.example"}


async def test_nothing_shows_a_secret(case: Case) -> None:
    client = client_of(case, Server(httpx.ReadError("client-secret-value broke it")))
    with pytest.raises(RequestError) as caught:
        await read(case, client)
    parts = (
        client,
        client._hub.auth,
        client.secrets,
        client.metadata,
        client.metadata.contents,
    )
    assert "client-secret-value" not in f"{caught.value} {parts!r}"
    with pytest.raises(TypeError, match="is not pickled"):
        pickle.dumps(client)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", ("https://a.example", "")),
        (" https://a.example:8443/b/ ", ("https://a.example:8443", "/b")),
        ("http://[::1]:80/b/c", ("http://[::1]", "/b/c")),
    ],
)
def test_places(url: str, expected: tuple[str, str]) -> None:
    assert place(url, "x", True) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https://u:p@a.example",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://a:b",
        None,
        "http://[",
    ],
)
def test_what_is_no_place(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="registry_url must be an absolute URL"):
        place(url, "registry_url", False)
    with pytest.raises(ConfigurationError, match="segments"):
        place("https://a.example/../b", "registry_url", False)


# Who shares a session


def test_clients_with_the_same_credentials_share_a_session_and_others_do_not() -> None:
    def store(
        secret: str = "secret-1",
        client_id: str = "id",
        url: str = REGISTRY,
        cert: str | None = None,
    ) -> MemoryStore:
        return Auth("client_grant", client_id, secret, None).store(url, cert)

    assert store() is store()
    assert (
        len(
            {
                id(found)
                for found in (
                    store(),
                    store("secret-2"),
                    store(client_id="other"),
                    store(url="https://other.example"),
                    store(cert="a.pem"),
                )
            }
        )
        == 5
    )
    assert (
        Auth("client_grant", "id", "secret-1", "brought-token").store(REGISTRY, None) is not store()
    )
    bringer = Auth("byo_token", None, None, "brought-token")
    assert bringer.store(REGISTRY, None) is not bringer.store(REGISTRY, None)


def test_a_client_uses_the_shared_session_unless_it_is_given_one() -> None:
    one, other = (Client("https://shared.example/services/acme", **GRANT) for dummy in range(2))
    assert one._hub.store is other._hub.store
    own = MemoryStore()
    assert (
        Client("https://shared.example/services/acme", **GRANT, session_store=own)._hub.store is own
    )


# Ending sessions


async def test_logging_out_revokes_the_token(case: Case) -> None:
    server = Server()
    client = client_of(case, server)
    await case.kind.wait(client.authenticate())
    await case.kind.wait(client.authenticate())
    assert (len(server.logins), client.authenticated) == (1, True)
    await case.kind.wait(client.logout())
    assert not client.authenticated
    revoked = server.requests[-1]
    assert (str(revoked.url), revoked.content) == (
        "https://identity.example/oauth/revoke",
        b"token=token-1-of-the-server",
    )
    assert authorization(revoked) == authorization(server.logins[0])
    await read(case, client)
    assert len(server.logins) == 2


async def test_logging_out_raises_nothing_and_leaves_the_users_token_alone(case: Case) -> None:
    server = Server(httpx.ConnectError("x"))
    client = client_of(case, server)
    await case.kind.wait(client.logout())
    await case.kind.wait(client.authenticate())
    await case.kind.wait(client.logout())
    assert not client.authenticated
    for options in (
        {**GRANT, "byo_token": "token-of-the-user"},
        {"auth_type": "byo_token", "byo_token": "token-of-the-user"},
    ):
        server = Server()
        client = client_of(case, server, **options)
        await case.kind.wait(client.authenticate())
        await case.kind.wait(client.logout())
        assert not client.authenticated
        assert not server.requests


async def test_after_logging_out_a_refused_login_is_tried_again(case: Case) -> None:
    server = Server(login=httpx.Response(401))
    client = client_of(case, server)
    connection = await case.kind.wait(client.connection("workflow"))
    with pytest.raises(AuthenticationError):
        await read(case, client)
    await case.kind.wait(client.logout())
    server.login = None
    await read(case, client)
    await case.kind.wait(connection.get("/x"))
    assert len(server.logins) == 2


async def test_a_closed_client_refuses_to_be_used(case: Case) -> None:
    server = Server()
    for used in (False, True):
        client = client_of(case, server)
        if used:
            await read(case, client)
        await case.kind.close(client)
        with pytest.raises(ClientError, match="is closed"):
            await read(case, client)
