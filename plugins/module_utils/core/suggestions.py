# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advice about a name that does not exist: the known name that is nearest to it."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the advice about a name that does not exist: the known name that is nearest to it.

    Args:
        name: The name.
        known: The names that exist.
        otherwise: The advice if none of them is near.
    """
    close = nearest(name, known)
    return otherwise if close is None else f"did you mean {close!r}?"


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known name that is nearest to another one; `None` if none is near.

    Args:
        name: The name, in any case.
        known: The names that exist.
        likeness: How much of both names must be the same, from 0 to 1.
    """
    from difflib import get_close_matches

    names = {other.casefold(): other for other in known}
    close = get_close_matches(name.casefold(), names, 1, likeness)
    return names[close[0]] if close else None
