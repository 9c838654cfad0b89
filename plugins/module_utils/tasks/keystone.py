# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the Keystone modules: make a client, read records, send a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ConfigurationError
from ..core.records.types import ResourceType
from . import calling
from . import info as reading
from .calling import Result
from .client import RecordClient
from .clients import TERMS, given_arguments, make, require
from .context import Context
from .definition import Spec
from .files import part
from .info import Found
from .options import CALL, KEYSTONE, RESOURCE_NAME

if TYPE_CHECKING:
    from ..keystone.client import KeystoneClient

INFO_OPTIONS: Spec = {
    **RESOURCE_NAME,
    "filters": {"type": "dict", "default": {}},
    "search": {"type": "str"},
    "order": {"type": "list", "elements": "str"},
    **reading.READ,
    **CALL,
}

BATCH_OPTIONS: Spec = {
    "actions": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "method": {
                "type": "str",
                "choices": ["GET", "POST", "PUT", "PATCH", "DELETE"],
                "required": True,
            },
            "path": {"type": "str", "required": True},
            "payload": {"type": "dict"},
            "query_params": {"type": "dict"},
            "ref": {"type": "str"},
        },
    },
    "dry_run": {"type": "bool", "default": False},
    "files": {"type": "dict"},
    **CALL,
}


def make_client(options: Mapping[str, Any], **more: Any) -> KeystoneClient:
    """Make a Keystone client. For the arguments and errors see `platform.make_client`."""
    from ..keystone.client import keystone_factory

    require(options, KEYSTONE)
    given = given_arguments(options, "url", "username", "token")
    return make(keystone_factory, TERMS, **more, **given)


def info(params: Mapping[str, Any], context: Context) -> Result:
    """Read records of one type. For the arguments, the result and errors see `info.run`."""
    return reading.run(make_client, _read, params, context)


def _read(client: RecordClient, params: Mapping[str, Any]) -> Found:
    row = client.resource(params["resource"])
    fields = params.get("fields") or ()
    _check_fields(row, fields)
    found = client.retrieve(
        row.name,
        filters=params["filters"],
        search=params.get("search"),
        order=params.get("order"),
        limit=params.get("limit"),
    )
    return Found(reading.only(fields, found))


def _check_fields(row: ResourceType, names: Iterable[str]) -> None:
    from ..keystone.catalogue import shown

    known = shown(row)
    for name in names:
        if name not in known and not name.startswith("_"):
            raise ConfigurationError(
                f"fields: {row.name} has no field {name!r}; its fields are {', '.join(known)},"
                " and nested ones, which begin with '_'"
            )


def batch(params: Mapping[str, Any], context: Context) -> Result:
    """Send several actions, of which the server performs all or none.

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

    def work(client: KeystoneClient) -> Result:
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
