# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time limits as the HTTP library takes them, for interfaces that pass them on to it."""

from __future__ import annotations

from typing import Any

NO_LIMIT = 86400.0
"""Seconds that stand for no limit."""


def seconds_of(timeout: Any) -> Any:
    """Return the seconds for one attempt.

    Args:
        timeout: Seconds, an `httpx.Timeout`, of which the time for reading counts, or `None` for no
            limit. Anything else is returned unchanged.
    """
    timeout = getattr(timeout, "read", timeout)
    return NO_LIMIT if timeout is None else timeout
