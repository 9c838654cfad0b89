# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of a Gateway: `client.runs.execute(playbook="site", hosts=["sw-001"])`.

A run is synchronous: its response comes when it has ended. It is sent once; if its connection
breaks, it is looked for in the history. Sources: docs/protocols/itential-gateway.md sections 8
and 9.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..core.facts import UNAVAILABLE
from ..core.flow import Flow, Together, collect, gather
from ..core.options import check_options
from ..core.polling import Notify, Schedule, WaitOptions, schedule_of
from ..core.records.types import look_for
from . import run_results
from .run_kinds import Plan, Record, plan_of
from .run_sending import Attempt, Sender, UnfinishedError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from ..core.http import Response
    from .gateway_store import GatewayStore

AT_ONCE = 4
"""Commands that run at a time, each on one host."""
FEW = 5
"""Hosts that are named in a line."""

_IMPLICIT = {"device": frozenset(("localhost",)), "group": frozenset(("all", "ungrouped"))}
"""Names that Ansible knows without an inventory."""


class RunOptions(WaitOptions, total=False):
    """The content to run, and its targets. Give exactly one of the kinds.

    A run has the time of `wait_timeout`.

    Attributes:
        playbook: The name of a playbook.
        script: The name of a script, with its file extension.
        role: The name of a role.
        module: The name of a module.
        collection_module: The full name of the module of a collection: `cisco.ios.ios_command`.
        collection_role: The full name of the role of a collection.
        nornir: The name of a Nornir module.
        terraform: The name of a Terraform or OpenTofu configuration.
        netmiko: `send_command` or `send_config_set`.
        netconf: `get_config`, `set_config` or `exec_rpc`.
        http_request: The endpoint of an HTTP request, a path below the URL of the host.
        action: `init plan apply validate destroy`, for Terraform; default `apply`.
        hosts: The names of devices; for commands, of entries of the inventory `default` of their
            kind.
        groups: The names of groups of devices.
        arguments: The arguments of the content; of a command, its parameters.
        env: Environment variables.
        template: A TextFSM template for the output.
        strict_args: Refuse arguments that the schema lacks.
        verbosity: 1 to 4, for playbooks.
        syntax_check: Only check the syntax of a playbook.
        provider_required: The module takes a provider with the credentials of its hosts.
        dry_run: Ask the server what would change.
    """

    playbook: str | None
    script: str | None
    role: str | None
    module: str | None
    collection_module: str | None
    collection_role: str | None
    nornir: str | None
    terraform: str | None
    netmiko: str | None
    netconf: str | None
    http_request: str | None
    action: str | None
    hosts: Sequence[str] | None
    groups: Sequence[str] | None
    arguments: Mapping[str, Any] | None
    env: Mapping[str, Any] | None
    template: str | None
    strict_args: bool | None
    verbosity: int | None
    syntax_check: bool | None
    provider_required: bool | None
    dry_run: bool


_OPTIONS = RunOptions.__optional_keys__


class Run(NamedTuple):
    """A run, and its results.

    Attributes:
        title: What was run, for messages.
        sent: False if nothing was sent: a prediction of something that has no dry run.
        dry_run: Whether it was a dry run.
        changed: Whether something was changed, or would be.
        results: The results of hosts and tasks, see `run_results.results_of`.
        answer: The only result, or that of the task that holds the answer of a role.
        audit_ids: The ids of the runs in the history, if they were looked for there.
        others: The ids of runs of the same content that had not ended when this one was started.
        waited: Seconds.
    """

    title: str
    sent: bool
    dry_run: bool
    changed: bool
    results: Sequence[Record] = ()
    answer: Record | None = None
    audit_ids: Sequence[Any] = ()
    others: Sequence[Any] = ()
    waited: float = 0.0


class RunError(ClientError):
    """A run has failed, or has no result that could be read.

    Attributes:
        run: What is known of it.
    """

    run: Run


