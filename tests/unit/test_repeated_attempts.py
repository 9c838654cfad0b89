# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that need more than one request: retries, throttling, redirects, stale connections."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    HTTPStatusError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.once import may_have_arrived
from ansible_collections.restops.clients.plugins.module_utils.core.retry import BASE, RetryPolicy
from ansible_collections.restops.clients.plugins.module_utils.core.writes import noted_writes
from ansible_collections.restops.clients.tests.unit.support import USER, Case, Server

OK, NOT_READY, SERVER_ERROR = httpx.Response(200, json={}), httpx.Response(503), httpx.Response(500)
NOT_CONNECTED, LATE, BROKEN = (
    httpx.ConnectError("Connection refused"),
    httpx.ReadTimeout(""),
    httpx.ReadError("reset"),
)


def throttled(seconds: object, status: int = 429) -> httpx.Response:
    return httpx.Response(status, headers={"retry-after": str(seconds)})


@pytest.mark.parametrize(
    ("method", "path", "script", "options", "sent"),
    [
        ("GET", "/x", [NOT_READY, OK], {}, 2),
        ("PUT", "/x", [NOT_READY, OK], {}, 2),
        ("DELETE", "/x", [NOT_READY, OK], {}, 2),
        ("HEAD", "/x", [NOT_READY, OK], {}, 2),
        ("OPTIONS", "/x", [NOT_READY, OK], {}, 2),
        ("POST", "/x", [NOT_READY], {}, 1),
        ("PATCH", "/x", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a/restart", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a/restart?x=1", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a", [NOT_READY, OK], {}, 2),
        ("PUT", "/adapters/a/restart/", [NOT_READY], {}, 1),
        ("PUT", "/Adapters/a/Restart", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a/rest%61rt", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a%2Fb/stop", [NOT_READY], {}, 1),
        ("PUT", "/adapters%2fa%2fstop", [NOT_READY], {}, 1),
        ("PUT", "/adapters/a/x%2F..%2Fstop", [NOT_READY], {}, 1),
        ("PUT", "/x%2F..%2Fadapters/a/stop", [NOT_READY], {}, 1),
        ("PUT", "adapters/a/START?x=1", [NOT_READY], {}, 1),
        ("PUT", "/applications/{n}/start", [NOT_READY], {"path_params": {"n": "a/b c"}}, 1),
        ("PUT", "/adapters/{n}/{do}", [NOT_READY], {"path_params": {"n": "a", "do": "Stop"}}, 1),
        ("PUT", "/applications/a/restarted", [NOT_READY, OK], {}, 2),
        ("PUT", "/adapters/restart", [NOT_READY, OK], {}, 2),
        ("PUT", "/x?y=/adapters/a/restart", [NOT_READY, OK], {}, 2),
        ("DELETE", "/ag-manager/actions", [NOT_READY], {}, 1),
        ("DELETE", "/AG-Manager/Actions/", [NOT_READY], {}, 1),
        ("DELETE", "/ag-manager/actions/7?a=b", [NOT_READY], {}, 1),
        ("DELETE", "/ag-manager/actionsets", [NOT_READY, OK], {}, 2),
        ("DELETE", "/adapters/a/restart", [NOT_READY, OK], {}, 2),
        ("POST", "/x", [throttled(1), OK], {}, 2),
        ("POST", "/x", [throttled(1, 503), OK], {}, 2),
        ("PUT", "/adapters/a/stop", [throttled(1), OK], {}, 2),
        ("POST", "/x", [throttled(1, 502)], {}, 1),
        ("POST", "/x", [NOT_READY, OK], {"read_only": True}, 2),
        ("POST", "/x", [NOT_READY, OK], {"headers": {"Idempotency-Key": "k"}}, 2),
        ("POST", "/x", [NOT_READY, OK], {"retry": {"methods": ["post"]}}, 2),
        ("GET", "/x", [NOT_READY], {"retry": {"methods": ["POST"]}}, 1),
        ("GET", "/x", [SERVER_ERROR], {}, 1),
        ("GET", "/x", [SERVER_ERROR, OK], {"retry": {"statuses": [500]}}, 2),
        ("GET", "/x", [NOT_READY], {"retry": {"statuses": [500]}}, 1),
        ("GET", "/x", [NOT_READY], {"retry": 1}, 1),
        ("GET", "/x", [httpx.Response(408), OK], {}, 2),
        ("GET", "/x", [httpx.Response(421), OK], {}, 2),
        ("GET", "/x", [httpx.Response(425), OK], {}, 2),
        ("POST", "/x", [httpx.Response(408), OK], {}, 1),
        ("POST", "/x", [httpx.Response(421), OK], {}, 2),
        ("POST", "/x", [httpx.Response(425), OK], {}, 2),
        ("GET", "/x", [NOT_READY] * 9, {}, 4),
        ("GET", "/x", [NOT_READY] * 9, {"retry": 7}, 7),
        ("GET", "/x", [NOT_READY] * 9, {"retry": RetryPolicy(max_tries=2)}, 2),
    ],
)
async def test_a_status_is_retried_only_if_repeating_is_safe(
    case: Case, method: str, path: str, script: list, options: dict, sent: int
) -> None:
    server = Server(*script)
    response = await case.request(
        case.platform(server), method, path, raise_on_error=False, **options
    )
    assert len(server.requests) == sent
    assert response.attempts == sent
    assert response.status_code == script[sent - 1].status_code


@pytest.mark.parametrize(
    ("method", "fault", "sent"),
    [
        ("POST", NOT_CONNECTED, 2),
        ("GET", NOT_CONNECTED, 2),
        ("GET", LATE, 2),
        ("PUT", LATE, 2),
        ("POST", LATE, 1),
        ("PATCH", BROKEN, 1),
        ("POST", httpx.ConnectTimeout(""), 2),
    ],
)
async def test_a_request_that_was_never_sent_is_repeated_with_any_method(
    case: Case, method: str, fault: Exception, sent: int
) -> None:
    server = Server(fault)
    client = case.platform(server)
    if sent == 2:
        assert (await case.request(client, method)).attempts == 2
    else:
        with pytest.raises(RequestError) as caught:
            await case.request(client, method)
        assert caught.value.sent
        assert caught.value.request.method == method
    assert len(server.requests) == sent


async def test_an_error_tells_whether_any_attempt_may_have_reached_the_server(case: Case) -> None:
    for script, sent in (([LATE, *[NOT_CONNECTED] * 3], True), ([NOT_CONNECTED] * 4, False)):
        with pytest.raises(RequestError) as caught:
            await case.request(case.platform(Server(*script)), "PUT")
        assert caught.value.sent is sent


async def test_waits_double_with_each_attempt(case: Case) -> None:
    server = Server(*[NOT_READY] * 9)
    await case.request(case.platform(server, retry=6), "GET", raise_on_error=False)
    assert case.time.sleeps == [BASE, BASE * 2, BASE * 4, BASE * 8, BASE * 16]


async def test_retry_after_of_a_503_is_obeyed(case: Case) -> None:
    server = Server(throttled(7, 503), throttled(0, 503), OK)
    await case.get(case.platform(server))
    assert case.time.sleeps == [7.0, BASE * 2]


async def test_attempts_of_a_call_share_a_correlation_id_that_the_next_call_does_not(
    case: Case,
) -> None:
    server = Server(NOT_READY, OK, OK)
    client = case.platform(server)
    first, second = await case.get(client), await case.get(client)
    ids = [request.headers["x-correlation-id"] for request in server.requests]
    assert ids == [first.correlation_id] * 2 + [second.correlation_id]
    assert first.correlation_id != second.correlation_id


@pytest.mark.parametrize(("given", "expected"), [("own", "own"), ("", None)])
async def test_a_correlation_id_can_be_given_or_turned_off(
    case: Case, given: str, expected: str | None
) -> None:
    server = Server()
    response = await case.get(case.platform(server, correlation_id=given))
    assert server.requests[0].headers.get("x-correlation-id") == expected
    assert response.correlation_id == given


async def test_a_call_ends_when_its_time_is_used_up_before_its_tries(case: Case) -> None:
    server = Server(*[throttled(50, 503)] * 9)
    response = await case.request(case.platform(server), "GET", raise_on_error=False)
    assert (response.status_code, response.attempts, case.time.sleeps) == (503, 3, [50.0, 50.0])


async def test_an_error_counts_the_attempts(case: Case) -> None:
    with pytest.raises(HTTPStatusError, match=r"503 Service Unavailable \(after 4 attempts\)"):
        await case.get(case.platform(Server(*[NOT_READY] * 4)))
    with pytest.raises(RequestError, match=r"refused.*\(after 4 attempts\)"):
        await case.get(case.platform(Server(*[NOT_CONNECTED] * 4)))


async def test_the_retry_budget_of_a_client_limits_retries_in_an_outage(case: Case) -> None:
    server = Server(*[NOT_READY] * 1000)
    client = case.platform(server, retry={"max_tries": 300, "max_time": 100000, "wait": 0})
    await case.request(client, "GET", raise_on_error=False)
    assert len(server.requests) == 101  # the budget is 500, a retry costs 5
    await case.request(client, "GET", raise_on_error=False)
    assert len(server.requests) == 102


async def test_successful_calls_refill_the_retry_budget(case: Case) -> None:
    server = Server(*[NOT_READY] * 101)
    client = case.platform(server, retry={"max_tries": 300, "max_time": 100000, "wait": 0})
    await case.request(client, "GET", raise_on_error=False)
    for dummy in range(5):
        await case.get(client)
    server.script = [NOT_READY, OK]
    assert (await case.get(client)).attempts == 2


# Throttling


async def test_a_429_delays_every_call_of_the_client(case: Case) -> None:
    server = Server(throttled(10), httpx.Response(200))
    client = case.platform(server, retry=1)
    assert (await case.request(client, "GET", raise_on_error=False)).status_code == 429
    await case.get(client)
    assert case.time.sleeps == [10.0]


async def test_waiting_while_throttled_costs_no_try(case: Case) -> None:
    server = Server(*[throttled(10)] * 8)
    assert (await case.request(case.platform(server), "POST")).attempts == 9
    assert case.time.sleeps == [10.0] * 8


@pytest.mark.parametrize("seconds", [1, 11, "0.5"])
async def test_a_call_gives_up_after_ten_429_in_a_row(case: Case, seconds: object) -> None:
    server = Server(*[throttled(seconds)] * 120)
    response = await case.request(
        case.platform(server, retry={"max_tries": 50}), "GET", raise_on_error=False
    )
    assert (response.status_code, response.attempts, len(server.requests)) == (429, 10, 10)


@pytest.mark.parametrize("first", [httpx.Response(429), throttled(0)])
async def test_a_429_without_a_wait_is_bounded_by_tries_and_by_ten(case: Case, first) -> None:
    few, many = Server(*[first] * 99), Server(*[first] * 99)
    await case.request(case.platform(few), "GET", raise_on_error=False)
    await case.request(case.platform(many, retry=50), "GET", raise_on_error=False)
    assert (len(few.requests), len(many.requests)) == (4, 10)


async def test_another_response_ends_a_row_of_429(case: Case) -> None:
    row = [throttled(1)] * 9
    server = Server(*row, NOT_READY, *row, OK)
    assert (await case.get(case.platform(server))).attempts == 20


async def test_a_session_that_ends_while_a_call_is_throttled_is_renewed_before_the_next_try(
    case: Case,
) -> None:
    server = Server(throttled(50))
    await case.get(case.platform(server, ttl=40))
    assert server.tokens == ["token-1", "token-2"]


async def test_throttling_beyond_max_time_fails_at_once(case: Case) -> None:
    server = Server(throttled(500))
    client = case.platform(server)
    assert (await case.request(client, "GET", raise_on_error=False)).status_code == 429
    with pytest.raises(
        RequestError, match="throttles this client for another 500 s.*max_time"
    ) as caught:
        await case.get(client)
    assert not caught.value.sent
    assert len(server.requests) == 1
    assert case.time.sleeps == []


# The response to a repeated attempt


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize(
    "first",
    [LATE, BROKEN, httpx.Response(502), httpx.Response(504), NOT_READY],
    ids=["time-out", "broken", "502", "504", "503"],
)
async def test_a_delete_that_finds_nothing_has_succeeded_if_an_earlier_attempt_may_have_deleted_it(
    case: Case, first: object, status: int
) -> None:
    response = await case.request(case.platform(Server(first, httpx.Response(status))), "DELETE")
    assert response.status_code == status
    assert response.is_success()
    assert not response.is_error()


@pytest.mark.parametrize(
    "first",
    [
        None,
        NOT_CONNECTED,
        httpx.Response(401),
        httpx.Response(408),
        throttled(1),
        throttled(0),
        throttled(1, 503),
        throttled(0, 503),
        httpx.Response(421),
        httpx.Response(425),
    ],
    ids=["first", "unsent", "401", "408", "429", "429-0", "503", "503-0", "421", "425"],
)
async def test_a_delete_that_finds_nothing_has_failed_if_no_earlier_attempt_deleted_it(
    case: Case, first: object
) -> None:
    server = Server(*([first] if first is not None else []), httpx.Response(404))
    with pytest.raises(HTTPStatusError, match="404"):
        await case.request(case.platform(server), "DELETE")
    assert len(server.requests) == 2 - (first is None)


async def test_an_attempt_that_may_have_deleted_is_remembered_through_later_attempts(
    case: Case,
) -> None:
    server = Server(LATE, NOT_CONNECTED, httpx.Response(401), throttled(1), httpx.Response(404))
    assert (await case.request(case.platform(server), "DELETE")).is_success()


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_404_to_another_repeated_call_is_an_error(case: Case, method: str) -> None:
    with pytest.raises(HTTPStatusError, match="404"):
        await case.request(case.platform(Server(LATE, httpx.Response(404))), method)


async def test_a_repeated_post_with_an_idempotency_key_waits_for_its_first_attempt(
    case: Case,
) -> None:
    keyed = {"headers": {"Idempotency-Key": "order-1"}}
    server = Server(LATE, httpx.Response(409), httpx.Response(409), httpx.Response(201))
    assert (await case.request(case.platform(server), "POST", **keyed)).status_code == 201
    with pytest.raises(HTTPStatusError, match="409"):
        await case.request(case.platform(Server(httpx.Response(409))), "POST", **keyed)


async def test_the_check_of_the_runtime_is_called_before_each_request(case: Case) -> None:
    asked = []

    def check() -> None:
        asked.append(len(server.requests))
        if len(asked) == 3:
            raise KeyboardInterrupt

    server = Server(httpx.Response(503), OK)
    runtime = case.kind.runtime(case.time)
    runtime.check = check
    client = case.platform(server, runtime=runtime)
    with pytest.raises(KeyboardInterrupt):
        await case.get(client)
    assert asked == [0, 0, 1]
    assert len(server.requests) == 1


async def test_an_idle_connection_that_the_server_closed_is_replaced_without_a_new_attempt(
    case: Case,
) -> None:
    server = Server(OK, BROKEN, OK)
    client = case.platform(server)
    await case.get(client)
    assert (await case.get(client)).attempts == 1
    assert case.time.sleeps == []
    assert len(server.requests) == 3


async def test_a_post_on_a_stale_connection_is_not_sent_again(case: Case) -> None:
    server = Server(OK, BROKEN, OK)
    client = case.platform(server)
    await case.get(client)
    with pytest.raises(RequestError):
        await case.request(client, "POST")
    assert len(server.requests) == 2


# Redirects


def redirect(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": location})


@pytest.mark.parametrize(
    "location", ["/y", "y?a=1", "https://server.example/y", "//server.example/y#top"]
)
async def test_a_redirect_within_the_server_is_followed(case: Case, location: str) -> None:
    server = Server(redirect(location))
    response = await case.get(case.platform(server))
    assert response.status_code == 200
    assert server.requests[1].url.path == "/y"
    assert server.requests[1].headers["authorization"] == "Bearer token-1"
    assert response.url.startswith("https://server.example/y")


@pytest.mark.parametrize(
    "location",
    [
        "https://other.example/y",
        "http://server.example/y",
        "https://server.example:444/y",
        "//other.example/",
        "https://ada@server.example/",
        "\\\\other",
        "https://[",
        "",
    ],
)
async def test_a_redirect_to_another_origin_is_not_followed(case: Case, location: str) -> None:
    server = Server(redirect(location))
    with pytest.raises(HTTPStatusError, match="which is not followed"):
        await case.get(case.platform(server))
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 303, 307, 308])
async def test_a_write_is_never_redirected(case: Case, method: str, status: int) -> None:
    server = Server(redirect("/y", status))
    assert (
        await case.request(case.platform(server), method, raise_on_error=False)
    ).status_code == status
    assert len(server.requests) == 1


