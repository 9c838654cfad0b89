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
from ..core.flow import Flow
from ..core.once import may_have_arrived, reason_of, send_once
from ..core.optional import optional
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
_SERVER_ERROR = 500


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


class RefreshError(ClientError):
    """A refresh has failed after it was sent, or may have been sent, for some kinds.

    Attributes:
        refreshed: What is known of these kinds.
    """

    refreshed: Mapping[str, Refreshed]


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

    def _refresh(
        self, kinds: str | Sequence[str], options: RefreshOptions
    ) -> Flow[dict[str, Refreshed]]:
        check_options(Content.refresh, options, RefreshOptions.__optional_keys__)
        schedule = schedule_of(options)
        chosen, is_all = _choose(kinds)
        if options.get("predict"):
            for kind in chosen:
                yield from self._names(kind)
            return {kind: _unread() for kind in chosen}
        work = _Work(schedule, self._connection.calls.runtime.clock)
        try:
            for kind in chosen:
                work.before[kind] = yield from self._names(kind)
                yield from self._send(kind, is_all, work)
            yield from self._await(options.get("wait_for") or (), work)
        except ClientError as exc:
            failure = work.failure(exc)
            if failure is None:
                raise
            raise failure from exc
        result = work.result()
        notify = options.get("notify")
        for kind, found in result.items():
            if notify is not None and found.available:
                notify(_line(kind, found))
        return result

    def _names(self, kind: str) -> Flow[Names | None]:
        """Return the records of a kind by name; `None` if they cannot be read."""
        row = yield from self._store.row(_LISTED.get(kind, kind))
        found = yield from optional(self._store.read_all(row))
        if found is None:
            return None
        return {str(record["name"]): record for record in found}

    def _send(self, kind: str, lenient: bool, work: _Work) -> Flow[None]:
        """Send a refresh, and note what becomes of it.

        Args:
            kind: The kind.
            lenient: It is no error if the server does not have the kind.
            work: The refresh.

        Raises:
            ClientError: The time is up, the server refuses it, or it is unknown if it has received
                it.
        """
        path = PATHS.get(kind, f"/{_INVENTORY}/refresh")
        timeout = work.timeout(kind)
        try:
            yield from send_once(self._connection, "POST", path, **timeout)
            work.known[kind] = _unread()
        except ClientError as exc:
            status = exc.call_status if isinstance(exc, HTTPStatusError) else None
            if lenient and status in _NO_ROUTE:
                work.known[kind] = _unread(available=False)
                return
            if may_have_arrived(exc) or (status is not None and status >= _SERVER_ERROR):
                work.known[kind] = _unread()
            if may_have_arrived(exc):
                exc.reword(
                    f"it is unknown if the refresh of {kind} is done: {reason_of(exc)}; it can be"
                    " repeated without harm"
                )
            raise

    def _await(self, names: Sequence[str], work: _Work) -> Flow[None]:
        """Read content until some of it has all of the names."""
        kinds = [kind for kind, one in work.known.items() if one.available]

        def read() -> Flow[dict[str, Names | None]]:
            for kind in kinds:
                work.after[kind] = yield from self._names(kind)
            return work.after

        try:
            yield from poll(
                read,
                lambda there: not _missing(names, there),
                Schedule(work.seconds_left(), work.schedule.interval),
                work.clock,
                goal=f"{', '.join(names)} to be found",
                tolerates=is_passing,
            )
        except PollTimeoutError as exc:
            raise ClientError(
                f"{', '.join(_missing(names, work.after))}: not found by the refresh after"
                f" {work.schedule.timeout:g} seconds: deploy the files to the paths in the"
                " configuration of the Gateway"
            ) from exc


class _Work:
    """A refresh of several kinds, which share its time: that since the first one is sent.

    Args:
        schedule: Its time and pauses.
        clock: Seconds that never go backwards.

    Attributes:
        before: The names before the refresh, by kind.
        after: The names that were read last.
        known: The kinds that were sent, or may have been, and those that the server does not have.
    """

    def __init__(self, schedule: Schedule, clock: Callable[[], float]) -> None:
        self.schedule = schedule
        self.clock = clock
        self._ends: float | None = None
        self.before: dict[str, Names | None] = {}
        self.after: dict[str, Names | None] = {}
        self.known: dict[str, Refreshed] = {}

    def seconds_left(self) -> float:
        """Return the seconds that are left."""
        if self._ends is None:
            self._ends = self.clock() + self.schedule.timeout
        return max(0.0, self._ends - self.clock())

    def timeout(self, kind: str) -> dict[str, float]:
        """Return the time limit of the next request, as an argument.

        Raises:
            ClientError: The time is up.
        """
        left = self.seconds_left()
        if self.schedule.timeout and not left:
            raise ClientError(
                f"{kind} is not refreshed after {self.schedule.timeout:g} seconds: give a longer"
                " wait_timeout"
            )
        # Zero means that nothing is waited for; the response itself needs some time.
        return {"timeout": left} if left else {}

    def result(self) -> dict[str, Refreshed]:
        """Return what is known of each kind."""
        return {
            kind: _difference(self.before[kind], self.after[kind]) if kind in self.after else one
            for kind, one in self.known.items()
        }

    def failure(self, exc: ClientError) -> RefreshError | None:
        """Return the error of a refresh that failed; `None` if no kind can be refreshed."""
        result = self.result()
        if not any(one.available for one in result.values()):
            return None
        error = RefreshError(exc.message, cause=exc)
        error.refreshed = result
        return error


def _choose(kinds: str | Sequence[str]) -> tuple[list[str], bool]:
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


def _unread(available: bool = True) -> Refreshed:
    """Return what is known of a kind before its names are compared."""
    return Refreshed([], [], [], None, available)


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
            RefreshError: Some kinds are refreshed, or may be, but not all; or content in `wait_for`
                has not appeared in time.
            ClientError: The server refuses it. Nothing is refreshed.
        """
        found: dict[str, Refreshed] = self._perform(self._refresh(kinds, options))
        return found


class AsyncContent(ContentBase):
    """The content of a Gateway, for event loops. For arguments and errors see `Content`."""

    __slots__ = ()

    def refresh(
        self, kinds: str | Sequence[str] = ALL, **options: Unpack[RefreshOptions]
    ) -> Awaitable[dict[str, Refreshed]]:
        """Have the Gateway look for content on its disk, and wait until it has."""
        found: Awaitable[dict[str, Refreshed]] = self._perform(self._refresh(kinds, options))
        return found
