# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's own arguments, told from those of `module_defaults`.

Ansible merges the two by exact names before an action sees them, so that an alias in
`module_defaults` and the option's name in the task stand side by side. One file, because Ansible
has no public function for this and what it has differs by version.
"""

from __future__ import annotations

from typing import Any

from ansible.executor import module_common
from ansible.parsing.mod_args import ModuleArgsParser
from ansible.playbook.task import Task

# ansible-core 2.18 only.
_MERGED = getattr(module_common, "get_action_args_with_defaults", None)


def split(task: Task, templar: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the task's own arguments, and those of `module_defaults`.

    Args:
        task: The task, its arguments final.
        templar: Ansible's templar for the task.
    """
    # A default that is not among the arguments was taken back by `omit`.
    defaults = {
        name: value for name, value in _defaults(task, templar).items() if name in task.args
    }
    written = _arguments_in_text(task)
    if written is None:
        # What came from a template cannot be told but by its value.
        written = {name: value for name, value in task.args.items() if defaults.get(name) != value}
    return {name: value for name, value in task.args.items() if name in written}, defaults


def is_from_template(task: Task, name: str) -> bool:
    """Tell if the task's text has a template in place of an argument's value, or of all arguments.

    Args:
        task: The task.
        name: The argument.
    """
    written = _arguments_in_text(task)
    return written is None or isinstance(written.get(name), str)


def _defaults(task: Task, templar: Any) -> dict[str, Any]:
    if _MERGED is None:
        found = module_common._apply_action_arg_defaults(task.resolved_action, task, {}, templar)
    else:
        groups = task._parent._play._action_groups
        found = _MERGED(task.resolved_action, {}, task.module_defaults, templar, groups)
    return dict(found)


def _arguments_in_text(task: Task) -> dict[str, Any] | None:
    """Return the arguments as the task's text gives them; `None` if a template gives them all."""
    text = task.get_ds()
    if text is None:
        return None
    parser = ModuleArgsParser(task_ds=text, collection_list=task.collections)
    written: dict[str, Any] = parser.parse(skip_action_validation=True)[1]
    return None if {"_variable_params", "_raw_params"} & written.keys() else written
