# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transports: they keep connections and give each exchange one of its own."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, suppress
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar

from ..exceptions import RequestError
from ..urls import base_of
from . import idle
from .decoding import BodyReader, Decoding
from .faults import explained
from .quiet import quietly
from .wire import MAX_IDLE, WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange


class Answer:
    """What a transport returns: read to its end, or open for a stream."""

    __slots__ = ("content", "headers", "reader", "status_code")

    def __init__(
        self, status_code: int, headers: Mapping[str, str], content: bytes, reader: Any = None
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.reader = reader


class PoolBase:
    """A last-in-first-out set of connections.

    Not the HTTP library's own pool, because that searches all waiting requests and all connections
    at every step; the connection used last comes first, because it is the least likely to have been
    closed by the server.

    Args:
        settings: What connections are made from.
        clock: Monotonic seconds.
    """

    __slots__ = ("__weakref__", "_clock", "_closed", "_idle", "_max_idle", "_settings")

    _want_async: ClassVar[bool] = False

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[Any] = []
        self._closed = False
        # A transport of the caller's is closed with the client alone.
        self._max_idle = inf if settings.has_custom_transport() else MAX_IDLE
        idle.register(self)

    def _take(self) -> Any:
        with suppress(IndexError):
            return self._idle.pop()
        idle.close_idle(only_expired=True)
        return self._settings.open(self._want_async, self._clock)

    def _keep(self, wire: Any, reusable: bool) -> None:
        if self._closed or not reusable:
            wire.abort()
        if not self._closed:
            wire.idle_since = self._clock()
            self._idle.append(wire)
            self.close_idle(only_expired=True)

    def close_idle(self, only_expired: bool) -> int:
        """Close idle connections, from any thread and without an event loop.

        Args:
            only_expired: Those alone that would not be used again.

        Returns:
            How many were closed.
        """
        closed = 0
        before = self._clock() - self._max_idle if only_expired else inf
        # Other threads may take them in the meantime.
        with suppress(IndexError):
            while self._idle[0].idle_since < before:
                self._idle.pop(0).abort()
                closed += 1
        return closed

    def abort(self) -> None:
        """Close every idle connection, from any thread and without an event loop; those in use are
        closed when they come back.
        """
        self._closed = True
        self.close_idle(only_expired=False)

    def _busy(self) -> RequestError:
        error = RequestError(
            f"all {self._settings.limit} connections are in use: raise 'limits', or leave a stream first"
        )
        error.sent = False
        return error


class SyncTransport(PoolBase):
    """Connections for threads."""

    __slots__ = ("_turns",)

    _want_async = False

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(settings, clock)
        self._turns = threading.BoundedSemaphore(settings.limit)

    def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole response.
        """
        started = self._clock()
        if not self._turns.acquire(timeout=effect.timeout):
            raise self._busy()
        wire, streaming, done = None, False, False
        try:
            wire = self._take()
            with quietly(), explained(effect, wire):
                raw = wire.send(effect, started)
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
                done = True
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire, done)

    def put_back(self, wire: Any, reusable: bool) -> None:
        """Take back a connection.

        Args:
            wire: `None` if none was made.
            reusable: Whether its exchange came to its end.
        """
        try:
            if wire is not None:
                self._keep(wire, reusable)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Close every idle connection now, and those in use when they come back."""
        self._closed = True
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

    def abort(self) -> None:
        """Close every idle connection, from any thread and without an event loop."""
        for transport in list(self._transports.values()):
            transport.abort()


class SyncOrigins(OriginsBase):
    """Several origins, for threads."""

    __slots__ = ()

    def close(self) -> None:
        """Close every idle connection."""
        for transport in list(self._transports.values()):
            transport.close()


class AsyncOrigins(OriginsBase):
    """Several origins, for the tasks of one event loop."""

    __slots__ = ()

    async def close(self) -> None:
        """Close every idle connection."""
        for transport in list(self._transports.values()):
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
        wire.attempt.lift()

    def pieces(self) -> Iterator[bytes]:
        """Yield the decoded body."""
        with explained(self._effect, self._wire):
            for raw in self._raw.stream:
                yield from self._decoding.pieces(raw)
        self._decoding.check_complete()

    def close(self) -> None:
        """Give the connection back; closed first if the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            done = False
            try:
                self._raw.stream.close()
                done = True
            finally:
                self._owner.put_back(wire, done)


class AsyncTransport(PoolBase):
    """Connections for the tasks of one event loop."""

    __slots__ = ("_turns",)

    _want_async = True

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        from .turns import Turns

        super().__init__(settings, clock)
        self._turns = Turns(settings.limit)

    async def exchange(self, effect: Exchange) -> Answer:
        """Perform an exchange.

        Raises:
            RequestError: There is no whole response.
        """
        started = self._clock()
        if not await self._turns.take(effect.timeout):
            raise self._busy()
        wire, streaming, done = None, False, False
        try:
            wire = self._take()
            with quietly(), explained(effect, wire):
                raw = await wire.send(effect, started)
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
                done = True
                return Answer(raw.status_code, raw.headers, reader.finish())
        finally:
            if not streaming:
                self.put_back(wire, done)

    def put_back(self, wire: Any, reusable: bool) -> None:
        """Take back a connection. For arguments see `SyncTransport.put_back`."""
        try:
            if wire is not None:
                self._keep(wire, reusable)
        finally:
            self._turns.give_back()

    async def close(self) -> None:
        """Close every idle connection now, and those in use when they come back."""
        self._closed = True
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
        wire.attempt.lift()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the decoded body."""
        with explained(self._effect, self._wire):
            async with aclosing(self._raw.stream.__aiter__()) as pieces:
                async for raw in pieces:
                    for part in self._decoding.pieces(raw):
                        yield part
        self._decoding.check_complete()

    async def close(self) -> None:
        """Give the connection back; closed first if the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            done = False
            try:
                await self._raw.stream.aclose()
                done = True
            finally:
                self._owner.put_back(wire, done)
