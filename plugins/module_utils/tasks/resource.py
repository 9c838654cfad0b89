# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task behind every `*_resource` module: records brought to a wanted state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ..core.records.kinds import FILE
from ..core.records.types import Change, ResourceType
from ..core.secrets.redaction import mask_named
from . import calling
from .calling import Result, of_error
from .context import Context, Factory, TaskError
from .files import part
from .given import is_set

_DONE = {"create": "created", "update": "updated", "delete": "deleted", "none": "unchanged"}


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task writes many records."""
    return is_set(options.get("records"))


Kind = tuple[ResourceType, Callable[..., list[Change]]]
"""A resource, and what brings records of it to a wanted state."""


def by_name(client: Any, params: Mapping[str, Any]) -> Kind:
    """Return the kind of record that the option `resource` names."""
    row: ResourceType = client.resource(params["resource"])
    return row, functools.partial(client.ensure, row.name)


def run(
    factory: Factory,
    params: Mapping[str, Any],
    context: Context,
    kind_of: Callable[[Any, Mapping[str, Any]], Kind] = by_name,
) -> Result:
    """Perform the task.

    Args:
        factory: Makes the client: from the options, and `want_async`.
        params: The module's options.
        context: The runner.
        kind_of: Finds what the records are, from the client and the options.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed, some records could not be written, or an option cannot work.
    """
    wanted = params["records"] if params.get("records") is not None else [params["data"]]
    return calling.perform(
        factory,
        params,
        context,
        lambda client: _ensured(kind_of(client, params), wanted, params, context),
    )


def _ensured(
    kind: Kind, wanted: list[dict[str, Any]], params: Mapping[str, Any], context: Context
) -> Result:
    row, ensure = kind
    secret = {field.name for field in row.fields.values() if field.secret}
    for record in wanted:
        for name in secret & set(record):
            if record[name] is not None:
                context.register_secret(str(record[name]))
    changes = ensure(
        [_with_files(row, record) for record in wanted],
        state=params["state"],
        match=params.get("match") or (),
        update_secrets=params.get("update_secrets") == "always",
        replace=params.get("replace") is True,
        purge=params["filters"] if params["purge"] else None,
        concurrency=params["concurrency"],
        predict=context.check_mode,
    )
    result: Result = {
        # A record whose writing failed may exist all the same.
        "changed": any(
            change.action != "none" and (change.error is None or change.after != change.before)
            for change in changes
        ),
        "diff": [
            _difference(row, change)
            for change in changes
            if change.action != "none" and change.error is None
        ],
    }
    warnings = [_warning(change) for change in changes if change.ignored]
    if warnings:
        result["warnings"] = warnings
    if params.get("records") is None:
        result.update(
            {
                "action": changes[0].action,
                "record": _shown(row, changes[0]),
                "ignored": changes[0].ignored,
            }
        )
    else:
        result["results"] = [_item(row, change) for change in changes]
        result["summary"] = {
            word: sum(change.action == action and change.error is None for change in changes)
            for action, word in _DONE.items()
        }
    failures = [change for change in changes if change.error is not None]
    if failures:
        raise _failed(failures, len(changes), result)
    return result


def _failed(failures: list[Change], total: int, result: Result) -> TaskError:
    first, error = failures[0], failures[0].error
    if total == 1 and error is not None:
        return TaskError(error.message, **of_error(error), **result)
    return TaskError(
        f"{len(failures)} of {total} records could not be written; the first, {first.label}: {error}",
        **result,
    )


def _with_files(row: ResourceType, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record whose files are read, as far as they are given by path."""
    return {
        name: part(name, value) if name in row.fields and row.fields[name].kind is FILE else value
        for name, value in record.items()
    }


def _shown(row: ResourceType, change: Change) -> Result:
    shown: Result = mask_named(change.after or change.before or {})
    # A record that check mode would create has no id yet; later tasks may look for the key.
    created = change.action == "create" and change.error is None
    return {row.id_field: None, **shown} if created else shown


def _item(row: ResourceType, change: Change) -> Result:
    error = change.error
    return {
        "ok": error is None,
        **({} if error is None else {"msg": error.message}),
        "action": change.action,
        "record": _shown(row, change),
        "ignored": change.ignored,
    }


def _difference(row: ResourceType, change: Change) -> Result:
    names = [
        name
        for name in (change.sent or change.before or {})
        if (name in row.fields or not row.closed) and not row.field(name).write_only
    ]
    before, after = change.before or {}, change.after or {}
    return {
        "before_header": change.label,
        "after_header": change.label,
        "before": mask_named({name: before.get(name) for name in names}) if before else {},
        "after": mask_named({name: after.get(name) for name in names}) if after else {},
    }


def _warning(change: Change) -> str:
    return f"{change.label}: the server does not take {', '.join(change.ignored)} and keeps what it has"
