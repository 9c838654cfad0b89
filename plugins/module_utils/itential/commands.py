# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on devices: `client.commands.run(template="Check BGP", devices=["r1"])`.

Source: docs/protocols/itential-platform.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError, SerializationError
from ..core.flow import Flow, Together, gather
from ..core.once import may_have_arrived
from ..core.optional import optional
from ..core.options import check_options
from ..core.suggestions import suggestion
from .command_results import (
    ERROR_PATTERNS,
    LISTS,
    CommandProblem,
    FailedRule,
    Record,
    Results,
    compiled,
    device_of,
)
from .platform_requests import MAX_CONCURRENT_REQUESTS, PlatformRequests

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

__all__ = ["AsyncCommands", "CommandError", "CommandOutcome", "Commands"]

FAIL_ON = ("verdict", "error", "warning", "never")
"""Values of `fail_on`."""
_HIDDEN = frozenset((403, 404))
_MOST_NAMED = 5
"""Problems that a message names."""
_VARIABLE = re.compile(r"<!\s*([^!>\s]+)\s*!>")
"""A variable in a command of a template."""


class GateOptions(TypedDict, total=False):
    """The conditions for passing.

    Attributes:
        fail_on: `verdict` for the verdict of the server, which follows the template's `passRule`
            and `ignoreWarnings`; `error` for any failed rule of severity `error`, `warning` for any
            failed rule, `never` for none. Default `verdict`.
        allow_skipped: Accept commands that are skipped because a variable has no value, which the
            server counts as passed. Default false.
        error_patterns: Regular expressions of responses that are errors. Default: see
            `command_results.ERROR_PATTERNS`.
    """

    fail_on: str
    allow_skipped: bool
    error_patterns: Sequence[str] | None


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


class CommandOutcome(NamedTuple):
    """The results of commands.

    Attributes:
        passed: The verdict; `None` if nothing was checked.
        results: The results, as the server has them.
        failed_rules: The rules that are not fulfilled.
        skipped: Devices and commands that were skipped because a variable has no value.
        problems: Commands that have no usable response.
    """

    passed: bool | None
    results: Results
    failed_rules: Sequence[FailedRule]
    skipped: Sequence[tuple[str, str]]
    problems: Sequence[CommandProblem]


class CommandError(ClientError):
    """Commands have no usable response, or their results do not pass.

    Attributes:
        outcome: The results.
    """

    outcome: CommandOutcome


