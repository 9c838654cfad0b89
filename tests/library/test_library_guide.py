# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python examples of docs/library.md run, in their order, as one program."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import pytest
from restops_clients import logging

from tests.simulators.platform import PlatformSimulator
from tests.simulators.serving import Running, serving

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "library.md"


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    logger = logging.get_logger()
    before = (logger.level, list(logger.handlers), logger.propagate)
    yield
    logger.level, logger.handlers, logger.propagate = before


def test_the_examples_of_the_guide_run(
    platform: Running,
    gateway: Running,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = "\n".join(
        re.findall(
            r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    )
    with serving(PlatformSimulator(), tls=True) as secure:
        assert secure.authority is not None
        ports = {"8080": platform.port, "8083": gateway.port, "8443": secure.port}
        for documented, port in ports.items():
            program = program.replace(documented, str(port))
        program = program.replace("build/simulators-tls/platform/ca.pem", str(secure.authority.ca))
        exec(compile(program, str(GUIDE), "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    for line in ("6.5.2", "4.4.1", "['sw-010', 'sw-011']", "230 [50, 50, 20]", "{200}"):
        assert line in printed
    assert any(
        re.match(r"INFO GET /health/server 200 \d\.\d{3} [0-9a-f]{32}", line) for line in printed
    )
