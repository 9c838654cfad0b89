# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress of long work, logged as `device: 4000 of 10000 read, 812/s`."""

from __future__ import annotations

from collections.abc import Callable

from . import logging
from .flow import Flow, T

LEVEL = 25
"""The level of these records, between INFO and WARNING."""
INTERVAL = 1.0
"""Seconds between two records about the same work."""

LOGGER = logging.get_logger("progress")


class Progress:
    """The progress of one piece of work.

    Nothing is logged for work that is done in one step.

    Args:
        what: What is worked on, such as a type of records.
        verb: What is done to it, as a participle.
        clock: Returns monotonic seconds.
        total: The number of all items; `None` if it is not known.
    """

    __slots__ = ("_clock", "_done", "_logged", "_start", "_verb", "_what", "total")

    def __init__(
        self, what: str, verb: str, clock: Callable[[], float], total: int | None = None
    ) -> None:
        self._what = what
        self._verb = verb
        self._clock = clock
        self._start = self._logged = clock()
        self._done = 0
        self.total = total

    def add(self, count: int) -> None:
        """Count items that are done, and log the progress if it is due."""
        is_first = self._done == 0
        self._done += count
        now = self._clock()
        is_last = self.total is not None and self._done >= self.total and not is_first
        if (is_last or now - self._logged >= INTERVAL) and LOGGER.isEnabledFor(LEVEL):
            self._logged = now
            logging.emit(LOGGER, LEVEL, self._line(now - self._start), {})

    def _line(self, elapsed: float) -> str:
        whole = "" if self.total is None else f" of {self.total}"
        rate = f", {self._done / elapsed:.0f}/s" if elapsed > 0 else ""
        return f"{self._what}: {self._done}{whole} {self._verb}{rate}"

    def counting(self, flow: Flow[T], count: int = 1) -> Flow[T]:
        """Run a flow, and count its items when it ends."""
        try:
            return (yield from flow)
        finally:
            self.add(count)
