# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record stores, as the record engine uses them: what they read and write, and how they look up.

`RecordStore` is their interface, and `Selection` the records that filters choose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..flow import Flow
from .json_forms import hashable
from .kinds import PendingName
from .types import Change, Record, ResourceType


class Selection(Protocol):
    """The records that filters choose, checked by the client itself."""

    @property
    def narrows(self) -> bool | None:
        """`True` if the filters name values, `False` if every record passes.

        `None` if that depends on the records.
        """

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record passes all filters."""


class RecordStore(Protocol):
    """Reads and writes the records of a service."""

    def resource(self, name: str) -> ResourceType:
        """Return a row of the catalogue.

        Raises:
            ConfigurationError: Nothing has that name.
        """

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read the records whose field has one of these values; without a field, all.

        More than these may come, and they may lack fields: see `complete`.
        """

    def find_alone(
        self, row: ResourceType, wanted: Sequence[tuple[Sequence[str], Record]]
    ) -> Flow[list[Record]]:
        """Read the records that are there for wanted ones, whose key has several fields.

        More than these may come, and they may lack fields: see `complete`.

        Args:
            row: Their type.
            wanted: Each with the fields by which it is found.
        """
        return self.find(row, *narrowest(row, wanted))

    def read_all(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
    ) -> Flow[list[Record]]:
        """Read all records that match.

        Args:
            row: Their type.
            filters: In the service's own words.
            order: Fields to sort by, `-name` for descending.
            limit: The most records; `None` for all.
            fields: The fields that are wanted, for servers that can leave out the others.

        Raises:
            ConfigurationError: An argument that cannot work.
        """

    def read_each(
        self,
        row: ResourceType,
        each: Callable[[list[Record]], list[Record]],
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
    ) -> Flow[list[Record]]:
        """Read all records that match, and return what a function makes of them.

        Args:
            row: Their type.
            each: Takes some records at a time, such as those of a page: that is faster than all at
                the end, when they are no longer in the cache of the processor.
            filters: See `read_all`.
            order: See `read_all`.
            limit: See `read_all`.
            fields: See `read_all`.
        """
        found = yield from self.read_all(row, filters, order=order, limit=limit, fields=fields)
        return each(found)

    def select(self, row: ResourceType, filters: Mapping[str, Any]) -> Flow[Selection]:
        """Parse filters that choose records to delete.

        Values are taken literally, names of relations are never taken for ids.

        Raises:
            ConfigurationError: A field, operator or value that cannot work.
        """

    def list_selected(self, row: ResourceType, selection: Any) -> Flow[list[Record]]:
        """Read the records that a selection of this store matches. More than these may come."""

    def write(
        self, row: ResourceType, changes: Sequence[Change], concurrency: int
    ) -> Flow[list[Any]]:
        """Create, update and delete.

        Return the server's records (`None` for a deleted one) and errors, in order.
        """

    def locate(self, dummy_row: ResourceType, records: list[Record]) -> Flow[list[Record]]:
        """Return wanted records with what only this service can look up.

        Args:
            dummy_row: The type of the records.
            records: Wanted records; their relations are ids.
        """
        yield from ()
        return records

    def prepared(self, dummy_row: ResourceType, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record of a caller with the fields that follow from others."""
        return record

    def complete(
        self,
        dummy_row: ResourceType,
        records: Sequence[Record],
        dummy_names: Collection[str] | None = None,
    ) -> Flow[list[Record]]:
        """Return whole records for those of a list, which lack fields by the type's `access`.

        Args:
            dummy_row: The type of the records.
            records: Records of the list.
            dummy_names: The fields that matter; `None` for all.
        """
        yield from ()
        return list(records)

    def validate(self, dummy_row: ResourceType, dummy_change: Change) -> Flow[list[str] | None]:
        """Have the server check a planned change without keeping it.

        Returns:
            The server's complaints; `None` if it cannot check.
        """
        yield from ()
        return None


def narrowest(
    row: ResourceType, records: Iterable[tuple[Sequence[str], Record]]
) -> tuple[str | None, list[Any]]:
    """Return the field, and its values, by which to read no more than is needed.

    No field if everything must be read.

    Args:
        row: The type of the records.
        records: Each with the fields by which it is found.
    """
    pairs = list(records)
    scope = row.access.many[0].placeholders
    first = {next((name for name in names if name in scope), names[0]) for names, dummy in pairs}
    if len(first) > 1:
        return None, []
    name = next(iter(first), row.id_field)
    known = [record[name] for dummy, record in pairs if not isinstance(record[name], PendingName)]
    kind = row.field(name).kind
    values = list({hashable(kind.comparable(value)): value for value in known}.values())
    return (name, values) if len(values) <= row.most_named else (None, [])


def look_for(
    store: RecordStore, row: ResourceType, wanted: Sequence[tuple[Sequence[str], Record]]
) -> Flow[list[Record]]:
    """Read the records that are there for wanted ones, with as few requests as the store can.

    Args:
        store: Reads them.
        row: Their type.
        wanted: Each with the fields by which it is found.
    """
    if len(row.identity_names) > 1:
        return store.find_alone(row, wanted)
    return store.find(row, *narrowest(row, wanted))
