# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`WriteForms`: writes whose form depends on the server.

A route may have the same write in another form (`Write.otherwise`): some releases want a wrapper in
the body, others refuse it, and only the response shows which form is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..exceptions import ClientError, HTTPStatusError
from ..flow import Flow
from .access import Write
from .templates import fill
from .types import Record, ResourceType
from .writing import fields_to_send, wrappers

if TYPE_CHECKING:
    from typing import TypeAlias

    from .writing import WriteOptions

    WriteFlow: TypeAlias = Callable[
        [ResourceType, Write, Mapping[str, Any], Mapping[str, Any], WriteOptions], Flow[Record]
    ]

WRONG_FORM = frozenset((400, 404, 405, 415, 422, 500))
"""Statuses by which a server may refuse the form of a body, or say that it has no such route."""


class WriteForms:
    """Writes in the form that the server takes, and remembers that form.

    Args:
        write: Writes by one route: takes the type, the route, the record as it is, the fields that
            change, and the options of the write; returns the record as it is afterwards.
    """

    __slots__ = ("_known", "_write")

    def __init__(self, write: WriteFlow) -> None:
        self._write = write
        self._known: dict[tuple[str, str], Write] = {}

    def write(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        options: WriteOptions,
    ) -> Flow[Record]:
        """Write by one route, and in its other form if the server refuses or ignores the first."""
        key = (route.method, route.path)
        known = self._known.get(key)
        if known is not None or route.otherwise is None:
            return (yield from self._write(row, known or route, before, sent, options))
        form, other = route, route.otherwise
        if _looks_wrapped(row, route, before, sent):
            # A server that wants the wrapper would take the value apart. One that does not want it
            # stores too much, which the second write replaces.
            form, other = other, form
        first = yield from self._attempt(row, form, before, sent, options)
        if not isinstance(first, ClientError) and _took_effect(row, before, sent, first):
            self._known[key] = form
            return first
        second = yield from self._attempt(row, other, before, sent, options)
        if not isinstance(second, ClientError) and _took_effect(row, before, sent, second):
            self._known[key] = other
            return second
        if not isinstance(second, ClientError):
            second = yield from self._undo_strays(row, route, before, sent, second)
        if isinstance(first, ClientError):
            raise first
        return first if isinstance(second, ClientError) else second

    def _attempt(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        options: WriteOptions,
    ) -> Flow[Record | ClientError]:
        """Write in one form, and return the record, or the error if the form may be wrong."""
        try:
            return (yield from self._write(row, route, before, sent, options))
        except HTTPStatusError as exc:
            if exc.call_status not in WRONG_FORM:
                raise
            return exc

    def _undo_strays(
        self,
        row: ResourceType,
        route: Write,
        before: Mapping[str, Any],
        sent: Mapping[str, Any],
        after: Record,
    ) -> Flow[Record]:
        """Undo what a write in the second form has left if it had no effect either.

        A server that does not know that form may store its wrapper as a key of an object. Such
        objects get their old values back.

        Returns:
            The record as it is afterwards.
        """
        names = wrappers(route)
        strays = {
            name: before.get(name, row.field(name).default)
            for name, value in sent.items()
            if any(_has_stray(after.get(name), wrapper, value) for wrapper in names)
        }
        routes = [other for other in row.access.update if strays and _replaces(other, strays)]
        if not routes:
            return after
        return (yield from self._write(row, routes[0], after, strays, {}))


def _looks_wrapped(
    row: ResourceType, route: Write, before: Mapping[str, Any], sent: Mapping[str, Any]
) -> bool:
    """Tell whether a body without a wrapper looks like one with it."""
    if not isinstance(route.body, str):
        return False
    value = fill(route.body, [fields_to_send(row, route, before, sent)])
    return isinstance(value, Mapping) and value.keys() == wrappers(route)


def _replaces(route: Write, fields: Iterable[str]) -> bool:
    """Tell whether a route replaces the values of some fields."""
    return not route.merges and set(fields) <= set(route.fields or ())


def _has_stray(found: Any, wrapper: str, value: Any) -> bool:
    """Tell whether an object has been stored in another one, below its wrapper's name."""
    if not isinstance(found, Mapping) or not isinstance(value, Mapping):
        return False
    return wrapper in found and wrapper not in value


def _took_effect(
    row: ResourceType, before: Mapping[str, Any], sent: Mapping[str, Any], after: Record
) -> bool:
    """Tell whether the server now has at least one of the values that a write sent.

    A value that only resembles the sent one must also differ from the one before. Fields that the
    server never returns are left out; if no others were sent, the result is `True`.
    """
    seen = [name for name in sent if not row.field(name).write_only]
    return not seen or any(
        row.field(name).same(sent[name], after.get(name))
        and not row.field(name).unmoved(sent[name], before.get(name), after.get(name))
        for name in seen
    )
