# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where the HTTP library is imported.

Connections are those of its core, `httpcore`, which comes with it: the library's client around them
would double what a call costs, a process that only makes calls need not load it, and only the core
lets us bound the time of an attempt. Where just the successors `httpx2` and `httpcore2` are
installed, those are taken.
"""

from __future__ import annotations

import importlib
import traceback
from typing import TYPE_CHECKING, Any

__all__ = ["IMPORT_ERROR", "find_core", "httpcore", "httpx"]


def find_core() -> tuple[Any, str | None]:
    """Return the HTTP library's core and `None`, or `None` and the traceback of the failed
    import.
    """
    try:
        return importlib.import_module("httpcore"), None
    except ImportError:
        failure = traceback.format_exc()
    try:
        return importlib.import_module("httpcore2"), None
    except ImportError:
        return None, failure


if TYPE_CHECKING:
    import httpcore

    IMPORT_ERROR: str | None
else:
    httpcore, IMPORT_ERROR = find_core()


def httpx() -> Any:
    """Return the HTTP library itself: for transports that users bring, for proxies, and for bodies
    with files.
    """
    return importlib.import_module(httpcore.__name__.replace("core", "x"))
