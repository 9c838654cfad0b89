# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records, written as tasks of a playbook that create them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ..core.records.types import Record, ResourceType
from ..core.secrets.redaction import mask_named
from .calling import Result

_SPECIAL = re.compile(r"\{[{%#]")
"""Beginnings of expressions, statements and comments in a template."""
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


class _Template(str):
    """A template that Ansible should evaluate; other texts are taken literally."""

    __slots__ = ()


def placeholder(row: ResourceType) -> Callable[[Record, tuple[str, ...]], Any]:
    """Return what makes a template in place of a secret.

    It is a variable named after the record and the secret. Until the variable is defined, the
    secret is left out and stays as it is.
    """

    def variable(record: Record, path: tuple[str, ...]) -> str:
        parts = (row.name, *(str(record.get(name)) for name in row.key), *path)
        name = "_".join(_NO_LETTERS.sub("_", part.lower()).strip("_") for part in parts)
        return _Template(f"{{{{ {name} | default(omit) }}}}")

    return variable


def tasks(module: str, resource: Any, row: ResourceType, records: Sequence[Record]) -> list[Result]:
    """Return a task per record.

    Args:
        module: The module of the tasks.
        resource: The option `resource`: the name of the type, or its definition.
        row: The type.
        records: From the export of records: with names in place of ids.
    """
    make = placeholder(row)
    result = []
    for record in records:
        label = row.describe(record, row.key or (row.id_field,))
        masked, stands_for = mask_named(record), partial(make, record)
        data = {
            name: _without_secrets(
                value, masked[name], stands_for, (name,), row.field(name).merged_levels
            )
            for name, value in record.items()
        }
        result.append(
            {
                "name": _literal(f"Bring {label} to its state"),
                module: {"resource": resource, "data": _literal(data)},
            }
        )
    return result


def _without_secrets(
    value: Any,
    masked: Any,
    make: Callable[[tuple[str, ...]], Any],
    path: tuple[str, ...],
    levels: int,
) -> Any:
    """Return data with placeholders in place of what is masked.

    Below the levels that are merged, a placeholder replaces the whole value: leaving out only the
    secret would remove it from the server.
    """
    if not _hides(value, masked):
        return value
    if levels and isinstance(value, Mapping):
        return {
            key: _without_secrets(item, masked[key], make, (*path, str(key)), levels - 1)
            for key, item in value.items()
        }
    return make(path)


def _hides(value: Any, masked: Any) -> bool:
    """Tell whether a part of a value is masked, except for templates."""
    if isinstance(value, _Template):
        return False
    if isinstance(value, Mapping):
        return any(_hides(item, masked[key]) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_hides, value, masked))
    return bool(value != masked)


def _literal(value: Any) -> Any:
    """Return data as a playbook must have it, so that its texts are not evaluated."""
    if isinstance(value, _Template):
        return str(value)
    if isinstance(value, str):
        return _SPECIAL.sub(lambda found: f"{{{{ '{found[0]}' }}}}", value)
    if isinstance(value, Mapping):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_literal(item) for item in value]
    return value
