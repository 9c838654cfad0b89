# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as `ensure` takes them, and records without secrets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.records.export import (
    exported,
    masked,
    no_secret,
)
from ansible_collections.restops.clients.plugins.module_utils.core.records.fields import Field
from ansible_collections.restops.clients.plugins.module_utils.core.records.kinds import ID, Relation
from ansible_collections.restops.clients.plugins.module_utils.core.records.types import ResourceType
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import MASK

NAMELESS = ResourceType("backup", "/backups", (Field("id", ID),))
ROW = ResourceType(
    "box",
    "/boxes",
    (Field("id", ID), Field("name"), Field("word", secret=True), Field("of", Relation("backup"))),
    key=("name",),
)


class Store:
    """A store that only knows types."""

    def resource(self, dummy: str) -> ResourceType:
        return NAMELESS


def test_a_secret_field_is_masked() -> None:
    records = [{"name": "a", "word": "x"}, {"name": "b", "word": None}, {"name": "c"}]
    assert masked(ROW, records) == [{"name": "a", "word": MASK}, *records[1:]]


def test_a_relation_to_records_without_names_stays_an_id() -> None:
    store: Any = Store()
    flow = exported(store, ROW, [{"name": "a", "of": "b1"}], no_secret)
    with pytest.raises(StopIteration) as done:
        next(flow)
    assert done.value.value == [{"name": "a", "of": "b1"}]
