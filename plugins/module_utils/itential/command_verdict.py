# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict on results of commands: the conditions for passing, and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from ..core.exceptions import ClientError, ConfigurationError
from .command_results import ERROR_PATTERNS, CommandProblem, FailedRule, Results, compile_patterns

FAIL_ON = ("verdict", "error", "warning", "never")
"""Values of `fail_on`."""
_MOST_NAMED = 5
"""Problems that a message names."""


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


class Gate:
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
        self.patterns = compile_patterns(ERROR_PATTERNS if patterns is None else patterns)

    def of_run(self, title: str, results: Results) -> CommandOutcome:
        """Return the outcome of commands.

        Raises:
            CommandError: It does not pass.
        """
        return self._judge(title, results, results.problems(self.patterns), results.passed)

    def of_comparison(self, title: str, results: Results) -> CommandOutcome:
        """Return the outcome of a comparison, which has a verdict, and no responses.

        Raises:
            CommandError: It does not pass.
        """
        # Devices without a verdict do not pass because of the others.
        passed = None if results.passed and results.errors else results.passed
        return self._judge(title, results, results.errors, passed)

    def _judge(
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