async def test_redirects_end_after_five_or_at_the_first_repetition(case: Case) -> None:
    server = Server(*[redirect("/y"), redirect("/x")] * 9)
    assert (
        await case.request(case.platform(server), "GET", raise_on_error=False)
    ).status_code == 302
    assert len(server.requests) == 6
    loop = Server(redirect("/x"))
    await case.request(case.platform(loop), "GET", raise_on_error=False)
    assert len(loop.requests) == 1


# Calls with their own credentials


@pytest.mark.parametrize(
    ("header", "options"),
    [("Authorization", {}), ("Authorization", USER), ("Cookie", USER)],
    ids=["oauth", "session", "cookie"],
)
async def test_a_401_to_a_call_with_its_own_credentials_does_not_end_the_session(
    case: Case, header: str, options: dict
) -> None:
    server = Server(OK, httpx.Response(401), httpx.Response(401))
    client = case.platform(server, **options)
    await case.get(client)
    for dummy in range(2):
        with pytest.raises(HTTPStatusError, match="401"):
            await case.request(client, "POST", headers={header: "someone=else"})
    assert (len(server.logins), len(server.requests)) == (1, 3)
    assert (await case.get(client)).is_success()


async def test_a_cookie_of_the_caller_does_not_replace_a_bearer_token(case: Case) -> None:
    server = Server(httpx.Response(401), OK)
    await case.get(case.platform(server), headers={"Cookie": "a=b"})
    assert server.tokens == ["token-1", "token-2"]


