# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values beside a name without a separator.

They are in XML elements, pairs, calls, prose and arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import Pattern
from ..names import Sensitivity, is_harmless_in_secret, sensitivity_of, words_of
from ..values import looks_random
from . import devices, schemes, shapes
from .search import Search, end_of

if TYPE_CHECKING:
    import re

NAMED_BY = Pattern(
    r"(?i)(?:name|key|var|variable|field|header"
    r"|env)\\{0,64}[\"']?\s{0,8}[:=]\s{0,8}\\{0,64}[\"']?-{0,2}\Z"
)
XML_BEFORE = Pattern(r"<(?:[\w.-]{1,20}:)?\Z")
XML = Pattern(
    r"(?:\s[^<>]{0,200}(?<!/))?>(?:<!\[CDATA\[)?|</\w{1,20}>\s{0,32}<(?:\w{1,20}:)?(?:string|value"
    r"|Value)>"
)
XML_VALUE = Pattern(r"(?:[^<\]]|\](?!\]>))+")
PAIR = Pattern(
    r"""(?xi)\\{0,64}["'](?:
      (?:\s{0,16},\s{0,32}|\s{1,32})
      (?:\\{0,64}["']?(?!value)[a-z]\w{0,20}\\{0,64}["']?\s{0,8}[:=]\s{0,8}
         \\{0,64}["']?[\w./-]{0,40}\\{0,64}["']?(?:,\s{0,32}|\s{1,32})){0,2}
      \\{0,64}["']?(?P<named>value|content|val)\\{0,64}["']?\s{0,8}(?:[:=]|=>)\s{0,32}
    | \s{0,8},\s{0,32})"""
)
YAML_PAIR = Pattern(r"(?i)[ \t]{0,8}\r?\n[ \t]{0,64}(?:value|val):[ \t]{1,8}")
CREDENTIALS = Pattern(
    r"\(\s{0,8}(?:[\w.]{1,40}\s{0,4}=\s{0,4})?[bru]?\\{0,8}['\"][^'\"\n]{0,128}['\"],\s{0,8}"
    r"[bru]?(?P<quote>\\{0,8}['\"])"
)
FIELD = Pattern(r"[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){0,3}")
LITERAL = Pattern(r"\(\s{0,8}[bru]?(?P<quote>\\{0,8}['\"])")
FORM_PART = Pattern(
    r"\\?[\"'](?:\r?\n|\\r\\n|\\n)(?:Content-Type:[^\r\n\\]{0,80}(?:\r?\n|\\r\\n|\\n))?(?:\r?\n"
    r"|\\r\\n|\\n)"
)
FORM_VALUE = Pattern(r"(?:(?!\\r|\\n)[^\r\n])+")
PROSE = Pattern(
    r"[ ]{1,4}(?:(?:is|was|set to|changed to|reset to|equals)(?: now)?:?|→)[ ]{1,4}(?=[^\s])"
    r"|[ ]{1,4}(?=\S{0,1023}\d)(?=['\"]?[^\s'\"]{6,1024}(?:['\"\s.,;]|\Z))"
)
PROSE_VALUE = Pattern(
    rf"(?:[^\s\"'`,;\\]|[,;](?![\s\"'`]|\Z)|{shapes.BACKSLASH}|{shapes.INNER_QUOTE})+"
)
IDENTIFIER = Pattern(r"[0-9a-fA-F-]+|[\w-]+=.*|[a-z]+(?:[-_]\w+)*[-_]\d+|[a-z]+(?:[-_][a-z]+)+")
FIXED_WORD = Pattern(
    r"(?i)(?:base|sha|md|utf|pbkdf|oauth|v|x|rfc|http|aes|rsa|ipv|tls|ssl|level|type|step)-?\d+.*"
    r"|[\d.]+[a-z]*"
)
SET = Pattern(r"\b(?:set (?:[^\s:]{1,60}:)?|ENV |setenv |setx )\Z")
SQL = Pattern(
    r"[ \t]{1,8}(?P<quote>\\{0,16}['\"])"
    r"(?P<value>(?:(?!(?P=quote))\S|(?P=quote){2}){1,128})(?P=quote)"
)


