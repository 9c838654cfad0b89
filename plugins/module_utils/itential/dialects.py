# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter dialects of Itential's lists.

A list ignores parameters of another dialect than its own and returns everything, so each row names
the right one. Sources: docs/protocols/itential-platform.md section 2.1,
docs/protocols/itential-gateway.md section 2.1.
"""

from __future__ import annotations

from ..core.records.dialects import Dialect

_BRACKETS = {
    "equals": "equals",
    "contains": "contains",
    "starts_with": "starts-with",
    "ends_with": "ends-with",
    "in": "in",
    "not_in": "not-in",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
}
_PAIRS = {
    "equals": "equals",
    "contains": "contains",
    "starts_with": "startsWith",
    "gte": "greaterThanEquals",
}
_FUNCTIONS = {
    "equals": "equals",
    "contains": "contains",
    "starts_with": "startswith",
    "ends_with": "endswith",
}

BRACKETS = Dialect(
    {operator: {f"{name}[{{field}}]": "{value}"} for operator, name in _BRACKETS.items()}
)
"""`equals[name]=x`: jobs and tasks, Automation Studio, Lifecycle Manager."""
PAIRS = Dialect(
    {operator: {f"{name}Field": "{field}", name: "{value}"} for operator, name in _PAIRS.items()}
)
"""`equals=x&equalsField=name`: health, adapters, integrations, authorization, transformations."""
PAIRS_WITHOUT_PARENTHESES = Dialect(PAIRS.operators, refused="()")
"""Pairs for automations and triggers, whose `equals` does not find names with parentheses."""
SEARCHED = Dialect(
    {"equals": {"{field}": "{value}"}}, fields=("name", "ostype"), body="options.filter"
)
"""`{"options": {"filter": {"name": "x"}}}`: devices and backups of Configuration Manager."""
CLUSTERED = Dialect({"equals": {"cluster_id": "{value}"}}, fields=("service_metadata.location",))
"""`cluster_id=x`: services of the Gateway Manager."""
FUNCTIONS = Dialect(
    {operator: {"filter": f"{name}({{json}})"} for operator, name in _FUNCTIONS.items()}
)
"""`filter=equals({"name":"x"})`: Automation Gateway."""


def by_field(name: str) -> Dialect:
    """Return the dialect of an Automation Gateway's list that can be filtered by one field only."""
    return Dialect(FUNCTIONS.operators, fields=(name,))


DIALECTS = {
    "brackets": BRACKETS,
    "pairs": PAIRS,
    "functions": FUNCTIONS,
}
"""The dialects by the names that rows in playbooks use."""
