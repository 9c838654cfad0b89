# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The driver for event loops: it performs the effects of flows."""

from __future__ import annotations

import asyncio
import copy
import os
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from . import batch
from .closing import CLOSED, CallersTransport
from .deadlines import too_late
from .exceptions import ClientError
from .flow import ENTERED_AGAIN, Emit, Exchange, Flow, Pause, SingleFlight, Together

if TYPE_CHECKING:
    from .net.async_transport import AsyncTransport
    from .net.origins import AsyncOrigins
    from .net.received import RawResponse
    from .runtime import Runtime
    from .secrets.redaction import SecretValues

T = TypeVar("T")


class _State:
    """The state of one event loop in one process."""

    __slots__ = ("flights", "pid", "transport")

    def __init__(self, pid: int, transport: AsyncTransport | AsyncOrigins) -> None:
        self.pid = pid
        self.flights: dict[str, asyncio.Task[Any]] = {}
        self.transport = transport


class AsyncDriver:
    """Runs flows in the calling task.

    Args:
        transport: Makes the transport, on the first exchange in each event loop.
        runtime: Sleep.
        secrets: Masked in every error that a flow ends with.
        custom: What the caller gave instead of real connections, closed with this driver.
    """

    __slots__ = ("_closed", "_custom", "_make_transport", "_secrets", "_sleep", "_states")

    def __init__(
        self,
        transport: Callable[[], AsyncTransport | AsyncOrigins],
        runtime: Runtime,
        secrets: SecretValues,
        custom: Any = None,
    ) -> None:
        self._make_transport = transport
        # Networks have nothing to close.
        self._custom = CallersTransport(custom.aclose) if hasattr(custom, "aclose") else None
        self._secrets = secrets
        self._sleep = runtime.sleep or asyncio.sleep
        self._states: dict[asyncio.AbstractEventLoop, _State] = {}
        self._closed = False

    def _state(self) -> _State:
        loop = asyncio.get_running_loop()
        state = self._states.get(loop)
        if state is None or state.pid != os.getpid():
            if self._closed:
                raise ClientError(CLOSED)
            self._drop_states_of_ended_loops()
            state = self._states[loop] = _State(os.getpid(), self._make_transport())
            if self._closed:
                # It was closed in the meantime, and may not have found this state.
                self._abort(loop)
                raise ClientError(CLOSED)
        return state

    def _drop_states_of_ended_loops(self) -> None:
        """Close the connections of loops that are closed, and a fork's copies of its parent's."""
        for loop, state in list(self._states.items()):
            if loop.is_closed() or state.pid != os.getpid():
                self._abort(loop)

    def _abort(self, loop: asyncio.AbstractEventLoop) -> None:
        # The thread of another loop may do the same.
        state = self._states.pop(loop, None)
        if state is not None:
            state.transport.abort()

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Returns:
            The result of the flow.

        Raises:
            ClientError: The error that the flow raises.
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
            `True` if it emitted, and the value that it emitted or returned.

        Raises:
            ClientError: The error of the flow, with known secrets masked: every error of a client
                leaves it here.
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
            return await self._exchange(effect)
        if isinstance(effect, SingleFlight):
            return await self._fly(effect)
        if isinstance(effect, Together):
            return await batch.in_tasks(
                self.run, effect.flows, effect.concurrency, return_exceptions=True
            )
        return await self._sleep(effect.seconds)

    async def _exchange(self, effect: Exchange) -> RawResponse:
        custom = self._custom
        if custom is None:
            return await self._state().transport.exchange(effect)
        use, is_open = custom.begin_use(), False
        try:
            response = await self._state().transport.exchange(effect)
            if response.reader is not None:
                response.reader = _StreamReader(response.reader, custom, use)
                is_open = True
            return response
        finally:
            if not is_open:
                await _close(custom.end_use(use))

    async def _fly(self, effect: SingleFlight) -> Any:
        state = self._state()
        flight = state.flights.get(effect.name)
        if flight is not None and flight is asyncio.current_task():
            raise ClientError(ENTERED_AGAIN)
        if flight is None or flight.done():
            # A task of its own, which goes on for the others if the leader is cancelled.
            flight = state.flights[effect.name] = asyncio.get_running_loop().create_task(
                self.run(effect.run())
            )
            flight.add_done_callback(_retrieve_error)
        done, dummy = await asyncio.wait((flight,), timeout=effect.timeout)
        if not done:
            raise too_late(effect)
        if flight.cancelled():
            raise ClientError(CLOSED)
        error = flight.exception()
        if isinstance(error, ClientError):
            raise copy.copy(error)
        return flight.result()

    async def close(self) -> None:
        """Close the connections of this process, those in use when their exchange is over."""
        self._closed = True
        running = asyncio.get_running_loop()
        for loop, state in list(self._states.items()):
            if loop is running and state.pid == os.getpid():
                del self._states[loop]
                for flight in state.flights.values():
                    flight.cancel()
                await state.transport.close()
            else:
                self._abort(loop)
        if self._custom is not None:
            await _close(self._custom.close())


class _StreamReader:
    """The open body of a stream, which uses a transport of the caller until it is closed."""

    __slots__ = ("_custom", "_reader", "_use", "pieces")

    def __init__(self, reader: Any, custom: CallersTransport, use: object) -> None:
        self.pieces = reader.pieces
        self._reader = reader
        self._custom = custom
        self._use = use

    async def close(self) -> None:
        try:
            await self._reader.close()
        finally:
            await _close(self._custom.end_use(self._use))


async def _close(functions: Iterable[Callable[[], Awaitable[None]]]) -> None:
    for close in functions:
        # A transport cannot close connections that it has made in a loop that has ended.
        with suppress(RuntimeError):
            await close()


def _retrieve_error(flight: asyncio.Task[Any]) -> None:
    # If every caller was cancelled, the error is not looked at, and asyncio would report it.
    dummy = flight.cancelled() or flight.exception()
