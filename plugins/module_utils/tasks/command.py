# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_command`: run commands on devices, and judge the responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError
from ..core.secrets.redaction import redact_data
from ..itential.command_results import LISTS, Results, device_of, verdict_of

# At the top, so that the main process imports it for all its forks.
from ..itential.commands import CommandError, CommandOutcome
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL
from .quoted import mask_quoted

if TYPE_CHECKING:
    from ..itential.command_verdict import GateOptions
    from ..itential.commands import Commands
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "template": {"type": "str"},
    "command": {"type": "str"},
    "devices": {"type": "list", "elements": "str"},
    "variables": {"type": "dict"},
    "analytic_template": {"type": "str"},
    "pre": {"type": "raw"},
    "post": {"type": "raw"},
    "fail_on": {
        "type": "str",
        "choices": ["verdict", "error", "warning", "never"],
        "default": "verdict",
    },
    "allow_skipped": {"type": "bool", "default": False},
    "error_patterns": {"type": "list", "elements": "str"},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("template", "command"), ("devices", "post")],
    "required_one_of": [("template", "command", "analytic_template")],
    "required_by": {
        "template": ("devices",),
        "command": ("devices",),
        "analytic_template": ("pre",),
        "pre": ("analytic_template",),
        "post": ("analytic_template",),
    },
}


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A response is missing or an error, rules are not fulfilled, a call failed, or an
            option cannot work.
    """

    def work(client: Platform) -> Result:
        return _Work(client.commands, params, context).result()

    return calling.perform(platform.make_client, params, context, work)


class _Work:
    """The work of one task.

    Args:
        commands: The commands of the client.
        params: The module's options.
        context: The runner.
    """

    def __init__(self, commands: Commands, params: Mapping[str, Any], context: Context) -> None:
        self._commands = commands
        self._params = params
        self._context = context

    def result(self) -> Result:
        """Run what is to be run, compare what is to be compared, and return the result."""
        if self._params.get("analytic_template") is None:
            return self._run()
        pre, post = _results_in(self._params.get("pre")), _results_in(self._params.get("post"))
        if any(self._params.get(name) is not None for name in ("template", "command")):
            return self._run_and_compare(pre)
        if post is None:
            raise ConfigurationError("post is missing: give it, or template with devices")
        if self._context.check_mode:
            return self._check_comparison(pre, post)
        return self._compare(pre, post, {})

    def _run(self) -> Result:
        options: Any = {
            "template": self._params.get("template"),
            "command": self._params.get("command"),
            "devices": self._params.get("devices") or (),
            "variables": self._params.get("variables"),
            **self._gate(),
        }
        if self._context.check_mode:
            self._commands.check(**options)
            return _result_of(None)
        line = f"not finished; the commands may have run on {', '.join(options['devices'])}"
        with waiting.interruption_reported(self._context, lambda: line):
            return _judge(lambda: self._commands.run(**options), _result_of)

    def _run_and_compare(self, pre: Any) -> Result:
        # Nothing is sent to devices if their results could not be compared.
        devices = [{"device": name} for name in self._params.get("devices") or ()]
        compared = self._check_comparison(pre, devices)
        result = self._run()
        if self._context.check_mode:
            return {**result, **compared}
        try:
            # With its secrets masked, as those of `pre` are.
            return self._compare(pre, _results_in(result), result)
        except ClientError as exc:
            raise TaskError(exc.message, changed=False, **of_error(exc), **result) from exc

    def _check_comparison(self, pre: Any, post: Any) -> Result:
        self._commands.check_comparison(
            self._params["analytic_template"], pre, post, **self._gate()
        )
        return {"comparison": None}

    def _compare(self, pre: Any, post: Any, known: Mapping[str, Any]) -> Result:
        return _judge(
            lambda: self._commands.compare(
                self._params["analytic_template"],
                pre,
                post,
                variables=self._params.get("variables"),
                **self._gate(),
            ),
            lambda outcome: {**known, "comparison": _result_of(outcome)},
        )

    def _gate(self) -> GateOptions:
        return {
            "fail_on": self._params["fail_on"],
            "allow_skipped": self._params["allow_skipped"],
            "error_patterns": self._params.get("error_patterns"),
        }


def _judge(
    work: Callable[[], CommandOutcome], describe: Callable[[CommandOutcome], Result]
) -> Result:
    """Return the result of work; if it does not pass, the result is in the failure."""
    try:
        return describe(work())
    except CommandError as exc:
        result = {"changed": False, **describe(exc.outcome)}
        raise TaskError(mask_quoted(exc.message), **result) from exc


def _result_of(outcome: CommandOutcome | None) -> Result:
    """Return the results of commands, masked: responses may be configurations."""
    results = Results([]) if outcome is None else outcome.results
    return {
        "passed": None if outcome is None else outcome.passed,
        "devices": _devices(outcome),
        "failed_rules": [redact_data(rule._asdict()) for rule in results.failed_rules()],
        "results": mask_quoted(results.commands),
        "run": redact_data(results.head),
    }


def _devices(outcome: CommandOutcome | None) -> list[Result]:
    """Return the verdict on each device."""
    if outcome is None:
        return []
    names = [*outcome.results.devices, *map(device_of, outcome.results.commands)]
    return [_device(name, outcome) for name in dict.fromkeys(names) if name]


def _device(name: str, outcome: CommandOutcome) -> Result:
    verdicts = [
        verdict_of(result) for result in outcome.results.commands if device_of(result) == name
    ]
    errors = [problem.error for problem in outcome.problems if problem.device == name]
    return {
        "device": name,
        "passed": not errors and all(verdict is not False for verdict in verdicts),
        "failed_rules": sum(rule.device == name for rule in outcome.failed_rules),
        "error": mask_quoted(errors[0]) if errors else None,
    }


def _results_in(value: Any) -> Any:
    """Return results that a task is given: also the registered result of a task.

    That of this module has its results apart; that of `itential_platform_request` has them in
    `json`.
    """
    if isinstance(value, Mapping) and "run" in value and "results" in value:
        return {**value["run"], LISTS[0]: value["results"]}
    if isinstance(value, Mapping) and "json" in value:
        return value["json"]
    return value
