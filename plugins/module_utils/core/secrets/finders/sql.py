# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords in SQL statements."""

from __future__ import annotations

import re

from ..names import Sensitivity
from .search import Search


def find_sql_password(search: Search, anchored: re.Match[str]) -> int:
    """Mask the password of an SQL statement; return the next position."""
    start = anchored.end()
    stop = search.find_closing_quote(start, anchored.group().rpartition(" ")[2])
    return search.judge(
        "keyed_secret",
        start,
        stop if stop >= 0 else search.line_end(start),
        Sensitivity.SECRET,
        quoted=True,
    )