class _Gate:
    """The conditions for passing, checked.

    Raises:
        ConfigurationError: A condition cannot work.
    """

    def __init__(self, options: GateOptions) -> None:
        self.fail_on = options.get("fail_on", FAIL_ON[0])
        if self.fail_on not in FAIL_ON:
            raise ConfigurationError(
                f"fail_on must be one of {', '.join(FAIL_ON)}, not {self.fail_on!r}"
            )
        self.allow_skipped = options.get("allow_skipped", False)
        patterns = options.get("error_patterns")
        self.patterns = compiled(ERROR_PATTERNS if patterns is None else patterns)

    def of_run(self, title: str, results: Results) -> CommandOutcome:
        """Return the outcome of commands.

        Raises:
            CommandError: It does not pass.
        """
        return self._checked(title, results, results.problems(self.patterns), results.passed)

    def of_comparison(self, title: str, results: Results) -> CommandOutcome:
        """Return the outcome of a comparison, which has a verdict, and no responses.

        Raises:
            CommandError: It does not pass.
        """
        # Devices without a verdict do not pass because of the others.
        passed = None if results.passed and results.errors else results.passed
        return self._checked(title, results, results.errors, passed)

    def _checked(
        self,
        title: str,
        results: Results,
        problems: Sequence[CommandProblem],
        passed: bool | None,
    ) -> CommandOutcome:
        outcome = CommandOutcome(
            passed, results, results.failed_rules(), results.skipped(), problems
        )
        texts = [str(problem) for problem in problems]
        if not self.allow_skipped:
            texts += [
                f"{device}: {command!r} was skipped: give its variables, or allow_skipped"
                for device, command in outcome.skipped
            ]
        texts += self._failures(outcome)
        if texts:
            more = len(texts) - _MOST_NAMED
            rest = f"; and {more} more" if more > 0 else ""
            error = CommandError(f"{title} failed: {'; '.join(texts[:_MOST_NAMED])}{rest}")
            error.outcome = outcome
            raise error
        return outcome

    def _failures(self, outcome: CommandOutcome) -> list[str]:
        """Return a text for each rule because of which the outcome does not pass."""
        if self.fail_on == "never":
            return []
        if self.fail_on == "verdict":
            if outcome.passed is not False:
                return []
            return outcome.results.unfulfilled() or ["the verdict of the server is false"]
        return [
            str(rule)
            for rule in outcome.failed_rules
            if self.fail_on == "warning" or rule.severity == "error"
        ]


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

    def _checked(self, options: RunOptions) -> Flow[None]:
        """Check what can be checked without a device."""
        check_options(Commands.run, options, RunOptions.__optional_keys__)
        _Gate(options)
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

    def _ran(self, options: RunOptions) -> Flow[CommandOutcome]:
        yield from self._checked(options)
        devices = list(dict.fromkeys(options.get("devices") or ()))
        variables = dict(options.get("variables") or {})
        template, command = options.get("template"), options.get("command")
        title = f"template {template!r}" if template else f"command {command!r}"
        if template:
            body = {"template": template, "variables": variables, "devices": devices}
            answer = yield from self._answer(title, "/mop/RunCommandTemplate", body)
        elif variables:
            answer = yield from self._one_by_one(title, str(command), devices, variables)
        else:
            single: Record = {"command": command, "devices": devices}
            answer = yield from self._answer(title, "/mop/RunCommandDevices", single)
        return _Gate(options).of_run(title, Results(answer, devices))

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

    def _one_by_one(
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

    def _compared(
        self, template: str, pre: Any, post: Any, options: CompareOptions, predict: bool = False
    ) -> Flow[CommandOutcome | None]:
        check_options(Commands.compare, options, CompareOptions.__optional_keys__)
        gate = _Gate(options)
        before, after = results_of("pre", pre), results_of("post", post)
        pairs = _pairs(before, after)
        yield from self._template("analytic_template", template)
        if predict:
            return None
        variables = dict(options.get("variables") or {})
        flows = [self._comparison(template, pair, variables) for pair in pairs]
        answers = yield from gather(flows, MAX_CONCURRENT_REQUESTS)
        results = _merged(answers, [pair.device for pair in pairs])
        return gate.of_comparison(f"analytic template {template!r}", results)

    def _comparison(self, template: str, pair: _Pair, variables: Mapping[str, Any]) -> Flow[Any]:
        """Compare the results of one device: only the rules of the template are evaluated."""
        body = {
            "pre": pair.pre,
            "post": pair.post,
            "analytic_template_name": template,
            "variables": variables,
        }
        return self._requests.search("/mop/runAnalyticsTemplate", body)


def results_of(name: str, value: Any) -> Results:
    """Return results that a caller gives.

    Args:
        name: The name of the argument.
        value: `Results`, the answer of the server to a template, or its list of results.

    Raises:
        ConfigurationError: It is none of these, or has no results.
    """
    if isinstance(value, Results):
        return value
    is_answer = isinstance(value, Mapping) and any(key in value for key in (*LISTS, "response"))
    if not is_answer and not isinstance(value, list):
        raise ConfigurationError(
            f"{name} must be the result of a command template, or its list of results"
        )
    results = Results(value)
    if not results.commands:
        raise ConfigurationError(f"{name} has no results: there is nothing to compare")
    return results


class _Pair(NamedTuple):
    """The results of one device before and after a change, as requests have them."""

    device: str
    pre: Record
    post: Record


def _pairs(before: Results, after: Results) -> list[_Pair]:
    """Return the results of each device.

    An analytic template compares command by command, and one result of each.

    Raises:
        ConfigurationError: The results are not those of the same devices.
    """
    devices, others = (
        list(dict.fromkeys(device_of(one) for one in results.commands))
        for results in (before, after)
    )
    if set(devices) != set(others):
        raise ConfigurationError(
            f"pre has the devices {', '.join(devices)}, and post has {', '.join(others)}: compare"
            " the results of the same devices"
        )
    if len(devices) == 1:
        return [_Pair(devices[0], before.whole(), after.whole())]
    return [_Pair(device, before.of_device(device), after.of_device(device)) for device in devices]


def _merged(answers: Sequence[Any], devices: Sequence[str]) -> Results:
    """Return the answers for single devices as one."""
    parts = []
    for answer, device in zip(answers, devices, strict=True):
        part = Results(answer, [device])
        for one in part.commands:
            one["device"] = device
        if part.passed is None and not part.errors:
            part.errors = [CommandProblem(device, "", "no verdict")]
        parts.append(part)
    merged = Results({LISTS[0]: [one for part in parts for one in part.commands]}, devices)
    merged.errors = [error for part in parts for error in part.errors]
    verdicts = [part.passed for part in parts]
    if None not in verdicts:
        merged.head["result"] = all(verdicts)
    return merged


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
        outcome: CommandOutcome = self._perform(self._ran(options))
        return outcome

    def check(self, **options: Unpack[RunOptions]) -> None:
        """Check everything that `run` checks before it sends something. See `run`."""
        self._perform(self._checked(options))

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
        outcome: CommandOutcome = self._perform(self._compared(template, pre, post, options))
        return outcome

    def check_comparison(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> None:
        """Check everything that `compare` checks before it compares. See `compare`."""
        self._perform(self._compared(template, pre, post, options, predict=True))


class AsyncCommands(CommandsBase):
    """Commands on devices, for event loops. For arguments and errors see `Commands`."""

    __slots__ = ()

    def run(self, **options: Unpack[RunOptions]) -> Awaitable[CommandOutcome]:
        """Run a command template or a command on devices, once."""
        outcome: Awaitable[CommandOutcome] = self._perform(self._ran(options))
        return outcome

    async def check(self, **options: Unpack[RunOptions]) -> None:
        """Check everything that `run` checks before it sends something."""
        await self._perform(self._checked(options))

    def compare(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> Awaitable[CommandOutcome]:
        """Compare results from before and after a change with an analytic template."""
        outcome: Awaitable[CommandOutcome] = self._perform(
            self._compared(template, pre, post, options)
        )
        return outcome

    async def check_comparison(
        self, template: str, pre: Any, post: Any, **options: Unpack[CompareOptions]
    ) -> None:
        """Check everything that `compare` checks before it compares."""
        await self._perform(self._compared(template, pre, post, options, predict=True))
