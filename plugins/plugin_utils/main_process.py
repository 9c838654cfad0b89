# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detection of the end of the main process of a run.

A worker of Ansible can outlive the main process: it has a session of its own (since ansible-core
2.19), so a signal to the process group, by which AWX and ansible-runner cancel a job, ends the main
process only; and after `kill -9` or the kernel's out-of-memory killer nothing is left that could
end the workers.

The parent's process id is not enough to notice: the broker is no child of the main process, and in
other process namespaces the id can stay the same. So the main process holds the writing end of a
pipe, each fork of it closes its own copy, and programs that are executed do not inherit it. The
kernel closes the last one when the main process ends, whatever ended it.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import threading
from contextlib import suppress


class Lifeline:
    """A pipe that can be read from as soon as the process that made it has ended.

    Attributes:
        descriptor: The end to watch; forks inherit it.
    """

    __slots__ = ("_held", "_watched_by", "descriptor")

    def __init__(self) -> None:
        self.descriptor, self._held = os.pipe()
        self._watched_by = -1
        os.register_at_fork(after_in_child=self.release)

    def release(self) -> None:
        """Close this process's writing end."""
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)

    def watch(self) -> None:
        """Make this process end as soon as the main process has ended, whatever it is doing.

        Only forks of the main process end. One thread of each waits, however often this is called.
        """
        if self._held >= 0 or self._watched_by == os.getpid():
            return
        self._watched_by = os.getpid()
        # If the operating system has no room for a thread, `has_ended` still tells.
        with suppress(RuntimeError):
            threading.Thread(target=self._end_process, daemon=True).start()

    def _end_process(self) -> None:
        events = select.poll()
        events.register(self.descriptor, select.POLLIN)
        events.poll()
        os._exit(1)


LIFELINE = Lifeline() if multiprocessing.parent_process() is None else None
"""Made when the main process imports this. `None` if a worker is the first to do so."""


def has_ended() -> bool:
    """Tell if the main process has ended."""
    if LIFELINE is not None:
        poll = select.poll()
        poll.register(LIFELINE.descriptor, select.POLLIN)
        return bool(poll.poll(0))
    parent = multiprocessing.parent_process()
    return parent is not None and parent.pid != os.getppid()
