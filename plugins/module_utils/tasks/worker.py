# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_worker`: activate, deactivate and drain the workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..itential.job_records import summary

# At the top, so that the main process imports it for all its forks.
from ..itential.workers import RemainingJob, WorkerError, WorkerOutcome
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Spec
from .job import describe_person
from .options import CALL

if TYPE_CHECKING:
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "worker": {"type": "str", "choices": ["job", "task", "all"], "default": "all"},
    "state": {"type": "str", "choices": ["active", "inactive", "drained"], "required": True},
    **waiting.WAITING,
    **CALL,
}


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: Jobs still run, a worker was not switched, or a call failed.
    """
    state, worker = params["state"], params["worker"]

    def work(client: Platform) -> Result:
        workers = "job and task worker" if worker == "all" else f"{worker} worker"
        line = f"{workers}: the change to {state} was interrupted; look at their status"
        try:
            with waiting.interruption_reported(context, lambda: line):
                outcome = client.workers.bring(
                    state,
                    worker=worker,
                    predict=context.check_mode,
                    **waiting.wait_options(params, context),
                )
        except WorkerError as exc:
            result = _result(exc.outcome, state)
            raise TaskError(exc.message, **of_error(exc), **result) from exc
        return _result(outcome, state)

    return calling.perform(platform.make_client, params, context, work)


def _result(outcome: WorkerOutcome, state: str) -> Result:
    drained = {"remaining": [_item(one) for one in outcome.remaining]} if state == "drained" else {}
    return {
        "changed": bool(outcome.changed),
        "workers": dict(outcome.workers),
        "switched": list(outcome.changed),
        "waited": round(outcome.waited, 3),
        **drained,
    }


def _item(one: RemainingJob) -> Result:
    return {
        "job": summary(one.job),
        "running": one.is_busy,
        "tasks": list(one.tasks),
        "waiting_for": describe_person(one.person),
    }
