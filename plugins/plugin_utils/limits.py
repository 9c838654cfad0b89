# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits of the operating system on the processes, threads and files of a run.

Threads count as processes. Ansible silently drops a task if its worker cannot be forked, so what
this collection adds must leave room for every worker.
"""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Iterator
from contextlib import suppress

from ansible import constants as C
from ansible import context

PLENTY = 5000
"""A limit on the processes of a user from which on they are not counted."""

_PROCESSES = "/proc"
_CGROUPS = "/sys/fs/cgroup"


def share_of_files(wanted: int) -> int:
    """Return how many files of one kind may be open: a fifth of what the process may open at most.

    Args:
        wanted: The most that are of use.
    """
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft // 5))


def share_of_processes(wanted: int) -> int:
    """Return how many processes and threads may be added to the workers of this run.

    It is half of what Ansible's forks leave; 0 or less for none.

    Args:
        wanted: The most that are of use.
    """
    room = min(_room_of_user(), *_room_of_cgroups(), math.inf)
    if room == math.inf:
        return wanted
    forks = int(context.CLIARGS.get("forks") or C.DEFAULT_FORKS)
    return min(wanted, (int(room) - forks) // 2)


def _room_of_user() -> float:
    """Return how many more processes this user may have (setrlimit(2), RLIMIT_NPROC)."""
    soft = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    if soft == resource.RLIM_INFINITY or soft >= PLENTY or os.geteuid() == 0:
        return math.inf
    return soft - sum(_threads_of(os.geteuid()))


def _threads_of(user: int) -> Iterator[int]:
    """Yield the number of threads of each process of a user; nothing on systems without procfs."""
    with suppress(OSError):
        for entry in os.scandir(_PROCESSES):
            folder = f"{_PROCESSES}/{entry.name}/task"
            # A process may end while this looks at it.
            with suppress(OSError):
                if os.stat(folder).st_uid == user:
                    yield len(os.listdir(folder))


def _room_of_cgroups() -> Iterator[float]:
    """Yield how many more processes each control group of this process may have.

    Source: cgroups(7) of Linux, controller "pids".
    """
    for folder in _cgroups():
        with suppress(OSError, ValueError):
            most, now = (_number(f"{folder}/pids.{name}") for name in ("max", "current"))
            yield most - now


def _number(path: str) -> float:
    with open(path, encoding="ascii") as file:
        text = file.read().strip()
    return math.inf if text == "max" else int(text)


def _cgroups() -> Iterator[str]:
    """Yield the folders of the control groups that limit this process.

    They are those of version 2, and those of the controller "pids" of version 1.
    """
    with (
        suppress(OSError),
        open(f"{_PROCESSES}/self/cgroup", encoding="utf-8", errors="replace") as file,
    ):
        for line in file.read().splitlines():
            dummy, controllers, path = line.split(":", 2)
            if controllers in ("", "pids"):
                folder = f"{_CGROUPS}/{controllers}".rstrip("/")
                yield folder
                for part in filter(None, path.split("/")):
                    folder = f"{folder}/{part}"
                    yield folder
