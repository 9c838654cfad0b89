# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning: comparing the records that are wanted with those that are there. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from ..exceptions import ClientError, ConfigurationError
from ..jsonutils import equal
from ..numbers import whole_number
from ..options import check_options
from .fields import FieldAccess
from .kinds import plain
from .templates import derived
from .types import Change, Record, ResourceType


class EnsureArguments(TypedDict, total=False):
    """The keyword arguments of `ensure`. For their meaning see `EnsureOptions`."""

    state: str
    match: Sequence[str]
    update_secrets: bool
    purge: Mapping[str, Any] | None
    purge_limit: int | None
    concurrency: int
    predict: bool
    replace: bool
    recreate: bool


class EnsureOptions:
    """Options of `ensure`.

    Args:
        state: `present` or `absent`.
        match: The fields to find records by; `()` for the resource's own key.
        update_secrets: Send fields that never come back to records that exist, too.
        purge: Delete the other records that match these filters; `None` for none.
        purge_limit: The most records to purge: if more match, none is written; `None` for any
            number.
        concurrency: Writes at a time.
        predict: Send no writes.
        replace: Reset fields that are not given, unless the server makes them; otherwise they
            stay.
        recreate: Delete a record and create it again, if the server has no update for what
            differs; what led to it leads to the new one then.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = (
        "concurrency",
        "match",
        "predict",
        "present",
        "purge",
        "purge_limit",
        "recreate",
        "replace",
        "update_secrets",
    )

    def __init__(
        self,
        state: str = "present",
        match: Sequence[str] = (),
        update_secrets: bool = False,
        purge: Mapping[str, Any] | None = None,
        concurrency: int = 8,
        predict: bool = False,
        replace: bool = False,
        recreate: bool = False,
        purge_limit: int | None = None,
    ) -> None:
        if state not in ("present", "absent"):
            raise ConfigurationError(f"state must be present or absent, not {state!r}")
        if isinstance(match, str) or (purge is not None and not isinstance(purge, Mapping)):
            raise ConfigurationError("match must be a list of fields, and purge a dict of filters")
        if purge is not None and (not purge or state == "absent"):
            raise ConfigurationError(
                "purge needs state=present and filters that say which records it may delete"
            )
        self.present = state == "present"
        self.match = tuple(match)
        self.update_secrets = update_secrets
        self.purge = purge
        self.purge_limit = (
            None if purge_limit is None else whole_number("purge_limit", purge_limit, least=0)
        )
        self.concurrency = whole_number("concurrency", concurrency)
        self.predict = predict
        self.replace = replace
        self.recreate = recreate

    @classmethod
    def of(cls, arguments: EnsureArguments, *, concurrency: int = 8) -> EnsureOptions:
        """Return options from keyword arguments.

        Args:
            arguments: The arguments.
            concurrency: Writes at a time, if the arguments do not say.

        Raises:
            ConfigurationError: A value that cannot work.
            TypeError: An argument is unknown.
        """
        check_options(cls, arguments, EnsureArguments.__optional_keys__)
        given: dict[str, Any] = {"concurrency": concurrency, **arguments}
        return cls(**given)


def parse(row: ResourceType, record: Mapping[str, Any], options: EnsureOptions) -> Record:
    """Return a wanted record with its values in the form in which they are sent.

    Raises:
        ConfigurationError: An unknown or read-only field, a value that cannot work, or no key.
    """
    result = parse_fields(row, record, {row.id_field, *options.match, *row.key})
    if row.id_field in row.key or result.get(row.id_field) is None:
        result.update(
            {name: row.defaults[name] for name in row.defaults if result.get(name) is None}
        )
    for name in key_names(row, result, options):
        if not row.field(name).identifies:
            raise ConfigurationError(
                f"{name} does not tell one {row.name} from another: leave it out of 'match'"
            )
        if result.get(name) is None:
            known = ", ".join(options.match or row.key)
            raise ConfigurationError(
                f"a {row.name} is found by its {known}, but {name} is missing: give it, or name"
                " other fields in 'match'"
            )
    return result


def parse_fields(
    row: ResourceType, record: Mapping[str, Any], finding: Collection[str] = ()
) -> Record:
    """Return the fields of a record in the form in which they are sent.

    Args:
        row: The type of the record.
        record: The fields; also by their names on the server, and in the record's document.
        finding: Fields that may be given although only the server writes them.

    Raises:
        ConfigurationError: An unknown or read-only field, or a value that cannot work.
    """
    result: Record = {}
    wires: dict[str, str] = {}
    for given, value in _spread(row, record).items():
        field = row.field(row.name_of(given, record))
        if field.read_only and field.name not in finding:
            raise ConfigurationError(f"{row.name}.{field.name} is read-only")
        other = wires.setdefault(field.wire, given)
        if other != given:
            names = " and ".join(sorted((other, given)))
            raise ConfigurationError(f"{row.name}: {names} are the same: give one")
        result[field.name] = field.parse(value if given == field.name else field.values_in(value))
    for name, templates in row.derived.items():
        ways = (derived(template, result) for template in templates)
        value = next((way for way in ways if way is not None), None)
        if result.get(name) is None and value is not None:
            result[name] = value
    _add_implied(row, result)
    return result


def _spread(row: ResourceType, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record completed by the values that its document has for other fields.

    A document may be a whole record of the server, with the fields that only the server writes.
    """
    document = record.get(row.document) if row.document else None
    others = {name: value for name, value in record.items() if name != row.document}
    if isinstance(document, str) and row.text:
        return {row.text: document, **others}
    if not isinstance(document, Mapping):
        return record
    known = {name: value for name, value in document.items() if name in row.fields}
    own = {name: value for name, value in known.items() if not row.fields[name].read_only}
    rest = {name: value for name, value in document.items() if name not in known}
    return {**own, **others, **({row.document: rest} if rest else {})}


