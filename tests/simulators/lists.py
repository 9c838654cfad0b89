# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters, pages and envelopes of lists: one function per convention.

Parameters of a query that neither the filter nor the paging knows are ignored, as the servers
ignore them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.responses import PlainTextResponse

from .base import RefusalError

Record = dict[str, Any]
Query = Mapping[str, str]


class Filter(NamedTuple):
    """A filter dialect.

    Attributes:
        select: Returns the records that match a query.
        names: A pattern of the parameters that it obeys.
    """

    select: Callable[[list[Record], Query], list[Record]]
    names: str


class Paging(NamedTuple):
    """A way to cut a list into pages.

    Attributes:
        cut: Returns, for a query, a body, a default and a cap, the first record and the number of
            records.
        names: The parameters of the query that it obeys.
    """

    cut: Callable[[Query, Any, int, int], tuple[int, int]]
    names: tuple[str, ...] = ()


class Page(NamedTuple):
    """One page of a list."""

    records: list[Any]
    skip: int
    limit: int
    total: int


def value_at(record: Any, path: str) -> Any:
    """Return the value at a dotted path; `None` if there is none."""
    for key in path.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    return record


def reader(path: str) -> Callable[[Record], Any]:
    """Return a function that reads the value at a dotted path; it is fast for a plain field."""
    return (lambda item: value_at(item, path)) if "." in path else (lambda item: item.get(path))


