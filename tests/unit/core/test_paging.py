# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading lists page by page, driven by hand."""

from __future__ import annotations

import contextlib
import json
from itertools import chain

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import paging
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Emit
from ansible_collections.restops.clients.plugins.module_utils.core.http import Request, Response
from ansible_collections.restops.clients.plugins.module_utils.core.paging import PageStyle, Paginate
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(deadline=None)

ITEMS = PageStyle("items", "items", total=("total",), offset="skip", limit="limit", page_size=3)
DATA = PageStyle(
    "data", "data", total=("meta.total_count", "meta.count"), offset="skip", limit="limit"
)
NUMBERED = PageStyle(
    "numbered",
    "result.data",
    total=("result.totalRecords",),
    offset="page",
    limit="pageSize",
    page_size=3,
    first_page=1,
    paths=("/numbered/",),
)
IN_OPTIONS = PageStyle(
    "options",
    "rows",
    offset="start",
    limit="limit",
    page_size=3,
    body="options",
    paths=("/options",),
)
IN_BODY = PageStyle(
    "body", "rows", offset="start", limit="limit", page_size=3, body="", paths=("/body",)
)
BARE = PageStyle("bare", "")
STYLES = (ITEMS, DATA, NUMBERED, IN_OPTIONS, IN_BODY, BARE)


def answering(answers):
    """Return a `call` for `pages` that answers from a function of query and body, and the list of
    what it was asked."""
    asked = []

    def call(params, body):
        asked.append((dict(params), body))
        yield from ()
        return Response(
            200,
            {},
            json.dumps(answers(params, body)).encode(),
            Request("GET", "/list", "https://host.example/list", {}),
        )

    return call, asked


def read(answers, option="auto", path="/list", params=None, body=None, styles=STYLES):
    """Return the records of each page, and what was asked."""
    call, asked = answering(answers)
    effects = list(paging.pages(call, params or {}, body, Paginate(option, styles, path)))
    assert all(isinstance(effect, Emit) for effect in effects)
    return [effect.value.records for effect in effects], asked


def listing(count, key="items", total="total", most=None):
    """Serve records 0 to count - 1 by skip and limit."""

    def answers(params, dummy_body):
        skip, limit = int(params.get("skip", 0)), int(params.get("limit", 100))
        page = list(range(count))[skip : skip + min(limit, most or limit)]
        return {key: page, **({total: count} if total else {})}

    return answers


def test_pages_are_read_until_the_servers_total():
    pages, asked = read(listing(7))

    assert pages == [[0, 1, 2], [3, 4, 5], [6]]
    assert asked == [({"skip": at, "limit": 3}, None) for at in (0, 3, 6)]


def test_without_a_total_an_empty_page_ends_it():
    pages, asked = read(listing(6, total=None))

    assert pages == [[0, 1, 2], [3, 4, 5], []]
    assert len(asked) == 3


def test_an_empty_list_is_one_empty_page():
    assert read(listing(0))[0] == [[]]


def test_a_total_that_is_too_high_cannot_loop():
    def lying(params, body):
        return {**listing(4)(params, body), "total": 1000}

    assert read(lying)[0] == [[0, 1, 2], [3], []]


def test_a_page_that_shrinks_does_not_lose_records():
    pages, dummy_asked = read(listing(7, most=2))

    assert list(chain.from_iterable(pages)) == list(range(7))


def test_a_server_that_repeats_itself_is_refused():
    def deaf(dummy_params, dummy_body):
        return {"items": [1, 2, 3], "total": 9}

    with pytest.raises(ClientError, match="same page twice") as caught:
        read(deaf)

    assert caught.value.message.startswith("GET https://host.example/list: ")
    assert caught.value.request.method == "GET"
    assert caught.value.response.json()["total"] == 9


