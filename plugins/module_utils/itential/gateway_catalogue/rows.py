# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of the Gateway: all rows by name."""

from __future__ import annotations

from . import access, content, inventories, system

CATALOGUE = {row.name: row for area in (inventories, access, content, system) for row in area.ROWS}
