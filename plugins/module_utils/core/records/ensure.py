# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing records to a wanted state: parse, resolve names, find, plan, write, purge.

It knows no service: a `ResourceType`, a row of the service's catalogue, says what differs between
types of records, and a `RecordStore` reads and writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..flow import Flow
from ..once import may_be_performed
from .ensure_options import EnsureOptions
from .plan import Index, deletion, differing, plan, verify
from .purge import records_to_purge
from .relations import UnknownNameError, check_names, resolve
from .stores import RecordStore, look_for
from .types import Change, Record, ResourceType
from .wanted import key_names, list_of_dicts, parse

REQUEST_IS_OVER = 500
"""The status of the only server error after which a create may be sent again: the server has
finished with the request. After a gateway's 502 or 504 it may still be working on it."""


def ensure(
    store: RecordStore,
    row: ResourceType,
    records: Sequence[Mapping[str, Any]],
    options: EnsureOptions,
) -> Flow[list[Change]]:
    """Bring records to the wanted state.

    Args:
        store: Reads and writes.
        row: The type of the records.
        records: The fields that are wanted of each; fields that are left out stay as they are.
            Relations may be given by name.
        options: The state, and how to get there.

    Returns:
        One change per record, in order, then those of purged records. Errors of single writes are
        in the changes.

    Raises:
        ConfigurationError: A record that cannot work: an unknown field, no key, the same key twice.
        ClientError: The records could not be read, or several match one that is wanted.
    """
    given = list_of_dicts(
        records, f"the records must be a list of dicts, each with the fields of one {row.name}"
    )
    wanted = [parse(row, record, options) for record in given]
    _check_verbs(row, options)
    wanted = yield from resolve(store, row, wanted, lenient=True)
    wanted = yield from store.locate(row, wanted)
    keyed = [(key_names(row, record, options), record) for record in wanted]
    found: list[Record] = yield from look_for(store, row, keyed)
    if row.is_partial:
        found = yield from _complete(store, row, wanted, found, options)
    changes = plan(row, wanted, found, options)
    if options.present and not options.predict:
        # Check mode may meet names that an earlier task would make; a record that is to be absent
        # needs none of them.
        check_names(store, row, changes)
    purged = yield from _plan_purge(store, row, changes, options)
    if options.predict:
        yield from _validate(store, row, changes)
    else:
        yield from _apply(store, row, changes, options)
    if any(change.error for change in changes):
        # A record to purge may stand in for one that could not be written.
        return changes
    if not options.predict:
        yield from _apply(store, row, purged, options)
    return changes + purged


def _check_verbs(row: ResourceType, options: EnsureOptions) -> None:
    needed = ("create", "update") if options.present else ("delete",)
    if row.verbs.isdisjoint(needed):
        raise ConfigurationError(
            f"{row.name} records are read-only in this API"
            if options.present
            else f"{row.name} records cannot be deleted in this API"
        )
    if options.purge and "delete" not in row.verbs:
        raise ConfigurationError(f"{row.name} records cannot be deleted in this API")


def _complete(
    store: RecordStore,
    row: ResourceType,
    wanted: Sequence[Record],
    found: Sequence[Record],
    options: EnsureOptions,
) -> Flow[list[Record]]:
    """Return the records that are there for those that are wanted, with all their fields."""
    keys = [key_names(row, record, options) for record in wanted]
    index = Index(row, found, keys)
    matches = [index.find(record, names) for record, names in zip(wanted, keys, strict=True)]
    # A record that is created again needs all that it had.
    names = None if options.recreate else {name for record in wanted for name in record}
    there = [
        {**match, **{name: record[name] for name in row.selects if name in record}}
        for match, record in zip(matches, wanted, strict=True)
        if match is not None
    ]
    return (yield from store.complete(row, there, names))


def _validate(store: RecordStore, row: ResourceType, changes: Sequence[Change]) -> Flow[None]:
    """Have the server check planned changes, if it can."""
    for change in changes if row.access.validate else ():
        if change.action in ("create", "update"):
            change.validation = yield from store.validate(row, change)
            if change.validation:
                reasons = "; ".join(change.validation)
                change.error = ClientError(f"{change.label}: the server would refuse it: {reasons}")