def as_text(value: Any) -> str:
    """Return a value as a query writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _equals(value: Any, wanted: str) -> bool:
    return _in(value, (wanted,))


def _in(value: Any, wanted: Sequence[str]) -> bool:
    """Tell if a value, or one item of a list, is among the wanted ones."""
    return any(as_text(item) in wanted for item in (value if isinstance(value, list) else [value]))


TESTS: dict[str, Callable[[Any, str], bool]] = {
    "equals": _equals,
    "contains": lambda value, wanted: wanted in as_text(value),
    "starts-with": lambda value, wanted: as_text(value).startswith(wanted),
    "ends-with": lambda value, wanted: as_text(value).endswith(wanted),
    "in": lambda value, wanted: _in(value, wanted.split(",")),
    "not-in": lambda value, wanted: not _in(value, wanted.split(",")),
    "gt": lambda value, wanted: _number(value) > float(wanted),
    "gte": lambda value, wanted: _number(value) >= float(wanted),
    "lt": lambda value, wanted: _number(value) < float(wanted),
    "lte": lambda value, wanted: _number(value) <= float(wanted),
}
PAIRS = {
    "equals": "equals",
    "contains": "contains",
    "startsWith": "starts-with",
    "greaterThanEquals": "gte",
}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


# Filters


def _unfiltered(records: list[Record], query: Query) -> list[Record]:
    """Ignore every filter."""
    return records


def _bracketed(records: list[Record], query: Query) -> list[Record]:
    """Filter by `equals[field]=value`; field pairs are ignored."""
    for key, wanted in query.items():
        match = re.fullmatch(r"([a-z-]+)\[([\w.-]+)\]", key)
        if match and match.group(1) in TESTS:
            test, field = TESTS[match.group(1)], match.group(2)
            read = reader(field)
            records = [item for item in records if test(read(item), wanted)]
    return records


def _paired(records: list[Record], query: Query) -> list[Record]:
    """Filter by `equals=value&equalsField=field`; brackets are ignored."""
    for name, operator in PAIRS.items():
        wanted, field = query.get(name), query.get(f"{name}Field")
        if wanted is not None and field is not None:
            test, read = TESTS[operator], reader(field)
            records = [item for item in records if test(read(item), wanted)]
    return records


def _function_text(records: list[Record], query: Query) -> list[Record]:
    """Filter by `filter=equals({"name":"x"})`, the dialect of Gateway 4."""
    text = query.get("filter", "")
    if not text:
        return records
    match = re.fullmatch(r"(contains|equals|startswith|endswith)\((\{.*\})\)", text)
    try:
        wishes = json.loads(match.group(2)) if match else None
    except ValueError:
        wishes = None
    if match is None or wishes is None:
        # The status is assumed.
        raise RefusalError(PlainTextResponse(f"Invalid filter: {text}", 400))
    name = match.group(1)
    test = TESTS[{"startswith": "starts-with", "endswith": "ends-with"}.get(name, name)]
    for field, value in wishes.items():
        wanted, read = as_text(value), reader(field)
        records = [item for item in records if test(read(item), wanted)]
    return records


unfiltered = Filter(_unfiltered, "")
bracketed = Filter(_bracketed, rf"({'|'.join(TESTS)})\[.+\]|include|exclude|dereference")
paired = Filter(_paired, rf"({'|'.join(PAIRS)})(Field)?")
function_text = Filter(_function_text, "filter")


def ordered(records: list[Record], query: Query) -> list[Record]:
    """Sort by `sort=field&order=1|-1`."""
    field = query.get("sort")
    if not field:
        return records
    return sorted(
        records,
        key=lambda item: as_text(value_at(item, field)),
        reverse=query.get("order") in ("-1", "desc", "descending"),
    )


def projected(records: list[Record], query: Query) -> list[Record]:
    """Keep the fields that `include` names, or drop those of `exclude`; the id stays."""
    if "include" in query:
        kept = {"_id", *query["include"].split(",")}
        return [{key: item[key] for key in item if key in kept} for item in records]
    if "exclude" in query:
        dropped = set(query["exclude"].split(","))
        return [{key: item[key] for key in item if key not in dropped} for item in records]
    return records


# Pages


def _by_skip(query: Query, body: Any, default: int, cap: int) -> tuple[int, int]:
    """Page by `skip` and `limit`."""
    return _whole(query.get("skip", 0)), min(_whole(query.get("limit", default)), cap)


def _by_offset(query: Query, body: Any, default: int, cap: int) -> tuple[int, int]:
    """Page by `offset` and `limit`."""
    return _whole(query.get("offset", 0)), min(_whole(query.get("limit", default)), cap)


def _by_page(query: Query, body: Any, default: int, cap: int) -> tuple[int, int]:
    """Page by `page`, from 1, and `pageSize`."""
    size = min(_whole(query.get("pageSize", default)), cap)
    return (_whole(query.get("page", 1)) - 1) * size, size


def _in_options(query: Query, body: Any, default: int, cap: int) -> tuple[int, int]:
    """Page by `options.start` and the required `options.limit` of a body."""
    options = body.get("options") if isinstance(body, dict) else None
    limit = options.get("limit") if isinstance(options, dict) else None
    if not isinstance(options, dict) or not isinstance(limit, int) or limit < 1:
        message = "Missing Params: options.limit (integer, minimum 1)"
        raise RefusalError(PlainTextResponse(message, 400))
    return _whole(options.get("start", 0)), min(limit, cap)


def _unpaged(query: Query, body: Any, default: int, cap: int) -> tuple[int, int]:
    """Return everything at once."""
    return 0, 1_000_000_000


by_skip = Paging(_by_skip, ("skip", "limit"))
by_offset = Paging(_by_offset, ("offset", "limit"))
by_page = Paging(_by_page, ("page", "pageSize"))
in_options = Paging(_in_options)
unpaged = Paging(_unpaged)


def _whole(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise RefusalError(PlainTextResponse(f"Invalid number: {value}", 400))
    return number


# Envelopes


def bare(page: Page) -> Any:
    """Return a list."""
    return page.records


def items(page: Page) -> Any:
    """Return the envelope of Automation Studio."""
    return {
        "items": page.records,
        "skip": page.skip,
        "limit": page.limit,
        "count": len(page.records),
        "end": page.skip + len(page.records),
        "total": page.total,
        "next": None,
        "previous": None,
    }


def data(page: Page) -> Any:
    """Return the envelope of Operations Manager; `nextPageSkip` changes its type."""
    end = page.skip + len(page.records)
    return {
        "message": "Successfully retrieved",
        "data": page.records,
        "metadata": {
            "skip": page.skip,
            "limit": page.limit,
            "total": page.total,
            "nextPageSkip": end if end < page.total else None,
            "previousPageSkip": max(page.skip - page.limit, 0) if page.skip else False,
            "currentPageSize": len(page.records),
        },
    }


def results(page: Page) -> Any:
    """Return `results` and `total`."""
    return {"results": page.records, "total": page.total}


def keyed(key: str, total: str = "total") -> Callable[[Page], Any]:
    """Return an envelope with the records and the total below these keys."""
    return lambda page: {key: page.records, total: page.total}


def pages_from_one(page: Page) -> Any:
    """Return the envelope of Inventory Manager."""
    return {
        "status": "Success",
        "result": {
            "data": page.records,
            "totalRecords": page.total,
            "currentPage": page.skip // page.limit + 1 if page.limit else 1,
            "pageSize": page.limit,
            "totalPages": -(-page.total // page.limit) if page.limit else 1,
        },
    }
