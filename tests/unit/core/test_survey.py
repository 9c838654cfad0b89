# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Surveys of JSON data."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.survey import Survey


def test_a_survey_has_all_keys_and_texts() -> None:
    survey = Survey([{"a": "x", "b": [{"c": ["y", 1, None]}, 2.5]}, "z", True], 9)
    assert survey.is_json
    assert survey.names == {"a", "b", "c"}
    assert set(survey.text.split("\n")) == {"a", "b", "c", "x", "y", "z"}


def test_names_of_pairs_are_among_the_names() -> None:
    pairs = [
        {"name": "n", "value": 1},
        {"name": None, "key": "k", "value": 1},
        {"name": "both", "key": "and", "value": 1},
        {"value": 1},
        {"name": "other"},
    ]
    names = Survey([pairs, {"name": ["no text"], "value": 1}], 9).names
    assert names == {"name", "key", "value", "n", "k", "both", "and"}


@pytest.mark.parametrize(("most", "fits"), [(3, True), (2, False)])
def test_data_may_have_so_many_levels(most: int, fits: bool) -> None:
    assert Survey([{"a": [1]}], most).is_json is fits


@pytest.mark.parametrize("value", [(1,), OrderedDict(a=1), {1: "x"}, [{"a": b"x"}], {2}])
def test_a_value_that_json_does_not_have_is_not_json(value: Any) -> None:
    assert not Survey([value], 9).is_json
