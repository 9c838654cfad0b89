# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python program of docs/itential.md runs against simulated servers."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "itential.md"


def test_the_program_of_the_guide_runs(
    platform: Running, gateway: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = re.findall(
        r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for documented, running in (("8080", platform), ("8083", gateway)):
        program = program.replace(documented, str(running.port))
    exec(compile(program, str(GUIDE), "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "['create']",
        "['none']",
        "['000000000000000000000001']",
        "True False",
        "3",
        "{'ansible_host': '192.0.2.9'}",
        "{'ansible_host': '192.0.2.9', 'ansible_port': 22}",
        "{'ansible_port': 23}",
        "delete True",
    ]
