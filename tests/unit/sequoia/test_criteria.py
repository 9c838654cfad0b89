# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Criteria: what they write, and that the server reads of it what was meant."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.sequoia.criteria import (
    Criteria,
    Expression,
    Inclusion,
    StringExpressionFactory,
)
from ansible_collections.restops.clients.tests.simulators.sequoia_resources import Field, matcher
from hypothesis import example, given
from hypothesis import strategies as st

field = StringExpressionFactory.field


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (field("contentRef").equal_to("acme:c1"), {"withContentRef": "acme:c1"}),
        (field("engine").equal_to("diesel"), {"withEngine": "diesel"}),
        (field(" engine ").equal_to("!a||b*"), {"withEngine": "!a||b*"}),
        (field("active").equal_to(True), {"withActive": "true"}),
        (field("releaseYear").equal_to(2020), {"withReleaseYear": "2020"}),
        (field("engine").not_equal_to("diesel"), {"withEngine": "!diesel"}),
        (field("engine").one_of("diesel", "steam", 3), {"withEngine": "diesel||steam||3"}),
        (field("name").starts_with("c1"), {"withName": "c1*"}),
        (field("parentRef").exists(), {"withParentRef": "*"}),
        (field("parentRef").missing(), {"withParentRef": "!*"}),
        (field("releaseYear").between(2000, 2010), {"withReleaseYear": "2000/2010"}),
        (field("releaseYear").not_between(2000, 2010), {"withReleaseYear": "!2000/2010"}),
        (field("releaseYear").at_least(2000), {"withReleaseYear": "2000/"}),
        (field("releaseYear").at_most(2000), {"withReleaseYear": "/2000"}),
        (field("releaseYear").greater_than(2000), {"withReleaseYear": "!/2000"}),
        (field("releaseYear").less_than(2000), {"withReleaseYear": "!2000/"}),
    ],
    ids=repr,
)
def test_what_a_criterion_writes(criterion: Any, expected: dict[str, str]) -> None:
    assert Criteria().add_criterion(criterion).params() == expected
    assert Criteria().add(criterion=criterion).params() == expected


NUMBERS = st.integers(-50, 50)
YEAR = Field("releaseYear", "year", ranged=True)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_server_reads_bounds_as_they_are_meant(value: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    meant = {
        field("releaseYear").between(low, high): low <= value <= high,
        field("releaseYear").not_between(low, high): not low <= value <= high,
        field("releaseYear").at_least(low): value >= low,
        field("releaseYear").at_most(low): value <= low,
        field("releaseYear").greater_than(low): value > low,
        field("releaseYear").less_than(low): value < low,
    }
    for criterion, holds in meant.items():
        assert matcher(YEAR, criterion.value)(value) == holds, criterion


@given(st.text(max_size=6), st.lists(st.text(max_size=6), min_size=1, max_size=3))
@example("", ["|", "0"])
@example("0", ["a|", "0"])
def test_the_server_reads_texts_as_they_are_meant_or_they_are_refused(
    value: str, wanted: list[str]
) -> None:
    texts = Field("engine", prefix=True)
    try:
        several, other, beginning = (
            field("engine").one_of(*wanted),
            field("engine").not_equal_to(wanted[0]),
            field("engine").starts_with(wanted[0]),
        )
    except ConfigurationError:
        assert any(
            not text or text.startswith(("!", "|")) or text.endswith(("*", "|")) or "||" in text
            for text in wanted
        )
        return
    assert matcher(texts, several.value)(value) == (value in wanted)
    assert matcher(texts, other.value)(value) == (value != wanted[0])
    assert matcher(texts, beginning.value)(value) == value.startswith(wanted[0])


@pytest.mark.parametrize("value", [None, ["a"], object()])
def test_a_condition_compares_with_plain_values(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="compares with a text"):
        field("engine").equal_to(value)


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="one_of needs a value"):
        field("engine").one_of()
    with pytest.raises(ConfigurationError, match="stands between bounds"):
        field("engine").between("a/b", "c")
    for name in ("", "  ", None):
        with pytest.raises(ConfigurationError, match="needs a name"):
            field(name)
        with pytest.raises(ConfigurationError, match="needs the name of a relationship"):
            Inclusion.resource(name)


def test_several_conditions_are_several_parameters_and_two_for_a_field_are_refused() -> None:
    criteria = (
        Criteria()
        .add_criterion(field("engine").equal_to("a"))
        .add_criterion(field("type").equal_to("b"))
    )
    assert criteria.params() == {"withEngine": "a", "withType": "b"}
    with pytest.raises(ConfigurationError, match="a condition for Engine already"):
        criteria.add_criterion(field("engine").equal_to("b"))


def test_inclusions() -> None:
    criteria = (
        Criteria()
        .add_inclusion(Inclusion.resource("contents"))
        .add(inclusion=Inclusion.resource("assets").fields("ref", "name").fields("ref"))
    )
    assert criteria.params() == {"include": "assets,contents", "assets.fields": "name,ref"}
    assert criteria.inclusions == ("contents", "assets")


def test_both_at_once_and_nothing() -> None:
    both = Criteria().add(field("type").equal_to("b"), Inclusion.resource("assets"))
    assert both.params() == {"withType": "b", "include": "assets"}
    assert Criteria().add().params() == {}


@pytest.mark.parametrize(
    "wrong",
    [{"criterion": "withEngine=a"}, {"inclusion": "assets"}, {"criterion": Expression("engine")}],
)
def test_only_what_the_factories_make_is_taken(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="is made by"):
        Criteria().add(**wrong)
