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
from ..names import LONGEST_KEY, Verdict, describes, verdict, words_of
from ..values import is_secret
from . import adjacent, shapes
from .search import Search, past

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
    r"""(?x)(?:
      [^\s,;&"'`<>()\[\]{}\\|]
    | [,;](?![\s"'\\]|\Z|[\w.-]{1,40}[=:])
    | &(?!amp;|quot;|\#[\dxX]|[\w.%\[\]-]{1,64}=|[\s"'\\]|\Z)
    | ["'`](?=\w)
    | \\(?![nr]|u0026|\\{0,8}["'])
    | <(?![/\s]|\Z)
    | [>()\[\]{}|](?![\s,;"'\\&)\]}<>]|\Z)
    )+"""
)
FLOW = Pattern(
    r"(?:(?![,;|)}\]](?:[\s\"'\\,;)}\]]|\Z)|[ \t]{1,8}[\w.-]{1,40}(?:=|:[ \t])"
    r"|\\{1,16}[rn\"'])[^\r\n\"'`])+"
)
PART = Pattern(r"[^;\r\n\"']+")
ENCODED_QUOTE = Pattern(r"(?:%2[027]|[+]){0,3}")
ENCODED = Pattern(r"(?:(?!%(?:26|22|27|2[cC]|7[dD]|0[aAdD]))[^\s&\"'<>\\])+")
BLOCK = Pattern(r"[|>][+-]?\d?[+-]?[ \t]{0,64}(?:#[^\r\n]*)?\r?\n")
BLOCK_LINE = Pattern(r"([ \t]*)([^\r\n]*)\r?(?:\n|\Z)")
CHILD = Pattern(
    r"\r?\n(?P<indent>[ \t]*)(?:-[ \t]+(?:(?P<name>[\w.-]{1,64}):[ \t]+)?"
    r"|(?P<key>[\w.-]{1,64}):[ \t]+)(?P<value>[^\r\n]+)"
)
# A header ends with its line, or where another header follows.
HEADER_VALUE = Pattern(
    r"(?:[^\r\n\"'`\\,]|,(?![ \t]{1,8}[\w-]{1,40}['\"]?: )|(?<=[=,])\"[^\"\r\n]*\"|\\(?![rn\"'])"
    r"|(?<==)\\{1,16}\"[^\"\r\n]*\")+"
)
ITEM = Pattern(
    r"(?P<quote>\\{0,64}[\"'])|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<bare>[^\s\"'\\\[\]{}(),;:=]+)"
)
OPEN = Pattern(r"[^\r\n\])}]{0,4096}")
AFTER_NAME = Pattern(r"\s{0,64}(?::(?!:)|=>?)")


def find_key(search: Search, anchored: re.Match[str]) -> int:
    """Mask what stands under a name; return where to go on."""
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
    says = verdict(name)
    if not says and name.lower() in {"key", "keys"} and text[begin - 1 : begin] == " ":
        name = search.compound(begin, name)
        says = verdict(name)
    return _value_of(search, _Key(text, begin, named), says) if says else end


