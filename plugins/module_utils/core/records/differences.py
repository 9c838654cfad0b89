# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Differences between records before and after a change, as people read them.

They are without secrets and without what only the server writes. Of documents they have only what
changed, and long texts stand apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, NamedTuple

from ..jsonutils import equal
from .documents import Document
from .types import Change, Record, ResourceType

_SAME: Any = object()
"""Stands for two values that are equal."""


class Difference(NamedTuple):
    """One difference.

    Attributes:
        place: The dotted path of a long text; `""` for all other fields of the record together.
        before: The fields, or the text, before the change.
        after: The same after the change.
    """

    place: str
    before: Any
    after: Any


def differences(row: ResourceType, change: Change) -> list[Difference]:
    """Return the differences that a change makes.

    Args:
        row: The type of the record.
        change: A change that is planned or done.
    """
    names = [name for name in (change.sent or change.before or {}) if _is_shown(row, name)]
    before, after = change.before or {}, change.after or {}
    if change.is_recreated:
        # Everything is sent again.
        names = [name for name in names if not equal(before.get(name), after.get(name))]
    sides = (
        {name: _visible(row, name, before) for name in names} if before else {},
        {name: _visible(row, name, after) for name in names} if after else {},
    )
    texts: list[Difference] = []
    for name in names:
        is_document = isinstance(row.field(name).kind, Document)
        _take_texts(name, name, *sides, texts, deep=is_document)
        if is_document and change.action == "update":
            _keep_changes(name, *sides)
    if not any(sides) and texts:
        return texts
    return [Difference("", *sides), *texts]


def _is_shown(row: ResourceType, name: str) -> bool:
    if name in row.fields or not row.closed:
        field = row.field(name)
        is_key = name == row.id_field or name in row.key
        return not field.write_only and (not field.read_only or is_key)
    return False


def _visible(row: ResourceType, name: str, record: Record) -> Any:
    kind, value = row.field(name).kind, record.get(name)
    return kind.visible(value) if isinstance(kind, Document) else value


def _take_texts(
    place: str,
    key: str,
    before: dict[str, Any],
    after: dict[str, Any],
    texts: list[Difference],
    *,
    deep: bool,
) -> None:
    """Move texts of several lines that differ out of both sides.

    Args:
        place: The dotted path of the value.
        key: Its key in both sides.
        before: The side that holds it before the change.
        after: The same after the change.
        texts: Takes the texts.
        deep: Look into dicts too.
    """
    old, new = before.get(key), after.get(key)
    if deep and (isinstance(old, dict) or isinstance(new, dict)):
        sides = [side if isinstance(side, dict) else {} for side in (old, new)]
        for inner in {**sides[0], **sides[1]}:
            _take_texts(f"{place}.{inner}", inner, sides[0], sides[1], texts, deep=True)
    elif old != new and (_is_long(old) or _is_long(new)):
        texts.append(Difference(place, *(value if _is_text(value) else "" for value in (old, new))))
        before.pop(key, None)
        after.pop(key, None)


def _keep_changes(name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = _changed(before.get(name), after.get(name))
    for side, value in ((before, old), (after, new)):
        side.pop(name, None)
        if value is not _SAME:
            side[name] = value


def _changed(before: Any, after: Any) -> tuple[Any, Any]:
    """Return what differs between two values; `_SAME` if nothing does."""
    if equal(before, after):
        return _SAME, _SAME
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        old, new = {}, {}
        for key in {**before, **after}:
            one, other = _changed(before.get(key, _SAME), after.get(key, _SAME))
            old.update({} if one is _SAME else {key: one})
            new.update({} if other is _SAME else {key: other})
        return old, new
    if isinstance(before, list) and isinstance(after, list):
        start = _length_of_same(before, after)
        end = _length_of_same(before[start:][::-1], after[start:][::-1])
        return before[start : len(before) - end], after[start : len(after) - end]
    return before, after


def _length_of_same(one: list[Any], other: list[Any]) -> int:
    """Return the number of first items that are the same."""
    pairs = zip(one, other, strict=False)
    return sum(1 for dummy in takewhile(lambda pair: equal(*pair), pairs))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value.strip()
