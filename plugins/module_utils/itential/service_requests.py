# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests about adapters and applications: health, actions, log levels.

Sources: docs/protocols/itential-platform.md sections 3 and 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.flow import Flow
from ..core.optional import optional
from .platform_requests import PlatformRequests
from .service_health import Health, health_in

_MISSING = frozenset((404, 500))
"""Statuses of the read of a record that does not exist."""


class ServiceRequests(PlatformRequests):
    """The requests of one client.

    Args:
        connection: Sends them.
    """

    __slots__ = ()

    def health(self, kind: str, name: str) -> Flow[Health | None]:
        """Return the health of a service; `None` if the server does not have it."""
        reading = self.get(f"/health/{kind}s/{{name}}", path_params={"name": name})
        record = yield from optional(reading, _MISSING)
        if not isinstance(record, Mapping) or "state" not in record:
            # Releases differ in what they answer to the read of one.
            params = {"equals": name, "equalsField": "id"}
            listed = yield from self.records_of(f"/health/{kind}s", params, "results")
            record = next((one for one in listed if one.get("id") == name), None)
        return None if record is None else health_in(record)

    def names(self, kind: str) -> Flow[list[str]]:
        """Return the names of all services of a kind that have a health."""
        listed = yield from self.records_of(f"/health/{kind}s", {}, "results")
        return [str(record.get("id")) for record in listed]

    def change_state(self, kind: str, name: str, verb: str) -> Flow[None]:
        """Start, stop or restart a service: the request is sent once.

        Raises:
            ClientError: The server refuses it, or it is unknown if it has received it.
        """
        yield from self.act(
            f"{verb} {kind} {name!r}",
            f"/{kind}s/{{name}}/{verb}",
            method="PUT",
            path_params={"name": name},
        )

    def set_level(self, kind: str, name: str, transport: str, level: str) -> Flow[None]:
        """Set the log level of a service for one transport."""
        yield from self.act(
            f"set the log level of {kind} {name!r}",
            f"/{kind}s/{{name}}/loglevel",
            {"properties": {"transport": transport, "level": level}},
            "PUT",
            path_params={"name": name},
        )
