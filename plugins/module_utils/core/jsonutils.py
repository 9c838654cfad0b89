# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON in and out, with the project's own error."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NoReturn

from . import logging
from .exceptions import SerializationError

MAX_VALUES = 2_500_000
"""JSON values in one text: a text of small ones takes up to 50 times its size in memory, so that a
limit of bytes alone would not protect from a server that sends nothing else."""
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class TooManyValuesError(SerializationError):
    """A JSON text holds more values than are read."""


class TooDeepError(SerializationError):
    """A JSON text is nested more deeply than this Python reads."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:40]} is too large")
    return number


def _common_form(value: Any) -> Any:
    """Return the JSON form of a value that the encoder does not know."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


_decode = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_common_form
).encode
# The syntax alone: numbers of any size and precision are left as they are written.
_check = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=len, parse_int=len).decode


@logging.trace
def loads(text: str | bytes | bytearray) -> Any:
    """Read JSON.

    Args:
        text: JSON text; bytes may be UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Returns:
        The value.

    Raises:
        SerializationError: Not JSON. NaN and Infinity are not JSON (RFC 8259 section 6), and a
            number that only Infinity could stand for, such as `1e999`, is refused too.
        TooDeepError: Nested more deeply than this Python reads.
    """
    if not isinstance(text, (str, bytes, bytearray)):
        raise SerializationError(f"not JSON: a {type(text).__name__} is neither text nor bytes")
    try:
        if not isinstance(text, str):
            text = text.decode(json.detect_encoding(text))
        return _decode(text.lstrip("\ufeff"))
    except RecursionError as exc:
        raise TooDeepError(f"not JSON: {_reason(exc)}", cause=exc) from exc
    except ValueError as exc:
        raise SerializationError(f"not JSON: {_reason(exc)}", cause=exc) from exc


def dumps(value: Any) -> str:
    """Write compact JSON, surrogates escaped so that UTF-8 can hold it.

    Args:
        value: Dicts, lists, text, numbers, booleans and `None`; enums are written by value.

    Returns:
        The text, not escaped to ASCII.

    Raises:
        SerializationError: The value holds something that JSON has no form for.
    """
    with logging.span("core.jsonutils.dumps"):
        try:
            return escaped(_encode(value))
        except (TypeError, ValueError, RecursionError) as exc:
            raise SerializationError(
                f"cannot be written as JSON: {_reason(exc)}", cause=exc
            ) from exc


def check_size(text: bytes) -> None:
    """Refuse JSON that would take far more memory than its bytes.

    Args:
        text: JSON text.

    Raises:
        TooManyValuesError: It has more than `MAX_VALUES` values.
    """
    # Each value but the first follows one of these characters; outside strings, only values do.
    if len(text) <= MAX_VALUES or _separators(text) < MAX_VALUES:
        return
    if _separators(_STRING.sub(b"", text)) >= MAX_VALUES:
        raise TooManyValuesError(
            f"it holds more than {MAX_VALUES} JSON values; ask for less at a time"
        )


def _separators(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def escaped(text: str) -> str:
    """Return JSON text with its surrogates escaped, so that UTF-8 can hold it.

    Args:
        text: JSON text, in which surrogates can stand in strings only.
    """
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def is_json(text: str) -> bool:
    """Tell whether a text is JSON, whatever the size and precision of its numbers."""
    try:
        _check(text)
    except (ValueError, RecursionError):
        return False
    return True


def dig(value: Any, path: str) -> Any:
    """Follow a dotted path through dicts and lists.

    Args:
        value: JSON.
        path: `data.items.0.name`; `""` for the value itself.

    Returns:
        The value there, or `None`.
    """
    for part in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def equal(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal: `False` is not 0 and `True` not 1, as in Python."""
    return bool(one == other) and _have_same_booleans(one, other)


def _have_same_booleans(one: Any, other: Any) -> bool:
    """Tell whether two values that are equal for Python have booleans at the same places."""
    if one is None or isinstance(one, (str, int, float)):
        # Most values are, and to compare with an abstract class takes long.
        return isinstance(one, bool) == isinstance(other, bool)
    if isinstance(one, Mapping):
        return all(_have_same_booleans(item, other[key]) for key, item in one.items())
    return not isinstance(one, list) or all(map(_have_same_booleans, one, other))


def _reason(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg} at character {exc.pos}"
    if isinstance(exc, UnicodeDecodeError):
        return f"not {exc.encoding} at byte {exc.start}"
    if isinstance(exc, RecursionError):
        return "nested too deeply"
    text = str(exc)
    if text.startswith("Out of range float values"):
        return "NaN and Infinity have no form in JSON"
    if text.startswith("Exceeds the limit"):
        return "a number has too many digits"
    return text or type(exc).__name__
