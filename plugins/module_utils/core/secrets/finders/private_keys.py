# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private keys in PEM and in the format of PuTTY."""

from __future__ import annotations

import re

from ..lazy import Pattern
from .search import Search, end_of

PEM_END = Pattern(r"---(?:-| )END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?----?-?")
PEM_BODY = Pattern(r"(?:[\w+/=:,\-]|\\{1,16}[rntu]?|[ \t\r\n]|\.\.\.)*")
_LINE_END = r"(?:\r?\n|(?:\\{1,16}r)?\\{1,16}n)"
PPK_BODY = Pattern(rf" ?\d+{_LINE_END}((?:[\w+/=]+{_LINE_END})*[\w+/=]+)(?={_LINE_END}|[\"'\\]|\Z)")


def find_pem(search: Search, anchored: re.Match[str]) -> int:
    """Mask a private key in PEM; return the next position."""
    text, start = search.text, anchored.start()
    end = PEM_END.search(text, anchored.end()) if search.pem_ends else None
    if end:
        search.note("private_key", start, end.end())
        return end.end()
    search.pem_ends = False
    stop = end_of(PEM_BODY, text, anchored.end())
    search.note("private_key", start, stop)
    return stop


def find_ppk(search: Search, anchored: re.Match[str]) -> int:
    """Mask a private key in the format of PuTTY; return the next position."""
    body = PPK_BODY.match(search.text, anchored.end() - 1)
    if not body:
        return anchored.end()
    search.note("private_key", body.start(1), body.end(1))
    return body.end()
