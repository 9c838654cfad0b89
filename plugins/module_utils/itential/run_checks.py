# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks before a run of a Gateway: its content, arguments, hosts and groups.

Source: docs/protocols/itential-gateway.md sections 6 to 8. What the account may not read is not
checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ConfigurationError
from ..core.flow import Flow, collect, gather
from ..core.optional import UNAVAILABLE, optional
from ..core.records.stores import look_for
from ..core.suggestions import nearest, suggestion

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase
    from ..core.http import Response
    from .gateway_store import GatewayStore
    from .run_kinds import Plan

_IMPLICIT = {"device": frozenset(("localhost",)), "group": frozenset(("all", "ungrouped"))}
"""Names that Ansible knows without an inventory."""


def check(connection: ConnectionBase, store: GatewayStore, plan: Plan) -> Flow[Plan]:
    """Return a run with its arguments in the types of their schema.

    Arguments that the schema declares as secrets become secrets of the client.

    Args:
        connection: Reads the schema.
        store: Reads hosts and groups.
        plan: The run.

    Raises:
        ConfigurationError: There is no such content, host or group, or an argument does not fit.
    """
    checks = _Checks(connection, store)
    schema = yield from checks.schema(plan)
    plan = plan.check_arguments(schema)
    for secret in plan.secrets(schema):
        connection.secrets.add(secret)
    yield from checks.require_places(plan)
    return plan


class _Checks:
    """The readings of the checks.

    Args:
        connection: Sends the requests.
        store: The client's records.
    """

    def __init__(self, connection: ConnectionBase, store: GatewayStore) -> None:
        self._connection = connection
        self._store = store

    def schema(self, plan: Plan) -> Flow[Mapping[str, Any] | None]:
        """Return the schema of content or a command; `None` if there is none to be read."""
        answer = yield from self._read(f"{plan.kind.path}/schema", plan)
        if answer is None and not plan.kind.is_command:
            answer = yield from self._content(plan)
        schema = answer.get("schema", answer) if isinstance(answer, Mapping) else None
        return schema if isinstance(schema, Mapping) else None

    def _content(self, plan: Plan) -> Flow[Any]:
        """Return the schema in the record of content, whose schema has no route of its own.

        Raises:
            ConfigurationError: There is no such content.
        """
        record = yield from self._read(plan.kind.path, plan)
        if not isinstance(record, Mapping):
            yield from self._require_content(plan)
            return None
        schemas = record.get("schemas")
        schemas = schemas if isinstance(schemas, Mapping) else {}
        return schemas.get(schemas.get("effective_schema_type")) or record.get("schema")

    def _read(self, path: str, plan: Plan) -> Flow[Any]:
        """Return the answer of a path; `None` if the server does not have it or forbids it."""
        call = self._connection.calls.build("GET", path, path_params=plan.path_params)
        response: Response = yield from self._connection.calls.engine.send(call)
        if response.status_code in UNAVAILABLE:
            return None
        self._connection.calls.engine.check(response)
        return response.json()

    def _require_content(self, plan: Plan) -> Flow[None]:
        """Refuse content that is not in a list of others."""
        path, dummy, dummy_name = plan.kind.path.rpartition("/")
        places = {name: value for name, value in plan.path_params.items() if name != "name"}
        pages = self._connection.calls.pages(path, paginate="data", path_params=places)
        listed = yield from optional(collect(pages))
        names = _names_in(record for page in listed or () for record in page.records)
        name = plan.path_params["name"]
        if names and name not in names:
            otherwise = "check its name, or refresh the content of the Gateway"
            hint = suggestion(name, names, otherwise)
            raise ConfigurationError(f"there is no {plan.kind.title} {plan.name!r}: {hint}")

    def require_places(self, plan: Plan) -> Flow[None]:
        """Refuse hosts and groups that do not exist, as far as the account may read them."""
        wanted = ((plan.kind.inventory, plan.hosts), ("group", plan.groups))
        missing = yield from gather([self._missing(*one) for one in wanted if one[1]], 2)
        near = {name: close for part in missing for name, close in part.items()}
        if near:
            hints = [f"did you mean {close!r}?" for close in near.values() if close]
            raise ConfigurationError(
                f"{', '.join(near)}: there is no such host or group on the Gateway, so nothing was"
                f" run{': ' if hints else ''}{' '.join(hints)}"
            )

    def _missing(self, resource: str, names: Sequence[str]) -> Flow[dict[str, str | None]]:
        """Return the names that do not exist, each with the nearest one that does."""
        row = yield from self._store.row(resource)
        checked = [name for name in names if name not in _IMPLICIT.get(resource, ())]
        scope = {"inventory": "default"} if "inventory" in row.key else {}
        wanted = [(row.key, {**scope, "name": name}) for name in checked]
        found = yield from optional(look_for(self._store, row, wanted))
        if found is None:
            return {}
        there = {record["name"] for record in found}
        missing = [name for name in checked if name not in there]
        if not missing:
            return {}
        listed = yield from optional(self._store.read_all(row, scope))
        # A server that shows no device at all may have them from elsewhere; the inventory of a
        # command has all of its hosts.
        if listed is None or not (listed or scope):
            return {}
        known = _names_in(listed)
        return {name: nearest(name, known) for name in missing if name not in known}


def _names_in(records: Iterable[Any]) -> list[str]:
    names = [record.get("name") for record in records if isinstance(record, dict)]
    return [name for name in names if isinstance(name, str)]
