# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action behind every module.

It performs the task on the controller if the module would run there anyway, else runs the module.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.core.exceptions import ConfigurationError
from ..module_utils.core.net import httplib
from ..module_utils.tasks import masking, results
from ..module_utils.tasks.definition import Task
from ..module_utils.tasks.given import is_set
from ..module_utils.tasks.options import SERVICES
from . import arguments, broker, defaults, in_process, internals, preload, sources, waiting
from .display import show, silence
from .time_left import TimeLeft

display = Display()

EXECUTION = "restops_execution"
"""The variable that selects where a task runs: `controller`, `target`, or `auto`."""

_OF_CALLS = {"results", "url"}
"""Keys of the results of tasks that have sent something."""

SETTING, INVOCATION = "INJECT_INVOCATION", "ansible_inject_invocation"
"""The setting that selects if results show the options, and its variable."""

_CONNECTION_VARIABLES = frozenset(
    option.environment for service in SERVICES for option in service.option_names
)

_environments: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
"""The whole environment of each task from whose own environment variables were removed."""


class ActionModule(ActionBase):
    """Chooses where a task runs; both places get the same options, resolved here.

    The file named after a module adds that module's `task`.
    """

    task: ClassVar[Task]
    preloaded: ClassVar[Any] = preload.LOADED
    """Modules that the main process imports with this class, so that its forks need not."""

    def __init_subclass__(cls) -> None:
        in_process.prepare(cls.task)

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Perform the task."""
        # An asynchronous task ends by itself, and its start is no part of its time.
        self._time_left = TimeLeft(None if self._task.async_val else self._task.timeout)
        self._supports_async = bool(self._task.async_val)
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        environment = self._environment()
        try:
            found = self._resolve(environment, variables)
        except ConfigurationError as exc:
            return {**result, "failed": True, "changed": False, "msg": exc.message}
        # Before anything can fail and show them.
        masking.register_arguments(found.arguments, self.task.argument_spec)
        with silence(self._task.no_log):
            result.update(self._perform(found.arguments, environment, variables))
        if result.get("failed") and "msg" in result and not result.keys() & _OF_CALLS:
            # Nothing was sent: an option that the task itself does not give may be wrong.
            result["msg"] = found.explain(result["msg"])
        if self._counts_attempts():
            result.pop("attempts", None)
        return masking.without_values(result, found.arguments) if self._task.no_log else result

    def _perform(
        self, options: dict[str, Any], environment: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        reason = self._reason_for_module(variables)
        with waiting.ending_with_main():
            if reason is None:
                show()
                return self._run_on_controller(options, environment, variables)
            display.v(f"{self._task.action}: runs as a module, because {reason}")
            waiting.watch_main()
            return self._run_module(options, environment, variables)

    def _resolve(
        self, environment: Mapping[str, Any], variables: Mapping[str, Any]
    ) -> sources.Resolution:
        """Return the task's arguments with the options of all sources.

        Raises:
            ConfigurationError: An option is unknown or cannot be sent to a module.
        """
        spec, own, inherited = self.task.argument_spec, self._task.args, {}
        if sources.has_rivals(self.task.service, own):
            own, inherited = defaults.split(self._task, self._templar)
        unknown = arguments.unknown_options({**inherited, **own}, spec)
        if unknown is not None:
            raise ConfigurationError(
                f"Unsupported parameters for ({self._task.action}) module: {unknown}"
            )
        found = sources.resolve(
            self.task.service, own, inherited, environment, variables, self._templar.template
        )
        found.arguments = arguments.ready(found.arguments, spec)
        self._check_purge(found.arguments)
        return found

    def _check_purge(self, options: Mapping[str, Any]) -> None:
        """Refuse a purge whose list of records is a template that came out empty.

        Raises:
            ConfigurationError: It would delete every record that matches the filters.
        """
        purges = boolean(options.get("purge", False), strict=False)
        if (
            purges
            and options.get("records") == []
            and defaults.is_from_template(self._task, "records")
        ):
            raise ConfigurationError(
                "records is a template that came out empty, and purge would delete every record"
                " that matches filters: if that is meant, write records: [] in a task of its own"
            )

    def _environment(self) -> dict[str, Any]:
        """Return the task's own environment, with what an earlier attempt removed from it."""
        environment = _environments.get(self._task)
        if environment is None:
            environment = internals.environment_of(self)
        return environment

    def _run_module(
        self,
        options: dict[str, Any],
        environment: dict[str, Any],
        variables: dict[str, Any],
    ) -> dict[str, Any]:
        # What is passed as an argument, and the passwords of other services, must not be in the
        # environment: Ansible would print it, and put it on the managed host's command line. This
        # is also true while an asynchronous task is polled, so they are not put back.
        _environments[self._task] = environment
        self._task.environment = [
            {
                name: value
                for name, value in environment.items()
                if name not in _CONNECTION_VARIABLES
            },
            self._time_left.environment(),
            {results.OMIT_ATTEMPTS: "1"} if self._counts_attempts() else {},
        ]
        result: dict[str, Any] = self._execute_module(
            module_name=self._task.action,
            module_args=options,
            task_vars=variables,
            wrap_async=self._task.async_val,
        )
        return result

    def _low_level_execute_command(self, cmd: str, *args: Any, **kwargs: Any) -> Any:
        """Run a command on the managed host, and tell it the time that is left."""
        return super()._low_level_execute_command(self._time_left.update(cmd), *args, **kwargs)

    def _run_on_controller(
        self, options: dict[str, Any], environment: dict[str, Any], variables: dict[str, Any]
    ) -> dict[str, Any]:
        name = self._task.action
        how = {
            "check_mode": self._task.check_mode,
            "inject_invocation": _injects_invocation(variables),
        }
        # The items of a loop share a worker, much work is better done in parallel, and an
        # environment is that of one process.
        if self._task.loop is None and not environment and not self.task.is_heavy(options):
            result = broker.perform(type(self), name, options, **how)
            if result is not None:
                if self._counts_attempts():
                    waiting.watch_main()
                return result
        waiting.watch_main()
        with _apply(environment):
            return in_process.run(self.task, name, options, **how)

    def _counts_attempts(self) -> bool:
        """Tell if Ansible counts the attempts of this task, under the name of a result of ours."""
        return bool(self._task.until) or self._task.retries is not None

    def _execution(self, variables: dict[str, Any]) -> str:
        """Return where the task is to run, as its host says.

        For a delegated task this is the host that it is delegated to.
        """
        templar = self._templar
        if self._task.delegate_to:
            delegated = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to)
            if delegated is not None:
                variables = delegated
                templar = templar.copy_with_new_env(available_variables=delegated)
        if EXECUTION not in variables:
            return "auto"
        execution = templar.template({EXECUTION: variables[EXECUTION]}).get(EXECUTION)
        return str(execution) if is_set(execution) else "auto"

    def _reason_for_module(self, variables: dict[str, Any]) -> str | None:
        """Return why the task must run as a module, or `None` if it need not.

        Raises:
            AnsibleActionFail: `restops_execution` asks for what is not possible.
        """
        execution = self._execution(variables)
        if execution not in ("auto", "controller", "target"):
            raise AnsibleActionFail(
                f"{EXECUTION} must be controller, target or auto, not {execution!r}"
            )
        if execution == "target":
            return f"{EXECUTION} is target"
        obstacle = self._obstacle()
        if execution == "controller":
            if obstacle is not None:
                raise AnsibleActionFail(
                    f"{EXECUTION} is controller, but this task cannot run there: {obstacle}"
                )
            return None
        if obstacle is not None or internals.runs_modules_on_controller(self._connection):
            # On a network connection `become` is for the device: modules run on the controller
            # without it.
            return obstacle
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}"
        return "it becomes another user" if self._task.become or self._connection.become else None

    def _obstacle(self) -> str | None:
        """Return why the task cannot run on the controller, or `None` if it can."""
        if httplib.IMPORT_ERROR:
            return "the Python library httpcore is missing on the controller"
        return "it is asynchronous" if self._task.async_val else None


@contextmanager
def _apply(environment: Mapping[str, Any]) -> Iterator[None]:
    """Apply the task's own environment to this process, as it would apply to a module.

    Proxies and certificate files are read from there.
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


# Read in the main process, so that its forks need not.
_usual_invocation()