# A conditional PUT that is repeated


@pytest.mark.parametrize(
    ("there", "done"),
    [
        (httpx.Response(200, json={"name": "x", "parts": [{"a": 1}], "more": 1}), True),
        (
            httpx.Response(200, json={"name": "x", "parts": [{"a": 1, "made": "by the server"}]}),
            True,
        ),
        (httpx.Response(200, json={"name": "y"}), False),
        (httpx.Response(200, json={"name": "x", "parts": [{"a": 1}, {"a": 2}]}), False),
        (httpx.Response(200, json={"name": "x", "parts": [{"a": True}]}), False),
        (httpx.Response(200, json=["name"]), False),
        (httpx.Response(200, text="not JSON"), False),
        (httpx.Response(404), False),
        (httpx.ReadError(""), False),
    ],
)
async def test_a_412_to_a_repeated_conditional_put_is_success_if_the_record_is_as_sent(
    case: Case, there, done
) -> None:
    server = Server(httpx.ReadError(""), httpx.Response(412), there)
    client = case.platform(server)
    put = {
        "json": {"name": "x", "parts": [{"a": 1}]},
        "headers": {"If-Match": '"1"'},
        "raise_on_error": False,
    }

    assert (await case.request(client, "PUT", **put)).status_code == (200 if done else 412)
    methods = [request.method for request in server.requests]
    assert methods[:2] == ["PUT", "PUT"]
    assert set(methods[2:]) == {"GET"}
    assert "if-match" not in server.requests[-1].headers


