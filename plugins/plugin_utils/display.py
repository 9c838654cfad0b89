# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Showing what the clients log: warnings, and what was sent again, from `-vv` on, every call from `-vvv` on."""

from __future__ import annotations

import logging as stdlib_logging
from collections.abc import Iterator
from contextlib import contextmanager

from ansible.utils.display import Display

from ..module_utils.core import logging

display = Display()


class _ToDisplay(stdlib_logging.Handler):
    def emit(self, record: stdlib_logging.LogRecord) -> None:
        show = display.vv if record.levelno >= logging.WARNING else display.vvv
        show(f"restops.clients: {record.getMessage()}")


@contextmanager
def shown() -> Iterator[None]:
    """Show the records of what happens inside, and let no other handler have them.

    A worker is a fork: a handler that it took over, such as the one that writes Ansible's log file, may be locked for ever by a thread of the parent. What is
    shown goes through Ansible's own display, which hands it to the parent. At a lower verbosity nothing is made that nobody would see.
    """
    logger, handler = logging.get_logger(), _ToDisplay()
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.NONE if display.verbosity < 2 else logging.WARNING if display.verbosity == 2 else logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
