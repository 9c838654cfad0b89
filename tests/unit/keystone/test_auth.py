# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Callers of Keystone: logins, sessions, tokens, CSRF, the correlation id and addresses."""

from __future__ import annotations

import copy
import json
import pickle
import uuid
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
    SerializationError,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.client import (
    AsyncKeystoneClient,
    KeystoneClient,
    keystone_factory,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .server import ADA, CLUSTERS, TOKEN, URL, USER, Keystone, client_of, clusters, page, said

WHOAMI = "GET /authentication/whoami/"


async def asks(case: Case, client: Any) -> bool:
    answer = await case.kind.wait(client.is_authenticated())
    assert isinstance(answer, bool)
    return answer


# Logging in and out


async def test_building_sends_nothing_and_the_first_call_logs_in(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    client = client_of(case, server)
    assert (server.logins, server.calls) == ([], [])
    for dummy in range(2):
        assert len(await case.kind.wait(client.retrieve_cluster())) == 1
    assert len(server.logins) == 1
    assert json.loads(server.logins[0].content) == USER


async def test_login_and_logout(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server, anonymous=True)
    assert not await asks(case, client)
    assert await case.kind.wait(client.login(**USER)) is None
    assert await asks(case, client)
    assert await case.kind.wait(client.logout()) is None
    assert not server.sessions
    assert not await asks(case, client)
    assert len(server.logins) == 1


async def test_after_a_logout_the_credentials_of_the_factory_log_in_again_and_those_of_login_do_not(
    case: Case,
) -> None:
    server = Keystone()
    for client, signed_in in (
        (client_of(case, server), True),
        (client_of(case, server, anonymous=True), False),
    ):
        await case.kind.wait(client.login(**USER))
        await case.kind.wait(client.logout())
        if signed_in:
            assert (await case.kind.wait(client.whoami()))["username"] == "ada"
        else:
            assert await case.kind.wait(client.whoami()) == {}
            with pytest.raises(AuthenticationError, match=r"not signed in; call login\(\)"):
                await case.kind.wait(client.retrieve_cluster())


async def test_logging_out_twice_is_silent_and_one_call(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server, anonymous=True)
    await case.kind.wait(client.login(**USER))
    for dummy in range(2):
        await case.kind.wait(client.logout())
    assert server.paths == ["POST /authentication/logout/"]


async def test_logging_out_of_a_session_that_has_ended_is_silent(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server)
    await case.kind.wait(client.authenticate())
    server.sessions.clear()
    await case.kind.wait(client.logout())
    assert (len(server.logins), len(server.calls)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "check 'username' and 'password'"),
        (401, "check 'username' and 'password'"),
        (403, "check 'username' and 'password'"),
    ],
)
async def test_a_refused_login_is_one_call_and_one_error(
    case: Case, status: int, advice: str
) -> None:
    server = Keystone()
    server.login = httpx.Response(
        status, json={"non_field_errors": ["Invalid username or password: correct horse."]}
    )
    client = client_of(case, server)
    for dummy in range(3):
        with pytest.raises(AuthenticationError) as caught:
            await case.kind.wait(client.retrieve_cluster())
    assert (len(server.logins), server.calls) == (1, [])
    assert caught.value.status_code == status
    assert str(caught.value).startswith(f"POST {URL}/authentication/login/: {status} ")
    assert str(caught.value).endswith(f"Invalid username or password: [REDACTED]; {advice}")
    assert "correct horse" not in caught.value.response.text


async def test_a_server_without_a_login_is_no_refusal(case: Case) -> None:
    server = Keystone()
    server.login = httpx.Response(404)
    client = client_of(case, server)
    with pytest.raises(
        HTTPStatusError, match="is 'url' the address of a Keystone server"
    ) as caught:
        await case.kind.wait(client.retrieve_cluster())
    assert not isinstance(caught.value, AuthenticationError)
    server.login = None
    assert await case.kind.wait(client.whoami())


async def test_a_csrf_cookie_that_any_response_renews_is_repeated_with_the_next_write(
    case: Case,
) -> None:
    server = Keystone(
        httpx.Response(404, headers={"set-cookie": "csrftoken=fresh; Path=/"}),
        httpx.Response(201, json={"id": 1}),
    )
    client = client_of(case, server)
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client.get("/nothing"))
    await case.kind.wait(client.post("/allocations/clusters/", json={"name": "x"}))
    assert server.calls[1].headers["x-csrftoken"] == "fresh"
    assert server.calls[1].headers["cookie"] == "csrftoken=fresh; sessionid=session-1"


