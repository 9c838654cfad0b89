# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The broker: one process per run that performs the separate tasks of all workers.

Its connections stay open, and its code has run before.

Each task is a fork of its own. What a fork does for the first time costs it a copy of every page of
memory that it touches, and over https a handshake: a call costs a new fork four times what it costs
a process that has made one before. So the first worker with such a task forks the broker, and every
worker hands its task over and waits for the result.

The broker is reached through sockets that only forks of the main process inherit; it has no name
that another process could use, and keeps nothing on disk. It ends as soon as the main process has
ended. It has a thread for each task that it performs, and no other but the one that accepts tasks
and closes connections that have been idle for too long.

A worker performs its task itself if there is no broker, or if the broker has no room for it or does
not answer. If the broker accepted a task too late, both would perform it: so each task comes with
a claim, which only one of them can take. A worker whose broker ends in the middle fails, because it
cannot know what has been sent.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pickle  # nosec B403  # between forks of the main process only
import select
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn

from ansible.errors import AnsibleActionFail

from ..module_utils.core import retry_budget
from ..module_utils.core.net import idle
from ..module_utils.core.secrets import redaction
from . import display, in_process, limits, main_process, waiting

PATIENCE = 5.0
"""Seconds that a worker waits for the broker to accept its task before it performs it itself."""

SMALL = 16 * 1024
"""Bytes that fit the buffers between processes, so that sending them waits for no reader."""

MAX_TASKS = 64
"""Maximum number of tasks that the broker performs at the same time."""

IDLE_CHECK = 5.0
"""Seconds between two searches for idle connections that are too old to be used again. Their
servers may close them, and would wait for this process to do the same."""

LOST = (
    "the process that makes this run's calls ended before this one was answered; look on the server"
    " whether it was received before you run the task again"
)
"""Error for a task whose broker has ended."""

_ACCEPTED, _REFUSED, _RESULT, _RECORD, _FAULT = range(5)
_STARTING, _SERVING = range(2)
"""Bytes of a file that are locked: by the worker that starts the broker, and by the broker."""


