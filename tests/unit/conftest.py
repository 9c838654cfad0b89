# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the unit tests."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import known
from ansible_collections.restops.clients.tests.unit.support import Case, Tasks, Threads


@pytest.fixture(autouse=True)
def secrets_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the secrets of the clients that earlier tests left to the garbage collector: they
    would be masked in the messages of this test, where they may be ordinary words."""
    monkeypatch.setattr(known, "_live", weakref.WeakSet())


@pytest.fixture(params=[Threads, Tasks], ids=["sync", "async"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Every test that takes this runs twice: with a client for threads and with one for event
    loops."""
    kind = request.param()
    yield Case(kind)
    kind.shut()
