# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine of wanted states works with: rows of a catalogue, what reads and writes their
records, and what becomes of a record.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .fields import Field, comparable, hashable

Record: TypeAlias = "dict[str, Any]"


class Resource:
    """One kind of record.

    Args:
        name: What callers call it.
        path: Where its list is.
        fields: Its fields, those that the server makes included.
        key: The fields by which people tell its records apart; `()` for none.
        names: Further fields that name a record alone, for relations that lead to it.
        verbs: What the server lets one do: `create retrieve update delete`.
        id_field: The field by which the server knows a record.
        closed: Whether a field of another name is an error; otherwise it holds JSON.
        most_named: Records that are asked for by name; where more are wanted, the whole list is
            read.
    """

    __slots__ = (
        "closed",
        "fields",
        "id_field",
        "key",
        "most_named",
        "name",
        "names",
        "path",
        "verbs",
    )

    def __init__(
        self,
        name: str,
        path: str,
        fields: Iterable[Field],
        *,
        key: Sequence[str] = (),
        names: Sequence[str] = (),
        verbs: Iterable[str] = ("create", "retrieve", "update", "delete"),
        id_field: str = "id",
        closed: bool = True,
        most_named: int = 50,
    ) -> None:
        self.closed = closed
        self.most_named = most_named
        self.name = name
        self.path = path
        self.fields = {field.name: field for field in fields}
        self.key = tuple(key)
        self.names = (*(key if len(key) == 1 else ()), *names)
        self.verbs = frozenset(verbs)
        self.id_field = id_field

    def __repr__(self) -> str:
        return f"<Resource {self.name}>"

    def field(self, name: str) -> Field:
        """Return a field.

        Raises:
            ConfigurationError: There is none of that name.
        """
        if name in self.fields:
            return self.fields[name]
        if self.closed:
            raise ConfigurationError(
                f"{self.name} has no field {name!r}; its fields are {', '.join(self.fields)}"
            )
        return Field(name, "json")

    def mark(self, record: Mapping[str, Any], names: Sequence[str]) -> Hashable:
        """Return what is equal for two records exactly where these fields are."""
        return tuple(
            hashable(comparable(self.field(name).kind, record.get(name))) for name in names
        )

    def describe(self, record: Mapping[str, Any], names: Sequence[str]) -> str:
        """Return what a person calls a record: `cluster name='hpc1'`."""
        return f"{self.name} {', '.join(f'{name}={record.get(name)!r}' for name in names)}"


class Change:
    """What becomes of one record.

    Attributes:
        action: `create`, `update`, `delete` or `none`.
        label: What a person calls the record.
        before: The record as it was; `None` where there was none.
        sent: The fields that are written; `None` for one that goes.
        after: The record as it is now, or would be; `None` where there is none.
        ignored: Fields that the server does not take: what is there differs from what is wanted,
            and stays.
        error: Why it could not be written.
    """

    __slots__ = ("action", "after", "before", "error", "ignored", "label", "sent")

    def __init__(self, label: str, before: Record | None) -> None:
        self.action = "none"
        self.label = label
        self.before = before
        self.sent: Record = {}
        self.after = before
        self.ignored: list[str] = []
        self.error: ClientError | None = None

    def __repr__(self) -> str:
        return f"<Change {self.action} {self.label}>"


class Service(Protocol):
    """What reads and writes records: a client."""

    def resource(self, name: str) -> Resource:
        """Return a row of the catalogue."""

    def _find(self, row: Resource, field: str | None, values: Sequence[Any]) -> Flow[list[Record]]:
        """Read the records whose field has one of these values; more may come. Without a field,
        all.
        """

    def _listed(self, row: Resource, filters: Mapping[str, Any]) -> Flow[list[Record]]:
        """Read the records that match filters, in the service's own words; none that does not match
        may come.

        Raises:
            ConfigurationError: The filters keep no record out.
        """

    def _write(self, row: Resource, changes: Sequence[Change], concurrency: int) -> Flow[list[Any]]:
        """Create, update and delete; return the server's records (`None` for a deleted one) and
        errors, in order.
        """
