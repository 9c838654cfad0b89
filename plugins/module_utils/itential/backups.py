# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups of the configurations of devices: `client.backups.create(["r1"])`.

A backup is asked for once. If the response is lost, the backup is looked for among those of the
device. Source: docs/protocols/itential-platform.md section 8.1.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.exceptions import ClientError, ConfigurationError
from ..core.flow import Flow, Together
from ..core.once import may_have_arrived
from ..core.optional import optional
from ..core.options import check_options
from ..core.polling import (
    Schedule,
    WaitOptions,
    is_passing,
    poll,
    schedule_of,
)
from .platform_requests import MAX_CONCURRENT_REQUESTS, PlatformRequests, failure_in, id_in

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.connection_base import ConnectionBase
    from .platform_store import PlatformStore

__all__ = ["AsyncBackups", "Backup", "BackupError", "Backups"]

CONFIGURATION = "/configuration_manager"
_BACKUP = f"{CONFIGURATION}/backups/{{id}}"
_NOT_FOUND = 404
_COLLECTION = "backups"

Record = dict[str, Any]


class BackupOptions(WaitOptions, total=False):
    """The options of a backup, and of waiting until it can be read.

    Attributes:
        description: The description of the backups.
        notes: Notes about the backups.
        compare: `previous` to compare each backup with the one before it, the id of a backup of
            the same device, or `None` to compare nothing. Default `previous`.
    """

    description: str | None
    notes: str | None
    compare: str | None


class Backup(NamedTuple):
    """A backup of a device, or a failure.

    Attributes:
        device: The name of the device.
        id: The id of the backup; `""` if there is none.
        other: The id of the backup with which it was compared; `""` for none.
        before: The configuration in that backup; `None` if nothing was compared.
        after: The configuration in the backup; `None` if nothing was compared.
        error: The reason why the device has no backup, or was not compared.
    """

    device: str
    id: str = ""
    other: str = ""
    before: str | None = None
    after: str | None = None
    error: ClientError | None = None


class BackupError(ClientError):
    """Some devices could not be backed up, or their backups not be compared.

    Attributes:
        backups: A backup per device.
    """

    backups: Sequence[Backup] = ()


