# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performing flows for event loops."""

from __future__ import annotations

import asyncio
import copy
import os
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import batch
from .exceptions import ClientError, RequestError
from .flow import ENTERED_AGAIN, Emit, Exchange, Flow, Pause, SingleFlight, Together

if TYPE_CHECKING:
    from .call import Runtime
    from .net.transport import AsyncOrigins, AsyncTransport
    from .secrets.redaction import SecretValues

T = TypeVar("T")


class _State:
    """What belongs to one event loop in one process."""

    __slots__ = ("flights", "pid", "transport")

    def __init__(self, pid: int, transport: AsyncTransport | AsyncOrigins) -> None:
        self.pid = pid
        self.flights: dict[str, asyncio.Task[Any]] = {}
        self.transport = transport


class AsyncDriver:
    """Runs flows in the calling task.

    Args:
        transport: Makes the connections, on the first exchange in each event loop.
        runtime: Waits for seconds.
        secrets: Masked in every error that a flow ends with.
    """

    __slots__ = ("_make_transport", "_secrets", "_sleep", "_states")

    def __init__(
        self,
        transport: Callable[[], AsyncTransport | AsyncOrigins],
        runtime: Runtime,
        secrets: SecretValues,
    ) -> None:
        self._make_transport = transport
        self._secrets = secrets
        self._sleep = runtime.sleep or asyncio.sleep
        self._states: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _State] = (
            weakref.WeakKeyDictionary()
        )

    def _state(self) -> _State:
        loop = asyncio.get_running_loop()
        state = self._states.get(loop)
        if state is None or state.pid != os.getpid():
            state = self._states[loop] = _State(os.getpid(), self._make_transport())
        return state

    async def run(self, flow: Flow[T]) -> T:
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
                emitted, value = await self.advance(flow)
            result: T = value
            return result
        finally:
            flow.close()

    async def advance(self, flow: Flow[Any]) -> tuple[bool, Any]:
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
                    value = await self._perform(effect)
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

    async def _perform(self, effect: Exchange | SingleFlight | Together | Pause) -> Any:
        if isinstance(effect, Exchange):
            return await self._state().transport.exchange(effect)
        if isinstance(effect, SingleFlight):
            return await self._fly(effect)
        if isinstance(effect, Together):
            return await batch.in_tasks(
                self.run, effect.flows, effect.concurrency, return_exceptions=True
            )
        return await self._sleep(effect.seconds)

    async def _fly(self, effect: SingleFlight) -> Any:
        state = self._state()
        flight = state.flights.get(effect.name)
        if flight is not None and flight is asyncio.current_task():
            raise ClientError(ENTERED_AGAIN)
        if flight is None or flight.done():
            # A task of its own: a cancelled leader must not take the others' login with it.
            flight = state.flights[effect.name] = asyncio.get_running_loop().create_task(
                self.run(effect.run())
            )
            flight.add_done_callback(_retrieved)
        done, dummy = await asyncio.wait((flight,), timeout=effect.timeout)
        if not done:
            raise RequestError(
                f"the {effect.name} that another task began was not done after {effect.timeout:g} s"
            )
        error = flight.exception()
        if isinstance(error, ClientError):
            raise copy.copy(error)
        return flight.result()

    async def close(self) -> None:
        """Close the connections of this event loop."""
        state = self._states.pop(asyncio.get_running_loop(), None)
        if state is not None:
            await state.transport.close()


def _retrieved(flight: asyncio.Task[Any]) -> None:
    # Where every waiter was cancelled nobody else looks at the error, and asyncio would report it.
    dummy = flight.cancelled() or flight.exception()