@pytest.mark.parametrize(
    ("limit", "pages", "sizes"),
    [
        (1, [[0]], [1]),
        (3, [[0, 1, 2]], [3]),
        (5, [[0, 1, 2], [3, 4]], [3, 2]),
        (99, [[0, 1, 2], [3, 4, 5], [6]], [3, 3, 3]),
    ],
)
def test_a_callers_bound_is_kept_and_no_more_is_asked_for(limit, pages, sizes):
    got, asked = read(listing(7), {"limit": limit})

    assert got == pages
    assert [params["limit"] for params, dummy_body in asked] == sizes


def test_more_than_was_asked_for_is_cut_to_the_bound():
    def generous(params, dummy_body):
        skip = params["skip"]
        return {"items": list(range(skip, skip + 5))}

    assert read(generous, {"limit": 7})[0] == [[0, 1, 2, 3, 4], [5, 6]]


def test_reading_begins_where_the_callers_parameters_say():
    pages, asked = read(listing(7), params={"skip": "4", "limit": 2, "sort": "name"})

    assert pages == [[4, 5], [6]]
    assert asked[1] == ({"skip": 6, "limit": 2, "sort": "name"}, None)


@pytest.mark.parametrize("given_offset", ["x", None, [1]])
def test_an_offset_that_is_no_number_is_refused(given_offset):
    with pytest.raises(ConfigurationError, match="^params: skip must be a whole number"):
        read(listing(7), params={"skip": given_offset})


def numbered(count, size=3):
    def answers(params, dummy_body):
        at = (int(params["page"]) - 1) * size
        return {"result": {"data": list(range(count))[at : at + size], "totalRecords": count}}

    return answers


@pytest.mark.parametrize("path", ["/numbered/devices", "numbered/devices"])
def test_numbered_pages_are_counted_from_their_first(path):
    pages, asked = read(numbered(7), path=path)

    assert pages == [[0, 1, 2], [3, 4, 5], [6]]
    assert asked == [({"page": number, "pageSize": 3}, None) for number in (1, 2, 3)]


def test_a_bound_does_not_change_the_size_of_numbered_pages():
    # With another size for the last page its number would mean other records.
    pages, asked = read(numbered(9), {"limit": 4}, path="/numbered/devices")

    assert pages == [[0, 1, 2], [3]]
    assert {params["pageSize"] for params, dummy_body in asked} == {3}


def through_body(count, key):
    def answers(params, body):
        assert params == {}
        place = body[key] if key else body
        return {"rows": list(range(count))[place["start"] : place["start"] + place["limit"]]}

    return answers


def test_parameters_may_stand_in_an_object_of_the_body():
    pages, asked = read(
        through_body(4, "options"), path="/options", body={"filter": 1, "options": {"order": 1}}
    )

    assert pages == [[0, 1, 2], [3], []]
    assert asked[1] == ({}, {"filter": 1, "options": {"limit": 3, "start": 3, "order": 1}})


@pytest.mark.parametrize("body", [None, {}, {"options": None}])
def test_the_object_of_the_body_is_made_where_it_is_missing(body):
    assert read(through_body(2, "options"), path="/options", body=body)[0] == [[0, 1], []]


def test_parameters_may_stand_in_the_body_itself():
    pages, asked = read(through_body(2, ""), path="/body", body={"filter": 1})

    assert pages == [[0, 1], []]
    assert asked[0] == ({}, {"filter": 1, "limit": 3, "start": 0})
    assert read(through_body(1, ""), path="/body")[0] == [[0], []]


def test_the_way_is_recognised_by_the_first_answer():
    pages, asked = read(listing(7, key="data", total=None))

    # The size stays that of the first question.
    assert pages == [[0, 1, 2], [3, 4, 5], [6], []]
    assert asked[1][0] == {"skip": 3, "limit": 3}


def test_a_bare_list_is_one_page():
    pages, asked = read(lambda dummy_params, dummy_body: [1, 2])

    assert pages == [[1, 2]]
    assert len(asked) == 1


