# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that live as long as their process.

The items of a loop in their worker, and the tasks in the broker, share connections and session.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible import constants as C

from . import limits, session_file, waiting

MOST = limits.share_of_files(64)
"""Clients that a process keeps for later: each may hold a connection open."""

_idle: list[tuple[tuple[int, str], Any]] = []
_lent: dict[Any, tuple[int, str]] = {}
_lock = threading.Lock()
_PER_CALL = frozenset(("timeout",))
_ENVIRONMENT = tuple(
    name
    for upper in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    )
    for name in (upper, upper.lower())
)


def identity_of(
    factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return what makes two clients the same for a server.

    It consists of service, place, TLS, principal and secret.
    """
    return (
        getattr(factory, "__module__", ""),
        getattr(factory, "__name__", ""),
        *((name, options.get(name)) for name in sorted(names) if name not in _PER_CALL),
    )


def store_for(
    factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]
) -> Any:
    """Return the store of the session for these options."""
    return session_file.store_for(C.DEFAULT_LOCAL_TMP, *identity_of(factory, options, names))


def make_client(
    factory: Callable[..., Any], options: Mapping[str, Any], want_async: bool = False, **more: Any
) -> Any:
    """Make a client that sends nothing for a caller that has gone.

    Every client of a process of Ansible is made here.

    Args:
        factory: Makes it from the options.
        options: All options; those that concern a client count.
        want_async: Make one for an event loop.
        **more: Further arguments of the factory.

    Raises:
        ConfigurationError: An option cannot work.
    """
    runtime = waiting.RUNTIME_ASYNC if want_async else waiting.RUNTIME
    return factory(options, want_async=want_async, runtime=runtime, **more)


def client_for(
    factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]
) -> Any:
    """Return a client for these options, for one user at a time until it is given back.

    Args:
        factory: Makes it from the options.
        options: All options; those that concern a client count.
        names: The connection options.

    Raises:
        ConfigurationError: An option cannot work.
    """
    more = [
        *(
            options.get(name)
            for name in ("timeout", "correlation_id", "max_response_bytes", "retry")
        ),
        *((name, os.environ[name]) for name in _ENVIRONMENT if name in os.environ),
    ]
    key = os.getpid(), repr((identity_of(factory, options, names), more))
    with _lock:
        # The one used last is the least likely to have lost its connection.
        number = next(
            (number for number in reversed(range(len(_idle))) if _idle[number][0] == key), None
        )
        client = None if number is None else _idle.pop(number)[1]
    if client is None:
        client = make_client(factory, options, session_store=store_for(factory, options, names))
    _lent[client] = key
    return client


def give_back(client: Any) -> None:
    """Take back a client. Beyond `MOST`, the one that was used least recently is closed."""
    with _lock:
        _idle.append((_lent.pop(client), client))
        oldest = _idle.pop(0)[1] if len(_idle) > MOST else None
    if oldest is not None:
        oldest.close()


@contextmanager
def use(
    factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]
) -> Iterator[Any]:
    """Give a client to the block.

    Without `shared_session`, it is one of its own, which is logged out and closed afterwards.
    For the arguments and errors see `client_for`.
    """
    if options["shared_session"]:
        client = client_for(factory, options, names)
        try:
            yield client
        finally:
            give_back(client)
    else:
        client = make_client(factory, options)
        try:
            yield client
        finally:
            client.logout()
            client.close()
