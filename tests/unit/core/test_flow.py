# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flows inside of flows."""

from __future__ import annotations

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import ClientError
from ansible_collections.restops.clients.plugins.module_utils.core.flow import Emit, Pause, collect


def emitting(log):
    try:
        yield Emit(1)
        log.append((yield Pause(0)))
        yield Emit(2)
        try:
            yield Pause(1)
        except ClientError as exc:
            log.append(exc.message)
        yield Emit(3)
    finally:
        log.append("closed")
    return "ignored"


def test_emitted_values_are_collected_and_effects_are_forwarded():
    log = []
    flow = collect(emitting(log))

    assert next(flow).seconds == 0
    assert flow.send("outcome").seconds == 1
    with pytest.raises(StopIteration) as stop:
        flow.throw(ClientError("thrown in"))

    assert stop.value.value == [1, 2, 3]
    assert log == ["outcome", "thrown in", "closed"]


def test_an_error_of_the_flow_is_raised():
    def failing():
        yield Emit(1)
        raise ClientError("no more")

    with pytest.raises(ClientError, match="no more"):
        next(collect(failing()))


def test_a_flow_that_emits_nothing_is_an_empty_list():
    with pytest.raises(StopIteration) as stop:
        next(collect(iter_nothing()))

    assert stop.value.value == []


def iter_nothing():
    yield from ()


def test_closing_it_closes_the_flow():
    log = []
    flow = collect(emitting(log))
    next(flow)
    flow.close()

    assert log == ["closed"]
