# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transports: they keep connections and give each exchange one to itself."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ..urls import base_of
from .decoding import BodyReader, Decoding
from .faults import explained
from .quiet import quietly
from .wire import WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange


class Answer:
    """What a transport gives back: read to its end, or open for a stream."""

    __slots__ = ("content", "headers", "reader", "status_code")

    def __init__(
        self, status_code: int, headers: Mapping[str, str], content: bytes, reader: Any = None
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.reader = reader


class SyncTransport:
    """A last-in-first-out set of connections, for threads.

    Not the HTTP library's own pool, because that searches all waiting requests and all connections
    at every step; the connection used last comes first, because it is the least likely to have been
    closed by the server.
    """

    __slots__ = ("_clock", "_idle", "_settings", "_turns")

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[Any] = []
        self._turns = threading.BoundedSemaphore(settings.limit)

    def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole answer.
        """
        self._turns.acquire()
        wire, streaming = None, False
        try:
            wire = self._idle.pop() if self._idle else self._settings.open(False, self._clock)
            with quietly(), explained(effect, wire):
                started = self._clock()
                raw = wire.send(effect)
                if effect.stream and 200 <= raw.status_code < 300:
                    streaming = True
                    return Answer(
                        raw.status_code, raw.headers, b"", SyncReader(self, effect, wire, raw)
                    )
                try:
                    reader = BodyReader(
                        raw.headers,
                        effect.limit,
                        effect.timeout,
                        self._clock,
                        started,
                        effect.method,
                        raw.status_code,
                        effect.headers,
                    )
                    for piece in raw.stream:
                        reader.feed(piece)
                finally:
                    raw.stream.close()
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire)

    def put_back(self, wire: Any) -> None:
        """Take back a connection."""
        if wire is not None:
            self._idle.append(wire)
        self._turns.release()

    def close(self) -> None:
        """Close every idle connection."""
        with quietly():
            while self._idle:
                self._idle.pop().close()


class OriginsBase:
    """The transports of a client that talks to several origins, each made when it is first needed.

    Args:
        make: Makes the transport of an origin.
    """

    __slots__ = ("_make", "_transports")

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make
        self._transports: dict[str, Any] = {}

    def exchange(self, effect: Exchange) -> Any:
        """Perform an exchange on the transport of its origin. For outcome and errors see
        `SyncTransport.exchange`; for event loops, an awaitable of it.
        """
        scheme, dummy, rest = effect.url.partition("://")
        origin = f"{scheme}://{re.split('[/?]', rest, maxsplit=1)[0]}"
        transport = self._transports.get(origin)
        if transport is None:
            # A redirect may write the same origin in another way.
            origin, dummy = base_of(origin)
            # setdefault is atomic; a transport that another thread did not need has no connections
            # yet.
            transport = self._transports.get(origin) or self._transports.setdefault(
                origin, self._make(origin)
            )
        return transport.exchange(effect)


class SyncOrigins(OriginsBase):
    """Several origins, for threads."""

    __slots__ = ()

    def close(self) -> None:
        """Close every idle connection."""
        for transport in self._transports.values():
            transport.close()


class AsyncOrigins(OriginsBase):
    """Several origins, for the tasks of one event loop."""

    __slots__ = ()

    async def close(self) -> None:
        """Close every idle connection."""
        for transport in self._transports.values():
            await transport.close()


class SyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoding", "_effect", "_owner", "_raw", "_wire")

    def __init__(self, owner: SyncTransport, effect: Exchange, wire: Any, raw: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._raw = raw
        self._decoding = Decoding(raw.headers, effect.headers)
        wire.deadline.lift()

    def pieces(self) -> Iterator[bytes]:
        """Yield the decoded body."""
        with explained(self._effect, self._wire):
            for raw in self._raw.stream:
                yield from self._decoding.pieces(raw)
        self._decoding.check_complete()

    def close(self) -> None:
        """Give the connection back; closed first where the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            try:
                self._raw.stream.close()
            finally:
                self._owner.put_back(wire)


class AsyncTransport:
    """A last-in-first-out set of connections, for the tasks of one event loop. For the reasons see
    `SyncTransport`.
    """

    __slots__ = ("_clock", "_idle", "_settings", "_turns")

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        import asyncio

        self._settings = settings
        self._clock = clock
        self._idle: list[Any] = []
        self._turns = asyncio.Semaphore(settings.limit)

    async def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole answer.
        """
        await self._turns.acquire()
        wire, streaming = None, False
        try:
            wire = self._idle.pop() if self._idle else self._settings.open(True, self._clock)
            with quietly(), explained(effect, wire):
                started = self._clock()
                raw = await wire.send(effect)
                if effect.stream and 200 <= raw.status_code < 300:
                    streaming = True
                    return Answer(
                        raw.status_code, raw.headers, b"", AsyncReader(self, effect, wire, raw)
                    )
                try:
                    reader = BodyReader(
                        raw.headers,
                        effect.limit,
                        effect.timeout,
                        self._clock,
                        started,
                        effect.method,
                        raw.status_code,
                        effect.headers,
                    )
                    async with aclosing(raw.stream.__aiter__()) as pieces:
                        async for piece in pieces:
                            reader.feed(piece)
                finally:
                    await raw.stream.aclose()
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire)

    def put_back(self, wire: Any) -> None:
        """Take back a connection."""
        if wire is not None:
            self._idle.append(wire)
        self._turns.release()

    async def close(self) -> None:
        """Close every idle connection."""
        with quietly():
            while self._idle:
                await self._idle.pop().aclose()


class AsyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoding", "_effect", "_owner", "_raw", "_wire")

    def __init__(self, owner: AsyncTransport, effect: Exchange, wire: Any, raw: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._raw = raw
        self._decoding = Decoding(raw.headers, effect.headers)
        wire.deadline.lift()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the decoded body."""
        with explained(self._effect, self._wire):
            async with aclosing(self._raw.stream.__aiter__()) as pieces:
                async for raw in pieces:
                    for part in self._decoding.pieces(raw):
                        yield part
        self._decoding.check_complete()

    async def close(self) -> None:
        """Give the connection back; closed first where the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            try:
                await self._raw.stream.aclose()
            finally:
                self._owner.put_back(wire)
