# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Keystone's lists: filters, search, order, pages (4)."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Callable, Iterable
from typing import Any

from .keystone_call import Answer, Call, RefusedError, ServerFaultError
from .keystone_schema import FIELDS, Field, Record, Resource
from .keystone_store import Store

DEFAULT_LIMIT, LIMIT_MOST = 100, 1000
Test = Callable[[Any], bool]

ANY = frozenset(("", "not_eq", "in", "not_in", "isnull"))
NUMBER = ANY | {"lt", "lte", "gt", "gte"}
TEXT = ANY | {
    "contains",
    "not_contains",
    "startswith",
    "not_startswith",
    "endswith",
    "not_endswith",
}
DAY = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "week": lambda day: day.isocalendar()[1],
    "week_day": lambda day: day.isoweekday() % 7 + 1,
}
CLOCK = {
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
}
OPERATORS = {
    "id": NUMBER,
    "whole": NUMBER,
    "money": NUMBER,
    "text": TEXT,
    "email": TEXT,
    "username": TEXT,
    "slug": TEXT,
    "choice": TEXT,
    "date": NUMBER | DAY.keys(),
    "moment": NUMBER | DAY.keys() | CLOCK.keys(),
    "flag": ANY,
    "fk": ANY,
    "plain": ANY,
}
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."
ID = Field("id", "id")


def found(
    store: Store, resource: Resource, records: Iterable[Record], query: dict[str, str]
) -> list[Record]:
    """Return the records that match all filters and the search.

    Raises:
        RefusedError: 400 for a bad value.
        ServerFaultError: This resource cannot be searched.
    """
    tests: list[tuple[str, Test]] = []
    errors: dict[str, list[str]] = {}
    for key, value in query.items():
        name, dummy, operator = key.partition("__")
        field = FIELDS[resource.model].get(name, ID if name == "id" else None)
        # Unknown and empty filters are ignored.
        if (
            field is None
            or field.write_only
            or operator not in OPERATORS.get(field.kind, ())
            or not value.strip()
        ):
            continue
        if "\0" in value and operator != "isnull":
            errors[key] = ["Null characters are not allowed."]
            continue
        try:
            test = _test(store, field, operator, value.strip())
        except ValueError as problem:
            errors[key] = [str(problem)]
        else:
            if test is not None:
                tests.append((name, test))
    if errors:
        raise RefusedError(400, errors)
    if "\0" in query.get("_search", ""):
        raise RefusedError(400, ["Null characters are not allowed."])
    chosen = [record for record in records if all(test(record[name]) for name, test in tests)]
    return _searched(store, resource, chosen, query.get("_search", ""))


def _test(store: Store, field: Field, operator: str, text: str) -> Test | None:
    if operator == "isnull":
        wanted = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
        return None if wanted is None else lambda value: (value is None) is wanted
    if operator in DAY or operator in CLOCK:
        part, number = {**DAY, **CLOCK}[operator], _number(text)
        return lambda value: value is not None and part(_moment(value)) == number
    if operator in ("in", "not_in"):
        if field.kind == "flag":
            return _list_of_flags(text)
        several = {_wanted(store, field, operator, item) for item in text.split(",") if item}
        return lambda value: (
            value is not None and (_held(field, value) in several) is (operator == "in")
        )
    sought = _wanted(store, field, operator, text)
    if sought is None:
        return None
    compare = COMPARISONS[operator.removeprefix("not_")]
    positive = not operator.startswith("not_")
    return lambda value: value is not None and compare(_held(field, value), sought) is positive


def _list_of_flags(text: str) -> None:
    """Refuse lists of booleans: one is a server error, several are no filter."""
    if text.lower() in ("true", "false", "1", "0"):
        raise ServerFaultError


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda held, sought: held == sought,
    "eq": lambda held, sought: held == sought,
    "lt": lambda held, sought: held < sought,
    "lte": lambda held, sought: held <= sought,
    "gt": lambda held, sought: held > sought,
    "gte": lambda held, sought: held >= sought,
    # Case sensitivity depends on the server's database; this is SQLite.
    "contains": lambda held, sought: sought.lower() in held.lower(),
    "startswith": lambda held, sought: held.lower().startswith(sought.lower()),
    "endswith": lambda held, sought: held.lower().endswith(sought.lower()),
}


