# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Closing of clients, with `close()` or by leaving a `with` block."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import logging

if TYPE_CHECKING:
    from typing_extensions import Self


CLOSED = "this client is closed: make a new one"
"""Error text for a call that needs a connection of a closed client, even if it began before."""


class CallersTransport:
    """A transport that the caller gave instead of real connections.

    It is closed once: when its client is closed, and no exchange or open stream uses it.

    Args:
        close: Closes it.
    """

    __slots__ = ("_close", "_is_closing", "_uses")

    def __init__(self, close: Callable[[], Any]) -> None:
        self._close = [close]
        self._is_closing = False
        self._uses: set[object] = set()

    def begin_use(self) -> object:
        """Note that an exchange begins, and return what `end_use` takes."""
        use = object()
        self._uses.add(use)
        return use

    def end_use(self, use: object) -> list[Callable[[], Any]]:
        """Note that an exchange is over, and return the function that must be called now, if any.

        Args:
            use: From `begin_use`.
        """
        self._uses.discard(use)
        return self._due()

    def close(self) -> list[Callable[[], Any]]:
        """Note that the client is closed. For the result see `end_use`."""
        self._is_closing = True
        return self._due()

    def _due(self) -> list[Callable[[], Any]]:
        if self._is_closing and not self._uses:
            # Only one of several threads gets it.
            with suppress(IndexError):
                return [self._close.pop()]
        return []


class Closing:
    """A client for threads. It has a driver, and `_shut`, which marks it as closed."""

    __slots__ = ()

    _driver: Any

    def _shut(self) -> None:
        raise NotImplementedError

    @logging.trace
    def close(self) -> None:
        """Close all connections; the object cannot be used afterwards."""
        self._shut()
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()


class AsyncClosing:
    """A client for event loops. It has a driver, and `_shut`, which marks it as closed."""

    __slots__ = ()

    _driver: Any

    def _shut(self) -> None:
        raise NotImplementedError

    @logging.trace
    async def aclose(self) -> None:
        """Close all connections; the object cannot be used afterwards."""
        self._shut()
        await self._driver.close()

    async def close(self) -> None:
        """Close all connections, like `aclose`."""
        await self.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.aclose()
