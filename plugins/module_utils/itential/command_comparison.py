# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results to compare, device by device, and the answers to the comparisons as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..core.exceptions import ConfigurationError
from .command_results import LISTS, CommandProblem, Record, Results, device_of


def results_of(name: str, value: Any) -> Results:
    """Return results that a caller gives.

    Args:
        name: The name of the argument.
        value: `Results`, the answer of the server to a template, or its list of results.

    Raises:
        ConfigurationError: It is none of these, or has no results.
    """
    if isinstance(value, Results):
        return value
    is_answer = isinstance(value, Mapping) and any(key in value for key in (*LISTS, "response"))
    if not is_answer and not isinstance(value, list):
        raise ConfigurationError(
            f"{name} must be the result of a command template, or its list of results"
        )
    results = Results(value)
    if not results.commands:
        raise ConfigurationError(f"{name} has no results: there is nothing to compare")
    return results


class Pair(NamedTuple):
    """The results of one device before and after a change, as requests have them."""

    device: str
    pre: Record
    post: Record


def pairs_of(before: Results, after: Results) -> list[Pair]:
    """Return the results of each device.

    An analytic template compares command by command, and one result of each.

    Raises:
        ConfigurationError: The results are not those of the same devices.
    """
    devices, others = (
        list(dict.fromkeys(device_of(result) for result in results.commands))
        for results in (before, after)
    )
    if set(devices) != set(others):
        raise ConfigurationError(
            f"pre has the devices {', '.join(devices)}, and post has {', '.join(others)}: compare"
            " the results of the same devices"
        )
    if len(devices) == 1:
        return [Pair(devices[0], before.whole(), after.whole())]
    return [Pair(device, before.of_device(device), after.of_device(device)) for device in devices]


def merge(answers: Sequence[Any], devices: Sequence[str]) -> Results:
    """Return the answers for single devices as one."""
    parts = []
    for answer, device in zip(answers, devices, strict=True):
        part = Results(answer, [device])
        for result in part.commands:
            result["device"] = device
        if part.passed is None and not part.errors:
            part.errors = [CommandProblem(device, "", "no verdict")]
        parts.append(part)
    whole = Results({LISTS[0]: [result for part in parts for result in part.commands]}, devices)
    whole.errors = [error for part in parts for error in part.errors]
    verdicts = [part.passed for part in parts]
    if None not in verdicts:
        whole.head["result"] = all(verdicts)
    return whole
