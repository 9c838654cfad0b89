# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The backoff strategy of the reference document."""

from __future__ import annotations

import itertools
from typing import Any

import backoff
import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import retry
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ConfigurationError,
    HTTPStatusError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.backoff import (
    MANY,
    MAX_TIME,
    Backoff,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.criteria import (
    Criteria,
    Inclusion,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import GRANT, Server, browse, client_of, error

CONTENT = {"meta": {}, "contents": [{"ref": "acme:c1"}]}


def waits(strategy: Any, random: float = 1.0, count: int = 5) -> list[float]:
    made = Backoff(strategy, lambda: random)
    return list(itertools.islice(made.reads.waits(lambda: random), count))


@pytest.mark.parametrize("strategy", [None, {}])
def test_the_default(strategy: Any) -> None:
    made = Backoff(strategy, lambda: 1.0)
    assert (made.reads.max_tries, made.reads.max_time) == (10, 120.0)
    assert waits(strategy) == [0.0] * 5
    assert {429, 500, 503, 599} <= made.reads.statuses
    assert not {401, 404, 408, 409} & made.reads.statuses
    assert made.writes is retry.DEFAULT


@pytest.mark.parametrize("wish", [3, {"max_tries": 3}, retry.RetryPolicy(max_tries=3)])
def test_the_words_of_every_client_are_taken_too(wish: Any) -> None:
    made = Backoff(None, lambda: 1.0, wish)
    assert (made.reads.max_tries, made.writes.max_tries, made.expected) == (3, 3, None)
    if not isinstance(wish, retry.RetryPolicy):
        # What is not said is what it is without a strategy.
        assert (made.reads.wait, made.reads.max_time, 500 in made.reads.statuses) == (
            0.0,
            120.0,
            True,
        )
        assert (made.writes.wait, made.writes.statuses) == ("exponential", retry.STATUSES)


async def test_retry_reaches_reads_and_writes(case: Case) -> None:
    server = Server(error(409), error(409), CONTENT, error(409), error(409), {"meta": {}})
    wish = {"max_tries": 3, "wait": 2, "statuses": [409], "methods": ["GET", "POST"]}
    contents = client_of(case, server, retry=wish).metadata.contents
    assert (await case.kind.wait(contents.read("acme", "acme:c1"))).resources == [
        {"ref": "acme:c1"}
    ]
    await case.kind.wait(contents.store("acme", {"name": "c1"}))
    assert case.time.sleeps == [2.0] * 4


def test_what_is_repeated_is_said_in_one_way() -> None:
    with pytest.raises(ConfigurationError, match="backoff_strategy and retry both say"):
        Backoff({"max_tries": 3}, lambda: 1.0, 3)
    with pytest.raises(ConfigurationError, match="retry: unknown tries; known are max_tries"):
        Backoff(None, lambda: 1.0, {"tries": 3})


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"wait_gen": backoff.constant, "interval": 0, "max_tries": 20}, [0, 0, 0, 0, 0]),
        ({"wait_gen": backoff.constant, "interval": 2}, [2, 2, 2, 2, 2]),
        ({"interval": 2}, [2, 2, 2, 2, 2]),
        ({"max_tries": 3}, [1, 1, 1, 1, 1]),
        ({"wait_gen": backoff.expo, "max_tries": 5, "max_time": 300}, [1, 2, 4, 8, 16]),
        ({"wait_gen": backoff.expo, "base": 3, "factor": 2, "max_value": 10}, [2, 6, 10, 10, 10]),
        ({"wait_gen": backoff.fibo}, [1, 1, 2, 3, 5]),
        ({"wait_gen": backoff.fibo, "max_value": 2}, [1, 1, 2, 2, 2]),
        ({"wait_gen": backoff.expo, "jitter": None}, [1, 2, 4, 8, 16]),
        ({"wait_gen": backoff.expo, "jitter": lambda seconds: seconds + 1}, [2, 3, 5, 9, 17]),
    ],
)
def test_generators_of_the_backoff_package_are_taken_as_they_are(
    strategy: dict[str, Any], expected: list[float]
) -> None:
    before = dict(strategy)
    assert waits(strategy) == expected
    assert waits(strategy) == expected
    assert strategy == before


