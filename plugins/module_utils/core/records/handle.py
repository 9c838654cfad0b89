# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records of one type, as programs use them: `client.records("device")`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .ensure import ensure
from .ensure_options import EnsureArguments, EnsureOptions
from .export import exported, no_secret
from .plan import Index
from .relations import resolve
from .stores import RecordStore, look_for
from .types import Change, Record, ResourceType
from .wanted import list_of_dicts, parse_fields

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import TypeAlias

    from typing_extensions import Unpack

    from .export import Placeholder

    Target: TypeAlias = "str | int | Mapping[str, Any]"
    """A record: its natural key, its id, or some of its fields, which match no other one."""
    # In classes with a method `list`, that is what the name means.
    Listed: TypeAlias = list[Record]
    Changes: TypeAlias = list[Change]
    Each: TypeAlias = Callable[[list[Record]], list[Record]]


class RecordsBase:
    """The flows of the records of one type.

    Args:
        store: Reads and writes them.
        row: Makes the flow that returns their type.
        perform: Performs a flow, for threads or for an event loop.
        concurrency: Writes at a time, if a caller does not say.
    """

    __slots__ = ("_concurrency", "_perform", "_row", "_store")

    def __init__(
        self,
        store: RecordStore,
        row: Callable[[], Flow[ResourceType]],
        perform: Callable[[Flow[Any]], Any],
        *,
        concurrency: int = 8,
    ) -> None:
        self._store = store
        self._row = row
        self._perform = perform
        self._concurrency = concurrency

    def _list(
        self,
        filters: Mapping[str, Any] | None,
        order: Sequence[str],
        limit: int | None,
        fields: Sequence[str],
        complete: bool,
        each: Each | None,
    ) -> Flow[list[Record]]:
        row = yield from self._row()
        if each is not None and not complete:
            return (
                yield from self._store.read_each(
                    row, each, filters, order=order, limit=limit, fields=fields
                )
            )
        found = yield from self._store.read_all(
            row, filters, order=order, limit=limit, fields=fields
        )
        if complete:
            found = yield from self._store.complete(row, found)
        return found if each is None else each(found)

    def _export(self, records: Sequence[Record], placeholder: Placeholder) -> Flow[list[Record]]:
        row = yield from self._row()
        whole = yield from self._store.complete(row, records)
        return (yield from exported(self._store, row, whole, placeholder))

    def _find(self, target: Target) -> Flow[Record | None]:
        row = yield from self._row()
        return (yield from self._look_up(row, target))

    def _look_up(self, row: ResourceType, target: Target) -> Flow[Record | None]:
        for identity in _identities(row, target):
            fields = self._store.prepared(row, identity)
            if all(fields.get(name) is not None for name in row.identity_names):
                fields = {name: fields[name] for name in row.identity_names}
            parsed = {name: row.field(name).parse(value) for name, value in fields.items()}
            (wanted,) = yield from resolve(self._store, row, [parsed])
            names = tuple(wanted)
            there = yield from look_for(self._store, row, [(names, wanted)])
            found = Index(row, there, [names]).find(wanted, names)
            if found is not None:
                if not row.is_partial:
                    return found
                return next(iter((yield from self._store.complete(row, [found]))), None)
        return None

    def _require(self, row: ResourceType, target: Target) -> Flow[Record]:
        found = yield from self._look_up(row, target)
        if found is None:
            raise ClientError(f"there is no {row.name} {target!r}")
        return found

    def _ensure(
        self, records: Sequence[Mapping[str, Any]], arguments: EnsureArguments
    ) -> Flow[list[Change]]:
        options = EnsureOptions.of(arguments, concurrency=self._concurrency)
        row = yield from self._row()
        given = list_of_dicts(records, f"the records must be a list of dicts, each a {row.name}")
        wanted = [self._store.prepared(row, record) for record in given]
        return (yield from ensure(self._store, row, wanted, options))

    def _create(self, record: Mapping[str, Any]) -> Flow[Record]:
        row = yield from self._row()
        change = Change(row.name, None, "create")
        change.sent = row.creatable((yield from self._parse(row, record, change)))
        row.check_new(change.sent)
        made: Record = yield from self._write(row, change)
        return made

    def _update(self, target: Target, fields: Mapping[str, Any]) -> Flow[Record]:
        row = yield from self._row()
        change = Change(row.name, (yield from self._require(row, target)), "update")
        change.sent = yield from self._parse(row, fields, change)
        changed: Record = yield from self._write(row, change)
        return changed

    def _delete(self, target: Target, missing_ok: bool) -> Flow[bool]:
        row = yield from self._row()
        found = yield from self._look_up(row, target)
        if found is None or row.is_deactivated(found):
            if missing_ok:
                return False
            raise ClientError(f"there is no {row.name} {target!r}")
        yield from self._write(row, Change(row.name, found, "delete"))
        return True

    def _parse(self, row: ResourceType, record: Mapping[str, Any], change: Change) -> Flow[Record]:
        if not isinstance(record, Mapping):
            raise ConfigurationError(f"a {row.name} must be a dict of fields, not {record!r}")
        if change.action == "create":
            record = self._store.prepared(row, record)
        resolved = yield from resolve(self._store, row, [parse_fields(row, record)])
        (located,) = yield from self._store.locate(row, resolved)
        return located

    def _write(self, row: ResourceType, change: Change) -> Flow[Any]:
        (outcome,) = yield from self._store.write(row, [change], 1)
        if isinstance(outcome, ClientError):
            raise outcome
        return outcome


