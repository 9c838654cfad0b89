# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging in: the request, the responses that count as a token, and how the token is sent."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.gateway import (
    gateway_factory,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.platform import (
    platform_factory,
)
from ansible_collections.restops.clients.tests.unit.support import OAUTH, USER, Case, Server


def login_response(content: str, kind: str = "application/json", **headers: str) -> httpx.Response:
    return httpx.Response(200, content=content, headers={"content-type": kind, **headers})


async def test_a_new_client_sends_nothing_until_its_first_call_logs_in(case: Case) -> None:
    server = Server()
    client = case.platform(server)
    assert not server.logins
    assert not client.authenticated
    await case.get(client)
    await case.get(client)
    assert len(server.logins) == 1
    assert client.authenticated


async def test_a_service_account_logs_in_with_a_form_and_sends_a_bearer_token(case: Case) -> None:
    server = Server()
    await case.get(case.platform(server))
    login = server.logins[0]
    assert login.url.path == "/oauth/token"
    assert login.headers["content-type"] == "application/x-www-form-urlencoded"
    form = {
        "grant_type": ["client_credentials"],
        "client_id": [OAUTH["client_id"]],
        "client_secret": [OAUTH["client_secret"]],
    }
    assert parse_qs(login.content.decode()) == form
    assert server.requests[0].headers["authorization"] == "Bearer token-1"
    assert "cookie" not in server.requests[0].headers


@pytest.mark.parametrize(
    "text", ["AbC+/9==", '"AbC+/9=="', '{"token": "AbC+/9=="}'], ids=["bare", "quoted", "object"]
)
async def test_a_platform_token_in_any_of_three_shapes_is_sent_as_a_cookie(
    case: Case, text: str
) -> None:
    server = Server(login=login_response(text, "text/html"))
    await case.get(case.platform(server, **USER))
    assert json.loads(server.logins[0].content) == {
        "user": {"username": "ada", "password": "correct horse"}
    }
    assert server.requests[0].headers["cookie"] == "token=AbC+/9=="
    assert "authorization" not in server.requests[0].headers
    assert server.paths == ["/x"]


async def test_the_cookie_that_a_login_sets_is_the_one_that_is_sent(case: Case) -> None:
    login = httpx.Response(
        200,
        content="AbCd",
        headers=[
            ("set-cookie", "sid=s%3A1.x; Path=/; HttpOnly"),
            ("set-cookie", "old=x; Max-Age=0"),
            ("set-cookie", "not a cookie"),
        ],
    )
    server = Server(login=login)
    await case.get(case.platform(server, **USER))
    assert server.requests[0].headers["cookie"] == "sid=s%3A1.x"


async def test_the_name_of_the_cookie_can_be_chosen(case: Case) -> None:
    server = Server(login=login_response("AbCd"))
    await case.get(case.platform(server, **USER, cookie_name="sid"))
    assert server.requests[0].headers["cookie"] == "sid=AbCd"


async def test_a_token_is_sent_in_the_url_only_on_request_and_never_shown(
    case: Case,
) -> None:
    server = Server(login=login_response("AbC+/9=="))
    client = case.platform(server, **USER, token_in_query=True)
    first, second = await case.get(client, "/x"), await case.get(client, "/x?a=1")
    assert server.paths == ["/x?token=AbC%2B%2F9%3D%3D", "/x?a=1&token=AbC%2B%2F9%3D%3D"]
    assert "AbC" not in f"{first.url} {second.url} {first.request!r}"


async def test_a_gateway_gets_the_token_without_a_scheme(case: Case) -> None:
    server = Server()
    await case.get(case.gateway(server), "/devices")
    assert json.loads(server.logins[0].content) == {"username": "ada", "password": "correct horse"}
    assert server.logins[0].url.path == "/api/v2.0/login"
    assert server.paths == ["/api/v2.0/devices"]
    assert server.requests[0].headers["authorization"] == "token-1"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><title>Sign in</title>",
        "Invalid credentials",
        '{"message": "ok"}',
        "{}",
        '{"token": ""}',
        '{"access_token": ""}',
        '{"access_token": null}',
        '{"access_token": 7}',
        "[]",
        '["token"]',
        "{broken",
        "a\nb",
        '"two words"',
    ],
)
async def test_a_login_without_a_token_never_authenticates(case: Case, content: str) -> None:
    for options in ({}, USER):
        server = Server(login=login_response(content, "text/html"))
        client = case.platform(server, **options)
        with pytest.raises(AuthenticationError, match="without a token"):
            await case.get(client)
        assert not server.requests
        assert not client.authenticated


