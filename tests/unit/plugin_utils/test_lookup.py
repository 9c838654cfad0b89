# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attribute that a lookup takes of what it reads."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.plugin_utils import lookup

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


def read(content: Any, attribute: str | None, paginate: str | None = None) -> list[Any]:
    options = {"attribute": attribute, "paginate": paginate, "params": None}
    return lookup._read(Server(content), "/x", options)


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
def test_an_attribute_is_taken_of_each_record(attribute: str | None, values: list[Any]) -> None:
    assert read(RECORDS, attribute, "auto") == values


@pytest.mark.parametrize("content", [[], {}, [5], None, "text"])
def test_what_has_no_names_says_nothing_about_an_attribute(content: Any) -> None:
    assert read(content, "nmae") == [None]
    assert read([], "nmae", "auto") == []


@pytest.mark.parametrize(
    ("attribute", "likely"),
    [
        ("nmae", "name"),
        ("Name", "name"),
        ("status.stat", "status.state"),
        ("stauts.state", "status.state"),
    ],
)
def test_a_misspelt_attribute_is_an_error_with_the_one_that_is_nearest(
    attribute: str, likely: str
) -> None:
    for paginate, content in (("auto", RECORDS), (None, RECORDS[0])):
        with pytest.raises(ConfigurationError) as caught:
            read(content, attribute, paginate)
        assert caught.value.message == (
            f"attribute: nothing has {attribute!r}: did you mean {likely!r}?"
        )


def test_an_attribute_in_a_list_is_found_by_its_number() -> None:
    assert read({"items": [{"id": 5}]}, "items.0.id") == [5]
    assert read({"items": []}, "items.0.id") == [None]
    with pytest.raises(ConfigurationError, match=r"did you mean 'items\.0\.id'"):
        read({"items": [{"id": 5}]}, "items.0._id")
