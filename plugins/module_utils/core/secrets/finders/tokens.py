# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens with a known form: of well-known vendors, and JSON web tokens."""

from __future__ import annotations

import re

from ..lazy import Pattern
from .search import Search, end_of

AZURE_BACKWARDS = Pattern(r"[\w~.-]{1,4}")
RUN = Pattern(r"[\w-]*")
JWT_REST = Pattern(r"\.[\w-]+(?:\.[\w-]*){0,3}")


def find_jwt(search: Search, anchored: re.Match[str]) -> int:
    """Mask a JSON web token (RFC 7519); return the next position."""
    text, start = search.text, anchored.start() - 2
    run = end_of(RUN, text, anchored.end())
    rest = JWT_REST.match(text, run)
    if rest is None or rest.end() - rest.start() < 6:
        return run
    search.note("jwt", start, rest.end())
    return rest.end()


def find_token(search: Search, anchored: re.Match[str]) -> int:
    """Mask a token with a known prefix; return the next position."""
    search.note("vendor_token", anchored.start(), anchored.end())
    return anchored.end()


def find_prefixed_token(search: Search, anchored: re.Match[str]) -> int:
    """Mask the part after the prefix of a token; return the next position."""
    text, start = search.text, anchored.start()
    if text[start] == "Q":
        # Azure's secrets have four characters before their mark; all others have a plain prefix.
        begin = start - end_of(AZURE_BACKWARDS, text[max(0, start - 4) : start][::-1], 0)
    else:
        begin = start + 1
    search.note("vendor_token", begin, anchored.end())
    return anchored.end()


def skip_template(dummy_search: Search, anchored: re.Match[str]) -> int:
    """Return the end of a template, which contains an expression."""
    return anchored.end()
