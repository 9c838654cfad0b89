# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scanner of ipsdk: named patterns, and a mask for each, `[REDACTED_PASSWORD]`.

What a client logs is masked by this library's own scanner, whatever patterns are left here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self

Redaction = Callable[[str], str]

_VALUE = r"""\s*[=:]\s*["']?[\w.-]{%d,}["']?"""
_PATTERNS = (
    ("api_key", r"(?i)\bapi[-_]?key" + _VALUE % 16),
    ("bearer_token", r"(?i)\bbearer\s+[\w.-]{20,}"),
    ("jwt_token", r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"),
    ("access_token", r"(?i)\baccess[-_]?token" + _VALUE % 20),
    ("password", r"""(?i)\b(?:password|passwd|pwd)\s*[=:]\s*["']?[^\s"']{6,}["']?"""),
    ("secret", r"(?i)\b(?:client_)?secret" + _VALUE % 16),
    ("auth_url", r"\bhttps?://[\w-]+:[\w-]+@\S+"),
    (
        "email_in_auth",
        r"""(?i)(?:username|user|email)\s*[=:]\s*["']?[\w.%+-]+@[\w-]+(?:\.[\w-]+)+["']?""",
    ),
    ("db_connection", r"(?i)\b(?:mongodb|mysql|postgres|postgresql)://[^\s:@]+:[^\s@]+@\S+"),
    (
        "private_key",
        r"-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]*-----END (?:RSA )?PRIVATE KEY-----",
    ),
)


def _mask(name: str) -> Redaction:
    return lambda dummy: f"[REDACTED_{name.upper()}]"


def _by_text(redaction: Redaction) -> Callable[[re.Match[str]], str]:
    return lambda match: redaction(match.group())


class Scanner:
    """Finds secrets by named patterns. There is one scanner per process.

    Args:
        custom_patterns: More patterns, for the first scanner that is made.

    Raises:
        re.error: A pattern is not a regular expression.
    """

    _instance: ClassVar[Any] = None
    _patterns: dict[str, tuple[re.Pattern[str], Redaction]]

    def __new__(cls, custom_patterns: Mapping[str, str | None] | None = None) -> Self:
        """Return the scanner of this process."""
        if cls._instance is None:
            made = super().__new__(cls)
            made._patterns = {}
            for name, pattern in {**dict(_PATTERNS), **(custom_patterns or {})}.items():
                if pattern is not None:
                    made.add_pattern(name, pattern)
            cls._instance = made
        scanner: Self = cls._instance
        return scanner

    def add_pattern(self, name: str, pattern: str, redaction_func: Redaction | None = None) -> None:
        """Look for one more pattern.

        Args:
            name: Its name, which becomes part of the mask.
            pattern: A regular expression.
            redaction_func: Makes the mask from what was found; `None` for the name in brackets.

        Raises:
            re.error: Not a regular expression.
        """
        self._patterns[name] = re.compile(pattern), redaction_func or _mask(name)

    def remove_pattern(self, name: str) -> bool:
        """Stop looking for a pattern; tell if there was one of this name."""
        return self._patterns.pop(name, None) is not None

    def list_patterns(self) -> list[str]:
        """Return the names of all patterns."""
        return list(self._patterns)

    def scan_and_redact(self, text: str | None) -> str | None:
        """Return the text with what the patterns find masked; `None` stays `None`."""
        if text:
            for pattern, redaction in self._patterns.values():
                text = pattern.sub(_by_text(redaction), text)
        return text

    def has_sensitive_data(self, text: str | None) -> bool:
        """Tell if a pattern finds something."""
        return bool(self.get_sensitive_data_types(text))

    def get_sensitive_data_types(self, text: str | None) -> list[str]:
        """Return the names of the patterns that find something."""
        return [
            name for name, (pattern, dummy) in self._patterns.items() if pattern.search(text or "")
        ]

    @classmethod
    def reset_singleton(cls) -> None:
        """Forget the scanner of this process; the next one has the built-in patterns."""
        cls._instance = None


def get_scanner() -> Scanner:
    """Return the scanner of this process."""
    return Scanner()


def configure_scanner(custom_patterns: Mapping[str, str | None] | None = None) -> Scanner:
    """Make a new scanner with the built-in patterns and these."""
    Scanner.reset_singleton()
    return Scanner(custom_patterns)


def scan_and_redact(text: str | None) -> str | None:
    """Return the text with what the patterns find masked."""
    return get_scanner().scan_and_redact(text)


def has_sensitive_data(text: str | None) -> bool:
    """Tell if a pattern finds something."""
    return get_scanner().has_sensitive_data(text)
