# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing changes in groups, and what a write sends of a record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypedDict, TypeVar

from ..exceptions import ClientError
from ..flow import Flow, Together
from ..jsonutils import equal
from .access import Write
from .types import Change, Record, ResourceType

T = TypeVar("T")


class WriteOptions(TypedDict, total=False):
    """Further options of a write.

    Attributes:
        files: Files to upload, by name; then the fields are sent as a form.
        timeout: Seconds for one attempt.
    """

    files: Mapping[str, Any] | None
    timeout: float | None


def in_groups(
    changes: Sequence[Change],
    groups: Sequence[Sequence[int]],
    write: Callable[[Sequence[Change]], Flow[list[Any]]],
    concurrency: int,
) -> Flow[list[Any]]:
    """Write changes in groups.

    Args:
        changes: The changes.
        groups: The numbers of the changes of each group.
        write: Makes the flow that writes a group and returns a record per change.
        concurrency: Groups at a time.

    Returns:
        A record or an error per change, in order; all changes of a group share its error.
    """
    outcomes: list[Any] = yield Together(
        [write([changes[number] for number in group]) for group in groups], concurrency
    )
    result: list[Any] = [None] * len(changes)
    for group, outcome in zip(groups, outcomes, strict=True):
        for index, number in enumerate(group):
            result[number] = outcome if isinstance(outcome, ClientError) else outcome[index]
    return result


def changed_keys(
    wanted: Mapping[str, Any], found: Any, wrappers: Collection[str] = ()
) -> dict[str, Any]:
    """Return the keys of an object that another one lacks, or has with other values.

    Args:
        wanted: The object.
        found: The other one.
        wrappers: The keys that are not returned alone, if there are others: a server may take the
            object for one that is wrapped.
    """
    there = found if isinstance(found, Mapping) else {}
    changed = {
        key: value
        for key, value in wanted.items()
        if key not in there or not equal(value, there[key])
    }
    if wrappers and changed.keys() == set(wrappers):
        changed.update({key: wanted[key] for key in list(wanted.keys() - changed.keys())[:1]})
    return changed


def whole(
    row: ResourceType,
    before: Mapping[str, Any],
    sent: Mapping[str, Any],
    *,
    keep: Collection[str] = (),
) -> Record:
    """Return a whole record, for a write that replaces it: what is left out is lost.

    Args:
        row: Its type.
        before: The record as it is.
        sent: The fields that change.
        keep: Fields that the server makes and wants back all the same.
    """
    made = {field.name for field in row.fields.values() if field.read_only} - set(keep)
    secrets = {field.name for field in row.fields.values() if field.secret}
    there = {
        name: value
        for name, value in before.items()
        if name not in made and not (name in secrets and is_mask(value))
    }
    return {**there, **sent}


def fields_to_send(
    row: ResourceType, route: Write, before: Mapping[str, Any], sent: Mapping[str, Any]
) -> Record:
    """Return the fields that a route sends for those that change."""
    if route.merges:
        names = wrappers(route)
        return {name: changed_keys(value, before.get(name), names) for name, value in sent.items()}
    if route.remove is not None:
        return {
            name: row.field(name).added(value, before.get(name)) for name, value in sent.items()
        }
    if not route.whole:
        return dict(sent)
    given = whole(row, before, sent, keep=route.keep)
    if route.fields is None:
        return given
    return {name: value for name, value in given.items() if name in route.fields}


def wrappers(route: Write) -> Collection[str]:
    """Return the keys of a body in the other form."""
    body = getattr(route.otherwise, "body", None)
    return body.keys() if isinstance(body, Mapping) else ()


def is_mask(value: Any) -> bool:
    """Tell whether a value stands for a secret that is not shown."""
    return isinstance(value, str) and value != "" and not value.strip("*•")


def lost_secrets(
    row: ResourceType, before: Mapping[str, Any], sent: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Return the secret fields that a write of a whole record has emptied.

    Their masked values cannot be sent back.
    """
    secrets = [field.name for field in row.fields.values() if field.secret]
    return [
        name
        for name in secrets
        if name not in sent and is_mask(before.get(name)) and after.get(name) in ("", None)
    ]


def half_done(error: ClientError, what: str) -> ClientError:
    """Return an error that says what is left half done."""
    extended = error.__copy__()
    extended.reword(f"{error.message}; {what}")
    extended.after_write = True
    return extended


def after_write(flow: Flow[T]) -> Flow[T]:
    """Perform a write; its error tells that something may have been written before it."""
    try:
        return (yield from flow)
    except ClientError as exc:
        exc.after_write = True
        raise
