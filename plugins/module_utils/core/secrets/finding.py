# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding where in a text secrets stand.

One pass from left to right. `ANCHOR` stops at every place where a secret may begin or be named; the
finder for that kind of place looks around, within bounds, notes what is to be masked and says where
to go on. What was read as a value is not read again, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from . import shapes
from .known import MASK
from .lazy import Pattern
from .names import LONGEST_KEY, Verdict, describes, verdict, words_of
from .values import LONGEST_JUDGED, is_basic, is_secret, looks_random

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
"""What is found, by name."""


class Span(NamedTuple):
    """A stretch of text that is a secret."""

    start: int
    end: int
    kind: str
    mask: str = MASK


class Search:
    """One pass over one text.

    Attributes:
        found: The secrets, in the order in which they stand.
    """

    __slots__ = (
        "_balanced",
        "_command",
        "_commands_read",
        "_config_read",
        "_kinds",
        "_pem_ends",
        "_text",
        "found",
    )

    def __init__(self, text: str, kinds: Collection[str], anchored: re.Match[str] | None) -> None:
        self._text = text
        self._kinds = kinds
        self._balanced = True
        self._command = ""
        self._commands_read = 0
        self._config_read = 0
        self._pem_ends = True
        self.found: list[Span] = []
        while anchored:
            end = anchored.end()
            following = _FINDERS[(anchored.lastgroup or "").partition("_")[0]](self, anchored)
            anchored = shapes.ANCHOR.search(text, max(following, end))

    def _note(self, kind: str, start: int, end: int, mask: str = MASK) -> None:
        if kind in self._kinds and start < end:
            self.found.append(Span(start, end, kind, mask))

    # Names and what stands under them

    def _key(self, anchored: re.Match[str]) -> int:
        text, at = self._text, anchored.start()
        begin = at
        before = shapes.WORD_BACKWARDS.match(text[max(0, at - LONGEST_KEY) : at][::-1])
        if before:
            begin -= before.end()
            if text[begin - 1 : begin] == "%" and begin + 2 < at:
                begin += 2
            elif text[begin - 1 : begin] == "\\" and text[begin] in "nrt" and begin < at:
                begin += 1
        named = shapes.NAME.match(text, at)
        end = named.end(1) if named else at
        if not named or not named["separator"]:
            return self._unseparated(begin, end)
        name = text[begin:end]
        says = verdict(name)
        if not says and name.lower() in {"key", "keys"} and text[begin - 1 : begin] == " ":
            name = self._compound(begin, name)
            says = verdict(name)
        return self._keyed(begin, named, says) if says else end

    def _compound(self, begin: int, name: str) -> str:
        """Return the name with the word before it: API key, Unseal Key."""
        return f"{self._text[max(0, begin - 20) : begin - 1].rpartition(' ')[2]}_{name}"

    def _keyed(self, begin: int, separated: re.Match[str], says: Verdict) -> int:
        text, start = self._text, separated.end()
        close, separator = separated["close"] or "", separated["separator"]
        quoted_key = close[-1:] in {'"', "'", "`", ";"}
        if separator[0] == "%":
            start = _past(shapes.ENCODED_QUOTE, text, start)
            return self._judge(
                "keyed_secret", start, _past(shapes.ENCODED, text, start), says, quoted=True
            )
        spaced = text[start : start + 1].isspace()
        if (
            separator == ":"
            and not spaced
            and (
                text.startswith("//", start) or (text[begin - 1 : begin] == ":" and not quoted_key)
            )
        ):
            return start
        if (
            separator == ":"
            and not quoted_key
            and text[begin - 1 : begin] in {"/", "\\"}
            and (spaced or text[begin - 2 : begin - 1] not in {" ", ""})
        ):
            path = text[max(0, begin - LONGEST_KEY) : begin].split()
            if path and (path[-1][0] in "/~." or path[-1].count("/") + path[-1].count("\\") > 1):
                return start
        first = text[start : start + 1]
        if first in shapes.OPENS_SPACE:
            start = _past(shapes.SPACE_AND_LINES if quoted_key else shapes.SPACE, text, start)
            first = text[start : start + 1]
        if first in shapes.OPENS_TEMPLATE and shapes.TEMPLATE.match(text, start):
            return start + 1
        quote = shapes.QUOTE.match(text, start) if first in shapes.OPENS_QUOTE else None
        if quote:
            # A text may end with the name: "Enter your password:".
            ends = (
                not close
                and not spaced
                and quote["quote"] in {'"', "'"}
                and text[quote.end() : quote.end() + 1] in {"", ",", "}", "]", ")", "\n", "\r"}
            )
            return quote.end() if ends else self._quoted(quote, says)
        name = text[begin : separated.end(1)].lower()
        before = text[begin - 1 : begin]
        if name in {"sig", "signature"} and before not in {"?", "&", ";"}:
            return start
        if (
            name == "pass"
            and separator == ":"
            and spaced
            and not quoted_key
            and (
                (before == " " and text[begin - 2 : begin - 1].isalnum())
                or text[begin : begin + 4].isupper()
            )
        ):
            says = Verdict.PERHAPS
        if not first or (first in "\r\n" and not close):
            return self._nested(begin, start, says) if separator == ":" else start
        if first in "|>" and separator == ":":
            block = shapes.BLOCK.match(text, start)
            if block:
                return self._block(begin, block.end(), says)
        if (
            name.endswith(("authorization", "cookie"))
            and (separator == ":" or name.endswith("authorization"))
            and not quoted_key
        ):
            return self._header(begin, start, says)
        call = shapes.CALL.match(text, start)
        if call or (
            first in "[{(" and (self._balanced or close or shapes.CLOSED_IN_LINE.match(text, start))
        ):
            return self._walk(call.end() if call else start, says, name, bool(close))
        return self._plain(begin, start, name, says, separator, close, spaced)

    def _plain(
        self,
        begin: int,
        start: int,
        name: str,
        says: Verdict,
        separator: str,
        close: str,
        spaced: bool,
    ) -> int:
        text = self._text
        if close[-1:] in {'"', "'"} and separator in {":", "=>"}:
            return self._judge(
                "keyed_secret",
                start,
                _past(shapes.BARE, text, start),
                says,
                mask=f"{close}{MASK}{close}",
            )
        before = text[begin - 1 : begin]
        if separator == ":" and before in {'"', "'"} and spaced:
            stop = self._closing(start, self._quote_before(begin))
            if stop >= start and "\n" not in text[start : min(stop, start + 4096)]:
                return self._judge("keyed_secret", start, stop, says)
        if before == ";" and separator == "=":
            pattern = shapes.PART
        elif spaced and separator in {":", "="}:
            chunk = text[max(0, begin - 64) : begin]
            if (begin <= 64 or "\n" in chunk) and shapes.LINE_START.search(chunk):
                pattern = shapes.LINE
            else:
                pattern = (
                    shapes.FLOW
                    if separator == ":" and chunk.rstrip().endswith(("{", ",", "(", "|", ";"))
                    else shapes.TOKEN
                )
        else:
            pattern = shapes.TOKEN
        value = pattern.match(text, start)
        if not value or value.group() == name:
            return start
        return self._judge("keyed_secret", start, value.end(), says)

    def _judge(
        self,
        kind: str,
        start: int,
        end: int,
        says: Verdict,
        *,
        quoted: bool = False,
        mask: str = MASK,
    ) -> int:
        value = self._text[start:end]
        stop = start + len(value.rstrip()) if not quoted else end
        if is_secret(value, says, quoted=quoted):
            self._note(kind, start, stop, mask)
            return end
        # A short value that is none may hold other secrets; a long one is not read twice.
        return start if end - start <= LONGEST_JUDGED else end

    def _quote_before(self, begin: int) -> str:
        text, at = self._text, begin - 1
        while at > 0 and text[at - 1] == "\\" and begin - at < 64:
            at -= 1
        return text[at:begin]

    def _closing(self, start: int, quote: str) -> int:
        """Return where the closing quote begins, or -1.

        A quote that is escaped n times (n backslashes) closes with n backslashes; 2n + 1 stand
        before one that is a part of the value, and fewer than n end the string around it.
        """
        text, sign, depth = self._text, quote[-1], len(quote) - 1
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
                    and text[at + 2 : at + 3].isalnum()
                ):
                    at = text.find(sign, at + 2)
                    continue
                if depth == 0 and text.startswith("\\''", at + 1):
                    at = text.find(sign, at + 4)
                    continue
                return run
            if slashes % (2 * depth + 2) == depth and (
                not after or after in " \t\r\n,;:)}]&<>|\\'\""
            ):
                return at - depth
            at = text.find(sign, at + 1)
        return -1

    def _quoted(self, quote: re.Match[str], says: Verdict) -> int:
        start = quote.end()
        stop = self._closing(start, quote["quote"])
        if stop < 0:
            stop = self._line_end(start)
        after = self._judge("keyed_secret", start, stop, says, quoted=True)
        return after if after == start else stop

    def _line_end(self, start: int) -> int:
        end = self._text.find("\n", start)
        return len(self._text) if end < 0 else end

    def _header(self, begin: int, start: int, says: Verdict) -> int:
        text = self._text
        if text[begin - 1 : begin] in {'"', "'"}:
            stop = self._closing(start, self._quote_before(begin))
            if stop >= 0:
                return self._judge("keyed_secret", start, stop, says)
        line = shapes.HEADER_LINE.match(text, start)
        if not line:
            return start
        following = shapes.NEXT_FIELD.search(text, start, line.end())
        return self._judge(
            "keyed_secret", start, following.start() if following else line.end(), says
        )

    def _walk(self, start: int, says: Verdict, name: str, quoted_key: bool) -> int:
        """Mask every value in a list, dict or call, but for those whose own keys are harmless."""
        text, depth, at, harmless = self._text, 0, start, False
        if name.endswith("secrets") or (says is Verdict.PERHAPS and text[start] == "("):
            says = Verdict.PERHAPS if name.endswith("secrets") else Verdict.SECRET
        elif says < Verdict.TEXT:
            return start + 1
        own = says
        limit = len(text) if self._balanced else self._line_end(start)
        noted: list[tuple[int, int, str]] = []
        quote_of_key = ""
        item = shapes.ITEM.search(text, at, limit)
        while item:
            at = item.end()
            if item["open"]:
                depth += 1
            elif item["close"]:
                depth -= 1
                if depth <= 0:
                    for begin, end, mask in noted:
                        self._note("keyed_secret", begin, end, mask)
                    return at
            else:
                begin, end, mask = item.start(), item.end(), MASK
                if item["quote"]:
                    begin, end = at, self._closing(at, item["quote"])
                    if end < 0:
                        break
                    at = end + len(item["quote"])
                named = shapes.AFTER_NAME.match(text, at)
                if named:
                    key = text[begin : min(end, begin + LONGEST_KEY)]
                    harmless = describes(key)
                    own = (
                        max(says, verdict(key))
                        if verdict(key) is not Verdict.CODE
                        else Verdict.CODE
                    )
                    quote_of_key = item["quote"] or ""
                    at = named.end()
                elif not harmless:
                    if item["bare"]:
                        mask = f"{quote_of_key}{MASK}{quote_of_key}"
                    prefix = item["bare"] in {"b", "u", "r"} and text.startswith(("'", '"'), at)
                    if not prefix and is_secret(text[begin:end], own, quoted=bool(item["quote"])):
                        noted.append((begin, end, mask))
            item = shapes.ITEM.search(text, at, limit)
        # Nothing closes what was opened: looking for that again to the end of the text would make
        # the time grow with the square of it.
        self._balanced = False
        if quoted_key:
            self._note("keyed_secret", start + 1, len(text))
            return len(text)
        token = shapes.TOKEN.match(text, start)
        return max(
            self._judge(
                "keyed_secret", start, token.end() if token else self._line_end(start), says
            ),
            start + 1,
        )

    def _indent(self, begin: int) -> int:
        """Return at which column a name stands, or -1 where other words stand before it."""
        line = self._text[max(0, begin - LONGEST_KEY) : begin]
        if begin > LONGEST_KEY and "\n" not in line:
            return -1
        line = line.rpartition("\n")[2]
        return len(line) if not line.strip(" \t-\"'") else -1

    def _block(self, begin: int, start: int, says: Verdict) -> int:
        text, indent = self._text, max(self._indent(begin), 0)
        first, last, at = 0, 0, start
        line = shapes.BLOCK_LINE.match(text, at)
        while line and at < len(text) and (not line[2] or len(line[1]) > indent):
            if line[2]:
                first, last = first or line.start(2), line.end(2)
            at = line.end()
            line = shapes.BLOCK_LINE.match(text, at)
        return self._judge("keyed_secret", first, last, says, quoted=True) if last else start

    def _nested(self, begin: int, start: int, says: Verdict) -> int:
        """Mask the items and values below a name in YAML, but for those whose own names are
        harmless.
        """
        text = self._text
        child = shapes.CHILD.match(text, start)
        indent = self._indent(begin)
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
                    self._quoted(quote, says)
                elif name or ": " not in child["value"]:
                    self._judge("keyed_secret", value, _past(shapes.LINE, text, value), says)
            elif name and verdict(name):
                return child.start("key") if child["key"] else child.start("name")
            start = child.end()
            child = shapes.CHILD.match(text, start)
        return start

    # Names without a separator

    def _unseparated(self, begin: int, end: int) -> int:
        text = self._text
        following = text[end : end + 1]
        if following in {'"', "'", "\\"}:
            return self._paired(begin, end)
        if following in {">", "<"} or (following == " " and text[begin - 1 : begin] in {"<", ":"}):
            return self._element(begin, end)
        if following == "(":
            return self._called(begin, end)
        if following in {"\r", "\n"}:
            return self._yaml_pair(begin, end)
        if following in {" ", "\t"}:
            return self._spaced(begin, end)
        return end

    def _called(self, begin: int, end: int) -> int:
        """Mask the literal that `BasicAuth('ada', 'secret')` and `setPassword("secret")` are
        given.
        """
        name = words_of(self._text[begin:end])
        if name.endswith("auth") or name.startswith(("set_", "with_")):
            says = verdict(name)
            call = (shapes.CREDENTIALS if name.endswith("auth") else shapes.LITERAL).match(
                self._text, end
            )
            if call and says:
                return self._judge(
                    "keyed_secret", call.start("v"), call.end("v"), Verdict.SECRET, quoted=True
                )
        return end

    def _element(self, begin: int, end: int) -> int:
        text = self._text
        opened = shapes.XML.match(text, end)
        before = text[max(0, begin - 24) : begin]
        if opened and (
            shapes.XML_BEFORE.search(before)
            or (opened.group().startswith("</") and before.endswith(">"))
        ):
            says, value = verdict(text[begin:end]), shapes.XML_VALUE.match(text, opened.end())
            if says and value:
                return self._judge("keyed_secret", value.start(), value.end(), says)
        return end

    def _yaml_pair(self, begin: int, end: int) -> int:
        text = self._text
        pair = shapes.YAML_PAIR.match(text, end)
        if pair and shapes.NAMED_BY.search(text[max(0, begin - 24) : begin]):
            says = verdict(text[begin:end])
            if says:
                quote = shapes.QUOTE.match(text, pair.end())
                return (
                    self._quoted(quote, says)
                    if quote
                    else self._judge(
                        "keyed_secret", pair.end(), _past(shapes.LINE, text, pair.end()), says
                    )
                )
        return end

    def _paired(self, begin: int, end: int) -> int:
        text = self._text
        says = verdict(text[begin:end])
        if not says:
            return end
        if text[begin : begin + 1] == "-":
            return self._argument(begin, end)
        before = text[max(0, begin - 24) : begin]
        part = shapes.FORM_PART.match(text, end)
        if part and shapes.NAMED_BY.search(before):
            return max(
                self._judge(
                    "keyed_secret",
                    part.end(),
                    _past(shapes.FORM_VALUE, text, part.end()),
                    says,
                    quoted=True,
                ),
                end,
            )
        if part is None and text[end + 1 : end + 2] == ">" and shapes.NAMED_BY.search(before):
            return self._judge(
                "keyed_secret", end + 2, _past(shapes.XML_VALUE, text, end + 2), says, quoted=True
            )
        pair = shapes.PAIR.match(text, end)
        if not pair:
            return end
        start = pair.end()
        quote = shapes.QUOTE.match(text, start)
        if pair["named"]:
            return (
                self._quoted(quote, says)
                if quote
                else self._judge("keyed_secret", start, _past(shapes.BARE, text, start), says)
            )
        opening = before.rstrip("bBuU\"'\\ ")[-2:]
        listed = opening in {"[[", ",["} or (
            opening[-1:] == "[" and before.rstrip("\"'\\ [").endswith(("],", "["))
        )
        if not quote or before[-1:] not in {'"', "'"} or not (opening[-1:] == "(" or listed):
            return end
        stop = self._closing(quote.end(), quote["quote"])
        value = text[quote.end() : stop]
        rest = text[stop + len(quote["quote"]) : stop + len(quote["quote"]) + 4].lstrip()
        if (
            stop < 0
            or rest[:1] not in {")", "]"}
            or (shapes.FIELD.fullmatch(value) and (verdict(value) or describes(value)))
        ):
            return end
        return self._quoted(quote, says)

    def _spaced(self, begin: int, end: int) -> int:
        text, name = self._text, self._text[begin:end]
        if name[0] == "-" or (
            ("_" in name or name.isupper()) and shapes.SET.search(text[max(0, begin - 80) : begin])
        ):
            return self._argument(begin, end)
        word = name.lower()
        if word == "bearer":
            return self._credentials(end, word)
        if self._config(begin):
            return end
        prose = shapes.PROSE.match(text, end)
        if not prose and "pass" not in word:
            return end
        says = verdict(word if word not in {"key", "keys"} else self._compound(begin, word))
        if says < Verdict.TEXT:
            return end
        if prose:
            quote = shapes.QUOTE.match(text, prose.end())
            start = quote.end() if quote else prose.end()
            found = text[start : _past(shapes.PROSE_VALUE, text, start)].rstrip(".!?)")
            telling = looks_random(found) or (found.isalnum() and not found.isalpha())
            if prose.group().isspace():
                telling = (
                    len(found) >= (6 if "pass" in word else 12)
                    and looks_random(found)
                    and not shapes.IDENTIFIER.fullmatch(found)
                )
            if (
                (quote and found and not prose.group().isspace()) or telling
            ) and not shapes.FIXED_WORD.fullmatch(found):
                return self._judge(
                    "keyed_secret", start, start + len(found), says, quoted=bool(quote)
                )
        sql = shapes.SQL.match(text, end) if "pass" in word else None
        if sql:
            return self._judge(
                "keyed_secret", sql.end(), text.find(sql["quote"], sql.end()), says, quoted=True
            )
        return end

    def _argument(self, begin: int, end: int) -> int:
        text, says = self._text, verdict(self._text[begin:end])
        if says and text[begin:end].lower().endswith("secret-id"):
            # To one tool the name of a secret, to another a secret.
            says = Verdict.PERHAPS
        argument = shapes.ARGUMENT.match(text, end)
        start, quote = (argument.end(), argument["quote"]) if argument else (end, None)
        if not says or start == end or text.startswith(("[REDACTED", "-"), start):
            return end
        stop = self._closing(start, quote) if quote else _past(shapes.WORD_VALUE, text, start)
        return max(
            self._judge(
                "command_line",
                start,
                stop if stop >= 0 else self._line_end(start),
                says,
                quoted=bool(quote),
            ),
            end,
        )

    # Devices

    def _config(self, begin: int) -> bool:
        """Read the line as a command of a network device's configuration, once; tell whether it
        holds a secret.
        """
        text, floor = self._text, max(0, begin - shapes.LINE_LIMIT)
        start = text.rfind("\n", floor, begin) + 1
        if not start and floor:
            return False
        read = _past(shapes.PROMPT, text, start)
        if not shapes.CONFIG_WORD.match(text, read):
            # Commands also stand in lists of texts, and in texts whose line ends are escaped.
            start = (
                max(
                    text.rfind('"', start, begin),
                    text.rfind("'", start, begin),
                    text.rfind("\\n", start, begin) + 1,
                )
                + 1
            )
            read = _past(shapes.PROMPT, text, start)
            if not start or not shapes.CONFIG_WORD.match(text, read):
                return False
        if read < self._config_read:
            return False
        self._config_read = _past(shapes.CONFIG_LINE, text, read)
        line, start = text[read : self._config_read], read
        command = shapes.CONFIG.match(line) or (
            shapes.CONFIG_INDENTED.match(line) if text[start - 1 : start] == " " else None
        )
        if not command:
            return False
        noted = False
        for number, value in [
            (number, value) for number, value in enumerate(command.groups(), 1) if value
        ]:
            inner = value.strip('"')
            if MASK not in inner and is_secret(inner, Verdict.SECRET, quoted=False):
                at = start + command.start(number) + (value[0] == '"')
                self._note("network_config", at, at + len(inner))
                noted = True
        return noted

    # Command lines

    def _flag(self, anchored: re.Match[str]) -> int:
        text, at = self._text, anchored.start()
        begin = max(self._commands_read, at - shapes.LINE_LIMIT)
        between = text[begin:at].replace("\\\n", "  ")
        line = between.rfind("\n") + 1
        if line or begin > self._commands_read:
            self._command = ""
        for command in shapes.COMMAND.finditer(between, line):
            self._command = command[1]
        self._commands_read = at
        end = anchored.end()
        if not self._command:
            return end
        use = f"{self._command} {anchored.group()}"
        for kind, flag in shapes.FLAGS.items():
            if flag.fullmatch(use):
                return self._flagged(kind, end)
        return end

    def _flagged(self, kind: str, end: int) -> int:
        text = self._text
        argument = shapes.ARGUMENT.match(text, end)
        start, quote = (argument.end(), argument["quote"]) if argument else (end, None)
        if text.startswith(("[REDACTED", "-"), start) or (
            kind == "attached" and text[end : end + 1].isspace()
        ):
            return end
        stop = self._closing(start, quote) if quote else _past(shapes.WORD_VALUE, text, start)
        stop = stop if stop >= 0 else self._line_end(start)
        given = text[start:stop]
        if kind in {"userinfo", "percent"}:
            head, sign, dummy = given.partition(":" if kind == "userinfo" else "%")
            if not sign:
                return end
            start += len(head) + 1
        elif kind == "cookie" and "=" not in given:
            return end
        return max(self._judge("command_line", start, stop, Verdict.SECRET, quoted=True), end)

    # Schemes, URLs, keys and tokens

    def _scheme(self, anchored: re.Match[str]) -> int:
        return self._credentials(anchored.end() - 1, anchored.group()[:2].lower())

    def _credentials(self, end: int, scheme: str) -> int:
        text = self._text
        if scheme in {"ge", "4-"}:
            parameters = shapes.PARAMETERS.match(text, end)
            if parameters and (scheme == "4-" or "response=" in parameters.group()):
                self._note("auth_scheme", end + 1, end + len(parameters.group().rstrip()))
                return parameters.end()
            return end
        value = shapes.SCHEME_VALUE.match(text, end)
        if not value:
            return end
        found = value[1].rstrip(".:")
        masked = (
            is_basic(found) or (looks_random(found) and len(found) >= 20)
            if scheme == "ba"
            else looks_random(found) or len(found) >= 20
        )
        if scheme == "go":
            masked = len(found) >= 16
        if masked:
            self._note("auth_scheme", value.start(1), value.start(1) + len(found))
        return value.end()

    def _template(self, anchored: re.Match[str]) -> int:
        return anchored.end()

    def _url(self, anchored: re.Match[str]) -> int:
        text, start = self._text, anchored.end() + 1
        end = _past(shapes.USER, text, start)
        user, colon = text[start:end], shapes.COLON.match(text, end)
        if not colon:
            if text[end : end + 1] == "@" and (
                looks_random(user) or (len(user) >= 20 and not user.isalpha())
            ):
                self._note("url_userinfo", start, end)
                return end
            return start
        end += 1
        password = shapes.PASSWORD.match(text, end) or (
            shapes.SLASHED_PASSWORD.match(text, end) if user else None
        )
        if not password:
            return start
        if len(user) >= 16 and looks_random(user):
            self._note("url_userinfo", start, start + len(user))
        stop = password.end() - 1
        if is_secret(text[end:stop], Verdict.SECRET, quoted=True):
            self._note("url_userinfo", end, stop)
        return stop

    def _oracle(self, anchored: re.Match[str]) -> int:
        user = shapes.ORACLE.match(self._text, anchored.start() + 1)
        if user:
            self._note("url_userinfo", user.start(1), user.end(1))
        return anchored.end()

    def _jwt(self, anchored: re.Match[str]) -> int:
        text, start = self._text, anchored.start() - 2
        run = _past(shapes.RUN, text, anchored.end())
        rest = shapes.JWT_REST.match(text, run)
        if rest is None or rest.end() - rest.start() < 6:
            return run
        self._note("jwt", start, rest.end())
        return rest.end()

    def _pem(self, anchored: re.Match[str]) -> int:
        text, start = self._text, anchored.start()
        end = shapes.PEM_END.search(text, anchored.end()) if self._pem_ends else None
        if end:
            self._note("private_key", start, end.end())
            return end.end()
        self._pem_ends = False
        stop = _past(shapes.PEM_BODY, text, anchored.end())
        self._note("private_key", start, stop)
        return stop

    def _ppk(self, anchored: re.Match[str]) -> int:
        body = shapes.PPK_BODY.match(self._text, anchored.end() - 1)
        if not body:
            return anchored.end()
        self._note("private_key", body.start(1), body.start(1) + len(body[1].rstrip()))
        return body.end()

    def _token(self, anchored: re.Match[str]) -> int:
        self._note("vendor_token", anchored.start(), anchored.end())
        return anchored.end()

    def _prefixed(self, anchored: re.Match[str]) -> int:
        text, start = self._text, anchored.start()
        # Azure's secrets have four characters before the mark that tells them; all others a plain
        # prefix.
        self._note("vendor_token", start - 4 if text[start] == "Q" else start + 1, anchored.end())
        return anchored.end()

    def _sql(self, anchored: re.Match[str]) -> int:
        start = anchored.end()
        stop = self._text.find(anchored.group()[-1], start)
        return self._judge(
            "keyed_secret",
            start,
            stop if stop >= 0 else self._line_end(start),
            Verdict.SECRET,
            quoted=True,
        )


def _past(pattern: Pattern, text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


_FINDERS: dict[str, Callable[[Search, re.Match[str]], int]] = {
    name: getattr(Search, f"_{name}") for name in shapes.ANCHORS
}


def search(text: str, kinds: Collection[str] = frozenset(KINDS)) -> list[Span]:
    """Return the secrets of these kinds in a text, in order, none overlapping another."""
    anchored = shapes.ANCHOR.search(text)
    if not anchored:
        return []
    found = Search(text, kinds, anchored).found
    if len(found) < 2:
        return found
    found.sort()
    apart = found[:1]
    for span in found[1:]:
        if span.start >= apart[-1].end:
            apart.append(span)
        elif span.end > apart[-1].end:
            apart[-1] = apart[-1]._replace(end=span.end)
    return apart
