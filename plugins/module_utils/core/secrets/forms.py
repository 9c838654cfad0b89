# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which a server, a log or a tool may write a text.

A value is turned into a regular expression that matches it as plain text, percent-encoded (also
twice, in any case), as a form, in JSON (escaped any number of times, as Python, PHP and Go write
it), in HTML and XML, as a Python or YAML literal, and with backslashes in front of its punctuation,
each character on its own: encoders differ in what they escape.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from .lazy import Pattern

_PERCENT = "%(?:25){0,3}"
_BACKSLASHES = rf"(?:\\{{1,15}}|(?:{_PERCENT}5[cC]){{1,15}})"
"""Up to four levels of escaping; bounded, so that a run of backslashes takes linear time."""
_HASH = rf"(?:#|{_PERCENT}23)"
_SEMICOLON = rf"(?:;|{_PERCENT}3[bB])"
_AMPERSAND = rf"(?:&|{_PERCENT}26|{_BACKSLASHES}u0026)(?:amp{_SEMICOLON}){{0,3}}"
_LETTERS = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 27: "e"}
"""Control characters that have a letter after a backslash."""
_DOUBLED = frozenset("'\"")
"""Characters that YAML, SQL and CSV write twice."""
_LINE_BREAK = r"\r?\n[ \t]{0,32}"

SHORTEST_CORE = 6
"""Characters of base64 that are unlikely enough to be something else."""


def pattern_of(value: str, *, letters: bool = False) -> str:
    """Return a regular expression that matches a value however it is written.

    Args:
        value: The text.
        letters: Match escaped letters and digits too. Few encoders write them, and the
            expression is slow.
    """
    parts = []
    for char, run in groupby(value.replace("\r\n", "\n")):
        count = len(list(run))
        if char.isascii() and char.isalnum():
            written = rf"(?:{char}|{_escapes_of(char)})" if letters else char
            parts.append(written * count)
        else:
            parts.append(_pattern_of_run(char, count))
    return "".join(parts)


def _pattern_of_run(char: str, count: int) -> str:
    """Return an expression for a character that is repeated.

    Choices are made for the whole run: a choice for each of its characters would take exponential
    time where they overlap.
    """
    plain, times = re.escape(char), f"{{{count}}}"
    # Escapes come first: some begin with the character itself, `%25` and `&amp;` for example.
    ways = [f"(?:{_escapes_of(char)}){times}"]
    if char == "\\":
        ways += [rf"\\{{{count},{16 * count}}}", f"(?:{_PERCENT}5[cC]){{{count},{16 * count}}}"]
    elif char == "\n":
        carriage_return = _escapes_of("\r")
        ways[0] = f"(?:(?:{carriage_return})?(?:{_escapes_of(char)})){times}"
        ways.append(rf"(?:\\{{0,15}}{_LINE_BREAK}){times}")
    else:
        most = 2 * count if char in _DOUBLED else count
        marked = f"(?:{plain}|{_percent_escape(char)})"
        ways += [f"{plain}{{{count},{most}}}", f"(?:{_BACKSLASHES}{marked}){times}"]
    if char == " ":
        fold = rf"\\?{_LINE_BREAK}"
        ways += [rf"[+\u00a0]{times}", rf"(?:{fold}(?:\\ )?){times}", f"(?:&nbsp;){times}"]
    return f"(?:{'|'.join(ways)})"