def test_the_way_of_a_path_is_not_taken_by_its_looks():
    with pytest.raises(ClientError, match="not a list that can be paged"):
        read(lambda dummy_params, dummy_body: {"rows": [1]})


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ({"b": 1, "a": 2}, "the keys a, b"),
        (7, "type int"),
        (None, "type NoneType"),
        ("text", "type str"),
    ],
)
@pytest.mark.parametrize("option", ["auto", "items", "none"])
def test_an_answer_that_is_no_list_is_an_error(option, answer, shape):
    with pytest.raises(ClientError, match=shape):
        read(lambda dummy_params, dummy_body: answer, option)


def test_none_reads_one_page_as_it_comes():
    pages, asked = read(listing(7), "none")

    assert pages == [[0, 1, 2, 3, 4, 5, 6]]
    assert asked == [({}, None)]


def test_none_with_a_place_reads_the_list_there():
    assert read(
        lambda dummy_params, dummy_body: {"deep": {"er": [1]}},
        {"style": "none", "items": "deep.er"},
    )[0] == [[1]]


def test_a_style_is_taken_by_its_name():
    pages, asked = read(listing(4, key="data", total=None), "data")

    assert pages == [[0, 1, 2, 3], []]
    assert asked[0][0]["limit"] == 100


def test_the_callers_own_places_and_size_are_used():
    def answers(params, body):
        page = listing(5)(params, body)
        return {"deep": [{"list": page["items"]}], "count": 5}

    pages, asked = read(
        answers,
        {"style": "items", "items": "deep.0.list", "total": "count", "page_size": 2, "limit": None},
    )

    assert pages == [[0, 1], [2, 3], [4]]
    assert [params["limit"] for params, dummy_body in asked] == [2, 2, 2]


def test_the_callers_total_counts_where_the_way_is_recognised_too():
    pages, asked = read(
        lambda params, body: {**listing(6, total=None)(params, body), "own": 6}, {"total": "own"}
    )

    assert pages == [[0, 1, 2], [3, 4, 5]]
    assert len(asked) == 2


@pytest.mark.parametrize(
    "option",
    [
        "unknown",
        {"style": "unknown"},
        {"style": 7},
        ["items"],
        {"size": 3},
        {7: 3},
        {"page_size": 0},
        {"page_size": True},
        {"limit": -1},
        {"limit": 1.5},
    ],
)
def test_an_option_that_cannot_work_is_refused(option):
    with pytest.raises(ConfigurationError, match="^paginate: "):
        Paginate(option, STYLES, "/list")


@pytest.mark.parametrize("option", [None, "", "auto", {}, {"style": None}])
def test_no_option_is_auto(option):
    wish = Paginate(option, STYLES, "/list")

    assert wish.recognise
    assert wish.style.name == "items"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", {"a": [{"b": 1}, 2]}),
        ("a.0.b", 1),
        ("a.1", 2),
        ("a.2", None),
        ("a.-1", None),
        ("a.²", None),
        ("a.b", None),
        ("x", None),
        ("a.0.b.c", None),
    ],
)
def test_a_dotted_path_leads_through_dicts_and_lists(path, found):
    assert paging.dig({"a": [{"b": 1}, 2]}, path) == found


@given(
    count=st.integers(0, 40),
    size=st.integers(1, 10),
    most=st.integers(1, 10),
    limit=st.none() | st.integers(1, 50),
    total=st.sampled_from(["honest", "absent", "too high"]),
)
@PROPERTY
def test_every_record_is_read_once_in_order_and_reading_ends(count, size, most, limit, total):
    def answers(params, body):
        page = listing(count, total="total", most=most)(params, body)
        return {
            "items": page["items"],
            **({"honest": {"total": count}, "absent": {}, "too high": {"total": 10**9}}[total]),
        }

    option = {"page_size": size, "limit": limit}
    pages, asked = read(answers, option)

    assert list(chain.from_iterable(pages)) == list(range(count))[:limit]
    assert len(asked) <= count + 1
    # Only the last page may be empty.
    assert all(pages[:-1])