def _add_implied(row: ResourceType, record: Record) -> None:
    """Add the values that fields imply.

    Raises:
        ConfigurationError: Two fields contradict each other.
    """
    given = [row.field(name) for name, value in record.items() if value is not None]
    for field in given:
        for name, value in field.implies.items():
            if not equal(record.setdefault(name, value), value):
                raise ConfigurationError(
                    f"{row.name}: {field.name} does not go with {name} {record[name]!r}: leave one"
                    " of them out"
                )


def key_names(row: ResourceType, record: Record, options: EnsureOptions) -> tuple[str, ...]:
    """Return the fields by which a record is found.

    Raises:
        ConfigurationError: There are none.
    """
    if all(record.get(name) is not None for name in row.identity_names):
        return row.identity_names
    given = [name for name in row.optional_key if record.get(name) is not None]
    names = options.match or (*row.key, *given)
    if not names:
        raise ConfigurationError(
            f"{row.name} has no natural key: name identifying fields in 'match', or give"
            f" '{row.id_field}'"
        )
    return names


class Index:
    """Records by the values of some of their fields.

    Args:
        row: Their type.
        records: The records.
        keys: The combinations of fields to find them by.
    """

    __slots__ = ("_records", "_row")

    def __init__(
        self, row: ResourceType, records: Iterable[Record], keys: Iterable[Sequence[str]]
    ) -> None:
        self._row = row
        self._records: dict[tuple[Sequence[str], Hashable], list[Record]] = {}
        combinations = {tuple(names) for names in keys}
        for record in records:
            for names in combinations:
                key = names, row.identity(record, names)
                self._records.setdefault(key, []).append(record)

    def find(self, record: Record, names: Sequence[str]) -> Record | None:
        """Return the record that has the same values; `None` if there is none.

        Raises:
            ClientError: Several match, or the record's id is not one.
        """
        row = self._row
        matches = row.preferred(self._records.get((tuple(names), row.identity(record, names)), []))
        if len(matches) > 1:
            ids = ", ".join(str(match[row.id_field]) for match in matches)
            raise ClientError(
                f"{row.describe(record, names)} matches {len(matches)} records"
                f" ({row.id_field} {ids}): add fields to 'match', or give '{row.id_field}'"
            )
        if not matches:
            return None
        row.id_of(matches[0])
        return matches[0]


def plan(
    row: ResourceType, wanted: Sequence[Record], found: Iterable[Record], options: EnsureOptions
) -> list[Change]:
    """Compare what is wanted with what is there.

    Args:
        row: The type of the records.
        wanted: From `parse`, relations resolved.
        found: From the server; other records may be among them.
        options: The state that is wanted.

    Returns:
        One change per wanted record, in order.

    Raises:
        ConfigurationError: A record is listed twice, or lacks what a new record needs.
        ClientError: Several records match.
    """
    keys = [key_names(row, record, options) for record in wanted]
    index = Index(row, found, keys)
    changes: list[Change] = []
    taken: set[Hashable] = set()
    for record, names in zip(wanted, keys, strict=True):
        label = row.describe(record, names)
        before = index.find(record, names)
        # One record may be listed by its key and by its id too.
        marks: set[Hashable] = {(names, row.identity(record, names))}
        if before is not None:
            marks.add((row.identity_names, row.identity(before, row.identity_names)))
        if not taken.isdisjoint(marks):
            raise ConfigurationError(f"{label} is listed twice")
        taken |= marks
        changes.append(_change(row, label, record, before, options))
    return changes


def deletion(row: ResourceType, before: Record, names: Sequence[str]) -> Change:
    """Return the deletion of a record.

    Raises:
        ClientError: The record's id is not one.
    """
    row.id_of(before)
    change = Change(row.describe(before, names or (row.id_field,)), before, "delete")
    change.after = None
    return change


