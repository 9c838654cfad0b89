# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batch jobs: several actions in one transaction. Source: docs/protocols/keystone.md section 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core import jsonutils, messages
from ..core.exceptions import ConfigurationError, SerializationError
from ..core.flow import Flow
from ..core.http import Response
from ..core.paging import without_records
from ..core.records.types import Record
from ..core.records.wanted import list_of_dicts
from .records import EXPECTED, PAGES, shown

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase
    from ..core.engine import Engine

PATH = "/batch/"

_NOTHING_KEPT = "nothing of the batch was kept"


def batch_job(
    connection: ConnectionBase,
    actions: Sequence[Mapping[str, Any]],
    *,
    dry_run: bool,
    files: Mapping[str, Any] | None,
    timeout: float | None,
) -> Flow[list[Record]]:
    """Send several actions that are performed all or none.

    For the arguments and errors see `KeystoneClient.batch_job`.
    """
    engine = connection.calls.engine
    checked = _checked_actions(actions)
    job = {"dry_run": dry_run, "actions": checked}
    body: dict[str, Any] = (
        {"data": {"job": jsonutils.dumps(job)}, "files": files} if files else {"json": {"job": job}}
    )
    response: Response = yield from engine.send(
        connection.calls.build("POST", PATH, read_only=dry_run, timeout=timeout, **body)
    )
    engine.check(response, _hint(response, checked, engine))
    results = PAGES.find_list(response.json())
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise without_records(response, EXPECTED)
    return [{**result, "body": shown(result.get("body"))} for result in results]


def _checked_actions(actions: Any) -> list[dict[str, Any]]:
    result = list_of_dicts(actions, "actions must be a list of dicts, each with method and path")
    if not result:
        raise ConfigurationError("actions is empty: give at least one action")
    return result


def _hint(response: Response, actions: Sequence[Mapping[str, Any]], engine: Engine) -> str | None:
    """Return what to say of a failed batch; nothing of it was kept."""
    if response.status_code == 500:
        deletes = any(str(action.get("method")).upper() == "DELETE" for action in actions)
        why = "; an action may delete a protected record" if deletes else ""
        return f"{_NOTHING_KEPT}{why}; see the server's log"
    try:
        data = response.json() if response.status_code == 422 else None
    except SerializationError:
        return None
    if not isinstance(data, dict):
        return None
    words = messages.error_text(data.get("body"), engine.wording)
    step = [messages.one_line(engine.scrub(words).removesuffix("."))] if words else []
    return "; ".join([*step, _NOTHING_KEPT])
