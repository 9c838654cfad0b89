# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results that every runner and every callback plugin can handle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..core.encoding import has_surrogate, valid_text

MAX_DEPTH = 200
"""Maximum number of levels of a result.

Ansible's callback plugins and templates recurse into results, and fail from about 240 levels on,
without naming the result."""

OMIT_ATTEMPTS = "RESTOPS_CLIENTS_OMIT_ATTEMPTS"
"""A variable in the environment of a module whose task has `until` or `retries`: Ansible counts
attempts under a name that results have too. The action cannot remove it from the result of an
asynchronous task, which another action reads."""

_RESERVED = "__ansible_"
_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode
_SCALARS = (str, int, float, type(None))
_CONTAINERS = (dict, list, tuple, Mapping)

TOO_DEEP = f"the response is nested too deeply for Ansible, more than {MAX_DEPTH} levels"

_FLAGS = ("changed", "failed", "skipped", "unreachable")
"""Keys that Ansible looks for in each item of `results`, to judge the task."""


def without_flags(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of `results` that a server made, without keys by which Ansible judges tasks.

    They are under `flags`.
    """
    flags = {name: item[name] for name in _FLAGS if name in item}
    rest = {name: value for name, value in item.items() if name not in flags}
    return {**rest, "flags": flags} if flags else rest


class PresentableRecords(list[Any]):
    """Records that may be shown: without secrets, valid, and not nested too deeply."""


def is_too_deep(value: Any, most: int = MAX_DEPTH) -> bool:
    """Tell if dicts and lists are nested more than `most` levels deep."""
    level = [value]
    for dummy in range(most):
        inner: list[Any] = []
        for outer in level:
            items = outer.values() if isinstance(outer, (dict, Mapping)) else outer
            if isinstance(outer, _CONTAINERS):
                # Most items are scalars, and looking for these is faster than for containers.
                inner += [item for item in items if not isinstance(item, _SCALARS)]
        if not inner:
            return False
        level = inner
    return any(isinstance(item, _CONTAINERS) for item in level)


def valid(value: Any) -> Any:
    """Return a result in a form that Ansible does not change.

    An unpaired surrogate, which UTF-8 cannot encode, becomes U+FFFD. Names that Ansible's own data
    formats reserve (`__ansible_type`) lose their leading underscores: Ansible would decode them in
    the result of a module, although a server sent them.
    """
    text = _encode(value)
    fits = not has_surrogate(text) and f'"{_RESERVED}' not in text
    return value if fits else _repair(value)


def has_reserved(names: Iterable[str]) -> bool:
    """Tell whether there are names that Ansible's own data formats reserve."""
    return any(name.startswith(_RESERVED) for name in names)


def _repair(value: Any) -> Any:
    if isinstance(value, str):
        return valid_text(value)
    if isinstance(value, Mapping):
        return {_name(name): _repair(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_repair(item) for item in value]
    return value


def _name(name: Any) -> Any:
    if not isinstance(name, str):
        return name
    return valid_text(name).lstrip("_") if name.startswith(_RESERVED) else valid_text(name)
