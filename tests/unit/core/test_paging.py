# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading lists page by page, driven by hand."""

from __future__ import annotations

import contextlib
import itertools
import json
from itertools import chain

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import paging
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Together
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


def refusal(status):
    request = Request("GET", "/list", "https://host.example/list", {})
    return HTTPStatusError(
        f"answered {status}", request=request, response=Response(status, {}, b"", request)
    )


def drive(flow):
    """Run a flow, and return what it emits."""
    emitted = []
    effect = next(flow, None)
    while effect is not None:
        outcome = None
        if isinstance(effect, Together):
            outcome = [outcome_of(inner) for inner in effect.flows]
        else:
            emitted.append(effect.value)
        try:
            effect = flow.send(outcome)
        except StopIteration:
            effect = None
    return emitted


def outcome_of(flow):
    try:
        next(flow)
    except StopIteration as stop:
        return stop.value
    except ClientError as exc:
        return exc
    raise AssertionError("a request yields no effect here")


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


def read(answers, option="auto", path="/list", params=None, body=None, styles=STYLES, **how):
    """Return the records of each page, and what was asked."""
    call, asked = answering(answers)
    wish = Paginate(option, styles, path)
    found = drive(paging.pages(call, params or {}, body, wish, **how))
    return [response.records for response in found], asked


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
def test_the_object_of_the_body_is_made_if_it_is_missing(body):
    assert read(through_body(2, "options"), path="/options", body=body)[0] == [[0, 1], []]


def test_parameters_may_stand_in_the_body_itself():
    pages, asked = read(through_body(2, ""), path="/body", body={"filter": 1})

    assert pages == [[0, 1], []]
    assert asked[0] == ({}, {"filter": 1, "limit": 3, "start": 0})
    assert read(through_body(1, ""), path="/body")[0] == [[0], []]


def test_the_paging_style_is_recognised_by_the_first_response():
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
def test_a_response_without_a_list_is_an_error(option, answer, shape):
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


def test_the_callers_total_is_used_if_the_style_is_recognised():
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
        {"items": ["a"]},
        {"items": {}},
        {"total": object()},
        {"limit": 1.5},
    ],
)
def test_an_option_that_cannot_work_is_refused(option):
    with pytest.raises(ConfigurationError, match="^paginate: "):
        Paginate(option, STYLES, "/list")


@pytest.mark.parametrize("option", [None, "", "auto", True, {}, {"style": None}])
def test_no_option_is_auto(option):
    wish = Paginate(option, STYLES, "/list")

    assert wish.recognise
    assert wish.style.name == "items"


def test_false_is_none():
    assert Paginate(False, STYLES, "/list").style.name == "none"


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
    totals=st.lists(st.none() | st.integers(-5, 50), min_size=1, max_size=8),
    size=st.none() | st.integers(1, 4),
    concurrency=st.integers(1, 3),
)
@PROPERTY
def test_reading_ends_whatever_a_server_sends(answers, totals, size, concurrency):
    script = iter(answers)
    counts = itertools.cycle(totals)

    call, asked = answering(
        lambda dummy_params, dummy_body: {"items": next(script, []), "total": next(counts)}
    )
    wish = Paginate({"style": "items", "page_size": size}, STYLES, "/list")
    with contextlib.suppress(ClientError):
        drive(paging.pages(call, {}, None, wish, concurrency=concurrency))

    assert len(asked) <= 4 * (len(answers) + 2) + 2 * paging.MAX_REREADS


@pytest.mark.parametrize("total", [None, 250])
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_list_whose_pages_look_alike_is_read_whole(total, concurrency):
    # 250 jobs of which only the status is asked for.
    def answers(params, dummy_body):
        page = [{"status": "complete"}] * 250
        return {"items": page[params["skip"] : params["skip"] + params["limit"]], "total": total}

    pages, asked = read(answers, {"page_size": 50}, concurrency=concurrency)

    assert sum(map(len, pages)) == 250
    # One question more: whether the server reads where a page is to begin.
    assert len(asked) == (6 if total else 7)


@pytest.mark.parametrize("status", [400, 404, 416])
def test_a_server_that_refuses_a_page_beyond_the_end_reads_where_pages_begin(status):
    def answers(params, dummy_body):
        if params["skip"] > 5:
            raise refusal(status)
        return {"items": [{"status": "complete"}] * 3, "total": 6}

    assert read(answers, {"limit": 6})[0] == [[{"status": "complete"}] * 3] * 2


