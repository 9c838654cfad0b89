# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transports of the HTTP library that callers bring, used like connections.

They are closed with the client, not with a wire, because all wires of a client use the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..http import Headers
from .httplib import httpx
from .received import ResponseHead
from .wire import WireBase

if TYPE_CHECKING:
    from ..flow import Exchange


class _CustomWireBase(WireBase):
    """The base of wires that use a transport of the caller."""

    __slots__ = ()

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors that may be raised instead of a response."""
        library = httpx(self._settings.custom)
        return library.HTTPError, library.InvalidURL

    def _begin(self, effect: Exchange, started: float) -> Any:
        """Begin an attempt, and return the transport."""
        self.state.begin(effect.timeout, started)
        # What it writes cannot be seen: the server may have the request.
        self.state.wrote = True
        # Here, the connection only tells if the exchange before had a response.
        self.reused = self._connection is not None
        self._connection = None
        return self._settings.custom

    def _request(self, effect: Exchange) -> Any:
        limits = dict.fromkeys(("connect", "read", "write", "pool"), effect.timeout)
        return httpx(self._settings.custom).Request(
            effect.method,
            effect.url,
            headers=effect.headers,
            content=effect.content or None,
            extensions={"timeout": limits},
        )

    def _finish(self, raw: Any) -> ResponseHead:
        self._connection = self._settings.custom
        return ResponseHead(raw.status_code, Headers(raw.headers.raw), raw.stream)


class CustomWire(_CustomWireBase):
    """A custom transport for threads."""

    __slots__ = ()

    def send(self, effect: Exchange, started: float) -> ResponseHead:
        """Send the request. For arguments see `Wire.send`."""
        raw = self._begin(effect, started).handle_request(self._request(effect))
        return self._finish(raw)


class AsyncCustomWire(_CustomWireBase):
    """A custom transport for event loops."""

    __slots__ = ()

    async def send(self, effect: Exchange, started: float) -> ResponseHead:
        """Send the request. For arguments see `Wire.send`."""
        raw = await self._begin(effect, started).handle_async_request(self._request(effect))
        return self._finish(raw)

    async def aclose(self) -> None:
        """Do nothing."""