@pytest.mark.parametrize("status", [400, 401, 403, 422, 423, 500])
async def test_a_refused_login_names_the_credentials_to_check(case: Case, status: int) -> None:
    server = Server(login=httpx.Response(status, text="Invalid credentials for correct horse"))
    client = case.platform(server, **USER)
    with pytest.raises(AuthenticationError) as caught:
        await case.get(client)
    assert str(caught.value).startswith(f"POST https://server.example/login: {status} ")
    assert str(caught.value).endswith("; check 'user' and 'password'")
    assert "correct horse" not in str(caught.value) + caught.value.response.text
    assert caught.value.status_code == status
    assert len(server.logins) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (404, "check host, port and product"),
        (405, "check host, port and product"),
        (408, None),
        (425, None),
        (429, None),
        (502, None),
        (503, None),
        (504, None),
        (520, "see the server's log"),
    ],
)
async def test_a_login_that_fails_on_the_server_is_not_a_refusal(
    case: Case, status: int, advice: str | None
) -> None:
    server = Server(login=httpx.Response(status))
    client = case.platform(server, **USER)
    with pytest.raises(HTTPStatusError) as caught:
        await case.get(client)
    assert not isinstance(caught.value, AuthenticationError)
    assert "password" not in str(caught.value)
    assert advice is None or str(caught.value).endswith(advice)
    server.login = None
    assert (await case.get(client)).is_success()


class Logins:
    """Answers logins from a script, and then with a token."""

    def __init__(self, *script: object) -> None:
        self.script = list(script)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        turn = self.script.pop(0) if self.script else None
        if isinstance(turn, int):
            return httpx.Response(turn, text="no")
        if turn is not None:
            raise turn
        return httpx.Response(200, json={"token": "abcd", "access_token": "abcd"})


