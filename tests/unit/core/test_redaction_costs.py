# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile texts: twice the text takes twice the work, counted in characters that are read."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import finding
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.lazy import Pattern

from .redaction_corpus import HOSTILE


class Reading:
    """Counts the characters that patterns and searches go over."""

    def __init__(self) -> None:
        self.characters = 0


class Text(str):
    """A text that tells how much of it is searched and copied."""

    reading: Reading

    def find(self, sub: str, start: int = 0, end: int = sys.maxsize) -> int:  # type: ignore[override]
        found = super().find(sub, start, end)
        self.reading.characters += (len(self) if found < 0 else found) - start
        return found

    def __getitem__(self, index: Any) -> str:
        piece = super().__getitem__(index)
        self.reading.characters += len(piece)
        return piece


class Counting:
    """A pattern that tells how far it reads. One that does not match has read little: the finders'
    patterns fail where they begin, or within bounds."""

    def __init__(self, pattern: Pattern, reading: Reading) -> None:
        self._pattern = pattern
        self._reading = reading

    def match(self, text: str, start: int = 0, *end: int) -> Any:
        found = self._pattern.match(text, start, *end)
        self._reading.characters += 1 if found is None else found.end() - start
        return found

    def search(self, text: str, start: int = 0, *end: int) -> Any:
        found = self._pattern.search(text, start, *end)
        stop = min((len(text), *end)) if found is None else found.end()
        self._reading.characters += stop - start
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Count what all finders read."""
    count = Reading()
    prefix = finding.__name__.rpartition(".")[0]
    for name, module in list(sys.modules.items()):
        if name == finding.__name__ or name.startswith(f"{prefix}.finders."):
            for attribute, value in list(vars(module).items()):
                if isinstance(value, Pattern):
                    monkeypatch.setattr(module, attribute, Counting(value, count))
    return count


def read(reading: Reading, content: str) -> int:
    text = Text(content)
    text.reading = reading
    reading.characters = 0
    finding.search(text)
    return reading.characters


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_twice_the_work(reading: Reading, piece: str) -> None:
    times = 8000 // len(piece)
    once, twice = read(reading, piece * times), read(reading, piece * times * 2)
    assert twice < 2.3 * once
