# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of an inventory as data."""

from __future__ import annotations

from ansible_collections.restops.clients.plugins.module_utils.itential.inventory_pages import (
    Group,
    Host,
    Page,
)


def test_a_page_comes_back_from_its_data() -> None:
    page = Page([Group("g", {"a": 1}, ["h"])], [Host("r1", {"b": [2]}, ["g"])])
    again = Page.of_data(page.as_data())
    assert again.as_data() == page.as_data()
    assert (repr(again.groups), repr(again.hosts)) == ("[<Group g>]", "[<Host r1>]")