def test_another_error_beyond_the_end_is_not_hidden():
    def answers(params, dummy_body):
        if params["skip"] > 5:
            raise refusal(500)
        return {"items": [{"status": "complete"}] * 3, "total": 9}

    with pytest.raises(HTTPStatusError):
        read(answers)


def test_a_list_that_is_not_paged_ends_when_it_comes_again():
    pages, asked = read(
        lambda dummy_params, dummy_body: {"state": "Success", "items": [{"id": 1}, {"id": 2}]}
    )

    assert pages == [[{"id": 1}, {"id": 2}]]
    assert len(asked) == 3


def test_numbered_pages_that_look_alike_are_read_whole():
    def answers(params, dummy_body):
        at = (params["page"] - 1) * 3
        page = [{"status": "complete"}] * 7
        return {"result": {"data": page[at : at + 3], "totalRecords": 7}}

    pages, asked = read(answers, path="/numbered/devices")

    assert [len(page) for page in pages] == [3, 3, 1]
    assert len(asked) == 4


class Changing:
    """A list by skip and limit, of which records are deleted or added while it is read.

    Args:
        count: Records at the beginning.
        changes: Number of a request to what is done to the list after it.
        numbered: Pages are counted.
    """

    def __init__(self, count, changes, numbered=False):
        self.rows = [{"id": number} for number in range(count)]
        self.changes = dict(changes)
        self.numbered = numbered
        self.requests = 0

    def __call__(self, params, dummy_body):
        size = int(params["pageSize" if self.numbered else "limit"])
        start = (int(params["page"]) - 1) * size if self.numbered else int(params["skip"])
        total, page = len(self.rows), self.rows[start : start + size]
        self.requests += 1
        self.changes.get(self.requests, lambda dummy: None)(self.rows)
        if self.numbered:
            return {"result": {"data": page, "totalRecords": total}}
        return {"items": page, "total": total}


def ids(pages):
    return [record["id"] for page in pages for record in page]


def delete(*positions):
    def change(rows):
        for position in sorted(positions, reverse=True):
            del rows[position : position + 1]

    return change


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("positions", [(0,), (0, 1, 2), (2, 7), (19,), (8, 9, 10, 11)])
@pytest.mark.parametrize("after", [1, 2, 3])
def test_no_record_is_missed_if_others_are_deleted(numbered, positions, after):
    server = Changing(20, {after: delete(*positions)}, numbered)

    pages, dummy = read(server, path="/numbered/x" if numbered else "/list")

    found = ids(pages)
    assert len(found) == len(set(found))
    assert {row["id"] for row in server.rows} <= set(found)
    assert all(pages)


def test_a_list_that_loses_records_again_and_again_is_read_whole():
    server = Changing(60, {number: delete(0) for number in range(1, 20)})

    found = ids(read(server)[0])

    assert {row["id"] for row in server.rows} <= set(found)
    assert len(found) == len(set(found))


def test_a_list_that_grows_in_front_gives_no_record_twice():
    server = Changing(9, {1: lambda rows: rows.insert(0, {"id": 100})})

    assert ids(read(server)[0]) == list(range(9))


def test_equal_records_are_rather_given_twice_than_missed():
    rows = [{"status": "complete"}] * 9

    def answers(params, dummy_body):
        page, total = rows[params["skip"] : params["skip"] + params["limit"]], len(rows)
        if total == 9:
            del rows[0]
        return {"items": page, "total": total}

    assert sum(map(len, read(answers)[0])) >= 9


def test_a_list_that_only_shrinks_is_an_error_in_the_end():
    totals = itertools.count(1000, -3)

    def answers(params, dummy_body):
        return {"items": [{"id": params["skip"] + at} for at in range(3)], "total": next(totals)}

    with pytest.raises(ClientError, match="shrinks faster than it can be read"):
        read(answers)


def test_reading_does_not_go_back_beyond_where_it_began():
    server = Changing(12, {1: delete(0, 1, 2, 3, 4, 5)})

    found = ids(read(server, params={"skip": 3})[0])

    assert set(found) >= {row["id"] for row in server.rows[3:]}


