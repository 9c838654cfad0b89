# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding secrets in free text by their appearance.

`known.SecretValues` masks the secrets that a client or a task knows. Patterns find the unknown
ones. The built-in kinds are found by `finding` in one pass that takes time linear in the
text; patterns that are added run after it, each over the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from .finding import KINDS, search
from .known import MASK
from .names import names_secret

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "MASK",
    "Scanner",
    "configure_scanner",
    "get_scanner",
    "has_sensitive_data",
    "names_secret",
    "scan_and_redact",
]


class Scanner:
    """The process-wide set of patterns; constructing it again returns the same object.

    Args:
        custom_patterns: Patterns to add, by name. Used by the construction that makes the object;
            later ones ignore it.

    Raises:
        re.error: A pattern is not a regular expression.
    """

    __slots__ = ("_custom", "_kinds")
    _instance: ClassVar[Any] = None
    _kinds: tuple[str, ...]
    _custom: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]

    def __new__(cls, custom_patterns: dict[str, str] | None = None) -> Self:
        """Return the one scanner, made on first use."""
        if cls._instance is None:
            scanner = super().__new__(cls)
            scanner._kinds = KINDS
            scanner._custom = {}
            for name, pattern in (custom_patterns or {}).items():
                scanner.add_pattern(name, pattern)
            cls._instance = scanner
        instance: Self = cls._instance
        return instance

    @classmethod
    def reset_singleton(cls) -> None:
        """Forget the scanner and every pattern added to it."""
        cls._instance = None

    def add_pattern(
        self, name: str, pattern: str, redaction_func: Callable[[str], str] | None = None
    ) -> None:
        """Search for one more pattern.

        Args:
            name: Its name; an existing one is replaced.
            pattern: A regular expression. Its cost is the caller's: keep it linear.
            redaction_func: Gets the matched text and returns its replacement; default
                `[REDACTED_<NAME>]`.

        Raises:
            re.error: Not a regular expression.
        """
        try:
            compiled = re.compile(pattern)
        except re.error as exc:
            raise re.error(f"pattern {name!r}: {exc}") from exc
        mask = f"[REDACTED_{name.upper()}]"
        replace = redaction_func or (lambda dummy: mask)
        self.remove_pattern(name)
        self._custom[name] = (compiled, lambda match: replace(match.group()))

    def remove_pattern(self, name: str) -> bool:
        """Stop searching for a pattern.

        Args:
            name: The name it was added under, or that of a built-in one.

        Returns:
            `True` if there was such a pattern.
        """
        known = name in self._kinds or name in self._custom
        self._kinds = tuple(kind for kind in self._kinds if kind != name)
        self._custom.pop(name, None)
        return known

    def list_patterns(self) -> list[str]:
        """Return the names of all patterns, in the order in which they are applied."""
        return [*self._kinds, *self._custom]

    def scan_and_redact(self, text: str) -> str:
        """Return the text with everything that looks like a secret masked.

        Args:
            text: Any text.

        Returns:
            The same text, keys and surroundings kept, secrets replaced; `None` for `None`.
        """
        if not text:
            return text
        spans = search(text, self._kinds)
        if spans:
            parts: list[str] = []
            position = 0
            for span in spans:
                parts += (text[position : span.start], span.mask)
                position = span.end
            text = "".join(parts) + text[position:]
        for pattern, replace in tuple(self._custom.values()):
            text = pattern.sub(replace, text)
        return text

    def has_sensitive_data(self, text: str) -> bool:
        """Tell whether `scan_and_redact` would change something."""
        return self.scan_and_redact(text) != text

    def get_sensitive_data_types(self, text: str) -> list[str]:
        """Return the names of the patterns that match, in the order of `list_patterns`."""
        if not text:
            return []
        found = {span.kind for span in search(text, self._kinds)}
        found.update(
            name for name, (pattern, dummy) in tuple(self._custom.items()) if pattern.search(text)
        )
        return [name for name in self.list_patterns() if name in found]


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
    """Tell whether the text contains something that looks like a secret."""
    return Scanner().has_sensitive_data(text)