async def test_a_wrong_password_then_the_right_one(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server, anonymous=True)
    with pytest.raises(
        AuthenticationError, match="Invalid username or password; check 'username' and 'password'"
    ):
        await case.kind.wait(client.login("ada", "wrong horse"))
    assert not await asks(case, client)
    await case.kind.wait(client.login(**USER))
    assert await asks(case, client)
    assert len(server.logins) == 2


@pytest.mark.parametrize(
    "fault", [httpx.Response(503), httpx.ConnectError("no"), httpx.Response(400)]
)
async def test_a_login_that_raised_leaves_nothing_behind(case: Case, fault: Any) -> None:
    server = Keystone()
    server.login = fault
    client = client_of(case, server, anonymous=True, retry=1)
    with pytest.raises(ClientError):
        await case.kind.wait(client.login(**USER))
    server.login = None
    logins = len(server.logins)
    assert await case.kind.wait(client.whoami()) == {}
    with pytest.raises(AuthenticationError, match="not signed in"):
        await case.kind.wait(client.retrieve_cluster())
    assert len(server.logins) == logins


async def test_a_server_that_cannot_answer_is_not_a_refusal(case: Case) -> None:
    server = Keystone()
    server.login = httpx.Response(503)
    client = client_of(case, server)
    with pytest.raises(HTTPStatusError, match="503"):
        await case.kind.wait(client.whoami())
    server.login = None
    assert (await case.kind.wait(client.whoami()))["id"] == 7


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json=ADA),
        httpx.Response(200, html="<html>"),
        httpx.Response(200, headers={"set-cookie": 'sessionid=""; Max-Age=0'}),
    ],
    ids=["no cookie", "html", "deleted cookie"],
)
async def test_a_response_without_a_session_is_no_login(case: Case, answer: httpx.Response) -> None:
    server = Keystone()
    server.login = answer
    client = client_of(case, server)
    with pytest.raises(
        AuthenticationError, match="without a session cookie; is this a Keystone server"
    ):
        await case.kind.wait(client.whoami())
    assert not client.authenticated


async def test_login_on_a_client_with_a_token_checks_the_credentials(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server, token=TOKEN)
    with pytest.raises(AuthenticationError):
        await case.kind.wait(client.login("ada", "wrong horse"))
    await case.kind.wait(client.login(**USER))
    await case.kind.wait(client.whoami())
    await case.kind.wait(client.logout())
    await case.kind.wait(client.whoami())
    presented = [
        ("authorization" in call.headers, "cookie" in call.headers) for call in server.calls
    ]
    assert presented == [(False, True), (False, True), (True, False)]


@pytest.mark.parametrize(
    "given", [("ada", None), (None, "x"), ("ada", ""), ("", "x"), (None, None), ("ada", 7)]
)
async def test_half_a_pair_is_no_login(case: Case, given: tuple[Any, Any]) -> None:
    server = Keystone()
    client = client_of(case, server, anonymous=True)
    with pytest.raises(ConfigurationError):
        await case.kind.wait(client.login(*given))
    assert not server.logins


# Who am I


async def test_whoami_is_the_user_without_history(case: Case) -> None:
    server = Keystone()
    assert await case.kind.wait(client_of(case, server).whoami()) == {
        name: value for name, value in ADA.items() if name != "_history"
    }


async def test_is_authenticated_never_logs_in(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server)
    assert not await asks(case, client)
    assert (server.logins, server.calls) == ([], [])
    await case.kind.wait(client.authenticate())
    assert await asks(case, client)
    server.sessions.clear()
    assert not await asks(case, client)
    assert (len(server.logins), server.paths) == (1, [WHOAMI, WHOAMI])


async def test_is_authenticated_with_a_token_and_with_nothing(case: Case) -> None:
    server = Keystone()
    assert await asks(case, client_of(case, server, token=TOKEN))
    assert not await asks(case, client_of(case, server, token="another-key"))
    assert not await asks(case, client_of(case, server, anonymous=True))
    assert (len(server.calls), server.logins) == (3, [])


