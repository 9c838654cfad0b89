# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Closing of clients, with `close()` or by leaving a `with` block."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import logging

if TYPE_CHECKING:
    from typing_extensions import Self


CLOSED = "this client is closed: make a new one"
"""Error text for a call that needs a connection of a closed client, even if it began before."""


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
