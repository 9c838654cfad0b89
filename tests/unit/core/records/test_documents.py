# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents: what counts as the same, what is merged, what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.documents import Document
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field

FLOW = Document(
    managed=("_id", "**.created"),
    unordered=("tags", "groups"),
    named={"tags.*": "name", "owner": "name"},
    defaults={"font": 12, "steps.*.kind": "auto"},
    secrets=("auth.password",),
    empty=(None, []),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"_id": 1, "name": "a"}, {"name": "a"}),
        ({"steps": {"a": {"x": 1, "created": "now"}}}, {"steps": {"a": {"x": 1}}}),
        ({"tags": [{"_id": 3, "name": "x"}, {"name": "y"}]}, {"tags": ["y", "x"]}),
        ({"owner": {"name": "ada", "id": 3}}, {"owner": "ada"}),
        ({"font": 12, "groups": []}, {"font": None}),
        ({"steps": [{"kind": "auto", "n": 1}]}, {"steps": [{"n": 1}]}),
        ({"auth": {"password": "x", "user": "u"}}, {"auth": {"password": "***", "user": "u"}}),
        ({"groups": [{"b": 1}, {"a": 1}]}, {"groups": [{"a": 1}, {"b": 1}]}),
        ("text", "text"),
    ],
)
def test_documents_are_the_same_in_normal_form(one: Any, other: Any) -> None:
    field = Field("document", FLOW)
    assert field.same(one, other)
    assert field.same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "a"}, {"name": "b"}),
        ({"font": 12}, {"font": 13}),
        ({"steps": [1, 2]}, {"steps": [2, 1]}),
        ({"tags": ["x"]}, {"tags": ["x", "x"]}),
        ({"auth": {"user": "u"}}, {}),
        ({"steps": {"a": {"on": 1}}}, {"steps": {"a": {"on": True}}}),
    ],
)
def test_documents_that_differ_are_not_the_same(one: Any, other: Any) -> None:
    assert not Field("document", FLOW).same(one, other)


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ({"inner": {"password": "x"}}, {"inner": {"password": "$1", "host": "h"}}, True),
        ({"inner": {"password": "x"}}, {"inner": {"password": "$1"}}, True),
        ({"inner": {"password": "x"}}, {}, True),
        ({"inner": {}}, {"inner": {"password": "$1", "host": "h"}}, False),
        ({"inner": {"password": "x", "host": None}}, {"inner": {"host": "h"}}, False),
    ],
)
def test_an_object_that_has_only_secrets_is_not_an_empty_one(
    wanted: Any, found: Any, same: bool
) -> None:
    service = Document(secrets=("**.@secret",), defaults={"inner": {}}, merge=True)
    assert service.same(wanted, found) is same


def test_what_the_server_makes_is_not_sent() -> None:
    given = {"_id": 1, "name": "a", "steps": [{"created": 1, "x": {"created": 2, "y": 3}}]}
    assert FLOW.parse(given) == {"name": "a", "steps": [{"x": {"y": 3}}]}
    assert Document().parse(given) == given


def test_a_key_that_is_a_number_is_the_same_as_its_text() -> None:
    ports = Document(merge=True, managed=("**.created",))
    wanted = ports.parse({8080: {"names": ("web", "api"), "created": 1}})
    there = {"8080": {"names": ["web", "api"]}, "22": {}}
    assert ports.same(wanted, there)
    assert ports.merged(wanted, there) == there


def test_the_order_of_items_does_not_depend_on_how_numbers_are_written() -> None:
    tags = Document(unordered=("",))
    assert tags.same([{"a": 1.0, "b": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 1}, {"a": 1, "b": 2}])
    assert not tags.same([{"a": 1}], [{"a": True}])


def test_of_several_items_with_the_same_key_one_is_changed() -> None:
    members = Document(unordered={"": "id"}, merge=True)
    there = [{"id": 1, "role": "a"}, {"id": 1, "role": "b"}]
    merged = members.merged([{"id": 1.0, "role": "c"}], there)
    assert merged == [{"id": 1, "role": "c"}, {"id": 1, "role": "b"}]
    assert members.same([{"id": 1.0, "role": "c"}], merged)


def test_a_part_of_a_key_that_is_null_is_the_same_as_none() -> None:
    members = Document(unordered={"": ("id", "zone")}, merge=True)
    assert members.same([{"id": 1, "zone": None, "role": "a"}], [{"id": 1, "role": "a"}])


def test_secrets_are_known_by_the_names_of_their_keys() -> None:
    field = Field("properties", Document(secrets=("**.@secret",)))
    wanted = {"host": "a", "auth": {"clientSecret": "x", "token_timeout": 5}}
    assert field.same(wanted, {"host": "a", "auth": {"clientSecret": "$E", "token_timeout": 5}})
    assert not field.same(wanted, {"host": "a", "auth": {"token_timeout": 6}})
    assert field.holds_secrets(wanted)
    assert not field.holds_secrets({"host": "a", "auth": {"token_timeout": 5}})


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (["edge", {"name": "core", "_id": "1"}], [{"name": "edge"}, {"name": "core", "_id": "1"}]),
        ([None], [None]),
        ([2026], [{"name": "2026"}]),
        (None, None),
    ],
)
def test_a_name_is_sent_as_an_object(given: Any, sent: Any) -> None:
    field = Field("tags", Document(named={"*": "name"}, unordered=("",)))
    assert field.parse(given) == sent
    assert field.same(field.parse(given), sent)


