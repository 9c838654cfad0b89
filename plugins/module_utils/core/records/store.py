# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`RestStore`: writing the records of a service, by the routes of their types, and reading them.

Reading is in `reader`. A service makes a subclass, and overrides one method for each thing that
rows cannot say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import jsonutils, messages
from ..exceptions import (
    ClientError,
    ConfigurationError,
    HTTPStatusError,
    SerializationError,
)
from ..flow import Flow
from ..http import Response
from ..jsonutils import dig, equal
from ..paging import without_records
from .access import Delete, Route, Write, unwrapped
from .codec import encoded, objects_in, with_objects
from .failures import LONGEST_REASON
from .kinds import FILE, sent_by_name
from .reader import RestReader
from .recreation import recreate
from .templates import fill, joined, placeholders, without, wrapped
from .types import Change, Record, ResourceType
from .write_forms import WriteForms
from .writing import after_write, fields_to_send, half_done, in_groups, lost_secrets

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..connection import ConnectionBase
    from .writing import WriteOptions

NO_ROUTE = frozenset((404, 405, 501))
"""Statuses by which a server says that it has no route for validation."""
REFUSED = frozenset((400, 409, 422))
"""Statuses by which a server says that a record is not valid."""


class RestStore(RestReader):
    """A `RecordStore` over a connection.

    Keep one for each client: it remembers which form of an ambiguous write the server takes. For
    the arguments see `RestReader`.
    """

    __slots__ = ("_forms",)

    def __init__(self, connection: ConnectionBase, catalogue: Mapping[str, ResourceType]) -> None:
        super().__init__(connection, catalogue)
        self._forms = WriteForms(self._write_once)

    # What a service may override

    def encode(self, row: ResourceType, record: Mapping[str, Any]) -> Record:
        """Return a record, or a part of one, in the server's form."""
        return encoded(row, record)

    def deletion_hint(self, row: ResourceType, response: Response) -> str | None:
        """Return what to do about a refused deletion; `None` for what the status suggests."""
        del row, response
        return None

    # Writing

    def create(
        self, row: ResourceType, record: Mapping[str, Any], **options: Unpack[WriteOptions]
    ) -> Flow[Record]:
        """Create a record, and return it as the server has it.

        Args:
            row: Its type.
            record: Its fields; relations are ids.
            **options: `files timeout`, see `WriteOptions`.

        Raises:
            ConfigurationError: This API does not create such records.
            ClientError: The server refuses it.
        """
        row = yield from self.row(row)
        routes = [route for route in row.access.create if route.fits(record)]
        route = _first(row, routes, "creates no")
        now, later = _split(route, record)
        made: Record = yield from self._forms.write(row, route, {}, now, options)
        if not later:
            return made
        try:
            # The server may have put something into them: the creator is a member.
            merging = [name for name in later if row.field(name).merges]
            if any(name not in made for name in merging):
                made = (yield from self.read(row, made)) or made
            later.update(
                {name: row.field(name).merged(later[name], made.get(name)) for name in merging}
            )
            return (yield from self.update(row, made, later))
        except ClientError as exc:
            raise half_done(
                exc, f"the {row.name} was created, but not with all its fields"
            ) from exc

    def update(
        self,
        row: ResourceType,
        before: Mapping[str, Any],
        fields: Mapping[str, Any],
        **options: Unpack[WriteOptions],
    ) -> Flow[Record]:
        """Change a record, and return it as the server has it.

        Args:
            row: Its type.
            before: The record as it is; whole, if a route replaces it.
            fields: The fields that change; relations are ids.
            **options: `files timeout`, see `WriteOptions`.

        Raises:
            ConfigurationError: This API does not update such records, or not these fields.
            ClientError: The server refuses it.
        """
        row = yield from self.row(row)
        # Raises if there is no route at all.
        _first(row, row.access.update, "updates no")
        routes = [route for route in row.access.update if not route.only]
        for route in row.access.update:
            if route.only and self._is_all(row, route.only, before, fields):
                return (yield from self._forms.write(row, route, before, fields, options))
        if len(routes) == 1 and routes[0].fields is None:
            return (yield from self._forms.write(row, routes[0], before, fields, options))
        left, record = dict(fields), dict(before)
        named = {name for route in routes for name in route.fields or ()}
        written: list[str] = []
        emptied: Record = {}
        for route in routes:
            part = _part_of(route, left, named)
            if route.merges:
                part = {name: value for name, value in part.items() if _grows(record, name, value)}
            if route.empties:
                part = {name: value for name, value in part.items() if not value}
            if part:
                # The server empties these fields when it writes the part, so a later route has to
                # write their values again, unless the caller wants other ones.
                cleared = {name: record[name] for name in route.clears if record.get(name)}
                left = {**cleared, **{n: value for n, value in left.items() if n not in part}}
                known = {**record, **objects_in(row, before)}
                is_single = route.remove is None
                write = self._forms.write if is_single else self._write_members
                flow = write(row, route, known, part, options)
                try:
                    record = yield from (flow if is_single else after_write(flow))
                except ClientError as exc:
                    if not written:
                        raise
                    raise half_done(exc, _half_written(written, emptied)) from exc
                written += part
                emptied = {n: v for n, v in {**emptied, **cleared}.items() if n not in part}
        if left:
            raise ConfigurationError(f"this API does not update {row.name}.{', '.join(left)}")
        return record

    def _is_all(
        self,
        row: ResourceType,
        path: str,
        before: Mapping[str, Any],
        fields: Mapping[str, Any],
    ) -> bool:
        """Tell whether a change is about what stands at a path, and nothing else."""
        there = self.encode(row, before)
        wanted = self.encode(row, {**before, **fields})
        return dig(wanted, path) is not None and equal(without(wanted, path), without(there, path))

    def _write_members(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        options: WriteOptions,
    ) -> Flow[Record]:
        """Change lists: new items are added together, old ones are removed one by one."""
        record = dict(before)
        for name, wanted in sent.items():
            field, there = row.field(name), before.get(name) or []
            if field.added(wanted, there):
                joint = {name: [*there, *field.added(wanted, there)]}
                record = yield from self._forms.write(row, route, record, joint, options)
            gone = field.added(there, wanted)
            for item in gone:
                yield from self._remove(row, route.remove, record, item)
            if gone:
                found = yield from self._read_back(row, record, sent)
                record = found or {**record, name: wanted}
        return record

    def _remove(
        self, row: ResourceType, route: Any, record: Mapping[str, Any], item: Any
    ) -> Flow[None]:
        """Remove one item of a list."""
        call = self._call(row, route, {**record, "item": item})
        response: Response = yield from self._engine.send(call)
        if not self.is_missing(response, route.statuses):
            self._engine.check(response)
            self._check(response, route, {})

    def _write_once(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        options: WriteOptions,
    ) -> Flow[Record]:
        given = yield from self._by_name(row, sent)
        call = self._write_call(row, route, before, given, **options)
        response: Response = yield from self._engine.checked(call)
        raw_sent = self.encode(row, sent)
        data = self._check(response, route, raw_sent)
        known = {**before, **sent}
        raw = None if route.unwrap is None else unwrapped(data, route.unwrap)
        once: Record = {}
        if raw is not None and (
            row.wire(row.id_field) in row.with_id(raw) or not raw_sent.keys().isdisjoint(raw)
        ):
            extra = {key: data[key] for key in route.beside if key in data}
            record = self.record_of(row, route, known, {**raw, **extra})
            if not route.partial and route.otherwise is None:
                return record
            known = {**known, **record}
            # The server shows a secret once.
            once = {name: record[name] for name in row.secret_names if name in record}
        there = yield from self._read_back(row, known, sent)
        if there is None and route.unwrap is not None and not route.partial:
            raise without_records(response, self.expected, self._error_text(response))
        if there is None and not before and self._is_readable(row, known):
            text = self._error_text(response)
            raise ClientError(
                f"{response.request.method} {response.url}: answered {response.status_code}, but"
                f" there is no {row.describe(known, _names_known(row, known))} afterwards"
                f"{f': {text}' if text else ''}",
                request=response.request,
                response=response,
            )
        lost = lost_secrets(row, before, sent, there) if route.whole and there else []
        if lost:
            error = ClientError(
                f"{row.describe(before, row.identity_names)} was written, but the server has"
                f" emptied {', '.join(lost)}: give it again, with update_secrets"
            )
            error.after_write = True
            raise error
        return {**there, **once} if there else known

    def _by_name(self, row: ResourceType, sent: Mapping[str, Any]) -> Flow[Record]:
        """Return what is sent, with names in relations that the server takes by name."""
        result = dict(sent)
        for field in row.fields.values():
            name, relation = field.name, sent_by_name(field.kind)
            if relation is None or not sent.get(name):
                continue
            target = self.resource(relation.to)
            ids = sent[name] if field.many else [sent[name]]
            found = yield from self.find(target, target.id_field, ids)
            names = {record[target.id_field]: record.get(relation.sends) for record in found}
            given = [names.get(value) or value for value in ids]
            result[name] = given if field.many else given[0]
        return result

    def _read_back(
        self, row: ResourceType, known: Mapping[str, Any], sent: Mapping[str, Any]
    ) -> Flow[Record | None]:
        """Read a record after a write; `None` if what is known does not lead to it."""
        there = yield from self._read_written(row, known)
        if there is None:
            return None
        return (yield from self._fill_in(row, [there], list(sent)))[0]

    def _read_written(self, row: ResourceType, known: Mapping[str, Any]) -> Flow[Record | None]:
        route = row.access.one[0] if row.access.one else None
        if route is not None and self._leads_to(row, route, known):
            return (yield from self._read(row, route, known))
        names = _names_known(row, known)
        if not names:
            return None
        found = yield from self._look_up(row, names, known)
        if found is None or not row.access.many[0].partial or route is None:
            return found
        return (yield from self._read(row, route, found))

    def _is_readable(self, row: ResourceType, known: Mapping[str, Any]) -> bool:
        """Tell whether what is known of a record leads to it, by its route or in the list."""
        return bool(_names_known(row, known)) or any(
            self._leads_to(row, route, known) for route in row.access.one[:1]
        )

    def _leads_to(self, row: ResourceType, route: Route, known: Mapping[str, Any]) -> bool:
        values = self._values(row, known)
        return all(values.get(name) is not None for name in route.placeholders)

    def _error_text(self, response: Response) -> str:
        """Return what a response without a record says, in one line."""
        try:
            content = response.json()
        except SerializationError:
            return ""
        return self._line(messages.error_text(content))[:LONGEST_REASON]

    def _write_call(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        *,
        files: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Build the call that writes a record by one route."""
        given = fields_to_send(row, route, before, sent)
        known = {**before, **given}
        uploads = {name: value for name, value in given.items() if _is_file(row, name)}
        # Fields of the list's path are in the paths of all routes.
        named = (*placeholders(route.body), *row.access.many[0].placeholders)
        fields = {
            name: value
            for name, value in given.items()
            if name not in uploads and name not in named and _is_sent(row, route, name, sent)
            if value or name not in route.optional
        }
        body = fill(route.body, [self._values(row, known)])
        if isinstance(route.body, Mapping):
            body = joined(body, wrapped(self._document(row, route, before, fields), route.wrap))
        form = content(body, {**uploads, **(files or {})})
        return self._call(row, route, known, **form, **options)

    def _document(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        fields: Mapping[str, Any],
    ) -> Any:
        """Return what a route writes, in the server's form."""
        if route.only:
            return dig(self.encode(row, {**before, **fields}), route.only)
        raw = with_objects(row, self.encode(row, fields), before)
        if not raw.keys().isdisjoint(route.together):
            there = self.encode(row, before)
            raw = {**{key: there[key] for key in route.together if key in there}, **raw}
        unset = {key: value for key, value in route.defaults.items() if raw.get(key) is None}
        return {**raw, **unset}

    def delete(
        self,
        row: ResourceType,
        records: Sequence[Mapping[str, Any]],
        *,
        must_exist: bool = False,
        timeout: float | None = None,
    ) -> Flow[None]:
        """Delete records, in one request if there are several.

        Args:
            row: Their type.
            records: The records; no more than the route's `batch`.
            must_exist: Raise an error for one that does not exist.
            timeout: Seconds for one attempt.

        Raises:
            ConfigurationError: This API does not delete such records.
            ClientError: The server refuses it.
        """
        row = yield from self.row(row)
        route = _first(row, row.access.delete, "deletes no")
        values = [self._values(row, record) for record in records]
        for step in (route.first, route) if route.first else (route,):
            options = {} if step.body is None else {"json": fill(step.body, values)}
            response: Response = yield from self._engine.send(
                self._call(row, step, records[0], timeout=timeout, **options)
            )
            if must_exist or not self.is_missing(response, step.statuses):
                self._engine.check(response, self.deletion_hint(row, response))
                self._check(response, step, {})

    def write(
        self, row: ResourceType, changes: Sequence[Change], concurrency: int
    ) -> Flow[list[Any]]:
        """Write changes: deletions together if the route takes several, all others one by one.

        See `RecordStore`.
        """
        row = yield from self.row(row)
        batch = max((route.batch for route in row.access.delete), default=1)
        deletions = [n for n, change in enumerate(changes) if change.action == "delete"]
        groups = [[n] for n, change in enumerate(changes) if change.action != "delete"]
        groups += [deletions[n : n + batch] for n in range(0, len(deletions), batch)]
        progress = self.progress(row, "written", len(changes))

        def write(group: Sequence[Change]) -> Flow[list[Any]]:
            return progress.counting(self._write_group(row, group), len(group))

        return (yield from in_groups(changes, groups, write, concurrency))

    def _write_group(self, row: ResourceType, group: Sequence[Change]) -> Flow[list[Any]]:
        """Write one creation or update, or some deletions."""
        known = [change.before for change in group if change.before is not None]
        for record in known:
            row.id_of(record)
        if group[0].action == "delete":
            yield from self.delete(row, known)
            return [None] * len(group)
        sent = group[0].sent
        if group[0].is_recreated:
            return [(yield from recreate(self, row, known[0], sent))]
        if known:
            return [(yield from self.update(row, known[0], sent))]
        return [(yield from self.create(row, sent))]

    def validate(self, row: ResourceType, change: Change) -> Flow[list[str] | None]:
        """Have the server check a planned change. See `RecordStore`."""
        row = yield from self.row(row)
        for route in row.access.validate:
            before = change.before or {}
            call = self._write_call(row, route, before, change.sent, read_only=True)
            response: Response = yield from self._engine.send(call)
            if response.status_code in NO_ROUTE:
                return None
            try:
                self._engine.check(response)
            except HTTPStatusError as exc:
                if exc.status_code not in REFUSED:
                    raise
                return [exc.message]
            data = response.json()
            return [
                self._line(reason)
                for failure in route.failures
                for reason in failure.find_all(data, change.sent)
            ]
        return None

    def _check(self, response: Response, route: Write | Delete, sent: Mapping[str, Any]) -> Any:
        """Return the JSON of a response, and raise for a failure that hides in it."""
        has_record = isinstance(route, Write) and route.unwrap is not None
        must_have = isinstance(route, Write) and has_record and not route.partial
        if not route.failures and not has_record:
            return None
        try:
            data = response.json()
        except SerializationError:
            if must_have:
                raise
            # Some servers return a text.
            return None
        for failure in route.failures:
            reason = failure.find(data, sent)
            if reason is not None:
                raise ClientError(
                    f"{response.request.method} {response.url}: answered"
                    f" {response.status_code}, but failed: {self._line(reason)}",
                    request=response.request,
                    response=response,
                )
        return data


def _half_written(written: Sequence[str], emptied: Mapping[str, Any]) -> str:
    """Return what is half done if only a part of the fields could be written.

    Args:
        written: The fields that were written.
        emptied: The fields that the server has emptied, with their former values.
    """
    lost = [f"{name}, which had {jsonutils.dumps(value)}" for name, value in emptied.items()]
    losses = f", and the server has emptied {', '.join(lost)}" if lost else ""
    return f"{', '.join(written)} had been written before{losses}"


def _names_known(row: ResourceType, known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields by which a record can be found in the list; none if they are not known."""
    names = (row.id_field,) if known.get(row.id_field) is not None else row.key
    return () if any(known.get(name) is None for name in names) else names


def _first(row: ResourceType, routes: Sequence[Any], what: str) -> Any:
    if not routes:
        raise ConfigurationError(f"this API {what} {row.name} records")
    return routes[0]


def _split(route: Write, record: Mapping[str, Any]) -> tuple[Record, Record]:
    """Return the fields that a route takes, and the others."""
    if route.fields is None:
        return dict(record), {}
    now = {name: value for name, value in record.items() if name in route.fields}
    return now, {name: value for name, value in record.items() if name not in now}


def _part_of(route: Write, fields: Mapping[str, Any], named: Collection[str]) -> Record:
    """Return the fields that a route writes: those that it names, or all that no route names.

    Args:
        route: The route.
        fields: The fields to write.
        named: The fields that any of the routes names.
    """
    if route.fields is None:
        return {name: value for name, value in fields.items() if name not in named}
    return {name: value for name, value in fields.items() if name in route.fields}


def _grows(record: Mapping[str, Any], name: str, value: Any) -> bool:
    """Tell whether an object only gets new keys and values."""
    there = record.get(name) or {}
    return (
        isinstance(value, Mapping) and isinstance(there, Mapping) and there.keys() <= value.keys()
    )


def _is_sent(row: ResourceType, route: Write, name: str, sent: Mapping[str, Any]) -> bool:
    """Tell whether a write has a field: not what the server has made or added by itself."""
    if name in row.fields:
        return name in route.keep or not row.fields[name].read_only
    return name in sent or not row.closed


def _is_file(row: ResourceType, name: str) -> bool:
    return name in row.fields and row.fields[name].kind is FILE


def content(data: Any, files: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a write: JSON, or with files a form, which has no null."""
    if not files:
        return {"json": data}
    form = {name: value for name, value in data.items() if value is not None}
    return {"data": form, "files": files}
