# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The driver for threads: it performs the effects of flows."""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable, Iterable
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from . import batch
from .closing import CLOSED, CallersTransport
from .deadlines import too_late, within
from .exceptions import ClientError, RequestError
from .flow import ENTERED_AGAIN, Emit, Exchange, Flow, Pause, SingleFlight, Together

if TYPE_CHECKING:
    from .net.origins import SyncOrigins
    from .net.received import RawResponse
    from .net.transport import SyncTransport
    from .runtime import Runtime
    from .secrets.redaction import SecretValues

T = TypeVar("T")


class _Flight:
    """One run of a single flight.

    Attributes:
        leader: The thread that runs it.
        done: Set when it is over.
        value: Its result.
        error: Its error.
        interrupted: `True` unless it has a result or an error that concerns not only its leader.
    """

    __slots__ = ("done", "error", "interrupted", "leader", "value")

    def __init__(self) -> None:
        self.leader = threading.get_ident()
        self.done = threading.Event()
        self.value: Any = None
        self.error: ClientError | None = None
        self.interrupted = True


class _State:
    """The state of one process, which must not be used in a fork of it."""

    __slots__ = ("flights", "transport")

    def __init__(self, transport: SyncTransport | SyncOrigins) -> None:
        self.flights: dict[str, _Flight] = {}
        self.transport = transport


class SyncDriver:
    """Runs flows in the calling thread.

    Args:
        transport: Makes the transport, on the first exchange in each process.
        runtime: Clock and sleep.
        secrets: Masked in every error that a flow ends with.
        custom: What the caller gave instead of real connections, closed with this driver.
    """

    __slots__ = ("_clock", "_closed", "_custom", "_make_transport", "_secrets", "_sleep", "_states")

    def __init__(
        self,
        transport: Callable[[], SyncTransport | SyncOrigins],
        runtime: Runtime,
        secrets: SecretValues,
        custom: Any = None,
    ) -> None:
        self._make_transport = transport
        # Networks have nothing to close.
        self._custom = CallersTransport(custom.close) if hasattr(custom, "close") else None
        self._secrets = secrets
        self._clock = runtime.clock
        self._sleep = runtime.sleep or time.sleep
        self._states: dict[int, _State] = {}
        self._closed = False

    def _state(self) -> _State:
        pid = os.getpid()
        states = self._states
        state = states.get(pid)
        if state is None:
            if self._closed:
                raise ClientError(CLOSED)
            # setdefault is atomic, and a lock that was taken over from the parent may be held by a
            # thread that does not exist here.
            state = states.setdefault(pid, _State(self._make_transport()))
            self._states = {pid: state}
            for inherited in [other for key, other in list(states.items()) if key != pid]:
                # This closes the fork's copies; the parent goes on using its own.
                inherited.transport.abort()
            if self._closed:
                # It was closed in the meantime, and may not have found this state.
                self.close()
                raise ClientError(CLOSED)
        return state

    def run(self, flow: Flow[T], ends: float = inf) -> T:
        """Run a flow to its end.

        Args:
            flow: The flow.
            ends: Clock reading at which its exchanges and pauses must be over.

        Returns:
            The result of the flow.

        Raises:
            ClientError: The error that the flow raises.
        """
        try:
            emitted = True
            value: Any = None
            while emitted:
                emitted, value = self.advance(flow, ends)
            result: T = value
            return result
        finally:
            flow.close()

    def advance(self, flow: Flow[Any], ends: float = inf) -> tuple[bool, Any]:
        """Run a flow until it emits or ends.

        Args:
            flow: The flow.
            ends: Clock reading at which its exchanges and pauses must be over.

        Returns:
            `True` if it emitted, and the value that it emitted or returned.

        Raises:
            ClientError: The error of the flow, with known secrets masked: every error of a client
                leaves it here.
        """
        try:
            effect = flow.send(None)
            while not isinstance(effect, Emit):
                try:
                    value = self._perform(effect, ends)
                except Exception as exc:
                    effect = flow.throw(exc)
                else:
                    effect = flow.send(value)
            return True, effect.value
        except StopIteration as stop:
            return False, stop.value
        except ClientError as exc:
            self._secrets.scrub_error(exc)
            raise

    def _perform(self, effect: Exchange | SingleFlight | Together | Pause, ends: float) -> Any:
        if ends != inf:
            effect = within(effect, ends - self._clock())
        if isinstance(effect, Exchange):
            return self._exchange(effect)
        if isinstance(effect, SingleFlight):
            return self._fly(effect)
        if isinstance(effect, Together):
            return batch.in_threads(
                lambda flow: self.run(flow, ends),
                effect.flows,
                effect.concurrency,
                return_exceptions=True,
            )
        return self._sleep(effect.seconds)

    def _exchange(self, effect: Exchange) -> RawResponse:
        custom = self._custom
        if custom is None:
            return self._state().transport.exchange(effect)
        use, is_open = custom.begin_use(), False
        try:
            response = self._state().transport.exchange(effect)
            if response.reader is not None:
                response.reader = _StreamReader(response.reader, custom, use)
                is_open = True
            return response
        finally:
            if not is_open:
                _call(custom.end_use(use))

    def _fly(self, effect: SingleFlight) -> Any:
        state = self._state()
        ends = self._clock() + effect.timeout
        while True:
            own = _Flight()
            try:
                # setdefault is atomic.
                flight = state.flights.setdefault(effect.name, own)
                if flight is own:
                    return self._lead(own, effect, ends)
            finally:
                # Also if the thread was interrupted before it began to lead.
                if state.flights.get(effect.name) is own:
                    del state.flights[effect.name]
                own.done.set()
            self._wait_for(flight, effect, ends - self._clock())
            if not flight.interrupted:
                break
        if flight.error is not None:
            raise copy.copy(flight.error)
        return flight.value

    def _lead(self, flight: _Flight, effect: SingleFlight, ends: float) -> Any:
        try:
            flight.value = self.run(effect.run(), ends)
        except ClientError as exc:
            flight.error = exc
            # The deadline is that of the leader: a follower takes the lead.
            flight.interrupted = isinstance(exc, RequestError) and self._clock() >= ends
            raise
        flight.interrupted = False
        return flight.value

    @staticmethod
    def _wait_for(flight: _Flight, effect: SingleFlight, seconds: float) -> None:
        if flight.leader == threading.get_ident():
            raise ClientError(ENTERED_AGAIN)
        if not flight.done.wait(max(seconds, 0.0)):
            raise too_late(effect)

    def close(self) -> None:
        """Close the connections of this process, those in use when their exchange is over."""
        self._closed = True
        state = self._states.pop(os.getpid(), None)
        if state is not None:
            state.transport.close()
        if self._custom is not None:
            _call(self._custom.close())


class _StreamReader:
    """The open body of a stream, which uses a transport of the caller until it is closed."""

    __slots__ = ("_custom", "_reader", "_use", "pieces")

    def __init__(self, reader: Any, custom: CallersTransport, use: object) -> None:
        self.pieces = reader.pieces
        self._reader = reader
        self._custom = custom
        self._use = use

    def close(self) -> None:
        try:
            self._reader.close()
        finally:
            _call(self._custom.end_use(self._use))


def _call(functions: Iterable[Callable[[], Any]]) -> None:
    for function in functions:
        function()
