# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths with slashes, the `http_*` verbs, the throttle."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    RequestError,
)
from ansible_collections.restops.clients.plugins.module_utils.keystone.paths import add_slash
from ansible_collections.restops.clients.tests.unit.support import Case
from hypothesis import given
from hypothesis import strategies as st

from .server import (
    ATTACHMENTS,
    CLUSTERS,
    TOKEN,
    URL,
    USER,
    Keystone,
    client_of,
    clusters,
    page,
    said,
)

SEGMENTS = st.lists(
    st.sampled_from(["media", "users", "1", "a b", "\u00e9", "", ".", "x.pdf"]).map(quote),
    max_size=4,
)


# Slashes


@given(SEGMENTS.map("/".join), st.none() | st.text("a=&/?%", max_size=8))
def test_every_path_ends_with_a_slash_before_its_query(path: str, query: str | None) -> None:
    given_path = path if query is None else f"{path}?{query}"
    result = add_slash(given_path)
    bare, mark, rest = result.partition("?")
    assert (mark, rest) == ("" if query is None else "?", query or "")
    assert bare.removesuffix("/") == path.removesuffix("/")
    assert bare.endswith("/") or path.lstrip("/").startswith("media/")
    assert add_slash(result) == result


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("version", "/version/"),
        ("/version/", "/version/"),
        ("", "/"),
        ("/", "/"),
        ("/research/grants?title=a/b", "/research/grants/?title=a/b"),
        ("/research/grants/?_limit=1", "/research/grants/?_limit=1"),
        ("/media/allocations/plan.pdf", "/media/allocations/plan.pdf"),
        ("media/allocations/plan.pdf?x=1", "/media/allocations/plan.pdf?x=1"),
        ("/mediator", "/mediator/"),
    ],
)
async def test_what_is_sent(case: Case, path: str, sent: str) -> None:
    server = Keystone(*[httpx.Response(200, json={})] * 3)
    client = client_of(case, server)
    await case.kind.wait(client.get(path))
    await case.kind.wait(client.http_get(path))
    await case.kind.wait(client.http_post(path, json={}))
    assert server.targets == [f"GET {sent}", f"GET {sent}", f"POST {sent}"]


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example/", "/a//b", "/a/../b", "a\\b", "/a#b", "/a\nb"],
)
async def test_a_path_stays_on_the_server(case: Case, path: str) -> None:
    server = Keystone()
    with pytest.raises(ConfigurationError):
        await case.kind.wait(client_of(case, server).http_get(path))
    assert (server.calls, server.logins) == ([], [])


# The http_* verbs


@pytest.mark.parametrize(
    "status", [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 406, 415, 422, 429, 500, 502, 503]
)
@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete"])
async def test_every_status_is_a_response(case: Case, verb: str, status: int) -> None:
    server = Keystone()
    server.script = [
        httpx.Response(
            status,
            headers={"location": "https://evil.example/"},
            content=b"" if status == 204 else b"words",
        )
    ] * 8
    client = client_of(case, server, retry={"max_tries": 2, "wait": 0})
    response = await case.kind.wait(getattr(client, f"http_{verb}")("version"))
    assert isinstance(response, httpx.Response)
    assert (response.status_code, response.content) == (status, b"" if status == 204 else b"words")
    assert response.request.method == verb.upper()
    assert str(response.url) == f"{URL}/version/"
    if status >= 400:
        with pytest.raises(httpx.HTTPStatusError, match=str(status)):
            response.raise_for_status()


async def test_a_second_401_and_an_anonymous_one_are_responses(case: Case) -> None:
    refusal = said(401, "Authentication credentials were not provided.")
    server = Keystone(refusal, refusal)
    assert (
        await case.kind.wait(client_of(case, server).http_get("/authentication/whoami"))
    ).status_code == 401
    assert (len(server.logins), len(server.calls)) == (2, 2)
    for options in ({"anonymous": True}, {"token": "another-key"}):
        server = Keystone()
        assert (
            await case.kind.wait(client_of(case, server, **options).http_post(CLUSTERS, json={}))
        ).status_code == 401
        assert (len(server.logins), len(server.calls)) == (0, 1)


