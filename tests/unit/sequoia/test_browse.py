# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists page by page, in both styles, and what is linked to them."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.criteria import (
    Criteria,
    Inclusion,
    StringExpressionFactory,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.errors import (
    LinkedFailure,
    LinkedResourceError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.paging import open_ends
from ansible_collections.restops.clients.plugins.module_utils.sequoia.response import (
    ResourceResponse,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .support import Server, browse, client_of, error


class Pages:
    """Contents in numbered pages or, with `continue=true`, behind cursors."""

    def __init__(
        self,
        total: int,
        size: int = 2,
        *,
        cap: int = 1000,
        shows_next: bool = False,
        counts: bool = True,
    ) -> None:
        self.total = total
        self.size = size
        self.cap = cap
        self.shows_next = shows_next
        self.counts = counts

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(parse_qsl(request.url.query.decode()))
        size = int(query.get("perPage", self.size))
        page = int(query.get("page", 1))
        if "continue" in query:
            start = 0 if query["continue"] == "true" else int(query["continue"])
            meta: dict[str, Any] = {"perPage": size}
            if start + size < self.total:
                meta["continue"] = (
                    f"/data/contents?continue={start + size}&owner=acme&perPage={size}"
                )
        else:
            if page > self.cap:
                return error(400, "page is invalid")
            start = (page - 1) * size
            meta = {
                "perPage": size,
                "page": page,
                "first": f"/data/contents?owner=acme&page=1&perPage={size}",
            }
            if start + size < self.total and (page < self.cap or self.shows_next):
                meta["next"] = f"/data/contents?owner=acme&page={page + 1}&perPage={size}"
        if "count" in query and self.counts:
            meta["totalCount"] = self.total
        return httpx.Response(
            200,
            json={
                "meta": meta,
                "contents": [
                    {"ref": f"acme:c{number}"}
                    for number in range(start, min(start + size, self.total))
                ],
            },
        )


def contents(case: Case, server: Server, **options: Any) -> Any:
    return client_of(case, server, **options).metadata.contents


def refs(pages: Any) -> list[str]:
    return [item["ref"] for page in pages for item in page.resources]


# The query

BY_REF = (
    Criteria()
    .add_criterion(StringExpressionFactory.field("ref").equal_to("acme:c 1"))
    .add_inclusion(Inclusion.resource("assets").fields("ref", "name"))
)


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({}, "/data/contents?owner=acme"),
        (
            {"criteria": BY_REF},
            "/data/contents?assets.fields=name%2Cref&include=assets&owner=acme&withRef=acme%3Ac%201",
        ),
        ({"fields": ["ref", "name"]}, "/data/contents?fields=name%2Cref&owner=acme"),
        ({"fields": "ref,name"}, "/data/contents?fields=name%2Cref&owner=acme"),
        (
            {"query_string": "continue=true&perPage=2"},
            "/data/contents?continue=true&perPage=2&owner=acme",
        ),
        ({"query_string": "?withRef=a||b"}, "/data/contents?withRef=a%7C%7Cb&owner=acme"),
        (
            {
                "query_string": "perPage=2",
                "criteria": Criteria().add_inclusion(Inclusion.resource("z")),
            },
            "/data/contents?perPage=2&include=z&owner=acme",
        ),
        ({"query_string": "owner=other&perPage=2"}, "/data/contents?owner=other&perPage=2"),
        ({"query_string": "", "fields": []}, "/data/contents?owner=acme"),
    ],
)
async def test_the_query_of_page_one(case: Case, arguments: dict[str, Any], target: str) -> None:
    server = Server({"meta": {}, "contents": []})
    await browse(case, contents(case, server), "acme", **arguments)
    assert server.targets == [target]


