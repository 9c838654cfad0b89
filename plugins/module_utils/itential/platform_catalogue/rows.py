# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of the Platform: all rows by name."""

from __future__ import annotations

from . import (
    authorization,
    configuration,
    inventories,
    lifecycle,
    operations,
    services,
    studio,
    templates,
)

CATALOGUE = {
    row.name: row
    for area in (
        studio,
        operations,
        templates,
        configuration,
        lifecycle,
        authorization,
        services,
        inventories,
    )
    for row in area.ROWS
}
