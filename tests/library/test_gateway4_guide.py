# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python example of docs/gateway4.md runs."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "gateway4.md"


def test_the_example_of_the_guide_runs(
    gateway: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    text = GUIDE.read_text(encoding="utf-8").replace("8083", str(gateway.port))
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(compile(program, str(GUIDE), "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "2",
        "script 'hello.py' started on sw-001",
        "script 'hello.py': 1 of 1 results are a success",
        "hello",
    ]
