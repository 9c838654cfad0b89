# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of commands on devices, and of their rules.

Servers differ in the key of the list of results, and some answer with a single result. Source:
docs/protocols/itential-platform.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..core.exceptions import ConfigurationError
from .platform_requests import error_text, failure_in, id_in

Record = dict[str, Any]

LISTS = ("commands_results", "command_results", "prepostCommands", "results")
"""Keys of the list of results in the result of a template."""
_SKIPPED = "missing_parameters"
"""The `eval` of a command that was skipped because a variable has no value."""
_ERROR_KEYS = ("IAPerror", "icode", "error")
_REACHED = re.compile(r"AD\.2\d\d")
"""An `icode` by which an adapter says only that it has reached its gateway."""
_SUCCESS = "success"
"""The `status` of a device's entry in the response of a gateway, unless it has failed."""

ERROR_PATTERNS = (
    # The first words, or the first line, of a text that is no output of a device.
    r"\A\s*(error|exception|failure)\s*[:(-]",
    r"\A\s*(error (connecting|executing|running|while)|(failed|unable) to|could not|cannot)\b",
    r"\A[^\n]*\b((is|device|host) unreachable|no route to host|timed out|authentication failed)\b",
    r"\A[^\n]*\b(connection (refused|reset|closed)|econn[a-z]+|etimedout)\b",
    # The lines with which devices refuse commands.
    r"^\s*% ?(invalid|incomplete|ambiguous|unknown|unrecognized|bad)\b",
    r"^\s*(syntax error|unknown command|invalid (input|command))\b",
)
"""Responses that mean that a device could not be reached, or has refused a command."""


class FailedRule(NamedTuple):
    """A rule that the response to a command does not fulfil.

    Attributes:
        device: The name of the device.
        command: The command as it was sent.
        rule: The text or expression of the rule.
        eval: The comparison, such as `contains`.
        severity: `error` unless the rule says otherwise.
    """

    device: str
    command: str
    rule: str
    eval: str
    severity: str

    def __str__(self) -> str:
        rule = " ".join(filter(None, (self.eval, repr(self.rule))))
        return f"{self.device}: {self.command!r} fails the rule {rule} ({self.severity})"


class CommandProblem(NamedTuple):
    """A command that has no usable response.

    Attributes:
        device: The name of the device.
        command: The command; `""` if the device has no result at all.
        error: The reason.
    """

    device: str
    command: str
    error: str

    def __str__(self) -> str:
        command = f" to {self.command!r}" if self.command else ""
        return f"{self.device}: no usable response{command}: {self.error}"


class Results:
    """The results of a template, of a command, or of a comparison.

    Args:
        answer: The answer of the server.
        devices: The devices that must be in it, in order; empty if they are not known.

    Attributes:
        commands: The result of each command on each device, as the server has it.
        head: The rest of the answer, such as `name` and `result`.
        list_key: The key of the list in the answer; `""` if it has none.
        errors: The error of each device, if the answer as a whole is an error.
    """

    def __init__(self, answer: Any, devices: Sequence[str] = ()) -> None:
        self.devices = list(devices)
        self.list_key = ""
        self.head: Record = {}
        error = ""
        items: Sequence[Any] = ()
        if isinstance(answer, list):
            items = answer
        elif isinstance(answer, Mapping):
            error = failure_in(answer)
            self.list_key = next((key for key in LISTS if isinstance(answer.get(key), list)), "")
            items = answer[self.list_key] if self.list_key else [answer]
            self.head = {key: value for key, value in answer.items() if key != self.list_key}
        else:
            error = error_text(answer) or "the response is empty"
        self.errors = [CommandProblem(name, "", error) for name in self.devices if error]
        self.commands: list[Record] = self._tag(items)
        if not self.list_key and isinstance(answer, Mapping):
            # A single result: its verdict is the one of the whole.
            self.head = {key: answer[key] for key in ("result", "all_pass_flag") if key in answer}

    def _tag(self, items: Sequence[Any]) -> list[Record]:
        """Return the results with the names of their devices, also those that are bare texts.

        Results without names are those of the devices in their order, for each command.
        """
        tagged = [dict(item) if isinstance(item, Mapping) else {"response": item} for item in items]
        groups: dict[str, list[Record]] = {}
        for result in tagged:
            groups.setdefault(command_of(result), []).append(result)
        for group in groups.values():
            names = self.devices * len(group) if len(self.devices) == 1 else self.devices
            pairs = list(zip(group, names, strict=False))
            is_whole = len(group) == len(names)
            if is_whole and all(device_of(result) in ("", name) for result, name in pairs):
                for result, name in pairs:
                    result["device"] = name
        return tagged

    @property
    def passed(self) -> bool | None:
        """The verdict; `None` if there is none."""
        verdict = self.head.get("result")
        if isinstance(verdict, bool):
            return verdict
        verdicts = [found for result in self.commands if (found := verdict_of(result)) is not None]
        if not verdicts:
            return None
        return all(verdicts) if self.head.get("all_pass_flag", True) else any(verdicts)

    def failed_rules(self) -> list[FailedRule]:
        """Return the rules that are not fulfilled."""
        return [
            FailedRule(
                device_of(result),
                command_of(result),
                _rule_text(rule),
                id_in(rule, "eval", "evaluation", "type"),
                id_in(rule, "severity") or "error",
            )
            for result in self.commands
            for rule in _rules_of(result)
            if rule.get("result") is False
        ]

    def skipped(self) -> list[tuple[str, str]]:
        """Return the devices and commands that were skipped because a variable has no value."""
        return [
            (device_of(result), command_of(result))
            for result in self.commands
            if result.get("eval") == _SKIPPED
            or any(rule.get("eval") == _SKIPPED for rule in _rules_of(result))
        ]

    def problems(self, patterns: Sequence[re.Pattern[str]]) -> list[CommandProblem]:
        """Return the commands without a usable response, and the devices without any result.

        Args:
            patterns: Responses that are errors.
        """
        if self.errors:
            return self.errors
        skipped = self.skipped()
        found = [
            CommandProblem(device_of(result), command_of(result), error)
            for result in self.commands
            if (device_of(result), command_of(result)) not in skipped
            and (error := _error_in(result, patterns))
        ]
        there = {device_of(result) for result in self.commands}
        is_named = "" not in there
        reason = "it has no result" if is_named else "the results do not name their devices"
        missing = [name for name in self.devices if name not in there or not is_named]
        return found + [CommandProblem(name, "", reason) for name in missing]

    def unfulfilled(self) -> list[str]:
        """Return a text for each failed rule, and for each failed command without such a rule."""
        rules = self.failed_rules()
        explained = {(rule.device, rule.command) for rule in rules}
        return [str(rule) for rule in rules] + [
            f"{device_of(result)}: {command_of(result)!r} does not pass"
            for result in self.commands
            if verdict_of(result) is False
            and (device_of(result), command_of(result)) not in explained
        ]

    def of_device(self, device: str) -> Record:
        """Return the answer as the server would give it for one device."""
        mine = [result for result in self.commands if device_of(result) == device]
        return {**self.head, self.list_key or LISTS[0]: mine}

    def whole(self) -> Record:
        """Return the answer as the server gave it."""
        return {**self.head, self.list_key or LISTS[0]: self.commands}


