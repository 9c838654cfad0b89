# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regular expressions that are compiled on first use, so that an import is cheap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_METHODS = ("finditer", "fullmatch", "match", "search", "sub")


class Pattern:
    """A regular expression.

    Args:
        source: The expression, or a function that returns it.
    """

    __slots__ = ("_source", *_METHODS)

    finditer: Callable[..., Iterator[re.Match[str]]]
    fullmatch: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    sub: Callable[..., str]

    def __init__(self, source: str | Callable[[], str]) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        """Compile the expression; its methods become attributes, so that this runs once."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source if isinstance(self._source, str) else self._source())
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
