# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Keystone's records: indexes, history, deletion, transactions, and
serialisation."""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from .keystone_call import Call, ServerFaultError
from .keystone_schema import (
    AUDIT_ACTIONS,
    BY_MODEL,
    COMPUTED,
    FIELDS,
    RESOURCES,
    SUMMARIES,
    Field,
    Record,
    Resource,
    Reverse,
)

LOGGED_REQUESTS = 5000
PERMISSIONS = 100
RELATIONS = ("fk", "one", "many")


class DryRunError(Exception):
    """Ends a transaction and undoes it."""


class Store:
    """Tables of records.

    Records are replaced, never changed in place, so a reference to a record keeps its old values.

    Args:
        now: Returns the time in seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.tables: dict[str, dict[int, Record]] = {
            resource.model: {} for resource in RESOURCES
        } | {
            "Group": {},
            "Permission": {number: {"id": number} for number in range(1, PERMISSIONS + 1)},
        }
        self.serials: Counter[str] = Counter()
        self.unique: dict[tuple[str, str], dict[Any, int]] = defaultdict(dict)
        self.links: dict[tuple[str, int], dict[tuple[str, str], dict[int, None]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self.histories: dict[tuple[str, int], list[Record]] = defaultdict(list)
        # Files are kept after a deletion and after a rollback.
        self.files: set[str] = set()
        self.undo: list[Callable[[], None]] | None = None

    def moment(self) -> str:
        """Return the time as the server writes it."""
        return datetime.datetime.fromtimestamp(self.now(), datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ"
        )

    def get(self, model: str, key: int | None) -> Record | None:
        """Return a record, or `None`."""
        return self.tables[model].get(key) if key is not None else None

    def with_value(self, model: str, field: str, value: Any) -> Record | None:
        """Return the record that has a unique value, or `None`."""
        return self.get(model, self.unique[model, field].get(value))

    def referring(self, model: str, key: int, source: str, via: str) -> list[Record]:
        """Return the records of `source` whose `via` is the given one, by id."""
        return [self.tables[source][other] for other in sorted(self.links[model, key][source, via])]

    def follow(self, model: str, record: Record, path: str) -> Any:
        """Return the value at the end of a dotted path through foreign keys, or `None`."""
        head, dummy, rest = path.partition(".")
        if not rest:
            return record.get(head)
        target = FIELDS[model][head].to
        found = self.get(target, record.get(head))
        return None if found is None else self.follow(target, found, rest)

    # Writing

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything that was written in the block if the block ends with an error."""
        outer, self.undo = self.undo, []
        try:
            yield
        except Exception:
            for step in reversed(self.undo):
                step()
            self.undo = []
            raise
        finally:
            if outer is not None:
                outer.extend(self.undo)
            self.undo = outer

    def note(self, step: Callable[[], None]) -> None:
        """Remember how to undo a change."""
        if self.undo is not None:
            self.undo.append(step)

    def index(self, model: str, record: Record, *, add: bool) -> None:
        """Add a record to the indexes, or remove it."""
        key = record["id"]
        for field in FIELDS[model].values():
            value = record.get(field.name)
            if value is None:
                continue
            if field.unique or field.kind == "one":
                if add:
                    self.unique[model, field.name][value] = key
                else:
                    self.unique[model, field.name].pop(value, None)
            if field.kind in RELATIONS:
                for target in value if field.kind == "many" else (value,):
                    if add:
                        self.links[field.to, target][model, field.name][key] = None
                    else:
                        self.links[field.to, target][model, field.name].pop(key, None)

    def replace(self, model: str, key: int, record: Record | None) -> None:
        """Replace a record; `None` removes it."""
        old = self.tables[model].pop(key, None) if record is None else self.tables[model].get(key)
        if old is not None:
            self.index(model, old, add=False)
        if record is not None:
            self.tables[model][key] = record
            self.index(model, record, add=True)

    def put(self, model: str, record: Record | None, key: int) -> None:
        """Replace a record in a way that can be undone.

        Raises:
            ServerFaultError: A unique value is taken, which the rules did not see (9: an empty
                `doi`).
        """
        for field in FIELDS[model].values():
            holder = (
                self.unique[model, field.name].get((record or {}).get(field.name), key)
                if field.unique or field.kind == "one"
                else key
            )
            if holder != key:
                raise ServerFaultError
        old = self.tables[model].get(key)
        self.replace(model, key, record)

        def back() -> None:
            self.replace(model, key, old)
            if record is None:
                self.tables[model] = dict(sorted(self.tables[model].items()))

        self.note(back)

    def create(
        self, model: str, values: Record, call: Call | None = None, *, logged: bool = True
    ) -> Record:
        """Add a record."""
        key = self.serials[model] + 1
        record = {"id": key, **values}
        self.put(model, record, key)
        self.serials[model] = key
        self.note(lambda: self.serials.subtract([model]))
        if logged:
            self.audit(model, key, 0, {}, record, call)
        return record

    def update(self, model: str, old: Record, values: Record, call: Call | None = None) -> Record:
        """Change a record; equal values leave no history (6)."""
        record = {**old, **values}
        self.put(model, record, old["id"])
        self.audit(model, old["id"], 1, old, record, call)
        return record

    def delete(self, model: str, key: int, call: Call | None = None) -> None:
        """Delete a record and its dependants (9).

        Raises:
            ServerFaultError: Another record protects it.
        """
        for doomed, other in reversed(self.dependants(model, key)):
            for (source, via), holders in self.links[doomed, other].items():
                if FIELDS[source][via].kind == "many":
                    for holder in list(holders):
                        record = self.tables[source][holder]
                        self.put(
                            source,
                            {**record, via: [item for item in record[via] if item != other]},
                            holder,
                        )
            old = self.tables[doomed][other]
            self.put(doomed, None, other)
            self.audit(doomed, other, 2, old, {}, call)

    def dependants(self, model: str, key: int) -> list[tuple[str, int]]:
        """Return the records that a deletion removes, targets before those that refer to them."""
        found = {(model, key): None}
        waiting = [(model, key)]
        while waiting:
            for (source, via), holders in self.links[waiting.pop()].items():
                field = FIELDS[source][via]
                if field.kind == "many" or not holders:
                    continue
                if field.protects:
                    raise ServerFaultError
                for holder in holders:
                    if (source, holder) not in found:
                        found[source, holder] = None
                        waiting.append((source, holder))
        return list(found)

    def audit(
        self, model: str, key: int, action: int, old: Record, new: Record, call: Call | None
    ) -> None:
        """Write the history of a change, if anything changed."""
        changes = {
            name: [_history_text(name, old.get(name)), _history_text(name, new.get(name))]
            for name in ("id", *FIELDS[model])
            if _is_noted(model, name, old, new)
        }
        if not BY_MODEL[model].history or not changes:
            return
        number = self.serials["AuditLog"] + 1
        entry = {
            "id": number,
            "model": model,
            "object_pk": str(key),
            "object_id": key,
            "action": str(action),
            "changes": changes,
            "cid": call.cid if call else None,
            "remote_addr": call.address if call else None,
            "remote_port": call.port if call else None,
            "timestamp": self.moment(),
            "actor": call.user["id"] if call and call.user and not call.by_token else None,
        }
        self.serials["AuditLog"] = number
        self.tables["AuditLog"][number] = entry
        self.histories[model, key].append(entry)

        def back() -> None:
            self.serials["AuditLog"] -= 1
            del self.tables["AuditLog"][number]
            self.histories[model, key].remove(entry)

        self.note(back)

    def log_request(self, call: Call, endpoint: str, status: int) -> None:
        """Write the request log, which a rollback does not undo."""
        table = self.tables["RequestLog"]
        self.serials["RequestLog"] += 1
        number = self.serials["RequestLog"]
        table[number] = {
            "id": number,
            "method": call.method,
            "endpoint": endpoint,
            "response_code": status,
            "remote_address": call.address,
            "timestamp": self.moment(),
            "cid": call.cid,
            "user": call.user["id"] if call.user else None,
        }
        if len(table) > LOGGED_REQUESTS:
            del table[next(iter(table))]

    # Serialisation

    def show(self, resource: Resource, record: Record) -> Record:
        """Return a record as the server returns it."""
        if resource.model == "AuditLog":
            return self.show_audit(record)
        model = resource.model
        shown = {
            "id": record["id"],
            **{field.name: record[field.name] for field in resource.fields if not field.write_only},
        }
        for name, compute in COMPUTED.get(model, {}).items():
            shown[name] = compute(record)
        for field in resource.fields:
            if field.kind in RELATIONS and field.to in SUMMARIES:
                shown[f"_{field.name}"] = self.related(field, record)
        for reverse in resource.reverse:
            shown[reverse.name] = self.reversed(model, record, reverse)
        if resource.history:
            shown["_history"] = [
                self.show_history(entry)
                for entry in reversed(self.histories.get((model, record["id"]), ()))
            ]
        return shown

    def related(self, field: Field, record: Record) -> Any:
        """Return the summary or summaries of the records that a field refers to."""
        value = record[field.name]
        if field.kind == "many":
            return [self.summary(field.to, key) for key in value]
        return self.summary(field.to, value)

    def reversed(self, model: str, record: Record, reverse: Reverse) -> list[Any]:
        """Return the records that refer to a record."""
        found = self.referring(model, record["id"], reverse.model, reverse.via)
        return [
            item[reverse.pick]
            if reverse.pick
            else self.summary(reverse.model, item["id"], reverse.names)
            for item in found
        ]

    def summary(self, model: str, key: int | None, names: tuple[str, ...] = ()) -> Record | None:
        """Return the nested form of a record (9)."""
        record = self.get(model, key)
        if record is None:
            return None
        computed = COMPUTED.get(model, {})
        shown = {}
        for name in names or SUMMARIES[model]:
            if name.startswith("_"):
                shown[name] = self.related(FIELDS[model][name[1:]], record)
            else:
                shown[name] = computed[name](record) if name in computed else record[name]
        return shown

    def show_history(self, entry: Record) -> Record:
        """Return an entry of `_history`."""
        shown = {name: entry[name] for name in ("id", "timestamp", "actor", "changes")}
        return shown | {
            "action": AUDIT_ACTIONS[entry["action"]],
            "_actor": self.summary("User", entry["actor"]),
        }

    def show_audit(self, entry: Record) -> Record:
        """Return an entry of the audit log, whose names differ from those that filter it (4)."""
        named = {
            "record_name": f"{BY_MODEL[entry['model']].app} | {entry['model']}",
            "record_id": entry["object_id"],
        }
        return (
            named
            | self.show_history(entry)
            | {name: entry[name] for name in ("cid", "remote_addr", "remote_port")}
        )

    def feed(self) -> list[Record]:
        """Return the request log and the audit log in one."""
        requests = [
            _feed(
                "r",
                "request",
                item,
                item["user"],
                f"{item['method']} {item['endpoint']}",
                str(item["response_code"]),
            )
            for item in self.tables["RequestLog"].values()
        ]
        audits = [
            _feed(
                "a",
                "audit",
                item,
                item["actor"],
                f"{item['model']} {item['object_pk']}",
                None,
            )
            for item in self.tables["AuditLog"].values()
        ]
        return sorted(requests + audits, key=lambda item: item["timestamp"])


def _feed(
    letter: str, kind: str, item: Record, user: int | None, summary: str, status: str | None
) -> Record:
    shared = {
        "id": f"{letter}{item['id']}",
        "record_id": item["id"],
        "record_type": kind,
        "timestamp": item["timestamp"],
        "cid": item["cid"],
    }
    return shared | {"summary": summary, "user": user, "status": status}


def _is_noted(model: str, name: str, old: Record, new: Record) -> bool:
    field = FIELDS[model].get(name)
    # A login is not a change, and lists of ids are not followed.
    return (
        name != "last_login"
        and (field is None or field.kind != "many")
        and old.get(name) != new.get(name)
    )


def _history_text(name: str, value: Any) -> str:
    text = str(value)
    # The server hides only the first half of a password's hash (1).
    return "*" * (len(text) // 2) + text[len(text) // 2 :] if name == "password" else text