def _escapes_of(char: str) -> str:
    """Return an expression for the escapes of a character, `%26` and `&amp;` for example."""
    code = ord(char)
    raw = char.encode("utf-8", "surrogatepass")
    number = f"{_HASH}(?:0{{0,6}}{code}|[xX]0{{0,6}}{_hex_pattern(code, 1)})"
    ways = [
        _percent_escape(char),
        "".join(f"={_hex_pattern(byte, 2)}" for byte in raw),
        f"{_AMPERSAND}(?:{number}{_html_names(char)}){_SEMICOLON}",
        f"{_BACKSLASHES}(?:u\\{{0{{0,4}}{_hex_pattern(code, 1)}\\}}|U{_hex_pattern(code, 8)})",
    ]
    if code > 0xFFFF:
        high, low = divmod(code - 0x10000, 0x400)
        pair = (0xD800 + high, 0xDC00 + low)
        ways.append("".join(f"{_BACKSLASHES}u{_hex_pattern(unit, 4)}" for unit in pair))
    else:
        ways.append(f"(?:{_BACKSLASHES}|%)u{_hex_pattern(code, 4)}")
    if code in _LETTERS:
        ways.append(f"{_BACKSLASHES}{_LETTERS[code]}")
    sequences = {raw}
    if code < 0x100:
        sequences.add(bytes((code,)))
    elif 0xDC80 <= code <= 0xDCFF:
        # A byte that is not UTF-8, as Python reads it from the environment.
        sequences.add(bytes((code - 0xDC00,)))
    for sequence in sorted(sequences):
        ways.append("".join(f"{_BACKSLASHES}x{_hex_pattern(byte, 2)}" for byte in sequence))
        ways.append("".join(f"{_BACKSLASHES}{byte:03o}" for byte in sequence))
        if code > 0x7F:
            ways.append("".join(f"{_PERCENT}{_hex_pattern(byte, 2)}" for byte in sequence))
            ways.append("".join(chr(0xDC00 + byte) for byte in sequence))
    return "|".join(ways)


def _percent_escape(char: str) -> str:
    raw = char.encode("utf-8", "surrogatepass")
    return "".join(f"{_PERCENT}{_hex_pattern(byte, 2)}" for byte in raw)


def _html_names(char: str) -> str:
    """Return the names that HTML has for a character, as further branches of an expression."""
    return "".join(f"|{re.escape(name)}" for name in _names_by_character().get(char, ()))


@lru_cache(maxsize=1)
def _names_by_character() -> dict[str, list[str]]:
    from html.entities import html5

    names: dict[str, list[str]] = {}
    for name in sorted(html5):
        if name.endswith(";"):
            names.setdefault(html5[name], []).append(name[:-1])
    return names


def _hex_pattern(number: int, digits: int) -> str:
    """Return an expression for a number in hexadecimal digits of either case."""
    text = f"{number:0{digits}x}"
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in text)


ESCAPED_LETTER = Pattern(
    r"%(?:25)*(?:3\d|[46][1-9a-fA-F]|[57][\daA])"
    r"|\\(?:u00|x)(?:3\d|[46][1-9a-fA-F]|[57][\daA])"
    r"|&#(?:0*(?:4[89]|5[0-7]|6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2])"
    r"|[xX]0*(?:3\d|[46][1-9a-fA-F]|[57][\daA]));"
)
"""A letter or a digit that was escaped without need."""


def base64_patterns(value: str) -> Iterator[tuple[str, str]]:
    """Yield a required text and an expression for each way in which base64 contains a value.

    The base64 form of a text depends on the text before it, such as `user:`, only by its number of
    bytes modulo three. The characters that contain bits of a neighbour are masked too.
    Both alphabets (RFC 4648 sections 4 and 5) are matched, with and without padding.
    """
    raw = value.encode("utf-8", "surrogatepass")
    for offset in range(3):
        encoded = b64encode(bytes(offset) + raw).decode().rstrip("=")
        ends_whole = (offset + len(raw)) % 3 == 0
        core = encoded[offset + 1 if offset else 0 : None if ends_whole else -1]
        if len(core) < SHORTEST_CORE - (offset == 0):
            continue
        before = _BASE64 if offset else ""
        after = "" if ends_whole else f"{_BASE64}?"
        middle = core.replace("+", _PLUS).replace("/", _SLASH)
        yield anchor_of(core), f"{before}{middle}{after}(?:=|%3[dD]){{0,2}}"


_PLUS = rf"(?:[+-]|{_PERCENT}2[bB]|{_BACKSLASHES}u002[bB]|&#43;)"
_SLASH = rf"(?:[/_]|{_PERCENT}2[fF]|{_BACKSLASHES}(?:/|u002[fF])|&#47;)"
_BASE64 = rf"(?:[A-Za-z0-9]|{_PLUS}|{_SLASH})"


def anchor_of(value: str) -> str:
    """Return the longest run of characters in a value that no encoder changes; it may be empty."""
    return max(re.findall(r"[A-Za-z0-9]+", value), key=len, default="")