class _Rendezvous:
    """The way from workers to the broker: made in the main process, inherited by all its forks.

    Attributes:
        inside: The broker receives channels to workers here.
        outside: Workers send them here.
    """

    def __init__(self) -> None:
        self.inside, self.outside = socket.socketpair()
        self.outside.setblocking(False)
        # Locks of a process vanish with it, whatever ends it, and a fork does not inherit them.
        self._locks = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process

    def close(self) -> None:
        """Close it in this process."""
        self.inside.close()
        self.outside.close()
        self._locks.close()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Be the only worker that starts a broker."""
        fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, _STARTING)
        try:
            yield
        finally:
            fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, _STARTING)

    def serve(self) -> None:
        """Be the broker until this process ends."""
        fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, _SERVING)

    def is_served(self) -> bool:
        """Tell if there is a broker."""
        try:
            fcntl.lockf(self._locks, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _SERVING)
        except BlockingIOError:
            return True
        fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, _SERVING)
        return False


def _rendezvous() -> _Rendezvous | None:
    if main_process.LIFELINE is None:
        return None
    with suppress(OSError):
        made = _Rendezvous()
        atexit.register(made.close)
        return made
    return None


_RENDEZVOUS = _rendezvous()


class _Claim:
    """The right to perform a task: a byte in a pipe, which only one process can read.

    Args:
        reading: The reading end of a pipe that contains the byte; by default a new one.
    """

    def __init__(self, reading: int | None = None) -> None:
        if reading is None:
            reading, writing = os.pipe()
            os.write(writing, b"+")
            os.close(writing)
        self.reading = reading

    def take(self) -> bool:
        """Take the right, unless another process has."""
        return bool(os.read(self.reading, 1))

    def close(self) -> None:
        """Close it in this process."""
        os.close(self.reading)


def perform(
    action_class: type, name: str, arguments: Mapping[str, Any], **mode: bool
) -> dict[str, Any] | None:
    """Have the broker perform a task.

    Args:
        action_class: A class whose `task` is the module's row; the broker imports it by its name.
        name: The module's name, for messages.
        arguments: The options as given, plain data.
        **mode: `check_mode` and `inject_invocation`, as for `in_process.run`.

    Returns:
        The result; `None` if there is no broker or it has no room, and nothing has been done.

    Raises:
        AnsibleActionFail: The task raised an error that no task should raise.
    """
    task = pickle.dumps((action_class, name, arguments, mode, display.display.verbosity))
    channel = _hand_over(task)
    if channel is None:
        return None
    with channel:
        try:
            while True:
                message = channel.recv_bytes()
                # As `Connection.recv` does; only forks of the main process can write there.
                kind, value = pickle.loads(message)  # noqa: S301  # nosec B301
                if kind == _RESULT:
                    if len(message) > SMALL:
                        waiting.watch_main()
                    result: dict[str, Any] = value
                    return result
                if kind == _FAULT:
                    raise AnsibleActionFail(f"{name}: {value}")
                if kind == _RECORD:
                    display.log_sink.get()(*value)
        except (EOFError, OSError):
            # It is unknown how much of the task was performed.
            return {"failed": True, "changed": not mode["check_mode"], "msg": LOST}


def _hand_over(task: bytes) -> Connection | None:
    """Return the channel to the broker that performs a task, or `None` if no broker ever will."""
    if _RENDEZVOUS is None:
        return None
    # No memory for a process, no more file descriptors: the task may need none of it.
    with suppress(OSError), ExitStack() as opened:
        if not _RENDEZVOUS.is_served():
            _start_once(_RENDEZVOUS)
        claim = opened.enter_context(closing(_Claim()))
        mine, theirs = Pipe()
        with theirs, ExitStack() as unless_accepted:
            unless_accepted.callback(mine.close)
            socket.send_fds(_RENDEZVOUS.outside, [b"+"], [theirs.fileno(), claim.reading])
            if len(task) <= SMALL:
                mine.send_bytes(task)
            # Both ends stay open here until the broker has answered: on macOS, a descriptor that
            # its sender closes too early does not arrive (CPython issue 14669).
            answered = mine.poll(PATIENCE)
            if (answered and mine.recv()[0] == _ACCEPTED) or not claim.take():
                # Now only the broker has the other end: if it ends, sending fails, and it has not
                # received the whole task.
                theirs.close()
                if len(task) > SMALL:
                    mine.send_bytes(task)
                unless_accepted.pop_all()
                return mine
    return None


def _start_once(rendezvous: _Rendezvous) -> None:
    """Fork the broker, unless another worker has done so.

    Raises:
        OSError: There is no room for one more process.
    """
    with rendezvous.starting():
        if rendezvous.is_served():
            return
        max_tasks = min(
            limits.share_of_files(MAX_TASKS), limits.share_of_processes(MAX_TASKS + 1) - 1
        )
        if max_tasks < 1:
            raise OSError("the limit on processes leaves no room for a broker")
        started, report = os.pipe()
        try:
            if os.fork() == 0:
                try:
                    os.close(started)
                    rendezvous.serve()
                    os.write(report, b"+")
                    os.close(report)
                    _serve(rendezvous, max_tasks)
                finally:
                    os._exit(0)
        finally:
            os.close(report)
            serves = os.read(started, 1)
            os.close(started)
        if not serves:
            raise OSError("the broker has not started")


def _serve(rendezvous: _Rendezvous, max_tasks: int) -> NoReturn:
    """Accept tasks until the main process has ended.

    Args:
        rendezvous: Tasks are received here.
        max_tasks: Maximum number of tasks performed at the same time.
    """
    # The terminal's Ctrl-C is for the main process, and the broker ends with that.
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    rendezvous.outside.close()
    room = threading.BoundedSemaphore(max_tasks)
    events = select.poll()
    events.register(rendezvous.inside, select.POLLIN)
    if main_process.LIFELINE is not None:
        events.register(main_process.LIFELINE.descriptor, select.POLLIN)
    due = time.monotonic() + IDLE_CHECK
    while True:
        ready = events.poll(IDLE_CHECK * 1000)
        if main_process.has_ended():
            # Not one more byte is sent for a run that is over.
            os._exit(0)
        if ready:
            message, handles, *dummy = socket.recv_fds(rendezvous.inside, 1, 2)
            if not message:
                # No process is left that could send a task.
                os._exit(0)
            if len(handles) == 2:
                _accept(Connection(handles[0]), _Claim(handles[1]), room)
            elif handles:
                # There was room for one more descriptor only.
                _refuse(Connection(handles[0]))
        if time.monotonic() >= due:
            # Nothing of it may end the process that performs the tasks of all workers.
            with suppress(Exception):
                idle.close_idle(only_expired=True)
            due = time.monotonic() + IDLE_CHECK


def _accept(channel: Connection, claim: _Claim, room: threading.BoundedSemaphore) -> None:
    """Begin to perform a task, or refuse it if there is no room for it."""
    if room.acquire(blocking=False):
        try:
            threading.Thread(target=_perform, args=(channel, claim, room), daemon=True).start()
            return
        except Exception:  # noqa: BLE001 - usually the system has no room for a thread
            room.release()
    with closing(claim):
        _refuse(channel)


def _refuse(channel: Connection) -> None:
    """Tell a worker that it has to perform its task itself."""
    with channel, suppress(OSError):
        channel.send((_REFUSED, None))


def _perform(channel: Connection, claim: _Claim, room: threading.BoundedSemaphore) -> None:
    """Perform a task for a worker."""
    send_lock = threading.Lock()

    def send(kind: int, value: Any) -> None:
        try:
            with send_lock:
                channel.send((kind, value))
        except OSError:
            # The time of its task was up, for example.
            raise waiting.Abandoned from None

    with channel:
        try:
            with closing(claim):
                if not claim.take():
                    return
            send(_ACCEPTED, None)
            action_class, name, arguments, mode, display.display.verbosity = channel.recv()
            display.show()
            redaction.in_scope.set(())
            retry_budget.budget.set(retry_budget.RetryBudget())
            display.log_sink.set(lambda *record: send(_RECORD, record))
            waiting.caller.set(channel)
            send(_RESULT, in_process.run(action_class.task, name, arguments, **mode))
        except waiting.Abandoned:
            pass
        except BaseException as exc:  # noqa: BLE001 - the worker tells its user, whatever it is
            with suppress(waiting.Abandoned):
                send(_FAULT, redaction.scrub_all(f"{type(exc).__name__}: {exc}"))
        finally:
            room.release()
