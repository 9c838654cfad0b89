# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of devices: made once, and compared with older ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.core.exceptions import (
    ClientError,
    ConfigurationError,
)
from ansible_collections.restops.clients.plugins.module_utils.itential.backups import (
    Backup,
    BackupError,
    difference,
)
from ansible_collections.restops.clients.tests.unit.support import Case

from .simulated import Platform

CM = "/configuration_manager"
MAKE = f"{CM}/devices/backups"
OLD, NEW = "hostname a\nntp x\n", "hostname a\nntp y\n"
DEVICES = ["rtr-000", "rtr-001", "rtr-002"]


class World(Platform):
    """A Platform with three devices."""

    def __init__(self, case: Case, **settings: Any) -> None:
        super().__init__(case, devices=3, **settings)
        self.lines: list[str] = []
        self.configure(OLD)

    def configure(self, config: str, device: str = "rtr-000") -> None:
        self.sim.settings["configs"] = {**self.sim.settings["configs"], device: config}

    async def do(self, verb: str, devices: Any = "rtr-000", **options: Any) -> Any:
        work = getattr(self.client.backups, verb)
        return await self.case.kind.wait(work(devices, notify=self.lines.append, **options))

    async def create(self, devices: Any = "rtr-000", **options: Any) -> Any:
        return await self.do("create", devices, **options)

    def backups(self) -> list[Any]:
        return list(self.sim.tables["device_backup"])

    def fault(self, path: str, status: int, answer: Any = None, times: int = 1) -> None:
        fault = {"path": path, "status": status, "body": json.dumps(answer), "times": times}
        self.sim.faults.append({**fault, "type": "application/json"})


@pytest.fixture
def world(case: Case) -> Iterator[World]:
    """Yield a Platform, and check at the end that it has ignored nothing that was sent."""
    made = World(case)
    yield made
    assert made.sim.ignored == []


async def test_a_backup_is_made_and_compared_with_the_one_before(world: World) -> None:
    (first,) = await world.create(description="nightly", notes="by ansible")
    (record,) = world.backups()
    assert first == Backup("rtr-000", record["id"])
    assert world.writes == [
        (
            f"POST {MAKE}",
            {"name": "rtr-000", "options": {"description": "nightly", "notes": "by ansible"}},
        )
    ]
    world.configure(NEW)
    (second,) = await world.create()
    assert (second.other, second.before, second.after) == (first.id, OLD, NEW)
    assert world.writes[-1][1] == {"name": "rtr-000", "options": {}}
    (third,) = await world.create()
    assert (third.other, third.before == third.after) == (second.id, True)
    assert world.lines == [
        f"device rtr-000: backup {one.id} made" for one in (first, second, third)
    ]
    (fourth,) = await world.create(compare=first.id)
    assert (fourth.other, fourth.before, fourth.after) == (first.id, OLD, NEW)
    (fifth,) = await world.create(compare=None)
    assert (fifth.other, fifth.before) == ("", None)


async def test_the_newest_backup_is_the_previous_one_in_any_order(world: World) -> None:
    seeded = world.sim.tables["device_backup"].seed(
        [
            {"name": "rtr-000", "rawConfig": "b", "date": "2026-02-01T00:00:00.000Z"},
            {"name": "rtr-000", "rawConfig": "a", "date": "2026-01-01T00:00:00.000Z"},
            {"name": "rtr-0000", "rawConfig": "c", "date": "2027-01-01T00:00:00.000Z"},
        ]
    )
    (backup,) = await world.create()
    assert (backup.other, backup.before) == (seeded[0]["id"], "b")


async def test_a_prediction_compares_the_running_configuration(world: World) -> None:
    (predicted,) = await world.do("predict")
    assert predicted == Backup("rtr-000")
    (first,) = await world.create()
    world.configure(NEW)
    (predicted,) = await world.do("predict")
    assert predicted == Backup("rtr-000", "", first.id, OLD, NEW)
    assert len(world.sim.writes) == 1
    with pytest.raises(ConfigurationError, match="there is no device rtr-9, rtr-8: check"):
        await world.do("predict", ["rtr-9", "rtr-000", "rtr-8"])
    world.fault(f"{CM}/devices/rtr-000/configuration", 200, None)
    (predicted,) = await world.do("predict")
    assert predicted.before is None
    world.sim.settings["large_backups"] = True
    await world.create()
    (predicted,) = await world.do("predict")
    assert predicted.before is None


async def test_a_backup_that_comes_later_is_awaited(world: World) -> None:
    await world.create()
    world.sim.settings["backup_polls"] = 2
    (backup,) = await world.create()
    assert (backup.before, world.case.time.sleeps) == (OLD, [2, 3])
    world.sim.settings["backup_polls"] = 99
    with pytest.raises(
        BackupError, match=r"\(backup \w+ was made\): timed out after 5 seco"
    ) as caught:
        await world.create(wait_timeout=5)
    (backup,) = caught.value.backups
    assert (backup.id, backup.before) == (world.backups()[-1]["id"], None)


async def test_large_configurations_are_compared_by_the_server(world: World) -> None:
    world.sim.settings["large_backups"] = True
    await world.create()
    world.configure(NEW)
    (backup,) = await world.create()
    assert (backup.before, backup.after) == (OLD, NEW)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"status": "success", "data": [[0, "x"]]},
        ["x"],
        [[0]],
        [["=", "x"]],
        [[0, None]],
    ],
)
async def test_a_difference_in_an_unknown_form_is_an_error(world: World, answer: Any) -> None:
    world.sim.settings["large_backups"] = True
    await world.create()
    world.configure(NEW)
    world.fault(f"{CM}/lookup_diff", 200, answer)
    with pytest.raises(BackupError, match=r"was made\): the server's difference of the backups"):
        await world.create()


