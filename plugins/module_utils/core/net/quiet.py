# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping the HTTP library silent about our own requests: it would write headers with cookies and
URLs with tokens.
"""

from __future__ import annotations

import contextvars
import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager

_sending: contextvars.ContextVar[bool] = contextvars.ContextVar(
    "restops_clients_sending", default=False
)


class _Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        del record
        return not _sending.get()


@functools.cache
def _hush() -> None:
    quiet = _Quiet()
    for name in (
        "httpx",
        *(
            f"{core}.{part}"
            for core in ("httpcore", "httpcore2")
            for part in ("connection", "http11", "http2", "proxy", "socks")
        ),
        "httpx2",
    ):
        logging.getLogger(name).addFilter(quiet)


@contextmanager
def quietly() -> Iterator[None]:
    """Drop the HTTP library's records for as long as this lasts; its loggers' levels and handlers
    are not touched.
    """
    _hush()
    before = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(before)
