# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources in a service's descriptor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.sequoia.body import SERVER_MADE
from ansible_collections.restops.clients.plugins.module_utils.sequoia.catalogue import row
from ansible_collections.restops.clients.tests.unit.support import Case

from .store import DESCRIPTOR, Metadata, Store


@pytest.mark.parametrize("name", ["flowInstances", "flow-instances"])
def test_a_described_resource(name: str) -> None:
    fields = {
        "name": {"type": "name"},
        "flowRef": {"type": "ref"},
        "size": {"type": "integer"},
        "state": {"type": "string", "readOnly": True},
        "odd": None,
    }
    made = row("flowInstances", {"resourcefuls": {name: {"fields": fields}}})
    assert (made.name, made.path, made.key, made.id_field, made.closed) == (
        "flowInstances",
        "/data/flow-instances",
        ("ref",),
        "ref",
        True,
    )
    writable = {field.name: field.kind for field in made.fields.values() if not field.read_only}
    assert writable == {
        "ref": kinds.TEXT,
        "owner": kinds.TEXT,
        "name": kinds.TEXT,
        "flowRef": kinds.JSON,
        "size": kinds.INTEGER,
        "odd": kinds.JSON,
    }
    assert {field.name for field in made.fields.values() if field.read_only} == {
        "state",
        *SERVER_MADE,
    }


@pytest.mark.parametrize(
    "descriptor",
    [
        None,
        [],
        {},
        {"resourcefuls": []},
        {"resourcefuls": {"assets": {"fields": {"a": {}}}}},
        {"resourcefuls": {"contents": None}},
        {"resourcefuls": {"contents": {"fields": []}}},
        {"resourcefuls": {"contents": {"fields": {}}}},
    ],
)
def test_a_resource_of_which_nothing_is_known_takes_any_field(descriptor: Any) -> None:
    made = row("contents", descriptor)
    assert not made.closed
    assert made.field("anything").kind is kinds.JSON
    assert made.field("version").read_only


def test_a_field_that_the_descriptor_does_not_know_is_an_error() -> None:
    with pytest.raises(
        ConfigurationError,
        match="contents has no field 'colour'; its fields are ref, owner, name, title, tags",
    ):
        row("contents", DESCRIPTOR).field("colour")


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        ("releaseYear", "2001", 2001),
        ("active", "yes", True),
        ("startAt", "2020-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"),
        ("startAt", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00.000Z"),
        ("startAt", datetime(2020, 1, 1), "2020-01-01T00:00:00.000Z"),
        ("startAt", "2020-01-01T00:00:00.125Z", "2020-01-01T00:00:00.125Z"),
        ("startAt", None, None),
        ("title", "2020", "2020"),
        ("tags", ["b", "a"], ["b", "a"]),
    ],
)
def test_values_are_sent_as_the_service_writes_them(name: str, given: Any, sent: Any) -> None:
    assert row("contents", DESCRIPTOR).field(name).parse(given) == sent


async def test_the_same_in_other_words_is_no_change(case: Case) -> None:
    metadata = Metadata(case, Store())
    metadata.store.keep(
        {
            "owner": "acme",
            "name": "c0",
            "releaseYear": 2001,
            "active": False,
            "startAt": "2020-01-01T00:00:00.000Z",
        }
    )
    same = {
        "name": "c0",
        "releaseYear": "2001",
        "active": "no",
        "startAt": "2020-01-01T02:00:00+02:00",
    }
    (change,) = await metadata.ensure(same)
    assert change.action == "none"
    (change,) = await metadata.ensure({**same, "releaseYear": 2002})
    assert (change.action, change.sent) == ("update", {"releaseYear": 2002})


def test_more_references_than_any_other_service_takes_are_asked_for_by_name() -> None:
    assert row("contents").most_named > 10**9
