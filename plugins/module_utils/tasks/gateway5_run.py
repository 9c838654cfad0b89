# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway5_run`: run a service of a gateway of release 5."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from ..core import jsonutils
from ..core.secrets.redaction import mask_named

# At the top, so that the main process imports it for all its forks.
from ..itential.gateway5_outcomes import ServiceRun, ServiceRunError
from . import calling, platform
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Spec
from .options import CALL
from .results import without_flags
from .waiting import WAIT, interruption_reported

if TYPE_CHECKING:
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "service": {"type": "str", "required": True},
    "cluster": {"type": "str", "required": True},
    "params": {"type": "dict"},
    "inventory": {
        "type": "list",
        "elements": "dict",
        "options": {
            "inventory": {"type": "str", "required": True},
            "nodes": {"type": "list", "elements": "str"},
        },
    },
    "action": {"type": "str", "choices": ["apply", "destroy"]},
    "wait_timeout": WAIT["wait_timeout"],
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
        TaskError: The service failed, a call failed, or an option cannot work.
    """
    return calling.perform(
        platform.make_client, params, context, lambda client: _run(client, params, context)
    )


def _run(client: Platform, params: Mapping[str, Any], context: Context) -> Result:
    service, cluster = params["service"], params["cluster"]

    def mask(value: Any) -> Any:
        return context.secrets.scrub_value(client.presentable(value))

    line = f"service {service} on gateway cluster {cluster} may have been started"
    try:
        with nullcontext() if context.check_mode else interruption_reported(context, lambda: line):
            outcome = client.gateway5.run(
                service,
                cluster,
                params=params.get("params"),
                inventory=params.get("inventory"),
                action=params.get("action"),
                wait_timeout=params["wait_timeout"],
                predict=context.check_mode,
            )
    except ServiceRunError as exc:
        activity = {"activity": mask_named(exc.activity)} if exc.activity else {}
        raise TaskError(
            exc.message, changed=True, **of_error(exc), **_describe(exc.run, mask), **activity
        ) from exc
    return {"changed": True, **_describe(outcome, mask), **_warnings(service, outcome)}


def _warnings(service: str, run: ServiceRun) -> Result:
    """Return a warning about each run that had not ended when this one was started."""
    names = [f"{entry.get('name')} since {entry.get('started')}" for entry in run.others]
    texts = [f"service {service} was running already: {name}" for name in names]
    return {"warnings": texts} if texts else {}


def _describe(run: ServiceRun, mask: Callable[[Any], Any]) -> Result:
    """Return the part of a result that describes a run.

    Args:
        run: The run.
        mask: Masks known secrets. Items of `results` are not masked later: the collection makes
            most of their keys itself.
    """
    output = mask_named(run.output)
    stdout = run.stdout if output == run.output else jsonutils.dumps(output)
    return {
        "return_code": run.return_code,
        "stdout": stdout,
        "stdout_lines": stdout.splitlines(),
        "stderr": run.stderr,
        "stderr_lines": run.stderr.splitlines(),
        "output": output,
        "results": [_item(node, mask) for node in run.results],
        "failed_nodes": list(run.failed_nodes),
        "elapsed_time": run.elapsed_time,
    }


def _item(node: Any, mask: Callable[[Any], Any]) -> Any:
    shown = mask(mask_named(node))
    return without_flags(shown) if isinstance(shown, Mapping) else shown
