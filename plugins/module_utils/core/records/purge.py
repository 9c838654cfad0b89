# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Purging: deleting the records that filters choose and that are not listed.

A server is not trusted here. Every record is checked against the filters once more before it is
deleted, and filters that match every record are refused, however they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..exceptions import ConfigurationError
from ..flow import Flow
from .fields import Field
from .kinds import Boolean, Choice
from .stores import RecordStore
from .types import Record, ResourceType

LEAST_CHARACTERS = 2
"""Letters and digits that a part of a text must have to count as a value: nearly every name has an
`e` or a `-`."""


def records_to_purge(
    store: RecordStore,
    row: ResourceType,
    filters: Mapping[str, Any],
    kept: Iterable[Record],
    *,
    option: str = "purge",
) -> Flow[list[Record]]:
    """Return the records that filters choose, without those that are kept.

    Args:
        store: Reads the records.
        row: Their type.
        filters: In the service's own words.
        kept: Records that are listed, as the server has them.
        option: The option with the filters, for errors.

    Raises:
        ConfigurationError: The filters match every record, or cannot work.
    """
    refuse_empty_values(filters, option)
    selection = yield from store.select(row, filters)
    if selection.narrows is False:
        raise _too_wide(row, option)
    kept_ids = {row.identity(record, row.identity_names) for record in kept}
    chosen = [
        record
        for record in (yield from store.list_selected(row, selection))
        if selection.matches(record)
        and row.identity(record, row.identity_names) not in kept_ids
        and not row.is_deactivated(record)
    ]
    if chosen and selection.narrows is None:
        everything = yield from store.find(row, None, ())
        if all(map(selection.matches, everything)):
            raise _too_wide(row, option)
    return chosen


def refuse_empty_values(filters: Mapping[str, Any], option: str) -> None:
    """Refuse filters without a value: a variable that came out empty must choose nothing.

    Raises:
        ConfigurationError: A value is null or blank, alone, in a list or in a dict of operators.
    """
    for name, value in filters.items():
        for item in _values_in(value):
            if item is None or (isinstance(item, str) and not item.strip()):
                raise ConfigurationError(
                    f"{option}: the filter {name} has an empty value ({item!r}): fill it in, or"
                    " leave the filter out"
                )


def names_values(field: Field, operator: str, operands: Sequence[Any]) -> bool:
    """Tell whether a condition names what a record must have, so that not every record has it.

    Negations, bounds and "has a value" do not: whether they keep anything out depends on the
    records.

    Args:
        field: The field that is looked at.
        operator: `equals`, `one_of`, `part` (a part of a text), or anything else.
        operands: The values.
    """
    if operator == "part":
        return all(sum(map(str.isalnum, str(part))) >= LEAST_CHARACTERS for part in operands)
    if operator not in ("equals", "one_of") or isinstance(field.kind, Boolean):
        return False
    if isinstance(field.kind, Choice):
        return len(set(operands)) < len(field.kind.labels)
    return True


def _values_in(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [item for inner in value.values() for item in _values_in(inner)]
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _too_wide(row: ResourceType, option: str) -> ConfigurationError:
    return ConfigurationError(
        f"{option}: these filters match every {row.name}: give a filter that narrows the list"
    )
