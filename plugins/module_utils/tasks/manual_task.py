# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_task`: claim, assign, release and finish manual tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import calling, platform
from .calling import Result
from .context import Context
from .definition import Rules, Spec
from .options import CALL
from .waiting import WAITING, wait_options

if TYPE_CHECKING:
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "task": {"type": "str"},
    "job": {"type": "str"},
    "name": {"type": "str"},
    "state": {
        "type": "str",
        "choices": ["claimed", "released", "assigned", "finished"],
        "required": True,
    },
    "account": {"type": "str"},
    "outcome": {"type": "str", "choices": ["success", "failure"], "default": "success"},
    "variables": {"type": "dict"},
    **WAITING,
    "wait_timeout": {"type": "float", "default": 0.0},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("task", "job")],
    "required_one_of": [("task", "job")],
    "required_if": [("state", "assigned", ("account",))],
    "required_by": {"name": ("job",)},
}


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed, or an option cannot work.
    """

    def work(client: Platform) -> Result:
        change = client.tasks.bring(
            params["state"],
            task=params.get("task"),
            job=params.get("job"),
            name=params.get("name"),
            account=params.get("account"),
            outcome=params["outcome"],
            variables=params.get("variables"),
            predict=context.check_mode,
            **wait_options(params, context),
        )
        return {"changed": change.changed, "task": change.task}

    return calling.perform(platform.make_client, params, context, work)


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task waits: the process that tasks share has other work to do."""
    return bool(options.get("wait_timeout"))
