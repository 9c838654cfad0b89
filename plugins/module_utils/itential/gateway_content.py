# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a Gateway: `client.content.refresh(["script"])`.

A Gateway finds its content on its disk. Decorations are records: `client.records("decoration")`.
Source: docs/protocols/itential-gateway.md section 8.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError
from ..core.facts import UNAVAILABLE
from ..core.flow import Flow
from ..core.once import may_have_arrived, send_once
from ..core.options import check_options
from ..core.polling import (
    PollTimeoutError,
    Schedule,
    WaitOptions,
    is_passing,
    poll,
    schedule_of,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .gateway_store import GatewayStore

Record = dict[str, Any]
Names = dict[str, Record]

ALL = "all"
PATHS = {
    "playbook": "/playbooks/refresh",
    "script": "/scripts/refresh",
    "module": "/modules/refresh",
    "role": "/roles/refresh",
    "nornir": "/nornir/refresh",
    "terraform": "/terraforms/refresh",
    "collection": "/collections/refresh",
}
"""The paths by the kinds of content."""
_INVENTORY = "inventory"
_LISTED = {_INVENTORY: "device"}
"""The types of the records that are listed, if they are not named like the kind."""
_NO_ROUTE = frozenset((404, 405, 501))


class RefreshOptions(WaitOptions, total=False):
    """The options of a refresh, beside those of waiting.

    Attributes:
        wait_for: Names of content that must be there afterwards.
        predict: Send nothing.
    """

    wait_for: Sequence[str]
    predict: bool


class Refreshed(NamedTuple):
    """The content of one kind that a refresh has found.

    Attributes:
        added: Names that are new.
        removed: Names that are gone.
        updated: Names whose records differ.
        total: The number of names; `None` if they cannot be read, or if nothing was sent.
        available: False if the server does not have this kind.
    """

    added: list[str]
    removed: list[str]
    updated: list[str]
    total: int | None
    available: bool = True

    @property
    def changed(self) -> bool:
        """Tell if something differs, or may differ because it cannot be read."""
        known = self.added or self.removed or self.updated
        return bool(known) or (self.available and self.total is None)


class ContentBase:
    """The flows of the content of a client.

    Args:
        connection: Sends the requests.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_connection", "_perform", "_store")

    def __init__(
        self,
        connection: ConnectionBase,
        store: GatewayStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._connection = connection
        self._store = store
        self._perform = perform

    def _refreshed(
        self, kinds: str | Sequence[str], options: RefreshOptions
    ) -> Flow[dict[str, Refreshed]]:
        check_options(Content.refresh, options, RefreshOptions.__optional_keys__)
        schedule = schedule_of(options)
        chosen, is_all = _chosen(kinds)
        result = {}
        before: dict[str, Names | None] = {}
        for kind in chosen:
            before[kind] = yield from self._names(kind)
            if not options.get("predict"):
                is_there = yield from self._send(kind, is_all, schedule)
                if not is_there:
                    result[kind] = Refreshed([], [], [], None, available=False)
        if options.get("predict"):
            return {kind: Refreshed([], [], [], None) for kind in chosen}
        left = [kind for kind in chosen if kind not in result]
        after = yield from self._awaited(left, options.get("wait_for") or (), schedule)
        for kind in left:
            result[kind] = _difference(before[kind], after[kind])
            notify = options.get("notify")
            if notify is not None:
                notify(_line(kind, result[kind]))
        return {kind: result[kind] for kind in chosen}

    def _names(self, kind: str) -> Flow[Names | None]:
        """Return the records of a kind by name; `None` if they cannot be read."""
        row = yield from self._store.row(_LISTED.get(kind, kind))
        try:
            found = yield from self._store.read_all(row)
        except HTTPStatusError as exc:
            if exc.status_code not in UNAVAILABLE:
                raise
            return None
        return {str(record["name"]): record for record in found}

    def _send(self, kind: str, lenient: bool, schedule: Schedule) -> Flow[bool]:
        """Send a refresh; return False if the server does not have the kind.

        Args:
            kind: The kind.
            lenient: That is no error.
            schedule: The time for the response.

        Raises:
            ClientError: The server refuses it, or it is unknown if it has received it.
        """
        path = PATHS.get(kind, f"/{_INVENTORY}/refresh")
        # Zero means that nothing is waited for; the response itself needs some time.
        timeout = {"timeout": schedule.timeout} if schedule.timeout else {}
        try:
            yield from send_once(self._connection, "POST", path, **timeout)
        except ClientError as exc:
            if lenient and isinstance(exc, HTTPStatusError) and exc.status_code in _NO_ROUTE:
                return False
            if may_have_arrived(exc):
                reason = exc.message.replace("'timeout'", "'wait_timeout'")
                exc.message = (
                    f"it is unknown if the refresh of {kind} is done: {reason}; it can be repeated"
                    " without harm"
                )
                exc.args = (exc.message,)
            raise
        return True

    def _awaited(
        self, kinds: Sequence[str], names: Sequence[str], schedule: Schedule
    ) -> Flow[dict[str, Names | None]]:
        """Read content until some of it has all of the names."""

        def read() -> Flow[dict[str, Names | None]]:
            found = {}
            for kind in kinds:
                found[kind] = yield from self._names(kind)
            return found

        try:
            found: dict[str, Names | None] = yield from poll(
                read,
                lambda there: not _missing(names, there),
                schedule,
                self._connection._runtime.clock,
                goal=f"{', '.join(names)} to be found",
                tolerates=is_passing,
            )
        except PollTimeoutError as exc:
            missing = ", ".join(_missing(names, exc.last or {}))
            raise ClientError(
                f"{missing}: not found by the refresh after {schedule.timeout:g} seconds: deploy"
                " the files to the paths in the configuration of the Gateway"
            ) from exc
        return found


def _chosen(kinds: str | Sequence[str]) -> tuple[list[str], bool]:
    """Return the kinds, and if the caller has named none of them."""
    given = [kinds] if isinstance(kinds, str) else list(dict.fromkeys(kinds))
    known = [*PATHS, _INVENTORY]
    for kind in given:
        if kind not in known and kind != ALL:
            raise ConfigurationError(
                f"refresh must be {ALL}, or some of {', '.join(known)}, not {kind!r}"
            )
    if ALL not in given:
        return given, False
    return [*PATHS, *(kind for kind in given if kind == _INVENTORY)], True


def _missing(names: Sequence[str], found: Mapping[str, Names | None]) -> list[str]:
    there = {name for part in found.values() for name in part or ()}
    return [name for name in names if name not in there]


def _difference(before: Names | None, after: Names | None) -> Refreshed:
    if before is None or after is None:
        return Refreshed([], [], [], None if after is None else len(after))
    return Refreshed(
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        [name for name in after if name in before and after[name] != before[name]],
        len(after),
    )


def _line(kind: str, found: Refreshed) -> str:
    total = "unknown content" if found.total is None else f"{found.total} names"
    return (
        f"{kind} refreshed: {total}, {len(found.added)} added, {len(found.removed)} removed,"
        f" {len(found.updated)} changed"
    )


class Content(ContentBase):
    """The content of a Gateway, for threads."""

    __slots__ = ()

    def refresh(
        self, kinds: str | Sequence[str] = ALL, **options: Unpack[RefreshOptions]
    ) -> dict[str, Refreshed]:
        """Have the Gateway look for content on its disk, and wait until it has.

        Args:
            kinds: Kinds of content: `playbook script module role nornir terraform collection`, or
                `all` for those; and `inventory` for devices of external inventories.
            **options: See `RefreshOptions` and `WaitOptions`.

        Returns:
            What was found, by kind.

        Raises:
            ConfigurationError: A kind is unknown.
            ClientError: The server refuses it, or content in `wait_for` has not appeared in time.
        """
        found: dict[str, Refreshed] = self._perform(self._refreshed(kinds, options))
        return found


class AsyncContent(ContentBase):
    """The content of a Gateway, for event loops. For arguments and errors see `Content`."""

    __slots__ = ()

    def refresh(
        self, kinds: str | Sequence[str] = ALL, **options: Unpack[RefreshOptions]
    ) -> Awaitable[dict[str, Refreshed]]:
        """Have the Gateway look for content on its disk, and wait until it has."""
        found: Awaitable[dict[str, Refreshed]] = self._perform(self._refreshed(kinds, options))
        return found
