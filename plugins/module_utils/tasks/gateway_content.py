# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_gateway_content`: refresh the content of a Gateway, and decorate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError

# At the top, so that the main process imports it for all its forks.
from ..itential.gateway_content import ALL, RefreshError
from . import calling, gateway, resource, waiting
from .calling import Result, of_error
from .context import Context, TaskError
from .definition import Rules, Spec
from .options import CALL

if TYPE_CHECKING:
    from ..itential.gateway import Gateway
    from ..itential.gateway_content import Refreshed

OPTIONS: Spec = {
    "refresh": {
        "type": "list",
        "elements": "str",
        "choices": [
            *("all", "playbook", "script", "module", "role", "nornir", "terraform"),
            *("collection", "inventory"),
        ],
    },
    "wait_for": {"type": "list", "elements": "str"},
    "decorations": {
        "type": "list",
        "elements": "dict",
        "options": {
            "kind": {
                "type": "str",
                "choices": ["playbook", "script", "module", "role", "nornir", "terraform"],
                "required": True,
            },
            "name": {"type": "str", "required": True},
            "schema": {"type": "dict"},
        },
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **waiting.WAITING,
    **CALL,
}
RULES: Rules = {
    "required_one_of": [("refresh", "decorations")],
    "required_by": {"wait_for": ("refresh",)},
}

MAX_CONCURRENT_WRITES = 4
"""Decorations that are written at the same time."""
_KEY = ("kind", "name")


def run(params: Mapping[str, Any], context: Context) -> Result:
    """Perform the task.

    Args:
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed, a decoration could not be written, or an option cannot work.
    """

    def work(client: Gateway) -> Result:
        decorations = [_record(one, params["state"]) for one in params.get("decorations") or ()]
        result: Result = _result_of({})
        kinds = params.get("refresh") or ()
        needed = decorations if params["state"] == "present" else ()
        found_by_refresh = [one for one in needed if _is_refreshed(one, kinds)]
        _require_content(client, [one for one in needed if one not in found_by_refresh])
        if kinds:
            result = _refresh(client, params, found_by_refresh, context)
        if not decorations:
            return result
        try:
            if not context.check_mode:
                _require_content(client, found_by_refresh)
            written = _decorate(client, params, decorations, context)
        except TaskError as exc:
            raise TaskError(exc.msg, **_together(result, exc.result)) from exc
        except ClientError as exc:
            raise TaskError(exc.message, **{**of_error(exc), **result}) from exc
        return _together(result, written)

    return calling.perform(gateway.make_client, params, context, work)


def _together(refreshed: Result, written: Result) -> Result:
    changed = {"changed": True} if refreshed["changed"] else {}
    return {"refreshed": refreshed["refreshed"], **written, **changed}


def _record(given: Mapping[str, Any], state: str) -> dict[str, Any]:
    """Return a decoration as the records of that type have it."""
    record = {name: given[name] for name in _KEY}
    if state == "absent":
        return record
    if not given.get("schema"):
        raise ConfigurationError(
            f"decorations: {given['kind']} {given['name']!r} has no schema: give one"
        )
    return {**record, "schema": {"title": given["name"], "type": "object", **given["schema"]}}


def _refresh(
    client: Gateway,
    params: Mapping[str, Any],
    decorations: Sequence[Mapping[str, Any]],
    context: Context,
) -> Result:
    """Refresh content, and wait for that of decorations."""
    names = [one["name"] for one in decorations]
    try:
        found = client.content.refresh(
            params["refresh"],
            wait_for=[*(params.get("wait_for") or ()), *names],
            predict=context.check_mode,
            **waiting.wait_options(params, context),
        )
    except RefreshError as exc:
        raise TaskError(exc.message, **{**of_error(exc), **_result_of(exc.refreshed)}) from exc
    return _result_of(found)


def _result_of(found: Mapping[str, Refreshed]) -> Result:
    return {
        "changed": any(one.changed for one in found.values()),
        "refreshed": {kind: one._asdict() for kind, one in found.items()},
    }


def _is_refreshed(decoration: Mapping[str, Any], kinds: Sequence[str]) -> bool:
    return ALL in kinds or decoration["kind"] in kinds


def _decorate(
    client: Gateway,
    params: Mapping[str, Any],
    decorations: Sequence[Mapping[str, Any]],
    context: Context,
) -> Result:
    writer = resource.of_catalogue(client, {"resource": "decoration"})
    wanted = {
        **params,
        "records": decorations,
        "purge": False,
        "concurrency": MAX_CONCURRENT_WRITES,
    }
    return resource.ensure(writer, wanted, context)


def _require_content(client: Gateway, decorations: Sequence[Mapping[str, Any]]) -> None:
    """Refuse decorations of content that does not exist."""
    missing = [
        f"{one['kind']} {one['name']!r}"
        for one in decorations
        if client.records(one["kind"]).find(one["name"]) is None
    ]
    if missing:
        raise ConfigurationError(
            f"there is no {', '.join(missing)} on the Gateway: check the name, or deploy the file"
            " and give 'refresh'"
        )
