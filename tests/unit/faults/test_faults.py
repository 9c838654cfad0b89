# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault of the table has its documented outcome with each kind of client."""

from __future__ import annotations

import logging
import pathlib
from collections.abc import Iterator

import pytest
from ansible_collections.restops.clients.plugins.plugin_utils import pool
from ansible_collections.restops.clients.tests.unit.faults.running import (
    KINDS,
    SECRETS,
    complaints,
    observe,
)
from ansible_collections.restops.clients.tests.unit.faults.server import Certificates, LoopThread
from ansible_collections.restops.clients.tests.unit.faults.table import FAULTS, Fault


@pytest.fixture(scope="module")
def thread() -> Iterator[LoopThread]:
    with LoopThread() as running:
        yield running


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """Keep the proxies of the environment and the sessions of other runs out."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(pool.C, "DEFAULT_LOCAL_TMP", str(tmp_path))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_the_documented_outcome(
    fault: Fault,
    kind: str,
    thread: LoopThread,
    certificates: Certificates,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = observe(fault, kind, thread, certificates, tmp_path_factory.mktemp("downloads"))
    assert complaints(fault, kind, seen) == []
    assert [secret for secret in SECRETS if secret in caplog.text] == []


def test_every_fault_has_its_own_name() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) >= 60