class _Key:
    """A name and its separator.

    Attributes:
        begin: Where the name begins.
        name: The name in lower case.
        before: The character before it.
        close: The quote that closes it; `""` for none.
        separator: `:`, `=`, `=>` and the like.
        quoted: `True` if it stands in quotes.
        end: Where its separator ends.
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


def _value_of(search: Search, key: _Key, says: Verdict) -> int:
    """Mask the value after a separator; return where to go on."""
    text, start = search.text, key.end
    if key.separator[0] == "%":
        start = past(ENCODED_QUOTE, text, start)
        return search.judge("keyed_secret", start, past(ENCODED, text, start), says, quoted=True)
    if key.separator == ":" and (_is_scope_or_scheme(text, key) or _is_path(text, key)):
        return start
    if text[start : start + 1] in OPENS_SPACE:
        start = past(SPACE_AND_LINES if key.quoted else SPACE, text, start)
    first = text[start : start + 1]
    if first in OPENS_TEMPLATE and TEMPLATE.match(text, start):
        return start + 1
    quote = shapes.QUOTE.match(text, start) if first in OPENS_QUOTE else None
    if quote:
        return quote.end() if _ends_text(text, key, quote) else search.quoted(quote, says)
    return _unquoted_value(search, key, start, says)


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
    """Tell whether `pass:` counts what has passed, or says that it has."""
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


def _unquoted_value(search: Search, key: _Key, start: int, says: Verdict) -> int:
    text, first = search.text, search.text[start : start + 1]
    if key.name in {"sig", "signature"} and key.before not in {"?", "&", ";"}:
        return start
    if _is_count(text, key):
        says = Verdict.PERHAPS
    if not first or (first in "\r\n" and not key.close):
        return _nested(search, key.begin, start, says) if key.separator == ":" else start
    if first in "|>" and key.separator == ":":
        block = BLOCK.match(text, start)
        if block:
            return _block(search, key.begin, block.end(), says)
    is_header = key.name.endswith("authorization") or (
        key.name.endswith("cookie") and key.separator == ":"
    )
    if is_header and not key.quoted:
        return _header_value(search, key.begin, start, says)
    call = CALL.match(text, start)
    opens = call is not None or first in "[{("
    inside = call.end() + 1 if call else start + 1
    if opens and (search.balanced or key.close or _closes(search, inside)):
        return _walk(search, call.end() if call else start, says, key.name, bool(key.close))
    return _plain_value(search, key, start, says)


def _plain_value(search: Search, key: _Key, start: int, says: Verdict) -> int:
    text, close = search.text, key.close[-1:]
    if close in {'"', "'"} and key.separator in {":", "=>"}:
        mask = f"{key.close}{MASK}{key.close}"
        end = past(shapes.BARE, text, start)
        return search.judge("keyed_secret", start, end, says, mask=mask)
    if key.separator == ":" and key.before in {'"', "'"} and key.spaced:
        stop = search.closing(start, search.quote_before(key.begin))
        if stop >= start and "\n" not in text[start : min(stop, start + 4096)]:
            return search.judge("keyed_secret", start, stop, says)
    value = _extent(text, key).match(text, start)
    if not value or value.group() == key.name:
        return start
    return search.judge("keyed_secret", start, value.end(), says)


def _extent(text: str, key: _Key) -> Pattern:
    """Return how far a value reaches that nothing closes."""
    if key.before == ";" and key.separator == "=":
        return PART
    if not key.spaced or key.separator not in {":", "="}:
        return TOKEN
    before = text[max(0, key.begin - 64) : key.begin]
    if (key.begin <= 64 or "\n" in before) and LINE_START.search(before):
        return shapes.LINE
    in_flow = key.separator == ":" and before.rstrip().endswith(("{", ",", "(", "|", ";"))
    return FLOW if in_flow else TOKEN


def _header_value(search: Search, begin: int, start: int, says: Verdict) -> int:
    text = search.text
    if text[begin - 1 : begin] in {'"', "'"}:
        stop = search.closing(start, search.quote_before(begin))
        if stop >= 0:
            return search.judge("keyed_secret", start, stop, says)
    end = past(HEADER_VALUE, text, start)
    return search.judge("keyed_secret", start, end, says) if end > start else start


def _closes(search: Search, start: int) -> bool:
    """Tell whether a bracket is closed on the same line, not too far away."""
    if start < search.open_until:
        return False
    end = past(OPEN, search.text, start)
    if search.text[end : end + 1] in {"]", ")", "}"}:
        return True
    search.open_until = end
    return False


def _walk(search: Search, start: int, says: Verdict, name: str, quoted_key: bool) -> int:
    """Mask every value in a list, dict or call, but for those whose own keys are harmless."""
    text, depth, at, harmless = search.text, 0, start, False
    if name.endswith("secrets") or (says is Verdict.PERHAPS and text[start] == "("):
        says = Verdict.PERHAPS if name.endswith("secrets") else Verdict.SECRET
    elif says < Verdict.TEXT:
        return start + 1
    own = says
    limit = len(text) if search.balanced else search.line_end(start)
    noted: list[tuple[int, int, str]] = []
    quote_of_key = ""
    item = ITEM.search(text, at, limit)
    while item:
        at = item.end()
        if item["open"]:
            depth += 1
        elif item["close"]:
            depth -= 1
            if depth <= 0:
                for begin, end, mask in noted:
                    search.note("keyed_secret", begin, end, mask)
                return at
        else:
            begin, end, mask = item.start(), item.end(), MASK
            if item["quote"]:
                begin, end = at, search.closing(at, item["quote"])
                if end < 0:
                    break
                at = end + len(item["quote"])
            named = AFTER_NAME.match(text, at)
            if named:
                key = text[begin : min(end, begin + LONGEST_KEY)]
                harmless = describes(key)
                own = max(says, verdict(key)) if verdict(key) is not Verdict.CODE else Verdict.CODE
                quote_of_key = item["quote"] or ""
                at = named.end()
            elif not harmless:
                if item["bare"]:
                    mask = f"{quote_of_key}{MASK}{quote_of_key}"
                prefix = item["bare"] in {"b", "u", "r"} and text.startswith(("'", '"'), at)
                if not prefix and is_secret(text[begin:end], own, quoted=bool(item["quote"])):
                    noted.append((begin, end, mask))
        item = ITEM.search(text, at, limit)
    # Nothing closes what was opened: looking for that again to the end of the text would make
    # the time grow with the square of it.
    search.balanced = False
    if quoted_key:
        search.note("keyed_secret", start + 1, len(text))
        return len(text)
    token = TOKEN.match(text, start)
    return max(
        search.judge("keyed_secret", start, token.end() if token else search.line_end(start), says),
        start + 1,
    )


def _block(search: Search, begin: int, start: int, says: Verdict) -> int:
    text, indent = search.text, max(search.indent(begin), 0)
    first, last, at = 0, 0, start
    line = BLOCK_LINE.match(text, at)
    while line and at < len(text) and (not line[2] or len(line[1]) > indent):
        if line[2]:
            first, last = first or line.start(2), line.end(2)
        at = line.end()
        line = BLOCK_LINE.match(text, at)
    return search.judge("keyed_secret", first, last, says, quoted=True) if last else start


def _nested(search: Search, begin: int, start: int, says: Verdict) -> int:
    """Mask the items and values below a name in YAML, except under harmless names."""
    text = search.text
    child = CHILD.match(text, start)
    indent = search.indent(begin)
    if not child or indent < 0 or says < Verdict.TEXT:
        return start
    if words_of(text[begin:start]).endswith("secrets"):
        says = Verdict.PERHAPS
    while child:
        depth, name = len(child["indent"]), child["name"] or child["key"]
        if depth < indent or (depth == indent and child["key"]):
            break
        value = child.start("value")
        if not (name and (describes(name) or verdict(name))):
            quote = shapes.QUOTE.match(text, value)
            if quote:
                search.quoted(quote, says)
            elif name or ": " not in child["value"]:
                search.judge("keyed_secret", value, past(shapes.LINE, text, value), says)
        elif name and verdict(name):
            return child.start("key") if child["key"] else child.start("name")
        start = child.end()
        child = CHILD.match(text, start)
    return start
