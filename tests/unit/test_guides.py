# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links in the guides lead to files and headings that exist."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
HOME = "https://github.com/restops/clients/blob/main/"
GUIDES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if path.name != "CHANGELOG.md"
)
LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)


def prose_of(name: str) -> str:
    """Return the text of a guide without its code blocks."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(name: str) -> set[str]:
    """Return the anchors of the headings of a guide, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose_of(name), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_within_the_repository_leads_to_a_file_and_a_heading(name: str) -> None:
    broken = []
    for first, second in LINK.findall(prose_of(name)):
        path, dummy, anchor = (first or second).partition("#")
        if path.startswith(HOME):
            target = ROOT / path.removeprefix(HOME)
        elif ":" in path:
            continue
        else:
            target = (ROOT / name).parent / path if path else ROOT / name
        if not target.is_file():
            broken.append(path)
        elif anchor and anchor not in anchors_of(str(target.resolve().relative_to(ROOT.resolve()))):
            broken.append(f"{path}#{anchor}")
    assert broken == []
