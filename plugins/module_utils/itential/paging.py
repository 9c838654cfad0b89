# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which Itential servers cut lists into pages, by the names of their envelopes.

Sources: docs/protocols/itential-platform.md section 2.2, docs/protocols/itential-gateway.md section
2.2. Which of `count` and `total_count` is the Gateway's total differs between releases: `count` may
also be the number of records in the page. An empty page ends the list in any case.
"""

from __future__ import annotations

from ..core.paging import PageStyle

BARE = PageStyle("bare", "")
"""A list without an envelope, which is not paged."""

ITEMS = PageStyle("items", "items", total=("total",), offset="skip", limit="limit")
"""Automation Studio: workflows and templates."""
DATA = PageStyle("data", "data", total=("metadata.total",), offset="skip", limit="limit")
"""Operations Manager, Lifecycle Manager, projects."""
RESULTS = PageStyle("results", "results", total=("total",), offset="skip", limit="limit")
"""Adapters, applications, integrations, profiles, health, authorization, transformations."""
INTEGRATION_MODELS = PageStyle(
    "integration_models", "integrationModels", total=("total",), offset="skip", limit="limit"
)
ADAPTER_MODELS = PageStyle(
    "adapter_models", "adapterModels", total=("total",), offset="skip", limit="limit"
)
NESTED_ITEMS = PageStyle(
    "nested_items", "data.items", total=("data.total",), offset="skip", limit="limit"
)
"""Agent projects."""
INVENTORY = PageStyle(
    "inventory",
    "result.data",
    total=("result.totalRecords",),
    offset="page",
    limit="pageSize",
    first_page=1,
    paths=("/inventory_manager/",),
)
"""Inventory Manager, whose pages are numbered from 1."""
PLANS = PageStyle(
    "plans",
    "plans",
    total=("totalCount",),
    offset="start",
    limit="limit",
    body="options",
    paths=("/configuration_manager/search/compliance_plans",),
)
"""Compliance plans, which are searched for by POST."""
LIST = PageStyle(
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
)
"""Configuration Manager: lists that are searched for by POST."""
BACKUPS = PageStyle(
    "backups",
    "list",
    total=("total",),
    offset="start",
    limit="limit",
    body="options",
    paths=("/configuration_manager/backups",),
    text=True,
)
"""Backups of devices, whose search takes `start` as a text."""
RESULTS_UNPAGED = PageStyle("results_unpaged", "results")
"""Gateway clusters and certificates."""
RESULT = PageStyle("result", "result")
"""Services of the Gateway Manager, which are not paged."""
GATEWAY_DATA = PageStyle(
    "data",
    "data",
    total=("meta.total_count",),
    doubtful=("meta.count",),
    offset="offset",
    limit="limit",
)
"""Automation Gateway."""

PLATFORM = (
    ITEMS,
    DATA,
    RESULTS,
    INTEGRATION_MODELS,
    ADAPTER_MODELS,
    NESTED_ITEMS,
    INVENTORY,
    PLANS,
    LIST,
    BACKUPS,
    RESULT,
    BARE,
)
"""The styles of the Platform. The first one's parameters are used if the path does not tell; the
server ignores those it does not know."""
GATEWAY = (GATEWAY_DATA, BARE)
"""The styles of the Gateway."""
