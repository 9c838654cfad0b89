# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of what a server may not have, or may not show to this account."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from .exceptions import HTTPStatusError
from .flow import Flow

T = TypeVar("T")

UNAVAILABLE = frozenset((403, 404, 405, 501))
"""Statuses of what a server does not have, or does not show to this account."""


def optional(read: Flow[T], statuses: Collection[int] = UNAVAILABLE) -> Flow[T | None]:
    """Return what a flow reads; `None` if the server refuses it with one of the statuses.

    Args:
        read: The flow.
        statuses: The statuses. A login that fails with one of them is an error all the same.

    Raises:
        ClientError: The read failed in another way.
    """
    try:
        return (yield from read)
    except HTTPStatusError as exc:
        if exc.call_status not in statuses:
            raise
        return None
