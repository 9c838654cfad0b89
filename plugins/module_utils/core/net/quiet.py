# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A filter for the loggers of the HTTP library during our requests.

They would write headers with cookies and URLs with tokens.
"""

from __future__ import annotations

import contextvars
import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .internals import LOGGERS

_sending: contextvars.ContextVar[bool] = contextvars.ContextVar(
    "restops_clients_sending", default=False
)


class _Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        del record
        return not _sending.get()


@functools.cache
def _install_filters() -> None:
    quiet = _Quiet()
    cores = [f"{core}.{part}" for core in ("httpcore", "httpcore2") for part in LOGGERS]
    for name in ("httpx", "httpx2", *cores):
        logging.getLogger(name).addFilter(quiet)


@contextmanager
def silence_loggers() -> Iterator[None]:
    """Drop the records of the HTTP library inside this context.

    The levels and handlers of its loggers are not changed.
    """
    _install_filters()
    before = _sending.set(True)
    try:
        yield
    finally:
        # The coroutine of a call that a closed loop left pending ends in another context.
        with suppress(ValueError):
            _sending.reset(before)
