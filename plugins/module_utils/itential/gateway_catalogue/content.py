# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content that the Gateway finds on its disk, its decorations, and what was executed.

Sources: docs/protocols/itential-gateway.md sections 3, 8 and 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...core.records.types import ResourceType

ROWS: tuple[ResourceType, ...] = ()
