# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of every `*_resource` module: bring records to a wanted state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from ..core.records.assets import asset_of
from ..core.records.differences import differences
from ..core.records.ensure_options import EnsureArguments
from ..core.records.export import masked
from ..core.records.kinds import FILE
from ..core.records.types import Change, ResourceType
from ..core.secrets.redaction import mask_named
from . import calling
from .calling import Result, of_error
from .client import CatalogueClient, ClientT, Factory, RecordClient
from .context import Context, TaskError
from .definition import Rules, Spec
from .files import part, read
from .given import is_set, without_omitted
from .options import CALL, RESOURCE_NAME, UPDATE_SECRETS

ENSURE: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "data": {"type": "dict"},
    "records": {"type": "list", "elements": "dict"},
    "purge": {"type": "bool", "default": False},
    "filters": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
}
MATCH: Spec = {
    "match": {"type": "list", "elements": "str", "default": []},
    **UPDATE_SECRETS,
}
ASSET: Spec = {
    "src": {"type": "path"},
    "replace": {"type": "bool", "default": False},
    "recreate": {"type": "bool", "default": False},
    "purge_limit": {"type": "int", "default": 100},
}
OPTIONS: Spec = {
    **RESOURCE_NAME,
    **ENSURE,
    "concurrency": {"type": "int", "default": 1},
    **MATCH,
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("data", "records")],
    "required_one_of": [("data", "records")],
    "required_if": [("purge", True, ("filters", "records"))],
    "required_by": {"filters": ("records",)},
}

CATALOGUE_OPTIONS: Spec = {
    "resource": {"type": "raw", "required": True},
    **ENSURE,
    **MATCH,
    **ASSET,
    **CALL,
}
"""`resource` is the name of a type of records, or its definition."""
CATALOGUE_RULES: Rules = {
    "mutually_exclusive": [("data", "records"), ("src", "records")],
    "required_one_of": [("data", "records", "src")],
    "required_if": [("purge", True, ("filters", "records"))],
    "required_by": {"filters": ("records",)},
}
PLATFORM_OPTIONS: Spec = {
    **CATALOGUE_OPTIONS,
    "show_secret": {"type": "bool", "default": False, "no_log": False},
}

SOURCE = "src"
"""The key of a record, and the option, that name a file with the record."""
_DONE = {"create": "created", "update": "updated", "delete": "deleted", "none": "unchanged"}


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task writes many records."""
    return is_set(options.get("records"))


class Writer(NamedTuple):
    """Writes the records of one type.

    Attributes:
        row: Their type.
        ensure: Brings records to a wanted state; it takes them and `EnsureArguments`.
    """

    row: ResourceType
    ensure: Callable[..., list[Change]]


def of_catalogue(client: CatalogueClient, params: Mapping[str, Any]) -> Writer:
    """Return the writer of the type that the option `resource` names, or defines as a dict."""
    records = client.records(params["resource"])
    return Writer(records.resource_type(), records.ensure)


def by_name(client: RecordClient, params: Mapping[str, Any]) -> Writer:
    """Return the writer of the type that the option `resource` names."""
    row = client.resource(params["resource"])
    return Writer(row, functools.partial(client.ensure, row.name))


def run(
    factory: Factory[ClientT],
    writer_of: Callable[[ClientT, Mapping[str, Any]], Writer],
    params: Mapping[str, Any],
    context: Context,
) -> Result:
    """Perform the task.

    Args:
        factory: Makes the client.
        writer_of: The service's part: returns the writer that the options ask for.
        params: The module's options.
        context: The runner.

    Returns:
        The result, without `invocation`.

    Raises:
        TaskError: A call failed, some records could not be written, or an option cannot work.
    """
    return calling.perform(
        factory,
        params,
        context,
        lambda client: ensure(writer_of(client, params), params, context),
    )


def ensure(writer: Writer, params: Mapping[str, Any], context: Context) -> Result:
    """Bring the records that the options give to a wanted state. For the arguments see `run`."""
    row = writer.row
    wanted = [_with_files(row, without_omitted(record)) for record in _wanted_records(params)]
    _register_secrets(row, wanted, context)
    changes = writer.ensure(wanted, **_arguments(params, context))
    shows_secret = bool(params.get("show_secret"))
    result: Result = {
        # A record whose write failed may have changed all the same.
        "changed": any(
            change.action != "none" and (change.error is None or change.after != change.before)
            for change in changes
        ),
        "diff": [
            difference
            for change in changes
            if change.action != "none" and change.error is None
            for difference in _differences(row, change)
        ],
    }
    warnings = [_warning(change) for change in changes if change.ignored]
    if warnings:
        result["warnings"] = warnings
    if params.get("records") is None:
        result.update(
            {
                "action": changes[0].action,
                "record": _record(row, changes[0]),
                "ignored": changes[0].ignored,
                **_validation(changes[0]),
                **(_new_secret(row, changes[0]) if shows_secret else {}),
            }
        )
    else:
        result["results"] = [
            {**_item(row, change), **(_new_secret(row, change) if shows_secret else {})}
            for change in changes
        ]
        result["summary"] = {
            word: sum(change.action == action and change.error is None for change in changes)
            for action, word in _DONE.items()
        }
    failures = [change for change in changes if change.error is not None]
    if not result["changed"] and not all(change.is_known for change in failures):
        # What was sent tells if something may have changed.
        del result["changed"]
    if failures:
        raise _failure(failures, len(changes), result)
    return result


def _wanted_records(params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the records that the options give."""
    if params.get("records") is not None:
        return list(params["records"])
    src = params.get("src")
    return [{**(params.get("data") or {}), **({} if src is None else {SOURCE: src})}]