def find_adjacent(search: Search, begin: int, end: int) -> int:
    """Mask the value beside a name that no separator follows; return the next position."""
    text = search.text
    following = text[end : end + 1]
    if following in {'"', "'", "\\"}:
        return _mask_in_pair(search, begin, end)
    if following in {">", "<"} or (following == " " and text[begin - 1 : begin] in {"<", ":"}):
        return _mask_in_element(search, begin, end)
    if following == "(":
        return _mask_in_call(search, begin, end)
    if following in {"\r", "\n"}:
        return _mask_in_yaml_pair(search, begin, end)
    if following in {" ", "\t"}:
        return _mask_after_space(search, begin, end)
    return end


def _mask_in_call(search: Search, begin: int, end: int) -> int:
    """Mask the argument of calls like `BasicAuth("ada", "secret")` and `setPassword("secret")`."""
    text = search.text
    name = words_of(text[begin:end])
    takes_user = name.endswith("auth")
    if not takes_user and not name.startswith(("set_", "with_")):
        return end
    call = (CREDENTIALS if takes_user else LITERAL).match(text, end)
    if not call or not sensitivity_of(name):
        return end
    stop = search.find_closing_quote(call.end(), call["quote"])
    after = stop + len(call["quote"])
    is_closed = (
        "\n" not in text[call.end() : stop]
        if takes_user
        else text[after : after + 8].lstrip().startswith(")")
    )
    if stop < 0 or not is_closed:
        return end
    return search.judge("keyed_secret", call.end(), stop, Sensitivity.SECRET, quoted=True)


def _mask_in_element(search: Search, begin: int, end: int) -> int:
    text = search.text
    opened = XML.match(text, end)
    before = text[max(0, begin - 24) : begin]
    if opened and (
        XML_BEFORE.search(before) or (opened.group().startswith("</") and before.endswith(">"))
    ):
        sensitivity, value = sensitivity_of(text[begin:end]), XML_VALUE.match(text, opened.end())
        if sensitivity and value:
            # The attributes are searched next, and the content too: contents do not overlap, so
            # nothing is read many times.
            search.judge("keyed_secret", value.start(), value.end(), sensitivity)
    return end


def _mask_in_yaml_pair(search: Search, begin: int, end: int) -> int:
    text = search.text
    pair = YAML_PAIR.match(text, end)
    if pair and NAMED_BY.search(text[max(0, begin - 24) : begin]):
        sensitivity = sensitivity_of(text[begin:end])
        if sensitivity:
            quote = shapes.QUOTE.match(text, pair.end())
            return (
                search.judge_quoted(quote, sensitivity)
                if quote
                else search.judge(
                    "keyed_secret", pair.end(), end_of(shapes.LINE, text, pair.end()), sensitivity
                )
            )
    return end


def _mask_in_pair(search: Search, begin: int, end: int) -> int:
    text = search.text
    sensitivity = sensitivity_of(text[begin:end])
    if not sensitivity:
        return end
    if text[begin : begin + 1] == "-":
        return _mask_argument(search, begin, end)
    before = text[max(0, begin - 24) : begin]
    part = FORM_PART.match(text, end)
    if part and NAMED_BY.search(before):
        start = part.end()
        stop = end_of(FORM_VALUE, text, start)
        return max(search.judge("keyed_secret", start, stop, sensitivity, quoted=True), end)
    if part is None and text[end + 1 : end + 2] == ">" and NAMED_BY.search(before):
        return search.judge(
            "keyed_secret", end + 2, end_of(XML_VALUE, text, end + 2), sensitivity, quoted=True
        )
    pair = PAIR.match(text, end)
    if not pair:
        return end
    start = pair.end()
    quote = shapes.QUOTE.match(text, start)
    if pair["named"]:
        return (
            search.judge_quoted(quote, sensitivity)
            if quote
            else search.judge("keyed_secret", start, end_of(shapes.BARE, text, start), sensitivity)
        )
    if quote and _begins_pair(before) and _ends_pair(search, quote):
        return search.judge_quoted(quote, sensitivity)
    return end


