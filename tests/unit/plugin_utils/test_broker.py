# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that performs the tasks of all workers: here the test is main process and worker."""

from __future__ import annotations

import logging
import multiprocessing
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.restops.clients.plugins.module_utils.core import retry_budget
from ansible_collections.restops.clients.plugins.module_utils.core.logging import get_logger
from ansible_collections.restops.clients.plugins.module_utils.core.net import idle
from ansible_collections.restops.clients.plugins.module_utils.tasks.context import Context
from ansible_collections.restops.clients.plugins.module_utils.tasks.definition import (
    Service,
    Task,
)
from ansible_collections.restops.clients.plugins.plugin_utils import (
    broker,
    display,
    limits,
    main_process,
    waiting,
)

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
        allowed = retry_budget.budget.get()
        return {
            "process": os.getpid(),
            "repeated": sum(allowed.take() for dummy in range(1000)) if allowed else None,
        }
    if what == "note":
        Path(params["file"]).write_text("performed")
    if what == "large":
        return {"content": "x" * 2 * broker.SMALL}
    if what == "log":
        get_logger().info("a record")
        get_logger().warning("a warning")
        context.report(f"a line about {SECRET}")
    return {"process": os.getpid(), "said": SECRET, "check_mode": context.check_mode}


class Action:
    task = Task(
        run,
        Service("EXAMPLE", {}, ()),
        {
            "what": {"type": "str", "aliases": ["which"]},
            "file": {"type": "path"},
            "body": {"type": "str"},
        },
    )


@pytest.fixture(autouse=True)
def lifeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[main_process.Lifeline]:
    made, rendezvous = main_process.Lifeline(), broker._Rendezvous()
    monkeypatch.setattr(main_process, "LIFELINE", made)
    monkeypatch.setattr(broker, "_RENDEZVOUS", rendezvous)
    # On a busy machine the broker may take long to accept a task.
    monkeypatch.setattr(broker, "PATIENCE", 600.0)
    yield made
    made.release()
    # Every broker ends with the main process: this waits for it.
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    rendezvous.close()
    os.close(made.descriptor)


def ask(what: str = "answer", check_mode: bool = False, **more: Any) -> Any:
    return broker.perform(
        Action, NAME, {"what": what, **more}, check_mode=check_mode, inject_invocation=False
    )


def test_one_process_performs_all_tasks() -> None:
    first, second = ask(), ask(check_mode=True)
    assert first["process"] == second["process"] != os.getpid()
    assert first["said"] == "[REDACTED]"
    assert (first["check_mode"], second["check_mode"]) == (False, True)


def test_options_are_validated_there() -> None:
    assert ask(unknown=1)["msg"].startswith(f"Unsupported parameters for ({NAME}) module: unknown")


def test_warnings_come_back() -> None:
    assert ask(which="answer")["warnings"] == ["Both option what and its alias which are set."]


def test_records_are_shown_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    records: list[tuple[int, str]] = []
    monkeypatch.setattr(display.display, "verbosity", 3)
    token = display.log_sink.set(lambda *record: records.append(record))
    try:
        ask("log")
        with display.silence(True):
            ask("log")
    finally:
        display.log_sink.reset(token)
    assert records == [
        (logging.INFO, "a record"),
        (logging.WARNING, "a warning"),
        (display.REPORT, "a line about [REDACTED]"),
    ]


@pytest.mark.parametrize(
    ("verbosity", "shown"), [(0, ["progress"]), (2, ["warning", "progress"]), (3, None)]
)
def test_progress_is_shown_at_every_verbosity(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verbosity: int,
    shown: list[str] | None,
) -> None:
    monkeypatch.setattr(display.display, "verbosity", verbosity)
    for level, text in (
        (logging.INFO, "call"),
        (logging.WARNING, "warning"),
        (display.REPORT, "progress"),
    ):
        display.tell(level, text)
    printed = capsys.readouterr().out
    found = [word for word in ("call", "warning", "progress") if word in printed]
    assert found == (["call", "warning", "progress"] if shown is None else shown)


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
    assert ask("die") == {"failed": True, "changed": True, "msg": broker.LOST}
    predicted = ask("die", check_mode=True)
    assert predicted == {"failed": True, "changed": False, "msg": broker.LOST}
    assert ask()["process"] not in (first, os.getpid())


