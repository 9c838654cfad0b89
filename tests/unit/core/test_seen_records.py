# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records of a list that were read."""

from __future__ import annotations

from typing import Any

from ansible_collections.restops.clients.plugins.module_utils.core.seen_records import (
    Page,
    SeenRecords,
)


def page_of(*records: Any) -> Page:
    response: Any = None
    return Page(0, response, list(records), None, "")


def test_a_page_is_recognised_even_if_its_records_are_nested_too_deeply_to_compare() -> None:
    deep: list[Any] = []
    for dummy in range(100_000):
        deep = [deep]
    seen = SeenRecords(None)
    assert not seen.has(page_of(deep))
    seen.add(page_of(deep), 1)
    assert seen.has(page_of(deep))
    assert not seen.has(page_of(deep, deep))
