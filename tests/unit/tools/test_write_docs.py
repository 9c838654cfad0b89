# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tool that writes what documentation and metadata repeat."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
MARKER = re.compile(r"^ *(#|<!--) BEGIN", re.MULTILINE)


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the tool as a module."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("write_docs")


def test_what_is_generated_is_up_to_date(tool: Any) -> None:
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in tool.outcome().items()
        if not path.exists() or text != path.read_text(encoding="utf-8")
    ]
    assert stale == [], "run make generate"


def test_every_part_is_in_some_file(tool: Any) -> None:
    texts = [path.read_text(encoding="utf-8") for path in tool.outcome() if path.exists()]
    used = {match["name"] for text in texts for match in tool.PART.finditer(text)}
    assert used == set(tool.PARTS)


def test_no_marker_is_overlooked(tool: Any) -> None:
    for path in tool.outcome():
        text = path.read_text(encoding="utf-8")
        assert len(MARKER.findall(text)) == len(tool.PART.findall(text)), path


@pytest.mark.parametrize("kind", ["requests", "resources", "info"])
def test_shared_results_are_the_same_after_they_are_read_as_yaml(tool: Any, kind: str) -> None:
    rows = tool.SHARED[f"results of {kind}"]("keystone")
    lines = list(tool.result_rows(rows))
    assert yaml.safe_load("\n".join(lines)) == rows
    assert max(map(len, lines)) <= tool.WIDTH


def test_a_part_is_written_with_the_indentation_of_its_marker(tool: Any, tmp_path: Path) -> None:
    file = tmp_path / "runtime.yml"
    file.write_text("a:\n  # BEGIN generated: action groups\n  old\n  # END generated\nb: 1\n")
    groups = yaml.safe_load(tool.rewrite(file))["a"]
    assert "keystone_info" in groups["keystone"]
    assert set(groups) == {"itential_gateway", "itential_platform", "keystone", "sequoia"}


def test_an_unknown_part_is_an_error_that_names_the_file(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    file = tmp_path / "guide.md"
    file.write_text("<!-- BEGIN generated: nothing -->\n<!-- END generated -->\n")
    with pytest.raises(SystemExit, match="^guide.md: there is no part 'nothing'; the parts are "):
        tool.rewrite(file)


def test_a_plugin_that_does_not_say_what_it_is_for_is_an_error_that_names_the_file(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    file = tmp_path / "redact.py"
    file.write_text('DOCUMENTATION = "name: redact"\n')
    with pytest.raises(SystemExit, match=r"^redact\.py: it does not say what it is for"):
        tool.summary(file)
