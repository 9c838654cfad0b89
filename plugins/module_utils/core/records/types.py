# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types of the record engine: `ResourceType` (schema), `Change` (one planned or applied change),
`RecordStore` (reads and writes) and `Selection` (the records that filters choose).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .fields import Field
from .kinds import JSON, Integer, hashable

Record: TypeAlias = "dict[str, Any]"

VERBS = ("create", "retrieve", "update", "delete")


class ResourceType:
    """The schema of one kind of record, a row of a service's catalogue.

    Args:
        name: The name that callers use.
        path: The path of its list.
        fields: Its fields, those that the server makes included.
        key: The fields by which people tell its records apart; `()` for none.
        names: Further fields that name a record alone, for relations that lead to it.
        verbs: The verbs that the server allows, of `VERBS`.
        id_field: The field by which the server knows a record.
        closed: Whether a field of another name is an error; otherwise it holds JSON.
        most_named: The most records that are read by their names; for more, the whole list is
            read.

    Raises:
        ConfigurationError: The row contradicts itself.
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
        verbs: Iterable[str] = VERBS,
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
        unknown = {id_field, *self.key, *self.names} - set(self.fields) | self.verbs - set(VERBS)
        if unknown:
            raise ConfigurationError(f"{name} does not define {', '.join(sorted(unknown))}")

    def __repr__(self) -> str:
        return f"<ResourceType {self.name}>"

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
        return Field(name, JSON)

    def identity(self, record: Mapping[str, Any], names: Sequence[str]) -> Hashable:
        """Return a key that is equal for two records if, and only if, these fields are."""
        return tuple(hashable(self.field(name).kind.comparable(record.get(name))) for name in names)

    def id_of(self, record: Mapping[str, Any]) -> Any:
        """Return a record's id as the server gave it.

        Raises:
            ClientError: The id is not one of this kind: it would lead to another path.
        """
        value = record.get(self.id_field)
        wanted = int if isinstance(self.fields[self.id_field].kind, Integer) else str
        if not isinstance(value, wanted) or isinstance(value, bool) or value == "":
            raise ClientError(
                f"the server sent a {self.name} whose {self.id_field} is {value!r}: nothing is"
                " written to such a record"
            )
        return value

    def describe(self, record: Mapping[str, Any], names: Sequence[str]) -> str:
        """Return a record's name for people: `cluster name='hpc1'`."""
        return f"{self.name} {', '.join(f'{name}={record.get(name)!r}' for name in names)}"


class Change:
    """The planned or applied change to one record.

    Attributes:
        action: `create`, `update`, `delete` or `none`.
        label: The record's name for people.
        before: The record as it was; `None` if there was none.
        sent: The fields that are written; empty for a deletion.
        after: The record as it is now, or would be; `None` if there is none.
        ignored: Fields that the server does not take: what is there differs from what is wanted,
            and stays.
        error: Why it could not be written.
    """

    __slots__ = ("action", "after", "before", "error", "ignored", "label", "sent")

    def __init__(self, label: str, before: Record | None, action: str = "none") -> None:
        self.action = action
        self.label = label
        self.before = before
        self.sent: Record = {}
        self.after = before
        self.ignored: list[str] = []
        self.error: ClientError | None = None

    def __repr__(self) -> str:
        return f"<Change {self.action} {self.label}>"


class Selection(Protocol):
    """The records that filters choose, checked by the client itself."""

    @property
    def narrows(self) -> bool | None:
        """Whether the filters keep records out: `True` if they name values, `False` if every
        record passes, `None` if only a look at all records can tell.
        """

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record passes all filters."""


class RecordStore(Protocol):
    """Reads and writes the records of a service."""

    def resource(self, name: str) -> ResourceType:
        """Return a row of the catalogue.

        Raises:
            ConfigurationError: There is none of that name.
        """

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read the records whose field has one of these values; without a field, all. More than
        these may come.
        """

    def select(self, row: ResourceType, filters: Mapping[str, Any]) -> Flow[Selection]:
        """Parse filters that choose records to delete: values are taken literally, names of
        relations are never taken for ids.

        Raises:
            ConfigurationError: A field, operator or value that cannot work.
        """

    def list_selected(self, row: ResourceType, selection: Any) -> Flow[list[Record]]:
        """Read the records that a selection of this store matches. More than these may come."""

    def write(
        self, row: ResourceType, changes: Sequence[Change], concurrency: int
    ) -> Flow[list[Any]]:
        """Create, update and delete; return the server's records (`None` for a deleted one) and
        errors, in order.
        """


def list_of_dicts(value: Any, what: str) -> list[dict[str, Any]]:
    """Return the dicts of a list, as copies.

    Args:
        value: From a caller; an iterator is taken too.
        what: The error, if it is something else.

    Raises:
        ConfigurationError: Not a list of dicts.
    """
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        items = list(value)
        if all(isinstance(item, Mapping) for item in items):
            return [dict(item) for item in items]
    raise ConfigurationError(what)
