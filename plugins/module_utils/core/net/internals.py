# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What depends on the inside of the HTTP library's core, in one place. The tests fail if a release
of the core changes any of it.
"""

from __future__ import annotations

import ssl
from typing import Any

LOGGERS = ("connection", "http11", "http2", "proxy", "socks")
"""Names of the core's loggers, below its own name."""


class CoreContext:
    """Stands for a TLS context in the core, which would set what it offers (ALPN) for each
    connection again, possibly during the handshake of another thread.

    Args:
        real: The context.
    """

    __slots__ = ("real",)

    def __init__(self, real: ssl.SSLContext | None) -> None:
        self.real = real

    def set_alpn_protocols(self, dummy_protocols: list[str]) -> None:
        """Change nothing: the context offers HTTP/1.1 already."""


def has_surplus(connection: Any) -> bool:
    """Return whether more than the response was received: unrequested bytes must not be taken for
    the response to the next call.
    """
    while (inner := getattr(connection, "_connection", None)) is not None:
        connection = inner
    parser = getattr(connection, "_h11_state", None)
    return parser is not None and parser.trailing_data[0] != b""
