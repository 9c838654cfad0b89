# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transports of a client that has several origins."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..urls import base_of

if TYPE_CHECKING:
    from ..flow import Exchange


class OriginsBase:
    """The transports of a client that has several origins, each made on first use.

    Args:
        make: Makes the transport of an origin.
    """

    __slots__ = ("_closed", "_make", "_transports")

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._closed = False
        self._make = make
        self._transports: dict[str, Any] = {}

    def exchange(self, effect: Exchange) -> Any:
        """Perform an exchange on the transport of its origin.

        For the outcome and errors see `SyncTransport.exchange`; for event loops the outcome is an
        awaitable.
        """
        scheme, dummy, rest = effect.url.partition("://")
        origin = f"{scheme}://{re.split('[/?]', rest, maxsplit=1)[0]}"
        transport = self._transports.get(origin)
        if transport is None:
            # A redirect may have another spelling of the same origin.
            origin, dummy = base_of(origin)
            # setdefault is atomic; a transport that another thread did not need has no connections
            # yet.
            transport = self._transports.get(origin) or self._transports.setdefault(
                origin, self._make(origin)
            )
            if self._closed:
                # The thread that closed this may not have found the transport.
                transport.abort()
        return transport.exchange(effect)

    def abort(self) -> None:
        """Close every idle connection, from any thread and without an event loop."""
        self._closed = True
        for transport in list(self._transports.values()):
            transport.abort()


class SyncOrigins(OriginsBase):
    """Several origins, for threads."""

    __slots__ = ()

    def close(self) -> None:
        """Close every idle connection."""
        self.abort()


class AsyncOrigins(OriginsBase):
    """Several origins, for the tasks of one event loop."""

    __slots__ = ()

    async def close(self) -> None:
        """Close every idle connection."""
        self._closed = True
        for transport in list(self._transports.values()):
            await transport.close()
