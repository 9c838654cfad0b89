# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_device_backup`: options, results and errors."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import device_backup
from ansible_collections.restops.clients.tests.unit.itential.task_runs import World

OLD = "hostname a\nsnmp-server community s3cr3tWord RO\n"
NEW = "hostname b\nsnmp-server community s3cr3tWord RO\n"


class Tasks(World):
    """Runs the task on a Platform with three devices."""

    task = device_backup
    options = device_backup.OPTIONS

    def configure(self, config: str) -> None:
        self.sim.settings["configs"] = {"rtr-000": config}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    made = Tasks(monkeypatch)
    made.configure(OLD)
    return made


def test_a_backup_is_made_and_its_difference_shown_without_secrets(world: Tasks) -> None:
    first = world.run(device=["rtr-000"], description="before")
    (record,) = world.sim.tables["device_backup"]
    assert first == {
        "changed": True,
        "diff": [],
        "device": "rtr-000",
        "backup": record["id"],
        "compared_with": None,
        "differs": None,
        "difference": "",
        "error": None,
    }
    assert world.context.lines == [f"device rtr-000: backup {record['id']} made"]
    world.configure(NEW)
    second = world.run(device=["rtr-000"])
    assert (second["compared_with"], second["differs"]) == (record["id"], True)
    assert second["difference"].startswith(f"--- rtr-000: backup {record['id']}\n+++ rtr-000: b")
    assert "-hostname a\n+hostname b\n snmp-server community" in second["difference"]
    assert "s3cr3tWord" not in str(second)
    assert second["diff"] == [{"prepared": second["difference"]}]
    same = world.run(device=["rtr-000"], progress=False)
    assert (same["differs"], same["difference"], same["diff"]) == (False, "", [])
    assert world.context.lines == []


def test_a_difference_in_secrets_only_is_told_and_not_shown(world: Tasks) -> None:
    world.run(device=["rtr-000"])
    world.configure(OLD.replace("s3cr3tWord", "0th3rW0rdS"))
    result = world.run(device=["rtr-000"])
    assert (result["differs"], result["difference"]) == (True, "")


def test_check_mode_backs_up_nothing_and_shows_the_difference(world: Tasks) -> None:
    world.run(device=["rtr-000"], compare="none")
    world.configure(NEW)
    result = world.run(check_mode=True, device=["rtr-000"])
    assert (result["changed"], result["backup"], result["differs"]) == (True, None, True)
    assert "+++ rtr-000: configuration\n" in result["difference"]
    assert len(world.sim.writes) == 1


def test_a_failure_of_one_device_keeps_the_results_of_the_others(world: Tasks) -> None:
    world.configure("")
    error = world.fail(device=["rtr-000", "rtr-001"])
    assert error.msg.startswith("1 of 2 devices failed; device rtr-000: POST")
    first, second = error.result["results"]
    assert (first["backup"], "configuration is empty" in first["error"]) == (None, True)
    assert (second["backup"] is not None, second["error"]) == (True, None)
    assert error.result["changed"] is True
    assert world.fail(device=["rtr-000"]).result["changed"] is False
    assert world.fail(check_mode=True, device=["none"]).msg.startswith("there is no device none")


def test_an_interrupted_task_names_the_backups_that_were_made(world: Tasks) -> None:
    world.run(device=["rtr-000"])
    world.sim.settings["backup_polls"] = 9
    world.interrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run(device=["rtr-000"], progress=False)
    (dummy, made) = world.sim.tables["device_backup"]
    assert world.context.lines == [f"not finished; device rtr-000: backup {made['id']} made"]


def test_options_that_cannot_work_are_refused(world: Tasks) -> None:
    errors: dict[str, Any] = {"device is empty": {"device": []}}
    for text, params in errors.items():
        assert text in world.fail(**params).msg
