# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inputs of workflows, triggers and runs, checked against their JSON schema before they are sent.

A server refuses a start if a value has another JSON type than the schema says. Values that have
only one meaning in the wanted type are converted: `"5"` for a number, `"true"` for a boolean, JSON
text for a list or an object. Sources: docs/protocols/itential-platform.md section 6.3,
docs/protocols/itential-gateway.md section 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ..core import jsonutils
from ..core.exceptions import ConfigurationError, SerializationError

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list, tuple),
    "object": (Mapping,),
    "null": (type(None),),
}
_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,3})?")


_NO_MEANING = object()
"""A value cannot be converted, or not in one way only."""


def check(
    variables: Mapping[str, Any], schema: Mapping[str, Any] | None, name: str = "variables"
) -> dict[str, Any]:
    """Return inputs with the types of a schema.

    Types, required inputs, `enum`, `properties`, `items` and `additionalProperties: false` are
    checked. Everything else is left to the server. Messages contain no values, which may be
    secrets.

    Args:
        variables: The inputs.
        schema: The JSON schema; `None` or an empty one allows everything.
        name: The argument, for errors.

    Raises:
        ConfigurationError: An input is missing, is unknown or has the wrong type. All are named.
    """
    problems: list[str] = []
    converted = _check_object(variables, schema or {}, name, problems)
    if problems:
        raise ConfigurationError("; ".join(problems))
    return converted


def secrets(value: Any, schema: Any, is_secret: bool = False) -> Iterator[str]:
    """Yield the texts and numbers that a schema declares as secret.

    Args:
        value: The inputs, or a value in them.
        schema: Their JSON schema.
        is_secret: They are part of a secret.
    """
    schema = schema if isinstance(schema, Mapping) else {}
    is_secret = is_secret or "secret" in _kinds(schema)
    if isinstance(value, Mapping):
        properties = _properties(schema)
        for field, item in value.items():
            yield from secrets(item, properties.get(field), is_secret)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from secrets(item, schema.get("items"), is_secret)
    elif is_secret and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)


def _check(value: Any, schema: Any, name: str, problems: list[str]) -> Any:
    if not isinstance(schema, Mapping):
        return value
    kinds = _kinds(schema)
    is_known = bool(kinds) and all(isinstance(kind, str) and kind in _TYPES for kind in kinds)
    if is_known and not any(_is(value, kind) for kind in kinds):
        results = [_convert(value, kind) for kind in kinds]
        known = [result for result in results if result is not _NO_MEANING]
        if not known:
            wanted = " or ".join(kinds)
            problems.append(f"{name} must be of type {wanted}, not {_kind_of(value)}")
            return value
        value = known[0]
    choices = schema.get("enum")
    if isinstance(choices, list) and value not in choices:
        problems.append(f"{name} must be one of {', '.join(map(str, choices))}")
    if isinstance(value, Mapping):
        return _check_object(value, schema, name, problems)
    if isinstance(value, (list, tuple)):
        items = schema.get("items")
        return [
            _check(item, items, f"{name}[{number}]", problems) for number, item in enumerate(value)
        ]
    return value


def _check_object(
    values: Mapping[str, Any], schema: Mapping[str, Any], name: str, problems: list[str]
) -> dict[str, Any]:
    properties = _properties(schema)
    required = schema.get("required")
    problems += [
        f"{name}.{field} is missing: it is required"
        for field in (required if isinstance(required, list) else ())
        if field not in values
    ]
    if schema.get("additionalProperties") is False:
        known = ", ".join(properties)
        problems += [
            f"{name}.{field} is unknown: use one of {known}"
            for field in values
            if field not in properties
        ]
    return {
        field: _check(value, properties.get(field), f"{name}.{field}", problems)
        for field, value in values.items()
    }


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _kinds(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("type")
    return kinds if isinstance(kinds, list) else [kinds]


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _kind_of(value: Any) -> str:
    return next((kind for kind in _TYPES if _is(value, kind)), "another type")


def _convert(value: Any, kind: str) -> Any:
    """Return a value in the wanted type, or `_NO_MEANING`."""
    if isinstance(value, str):
        return _from_text(value.strip(), kind)
    if kind == "string" and _is(value, "integer"):
        return str(value)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return _NO_MEANING


def _from_text(text: str, kind: str) -> Any:
    if kind == "boolean":
        return _WORDS.get(text.lower(), _NO_MEANING)
    if kind in ("integer", "number") and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind in ("array", "object"):
        with suppress(SerializationError):
            parsed = jsonutils.loads(text)
            return parsed if _is(parsed, kind) else _NO_MEANING
    return _NO_MEANING
