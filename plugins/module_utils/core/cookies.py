# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cookies that the answer to a login sets (RFC 6265 section 5.2). A session presents them;
there is no jar beside it.
"""

from __future__ import annotations

import re

from .http import Response, header_values

_COOKIE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)=([!-:<-~]+)\s*(?:;(.*))?", re.ASCII)


def set_by(response: Response) -> dict[str, str]:
    """Return the cookies that an answer sets, by name; those that it deletes are left out.

    Args:
        response: What a login answered.
    """
    jar: dict[str, str] = {}
    for line in header_values(response.headers, "set-cookie"):
        match = _COOKIE.fullmatch(line)
        if match and "max-age=0" not in (match.group(3) or "").lower().replace(" ", ""):
            jar[match.group(1)] = match.group(2)
    return jar


def header(jar: dict[str, str]) -> str:
    """Return the value of the `Cookie` header that presents these; `""` for none."""
    return "; ".join(f"{name}={value}" for name, value in jar.items())
