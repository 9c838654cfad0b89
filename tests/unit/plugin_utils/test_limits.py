# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The room that the operating system's limits leave."""

from __future__ import annotations

import math
import os
import pathlib
import resource

import pytest
from ansible import context
from ansible_collections.restops.clients.plugins.plugin_utils import limits

UNLIMITED = resource.RLIM_INFINITY


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setattr(limits, "_cgroups", lambda: iter(()))
    monkeypatch.setattr(context, "CLIARGS", {"forks": 10})
    limit(monkeypatch, UNLIMITED)


def limit(monkeypatch: pytest.MonkeyPatch, soft: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda dummy: (soft, soft))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)


@pytest.mark.parametrize(
    ("soft", "share"), [(UNLIMITED, 64), (1024, 64), (256, 51), (64, 12), (3, 1)]
)
def test_a_fifth_of_the_files(monkeypatch: pytest.MonkeyPatch, soft: int, share: int) -> None:
    limit(monkeypatch, soft)
    assert limits.share_of_files(64) == share


@pytest.mark.parametrize(
    ("soft", "share"),
    [(UNLIMITED, 64), (limits.PLENTY, 64), (200, 64), (30, 10), (12, 1), (10, 0), (5, -3)],
)
def test_half_of_the_processes_that_the_forks_of_ansible_leave(
    monkeypatch: pytest.MonkeyPatch, soft: int, share: int
) -> None:
    limit(monkeypatch, soft)
    assert limits.share_of_processes(64) == share


def test_each_thread_of_the_user_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    for thread in ("1/task/1", "20/task/20", "20/task/21", "20/task/22", "sys"):
        (tmp_path / thread).mkdir(parents=True)
    user = tmp_path.stat().st_uid
    monkeypatch.setattr(limits, "_PROCESSES", str(tmp_path))
    assert sum(limits._threads_of(user)) == 4
    assert sum(limits._threads_of(user + 1)) == 0
    limit(monkeypatch, 100)
    monkeypatch.setattr(limits, "_threads_of", lambda dummy: iter((1, 3)))
    assert limits._room_of_user() == 96


def test_nothing_is_counted_on_a_system_without_procfs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr(limits, "_PROCESSES", str(tmp_path / "none"))
    assert list(limits._threads_of(0)) == []
    monkeypatch.undo()
    monkeypatch.setattr(limits, "_PROCESSES", str(tmp_path / "none"))
    assert list(limits._cgroups()) == []


@pytest.mark.parametrize(
    ("files", "room"),
    [
        ({}, math.inf),
        ({"pids.max": "max\n", "pids.current": "7\n"}, math.inf),
        ({"pids.max": "30\n", "pids.current": "6\n"}, 24),
        (
            {
                "a/pids.max": "30\n",
                "a/pids.current": "6\n",
                "a/b/pids.max": "8\n",
                "a/b/pids.current": "6\n",
            },
            2,
        ),
        ({"pids.max": "garbage\n", "pids.current": "6\n"}, math.inf),
    ],
)
def test_each_control_group_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, files: dict[str, str], room: float
) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    folders = [str(tmp_path / part) for part in ("", "a", "a/b")]
    monkeypatch.setattr(limits, "_cgroups", lambda: iter(folders))
    assert min([*limits._room_of_cgroups(), math.inf]) == room


@pytest.mark.parametrize(
    ("groups", "folders"),
    [
        ("0::/\n", [""]),
        ("0::/user/run\n", ["", "/user", "/user/run"]),
        ("8:pids:/docker/1\n4:memory:/x\n0::/\n", ["/pids", "/pids/docker", "/pids/docker/1", ""]),
    ],
)
def test_control_groups_are_those_of_both_versions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, groups: str, folders: list[str]
) -> None:
    monkeypatch.undo()
    (tmp_path / "self").mkdir()
    (tmp_path / "self/cgroup").write_text(groups)
    monkeypatch.setattr(limits, "_PROCESSES", str(tmp_path))
    assert [*limits._cgroups()] == [f"/sys/fs/cgroup{folder}" for folder in folders]
