# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the positions of secrets in a text.

The text is read once from left to right. `ANCHOR` stops wherever a secret may begin or be named.
The finder for that kind of anchor searches around it, within bounds, notes the spans to be masked
and returns the position at which to continue. Text that was read as a value is not read again, so
the time is linear in the text.
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
"""The finders, by the kind of anchor at which they begin."""


def search(text: str, kinds: Collection[str] = frozenset(KINDS)) -> list[Span]:
    """Return the secrets of these kinds in a text, in order and without overlaps."""
    anchored = ANCHOR.search(text)
    if not anchored:
        return []
    state = Search(text, kinds)
    while anchored:
        end = anchored.end()
        find = _FINDERS[(anchored.lastgroup or "").partition("_")[0]]
        anchored = ANCHOR.search(text, max(find(state, anchored), end))
    return _merge(sorted(state.found))


def _merge(found: list[Span]) -> list[Span]:
    """Merge the spans that overlap."""
    merged = found[:1]
    for span in found[1:]:
        if span.start >= merged[-1].end:
            merged.append(span)
        elif span.end > merged[-1].end:
            merged[-1] = merged[-1]._replace(end=span.end)
    return merged