class BackupsBase:
    """The flows of the backups of a client.

    Args:
        connection: The client.
        store: The client's records.
        perform: Performs a flow, for threads or for an event loop.
    """

    __slots__ = ("_perform", "_requests", "_store")

    def __init__(
        self,
        connection: ConnectionBase,
        store: PlatformStore,
        perform: Callable[[Flow[Any]], Any],
    ) -> None:
        self._store = store
        self._requests = PlatformRequests(connection)
        self._perform = perform

    def _create(
        self, devices: str | Sequence[str], options: BackupOptions, predict: bool
    ) -> Flow[list[Backup]]:
        check_options(Backups.create, options, BackupOptions.__optional_keys__)
        names = [devices] if isinstance(devices, str) else list(dict.fromkeys(devices))
        compare = options.get("compare", "previous")
        if not names:
            raise ConfigurationError("device is empty: give the names of devices")
        if compare not in ("previous", None) and len(names) > 1:
            raise ConfigurationError(
                "compare names a backup, which is one of a single device: give one device, or"
                " 'previous'"
            )
        schedule = schedule_of(options)
        if predict:
            yield from self._require(names)
        flows = [self._back_up(name, options, schedule, predict) for name in names]
        outcomes: list[Backup | ClientError] = yield Together(flows, MAX_CONCURRENT_REQUESTS)
        backups = [
            Backup(name, error=outcome) if isinstance(outcome, ClientError) else outcome
            for name, outcome in zip(names, outcomes, strict=True)
        ]
        failed = [backup for backup in backups if backup.error is not None]
        if failed:
            raise _failure(failed, backups)
        return backups

    def _require(self, names: Sequence[str]) -> Flow[None]:
        """Check that devices exist.

        Raises:
            ConfigurationError: One does not.
        """
        row = yield from self._store.row("device")
        found = yield from self._store.read_all(row, {"name": list(names)})
        known = {one.get("name") for one in found}
        missing = [name for name in names if name not in known]
        if missing:
            raise ConfigurationError(f"there is no device {', '.join(missing)}: check 'device'")

    def _back_up(
        self, device: str, options: BackupOptions, schedule: Schedule, predict: bool
    ) -> Flow[Backup]:
        before = yield from self._list_backups(device)
        previous = _reference(options.get("compare", "previous"), before)
        if predict:
            made = Backup(device, other=previous)
        else:
            made = Backup(device, (yield from self._make(device, options, before)), previous)
            notify = options.get("notify")
            if notify is not None:
                notify(f"device {device}: backup {made.id} made")
        if not previous:
            return made
        try:
            return (yield from self._compare(made, schedule))
        except ClientError as exc:
            return made._replace(error=exc)

    def _list_backups(self, device: str) -> Flow[list[Record]]:
        row = yield from self._store.row("device_backup")
        found: list[Record] = yield from self._store.read_all(row, {"name": device})
        return found

    def _make(self, device: str, options: BackupOptions, before: Sequence[Record]) -> Flow[str]:
        """Back up a device, and return the id of the backup."""
        given = {name: options.get(name) for name in ("description", "notes")}
        body = {
            "name": device,
            "options": {name: text for name, text in given.items() if text is not None},
        }
        doubt = None
        try:
            answer = yield from self._requests.send(f"{CONFIGURATION}/devices/backups", body)
        except ClientError as exc:
            if not may_have_arrived(exc):
                raise
            answer, doubt = None, exc
        refusal = failure_in(answer)
        if refusal:
            raise ClientError(f"the server has made no backup: {refusal}")
        number = id_in(answer, "id", "_id", "data.id", "backupId")
        if number:
            return number
        reason = "the response names no backup" if doubt is None else doubt.message

        def numbers() -> Flow[list[str]]:
            found = yield from self._list_backups(device)
            return [str(one.get("id")) for one in found]

        known = {str(one.get("id")) for one in before}
        unknown = f"it is unknown if a backup was made: {reason}"
        return (yield from self._requests.find_new_ids(numbers, known, unknown, doubt))[0]

    # Comparing

    def _compare(self, made: Backup, schedule: Schedule) -> Flow[Backup]:
        if made.id:
            after = yield from self._await_backup(made.id, schedule)
        else:
            path = f"{CONFIGURATION}/devices/{{name}}/configuration"
            answer = yield from self._requests.get(path, path_params={"name": made.device})
            after = _record_in(answer)
        before = yield from self._read(made.other)
        if _text_of(before) and _text_of(after):
            return made._replace(before=_text_of(before), after=_text_of(after))
        if not made.id:
            return made
        # The server keeps large configurations elsewhere, and compares them itself.
        old, new = yield from self._both_sides(made)
        return made._replace(before=old, after=new)

    def _await_backup(self, number: str, schedule: Schedule) -> Flow[Record]:
        """Return a backup, as soon as the server has it.

        Raises:
            PollTimeoutError: It does not have it in time.
        """
        return (
            yield from poll(
                lambda: self._read(number),
                bool,
                schedule,
                self._requests.clock,
                goal=f"backup {number}",
                tolerates=is_passing,
            )
        )

    def _read(self, number: str) -> Flow[Record]:
        """Return a backup; an empty one if the server does not have it (yet)."""
        reading = self._requests.get(_BACKUP, path_params={"id": number})
        return _record_in((yield from optional(reading, (_NOT_FOUND,))))

    def _both_sides(self, made: Backup) -> Flow[tuple[str, str]]:
        """Return both configurations, from the difference that the server has found.

        Raises:
            ClientError: It is no list of operations and texts.
        """
        body = {
            "id": made.other,
            "nextId": made.id,
            "collection": _COLLECTION,
            "nextCollection": _COLLECTION,
            "options": {},
        }
        path = f"{CONFIGURATION}/lookup_diff"
        answer = yield from self._requests.search(path, body, "PUT")
        if not isinstance(answer, list) or not all(map(_is_part, answer)):
            raise ClientError(
                f"the server's difference of the backups {made.other} and {made.id} has an unknown"
                " form: compare them in the Platform"
            )
        return (
            "".join(text for op, text in answer if op in (0, -1)),
            "".join(text for op, text in answer if op in (0, 1)),
        )


