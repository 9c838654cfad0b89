# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated servers on real sockets."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest
from restops_clients.core.secrets import known

from tests.simulators.gateway import GatewaySimulator
from tests.simulators.platform import PlatformSimulator
from tests.simulators.serving import Running, serving


@pytest.fixture(autouse=True)
def secrets_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the secrets of clients that earlier tests left to the garbage collector.

    They would be masked in the messages of this test, in which they may be ordinary words.
    """
    monkeypatch.setattr(known, "_live", weakref.WeakSet())


@pytest.fixture
def platform() -> Iterator[Running]:
    with serving(PlatformSimulator()) as running:
        yield running


@pytest.fixture
def secure_platform() -> Iterator[Running]:
    with serving(PlatformSimulator(), tls=True) as running:
        yield running


@pytest.fixture
def gateway() -> Iterator[Running]:
    with serving(GatewaySimulator()) as running:
        yield running