def _begins_pair(before: str) -> bool:
    """Tell whether a name is the first of two arguments, or the first in a list within a list.

    Args:
        before: The text before the name.
    """
    opening = before.rstrip("bBuU\"'\\ ")[-2:]
    listed = opening in {"[[", ",["} or (
        opening[-1:] == "[" and before.rstrip("\"'\\ [").endswith(("],", "["))
    )
    return before[-1:] in {'"', "'"} and (opening[-1:] == "(" or listed)


def _ends_pair(search: Search, quote: re.Match[str]) -> bool:
    """Tell whether a quoted text is the last one in its brackets, and not the name of a field."""
    stop = search.find_closing_quote(quote.end(), quote["quote"])
    if stop < 0:
        return False
    value = search.text[quote.end() : stop]
    after = stop + len(quote["quote"])
    if search.text[after : after + 4].lstrip()[:1] not in {")", "]"}:
        return False
    return not (FIELD.fullmatch(value) and (sensitivity_of(value) or is_harmless_in_secret(value)))


def _mask_after_space(search: Search, begin: int, end: int) -> int:
    text, name = search.text, search.text[begin:end]
    if name[0] == "-" or (
        ("_" in name or name.isupper()) and SET.search(text[max(0, begin - 80) : begin])
    ):
        return _mask_argument(search, begin, end)
    word = name.lower()
    if word == "bearer":
        return schemes.find_credentials(search, end, word)
    if devices.mask_config_line(search, begin):
        return end
    prose = PROSE.match(text, end)
    if not prose and "pass" not in word:
        return end
    sensitivity = sensitivity_of(
        word if word not in {"key", "keys"} else search.compound_name(begin, word)
    )
    if sensitivity < Sensitivity.TEXT:
        return end
    if prose:
        start, value, quoted = _read_in_prose(search, prose.end())
        if _is_value_in_prose(value, word, unlinked=prose.group().isspace(), quoted=quoted):
            return search.judge(
                "keyed_secret", start, start + len(value), sensitivity, quoted=quoted
            )
    sql = SQL.match(text, end) if "pass" in word else None
    if sql:
        return search.judge(
            "keyed_secret", sql.start("value"), sql.end("value"), sensitivity, quoted=True
        )
    return end


def _read_in_prose(search: Search, start: int) -> tuple[int, str, bool]:
    """Return the begin of a value in a sentence, the value, and whether it is in quotes."""
    text, quote = search.text, shapes.QUOTE.match(search.text, start)
    if not quote:
        return start, text[start : end_of(PROSE_VALUE, text, start)].rstrip(".!?)"), False
    start = quote.end()
    stop = search.find_closing_quote(start, quote["quote"])
    if stop < 0 or "\n" in text[start:stop]:
        stop = end_of(PROSE_VALUE, text, start)
    return start, text[start:stop], True


def _is_value_in_prose(found: str, word: str, *, unlinked: bool, quoted: bool) -> bool:
    """Tell whether a word in a sentence is the value of a name before it.

    Args:
        found: The word.
        word: The name in lower case.
        unlinked: `True` if only spaces are between them, and no `is` or `set to`.
        quoted: `True` if the word is in quotes.
    """
    if FIXED_WORD.fullmatch(found):
        return False
    if unlinked:
        return (
            len(found) >= (6 if "pass" in word else 12)
            and looks_random(found)
            and not IDENTIFIER.fullmatch(found)
        )
    if quoted and found:
        return True
    return looks_random(found) or (found.isalnum() and not found.isalpha())


def _mask_argument(search: Search, begin: int, end: int) -> int:
    text, sensitivity = search.text, sensitivity_of(search.text[begin:end])
    if sensitivity and text[begin:end].lower().endswith("secret-id"):
        # For some tools this is the name of a secret, for others a secret.
        sensitivity = Sensitivity.PERHAPS
    argument = shapes.ARGUMENT.match(text, end)
    start, quote = (argument.end(), argument["quote"]) if argument else (end, None)
    if not sensitivity or start == end or text.startswith(("[REDACTED", "-"), start):
        return end
    stop = (
        search.find_closing_quote(start, quote) if quote else end_of(shapes.WORD_VALUE, text, start)
    )
    return max(
        search.judge(
            "command_line",
            start,
            stop if stop >= 0 else search.line_end(start),
            sensitivity,
            quoted=bool(quote),
        ),
        end,
    )
