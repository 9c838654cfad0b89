# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of a transport, last in, first out."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar

from ..closing import CLOSED
from ..exceptions import ClientError, ConfigurationError, RequestError
from . import idle
from .custom_wire import AsyncCustomWire, CustomWire
from .decoding import BodyReader
from .httplib import IMPORT_ERROR, MISSING
from .network import WireState
from .received import ResponseHead
from .wire import AsyncWire, Wire
from .wire_settings import MAX_IDLE, WireSettings

if TYPE_CHECKING:
    from ..flow import Exchange


def open_wire(settings: WireSettings, want_async: bool, clock: Callable[[], float]) -> Any:
    """Return a wire that is not connected yet.

    Args:
        settings: The settings of connections.
        want_async: For event loops instead of threads.
        clock: Monotonic seconds.

    Raises:
        ConfigurationError: The HTTP library is missing.
    """
    state = WireState(clock)
    if settings.has_custom_transport():
        return (AsyncCustomWire if want_async else CustomWire)(state, settings)
    if IMPORT_ERROR is not None:
        raise ConfigurationError(MISSING)
    return (AsyncWire if want_async else Wire)(state, settings)


class Pool:
    """The connections of a transport, last in, first out.

    The pool of the HTTP library is not used, because it searches all waiting requests and all
    connections at every step. The connection that was used last comes first, because it is the
    least likely to have been closed by the server.

    Args:
        settings: The settings of connections.
        clock: Monotonic seconds.
    """

    __slots__ = ("__weakref__", "_clock", "_closed", "_idle", "_max_idle", "_settings")

    _want_async: ClassVar[bool] = False

    def __init__(self, settings: WireSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._idle: list[Any] = []
        self._closed = False
        self._max_idle = MAX_IDLE
        if settings.has_custom_transport():
            # Its own connections are not known here.
            self._max_idle = inf
        else:
            idle.register(self)

    def _take(self) -> Any:
        if self._closed:
            # For example while this exchange waited for a connection to become free.
            raise ClientError(CLOSED)
        wire = self._take_idle()
        if wire is not None:
            return wire
        idle.close_idle(only_expired=True)
        return open_wire(self._settings, self._want_async, self._clock)

    def _take_idle(self) -> Any:
        """Return the connection that was used last; `None` if none is idle."""
        # Asking for the length first would not do: other threads may take the last one.
        with suppress(IndexError):
            return self._idle.pop()
        return None

    def _keep(self, wire: Any, reusable: bool) -> None:
        if not reusable:
            wire.abort()
            return
        wire.idle_since = self._clock()
        self._idle.append(wire)
        # Asked last: a thread that closes the pool at this moment finds the connection, or it is
        # closed here.
        self.close_idle(only_expired=not self._closed)

    def close_idle(self, only_expired: bool) -> int:
        """Close idle connections, from any thread and without an event loop.

        Args:
            only_expired: Only those that would not be used again.

        Returns:
            The number of connections closed.
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
        """Close every idle connection, from any thread and without an event loop.

        Those in use are closed when they are put back.
        """
        self._closed = True
        self.close_idle(only_expired=False)

    def _body_reader(self, head: ResponseHead, effect: Exchange, started: float) -> BodyReader:
        return BodyReader(
            head.headers,
            effect.limit,
            effect.timeout,
            self._clock,
            started,
            effect.method,
            head.status_code,
            effect.headers,
        )

    def _busy(self) -> RequestError:
        error = RequestError(
            f"all {self._settings.limit} connections are in use:"
            " raise 'limits', or close a stream first"
        )
        error.sent = False
        return error
