# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a service of a Gateway 5, once. The server answers when the service has ended.

Source: docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypedDict

from ..core import numbers
from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.jsonutils import dig
from ..core.once import may_have_arrived, reason_of
from . import inputs
from .gateway5_outcomes import ServiceRun, ServiceRunError, failure_in, outcome
from .gateway5_requests import Gateway5Requests, Record

ACTIONS = ("apply", "destroy")
_PLAN = "opentofu-plan"
_ENDS = ("complet", "end", "finish")
"""Beginnings of the keys with the time at which an entry of an activity has ended."""
_RUN_ID = r"(?:[\W_](?=.*\d)[\W_\da-fA-F]+)?"
"""The rest of the name of a run, after that of its service: `-7f`, but not `-all`, which is another
service. It is assumed."""
_RUNNING = frozenset(("running", "active", "started"))
"""Statuses of an entry that has not ended."""


class RunOptions(TypedDict, total=False):
    """The input of a service, and the time that it may take.

    Attributes:
        params: Its parameters. They are checked against its decorator if it has one.
        inventory: Its nodes: dicts with `inventory`, the name of an inventory, and `nodes`, a list
            of names; without it, all nodes of the inventory.
        action: `apply` or `destroy`; for OpenTofu plans only, which need it.
        wait_timeout: Seconds until the service must have ended; default 600. It is the timeout of
            the one request that runs the service.
        predict: Check everything, and run nothing.
    """

    params: Mapping[str, Any] | None
    inventory: Sequence[Mapping[str, Any]] | None
    action: str | None
    wait_timeout: float
    predict: bool


def run_service(
    requests: Gateway5Requests, service: str, cluster: str, options: RunOptions
) -> Flow[ServiceRun]:
    """Run a service, and return its outcome.

    Args:
        requests: The requests of the client.
        service: The name of the service.
        cluster: The id of its cluster.
        options: See `RunOptions`.

    Raises:
        ConfigurationError: There is no such cluster or service, or a parameter does not fit.
        ServiceRunError: The service failed, or it is unknown if it was run.
        ClientError: The cluster cannot be reached, or the server refuses the run.
    """
    timeout = numbers.seconds("wait_timeout", options.get("wait_timeout", 600.0))
    inventory = _inventory(options.get("inventory"))
    yield from requests.require_cluster(cluster)
    record = yield from requests.service(service, cluster)
    body = {
        "serviceName": service,
        "clusterId": cluster,
        "params": _params(service, record, options),
        **({"inventory": inventory} if inventory else {}),
    }
    earlier = yield from _entries(requests, service, cluster)
    others = [entry for entry in earlier if _is_active(entry)]
    if options.get("predict"):
        return ServiceRun(others=others)
    title = f"service {service!r} on gateway cluster {cluster!r}"
    try:
        answer = yield from requests.run(body, timeout)
    except ClientError as exc:
        answer = failure_in(exc)
        if answer is None:
            if not may_have_arrived(exc):
                raise
            changes = yield from _changes(requests, service, cluster, record, earlier)
            raise _unknown_error(title, exc, *changes) from exc
    return outcome(title, answer, requests.scrub)._replace(others=others)


def _params(service: str, record: Record | None, options: RunOptions) -> Record:
    """Return the parameters to send.

    Raises:
        ConfigurationError: One does not fit, or the action is missing, unknown or not for this
            service.
    """
    params = dict(options.get("params") or {})
    action = options.get("action")
    if action not in (None, *ACTIONS):
        raise ConfigurationError(f"action must be one of {', '.join(ACTIONS)}, not {action!r}")
    kind = dig(record, "service_metadata.type")
    if kind == _PLAN:
        # The documentation of the server has the action among the parameters.
        action = action or params.pop("action", None)
        if action is None:
            raise ConfigurationError(
                f"service {service!r} is an OpenTofu plan: give action: apply or destroy"
            )
    elif action is not None and kind is not None:
        raise ConfigurationError(f"service {service!r} is a {kind}: action is for OpenTofu plans")
    checked = inputs.check(params, _schema(record), "params")
    return checked if action is None else {**checked, "action": action}


def _schema(record: Record | None) -> Mapping[str, Any] | None:
    """Return the JSON schema in the decorator of a service; `None` if it has none."""
    decorator = dig(record, "service_metadata.decorator")
    inner = dig(decorator, "schema")
    schema = inner if isinstance(inner, Mapping) else decorator
    return schema if isinstance(schema, Mapping) else None


def _inventory(given: Sequence[Mapping[str, Any]] | None) -> list[Record]:
    """Return the inventories as they are sent.

    Raises:
        ConfigurationError: One has no name.
    """
    sent = []
    for one in given or ():
        if not one.get("inventory"):
            raise ConfigurationError("inventory: each item needs the name of an inventory")
        nodes = one.get("nodes")
        names = {} if nodes is None else {"nodeNames": list(nodes)}
        sent.append({"inventory": one["inventory"], **names})
    return sent


# Other runs, and runs without a response


def _entries(requests: Gateway5Requests, service: str, cluster: str) -> Flow[list[Record]]:
    """Return the entries about a service in the activity of its cluster."""
    activity = yield from requests.activity(cluster)
    return list(_find_named(re.compile(re.escape(service) + _RUN_ID), activity))


def _find_named(name: re.Pattern[str], value: Any) -> Iterator[Record]:
    """Yield the objects in JSON that have such a name."""
    if isinstance(value, Mapping):
        if name.fullmatch(str(value.get("name"))):
            yield dict(value)
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _find_named(name, item)


def _is_active(entry: Mapping[str, Any]) -> bool:
    """Tell if an entry of an activity has not ended."""
    ends = [value for key, value in entry.items() if key.lower().startswith(_ENDS)]
    if ends:
        return all(value in (None, "", "-") for value in ends)
    status = entry.get("status")
    return status is None or str(status).lower() in _RUNNING


def _changes(
    requests: Gateway5Requests,
    service: str,
    cluster: str,
    record: Record | None,
    earlier: Sequence[Record],
) -> Flow[tuple[bool, list[Record]]]:
    """Return what has changed since a run was sent.

    Returns:
        Whether the last run of the service is another one; the new entries in the activity.
    """
    entries = yield from _entries(requests, service, cluster)
    latest = None
    with suppress(ClientError):
        latest = yield from requests.service(service, cluster)
    has_run = bool(record and latest and record.get("last_run") != latest.get("last_run"))
    return has_run, [entry for entry in entries if entry not in earlier]


def _unknown_error(
    title: str, exc: ClientError, has_run: bool, activity: Sequence[Record]
) -> ServiceRunError:
    """Return the error of a run without a response, or with one that cannot be read."""
    if has_run:
        hint = "its last run has changed, so it was probably run"
    elif activity:
        hint = "the activity of the cluster names it, so it was probably run"
    else:
        hint = "the server shows no run of it, but may do so later"
    error = ServiceRunError(
        f"it is unknown if {title} was run: {reason_of(exc)}; {hint}: look at its effect before"
        " you run it again",
        cause=exc,
    )
    error.activity = activity
    return error