def test_waits_have_full_jitter_unless_the_strategy_says_otherwise() -> None:
    assert waits({"wait_gen": backoff.expo}, random=0.5, count=3) == [0.5, 1, 2]
    assert waits({"wait_gen": backoff.expo, "jitter": None}, random=0.5, count=3) == [1, 2, 4]
    assert waits({"wait_gen": backoff.expo, "jitter": backoff.full_jitter}, count=1)[0] <= 1


async def test_a_generator_may_end(case: Case) -> None:
    assert waits({"wait_gen": lambda: iter((1, 2))}) == [1, 2]
    server = Server(error(500))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            client_of(case, server).workflow.flows.read(
                "acme", "a:b", backoff_strategy={"wait_gen": lambda: iter((1, 2)), "max_tries": 4}
            )
        )
    assert case.time.sleeps == [1, 2, 0]


@pytest.mark.parametrize(
    "strategy",
    [{"wait_gen": backoff.expo}, {"wait_gen": backoff.expo, "max_time": None, "max_tries": None}],
)
def test_time_is_never_unlimited(strategy: dict[str, Any]) -> None:
    made = Backoff(strategy, lambda: 1.0)
    assert made.reads.max_time == made.writes.max_time == MAX_TIME
    assert made.reads.max_tries == MANY


@pytest.mark.parametrize(
    ("codes", "added"), [(404, {404}), ("404", {404}), ([404, "409"], {404, 409}), ((404,), {404})]
)
def test_statuses_are_added(codes: Any, added: set[int]) -> None:
    made = Backoff({"retry_http_status_codes": codes}, lambda: 1.0)
    assert made.reads.statuses >= added | {429, 500}
    assert made.writes.statuses == added | retry.STATUSES


@pytest.mark.parametrize(
    ("strategy", "text"),
    [
        ({"wait_gen": backoff.expo, "interval": 0}, "expo does not work with .*interval"),
        ({"wait_gen": 5}, "does not work"),
        ({"max_tries": 0}, "max_tries"),
        ({"max_time": -1}, "max_time"),
        ({"max_time": float("inf")}, "max_time"),
        ({"retry_http_status_codes": "often"}, "retry_http_status_codes"),
        ({"retry_http_status_codes": None}, "retry_http_status_codes"),
        ({"retry_when_empty_result": "yes"}, "retry_when_empty_result"),
        ("fast", "must be a dict"),
    ],
)
def test_what_cannot_work_is_said_at_construction(case: Case, strategy: Any, text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        client_of(case, Server(), backoff_strategy=strategy)
    with pytest.raises(ValueError, match=text):
        client_of(case, Server()).metadata.contents.read(
            "acme", "acme:c1", backoff_strategy=strategy
        )


# Reads


@pytest.mark.parametrize(
    "fault",
    [
        error(500),
        error(503),
        error(429),
        error(599),
        httpx.ConnectError("x"),
        httpx.ReadError("x"),
        httpx.ReadTimeout("x"),
    ],
)
async def test_a_read_is_tried_ten_times(case: Case, fault: Any) -> None:
    server = Server(fault)
    client = client_of(case, server)
    with pytest.raises((HTTPStatusError, RequestError)):
        await case.kind.wait(client.metadata.contents.read("acme", "acme:c1"))
    assert len(server.requests) == 10
    assert len(set(server.correlation_ids)) == 1


@pytest.mark.parametrize("status", [400, 404, 408, 409])
async def test_other_statuses_are_not_tried_again(case: Case, status: int) -> None:
    server = Server(error(status))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client_of(case, server).metadata.contents.read("acme", "acme:c1"))
    assert len(server.requests) == 1