async def test_is_authenticated_is_not_fooled(case: Case) -> None:
    client = client_of(case, Keystone(page(200, "Welcome")), anonymous=True)
    with pytest.raises(SerializationError, match="check host"):
        await asks(case, client)
    with pytest.raises(SerializationError, match="is this a Keystone server"):
        await asks(case, client_of(case, Keystone(httpx.Response(200, json=[])), anonymous=True))
    with pytest.raises(HTTPStatusError, match="500"):
        await asks(case, client_of(case, Keystone(page(500, "Server Error (500)")), anonymous=True))


# Sessions that end


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_session_that_ended_is_renewed_and_the_call_replayed(
    case: Case, method: str
) -> None:
    server = Keystone(tables={CLUSTERS: clusters(3)})
    client = client_of(case, server)
    await case.kind.wait(client.authenticate())
    server.sessions.clear()
    if method == "GET":
        assert (await case.kind.wait(client.retrieve_cluster(pk=2)))["name"] == "c0002"
    elif method == "POST":
        assert (await case.kind.wait(client.create_cluster(name="new")))["id"] == 4
    else:
        assert await case.kind.wait(client.delete_cluster(pk=2)) is None
    assert len(server.logins) == 2
    assert [call.headers["cookie"] for call in server.calls] == [
        f"csrftoken=csrf-{number}; sessionid=session-{number}" for number in (1, 2)
    ]
    assert [call.headers["x-csrftoken"] for call in server.calls] == ["csrf-1", "csrf-2"]


async def test_a_second_401_is_an_error_that_says_so(case: Case) -> None:
    server = Keystone(*[said(401, "Authentication credentials were not provided.")] * 2)
    with pytest.raises(
        AuthenticationError, match="a new login was accepted, but its session is not"
    ):
        await case.kind.wait(client_of(case, server).whoami())
    assert (len(server.logins), len(server.calls)) == (2, 2)


async def test_a_403_is_no_reason_to_log_in(case: Case) -> None:
    server = Keystone(said(403, "You do not have permission to perform this action."))
    with pytest.raises(
        HTTPStatusError, match="403 Forbidden: You do not have permission to perform this action"
    ):
        await case.kind.wait(client_of(case, server).create_cluster(name="x"))
    assert (len(server.logins), len(server.calls)) == (1, 1)


async def test_a_password_that_was_changed_since_the_login_is_refused_once(case: Case) -> None:
    server = Keystone()
    client = client_of(case, server)
    await case.kind.wait(client.whoami())
    server.sessions.clear()
    server.password = "another"
    for dummy in range(3):
        with pytest.raises(AuthenticationError, match="Invalid username or password"):
            await case.kind.wait(client.whoami())
    assert len(server.logins) == 2


async def test_a_token_is_presented_without_csrf_and_never_renewed(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: []})
    await case.kind.wait(client_of(case, server, token=TOKEN).create_cluster(name="x"))
    assert server.calls[0].headers["authorization"] == f"Token {TOKEN}"
    assert not {"cookie", "x-csrftoken", "referer"} & set(server.calls[0].headers)
    with pytest.raises(
        AuthenticationError, match="401 Unauthorized: Invalid token; the token is not accepted"
    ):
        await case.kind.wait(client_of(case, server, token="another-key").create_cluster(name="x"))
    assert (len(server.logins), len(server.calls)) == (0, 2)


async def test_ttl_ends_a_session_and_nothing_else_does(case: Case) -> None:
    server = Keystone()
    short, long = client_of(case, server, ttl=100), client_of(case, server)
    for client in (short, long):
        await case.kind.wait(client.whoami())
    case.time.now += 99
    await case.kind.wait(short.whoami())
    assert len(server.logins) == 2
    case.time.now += 1
    await case.kind.wait(short.whoami())
    case.time.now += 1209600 - 101  # for so long the server's cookie is good
    await case.kind.wait(long.whoami())
    assert len(server.logins) == 3