def _held(field: Field, value: Any) -> Any:
    return decimal.Decimal(value) if field.kind in ("money", "whole", "id") else value


def _wanted(store: Store, field: Field, operator: str, text: str) -> Any:
    if field.kind in ("id", "whole", "money"):
        return _number(text)
    if field.kind == "flag":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
    if field.kind == "fk":
        if not text.isdigit() or store.get(field.to, int(text)) is None:
            raise ValueError(NO_CHOICE)
        return int(text)
    if field.kind == "choice" and not operator and text not in (field.choices or {}):
        raise ValueError(f"Select a valid choice. {text} is not one of the available choices.")
    if field.kind == "date":
        try:
            return datetime.date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("Enter a valid date.") from None
    if field.kind == "moment":
        try:
            moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError("Enter a valid date/time.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
        return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return text


def _number(text: str) -> decimal.Decimal:
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        raise ValueError("Enter a number.") from None


def _moment(value: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))


def _searched(store: Store, resource: Resource, records: list[Record], text: str) -> list[Record]:
    words = [
        (quoted or single or plain).lower()
        for quoted, single, plain in re.findall(r"\"([^\"]+)\"|'([^']+)'|([^\s,\"]+)", text)
    ]
    if not words:
        return records
    if resource.search is None:
        raise ServerFaultError
    paths = resource.search

    def fits(record: Record) -> bool:
        texts = [
            str(value).lower()
            for value in (store.follow(resource.model, record, path) for path in paths)
            if value is not None
        ]
        return all(any(word in held for held in texts) for word in words)

    return [record for record in records if fits(record)]


def ordered(resource: Resource, records: list[Record], query: dict[str, str]) -> list[Record]:
    """Return the records in the requested order; fields that cannot be sorted by are ignored."""
    names = {
        "id",
        *(
            field.name
            for field in resource.fields
            if not field.write_only and field.kind not in ("many", "json")
        ),
    }
    terms = [
        term.strip()
        for term in query.get("_order", "").split(",")
        if term.strip().removeprefix("-") in names
    ]
    if not terms and resource.newest_first:
        return list(reversed(records))
    for term in reversed(terms):
        name = term.removeprefix("-")
        records = sorted(
            records, key=_ranker(FIELDS[resource.model].get(name, ID)), reverse=term.startswith("-")
        )
    return records


def _ranker(field: Field) -> Callable[[Record], tuple[bool, Any]]:
    def rank(record: Record) -> tuple[bool, Any]:
        value = record[field.name]
        # Null sorts first, as in the server's database.
        return (
            (value is not None, decimal.Decimal(value) if field.kind == "money" else value)
            if value is not None
            else (False, 0)
        )

    return rank


def listing(
    store: Store, resource: Resource, records: list[Record], call: Call, shape: str
) -> Answer:
    """Return a page of a list, in the form of the server's version (4, 11)."""
    limit, offset = (
        min(_count(call.query.get("_limit")) or DEFAULT_LIMIT, LIMIT_MOST),
        _count(call.query.get("_offset")),
    )
    page = records if shape == "plain" else records[offset : offset + limit]
    results = [store.show(resource, record) for record in page]
    if shape == "plain":
        return Answer(data=results)
    if shape == "headers":
        return Answer(
            data=results,
            headers=[
                ("X-Limit", str(limit)),
                ("X-Offset", str(offset)),
                ("X-Total-Count", str(len(records))),
            ],
        )
    following = previous = None
    query = {**call.query, "_limit": str(limit)}
    if offset + limit < len(records):
        following = call.url(call.path, {**query, "_offset": str(offset + limit)})
    if offset > 0:
        query.pop("_offset", None)
        previous = call.url(
            call.path, query if offset <= limit else {**query, "_offset": str(offset - limit)}
        )
    return Answer(
        data={"count": len(records), "next": following, "previous": previous, "results": results}
    )


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.strip().isdigit() else 0
