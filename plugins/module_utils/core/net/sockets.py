# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors, readiness and time limits of sockets."""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from .httplib import httpcore


def httpcore_error(exc: OSError, late: type[Exception], broken: type[Exception]) -> Exception:
    """Return the `httpcore` error that corresponds to a socket error.

    Args:
        exc: The error of a socket, of TLS or of the resolver.
        late: The class for an operation that took too long.
        broken: The class for every other failure.
    """
    if isinstance(exc, TimeoutError) and exc.errno is None:
        return late("out of time")
    if exc.errno is None or isinstance(exc, (ssl.SSLError, socket.gaierror)):
        return broken(str(exc))
    return broken(os.strerror(exc.errno))


def is_readable(sock: socket.socket) -> bool:
    """Tell whether there is something to read; the end of the stream counts."""
    handle = sock.fileno()
    if handle < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([handle], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(0))


@contextmanager
def as_connect_errors() -> Iterator[None]:
    """Turn errors of reading and writing during a handshake into those of connecting."""
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise httpcore.ConnectTimeout(str(exc)) from exc
    except httpcore.NetworkError as exc:
        raise httpcore.ConnectError(str(exc)) from exc
    except OSError as exc:
        raise httpcore_error(exc, httpcore.ConnectTimeout, httpcore.ConnectError) from exc


def deadline_after(timeout: float | None) -> float:
    """Return the clock reading at which an operation has to end, for its limit in seconds."""
    return inf if timeout is None else time.monotonic() + timeout


def seconds_until(ends: float) -> float | None:
    """Return the limit in seconds of an operation that has to end at a clock reading."""
    # Not 0, which would make a socket non-blocking.
    return None if ends == inf else max(ends - time.monotonic(), 0.001)