def device_of(result: Mapping[str, Any]) -> str:
    """Return the name of the device of a result."""
    return id_in(result, "device.name", "device", "deviceName")


def command_of(result: Mapping[str, Any]) -> str:
    """Return the command of a result, as it was sent."""
    return id_in(result, "evaluated", "raw", "command", "preRawCommand", "pre.raw")


def verdict_of(result: Mapping[str, Any]) -> bool | None:
    """Return the verdict on a command; `None` if there is none."""
    verdict = result.get("result")
    if isinstance(verdict, bool):
        return verdict
    verdicts = [rule["result"] for rule in _rules_of(result) if "result" in rule]
    return all(verdicts) if verdicts else None


def compile_patterns(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    """Return regular expressions that ignore case, and in which `^` begins a line.

    Raises:
        ConfigurationError: One is not valid.
    """
    result = []
    for pattern in patterns:
        try:
            result.append(re.compile(pattern, re.IGNORECASE | re.MULTILINE))
        except re.error as exc:
            raise ConfigurationError(
                f"error_patterns: {pattern!r} is no regular expression: {exc}"
            ) from None
    return result


def _rules_of(result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    rules = result.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, Mapping):
            yield rule


def _rule_text(rule: Mapping[str, Any]) -> str:
    text = id_in(rule, "rule")
    return text or " / ".join(filter(None, (id_in(rule, "preRegex"), id_in(rule, "postRegex"))))


def _error_in(result: Mapping[str, Any], patterns: Sequence[re.Pattern[str]]) -> str:
    """Return the error of a result; `""` if it has a usable response."""
    failure = _failure_in(result)
    if failure:
        return failure
    response = result.get("response")
    if isinstance(response, Mapping):
        return ""
    if response is None:
        return "the device did not answer"
    lines = (found.group() for pattern in patterns if (found := pattern.search(str(response))))
    return next((_line_with(str(response), line) for line in lines), "")


def _failure_in(value: Any) -> str:
    """Return the failure that a result, its response or an entry of that reports, or `""`."""
    if isinstance(value, list):
        return next((text for item in value if (text := _failure_in(item))), "")
    if not isinstance(value, Mapping):
        return ""
    failure = failure_in(value) or _object_error(value) or _failure_in(value.get("response"))
    if not failure and "host" in value:
        # The entry of a gateway: every other status is a failure.
        status = str(value.get("status") or _SUCCESS)
        failure = "" if status.lower() == _SUCCESS else status
    return failure


def _object_error(value: Mapping[str, Any]) -> str:
    errors = [str(value[key]) for key in _ERROR_KEYS if value.get(key)]
    if all(map(_REACHED.fullmatch, errors)):
        return ""
    return error_text(value) or "the server reports an error"


def _line_with(response: str, found: str) -> str:
    """Return the line of a response in which something was found."""
    begins = response.index(found)
    return " ".join(response[begins:].strip().partition("\n")[0].split())
