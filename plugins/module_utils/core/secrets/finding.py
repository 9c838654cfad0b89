# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding where in a text secrets stand.

One pass from left to right. `ANCHOR` stops at every place where a secret may begin or be named; the
finder for that kind of place looks around, within bounds, notes what is to be masked and returns
where to go on. What was read as a value is not read again, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from .finders import commands, keyed, private_keys, schemes, sql, tokens, urls
from .finders.anchors import ANCHOR
from .finders.search import KINDS, Search, Span

__all__ = ["KINDS", "Span", "search"]

_FINDERS: dict[str, Callable[[Search, re.Match[str]], int]] = {
    "flag": commands.find_flag,
    "jwt": tokens.find_jwt,
    "key": keyed.find_key,
    "oracle": urls.find_oracle_login,
    "pem": private_keys.find_pem,
    "ppk": private_keys.find_ppk,
    "prefixed": tokens.find_prefixed_token,
    "scheme": schemes.find_scheme,
    "sql": sql.find_sql_password,
    "template": tokens.skip_template,
    "token": tokens.find_token,
    "url": urls.find_url,
}
"""The finders, by the kind of anchor that they start from."""


def search(text: str, kinds: Collection[str] = frozenset(KINDS)) -> list[Span]:
    """Return the secrets of these kinds in a text, in order, none overlapping another."""
    anchored = ANCHOR.search(text)
    if not anchored:
        return []
    this = Search(text, kinds)
    while anchored:
        end = anchored.end()
        find = _FINDERS[(anchored.lastgroup or "").partition("_")[0]]
        anchored = ANCHOR.search(text, max(find(this, anchored), end))
    return _apart(sorted(this.found))


def _apart(found: list[Span]) -> list[Span]:
    """Return spans of which those that overlap are one."""
    apart = found[:1]
    for span in found[1:]:
        if span.start >= apart[-1].end:
            apart.append(span)
        elif span.end > apart[-1].end:
            apart[-1] = apart[-1]._replace(end=span.end)
    return apart
