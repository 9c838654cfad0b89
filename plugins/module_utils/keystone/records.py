# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of Keystone's resources, as flows. Sources:
docs/protocols/keystone.md section 4 (lists), 6 (writes), 7 (batch) and 8 (uploads).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..core import jsonutils, messages
from ..core.exceptions import (
    AuthenticationError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..core.flow import Flow, Together, gather
from ..core.http import Response
from ..core.numbers import whole_number
from ..core.records import relations
from ..core.records.kinds import FILE, Relation
from ..core.records.types import Change, Record, RecordStore, ResourceType, list_of_dicts
from ..core.secrets.heuristics import MASK
from . import catalogue
from .filters import Filters

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase
    from ..core.engine import Engine

PAGE = 1000
"""Records of a page at most (docs/protocols/keystone.md section 4)."""
PAGES_AT_ONCE = 4

LONGEST_LIST = 3000
"""Characters of a list of values in a URL; servers and proxies take lines of 8 kB at most, often 4.
For a longer list, all records are read."""

READINGS = 3
"""The most readings of a list that loses records while it is read."""

BATCH = "/batch/"

_PROTECTED = "other records may need this {}: a protected record answers so"
_NOTHING_KEPT = "nothing of the batch was kept"


class _Reading:
    """One reading of a list, from its first page to its last.

    Attributes:
        found: The records that were asked for, by id: a record that moves to another page while the
            list is read is there once.
        shrunk: Whether records were deleted while the list was read, so that some that are left may
            have moved to pages that were read before.
    """

    __slots__ = ("_asked", "_limit", "_row", "_seen", "found", "shrunk")

    def __init__(self, row: ResourceType, asked: Filters, limit: int | None) -> None:
        self._row = row
        self._asked = asked
        self._limit = limit
        self._seen: set[Any] = set()
        self.found: dict[Any, Record] = {}
        self.shrunk = False

    def read(self, page: Callable[[int], Flow[Response]]) -> Flow[None]:
        """Read all pages, several at a time.

        Args:
            page: Makes the flow that reads the page from an offset on.
        """
        step, total = self._keep((yield from page(0)))
        position, first = step, total
        while step and position < total and (self._limit is None or len(self.found) < self._limit):
            # The list may grow while it is read: the last page's total counts. A total may be
            # wrong: a page without anything new is the end.
            offsets = range(position, total, step)[: PAGES_AT_ONCE if self._limit is None else 1]
            for response in (yield from gather([page(at) for at in offsets], PAGES_AT_ONCE)):
                length, total = self._keep(response)
                position += step
                step = step if length else 0
        self.shrunk = self._limit is None and total < first

    def _keep(self, response: Response) -> tuple[int, int]:
        records, total = _page_of(response)
        name = self._row.id_field
        if not all(isinstance(record.get(name), (int, str)) for record in records):
            raise _not_keystone(response)
        fresh = {record[name] for record in records} - self._seen
        self._seen.update(fresh)
        self.found.update(
            (record[name], shown(record)) for record in records if self._asked.matches(record)
        )
        return len(records) if fresh else 0, total


class KeystoneStore(RecordStore):
    """Reads and writes records: a `RecordStore` for the record engine, and the flows of the public
    verbs.

    Args:
        connection: Sends the requests.
    """

    __slots__ = ("_connection", "_engine")

    def __init__(self, connection: ConnectionBase) -> None:
        self._connection = connection
        self._engine = connection._engine

    # Reading

    def retrieve_one(
        self, row: ResourceType, pk: Any, timeout: float | None
    ) -> Flow[Record | None]:
        """Read one record; `None` if there is none."""
        response = yield from self._engine.send(
            self._connection._call(
                "GET", f"{row.path}{{pk}}/", path_params={"pk": pk}, timeout=timeout
            )
        )
        if _is_missing(response):
            return None
        self._engine.check(response)
        return record_of(response)

    def retrieve_all(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Flow[list[Record]]:
        """Read all records that match.

        Raises:
            ConfigurationError: An argument that the server would ignore.
        """
        asked = Filters(row, (yield from self._with_ids(row, filters)))
        if search is not None and not catalogue.searchable(row):
            raise ConfigurationError(f"the server cannot search in {row.name} records: use filters")
        if limit is not None:
            whole_number("limit", limit)
        params = {"_order": _order(row, order), "_search": search or None}
        return (yield from self._list(row, asked, params, limit, timeout))

    def read_all(
        self,
        row: ResourceType,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
    ) -> Flow[list[Record]]:
        """Read all records that match. See `RecordStore`."""
        del fields
        return self.retrieve_all(row, filters, None, order, limit)

    def _list(
        self,
        row: ResourceType,
        asked: Filters,
        params: Mapping[str, Any],
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Flow[list[Record]]:
        if asked.impossible:
            return []
        size = PAGE if limit is None else min(PAGE, limit)

        def page(offset: int) -> Flow[Response]:
            query = {**asked.params, **params, "_limit": size, "_offset": offset}
            return self._engine.checked(
                self._connection._call("GET", row.path, query, timeout=timeout)
            )

        for dummy in range(READINGS):
            reading = _Reading(row, asked, limit)
            yield from reading.read(page)
            if not reading.shrunk:
                break
        return list(reading.found.values())[:limit]

    def _with_ids(
        self, row: ResourceType, filters: Mapping[str, Any] | None, *, text_ids: bool = True
    ) -> Flow[dict[str, Any]]:
        """Return the filters with ids in place of the names of relations."""
        if filters is not None and not isinstance(filters, Mapping):
            raise ConfigurationError("filters must be a dict")
        result = {str(name): value for name, value in (filters or {}).items()}
        for name, value in result.items():
            bare, dummy, operation = name.partition("__")
            field = row.fields.get(bare)
            if (
                field is None
                or field.many
                or not isinstance(field.kind, Relation)
                or not field.kind.to
                or operation not in ("", "not_eq", "in", "not_in")
            ):
                continue
            named = (
                value.split(",") if isinstance(value, str) and operation.endswith("in") else value
            )
            is_list = isinstance(named, (list, tuple, set, frozenset))
            values = list(named) if is_list else [named]
            if any(isinstance(item, (str, Mapping)) for item in values):
                records = yield from relations.resolve(
                    self, row, [{bare: item} for item in values], text_ids=text_ids
                )
                ids = [record[bare] for record in records]
                result[name] = ids if is_list else ids[0]
        return result

    # Writing

    def create(
        self,
        row: ResourceType,
        data: Mapping[str, Any],
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Flow[Record]:
        """Create a record."""
        response = yield from self._engine.checked(
            self._connection._call(
                "POST", row.path, timeout=timeout, **content(_sendable(row, data), files)
            )
        )
        return record_of(response)

    def update(
        self,
        row: ResourceType,
        pk: Any,
        data: Mapping[str, Any],
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Flow[Record]:
        """Change the fields that are given."""
        call = self._connection._call(
            "PATCH",
            f"{row.path}{{pk}}/",
            path_params={"pk": pk},
            timeout=timeout,
            **content(_sendable(row, data), files),
        )
        return record_of((yield from self._engine.checked(call)))

    def delete(
        self,
        row: ResourceType,
        pk: Any,
        raise_not_exists: bool = False,
        timeout: float | None = None,
    ) -> Flow[None]:
        """Delete a record."""
        response = yield from self._engine.send(
            self._connection._call(
                "DELETE", f"{row.path}{{pk}}/", path_params={"pk": pk}, timeout=timeout
            )
        )
        if _is_missing(response) and not raise_not_exists:
            return
        is_protected = response.status_code == 500
        self._engine.check(response, _PROTECTED.format(row.name) if is_protected else None)

    def batch_job(
        self,
        actions: Sequence[Mapping[str, Any]],
        dry_run: bool,
        files: Mapping[str, Any] | None,
        timeout: float | None,
    ) -> Flow[list[Record]]:
        """Send several actions that are performed all or none."""
        checked = _checked_actions(actions)
        job = {"dry_run": dry_run, "actions": checked}
        body: dict[str, Any] = (
            {"data": {"job": jsonutils.dumps(job)}, "files": files}
            if files
            else {"json": {"job": job}}
        )
        response = yield from self._engine.send(
            self._connection._call("POST", BATCH, read_only=dry_run, timeout=timeout, **body)
        )
        self._engine.check(response, _batch_hint(response, checked, self._engine))
        results, dummy = _page_of(response)
        return [{**result, "body": shown(result.get("body"))} for result in results]

    # For the record engine

    def resource(self, name: str) -> ResourceType:
        """Return a row of the catalogue. See `RecordStore`."""
        if not isinstance(name, str) or name not in catalogue.CATALOGUE:
            raise ConfigurationError(
                f"there is no resource {name!r}: use one of {', '.join(catalogue.CATALOGUE)}"
            )
        return catalogue.CATALOGUE[name]

    def find(
        self, row: ResourceType, field: str | None, values: Sequence[Any]
    ) -> Flow[list[Record]]:
        """Read records by the values of a field, or all. See `RecordStore`."""
        if field is None:
            return (yield from self.retrieve_all(row))
        if not values:
            return []
        texts = [str(value) for value in values]
        fits = len(quote(",".join(texts), errors="replace")) <= LONGEST_LIST
        if not fits or any("," in text for text in texts):
            return (yield from self.retrieve_all(row))
        try:
            return (yield from self.retrieve_all(row, {f"{field}__in": list(values)}))
        except HTTPStatusError as exc:
            refused_login = isinstance(exc, AuthenticationError)
            is_relation = isinstance(row.field(field).kind, Relation)
            if exc.status_code != 400 or refused_login or not is_relation:
                raise
            # The server refuses a list that names one id that does not exist.
            return (yield from self.retrieve_all(row))

    def select(self, row: ResourceType, filters: Mapping[str, Any]) -> Flow[Filters]:
        """Parse the filters of a purge. See `RecordStore`."""
        return Filters(row, (yield from self._with_ids(row, filters, text_ids=False)))

    def list_selected(self, row: ResourceType, selection: Filters) -> Flow[list[Record]]:
        """Read the records that filters match. See `RecordStore`."""
        return self._list(row, selection, {"_order": row.id_field})

    def write(
        self, row: ResourceType, changes: Sequence[Change], concurrency: int
    ) -> Flow[list[Any]]:
        """Write changes, each by a request of its own. See `RecordStore`."""
        outcomes: list[Any] = yield Together(
            [self._write_one(row, change) for change in changes], concurrency
        )
        return outcomes

    def _write_one(self, row: ResourceType, change: Change) -> Flow[Record | None]:
        pk = None if change.before is None else row.id_of(change.before)
        if change.action == "delete":
            yield from self.delete(row, pk)
            return None
        files = {name: value for name, value in change.sent.items() if row.field(name).kind is FILE}
        data = {name: value for name, value in change.sent.items() if name not in files}
        if pk is None:
            return (yield from self.create(row, data, files))
        return (yield from self.update(row, pk, data, files))


def shown(value: Any) -> Any:
    """Return an answer of the server without what must not be shown: histories, and passwords in
    the audit log.

    The server puts half of a password's hash into both (docs/protocols/keystone.md section 1).

    Args:
        value: A record, a list of them, or what holds them; it is not changed.
    """
    if isinstance(value, list):
        return [shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: shown(item) for name, item in value.items() if name != "_history"}
    changes = result.get("changes")
    if isinstance(changes, dict) and "password" in changes:
        changes["password"] = MASK
    return result


def record_of(response: Response) -> Record:
    """Return the record that an answer is.

    Raises:
        SerializationError: It is none.
    """
    try:
        record = shown(response.json())
    except RecursionError as exc:
        raise _not_keystone(response) from exc
    if not isinstance(record, dict):
        raise _not_keystone(response)
    return record


def _sendable(row: ResourceType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with `None` in place of an empty text that would clash with another one."""
    return {
        name: None
        if value == "" and name in row.fields and row.fields[name].empty_is_null
        else value
        for name, value in data.items()
    }


def content(data: Mapping[str, Any], files: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the body of a write: JSON, or with files a form, because the server drops JSON beside
    files (docs/protocols/keystone.md section 8).
    """
    if not isinstance(data, Mapping):
        raise ConfigurationError("data beside files must be a dict of form fields")
    if not files:
        return {"json": dict(data)}
    form = {name: value for name, value in data.items() if value is not None}
    return {"data": form, "files": files}


def _is_missing(response: Response) -> bool:
    """Tell whether a record does not exist: an unknown path is 404 too, but HTML."""
    return bool(response.status_code == 404) and "json" in response.headers.get("content-type", "")


def _order(row: ResourceType, order: str | Sequence[str] | None) -> str:
    given = order.split(",") if isinstance(order, str) else order or ()
    if not isinstance(given, (list, tuple)):
        raise ConfigurationError("order must be a text or a list of texts")
    names = [str(name).strip() for name in given if str(name).strip()]
    for name in names:
        field = row.field(name.removeprefix("-"))
        key = row.name, field.name
        unordered = key in catalogue.COMPUTED or key in catalogue.NOT_SHOWN
        if field.many or field.write_only or unordered:
            raise ConfigurationError(f"{row.name} records cannot be ordered by {field.name}")
    if row.id_field not in (name.removeprefix("-") for name in names):
        names.append(row.id_field)
    return ",".join(names)


def _page_of(response: Response) -> tuple[list[Record], int]:
    """Return the records of a page and the number of all: from an envelope, or as older servers
    give them (docs/protocols/keystone.md section 11).
    """
    answer = response.json()
    records = answer.get("results") if isinstance(answer, dict) else answer
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise _not_keystone(response)
    total = (
        answer.get("count") if isinstance(answer, dict) else response.headers.get("x-total-count")
    )
    is_number = str(total).isdecimal() and len(str(total)) < 19
    return records, int(str(total)) if is_number else len(records)


def _not_keystone(response: Response) -> SerializationError:
    return SerializationError(
        f"{response.request.method} {response.url}: answered {response.status_code}, but not with"
        " records; is this a Keystone server?",
        request=response.request,
        response=response,
    )


def _checked_actions(actions: Any) -> list[dict[str, Any]]:
    result = list_of_dicts(actions, "actions must be a list of dicts, each with method and path")
    if not result:
        raise ConfigurationError("actions is empty: give at least one action")
    return result


def _batch_hint(
    response: Response, actions: Sequence[Mapping[str, Any]], engine: Engine
) -> str | None:
    """Return what to say of a failed batch; nothing of it was kept."""
    if response.status_code == 500:
        deletes = any(str(action.get("method")).upper() == "DELETE" for action in actions)
        why = "; an action may delete a protected record" if deletes else ""
        return f"{_NOTHING_KEPT}{why}; see the server's log"
    try:
        answer = response.json() if response.status_code == 422 else None
    except SerializationError:
        return None
    if not isinstance(answer, dict):
        return None
    words = messages.error_text(answer.get("body"), engine.wording)
    step = [messages.one_line(engine.scrub(words).removesuffix("."))] if words else []
    return "; ".join([*step, _NOTHING_KEPT])