async def test_one_login_for_all_who_wait(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    client = client_of(case, server)
    assert (
        await case.kind.together(lambda: client.retrieve_cluster(pk=1), 20)
        == [await case.kind.wait(client.retrieve_cluster(pk=1))] * 20
    )
    assert len(server.logins) == 1


# What goes with a call


@pytest.mark.parametrize(
    ("url", "referer"),
    [
        ("https://ks.example/", "https://ks.example/"),
        ("https://ks.example:8443/api", "https://ks.example:8443/api/"),
    ],
)
async def test_a_write_over_tls_carries_csrf_and_referer(
    case: Case, url: str, referer: str
) -> None:
    server = Keystone(httpx.Response(201, json={"id": 1}))
    server.login = httpx.Response(
        200,
        headers=[
            ("set-cookie", "csrftoken=cccc; Path=/"),
            ("set-cookie", "sessionid=ssss; Path=/"),
        ],
    )
    kind = AsyncKeystoneClient if case.kind.want_async else KeystoneClient
    answering = httpx.MockTransport(
        lambda request: (
            server.turn(server.login, request)
            if "login" in request.url.path
            else server.answer(request)
        )
    )
    client = kind(url, **USER, transport=answering)
    await case.kind.wait(client.create_cluster(name="x"))
    headers = server.calls[0].headers
    assert (headers["x-csrftoken"], headers["referer"], headers["cookie"]) == (
        "cccc",
        referer,
        "csrftoken=cccc; sessionid=ssss",
    )


async def test_over_plain_http_there_is_no_referer(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: []})
    await case.kind.wait(client_of(case, server, "http://ks.example").create_cluster(name="x"))
    assert "referer" not in server.calls[0].headers
    assert server.calls[0].headers["x-csrftoken"] == "csrf-1"


async def test_a_login_without_a_csrf_cookie_still_reads(case: Case) -> None:
    server = Keystone(httpx.Response(200, json=ADA))
    server.login = httpx.Response(200, headers={"set-cookie": "sessionid=ssss"})
    await case.kind.wait(client_of(case, server).whoami())
    assert server.calls[0].headers["cookie"] == "sessionid=ssss"
    assert "x-csrftoken" not in server.calls[0].headers


async def test_the_cid_is_a_uuid_and_goes_with_every_call(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(2)})
    client = client_of(case, server)
    await case.kind.wait(client.retrieve_cluster())
    await case.kind.wait(client.http_get("version"))
    await case.kind.wait(client.get("/version"))
    await case.kind.wait(client.is_authenticated())
    await case.kind.wait(client.logout())
    assert str(uuid.UUID(client.cid)) == client.cid
    own = uuid.uuid4()
    assert client_of(case, server, correlation_id=own).cid == str(own)
    assert {call.headers["x-keystone-cid"] for call in server.calls + server.logins} == {client.cid}
    assert len(server.calls) == 5
    assert client_of(case, server).cid != client.cid


async def test_a_cid_of_ones_own(case: Case) -> None:
    own = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
    server = Keystone()
    client = client_of(case, server, correlation_id=own)
    await case.kind.wait(client.whoami())
    assert client.cid == own == server.calls[0].headers["x-keystone-cid"]


# Making a client


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://ks.example/", "https://ks.example"),
        ("https://ks.example:443", "https://ks.example"),
        ("HTTPS://KS.example//a//b/", "https://ks.example/a/b"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        (" https://ks.example/api ", "https://ks.example/api"),
    ],
)
def test_addresses(url: str, base: str) -> None:
    for kind in (KeystoneClient, AsyncKeystoneClient):
        assert kind(url).base_url == kind(url=url).base_url == kind(base_url=url).base_url == base


async def test_a_prefix_stands_before_every_path(case: Case) -> None:
    served = []
    prefixed = Keystone(tables={CLUSTERS: clusters(1)})

    def answer(request: httpx.Request) -> httpx.Response:
        served.append(request.url.path)
        assert request.url.path.startswith("/ks/")
        return prefixed.answer(
            httpx.Request(
                request.method,
                str(request.url).replace("/ks/", "/"),
                headers=request.headers,
                content=request.content,
            )
        )

    kind = AsyncKeystoneClient if case.kind.want_async else KeystoneClient
    client = kind("https://ks.example/ks", **USER, transport=httpx.MockTransport(answer))
    await case.kind.wait(client.retrieve_cluster())
    await case.kind.wait(client.create_cluster(name="x"))
    await case.kind.wait(client.http_get("/version"))
    await case.kind.wait(client.logout())
    assert served == [
        f"/ks{path}"
        for path in (
            "/authentication/login/",
            CLUSTERS,
            CLUSTERS,
            "/version/",
            "/authentication/logout/",
        )
    ]
    assert prefixed.calls[1].headers["referer"] == "https://ks.example/ks/"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "give url"),
        ({"url": URL, "base_url": URL}, "give url"),
        ({"url": "ks.example"}, "url must be"),
        ({"url": "ftp://ks.example"}, "url must be"),
        ({"url": "https://ada:secret@ks.example"}, "url must be"),
        ({"url": "https://ks.example/?a=1"}, "url must be"),
        ({"url": 7}, "url must be an absolute URL"),
        ({"url": "https://ks.example:port"}, "url must be an absolute URL"),
        ({"url": URL, "username": "ada"}, "password is missing"),
        ({"url": URL, "password": "x"}, "username is missing"),
        ({"url": URL, "username": "ada", "password": ""}, "password is empty"),
        ({"url": URL, **USER, "token": TOKEN}, "not both"),
        ({"url": URL, "token": ""}, "token is empty"),
        ({"url": URL, "token": "a\nb"}, "token has"),
        ({"url": URL, "correlation_id": "a\r\nb"}, "must be a UUID"),
        ({"url": URL, "correlation_id": "c"}, "must be a UUID"),
        ({"url": URL, "timeout": 0}, "timeout must be"),
    ],
)
def test_invalid_arguments_are_an_error_before_anything_is_sent(
    options: dict[str, Any], reason: str
) -> None:
    for kind in (KeystoneClient, AsyncKeystoneClient):
        with pytest.raises(ConfigurationError, match=reason) as caught:
            kind(**options)
        assert isinstance(caught.value, ValueError)
        assert "secret" not in str(caught.value)


