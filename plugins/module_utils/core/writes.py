# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Noting whether work may have changed something on a server, for the result if it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Writes:
    """The writes of some work.

    Attributes:
        any_performed: `True` if a server has performed one, or may have.
    """

    __slots__ = ("any_performed",)

    def __init__(self) -> None:
        self.any_performed = False


_noted: ContextVar[Writes | None] = ContextVar("noted", default=None)


@contextmanager
def noted_writes() -> Iterator[Writes]:
    """Note the writes of all clients in this context, and in the threads and tasks it starts."""
    writes = Writes()
    before = _noted.set(writes)
    try:
        yield writes
    finally:
        _noted.reset(before)


def note_write() -> None:
    """Note that a server has performed a write, or may have."""
    writes = _noted.get()
    if writes is not None:
        writes.any_performed = True
