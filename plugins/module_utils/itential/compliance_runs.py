# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a compliance run, once: of a plan, or of devices or backups.

A start is sent once. If its response is lost, the run of a plan is looked for among the runs of
that plan. Source: docs/protocols/itential-platform.md sections 8.4 and 8.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.once import may_have_arrived
from ..core.optional import optional
from ..core.suggestions import suggestion
from .compliance_reports import DeviceReport, Record, reports_in
from .platform_requests import PlatformRequests, failure_in, id_in
from .platform_trees import FIRST_VERSION, Trees, nodes_of

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

CONFIGURATION = "/configuration_manager"
_REPORTS = f"{CONFIGURATION}/compliance_reports"
_INSTANCES = f"{CONFIGURATION}/search/compliance_plan_instances"

MOST_INSTANCES = 100
"""Runs of a plan that are read, the newest first."""

_ENDED = frozenset(("complete", "error", "failed", "canceled"))
_SPELLINGS = {"cancelled": "canceled", "completed": "complete"}
_NOT_FOUND = 404


class RunOptions(TypedDict, total=False):
    """The run to start. Give `plan`, `devices` or `backups`.

    Attributes:
        plan: The name or id of a compliance plan.
        attach: Use a run of the plan that is in progress, and start none. Default true.
        devices: The names of devices to check against `golden_config`.
        backups: The ids of backups to check against `golden_config`.
        golden_config: The name or id of a golden configuration.
        version: Its version. Default `initial`.
        node: The path of a node of that version. Default: the root.
    """

    plan: str | None
    attach: bool
    devices: Sequence[str] | None
    backups: Sequence[str] | None
    golden_config: str | None
    version: str | None
    node: str | None


class Run(NamedTuple):
    """A compliance run.

    Attributes:
        title: What is checked, for messages.
        is_new: False if the run was in progress already.
        plan: The id and name of its plan; `None` for a run of devices or backups.
        instance: The id of the run of a plan; `""` if there is none, or if it is only predicted.
        batch: The id under which its reports are; `""` if it is not known yet.
        devices: The devices that must be reported, as far as they are known.
        reports: The number of reports that a run of devices or backups has in the end.
    """

    title: str
    is_new: bool
    plan: Record | None = None
    instance: str = ""
    batch: str = ""
    devices: tuple[str, ...] = ()
    reports: int = 0

    def label(self) -> str:
        """Return what names the run in messages."""
        number = f"instance {self.instance}" if self.instance else f"batch {self.batch}"
        return f"{self.title} ({number})" if self.instance or self.batch else self.title


class ComplianceRequests(PlatformRequests):
    """The requests about compliance of one client.

    Args:
        connection: Sends them.
        store: The client's records.
    """

    __slots__ = ("_store", "_trees")

    def __init__(self, connection: ConnectionBase, store: PlatformStore) -> None:
        super().__init__(connection)
        self._store = store
        self._trees = Trees(connection)

    def plan(self, plan: str) -> Flow[Record]:
        """Return id and name of a plan.

        Raises:
            ConfigurationError: There is none, or more than one.
        """
        row = yield from self._store.row("compliance_plan")
        listed = yield from self._store.read_all(row)
        return _choose(listed, plan, "compliance plan")

    def node(self, options: RunOptions) -> Flow[Record]:
        """Return a node of a golden configuration as requests name it.

        Raises:
            ConfigurationError: There is no such golden configuration, version or node.
        """
        name = str(options.get("golden_config"))
        row = yield from self._store.row("golden_config")
        listed = yield from self._store.read_all(row)
        tree = _choose(listed, name, "golden configuration")
        version = options.get("version") or FIRST_VERSION
        found = yield from self._trees.read(tree["id"], version)
        paths = [node.path for node in nodes_of(found)]
        if not paths:
            raise ConfigurationError(
                f"golden configuration {name!r} has no version {version!r}: check 'version'"
            )
        node = options.get("node") or paths[0]
        if node not in paths:
            raise ConfigurationError(
                f"version {version} of golden configuration {name!r} has no node {node!r}: its"
                f" nodes are {', '.join(paths)}"
            )
        return {"treeId": tree["id"], "version": version, "nodePath": node}

    def instances(self, plan: str) -> Flow[list[Record]]:
        """Return the runs of a plan, the newest first, as far as the server obeys."""
        params = {"limit": MOST_INSTANCES, "planId": plan, "sort": {"started": -1}, "start": 0}
        found = yield from self._instances(params)
        return [one for one in found if id_in(one, "planId") in ("", plan)]

    def instance(self, number: str) -> Flow[Record | None]:
        """Return one run; `None` if the server does not list it (yet)."""
        found = yield from self._instances({"instanceId": number})
        return next((one for one in found if number_of(one) in ("", number)), None)

    def _instances(self, params: Mapping[str, Any]) -> Flow[list[Record]]:
        answer = yield from self.search(_INSTANCES, {"searchParams": params})
        envelope = answer if isinstance(answer, Mapping) else {}
        groups = [envelope, *(envelope.get("groups") or ())]
        return [
            dict(one)
            for group in groups
            if isinstance(group, Mapping)
            for one in group.get("plans") or ()
            if isinstance(one, Mapping)
        ]

    def reports(self, batch: str) -> Flow[list[DeviceReport]]:
        """Return the reports of a run; none if there is no such batch (yet)."""
        path = f"{_REPORTS}/batch/{{batch}}"
        reading = self.get(path, path_params={"batch": batch})
        return reports_in((yield from optional(reading, (_NOT_FOUND,))))

    def read_details(self, report: DeviceReport) -> Flow[DeviceReport]:
        """Return a report with its issues."""
        path = f"{_REPORTS}/details/{{id}}"
        answer = yield from self.get(path, path_params={"id": report.id})
        return report.with_details(answer if isinstance(answer, Mapping) else {})