def _arguments(params: Mapping[str, Any], context: Context) -> EnsureArguments:
    """Return the arguments of `ensure`.

    They are the options of the same names, as far as the module has them; some have another form.
    """
    given: dict[str, Any] = {
        name: params[name]
        for name in EnsureArguments.__optional_keys__
        if params.get(name) is not None
    }
    given["purge"] = params["filters"] if params["purge"] else None
    given["predict"] = context.check_mode
    if "update_secrets" in given:
        given["update_secrets"] = given["update_secrets"] == "always"
    return cast(EnsureArguments, given)


def _register_secrets(
    row: ResourceType, wanted: Iterable[Mapping[str, Any]], context: Context
) -> None:
    names = [field.name for field in row.fields.values() if field.secret]
    for record in wanted:
        for name in names:
            if record.get(name) is not None:
                context.register_secret(str(record[name]))


def _failure(failures: list[Change], total: int, result: Result) -> TaskError:
    first, error = failures[0], failures[0].error
    if total == 1 and error is not None:
        return TaskError(error.message, **of_error(error), **result)
    return TaskError(
        f"{len(failures)} of {total} records could not be written;"
        f" the first, {first.label}: {error}",
        **result,
    )


def _with_files(row: ResourceType, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the content of the files that it gives by path."""
    if SOURCE in record and SOURCE not in row.fields:
        path = str(record[SOURCE])
        own = {name: value for name, value in record.items() if name != SOURCE}
        return {**asset_of(row, path, read(path)), **own}
    return {
        name: part(name, value) if name in row.fields and row.fields[name].kind is FILE else value
        for name, value in record.items()
    }


def _record(row: ResourceType, change: Change) -> Result:
    (shown,) = masked(row, [change.after or change.before or {}])
    # A record that check mode would create has no id yet; later tasks may read that key.
    created = change.action == "create" and change.error is None
    return {row.id_field: None, **shown} if created else shown


def _item(row: ResourceType, change: Change) -> Result:
    error = change.error
    return {
        "ok": error is None,
        **({} if error is None else {"msg": error.message}),
        "action": change.action,
        "record": _record(row, change),
        "ignored": change.ignored,
        **_validation(change),
    }


def _new_secret(row: ResourceType, change: Change) -> Result:
    """Return the secrets that the server has made for a record, which it shows only once."""
    after = change.after or {}
    made = {name: after[name] for name in row.renewed if after.get(name) is not None}
    return {"secret": made} if made and change.action in ("create", "update") else {}


def _validation(change: Change) -> Result:
    return {} if change.validation is None else {"validation": change.validation}


def _differences(row: ResourceType, change: Change) -> list[Result]:
    """Return differences as Ansible shows them: two dicts, or the lines of two texts."""
    result = []
    for path, before, after in differences(row, change):
        label = f"{change.label}: {path}" if path else change.label
        # The last key of a path may name a secret.
        key = path.rpartition(".")[2]
        sides = {
            "before": mask_named({key: before})[key],
            "after": mask_named({key: after})[key],
        }
        result.append({"before_header": label, "after_header": label, **sides})
    return result


def _warning(change: Change) -> str:
    names = ", ".join(change.ignored)
    return f"{change.label}: the server does not take {names} and keeps what it has"
