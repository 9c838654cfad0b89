# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments that both factories take in more than one form.

A program often passes what it found in its environment: an empty text is an argument that is not
given.
"""

from __future__ import annotations

import re
from typing import Any

from ..core import urls
from ..core.exceptions import ConfigurationError


def user_and_password(
    user: str | None, username: str | None, password: str | None
) -> tuple[str | None, str | None]:
    """Return a user name, given under one of two names, and a password.

    Either is `None` if it is not given. An empty password beside a user name is kept, and is an
    error later: a default must not replace it.

    Raises:
        ConfigurationError: Both names are given.
    """
    if user and username:
        raise ConfigurationError("user and username are two names of one argument: give one")
    name = user or username or None
    return name, None if not password and name is None else password


def place(host: str, port: int | str | None, use_tls: bool, base_path: str = "") -> tuple[str, str]:
    """Return the origin of a server, and what stands before every path.

    Args:
        host: A name or an address, and possibly a path behind it, for a server behind a proxy.
        port: A number, also as text; 0 and `None` for that of the scheme.
        use_tls: `https`, else `http`.
        base_path: Put before every path of the product.

    Raises:
        ConfigurationError: Not a host, or not a port.
    """
    prefix = ""
    if isinstance(host, str) and "?" not in host:
        host, dummy, path = host.partition("/")
        prefix = urls.target(re.sub("/+", "/", f"/{path}")).rstrip("/")
    number: Any = 0 if port is None or port == "" else port
    if isinstance(number, str) and number.strip().isdecimal():
        number = int(number.strip()[:9])
    return urls.origin_of(host, number, use_tls), prefix + base_path