def test_each_task_may_repeat_as_often_as_any_other() -> None:
    first, second = ask("repeat"), ask("repeat")
    assert first == second
    assert first["repeated"] == 100


def test_a_broker_that_ends_while_idle_is_replaced_at_once() -> None:
    first = ask()["process"]
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    assert ask()["process"] not in (first, os.getpid())


def test_workers_that_find_no_broker_start_one(tmp_path: Path) -> None:
    def work(number: int) -> None:
        (tmp_path / str(number)).write_text(str(ask()["process"]))

    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    answers = {file.read_text() for file in tmp_path.iterdir()}
    assert len(answers) == 1
    assert str(os.getpid()) not in answers


def test_a_broker_ends_with_the_main_process(lifeline: main_process.Lifeline) -> None:
    process = ask()["process"]
    lifeline.release()
    assert os.waitpid(process, 0) == (process, 0)


def test_a_broker_ends_if_no_process_is_left_that_could_send_a_task() -> None:
    process = ask()["process"]
    assert broker._RENDEZVOUS is not None
    broker._RENDEZVOUS.outside.close()
    wait_until(lambda: os.waitpid(process, os.WNOHANG) == (process, 0))


def test_a_broker_has_no_thread_for_a_task_that_has_ended() -> None:
    ask()
    process = ask()["process"]
    tasks = Path(f"/proc/{process}/task")
    if sys.platform == "linux":
        wait_until(lambda: len(list(tasks.iterdir())) == 1)


