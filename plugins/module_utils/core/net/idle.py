# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Idle connections of the process.

They are closed when they have become too old to be used again, or when the process has too many
open files.
"""

from __future__ import annotations

import weakref
from typing import Protocol


class Pool(Protocol):
    """A set of connections."""

    def close_idle(self, only_expired: bool) -> int:
        """Close idle connections and return how many."""


# A plain dict, whose operations are atomic: threads add to it, and a fork must find no lock held.
_pools: dict[int, weakref.ref[Pool]] = {}


def register(pool: Pool) -> None:
    """Add a pool, until nothing else refers to it."""
    key = id(pool)
    _pools[key] = weakref.ref(pool, lambda gone: _forget(key, gone))


def _forget(key: int, gone: weakref.ref[Pool]) -> None:
    if _pools.get(key) is gone:
        del _pools[key]


def close_idle(only_expired: bool) -> int:
    """Close idle connections of all pools.

    Args:
        only_expired: Only those that would not be used again.

    Returns:
        The number of closed connections.
    """
    pools = [reference() for reference in list(_pools.values())]
    return sum(pool.close_idle(only_expired) for pool in pools if pool is not None)
