# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One process of a run that performs the separate tasks of all workers, with connections that stay
open and code that is warm.

Each task is a fork of its own. What a fork does for the first time costs it a copy of every page of
memory that it touches, and over https a handshake: a call costs a new fork four times what it costs
a process that has made one before. So the first worker with such a task forks the broker, and every
worker hands its task over and waits for the result.

The broker is reached through sockets that only forks of the main process inherit; it has no name
that another process could use, keeps nothing on disk, says nothing but in the conversations, and
ends when the last process of the run has ended. A worker whose broker does not answer performs its
task itself; one whose broker ended in the middle fails, because nobody knows what has been sent.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any

from ansible.errors import AnsibleActionFail

from ..module_utils.core import retry
from ..module_utils.core.secrets import redaction
from . import display, in_process, waiting

PATIENCE = 5.0
"""Seconds that a worker waits for the broker to take notice before it performs its task itself."""

AT_ONCE = 1000
"""Tasks that the broker performs at the same time at most: more than a run has workers."""

LOST = "the process that makes this run's calls ended before this one was answered; look on the server whether it was received before you run the task again"

_READY, _RESULT, _RECORD, _FAULT = range(4)


class _Door:
    """How workers find the broker: made in the main process, inherited by all forks."""

    def __init__(self) -> None:
        self.inside, self.outside = socket.socketpair()
        self.outside.setblocking(False)
        self.vacancy, self.vacate = os.pipe()
        os.set_blocking(self.vacancy, False)
        os.write(self.vacate, b"+")

    def close(self) -> None:
        """Close it. Forks have their own."""
        self.inside.close()
        self.outside.close()


_DOOR = _Door() if multiprocessing.parent_process() is None else None
if _DOOR is not None:
    atexit.register(_DOOR.close)


def perform(
    holder: type, name: str, arguments: Mapping[str, Any], **how: bool
) -> dict[str, Any] | None:
    """Have the broker perform a task.

    Args:
        holder: A class whose `task` is the module's row; the broker imports it by its name.
        name: The module's name, for messages.
        arguments: The options as given, plain data.
        **how: `check_mode` and `inject_invocation`, as for `in_process.run`.

    Returns:
        The result; `None` where there is no broker, and nothing has been done.

    Raises:
        AnsibleActionFail: The task met with something that no task should.
    """
    conversation = _knock()
    if conversation is None:
        return None
    with conversation:
        try:
            conversation.send((holder, name, arguments, how, display.display.verbosity))
            while True:
                kind, value = conversation.recv()
                if kind == _RESULT:
                    result: dict[str, Any] = value
                    return result
                if kind == _FAULT:
                    raise AnsibleActionFail(f"{name}: {value}")
                display.tell(*value)
        except (EOFError, OSError):
            _resign()
            return {"failed": True, "changed": False, "msg": LOST}


def _knock() -> Connection | None:
    """Return a conversation with the broker, or `None`."""
    if _DOOR is None:
        return None
    try:
        _hire(_DOOR)
        mine, theirs = Pipe()
        with theirs:
            socket.send_fds(_DOOR.outside, [b"+"], [theirs.fileno()])
            # Only now may this end be closed here: on macOS it would not arrive (CPython issue
            # 14669).
            if mine.poll(PATIENCE) and mine.recv() == _READY:
                return mine
        mine.close()
    except (EOFError, OSError):
        # No memory for a process, no more file descriptors: the task needs none of it.
        pass
    _resign()
    return None


def _hire(door: _Door) -> None:
    """Fork the broker, unless a worker has done so."""
    try:
        os.read(door.vacancy, 1)
    except BlockingIOError:
        return
    if os.fork() == 0:
        try:
            _serve(door)
        finally:
            os._exit(0)


def _resign() -> None:
    """Let the next worker fork another broker, however many have lost the one there was."""
    if _DOOR is not None:
        with suppress(BlockingIOError):
            os.read(_DOOR.vacancy, 4096)
        os.write(_DOOR.vacate, b"+")


def _serve(door: _Door) -> None:
    """Take conversations until there is nobody left who could begin one."""
    # The terminal's Ctrl-C is for the main process, and with its end comes the broker's.
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    door.outside.close()
    threads = ThreadPoolExecutor(AT_ONCE, "restops-broker")
    while True:
        knock, handles, *dummy = socket.recv_fds(door.inside, 1, 1)
        if not knock:
            # Not one more byte is sent for a run that is over.
            os._exit(0)
        for handle in handles:
            conversation = Connection(handle)
            try:
                threads.submit(_converse, conversation).add_done_callback(
                    functools.partial(_ended, conversation)
                )
            except RuntimeError:
                # There is no room for another thread. Whoever asked sees that nobody is ready.
                conversation.close()


def _converse(conversation: Connection) -> None:
    """Perform a task for a worker."""
    conversation.send(_READY)
    turn = threading.Lock()

    def say(kind: int, value: Any) -> None:
        try:
            with turn:
                conversation.send((kind, value))
        except OSError:
            # Its time was up, say.
            raise waiting.Abandoned from None

    holder, name, arguments, how, display.display.verbosity = conversation.recv()
    display.show()
    redaction.concerned.set(())
    retry.budget.set(retry.RetryBudget())
    display.teller.set(lambda *record: say(_RECORD, record))
    waiting.asker.set(conversation)
    say(_RESULT, in_process.run(holder.task, name, arguments, **how))


def _ended(conversation: Connection, task: Future[None]) -> None:
    exc = task.exception()
    with conversation, suppress(OSError):
        if exc is not None:
            conversation.send((_FAULT, redaction.scrub_all(f"{type(exc).__name__}: {exc}")))
