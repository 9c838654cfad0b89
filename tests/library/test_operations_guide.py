# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python example of docs/operations.md runs."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_example_of_the_guide_runs(
    platform: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.simulator.tables["workflow"].seed([{"name": "Verify"}])
    platform.simulator.settings.update(job_polls=1, job_outputs={"report": "ok"})
    text = GUIDE.read_text(encoding="utf-8").replace("8080", str(platform.port))
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(compile(program, str(GUIDE), "exec"), {})
    printed = capsys.readouterr().out
    assert "(Verify): complete 100 %" in printed
    assert "'report': 'ok'" in printed