def difference(before: str, after: str, old: str, new: str) -> str:
    """Return a unified diff of two configurations; `""` if they are the same.

    Args:
        before: The older one.
        after: The newer one.
        old: The title of the older one.
        new: The title of the newer one.
    """
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _is_part(part: Any) -> bool:
    """Tell if a part of a difference is an operation with its text."""
    return (
        isinstance(part, list)
        and len(part) == 2
        and part[0] in (-1, 0, 1)
        and isinstance(part[1], str)
    )


def _record_in(answer: Any) -> Record:
    """Return the record in an answer; an empty one if it has none."""
    return dict(answer) if isinstance(answer, Mapping) else {}


def _text_of(record: Mapping[str, Any]) -> str:
    return str(record.get("rawConfig") or record.get("config") or "")


def _reference(compare: str | None, backups: Sequence[Record]) -> str:
    """Return the id of the backup with which a new one is compared; `""` for none.

    Raises:
        ConfigurationError: The device has no such backup.
    """
    if compare == "previous":
        return _newest(backups)
    if compare is not None and compare not in [str(one.get("id")) for one in backups]:
        raise ConfigurationError(f"there is no backup {compare!r} of the device: check 'compare'")
    return compare or ""


def _newest(backups: Sequence[Record]) -> str:
    """Return the id of the newest backup, the last one of those of the same time; `""` for none."""
    dated = [(str(one.get("date") or ""), number) for number, one in enumerate(backups)]
    return str(backups[max(dated)[1]]["id"]) if dated else ""


def _failure(failed: Sequence[Backup], backups: Sequence[Backup]) -> BackupError:
    first = failed[0]
    made = f" (backup {first.id} was made)" if first.id else ""
    text = f"device {first.device}{made}: {first.error}"
    error = BackupError(
        text if len(backups) == 1 else f"{len(failed)} of {len(backups)} devices failed; {text}",
        cause=first.error,
    )
    error.backups = backups
    return error


class Backups(BackupsBase):
    """Backups of the configurations of devices, for threads."""

    __slots__ = ()

    def create(
        self, devices: str | Sequence[str], **options: Unpack[BackupOptions]
    ) -> list[Backup]:
        """Back up devices, each once, and compare the backups with older ones.

        Args:
            devices: The name of a device, or a list of names.
            **options: See `BackupOptions`.

        Raises:
            BackupError: A device was not backed up, or its backup not compared.
        """
        backups: list[Backup] = self._perform(self._create(devices, options, False))
        return backups

    def predict(
        self, devices: str | Sequence[str], **options: Unpack[BackupOptions]
    ) -> list[Backup]:
        """Compare the configurations of devices with older backups, and back up nothing.

        For the arguments and errors see `create`.
        """
        backups: list[Backup] = self._perform(self._create(devices, options, True))
        return backups


class AsyncBackups(BackupsBase):
    """Backups of the configurations of devices, for event loops. For details see `Backups`."""

    __slots__ = ()

    def create(
        self, devices: str | Sequence[str], **options: Unpack[BackupOptions]
    ) -> Awaitable[list[Backup]]:
        """Back up devices, each once, and compare the backups with older ones."""
        backups: Awaitable[list[Backup]] = self._perform(self._create(devices, options, False))
        return backups

    def predict(
        self, devices: str | Sequence[str], **options: Unpack[BackupOptions]
    ) -> Awaitable[list[Backup]]:
        """Compare the configurations of devices with older backups, and back up nothing."""
        backups: Awaitable[list[Backup]] = self._perform(self._create(devices, options, True))
        return backups
