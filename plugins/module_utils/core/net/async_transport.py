# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport for event loops: it performs exchanges on the connections that it keeps."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from .decoding import Decoding
from .faults import translate_errors
from .pool import Pool
from .quiet import silence_loggers
from .received import RawResponse
from .semaphore import TimedSemaphore
from .wire_settings import WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange


class AsyncTransport(Pool):
    """The transport for the tasks of one event loop."""

    __slots__ = ("_permits",)

    _want_async = True

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(settings, clock)
        self._permits = TimedSemaphore(settings.limit)

    async def exchange(self, effect: Exchange) -> RawResponse:
        """Send a request and read the response. For its body see `SyncTransport.exchange`.

        Raises:
            RequestError: There is no complete response.
        """
        started = self._clock()
        if not await self._permits.acquire(effect.timeout):
            raise self._busy()
        wire, streaming, done = None, False, False
        try:
            wire = self._take()
            with silence_loggers(), translate_errors(effect, wire):
                head = await wire.send(effect, started)
                if effect.stream and 200 <= head.status_code < 300:
                    reader = AsyncReader(self, effect, wire, head)
                    streaming = True
                    return RawResponse(head.status_code, head.headers, b"", reader)
                try:
                    body = self._body_reader(head, effect, started)
                    async with aclosing(head.stream.__aiter__()) as pieces:
                        async for piece in pieces:
                            body.feed(piece)
                finally:
                    await head.stream.aclose()
                done = True
                return RawResponse(head.status_code, head.headers, body.finish())
        finally:
            if not streaming:
                self.put_back(wire, done)

    def put_back(self, wire: Any, reusable: bool) -> None:
        """Take back a connection. For arguments see `SyncTransport.put_back`."""
        try:
            if wire is not None:
                self._keep(wire, reusable)
        finally:
            self._permits.release()

    async def close(self) -> None:
        """Close every idle connection now, and those in use when they are put back."""
        self._closed = True
        with silence_loggers():
            while (wire := self._take_idle()) is not None:
                await wire.aclose()


class AsyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoding", "_effect", "_head", "_owner", "_wire")

    def __init__(self, owner: AsyncTransport, effect: Exchange, wire: Any, head: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._head = head
        self._decoding = Decoding(head.headers, effect.headers)
        wire.state.lift()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the decoded body."""
        with translate_errors(self._effect, self._wire):
            async with aclosing(self._head.stream.__aiter__()) as pieces:
                async for raw in pieces:
                    for part in self._decoding.pieces(raw):
                        yield part
        self._decoding.check_complete()

    async def close(self) -> None:
        """Give the connection back; it is closed if the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            done = False
            try:
                await self._head.stream.aclose()
                done = True
            finally:
                self._owner.put_back(wire, done)
