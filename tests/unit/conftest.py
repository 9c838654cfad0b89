# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the unit tests."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import logging
from ansible_collections.restops.clients.plugins.module_utils.core.secrets import known
from ansible_collections.restops.clients.plugins.module_utils.keystone.log import KCLIENT
from ansible_collections.restops.clients.tests.unit.support import Case, Tasks, Threads
from hypothesis import HealthCheck, settings

# How fast inputs are made depends on the machine, and says nothing about the code under test.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Run coroutine functions as tests, also under ansible-test, which ignores pyproject.toml."""
    config.option.asyncio_mode = "auto"


@pytest.fixture(autouse=True)
def secrets_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the secrets of clients that earlier tests left to the garbage collector.

    They would be masked in the messages of this test, in which they may be ordinary words.
    """
    monkeypatch.setattr(known, "_live", weakref.WeakSet())


@pytest.fixture(autouse=True)
def unchanged_loggers() -> Iterator[None]:
    """Restore the loggers after the test: the import of an action connects them to the display."""
    loggers = (logging.get_logger(), KCLIENT)
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate


@pytest.fixture(params=[Threads, Tasks], ids=["sync", "async"])
def case(request: pytest.FixtureRequest) -> Case:
    """Run the test with a client for threads, and with one for event loops."""
    return Case(request.param())
