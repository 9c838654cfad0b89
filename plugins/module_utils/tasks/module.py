# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a task as an ordinary Ansible module."""

from __future__ import annotations

import platform
import sys

from ansible.module_utils.basic import AnsibleModule

from ..core.net import httplib
from .calling import Result
from .context import Context, TaskError
from .definition import Task
from .requirements import missing_library


def main(task: Task) -> None:
    """Read the module's options, perform its task, and hand over the result."""
    module = AnsibleModule(argument_spec=task.argument_spec, supports_check_mode=True, **task.rules)
    if httplib.IMPORT_ERROR is not None:
        module.fail_json(
            msg=missing_library(platform.node(), sys.executable),
            exception=httplib.IMPORT_ERROR,
        )
    context = Context(
        check_mode=module.check_mode,
        register_secret=module.no_log_values.add,
        move=module.atomic_move,
    )
    try:
        result = task.run(module.params, context)
    except TaskError as exc:
        module.fail_json(msg=exc.msg, **_warned(module, {"changed": False, **exc.result}))
    module.exit_json(**_warned(module, result))


def _warned(module: AnsibleModule, result: Result) -> Result:
    """Return a result without its warnings, which Ansible wants to hear of on their own."""
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    return result
