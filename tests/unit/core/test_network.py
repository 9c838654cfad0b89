# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every operation of an attempt gets what is left of the attempt's time."""

from __future__ import annotations

import asyncio

import httpcore
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.net import network


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_an_operation_gets_its_own_limit_or_what_is_left_and_nothing_after_the_end(clock):
    state = network.WireState(clock)
    state.begin(10, clock.now)

    assert state.left(3, httpcore.ReadTimeout) == 3
    assert state.left(None, httpcore.ReadTimeout) == 10
    clock.now += 8
    assert state.left(3, httpcore.ReadTimeout) == 2
    clock.now += 2
    with pytest.raises(httpcore.WriteTimeout):
        state.left(3, httpcore.WriteTimeout)
    state.lift()
    assert state.left(3, httpcore.ReadTimeout) == 3


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_a_long_body_is_written_in_pieces_each_within_the_time(clock, kind):
    written = []

    def take(piece, timeout):
        clock.now += 4
        written.append((len(piece), timeout))

    class Slow:
        get_extra_info = None

        def write(self, piece, timeout):
            take(piece, timeout)

    class SlowTask:
        get_extra_info = None

        async def write(self, piece, timeout):
            take(piece, timeout)

    state = network.WireState(clock)
    state.begin(10, clock.now)
    body = bytes(network._PIECE * 4)

    def write():
        if kind == "threads":
            network.Stream(Slow(), state).write(body)
        else:
            asyncio.run(network.AsyncStream(SlowTask(), state).write(body))

    with pytest.raises(httpcore.WriteTimeout):
        write()

    assert written == [(network._PIECE, 10), (network._PIECE, 6), (network._PIECE, 2)]
    assert state.wrote
