# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to the Gateway Manager of a Platform, which passes them on to gateways of release 5.

Source: docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.messages import one_line
from ..core.optional import optional
from ..core.records.failures import Failure
from ..core.suggestions import suggestion
from .platform_requests import PlatformRequests

Record = dict[str, Any]

MANAGER = "/gateway_manager/v1"
DEVICE_SERVICES = frozenset(
    ("send-command", "send-config", "get-config", "run-command", "is-alive")
)
"""Services that every gateway has. Lists need not contain them."""

_CONFIGURATION = f"{MANAGER}/gateways/{{cluster}}/configuration"
_ENVELOPES = ("data", "result", "results")
"""The keys of what a response of the Gateway Manager is about; releases differ."""
_READER = "the role is gateway:read"
_PATIENCE = 10.0
"""Seconds for a request whose response is only a hint."""
_CONNECTED = frozenset(("connected", "active", "success", "true"))
_REFUSALS = (
    *(
        Failure(name, equals=word)
        for name in ("state", "status")
        for word in ("error", "failed", "failure")
    ),
    *(Failure(name, equals=False) for name in ("success", "valid")),
    Failure("errors", filled=True, reason=("errors.0.message", "errors.0", "message")),
    Failure("error", filled=True, reason=("error.data", "error.message", "error", "message")),
)
"""Signs of a failure in a response of 2xx; they are assumed."""


class Gateway5Requests(PlatformRequests):
    """The requests of one client."""

    __slots__ = ()

    def scrub(self, text: str) -> str:
        """Mask known secrets in a text, and parts that look like secrets."""
        return self._connection.calls.engine.scrub(text)

    # Clusters

    def require_cluster(self, cluster: str, *, writable: bool = False) -> Flow[None]:
        """Check that a gateway cluster can be reached.

        What the account may not read is not checked.

        Args:
            cluster: Its id.
            writable: Its configuration is to be changed.

        Raises:
            ClientError: There is no such cluster for this account, or it is disabled, read-only or
                not connected.
        """
        clusters = yield from self._clusters()
        connections = yield from optional(self.get(f"{MANAGER}/connections"))
        record = _record_of(cluster, clusters, connections)
        if record.get("enabled") is False:
            raise ClientError(f"gateway cluster {cluster!r} is disabled: set enabled: true for it")
        if writable and record.get("readonly"):
            raise ClientError(
                f"gateway cluster {cluster!r} is read-only: set readonly: false for it"
            )
        if not _is_reachable(cluster, record, connections):
            raise ClientError(
                f"gateway cluster {cluster!r} is not connected to this Platform: check that the"
                " gateway runs, and that its certificate is registered"
            )

    def _clusters(self) -> Flow[list[Record] | None]:
        """Return the clusters that the account sees; `None` if it may not read them.

        Raises:
            ConfigurationError: The Platform has no Gateway Manager.
        """
        try:
            answer = yield from self.get(f"{MANAGER}/gateways")
        except HTTPStatusError as exc:
            if exc.call_status == 404:
                raise ConfigurationError(
                    "this Platform has no Gateway Manager: it is part of release 6, and an add-on"
                    " for 2023.2"
                ) from exc
            if exc.call_status == 403:
                return None
            raise
        return _records_in(answer)

    # Services

    def service(self, name: str, cluster: str) -> Flow[Record | None]:
        """Return a service; `None` if its record cannot be read.

        Raises:
            ConfigurationError: The cluster has no such service.
        """
        reading = self.get(f"{MANAGER}/services", {"cluster_id": cluster})
        answer = yield from optional(reading)
        listed = _records_in(answer)
        if listed is None:
            return None
        # A server may ignore the filter.
        here = [one for one in listed if _place_of(one) in ("", cluster)]
        for record in here:
            if _name_of(record) == name:
                return record
        if name in DEVICE_SERVICES:
            return None
        elsewhere = sorted({_place_of(one) for one in listed if _name_of(one) == name})
        hint = (
            f"it is on {', '.join(elsewhere)}"
            if elsewhere
            else suggestion(name, map(_name_of, here), "check its name")
        )
        raise ConfigurationError(
            f"there is no service {name!r} on gateway cluster {cluster!r}: {hint}"
        )

    def run(self, body: Mapping[str, Any], timeout: float) -> Flow[Any]:
        """Run a service, and return the response when it has ended. It is sent once.

        Args:
            body: `serviceName`, `clusterId`, `params` and further keys.
            timeout: Seconds until the service must have ended.
        """
        sending = self.send(f"{MANAGER}/services/run", body, timeout=timeout)
        advice = "the account must also be in one of the groups of the gateway"
        return (yield from _with_advice(advice, sending))

    def activity(self, cluster: str) -> Flow[Any]:
        """Return what runs on a cluster or has ended recently; `None` before Gateway 5.4."""
        path, place = f"{MANAGER}/gateway/{{cluster}}/activity", {"cluster": cluster}
        try:
            return (yield from self.get(path, path_params=place, retry=1, timeout=_PATIENCE))
        except ClientError:
            # It is only a hint, and the server may not be reachable at all.
            return None

    # Configurations

    def export(self, cluster: str) -> Flow[Record]:
        """Return the configuration of a cluster.

        Raises:
            ClientError: The response is none.
        """
        reading = self.get(f"{_CONFIGURATION}/export", path_params={"cluster": cluster})
        answer = yield from _with_advice(_READER, reading)
        if isinstance(answer, Mapping) and {"state", "status", "jsonrpc"} & answer.keys():
            answer = next((answer[key] for key in _ENVELOPES if answer.get(key)), answer)
        if not isinstance(answer, Mapping):
            raise ClientError(
                f"the server's export of gateway cluster {cluster!r} is no JSON object: see the"
                " log of the gateway"
            )
        return dict(answer)

    def export_yaml(self, cluster: str) -> Flow[str]:
        """Return the configuration of a cluster as YAML."""
        text: str = yield from _with_advice(_READER, self._text_of_export(cluster))
        return text

    def _text_of_export(self, cluster: str) -> Flow[str]:
        response = yield from self._connection.calls.request(
            "GET", f"{_CONFIGURATION}/export/yaml", path_params={"cluster": cluster}
        )
        if "json" in response.headers.get("content-type", ""):
            answer = response.json()
            if isinstance(answer, str):
                return answer
        return response.text

    def import_(self, cluster: str, options: Mapping[str, Any]) -> Flow[Any]:
        """Import a configuration, or check it, and return the response. It is sent once.

        Args:
            cluster: The cluster.
            options: `source`, `content` or `git`, `force`, `check`.

        Raises:
            ClientError: The server refuses it.
        """
        path = f"{_CONFIGURATION}/import"
        sending = self.send(
            path,
            {"options": options},
            path_params={"cluster": cluster},
            read_only=bool(options.get("check")),
        )
        answer = yield from _with_advice("the role is gateway:update", sending)
        for part in (answer, dig(answer, "result")):
            for refusal in _REFUSALS:
                reason = refusal.find(part, {})
                if reason is not None:
                    raise ClientError(
                        f"gateway cluster {cluster!r} refuses the configuration:"
                        f" {one_line(self.scrub(reason))}"
                    )
        return answer


