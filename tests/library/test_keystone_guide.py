# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python examples of docs/keystone.md run, in their order, as one program."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.simulators.keystone import KeystoneSimulator
from tests.simulators.serving import serving

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "keystone.md"


def test_the_examples_of_the_guide_run(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    with serving(KeystoneSimulator()) as running:
        program = "\n".join(blocks).replace(
            "http://127.0.0.1:8000", f"http://127.0.0.1:{running.port}"
        )
        exec(compile(program, str(GUIDE), "exec"), {})
        clusters = {record["name"] for record in running.simulator.store.tables["Cluster"].values()}
    printed = capsys.readouterr().out
    assert clusters == {
        "cluster-000",
        "cluster-001",
        "cluster-002",
        *(f"node-{number}" for number in range(20)),
    }
    for line in (
        "1 cluster-000",
        "3 3",
        "The newer one",
        "None",
        "['grant 002', 'grant 000']",
        "2",
        "20",
        "{'none'}",
        "[201, 201]",
        "200 0.10.9",
        "{'name': ['This field may not be blank.']}",
    ):
        assert line in printed.splitlines(), f"{line} in\n{printed}"
    assert (
        "Step #1 (POST /users/teams/) failed with status 400; name: team with this name "
        "already exists; nothing of the batch was kept"
    ) in printed
    assert re.search(
        r"^[0-9a-f-]{36} - http://127.0.0.1:\d+ - GET - /users/teams/1/ - GET \S+: 200 in",
        printed,
        re.MULTILINE,
    )