@pytest.mark.parametrize("count", [0, 1, 3, 4, 12, 13, 30])
def test_several_pages_are_read_at_a_time_in_order(count):
    pages, asked = read(listing(count), concurrency=4)

    assert list(chain.from_iterable(pages)) == list(range(count))
    assert len(asked) == max(-(-count // 3), 1)


def test_a_short_page_is_followed_by_the_one_that_begins_after_it():
    short = iter([3, 3, 1, 3, 3, 3, 3, 3, 3])

    def answers(params, dummy_body):
        start = params["skip"]
        return {"items": list(range(12))[start : start + next(short)], "total": 12}

    assert list(chain.from_iterable(read(answers, concurrency=3)[0])) == list(range(12))


def test_an_error_of_one_of_several_pages_is_raised():
    def answers(params, dummy_body):
        if params["skip"] == 6:
            raise refusal(500)
        return listing(12)(params, None)

    with pytest.raises(HTTPStatusError):
        read(answers, concurrency=4)


def test_a_record_that_is_known_by_its_key_comes_once():
    pages, dummy = read(
        lambda params, dummy_body: {
            "items": [{"id": at // 2, "n": at} for at in range(6)][params["skip"] :][:3],
            "total": 6,
        },
        key=lambda record: record["id"],
    )

    assert ids(pages) == [0, 1, 2]


def test_a_position_may_be_wanted_as_text():
    style = PageStyle(
        "texts", "list", total=("total",), offset="start", limit="limit", body="options", text=True
    )
    assert style.build_request(0, None, {}, None)[1] == {"options": {"limit": 100, "start": "0"}}
    assert style.build_request(100, 5, {}, {"options": {"x": 1}})[1] == {
        "options": {"limit": 5, "x": 1, "start": "100"}
    }
    assert style.build_request(0, None, {}, None)[0] == {}


@pytest.mark.parametrize("key", ["options", ""])
@pytest.mark.parametrize("start", [4, "4"])
def test_reading_begins_where_the_callers_body_says(key, start):
    pages, dummy = read(
        through_body(6, key),
        path="/options" if key else "/body",
        body={"options": {"start": start}} if key else {"start": start},
    )

    assert pages == [[4, 5], []]


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("auto", "give paginate: {items: <dotted path>}, or none"),
        ("none", "give paginate: {style: none, items: <dotted path>}, or leave paginate out"),
    ],
)
def test_the_error_for_a_response_without_a_list_has_advice_that_was_not_taken(option, advice):
    with pytest.raises(ClientError) as caught:
        read(lambda dummy_params, dummy_body: {"count": 1}, option)

    assert caught.value.message.endswith(
        f"a response with the keys count is not a list that can be paged; {advice}"
    )


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
    assert style.build_request(0, None, {}, None)[0] == {
        "_limit": 100,
        "_order": "id",
        "_offset": 0,
    }
    assert style.build_request(0, None, {"_order": "name"}, None)[0]["_order"] == "name"


def test_a_link_that_comes_twice_is_an_error():
    def call(dummy_params, dummy_body):
        yield from ()
        return answer()

    def follow(dummy_link):
        yield from ()
        return answer()

    def answer():
        return Response(
            200,
            {},
            b'{"meta": {"next": "/data/things?cursor=1"}, "things": [1]}',
            Request("GET", "/x", "https://host.example/x", {}),
        )

    with pytest.raises(ClientError, match="the same link twice"):
        drive(paging.pages(call, {}, None, Paginate("linked", (LINKED,), "/x"), follow))


def test_linked_pages_may_look_alike():
    call, follow, dummy = linked([1, 1], [1, 1], [1])

    pages = drive(paging.pages(call, {}, None, Paginate("linked", (LINKED,), "/x"), follow))

    assert [page.records for page in pages] == [[1, 1], [1, 1], [1]]


@pytest.mark.parametrize("path", [None, ["/x"]])
def test_a_path_is_a_text(path):
    with pytest.raises(ConfigurationError, match="^path "):
        Paginate("auto", STYLES, path)


def test_a_place_may_be_a_number():
    assert read(lambda dummy_params, dummy_body: [[1, 2], [3]], {"style": "none", "items": 1})[
        0
    ] == [[3]]
