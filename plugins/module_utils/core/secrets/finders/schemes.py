# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials after the name of an authentication scheme, `Bearer ...` for example."""

from __future__ import annotations

import re

from ..lazy import Pattern
from ..values import is_basic, looks_random
from .search import Search, end_of

PARAMETERS = Pattern(r"(?:(?<==)\\{0,64}\"[^\"\r\n]*\"|[^\r\n\"'\\]|\\(?!\\{0,64}[\"']))+")
SCHEME_VALUE = Pattern(r"[ \t]{1,4}([\w+/.~=:-]{4,})")


def find_scheme(search: Search, anchored: re.Match[str]) -> int:
    """Mask the credentials after an anchored scheme; return the next position."""
    scheme = anchored.group().lower().strip()
    if scheme.endswith("hmac-sha256"):
        return _mask_parameters(search, anchored.end() - 1, "")
    if scheme.endswith("gest"):
        return _mask_parameters(search, anchored.end() - 1, "response=")
    return find_credentials(
        search, anchored.end() - 1, "basic" if scheme == "basic" else "negotiate"
    )


def _mask_parameters(search: Search, end: int, wanted: str) -> int:
    """Mask the parameters of a scheme (RFC 7616) if they contain the wanted one.

    Returns:
        The next position.
    """
    if wanted and end < search.parameters_read:
        # An earlier scheme has read them, and none of them is the wanted one.
        return end
    stop = end_of(PARAMETERS, search.text, end)
    parameters = search.text[end:stop]
    if wanted not in parameters:
        search.parameters_read = stop
        return end
    search.note("auth_scheme", end + 1, end + len(parameters.rstrip()))
    return stop


def find_credentials(search: Search, end: int, scheme: str) -> int:
    """Mask the credentials after the name of a scheme; return the next position."""
    value = SCHEME_VALUE.match(search.text, end)
    if not value:
        return end
    found = value[1].rstrip(".:")
    if scheme == "negotiate":
        masked = len(found) >= 16
    elif scheme == "basic":
        masked = is_basic(found) or (looks_random(found) and len(found) >= 20)
    else:
        masked = looks_random(found) or len(found) >= 20
    if masked:
        search.note("auth_scheme", value.start(1), value.start(1) + len(found))
    return value.end()
