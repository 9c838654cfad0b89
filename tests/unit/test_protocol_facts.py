# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every protocol fact that the code cites is in docs/protocols."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CITATION = re.compile(r"docs/protocols/([a-z-]+\.md)[\s#]+sections?[\s#]+(\d+(?:\.\d+)?)")
SOURCES = [
    path
    for folder in ("plugins", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "docs/protocols/" in path.read_text() and path != pathlib.Path(__file__).resolve()
]


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(ROOT)) for path in SOURCES])
def test_every_cited_protocol_section_exists(path: pathlib.Path) -> None:
    for name, section in CITATION.findall(path.read_text()):
        document = (ROOT / "docs" / "protocols" / name).read_text()
        assert re.search(rf"^##+ {re.escape(section)}\.? ", document, re.MULTILINE), (name, section)


def test_no_comment_cites_a_document_outside_the_repository() -> None:
    for path in [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        assert not re.search(r"\b(?:the )?facts? sections? \d", path.read_text()), path
