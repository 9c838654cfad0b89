# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only file that imports an HTTP library.

Connections are those of `httpcore`: the client of `httpx` around them would double what a call
costs, and only the core lets us bound the time of an attempt. `httpx` itself is loaded only for
what is part of its interface: transports that callers bring, and responses in its form. Its
releases from 1.0 on bring no `httpcore` and have another interface; then, or if only the successors
`httpx2` and `httpcore2` are installed, those are used.
"""

from __future__ import annotations

import importlib
import traceback
from typing import TYPE_CHECKING, Any

from ..exceptions import ConfigurationError

__all__ = ["IMPORT_ERROR", "INSTALL", "MISSING", "find_core", "httpcore", "httpx"]

INSTALL = "pip install 'httpcore[asyncio]>=1.0'"
"""The command that installs the core."""

MISSING = f"the Python library httpcore is missing: {INSTALL}"


def find_core() -> tuple[Any, str | None]:
    """Return the core and `None`, or `None` and the traceback of the failed import."""
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


def httpx(transport: Any = None) -> Any:
    """Return the HTTP library with the interface of httpx 0.27.

    Args:
        transport: The caller's; it must be of the library that is returned.

    Raises:
        ConfigurationError: Neither `httpx` before 1.0 nor `httpx2` is installed.
    """
    modules = {kind.__module__.partition(".")[0] for kind in type(transport).__mro__}
    for name in ("httpx2", "httpx") if "httpx2" in modules else ("httpx", "httpx2"):
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(library, "BaseTransport"):
            return library
    raise ConfigurationError(
        "a 'transport' and responses of httpx need httpx before 1.0, or httpx2:"
        " pip install 'httpx<1'"
    )
