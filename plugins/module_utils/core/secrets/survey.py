# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of JSON data at a glance, to tell whether it needs a closer look.

A function of the interpreter for each value takes several times as long as reading the data. So all
values of a level are handled together, by functions that are written in C.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

_SCALARS = frozenset((str, int, float, bool, type(None)))


class Survey:
    """The content of JSON data.

    Args:
        value: The data.
        most: The most levels to look at.

    Attributes:
        is_json: `False` if there is something that JSON does not have, or more levels: then the
            other attributes are incomplete.
        names: All keys, and the names in pairs of a name and a value.
        text: All texts and keys, each on a line.
    """

    __slots__ = ("is_json", "names", "text")

    def __init__(self, value: Any, most: int) -> None:
        self.is_json = False
        self.names: set[Any] = set()
        texts: list[str] = []
        level = [value]
        while level and most:
            most -= 1
            dicts = [item for item in level if item.__class__ is dict]
            lists = [item for item in level if item.__class__ is list]
            if len(dicts) + len(lists) < len(level):
                return
            self.names.update(*dicts)
            if "value" in self.names:
                self.names.update(_names_of_pairs(dicts))
            items = [*chain.from_iterable(map(dict.values, dicts)), *chain.from_iterable(lists)]
            kinds = set(map(type, items))
            if str in kinds:
                texts += items if len(kinds) == 1 else [i for i in items if i.__class__ is str]
            level = (
                []
                if kinds <= _SCALARS
                else [item for item in items if item.__class__ not in _SCALARS]
            )
        names = [name for name in self.names if isinstance(name, str)]
        self.is_json = not level and len(names) == len(self.names)
        self.text = "\n".join(chain(texts, names))


def _names_of_pairs(dicts: list[dict[Any, Any]]) -> set[str]:
    """Return the names in dicts such as `{"name": "password", "value": "x"}`."""
    found = [item.get("name", item.get("key")) for item in dicts if "value" in item]
    return {name for name in found if isinstance(name, str)}
