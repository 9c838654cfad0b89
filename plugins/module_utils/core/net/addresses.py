# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of a host, and which of them to connect to.

Both are bounded in time: the system's resolver takes no time limit, so it runs in a thread of its
own, and addresses are tried side by side (RFC 8305), so that a dead one costs a fraction of a
second.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import socket
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeAlias

from . import idle

Address: TypeAlias = "tuple[Any, ...]"
"""An entry of `socket.getaddrinfo`."""
Race: TypeAlias = Generator[
    tuple[Sequence[socket.socket], float], Iterable[socket.socket], socket.socket
]

ATTEMPT_DELAY = 0.25
"""Seconds before the next address is tried beside the ones under way (RFC 8305 section 5)."""

NOT_RESOLVED = "the name was not resolved"

_NUMERIC = re.compile(r"[0-9.]+|.*:.*")
_lookups: dict[tuple[int, str, int], Future[list[Address]]] = {}


def numeric(host: str, port: int) -> list[Address] | None:
    """Return the entries of a host that is an IP address; `None` if it is a name."""
    if not _NUMERIC.fullmatch(host):
        return None
    with suppress(socket.gaierror):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return None


def look_up(host: str, port: int) -> Future[list[Address]]:
    """Resolve a name in a thread; callers that ask for the same name share one lookup.

    Returns:
        A future that cannot be cancelled: of the addresses, or of an `OSError` or `UnicodeError`.
    """
    # A fork has the entries of its parent but not the threads.
    key = (os.getpid(), host, port)
    own: Future[list[Address]] = Future()
    own.set_running_or_notify_cancel()
    lookup = _lookups.setdefault(key, own)
    if lookup is own:
        try:
            threading.Thread(target=_resolve, args=(key, own), daemon=True).start()
        except RuntimeError:
            # The process cannot have another thread: the lookup is made here, without a time limit.
            _resolve(key, own)
        except BaseException:
            # An interrupt must not leave a lookup that others would wait for.
            _lookups.pop(key, None)
            raise
    return lookup


def _resolve(key: tuple[int, str, int], lookup: Future[list[Address]]) -> None:
    try:
        found = socket.getaddrinfo(key[1], key[2], type=socket.SOCK_STREAM)
    except Exception as exc:  # noqa: BLE001  # raised for those who wait for the lookup
        _lookups.pop(key, None)
        lookup.set_exception(exc)
    else:
        _lookups.pop(key, None)
        lookup.set_result(found)


def in_order(addresses: Iterable[Address]) -> list[Address]:
    """Return addresses in the order in which to try them.

    It is the order of the resolver, with alternating address families (RFC 8305 section 4).
    """
    families: dict[Any, list[Address]] = {}
    for address in dict.fromkeys(addresses):
        families.setdefault(address[0], []).append(address)
    turns = itertools.zip_longest(*families.values())
    return [address for turn in turns for address in turn if address is not None]


def race(addresses: Sequence[Address], clock: Callable[[], float], ends: float) -> Race:
    """Connect to the first address that answers. It is a flow: its caller waits for the sockets.

    Args:
        addresses: In the order in which to try them.
        clock: Monotonic seconds.
        ends: Clock reading at which to give up.

    Yields:
        Sockets that are connecting, and the seconds to wait until one of them is writable; those
        that are writable are sent back.

    Returns:
        The connected socket, not blocking.

    Raises:
        TimeoutError: No address answered in time.
        OSError: All failed; the error of one that refused, else that of the first.
    """
    waiting = list(addresses)
    failures: list[OSError] = []
    running: list[socket.socket] = []
    try:
        while waiting or running:
            if waiting:
                try:
                    running.append(_start_connecting(waiting.pop(0)))
                except OSError as exc:
                    failures.append(exc)
                    continue
            left = ends - clock()
            if left <= 0:
                raise TimeoutError("no address answered in time")
            for candidate in (yield running, min(left, ATTEMPT_DELAY) if waiting else left):
                code = candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                running.remove(candidate)
                if not code:
                    return candidate
                candidate.close()
                failures.append(OSError(code, os.strerror(code)))
    finally:
        for loser in running:
            loser.close()
    raise next((exc for exc in failures if exc.errno == errno.ECONNREFUSED), failures[0])


def _start_connecting(address: Address) -> socket.socket:
    family, kind, protocol, dummy, target = address
    candidate = socket.socket(family, kind, protocol)
    try:
        candidate.setblocking(False)
        candidate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(BlockingIOError):
            candidate.connect(target)
    except BaseException:
        candidate.close()
        raise
    return candidate


def make_room(exc: OSError) -> bool:
    """Close idle connections if an error says that the process has too many open files.

    Resolving a name needs some files too.

    Returns:
        `True` if another attempt may succeed.
    """
    full = exc.errno in (errno.EMFILE, errno.ENFILE)
    return full and idle.close_idle(only_expired=False) > 0
