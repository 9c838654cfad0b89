# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one conversion of a caller's values to text, for paths, queries, headers and forms.

A value has one text in every place, or it is an error that names the place and never the value:

| value | text |
|---|---|
| text | itself; surrogate pairs are joined, an unpaired surrogate is an error |
| boolean | `true` or `false` |
| int, float, `Decimal` | its digits; NaN and Infinity are errors |
| `date`, `datetime`, `time` | ISO 8601 |
| enum | the text of its value |
| bytes | the UTF-8 text it holds |
| `UUID`, path, IP address or network | the usual text |

Anything else has no text. Where fields can repeat (a query, a form), an iterable repeats its name,
a dict becomes `name[key]`, and `None` is left out; a path and a header take a single value.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from enum import Enum
from io import IOBase
from typing import Any, TypeAlias

from .exceptions import ConfigurationError

Fields: TypeAlias = "Mapping[Any, Any] | Iterable[tuple[Any, Any]]"
Params: TypeAlias = "Fields | None"

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TEXTS = (str, bytes, bytearray, memoryview)
_PRINTABLE = frozenset(("uuid.UUID", "ipaddress", "decimal.Decimal"))
"""Classes and modules whose values have a text; named, so that they need not be imported."""


def text_of(value: Any, what: str) -> str:
    """Return the text of a single value.

    Args:
        value: A value of one of the types that the module's docstring lists.
        what: The name of the value, for errors: `path_params: name`.

    Raises:
        ConfigurationError: The value has no text.
    """
    if value.__class__ is str and value.isascii():
        return value
    if isinstance(value, Enum):
        return text_of(value.value, what)
    if isinstance(value, str):
        text = str.__str__(value)
        return _join_surrogates(text, what) if has_surrogate(text) else text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _digits(value, what)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ConfigurationError(f"{what} must be a finite number")
        return float.__repr__(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _uncommon_text(value, what)


def items_of(fields: Fields, what: str) -> Iterator[tuple[Any, Any]]:
    """Yield the name and value of each field, unchanged.

    Args:
        fields: A dict, or an iterable of pairs.
        what: The name of the fields, for errors: `headers`.

    Raises:
        ConfigurationError: The fields are neither a dict nor pairs.
    """
    if isinstance(fields, Mapping):
        yield from fields.items()
        return
    wrong = f"{what} must be a dict or a list of pairs"
    if not _repeats(fields):
        raise ConfigurationError(wrong)
    for pair in fields:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ConfigurationError(wrong)
        yield pair[0], pair[1]


def pairs_of(fields: Fields, what: str) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each field of a query or a form.

    Args:
        fields: A dict, or an iterable of pairs. `None` is left out, an iterable repeats its name, a
            dict becomes `name[key]`.
        what: The name of the fields, for errors: `params`.

    Raises:
        ConfigurationError: The fields are neither a dict nor pairs, or a value has no text.
    """
    try:
        for name, value in items_of(fields, what):
            key = text_of(name, f"{what}: a name")
            # An error is one line, whatever characters a name has.
            shown = key if key.isprintable() else ascii(key)
            yield from _flattened(key, value, f"{what}: {shown}")
    except RecursionError as exc:
        raise ConfigurationError(f"{what}: a value is nested too deeply") from exc


def reusable(fields: Fields, what: str) -> dict[Any, Any]:
    """Return fields as a dict that can be encoded any number of times.

    Iterators become lists, and so do the values of a name that occurs more than once.

    Args:
        fields: A dict, or an iterable of pairs; a dict is not changed.
        what: The name of the fields, for errors: `params`.

    Raises:
        ConfigurationError: The fields are neither a dict nor pairs.
    """
    result: dict[Any, Any] = {}
    for name, value in items_of(fields, what):
        kept = list(value) if isinstance(value, Iterator) else value
        result[name] = [result[name], kept] if name in result else kept
    return result


def has_surrogate(text: str) -> bool:
    """Tell whether a text has surrogates, which UTF-8 cannot encode."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def valid_text(text: str) -> str:
    """Return a text that UTF-8 can encode: surrogate pairs are joined, unpaired ones replaced.

    The replacement is U+FFFD.

    Args:
        text: Any text.
    """
    if not has_surrogate(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _flattened(name: str, value: Any, what: str) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flattened(f"{name}[{text_of(key, f'{what}: a key')}]", item, what)
    elif _repeats(value):
        for item in value:
            yield from _flattened(name, item, what)
    else:
        yield name, text_of(value, what)


def _repeats(value: Any) -> bool:
    """Tell whether a value is a collection; files and classes can be iterated but are none."""
    return (
        isinstance(value, Iterable)
        and not isinstance(value, (*_TEXTS, Enum, IOBase, type, os.PathLike))
        and not _is_printable(value)
    )


def _join_surrogates(text: str, what: str) -> str:
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as exc:
        raise ConfigurationError(
            f"{what} contains an unpaired surrogate and cannot be encoded"
        ) from exc


def _digits(value: int, what: str) -> str:
    try:
        return int.__repr__(value)
    except ValueError as exc:
        # The interpreter refuses to write numbers of more than 4300 digits.
        raise ConfigurationError(f"{what} is a number with too many digits") from exc


def _uncommon_text(value: Any, what: str) -> str:
    if value is None:
        raise ConfigurationError(f"{what} has no value (it is null)")
    if isinstance(value, (bytes, bytearray, memoryview)):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError as exc:
            raise ConfigurationError(f"{what} is bytes that are not UTF-8 text") from exc
    if isinstance(value, os.PathLike):
        return text_of(os.fspath(value), what)
    if _is_printable(value):
        text = str(value)
        # Of these types only Decimal has such values: NaN123, -sNaN, Infinity.
        if text.lstrip("-").lower().startswith(("nan", "snan", "inf")):
            raise ConfigurationError(f"{what} must be a finite number")
        return text
    if _repeats(value):
        raise ConfigurationError(f"{what} must be a single value, not a {type(value).__name__}")
    raise ConfigurationError(f"{what} cannot be sent: a {type(value).__name__} has no text")


def _is_printable(value: Any) -> bool:
    return any(
        kind.__module__ in _PRINTABLE or f"{kind.__module__}.{kind.__qualname__}" in _PRINTABLE
        for kind in type(value).__mro__
    )
