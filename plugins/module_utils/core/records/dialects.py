# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter dialects of lists, as data: the query parameters by which a server takes conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote

from .. import jsonutils
from ..encoding import text_of
from ..exceptions import ConfigurationError

if TYPE_CHECKING:
    from typing import TypeAlias

    Templates: TypeAlias = Mapping[str, Mapping[str, str]]

OPERATORS = (
    "equals",
    "not_equals",
    "contains",
    "starts_with",
    "ends_with",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "exists",
)
LISTS = ("in", "not_in")
"""Operators that take a list of values."""

_PLACEHOLDER = re.compile(r"\{(field|value|json)\}")

LONGEST_VALUE = 3000
"""Characters of a value in a URL; servers and proxies take lines of 8 kB at most, often 4."""


class Asked(Protocol):
    """A condition that a dialect may send; `filters.Condition` is one."""

    name: str
    operator: str
    value: Any


Sent = TypeVar("Sent", bound=Asked)


class Dialect:
    """The filter dialect of a list.

    Each operator that the server has is a dict of parameters, whose names and values are templates
    of `{field}`, `{value}` (lists joined by commas) and `{json}` (an object of field and value).
    Operators that are left out, and a condition that needs a parameter that another one has taken,
    are not sent.

    Args:
        operators: Operator to its parameters, such as `{"equals": {"equals[{field}]": "{value}"}}`.
        fields: The only fields that can be sent, by the names that the server has for them; a list
            of names, if they are the same. `None` for all fields.
        refused: Characters that the server does not find in values.
        body: Dotted path of the object in the request's body that takes the parameters, for lists
            that are searched for; `""` for the query.

    Raises:
        ConfigurationError: An unknown operator.
    """

    __slots__ = ("body", "fields", "operators", "refused")

    def __init__(
        self,
        operators: Templates,
        *,
        fields: Mapping[str, str] | Iterable[str] | None = None,
        refused: str = "",
        body: str = "",
    ) -> None:
        unknown = sorted(set(operators) - set(OPERATORS))
        if unknown:
            raise ConfigurationError(
                f"a filter dialect has no operator {', '.join(unknown)}: use {', '.join(OPERATORS)}"
            )
        self.operators = dict(operators)
        named = (
            fields
            if fields is None or isinstance(fields, Mapping)
            else {name: name for name in fields}
        )
        self.fields = None if named is None else dict(named)
        self.refused = refused
        self.body = body

    def sends(self, name: str, operator: str) -> bool:
        """Tell whether the server has an operator for a field."""
        return operator in self.operators and (self.fields is None or name in self.fields)

    def translate(self, conditions: Sequence[Sent]) -> tuple[dict[str, str], list[Sent]]:
        """Return the parameters of conditions, and those conditions that cannot be sent."""
        params: dict[str, str] = {}
        left = []
        for condition in conditions:
            own = self._params(condition)
            if own is None or not params.keys().isdisjoint(own):
                left.append(condition)
            else:
                params.update(own)
        return params, left

    def _params(self, condition: Asked) -> dict[str, str] | None:
        """Return the parameters of one condition; `None` if it cannot be sent."""
        if not self.sends(condition.name, condition.operator):
            return None
        values = condition.value if condition.operator in LISTS else [condition.value]
        if any(value is None or isinstance(value, (dict, list)) for value in values):
            return None
        texts = [text_of(value, f"filters: {condition.name}") for value in values]
        text = ",".join(texts)
        is_ambiguous = condition.operator in LISTS and any("," in part for part in texts)
        is_refused = any(character in text for character in self.refused)
        if not text or is_ambiguous or is_refused or len(quote(text)) > LONGEST_VALUE:
            return None
        name = condition.name if self.fields is None else self.fields[condition.name]
        known = {"field": name, "value": text, "json": jsonutils.dumps({name: condition.value})}
        return {
            _fill(key, known): _fill(value, known)
            for key, value in self.operators[condition.operator].items()
        }


def _fill(template: str, values: Mapping[str, str]) -> str:
    # One pass: a value may look like a placeholder.
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
