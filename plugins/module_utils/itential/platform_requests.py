# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of operations on a Platform: reads, and writes that are sent once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.once import send_once

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

AT_ONCE = 4
"""Requests at a time."""

_FAILURES = frozenset(("failure", "failed", "error", "conflict"))
"""Values of `status` by which a response of 2xx reports a failure."""
_TEXTS = ("IAPerror.displayString", "message", "displayString", "error", "code", "icode")
"""Places of the text in an error object of the Platform or of an adapter."""


class PlatformRequests:
    """The requests of one client.

    Args:
        connection: Sends them.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: ConnectionBase) -> None:
        self._connection = connection

    def clock(self) -> float:
        """Return monotonic seconds."""
        return self._connection._runtime.clock()

    def get(self, path: str, params: Mapping[str, Any] | None = None, **options: Any) -> Flow[Any]:
        """Return the JSON of a response to a GET."""
        call = self._connection._call("GET", path, params, **options)
        response = yield from self._connection._engine.checked(call)
        return response.json()

    def search(self, path: str, body: Any, method: str = "POST") -> Flow[Any]:
        """Return the JSON of a response to a request that has a body, and changes nothing."""
        call = self._connection._call(method, path, json=body, read_only=True)
        response = yield from self._connection._engine.checked(call)
        return response.json()

    def send(self, path: str, body: Any, **options: Any) -> Flow[Any]:
        """Send a POST that starts or changes something, and return the JSON of the response.

        It is repeated only if the server cannot have received it, whatever the client's policy.
        """
        response = yield from send_once(self._connection, "POST", path, json=body, **options)
        return response.json() if response.content else None


def error_text(error: Any) -> str:
    """Return the text of an error: a text, an error object of an adapter, or an object with one."""
    if isinstance(error, Mapping):
        return next((text for path in _TEXTS if (text := error_text(dig(error, path)))), "")
    return "" if error is None else " ".join(str(error).split())


def failure_in(answer: Any) -> str:
    """Return the text of the failure that a response of 2xx reports; `""` if it reports none."""
    status = answer.get("status") if isinstance(answer, Mapping) else None
    if not isinstance(status, str) or status.lower() not in _FAILURES:
        return ""
    rest = {key: value for key, value in answer.items() if key != "status"}
    return error_text(rest) or status


def id_in(record: Any, *names: str) -> str:
    """Return the first id that a record has under one of the names; `""` if it has none."""
    found = (dig(record, name) for name in names)
    return next((str(value) for value in found if value not in (None, "")), "")
