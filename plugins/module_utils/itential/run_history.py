# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of runs of a Gateway: where a run is found whose connection broke.

The entries of the history are read before the run starts, so that its own entry is the one that is
new afterwards. Of an entry only `audit_id` is documented; everything else is used if it is there.
Source: docs/protocols/itential-gateway.md section 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core import jsonutils
from ..core.exceptions import HTTPStatusError, SerializationError
from ..core.flow import Flow

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase
    from .run_kinds import Plan

Record = dict[str, Any]

NEWEST = 100
"""Entries that are read: those of runs that began at about the same time."""

_RUNNING = frozenset(
    ("running", "in progress", "in_progress", "started", "pending", "queued", "executing")
)
"""Statuses of a run that has not ended."""
_ENDS = ("end", "end_time", "endTime", "ended", "completed_at", "finished_at", "finished")
_ARGUMENTS = ("args", "arguments", "params", "parameters")
_RESULTS = ("result", "results", "response", "output", "data")


class History:
    """The history of one content or command.

    Args:
        connection: Sends the requests.
        plan: The run.

    Attributes:
        known: The ids of the newest entries before the run; `None` if they cannot be read.
    """

    def __init__(self, connection: ConnectionBase, plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        self.known: frozenset[str] | None = None

    def remember(self) -> Flow[list[Any]]:
        """Read the entries that are there before the run, and return the ids of running ones."""
        try:
            entries = yield from self._entries()
        except (HTTPStatusError, SerializationError):
            return []
        self.known = frozenset(map(_id, entries))
        return [entry["audit_id"] for entry in entries if _is_running(entry)]

    def find_new(self, body: Mapping[str, Any]) -> Flow[list[Record]]:
        """Return the new entries that can be that of a run, as far as they say what was run.

        Args:
            body: The body with which the run was started.
        """
        entries = yield from self._entries()
        known = self.known or ()
        return [entry for entry in entries if _id(entry) not in known and _fits(entry, body)]

    def read_result(self, entry: Record) -> Flow[list[Any]]:
        """Return the result of a run in a list; an empty list if it has not ended.

        Args:
            entry: Its entry, which is renewed if the run has not ended.
        """
        if _is_running(entry):
            for again in (yield from self._entries()):
                if _id(again) == _id(entry):
                    entry.update(again)
            if _is_running(entry):
                return []
        path = {"audit_id": entry["audit_id"]}
        try:
            document = yield from self._get("/exec_history/{audit_id}", path_params=path)
        except HTTPStatusError as exc:
            if exc.call_status == 404:
                return []
            raise
        known = {**entry, **document} if isinstance(document, Mapping) else entry
        if _is_running(known):
            return []
        payload = payload_of(document)
        # A result may be stored a little after the run has appeared, but not after its end.
        return [] if payload in (None, "") and not _has_ended(known) else [payload]

    def _entries(self) -> Flow[list[Record]]:
        params = {"offset": 0, "limit": NEWEST, "order": "descending"}
        answer = yield from self._get(
            f"{self._plan.kind.path}/history", params, path_params=self._plan.path_params
        )
        entries = answer.get("data") if isinstance(answer, Mapping) else answer
        return [
            dict(entry)
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, Mapping) and entry.get("audit_id") is not None
        ]

    def _get(self, path: str, params: Mapping[str, Any] | None = None, **options: Any) -> Flow[Any]:
        response = yield from self._connection.calls.request("GET", path, params, **options)
        return response.json()


def payload_of(document: Any) -> Any:
    """Return the answer in a stored execution: the document itself, or what its envelope holds."""
    found = document
    if isinstance(document, Mapping) and "audit_id" in document:
        keys = [key for key in _RESULTS if key in document]
        if keys:
            found = next((document[key] for key in keys if document[key] is not None), None)
    if isinstance(found, str) and found.lstrip().startswith(("{", "[")):
        try:
            return jsonutils.loads(found)
        except SerializationError:
            return found
    return found


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry["audit_id"])


def _is_running(entry: Mapping[str, Any]) -> bool:
    if str(entry.get("status")).lower() in _RUNNING:
        return True
    return any(key in entry and entry[key] in (None, "") for key in _ENDS)


def _has_ended(entry: Mapping[str, Any]) -> bool:
    """Tell if an entry that is not running says that it has ended."""
    return any(entry.get(key) for key in ("status", *_ENDS))


def _fits(entry: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    given = body.get("args", body)
    for key in _ARGUMENTS:
        shown = entry.get(key)
        if isinstance(shown, Mapping) and any(
            name in shown and not _equal(shown[name], value) for name, value in given.items()
        ):
            return False
    hosts = entry.get("hosts")
    wanted = body.get("hosts") or [body.get("host")]
    return not (isinstance(hosts, list) and hosts) or set(map(str, hosts)) == set(map(str, wanted))


def _equal(shown: Any, value: Any) -> bool:
    """Compare an argument with the one in the history, where secrets may be masked."""
    is_masked = isinstance(shown, str) and shown != "" and not shown.strip("*")
    return is_masked or bool(shown == value)
