# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway_run`: run content or a command of a Gateway once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..core import jsonutils
from ..core.secrets.redaction import mask_named

# At the top, so that the main process imports it for all its forks.
from ..itential.runs import Run, RunError, RunOptions
from . import calling, gateway, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL
from .results import without_flags

if TYPE_CHECKING:
    from ..itential.gateway import Gateway
    from ..itential.runs import Runs

_KINDS = (
    *("playbook", "script", "role", "module", "collection_module", "collection_role", "nornir"),
    *("terraform", "netmiko", "netconf", "http_request"),
)
OPTIONS: Spec = {
    **{name: {"type": "str"} for name in _KINDS},
    "netmiko": {"type": "str", "choices": ["send_command", "send_config_set"]},
    "netconf": {"type": "str", "choices": ["get_config", "set_config", "exec_rpc"]},
    "action": {"type": "str", "choices": ["init", "plan", "apply", "validate", "destroy"]},
    "hosts": {"type": "list", "elements": "str"},
    "groups": {"type": "list", "elements": "str"},
    "arguments": {"type": "dict", "default": {}},
    "env": {"type": "dict"},
    "template": {"type": "str"},
    "strict_args": {"type": "bool"},
    "verbosity": {"type": "int"},
    "syntax_check": {"type": "bool"},
    "provider_required": {"type": "bool"},
    "dry_run": {"type": "bool", "default": False},
    **waiting.WAITING,
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [_KINDS],
    "required_one_of": [_KINDS],
    "required_by": {"action": ("terraform",)},
}


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: The run failed or has no result, a call failed, or an option cannot work.
    """

    def work(client: Gateway) -> Result:
        return _Work(client.runs, params, context).result()

    return calling.perform(gateway.make_client, params, context, work)


class _Work:
    """The work of one task.

    Args:
        runs: The runs of the client.
        params: The module's options.
        context: The runner.
    """

    def __init__(self, runs: Runs, params: Mapping[str, Any], context: Context) -> None:
        self._runs = runs
        self._params = params
        self._context = context
        self._last = ""

    def result(self) -> Result:
        """Run what the options name, and return the result."""
        execute = self._runs.predict if self._context.check_mode else self._runs.execute
        try:
            with waiting.interruption_reported(self._context, self._interruption_text):
                return self._result_of(execute(**self._options()))
        except RunError as exc:
            raise TaskError(exc.message, **{**of_error(exc), **self._result_of(exc.run)}) from exc

    def _interruption_text(self) -> str:
        if not self._last:
            return "nothing was run"
        return f"{self._last}; it has not finished and may still be running"

    def _options(self) -> RunOptions:
        names = RunOptions.__optional_keys__ - {"notify"}
        given = {name: self._params[name] for name in names if self._params.get(name) is not None}
        return cast(RunOptions, {**given, "notify": self._notify})

    def _notify(self, line: str) -> None:
        self._last = line
        if self._params["progress"]:
            self._context.report(line)

    def _result_of(self, done: Run) -> Result:
        results = [self._presentable(result) for result in done.results]
        answer = self._presentable(done.answer or {})
        result: Result = {
            "changed": done.changed,
            "sent": done.sent,
            "dry_run": done.dry_run,
            "results": results,
            "failed_hosts": _failed_hosts(done),
            "audit_ids": list(done.audit_ids),
            "waited": round(done.waited, 3),
            "output": answer.get("output"),
        }
        for name in ("stdout", "stderr"):
            result[name] = answer.get(name)
            # The same keys as `ansible.builtin.command`.
            result[f"{name}_lines"] = (answer.get(name) or "").splitlines()
        if not done.sent:
            self._notify(f"{done.title} has no dry run: nothing was sent")
            result["msg"] = f"{done.title} has no dry run, so check mode has sent nothing"
        warnings = _warnings(done)
        return {**result, "warnings": warnings} if warnings else result

    def _presentable(self, result: Mapping[str, Any]) -> Result:
        """Return a result of a host without secrets, and without keys that Ansible reads."""
        # All of it is masked here, because some keys of a task's own results are not masked later.
        masked: Result = self._context.secrets.scrub_value(_with_masks(result))
        return without_flags(masked)


def _with_masks(result: Mapping[str, Any]) -> Result:
    """Return a result with values under the names of secrets masked, in JSON that was printed too.

    The server reports the output twice: as `stdout` and as `results.stdout`.
    """
    shown: Result = mask_named(dict(result))
    if shown.get("output") == result.get("output"):
        return shown
    printed = jsonutils.dumps(shown["output"])
    shown["stdout"] = printed
    inner = shown.get("results")
    if isinstance(inner, Mapping) and "stdout" in inner:
        shown["results"] = {**inner, "stdout": printed}
    return shown


def _warnings(done: Run) -> list[str]:
    reported = [result.get("argument_warnings") or () for result in done.results]
    texts = [
        f"{done.title}: {warning}"
        for warnings in reported
        for warning in ([warnings] if isinstance(warnings, str) else warnings)
    ]
    texts += [
        f"{done.title}: run {number} of the history was still running when this one started"
        for number in done.others
    ]
    return list(dict.fromkeys(texts))


def _failed_hosts(done: Run) -> list[str]:
    hosts = [result["host"] for result in done.results if not result["ok"] and result["host"]]
    return list(dict.fromkeys(hosts))