class RunsBase:
    """The flows of the runs of a client.

    Args:
        connection: Sends the requests.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_connection", "_perform", "_store")

    def __init__(
        self,
        connection: ConnectionBase,
        store: GatewayStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._connection = connection
        self._store = store
        self._perform = perform

    def _executed(self, options: RunOptions, predict: bool) -> Flow[Run]:
        check_options(Runs.execute, options, _OPTIONS)
        schedule = schedule_of(options)
        if schedule.timeout == 0:
            raise ConfigurationError("wait_timeout must be more than 0 seconds: a run is awaited")
        plan = plan_of(options)
        dry = plan.dry_run() if predict or options.get("dry_run") else None
        if options.get("dry_run") and dry is None:
            raise ConfigurationError(
                f"dry_run is not for {plan.title}: the server has no dry run of it; in check mode,"
                " nothing is sent"
            )
        plan = yield from self._checked(plan)
        if predict and dry is None:
            return Run(plan.title, False, False, plan.changes)
        notify = options.get("notify")
        if dry is None:
            return (yield from self._run(plan, schedule, notify))
        run = yield from self._run(
            dry._replace(arguments=plan.arguments), schedule, notify, dry_run=True
        )
        # Check mode tells what a run would change; a dry run itself changes nothing.
        return run._replace(changed=predict and plan.changes and _changed(run.results))

    # Before the run

    def _checked(self, plan: Plan) -> Flow[Plan]:
        """Return a run with checked arguments, whose hosts and groups exist."""
        schema = yield from self._schema(plan)
        plan = plan.checked(schema)
        for secret in plan.secrets(schema):
            self._connection.secrets.add(secret)
        yield from self._require_places(plan)
        return plan

    def _schema(self, plan: Plan) -> Flow[Mapping[str, Any] | None]:
        """Return the schema of content or a command; `None` if there is none to be read."""
        answer = yield from self._readable(f"{plan.kind.path}/schema", plan)
        if answer is None and not plan.kind.is_command:
            answer = yield from self._content(plan)
        schema = answer.get("schema", answer) if isinstance(answer, Mapping) else None
        return schema if isinstance(schema, Mapping) else None

    def _content(self, plan: Plan) -> Flow[Any]:
        """Return the schema in the record of content, whose schema has no route of its own.

        Raises:
            ConfigurationError: There is no such content.
        """
        record = yield from self._readable(plan.kind.path, plan)
        if not isinstance(record, Mapping):
            yield from self._require_content(plan)
            return None
        schemas = record.get("schemas")
        schemas = schemas if isinstance(schemas, Mapping) else {}
        return schemas.get(schemas.get("effective_schema_type")) or record.get("schema")

    def _readable(self, path: str, plan: Plan) -> Flow[Any]:
        """Return the answer of a path; `None` if the server does not have it or forbids it."""
        call = self._connection._call("GET", path, path_params=plan.path_params)
        response: Response = yield from self._connection._engine.send(call)
        if response.status_code in UNAVAILABLE:
            return None
        self._connection._engine.check(response)
        return response.json()

    def _require_content(self, plan: Plan) -> Flow[None]:
        """Refuse content that is not in a list of others."""
        path, dummy, dummy_name = plan.kind.path.rpartition("/")
        places = {name: value for name, value in plan.path_params.items() if name != "name"}
        pages = self._connection._pages_flow(path, {}, "data", "GET", None, {"path_params": places})
        names = yield from _names_in(collect(pages))
        name = plan.path_params["name"]
        if names and name not in names:
            close = get_close_matches(name, names, 1)
            hint = (
                f"did you mean {close[0]!r}?"
                if close
                else "check its name, or refresh the content of the Gateway"
            )
            raise ConfigurationError(f"there is no {plan.kind.title} {plan.name!r}: {hint}")

    def _require_places(self, plan: Plan) -> Flow[None]:
        """Refuse hosts and groups that do not exist, as far as the account may read them."""
        wanted = ((plan.kind.inventory, plan.hosts), ("group", plan.groups))
        missing = yield from gather([self._missing(*one) for one in wanted if one[1]], 2)
        names = [name for part in missing for name in part]
        if names:
            raise ConfigurationError(
                f"{', '.join(names)}: there is no such host or group on the Gateway, so nothing was"
                " run"
            )

    def _missing(self, resource: str, names: Sequence[str]) -> Flow[list[str]]:
        row = yield from self._store.row(resource)
        checked = [name for name in names if name not in _IMPLICIT.get(resource, ())]
        scope = {"inventory": "default"} if "inventory" in row.key else {}
        wanted = [(row.key, {**scope, "name": name}) for name in checked]
        try:
            found = yield from look_for(self._store, row, wanted)
        except HTTPStatusError as exc:
            if exc.status_code not in UNAVAILABLE:
                raise
            return []
        there = {record["name"] for record in found}
        missing = [name for name in checked if name not in there]
        if not missing:
            return []
        # A server that shows none at all says nothing about these.
        pages = self._store.pages(row, scope)
        names = yield from _names_in(collect(pages))
        return [name for name in missing if names and name not in names]

    # The run

    def _run(
        self, plan: Plan, schedule: Schedule, notify: Notify | None, dry_run: bool = False
    ) -> Flow[Run]:
        tell = notify or (lambda dummy_line: None)
        sender = Sender(self._connection, plan, schedule, tell)
        others = yield from sender.prepare()
        began = sender.clock()
        tell(f"{plan.title} started{_on(plan.hosts + plan.groups)}")
        bodies = plan.bodies()
        if len(bodies) == 1:
            outcomes: list[Any] = [(yield from sender.attempt(bodies[0]))]
        else:
            outcomes = yield Together([sender.attempt(body) for body in bodies], AT_ONCE)
        errors = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
        if len(errors) == len(bodies) and not any(isinstance(e, UnfinishedError) for e in errors):
            raise errors[0]
        results = _results(plan, bodies, outcomes)
        broken = run_results.failed(results)
        run = Run(
            plan.title,
            sent=True,
            dry_run=dry_run,
            changed=plan.changes and _changed(results),
            results=results,
            answer=run_results.answer_of(results, plan.name),
            audit_ids=[one.audit_id for one in outcomes if getattr(one, "audit_id", None)],
            others=others,
            waited=sender.clock() - began,
        )
        tell(f"{plan.title}: {len(results) - len(broken)} of {len(results)} results are a success")
        if broken:
            raise self._failure(run, broken, errors)
        return run

    def _failure(
        self, run: Run, broken: Sequence[Record], errors: Sequence[ClientError]
    ) -> RunError:
        cause = errors[0] if errors else None
        if cause is not None and len(run.results) == 1:
            text = cause.message
        else:
            total = len(run.results)
            counts = f"{len(broken)} of {total} results are a failure; the first: "
            first = run_results.describe(broken[0])
            text = f"{run.title} failed: {counts if total > 1 else ''}{first}"
        error = RunError(
            self._connection.secrets.scrub(text),
            request=None if cause is None else cause.request,
            response=None if cause is None else cause.response,
            cause=cause,
        )
        error.run = run
        return error


def _names_in(pages: Flow[list[Any]]) -> Flow[list[str]]:
    """Return the names of the records in pages; none if these cannot be read."""
    try:
        found = yield from pages
    except HTTPStatusError as exc:
        if exc.status_code not in UNAVAILABLE:
            raise
        return []
    records = [record for page in found for record in getattr(page, "records", page)]
    return [record["name"] for record in records if isinstance(record, dict) and "name" in record]


def _results(
    plan: Plan, bodies: Sequence[Record], outcomes: Sequence[Attempt | ClientError]
) -> list[Record]:
    """Return the results of all requests, each with its host."""
    results: list[Record] = []
    for body, outcome in zip(bodies, outcomes, strict=True):
        host = body.get("host")
        if isinstance(outcome, ClientError):
            results.append(run_results.failure(host, outcome.message))
        elif outcome.results:
            results += [{**one, "host": one["host"] or host} for one in outcome.results]
        else:
            results.append(run_results.failure(host, "the answer is empty: nothing was run"))
    told = {result["host"] for result in results if result["host"]}
    # A script may answer for the Gateway itself, and hosts of groups are not known.
    if told and told <= {*plan.hosts} and not plan.groups:
        results += [
            run_results.failure(host, "the answer has no result of this host")
            for host in plan.hosts
            if host not in told
        ]
    return results


def _changed(results: Sequence[Record]) -> bool:
    """Tell if anything has changed: something has, unless every result says that it has not."""
    return not results or any(_says_changed(result) for result in results)


def _says_changed(result: Mapping[str, Any]) -> bool:
    inner = result.get("results")
    told = result.get("changed", inner.get("changed") if isinstance(inner, Mapping) else None)
    return told is not False


def _on(places: Sequence[str]) -> str:
    if not places:
        return ""
    more = f" and {len(places) - FEW} more" if len(places) > FEW else ""
    return f" on {', '.join(places[:FEW])}{more}"


class Runs(RunsBase):
    """The runs of a Gateway, for threads."""

    __slots__ = ()

    def execute(self, **options: Unpack[RunOptions]) -> Run:
        """Run content or a command, and wait for the result.

        Args:
            **options: See `RunOptions` and `WaitOptions`.

        Raises:
            ConfigurationError: There is no such content, host or group, or an argument does not
                fit. Nothing was run.
            RunError: It failed on a host, or has no result that could be read.
            ClientError: The server refuses it. Nothing was run.
        """
        run: Run = self._perform(self._executed(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Run:
        """Check everything that `execute` checks, and make a dry run if the server has one.

        Otherwise nothing is run. For the arguments and errors see `execute`.
        """
        run: Run = self._perform(self._executed(options, True))
        return run


class AsyncRuns(RunsBase):
    """The runs of a Gateway, for event loops. For arguments and errors see `Runs`."""

    __slots__ = ()

    def execute(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Run content or a command, and wait for the result."""
        run: Awaitable[Run] = self._perform(self._executed(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Check everything that `execute` checks, and make a dry run if the server has one."""
        run: Awaitable[Run] = self._perform(self._executed(options, True))
        return run
