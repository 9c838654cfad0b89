# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner of a task as an ordinary Ansible module."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..core.net import httplib
from ..core.secrets.redaction import SecretValues, scope
from . import masking, results, time_limit
from .calling import Result
from .context import Context, TaskError
from .definition import Task
from .requirements import ELSEWHERE


class _Module(AnsibleModule):  # type: ignore[misc]  # ansible-core has no types
    """A module that masks its results itself, and writes no log on the managed host."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._secrets: SecretValues | None = None
        super().__init__(
            argument_spec=masking.without_no_log(task.argument_spec),
            supports_check_mode=True,
            **task.rules,
        )

    @property
    def secrets(self) -> SecretValues:
        """The secrets in the arguments, also if the arguments are invalid."""
        if self._secrets is None:
            self._secrets = masking.secrets_of(self.params, self._task.argument_spec)
            masking.register(self._secrets)
        return self._secrets

    def _log_invocation(self) -> None:
        """Log nothing: headers, bodies and records hold secrets."""

    def exit_json(self, **result: Any) -> None:
        """Return a result."""
        super().exit_json(**self._present(result))

    def fail_json(self, msg: str, **result: Any) -> None:
        """Return a failure."""
        super().fail_json(**self._present({"msg": msg, **result}))

    def _present(self, result: dict[str, Any]) -> dict[str, Any]:
        result["invocation"] = masking.invocation_of(self.params, self._task.argument_spec)
        return masking.mask_result(result, self.secrets.scrub_value)


def main(task: Task) -> None:
    """Parse the options of the module, perform its task, and return the result."""
    module = _Module(task)
    if httplib.IMPORT_ERROR is not None:
        module.fail_json(
            msg=_missing_library(platform.node(), sys.executable),
            exception=httplib.IMPORT_ERROR,
        )
    with scope(module.secrets):
        failed, result = _perform(module, task)
        masking.register(module.secrets)
        if results.OMIT_ATTEMPTS in os.environ:
            result.pop("attempts", None)
        for warning in result.pop("warnings", ()):
            module.warn(module.secrets.scrub(warning))
        # Not in an except block: Ansible would add the traceback, including secrets.
        if failed:
            module.fail_json(**result)
        module.exit_json(**result)


def _missing_library(host: str, executable: str) -> str:
    """Return the message for a module whose Python has no HTTP library."""
    return (
        f"the Python library httpcore is missing for {executable} on {host}:"
        f" run {shlex.quote(executable)} -m {httplib.INSTALL} there, {ELSEWHERE}"
    )


def _perform(module: _Module, task: Task) -> tuple[bool, Result]:
    """Perform the task; return `True` if it failed, and its result."""
    runtime = time_limit.runtime(os.environ)
    context = Context(module.check_mode, module.secrets, runtime)
    try:
        return False, task.run(module.params, context)
    except TaskError as exc:
        return True, {"changed": False, **exc.result, "msg": exc.msg}
