# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that come in pieces: the pages of a list, and the bytes of a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .call import Call
from .exceptions import ClientError, RequestError
from .flow import Flow
from .http import Response
from .sync_driver import SyncDriver

if TYPE_CHECKING:
    from typing_extensions import Self

    from .async_driver import AsyncDriver
    from .engine import Engine
    from .net.received import RawResponse


class Pages:
    """An iterator over the pages of a list; leaving it early needs no closing."""

    __slots__ = ("_driver", "_flow")

    def __init__(self, driver: SyncDriver, flow: Flow[None]) -> None:
        self._driver = driver
        self._flow = flow

    def __iter__(self) -> Iterator[Response]:
        return self

    def __next__(self) -> Response:
        emitted, value = self._driver.advance(self._flow)
        if not emitted:
            raise StopIteration
        response: Response = value
        return response


class AsyncPages:
    """An asynchronous iterator over the pages of a list; leaving it early needs no closing."""

    __slots__ = ("_driver", "_flow")

    def __init__(self, driver: AsyncDriver, flow: Flow[None]) -> None:
        self._driver = driver
        self._flow = flow

    def __aiter__(self) -> AsyncIterator[Response]:
        return self

    async def __anext__(self) -> Response:
        emitted, value = await self._driver.advance(self._flow)
        if not emitted:
            raise StopAsyncIteration
        response: Response = value
        return response


class StreamBase:
    """The common part of both streams.

    Args:
        driver: Runs the flow of the call.
        engine: Sends the call.
        call: The call.

    Attributes:
        response: Status and headers, once the stream is entered.
    """

    __slots__ = ("_call", "_driver", "_engine", "_is_open", "_pieces", "_reader", "response")

    response: Response

    def __init__(self, driver: Any, engine: Engine, call: Call) -> None:
        self._driver = driver
        self._engine = engine
        self._call = call
        self._is_open = False
        self._reader: Any = None
        self._pieces: Any = None

    def _open(self, outcome: tuple[RawResponse, Response]) -> None:
        raw, self.response = outcome
        self._reader = raw.reader
        self._engine.check(self.response)
        self._is_open = True

    def _begin(self) -> Any:
        """Return the pieces of the body.

        Raises:
            ClientError: The stream is not open, or its body was read before.
        """
        self._check_open()
        if self._pieces is not None:
            raise self._error("the stream was read before: keep its pieces, or send the call again")
        self._pieces = self._reader.pieces()
        return self._pieces

    def _check_open(self) -> None:
        if not self._is_open:
            raise self._error("the stream is not open: read it inside its 'with' block")

    def _error(self, why: str) -> ClientError:
        return ClientError(self._message(why), request=self._call.request)

    def _stream_error(self, fault: RequestError) -> RequestError:
        error = RequestError(
            self._message(fault.message), request=self._call.request, cause=fault.cause or fault
        )
        error.__cause__ = fault.cause
        return error

    def _message(self, why: str) -> str:
        return self._engine.secrets.scrub(f"{self._call.method} {self._call.request.url}: {why}")


class Stream(StreamBase):
    """A response whose body is read piece by piece, once."""

    __slots__ = ()

    def __enter__(self) -> Self:
        self._open(self._driver.run(self._engine.send(self._call)))
        return self

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._begin():
                yield piece
                self._check_open()
        except RequestError as fault:
            raise self._stream_error(fault) from fault.cause

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._is_open = False
        self._reader.close()


class AsyncStream(StreamBase):
    """A response whose body is read piece by piece, once."""

    __slots__ = ()

    async def __aenter__(self) -> Self:
        self._open(await self._driver.run(self._engine.send(self._call)))
        return self

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._begin():
                yield piece
                self._check_open()
        except RequestError as fault:
            raise self._stream_error(fault) from fault.cause

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._is_open = False
        if self._pieces is not None:
            await self._pieces.aclose()
        await self._reader.close()
