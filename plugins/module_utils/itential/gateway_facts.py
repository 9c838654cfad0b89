# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts about a Gateway.

Source: docs/protocols/itential-gateway.md section 3.
"""

from __future__ import annotations

from ..core.facts import Fact

FACTS = {
    "version": Fact("/status", "version"),
    "status": Fact("/status"),
    "health": Fact("/poll"),
    "config": Fact("/config"),
}
"""The facts by name."""