async def test_a_409_to_a_repeated_put_is_success_if_the_record_is_as_sent(case: Case) -> None:
    there = httpx.Response(200, json={"name": "x", "id": 1})
    server = Server(LATE, httpx.Response(409), there)
    response = await case.request(case.platform(server), "PUT", json={"name": "x"})
    assert response.json() == {"name": "x", "id": 1}

    refused = Server(throttled(1, 503), httpx.Response(409), there)
    with pytest.raises(HTTPStatusError, match="409"):
        await case.request(case.platform(refused), "PUT", json={"name": "x"})
    assert [request.method for request in refused.requests] == ["PUT", "PUT"]


async def test_a_412_is_returned_if_the_read_to_check_it_cannot_log_in(case: Case) -> None:
    server = Server(LATE, httpx.Response(412), httpx.Response(401))
    client = case.platform(server)

    def refuse(dummy: httpx.Request) -> httpx.Response:
        return httpx.Response(401 if len(server.logins) > 1 else 200, json={"access_token": "abcd"})

    server.login = refuse
    put = {"json": {"name": "x"}, "headers": {"If-Match": '"1"'}, "raise_on_error": False}
    assert (await case.request(client, "PUT", **put)).status_code == 412


async def test_a_412_to_a_repeated_put_without_a_condition_is_returned(case: Case) -> None:
    server = Server(LATE, httpx.Response(412), httpx.Response(200, json={"name": "x"}))
    put = {"json": {"name": "x"}, "raise_on_error": False}

    assert (await case.request(case.platform(server), "PUT", **put)).status_code == 412
    assert [request.method for request in server.requests] == ["PUT", "PUT"]


