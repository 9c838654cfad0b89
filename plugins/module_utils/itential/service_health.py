# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of adapters and applications, as the Platform's records have it.

Source: docs/protocols/itential-platform.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..core.jsonutils import dig

RUNNING = "RUNNING"
STOPPED = "STOPPED"
STARTING = "STARTING"
STOPPING = "STOPPING"
ONLINE = "ONLINE"
GONE = frozenset(("DEAD", "DELETED"))
"""States from which no start brings a service back."""
OFF = GONE | {STOPPED}
"""States in which nothing runs."""

_SURE_GROWTH = 1.0
"""Seconds by which an uptime must have grown to be one that is measured."""

TRANSPORTS = ("file", "console", "syslog")
LEVELS = ("error", "warn", "info", "debug", "trace", "spam")


class Health(NamedTuple):
    """The health of an adapter or application. The record of a dead one lacks most of it.

    Attributes:
        state: In upper case: `RUNNING`, `STOPPED`, `DEAD` and so on; `""` if it is unknown.
        connection: `ONLINE` or `OFFLINE`; `""` if the record has none, as for applications.
        uptime: Seconds; `None` if it is unknown.
        pid: The number of its process; `""` if it is unknown.
        log: The level of each transport, as far as the record has them.
    """

    state: str
    connection: str
    uptime: float | None
    pid: str
    log: Mapping[str, str]

    def __str__(self) -> str:
        state = self.state or "in an unknown state"
        return f"{state}, {self.connection}" if self.connection else state

    def has_replaced(self, before: Health) -> bool:
        """Tell if a process is not the one that ran before, as far as the records show it."""
        if self.pid and before.pid and self.pid != before.pid:
            return True
        return self._growth(before) < 0

    def has_stayed(self, before: Health) -> bool:
        """Tell if a process is certainly the one that ran before."""
        return bool(self.pid) and self.pid == before.pid and self._growth(before) >= _SURE_GROWTH

    def _growth(self, before: Health) -> float:
        """Return the seconds by which the uptime has grown; 0 if they are unknown."""
        if self.uptime is None or before.uptime is None:
            return 0.0
        return self.uptime - before.uptime


def health_in(record: Mapping[str, Any]) -> Health:
    """Return the health that a record has."""
    connection = record.get("connection")
    logger = record.get("logger")
    levels = logger if isinstance(logger, Mapping) else {}
    return Health(
        _word(record.get("state")),
        _word(dig(connection, "state") if isinstance(connection, Mapping) else connection),
        _number(record.get("uptime")),
        str(record.get("pid") or ""),
        {name: level for name in TRANSPORTS if (level := _word(levels.get(name)).lower())},
    )


def _word(value: Any) -> str:
    return value.upper() if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None
