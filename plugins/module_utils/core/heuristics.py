# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding secrets in free text by what they look like.

This is the second net. The first is `redaction.SecretValues`, which knows the secrets a client holds; patterns catch those it cannot know.
Every built-in pattern takes time linear in the text: quantifiers are bounded or followed by nothing that could send them back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self

MASK = "[REDACTED]"

_KEYS = (
    r"pass(?:word|wd|phrase|code)|secret|token|credential|api[_-]?key|(?:access|private|secret|signing|encryption)[_-]?key"
    r"|x-csrftoken|session[_-]?id|(?<![a-z])(?:pass|pwd|csrf)"
)
# A key may end in s or in a number, be quoted, and its quotes may be escaped (JSON inside a text).
_KEYED = (
    rf"(?i)(?P<keep>(?:{_KEYS})s?\d{{0,3}}\\{{0,3}}[\"']?[ \t]{{0,8}}(?:=>|[:=])\s{{0,8}}(?:[bu](?=[\"']))?)"
    r"(?:\"(?:[^\"\\]|\\[^\n]?)*|\\{1,3}\"(?:[^\"\\]|\\(?!\")[^\n]?)*|'(?:[^'\\]|\\.)*|(?!(?:null|none|true|false)\b)[^\s,;&\"'(){}\[\]<>]{1,4096})"
)
_HEADER = (
    r"(?i)(?P<keep>(?:\b(?:proxy-)?authorization\\{0,3}[\"']?[ \t]{0,8}[:=]|\b(?:set-)?cookie\\{0,3}[\"']?[ \t]{0,8}:)[ \t]{0,8}(?:b(?=[\"']))?)"
    r"(?:\"(?:[^\"\\\n]|\\[^\n]?)*|\\{1,3}\"[^\"\n]*|'[^'\n]*|[^\"'\n]+)"
)
_SCHEME = r"(?i)(?P<keep>\b(?:bearer|basic|digest|negotiate)\s{1,4})(?=[a-z]{0,40}[^a-z\s,;:'\"])[a-z0-9+/_=.~-]{6,}"
_JWT = r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"
_USERINFO = r"(?P<keep>://[^\s/@:\"']{0,256}:)[^\s/@\"']{1,256}(?=@)"
_PEM = r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\Z)"
_VENDOR = (
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|AIza[\w-]{35}|hv[sb]\.[\w-]{20,}|sk_(?:live|test)_\w{16,})"
)
_BUILT_IN = {
    "private_key": _PEM,
    "header": _HEADER,
    "keyed_secret": _KEYED,
    "auth_scheme": _SCHEME,
    "jwt": _JWT,
    "url_userinfo": _USERINFO,
    "vendor_token": _VENDOR,
}
_HINT = re.compile(
    r"(?i)pass|pwd|secret|token|key|cred|csrf|session|auth|cookie|bearer|basic|digest|negotiate|eyJ|://"
    r"|gh[pousr]_|hub_pat|glpat|xox|AKIA|ASIA|AIza|hv[sb]\.|sk_"
)

_NAMES_SECRET = re.compile(rf"(?i)(?:{_KEYS}|authorization|cookie)s?\d{{0,3}}\Z")


def names_secret(key: str) -> bool:
    """Tell whether what stands under this key is a secret: `password`, `dbPassword`, `X-API-Key`, but not `token_count`."""
    return _NAMES_SECRET.search(key) is not None


class Scanner:
    """The process-wide set of patterns; constructing it again gives the same object.

    Args:
        custom_patterns: Patterns to add, by name. Used by the construction that makes the object; later ones ignore it.

    Raises:
        re.error: A pattern is not a regular expression.
    """

    __slots__ = ("_custom", "_patterns")
    _instance: ClassVar[Any] = None
    _patterns: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]
    _custom: bool

    def __new__(cls, custom_patterns: dict[str, str] | None = None) -> Self:
        """Return the one scanner, made on first use."""
        if cls._instance is None:
            scanner = super().__new__(cls)
            scanner._patterns = {}
            scanner._custom = False
            for name, pattern in _BUILT_IN.items():
                scanner._patterns[name] = (re.compile(pattern), _mask)
            for name, pattern in (custom_patterns or {}).items():
                scanner.add_pattern(name, pattern)
            cls._instance = scanner
        instance: Self = cls._instance
        return instance

    @classmethod
    def reset_singleton(cls) -> None:
        """Forget the scanner and every pattern added to it."""
        cls._instance = None

    def add_pattern(self, name: str, pattern: str, redaction_func: Callable[[str], str] | None = None) -> None:
        """Look for one more pattern.

        Args:
            name: Its name; an existing one is replaced.
            pattern: A regular expression. Its cost is the caller's: keep it linear.
            redaction_func: Gets the matched text and returns what stands in its place; default `[REDACTED_<NAME>]`.

        Raises:
            re.error: Not a regular expression.
        """
        try:
            compiled = re.compile(pattern)
        except re.error as exc:
            raise re.error(f"pattern {name!r}: {exc}") from exc
        mask = f"[REDACTED_{name.upper()}]"
        replace = redaction_func or (lambda dummy: mask)
        self._patterns[name] = (compiled, lambda match: replace(match.group()))
        self._custom = True

    def remove_pattern(self, name: str) -> bool:
        """Stop looking for a pattern.

        Args:
            name: The name it was added under, or that of a built-in one.

        Returns:
            Whether there was such a pattern.
        """
        return self._patterns.pop(name, None) is not None

    def list_patterns(self) -> list[str]:
        """Return the names of all patterns, in the order in which they are applied."""
        return list(self._patterns)

    def scan_and_redact(self, text: str) -> str:
        """Return the text with everything that looks like a secret masked.

        Args:
            text: Any text.

        Returns:
            The same text, keys and surroundings kept, secrets replaced.
        """
        if not self._custom and not _HINT.search(text):
            return text
        for pattern, replace in tuple(self._patterns.values()):
            text = pattern.sub(replace, text)
        return text

    def has_sensitive_data(self, text: str) -> bool:
        """Tell whether `scan_and_redact` would change something."""
        return any(pattern.search(text) for pattern, dummy in tuple(self._patterns.values()))

    def get_sensitive_data_types(self, text: str) -> list[str]:
        """Return the names of the patterns that match."""
        return [name for name, (pattern, dummy) in tuple(self._patterns.items()) if pattern.search(text)]


def _mask(match: re.Match[str]) -> str:
    kept = match.groupdict().get("keep") or ""
    opening = match.group()[len(kept) :].lstrip("\\")[:1]
    return f"{kept}{opening}{MASK}" if opening in ('"', "'") else f"{kept}{MASK}"


def get_scanner() -> Scanner:
    """Return the process-wide scanner."""
    return Scanner()


def configure_scanner(custom_patterns: dict[str, str] | None = None) -> Scanner:
    """Start over with the built-in patterns and these.

    Args:
        custom_patterns: Patterns to add, by name.

    Returns:
        The new process-wide scanner.

    Raises:
        re.error: A pattern is not a regular expression.
    """
    Scanner.reset_singleton()
    return Scanner(custom_patterns)


def scan_and_redact(text: str) -> str:
    """Mask everything in the text that looks like a secret."""
    return Scanner().scan_and_redact(text)


def has_sensitive_data(text: str) -> bool:
    """Tell whether the text holds something that looks like a secret."""
    return Scanner().has_sensitive_data(text)
