# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links to next pages are followed below the client's own address only."""

from __future__ import annotations

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.core.paging import PageStyle

from .support import Case, Server

LINKED = PageStyle("linked", "*", links=("next",), limit="perPage", page_size=2)


def page(records: list[int], link: str = "") -> httpx.Response:
    return httpx.Response(200, json={"things": records, "next": link})


@pytest.mark.parametrize(
    "link", ["/things?cursor=2", "things?cursor=2", "https://server.example/things?cursor=2"]
)
async def test_next_links_on_the_same_server_are_followed(
    case: Case, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    server = Server(page([1, 2], link), page([3]))
    monkeypatch.setattr(type(case.platform(server)), "page_styles", (LINKED,))
    client = case.platform(server)
    pages = await case.kind.collect(
        client.pages("/things", {"owner": "a"}, headers={"X-Mine": "1"})
    )
    assert [response.records for response in pages] == [[1, 2], [3]]
    assert server.paths == ["/things?perPage=2&owner=a", "/things?cursor=2"]
    assert [request.headers["x-mine"] for request in server.requests] == ["1", "1"]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/things",
        "//elsewhere.example/things",
        "https://server.example.elsewhere.example/x",
        "/../x",
    ],
)
async def test_next_links_to_another_place_are_refused(
    case: Case, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    server = Server(page([1, 2], link), page([3]))
    monkeypatch.setattr(type(case.platform(server)), "page_styles", (LINKED,))
    client = case.platform(server)
    with pytest.raises(ClientError, match="path must"):
        await case.kind.collect(client.pages("/things"))
    assert len(server.requests) == 1