def _plan_purge(
    store: RecordStore, row: ResourceType, changes: Sequence[Change], options: EnsureOptions
) -> Flow[list[Change]]:
    if options.purge is None:
        return []
    kept = [change.before for change in changes if change.before is not None]
    try:
        chosen = yield from records_to_purge(store, row, options.purge, kept)
    except UnknownNameError:
        if not options.predict:
            raise
        # The filters name what an earlier task would make: there is nothing yet to purge.
        return []
    if options.purge_limit is not None and len(chosen) > options.purge_limit:
        raise ClientError(
            f"purge: {len(chosen)} {row.name} records would be deleted, more than purge_limit"
            f" ({options.purge_limit}): nothing was written; narrow the filters or raise the limit"
        )
    return [deletion(row, record, options.match or row.key) for record in chosen]


def _apply(
    store: RecordStore, row: ResourceType, changes: Sequence[Change], options: EnsureOptions
) -> Flow[None]:
    due = [change for change in changes if change.action != "none"]
    yield from _write(store, row, due, options.concurrency)
    broken = [change for change in due if _may_be_performed(change.error)]
    if broken:
        yield from _finish(store, row, broken, options)


def _write(
    store: RecordStore, row: ResourceType, changes: Sequence[Change], concurrency: int
) -> Flow[None]:
    if not changes:
        return
    outcomes = yield from store.write(row, changes, concurrency)
    for change, outcome in zip(changes, outcomes, strict=True):
        if isinstance(outcome, ClientError):
            change.error = outcome
            change.after = change.before
            change.is_known = not (outcome.after_write or may_be_performed(outcome))
        elif change.action != "delete":
            verify(row, change, outcome)


def _finish(
    store: RecordStore, row: ResourceType, broken: Sequence[Change], options: EnsureOptions
) -> Flow[None]:
    """Read again what failed writes left behind, and write what still differs, one at a time.

    A server that fails may have kept a part of a write, such as a new row without its relations.
    If the connection broke, it may have kept all of it.
    """
    try:
        seen = yield from _read_again(store, row, broken, options)
        repeated = [
            (change, again) for change in seen if (again := _remaining(row, change)) is not None
        ]
        yield from _write(store, row, [again for dummy, again in repeated], 1)
        for change, again in repeated:
            change.error = again.error
            if again.error is None and again.after is not None:
                verify(row, change, again.after)
        failed = [change for change, again in repeated if _may_be_performed(again.error)]
        yield from _read_again(store, row, failed, options)
    except ClientError:
        # The records cannot be read: the errors of the writes stand.
        return


def _read_again(
    store: RecordStore, row: ResourceType, changes: Sequence[Change], options: EnsureOptions
) -> Flow[list[Change]]:
    """Put the records that the server has into `after`.

    A new record that is found by a field that only the server writes is left out.

    Returns:
        The changes that were looked at.
    """
    keyed = []
    for change in changes:
        record = change.before if change.before is not None else change.sent
        names = key_names(row, record, options)
        if all(record.get(name) is not None for name in names):
            keyed.append((change, names, record))
    if not keyed:
        return []
    found = yield from look_for(store, row, [(names, record) for dummy, names, record in keyed])
    index = Index(row, found, (names for dummy, names, record in keyed))
    for change, names, record in keyed:
        change.after = index.find(record, names)
        change.is_known = True
    return [change for change, dummy, record in keyed]


def _remaining(row: ResourceType, change: Change) -> Change | None:
    """Return what is still to be written after a write that failed on the server or on its way.

    `None` if nothing is, or if it must not be repeated. A change that turns out to be done
    loses its error.
    """
    found = change.after
    if change.action == "delete":
        if found is None or row.is_deactivated(found):
            change.error = None
        return None
    if change.is_recreated:
        return None
    if found is None:
        error = change.error
        is_over = isinstance(error, HTTPStatusError) and error.call_status == REQUEST_IS_OVER
        if change.before is not None or not is_over:
            return None
        again = Change(change.label, None, "create")
        again.sent = change.sent
        return again
    # Whether a secret was kept cannot be seen.
    sent, dummy = differing(row, change.sent, found, update_secrets=True)
    if not sent:
        change.error = None
        verify(row, change, found)
        return None
    if "update" not in row.verbs:
        return None
    again = Change(change.label, found, "update")
    again.sent = sent
    return again


def _may_be_performed(error: ClientError | None) -> bool:
    return error is not None and may_be_performed(error)
