# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inputs of workflows and runs: conversion and errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.inputs import check


def of_type(kind: Any, **more: Any) -> dict[str, Any]:
    return {"properties": {"x": {"type": kind, **more}}}


@pytest.mark.parametrize(
    ("kind", "given", "sent"),
    [
        ("string", "5", "5"),
        ("string", 5, "5"),
        ("boolean", "True", True),
        ("boolean", " no ", False),
        ("boolean", False, False),
        ("integer", "5", 5),
        ("integer", -5.0, -5),
        ("number", "5", 5),
        ("number", "5.25", 5.25),
        ("number", 7, 7),
        ("array", '["a", "b"]', ["a", "b"]),
        ("array", ("a",), ["a"]),
        ("object", '{"a": 1}', {"a": 1}),
        (["null", "integer"], "5", 5),
        (["null", "integer"], None, None),
        ("no such type", "5", "5"),
        (["secret", "null"], "s3cret", "s3cret"),
        (["secret", "null"], None, None),
        ([{"type": "string"}], 5, 5),
        ([], "5", "5"),
        (None, "5", "5"),
    ],
)
def test_a_value_gets_the_type_of_the_schema(kind: Any, given: Any, sent: Any) -> None:
    value = check({"x": given}, of_type(kind))["x"]
    assert value == sent
    assert isinstance(value, bool) == isinstance(sent, bool)


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        ("string", True, "boolean"),
        ("string", 1.5, "number"),
        ("boolean", "maybe", "string"),
        ("boolean", 1, "integer"),
        ("integer", "5.5", "string"),
        ("integer", 5.5, "number"),
        ("integer", True, "boolean"),
        ("number", "five", "string"),
        ("array", "a", "string"),
        ("array", '{"a": 1}', "string"),
        ("object", ["a"], "array"),
        ("object", "null", "string"),
        ("string", {1, 2}, "another type"),
        ("null", "", "string"),
    ],
)
def test_a_value_without_a_clear_meaning_is_refused_by_name(
    kind: str, given: Any, shown: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check({"x": given}, of_type(kind))
    assert caught.value.message == f"variables.x must be of type {kind}, not {shown}"


def test_every_wrong_input_is_named_and_no_value_is_shown() -> None:
    schema = {
        "type": "object",
        "required": ["device", "site"],
        "additionalProperties": False,
        "properties": {
            "device": {"type": "string"},
            "site": {"type": "string"},
            "mode": {"type": "string", "enum": ["fast", "safe"]},
            "ports": {"type": "array", "items": {"type": "integer"}},
            "login": {"type": "object", "properties": {"password": {"type": "integer"}}},
        },
    }
    given = {
        "device": "r1",
        "mode": "slow",
        "ports": ["1", "two"],
        "login": {"password": "hidden-word"},
        "devcie": "r2",
    }
    with pytest.raises(ConfigurationError) as caught:
        check(given, schema)
    assert caught.value.message == (
        "variables.site is missing: it is required;"
        " variables.devcie is unknown: use one of device, site, mode, ports, login;"
        " variables.mode must be one of fast, safe;"
        " variables.ports[1] must be of type integer, not string;"
        " variables.login.password must be of type integer, not string"
    )


@pytest.mark.parametrize(
    "schema",
    [None, {}, {"properties": None, "required": None}, {"properties": {"x": True}}],
)
def test_what_the_schema_leaves_open_is_sent_as_it_is(schema: Any) -> None:
    assert check({"x": {"y": ["5"]}}, schema) == {"x": {"y": ["5"]}}