def test_verify_has_two_names() -> None:
    plain = {"url": "http://ks.example"}
    for options, verify in (
        ({}, True),
        ({"verify": False}, False),
        ({"verify_ssl": False}, False),
        ({"verify_ssl": True}, True),
    ):
        assert KeystoneClient(**plain, **options)._settings[0][0] is verify


def test_the_factory_makes_both_kinds() -> None:
    assert isinstance(keystone_factory(URL), KeystoneClient)
    assert isinstance(keystone_factory(URL, "ada", "x"), KeystoneClient)
    made = keystone_factory(URL, token=TOKEN, want_async=True, ttl=5)
    assert isinstance(made, AsyncKeystoneClient)
    assert repr(made) == f"<AsyncKeystoneClient {URL}>"


def test_an_unknown_argument_is_named_with_the_one_that_was_meant() -> None:
    for make in (keystone_factory, KeystoneClient, AsyncKeystoneClient):
        with pytest.raises(
            TypeError,
            match=f"{make.__name__} got an unknown argument 'usrname': did you mean 'username'",
        ):
            make("https://ks.example", usrname="ada")


async def test_nothing_shows_a_secret(case: Case) -> None:
    client = client_of(case, Keystone())
    await case.kind.wait(client.whoami())
    session = client.calls.engine.keeper.current()
    other = client_of(case, Keystone(), token=TOKEN)
    shown = f"{client!r} {client._auth!r} {client.secrets!r} {session!r} {other._auth!r}"
    assert not [
        secret for secret in ("correct horse", "session-1", "csrf-1", TOKEN) if secret in shown
    ]
    assert "username and password" in shown
    assert repr(client_of(case, Keystone(), anonymous=True)._auth) == "<KeystoneAuth none>"
    for thing in (client, client._auth, client.calls.engine.keeper.current()):
        for spoil in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError):
                spoil(thing)


async def test_what_a_session_holds_is_masked_in_errors(case: Case) -> None:
    server = Keystone(
        httpx.Response(400, json={"detail": "session-1 and csrf-1 and correct horse"})
    )
    with pytest.raises(HTTPStatusError) as caught:
        await case.kind.wait(client_of(case, server).retrieve_cluster())
    assert "[REDACTED] and [REDACTED] and [REDACTED]" in str(caught.value)
    assert "session-1" not in caught.value.response.text


async def test_contexts_and_closing(case: Case) -> None:
    server = Keystone()

    def blocking() -> Any:
        with client_of(case, server) as client:
            client.whoami()
        return client

    async def looping() -> Any:
        async with client_of(case, server) as client:
            await client.whoami()
        await client.close()
        return client

    client = await case.kind.wait(looping()) if case.kind.want_async else blocking()
    await case.kind.wait(client.close())
    with pytest.raises(ClientError, match="closed: make a new one"):
        await case.kind.wait(client.whoami())


async def test_an_unreachable_server_is_a_request_error(case: Case) -> None:
    server = Keystone()
    server.login = httpx.ConnectError("refused")
    with pytest.raises(RequestError):
        await case.kind.wait(client_of(case, server, retry=1).whoami())
