# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the style of texts that can be checked mechanically (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import pathlib
import re
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SOURCES = sorted(
    str(path.relative_to(ROOT))
    for folder in ("plugins", "tests", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if path != pathlib.Path(__file__)
)
GUIDES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if path.name != "CHANGELOG.md"
)
QUESTION = re.compile(r"(?:What|Whether|Where|How|Why|Who)\b")
ARCHAIC = re.compile(
    r"(?<![a-z0-9])(?:shall|anew|whoever|in[ _]vain|meanwhile|thereby|hence)(?![a-z])",
    re.IGNORECASE,
)
LONGEST_LINE = 120


def texts_of(path: str) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of a file, with those of variables, and their lines."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, str):
                yield node.lineno, value


@pytest.mark.parametrize("path", SOURCES)
def test_a_docstring_begins_with_a_verb_or_a_noun(path: str) -> None:
    assert [line for line, text in texts_of(path) if QUESTION.match(text)] == []


@pytest.mark.parametrize("path", [*SOURCES, *GUIDES])
def test_no_text_has_an_archaic_word(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if ARCHAIC.search(line)] == []


def prose_of(path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a guide that are neither in a table nor in a code block."""
    in_code = False
    for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and not line.lstrip().startswith("|"):
            yield number, line


@pytest.mark.parametrize("path", GUIDES)
def test_the_lines_of_a_guide_are_short(path: str) -> None:
    assert [number for number, line in prose_of(path) if len(line) > LONGEST_LINE] == []
