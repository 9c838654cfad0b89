# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many records, as they may be shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    MASK,
    SecretValues,
    mask_named,
    scope,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import results
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import TaskError
from ansible_collections.restops.clients.plugins.module_utils.tasks.presenting import (
    BATCH_SIZE,
    presentable_records,
)
from hypothesis import given
from hypothesis import strategies as st

ROW = ResourceType("box", "/boxes", (Field("id"), Field("word", secret=True)), closed=False)
SECRET = "kept-secret-1"


class Client:
    """A client that knows secrets."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = SecretValues(secrets)

    def presentable(self, value: Any) -> Any:
        return self.secrets.scrub_value(value)

    def logout(self) -> None:
        """There is no session."""

    def close(self) -> None:
        """Do nothing."""


def deep(levels: int) -> Any:
    value: Any = "x"
    for dummy in range(levels):
        value = [value]
    return value


KEYS = st.sampled_from(
    ["name", "value", "key", "password", "token", "steps", "count", "é", SECRET, "__ansible_type"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 99_999_999),
    st.floats(allow_nan=False),
    st.sampled_from(
        ["", "x", "password", SECRET, f"a {SECRET} b", "kept%2Dsecret-1", "\ud800", "S3cret!x9"]
    ),
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
RECORDS = st.lists(st.dictionaries(KEYS, DATA, max_size=5), max_size=4)


@given(RECORDS)
def test_records_are_the_same_as_if_each_was_examined_alone(records: Any) -> None:
    client = Client(SECRET)
    wanted = [results.valid(client.presentable(mask_named(record))) for record in records]
    assert presentable_records(ROW, client, records) == wanted


@given(RECORDS)
def test_numbers_that_are_secrets_are_masked(records: Any) -> None:
    client = Client("12345678")
    found = presentable_records(ROW, client, [*records, {"count": 12345678}])
    assert found[-1] == {"count": MASK}


def test_what_needs_no_change_is_the_same_object() -> None:
    row = ResourceType("box", "/boxes", (Field("id"),), closed=False)
    records = [{"id": "1", "steps": [{"a": 1}]}, {"id": "2", "password": "S3cret!x9", "b": ["c"]}]
    one, other = presentable_records(row, Client(SECRET), records)
    assert one is records[0]
    assert other == {"id": "2", "password": MASK, "b": ["c"]}
    assert other["b"] is records[1]["b"]


def test_secrets_in_every_batch_of_a_long_list_are_masked() -> None:
    records = [{"id": str(number)} for number in range(2 * BATCH_SIZE + 1)]
    records[-1]["note"] = f"it is {SECRET}"
    records[BATCH_SIZE]["word"] = "x"
    found = presentable_records(ROW, Client(SECRET), records)
    assert [record for record in found if len(record) > 1] == [
        {"id": str(BATCH_SIZE), "word": MASK},
        {"id": str(2 * BATCH_SIZE), "note": f"it is {MASK}"},
    ]


def test_secrets_of_the_task_are_masked_too() -> None:
    with scope(SecretValues([SECRET])):
        assert presentable_records(ROW, Client("another-1"), [{"id": SECRET}]) == [{"id": MASK}]


def test_a_record_may_be_as_deep_as_a_result() -> None:
    fits = {"id": deep(results.MAX_DEPTH - 2)}
    assert presentable_records(ROW, Client(), [fits]) == [fits]
    with pytest.raises(TaskError, match="nested too deeply"):
        presentable_records(ROW, Client(), [{"id": deep(results.MAX_DEPTH - 1)}])


def test_records_that_are_not_json_are_examined_one_by_one() -> None:
    records = [{"id": (1, {"password": "S3cret!x9"})}, {"id": "2"}]
    assert presentable_records(ROW, Client(), records) == [
        {"id": [1, {"password": MASK}]},
        {"id": "2"},
    ]