async def test_a_strategy_of_the_client_and_one_of_the_call(case: Case) -> None:
    server = Server(error(404))
    client = client_of(
        case,
        server,
        backoff_strategy={
            "wait_gen": backoff.expo,
            "max_tries": 5,
            "jitter": None,
            "retry_http_status_codes": [404, 409],
        },
    )
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client.metadata.contents.read("acme", "acme:c1"))
    assert len(server.requests) == 5
    assert case.time.sleeps == [1, 2, 4, 8]
    with pytest.raises(HTTPStatusError):
        await browse(
            case,
            client.metadata.contents,
            "acme",
            backoff_strategy={"max_tries": 20, "interval": 0, "retry_http_status_codes": 404},
        )
    assert len(server.requests) == 25
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            client.metadata.get("/data/contents", backoff_strategy={"max_tries": 2})
        )
    assert len(server.requests) == 26


async def test_retry_after_is_honoured(case: Case) -> None:
    server = Server(httpx.Response(429, headers={"retry-after": "2"}), CONTENT)
    await case.kind.wait(client_of(case, server).metadata.contents.read("acme", "acme:c1"))
    assert case.time.sleeps == [2.0]


async def test_the_time_ends_it_where_no_tries_are_named(case: Case) -> None:
    server = Server(error(500))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            client_of(
                case,
                server,
                request_timeout=1,
                backoff_strategy={"interval": 10, "jitter": None, "max_time": None},
            ).workflow.flows.read("acme", "a:b")
        )
    assert case.time.sleeps == [10.0] * 11


# Writes


@pytest.mark.parametrize("fault", [error(500), error(503), httpx.ReadError("x")])
@pytest.mark.parametrize(
    "strategy", [None, {"max_tries": 10, "interval": 0, "retry_http_status_codes": [500, 503]}]
)
async def test_a_store_is_not_sent_twice_by_accident(case: Case, fault: Any, strategy: Any) -> None:
    server = Server(fault)
    with pytest.raises((HTTPStatusError, RequestError)):
        await case.kind.wait(
            client_of(case, server, backoff_strategy=strategy).metadata.contents.store(
                "acme", {"name": "c1"}
            )
        )
    assert len(server.requests) == 1


async def test_a_store_is_sent_again_where_the_server_asks_for_it(case: Case) -> None:
    server = Server(httpx.Response(503, headers={"retry-after": "1"}), CONTENT)
    assert (
        await case.kind.wait(
            client_of(case, server).metadata.contents.store("acme", {"name": "c1"})
        )
    ).resources == [{"ref": "acme:c1"}]


async def test_a_delete_follows_the_rules_of_every_client(case: Case) -> None:
    server = Server(error(503), error(404))
    answer = await case.kind.wait(
        client_of(case, server).metadata.contents.delete("acme", "acme:c1")
    )
    assert answer.status == 404
    assert len(server.requests) == 2
    server = Server(error(500))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client_of(case, server).metadata.contents.delete("acme", "acme:c1"))
    assert len(server.requests) == 1


# retry_when_empty_result

