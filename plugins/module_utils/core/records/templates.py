# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates in paths and bodies: `{name}` stands for a field of a record, `{id}` for its id.

`{name:, }` stands for its text: the items of a list with `, ` between them, and nothing for null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..jsonutils import dig

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?\}")


def placeholders(template: Any) -> tuple[str, ...]:
    """Return the names of the placeholders in a text, a dict or a list, each once."""
    if isinstance(template, str):
        return tuple(dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(template)))
    if isinstance(template, Mapping):
        template = list(template.values())
    if isinstance(template, (list, tuple)):
        return tuple(dict.fromkeys(name for item in template for name in placeholders(item)))
    return ()


def fill(template: Any, records: Sequence[Mapping[str, Any]]) -> Any:
    """Return a body with values in place of placeholders.

    Args:
        template: JSON. A text that is one placeholder becomes the value itself, of any type; a key
            with a field that the record does not have is left out. A list of one item with
            placeholders gets one item per record; all else is filled from the first record.
        records: Values by the names of placeholders.
    """
    if isinstance(template, str):
        name = _value_name(template)
        if name:
            return records[0].get(name)
        return _PLACEHOLDER.sub(lambda found: _shown(records[0].get(found[1]), found[2]), template)
    if isinstance(template, Mapping):
        return {
            key: fill(value, records)
            for key, value in template.items()
            if not (name := _value_name(value)) or name in records[0]
        }
    if isinstance(template, (list, tuple)):
        if len(template) == 1 and placeholders(template):
            return [fill(template[0], [record]) for record in records]
        return [fill(item, records) for item in template]
    return template


def _value_name(template: Any) -> str | None:
    """Return the field whose value a template stands for, if it is one placeholder."""
    found = _PLACEHOLDER.fullmatch(template) if isinstance(template, str) else None
    return found[1] if found and found[2] is None else None


def _shown(value: Any, separator: str | None) -> str:
    """Return a value as a part of a text."""
    if separator is None:
        return str(value)
    if value is None:
        return ""
    return separator.join(map(str, value)) if isinstance(value, list) else str(value)


_DOTTED = re.compile(r"\{([A-Za-z0-9_.]+)\}")


def derived(template: str, record: Mapping[str, Any]) -> str | None:
    """Replace the placeholders of a text by the values at dotted paths of a record.

    The result is `None` if there is no value at one of the paths.
    """
    values = {path: dig(record, path) for path in _DOTTED.findall(template)}
    if any(value is None for value in values.values()):
        return None
    return _DOTTED.sub(lambda found: str(values[found[1]]), template)


def wrapped(document: Any, path: str) -> Any:
    """Return a document at a dotted path of an otherwise empty one.

    `trees.0` is the first item of the list `trees`. For reading see `jsonutils.dig`.
    """
    for part in reversed(path.split(".") if path else ()):
        document = [document] if part == "0" else {part: document}
    return document


def without(document: Any, path: str) -> Any:
    """Return a JSON object without what stands at a dotted path of keys."""
    if not isinstance(document, Mapping):
        return document
    first, dot, rest = path.partition(".")
    return {
        key: without(value, rest) if key == first else value
        for key, value in document.items()
        if key != first or dot
    }


def joined(one: Any, other: Any) -> Any:
    """Return two JSON objects as one."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return other
    return {**one, **{name: joined(one.get(name), value) for name, value in other.items()}}
