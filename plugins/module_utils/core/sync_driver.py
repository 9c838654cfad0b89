# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performing flows for threads."""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import batch
from .exceptions import ClientError, RequestError
from .flow import ENTERED_AGAIN, Emit, Exchange, Flow, Pause, SingleFlight, Together

if TYPE_CHECKING:
    from .call import Runtime
    from .net.transport import SyncOrigins, SyncTransport
    from .secrets.redaction import SecretValues

T = TypeVar("T")


class _Flight:
    __slots__ = ("done", "error", "leader", "value")

    def __init__(self) -> None:
        self.leader = threading.get_ident()
        self.done = threading.Event()
        self.value: Any = None
        self.error: BaseException | None = None


class _State:
    """What belongs to one process and must not be used in a fork of it."""

    __slots__ = ("flights", "lock", "transport")

    def __init__(self, transport: SyncTransport | SyncOrigins) -> None:
        self.lock = threading.Lock()
        self.flights: dict[str, _Flight] = {}
        self.transport = transport


class SyncDriver:
    """Runs flows in the calling thread.

    Args:
        transport: Makes the connections, on the first exchange in each process.
        runtime: Waits for seconds.
        secrets: Masked in every error that a flow ends with.
    """

    __slots__ = ("_make_transport", "_secrets", "_sleep", "_states")

    def __init__(
        self,
        transport: Callable[[], SyncTransport | SyncOrigins],
        runtime: Runtime,
        secrets: SecretValues,
    ) -> None:
        self._make_transport = transport
        self._secrets = secrets
        self._sleep = runtime.sleep or time.sleep
        self._states: dict[int, _State] = {}

    def _state(self) -> _State:
        pid = os.getpid()
        states = self._states
        state = states.get(pid)
        if state is None:
            # setdefault is atomic, and a lock that was taken over from the parent may be held by a
            # thread that does not exist here.
            state = states.setdefault(pid, _State(self._make_transport()))
            self._states = {pid: state}
        return state

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Returns:
            What it returns.

        Raises:
            ClientError: What it raises.
        """
        try:
            emitted = True
            value: Any = None
            while emitted:
                emitted, value = self.advance(flow)
            result: T = value
            return result
        finally:
            flow.close()

    def advance(self, flow: Flow[Any]) -> tuple[bool, Any]:
        """Run a flow until it emits or ends.

        Returns:
            Whether it emitted, and what it emitted or returned.

        Raises:
            ClientError: What the flow raises, with known secrets masked: this is the one way out of
                a client for its errors.
        """
        try:
            effect = flow.send(None)
            while not isinstance(effect, Emit):
                try:
                    value = self._perform(effect)
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

    def _perform(self, effect: Exchange | SingleFlight | Together | Pause) -> Any:
        if isinstance(effect, Exchange):
            return self._state().transport.exchange(effect)
        if isinstance(effect, SingleFlight):
            return self._fly(effect)
        if isinstance(effect, Together):
            return batch.in_threads(
                self.run, effect.flows, effect.concurrency, return_exceptions=True
            )
        return self._sleep(effect.seconds)

    def _fly(self, effect: SingleFlight) -> Any:
        state = self._state()
        with state.lock:
            leads = effect.name not in state.flights
            flight = state.flights.setdefault(effect.name, _Flight())
        return self._lead(state, flight, effect) if leads else self._follow(flight, effect)

    def _lead(self, state: _State, flight: _Flight, effect: SingleFlight) -> Any:
        try:
            flight.value = self.run(effect.run())
            return flight.value
        except BaseException as exc:
            flight.error = exc
            raise
        finally:
            with state.lock:
                del state.flights[effect.name]
            flight.done.set()

    def _follow(self, flight: _Flight, effect: SingleFlight) -> Any:
        if flight.leader == threading.get_ident():
            raise ClientError(ENTERED_AGAIN)
        if not flight.done.wait(effect.timeout):
            raise RequestError(
                f"the {effect.name} that another thread began was not done after {effect.timeout:g} s"
            )
        if isinstance(flight.error, ClientError):
            raise copy.copy(flight.error)
        # A leader that was interrupted fails alone: whoever waited takes the lead.
        return flight.value if flight.error is None else self._fly(effect)

    def close(self) -> None:
        """Close the connections of this process."""
        state = self._states.pop(os.getpid(), None)
        if state is not None:
            state.transport.close()
