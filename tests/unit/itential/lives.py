# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of a record, from its creation to its deletion, with the writes of each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .simulated import Platform

NAMES = [
    "a/b",
    "100%",
    "two words",
    "Zürich 東京",
    "12345",
    "{id}",
    "50%2F",
    "000000000000000000000001",
    " blanks at both ends ",
]
"""Names that break a path, a template or a comparison."""


class Life(NamedTuple):
    """One kind of record.

    Attributes:
        resource: Its name in the catalogue.
        record: What is wanted at first.
        change: The fields that change, with their new values.
        created: The writes that create the record, with their bodies; `{id}` stands for its id.
        updated: The writes that change it.
        deleted: The writes that delete it.
        key: Its natural key.
    """

    resource: str
    record: Mapping[str, Any]
    change: Mapping[str, Any]
    created: Sequence[tuple[str, Any]]
    updated: Sequence[tuple[str, Any]]
    deleted: Sequence[tuple[str, Any]]
    key: str = "name"


def named(life: Life) -> str:
    """Return the name of a test case."""
    return life.resource


def filled(value: Any, id_: str) -> Any:
    """Return writes with an id in place of `{id}`."""
    if isinstance(value, str):
        return value.replace("{id}", id_)
    if isinstance(value, dict):
        return {key: filled(item, id_) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(filled(item, id_) for item in value)
    return value


async def live(platform: Platform, life: Life) -> None:
    """Create a record, change and delete it; each step, repeated, writes nothing."""
    resource, record = life.resource, life.record
    id_field = platform.row(resource).id_field

    predicted = await platform.bring(resource, record, predict=True)
    assert (predicted.action, platform.writes) == ("create", [])

    created = await platform.bring(resource, record)
    assert (created.action, created.ignored) == ("create", [])
    id_ = created.after[id_field]
    assert platform.writes == filled(life.created, id_)
    again = await platform.bring(resource, record)
    assert (again.action, again.ignored, platform.writes) == ("none", [], [])

    wanted = {**record, **life.change}
    if life.updated:
        changed = await platform.bring(resource, wanted)
        assert (changed.action, changed.ignored) == ("update", [])
        assert changed.after[id_field] == id_
        assert platform.writes == filled(life.updated, id_)
        again = await platform.bring(resource, wanted)
        assert (again.action, platform.writes) == ("none", [])

    if life.deleted:
        gone = await platform.bring(resource, wanted, state="absent")
        assert gone.action == "delete"
        assert platform.writes == filled(life.deleted, id_)
        again = await platform.bring(resource, wanted, state="absent")
        assert (again.action, platform.writes) == ("none", [])
    assert platform.sim.ignored == []


async def live_by_name(platform: Platform, life: Life, name: str) -> None:
    """Create a record of this name, find it, change and delete it."""
    resource, record = life.resource, {**life.record, life.key: name}
    key = platform.row(resource).key
    assert (await platform.bring(resource, record)).action == "create"
    assert (await platform.bring(resource, record)).action == "none"
    # A caller may name the fields of a key in any order.
    target = {field: record[field] for field in reversed(key) if field in record}
    found = await platform.find(resource, target)
    assert found[life.key] == name
    if life.updated:
        changed = await platform.bring(resource, {**record, **life.change})
        assert changed.action == "update"
    if life.deleted:
        assert (await platform.bring(resource, record, state="absent")).action == "delete"
