# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uses of ansible-core's internals that have no public counterpart.

The tests fail if a release of ansible-core changes any of them. There are two more: `defaults.py`
for `module_defaults`, and `ActionModule._low_level_execute_command` in `action.py`.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ValidationResult
from ansible.plugins.action import ActionBase

try:
    from ansible._internal._task import TaskContext
except ImportError:
    # ansible-core 2.18 does not tell a lookup which task it is for.
    TaskContext = None


def environment_of(action: ActionBase) -> dict[str, Any]:
    """Return the `environment` of an action's task, templates resolved."""
    environment: dict[str, Any] = {}
    action._compute_environment_string(environment)
    return environment


def runs_modules_on_controller(connection: Any) -> bool:
    """Tell if a connection runs modules on the controller, as the network connections do."""
    return bool(getattr(connection, "_remote_is_local", False))


def alias_warnings(validated: ValidationResult) -> list[dict[str, Any]]:
    """Return a dict of `option` and `alias` for each option that was given under both names.

    The list is the result's own: appending to it changes the result.
    """
    warnings: list[dict[str, Any]] = validated._warnings
    return warnings


def current_task_says_no_log() -> bool:
    """Tell if the task for which this process works says `no_log`, as far as Ansible tells."""
    context = TaskContext.current(optional=True) if TaskContext is not None else None
    return context is not None and bool(context.task.no_log)
