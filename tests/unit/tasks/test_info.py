# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task behind the modules that read records."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.secrets.redaction import (
    SecretValues,
)
from ansible_collections.restops.clients.plugins.module_utils.tasks import info
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import (
    Context,
    TaskError,
)


class Service:
    """A client of a service that has three records."""

    secrets = SecretValues()
    names = ("a", "b", "c")

    def presentable(self, value: Any) -> Any:
        return value

    def close(self) -> None:
        """Do nothing."""


def read(client: Service, params: Mapping[str, Any]) -> info.Found:
    records = [{"name": name, "size": len(name)} for name in client.names]
    return info.Found(info.only(params.get("fields") or (), records), {"linked": {}})


def run(**params: Any) -> dict[str, Any]:
    return info.run(lambda options, want_async: Service(), read, params, Context())


def test_the_records_come_with_their_number_and_what_the_service_adds() -> None:
    result = run(fields=["name"])
    records = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    assert result == {"changed": False, "records": records, "count": 3, "linked": {}}


def test_no_more_than_the_limit_are_returned() -> None:
    result = run(limit=2)
    assert (result["count"], result["records"]) == (
        2,
        [{"name": "a", "size": 1}, {"name": "b", "size": 1}],
    )


@pytest.mark.parametrize(("made", "kept"), [(5, False), (200_000, True)])
def test_many_records_are_excluded_from_garbage_collection(made: int, kept: bool) -> None:
    before = gc.get_freeze_count()
    try:
        with info.collector_paused():
            records: list[Any] = [[] for dummy in range(made)]
        assert (gc.get_freeze_count() - before >= made) is kept
    finally:
        gc.unfreeze()
    assert len(records) == made


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_garbage_collector_pauses_while_records_are_read(is_enabled: bool) -> None:
    seen = []
    before = gc.isenabled()
    (gc.enable if is_enabled else gc.disable)()
    try:
        with info.collector_paused():
            seen.append(gc.isenabled())
        seen.append(gc.isenabled())
    finally:
        (gc.enable if before else gc.disable)()
    assert seen == [False, is_enabled]


@pytest.mark.parametrize("limit", [0, -1, True])
def test_an_invalid_limit_is_refused(limit: Any) -> None:
    with pytest.raises(TaskError, match="^limit must be a whole number from 1, not "):
        run(limit=limit)


def test_a_field_that_a_record_does_not_have_is_null() -> None:
    assert run(fields=["other"], limit=1)["records"] == [{"other": None}]
