# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing the records of Keystone's resources, as flows. Sources:
docs/protocols/keystone.md section 4 (lists), 6 (writes), 7 (batch) and 8 (uploads).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..core import jsonutils, messages
from ..core.exceptions import (
    AuthenticationError,
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..core.flow import Flow, Together
from ..core.http import Response
from ..core.records import relations
from ..core.records.types import Change, Record, Resource
from ..core.secrets.heuristics import MASK
from . import catalogue
from .filters import Filters

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase

    _Base = ConnectionBase
else:
    _Base = object

PAGE = 1000
"""Records of a page at most (docs/protocols/keystone.md section 4)."""
PAGES_AT_ONCE = 4

LONGEST_LIST = 3000
"""Characters of a list of values in a URL; servers and proxies take lines of 8 kB at most, often 4.
Where it would be longer the whole list is read."""

READINGS = 3
"""How often a list is read that loses records while it is read."""

BATCH = "/batch/"


class _Reading:
    """One reading of a list, from its first page to its last.

    Attributes:
        found: The records that were asked for, by id: one that moved to another page comes once all
            the same.
        shrunk: Whether others deleted records meanwhile, so that some that are left may have moved
            to pages that were read before.
    """

    __slots__ = ("_asked", "_limit", "_row", "_seen", "found", "shrunk")

    def __init__(self, row: Resource, asked: Filters, limit: int | None) -> None:
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
            # The list may grow meanwhile: the last page's total counts. A total may lie: a page
            # without anything new is the end, and no more pages are asked for than that can be told
            # of.
            offsets = range(position, total, step)[: PAGES_AT_ONCE if self._limit is None else 1]
            for outcome in (yield Together([page(offset) for offset in offsets], PAGES_AT_ONCE)):
                if isinstance(outcome, ClientError):
                    raise outcome
                length, total = self._keep(outcome)
                position += step
                step = step if length else 0
        self.shrunk = self._limit is None and total < first

    def _keep(self, response: Response) -> tuple[int, int]:
        records, total = _page_of(response)
        name = self._row.id_field
        if not all(isinstance(record.get(name), (int, str)) for record in records):
            raise _not_keystone(response)
        fresh = {record.get(name) for record in records} - self._seen
        self._seen.update(fresh)
        self.found.update(
            (record.get(name), shown(record)) for record in records if self._asked.holds(record)
        )
        return len(records) if fresh else 0, total


class RecordsMixin(_Base):
    """Keystone's resources, for clients: what the public verbs and the engine of wanted states are
    made of.
    """

    __slots__ = ()

    # Reading

    def _retrieve_one(self, row: Resource, pk: Any, timeout: float | None) -> Flow[Record | None]:
        response = yield from self._engine.send(
            self._call("GET", f"{row.path}{{pk}}/", path_params={"pk": pk}, timeout=timeout)
        )
        if _is_missing(response):
            return None
        self._engine.check(response)
        return record_of(response)

    def _retrieve_all(
        self,
        row: Resource,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Flow[list[Record]]:
        asked = Filters(row, (yield from self._with_ids(row, filters)))
        if search is not None and not catalogue.searchable(row):
            raise ConfigurationError(f"the server cannot search in {row.name} records; use filters")
        if limit is not None and (
            isinstance(limit, bool) or not isinstance(limit, int) or limit < 1
        ):
            raise ConfigurationError(f"limit must be a whole number from 1, not {limit!r}")
        if asked.impossible:
            return []
        params = {**asked.params, "_order": _order(row, order), "_search": search or None}

        def page(offset: int) -> Flow[Response]:
            size = PAGE if limit is None else min(PAGE, limit)
            return self._engine.checked(
                self._call(
                    "GET", row.path, {**params, "_limit": size, "_offset": offset}, timeout=timeout
                )
            )

        for dummy in range(READINGS):
            reading = _Reading(row, asked, limit)
            yield from reading.read(page)
            if not reading.shrunk:
                break
        return list(reading.found.values())[:limit]

    def _with_ids(self, row: Resource, filters: Mapping[str, Any] | None) -> Flow[dict[str, Any]]:
        """Return the filters with ids where relations are given by name."""
        if filters is not None and not isinstance(filters, Mapping):
            raise ConfigurationError("filters must be a dict")
        result = {str(name): value for name, value in (filters or {}).items()}
        for name, value in result.items():
            bare, dummy, operation = name.partition("__")
            field = row.fields.get(bare)
            if (
                field is None
                or not field.to
                or field.many
                or operation not in ("", "not_eq", "in", "not_in")
            ):
                continue
            named = (
                value.split(",") if isinstance(value, str) and operation.endswith("in") else value
            )
            values = list(named) if isinstance(named, (list, tuple, set, frozenset)) else [named]
            if any(isinstance(item, (str, Mapping)) for item in values):
                records = yield from relations.resolved(
                    self, row, [{bare: item} for item in values], lenient=False
                )
                ids = [record[bare] for record in records]
                result[name] = ids if isinstance(named, (list, tuple, set, frozenset)) else ids[0]
        return result

    # Writing

    def _create(
        self,
        row: Resource,
        data: Mapping[str, Any],
        files: Mapping[str, Any] | None,
        timeout: float | None,
    ) -> Flow[Record]:
        response = yield from self._engine.checked(
            self._call("POST", row.path, timeout=timeout, **content(_sendable(row, data), files))
        )
        return record_of(response)

    def _update(
        self,
        row: Resource,
        pk: Any,
        data: Mapping[str, Any],
        files: Mapping[str, Any] | None,
        timeout: float | None,
    ) -> Flow[Record]:
        call = self._call(
            "PATCH",
            f"{row.path}{{pk}}/",
            path_params={"pk": pk},
            timeout=timeout,
            **content(_sendable(row, data), files),
        )
        return record_of((yield from self._engine.checked(call)))

    def _delete(
        self, row: Resource, pk: Any, raise_not_exists: bool, timeout: float | None
    ) -> Flow[None]:
        response = yield from self._engine.send(
            self._call("DELETE", f"{row.path}{{pk}}/", path_params={"pk": pk}, timeout=timeout)
        )
        if _is_missing(response) and not raise_not_exists:
            return
        protected = (
            f"other records may need this {row.name}: a protected record answers so"
            if response.status_code == 500
            else None
        )
        self._engine.check(response, protected)

    def _batch_job(
        self,
        actions: Sequence[Mapping[str, Any]],
        dry_run: bool,
        files: Mapping[str, Any] | None,
        timeout: float | None,
    ) -> Flow[list[Record]]:
        if (
            isinstance(actions, (str, Mapping))
            or not isinstance(actions, Iterable)
            or not all(isinstance(action, Mapping) for action in actions)
        ):
            raise ConfigurationError("actions must be a list of dicts, each with method and path")
        job = {"dry_run": dry_run, "actions": [dict(action) for action in actions]}
        body: dict[str, Any] = (
            {"json": {"job": job}}
            if not files
            else {"data": {"job": jsonutils.dumps(job)}, "files": files}
        )
        response = yield from self._engine.send(
            self._call("POST", BATCH, read_only=dry_run, timeout=timeout, **body)
        )
        self._engine.check(response, _of_step(response, self._engine.scrub))
        results, dummy = _page_of(response)
        return [{**result, "body": shown(result.get("body"))} for result in results]

    # What the engine of wanted states asks for

    def resource(self, name: str) -> Resource:
        if not isinstance(name, str) or name not in catalogue.CATALOGUE:
            raise ConfigurationError(
                f"there is no resource {name!r}; there are {', '.join(catalogue.CATALOGUE)}"
            )
        return catalogue.CATALOGUE[name]

    def _find(self, row: Resource, field: str | None, values: Sequence[Any]) -> Flow[list[Record]]:
        if field is not None and not values:
            return []
        texts = [str(value) for value in values]
        named = (
            field is not None
            and not any("," in text for text in texts)
            and len(quote(",".join(texts), errors="replace")) <= LONGEST_LIST
        )
        if not named:
            return (yield from self._retrieve_all(row))
        try:
            return (yield from self._retrieve_all(row, {f"{field}__in": list(values)}))
        except AuthenticationError:
            raise
        except HTTPStatusError as exc:
            if exc.status_code != 400 or row.field(str(field)).kind != "relation":
                raise
            # The server refuses a list that names one id that does not exist.
            return (yield from self._retrieve_all(row))

    def _listed(self, row: Resource, filters: Mapping[str, Any]) -> Flow[list[Record]]:
        known = yield from self._with_ids(row, filters)
        if not Filters(row, known).narrow:
            raise ConfigurationError(
                f"filters: {', '.join(filters)} as given here let every {row.name} through"
            )
        return (yield from self._retrieve_all(row, known))

    def _write(self, row: Resource, changes: Sequence[Change], concurrency: int) -> Flow[list[Any]]:
        outcomes: list[Any] = yield Together(
            [self._written(row, change) for change in changes], concurrency
        )
        return outcomes

    def _written(self, row: Resource, change: Change) -> Flow[Record | None]:
        pk = None if change.before is None else change.before[row.id_field]
        if change.action == "delete":
            yield from self._delete(row, pk, False, None)
            return None
        data = {
            name: value for name, value in change.sent.items() if row.fields[name].kind != "file"
        }
        files = {
            name: value for name, value in change.sent.items() if row.fields[name].kind == "file"
        }
        if pk is None:
            return (yield from self._create(row, data, files or None, None))
        return (yield from self._update(row, pk, data, files or None, None))


def shown(value: Any) -> Any:
    """Return what the server says without what must not be shown: histories, and what the audit log
    says of passwords.

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


def _sendable(row: Resource, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with `None` where an empty text would clash with another one."""
    return {
        name: None if value == "" and name in row.fields and row.fields[name].never_empty else value
        for name, value in data.items()
    }


def content(data: Mapping[str, Any], files: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the body of a write: JSON, or with files a form, where JSON would be dropped
    (docs/protocols/keystone.md section 8).
    """
    if not isinstance(data, Mapping):
        raise ConfigurationError("what goes beside files must be a dict of form fields")
    return (
        {"json": dict(data)}
        if not files
        else {
            "data": {name: value for name, value in data.items() if value is not None},
            "files": files,
        }
    )


def _is_missing(response: Response) -> bool:
    """Tell whether a record does not exist: an unknown path is 404 too, but HTML."""
    return bool(response.status_code == 404) and "json" in response.headers.get("content-type", "")


def _order(row: Resource, order: str | Sequence[str] | None) -> str:
    given = order.split(",") if isinstance(order, str) else order or ()
    if not isinstance(given, (list, tuple)):
        raise ConfigurationError("order must be a text or a list of texts")
    names = [str(name).strip() for name in given if str(name).strip()]
    for name in names:
        field = row.field(name.removeprefix("-"))
        if field.many or field.blind:
            raise ConfigurationError(f"{row.name} records cannot be ordered by {field.name}")
    return ",".join(
        [
            *names,
            *(
                [row.id_field]
                if row.id_field not in (name.removeprefix("-") for name in names)
                else []
            ),
        ]
    )


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
    return records, int(str(total)) if str(total).isdecimal() and len(str(total)) < 19 else len(
        records
    )


def _not_keystone(response: Response) -> SerializationError:
    what = f"{response.request.method} {response.url}: answered {response.status_code}, but not with records; is this a Keystone server?"
    return SerializationError(what, request=response.request, response=response)


def _of_step(response: Response, scrub: Any) -> str | None:
    """Return what a failed step of a batch says; nothing of the batch was kept."""
    try:
        answer = response.json()
    except SerializationError:
        return None
    if response.status_code != 422 or not isinstance(answer, dict):
        return None
    words = messages.said(answer.get("body"))
    return "; ".join(
        [
            *([messages.one_line(scrub(words).removesuffix("."))] if words else []),
            "nothing of the batch was kept",
        ]
    )
