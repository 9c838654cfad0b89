# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents: JSON values with rules for what counts as the same.

A rule names a place by a path within the value: keys separated by dots, `*` for any key or item,
`**` for any number of them, `@secret` for a key that is named like a secret, and `""` for the value
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..exceptions import ConfigurationError
from ..jsonutils import dig, equal
from ..secrets.names import names_secret
from .json_forms import sortable
from .kinds import Json, text_of_number

_IGNORED = "ignored"
_UNORDERED = "unordered"
_NAMED = "named"
_DEFAULT = "default"
_FOLDED = "folded"

_ABSENT: Any = object()
"""Stands for a key whose value is the same as none, in a document that is merged."""

_ALL_LEVELS = 1_000_000
_SECRET_KEY = "@secret"  # noqa: S105  # nosec B105  # a part of a path


class Link(NamedTuple):
    """A place in a document that leads to another record.

    Attributes:
        target: The name of the other record's type.
        holder: The dict or list that has the place.
        key: The key or index in it.
        by_name: `True` if it takes the name of the other record, not its id.
    """

    target: str
    holder: Any
    key: Any
    by_name: bool = False


Rule = tuple[tuple[str, ...], str, Any]


class Document(Json):
    """A JSON value that is compared in a normal form.

    Args:
        managed: Places that the server makes: neither compared nor sent.
        secrets: Places whose values come back masked or encrypted: sent, never compared.
        unordered: Places of lists whose order has no meaning; with the key, or the keys, by which
            the items of a merged list are found.
        named: Places of objects for which one of their keys stands, so that a name and an object
            with that name are the same; a name is sent as an object.
        defaults: Places with the value that the server adds if there is none.
        empty: Values that are the same as none.
        merge: The wanted document is merged into the one that is there, and compared only where it
            has something; otherwise it replaces it.
        levels: The number of levels of keys that are merged; values below replace the existing
            ones. 0 for all levels.
        outer: The number of levels that are merged even if the document replaces the existing one.
        folded: Places of texts that the server stores in lower case.
        relations: Places of ids of other records, with the types of these; names are taken too.
        by_name: Those of these places where the server keeps names, and may tell ids.
    """

    __slots__ = (
        "_by_name",
        "_keys",
        "_managed",
        "_named",
        "_outer",
        "_relations",
        "_rules",
        "empty",
        "levels",
        "merge",
        "secrets",
    )

    def __init__(
        self,
        *,
        managed: Iterable[str] = (),
        secrets: Iterable[str] = (),
        unordered: Mapping[str, str | Sequence[str]] | Iterable[str] = (),
        named: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        empty: Sequence[Any] = (None,),
        merge: bool = False,
        levels: int = 0,
        outer: int = 0,
        relations: Mapping[str, str] | None = None,
        by_name: Iterable[str] = (),
        folded: Iterable[str] = (),
    ) -> None:
        self.secrets = tuple(secrets)
        self.empty = tuple(empty)
        self.merge = merge
        self.levels = (levels or _ALL_LEVELS) if merge else 0
        self._outer = outer
        self._relations = {_split(path): target for path, target in (relations or {}).items()}
        self._by_name = frozenset(_split(path) for path in by_name)
        self._managed: list[Rule] = [(_split(path), _IGNORED, None) for path in managed]
        self._keys = dict(unordered) if isinstance(unordered, Mapping) else {}
        self._named: list[Rule] = [
            (_split(path), _NAMED, key) for path, key in (named or {}).items()
        ]
        self._rules: list[Rule] = [
            *self._managed,
            *[(_split(path), _IGNORED, None) for path in self.secrets],
            *[(_split(path), _UNORDERED, None) for path in unordered],
            *self._named,
            *[(_split(path), _FOLDED, None) for path in folded],
            *[(_split(path), _DEFAULT, value) for path, value in (defaults or {}).items()],
        ]

    def parse(self, value: Any) -> Any:
        """Return a document without the parts that the server makes.

        Names are replaced by the objects that they stand for.
        """
        value = super().parse(value)
        if self._managed:
            value = _without(value, self._managed)
        return _as_objects(value, self._named) if self._named else value

    def check_keys(self, value: Any, name: str) -> None:
        """Check the keys by which the items of a list are found.

        Args:
            value: From `parse`.
            name: The name of the document, for errors.

        Raises:
            ConfigurationError: The value is no list, an item has no key, or two have the same one.
        """
        keys = self._keys.get("")
        if not keys:
            return
        if not isinstance(value, list):
            raise ConfigurationError(f"{name} must be a list, not {value!r}")
        first = keys if isinstance(keys, str) else keys[0]
        there = set()
        for number, item in enumerate(value, 1):
            found = dig(item, first)
            if found is None:
                raise ConfigurationError(f"{name}: item {number} has no {first}")
            mark = _mark(item, keys)
            if mark in there:
                raise ConfigurationError(f"{name}: {found!r} is given twice")
            there.add(mark)

    @property
    def targets(self) -> frozenset[str]:
        """The names of the types of records that documents lead to."""
        return frozenset(self._relations.values())

    @property
    def names_others(self) -> bool:
        """`True` if the server keeps names of other records in documents."""
        return bool(self._by_name)

    def links(self, value: Any) -> list[Link]:
        """Return the places in a document that lead to other records."""
        return [
            Link(target, holder, key, path in self._by_name)
            for path, target in self._relations.items()
            for holder, key in _places(value, path)
        ]

    def comparable(self, value: Any) -> Any:
        """Return the normal form of a document."""
        return self._normal(value, self._rules)

    def same(self, wanted: Any, found: Any, *, exact: bool = False) -> bool:
        """Tell whether a document has all that is wanted of it.

        Args:
            wanted: From `parse`.
            found: From the server.
            exact: The wanted document replaces the one that is there.
        """
        levels = self._outer if exact else self.levels
        if not levels:
            return equal(self.comparable(wanted), self.comparable(found))
        wanted, found = self._unlike(wanted, found)
        normal = self._normal(wanted, self._rules, marked=levels)
        return self._within(normal, self.comparable(found), self._key_rules(), levels)

    def _unlike(self, wanted: Any, found: Any) -> tuple[Any, Any]:
        """Return what of two documents is left without the wanted keys that are equal as they are.

        Normal forms are only needed for the rest, and most documents are as they are wanted.
        """
        is_named = any(action == _NAMED for path, action, operand in self._rules if not path)
        if is_named or not (isinstance(wanted, Mapping) and isinstance(found, Mapping)):
            return wanted, found
        left = {
            key: item
            for key, item in wanted.items()
            if key not in found or not equal(item, found[key])
        }
        return left, {key: found[key] for key in left if key in found}

    def merged(self, wanted: Any, found: Any, *, exact: bool = False) -> Any:
        """Return what must be sent so that the server has what is wanted. See `same`."""
        levels = self._outer if exact else self.levels
        return self._merged(wanted, found, self._key_rules(), levels) if levels else wanted

    def visible(self, value: Any) -> Any:
        """Return a copy of a document without its secrets and the places that the server makes."""
        return _without(value, [*self._managed, *self._secret_rules()])

    def exported(self, value: Any, make: Callable[[tuple[str, ...]], Any]) -> Any:
        """Return a document without the places that the server makes.

        Args:
            value: From the server.
            make: Returns what stands for a secret, from the keys that lead to it; `None` to leave
                it out.
        """
        return self.replaced(_without(value, self._managed), make)

    def replaced(self, value: Any, make: Callable[[tuple[str, ...]], Any]) -> Any:
        """Return a document with something else in place of its secrets. See `exported`."""
        return _replaced(value, self._secret_rules(), make, ())

    def _secret_rules(self) -> list[Rule]:
        return [(_split(path), _IGNORED, None) for path in self.secrets]

    def holds_secrets(self, value: Any) -> bool:
        """Tell whether a document has values that cannot be compared."""
        secret = self._secret_rules()
        return bool(secret) and bool(_without(value, secret) != value)

    def _normal(self, value: Any, rules: Sequence[Rule], *, marked: int = 0) -> Any:
        """Return a normal form.

        Keys without a value are marked on so many levels, and left out below.
        """
        actions = {action: operand for path, action, operand in rules if not path}
        if _NAMED in actions and isinstance(value, Mapping):
            return value.get(actions[_NAMED])
        if isinstance(value, Mapping):
            return self._normal_object(value, rules, marked=marked)
        if isinstance(value, list):
            below = _below(rules, "*")
            inner = [self._normal(item, below, marked=marked) for item in value]
            return sorted(inner, key=_text) if _UNORDERED in actions else inner
        return value.lower() if _FOLDED in actions and isinstance(value, str) else value

    def _normal_object(
        self, value: Mapping[str, Any], rules: Sequence[Rule], *, marked: int
    ) -> dict[str, Any]:
        result = {}
        for key, item in value.items():
            inner = _below(rules, key)
            here = {action: operand for path, action, operand in inner if not path}
            if _IGNORED in here:
                continue
            normal = self._normal(item, inner, marked=max(marked - 1, 0))
            nothing = (*self.empty, here[_DEFAULT]) if _DEFAULT in here else self.empty
            if not any(equal(normal, value) for value in nothing):
                result[key] = normal
            elif marked and any(equal(item, value) for value in nothing):
                # Otherwise it has only what is not compared, and that says nothing.
                result[key] = _ABSENT
        return result

    def _key_rules(self) -> list[Rule]:
        return [(_split(path), _UNORDERED, key) for path, key in self._keys.items()]

    def _within(self, wanted: Any, found: Any, rules: Sequence[Rule], levels: int) -> bool:
        """Tell whether all that is wanted is there."""
        if levels and isinstance(wanted, Mapping) and isinstance(found, Mapping):
            return all(
                key not in found
                if item is _ABSENT
                else key in found and self._within(item, found[key], _below(rules, key), levels - 1)
                for key, item in wanted.items()
            )
        key = _key_of(rules)
        if key and isinstance(wanted, list) and isinstance(found, list):
            inner = _below(rules, "*")
            by_key: dict[str, list[Any]] = {}
            for item in found:
                by_key.setdefault(_mark(item, key), []).append(item)
            # A server may have several items with the same key.
            return all(
                any(
                    self._within(item, other, inner, levels)
                    for other in by_key.get(_mark(item, key), ())
                )
                for item in wanted
            )
        return equal(wanted, found)

    def _merged(self, wanted: Any, found: Any, rules: Sequence[Rule], levels: int) -> Any:
        if levels and isinstance(wanted, Mapping) and isinstance(found, Mapping):
            return {
                **found,
                **{
                    key: self._merged(item, found.get(key), _below(rules, key), levels - 1)
                    for key, item in wanted.items()
                },
            }
        key = _key_of(rules)
        if key and isinstance(wanted, list) and isinstance(found, list):
            inner = _below(rules, "*")
            left = {_mark(item, key): item for item in wanted}
            kept = [
                self._merged(left.pop(name), item, inner, levels)
                if (name := _mark(item, key)) in left
                else item
                for item in found
            ]
            return [*kept, *left.values()]
        return wanted


