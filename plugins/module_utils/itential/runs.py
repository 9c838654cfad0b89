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
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.options import check_options
from ..core.polling import Notify, Schedule, WaitOptions, schedule_of
from . import run_results
from .run_checks import check
from .run_kinds import Plan, Record, plan_of
from .run_sending import Attempt, Sender, UnfinishedError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .gateway_store import GatewayStore

MAX_CONCURRENT_REQUESTS = 4
"""Commands that run at the same time, each on one host."""
FEW = 5
"""Hosts that are named in a line."""


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

    def _execute(self, options: RunOptions, predict: bool) -> Flow[Run]:
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
        plan = yield from check(self._connection, self._store, plan)
        if predict and dry is None:
            return Run(plan.title, False, False, plan.changes)
        notify = options.get("notify")
        if dry is None:
            return (yield from self._run(plan, schedule, notify))
        run = yield from self._run(
            dry._replace(arguments=plan.arguments), schedule, notify, dry_run=True
        )
        # Check mode tells what a run would change; a dry run itself changes nothing.
        return run._replace(changed=predict and plan.changes and _has_changed(run.results))

    def _run(
        self, plan: Plan, schedule: Schedule, notify: Notify | None, dry_run: bool = False
    ) -> Flow[Run]:
        tell = notify or (lambda dummy_line: None)
        sender = Sender(self._connection, plan, schedule, tell)
        others = yield from sender.prepare()
        began = sender.clock()
        tell(f"{plan.title} started{_targets(plan.hosts + plan.groups)}")
        bodies = plan.bodies()
        outcomes = yield from _attempts(sender, bodies)
        errors = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
        if len(errors) == len(bodies) and not any(isinstance(e, UnfinishedError) for e in errors):
            raise errors[0]
        results = _results(plan, bodies, outcomes)
        broken = run_results.failures(results)
        run = Run(
            plan.title,
            sent=True,
            dry_run=dry_run,
            changed=plan.changes and _has_changed(results),
            results=results,
            answer=run_results.answer_of(results, plan.name),
            audit_ids=[
                outcome.audit_id for outcome in outcomes if getattr(outcome, "audit_id", None)
            ],
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
        error = RunError(self._connection.secrets.scrub(text), cause=cause)
        error.run = run
        return error


def _attempts(sender: Sender, bodies: Sequence[Record]) -> Flow[list[Any]]:
    if len(bodies) == 1:
        return [(yield from sender.attempt(bodies[0]))]
    outcomes: list[Any] = yield Together(
        [sender.attempt(body) for body in bodies], MAX_CONCURRENT_REQUESTS
    )
    return outcomes


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
            results += [{**result, "host": result["host"] or host} for result in outcome.results]
        else:
            results.append(
                run_results.failure(host, "the answer is empty, so it is unknown what was run")
            )
    reported = {result["host"] for result in results if result["host"]}
    # A script may answer for the Gateway itself, and hosts of groups are not known.
    if reported and reported <= {*plan.hosts} and not plan.groups:
        results += [
            run_results.failure(host, "the answer has no result of this host")
            for host in plan.hosts
            if host not in reported
        ]
    return results


def _has_changed(results: Sequence[Record]) -> bool:
    """Tell if anything has changed: something has, unless every result says that it has not."""
    return any(_says_changed(result) for result in results)


def _says_changed(result: Mapping[str, Any]) -> bool:
    inner = result.get("results")
    changed = result.get("changed", inner.get("changed") if isinstance(inner, Mapping) else None)
    return changed is not False


def _targets(places: Sequence[str]) -> str:
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
        run: Run = self._perform(self._execute(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Run:
        """Check everything that `execute` checks, and make a dry run if the server has one.

        Otherwise nothing is run. For the arguments and errors see `execute`.
        """
        run: Run = self._perform(self._execute(options, True))
        return run


class AsyncRuns(RunsBase):
    """The runs of a Gateway, for event loops. For arguments and errors see `Runs`."""

    __slots__ = ()

    def execute(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Run content or a command, and wait for the result."""
        run: Awaitable[Run] = self._perform(self._execute(options, False))
        return run

    def predict(self, **options: Unpack[RunOptions]) -> Awaitable[Run]:
        """Check everything that `execute` checks, and make a dry run if the server has one."""
        run: Awaitable[Run] = self._perform(self._execute(options, True))
        return run
