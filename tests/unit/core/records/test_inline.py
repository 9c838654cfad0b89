# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types of records from plain data."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.page_styles import PageStyle
from ansible_collections.restops.clients.plugins.module_utils.core.records import kinds
from ansible_collections.restops.clients.plugins.module_utils.core.records.access import (
    Delete,
    Write,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.dialects import Dialect
from ansible_collections.restops.clients.plugins.module_utils.core.records.failures import Failure
from ansible_collections.restops.clients.plugins.module_utils.core.records.inline import row_of

STYLES = {"results": PageStyle("results", "results", total=("total",))}
DIALECTS = {"pairs": Dialect({"equals": {"{field}": "{value}"}})}


def test_a_row_is_made_from_plain_data() -> None:
    row = row_of(
        {
            "name": "prebuilt",
            "key": ["name"],
            "id_field": "_id",
            "fields": [
                "tags",
                {"name": "created", "kind": "datetime", "access": "read_only"},
                {"name": "group", "kind": "relation", "to": "group", "wire": "groupId"},
                {"name": "data", "kind": "document", "document": {"merge": True}},
            ],
            "access": {
                "many": {"path": "/prebuilts", "paging": "results", "filters": "pairs"},
                "one": {
                    "path": "/prebuilts/{id}",
                    "absent": {"path": "total", "equals": 0},
                },
                "create": {
                    "path": "/prebuilts/import",
                    "wrap": "prebuilt",
                    "failures": [{"path": "status", "equals": "failure"}],
                    "otherwise": "/prebuilts/import2",
                },
                "update": [],
                "delete": None,
            },
        },
        STYLES,
        DIALECTS,
    )
    assert (row.name, row.key, row.id_field, row.closed) == ("prebuilt", ("name",), "_id", False)
    assert list(row.fields) == ["_id", "tags", "created", "group", "data", "name"]
    many, one, create = row.access.many[0], row.access.one[0], row.access.create[0]
    assert many.paging is STYLES["results"]
    assert many.filters is DIALECTS["pairs"]
    assert isinstance(one.absent, Failure)
    assert isinstance(create.otherwise, Write)
    assert [failure.path for failure in create.failures] == ["status"]
    assert row.verbs == {"retrieve", "create", "delete"}
    assert row.access.delete[0].path == "/prebuilts/{id}"
    assert row.fields["created"].read_only
    assert isinstance(row.fields["group"].kind, kinds.Relation)
    assert row.fields["data"].kind.merge


def test_arguments_of_rows_are_written_as_in_yaml() -> None:
    row = row_of(
        {
            "name": "thing",
            "most_named": None,
            "fields": [{"name": "a", "secret": "no", "wire": None}, {"name": "b", "kind": None}],
            "access": {
                "many": "/things",
                "one": {"path": "/things/{id}", "since": 2023.2, "absent": []},
                "update": {"path": "/things/{id}", "method": "PUT", "keep": "a", "unwrap": None},
                "delete": {"path": "/things/{id}", "first": "/things/{id}/content"},
            },
        }
    )
    assert (row.most_named, row.fields["a"].secret, row.fields["a"].wire) == (50, False, "a")
    assert (row.access.one[0].since, row.access.one[0].absent) == ("2023.2", None)
    assert row.fields["b"].kind is kinds.JSON
    assert (row.access.update[0].keep, row.access.update[0].unwrap) == ({"a"}, None)
    assert isinstance(row.access.delete[0].first, Delete)


def test_the_shortest_row_is_a_name_and_a_path() -> None:
    row = row_of({"name": "thing", "path": "/things", "fields": ["id"]})
    assert (row.path, list(row.fields)) == ("/things", ["id"])
    own = row_of(
        {
            "name": "thing",
            "access": {
                "many": {
                    "path": "/things",
                    "paging": {"items": "data"},
                    "filters": {"operators": {"equals": {"{field}": "{value}"}}},
                }
            },
        }
    )
    assert own.access.many[0].paging.items == "data"
    assert own.access.many[0].filters.sends("name", "equals")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("thing", "resource must be a dict, not 'thing'"),
        ({"name": "x"}, "access must be a dict, not None"),
        ({"name": "x", "path": "/x", "colour": 1}, "resource: unknown colour; known are name"),
        ({"name": "x", "path": "x"}, "many: path must be a text that begins with '/'"),
        ({"name": "x", "path": "/x", "key": 3}, "key must be a list, not 3"),
        ({"name": "x", "path": "/x", "key": [["a"]]}, "key must be a text, not ['a']"),
        ({"name": "x", "path": "/x", "most_named": "many"}, "resource: most_named must be a whole"),
        (
            {"name": "x", "path": "/x", "fields": [{"name": "a", "wire": ["b"]}]},
            "field 'a': wire must be a text, not ['b']",
        ),
        (
            {"name": "x", "path": "/x", "fields": [{"name": "a", "secret": "maybe"}]},
            "field 'a': secret must be true or false, not 'maybe'",
        ),
        ({"path": "/x"}, "resource: missing 1 required positional argument: 'name'"),
        ({"name": "x", "access": {"many": {"pth": "/x"}}}, "many: unknown pth; known are path"),
        ({"name": "x", "access": {"list": "/x"}}, "access: unknown list; known are many, one"),
        (
            {"name": "x", "access": {"many": {"path": "/x", "paging": "other"}}},
            "many.paging: unknown 'other'; known are results",
        ),
        (
            {
                "name": "x",
                "access": {"many": {"path": "/x", "filters": {"operators": {"like": {}}}}},
            },
            "many.filters: a filter dialect has no operator like",
        ),
        (
            {"name": "x", "path": "/x", "fields": [{"name": "a", "kind": "colour"}]},
            "field 'a': kind: unknown 'colour'; known are text",
        ),
        (
            {"name": "x", "path": "/x", "fields": [{"name": "a", "access": "never"}]},
            "field 'a': access: unknown 'never'",
        ),
        (
            {"name": "x", "path": "/x", "fields": {"a": {}}},
            "fields: give each field a name, as a text or below 'name'",
        ),
        (
            {"name": "x", "access": {"many": "/x", "delete": {"path": "/x", "batch": "two"}}},
            "delete: ",
        ),
    ],
)
def test_plain_data_that_is_no_row_is_refused_in_one_line(data: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        row_of(data, STYLES)
    assert caught.value.message.startswith(message)
    assert "\n" not in caught.value.message
