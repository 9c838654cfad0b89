# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attribute that a lookup returns of what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import display, lookup

RECORDS = [{"name": "a", "status": {"state": "up", "errors": None}}, {"name": "b"}]


class Server:
    """A connection that answers every read in the same way."""

    def __init__(self, content: Any) -> None:
        self.content = self.records = content

    def request(self, *dummy: Any) -> Server:
        return self

    def pages(self, *dummy: Any, **more: Any) -> list[Server]:
        return [self]

    def json(self) -> Any:
        return self.content


Warnings = list[tuple[int, str]]


@pytest.fixture
def shown() -> Iterator[Warnings]:
    """Return the records that are shown during a test."""
    records: Warnings = []
    token = display.log_sink.set(lambda *record: records.append(record))
    yield records
    display.log_sink.reset(token)


def read(content: Any, attribute: str | None, paginate: str | None = None) -> list[Any]:
    options = {"attribute": attribute, "paginate": paginate, "params": None}
    return lookup._read(Server(content), "/x", options)


def warning(attribute: str, likely: str) -> tuple[int, str]:
    text = f"attribute: no result has {attribute!r}; did you mean {likely!r}?"
    return display.USER_WARNING, text


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        (None, RECORDS),
        ("name", ["a", "b"]),
        ("status.state", ["up", None]),
        ("status.errors.first", [None, None]),
        ("parent", [None, None]),
        ("name.x", [None, None]),
    ],
)
def test_an_attribute_is_taken_of_each_record(
    attribute: str | None, values: list[Any], shown: Warnings
) -> None:
    assert read(RECORDS, attribute, "auto") == values
    assert shown == []


@pytest.mark.parametrize("content", [[], {}, [5], None, "text"])
def test_results_without_names_cause_no_warning_about_an_attribute(
    content: Any, shown: Warnings
) -> None:
    assert read(content, "nmae") == [None]
    assert read([], "nmae", "auto") == []
    assert shown == []


@pytest.mark.parametrize(
    ("attribute", "likely"),
    [
        ("nmae", "name"),
        ("Name", "name"),
        ("status.stat", "status.state"),
        ("stauts.state", "status.state"),
    ],
)
def test_an_attribute_that_looks_misspelt_causes_a_warning(
    attribute: str, likely: str, shown: Warnings
) -> None:
    assert read(RECORDS, attribute, "auto") == [None, None]
    assert read(RECORDS[0], attribute) == [None]
    assert shown == [warning(attribute, likely)] * 2


def test_an_attribute_that_no_record_has_yet_is_no_error(shown: Warnings) -> None:
    records = [{"name": "a"}, {"name": "b", "updatedBy": "ada"}]
    assert read(records, "updated", "auto") == [None, None]
    assert shown == [warning("updated", "updatedBy")]


def test_similar_names_are_looked_for_once_and_only_if_no_record_has_the_attribute(
    monkeypatch: pytest.MonkeyPatch, shown: Warnings
) -> None:
    searches: list[list[str]] = []
    monkeypatch.setattr(
        lookup, "nearest", lambda dummy_name, names, dummy: searches.append(list(names))
    )
    records = [{"name": "a"}] * 1000
    read([*records, {"name": "a", "nmae": None}], "nmae", "auto")
    assert searches == []
    read([*records, {"id": 5}], "nmae", "auto")
    assert searches == [["name", "id"]]
    assert shown == []


def test_an_attribute_in_a_list_is_found_by_its_number(shown: Warnings) -> None:
    assert read({"items": [{"id": 5}]}, "items.0.id") == [5]
    assert read({"items": []}, "items.0.id") == [None]
    assert shown == []
    assert read({"items": [{"id": 5}]}, "items.0._id") == [None]
    assert shown == [warning("items.0._id", "items.0.id")]
