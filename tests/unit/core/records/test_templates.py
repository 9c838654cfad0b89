# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates, failures, wrappers: the small parts of routes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.failures import Failure
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
    ("failure", "answer", "reason"),
    [
        (Failure("status", equals="failure"), {"status": "failure", "message": "no"}, "no"),
        (Failure("status", equals="failure"), {"status": "Failure", "message": "no"}, "no"),
        (Failure("status", equals="failure"), {"status": "success", "message": "fine"}, None),
        (Failure("", equals=False), False, "the response is false"),
        (Failure("", equals=False), True, None),
        (Failure("", equals=False), {}, None),
        (
            Failure("imported.*.success", equals=False),
            {"imported": [{"success": True}, {"success": False, "message": "bad name"}]},
            "bad name",
        ),
        (Failure("imported.*.success", equals=False), {"imported": "nothing"}, None),
        (Failure("n", equals=0), {"n": 0}, "n is 0"),
        (Failure("n", equals=0), {"n": False}, None),
        (Failure("doc", equals=None), {}, "doc is null"),
        (
            Failure("metadata.failedComponents", filled=True),
            {"metadata": {"failedComponents": [{"name": "x"}]}},
            'metadata.failedComponents is [{"name":"x"}]',
        ),
        (Failure("metadata.failedComponents", filled=True), {"metadata": {}}, None),
        (Failure("*.success", equals=False), [{"success": False, "reason": "r"}], "r"),
        (Failure("created.name", differs="name"), {"created": {"name": "a"}}, None),
        (Failure("created.name", differs="name"), {"created": {}}, None),
        (
            Failure("created.name", differs="name"),
            {"created": {"name": "a (1)"}},
            "the server stored it with the name 'a (1)'",
        ),
        (
            Failure("isValid", equals=False, reason="errors"),
            {"isValid": False, "errors": [{"path": "x"}]},
            '[{"path":"x"}]',
        ),
        (
            Failure("status", equals="failure"),
            {"status": "failure", "message": {"detail": "no such device"}},
            '{"detail":"no such device"}',
        ),
        (
            Failure("errors.*", filled=True),
            {"errors": ["", "the name is taken"]},
            "the name is taken",
        ),
        (Failure("errors.*", filled=True), {"errors": [{"message": "too long"}]}, "too long"),
        (Failure("n", equals=1), {"n": True}, None),
        (Failure("n", equals=1), {"n": 1.0}, "n is 1.0"),
        (
            Failure("created.number", differs="number"),
            {"created": {"number": True}},
            "the server stored it with the number True",
        ),
    ],
)
def test_a_failure_in_a_response_of_200_is_found_with_its_reason(
    failure: Failure, answer: Any, reason: str | None
) -> None:
    assert failure.find(answer, {"name": "a", "number": 1}) == reason


def test_a_failure_has_one_sign() -> None:
    assert repr(Failure("n", equals=0)) == "<Failure n>"
    for options in ({}, {"equals": 0, "filled": True}):
        with pytest.raises(ConfigurationError, match="needs one of 'equals', 'filled' and"):
            Failure("n", **options)


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
