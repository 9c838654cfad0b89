# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords in the user information of URLs, and in the logins of one database."""

from __future__ import annotations

import re

from ..lazy import Pattern
from ..names import Sensitivity
from ..values import is_secret, looks_random
from .search import Search, end_of

USER = Pattern(r"[^\s/?#@:\"'<>\\,{}()\[\]|`]{0,4096}")
COLON = Pattern(r":(?!\d{1,5}(?:[/?#,\s\"']|\Z))")
PASSWORD = Pattern(r"(?:[^\s/?#\"'<>`\\]|'(?=\w)|\\(?![nrt\"'\\]))*@")
SLASHED_PASSWORD = Pattern(r"[^\s@\"'<>`\\]{1,128}@(?=[\w.-]+)")
ORACLE = Pattern(r"[\w$#]{1,64}/([^\s@\"']{1,128})@")


def find_url(search: Search, anchored: re.Match[str]) -> int:
    """Mask the password in a URL; return the next position."""
    text, start = search.text, anchored.end() + 1
    end = end_of(USER, text, start)
    user, colon = text[start:end], COLON.match(text, end)
    if not colon:
        if text[end : end + 1] == "@" and (
            looks_random(user) or (len(user) >= 20 and not user.isalpha())
        ):
            search.note("url_userinfo", start, end)
            return end
        return start
    end += 1
    password = PASSWORD.match(text, end) or (SLASHED_PASSWORD.match(text, end) if user else None)
    if not password:
        return start
    if len(user) >= 16 and looks_random(user):
        search.note("url_userinfo", start, start + len(user))
    stop = password.end() - 1
    if is_secret(text[end:stop], Sensitivity.SECRET, quoted=True):
        search.note("url_userinfo", end, stop)
    return stop


def find_oracle_login(search: Search, anchored: re.Match[str]) -> int:
    """Mask the password in `user/password@host`; return the next position."""
    user = ORACLE.match(search.text, anchored.start() + 1)
    if user:
        search.note("url_userinfo", user.start(1), user.end(1))
    return anchored.end()
