# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests about workflows, their projects, and the triggers that start them.

Sources: docs/protocols/itential-platform.md sections 2.1 (filters) and 5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow
from ..core.optional import optional
from ..core.suggestions import suggestion
from .platform_requests import OPERATIONS, PlatformRequests, Record, record_in

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

STUDIO = "/automation-studio"

_ID = re.compile(r"[0-9a-f]{24}")
_HIDDEN = frozenset((403, 404))


class WorkflowRequests(PlatformRequests):
    """The requests of one client. A workflow is read once.

    Args:
        connection: Sends them.
    """

    __slots__ = ("_workflows",)

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection)
        self._workflows: dict[str, Record | None] = {}

    def read(self, name: str) -> Flow[Record | None]:
        """Return name, inputs and outputs of a workflow; `None` if the account may not read it.

        Raises:
            ConfigurationError: There is no such workflow.
        """
        if name not in self._workflows:
            self._workflows[name] = yield from self._read_workflow(name)
        return self._workflows[name]

    def _read_workflow(self, name: str) -> Flow[Record | None]:
        params = {"equals": {"name": name}, "include": "name,inputSchema,outputSchema"}
        reading = self.records_of(f"{STUDIO}/workflows", params, "items")
        found = yield from optional(reading, _HIDDEN)
        if found is None:
            return None
        workflow = next((one for one in found if one.get("name") == name), None)
        if workflow is None:
            otherwise = "check its name; a workflow of a project needs 'project' too"
            hint = yield from self._suggest(f"{STUDIO}/workflows", name, "items", otherwise)
            raise ConfigurationError(f"there is no workflow {name!r}: {hint}")
        return workflow

    def _suggest(self, path: str, name: str, style: str, otherwise: str) -> Flow[str]:
        """Return the advice about a name that a list does not have.

        Args:
            path: The path of the list.
            name: The name.
            style: The name of the paging style.
            otherwise: The advice if no name of the list is near, or the list cannot be read.
        """
        records: list[Record] = []
        # The error of the name is more useful than that of this reading.
        with suppress(ClientError):
            records = yield from self.records_of(path, {"include": "name"}, style)
        return suggestion(name, _texts(records, "name"), otherwise)

    def project_id(self, project: str) -> Flow[str]:
        """Return the id of a project, which is given by name or id.

        Raises:
            ConfigurationError: There is none, or more than one.
        """
        params = {"equals": {"name": project}, "include": "name"}
        found = yield from self.records_of(f"{STUDIO}/projects", params)
        ids = [one["_id"] for one in found if one.get("name") == project]
        if not ids and _ID.fullmatch(project):
            return project
        hint = "check its name"
        if not ids:
            hint = yield from self._suggest(f"{STUDIO}/projects", project, "data", hint)
        return str(_only(ids, "project", project, hint))

    def trigger(self, kind: str, field: str, value: str, automation: str | None) -> Flow[Record]:
        """Return a trigger.

        Args:
            kind: `endpoint` or `manual`.
            field: The field that names it: `routeName` or `name`.
            value: The value of that field.
            automation: The name or id of its automation; `None` for any.

        Raises:
            ConfigurationError: There is none, or more than one.
        """
        params = {"equalsField": "type", "equals": kind}
        found = yield from self.records_of(f"{OPERATIONS}/triggers", params)
        named = [one for one in found if one.get("type") == kind and one.get(field) == value]
        if automation is not None:
            owners = yield from self._automation_ids(automation)
            named = [one for one in named if one.get("actionId") in owners]
        others = [name for name in _texts(found, field) if name != value]
        hint = suggestion(value, others, "check its name")
        trigger: Record = _only(named, f"{kind} trigger", value, hint)
        return trigger

    def _automation_ids(self, automation: str) -> Flow[set[str]]:
        params = {"containsField": "name", "contains": automation}
        # `equals` does not find names with parentheses.
        found = yield from self.records_of(
            f"{OPERATIONS}/automations", {} if set(automation) & set("()") else params
        )
        return {automation} | {one["_id"] for one in found if one.get("name") == automation}

    def of_trigger(self, trigger: Mapping[str, Any]) -> Flow[str]:
        """Return the name of the workflow that a trigger starts; `""` if it is unknown."""
        answer = yield from self.get(
            f"{OPERATIONS}/automations/{{id}}", path_params={"id": trigger.get("actionId")}
        )
        return str(record_in(answer).get("componentName") or "")


def _texts(records: Sequence[Record], field: str) -> list[str]:
    return [record[field] for record in records if isinstance(record.get(field), str)]


def _only(found: Sequence[Any], kind: str, name: str, hint: str) -> Any:
    if not found:
        raise ConfigurationError(f"there is no {kind} {name!r}: {hint}")
    if len(found) > 1:
        ids = ", ".join(str(one["_id"] if isinstance(one, Mapping) else one) for one in found)
        raise ConfigurationError(f"there are several {kind}s {name!r} ({ids}): name the right one")
    return found[0]
