# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No error of a client contains a secret that the client knows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.tests.unit.support import OAUTH, Case, Server

SECRET = OAUTH["client_secret"]


def page(title: str) -> httpx.Response:
    text = f"<html><head><title>{title}</title></head></html>"
    return httpx.Response(500, text=text, headers={"content-type": "text/html"})


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(page("x" * 178 + SECRET), id="at the end of a title"),
        pytest.param(page(f"{SECRET[:7]}<b>{SECRET[7:]}</b>"), id="with a tag in it"),
        pytest.param(page(SECRET.replace("-", "&#45;")), id="escaped"),
        pytest.param(
            httpx.Response(500, json={"message": "y" * 290 + SECRET}), id="where words are cut"
        ),
        pytest.param(
            httpx.Response(302, headers={"location": f"http://other/{'z' * 180}{SECRET}"}),
            id="in a location that is cut",
        ),
        pytest.param(
            httpx.Response(302, headers={"location": f"http://u:{SECRET}@other/?code=abc"}),
            id="in the user information of a location",
        ),
        pytest.param(httpx.ConnectError(f"no {SECRET}"), id="in the error of a lower layer"),
    ],
)
async def test_a_secret_is_masked_before_a_text_is_shortened(case: Case, response: Any) -> None:
    with pytest.raises(ClientError) as caught:
        await case.kind.wait(case.platform(Server(response)).get("/x", retry=1))
    for part in (SECRET, SECRET[:8], "abc"):
        assert part not in caught.value.message
        assert part not in str(caught.value)


@pytest.mark.parametrize("filler", ["", "k" * 190])
async def test_an_error_raised_outside_a_call_is_masked(case: Case, filler: str) -> None:
    server = Server(httpx.Response(200, json={filler: 1, f"{filler}{SECRET}": 2}))

    with pytest.raises(ClientError, match="is not a list") as caught:
        await case.kind.collect(case.platform(server).pages("/x"))
    assert SECRET[:8] not in str(caught.value)


async def test_a_secret_in_a_path_is_masked_in_the_error_and_its_request(case: Case) -> None:
    with pytest.raises(ClientError) as caught:
        await case.kind.wait(
            case.platform(Server(httpx.Response(404))).get(
                "/keys/{name}", path_params={"name": SECRET}
            )
        )
    error = caught.value
    assert error.request is not None
    assert SECRET not in f"{error} {error.request.path} {error.request.url}"


async def test_the_tokens_of_ended_sessions_are_forgotten(case: Case) -> None:
    unauthorized = httpx.Response(401)
    client = case.platform(Server(*[unauthorized, httpx.Response(200)] * 20))
    for dummy in range(20):
        await case.kind.wait(client.get("/x"))
        case.time.now += 300
    tokens = [value for value in client.secrets.values if value.startswith("token-")]
    assert "token-21" in tokens
    assert len(tokens) <= 4


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            httpx.RemoteProtocolError("illegal header line: 'Set-Cookie : sid=S3cret'"),
            "a header line of it is not valid HTTP",
        ),
        (
            httpx.LocalProtocolError("Illegal header value b'S3cret\\n'"),
            "the request has a header that HTTP does not allow",
        ),
        (
            UnicodeEncodeError("latin-1", "Bearer S3cret\u200b", 13, 14, "not in range"),
            "the request has a header that HTTP does not allow",
        ),
    ],
)
async def test_no_error_refers_to_one_that_has_a_header(
    case: Case, error: Exception, text: str
) -> None:
    with pytest.raises(ClientError, match=text) as caught:
        await case.kind.wait(case.platform(Server(*[error] * 3)).get("/x", retry=1))
    linked: list[BaseException] = [caught.value]
    seen: list[BaseException] = []
    while linked:
        current = linked.pop()
        seen.append(current)
        causes = (current.__cause__, current.__context__, getattr(current, "cause", None))
        linked += [each for each in causes if each is not None and each not in seen]
    assert error not in seen