@pytest.mark.parametrize(
    ("name", "value"), [("share_of_processes", 0), ("share_of_processes", 1), ("share_of_files", 0)]
)
def test_a_worker_performs_its_task_if_limits_leave_no_room_for_a_broker(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(limits, name, lambda dummy: value)
        assert ask() is None
    assert ask()["process"] != os.getpid()


def test_a_worker_performs_its_task_if_the_broker_has_no_room_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(broker, "MAX_TASKS", 1)
    file = tmp_path / "state"

    def work() -> None:
        # The broker may not have left the first task yet.
        while ask("wait", file=str(file)) is None:
            pass

    first = multiprocessing.get_context("fork").Process(target=work)
    ask()
    first.start()
    wait_until(lambda: file.exists() and file.read_text() == "waits")
    assert ask() is None
    first.kill()
    first.join()
    wait_until(lambda: ask() is not None)


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
def test_a_worker_performs_its_task_if_the_broker_cannot_start_a_thread(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Full(threading.Thread):
        asked = 0

        def start(self) -> None:
            Full.asked += 1
            if Full.asked == 2:
                raise error
            super().start()

    monkeypatch.setattr(threading, "Thread", Full)
    first = ask()
    assert ask() is None
    assert ask()["process"] == first["process"] != os.getpid()


@pytest.mark.parametrize("body", ["small", "x" * 1_000_000], ids=["small", "large"])
def test_only_the_worker_performs_a_task_that_the_broker_does_not_accept_in_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str
) -> None:
    file = tmp_path / "file"
    process = ask()["process"]
    os.kill(process, signal.SIGSTOP)
    with monkeypatch.context() as patched:
        patched.setattr(broker, "PATIENCE", 0.01)
        assert ask("note", file=str(file), body=body) is None
    os.kill(process, signal.SIGCONT)
    assert ask()["process"] == process
    assert not file.exists()
    assert ask("note", file=str(file), body=body)["process"] == process
    assert file.exists()


def test_a_worker_waits_for_a_task_that_the_broker_accepts_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broker accepts it after the worker has given up, and before it can take it back."""
    process = ask()["process"]
    os.kill(process, signal.SIGSTOP)
    take = broker._Claim.take

    def take_late(claim: broker._Claim) -> bool:
        events = select.poll()
        events.register(claim.reading, select.POLLIN)
        os.kill(process, signal.SIGCONT)
        wait_until(lambda: not events.poll(0)[0][1] & select.POLLIN)
        return take(claim)

    monkeypatch.setattr(broker._Claim, "take", take_late)
    monkeypatch.setattr(broker, "PATIENCE", 0.01)
    assert ask()["process"] == process


def test_a_worker_performs_a_large_task_if_the_broker_ends_before_it_has_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing else has the other end, so sending the rest of the task fails."""
    monkeypatch.setattr(broker._Rendezvous, "is_served", lambda rendezvous: True)
    rendezvous = broker._RENDEZVOUS
    assert rendezvous is not None

    def accept_and_end() -> None:
        handles = socket.recv_fds(rendezvous.inside, 1, 2)[1]
        with closing(broker._Claim(handles[1])) as claim, Connection(handles[0]) as channel:
            assert claim.take()
            channel.send((broker._ACCEPTED, None))

    thread = threading.Thread(target=accept_and_end)
    thread.start()
    assert ask(body="x" * 10_000_000) is None
    thread.join()


def test_a_task_of_which_the_broker_has_received_one_descriptor_is_refused() -> None:
    """The process has room for one more only."""
    ask()
    assert broker._RENDEZVOUS is not None
    mine, theirs = multiprocessing.Pipe()
    with mine, theirs:
        socket.send_fds(broker._RENDEZVOUS.outside, [b"+"], [theirs.fileno()])
        assert mine.recv()[0] == broker._REFUSED


def test_a_worker_performs_its_task_at_once_if_the_broker_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(rendezvous: Any) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(broker._Rendezvous, "serve", fail)
        assert ask() is None
    assert ask()["process"] != os.getpid()


@pytest.mark.parametrize(("what", "threads"), [("answer", 1), ("large", 2)])
def test_a_worker_watches_the_main_process_only_if_its_result_may_fill_the_pipe(
    lifeline: main_process.Lifeline, what: str, threads: int
) -> None:
    """Both hand over a result that no process reads."""
    ask()
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        ask(what)
        os.write(writing, bytes([threading.active_count()]))
        while threads > 1:
            signal.pause()
        os._exit(1)
    assert os.read(reading, 1) == bytes([threads])
    lifeline.release()
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == 1
    os.close(reading)
    os.close(writing)


def test_a_worker_performs_its_task_if_no_process_can_be_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(os, "fork", none)
        assert ask() is None
    assert ask()["process"] != os.getpid()


def test_a_worker_performs_its_task_if_it_was_the_first_to_import_this(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broker, "_RENDEZVOUS", None)
    assert ask() is None


def test_the_broker_stops_a_task_whose_worker_has_gone(tmp_path: Path) -> None:
    file = tmp_path / "state"
    ask()
    worker = multiprocessing.get_context("fork").Process(
        target=ask, args=("wait",), kwargs={"file": str(file)}
    )
    worker.start()
    wait_until(lambda: file.exists() and file.read_text() == "waits")
    worker.kill()
    worker.join()
    wait_until(lambda: file.read_text() == "abandoned")
    assert ask()["process"] != os.getpid()


def test_nothing_is_open_when_a_process_ends_in_which_the_broker_was_imported() -> None:
    # ansible-test finds collections in a way that its child processes do not share.
    root = pathlib.Path(broker.__file__).parents[5]
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", f"import {broker.__name__}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert "ResourceWarning" not in done.stderr


def wait_until(condition: Callable[[], Any]) -> None:
    for dummy in range(30_000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("what was waited for has not happened")


@pytest.mark.parametrize("error", [None, OSError(), ValueError()])
def test_connections_that_have_been_idle_for_too_long_are_closed_between_tasks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, error: Exception | None
) -> None:
    class Pool:
        def close_idle(self, only_expired: bool) -> int:
            (tmp_path / f"closed-{only_expired}").write_text("")
            if error is not None:
                raise error
            return 0

    pool = Pool()
    idle.register(pool)
    monkeypatch.setattr(broker, "IDLE_CHECK", 0.01)
    process = ask()["process"]
    wait_until(lambda: [path.name for path in tmp_path.iterdir()] == ["closed-True"])
    assert ask()["process"] == process
