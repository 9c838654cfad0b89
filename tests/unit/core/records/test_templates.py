# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates and wrappers: the small parts of routes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.records.templates import (
    fill,
    joined,
    placeholders,
    without,
    wrapped,
)


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("/flows/{name}/{id}/{name}", ("name", "id")),
        ({"a": ["{x}", {"b": "{y} and {x}"}], "c": 1}, ("x", "y")),
        ("/plain/{}", ()),
        (None, ()),
    ],
)
def test_placeholders_are_found_in_texts_dicts_and_lists(template: Any, names: Any) -> None:
    assert placeholders(template) == names


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ({"planId": "{id}", "options": {}}, {"planId": 7, "options": {}}),
        ({"ids": ["{id}"]}, {"ids": [7, 8]}),
        (
            {"items": [{"id": "{id}", "n": "x-{name}"}]},
            {"items": [{"id": 7, "n": "x-a"}, {"id": 8, "n": "x-b"}]},
        ),
        (["{id}", "{name}"], [7, "a"]),
        (["fixed"], ["fixed"]),
        ("{missing}", None),
        (3, 3),
    ],
)
def test_bodies_are_filled_and_lists_of_one_template_get_an_item_per_record(
    template: Any, filled: Any
) -> None:
    assert fill(template, [{"id": 7, "name": "a"}, {"id": 8, "name": "b"}]) == filled


def test_documents_are_wrapped_at_a_path() -> None:
    assert wrapped({"a": 1}, "") == {"a": 1}
    assert wrapped({"a": 1}, "update.flow") == {"update": {"flow": {"a": 1}}}
    assert wrapped({"a": 1}, "trees.0.data.0") == {"trees": [{"data": [{"a": 1}]}]}


def test_objects_are_joined_deeply() -> None:
    assert joined({"a": {"b": 1}, "c": [1]}, {"a": {"d": 2}, "c": [2]}) == {
        "a": {"b": 1, "d": 2},
        "c": [2],
    }


@pytest.mark.parametrize(
    ("document", "left"),
    [
        ({"a": {"b": 1, "c": 2}, "b": 3}, {"a": {"c": 2}, "b": 3}),
        ({"a": None, "b": 3}, {"a": None, "b": 3}),
        ({"b": 3}, {"b": 3}),
    ],
)
def test_a_place_is_left_out_of_an_object(document: Any, left: Any) -> None:
    assert without(document, "a.b") == left
