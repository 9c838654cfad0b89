# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests about manual tasks, and about the people for whom they wait.

Source: docs/protocols/itential-platform.md section 6.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, HTTPStatusError
from ..core.flow import Flow, gather
from ..core.jsonutils import dig
from .job_records import Person, Record
from .platform_requests import (
    MAX_CONCURRENT_REQUESTS,
    MOST_IDS,
    OPERATIONS,
    PlatformRequests,
    record_in,
)

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

_ID = re.compile(r"[0-9a-f]{24}")


class ManualTaskRequests(PlatformRequests):
    """The requests of one client. The name of a group is read once.

    Args:
        connection: Sends them.
    """

    __slots__ = ("_groups",)

    def __init__(self, connection: ConnectionBase) -> None:
        super().__init__(connection)
        self._groups: dict[str, str] = {}

    def read(self, number: str) -> Flow[Record]:
        """Return one task.

        Raises:
            ClientError: It does not exist.
        """
        path = {"id": number}
        try:
            answer = yield from self.get(f"{OPERATIONS}/tasks/{{id}}", path_params=path)
        except HTTPStatusError as exc:
            if exc.call_status == 404:
                exc.reword(f"there is no task {number} (404): check its id")
            raise
        task = record_in(answer)
        if not task:
            raise ClientError(f"the server's answer has no task {number}: try again later")
        return {"_id": number, **task}

    def of_job(self, job: str) -> Flow[list[Record]]:
        """Return the manual tasks of a job, those that are finished too."""
        params = {"equals": {"type": "manual"}, "in": {"job._id": job}}
        tasks = yield from self.records_of(f"{OPERATIONS}/tasks", params)
        return [task for task in tasks if dig(task, "job._id") == job]

    def people(self, jobs: Mapping[str, Record]) -> Flow[dict[str, Person]]:
        """Return the manual tasks for which jobs wait, by the ids of the jobs."""
        ids = list(jobs)
        params: dict[str, Any] = {"equals": {"type": "manual", "status": "running"}}
        if len(ids) <= MOST_IDS:
            params["in"] = {"job._id": ",".join(ids)}
        tasks = yield from self.records_of(f"{OPERATIONS}/tasks", params)
        found = {}
        for task in tasks:
            number = dig(task, "job._id")
            if isinstance(number, str) and number in jobs:
                groups = task.get("groups") or jobs[number].get("groups")
                found[number] = yield from self.person(task, groups)
        return found

    def person(self, task: Mapping[str, Any], groups: Any) -> Flow[Person]:
        """Return what is known of a manual task: its name, its groups and its owner."""
        names = yield from gather(
            [self._group(group) for group in groups or ()], MAX_CONCURRENT_REQUESTS
        )
        metrics = task.get("metrics") or {}
        return Person(
            str(task.get("_id")),
            str(task.get("summary") or task.get("name") or ""),
            tuple(names),
            str(metrics.get("owner") or ""),
        )

    def _group(self, group: Any) -> Flow[str]:
        if isinstance(group, Mapping):
            return str(group.get("name") or group.get("_id"))
        number = str(group)
        if number not in self._groups:
            self._groups[number] = number
            if _ID.fullmatch(number):
                path = {"id": number}
                try:
                    answer = yield from self.get("/authorization/groups/{id}", path_params=path)
                except ClientError:
                    # The id is of use too.
                    return number
                self._groups[number] = str(record_in(answer).get("name") or number)
        return self._groups[number]