async def test_a_412_to_a_first_put_is_returned(case: Case) -> None:
    server = Server(httpx.Response(412))
    put = {"json": {"name": "x"}, "headers": {"If-Match": '"1"'}, "raise_on_error": False}

    assert (await case.request(case.platform(server), "PUT", **put)).status_code == 412
    assert len(server.requests) == 1


async def test_a_call_that_runs_out_of_time_names_the_option_that_allows_more(case: Case) -> None:
    def slow(dummy: httpx.Request) -> httpx.Response:
        case.time.now += 3
        raise httpx.ConnectTimeout("")

    client = case.platform(
        Server(*[slow] * 9), retry={"max_tries": 9, "max_time": 5, "wait": 0}, timeout=4
    )
    with pytest.raises(
        RequestError, match=r"after 2 attempts.; the time that 'retry' allows .max_time. is used up"
    ):
        await case.get(client)


async def test_a_retry_dict_is_not_changed_and_works_the_same_twice(case: Case) -> None:
    retry = {"max_tries": 3, "wait": 0}
    server = Server(*[httpx.Response(503)] * 6)
    client = case.platform(server)
    for dummy in range(2):
        with pytest.raises(HTTPStatusError) as caught:
            await case.get(client, retry=retry)
        assert caught.value.response.attempts == 3
    assert retry == {"max_tries": 3, "wait": 0}


