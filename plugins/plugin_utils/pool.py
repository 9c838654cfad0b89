# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that live as long as their process: the items of a loop in their worker, and the tasks in the broker, share connections and session."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ansible import constants as C

from ..module_utils.core.call import Runtime
from . import session_file, waiting

MOST = 64
"""Clients that a process keeps at most, beside those in use: each may hold a connection open."""

CONNECTIONS = 1000
"""Connections of a client at most: as many as there may be tasks at once, so that none waits for another's."""

_clients: dict[tuple[int, str], Any] = {}
_users: Counter[Any] = Counter()
_turn = threading.Lock()
_PER_CALL = frozenset(("timeout",))
_ENVIRONMENT = tuple(
    name for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR") for name in (upper, upper.lower())
)


def identity_of(factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what makes two clients the same for a server: service, place, TLS, principal and secret."""
    return (
        getattr(factory, "__module__", ""),
        getattr(factory, "__name__", ""),
        *((name, options.get(name)) for name in sorted(names) if name not in _PER_CALL),
    )


def store_for(factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
    """Return where the session for these options is kept."""
    return session_file.store_for(C.DEFAULT_LOCAL_TMP, *identity_of(factory, options, names))


def client_for(factory: Callable[..., Any], options: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
    """Return this process's client for these options, to be given back.

    Args:
        factory: Makes it from the options.
        options: All options; those that concern a client count.
        names: The connection options.

    Raises:
        ConfigurationError: An option cannot work.
    """
    more = [*(options.get(name) for name in ("timeout", "correlation_id", "max_response_bytes", "retry")), *(os.environ.get(name) for name in _ENVIRONMENT)]
    key = os.getpid(), repr((identity_of(factory, options, names), more))
    with _turn:
        client = _clients.pop(key, None)
        if client is None:
            client = factory(options, session_store=store_for(factory, options, names), limits=CONNECTIONS, runtime=Runtime(sleep=waiting.sleep))
        # The one used last stands last.
        _clients[key] = client
        _users[client] += 1
    return client


def give_back(client: Any) -> None:
    """Take back a client. Beyond `MOST`, the one that was used least recently is closed."""
    with _turn:
        _users[client] -= 1
        if len(_clients) > MOST:
            key = next((key for key, kept in _clients.items() if not _users[kept]), None)
            if key is not None:
                oldest = _clients.pop(key)
                del _users[oldest]
                oldest.close()
