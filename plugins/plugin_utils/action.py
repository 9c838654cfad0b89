# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one action behind every module: performs the task on the controller where the module would
run there anyway, else runs the module.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.core.net import httplib
from ..module_utils.tasks import masking
from ..module_utils.tasks.definition import LABORIOUS, Task
from . import broker, in_process, preload, sources, waiting
from .display import show, silence

display = Display()

EXECUTION = "restops_execution"
"""The variable that decides: `controller`, `target`, or `auto`."""

SETTING, INVOCATION = "INJECT_INVOCATION", "ansible_inject_invocation"
"""The setting that decides whether results show the options, and its variable."""


class ActionModule(ActionBase):
    """Chooses the path; both get the same options, resolved here. The file named after a module
    adds that module's `task`.
    """

    task: ClassVar[Task]
    preloaded: ClassVar[Any] = preload.LOADED
    """What the main process has imported by loading this class, so that its forks need not."""

    def __init_subclass__(cls) -> None:
        in_process.prepare(cls.task)

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Perform the task."""
        self._supports_async = bool(self._task.async_val)
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        arguments = sources.resolved(
            self._task.args, self.task.sources, environment, variables, self._templar.template
        )
        # Before anything can fail and show them.
        masking.register(masking.secrets_of(arguments, self.task.argument_spec))
        with silence(self._task.no_log):
            result.update(self._performed(arguments, environment, variables))
        return masking.without_url(result) if self._task.no_log else result

    def _performed(
        self, arguments: dict[str, Any], environment: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        kind = in_process.odd_name(arguments)
        if kind is not None:
            raise AnsibleActionFail(
                f"a name of type {kind} cannot be sent: write it as text, in quotes"
            )
        reason = self._why_not_here(variables)
        if reason is None:
            show()
            with waiting.ending_with_main():
                return self._here(in_process.plain(arguments), environment, variables)
        display.v(f"{self._task.action}: runs as a module, because {reason}")
        ours = {source.environment for source in self.task.sources}
        # What is passed as an argument must not stand in the environment too: there Ansible would
        # print it.
        self._task.environment = [
            {key: value for key, value in environment.items() if key not in ours}
        ]
        result: dict[str, Any] = self._execute_module(
            module_name=self._task.action,
            module_args=arguments,
            task_vars=variables,
            wrap_async=self._task.async_val,
        )
        return result

    def _here(
        self, arguments: dict[str, Any], environment: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        name = self._task.action
        how = {
            "check_mode": self._task.check_mode,
            "inject_invocation": _injects_invocation(variables),
        }
        # A loop makes up for its own start, much work is better done in parallel, and an
        # environment holds for one process.
        if self._task.loop is None and not environment and LABORIOUS.isdisjoint(arguments):
            result = broker.perform(type(self), name, arguments, **how)
            if result is not None:
                return result
        with _applied(environment):
            return in_process.run(self.task, name, arguments, **how)

    def _why_not_here(self, variables: dict[str, Any]) -> str | None:
        """Return why the task must run as a module, or `None` where it need not.

        Raises:
            AnsibleActionFail: The user insists on what cannot be.
        """
        wish = (
            str(self._templar.template(variables[EXECUTION])) if EXECUTION in variables else "auto"
        )
        if wish not in ("auto", "controller", "target"):
            raise AnsibleActionFail(f"{EXECUTION} must be controller, target or auto, not {wish!r}")
        if wish == "target":
            return f"{EXECUTION} is target"
        never = (
            "the Python library httpx is missing on the controller"
            if httplib.IMPORT_ERROR
            else "it is asynchronous"
            if self._task.async_val
            else None
        )
        if wish == "controller":
            if never is not None:
                raise AnsibleActionFail(
                    f"{EXECUTION} is controller, but this task cannot run there: {never}"
                )
            return None
        if never is not None or getattr(self._connection, "_remote_is_local", False):
            # On a network connection become is the device's affair: its modules run on the
            # controller as they are.
            return never
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}"
        return "it becomes another user" if self._task.become or self._connection.become else None


@contextmanager
def _applied(environment: Mapping[str, Any]) -> Iterator[None]:
    """Let the task's own environment hold in this process, as it would in a module's: proxies and
    certificate files are read from there.
    """
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update({name: str(value) for name, value in environment.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _injects_invocation(variables: dict[str, Any]) -> bool:
    return _configured_invocation(variables) if INVOCATION in variables else _usual_invocation()


@functools.cache
def _usual_invocation() -> bool:
    return _configured_invocation({})


def _configured_invocation(variables: dict[str, Any]) -> bool:
    # Before 2.21 there is no such setting, and arguments always come back.
    return SETTING not in C.config.get_configuration_definitions() or bool(
        C.config.get_config_value(SETTING, variables=variables)
    )


# Asked in the main process, so that no fork need ask.
_usual_invocation()