@pytest.mark.parametrize(
    "arguments",
    [
        {"query_string": "a#b"},
        {"criteria": "x"},
        {"prefetch_pages": 0},
        {"prefetch_pages": True},
        {"prefetch_pages": "2"},
    ],
)
def test_what_cannot_be_asked(case: Case, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        contents(case, Server()).browse("acme", **arguments)


# Pages


@pytest.mark.parametrize("query", [None, "continue=true", "continue=true&perPage=3"])
@pytest.mark.parametrize("total", [0, 1, 2, 3, 4, 7])
async def test_all_pages(case: Case, query: str | None, total: int) -> None:
    server = Server(Pages(total))
    pages = await case.kind.collect(contents(case, server).browse("acme", query_string=query))
    assert refs(pages) == [f"acme:c{number}" for number in range(total)]
    assert (
        len(server.requests)
        == len(pages)
        == max(-(-total // (3 if query and "3" in query else 2)), 1)
    )


async def test_as_an_object_it_is_page_one(case: Case) -> None:
    server = Server(Pages(5))
    page = await browse(case, contents(case, server), "acme")
    assert page.resources == page.json == [{"ref": "acme:c0"}, {"ref": "acme:c1"}]
    assert (page.status, page.data["meta"]["page"], page.model, page.page.meta["page"]) == (
        200,
        1,
        None,
        1,
    )
    assert len(server.requests) == 1
    assert repr(page).endswith("Browse metadata contents>")


async def test_an_asynchronous_browse_says_that_nothing_is_read_yet() -> None:
    from ansible_collections.restops.clients.tests.unit.support import Tasks

    case = Case(Tasks())
    server = Server(Pages(5))
    listed = contents(case, server).browse("acme")
    for found in (listed, listed.linked("assets")):
        with pytest.raises(ClientError, match="await it, or iterate over it"):
            assert found.resources
    assert await case.kind.wait(listed) is listed
    assert await case.kind.wait(listed) is listed
    assert listed.status == 200
    assert len(server.requests) == 1


async def test_iterating_goes_on_from_page_one_and_each_further_iteration_reads_again(
    case: Case,
) -> None:
    server = Server(Pages(5))
    listed = await browse(case, contents(case, server), "acme")
    assert len(refs(await case.kind.collect(listed))) == 5
    assert len(server.requests) == 3
    assert listed.resources == [{"ref": "acme:c4"}]
    assert len(refs(await case.kind.collect(listed))) == 5
    assert len(server.requests) == 6
    assert len(set(server.correlation_ids)) == 1


async def test_leaving_early_reads_no_more(case: Case) -> None:
    server = Server(Pages(50))
    await case.kind.wait(first(case, contents(case, server).browse("acme")))
    assert len(server.requests) == 1


def first(case: Case, pages: Any) -> Any:
    if not case.kind.want_async:
        return next(iter(pages))

    async def one() -> Any:
        return await pages.__aiter__().__anext__()

    return one()


async def test_links_stay_below_the_service(case: Case) -> None:
    server = Server(Pages(3))
    await case.kind.collect(client_of(case, server).workflow.contents.browse("acme"))
    assert server.targets == [
        "/workflow/data/contents?owner=acme",
        "/workflow/data/contents?owner=acme&page=2&perPage=2",
    ]


@pytest.mark.parametrize("key", ["next", "continue"])
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/data/contents?page=2",
        "data/contents?page=2",
        7,
        "//evil.example/data",
        "/data/../../x",
    ],
)
async def test_a_link_that_leads_elsewhere_is_not_followed(case: Case, key: str, link: Any) -> None:
    server = Server({"meta": {key: link}, "contents": [{"ref": "acme:c1"}]})
    with pytest.raises(ClientError):
        await case.kind.collect(contents(case, server).browse("acme"))
    assert [request.url.host for request in server.requests] == ["metadata.example"]


async def test_with_both_links_next_is_followed(case: Case) -> None:
    both = {
        "meta": {"next": "/data/contents?page=2", "continue": "/data/contents?continue=x"},
        "contents": [{"ref": "a:b"}],
    }
    server = Server(both, {"meta": {}, "contents": []})
    await case.kind.collect(contents(case, server).browse("acme"))
    assert server.targets[1] == "/data/contents?page=2"


async def test_a_link_that_comes_again_is_an_error(case: Case) -> None:
    server = Server({"meta": {"next": "/data/contents?page=2"}, "contents": [{"ref": "a:b"}]})
    with pytest.raises(
        ClientError, match="the same link to the next page twice: /data/contents\\?page=2"
    ):
        await case.kind.collect(contents(case, server).browse("acme"))
    assert len(server.requests) == 2


async def test_an_empty_page_is_the_last(case: Case) -> None:
    server = Server(
        lambda request: httpx.Response(
            200,
            json={
                "meta": {"next": f"/data/contents?page={len(server.requests) + 1}"},
                "contents": [],
            },
        )
    )
    assert len(await case.kind.collect(contents(case, server).browse("acme"))) == 1


async def test_a_response_without_meta_is_the_last_page(case: Case) -> None:
    for answer in ({"contents": [{"ref": "a:b"}]}, {"meta": None, "contents": [{"ref": "a:b"}]}):
        assert len(await case.kind.collect(contents(case, Server(answer)).browse("acme"))) == 1


async def test_an_error_on_a_later_page_is_raised_there(case: Case) -> None:
    server = Server(
        {"meta": {"next": "/data/contents?page=2"}, "contents": [{"ref": "a:b"}]}, error(400)
    )
    with pytest.raises(HTTPStatusError):
        await case.kind.collect(contents(case, server).browse("acme"))


# The last numbered page


@pytest.mark.parametrize("shows_next", [True, False])
@pytest.mark.parametrize("counts", [True, False])
async def test_numbered_pages_that_end_too_early_are_an_error(
    case: Case, shows_next: bool, counts: bool
) -> None:
    server = Server(Pages(300, cap=100, shows_next=shows_next, counts=counts))
    with pytest.raises(
        ClientError, match="no page after page 100 of contents.*query_string='continue=true'"
    ):
        await case.kind.collect(contents(case, server).browse("acme"))
    assert len(server.requests) == 101


async def test_numbered_pages_that_end_where_the_list_ends_are_whole(case: Case) -> None:
    server = Server(Pages(200, cap=100))
    query = "page=99&withType=a%7C%7Cb&include=assets&assets.fields=ref"
    assert refs(
        await case.kind.collect(contents(case, server).browse("acme", query_string=query))
    ) == [f"acme:c{number}" for number in range(196, 200)]
    assert server.targets[-1] == "/data/contents?withType=a%7C%7Cb&owner=acme&count=true&perPage=1"
    server = Server(Pages(199, cap=100))
    assert len(refs(await case.kind.collect(contents(case, server).browse("acme")))) == 199
    assert len(server.requests) == 100


async def test_cursors_have_no_such_end(case: Case) -> None:
    server = Server(Pages(300, cap=100))
    assert (
        len(
            refs(
                await case.kind.collect(
                    contents(case, server).browse("acme", query_string="continue=true")
                )
            )
        )
        == 300
    )


# Reading ahead


@pytest.mark.parametrize("query", [None, "count=true", "continue=true", "continue=true&count=true"])
@pytest.mark.parametrize(("prefetch", "read"), [(1, 1), (2, 2), (3, 3), (4, 4), (9, 4)])
async def test_pages_are_read_ahead(
    case: Case, query: str | None, prefetch: int, read: int
) -> None:
    server = Server(Pages(7))
    listed = await browse(
        case, contents(case, server), "acme", query_string=query, prefetch_pages=prefetch
    )
    assert len(server.requests) == read
    assert listed.resources == [{"ref": "acme:c0"}, {"ref": "acme:c1"}]
    assert refs(await case.kind.collect(listed)) == [f"acme:c{number}" for number in range(7)]
    assert len(server.requests) == 4


async def test_pages_are_read_side_by_side_where_their_number_is_known(case: Case) -> None:
    server = Server(Pages(7))
    barrier = threading.Barrier(2, timeout=600)

    def meeting(request: httpx.Request) -> httpx.Response:
        if "page" in dict(request.url.params):
            barrier.wait()
        return server.answer(request)

    arrived = asyncio.Event()

    async def async_meeting(request: httpx.Request) -> httpx.Response:
        answer = server.answer(request)
        if "page" in dict(request.url.params):
            if len(server.requests) == 3:
                arrived.set()
            await asyncio.wait_for(arrived.wait(), 600)
        return answer

    server.transport = httpx.MockTransport(async_meeting if case.kind.want_async else meeting)
    listed = await browse(
        case, contents(case, server), "acme", query_string="count=true", prefetch_pages=3
    )
    assert sorted(query.get("page", "1") for query in server.queries) == ["1", "2", "3"]
    assert listed.page.meta["page"] == 1


async def test_an_error_while_reading_ahead_is_raised(case: Case) -> None:
    whole = Pages(7)
    server = Server(lambda request: error(404) if "page=3" in str(request.url) else whole(request))
    for query in (None, "count=true"):
        with pytest.raises(HTTPStatusError):
            await browse(case, contents(case, server), "acme", query_string=query, prefetch_pages=4)


# Memory


async def test_a_hundred_thousand_items_are_two_pages_in_memory(case: Case) -> None:
    pages, most, read = Pages(100_000, 100), [0], [0]

    def answer(request: httpx.Request) -> httpx.Response:
        read[0] += 1
        if read[0] % 100 == 50:
            # The page that this request is for will be one more.
            most[0] = max(
                most[0],
                1
                + sum(
                    isinstance(thing, ResourceResponse) and thing.key == "contents"
                    for thing in gc.get_objects()
                ),
            )
        return pages(request)

    gc.collect()
    listed = contents(case, Server(answer)).browse("acme", query_string="continue=true&perPage=100")
    assert await count(case, listed) == 100_000
    assert (read[0], most[0]) == (1000, 2)


async def count(case: Case, pages: Any) -> int:
    total = 0
    if not case.kind.want_async:
        for page in pages:
            total += len(page.resources)
        return total
    async for page in pages:
        total += len(page.resources)
    return total


# Linked resources


def linked_page(
    number: int, more: bool, entries: list[Any], items: list[str] | None
) -> dict[str, Any]:
    meta: dict[str, Any] = {"linked": {"assets": entries}}
    if more:
        meta["next"] = f"/data/contents?page={number + 1}"
    page: dict[str, Any] = {"meta": meta, "contents": [{"ref": f"acme:c{number}"}]}
    return (
        page
        if items is None
        else {**page, "linked": {"assets": [{"name": name} for name in items]}}
    )


def chain(cursor: str, following: str | None = None) -> dict[str, Any]:
    entry = {"perPage": 2, "request": f"/data/assets?continue={cursor}&withContentRef=acme%3Ac1"}
    return (
        entry
        if following is None
        else {
            **entry,
            "continue": f"/data/assets?continue={following}&withContentRef=acme%3Ac1&perPage=2",
        }
    )


def names(lists: list[Any]) -> list[list[str]]:
    return [[item["name"] for item in found] for found in lists]


@pytest.mark.parametrize(
    ("entries", "ends"),
    [
        ([], []),
        ([chain("true")], []),
        ([chain("true", "AAA%3D"), chain("AAA%3D", "BBB%3D")], ["BBB="]),
        ([chain("true", "AAA%3D"), chain("AAA=")], []),
        (
            [chain("true", "A1"), chain("true", "B1"), chain("B1", "B2"), chain("true")],
            ["A1", "B2"],
        ),
        ([chain("true", "A1"), chain("true", "A1")], ["A1"]),
    ],
)
def test_the_ends_of_chains(entries: list[Any], ends: list[str]) -> None:
    assert [
        dict(parse_qsl(link.partition("?")[2]))["continue"] for link in open_ends(entries)
    ] == ends


def test_the_ends_of_numbered_chains() -> None:
    link = "/data/assets?withContentRef=acme%3Ac1&page={}&perPage=2"
    entries = [
        {"page": page, "request": link.format(page), "next": link.format(page + 1)}
        for page in (1, 2)
    ]
    assert open_ends(entries) == [link.format(3)]
    assert (
        open_ends([*entries, {"request": "/data/assets?page=3&perPage=2&withContentRef=acme:c1"}])
        == []
    )


def chained(request: httpx.Request) -> httpx.Response:
    """Answer with three pages of contents, whose assets are in several chains."""
    query = dict(parse_qsl(request.url.query.decode()))
    if request.url.path == "/data/contents":
        page = int(query.get("page", 1))
        entries = [[chain("true", "P1"), chain("true", "Q1")], [], [chain("true", "R1")]][page - 1]
        return httpx.Response(
            200, json=linked_page(page, page < 3, entries, [["a1", "a2"], [], ["a7"]][page - 1])
        )
    assert query["owner"] == "acme"
    extra = {
        "P1": (["a3"], "P2"),
        "P2": (["a4"], None),
        "Q1": (["a5", "a6"], None),
        "R1": ([], "R2"),
    }[query["continue"]]
    meta = {"continue": f"/data/assets?continue={extra[1]}&owner=acme"} if extra[1] else {}
    return httpx.Response(200, json={"meta": meta, "assets": [{"name": name} for name in extra[0]]})


async def test_linked_resources_of_every_page_with_the_chains_of_each(case: Case) -> None:
    server = Server(chained)
    found = await case.kind.collect(contents(case, server).browse("acme").linked("assets"))
    assert names(found) == [["a1", "a2"], ["a3"], ["a4"], ["a5", "a6"], ["a7"]]
    assert len(server.requests) == 7
    assert (
        server.targets[1]
        == "/data/assets?continue=P1&withContentRef=acme%3Ac1&perPage=2&owner=acme"
    )
    assert server.targets[2] == "/data/assets?continue=P2&owner=acme"


async def test_as_an_object_linked_is_that_of_page_one(case: Case) -> None:
    server = Server(linked_page(1, True, [], ["a1"]))
    listed = await browse(case, contents(case, server), "acme")
    for found in (
        listed.linked("assets"),
        await case.kind.wait(listed.linked("assets"))
        if case.kind.want_async
        else listed.linked("assets"),
    ):
        assert found.resources == [{"name": "a1"}]
    assert listed.linked("others").resources is None
    assert len(server.requests) == 1


async def test_a_response_without_linked_gives_no_lists(case: Case) -> None:
    for answer in (
        linked_page(1, False, [], None),
        {"meta": {"linked": {"assets": 7}}, "contents": [{"ref": "a:b"}], "linked": {"assets": 7}},
    ):
        assert (
            await case.kind.collect(contents(case, Server(answer)).browse("acme").linked("assets"))
            == []
        )


async def test_a_relationship_and_its_resource_may_have_different_names(case: Case) -> None:
    entry = {
        "request": "/data/flow-offers?continue=true",
        "continue": "/data/flow-offers?continue=A",
    }
    page = {
        "meta": {"linked": {"scopeOffers": [entry]}},
        "contents": [{"ref": "a:b"}],
        "linked": {"scopeOffers": [{"name": "o1"}]},
    }
    for name in ("scopeOffers", "scope-offers", "scope_offers"):
        server = Server(page, {"meta": {}, "flowOffers": [{"name": "o2"}]})
        assert names(
            await case.kind.collect(contents(case, server).browse("acme").linked(name))
        ) == [
            ["o1"],
            ["o2"],
        ]
        assert server.targets[1] == "/data/flow-offers?continue=A&owner=acme"


async def test_a_chain_that_goes_in_circles_is_an_error(case: Case) -> None:
    again = {"meta": {"continue": "/data/assets?continue=A&owner=acme"}, "assets": [{"name": "a2"}]}
    server = Server(linked_page(1, False, [chain("true", "A")], ["a1"]), again, again)
    with pytest.raises(ClientError, match="twice"):
        await case.kind.collect(contents(case, server).browse("acme").linked("assets"))


FAILED = {"statusCode": 404, "error": "Not Found", "request": "/data/assets/acme:a1"}
WORDLESS = {"error": "Bad Request", "message": "fields is invalid", "request": "/data/assets?x"}


@pytest.mark.parametrize(
    ("entry", "failure"),
    [
        (FAILED, LinkedFailure("assets", 404, "Not Found", "/data/assets/acme:a1")),
        (WORDLESS, LinkedFailure("assets", None, "fields is invalid", "/data/assets?x")),
        ({"statusCode": 503}, LinkedFailure("assets", 503, "failed", "")),
    ],
)
async def test_failures_inside_a_success_are_not_silent(
    case: Case, entry: Any, failure: LinkedFailure, caplog: pytest.LogCaptureFixture
) -> None:
    answer = linked_page(1, False, [{"request": "/data/assets?a"}, entry], None)
    with caplog.at_level(logging.WARNING):
        listed = await browse(case, contents(case, Server(answer)), "acme")
    status = "" if failure.status_code is None else f" with {failure.status_code}"
    line = f"reading the linked assets failed{status} on the server: {failure.message}"
    assert line in caplog.text
    assert listed.page.linked_failures == (failure,)
    with pytest.raises(LinkedResourceError, match=failure.message) as caught:
        assert listed.linked("assets").resources
    assert caught.value.failures == (failure,)
    with pytest.raises(LinkedResourceError):
        await case.kind.collect(listed.linked("assets"))
    assert await case.kind.collect(listed.linked("categories")) == []


async def test_failures_can_be_collected(case: Case) -> None:
    pages = [
        linked_page(1, True, [FAILED], None),
        linked_page(2, True, [], ["a1"]),
        linked_page(3, False, [WORDLESS], None),
    ]
    linked = contents(case, Server(*pages)).browse("acme").linked("assets", raise_on_error=False)
    assert names(await case.kind.collect(linked)) == [["a1"]]
    assert [failure.status_code for failure in linked.failures] == [404, None]


async def test_complete_pages_have_all_that_is_linked_to_them_and_are_read_once(case: Case) -> None:
    server = Server(chained)
    including = (
        Criteria()
        .add(inclusion=Inclusion.resource("assets"))
        .add(inclusion=Inclusion.resource("offers"))
    )
    pages = await case.kind.collect(contents(case, server).browse("acme", including).complete())
    assert refs(pages) == ["acme:c1", "acme:c2", "acme:c3"]
    assert names([page.linked("assets") for page in pages]) == [
        ["a1", "a2", "a3", "a4", "a5", "a6"],
        [],
        ["a7"],
    ]
    assert [page.linked("offers") for page in pages] == [[], [], []]
    assert pages[0].meta["next"] == "/data/contents?page=2"
    assert (pages[0].status, pages[0].response.attempts) == (200, 1)
    assert len(server.requests) == 7


async def test_complete_pages_of_what_includes_nothing_are_the_pages(case: Case) -> None:
    listed = await browse(case, contents(case, Server(Pages(5))), "acme")
    first = listed.page
    pages = await case.kind.collect(listed.complete())
    assert pages[0] is first
    assert refs(pages) == [f"acme:c{number}" for number in range(5)]
    assert listed.page is pages[2]


async def test_models_of_complete_pages_are_complete(case: Case) -> None:
    relation = {"type": "indirect", "resourceType": "assets", "filterName": "withContentRef"}
    descriptor = {"resourcefuls": {"contents": {"relationships": {"assets": relation}}}}
    answers = {
        "/descriptor/raw": descriptor,
        "/data/contents": linked_page(1, False, [chain("true", "A")], []),
        "/data/assets": {"meta": {}, "assets": [{"ref": "acme:a1", "contentRef": "acme:c1"}]},
    }
    server = Server(lambda request: httpx.Response(200, json=answers[request.url.path]))
    including = Criteria().add(inclusion=Inclusion.resource("assets"))
    (page,) = await case.kind.collect(
        contents(case, server, model_resolution=True).browse("acme", including).complete()
    )
    assert page.model == [
        {"ref": "acme:c1", "assets": [{"ref": "acme:a1", "contentRef": "acme:c1"}]}
    ]


async def test_failures_of_complete_pages_are_raised_or_told(case: Case) -> None:
    server = Server(linked_page(1, True, [FAILED], None), linked_page(2, False, [], ["a1"]))
    including = Criteria().add(inclusion=Inclusion.resource("assets"))
    with pytest.raises(
        LinkedResourceError,
        match="reading the linked assets failed with 404 on the server: Not Found",
    ) as caught:
        await case.kind.collect(contents(case, server).browse("acme", including).complete())
    assert caught.value.failures[0].status_code == 404
    server = Server(linked_page(1, True, [FAILED], None), linked_page(2, False, [], ["a1"]))
    pages = await case.kind.collect(
        contents(case, server).browse("acme", including).complete(raise_on_error=False)
    )
    assert names([page.linked("assets") for page in pages]) == [[], ["a1"]]
    assert [len(page.linked_failures) for page in pages] == [1, 0]


async def test_a_complete_page_that_is_no_object_is_left_as_it_is(case: Case) -> None:
    including = Criteria().add(inclusion=Inclusion.resource("assets"))
    (page,) = await case.kind.collect(
        contents(case, Server(httpx.Response(200, json=[1]))).browse("acme", including).complete()
    )
    assert page.resources == [1]


async def test_a_success_with_a_status_is_no_failure(case: Case) -> None:
    listed = await browse(
        case,
        contents(
            case,
            Server(
                linked_page(1, False, [{"statusCode": 200, "request": "/x"}, "nonsense"], ["a1"])
            ),
        ),
        "acme",
    )
    assert listed.page.linked_failures == ()
    assert listed.linked("assets").resources == [{"name": "a1"}]


async def test_a_login_that_is_refused_between_two_pages_is_not_the_servers_bound(
    case: Case,
) -> None:
    def first(dummy: httpx.Request) -> httpx.Response:
        server.login = error(400, "unknown client")
        meta = {"page": 100, "perPage": 1, "next": "/data/contents?page=101"}
        return httpx.Response(200, json={"meta": meta, "contents": [{"ref": "a:b"}]})

    server = Server(first, error(401))
    with pytest.raises(AuthenticationError, match="unknown client"):
        await case.kind.collect(await browse(case, contents(case, server), "acme"))
