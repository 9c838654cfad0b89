# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of options: which count as given, and what texts stand for."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from ansible.module_utils.common.validation import check_type_int
from ansible_collections.restops.clients.plugins.module_utils.tasks.given import (
    is_set,
    with_nested,
)


class _OmitType:
    """Stands for `omit` of ansible-core 2.19 and newer."""


@pytest.mark.parametrize("value", [None, "", "__omit_place_holder__5baa61e4", _OmitType()])
def test_nothing_is_not_a_value(value: Any) -> None:
    assert not is_set(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, [], {}, " ", "x", "omit"])
def test_everything_else_is_a_value(value: Any) -> None:
    assert is_set(value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2", 2),
        (2, 2),
        (2.0, 2),
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
)  # fmt: skip
def test_retry_is_read_as_ansible_reads_numbers(value: Any, read: Any) -> None:
    assert with_nested({"retry": value, "path": "7"}) == {"retry": read, "path": "7"}


def test_a_text_with_a_decimal_point_is_an_integer_if_it_is_one_to_this_ansible() -> None:
    try:
        read: Any = check_type_int("2.0")
    except TypeError:
        # ansible-core 2.17 takes only digits; the client refuses what is left as a text.
        read = "2.0"
    assert with_nested({"retry": "2.0"}) == {"retry": read}


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
)  # fmt: skip
def test_paginate_is_read_as_ansible_reads_numbers(value: Any, read: Any) -> None:
    assert with_nested({"paginate": value}) == {"paginate": read}


def test_absent_options_stay_absent() -> None:
    assert with_nested({"path": "/"}) == {"path": "/"}


@pytest.mark.parametrize(
    ("module", "given", "heavy"),
    [
        ("itential_platform_request", {"path": "/x"}, False),
        ("itential_platform_request", {"requests": []}, True),
        ("sequoia_request", {"dest": "/x"}, True),
        ("keystone_resource", {"data": {}}, False),
        ("sequoia_resource", {"records": []}, True),
        ("keystone_info", {"resource": "team"}, False),
        *[
            (f"itential_{name}", {}, True)
            for name in (
                "gateway5_run",
                "gateway_content",
                "gateway_run",
                "platform_command",
                "platform_compliance",
                "platform_device_backup",
                "platform_service",
                "platform_worker",
            )
        ],
    ],
)
def test_tasks_that_take_long_are_known_by_their_options(
    module: str, given: dict[str, Any], heavy: bool
) -> None:
    name = f"ansible_collections.restops.clients.plugins.modules.{module}"
    assert importlib.import_module(name).TASK.is_heavy(given) is heavy
