# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that come in pieces: the pages of a list, and the bytes of a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .call import Call
from .flow import Flow
from .http import Response
from .sync_driver import SyncDriver

if TYPE_CHECKING:
    from typing_extensions import Self

    from .async_driver import AsyncDriver
    from .net.transport import Answer


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
    """What both streams share.

    Attributes:
        response: Status and headers, once the stream is entered.
    """

    __slots__ = ("_call", "_owner", "_reader", "response")

    response: Response

    def __init__(self, owner: Any, call: Call) -> None:
        self._owner = owner
        self._call = call
        self._reader: Any = None

    def _opened(self, outcome: tuple[Answer, Response]) -> None:
        answer, self.response = outcome
        self._reader = answer.reader


class Stream(StreamBase):
    """An answer whose body is read piece by piece."""

    __slots__ = ()

    def __enter__(self) -> Self:
        self._opened(self._owner._perform(self._owner._engine.send(self._call)))
        self._owner._engine.check(self.response)
        return self

    def __iter__(self) -> Iterator[bytes]:
        pieces: Iterator[bytes] = self._reader.pieces()
        return pieces

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._reader.close()


class AsyncStream(StreamBase):
    """An answer whose body is read piece by piece."""

    __slots__ = ()

    async def __aenter__(self) -> Self:
        self._opened(await self._owner._perform(self._owner._engine.send(self._call)))
        self._owner._engine.check(self.response)
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        pieces: AsyncIterator[bytes] = self._reader.pieces()
        return pieces

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self._reader.close()