def differing(
    row: ResourceType, sent: Record, found: Record, *, update_secrets: bool, exact: bool = False
) -> tuple[Record, list[str]]:
    """Return the fields that must be written to a record that exists.

    The second value has those that differ, but that the server takes for new records only.

    Args:
        row: The type of the records.
        sent: The wanted fields.
        found: The record that exists.
        update_secrets: Write fields that cannot be compared, too.
        exact: Replace documents that would be merged.
    """
    written: Record = {}
    ignored: list[str] = []
    for name, value in sent.items():
        field = row.field(name)
        if field.read_only:
            continue
        there = found.get(name)
        if not field.is_compared(there):
            if update_secrets and field.access is not FieldAccess.CREATE_ONLY:
                written[name] = value
        elif not field.same(value, there, exact=exact) or (
            update_secrets and field.holds_secrets(value)
        ):
            if field.access is FieldAccess.CREATE_ONLY:
                ignored.append(name)
            else:
                written[name] = field.merged(value, there, exact=exact)
    return written, ignored


def verify(row: ResourceType, change: Change, after: Record) -> None:
    """Compare a write with what the server made of it.

    Servers accept fields that they ignore, and that is no change.
    """
    change.after = after
    seen = [name for name in change.sent if row.field(name).is_compared(after.get(name))]
    before = change.before
    ignored = [
        name
        for name in seen
        if (
            row.field(name).unmoved(change.sent[name], before.get(name), after.get(name))
            if before is not None
            else not row.field(name).same(change.sent[name], after.get(name))
        )
    ]
    change.ignored += [name for name in ignored if name not in change.ignored]
    if change.action == "update" and seen == list(change.sent) and set(seen) <= set(change.ignored):
        change.action = "none"


def _change(
    row: ResourceType,
    label: str,
    record: Record,
    before: Record | None,
    options: EnsureOptions,
) -> Change:
    is_gone = before is None or row.is_deactivated(before)
    if not options.present:
        if before is None or is_gone:
            return Change(label, None)
        change = deletion(row, before, (row.id_field,))
        change.label = label
        return change
    if before is None:
        return _creation(row, label, record)
    wanted = {**row.prefer, **record} if is_gone else record
    return _update(row, label, wanted, before, options)


def _creation(row: ResourceType, label: str, record: Record) -> Change:
    if record.get(row.id_field) is not None and row.id_field not in row.key:
        raise ClientError(
            f"there is no {label}, and the server assigns ids: leave '{row.id_field}' out to create"
            " one"
        )
    if "create" not in row.verbs:
        raise ClientError(f"there is no {label}, and {row.no_creation}")
    missing = [
        field.name
        for field in row.fields.values()
        if field.required and record.get(field.name) is None
    ]
    if missing:
        raise ConfigurationError(f"there is no {label}: to create it, give {', '.join(missing)}")
    row.check_new(record)
    change = Change(label, None, "create")
    change.after = _as_answered(row, record)
    change.sent = row.creatable(record)
    return change


def _update(
    row: ResourceType, label: str, record: Record, before: Record, options: EnsureOptions
) -> Change:
    change = Change(label, before)
    written, change.ignored = differing(
        row, record, before, update_secrets=options.update_secrets, exact=options.replace
    )
    if options.replace:
        written.update(_not_given(row, record, before))
    if options.update_secrets:
        written.update(row.renewed)
    has_no_update = written and "update" not in row.verbs
    if options.recreate and (change.ignored or has_no_update):
        written = _recreation(row, change, record, before, options)
    elif has_no_update:
        raise ClientError(
            f"{label} differs in {', '.join(written)}, and this API does not update any:"
            " give 'recreate' to delete it and create it again"
        )
    if not written:
        return change
    change.action = "update"
    change.sent = written
    change.after = {**before, **_as_answered(row, written)}
    return change


def _not_given(row: ResourceType, record: Record, before: Record) -> Record:
    """Return the fields that the wanted record does not have, with the values to reset them to."""
    known = [row.field(name) for name in before if name in row.fields or not row.closed]
    return {
        field.name: field.default
        for field in known
        if field.name not in record
        and field.access is FieldAccess.READ_WRITE
        and not (field.stays or field.is_unset(before[field.name]))
    }


def _recreation(
    row: ResourceType, change: Change, record: Record, before: Record, options: EnsureOptions
) -> Record:
    """Return the fields of a record that is created again in place of one that is deleted.

    Raises:
        ClientError: The server cannot do it, or would lose a secret.
    """
    if not row.verbs >= {"create", "delete"}:
        raise ClientError(f"{change.label} cannot be created again: this API does not do that")
    wanted = {
        name: row.field(name).merged(value, before.get(name), exact=options.replace)
        for name, value in record.items()
        if not row.field(name).read_only
    }
    kept = {
        field.name: before[field.name]
        for field in row.fields.values()
        if (field.stays or not options.replace)
        and not field.read_only
        and before.get(field.name) is not None
    }
    change.ignored = []
    change.is_recreated = True
    return {**kept, **wanted}


def _as_answered(row: ResourceType, record: Record) -> Record:
    """Return a record as a server would return it: without secrets and contents of files."""
    return {name: plain(value) for name, value in record.items() if not row.field(name).write_only}
