# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which Itential servers cut lists.

Sources: docs/protocols/itential-platform.md section 2.2, docs/protocols/itential-gateway.md section
2.2. Which of `count` and `total_count` is the Gateway's total differs between releases, so either
is taken, and an empty page ends the list in any case.
"""

from __future__ import annotations

from ..core.paging import PageStyle

PLATFORM = (
    PageStyle("items", "items", total=("total",), offset="skip", limit="limit"),
    PageStyle("data", "data", total=("metadata.total",), offset="skip", limit="limit"),
    PageStyle("results", "results", total=("total",), offset="skip", limit="limit"),
    PageStyle(
        "integration_models", "integrationModels", total=("total",), offset="skip", limit="limit"
    ),
    PageStyle("adapter_models", "adapterModels", total=("total",), offset="skip", limit="limit"),
    PageStyle("nested_items", "data.items", total=("data.total",), offset="skip", limit="limit"),
    PageStyle(
        "inventory",
        "result.data",
        total=("result.totalRecords",),
        offset="page",
        limit="pageSize",
        first_page=1,
        paths=("/inventory_manager/",),
    ),
    PageStyle(
        "plans",
        "plans",
        total=("totalCount",),
        offset="start",
        limit="limit",
        body="options",
        paths=("/configuration_manager/search/compliance_plans",),
    ),
    PageStyle(
        "list",
        "list",
        total=("total",),
        offset="start",
        limit="limit",
        body="options",
        paths=tuple(
            f"/configuration_manager/{name}"
            for name in ("devices", "templates/search", "configurations/parser/search")
        ),
    ),
    PageStyle(
        "backups",
        "list",
        total=("total",),
        offset="start",
        limit="limit",
        body="options",
        paths=("/configuration_manager/backups",),
        text=True,
    ),
    # Services of the Gateway Manager, which are not paged.
    PageStyle("result", "result"),
    PageStyle("bare", ""),
)
"""The first one's parameters serve wherever the path does not tell; the server ignores those it
does not know."""

GATEWAY = (
    PageStyle(
        "data", "data", total=("meta.total_count", "meta.count"), offset="offset", limit="limit"
    ),
    PageStyle("bare", ""),
)