async def test_a_proxy_error_does_not_end_the_search_for_a_lost_backup(world: World) -> None:
    await world.create()
    (record,) = world.backups()
    world.lost[MAKE] = 504
    # The first read is the one before the backup.
    world.fault(f"{CM}/backups", 200, {"total": 1, "list": [record]})
    world.fault(f"{CM}/backups", 502)
    (backup,) = await world.create(compare=None)
    assert [one["id"] for one in world.backups()][1:] == [backup.id]
    world.lost[MAKE] = 504
    world.fault(f"{CM}/backups", 200, {"total": 1, "list": [record]})
    world.fault(f"{CM}/backups", 403, times=9)
    with pytest.raises(
        BackupError, match="unknown if a backup was made: .*the lookup fai"
    ) as caught:
        await world.create(compare=None)
    assert caught.value.request is not None
    assert (caught.value.request.method, caught.value.request.path) == ("POST", MAKE)
    assert caught.value.response is not None
    assert caught.value.response.status_code == 504


async def test_a_login_that_fails_during_the_search_is_not_that_of_the_backup(
    world: World,
) -> None:
    await world.create()
    (record,) = world.backups()
    world.lost[MAKE] = 504
    world.fault(f"{CM}/backups", 200, {"total": 1, "list": [record]})
    world.fault(f"{CM}/backups", 401)
    world.fault("/login", 401, times=9)
    with pytest.raises(BackupError, match="unknown if a backup was made: .*/login") as caught:
        await world.create(compare=None)
    assert not caught.value.during_login


@pytest.mark.parametrize("outcome", [httpx.ReadError("reset"), 502, 504])
async def test_a_backup_without_a_response_is_found_and_not_made_again(
    world: World, outcome: Any
) -> None:
    await world.create()
    world.lost[MAKE] = outcome
    (backup,) = await world.create()
    assert [one["id"] for one in world.backups()][1:] == [backup.id]
    world.fault(MAKE, 504)
    with pytest.raises(ClientError, match="unknown if a backup was made: POST"):
        await world.create()
    assert len(world.backups()) == 2


async def test_a_response_without_an_id_is_no_reason_for_another_backup(world: World) -> None:
    world.fault(MAKE, 200, {"status": "success"})
    with pytest.raises(ClientError, match="the response names no backup; there is no new on"):
        await world.create()


async def test_a_device_that_cannot_be_backed_up_does_not_hide_the_others(world: World) -> None:
    world.configure("", "rtr-001")
    with pytest.raises(BackupError) as caught:
        await world.create(DEVICES)
    message = caught.value.message
    assert message.startswith("1 of 3 devices failed; device rtr-001: POST")
    assert "Device configuration is empty" in message
    one, two, three = caught.value.backups
    assert [bool(backup.id) for backup in (one, two, three)] == [True, False, True]
    assert two.error is not None
    world.fault(MAKE, 200, {"status": "error", "message": "no adapter"})
    with pytest.raises(BackupError, match="^device rtr-000: the server has made no backup: no a"):
        await world.create()
    world.lost[MAKE] = httpx.ConnectError("refused")
    with pytest.raises(BackupError, match="^device rtr-000: POST"):
        await world.create()


async def test_an_error_of_the_comparison_names_the_backup(world: World) -> None:
    await world.create()
    (record,) = world.backups()
    world.fault(f"{CM}/backups/{record['id']}", 403, "no", times=9)
    with pytest.raises(BackupError, match=r"^device rtr-000 \(backup \w+ was made\): GET"):
        await world.create()
    world.sim.faults.clear()
    world.fault(f"{CM}/backups/{record['id']}", 200, ["no record"])
    (backup,) = await world.create(compare=record["id"])
    assert backup.before == OLD


@pytest.mark.parametrize(
    ("devices", "options", "error"),
    [
        ([], {}, "device is empty: give the names of devices"),
        (DEVICES, {"compare": "x"}, "compare names a backup, which is one of a single device"),
        ("rtr-000", {"wait_interval": 0}, "wait_interval must be more than 0"),
        ("rtr-000", {"compare": "x"}, "there is no backup 'x' of the device: check 'compare'"),
    ],
)
async def test_options_that_cannot_work_make_no_backup(
    world: World, devices: Any, options: Any, error: str
) -> None:
    with pytest.raises(ClientError, match=error):
        await world.create(devices, **options)
    with pytest.raises(TypeError, match="unknown argument 'note'"):
        await world.create(note="x")
    assert world.sim.writes == []


async def test_a_backup_can_be_made_silently(world: World) -> None:
    (backup,) = await world.case.kind.wait(world.client.backups.create("rtr-000"))
    assert (backup.id, world.lines) == (world.backups()[0]["id"], [])


def test_a_difference_is_a_unified_diff() -> None:
    assert difference(OLD, NEW, "a", "b") == (
        "--- a\n+++ b\n@@ -1,2 +1,2 @@\n hostname a\n-ntp x\n+ntp y\n"
    )
    assert difference(OLD, OLD, "a", "b") == ""
