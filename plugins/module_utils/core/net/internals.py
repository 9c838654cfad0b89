# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dependencies on internals of the HTTP library's core.

A test fails if a release of the core changes one of them.
"""

from __future__ import annotations

import ssl
from typing import Any

LOGGERS = ("connection", "http11", "http2", "proxy", "socks")
"""Names of the core's loggers, below its own name."""


class CoreContext:
    """A wrapper that keeps the core from changing a TLS context.

    The core would set the protocols to offer (ALPN) for each connection again, possibly during the
    handshake of another thread.

    Args:
        real: The context.
    """

    __slots__ = ("real",)

    def __init__(self, real: ssl.SSLContext | None) -> None:
        self.real = real

    def set_alpn_protocols(self, dummy_protocols: list[str]) -> None:
        """Change nothing: the context offers HTTP/1.1 already."""


def has_surplus(connection: Any) -> bool:
    """Tell whether more bytes than the response were received.

    Unrequested bytes must not be taken for the response to the next call.
    """
    while (inner := getattr(connection, "_connection", None)) is not None:
        connection = inner
    parser = getattr(connection, "_h11_state", None)
    return parser is not None and parser.trailing_data[0] != b""
