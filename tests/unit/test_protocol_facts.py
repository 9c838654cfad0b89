# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every protocol fact that the code cites is in docs/protocols."""

from __future__ import annotations

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = r"\d+(?:\.\d+)?"
SEPARATOR = r"(?:,|[\s#]and)?[\s#]+"
REMARK = r"(?:[\s#]+\([^)]*\))?"
CITATION = re.compile(
    r"docs/protocols/([a-z-]+\.md)[\s#]+sections?[\s#]+"
    rf"({NUMBER}{REMARK}(?:{SEPARATOR}{NUMBER}{REMARK})*)"
)
FILES = [path for folder in ("plugins", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]


def test_every_cited_protocol_section_exists() -> None:
    citations = [
        (str(path.relative_to(ROOT)), name, section)
        for path in FILES
        for name, sections in CITATION.findall(path.read_text())
        for section in re.findall(NUMBER, re.sub(r"\([^)]*\)", "", sections))
    ]
    assert len(citations) > 10
    documents = {path.name: path.read_text() for path in (ROOT / "docs" / "protocols").glob("*.md")}
    missing = [
        (path, name, section)
        for path, name, section in citations
        if not re.search(rf"^##+ {section}\.? ", documents.get(name, ""), re.MULTILINE)
    ]
    assert missing == []


def test_no_comment_cites_a_document_outside_the_repository() -> None:
    pattern = re.compile(r"\b(?:the )?facts? sections? \d")
    assert [str(path) for path in FILES if pattern.search(path.read_text())] == []
