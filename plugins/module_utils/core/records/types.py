# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`ResourceType`, the schema of one kind of record, and `Change`, a planned or applied change."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..exceptions import ClientError, ConfigurationError
from .access import Access, Route, texts
from .fields import Field, FieldAccess
from .json_forms import hashable
from .kinds import ID, JSON, Integer, Relation

if TYPE_CHECKING:
    from .access import Order, Release

Record: TypeAlias = "dict[str, Any]"

VERBS = ("create", "retrieve", "update", "delete")


class ResourceType:
    """The schema of one kind of record, a row of a service's catalogue.

    Args:
        name: The name that callers use.
        access: The ways to reach its records; a path is the list's, with the usual ways.
        fields: Its fields, those that the server makes included.
        key: The fields by which people tell its records apart; `()` for none.
        names: Further fields that name a record alone, for relations that lead to it.
        verbs: The verbs that the server allows, of `VERBS`; `None` for those that `access` has
            routes for.
        id_field: The field by which the server knows a record.
        closed: `True` if a field of another name is an error; otherwise it holds JSON.
        most_named: The most records that are read by their names; for more, the whole list is
            read.
        document: The field that holds all that the server's records have beside the other fields;
            `""` for none.
        defaults: Values that a wanted record has if the caller gives none: it is found and created
            with them.
        prefer: Values by which one of several records with the same key is preferred.
        optional_key: Further fields of the key, for wanted records that give them.
        deactivates: The API deactivates in place of deleting: a record without the values of
            `prefer` counts as deleted, and gets them if it is wanted again.
        other_ids: Names under which some servers send the id.
        selects: Fields that choose what a record shows, such as one of its versions. The server
            does not give them back.
        text: The field that takes a document that is given as a text.
        reserved: Values that a new record must not have: the server would take them, and break.
        derived: Fields that follow from others, if a caller does not give them: to templates of
            dotted paths, `{model.info.title}:{model.info.version}`; the first whose paths all lead
            to something counts.

    Attributes:
        is_single: Whether the server has one such record, which is read by a path without a name;
            its key has the values of `defaults`.
        moved: The fields that have another name, path or form in the server's records.
        shown: The keys of a record that do not belong to its document.
        no_creation: The reason why no record can be created, for errors.

    Raises:
        ConfigurationError: The row contradicts itself.
    """

    __slots__ = (
        "access",
        "closed",
        "deactivates",
        "defaults",
        "derived",
        "document",
        "fields",
        "id_field",
        "is_single",
        "key",
        "most_named",
        "moved",
        "name",
        "names",
        "no_creation",
        "optional_key",
        "other_ids",
        "prefer",
        "reserved",
        "selects",
        "shown",
        "text",
        "verbs",
    )

    def __init__(
        self,
        name: str,
        access: str | Access,
        fields: Iterable[Field],
        *,
        key: Sequence[str] = (),
        names: Sequence[str] = (),
        verbs: Iterable[str] | None = None,
        id_field: str = "id",
        closed: bool = True,
        most_named: int = 50,
        document: str = "",
        defaults: Mapping[str, Any] | None = None,
        prefer: Mapping[str, Any] | None = None,
        optional_key: Sequence[str] = (),
        deactivates: bool = False,
        other_ids: Sequence[str] = (),
        selects: Sequence[str] = (),
        text: str = "",
        reserved: Mapping[str, Sequence[Any]] | None = None,
        derived: Mapping[str, str | Sequence[str]] | None = None,
    ) -> None:
        self.closed = closed
        self.most_named = most_named
        self.name = name
        self.access = Access(access) if isinstance(access, str) else access
        self.fields = {field.name: field for field in fields}
        self.key = tuple(key)
        self.names = (*(key if len(key) == 1 else ()), *names)
        self.no_creation = "this API does not create any"
        self.verbs = self.access.verbs if verbs is None else frozenset(verbs)
        self.id_field = id_field
        self.document = document
        self.defaults = dict(defaults or {})
        self.prefer = dict(prefer or {})
        self.optional_key = tuple(optional_key)
        self.deactivates = deactivates
        self.other_ids = tuple(other_ids)
        self.selects = tuple(selects)
        self.text = text
        self.is_single = _is_single(self.access)
        self.reserved = {name: tuple(values) for name, values in (reserved or {}).items()}
        self.derived = {name: texts(ways) for name, ways in (derived or {}).items()}
        self.moved = [
            field for field in self.fields.values() if field.wire != field.name or field.objects
        ]
        # Further keys of the server's objects are shown, and sent back.
        self.shown = {*self.fields, *[field.path for field in self.moved if field.extra]}
        self._check()

    def _check(self) -> None:
        named = {self.id_field, *self.key, *self.optional_key, *self.names, *self.defaults}
        named |= set(self.selects)
        named |= {name for name in (self.document, self.text) if name} | set(self.derived)
        named |= {name for field in self.fields.values() for name in field.implies}
        named |= set(self.reserved)
        if self.closed:
            # An open type has any field.
            named |= self.access.placeholders - {"id"} | self.access.fields | set(self.prefer)
            named |= set(self.access.parts)
        unknown = named - set(self.fields) | self.verbs - set(VERBS)
        if unknown:
            raise ConfigurationError(f"{self.name} does not define {', '.join(sorted(unknown))}")

    def __repr__(self) -> str:
        return f"<ResourceType {self.name}>"

    @property
    def identity_names(self) -> tuple[str, ...]:
        """The fields by which the server tells its records apart: the id, or a key with the id."""
        return self.key if self.id_field in self.key else (self.id_field,)

    @property
    def path(self) -> str:
        """The path of its list."""
        return self.access.many[0].path

    def for_release(self, release: Release | None, order: Order, text: str = "") -> ResourceType:
        """Return the type as a release of the server has it.

        Args:
            release: The server's release; `None` if it is unknown, for the newest.
            order: Makes a release that can be compared from its text.
            text: The server's release as it writes it, for errors; `""` if it is unknown.

        Raises:
            ConfigurationError: The release does not have such records.
        """
        if not self.access.differs_by_release:
            return self
        access = self.access.for_release(release, order)
        this = f"release {text} of the server" if text else "this release of the server"
        if not access.many:
            raise ConfigurationError(
                f"{this} has no {self.name} records{_needed(self.access.many)}"
            )
        twin = ResourceType.__new__(ResourceType)
        for name in ResourceType.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.access = access
        twin.is_single = _is_single(access)
        twin.verbs = self.verbs & access.verbs
        if "create" in self.verbs - twin.verbs:
            twin.no_creation = f"{this} does not create any{_needed(self.access.create)}"
        return twin

    def preferred(self, records: Sequence[Record]) -> Sequence[Record]:
        """Return the preferred ones of records with the same key; all, if none is."""
        if not self.prefer or len(records) < 2:
            return records
        return [record for record in records if self.is_preferred(record)] or records

    def is_deactivated(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record counts as deleted."""
        return self.deactivates and not self.is_preferred(record)

    def is_preferred(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record has the preferred values; one that does not say has them."""
        return all(record.get(name) in (None, value) for name, value in self.prefer.items())

    @property
    def is_partial(self) -> bool:
        """`True` if records of a list cannot be compared: they lack fields, or name relations."""
        return self.access.is_partial or any(
            isinstance(field.kind, Relation) and field.kind.sends for field in self.fields.values()
        )

    @property
    def secret_names(self) -> list[str]:
        """The names of the fields that are secret."""
        return [field.name for field in self.fields.values() if field.secret]

    @property
    def renewed(self) -> Record:
        """The secrets that the server makes again on request, without a value."""
        writable = {name for route in self.access.update for name in route.fields or ()}
        return {
            field.name: None
            for field in self.fields.values()
            if field.secret and field.read_only and field.name in writable
        }

    def with_id(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record of the server with its id under the usual name."""
        name = self.wire(self.id_field)
        if not self.other_ids or raw.get(name) is not None:
            return raw
        other = next((key for key in self.other_ids if raw.get(key) is not None), None)
        if other is None:
            return raw
        return {name: raw[other], **{key: value for key, value in raw.items() if key != other}}

    def field(self, name: str) -> Field:
        """Return a field.

        Raises:
            ConfigurationError: Nothing has that name.
        """
        if name in self.fields:
            return self.fields[name]
        if self.closed:
            raise ConfigurationError(
                f"{self.name} has no field {name!r}; its fields are {', '.join(self.fields)}"
            )
        return Field(name, JSON)

    def wire(self, name: str) -> str:
        """Return a field's path in the server's records."""
        return self.fields[name].wire if name in self.fields else name

    def name_of(self, given: str, record: Mapping[str, Any]) -> str:
        """Return the name of a field that a caller may have named as the server does.

        Args:
            given: The caller's name.
            record: All that the caller gives: fields may share a path, see `Field`.
        """
        if given in self.fields:
            return given
        fields = [field for field in self.fields.values() if given in (field.wire, field.path)]
        if not fields:
            return given
        fitting = [field for field in fields if field.belongs_to(record)]
        return (fitting or fields)[0].name

    def identity(self, record: Mapping[str, Any], names: Sequence[str]) -> Hashable:
        """Return a key that is equal for two records if, and only if, these fields are."""
        return tuple(hashable(self.field(name).kind.comparable(record.get(name))) for name in names)

    def id_of(self, record: Mapping[str, Any]) -> Any:
        """Return a record's id as the server gave it.

        Raises:
            ClientError: The id is not one of this kind: it would lead to another path.
        """
        value = record.get(self.id_field)
        kind = self.fields[self.id_field].kind
        # Servers have ids that are texts as numbers, too.
        wanted = (int,) if isinstance(kind, Integer) else (str, int) if kind is ID else (str,)
        if not isinstance(value, wanted) or isinstance(value, bool) or value == "":
            raise ClientError(
                f"the server sent a {self.name} whose {self.id_field} is {value!r}: nothing is"
                " written to such a record"
            )
        return value

    def creatable(self, record: Mapping[str, Any]) -> Record:
        """Return the fields that a new record may have."""
        later = (FieldAccess.READ_ONLY, FieldAccess.UPDATE_ONLY)
        return {
            name: value for name, value in record.items() if self.field(name).access not in later
        }

    def check_new(self, record: Mapping[str, Any]) -> None:
        """Refuse a new record with a value that is reserved.

        Raises:
            ConfigurationError: It has one.
        """
        for name, values in self.reserved.items():
            if record.get(name) in values:
                raise ConfigurationError(
                    f"{self.name}: the {name} {record[name]!r} is reserved: use another one"
                )

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
        is_known: `False` if `after` may be another one, because a write has failed after the server
            had performed it, or a part of it.
        is_recreated: The record is deleted and created again.
        validation: The server's complaints about a change that check mode has planned; `None` if it
            was not asked.
    """

    __slots__ = (
        "action",
        "after",
        "before",
        "error",
        "ignored",
        "is_known",
        "is_recreated",
        "label",
        "sent",
        "validation",
    )

    def __init__(self, label: str, before: Record | None, action: str = "none") -> None:
        self.action = action
        self.label = label
        self.before = before
        self.sent: Record = {}
        self.after = before
        self.ignored: list[str] = []
        self.error: ClientError | None = None
        self.is_known = True
        self.is_recreated = False
        self.validation: list[str] | None = None

    def __repr__(self) -> str:
        return f"<Change {self.action} {self.label}>"


def _is_single(access: Access) -> bool:
    return any(not route.placeholders for route in access.one)


def _needed(routes: Sequence[Route]) -> str:
    """Return the first release that has one of some routes, as the end of an error."""
    first = next((route.since for route in routes if route.since), "")
    return f": this needs release {first} or later" if first else ""
