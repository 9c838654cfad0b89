# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_service`: start, stop and restart adapters and applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

# At the top, so that the main process imports it for all its forks.
from ..itential.services import ServiceError, ServiceReport
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL

if TYPE_CHECKING:
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "adapter": {"type": "list", "elements": "str"},
    "application": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["started", "stopped", "restarted"]},
    "log": {
        "type": "dict",
        "options": {
            transport: {
                "type": "str",
                "choices": ["error", "warn", "info", "debug", "trace", "spam"],
            }
            for transport in ("file", "console", "syslog")
        },
    },
    "online": {"type": "bool", "default": True},
    **waiting.WAITING,
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("adapter", "application")],
    "required_one_of": [("adapter", "application"), ("state", "log")],
}

_OUTCOMES = ("changed", "unchanged", "failed", "not_tried")


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A service did not get its state, a call failed, or an option cannot work.
    """

    def work(client: Platform) -> Result:
        names = ", ".join(params["adapter"] or params["application"] or ())
        line = f"{names}: the change was interrupted; look at their health before you repeat it"
        try:
            with waiting.interruption_reported(context, lambda: line):
                outcome = client.services.bring(
                    params["state"],
                    adapter=params["adapter"],
                    application=params["application"],
                    log={name: level for name, level in (params["log"] or {}).items() if level},
                    online=params["online"],
                    predict=context.check_mode,
                    **waiting.wait_options(params, context),
                )
        except ServiceError as exc:
            result = _result(exc.reports, exc.waited)
            raise TaskError(exc.message, **of_error(exc), **result) from exc
        return _result(outcome.reports, outcome.waited)

    return calling.perform(platform.make_client, params, context, work)


def _result(reports: Sequence[ServiceReport], waited: float) -> Result:
    counts = Counter(report.outcome for report in reports)
    items = [_item(report) for report in reports]
    return {
        "changed": any(item["action"] or item["log"] for item in items),
        **({"service": items[0]} if len(items) == 1 else {}),
        "results": items,
        "summary": {outcome: counts[outcome] for outcome in _OUTCOMES},
        "waited": round(waited, 3),
    }


def _item(report: ServiceReport) -> Result:
    health = report.health
    return {
        "kind": report.kind,
        "name": report.name,
        "outcome": report.outcome,
        "action": report.action,
        "confirmed": report.confirmed,
        "state": None if health is None else health.state or None,
        "connection": None if health is None else health.connection or None,
        "uptime": None if health is None else health.uptime,
        "log": {name: change._asdict() for name, change in report.log.items()},
    }
