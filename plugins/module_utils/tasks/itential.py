# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of `itential_platform_info` and `itential_gateway_info`: read records and facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ..core.exceptions import ConfigurationError
from ..core.records.filters import doubts
from ..core.records.types import Record, ResourceType
from ..core.secrets.redaction import mask_named
from . import calling, playbook
from . import info as reading
from .calling import Result
from .client import CatalogueClient, ClientT, Factory
from .context import Context
from .definition import Rules, Service, Spec
from .info import Found
from .options import CALL
from .presenting import presentable_records
from .results import PresentableRecords

FILTERS: Spec = {
    "filters": {"type": "dict", "default": {}},
    "order": {"type": "list", "elements": "str"},
    "complete": {"type": "bool", "default": False},
    "as_tasks": {"type": "bool", "default": False},
}
OPTIONS: Spec = {
    "resource": {"type": "raw"},
    **FILTERS,
    **reading.READ,
    "gather": {"type": "list", "elements": "str"},
    **CALL,
}
RULES: Rules = {
    "mutually_exclusive": [("resource", "gather")],
    "required_one_of": [("resource", "gather")],
}


def info(
    factory: Factory[ClientT], service: Service, params: Mapping[str, Any], context: Context
) -> Result:
    """Read records of one type, or gather facts.

    Args:
        factory: Makes the client.
        service: The service, after which the module for desired state is named.
        params: The module's options.
        context: The runner.

    Returns:
        `records` and `count`, with `as_tasks` also `tasks`; or `gathered` and `unavailable`.

    Raises:
        TaskError: A call failed or an option cannot work.
    """
    if params.get("gather") is not None:
        return calling.perform(factory, params, context, partial(_gather, params))
    return reading.run(factory, partial(_read, service), params, context)


def is_heavy(options: Mapping[str, Any]) -> bool:
    """Tell if a task may read many records."""
    return options.get("limit") is None and options.get("gather") is None


def _gather(params: Mapping[str, Any], client: CatalogueClient) -> Result:
    found = client.gather(params["gather"])
    facts = {name: mask_named(fact) for name, fact in found.facts.items()}
    return {"changed": False, "gathered": facts, "unavailable": found.unavailable}


def _read(service: Service, client: CatalogueClient, params: Mapping[str, Any]) -> Found:
    records = client.records(params["resource"])
    row = records.resource_type()
    fields, order = params.get("fields") or (), params.get("order") or ()
    sorted_by = [name.removeprefix("-").partition(".")[0] for name in order]
    as_tasks = params.get("as_tasks")
    if as_tasks and fields:
        raise ConfigurationError("fields: leave them out; with as_tasks, whole records are needed")
    found = records.list(
        params["filters"],
        order=order,
        limit=params.get("limit"),
        fields=fields,
        complete=bool(params.get("complete") or as_tasks),
        each=None if as_tasks else partial(presentable_records, row, client),
    )
    named = {"filters": [*map(str, params["filters"] or ())], "order": sorted_by, "fields": fields}
    _check_found(row, "fields", fields, found)
    _check_found(row, "order", sorted_by, found)
    more = {} if found else _warnings(row, named)
    if not as_tasks:
        return Found(PresentableRecords(reading.only(fields, found)), more)
    if row.verbs.isdisjoint(("create", "update")):
        raise ConfigurationError(f"as_tasks: {row.name} records are read-only in this API")
    module = f"restops.clients.{service.prefix.lower()}_resource"
    wanted = records.export_(found, playbook.placeholder(row))
    return Found(
        presentable_records(row, client, found),
        {**more, "tasks": playbook.tasks(module, params["resource"], row, wanted)},
    )


def _warnings(row: ResourceType, named: Mapping[str, Sequence[str]]) -> Result:
    """Return warnings about names of fields, by options, that may be misspelt."""
    lines = [line for option, names in named.items() for line in doubts(row, option, names)]
    return {"warnings": lines} if lines else {}


def _check_found(
    row: ResourceType, option: str, names: Sequence[str], found: Sequence[Record]
) -> None:
    """Refuse names of fields that no record has, of a type whose fields are not all known.

    Raises:
        ConfigurationError: There is one.
    """
    for name in names:
        if name not in row.fields and found and not any(name in record for record in found):
            known = sorted({field for record in found for field in record})
            raise ConfigurationError(
                f"{option}: no {row.name} has a field {name!r}; its fields are {', '.join(known)}"
            )