async def test_throttling_that_does_not_end_in_time_is_a_response(case: Case) -> None:
    server = Keystone(
        said(429, "Request was throttled. Expected available in 600 seconds.", Retry_After="600")
    )
    response = await case.kind.wait(client_of(case, server).http_get("version"))
    assert (response.status_code, response.headers["retry-after"]) == (429, "600")
    assert case.time.sleeps == []


async def test_a_call_without_a_response_raises_an_error(case: Case) -> None:
    server = Keystone()
    server.login = httpx.Response(400, json={"non_field_errors": ["Invalid username or password."]})
    with pytest.raises(AuthenticationError, match="Invalid username or password"):
        await case.kind.wait(client_of(case, server).http_get("version"))
    with pytest.raises(RequestError):
        await case.kind.wait(
            client_of(case, Keystone(httpx.ConnectError("no")), anonymous=True, retry=1).http_get(
                "version"
            )
        )


async def test_a_request_carries_no_credentials(case: Case) -> None:
    for options in (USER, {"token": TOKEN}):
        server = Keystone(tables={CLUSTERS: clusters(1)})
        client = client_of(case, server, **options)
        await case.kind.wait(client.http_get(CLUSTERS, params={"secret_key": "mine", "_limit": 1}))
        response = await case.kind.wait(
            client.http_get(CLUSTERS, params={"secret_key": "mine", "_limit": 1})
        )
        assert server.queries[0] == {"secret_key": "mine", "_limit": "1"}
        assert set(response.request.headers) == {"host"}
        assert str(response.request.url) == f"{URL}{CLUSTERS}?secret_key=***&_limit=1"


async def test_a_response_is_returned_in_full(case: Case) -> None:
    packed = gzip.compress(b'{"id": 1}')
    headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
        ("set-cookie", "a=1; Path=/"),
        ("set-cookie", "b=2, 3; Path=/"),
    ]
    server = Keystone(
        lambda request: httpx.Response(200, headers=headers, stream=httpx.ByteStream(packed))
    )
    response = await case.kind.wait(client_of(case, server).http_get("x"))
    assert (response.json(), response.text) == ({"id": 1}, '{"id": 1}')
    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2, 3; Path=/"]
    assert response.headers["content-length"] == "9"
    assert "content-encoding" not in response.headers
    assert response.cookies["a"] == "1"
    assert response.elapsed.total_seconds() >= 0


async def test_json_bodies(case: Case) -> None:
    server = Keystone(*[httpx.Response(200)] * 4)
    client = client_of(case, server)
    for verb, body in (("post", {"a": 1}), ("put", {}), ("patch", [1]), ("post", None)):
        await case.kind.wait(getattr(client, f"http_{verb}")("x", json=body))
    assert [call.content for call in server.calls] == [b'{"a":1}', b"{}", b"[1]", b""]
    assert [call.headers.get("content-type") for call in server.calls] == [
        "application/json"
    ] * 3 + [None]


async def test_json_beside_files_becomes_form_fields(case: Case) -> None:
    server = Keystone(tables={ATTACHMENTS: []})
    client = client_of(case, server)
    for verb in ("post", "put", "patch"):
        server.script = [httpx.Response(201, json={"id": 1})]
        body = {"request": 1, "name": "plan", "note": None}
        assert (
            await case.kind.wait(
                getattr(client, f"http_{verb}")(
                    ATTACHMENTS, json=body, files={"file": ("plan.txt", b"words", "text/plain")}
                )
            )
        ).is_success
        sent = server.calls[-1]
        assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
        assert b'name="request"\r\n\r\n1\r\n' in sent.content
        assert b'name="name"\r\n\r\nplan\r\n' in sent.content
        assert (
            b'name="file"; filename="plan.txt"\r\nContent-Type: text/plain\r\n\r\nwords\r\n'
            in sent.content
        )
        assert b"note" not in sent.content


async def test_files_alone(case: Case) -> None:
    server = Keystone(httpx.Response(201, json={}))
    await case.kind.wait(
        client_of(case, server).http_post("x", files={"file": io.BytesIO(b"words")})
    )
    assert b"\r\n\r\nwords\r\n" in server.calls[0].content


async def test_a_list_beside_files_is_refused(case: Case) -> None:
    server = Keystone()
    with pytest.raises(ConfigurationError, match="must be a dict of form fields"):
        await case.kind.wait(client_of(case, server).http_post("x", json=[1], files={"file": b"x"}))
    assert not server.calls