async def test_waits_may_come_from_any_generator_function(case: Case) -> None:
    def waits():
        yield None
        yield from (1, 2, 4)

    await case.get(case.platform(Server(*[httpx.Response(503)] * 3), retry={"wait": waits}))
    assert case.time.sleeps == [1, 2, 4]


async def test_calls_in_parallel_do_not_share_a_correlation_id(case: Case) -> None:
    server = Server()
    client = case.platform(server, limits=30)
    await case.kind.together(lambda: client.get("/x"), 30)
    assert len({request.headers["x-correlation-id"] for request in server.requests}) == 30


# Writes that a task has to tell of


@pytest.mark.parametrize(
    ("method", "script", "login", "performed"),
    [
        ("PUT", [OK], None, True),
        ("GET", [OK], None, False),
        ("PUT", [httpx.Response(409)], None, False),
        ("PUT", [httpx.Response(504)], None, True),
        ("PUT", [httpx.Response(504), httpx.Response(409)], None, True),
        ("PUT", [LATE, httpx.Response(401)], httpx.Response(401), True),
        ("PUT", [httpx.Response(401)], httpx.Response(401), False),
        ("PUT", [NOT_CONNECTED] * 4, None, False),
    ],
)
async def test_a_write_that_may_have_been_performed_is_noted(
    case: Case, method: str, script: list[object], login: httpx.Response | None, performed: bool
) -> None:
    server = Server(OK, *script)
    client = case.platform(server)
    await case.get(client)
    server.login = login
    with noted_writes() as writes, suppress(ClientError):
        await case.request(client, method)
    assert writes.any_performed is performed