@pytest.mark.parametrize(
    ("first", "logins"),
    [
        (408, 2),
        (421, 2),
        (425, 2),
        (429, 2),
        (502, 2),
        (503, 2),
        (504, 2),
        (httpx.ConnectError("refused"), 2),
        (401, 1),
        (403, 1),
        (500, 1),
        (520, 1),
        (httpx.ReadTimeout(""), 1),
        (httpx.ReadError("reset"), 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("options", [{}, USER], ids=["oauth", "user"])
async def test_a_login_is_repeated_only_if_the_password_was_not_checked(
    case: Case, first: object, logins: int, options: dict
) -> None:
    server = Server(login=Logins(first))
    client = case.platform(server, **options)
    if logins == 2:
        assert (await case.get(client)).is_success()
    else:
        with pytest.raises(ClientError):
            await case.get(client)
    assert len(server.logins) == logins


@pytest.mark.parametrize(
    "retry", [1, {"statuses": [500], "max_tries": 1}, {"methods": ["GET"], "max_tries": 1}]
)
async def test_a_login_has_as_many_tries_as_the_user_allows(case: Case, retry: object) -> None:
    server = Server(login=httpx.Response(503))
    with pytest.raises(HTTPStatusError):
        await case.get(case.platform(server, retry=retry))
    assert len(server.logins) == 1


@pytest.mark.parametrize("retry", [{"statuses": [401, 500]}, {"methods": ["POST"]}])
@pytest.mark.parametrize("first", [401, 500, httpx.ReadTimeout("")], ids=str)
async def test_a_wrong_password_is_sent_once_whatever_the_retry_options(
    case: Case, retry: dict, first: object
) -> None:
    server = Server(login=Logins(first))
    with pytest.raises(ClientError):
        await case.get(case.platform(server, retry=retry))
    assert len(server.logins) == 1


@pytest.mark.parametrize(
    ("expires_in", "lasts"),
    [
        ("100", 70),
        ("100.0", 70),
        (" 100 ", 70),
        (100.5, 70.5),
        ("", None),
        ("1h", None),
        ("-5", None),
        (True, None),
        ([100], None),
        (10**400, None),
    ],
    ids=str,
)
async def test_the_lifetime_of_a_token_may_be_a_number_or_text(
    case: Case, expires_in: object, lasts: float | None
) -> None:
    content = json.dumps({"access_token": "abcd", "expires_in": expires_in})
    server = Server(login=login_response(content))
    client = case.platform(server)
    await case.get(client)
    case.time.now += 10**9 if lasts is None else lasts - 1
    await case.get(client)
    assert len(server.logins) == 1
    case.time.now += 2
    await case.get(client)
    assert len(server.logins) == (1 if lasts is None else 2)


async def test_a_refused_login_is_not_repeated_for_thirty_seconds(case: Case) -> None:
    server = Server(login=httpx.Response(401))
    client = case.platform(server)
    for dummy in range(3):
        with pytest.raises(AuthenticationError):
            await case.get(client)
    assert len(server.logins) == 1
    case.time.now += 31
    server.login = None
    assert (await case.get(client)).is_success()


@pytest.mark.parametrize(
    ("factory", "options", "message"),
    [
        (platform_factory, {"client_id": "a"}, "client_secret is missing"),
        (platform_factory, {"client_secret": "a"}, "client_id is missing"),
        (platform_factory, {"user": "a", "username": "a"}, "user and username"),
        (platform_factory, {"user": "  "}, "user is empty"),
        (platform_factory, {"user": "a", "password": ""}, "password is empty"),
        (platform_factory, {**USER, "cookie_name": "a b"}, "cookie_name"),
        (platform_factory, {"host": "https://server.example"}, "host must be a host name"),
        (platform_factory, {"port": 70000}, "port must be"),
        (platform_factory, {"timeout": 0}, "timeout must be"),
        (platform_factory, {"ttl": "60"}, "ttl must be"),
        (platform_factory, {"ttl": True}, "ttl must be"),
        (platform_factory, {"ttl": float("nan")}, "ttl must be"),
        (platform_factory, {"port": "https"}, "port must be"),
        (platform_factory, {"port": "-1"}, "port must be"),
        (platform_factory, {"port": "4.5"}, "port must be"),
        (platform_factory, {"port": "99999"}, "port must be"),
        (platform_factory, {"port": 443.0}, "port must be"),
        (platform_factory, {"host": "h/a?b"}, "host must be a host name"),
        (platform_factory, {"host": "h/a/../b"}, "path must not"),
        (platform_factory, {"host": "h:8443"}, "host must be a host name"),
        (platform_factory, {"host": ""}, "host must be a host name"),
        (platform_factory, {"host": None}, "host must be a host name"),
        (platform_factory, {"client_id": "a", "client_secret": ""}, "client_secret is missing"),
        (platform_factory, {"user": "a", "username": "b"}, "two names"),
        (platform_factory, {"limits": 0}, "limits must be"),
        (platform_factory, {"max_response_bytes": True}, "max_response_bytes must be"),
        (platform_factory, {"client_key": "key.pem"}, "without 'client_cert'"),
        (platform_factory, {"correlation_id": "a\r\nb"}, "X-Correlation-ID"),
        (gateway_factory, {"user": "a", "username": "a"}, "user and username"),
        (gateway_factory, {"password": " "}, "password is empty"),
        (gateway_factory, OAUTH, "does not support .client_id."),
    ],
)
def test_an_invalid_factory_argument_is_refused_before_anything_is_sent(
    factory, options: dict, message: str
) -> None:
    for want_async in (False, True):
        with pytest.raises(ConfigurationError, match=message) as caught:
            factory(**options, want_async=want_async)
        assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("user", [USER, {"user": "admin", "password": "admin"}, {"user": ""}])
async def test_a_service_account_is_preferred_to_user_and_password(
    case: Case, user: dict[str, str]
) -> None:
    server = Server(lambda dummy: httpx.Response(404, text="correct horse"))
    with pytest.raises(HTTPStatusError) as caught:
        await case.get(case.platform(server, **OAUTH, **user))
    assert [login.url.path for login in server.logins] == ["/oauth/token"]
    if user is USER:
        assert "correct horse" not in f"{caught.value} {caught.value.response.text}"


@pytest.mark.parametrize(
    ("factory", "options", "message"),
    [
        (platform_factory, {"usr": "x"}, "platform_factory .* 'usr': did you mean 'user'"),
        (platform_factory, {"clientid": "x"}, "'clientid': did you mean 'client_id'"),
        (platform_factory, {"use_ssl": True}, "'use_ssl': did you mean 'use_tls'"),
        (gateway_factory, {"usr": "x"}, "gateway_factory .* 'usr': did you mean 'user'"),
    ],
)
def test_an_unknown_argument_of_a_factory_is_named_first(
    factory, options: dict, message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        factory(**options, client_cert="absent.pem", limits=0)


@pytest.mark.parametrize(
    ("given", "credentials"),
    [
        ({}, ("admin", "admin")),
        ({"user": "", "password": ""}, ("admin", "admin")),
        ({"user": None, "password": None, "username": None}, ("admin", "admin")),
        ({"client_id": "", "client_secret": ""}, ("admin", "admin")),
        ({"user": "ada"}, ("ada", "admin")),
        ({"username": "ada"}, ("ada", "admin")),
        ({"username": "ada", "user": ""}, ("ada", "admin")),
        ({"password": "horse"}, ("admin", "horse")),
        ({"username": "ada", "password": "horse"}, ("ada", "horse")),
        ({"user": "", "password": "horse"}, ("admin", "horse")),
    ],
    ids=str,
)
def test_an_empty_argument_counts_as_not_given(given: dict, credentials: tuple[str, str]) -> None:
    user, password = credentials
    server = Server()
    with platform_factory("server.example", transport=server.transport, **given) as client:
        client.get("/x")
    assert json.loads(server.logins[0].content) == {
        "user": {"username": user, "password": password}
    }
    server = Server()
    with gateway_factory("server.example", transport=server.transport, **given) as client:
        client.get("/x")
    user = "admin@itential" if user == "admin" else user
    assert json.loads(server.logins[0].content) == {"username": user, "password": password}


@pytest.mark.parametrize(
    ("arguments", "base_url"),
    [
        ({"port": "8443"}, "https://h:8443"),
        ({"port": " 443 "}, "https://h"),
        ({"port": "0"}, "https://h"),
        ({"port": None}, "https://h"),
        ({"port": ""}, "https://h"),
        ({"host": "h/"}, "https://h"),
        ({"host": "h/itential"}, "https://h/itential"),
        ({"host": "h//a/b/", "port": 3443}, "https://h:3443/a/b"),
        ({"host": "[::1]/a"}, "https://[::1]/a"),
        ({"timeout": None, "ttl": None}, "https://h"),
        ({"ttl": -1}, "https://h"),
    ],
    ids=str,
)
def test_arguments_may_be_given_in_other_types(arguments: dict, base_url: str) -> None:
    given = {"host": "h", **arguments}
    assert platform_factory(**given).base_url == base_url
    assert gateway_factory(**given).base_url == base_url + "/api/v2.0"
    assert platform_factory(**given).calls.timeout == 30.0
    assert platform_factory(**given)._ttl == 0.0


@pytest.mark.parametrize(
    ("arguments", "base_url"),
    [
        (("h", 0, True), "https://h"),
        (("h", 0, False), "http://h"),
        (("h", 443, True), "https://h"),
        (("h", 80, True), "https://h:80"),
        (("h", 443, False), "http://h:443"),
        (("::1", 3443, True), "https://[::1]:3443"),
        (("[::1]", 0, True), "https://[::1]"),
    ],
)
def test_host_and_port_make_the_base_url(arguments: tuple, base_url: str) -> None:
    assert platform_factory(*arguments).base_url == base_url
    assert gateway_factory(*arguments).base_url == base_url + "/api/v2.0"


async def test_a_client_shows_no_secret_in_any_text_form(case: Case) -> None:
    client = case.platform(Server(), **USER)
    await case.get(client)
    holders = [client, client.secrets, client._auth, client.calls.engine.keeper.current()]
    shown = repr([*holders, case.gateway(Server())._auth, case.platform(Server())._auth])
    assert "correct horse" not in shown
    assert "token-1" not in shown
    for thing in (client, client.secrets, client.calls.engine.keeper.current()):
        with pytest.raises(TypeError):
            thing.__reduce__()


async def test_authenticate_logs_in_once(case: Case) -> None:
    server = Server()
    client = case.platform(server)
    await case.kind.wait(client.authenticate())
    await case.kind.wait(client.authenticate())
    await case.get(client)
    assert len(server.logins) == 1
