# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python example of docs/gateway5.md runs."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.serving import Running

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "gateway5.md"


def test_the_example_of_the_guide_runs(
    platform: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = platform.simulator.tables
    tables["gateway_cluster"].seed([{"cluster_id": "edge", "connection_status": "connected"}])
    metadata = {"name": "port-turn-up", "type": "python-script", "location": "edge"}
    tables["gateway_service"].seed([{"service_metadata": metadata}])
    text = GUIDE.read_text(encoding="utf-8").replace("8080", str(platform.port))
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(compile(program, str(GUIDE), "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "{'device': 'r1', 'port': 7}",
        "['verify']",
        "[{'name': 'verify'}]",
    ]
