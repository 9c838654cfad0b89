# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one pass over one text, and what finders have in common."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from ..known import MASK
from ..lazy import Pattern
from ..names import LONGEST_KEY, Sensitivity
from ..values import LONGEST_JUDGED, is_secret

KINDS = (
    "private_key",
    "keyed_secret",
    "auth_scheme",
    "jwt",
    "url_userinfo",
    "vendor_token",
    "command_line",
    "network_config",
)
"""The kinds of secrets."""


_AFTER_QUOTE = frozenset(("", *" \t\r\n,;:)}]&<>|\\"))
"""The characters that may follow a text in quotes; `""` is the end of the text."""


class Span(NamedTuple):
    """A stretch of text that is a secret."""

    start: int
    end: int
    kind: str
    mask: str = MASK


class Search:
    """One pass over one text.

    Args:
        text: The text.
        kinds: The kinds of secrets to note.

    Attributes:
        found: The secrets, in the order in which they were found.
        balanced: `True` if every bracket that was followed so far was closed.
        command: The well-known command that was read last on this line; `""` for none.
        commands_read: The position up to which commands were searched for.
        config_read: The same for commands of network devices.
        open_until: The position up to which no bracket is known to be closed.
        parameters_read: The same for the parameters of a scheme.
        pem_ends: `True` if the text may hold the end of a private key.
    """

    __slots__ = (
        "balanced",
        "command",
        "commands_read",
        "config_read",
        "found",
        "kinds",
        "open_until",
        "parameters_read",
        "pem_ends",
        "text",
    )

    def __init__(self, text: str, kinds: Collection[str]) -> None:
        self.text = text
        self.kinds = kinds
        self.balanced = True
        self.command = ""
        self.commands_read = 0
        self.config_read = 0
        self.open_until = 0
        self.parameters_read = 0
        self.pem_ends = True
        self.found: list[Span] = []

    def note(self, kind: str, start: int, end: int, mask: str = MASK) -> None:
        """Note a secret, if its kind is wanted."""
        if kind in self.kinds and start < end:
            self.found.append(Span(start, end, kind, mask))

    def judge(
        self,
        kind: str,
        start: int,
        end: int,
        sensitivity: Sensitivity,
        *,
        quoted: bool = False,
        mask: str = MASK,
    ) -> int:
        """Note a value if it is a secret; return the next position.

        Args:
            kind: The kind of secret.
            start: Its first position.
            end: The position after it.
            sensitivity: The sensitivity of its name.
            quoted: `True` if it is in quotes.
            mask: The text that replaces it.
        """
        value = self.text[start:end]
        stop = start + len(value.rstrip()) if not quoted else end
        if is_secret(value, sensitivity, quoted=quoted):
            self.note(kind, start, stop, mask)
            return end
        # A short value that is none may hold other secrets; a long one is not read twice.
        return start if end - start <= LONGEST_JUDGED else end

    def quote_before(self, begin: int) -> str:
        """Return the quote before a name, with the backslashes before it."""
        text, at = self.text, begin - 1
        while at > 0 and text[at - 1] == "\\" and begin - at < 64:
            at -= 1
        return text[at:begin]

    def find_closing_quote(self, start: int, quote: str) -> int:
        """Return the position of the closing quote, or -1.

        A quote that is escaped n times (n backslashes) closes with n backslashes; 2n + 1 stand
        before one that is a part of the value, and fewer than n end the string around it.
        """
        text, sign, depth = self.text, quote[-1], len(quote) - 1
        if quote[0] == "&" or len(quote.strip("\\")) == 3:
            return text.find(quote, start)
        at = text.find(sign, start)
        while at >= 0:
            run = at
            while run > start and text[run - 1] == "\\":
                run -= 1
            slashes = at - run
            after = text[at + 1 : at + 2]
            if slashes <= depth:
                if (
                    depth == 0
                    and sign == "'"
                    and at > start
                    and after == "'"
                    and text[at + 2 : at + 3] not in _AFTER_QUOTE
                ):
                    at = text.find(sign, at + 2)
                    continue
                if depth == 0 and text.startswith("\\''", at + 1):
                    at = text.find(sign, at + 4)
                    continue
                return run
            if slashes % (2 * depth + 2) == depth and (after in _AFTER_QUOTE or after in "'\""):
                return at - depth
            at = text.find(sign, at + 1)
        return -1

    def judge_quoted(self, quote: re.Match[str], sensitivity: Sensitivity) -> int:
        """Note the value after an opening quote if it is a secret; return the next position."""
        start = quote.end()
        stop = self.find_closing_quote(start, quote["quote"])
        if stop < 0:
            stop = self.line_end(start)
        after = self.judge("keyed_secret", start, stop, sensitivity, quoted=True)
        return after if after == start else stop

    def line_end(self, start: int) -> int:
        """Return the end of the line."""
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def compound_name(self, begin: int, name: str) -> str:
        """Return the name with the word before it: API key, Unseal Key."""
        return f"{self.text[max(0, begin - 20) : begin - 1].rpartition(' ')[2]}_{name}"

    def indent(self, begin: int) -> int:
        """Return the column of a name, or -1 if other words are before it."""
        line = self.text[max(0, begin - LONGEST_KEY) : begin]
        if begin > LONGEST_KEY and "\n" not in line:
            return -1
        line = line.rpartition("\n")[2]
        return len(line) if not line.strip(" \t-\"'") else -1


def end_of(pattern: Pattern, text: str, at: int) -> int:
    """Return the end of a pattern that begins here, or the same position without a match."""
    match = pattern.match(text, at)
    return match.end() if match else at
