# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that performs the tasks of all workers: here the test is main process and worker."""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.restops.clients.plugins.module_utils.core import retry
from ansible_collections.restops.clients.plugins.module_utils.core.logging import get_logger
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import Context
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import Task
from ansible_collections.restops.clients.plugins.plugin_utils import broker, display, waiting

NAME = "restops.clients.example"
SECRET = "what nobody may see"


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    context.register_secret(SECRET)
    what = params["what"]
    if what == "die":
        os._exit(1)
    if what == "raise":
        raise KeyError(f"a mistake with password={SECRET!r}")
    if what == "wait":
        try:
            Path(params["file"]).write_text("waits")
            waiting.sleep(60)
        except waiting.Abandoned:
            Path(params["file"]).write_text("abandoned")
            raise
    if what == "repeat":
        allowed = retry.budget.get()
        return {
            "process": os.getpid(),
            "repeated": sum(allowed.take() for dummy in range(1000)) if allowed else None,
        }
    if what == "log":
        get_logger().info("a record")
        get_logger().warning("a warning")
    return {"process": os.getpid(), "said": SECRET, "check_mode": context.check_mode}


class Action:
    task = Task(run, {}, {"what": {"type": "str", "aliases": ["which"]}, "file": {"type": "path"}})


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[broker._Door]:
    made = broker._Door()
    monkeypatch.setattr(broker, "_DOOR", made)
    yield made
    made.close()
    # With the last that could ask, every broker ends: this waits for it.
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break


def ask(what: str = "answer", check_mode: bool = False, **more: Any) -> Any:
    return broker.perform(
        Action, NAME, {"what": what, **more}, check_mode=check_mode, inject_invocation=False
    )


def test_one_process_performs_all_tasks() -> None:
    first, second = ask(), ask(check_mode=True)
    assert first["process"] == second["process"] != os.getpid()
    assert first["said"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert (first["check_mode"], second["check_mode"]) == (False, True)


def test_options_are_validated_there(door: broker._Door) -> None:
    assert ask(unknown=1)["msg"].startswith(f"Unsupported parameters for ({NAME}) module: unknown")


def test_warnings_come_back() -> None:
    assert ask(which="answer")["warnings"] == ["Both option what and its alias which are set."]


def test_records_are_shown_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []
    monkeypatch.setattr(display, "tell", lambda *record: told.append(record))
    monkeypatch.setattr(display.display, "verbosity", 3)
    ask("log")
    assert told == [(logging.INFO, "a record"), (logging.WARNING, "a warning")]


def test_a_mistake_is_one_line_without_secrets() -> None:
    with pytest.raises(
        AnsibleActionFail, match=r"^restops.clients.example: KeyError: .*a mistake"
    ) as caught:
        ask("raise")
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ask()["process"] != os.getpid()


def test_a_broker_that_ends_in_the_middle_fails_one_task() -> None:
    first = ask()["process"]
    assert ask("die") == {"failed": True, "changed": False, "msg": broker.LOST}
    assert ask()["process"] not in (first, os.getpid())


def test_each_task_may_repeat_as_often_as_any_other() -> None:
    first, second = ask("repeat"), ask("repeat")
    assert first == second
    assert first["repeated"] == 100


def test_however_many_lose_a_broker_one_takes_its_place(door: broker._Door) -> None:
    for dummy in range(3):
        broker._resign()
    assert os.read(door.vacancy, 10) == b"+"


def test_where_there_is_no_room_for_a_thread_the_worker_does_it_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full(ThreadPoolExecutor):
        asked = 0

        def submit(self, *given: Any, **more: Any) -> Any:
            Full.asked += 1
            if Full.asked == 2:
                raise RuntimeError("can't start new thread")
            return super().submit(*given, **more)

    monkeypatch.setattr(broker, "ThreadPoolExecutor", Full)
    first = ask()
    assert ask() is None
    assert ask()["process"] != os.getpid()
    assert first["process"] != os.getpid()


def test_where_nobody_answers_the_worker_does_it_itself(
    door: broker._Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "PATIENCE", 0.01)
    os.read(door.vacancy, 1)
    assert ask() is None
    monkeypatch.undo()
    monkeypatch.setattr(broker, "_DOOR", door)
    assert ask()["process"] != os.getpid()


def test_where_no_process_can_be_forked_the_worker_does_it_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(os, "fork", none)
        assert ask() is None
    assert ask()["process"] != os.getpid()


def test_a_process_that_the_main_process_did_not_fork_does_it_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broker, "_DOOR", None)
    assert ask() is None


def test_what_a_worker_asked_for_that_has_gone_is_not_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "state"
    ask()
    worker = multiprocessing.get_context("fork").Process(
        target=ask, args=("wait",), kwargs={"file": str(file)}
    )
    worker.start()
    within(10, lambda: file.exists() and file.read_text() == "waits")
    worker.kill()
    worker.join()
    within(10, lambda: file.read_text() == "abandoned")
    assert ask()["process"] != os.getpid()


def within(seconds: float, condition: Any) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_waiting_without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    waiting.sleep(3.5)
    assert waits == [3.5]


def test_waiting_with_a_worker_that_waits_too() -> None:
    mine, theirs = multiprocessing.Pipe()
    token = waiting.asker.set(mine)
    try:
        waiting.sleep(0.01)
        waiting.check()
        theirs.close()
        with pytest.raises(waiting.Abandoned):
            waiting.sleep(60)
        with pytest.raises(waiting.Abandoned):
            waiting.check()
    finally:
        waiting.asker.reset(token)
