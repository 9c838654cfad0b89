# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The blocks of docs/migration.md run in pairs, and their results are equal.

One of a pair makes the old calls through the compatible modules, the other the new calls. Both have
servers in the same state.
"""

from __future__ import annotations

import gc
import pathlib
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from restops_clients.compat import NAMES, install

from tests.simulators.gateway import GatewaySimulator
from tests.simulators.keystone import KeystoneSimulator
from tests.simulators.platform import PlatformSimulator
from tests.simulators.sequoia import SequoiaSimulator
from tests.simulators.serving import serving

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "migration.md"
SECTIONS: dict[str, dict[int, Any]] = {
    "ipsdk": {8080: PlatformSimulator, 8083: GatewaySimulator},
    "keystone_client": {8000: KeystoneSimulator},
    "sequoia": {8001: SequoiaSimulator},
}


@pytest.fixture
def old_names() -> Iterator[None]:
    before = dict(sys.modules)
    for name in NAMES:
        install(name)
    yield
    for name in list(sys.modules):
        if name.partition(".")[0] in NAMES:
            del sys.modules[name]
    sys.modules.update({name: before[name] for name in before if name.partition(".")[0] in NAMES})


def blocks(section: str) -> list[tuple[str, str]]:
    """Return the package that each block of a section is for, and its code."""
    text = GUIDE.read_text(encoding="utf-8").split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^```python\n# (\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def results(section: str, ports: dict[int, int]) -> list[tuple[str, Any]]:
    scopes: dict[str, dict[str, Any]] = {section: {}, "restops_clients": {}}
    found = []
    for kind, block in blocks(section):
        code = re.sub(r"\b80\d\d\b", lambda match: str(ports[int(match.group())]), block)
        for scope in scopes.values() if kind == "both" else [scopes[kind]]:
            exec(compile(code, f"{GUIDE}: {section}, {kind}", "exec"), scope)
        if kind != "both":
            found.append((kind, scopes[kind].pop("result")))
    return found


# A program written for ipsdk does not close its clients.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.usefixtures("old_names")
def test_old_and_new_calls_come_to_the_same_result(section: str) -> None:
    with ExitStack() as stack:
        ports = {
            port: stack.enter_context(serving(simulator())).port
            for port, simulator in SECTIONS[section].items()
        }
        found = results(section, ports)
        gc.collect()
    assert len(found) > 2
    for (old, before), (new, after) in zip(found[::2], found[1::2], strict=True):
        assert (old, new) == (section, "restops_clients")
        assert before == after
