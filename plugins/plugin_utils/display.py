# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log records of the clients, shown by Ansible.

Reports of tasks and warnings to the user are always shown, progress from `-v` on, warnings of
clients and repeated requests from `-vv` on, every call from `-vvv` on.
"""

from __future__ import annotations

import logging as stdlib_logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ansible.utils.display import Display

from ..module_utils.core import logging, progress
from ..module_utils.keystone.log import KCLIENT

display = Display()

REPORT = 1000
"""The level of what a task reports while it goes on, which is shown at every verbosity."""

USER_WARNING = 1001
"""The level of what the user should check, which is shown as a warning of Ansible."""


def tell(level: int, text: str) -> None:
    """Show a record at the verbosity that its level deserves."""
    if level == REPORT:
        display.display(text)
        return
    if level == USER_WARNING:
        display.warning(text)
        return
    show_text = (
        display.v
        if level == progress.LEVEL
        else display.vv
        if level >= logging.WARNING
        else display.vvv
    )
    show_text(f"restops.clients: {text}")


log_sink: ContextVar[Callable[[int, str], object]] = ContextVar("log_sink", default=tell)
"""The function that shows records.

Records of a task that is performed for another process are shown there."""


@contextmanager
def silence(silent: bool) -> Iterator[None]:
    """Show no record within the block, for a task that says `no_log`."""
    token = log_sink.set(_ignore if silent else log_sink.get())
    try:
        yield
    finally:
        log_sink.reset(token)


def _ignore(dummy_level: int, dummy_text: str) -> None:
    pass


class _ToDisplay(stdlib_logging.Handler):
    def emit(self, record: stdlib_logging.LogRecord) -> None:
        log_sink.get()(record.levelno, record.getMessage())


_HANDLER = _ToDisplay()


def show() -> None:
    """Show the records of this process from now on, and let no other handler have them.

    A worker is a fork: a handler that it inherited, such as the one that writes Ansible's log file,
    may be locked for ever by a thread of the parent. Records go through Ansible's own display,
    which hands them to the parent. If the verbosity hides them, they are not made.
    """
    calls = (
        logging.NONE
        if display.verbosity < 2
        else logging.WARNING
        if display.verbosity == 2
        else logging.INFO
    )
    steps = logging.NONE if display.verbosity < 1 else progress.LEVEL
    levels = {logging.get_logger(): calls, KCLIENT: calls, progress.LOGGER: steps}
    for logger, level in levels.items():
        if _HANDLER not in logger.handlers:
            logger.addHandler(_HANDLER)
            logger.propagate = False
        if logger.level != level:
            # This walks through every logger of the process, which in a fork copies their memory:
            # done once, in the main process.
            logger.setLevel(level)
