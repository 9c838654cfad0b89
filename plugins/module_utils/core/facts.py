# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts about a server, as rows of data: where each is read, and which part of it is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .exceptions import ConfigurationError, HTTPStatusError, SerializationError
from .flow import Flow, gather
from .jsonutils import dig
from .optional import UNAVAILABLE
from .progress import Progress

if TYPE_CHECKING:
    from .connection import ConnectionBase
    from .records.store import RestStore

ALL = "all"
AT_ONCE = 4
"""Facts that are read at a time."""


class Fact(NamedTuple):
    """A fact: the answer of a path, or records.

    Attributes:
        path: The path; `""` for records.
        part: Dotted path of the wanted part of the answer; `""` for all of it.
        resource: The type of the records.
        filters: The records that are wanted.
        fields: Their fields that are wanted; none for all.
    """

    path: str = ""
    part: str = ""
    resource: str = ""
    filters: Mapping[str, Any] = {}
    fields: tuple[str, ...] = ()


class _Unavailable(NamedTuple):
    """Stands for a fact that cannot be read."""

    reason: str


class Gathered(NamedTuple):
    """The facts that were gathered about a server.

    Attributes:
        facts: The facts by name.
        unavailable: Why a fact could not be read, by its name.
    """

    facts: dict[str, Any]
    unavailable: dict[str, str]


def gathered(
    connection: ConnectionBase,
    store: RestStore,
    known: Mapping[str, Fact],
    names: Sequence[str],
) -> Flow[Gathered]:
    """Read facts side by side.

    Args:
        connection: Sends the requests.
        store: Reads records.
        known: All facts of the service by name.
        names: The facts that are wanted; `all` for all of them.

    Raises:
        ConfigurationError: An unknown name.
        ClientError: The login failed, or a fact could not be read, but for another reason than that
            the server does not have it or that the user must not read it.
    """
    if ALL in names:
        names = list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigurationError(
            f"gather: unknown {', '.join(map(repr, unknown))}: use {ALL}, {', '.join(known)}"
        )
    # Otherwise, several facts would try a login that fails.
    yield from connection.calls.log_in()
    progress = Progress("facts", "read", connection.calls.runtime.clock, len(names))
    flows = [progress.counting(_read(connection, store, known[name])) for name in names]
    outcomes = dict(zip(names, (yield from gather(flows, AT_ONCE)), strict=True))
    missing = {
        name: outcome.reason
        for name, outcome in outcomes.items()
        if isinstance(outcome, _Unavailable)
    }
    return Gathered({name: outcomes[name] for name in outcomes if name not in missing}, missing)


def _read(connection: ConnectionBase, store: RestStore, fact: Fact) -> Flow[Any]:
    """Return a fact, or the reason for which there is none."""
    try:
        if fact.resource:
            row = store.resource(fact.resource)
            found = yield from store.read_all(row, fact.filters, fields=fact.fields)
            return [_only(record, fact.fields) for record in found]
        response = yield from connection.calls.request("GET", fact.path)
    except HTTPStatusError as exc:
        if exc.call_status not in UNAVAILABLE:
            raise
        return _Unavailable(exc.message)
    try:
        answer = response.json()
    except SerializationError:
        return response.text
    return dig(answer, fact.part) if fact.part else answer


def _only(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: record.get(name) for name in names or record}
