# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing records to a wanted state: find, compare, plan, apply.

It knows no service: a `Resource`, a row of the service's catalogue, says what differs between kinds
of records, and a `Service` reads and writes for it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..exceptions import ClientError, ConfigurationError
from ..flow import Flow
from .fields import comparable
from .relations import UnknownNameError, Unmade, resolved
from .types import Change, Record, Resource, Service


class Wish:
    """What is wanted of records.

    Args:
        state: `present` or `absent`.
        match: The fields to find records by; `()` for the resource's own key.
        update_secrets: Send fields that never come back to records that exist, too.
        purge: Delete the other records that match these filters; `None` for none.
        concurrency: Writes at a time.
        predict: Send no writes.
        replace: Let fields that are not given go, where the server's own do not stand in the way;
            otherwise they stay.

    Raises:
        ConfigurationError: A value that cannot work.
    """

    __slots__ = ("concurrency", "match", "predict", "present", "purge", "replace", "update_secrets")

    def __init__(
        self,
        state: str = "present",
        match: Sequence[str] = (),
        update_secrets: bool = False,
        purge: Mapping[str, Any] | None = None,
        concurrency: int = 8,
        predict: bool = False,
        replace: bool = False,
    ) -> None:
        if state not in ("present", "absent"):
            raise ConfigurationError(f"state must be present or absent, not {state!r}")
        if isinstance(match, str) or (purge is not None and not isinstance(purge, Mapping)):
            raise ConfigurationError("match must be a list of fields, and purge a dict of filters")
        if purge is not None and (not purge or state == "absent"):
            raise ConfigurationError(
                "purge needs state=present and filters that say which records it may delete; it never works on a whole list"
            )
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise ConfigurationError(
                f"concurrency must be a whole number from 1, not {concurrency!r}"
            )
        self.present = state == "present"
        self.match = tuple(match)
        self.update_secrets = update_secrets
        self.purge = purge
        self.concurrency = concurrency
        self.predict = predict
        self.replace = replace


def ensure(
    service: Service, row: Resource, records: Sequence[Mapping[str, Any]], wish: Wish
) -> Flow[list[Change]]:
    """Bring records to the wanted state.

    Args:
        service: Reads and writes.
        row: The kind of record.
        records: The fields that are wanted of each; fields that are left out stay as they are.
            Relations may be given by name.
        wish: What is wanted of them.

    Returns:
        One change per record, in order, then those of purged records. Errors of single writes are
        in the changes.

    Raises:
        ConfigurationError: A record that cannot work: an unknown field, no key, the same key twice.
        ClientError: The records could not be read, or several match one that is wanted.
    """
    if (
        isinstance(records, (str, Mapping))
        or not isinstance(records, Iterable)
        or not all(isinstance(record, Mapping) for record in records)
    ):
        raise ConfigurationError(
            f"what is wanted must be a list of dicts, each the fields of one {row.name}"
        )
    wanted = [_understood(row, record, wish) for record in records]
    needed = ("create", "update") if wish.present else ("delete",)
    if row.verbs.isdisjoint(needed) or (wish.purge and "delete" not in row.verbs):
        raise ConfigurationError(
            f"the server lets nobody {'delete' if wish.purge else ' or '.join(needed)} a {row.name}"
        )
    wanted = yield from resolved(service, row, wanted, lenient=wish.predict or not wish.present)
    found: list[Record] = yield from service._find(row, *_narrowed(row, wanted, wish))
    changes = plan(row, wanted, found, wish)
    purged: list[Change] = []
    if wish.purge is not None:
        kept = {change.before[row.id_field] for change in changes if change.before is not None}
        listed: list[Record] = []
        # Where the filters name what an earlier task would have made, there is nothing yet to
        # purge.
        with suppress(*((UnknownNameError,) if wish.predict else ())):
            listed = yield from service._listed(row, wish.purge)
        purged = [
            _deletion(row, record, wish.match or row.key)
            for record in listed
            if record[row.id_field] not in kept
        ]
    if not wish.predict:
        yield from _apply(service, row, changes, wish)
        if any(change.error for change in changes):
            # What was not written may stand in for what would go.
            return changes
        yield from _apply(service, row, purged, wish)
    return changes + purged


def plan(
    row: Resource, wanted: Sequence[Record], found: Iterable[Record], wish: Wish
) -> list[Change]:
    """Compare what is wanted with what is there. No I/O.

    Args:
        row: The kind of record.
        wanted: From the caller, relations resolved.
        found: From the server; records that nobody wants may be among them.
        wish: What is wanted.

    Returns:
        One change per wanted record, in order.

    Raises:
        ConfigurationError: Two wanted records are the same, or one lacks what a new record needs.
        ClientError: Several records match.
    """
    there: dict[tuple[Sequence[str], Hashable], list[Record]] = {}
    keys = {_key(row, record, wish) for record in wanted}
    for record in found:
        for names in keys:
            there.setdefault((names, row.mark(record, names)), []).append(record)
    changes: list[Change] = []
    taken: set[Hashable] = set()
    for record in wanted:
        names = _key(row, record, wish)
        mark = names, row.mark(record, names)
        label = row.describe(record, names)
        matches = there.get(mark, [])
        if len(matches) > 1:
            ids = ", ".join(str(match[row.id_field]) for match in matches)
            raise ClientError(
                f"{label} stands for {len(matches)} records ({row.id_field} {ids}); give more fields in match, or {row.id_field}"
            )
        before = matches[0] if matches else None
        # One may be named by its key and by its id too.
        marks = (
            {mark}
            if before is None
            else {mark, ((row.id_field,), row.mark(before, (row.id_field,)))}
        )
        if not taken.isdisjoint(marks):
            raise ConfigurationError(f"{label} is wanted twice")
        taken |= marks
        if wish.present:
            changes.append(
                _creation(row, label, record)
                if before is None
                else _update(row, label, record, before, wish)
            )
        else:
            changes.append(Change(label, None) if before is None else _deletion(row, before, names))
    return changes


