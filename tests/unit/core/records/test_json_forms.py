# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forms of JSON values that are equal for equal values, and for no others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.jsonutils import equal
from ansible_collections.restops.clients.plugins.module_utils.core.records.json_forms import (
    hashable,
    json_form,
    sortable,
)
from hypothesis import given
from hypothesis import strategies as st

# Few values, so that many of them are equal.
SCALARS = st.sampled_from([None, True, False, 0, 1, -0.0, 1.0, 1.5, 1e20, 10**20, "", "1", "1.0"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@given(VALUES, VALUES)
def test_forms_are_equal_if_and_only_if_the_values_are(one: Any, other: Any) -> None:
    assert (hashable(one) == hashable(other)) is equal(one, other)
    assert (sortable(one) == sortable(other)) is equal(one, other)
    hash(hashable(one))


TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (
            {80: ("a", {True: 1, None: 2}), 1.5: [()]},
            {"80": ["a", {"true": 1, "null": 2}], "1.5": [[]]},
        ),
        ([{"a": (1,)}], [{"a": [1]}]),
        ("text", "text"),
        (None, None),
        # JSON has no dates: an error about one comes later, and says where it is.
        ({80: (TODAY, "a"), None: [TODAY]}, {"80": [TODAY, "a"], "null": [TODAY]}),
    ],
)
def test_a_value_has_the_form_in_which_it_comes_back(value: Any, form: Any) -> None:
    assert json_form(value) == form
