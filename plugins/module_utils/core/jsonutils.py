# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON in and out, with the project's own error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from . import logging
from .exceptions import SerializationError


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@logging.trace
def loads(text: str | bytes | bytearray) -> Any:
    """Read JSON.

    Args:
        text: JSON text; bytes may be UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Returns:
        The value.

    Raises:
        SerializationError: Not JSON. NaN and Infinity are not JSON (RFC 8259 section 6).
    """
    try:
        if isinstance(text, (bytes, bytearray)):
            text = text.decode(json.detect_encoding(text))
        return _decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as exc:
        raise SerializationError(f"not JSON: {_reason(exc)}", cause=exc) from exc


@logging.trace
def dumps(value: Any) -> str:
    """Write compact JSON.

    Args:
        value: Dicts, lists, text, numbers, booleans and `None`.

    Returns:
        The text, not escaped to ASCII.

    Raises:
        SerializationError: The value holds something that JSON has no form for.
    """
    try:
        return _encode(value)
    except (TypeError, ValueError, RecursionError) as exc:
        raise SerializationError(f"cannot be written as JSON: {_reason(exc)}", cause=exc) from exc


def dig(value: Any, path: str) -> Any:
    """Follow a dotted path through dicts and lists.

    Args:
        value: JSON.
        path: `data.items.0.name`; `""` for the value itself.

    Returns:
        What stands there, or `None`.
    """
    for part in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _reason(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"{exc.msg} at character {exc.pos}"
    if isinstance(exc, UnicodeDecodeError):
        return f"not {exc.encoding} at byte {exc.start}"
    return str(exc) or type(exc).__name__
