# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Criteria of a list: conditions and inclusions, without the syntax of the query.

Sources: the reference document for `equal_to` and inclusions; docs/protocols/sequoia.md section 6
for the other operators. The services' descriptors say which operators a filter takes: `starts_with`
if it is flagged `prefix`, bounds if it is flagged `range`. The server answers 400 to others.
"""

from __future__ import annotations

from datetime import date, time
from enum import Enum
from typing import TypeAlias

from ..core.encoding import text_of
from ..core.exceptions import ConfigurationError

Value: TypeAlias = "str | int | float | date | time | Enum"


class Criterion:
    """One condition.

    Attributes:
        name: The parameter: `withContentRef`.
        value: Its value, not encoded: `acme:c1`.
    """

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.value = value

    def __repr__(self) -> str:
        return f"<Criterion {self.name}={self.value}>"


class Expression:
    """A field that a condition is made of.

    Every method returns the `Criterion` to add to `Criteria`.

    Values are texts, numbers, booleans, dates or enums; times are best given as texts like
    `2020-01-01T00:00:00.000Z`. A field that is a map takes `key:value`.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ConfigurationError("a field needs a name")
        bare = name.strip()
        self._name = f"with{bare[0].upper()}{bare[1:]}"

    def equal_to(self, value: Value) -> Criterion:
        """The field is this value.

        The value is sent unchanged: one that has the form of an operator (`!v`, `a||b`,
        `v*`) is one for the server.
        """
        return Criterion(self._name, _text(value))

    def not_equal_to(self, value: Value) -> Criterion:
        """The field is not this value."""
        return Criterion(self._name, f"!{_plain(value)}")

    def one_of(self, *values: Value) -> Criterion:
        """The field is one of these values."""
        if not values:
            raise ConfigurationError("one_of needs a value at least")
        return Criterion(self._name, "||".join(map(_plain, values)))

    def starts_with(self, value: Value) -> Criterion:
        """The field begins with this text."""
        return Criterion(self._name, f"{_plain(value)}*")

    def exists(self) -> Criterion:
        """The field has a value."""
        return Criterion(self._name, "*")

    def missing(self) -> Criterion:
        """The field has no value."""
        return Criterion(self._name, "!*")

    def between(self, low: Value, high: Value) -> Criterion:
        """The field lies between these values or is one of them."""
        return Criterion(self._name, f"{_bound(low)}/{_bound(high)}")

    def not_between(self, low: Value, high: Value) -> Criterion:
        """The field lies outside these values and is neither of them."""
        return Criterion(self._name, f"!{_bound(low)}/{_bound(high)}")

    def at_least(self, value: Value) -> Criterion:
        """The field is this value or a greater one."""
        return Criterion(self._name, f"{_bound(value)}/")

    def at_most(self, value: Value) -> Criterion:
        """The field is this value or a lesser one."""
        return Criterion(self._name, f"/{_bound(value)}")

    def greater_than(self, value: Value) -> Criterion:
        """The field is greater than this value."""
        return Criterion(self._name, f"!/{_bound(value)}")

    def less_than(self, value: Value) -> Criterion:
        """The field is less than this value."""
        return Criterion(self._name, f"!{_bound(value)}/")


class StringExpressionFactory:
    """The beginning of a condition."""

    @staticmethod
    def field(name: str) -> Expression:
        """Name the field of a condition.

        Args:
            name: As in the resource: `contentRef`.
        """
        return Expression(name)


class Inclusion:
    """Related resources to have beside those that are looked for, one level deep.

    Attributes:
        name: The relationship, `assets`; it need not be called like the resource it leads to.
        wanted: The fields to have of them; empty for what the service gives.
    """

    __slots__ = ("name", "wanted")

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ConfigurationError("an inclusion needs the name of a relationship")
        self.name = name.strip()
        self.wanted: tuple[str, ...] = ()

    @classmethod
    def resource(cls, name: str) -> Inclusion:
        """Include what a relationship leads to.

        Args:
            name: The relationship.
        """
        return cls(name)

    def fields(self, *names: str) -> Inclusion:
        """Have these fields only.

        Args:
            *names: To match them with their parents, `ref` must be among them.
        """
        self.wanted = (*self.wanted, *names)
        return self


class Criteria:
    """Conditions, all of which must hold, and what to include."""

    __slots__ = ("_criteria", "_inclusions")

    def __init__(self) -> None:
        self._criteria: dict[str, Criterion] = {}
        self._inclusions: dict[str, Inclusion] = {}

    def add(
        self, criterion: Criterion | None = None, inclusion: Inclusion | None = None
    ) -> Criteria:
        """Add a condition, an inclusion, or both.

        Returns:
            Itself.

        Raises:
            ConfigurationError: Not that, or a second condition for a field, whose effect is not
                known.
        """
        if criterion is not None:
            if not isinstance(criterion, Criterion):
                raise ConfigurationError(
                    "a criterion is made by StringExpressionFactory.field(...).equal_to(...) and"
                    " the like"
                )
            if criterion.name in self._criteria:
                raise ConfigurationError(
                    f"there is a condition for {criterion.name[4:]} already; one_of and between"
                    " say several in one"
                )
            self._criteria[criterion.name] = criterion
        if inclusion is not None:
            if not isinstance(inclusion, Inclusion):
                raise ConfigurationError("an inclusion is made by Inclusion.resource(...)")
            self._inclusions[inclusion.name] = inclusion
        return self

    def add_criterion(self, criterion: Criterion) -> Criteria:
        """Add a condition. For what it returns and raises see `add`."""
        return self.add(criterion=criterion)

    def add_inclusion(self, inclusion: Inclusion) -> Criteria:
        """Add an inclusion. For what it returns and raises see `add`."""
        return self.add(inclusion=inclusion)

    @property
    def inclusions(self) -> tuple[str, ...]:
        """The names of the relationships that are included."""
        return tuple(self._inclusions)

    def params(self) -> dict[str, str]:
        """Return the query parameters, not encoded."""
        params = {criterion.name: criterion.value for criterion in self._criteria.values()}
        if self._inclusions:
            params["include"] = ",".join(sorted(self._inclusions))
        for inclusion in self._inclusions.values():
            if inclusion.wanted:
                params[f"{inclusion.name}.fields"] = ",".join(sorted(set(inclusion.wanted)))
        return params


def _text(value: Value) -> str:
    if not isinstance(value, (str, int, float, date, time, Enum)):
        raise ConfigurationError(
            "a condition compares with a text, a number or a boolean, not with"
            f" {type(value).__name__}"
        )
    return text_of(value, "the value of a condition")


def _plain(value: Value) -> str:
    """Return a value that the server cannot take for an operator."""
    text = _text(value)
    if not text or text.startswith(("!", "|")) or text.endswith(("*", "|")) or "||" in text:
        raise ConfigurationError(
            f"{text!r} would be an operator: nothing, ! and | at the beginning, * and | at the"
            " end, and || cannot be looked for in this way"
        )
    return text


def _bound(value: Value) -> str:
    text = _plain(value)
    if "/" in text:
        raise ConfigurationError(f"{text!r} cannot be a bound, because / stands between bounds")
    return text