def number_of(instance: Mapping[str, Any]) -> str:
    """Return the id of the run of a plan."""
    return id_in(instance, "instanceId", "id", "_id")


def status_of(instance: Mapping[str, Any]) -> str:
    """Return the status of the run of a plan, in one spelling; `""` if it has none."""
    status = id_in(instance, "jobStatus", "status").lower()
    if not status and instance.get("finished"):
        return "complete"
    return _SPELLINGS.get(status, status)


def has_ended(instance: Mapping[str, Any]) -> bool:
    """Tell if the run of a plan has ended."""
    return status_of(instance) in _ENDED


def start(requests: ComplianceRequests, options: RunOptions, predict: bool) -> Flow[Run]:
    """Start a run, or return the one in progress.

    Args:
        requests: The requests of the client.
        options: See `RunOptions`.
        predict: Check everything and start nothing.

    Raises:
        ConfigurationError: There is no such plan, golden configuration or node.
        ClientError: The server refuses the start, or it is unknown if it has received it.
    """
    given = [name for name in ("plan", "devices", "backups") if options.get(name) is not None]
    if len(given) != 1:
        raise ConfigurationError("give one of plan, devices and backups")
    if given == ["plan"]:
        return (yield from _start_plan(requests, options, predict))
    return (yield from _start_check(requests, given[0], options, predict))


def _start_plan(requests: ComplianceRequests, options: RunOptions, predict: bool) -> Flow[Run]:
    plan = yield from requests.plan(str(options.get("plan")))
    run = Run(f"compliance plan {plan['name']!r}", True, plan)
    before = yield from requests.instances(plan["id"])
    live = [one for one in before if status_of(one) and not has_ended(one)]
    if live and options.get("attach", True):
        return run._replace(is_new=False, instance=number_of(live[0]))
    if predict:
        return run
    doubt = None
    try:
        answer = yield from requests.send(
            f"{CONFIGURATION}/compliance_plans/run", {"planId": plan["id"], "options": {}}
        )
    except ClientError as exc:
        if not may_have_arrived(exc):
            raise
        answer, doubt = None, exc
    refusal = failure_in(answer)
    if refusal:
        raise ClientError(f"the server refused to run {run.title}: {refusal}")
    instance = id_in(answer, "instanceId", "data.instanceId")
    if not instance:
        reason = "the response names no instance" if doubt is None else doubt.message

        def numbers() -> Flow[list[str]]:
            found = yield from requests.instances(plan["id"])
            return [number_of(one) for one in found]

        known = {number_of(one) for one in before}
        unknown = f"it is unknown if {run.title} was started: {reason}"
        # The newest is first: those before the last one were started by others since.
        instance = (yield from requests.find_new_ids(numbers, known, unknown, doubt))[-1]
    return run._replace(instance=instance)


def _start_check(
    requests: ComplianceRequests, kind: str, options: RunOptions, predict: bool
) -> Flow[Run]:
    """Start a check of devices or backups against a golden configuration."""
    wanted = options.get("devices") if kind == "devices" else options.get("backups")
    names = list(dict.fromkeys(wanted or ()))
    if not names:
        raise ConfigurationError(f"{kind} is empty: a check of nothing is no proof of compliance")
    if not options.get("golden_config"):
        raise ConfigurationError(f"golden_config is missing: say against what {kind} are checked")
    node = yield from requests.node(options)
    run = Run(
        f"golden configuration {options.get('golden_config')!r}",
        True,
        devices=tuple(names) if kind == "devices" else (),
        reports=len(names),
    )
    if predict:
        return run
    path = _REPORTS if kind == "devices" else f"{_REPORTS}/backups"
    body: Record = {"options": {**node, "devices": names}}
    if kind == "backups":
        body = {"treeInfo": node, "backupIds": names}
    try:
        answer = yield from requests.send(path, body)
    except ClientError as exc:
        if may_have_arrived(exc):
            exc.reword(
                f"it is unknown if the check of {run.title} was started: {exc.message}; it changes"
                " nothing, so it can be run again"
            )
        raise
    batch = id_in(answer, "batchId", "data.batchId")
    refusal = failure_in(answer) or ("" if batch else "the response names no batch")
    if refusal:
        raise ClientError(f"the server did not check {run.title}: {refusal}")
    return run._replace(batch=batch)


def _choose(listed: Sequence[Mapping[str, Any]], wanted: str, noun: str) -> Record:
    """Return id and name of the record that has a name, or else that id.

    Raises:
        ConfigurationError: There is none, or more than one.
    """
    found = [one for one in listed if one.get("name") == wanted] or [
        one for one in listed if one.get("id") == wanted
    ]
    if not found:
        names = [str(one.get("name")) for one in listed]
        hint = suggestion(wanted, names, "check its name")
        raise ConfigurationError(f"there is no {noun} {wanted!r}: {hint}")
    if len(found) > 1:
        ids = ", ".join(str(one.get("id")) for one in found)
        raise ConfigurationError(f"there are several {noun}s {wanted!r}: give one of the ids {ids}")
    return {"id": str(found[0].get("id")), "name": str(found[0].get("name"))}
