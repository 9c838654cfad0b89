# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_device_backup`: back up devices, and show what has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.secrets.redaction import redact_data

# At the top, so that the main process imports it for all its forks.
from ..itential.backups import Backup, BackupError, difference
from . import calling, platform, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Spec
from .options import CALL

if TYPE_CHECKING:
    from ..itential.backups import Backups
    from ..itential.platform import Platform

OPTIONS: Spec = {
    "device": {"type": "list", "elements": "str", "required": True},
    "description": {"type": "str"},
    "notes": {"type": "str"},
    "compare": {"type": "str", "default": "previous"},
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
        TaskError: A device was not backed up, a call failed, or an option cannot work.
    """

    def work(client: Platform) -> Result:
        return _backed_up(client.backups, params, context)

    return calling.perform(platform.make_client, params, context, work)


def _backed_up(backups: Backups, params: Mapping[str, Any], context: Context) -> Result:
    made: list[str] = []

    def notify(line: str) -> None:
        made.append(line)
        if params["progress"]:
            context.report(line)

    def interruption_text() -> str:
        return f"not finished; {'; '.join(made) or 'no backup is known'}"

    create = backups.predict if context.check_mode else backups.create
    compare = params["compare"]
    wait_options = waiting.wait_options(params, context)
    wait_options["notify"] = notify
    try:
        with waiting.interruption_reported(context, interruption_text):
            done = create(
                params["device"],
                description=params.get("description"),
                notes=params.get("notes"),
                compare=None if compare == "none" else compare,
                **wait_options,
            )
    except BackupError as exc:
        result = {**of_error(exc), **_result_of(exc.backups, context.check_mode)}
        if not result["changed"]:
            # What was sent tells if there may be a backup.
            del result["changed"]
        raise TaskError(redact_data(exc.message), **result) from exc
    return _result_of(done, context.check_mode)


def _result_of(backups: Sequence[Backup], predicted: bool) -> Result:
    items = [_describe(backup) for backup in backups]
    changed = any(backup.error is None if predicted else bool(backup.id) for backup in backups)
    result: Result = {
        "changed": changed,
        "diff": [{"prepared": item["difference"]} for item in items if item["difference"]],
    }
    if len(items) == 1:
        return {**result, **items[0]}
    return {**result, "results": items}


def _describe(backup: Backup) -> Result:
    return {
        "device": backup.device,
        "backup": backup.id or None,
        "compared_with": backup.other or None,
        "differs": None if backup.before is None else backup.before != backup.after,
        "difference": _difference(backup),
        "error": None if backup.error is None else redact_data(backup.error.message),
    }


def _difference(backup: Backup) -> str:
    """Return a unified diff without secrets; `""` if there is no difference, or only in them."""
    if backup.before is None or backup.after is None:
        return ""
    before, after = redact_data([backup.before, backup.after])
    old = f"{backup.device}: backup {backup.other}"
    new = f"{backup.device}: {f'backup {backup.id}' if backup.id else 'configuration'}"
    return difference(before, after, old, new)
