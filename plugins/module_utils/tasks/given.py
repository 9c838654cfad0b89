# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of options: which of them count as given, and the conversion of nested ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ansible.module_utils.common.validation import check_type_bool, check_type_float, check_type_int

_OMITTED = "__omit_place_holder__"
"""Beginning of the text that stands for `omit` in ansible-core 2.18."""


def is_set(value: Any) -> bool:
    """Tell if an option is given: not if it is absent, null, an empty text or `omit`.

    The rule is the same for task arguments, `module_defaults`, variables, the environment,
    `ansible.cfg`, keywords of lookups, and the keys of nested options. False, 0, and empty lists
    and dicts are values.

    Args:
        value: The option's value from one source; `None` if the source does not have it.
    """
    if isinstance(value, str):
        return value != "" and not _is_omitted(value)
    # ansible-core 2.19 and newer have an object for `omit`, which is private.
    return value is not None and type(value).__name__ != "_OmitType"


def without_omitted(value: Any) -> Any:
    """Return data without the keys whose value is `omit`; ansible-core 2.18 leaves them there."""
    if isinstance(value, Mapping):
        return {key: without_omitted(item) for key, item in value.items() if not _is_omitted(item)}
    if isinstance(value, list):
        return [without_omitted(item) for item in value]
    return value


def _is_omitted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_OMITTED)


def _list_of(convert: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def convert_items(value: Any) -> list[Any]:
        items = value.split(",") if isinstance(value, str) else value
        return [convert(item) for item in (items if isinstance(items, list) else [items])]

    return convert_items


def _name(value: Any) -> str:
    return str(value).strip()


_NESTED: dict[str, dict[str, Callable[[Any], Any]]] = {
    "retry": {
        "": check_type_int,
        "max_tries": check_type_int,
        "max_time": check_type_float,
        "statuses": _list_of(check_type_int),
        "methods": _list_of(_name),
        "wait": check_type_float,
    },
    "paginate": {"": check_type_bool, "page_size": check_type_int, "limit": check_type_int},
}
"""Conversions of the keys of options of type `raw`; the empty key is for an option that is not a
dict."""


def with_nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with `retry` and `paginate` converted as Ansible converts other options.

    Numbers may be texts, because templates and `-e` return texts, and a dict may be JSON. An empty
    value counts as not given. A value that cannot be converted stays as it is, and the client
    refuses it.
    """
    return {
        **options,
        **{name: _convert(name, options[name]) for name in _NESTED if name in options},
    }


def _convert(name: str, value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, Mapping):
        return {key: _read(name, key, item) for key, item in value.items() if is_set(item)} or None
    value = _read(name, "", value)
    return None if not is_set(value) or (name == "paginate" and value is False) else value


def _read(name: str, key: str, value: Any) -> Any:
    convert = _NESTED[name].get(key)
    if convert is not None and value is not None:
        with suppress(TypeError, ValueError):
            return convert(value)
    return value
