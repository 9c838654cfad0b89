# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the Keystone modules: make a client, read records, and send a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.exceptions import ConfigurationError
from . import calling
from .calling import Result
from .clients import TERMS, given_arguments, make, require
from .context import Context
from .files import part
from .options import KEYSTONE


def make_client(options: Mapping[str, Any], want_async: bool = False, **more: Any) -> Any:
    """Make a Keystone client. For arguments and errors see `platform.make_client`."""
    from ..keystone.client import keystone_factory

    require(options, KEYSTONE)
    return make(
        keystone_factory,
        TERMS,
        **more,
        **given_arguments(options, want_async, "url", "username", "token"),
    )


def info(params: Mapping[str, Any], context: Context) -> Result:
    """Read records of one resource.

    Args:
        params: The options of `keystone_info`.
        context: The runner.

    Returns:
        `records`, and their number as `count`.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    from ..keystone import catalogue

    def work(client: Any) -> Result:
        row = client.resource(params["resource"])
        names = params.get("fields")
        known = catalogue.shown(row)
        for name in names or ():
            if name not in known and not name.startswith("_"):
                raise ConfigurationError(
                    f"fields: {row.name} has no field {name!r}; its fields are {', '.join(known)},"
                    " and nested ones, which begin with '_'"
                )
        found = client.retrieve(
            row.name,
            filters=params["filters"],
            search=params.get("search"),
            order=params.get("order"),
            limit=params.get("limit"),
        )
        records = (
            [{name: record.get(name) for name in names} for record in found] if names else found
        )
        return {"changed": False, "records": records, "count": len(records)}

    return calling.perform(make_client, params, context, work)


def batch(params: Mapping[str, Any], context: Context) -> Result:
    """Send several actions that the server performs all or none of.

    Args:
        params: The options of `keystone_batch`.
        context: The runner.

    Returns:
        `results`, one per action.

    Raises:
        TaskError: An action failed, or an option cannot work.
    """
    actions = [
        {name: value for name, value in action.items() if value is not None}
        for action in params["actions"]
    ]
    writes = any(action["method"] != "GET" for action in actions)

    def work(client: Any) -> Result:
        if context.check_mode and writes and not params["dry_run"]:
            return {
                "changed": True,
                "results": [],
                "request": {
                    "method": "POST",
                    "url": f"{client.base_url}/batch/",
                    "body": {"actions": actions},
                },
            }
        files = {name: part(name, value) for name, value in (params.get("files") or {}).items()}
        results = client.batch_job(actions, dry_run=params["dry_run"], files=files)
        return {"changed": writes and not params["dry_run"], "results": results}

    return calling.perform(make_client, params, context, work)
