# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on devices: `client.commands.run(template="Check BGP", devices=["r1"])`.

Source: docs/protocols/itential-platform.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError, SerializationError
from ..core.flow import Flow, Together, gather
from ..core.once import may_have_arrived
from ..core.optional import optional
from ..core.options import check_options
from ..core.suggestions import suggestion
from .command_comparison import Pair, merge, pairs_of, results_of
from .command_results import Record, Results
from .command_verdict import CommandError, CommandOutcome, Gate, GateOptions
from .platform_requests import MAX_CONCURRENT_REQUESTS, PlatformRequests

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

__all__ = ["AsyncCommands", "CommandError", "CommandOutcome", "Commands"]

_HIDDEN = frozenset((403, 404))
_VARIABLE = re.compile(r"<!\s*([^!>\s]+)\s*!>")
"""A variable in a command of a template."""


class RunOptions(GateOptions, total=False):
    """The commands to run, and the conditions for passing. Give `template` or `command`.

    Attributes:
        template: The name of a command template.
        command: A single command.
        devices: The names of the devices.
        variables: The variables of the template or command.
    """

    template: str | None
    command: str | None
    devices: Sequence[str]
    variables: Mapping[str, Any] | None


class CompareOptions(GateOptions, total=False):
    """The results to compare, and the conditions for passing.

    Attributes:
        variables: The variables of the analytic template.
    """

    variables: Mapping[str, Any] | None