def _places(value: Any, path: Sequence[str]) -> list[tuple[Any, Any]]:
    """Return the places with a value at a path, as dicts or lists and keys or indexes."""
    first, *rest = path
    keys: Iterable[Any] = ()
    if isinstance(value, list) and first == "*":
        keys = range(len(value))
    elif isinstance(value, dict):
        keys = value if first == "*" else [first]
    found = [key for key in keys if isinstance(value, list) or value.get(key) is not None]
    if not rest:
        return [(value, key) for key in found]
    return [place for key in found for place in _places(value[key], rest)]


def _split(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _text(value: Any) -> str:
    return "<absent>" if value is _ABSENT else sortable(value)


def _mark(item: Any, key: str | Sequence[str]) -> str:
    """Return what identifies an item of a list, by its key or keys."""
    values = [dig(item, part) for part in ((key,) if isinstance(key, str) else key)]
    return sortable([None if value is _ABSENT else value for value in values])


def _key_of(rules: Sequence[Rule]) -> Any:
    return next((key for path, dummy, key in rules if not path and key), "")


def _below(rules: Sequence[Rule], key: str) -> list[Rule]:
    """Return the rules for what stands at a key, their paths shortened by it."""
    result = []
    for path, action, operand in rules:
        if not path:
            continue
        rest = path
        if path[0] == "**":
            result.append((path, action, operand))
            rest = path[1:]
        if rest and (rest[0] in (key, "*") or (rest[0] == _SECRET_KEY and names_secret(str(key)))):
            result.append((rest[1:], action, operand))
    return result


def _replaced(
    value: Any,
    rules: Sequence[Rule],
    make: Callable[[tuple[str, ...]], Any],
    path: tuple[str, ...],
) -> Any:
    """Return a value with something else at the places of the rules, if there is anything."""
    if not rules:
        return value
    if any(not place for place, dummy, none in rules):
        return value if value in (None, "", [], {}) else make(path)
    if isinstance(value, Mapping):
        replaced = {
            key: _replaced(item, _below(rules, key), make, (*path, str(key)))
            for key, item in value.items()
        }
        return {key: item for key, item in replaced.items() if item is not None or not value[key]}
    if isinstance(value, list):
        below = _below(rules, "*")
        return [
            _replaced(item, below, make, (*path, str(number))) for number, item in enumerate(value)
        ]
    return value


def _as_objects(value: Any, rules: Sequence[Rule]) -> Any:
    """Return a value with objects in place of names, if the rules have some."""
    if not rules:
        return value
    if isinstance(value, Mapping):
        return {key: _as_objects(item, _below(rules, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_objects(item, _below(rules, "*")) for item in value]
    key = next((key for path, dummy, key in rules if not path), None)
    return value if key is None or value is None else {key: text_of_number(value)}


def _without(value: Any, rules: Sequence[Rule]) -> Any:
    """Return a value without the places of the rules."""
    if not rules:
        return value
    if isinstance(value, Mapping):
        below = {key: _below(rules, key) for key in value}
        return {
            key: _without(item, below[key])
            for key, item in value.items()
            if all(path for path, dummy, none in below[key])
        }
    if isinstance(value, list):
        return [_without(item, _below(rules, "*")) for item in value]
    return value
