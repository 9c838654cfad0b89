# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations of simulated tables as data: lists, reads, creations, updates, deletions, and actions
with a function of their own."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from . import lists
from .table import Call, Operation, Record, Run

# Responses to writes


def bare(call: Call, record: Record) -> Any:
    """Return the record."""
    return record


def with_data(call: Call, record: Record) -> Any:
    """Return `message`, `data` and `metadata`."""
    return {"message": "Success", "data": record, "metadata": {}}


def status_data(call: Call, record: Record) -> Any:
    """Return `status`, `message` and `data`."""
    return {"status": "OK", "message": "Success", "data": record}


def nothing(call: Call, record: Record) -> Any:
    """Return a response without a body."""
    return Response(status_code=204)


# Operations


@dataclass(frozen=True)
class Action(Operation):
    """An operation that a function performs."""

    dummy: KW_ONLY
    does: Run
    method: str = "POST"

    def run(self, call: Call) -> Any:
        return self.does(call)


@dataclass(frozen=True)
class Listing(Operation):
    """A list.

    Attributes:
        envelope: Wraps a page.
        filters: Which records a query selects.
        paging: Where a page begins and how long it is.
        default: Records of a page if the query does not say.
        cap: The most records of a page; `Table.cap` changes it.
        omit: Fields that records in this list do not have.
        sorts: Whether `sort` and `order` are obeyed.
        only: Further condition for a record.
        refuse_brackets: Whether bracket filters are refused instead of ignored.
    """

    dummy: KW_ONLY
    envelope: Callable[[lists.Page], Any] = lists.bare
    filters: lists.Filter = lists.unfiltered
    paging: lists.Paging = lists.by_skip
    default: int = 25
    cap: int = 100
    omit: tuple[str, ...] = ()
    sorts: bool = True
    only: Callable[[Call, Record], bool] | None = None
    refuse_brackets: bool = False
    reads: bool = True

    def knows(self, name: str) -> bool:
        """Tell whether a parameter of the query is obeyed; a login's token may be one."""
        further = ("token", *self.paging.names, *(("sort", "order") if self.sorts else ()))
        return name in further or bool(re.fullmatch(self.filters.names, name))

    def run(self, call: Call) -> Any:
        if self.refuse_brackets and any("[" in key for key in call.query):
            raise call.refuse("Unexpected query parameter")
        found = list(call.table)
        for test in (self.only, call.table.row.scope):
            if test is not None:
                found = [item for item in found if test(call, item)]
        found = self.filters.select(found, call.query)
        call.ignore(name for name in call.query if not self.knows(name))
        if self.sorts:
            found = lists.ordered(found, call.query)
        skip, limit = self.paging.cut(call.query, call.body, self.default, call.cap(self.cap))
        shown = [call.shown(item) for item in found[skip : skip + limit]]
        if self.omit:
            shown = [{k: v for k, v in item.items() if k not in self.omit} for item in shown]
        if self.filters is lists.bracketed:
            shown = lists.projected(shown, call.query)
        return self.envelope(lists.Page(shown, skip, limit, len(found)))


@dataclass(frozen=True)
class Reading(Operation):
    """The read of one record.

    Attributes:
        answer: Wraps the record.
        missing: Answers if there is no such record; `None` for a refusal with 404.
    """

    dummy: KW_ONLY
    answer: Callable[[Call, Record], Any] = bare
    missing: Run | None = None
    reads: bool = True

    def run(self, call: Call) -> Any:
        if self.missing is not None and call.find() is None:
            return self.missing(call)
        return self.answer(call, call.shown(call.record()))