class CommandsBase:
    """The flows of the commands of a client.

    Args:
        connection: The client.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests", "_store")

    def __init__(
        self,
        connection: ConnectionBase,
        store: PlatformStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._store = store
        self._requests = PlatformRequests(connection)
        self._perform = perform

    def _check(self, options: RunOptions) -> Flow[None]:
        """Check what can be checked without a device."""
        check_options(Commands.run, options, RunOptions.__optional_keys__)
        Gate(options)
        template, command = options.get("template"), options.get("command")
        if bool(template) == bool(command):
            raise ConfigurationError("give one of template and command")
        if not options.get("devices"):
            raise ConfigurationError("devices is empty: give at least one device")
        given = options.get("variables") or {}
        commands = [str(command)]
        if template:
            record = yield from self._template("command_template", template)
            commands = [str(one.get("command")) for one in record.get("commands") or ()]
        for line in () if options.get("allow_skipped") else commands:
            for name in _VARIABLE.findall(line):
                if name not in given:
                    raise ConfigurationError(f"variables.{name} is missing: {line!r} needs it")

    def _template(self, kind: str, name: str) -> Flow[Record]:
        """Return a template; an empty one if the account may not read it.

        Raises:
            ConfigurationError: There is no such template.
        """
        row = yield from self._store.row(kind)
        listed = yield from optional(self._store.read_all(row, {"name": name}), _HIDDEN)
        if listed is None:
            return {}
        if not listed:
            everything = yield from optional(self._store.read_all(row, {}), _HIDDEN)
            names = [str(one.get("name")) for one in everything or ()]
            hint = suggestion(name, names, "check its name")
            raise ConfigurationError(f"there is no {kind} {name!r}: {hint}")
        return listed[0]

    def _run(self, options: RunOptions) -> Flow[CommandOutcome]:
        yield from self._check(options)
        devices = list(dict.fromkeys(options.get("devices") or ()))
        variables = dict(options.get("variables") or {})
        template, command = options.get("template"), options.get("command")
        title = f"template {template!r}" if template else f"command {command!r}"
        if template:
            body = {"template": template, "variables": variables, "devices": devices}
            answer = yield from self._answer(title, "/mop/RunCommandTemplate", body)
        elif variables:
            answer = yield from self._run_on_each(title, str(command), devices, variables)
        else:
            single: Record = {"command": command, "devices": devices}
            answer = yield from self._answer(title, "/mop/RunCommandDevices", single)
        return Gate(options).of_run(title, Results(answer, devices))

    def _answer(self, title: str, path: str, body: Mapping[str, Any]) -> Flow[Any]:
        """Send commands, and return the answer; a text that is no JSON is an error of the server.

        Raises:
            ClientError: The server refuses them, or it is unknown if it has received them.
        """
        try:
            return (yield from self._requests.send(path, body))
        except SerializationError as exc:
            if exc.response is None:
                raise
            return exc.response.text
        except ClientError as exc:
            if may_have_arrived(exc):
                exc.reword(
                    f"it is unknown if {title} has run on the devices: {exc.message}; if it"
                    " changes something, look at the devices before you run it again"
                )
            raise

    def _run_on_each(
        self, title: str, command: str, devices: Sequence[str], variables: Mapping[str, Any]
    ) -> Flow[list[Any]]:
        """Run a command with variables, which only the request for a single device takes.

        An error of one device does not hide the results of the others.
        """
        known = {"command": command, "variables": variables}
        flows = [
            self._answer(title, "/mop/RunCommand", {**known, "device": device})
            for device in devices
        ]
        outcomes: list[Any] = yield Together(flows, MAX_CONCURRENT_REQUESTS)
        return [
            {"device": device, "error": outcome.message}
            if isinstance(outcome, ClientError)
            else outcome
            for device, outcome in zip(devices, outcomes, strict=True)
        ]

    def _compare(
        self, template: str, pre: Any, post: Any, options: CompareOptions, predict: bool = False
    ) -> Flow[CommandOutcome | None]:
        check_options(Commands.compare, options, CompareOptions.__optional_keys__)
        gate = Gate(options)
        before, after = results_of("pre", pre), results_of("post", post)
        pairs = pairs_of(before, after)
        yield from self._template("analytic_template", template)
        if predict:
            return None
        variables = dict(options.get("variables") or {})
        flows = [self._comparison(template, pair, variables) for pair in pairs]
        answers = yield from gather(flows, MAX_CONCURRENT_REQUESTS)
        results = merge(answers, [pair.device for pair in pairs])
        return gate.of_comparison(f"analytic template {template!r}", results)

    def _comparison(self, template: str, pair: Pair, variables: Mapping[str, Any]) -> Flow[Any]:
        """Compare the results of one device: only the rules of the template are evaluated."""
        body = {
            "pre": pair.pre,
            "post": pair.post,
            "analytic_template_name": template,
            "variables": variables,
        }
        return self._requests.search("/mop/runAnalyticsTemplate", body)


class Commands(CommandsBase):
    """Commands on devices, for threads."""

    __slots__ = ()

    def run(self, **options: Unpack[RunOptions]) -> CommandOutcome:
        """Run a command template or a command on devices, once.

        Args:
            **options: See `RunOptions`.

        Raises:
            ConfigurationError: There is no such template, or a variable is missing.
            CommandError: A response is missing or an error, or the rules are not fulfilled.
            ClientError: The server refuses, or it is unknown if it has received the request.
        """
        outcome: CommandOutcome = self._perform(self._run(options))
        return outcome

    def check(self, **options: Unpack[RunOptions]) -> None:
        """Check everything that `run` checks before it sends something. See `run`."""
        self._perform(self._check(options))

    def compare(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> CommandOutcome:
        """Compare results from before and after a change with an analytic template.

        Args:
            template: The name of the analytic template.
            pre: `results` of an outcome, the answer of the server, or its list of results.
            post: The same, after the change.
            **options: See `CompareOptions`.

        Raises:
            ConfigurationError: There is no such template, or the devices are not the same.
            CommandError: The rules are not fulfilled.
        """
        outcome: CommandOutcome = self._perform(self._compare(template, pre, post, options))
        return outcome

    def check_comparison(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> None:
        """Check everything that `compare` checks before it compares. See `compare`."""
        self._perform(self._compare(template, pre, post, options, predict=True))


class AsyncCommands(CommandsBase):
    """Commands on devices, for event loops. For arguments and errors see `Commands`."""

    __slots__ = ()

    def run(self, **options: Unpack[RunOptions]) -> Awaitable[CommandOutcome]:
        """Run a command template or a command on devices, once."""
        outcome: Awaitable[CommandOutcome] = self._perform(self._run(options))
        return outcome

    async def check(self, **options: Unpack[RunOptions]) -> None:
        """Check everything that `run` checks before it sends something."""
        await self._perform(self._check(options))

    def compare(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> Awaitable[CommandOutcome]:
        """Compare results from before and after a change with an analytic template."""
        outcome: Awaitable[CommandOutcome] = self._perform(
            self._compare(template, pre, post, options)
        )
        return outcome

    async def check_comparison(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> None:
        """Check everything that `compare` checks before it compares."""
        await self._perform(self._compare(template, pre, post, options, predict=True))