INCLUDING = (
    Criteria()
    .add_inclusion(Inclusion.resource("categories"))
    .add_inclusion(Inclusion.resource("assets"))
)
EMPTY: dict[str, Any] = {"meta": {}, "contents": []}
ALONE: dict[str, Any] = {"meta": {}, "contents": [{"ref": "acme:c1"}], "linked": {"categories": []}}
HALF: dict[str, Any] = {
    "meta": {},
    "contents": [{"ref": "acme:c1"}],
    "linked": {"categories": [{"ref": "acme:g1"}]},
}
WHOLE: dict[str, Any] = {
    "meta": {},
    "contents": [{"ref": "acme:c1"}],
    "linked": {"categories": [{"ref": "acme:g1"}], "assets": [{"ref": "acme:a1"}]},
}
STAGES = (EMPTY, ALONE, HALF, WHOLE)


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        (True, 4),
        ({"contents": True, "assets": False, "categories": True}, 3),
        ({"contents": True}, 2),
        ({"categories": True}, 3),
        ({"contents": False}, 1),
        ({}, 1),
        (False, 1),
        (None, 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("where", ["argument", "call", "client"])
async def test_what_is_missing_is_waited_for(
    case: Case, wanted: Any, calls: int, where: str
) -> None:
    server = Server(*STAGES)
    strategy = {"retry_when_empty_result": wanted, "max_tries": 10, "interval": 0}
    client = client_of(
        case, server, **({"backoff_strategy": strategy} if where == "client" else {})
    )
    options = {
        "argument": {"retry_when_empty_result": wanted},
        "call": {"backoff_strategy": strategy},
        "client": {},
    }[where]
    page = await browse(case, client.metadata.contents, "acme", INCLUDING, **options)
    assert len(server.requests) == calls
    assert page.data == STAGES[calls - 1]


async def test_what_the_strategy_says_goes_before_the_argument(case: Case) -> None:
    server = Server(EMPTY)
    await browse(
        case,
        client_of(case, server).metadata.contents,
        "acme",
        backoff_strategy={"retry_when_empty_result": False},
        retry_when_empty_result=True,
    )
    assert len(server.requests) == 1


async def test_the_latest_response_is_returned_if_all_are_empty(case: Case) -> None:
    server = Server(EMPTY)
    page = await browse(
        case, client_of(case, server).metadata.contents, "acme", retry_when_empty_result=True
    )
    assert (page.status, page.resources, len(server.requests)) == (200, [], 10)
    server = Server(EMPTY)
    strategy = {"wait_gen": backoff.constant, "interval": 30, "jitter": None}
    page = await browse(
        case,
        client_of(case, server, backoff_strategy=strategy).metadata.contents,
        "acme",
        retry_when_empty_result=True,
    )
    assert (page.resources, len(server.requests)) == ([], 4)


async def test_an_error_while_waiting_has_tries_of_its_own(case: Case) -> None:
    server = Server(EMPTY, error(500), EMPTY, error(500), WHOLE)
    page = await browse(
        case, client_of(case, server).metadata.contents, "acme", retry_when_empty_result=True
    )
    assert page.resources == [{"ref": "acme:c1"}]
    assert len(server.requests) == 5


async def test_a_read_and_a_request_wait_too(case: Case) -> None:
    server = Server(EMPTY, EMPTY, CONTENT)
    client = client_of(case, server)
    assert (
        await case.kind.wait(
            client.metadata.contents.read("acme", "acme:c1", retry_when_empty_result=True)
        )
    ).resources
    server.script, server.requests = [EMPTY, EMPTY, CONTENT], []
    assert (
        await case.kind.wait(
            client.metadata.get(
                "/data/contents?owner=acme", retry_when_empty_result={"contents": True}
            )
        )
    ).resources
    assert len(server.requests) == 3
    assert len(set(server.correlation_ids)) == 1


async def test_names_of_resources_are_understood_in_every_form(case: Case) -> None:
    server = Server(
        {"meta": {}, "flowInstances": []}, {"meta": {}, "flowInstances": [{"ref": "a:b"}]}
    )
    page = await browse(
        case,
        client_of(case, server).workflow.flow_instances,
        "acme",
        retry_when_empty_result={"flow-instances": True},
    )
    assert page.resources == [{"ref": "a:b"}]


async def test_what_is_included_by_a_query_string_is_waited_for_too(case: Case) -> None:
    server = Server(*STAGES)
    await browse(
        case,
        client_of(case, server).metadata.contents,
        "acme",
        query_string="include=assets",
        retry_when_empty_result=True,
    )
    assert len(server.requests) == 4


async def test_later_pages_are_not_waited_for(case: Case) -> None:
    first = {
        "meta": {"continue": "/data/contents?continue=AA%3D%3D"},
        "contents": [{"ref": "acme:c1"}],
    }
    server = Server(first, EMPTY)
    client = client_of(case, server)
    assert [
        page.resources
        for page in await case.kind.collect(
            client.metadata.contents.browse("acme", retry_when_empty_result=True)
        )
    ] == [[{"ref": "acme:c1"}], []]
    assert len(server.requests) == 2


async def test_a_refused_login_is_not_waited_for(case: Case) -> None:
    server = Server(EMPTY, login=error(401))
    with pytest.raises(AuthenticationError):
        await browse(
            case,
            client_of(case, server, **GRANT).metadata.contents,
            "acme",
            retry_when_empty_result=True,
        )
    assert len(server.logins) == 1
