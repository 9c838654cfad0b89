# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Patterns that several finders use.

Every quantifier is bounded, or what follows it cannot send it back, so that a match takes time
linear in what it reads.
"""

from __future__ import annotations

from ..lazy import Pattern

QUOTE = Pattern(
    r"(?:[bBuUrRfF]{1,2}(?=\\*[\"'])|\$(?=['\"]))?(?P<quote>(?:\"\"\"(?!\")|'''(?!'))"
    r"|(?P<slashes>\\{0,64})[\"'`]|&(?:quot|#3[49]|#[xX]2[27]|apos);)"
)
LINE = Pattern(
    r"(?:(?![,;|&][ \t]{0,4}[\w.-]{1,40}[ \t]?[:=]|[ \t]{1,8}(?:#|//|[\w.-]{1,40}(?:=|:[ \t])"
    r"|[|][ \t])|\\{1,16}[rn\"'])[^\r\n])+"
)
BACKSLASH = r"\\(?!\\{0,16}[rn\"'])"
"""A backslash that neither escapes a quote nor writes a line end."""
INNER_QUOTE = r"\\{0,16}[\"'`]+(?![\s,;:)}\]>&|\\\"'`]|[.!?](?:[\s\\\"'`]|\Z)|\Z)"
"""Quotes within a value that is not in quotes: no delimiter follows, as after the end of a text,
and no end of a sentence."""
BARE = Pattern(r"[^\s,\"'\\}\])]{1,4096}")
ARGUMENT = Pattern(r"(?:\\{0,8}[\"'],\s{0,8})?[ \t=]{0,8}(?:\$?(?P<quote>\\{0,8}[\"']))?")
WORD_VALUE = Pattern(
    r"(?:[^\s\"'`;|&<>\\]|(?<=[^\s\"'])'[^'\n]{0,256}'|(?<=[^\s\"'])\"[^\"\n]{0,256}\""
    rf"|{BACKSLASH}|{INNER_QUOTE})+"
)
LINE_LIMIT = 400
