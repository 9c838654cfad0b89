# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configurations of a Gateway 5: comparing them, and finding their secrets. Nothing here does I/O.

A configuration is an object of sections (`services`, `repositories`, ...), and a section is a list
of named entries. Source: docs/protocols/itential-platform.md section 11.3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..core import jsonutils
from ..core.exceptions import ConfigurationError
from ..core.secrets.names import names_secret
from ..core.secrets.redaction import mask_named, named_secrets

Record = dict[str, Any]

_KEYS = ("name", "username", "id")
"""The fields that can name an entry."""
_SECRETS = "secrets"
"""The section whose entries are secrets."""
_UNORDERED = frozenset(("tags",))
"""Fields whose order has no meaning."""


class EntryChange(NamedTuple):
    """The change of one entry of a configuration.

    Attributes:
        section: Its section.
        name: Its name; `""` if the section is no list of named entries.
        before: The entry before the change; `None` if there was none.
        after: The entry after the change; `None` if there is none.
    """

    section: str
    name: str
    before: Any
    after: Any

    @property
    def action(self) -> str:
        """`create`, `update` or `delete`."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "update"


def label(section: str, name: str) -> str:
    """Return what names an entry in messages."""
    return f"{section}[{name}]" if name else section


def parse(content: Any) -> Record:
    """Return a configuration.

    Args:
        content: An object, or JSON of one.

    Raises:
        ConfigurationError: It is no configuration, or has two entries of one name.
    """
    if isinstance(content, str):
        content = jsonutils.loads(content) if jsonutils.is_json(content) else None
    if not isinstance(content, Mapping) or not content:
        raise ConfigurationError("content must be a configuration: an object of sections, or JSON")
    for section, entries in content.items():
        names = Counter(map(_name_of, entries)) if _is_named(entries) else Counter()
        for name, count in names.items():
            if count > 1:
                raise ConfigurationError(f"content has {label(section, name)} {count} times")
    return dict(content)


def entries_of(configuration: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return the entries of a configuration by section and name.

    A section that is no list of named entries is one entry with the name `""`. An empty section has
    no entries.
    """
    found: dict[tuple[str, str], Any] = {}
    for section, entries in configuration.items():
        if _is_named(entries):
            found.update({(section, _name_of(entry)): entry for entry in entries})
        elif entries:
            found[(section, "")] = entries
    return found


def with_entries(
    configuration: Mapping[str, Any], entries: Mapping[tuple[str, str], Any]
) -> Record:
    """Return a configuration with entries added to it, or put in the place of those it has.

    Fields that an entry lacks are kept.
    """
    merged = entries_of(configuration)
    for key, entry in entries.items():
        old = merged.get(key)
        is_update = isinstance(old, Mapping) and isinstance(entry, Mapping)
        merged[key] = {**(old or {}), **entry} if is_update else entry
    return configuration_of(merged)


def configuration_of(entries: Mapping[tuple[str, str], Any]) -> Record:
    """Return the configuration that consists of entries. See `entries_of`."""
    configuration: Record = {}
    for (section, name), entry in entries.items():
        if name:
            configuration.setdefault(section, []).append(entry)
        else:
            configuration[section] = entry
    return configuration


def find_missing(
    wanted: Mapping[str, Any], present: Mapping[str, Any], *, secrets: bool = False
) -> dict[tuple[str, str], list[str]]:
    """Return the entries that a configuration lacks, or has with other values.

    Fields that only the present configuration has do not count.

    Args:
        wanted: The wanted configuration.
        present: The present one, as the server exports it.
        secrets: Compare secrets too. An export need not show them as they were given.

    Returns:
        For each such entry the places of the values that differ.
    """
    known = entries_of(present)
    found = {}
    for (section, name), entry in entries_of(wanted).items():
        compared = entry if secrets else _without_secrets(entry, section)
        other = known.get((section, name)) if name else present.get(section)
        places = list(_differing(compared, other, label(section, name)))
        if places:
            found[(section, name)] = places
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[EntryChange]:
    """Return the differences between two configurations, entry by entry."""
    old, new = entries_of(before), entries_of(after)
    return [
        EntryChange(*key, old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]


def mask(section: str, content: Any) -> Any:
    """Return a section, or an entry of it, with its secrets masked."""
    if section == _SECRETS:
        return mask_named({section: content})[section]
    # The name of another section, such as `secret-providers`, does not make all of it a secret.
    return mask_named(content)


def mask_configuration(configuration: Mapping[str, Any]) -> Record:
    """Return a configuration with its secrets masked."""
    return {section: mask(section, entries) for section, entries in configuration.items()}


def secrets_of(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield the secrets in a configuration, and those in its URLs."""
    for section, entries in configuration.items():
        yield from _secrets_in(entries, section)


def _secrets_in(value: Any, section: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if _is_secret(str(key), item, section):
                yield item
            else:
                yield from _secrets_in(item, section)
    elif isinstance(value, list):
        for item in value:
            yield from _secrets_in(item, section)
    elif isinstance(value, str) and "://" in value:
        yield from named_secrets(value)


def _is_secret(key: str, value: Any, section: str) -> bool:
    return isinstance(value, str) and (
        names_secret(key) or (section == _SECRETS and key == "value")
    )


def _is_named(entries: Any) -> bool:
    return isinstance(entries, list) and bool(entries) and all(map(_name_of, entries))


def _name_of(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return ""
    return next((str(entry[key]) for key in _KEYS if entry.get(key)), "")


def _without_secrets(value: Any, section: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without_secrets(item, section)
            for key, item in value.items()
            if not _is_secret(str(key), item, section)
        }
    if isinstance(value, list):
        return [_without_secrets(item, section) for item in value]
    return value


def _differing(wanted: Any, present: Any, place: str) -> Iterator[str]:
    """Yield the places of wanted values that are not present."""
    if not wanted and not present:
        # The server leaves out what is empty, false or 0.
        return
    if isinstance(wanted, Mapping) and isinstance(present, Mapping):
        for key, value in wanted.items():
            yield from _differing(value, present.get(key), f"{place}.{key}")
    elif isinstance(wanted, list) and isinstance(present, list):
        yield from _differing_items(wanted, present, place)
    elif wanted != present:
        yield place


def _differing_items(wanted: list[Any], present: list[Any], place: str) -> Iterator[str]:
    if place.rpartition(".")[2] in _UNORDERED:
        wanted, present = sorted(map(str, wanted)), sorted(map(str, present))
    if len(wanted) != len(present):
        yield place
        return
    if _is_named(wanted):
        known = {_name_of(item): item for item in present}
        present = [known.get(_name_of(item)) for item in wanted]
    for number, (one, other) in enumerate(zip(wanted, present, strict=True)):
        yield from _differing(one, other, f"{place}[{_name_of(one) or number}]")
