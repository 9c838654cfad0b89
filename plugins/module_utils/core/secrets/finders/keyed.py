# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values after a name and a separator: `password: ...`, `"api_key": "..."`.

Lists, blocks and headers of such values are found too.
"""

from __future__ import annotations

import re

from ..known import MASK
from ..lazy import Pattern
from ..names import LONGEST_KEY, Sensitivity, is_harmless_in_secret, sensitivity_of, words_of
from ..values import is_secret
from . import adjacent, shapes
from .search import Search, end_of

WORD_BACKWARDS = Pattern(rf"[\w-]{{1,{LONGEST_KEY}}}")
NAME = Pattern(
    rf"""(?x)
    (?P<name>[\w-]{{0,{LONGEST_KEY}}})
    (?:
        (?P<close>\\{{0,64}}["'`]\]?|\\?\]|&(?:quot|\#3[49]|\#[xX]2[27]|apos);|%(?:22|27|5[dD]))?
        (?:
            [ ]\d{{1,2}}(?=[ ]?:)
          | [ ](?:for|of)[ ](?:user[ ]|the[ ]user[ ])?[^\s:=]{{1,60}}(?=[ ]?:[ ])
          | [ ]\([^()\n]{{1,30}}\)(?=[ ]?:)
        )?
        [ \t]{{0,32}}
        (?P<separator>
            :=|=>|->|={{1,3}}
          | :[ ]?(?:str|string|bytes|Optional\[str\]|str[ ]\|[ ]None)[ ]?=(?!=)
          | :(?!:)|%3[dD]|%3[aA]|\uff1a|\uff1d
        )
    )?
    """
)
SPACE = Pattern(r"[ \t]{0,64}(?:(?:!!(?:str|binary)|&\w{1,20})[ \t]{1,8})?")
SPACE_AND_LINES = Pattern(r"\s{0,64}")
LINE_START = Pattern(r"(?:\A|[\r\n])[ \t>+*?!#;-]*(?:(?:export|set|SET)[ \t]+)?\Z")
TEMPLATE = Pattern(
    r"\[REDACTED|\[(?:[A-Z_*• ]+|redacted|masked|hidden|filtered)\]|\{\{|\{%"
    r"|\{[\w.]{0,60}(?:![rsa])?\}|\$\(|<%|[#%]\{|ENC\[|\.\*|\$\{\{? ?[\w.:-]{1,80} ?\}?\}"
)
OPENS_SPACE, OPENS_TEMPLATE, OPENS_QUOTE = (
    frozenset(" \t\r\n!&"),
    frozenset("[{$<#%E."),
    frozenset("\"'`\\&bBuUrRfF$"),
)
CALL = Pattern(
    r"(?:[\w.]{0,40}(?:Auth|Credentials?|Secret|SecretStr|SecretBytes|Token|Password)|bytes"
    r"|bytearray|Some|Just|Ok|frozenset|set|tuple|list)(?=\()"
)
TOKEN = Pattern(
    rf"""(?x)(?:
      [^\s,;&"'`<>()\[\]{{}}\\|]
    | [,;](?![\s"'\\]|\Z|[\w.-]{{1,40}}[=:])
    | &(?!amp;|quot;|\#[\dxX]|[\w.%\[\]-]{{1,64}}=|[\s"'\\]|\Z)
    | {shapes.INNER_QUOTE}
    | \\(?![nr]|u0026|\\{{0,8}}["'])
    | <(?![/\s]|\Z)
    | [>()\[\]{{}}|](?![\s,;"'\\&)\]}}<>]|\Z)
    )+"""
)
FLOW = Pattern(
    r"(?:(?![,;|)}\]](?:[\s\"'\\,;)}\]]|\Z)|[ \t]{1,8}[\w.-]{1,40}(?:=|:[ \t])"
    rf"|\\{{1,16}}[rn\"'])(?:[^\r\n\"'`]|{shapes.INNER_QUOTE}))+"
)
PART = Pattern(rf"(?:[^;\r\n\"'\\]|{shapes.BACKSLASH}|{shapes.INNER_QUOTE})+")
ENCODED_QUOTE = Pattern(r"(?:%2[027]|[+]){0,3}")
ENCODED = Pattern(r"(?:(?!%(?:26|22|27|2[cC]|7[dD]|0[aAdD]))[^\s&\"'<>\\])+")
BLOCK = Pattern(r"[|>][+-]?\d?[+-]?[ \t]{0,64}(?:#[^\r\n]*)?\r?\n")
BLOCK_LINE = Pattern(r"([ \t]*)([^\r\n]*)\r?(?:\n|\Z)")
CHILD = Pattern(
    r"\r?\n(?P<indent>[ \t]*)(?:-[ \t]+(?:(?P<name>[\w.-]{1,64}):[ \t]+)?"
    r"|(?P<key>[\w.-]{1,64}):[ \t]+)(?P<value>[^\r\n]+)"
)
# A header ends with its line, or before the next header.
HEADER_VALUE = Pattern(
    r"(?:[^\r\n\"'`\\,]|,(?![ \t]{1,8}[\w-]{1,40}['\"]?: )|(?<=[=,])\"[^\"\r\n]*\"|\\(?![rn\"'])"
    rf"|(?<==)\\{{1,16}}\"[^\"\r\n]*\"|{shapes.INNER_QUOTE})+"
)
ITEM = Pattern(
    r"(?P<quote>\\{0,64}[\"'])|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<bare>[^\s\"'\\\[\]{}(),;:=]+)"
)
OPEN = Pattern(r"[^\r\n\])}]{0,4096}")
AFTER_NAME = Pattern(r"\s{0,64}(?::(?!:)|=>?)")


def find_key(search: Search, anchored: re.Match[str]) -> int:
    """Mask the value under a name; return the next position."""
    text, at = search.text, anchored.start()
    begin = at
    before = WORD_BACKWARDS.match(text[max(0, at - LONGEST_KEY) : at][::-1])
    if before:
        begin -= before.end()
        if text[begin - 1 : begin] == "%" and begin + 2 < at:
            begin += 2
        elif text[begin - 1 : begin] == "\\" and text[begin] in "nrt" and begin < at:
            begin += 1
    named = NAME.match(text, at)
    end = named.end(1) if named else at
    if not named or not named["separator"]:
        return adjacent.find_adjacent(search, begin, end)
    name = text[begin:end]
    sensitivity = sensitivity_of(name)
    if not sensitivity and name.lower() in {"key", "keys"} and text[begin - 1 : begin] == " ":
        name = search.compound_name(begin, name)
        sensitivity = sensitivity_of(name)
    return _mask_value(search, _Key(text, begin, named), sensitivity) if sensitivity else end


class _Key:
    """A name and its separator.

    Attributes:
        begin: The first position of the name.
        name: The name in lower case.
        before: The character before it.
        close: The quote that closes it; `""` for none.
        separator: `:`, `=`, `=>` and the like.
        quoted: `True` if it is in quotes.
        end: The position after its separator.
        spaced: `True` if white space follows.
    """

    __slots__ = ("before", "begin", "close", "end", "name", "quoted", "separator", "spaced")

    def __init__(self, text: str, begin: int, separated: re.Match[str]) -> None:
        self.begin = begin
        self.end = separated.end()
        self.name = text[begin : separated.end(1)].lower()
        self.before = text[begin - 1 : begin]
        self.close = separated["close"] or ""
        self.separator: str = separated["separator"]
        self.quoted = self.close[-1:] in {'"', "'", "`", ";"}
        self.spaced = text[self.end : self.end + 1].isspace()


def _mask_value(search: Search, key: _Key, sensitivity: Sensitivity) -> int:
    """Mask the value after a separator; return the next position."""
    text, start = search.text, key.end
    if key.separator[0] == "%":
        start = end_of(ENCODED_QUOTE, text, start)
        return search.judge(
            "keyed_secret", start, end_of(ENCODED, text, start), sensitivity, quoted=True
        )
    if key.separator == ":" and (_is_scope_or_scheme(text, key) or _is_path(text, key)):
        return start
    if text[start : start + 1] in OPENS_SPACE:
        start = end_of(SPACE_AND_LINES if key.quoted else SPACE, text, start)
    first = text[start : start + 1]
    if first in OPENS_TEMPLATE and TEMPLATE.match(text, start):
        return start + 1
    quote = shapes.QUOTE.match(text, start) if first in OPENS_QUOTE else None
    if quote:
        return (
            quote.end() if _ends_text(text, key, quote) else search.judge_quoted(quote, sensitivity)
        )
    return _mask_unquoted_value(search, key, start, sensitivity)


def _is_scope_or_scheme(text: str, key: _Key) -> bool:
    """Tell whether the colon is part of `a::password:b` or `token://`."""
    return not key.spaced and (
        text.startswith("//", key.end) or (key.before == ":" and not key.quoted)
    )


def _is_path(text: str, key: _Key) -> bool:
    """Tell whether the name ends a path, in the error of a program for example."""
    if key.quoted or key.before not in {"/", "\\"}:
        return False
    if not key.spaced and text[key.begin - 2 : key.begin - 1] in {" ", ""}:
        return False
    words = text[max(0, key.begin - LONGEST_KEY) : key.begin].split()
    return bool(words) and (
        words[-1][0] in "/~." or words[-1].count("/") + words[-1].count("\\") > 1
    )


def _ends_text(text: str, key: _Key, quote: re.Match[str]) -> bool:
    """Tell whether a quote closes a text that ends with the name: "Enter your password:"."""
    return (
        not key.close
        and not key.spaced
        and quote["quote"] in {'"', "'"}
        and text[quote.end() : quote.end() + 1] in {"", ",", "}", "]", ")", "\n", "\r"}
    )


def _is_count(text: str, key: _Key) -> bool:
    """Tell whether `pass:` is the result or the count of tests that passed."""
    return (
        key.name == "pass"
        and key.separator == ":"
        and key.spaced
        and not key.quoted
        and (
            (key.before == " " and text[key.begin - 2 : key.begin - 1].isalnum())
            or text[key.begin : key.begin + 4].isupper()
        )
    )


def _mask_unquoted_value(search: Search, key: _Key, start: int, sensitivity: Sensitivity) -> int:
    text, first = search.text, search.text[start : start + 1]
    if key.name in {"sig", "signature"} and key.before not in {"?", "&", ";"}:
        return start
    if _is_count(text, key):
        sensitivity = Sensitivity.PERHAPS
    if not first or (first in "\r\n" and not key.close):
        return (
            _mask_nested(search, key.begin, start, sensitivity) if key.separator == ":" else start
        )
    if first in "|>" and key.separator == ":":
        block = BLOCK.match(text, start)
        if block:
            return _mask_block(search, key.begin, block.end(), sensitivity)
    is_header = key.name.endswith("authorization") or (
        key.name.endswith("cookie") and key.separator == ":"
    )
    if is_header and not key.quoted:
        return _mask_header_value(search, key.begin, start, sensitivity)
    call = CALL.match(text, start)
    opens = call is not None or first in "[{("
    inside = call.end() + 1 if call else start + 1
    if opens and (search.balanced or key.close or _closes(search, inside)):
        return _mask_in_brackets(
            search, call.end() if call else start, sensitivity, key.name, bool(key.close)
        )
    return _mask_plain_value(search, key, start, sensitivity)


def _mask_plain_value(search: Search, key: _Key, start: int, sensitivity: Sensitivity) -> int:
    text, close = search.text, key.close[-1:]
    if close in {'"', "'"} and key.separator in {":", "=>"}:
        mask = f"{key.close}{MASK}{key.close}"
        end = end_of(shapes.BARE, text, start)
        return search.judge("keyed_secret", start, end, sensitivity, mask=mask)
    if key.separator == ":" and key.before in {'"', "'"} and key.spaced:
        stop = search.find_closing_quote(start, search.quote_before(key.begin))
        if stop >= start and "\n" not in text[start : min(stop, start + 4096)]:
            return search.judge("keyed_secret", start, stop, sensitivity)
    value = _extent(text, key).match(text, start)
    if not value or value.group() == key.name:
        return start
    return search.judge("keyed_secret", start, value.end(), sensitivity)


def _extent(text: str, key: _Key) -> Pattern:
    """Return the pattern of a value without a closing quote."""
    if key.before == ";" and key.separator == "=":
        return PART
    if not key.spaced or key.separator not in {":", "="}:
        return TOKEN
    before = text[max(0, key.begin - 64) : key.begin]
    if (key.begin <= 64 or "\n" in before) and LINE_START.search(before):
        return shapes.LINE
    in_flow = key.separator == ":" and before.rstrip().endswith(("{", ",", "(", "|", ";"))
    return FLOW if in_flow else TOKEN


def _mask_header_value(search: Search, begin: int, start: int, sensitivity: Sensitivity) -> int:
    text = search.text
    if text[begin - 1 : begin] in {'"', "'"}:
        stop = search.find_closing_quote(start, search.quote_before(begin))
        if stop >= 0:
            return search.judge("keyed_secret", start, stop, sensitivity)
    end = end_of(HEADER_VALUE, text, start)
    return search.judge("keyed_secret", start, end, sensitivity) if end > start else start


def _closes(search: Search, start: int) -> bool:
    """Tell whether a bracket is closed on the same line, not too far away."""
    if start < search.open_until:
        return False
    end = end_of(OPEN, search.text, start)
    if search.text[end : end + 1] in {"]", ")", "}"}:
        return True
    search.open_until = end
    return False


def _mask_in_brackets(
    search: Search, start: int, sensitivity: Sensitivity, name: str, quoted_key: bool
) -> int:
    """Mask every value in a list, dict or call, except those whose own keys are harmless."""
    text = search.text
    if name.endswith("secrets"):
        sensitivity = Sensitivity.PERHAPS
    elif sensitivity is Sensitivity.PERHAPS and text[start] == "(":
        sensitivity = Sensitivity.SECRET
    elif sensitivity < Sensitivity.TEXT:
        return start + 1
    values = _Values(search, sensitivity)
    end = values.read(start, len(text) if search.balanced else search.line_end(start))
    if end >= 0:
        for span in values.secrets:
            search.note("keyed_secret", *span)
        return end
    # The bracket is not closed. Searching for its end again and again would take time that grows
    # with the square of the text.
    search.balanced = False
    if quoted_key:
        search.note("keyed_secret", start + 1, len(text))
        return len(text)
    token = TOKEN.match(text, start)
    stop = token.end() if token else search.line_end(start)
    return max(search.judge("keyed_secret", start, stop, sensitivity), start + 1)


class _Values:
    """The values in a list, dict or call under a key.

    Args:
        search: The search.
        sensitivity: The sensitivity of the key.

    Attributes:
        secrets: Begin, end and mask of each secret.
    """

    __slots__ = ("_harmless", "_own", "_quote_of_key", "_search", "_sensitivity", "secrets")

    def __init__(self, search: Search, sensitivity: Sensitivity) -> None:
        self.secrets: list[tuple[int, int, str]] = []
        self._search = search
        self._sensitivity = self._own = sensitivity
        self._harmless = False
        self._quote_of_key = ""

    def read(self, start: int, limit: int) -> int:
        """Return the position after the closing bracket, or -1 if there is none."""
        text, depth = self._search.text, 0
        item = ITEM.search(text, start, limit)
        while item:
            at = item.end()
            if item["open"]:
                depth += 1
            elif item["close"]:
                depth -= 1
                if depth <= 0:
                    return at
            else:
                at = self._read_item(item)
                if at < 0:
                    break
            item = ITEM.search(text, at, limit)
        return -1

    def _read_item(self, item: re.Match[str]) -> int:
        """Read a key or a value; return the position after it, or -1 if its quote is open."""
        text, begin, end, at = self._search.text, item.start(), item.end(), item.end()
        if item["quote"]:
            begin, end = at, self._search.find_closing_quote(at, item["quote"])
            if end < 0:
                return -1
            at = end + len(item["quote"])
        named = AFTER_NAME.match(text, at)
        if named:
            self._enter_key(text[begin : min(end, begin + LONGEST_KEY)])
            self._quote_of_key = item["quote"] or ""
            return named.end()
        prefix = item["bare"] in {"b", "u", "r"} and text.startswith(("'", '"'), at)
        quoted = bool(item["quote"])
        if (
            not self._harmless
            and not prefix
            and is_secret(text[begin:end], self._own, quoted=quoted)
        ):
            mask = f"{self._quote_of_key}{MASK}{self._quote_of_key}" if item["bare"] else MASK
            self.secrets.append((begin, end, mask))
        return at

    def _enter_key(self, key: str) -> None:
        own = sensitivity_of(key)
        self._harmless = is_harmless_in_secret(key)
        self._own = own if own is Sensitivity.CODE else max(self._sensitivity, own)


def _mask_block(search: Search, begin: int, start: int, sensitivity: Sensitivity) -> int:
    text, indent = search.text, max(search.indent(begin), 0)
    first, last, at = 0, 0, start
    line = BLOCK_LINE.match(text, at)
    while line and at < len(text) and (not line[2] or len(line[1]) > indent):
        if line[2]:
            first, last = first or line.start(2), line.end(2)
        at = line.end()
        line = BLOCK_LINE.match(text, at)
    return search.judge("keyed_secret", first, last, sensitivity, quoted=True) if last else start


def _mask_nested(search: Search, begin: int, start: int, sensitivity: Sensitivity) -> int:
    """Mask the items and values below a name in YAML, except under harmless names."""
    text = search.text
    child = CHILD.match(text, start)
    indent = search.indent(begin)
    if not child or indent < 0 or sensitivity < Sensitivity.TEXT:
        return start
    if words_of(text[begin:start]).endswith("secrets"):
        sensitivity = Sensitivity.PERHAPS
    while child:
        depth, name = len(child["indent"]), child["name"] or child["key"]
        if depth < indent or (depth == indent and child["key"]):
            break
        value = child.start("value")
        if not (name and (is_harmless_in_secret(name) or sensitivity_of(name))):
            quote = shapes.QUOTE.match(text, value)
            if quote:
                search.judge_quoted(quote, sensitivity)
            elif name or ": " not in child["value"]:
                search.judge("keyed_secret", value, end_of(shapes.LINE, text, value), sensitivity)
        elif name and sensitivity_of(name):
            return child.start("key") if child["key"] else child.start("name")
        start = child.end()
        child = CHILD.match(text, start)
    return start
