# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of long work."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core import progress
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Flow


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    monkeypatch.setattr(progress.LOGGER, "handlers", [Handler()])
    monkeypatch.setattr(progress.LOGGER, "disabled", False)
    monkeypatch.setattr(progress.LOGGER, "propagate", False)
    before = progress.LOGGER.level
    progress.LOGGER.setLevel(progress.LEVEL)
    yield found
    progress.LOGGER.setLevel(before)


def test_work_in_one_step_says_nothing(lines: list[str]) -> None:
    progress.Progress("workflow", "read", Clock(), 3).add(3)
    assert lines == []


def test_the_end_of_several_steps_is_logged(lines: list[str]) -> None:
    work = progress.Progress("workflow", "read", Clock(), 5)
    work.add(3)
    work.add(2)
    assert lines == ["workflow: 5 of 5 read"]


def test_long_work_is_logged_once_a_second_with_its_rate(lines: list[str]) -> None:
    clock = Clock()
    work = progress.Progress("workflow", "read", clock)
    for now in (0.5, 1.0, 1.5, 2.0):
        clock.now = now
        work.add(100)
    assert lines == ["workflow: 200 read, 200/s", "workflow: 400 read, 200/s"]


def test_nothing_is_logged_if_the_logger_is_off(lines: list[str]) -> None:
    progress.LOGGER.setLevel(logging.CRITICAL)
    work = progress.Progress("workflow", "read", Clock(), 2)
    work.add(1)
    work.add(1)
    assert lines == []


def test_a_flow_is_counted_when_it_ends(lines: list[str]) -> None:
    def flow(value: int) -> Flow[int]:
        yield from ()
        return value

    work = progress.Progress("record", "written", Clock(), 2)
    results = []
    for value in (1, 2):
        try:
            next(work.counting(flow(value)))
        except StopIteration as stop:
            results.append(stop.value)
    assert (results, lines) == ([1, 2], ["record: 2 of 2 written"])
