# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Known faults of the two Sequoia SDKs, each with a test that this client does not have it."""

from __future__ import annotations

import gc
import logging
import weakref
from typing import Any

import backoff
import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.client import (
    Client,
    sequoia_factory,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import GRANT, REGISTRY, Server, browse, client_of, error

PAGE: dict[str, Any] = {"meta": {}, "contents": [{"ref": "acme:c1", "name": "P1D"}]}


async def test_a_post_that_failed_on_the_server_is_sent_once(case: Case) -> None:
    server = Server(error(500))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            client_of(case, server).metadata.contents.store("acme", {"name": "c1"})
        )
    assert len(server.requests) == 1


async def test_a_wrong_secret_does_not_get_the_token_of_the_right_one(case: Case) -> None:
    right, wrong = (
        Client(REGISTRY, grant_client_id="shared-id", grant_client_secret=secret)
        for secret in ("right-secret", "wrong-secret")
    )
    assert right._hub.store is not wrong._hub.store
    server = Server()
    await case.kind.wait(client_of(case, server).authenticate())
    server.login = error(401)
    with pytest.raises(AuthenticationError):
        await case.kind.wait(
            client_of(
                case, server, grant_client_id="client-id", grant_client_secret="wrong"
            ).authenticate()
        )


async def test_a_line_about_a_retry_has_no_body_in_it(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server(httpx.Response(503, headers={"retry-after": "1"}), PAGE)
    with caplog.at_level(logging.DEBUG):
        await case.kind.wait(
            client_of(case, server).metadata.contents.store(
                "acme", {"name": "c1", "password": "hunter2"}
            )
        )
    assert "attempt 2" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("status", [301, 303, 307])
async def test_a_redirect_elsewhere_gets_neither_token_nor_body_and_a_loop_ends(
    case: Case, status: int
) -> None:
    server = Server(httpx.Response(status, headers={"location": "https://evil.example/x"}))
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(
            client_of(case, server).metadata.contents.store("acme", {"name": "c1"})
        )
    assert [request.url.host for request in server.requests] == ["metadata.example"]
    turns = iter(range(1000))
    server = Server(
        lambda request: httpx.Response(status, headers={"location": f"/x?turn={next(turns)}"})
    )
    with pytest.raises(HTTPStatusError):
        await case.kind.wait(client_of(case, server).metadata.contents.read("acme", "acme:c1"))
    assert len(server.requests) == 6
    assert server.targets[1] == "/x?turn=0"


@pytest.mark.parametrize("want_async", [False, True])
def test_certificates_are_checked_by_default(want_async: bool) -> None:
    for options, verify in (({}, True), ({"verify": False}, False)):
        client = sequoia_factory(REGISTRY, want_async=want_async, **GRANT, **options)
        assert client._hub.wire_settings("https://registry.example").tls.verify is verify


async def test_a_strategy_is_not_changed_and_works_the_same_on_every_page_and_beside_waiting(
    case: Case,
) -> None:
    strategy = {
        "wait_gen": backoff.expo,
        "base": 3,
        "jitter": None,
        "max_tries": 3,
        "retry_when_empty_result": True,
    }
    before = dict(strategy)
    first = {"meta": {"continue": "/data/contents?continue=A"}, "contents": [{"ref": "acme:c1"}]}
    server = Server(
        {"meta": {}, "contents": []}, error(500), error(500), first, error(500), error(500), PAGE
    )
    client = client_of(case, server, backoff_strategy=strategy)
    assert len(await case.kind.collect(client.metadata.contents.browse("acme"))) == 2
    assert case.time.sleeps == [1, 1, 3, 1, 3]
    assert strategy == before


async def test_the_server_says_how_long_to_wait(case: Case) -> None:
    server = Server(httpx.Response(429, headers={"retry-after": "2"}), PAGE)
    await browse(case, client_of(case, server).metadata.contents, "acme")
    assert case.time.sleeps == [2.0]


async def test_a_stale_token_is_renewed_once_for_all(case: Case) -> None:
    server = Server(
        lambda request: (
            error(401)
            if "token-1" in request.headers["authorization"]
            else httpx.Response(200, json=PAGE)
        )
    )
    client = client_of(case, server)
    outcomes = await case.kind.together(
        lambda: client.metadata.contents.read("acme", "acme:c1"), 10
    )
    assert [outcome.status for outcome in outcomes] == [200] * 10
    assert len(server.logins) == 2


async def test_operations_at_once_do_not_share_an_id(case: Case) -> None:
    server = Server(PAGE)
    client = client_of(case, server, user_id="u", application_id="a")
    await case.kind.together(lambda: client.metadata.contents.read("acme", "acme:c1"), 20)
    assert len(set(server.correlation_ids)) == 20


async def test_a_name_that_does_not_exist_is_an_attribute_error(case: Case) -> None:
    client = client_of(case, Server(PAGE))
    listed = await browse(case, client.metadata.contents, "acme")
    for thing in (listed, listed.page, listed.linked("assets")):
        with pytest.raises(AttributeError):
            assert thing.stauts_code


async def test_a_server_that_repeats_a_page_does_not_keep_a_client_busy_for_ever(
    case: Case,
) -> None:
    server = Server({"meta": {"next": "/data/contents?page=2"}, "contents": [{"ref": "acme:c1"}]})
    with pytest.raises(ClientError, match="twice"):
        await case.kind.collect(client_of(case, server).metadata.contents.browse("acme"))
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.Response(200, html="<html>"),
        error(404),
        error(304),
    ],
)
async def test_every_failure_is_an_error_of_the_client(case: Case, fault: Any) -> None:
    with pytest.raises(ClientError):
        await case.kind.wait(
            client_of(case, Server(fault)).metadata.contents.read("acme", "acme:c1")
        )
    for everywhere in ({"registry": fault}, {"login": fault}):
        with pytest.raises(ClientError):
            await case.kind.wait(
                client_of(case, Server(PAGE, **everywhere)).metadata.contents.read(
                    "acme", "acme:c1"
                )
            )


async def test_a_text_is_not_converted(case: Case) -> None:
    assert (await browse(case, client_of(case, Server(PAGE)).metadata.contents, "acme")).resources[
        0
    ]["name"] == "P1D"


async def test_an_unused_client_is_garbage_collected(case: Case) -> None:
    client = client_of(case, Server(PAGE))
    await browse(case, client.metadata.contents, "acme")
    watched = weakref.ref(client)
    del client
    gc.collect()
    assert watched() is None
