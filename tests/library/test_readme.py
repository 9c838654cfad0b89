# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python program of the README runs against simulated servers."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

README = pathlib.Path(__file__).parents[2] / "README.md"


def test_the_program_of_the_readme_runs(
    platform: Running, gateway: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    text = README.read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for documented, running in (("8080", platform), ("8083", gateway)):
        program = program.replace(documented, str(running.port))
    exec(compile(program, str(README), "exec"), {})
    version, error, responses = capsys.readouterr().out.splitlines()
    assert version == "6.5.2"
    assert "404 Not Found" in error
    assert "sw-001" in responses
