# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions on the outputs of a job.

A job that ends as `complete` may have been refused by the device: only its outputs tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exceptions import ConfigurationError
from ..core.records.fields import Field
from ..core.records.filters import Condition, Filters
from ..core.records.types import ResourceType

_NOT_CONTAINS = "not_contains"
"""An operator that filters do not have."""

_OUTPUTS = ResourceType("output", "/", (Field("id"),), closed=False)


class OutputConditions:
    """Conditions on outputs, in the dialect of filters, which also has `not_contains` here.

    Args:
        conditions: An output to a value, to a list of which one must be, or to a dict of operators.
            A dotted name is a place in an output.

    Raises:
        ConfigurationError: An operator is unknown, or its value does not go with it.
    """

    __slots__ = ("_negated", "_positive")

    def __init__(self, conditions: Mapping[str, Any]) -> None:
        positive, negated = {}, {}
        for name, given in conditions.items():
            if isinstance(given, Mapping) and _NOT_CONTAINS in given:
                negated[name] = given[_NOT_CONTAINS]
                others = {key: value for key, value in given.items() if key != _NOT_CONTAINS}
                positive.update({name: others} if others else {})
            else:
                positive[name] = given
        try:
            self._positive = Filters(_OUTPUTS, positive).conditions
            self._negated = [
                Condition(_OUTPUTS, name, "contains", value) for name, value in negated.items()
            ]
        except ConfigurationError as exc:
            text = exc.message.replace("filters:", "assert_outputs:", 1)
            raise ConfigurationError(text) from None

    def broken(self, outputs: Mapping[str, Any]) -> list[str]:
        """Return a text for each condition that outputs do not meet."""
        texts = [
            f"{one.name} {one.operator} {one.value!r}"
            for one in self._positive
            if not one.matches(outputs)
        ]
        texts += [
            f"{one.name} {_NOT_CONTAINS} {one.value!r}"
            for one in self._negated
            if one.matches(outputs)
        ]
        return [f"{text} does not hold" for text in texts]