def _identities(row: ResourceType, target: Target) -> list[Mapping[str, Any]]:
    """Return the fields by which to look for a record, the first choice first."""
    if isinstance(target, Mapping):
        if not target:
            raise ConfigurationError(f"give at least one field of the {row.name}")
        return [target]
    if isinstance(target, bool) or not isinstance(target, (str, int)) or target == "":
        raise ConfigurationError(
            f"a {row.name} is a name, an id or a dict of its fields, not {target!r}"
        )
    names = [name for name in row.names if isinstance(target, str) and name != row.id_field]
    named: list[Mapping[str, Any]] = [{name: target} for name in names]
    try:
        row.field(row.id_field).parse(target)
    except ConfigurationError:
        if not named:
            raise
        return named
    return [*named, {row.id_field: target}]


class Records(RecordsBase):
    """The records of one type, for threads."""

    __slots__ = ()

    def resource_type(self) -> ResourceType:
        """Return the type as the server's release has it.

        Raises:
            ConfigurationError: Nothing has that name, or the release has no such records.
        """
        row: ResourceType = self._perform(self._row())
        return row

    def list(
        self,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        complete: bool = False,
        each: Each | None = None,
    ) -> Listed:
        """Return all records that match.

        Args:
            filters: A field to a value, to a list of which one must be, or to a dict of operators.
            order: Fields to sort by, with `-` for descending.
            limit: The most records.
            fields: The fields that are wanted, for servers that can leave out the others.
            complete: Read each record alone, if those of the list lack fields.
            each: Takes some records at a time while others are read; what it returns takes
                their place in the result.

        Raises:
            ConfigurationError: An unknown field or operator.
            ClientError: As for any call.
        """
        flow = self._list(filters, order, limit, fields, complete, each)
        found: Listed = self._perform(flow)
        return found

    def find(self, target: Target) -> Record | None:
        """Return a record; `None` if there is none.

        Args:
            target: Its natural key, its id, or a dict of fields.

        Raises:
            ClientError: Several records match.
        """
        found: Record | None = self._perform(self._find(target))
        return found

    def ensure(
        self, records: Sequence[Mapping[str, Any]], **options: Unpack[EnsureArguments]
    ) -> Changes:
        """Bring records to a wanted state; only what differs is written.

        Args:
            records: The fields that are wanted of each; relations may be given by name.
            **options: `state match update_secrets purge concurrency predict replace recreate`,
                as for `EnsureOptions`.

        Returns:
            A change per record. Errors of single writes are in the changes.

        Raises:
            ClientError: The records could not be read, or what is wanted cannot work.
        """
        changes: Changes = self._perform(self._ensure(records, options))
        return changes

    def export_(self, records: Sequence[Record], placeholder: Placeholder = no_secret) -> Listed:
        """Return records in the form in which `ensure` takes them, here or on another server.

        Args:
            records: From `list`.
            placeholder: Returns what stands for a secret, from its record and the keys that lead
                to it; by default, they are left out.

        Returns:
            The records without what only the server writes, with names in place of ids.
        """
        found: Listed = self._perform(self._export(records, placeholder))
        return found

    def create(self, record: Mapping[str, Any]) -> Record:
        """Create a record and return it as the server has it; relations may be given by name.

        Raises:
            ConfigurationError: An unknown or read-only field.
            ClientError: The server refuses it.
        """
        made: Record = self._perform(self._create(record))
        return made

    def update(self, target: Target, fields: Mapping[str, Any]) -> Record:
        """Change fields of a record and return it as the server has it.

        Args:
            target: Its natural key, its id, or a dict of fields.
            fields: The fields that change; relations may be given by name.

        Raises:
            ConfigurationError: An unknown or read-only field.
            ClientError: There is no such record, or the server refuses the change.
        """
        changed: Record = self._perform(self._update(target, fields))
        return changed

    def delete(self, target: Target, *, missing_ok: bool = True) -> bool:
        """Delete a record.

        Args:
            target: Its natural key, its id, or a dict of fields.
            missing_ok: Return False if there is none, instead of raising.

        Returns:
            True if a record was deleted.

        Raises:
            ClientError: Several records match, or the server refuses the deletion.
        """
        gone: bool = self._perform(self._delete(target, missing_ok))
        return gone


class AsyncRecords(RecordsBase):
    """The records of one type, for event loops. For arguments and errors see `Records`."""

    __slots__ = ()

    async def resource_type(self) -> ResourceType:
        """Return the type as the server's release has it."""
        row: ResourceType = await self._perform(self._row())
        return row

    async def list(
        self,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        complete: bool = False,
        each: Each | None = None,
    ) -> Listed:
        """Return all records that match."""
        found: Listed = await self._perform(
            self._list(filters, order, limit, fields, complete, each)
        )
        return found

    async def find(self, target: Target) -> Record | None:
        """Return a record; `None` if there is none."""
        found: Record | None = await self._perform(self._find(target))
        return found

    def ensure(
        self, records: Sequence[Mapping[str, Any]], **options: Unpack[EnsureArguments]
    ) -> Awaitable[Changes]:
        """Bring records to a wanted state; only what differs is written."""
        changes: Awaitable[Changes] = self._perform(self._ensure(records, options))
        return changes

    async def export_(
        self, records: Sequence[Record], placeholder: Placeholder = no_secret
    ) -> Listed:
        """Return records in the form in which `ensure` takes them."""
        found: Listed = await self._perform(self._export(records, placeholder))
        return found

    async def create(self, record: Mapping[str, Any]) -> Record:
        """Create a record and return it as the server has it."""
        made: Record = await self._perform(self._create(record))
        return made

    async def update(self, target: Target, fields: Mapping[str, Any]) -> Record:
        """Change fields of a record and return it as the server has it."""
        changed: Record = await self._perform(self._update(target, fields))
        return changed

    async def delete(self, target: Target, *, missing_ok: bool = True) -> bool:
        """Delete a record, and return whether there was one."""
        gone: bool = await self._perform(self._delete(target, missing_ok))
        return gone