def _with_advice(advice: str, flow: Flow[Any]) -> Flow[Any]:
    """Perform a request, and tell what the account needs if it is refused."""
    try:
        return (yield from flow)
    except HTTPStatusError as exc:
        if exc.call_status == 403:
            exc.reword(f"{exc.message}; {advice}")
        raise


def _records_in(answer: Any) -> list[Record] | None:
    """Return the records in a response; `None` if it has no list."""
    if isinstance(answer, Mapping):
        answer = next(
            (answer[key] for key in _ENVELOPES if isinstance(answer.get(key), list)), None
        )
    if not isinstance(answer, list):
        return None
    return [record for record in answer if isinstance(record, dict)]


def _record_of(cluster: str, clusters: list[Record] | None, connections: Any) -> Record:
    """Return the record of a cluster; an empty one if records cannot be read.

    Raises:
        ConfigurationError: The account sees no such cluster.
    """
    if clusters is None:
        return {}
    for record in clusters:
        if record.get("cluster_id") == cluster:
            return record
    advice = "add the account to one of the groups of the gateway"
    if _connection_of(cluster, connections):
        raise ConfigurationError(
            f"gateway cluster {cluster!r} is connected, but this account does not see it: {advice}"
        )
    names = [str(record.get("cluster_id")) for record in clusters]
    raise ConfigurationError(
        f"there is no gateway cluster {cluster!r} that this account sees:"
        f" {suggestion(cluster, names, 'check its name')}, or {advice}"
    )


def _is_reachable(cluster: str, record: Record, connections: Any) -> bool:
    """Tell if a cluster is connected; `True` if nothing tells."""
    connection = _connection_of(cluster, connections)
    if connection is not None:
        return connection
    status = record.get("connection_status")
    if status is None and not isinstance(connections, Mapping):
        return True
    return _is_connected(status)


def _connection_of(cluster: str, connections: Any) -> bool | None:
    """Tell if a cluster is connected; `None` if the connections do not name it."""
    for place in (connections, *(dig(connections, key) for key in _ENVELOPES)):
        if isinstance(place, Mapping) and cluster in place:
            return _is_connected(place[cluster])
    return None


def _is_connected(value: Any) -> bool:
    if isinstance(value, Mapping):
        known = ("connected", "connection_status", "status", "state")
        value = next((value[key] for key in known if key in value), True)
    return value.lower() in _CONNECTED if isinstance(value, str) else bool(value)


def _name_of(service: Mapping[str, Any]) -> str:
    return str(dig(service, "service_metadata.name") or service.get("name") or "")


def _place_of(service: Mapping[str, Any]) -> str:
    return str(dig(service, "service_metadata.location") or "")