def test_names_of_objects_may_stand_at_any_place() -> None:
    parsed = Document(named={"tags.*": "name", "owner": "name"}).parse(
        {"tags": ["a"], "owner": "ada", "name": "x"}
    )
    assert parsed == {"tags": [{"name": "a"}], "owner": {"name": "ada"}, "name": "x"}


def test_secrets_are_noticed() -> None:
    field = Field("document", FLOW)
    assert field.holds_secrets({"auth": {"password": "x"}})
    assert not field.holds_secrets({"auth": {"user": "x"}})
    assert not Field("document", Document()).holds_secrets({"auth": {"password": "x"}})
    assert not Field("name").holds_secrets("x")


MERGED = Document(
    unordered={"members": "reference"},
    defaults={"port": 22},
    merge=True,
)
FOUND = {
    "host": "a",
    "tls": {"on": True, "ca": "x"},
    "members": [{"reference": 1, "role": "owner"}, {"reference": 2, "role": "viewer"}],
}


@pytest.mark.parametrize(
    ("wanted", "same", "sent"),
    [
        ({"host": "a"}, True, FOUND),
        ({"tls": {"on": True}}, True, FOUND),
        ({"tls": {"on": False}}, False, {**FOUND, "tls": {"on": False, "ca": "x"}}),
        ({"host": None}, False, {**FOUND, "host": None}),
        ({"other": None, "port": 22}, True, {**FOUND, "other": None, "port": 22}),
        ({"port": 23}, False, {**FOUND, "port": 23}),
        ({"members": [{"reference": 2, "role": "viewer"}]}, True, FOUND),
        (
            {"members": [{"reference": 3, "role": "editor"}, {"reference": 1, "role": "viewer"}]},
            False,
            {
                **FOUND,
                "members": [
                    {"reference": 1, "role": "viewer"},
                    {"reference": 2, "role": "viewer"},
                    {"reference": 3, "role": "editor"},
                ],
            },
        ),
        ("text", False, "text"),
    ],
)
def test_a_merged_document_is_compared_where_it_says_something(
    wanted: Any, same: bool, sent: Any
) -> None:
    field = Field("properties", MERGED)
    assert field.same(wanted, FOUND) is same
    assert field.merged(wanted, FOUND) == sent
    assert field.same(FOUND, FOUND, exact=True)
    assert field.same(wanted, FOUND, exact=True) is False


SHALLOW = Field("document", Document(merge=True, levels=1))


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        ({"tls": {"on": True, "ca": "x", "key": None}}, True),
        ({"tls": {"on": True}}, False),
        ({"host": None}, False),
        ({"other": None}, True),
        ({"tls": {"on": 1, "ca": "x"}}, False),
    ],
)
def test_a_document_may_be_merged_by_its_own_keys_only(wanted: Any, same: bool) -> None:
    assert SHALLOW.same(wanted, FOUND) is same
    assert SHALLOW.merged(wanted, FOUND) == {**FOUND, **wanted}


def test_a_document_that_is_not_merged_replaces_the_other() -> None:
    assert Field("document", FLOW).merged({"a": 1}, {"b": 2}) == {"a": 1}
    assert Field("name").merged("a", "b") == "a"


@pytest.mark.parametrize(("wanted", "same"), [(False, False), (0, True), (None, True)])
def test_false_is_no_default_of_zero(wanted: Any, same: bool) -> None:
    document = Document(defaults={"delay": 0})
    assert Field("document", document).same({"delay": wanted}, {}) is same


def test_a_merged_document_may_be_known_by_its_name() -> None:
    owner = Field("owner", Document(named={"": "name"}, merge=True))
    assert owner.same({"name": "ada"}, {"name": "ada", "id": 7})
    assert not owner.same({"name": "ada", "id": 7}, {"name": "bob", "id": 7})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([{"role": "owner"}], "members: item 1 has no user"),
        (["ada"], "members: item 1 has no user"),
        ([{"user": "ada"}, {"user": "eve"}, {"user": "ada", "of": "x"}], ""),
        ([{"user": "ada", "role": "owner"}, {"user": "ada"}], "members: 'ada' is given twice"),
        ("ada", "members must be a list, not 'ada'"),
    ],
)
def test_items_of_a_list_are_distinguished_by_their_keys(value: Any, message: str) -> None:
    field = Field("members", Document(unordered={"": ("user", "of")}, merge=True))
    if not message:
        assert field.parse(value) == value
        return
    with pytest.raises(ConfigurationError) as info:
        field.parse(value)
    assert info.value.message == message