@pytest.mark.parametrize("script", [[LATE], [LATE, httpx.Response(401)]])
@pytest.mark.parametrize(
    "login", [httpx.Response(401), NOT_CONNECTED, httpx.Response(503)], ids=["401", "none", "503"]
)
async def test_a_login_that_fails_after_an_attempt_does_not_hide_that_it_may_be_executed(
    case: Case, script: list[object], login: object
) -> None:
    server = Server(OK, *script)
    client = case.platform(server, ttl=3600 if len(script) > 1 else 0.1)
    await case.get(client)
    server.login = login
    with pytest.raises(ClientError) as caught:
        await case.request(client, "PUT")
    assert caught.value.during_login
    assert caught.value.after_write
    assert may_have_arrived(caught.value)
    assert getattr(caught.value, "sent", True)


@pytest.mark.parametrize(
    ("method", "script", "after_write"),
    [
        ("PUT", [LATE, httpx.Response(403)], True),
        ("PUT", [httpx.Response(502), httpx.Response(422)], True),
        ("PUT", [NOT_CONNECTED, httpx.Response(403)], False),
        ("PUT", [throttled(1), httpx.Response(403)], False),
        ("PUT", [httpx.Response(403)], False),
        ("GET", [LATE, httpx.Response(403)], False),
    ],
)
async def test_a_refusal_does_not_hide_that_an_earlier_attempt_may_be_executed(
    case: Case, method: str, script: list[object], after_write: bool
) -> None:
    with pytest.raises(HTTPStatusError) as caught:
        await case.request(case.platform(Server(*script)), method)
    assert caught.value.after_write is after_write
    response = await case.request(case.platform(Server(*script)), method, raise_on_error=False)
    with pytest.raises(HTTPStatusError) as caught:
        response.raise_for_status()
    assert caught.value.after_write is after_write


async def test_a_second_401_after_an_attempt_does_not_hide_that_it_may_be_executed(
    case: Case,
) -> None:
    for first, after_write in ((LATE, True), (NOT_CONNECTED, False)):
        server = Server(first, httpx.Response(401), httpx.Response(401))
        with pytest.raises(AuthenticationError) as caught:
            await case.request(case.platform(server), "PUT")
        assert caught.value.after_write is after_write
        assert may_have_arrived(caught.value) is after_write


async def test_the_login_of_another_write_is_not_said_to_follow_an_attempt(case: Case) -> None:
    """Both have the error of the same refused login."""
    server = Server(OK, LATE, httpx.Response(401))
    client = case.platform(server)
    await case.get(client)
    server.login = httpx.Response(401)
    with pytest.raises(AuthenticationError):
        await case.request(client, "PUT")
    with pytest.raises(AuthenticationError) as caught:
        await case.request(client, "PUT")
    assert not caught.value.after_write
    assert not may_have_arrived(caught.value)
    assert len(server.logins) == 2


async def test_the_open_body_of_a_stream_is_not_given_up_for_another_try(case: Case) -> None:
    server = Server(httpx.Response(202, content=b"soon"))
    client = case.platform(server, retry={"statuses": [202]})
    assert (await case.kind.read(client.stream("GET", "/x")))[1] == b"soon"
    assert len(server.requests) == 1