def _understood(row: Resource, record: Mapping[str, Any], wish: Wish) -> Record:
    finding = {row.id_field, *wish.match, *row.key}
    result = {}
    for name, value in record.items():
        field = row.field(name)
        if field.written == "never" and name not in finding:
            raise ConfigurationError(f"{row.name}: {name} is made by the server and cannot be set")
        result[name] = field.understood(value)
    for name in _key(row, result, wish):
        field = row.field(name)
        if field.many or field.blind or field.kind == "json":
            raise ConfigurationError(
                f"{name} does not tell one {row.name} from another; leave it out of match"
            )
        if result.get(name) is None:
            known = ", ".join(wish.match or row.key)
            raise ConfigurationError(
                f"a {row.name} is found by its {known}, but {name} is not given; give it, or other fields in match"
            )
    return result


def _key(row: Resource, record: Record, wish: Wish) -> tuple[str, ...]:
    if record.get(row.id_field) is not None:
        return (row.id_field,)
    names = wish.match or row.key
    if not names:
        raise ConfigurationError(
            f"nothing tells one {row.name} from another; say in match which fields do, or give {row.id_field}"
        )
    return names


def _narrowed(row: Resource, wanted: Sequence[Record], wish: Wish) -> tuple[str | None, list[Any]]:
    """Return the field, and its values, by which to read no more than is needed; no field where
    everything is.
    """
    keys = {_key(row, record, wish) for record in wanted}
    if len(keys) > 1:
        return None, []
    name = next(iter(keys))[0] if keys else row.id_field
    named = [record[name] for record in wanted if not isinstance(record[name], Unmade)]
    values = list({comparable(row.field(name).kind, value): value for value in named}.values())
    return (name, values) if len(values) <= row.most_named else (None, [])


def _creation(row: Resource, label: str, record: Record) -> Change:
    if record.get(row.id_field) is not None and row.id_field not in row.key:
        raise ClientError(
            f"there is no {label}, and the server gives ids itself; leave {row.id_field} out to create one"
        )
    if "create" not in row.verbs:
        raise ClientError(f"there is no {label}, and the server lets nobody create one")
    missing = [
        field.name
        for field in row.fields.values()
        if field.required and record.get(field.name) is None
    ]
    if missing:
        raise ConfigurationError(
            f"there is no {label} yet, and a new one needs {', '.join(missing)} too"
        )
    change = Change(label, None)
    change.action = "create"
    change.after = _shown(row, record)
    change.sent = {
        name: value for name, value in record.items() if row.field(name).written != "never"
    }
    return change


def _update(row: Resource, label: str, record: Record, before: Record, wish: Wish) -> Change:
    differing = {}
    change = Change(label, before)
    for name, value in record.items():
        field = row.field(name)
        if field.written == "never":
            continue
        if field.blind:
            if wish.update_secrets:
                differing[name] = value
        elif not field.same(value, before.get(name)):
            if field.written == "create":
                change.ignored.append(name)
            else:
                differing[name] = value
    if wish.replace:
        ours = [
            name
            for name, value in before.items()
            if value is not None and (name in row.fields or not row.closed)
        ]
        differing.update(
            dict.fromkeys(
                name for name in ours if name not in record and row.field(name).written != "never"
            )
        )
    if differing and "update" not in row.verbs:
        raise ClientError(
            f"{label} differs in {', '.join(differing)}, and the server lets nobody update one"
        )
    if differing:
        change.action = "update"
        change.sent = differing
        change.after = {**before, **_shown(row, differing)}
    return change


def _deletion(row: Resource, before: Record, names: Sequence[str]) -> Change:
    change = Change(row.describe(before, names or (row.id_field,)), before)
    change.action = "delete"
    change.after = None
    return change


def _shown(row: Resource, record: Record) -> Record:
    """Return what a server would give back of a record: neither secrets nor the content of
    files.
    """
    return {name: _told(value) for name, value in record.items() if not row.field(name).blind}


def _told(value: Any) -> Any:
    """Return a value whose names of what is yet to be made are plain texts: results leave for other
    libraries.
    """
    return (
        [_told(item) for item in value]
        if isinstance(value, list)
        else str(value)
        if isinstance(value, Unmade)
        else value
    )


def _apply(service: Service, row: Resource, changes: Sequence[Change], wish: Wish) -> Flow[None]:
    due = [change for change in changes if change.action != "none"]
    if not due:
        return
    outcomes = yield from service._write(row, due, wish.concurrency)
    for change, outcome in zip(due, outcomes, strict=True):
        if isinstance(outcome, ClientError):
            change.error = outcome
            change.after = change.before
        elif change.action != "delete":
            _verify(row, change, outcome)


def _verify(row: Resource, change: Change, after: Record) -> None:
    """Look at what became of a write: servers accept fields that they ignore, and that is no
    change.
    """
    change.after = after
    seen = [name for name in change.sent if not row.field(name).blind]
    before = change.before
    change.ignored += [
        name
        for name in seen
        if not row.field(name).same(change.sent[name], after.get(name))
        and (before is None or row.field(name).same(before.get(name), after.get(name)))
    ]
    if change.action == "update" and seen == list(change.sent) and set(seen) <= set(change.ignored):
        change.action = "none"
