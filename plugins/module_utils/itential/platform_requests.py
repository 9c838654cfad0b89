# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of operations on a Platform: reads, and writes that are sent once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..core.exceptions import ClientError, SerializationError
from ..core.flow import Flow, collect
from ..core.jsonutils import dig
from ..core.once import send_once
from ..core.polling import PollTimeoutError, Schedule, is_passing, poll

if TYPE_CHECKING:
    from ..core.connection_base import ConnectionBase

OPERATIONS = "/operations-manager"
"""The path of Operations Manager."""
MOST_IDS = 100
"""Jobs that one request may pause, resume or cancel; also the largest page of a list."""

MAX_CONCURRENT_REQUESTS = 4

LOOKUP_SCHEDULE = Schedule(15.0, 1.0)
"""The time and pauses of looking for the effect of a write without a response."""

Record = dict[str, Any]

_FAILURES = frozenset(("failure", "failed", "error", "conflict"))
"""Values of `status` by which a response of 2xx reports a failure."""
_TEXTS = ("IAPerror.displayString", "message", "displayString", "error", "code", "icode")
"""Places of the text in an error object of the Platform or of an adapter."""


class PlatformRequests:
    """The requests of one client.

    Args:
        connection: Sends them.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: ConnectionBase) -> None:
        self._connection = connection

    def clock(self) -> float:
        """Return monotonic seconds."""
        return self._connection.calls.runtime.clock()

    def get(self, path: str, params: Mapping[str, Any] | None = None, **options: Any) -> Flow[Any]:
        """Return the JSON of a response to a GET."""
        response = yield from self._connection.calls.request("GET", path, params, **options)
        return response.json()

    def search(self, path: str, body: Any, method: str = "POST") -> Flow[Any]:
        """Return the JSON of a response to a request that has a body, and changes nothing."""
        response = yield from self._connection.calls.request(
            method, path, json=body, read_only=True
        )
        return response.json()

    def records_of(
        self, path: str, params: Mapping[str, Any], style: str = "data"
    ) -> Flow[list[dict[str, Any]]]:
        """Return all records of a list.

        Args:
            path: The path.
            params: The filters; the caller filters again, because a server may ignore them.
            style: The name of the paging style.
        """
        pages = yield from collect(self._connection.calls.pages(path, params, style))
        return [record for page in pages for record in page.records if isinstance(record, dict)]

    def send(self, path: str, body: Any, method: str = "POST", **options: Any) -> Flow[Any]:
        """Send a request that starts or changes something, and return the JSON of the response.

        It is repeated only if the server cannot have performed it, whatever the client's policy.
        """
        response = yield from send_once(self._connection, method, path, json=body, **options)
        return response.json() if response.content else None

    def find_new_ids(
        self,
        list_ids: Callable[[], Flow[list[str]]],
        known: Collection[str],
        unknown: str,
        cause: ClientError | None,
    ) -> Flow[list[str]]:
        """Return the ids of what was made since a write without a usable response was sent.

        Args:
            list_ids: Makes the flow that lists all ids.
            known: The ids from before the write.
            unknown: What is unknown if nothing is found, such as `it is unknown if a backup was
                made: no response`.
            cause: The error of the write; `None` if it has a response that names no id.

        Raises:
            ClientError: There is nothing new, or the ids cannot be read.
        """

        def new_ids() -> Flow[list[str]]:
            listed = yield from list_ids()
            return [number for number in listed if number not in known]

        try:
            return (
                yield from poll(
                    new_ids, bool, LOOKUP_SCHEDULE, self.clock, goal="it", tolerates=is_passing
                )
            )
        except ClientError as exc:
            found = lookup_failure(exc) or "there is no new one"
            raise ClientError(
                f"{unknown}; {found}: check before repeating it", cause=cause
            ) from exc

    def act(
        self, action: str, path: str, body: Any = None, method: str = "POST", **options: Any
    ) -> Flow[None]:
        """Send a request that starts or changes something, if its response has no data.

        Args:
            action: The words for the request in an error, such as `restart adapter 'iag'`.
            path: The path.
            body: The JSON body; `None` for none.
            method: The HTTP method.
            **options: As for any call.

        Raises:
            ClientError: The server refuses it, or it is unknown if it has received it.
        """
        try:
            answer = yield from self.send(path, body, method, **options)
        except SerializationError as exc:
            if exc.response is None:
                raise
            # A response of 2xx with a text.
            return
        text = failure_in(answer)
        if text:
            raise ClientError(f"the server refused to {action}: {text}")

    def post(self, action: str, path: str, body: Any, **options: Any) -> Flow[Record]:
        """Send a request that starts or changes something, once, and return its data.

        Args:
            action: The words for the request in an error, such as `claim task 5 (Approve)`.
            path: The path.
            body: The JSON body; `None` for none.
            **options: As for any call.

        Raises:
            ClientError: The server refuses it, or it is unknown if it has received it.
        """
        answer = yield from self.send(path, body, **options)
        record = record_in(answer)
        # A job or a task has a status of its own, which can be `error`.
        refusal = "" if "_id" in record else failure_in(answer)
        if refusal:
            raise ClientError(f"the server refused to {action}: {refusal}")
        return record


def lookup_failure(exc: ClientError) -> str:
    """Return the words for a lookup that failed; `""` if it has only found nothing.

    Args:
        exc: The error of the poll.
    """
    # A poll whose time is up has the last failed reading as its cause.
    reading = exc.__cause__ if isinstance(exc, PollTimeoutError) else exc
    return f"the lookup failed: {reading}" if reading else ""


def error_text(error: Any) -> str:
    """Return the text of an error: a text, an error object of an adapter, or an object with one."""
    if isinstance(error, Mapping):
        return next((text for path in _TEXTS if (text := error_text(dig(error, path)))), "")
    if error is None or isinstance(error, bool):
        return ""
    return " ".join(str(error).split())


def failure_in(answer: Any) -> str:
    """Return the text of the failure that a response of 2xx reports; `""` if it reports none."""
    status = answer.get("status") if isinstance(answer, Mapping) else None
    if not isinstance(status, str) or status.lower() not in _FAILURES:
        return ""
    rest = {key: value for key, value in answer.items() if key != "status"}
    return error_text(rest) or status


def record_in(answer: Any) -> Record:
    """Return the record in an answer, with or without its envelope."""
    found = answer.get("data", answer) if isinstance(answer, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def id_in(record: Any, *names: str) -> str:
    """Return the first id that a record has under one of the names; `""` if it has none."""
    found = (dig(record, name) for name in names)
    return next((str(value) for value in found if value not in (None, "")), "")
