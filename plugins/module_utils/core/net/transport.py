# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport for threads: it performs exchanges on the connections that it keeps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .decoding import Decoding
from .faults import translate_errors
from .pool import Pool
from .quiet import silence_loggers
from .received import RawResponse
from .wire_settings import WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange


class SyncTransport(Pool):
    """The transport for threads."""

    __slots__ = ("_permits",)

    _want_async = False

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(settings, clock)
        self._permits = threading.BoundedSemaphore(settings.limit)

    def exchange(self, effect: Exchange) -> RawResponse:
        """Send a request and read the response.

        If `effect.stream` is set and the status is 2xx, the body is left open. Its reader must be
        closed, which gives the connection back.

        Raises:
            RequestError: There is no complete response.
        """
        started = self._clock()
        if not self._permits.acquire(timeout=effect.timeout):
            raise self._busy()
        wire, streaming, done = None, False, False
        try:
            wire = self._take()
            with silence_loggers(), translate_errors(effect, wire):
                head = wire.send(effect, started)
                if effect.stream and 200 <= head.status_code < 300:
                    reader = SyncReader(self, effect, wire, head)
                    streaming = True
                    return RawResponse(head.status_code, head.headers, b"", reader)
                try:
                    body = self._body_reader(head, effect, started)
                    for piece in head.stream:
                        body.feed(piece)
                finally:
                    head.stream.close()
                done = True
                return RawResponse(head.status_code, head.headers, body.finish())
        finally:
            if not streaming:
                self.put_back(wire, done)

    def put_back(self, wire: Any, reusable: bool) -> None:
        """Take back a connection.

        Args:
            wire: The connection; `None` if none was made.
            reusable: `True` if its exchange was completed.
        """
        try:
            if wire is not None:
                self._keep(wire, reusable)
        finally:
            self._permits.release()

    def close(self) -> None:
        """Close every idle connection now, and those in use when they are put back."""
        self.abort()


class SyncReader:
    """The open body of a stream."""

    __slots__ = ("_decoding", "_effect", "_head", "_owner", "_wire")

    def __init__(self, owner: SyncTransport, effect: Exchange, wire: Any, head: Any) -> None:
        self._owner = owner
        self._effect = effect
        self._wire = wire
        self._head = head
        self._decoding = Decoding(head.headers, effect.headers)
        wire.state.lift()

    def pieces(self) -> Iterator[bytes]:
        """Yield the decoded body."""
        with translate_errors(self._effect, self._wire):
            for raw in self._head.stream:
                yield from self._decoding.pieces(raw)
        self._decoding.check_complete()

    def close(self) -> None:
        """Give the connection back; it is closed if the body was not read to its end."""
        if self._wire is not None:
            wire, self._wire = self._wire, None
            done = False
            try:
                self._head.stream.close()
                done = True
            finally:
                self._owner.put_back(wire, done)