async def test_a_timeout_is_for_one_attempt(case: Case) -> None:
    server = Keystone(httpx.Response(200))
    await case.kind.wait(client_of(case, server).http_get("version", timeout=7))
    assert server.calls[0].extensions["timeout"]["read"] == 7
    with pytest.raises(ConfigurationError, match="timeout must be"):
        await case.kind.wait(client_of(case, server).http_get("version", timeout=0))


# The throttle


def throttled(case: Case) -> Keystone:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    server.per_minute, server.clock = 300, case.time.clock
    return server


async def test_a_thousand_reads_one_after_another_complete(case: Case) -> None:
    server = throttled(case)
    client = client_of(case, server)
    for dummy in range(1000):
        assert (await case.kind.wait(client.retrieve_cluster(pk=1)))["id"] == 1
    assert case.time.sleeps == [60.0, 60.0, 60.0]
    assert (len(server.calls), len(server.logins)) == (1003, 1)


async def test_concurrent_reads_complete_if_they_have_the_time(case: Case) -> None:
    server = throttled(case)
    server.per_minute = 30
    # All threads share one clock, which the waits of each move on: the calls may see far more time
    # pass than they wait, so that only the longest times that the options allow are never used up.
    client = client_of(case, server, timeout=10**6, retry={"max_time": 10**9})
    outcomes = await case.kind.together(lambda: client.retrieve_cluster(pk=1), 100)
    assert [outcome["id"] for outcome in outcomes] == [1] * 100


async def test_a_throttled_write_waits_and_is_sent_once_more(case: Case) -> None:
    server = Keystone(said(429, "Request was throttled.", Retry_After="15"), tables={CLUSTERS: []})
    assert (await case.kind.wait(client_of(case, server).create_cluster(name="x")))["id"] == 1
    assert case.time.sleeps == [15.0]
    assert server.writes == [f"POST {CLUSTERS}"] * 2


async def test_throttling_that_lasts_too_long_is_an_error(case: Case) -> None:
    server = Keystone(
        said(429, "Request was throttled. Expected available in 600 seconds.", Retry_After="600")
    )
    client = client_of(case, server)
    with pytest.raises(
        ClientError,
        match="429 Too Many Requests: Request was throttled. Expected available in 600 seconds;"
        " the server throttles",
    ):
        await case.kind.wait(client.retrieve_cluster())
    with pytest.raises(RequestError, match="throttles this client for another 600 s"):
        await case.kind.wait(client.retrieve_cluster())
    assert len(server.calls) == 1


# Lists by the verbs that all clients have


async def test_pages_go_by_offset_in_the_order_of_ids(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(5)})
    client = client_of(case, server)
    pages = await case.kind.collect(client.pages(CLUSTERS, paginate={"page_size": 2}))
    assert [[record["id"] for record in response.records] for response in pages] == [
        [1, 2],
        [3, 4],
        [5],
    ]
    assert [(query["_offset"], query["_limit"], query["_order"]) for query in server.queries] == [
        ("0", "2", "id"),
        ("2", "2", "id"),
        ("4", "2", "id"),
    ]
    server.shape = "plain"
    assert (
        len(
            (await case.kind.collect(client.pages("allocations/clusters", {"_order": "-id"})))[
                0
            ].records
        )
        == 5
    )
    assert server.queries[-1]["_order"] == "-id"


async def test_what_ansible_may_show_has_no_history(case: Case) -> None:
    server = Keystone(tables={CLUSTERS: clusters(1)})
    client = client_of(case, server)
    answer: Any = (await case.kind.wait(client.get(CLUSTERS))).json()
    assert "_history" in answer["results"][0]
    shown = client.presentable({"json": answer, "text": "correct horse"})
    assert "_history" not in json.dumps(shown)
    assert shown["text"] == "[REDACTED]"
    assert "_history" in answer["results"][0]


async def test_a_fault_of_the_server_is_one_line(case: Case) -> None:
    with pytest.raises(ClientError) as caught:
        await case.kind.wait(client_of(case, Keystone(page(500, "Server Error (500)"))).get("/x"))
    assert str(caught.value) == (
        f"GET {URL}/x/: 500 Internal Server Error:"
        " an HTML page titled 'Server Error (500)'; see the server's log"
    )
