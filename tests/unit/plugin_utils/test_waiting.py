# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of work whose caller, or whose run, has gone."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from ansible_collections.restops.clients.plugins.module_utils.tasks import options, platform
from ansible_collections.restops.clients.plugins.plugin_utils import main_process, pool, waiting

OPTIONS = {"host": "server.example", "client_id": "id", "client_secret": "of-the-waiting-test"}


@pytest.fixture
def lifeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[main_process.Lifeline]:
    made = main_process.Lifeline()
    monkeypatch.setattr(main_process, "LIFELINE", made)
    yield made
    made.release()
    os.close(made.descriptor)


@pytest.fixture
def end_caller() -> Iterator[Callable[[], None]]:
    """Wait for a caller, and give a function that ends it."""
    mine, theirs = multiprocessing.Pipe()
    token = waiting.caller.set(mine)
    yield theirs.close
    waiting.caller.reset(token)
    mine.close()
    theirs.close()


def wait_async(seconds: float) -> None:
    asyncio.run(waiting.sleep_async(seconds))


WAITS = [waiting.check, lambda: waiting.sleep(600), lambda: wait_async(600)]


def test_work_goes_on_while_the_caller_and_the_run_wait(
    lifeline: main_process.Lifeline, end_caller: Callable[[], None]
) -> None:
    waiting.check()
    waiting.sleep(0.01)
    wait_async(0.01)
    assert not main_process.has_ended()


@pytest.mark.parametrize("wait", WAITS, ids=["check", "sleep", "sleep_async"])
def test_work_ends_with_its_caller(
    lifeline: main_process.Lifeline, end_caller: Callable[[], None], wait: Callable[[], None]
) -> None:
    end_caller()
    with pytest.raises(waiting.Abandoned):
        wait()


@pytest.mark.parametrize("wait", WAITS, ids=["check", "sleep", "sleep_async"])
def test_work_ends_with_the_main_process(
    lifeline: main_process.Lifeline, wait: Callable[[], None]
) -> None:
    lifeline.release()
    assert main_process.has_ended()
    with pytest.raises(waiting.Abandoned):
        wait()


@pytest.mark.parametrize("ended", [False, True])
def test_a_worker_that_made_no_lifeline_looks_at_its_parent(
    monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    class Parent:
        pid = os.getppid() + int(ended)

    monkeypatch.setattr(main_process, "LIFELINE", None)
    monkeypatch.setattr(multiprocessing, "parent_process", Parent)
    assert main_process.has_ended() is ended


def test_forks_of_forks_notice_the_end_of_the_main_process(
    lifeline: main_process.Lifeline,
) -> None:
    """The main process is this one; a sibling that stays does not keep the lifeline open."""

    def fork() -> int:
        process = os.fork()
        if process == 0:
            try:
                if os.fork() == 0:
                    os.setsid()
                    waiting.sleep(600)
                os.wait()
            except waiting.Abandoned:
                os._exit(7)
            finally:
                os._exit(0)
        return process

    sibling = os.fork()
    if sibling == 0:
        signal.pause()
    process = fork()
    lifeline.release()
    try:
        assert os.waitpid(process, 0) == (process, 0)
    finally:
        os.kill(sibling, signal.SIGKILL)
        os.waitpid(sibling, 0)


@pytest.mark.parametrize("early", [False, True])
def test_a_process_ends_instead_of_going_on_with_a_run_that_is_over(
    lifeline: main_process.Lifeline, early: bool
) -> None:
    with waiting.ending_with_main():
        pass
    process = os.fork()
    if process == 0:
        try:
            if early:
                with suppress(waiting.Abandoned):
                    waiting.sleep(600)
            with waiting.ending_with_main(), suppress(waiting.Abandoned):
                waiting.sleep(0 if early else 600)
                os._exit(2)
        finally:
            os._exit(0)
    lifeline.release()
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 1


def test_a_process_ends_with_the_main_process_whatever_it_does_after_its_task(
    lifeline: main_process.Lifeline,
) -> None:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            for dummy in range(2):
                waiting.watch_main()
            while True:
                # The pipe is full at last, and its reading end is open in this process.
                os.write(writing, b"x" * 4096)
        finally:
            os._exit(0)
    lifeline.release()
    os.close(writing)
    os.close(reading)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 1


def test_the_main_process_itself_does_not_wait_for_its_end(
    lifeline: main_process.Lifeline,
) -> None:
    before = threading.active_count()
    waiting.watch_main()
    assert threading.active_count() == before


@pytest.mark.parametrize("kind", ["pooled", "alone", "for an event loop"])
def test_no_client_sends_anything_for_a_run_that_is_over(
    lifeline: main_process.Lifeline, kind: str
) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"access_token": "a-token-of-it"})

    def factory(given: Any, **more: Any) -> Any:
        return platform.make_client(given, transport=httpx.MockTransport(answer), **more)

    def call() -> None:
        if kind == "for an event loop":
            client = pool.make_client(factory, OPTIONS, want_async=True)
            asyncio.run(client.post("/x"))
        elif kind == "alone":
            pool.make_client(factory, OPTIONS).post("/x")
        else:
            pool.client_for(factory, OPTIONS, options.PLATFORM.options).post("/x")

    call()
    assert [request.url.path for request in sent][-1] == "/x"
    sent.clear()
    lifeline.release()
    with pytest.raises(waiting.Abandoned):
        call()
    assert sent == []
