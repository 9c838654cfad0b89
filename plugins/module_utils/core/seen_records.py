# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records of a list that were read, to recognise those that come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .http import Response

Key: TypeAlias = Callable[[Any], Any]
"""Returns what identifies a record."""


class Page:
    """One page of a list, as it was read.

    Attributes:
        position: The place in the list at which it was to begin.
        response: The response.
        records: Its records.
        total: The number of all records; `None` if the server does not say.
        link: The address of the next page; `""` for none.
    """

    __slots__ = ("_marks", "link", "position", "records", "response", "total")

    def __init__(
        self, position: int, response: Response, records: list[Any], total: int | None, link: str
    ) -> None:
        self.position = position
        self.response = response
        self.records = records
        self.total = total
        self.link = link
        self._marks: list[Any] | None = None

    def marks(self, key: Key) -> list[Any]:
        """Return what identifies each record; only lists of several pages need it."""
        if self._marks is None:
            self._marks = [key(record) for record in self.records]
        return self._marks


class SeenRecords:
    """The records and pages that were read.

    Args:
        key: Returns what identifies a record; `None` for the whole record.
    """

    __slots__ = ("_by_key", "_count", "_key", "_pages", "_records")

    def __init__(self, key: Key | None) -> None:
        self._by_key = key is not None
        self._key = key or _mark
        self._count = 0
        self._records: set[Any] = set()
        self._pages: set[int] = set()

    def add(self, page: Page, fresh: int) -> None:
        """Remember a page, of which so many records were not read before."""
        marks = page.marks(self._key)
        self._count += fresh
        self._records.update(marks)
        self._pages.add(hash(tuple(marks)))

    def has(self, page: Page) -> bool:
        """Tell whether a page with the same records, and not an empty one, was read before."""
        if not self._pages or not page.records:
            return False
        return hash(tuple(page.marks(self._key))) in self._pages

    def fresh(self, page: Page, overlap: int) -> list[Any]:
        """Return the records of a page that were not read before.

        Args:
            page: The page.
            overlap: The number of its first records that may have been read before.
        """
        if self._by_key:
            found: dict[Any, Any] = {}
            for record, mark in zip(page.records, page.marks(self._key), strict=True):
                if mark not in self._records:
                    found.setdefault(mark, record)
            return list(found.values())
        if not overlap or self._count > len(self._records):
            # Equal records cannot be told apart: better one of them twice than one missed.
            return page.records
        marked = enumerate(zip(page.records, page.marks(self._key), strict=True))
        return [
            record
            for number, (record, mark) in marked
            if number >= overlap or mark not in self._records
        ]


def _mark(record: Any) -> int:
    try:
        return hash(repr(record))
    except RecursionError:
        # As if all such records were equal.
        return 0
