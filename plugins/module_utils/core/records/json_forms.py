# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON values in forms that are equal for equal values, and for no others."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import Any


def hashable(value: Any) -> Hashable:
    """Return a key that is equal for equal JSON values, and only for these: `True` is not 1."""
    return (sortable(value),) if isinstance(value, (dict, list, bool)) else value


def sortable(value: Any) -> str:
    """Return the JSON text of a value, which is the same for equal values: 1.0 is written as 1."""
    text = json.dumps(value, sort_keys=True, default=str)
    if ".0" in text or "e+" in text:
        return json.dumps(_without_fractions(value), sort_keys=True, default=str)
    return text


def _without_fractions(value: Any) -> Any:
    """Return a value with whole numbers in place of those with a fraction of zero."""
    if isinstance(value, dict):
        return {key: _without_fractions(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_fractions(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def json_form(value: Any) -> Any:
    """Return a value in the form in which a server returns it: keys are texts, tuples are lists."""
    try:
        # Much faster than a function of our own, but refuses values that JSON does not have.
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return _form_of_parts(value)


def _form_of_parts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): _form_of_parts(item) for key, item in value.items()}
    return [_form_of_parts(item) for item in value] if isinstance(value, (list, tuple)) else value


def _key(key: Any) -> Any:
    return json.dumps(key) if isinstance(key, (int, float, type(None))) else key
