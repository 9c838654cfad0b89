# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of references to records of several types."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.references import (
    References,
)

MEMBERS = Field("members", References({"account": "account", "group": "group"}, keys=("role",)))
FOUND = [
    {"type": "account", "reference": "a1", "role": "owner", "username": "ada"},
    {"type": "group", "reference": "g1", "role": "viewer", "name": "operators"},
]


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        ({"account": "ada", "role": "editor"}, {"type": "account", "reference": "ada"}),
        ({"group": "operators", "name": "x"}, {"type": "group", "reference": "operators"}),
        ({"type": "group", "reference": "g1"}, {"type": "group", "reference": "g1"}),
    ],
)
def test_a_reference_is_given_by_the_type_of_the_record_or_as_the_server_has_it(
    given: dict[str, Any], parsed: dict[str, Any]
) -> None:
    role = {"role": given["role"]} if "role" in given else {}
    assert MEMBERS.parse([given]) == [{**parsed, **role}]


@pytest.mark.parametrize(
    "value",
    [
        "ada",
        ["ada"],
        [{"role": "owner"}],
        [{"account": "ada", "group": "operators"}],
        [{"reference": "a1"}],
        [{"type": "robot", "reference": "a1"}],
    ],
)
def test_anything_else_is_an_error_that_says_the_form(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="members must be a list of dicts, each with 'acc"):
        MEMBERS.parse(value)


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        ([{"type": "group", "reference": "g1", "role": "viewer"}], True),
        ([{"type": "group", "reference": "g1"}], True),
        ([{"type": "group", "reference": "g1", "role": "editor"}], False),
        ([{"type": "account", "reference": "a2", "role": "editor"}], False),
    ],
)
def test_references_are_merged_and_sent_without_what_the_server_adds(
    wanted: list[dict[str, Any]], same: bool
) -> None:
    assert MEMBERS.same(wanted, FOUND) is same
    merged = {item["reference"]: item for item in MEMBERS.merged(wanted, FOUND)}
    assert merged["a1"] == {"type": "account", "reference": "a1", "role": "owner"}
    assert merged[wanted[0]["reference"]].items() >= wanted[0].items()


def test_all_references_are_compared_if_they_are_replaced() -> None:
    wanted = MEMBERS.parse(FOUND[::-1])
    assert MEMBERS.same(wanted, FOUND, exact=True)
    assert not MEMBERS.same(wanted[:1], FOUND, exact=True)
    assert MEMBERS.same([], None, exact=True)
    assert not MEMBERS.same(wanted, ["a1"], exact=True)


def test_what_is_no_reference_leads_nowhere() -> None:
    there = [*FOUND, {"type": {"name": "group"}, "reference": "g2"}, {"type": None}, "a3"]
    assert [link.holder["reference"] for link in MEMBERS.kind.links(there)] == ["a1", "g1"]


def test_records_of_two_types_with_one_id_are_two() -> None:
    wanted = [{"type": "account", "reference": "g1", "role": "editor"}]
    assert not MEMBERS.same(wanted, FOUND)
    assert len(MEMBERS.merged(wanted, FOUND)) == 3