@dataclass(frozen=True)
class Creating(Operation):
    """The creation of a record.

    Attributes:
        wrap: The key of the body below which the record is.
        needs: Required fields.
        fields: Fields that are kept; others are dropped silently. Empty for all.
        read: Makes the record from the body, if the two differ.
        duplicate: Called if the natural key exists: raises, answers, or changes the record and
            returns `None`. Without it the answer is 409, which is assumed.
        answer: Wraps the created record.
        status: The HTTP status.
        after: Called with the new record.
    """

    dummy: KW_ONLY
    wrap: str | None = None
    needs: tuple[str, ...] = ("name",)
    fields: tuple[str, ...] = ()
    read: Callable[[Call, Record], Record] | None = None
    duplicate: Callable[[Call, Record], Any] | None = None
    answer: Callable[[Call, Record], Any] = bare
    status: int = 200
    after: Callable[[Call, Record], None] | None = None
    method: str = "POST"

    def run(self, call: Call) -> Any:
        body = call.inner(self.wrap)
        call.need(body, self.needs)
        record = self.read(call, body) if self.read else body
        record = call.writable(record, self.fields, self.needs)
        if call.table.twin(record) is not None:
            if self.duplicate is None:
                raise call.refuse(f"{call.table.row.name} {record.get('name')} already exists", 409)
            answer = self.duplicate(call, record)
            if answer is not None:
                return answer
        call.table.row.check(call, record)
        created = call.table.add(record)
        if self.after:
            self.after(call, created)
        status = call.sim.settings["create_status"] or self.status
        return _with_status(self.answer(call, call.shown(created)), status)


@dataclass(frozen=True)
class Updating(Operation):
    """The update of the record that the path names.

    Attributes:
        wrap: The key of the body below which the changes are.
        whole: Whether fields that are not sent get their defaults again.
        needs: Required fields; they may be null.
        fields: Fields that are changed; others are ignored silently. Empty for all.
        read: Makes the changes from the body, if the two differ.
        answer: Wraps the updated record.
        missing: Answers if there is no such record; `None` for a refusal with 404.
        after: Called with the record after the change.
    """

    dummy: KW_ONLY
    wrap: str | None = None
    whole: bool = False
    needs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    read: Callable[[Call, Record], Record] | None = None
    answer: Callable[[Call, Record], Any] = bare
    missing: Run | None = None
    after: Callable[[Call, Record], None] | None = None
    method: str = "PATCH"

    def run(self, call: Call) -> Any:
        body = call.inner(self.wrap)
        call.need_keys(body, self.needs)
        if self.missing is not None and call.find() is None:
            return self.missing(call)
        row, record = call.table.row, call.record()
        sent = self.read(call, body) if self.read else body
        changes = call.writable(sent, self.fields, self.needs)
        before = row.emptied(call.sim, record) if self.whole else record
        changed = {**before, **copy.deepcopy(changes), row.id: record[row.id]}
        twin = call.table.twin(changed)
        if twin is not None and twin is not record:
            raise call.refuse(f"{row.name} {changed.get('name')} already exists", 409)
        row.check(call, changed)
        row.touch(changed)
        record.clear()
        record.update(changed)
        if self.after:
            self.after(call, record)
        return self.answer(call, call.shown(record))


@dataclass(frozen=True)
class Deleting(Operation):
    """The deletion of the record that the path names, or of those whose ids are in the body.

    Attributes:
        ids: The key of the list of ids in the body.
        by_name: Whether that list has names.
        answer: Gives the response for the deleted records.
        missing: Answers if there is no such record; `None` for a refusal with 404.
        guard: Raises if a record may not be deleted.
        after: Called with each deleted record.
    """

    dummy: KW_ONLY
    ids: str | None = None
    by_name: bool = False
    answer: Callable[[Call, list[Record]], Any] = lambda call, records: {
        "status": "OK",
        "message": "Successfully deleted",
    }
    missing: Run | None = None
    guard: Callable[[Call, Record], None] | None = None
    after: Callable[[Call, Record], None] | None = None
    method: str = "DELETE"

    def run(self, call: Call) -> Any:
        if self.ids is None:
            if self.missing is not None and call.find() is None:
                return self.missing(call)
            records = [call.record()]
        else:
            look_up = call.table.named if self.by_name else call.table.get
            found = [look_up(one) for one in call.strings(self.ids)]
            records = [record for record in found if record is not None]
        for record in records:
            if self.guard:
                self.guard(call, record)
        for record in records:
            call.table.remove(record)
            if self.after:
                self.after(call, record)
        if call.sim.settings["delete_status"] == 204:
            return Response(status_code=204)
        return self.answer(call, records)


def _with_status(answer: Any, status: int) -> Any:
    return answer if isinstance(answer, Response) else JSONResponse(answer, status)
