# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of options: which count as given, and what texts stand for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks.given import (
    is_set,
    with_nested,
)


class _OmitType:
    """Stands for `omit` of ansible-core 2.19 and newer."""


@pytest.mark.parametrize("value", [None, "", "__omit_place_holder__5baa61e4", _OmitType()])
def test_missing_values_do_not_count_as_given(value: Any) -> None:
    assert not is_set(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, [], {}, " ", "x", "omit"])
def test_other_values_count_as_given(value: Any) -> None:
    assert is_set(value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2", 2),
        (2, 2),
        (2.0, 2),
        ("2.0", 2),
        ("", None),
        (None, None),
        ({}, None),
        (False, False),
        ("often", "often"),
        (
            {"max_tries": "3", "max_time": "1.5", "wait": "0"},
            {"max_tries": 3, "max_time": 1.5, "wait": 0.0},
        ),
        ({"wait": "fibonacci", "max_tries": "", "max_time": None}, {"wait": "fibonacci"}),
        (
            {"statuses": "503, 504", "methods": "GET, POST"},
            {"statuses": [503, 504], "methods": ["GET", "POST"]},
        ),
        (
            {"statuses": ["503", 504], "methods": ["GET"]},
            {"statuses": [503, 504], "methods": ["GET"]},
        ),
        ({"statuses": 503}, {"statuses": [503]}),
        ({"max_tries": "many", "often": "1"}, {"max_tries": "many", "often": "1"}),
        ('{"max_tries": "3"}', {"max_tries": 3}),
        ("{broken", "{broken"),
    ],
)
def test_retry_is_read_as_ansible_reads_numbers(value: Any, read: Any) -> None:
    assert with_nested({"retry": value, "path": "7"}) == {"retry": read, "path": "7"}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", None),
        ({}, None),
        (False, None),
        ("no", None),
        ("yes", True),
        ("none", "none"),
        ("auto", "auto"),
        (
            {"limit": "150", "page_size": 20.0, "items": "1"},
            {"limit": 150, "page_size": 20, "items": "1"},
        ),
        ({"limit": "", "style": "data"}, {"style": "data"}),
        ('{"limit": "150"}', {"limit": 150}),
    ],
)
def test_paginate_is_read_as_ansible_reads_numbers(value: Any, read: Any) -> None:
    assert with_nested({"paginate": value}) == {"paginate": read}


def test_absent_options_stay_absent() -> None:
    assert with_nested({"path": "/"}) == {"path": "/"}