@given(count=st.integers(0, 40), size=st.integers(1, 10), limit=st.none() | st.integers(1, 50))
@PROPERTY
def test_numbered_pages_are_read_once_in_order_and_reading_ends(count, size, limit):
    pages, asked = read(
        numbered(count, size), {"page_size": size, "limit": limit}, path="/numbered/devices"
    )

    assert list(chain.from_iterable(pages)) == list(range(count))[:limit]
    assert len(asked) <= count // size + 1


@given(
    answers=st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=8),
    total=st.none() | st.integers(-5, 50),
)
@PROPERTY
def test_whatever_a_server_answers_reading_ends(answers, total):
    script = iter([*answers, []])

    call, asked = answering(
        lambda dummy_params, dummy_body: {"items": next(script), "total": total}
    )
    pages = []
    # The one other way to end is to refuse a page that comes twice.
    with contextlib.suppress(ClientError):
        pages.extend(
            effect.value.records
            for effect in paging.pages(call, {}, None, Paginate("auto", STYLES, "/list"))
        )

    assert len(asked) <= len(answers) + 1
    assert pages == [*answers, []][: len(pages)]


LINKED = PageStyle(
    "linked",
    "*",
    links=("meta.next", "meta.continue"),
    limit="perPage",
    standing={"continue": "true"},
    page_size=2,
)


def linked(*pages, link="continue"):
    """Serve pages that name the next one."""
    followed = []

    def page(number):
        meta = {link: f"/data/things?cursor={number + 1}"} if number + 1 < len(pages) else {}
        return Response(
            200,
            {},
            json.dumps({"meta": meta, "things": pages[number]}).encode(),
            Request("GET", "/data/things", "https://host.example/data", {}),
        )

    def call(params, dummy_body):
        followed.append(dict(params))
        yield from ()
        return page(0)

    def follow(address):
        followed.append(address)
        yield from ()
        return page(int(address.rpartition("=")[2]))

    return call, follow, followed


@pytest.mark.parametrize("link", ["next", "continue"])
def test_links_are_followed_to_the_last_page(link):
    call, follow, followed = linked([1, 2], [3, 4], [5], link=link)
    effects = list(
        paging.pages(
            call, {"owner": "a"}, None, Paginate("auto", (LINKED,), "/data/things"), follow
        )
    )
    assert [effect.value.records for effect in effects] == [[1, 2], [3, 4], [5]]
    assert followed == [
        {"perPage": 2, "continue": "true", "owner": "a"},
        "/data/things?cursor=1",
        "/data/things?cursor=2",
    ]


def test_a_bound_ends_the_following_of_links():
    call, follow, followed = linked([1, 2], [3, 4], [5])
    effects = list(
        paging.pages(
            call,
            {},
            None,
            Paginate({"style": "auto", "limit": 3}, (LINKED,), "/data/things"),
            follow,
        )
    )
    assert [effect.value.records for effect in effects] == [[1, 2], [3]]
    assert len(followed) == 2


@pytest.mark.parametrize("answer", [{"a": [1], "b": [2]}, {"a": 1}, [1]])
def test_the_only_list_must_be_the_only_one(answer):
    def call(dummy_params, dummy_body):
        yield from ()
        return Response(
            200, {}, json.dumps(answer).encode(), Request("GET", "/x", "https://host.example/x", {})
        )

    with pytest.raises(ClientError, match="is not a list that can be paged"):
        list(paging.pages(call, {}, None, Paginate("linked", (LINKED,), "/x")))


def test_parameters_that_paging_needs_give_way_to_the_callers_own():
    style = PageStyle(
        "ordered", "results", offset="_offset", limit="_limit", standing={"_order": "id"}
    )
    assert style.place(0, None, {}, None)[0] == {"_limit": 100, "_order": "id", "_offset": 0}
    assert style.place(0, None, {"_order": "name"}, None)[0]["_order"] == "name"
