# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking secrets in data by their names and their appearance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from gc import is_tracked
from operator import is_not
from typing import Any

from .heuristics import scan_and_redact
from .known import MASK, scrub_live
from .names import Sensitivity, is_harmless_in_secret, names_in_pair, sensitivity_of
from .values import is_secret


def scrub_all(text: str) -> str:
    """Mask known secrets, then texts that look like secrets."""
    return scan_and_redact(scrub_live(text))


def redact_data(value: Any) -> Any:
    """Mask secrets in a text or in JSON-like data.

    Known secrets, texts that look like secrets, and values of keys that name one are masked.

    Args:
        value: A text, or data of dicts, lists and scalars; subclasses of these are returned as
            the plain type.

    Returns:
        The same data, masked. In keys, only known secrets are masked.
    """
    return _redact(value, scrub_all)


_JSON_SCALARS = frozenset((str, int, float, bool, type(None)))
_MOST_HARMLESS = 10_000
_harmless: set[Any] = set()
"""Keys that are known not to name a secret; a set of them is compared in one step."""


def names_of_secrets(names: Iterable[Any]) -> set[Any]:
    """Return those of several keys that name a secret."""
    return {name for name in set(names) - _harmless if _may_name_secret(name)}


def _may_name_secret(key: Any) -> bool:
    if _sensitivity_of(key) is not Sensitivity.HARMLESS:
        return True
    if isinstance(key, str) and len(_harmless) < _MOST_HARMLESS:
        _harmless.add(key)
    return False


def mask_named(value: Any, names: set[Any] | None = None) -> Any:
    """Return JSON-like data with the values of keys that name a secret masked.

    Args:
        value: A record, as the caller or a server wrote it. Other texts are not changed.
        names: The keys in it that name a secret, if they are known.

    Returns:
        The data; what needs no masking is the same object.
    """
    if value.__class__ is dict:
        return _mask_named_in(value, names)
    if value.__class__ is list:
        masked = [
            item if item.__class__ in _JSON_SCALARS else mask_named(item, names) for item in value
        ]
        return masked if any(map(is_not, masked, value)) else value
    return value if value.__class__ in _JSON_SCALARS else _redact(value, str)


def _mask_named_in(value: dict[Any, Any], names: set[Any] | None) -> dict[Any, Any]:
    changed = {}
    left = value.keys() - _harmless if names is None else value.keys() & names
    if "value" in value:
        left.add("value")
    for key in left:
        named = names_in_pair(value) if key == "value" else [key]
        if any(map(_may_name_secret, named)):
            changed[key] = _mask(value[key], max(map(_sensitivity_of, named)), str)
    # Python does not track a dict of scalars, which is faster to find out than their types.
    if is_tracked(value) and not set(map(type, value.values())) <= _JSON_SCALARS:
        for key, item in value.items():
            if item.__class__ not in _JSON_SCALARS and key not in changed:
                masked = mask_named(item, names)
                if masked is not item:
                    changed[key] = masked
    return {**value, **changed} if changed else value


def _redact(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(str.__str__(value))
    if isinstance(value, Mapping):
        named = max(map(sensitivity_of, names_in_pair(value)), default=Sensitivity.HARMLESS)
        return {
            _redact_key(key): _mask(item, named if key == "value" else _sensitivity_of(key), clean)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redact(item, clean) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return int(value) if isinstance(value, int) else float(value)


def _redact_key(key: Any) -> Any:
    return scrub_live(str.__str__(key)) if isinstance(key, str) else key


def _sensitivity_of(key: Any) -> Sensitivity:
    return sensitivity_of(key) if isinstance(key, str) else Sensitivity.HARMLESS


def _mask(value: Any, sensitivity: Sensitivity, clean: Callable[[str], str]) -> Any:
    """Mask a value under a key of this sensitivity."""
    if sensitivity is Sensitivity.HARMLESS or value is None or isinstance(value, bool):
        return _redact(value, clean)
    if isinstance(value, Mapping):
        return {
            _redact_key(key): _mask(item, _sensitivity_within(sensitivity, key), clean)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_mask(item, sensitivity, clean) for item in value]
    return MASK if is_secret(str(value), sensitivity, quoted=True) else _redact(value, clean)


def _sensitivity_within(sensitivity: Sensitivity, key: Any) -> Sensitivity:
    """Return the sensitivity of a key within data under a key of this sensitivity."""
    own = _sensitivity_of(key)
    if (
        own is Sensitivity.CODE
        or sensitivity < Sensitivity.TEXT
        or (isinstance(key, str) and is_harmless_in_secret(key))
    ):
        return own
    return max(sensitivity, own)
