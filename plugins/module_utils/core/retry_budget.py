# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A limit on the retries of a client, so that they do not make an outage worse."""

from __future__ import annotations

from contextvars import ContextVar


class RetryBudget:
    """A bucket of tokens: retries take tokens out, successes put some back.

    Args:
        capacity: Tokens in a full bucket.
        cost: Tokens that a retry takes.
        refill: Tokens that a success puts back.
    """

    __slots__ = ("_capacity", "_cost", "_left", "_refill")

    def __init__(self, capacity: float = 500.0, cost: float = 5.0, refill: float = 1.0) -> None:
        self._capacity = capacity
        self._cost = cost
        self._refill = refill
        self._left = capacity

    def take(self) -> bool:
        """Take the tokens for one retry; return `False` if there are not enough."""
        if self._left < self._cost:
            return False
        self._left -= self._cost
        return True

    def add_success(self) -> None:
        """Put back the tokens for a success."""
        if self._left < self._capacity:
            self._left = min(self._left + self._refill, self._capacity)


budget: ContextVar[RetryBudget | None] = ContextVar("budget", default=None)
"""The budget in this context, instead of those of the clients: for work that must not depend on
what the same client did before."""
