# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Planning: comparing wanted records with existing ones. No I/O."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ..exceptions import ClientError, ConfigurationError
from .ensure_options import EnsureOptions
from .fields import FieldAccess
from .kinds import plain
from .types import Change, Record, ResourceType
from .wanted import key_names


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

    A server may accept a field and ignore it, which is no change.
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
    change.after = _as_returned(row, record)
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
    change.after = {**before, **_as_returned(row, written)}
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


def _as_returned(row: ResourceType, record: Record) -> Record:
    """Return a record as a server would return it: without secrets and contents of files."""
    return {name: plain(value) for name, value in record.items() if not row.field(name).write_only}
