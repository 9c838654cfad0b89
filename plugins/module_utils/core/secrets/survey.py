# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of JSON data at a glance, to tell whether it needs a closer look.

A function of the interpreter for each value takes several times as long as reading the data. So all
values of a level are handled together. The garbage collector has the fastest way to list them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from gc import get_referents
from typing import Any

from .names import names_in_pair

_JSON = frozenset((str, int, float, bool, type(None), dict, list))


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
        self.text = ""
        texts: list[str] = []
        level = [value]
        # The scalars of the deepest level are one more.
        for dummy in range(most + 1):
            kinds: defaultdict[type, list[Any]] = defaultdict(list)
            for item in level:
                kinds[item.__class__].append(item)
            if not kinds.keys() <= _JSON:
                return
            texts += kinds[str]
            self._add_names(kinds[dict])
            # The values of dicts and the items of lists. Keys are texts, which it leaves out.
            level = get_referents(*kinds[dict], *kinds[list])
            if not level:
                break
        names = [name for name in self.names if isinstance(name, str)]
        self.is_json = not level and len(names) == len(self.names)
        self.text = "\n".join([*texts, *names])

    def _add_names(self, dicts: Sequence[dict[Any, Any]]) -> None:
        self.names.update(*dicts)
        if "value" in self.names:
            for item in [item for item in dicts if "value" in item]:
                self.names.update(names_in_pair(item))
