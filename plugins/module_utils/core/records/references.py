# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of references to records of several types, such as the members of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .documents import Document, Link


class References(Document):
    """A list of objects, each with the type and the id of another record.

    Callers may give `{"group": "operators", "role": "editor"}` for
    `{"type": "group", "reference": <id>, "role": "editor"}`. The wanted references are merged into
    those that are there.

    Args:
        targets: The values of the key `type`, with the names of the types of records.
        type_key: The key that says which type.
        id_key: The key of the other record's id.
        keys: Further keys that are compared and sent; all others are the server's.
    """

    __slots__ = ("_id_key", "_own", "_targets", "_type_key")

    def __init__(
        self,
        targets: Mapping[str, str],
        *,
        type_key: str = "type",
        id_key: str = "reference",
        keys: Iterable[str] = (),
    ) -> None:
        super().__init__(unordered={"": (type_key, id_key)}, merge=True)
        self._targets = dict(targets)
        self._type_key = type_key
        self._id_key = id_key
        self._own = (type_key, id_key, *keys)

    @property
    def noun(self) -> str:
        """The form of such a list in an error."""
        ways = " or ".join(f"'{name}'" for name in self._targets)
        return f"a list of dicts, each with {ways}, or with '{self._type_key}' and '{self._id_key}'"

    @property
    def targets(self) -> frozenset[str]:
        """The names of the types of records that references lead to."""
        return frozenset(self._targets.values())

    def parse(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(value)
        return [self._parse_item(item) for item in value]

    def _parse_item(self, item: Any) -> dict[str, Any]:
        if not isinstance(item, Mapping):
            raise TypeError(item)
        given = [name for name in (*self._targets, self._id_key) if item.get(name) is not None]
        if len(given) != 1:
            raise ValueError(item)
        name = given[0]
        kind = item.get(self._type_key) if name == self._id_key else name
        if kind not in self._targets:
            raise ValueError(item)
        return self._strip({**item, self._type_key: kind, self._id_key: item[name]})

    def exported(self, value: Any, make: Callable[[tuple[str, ...]], Any]) -> Any:
        """Return the references without what the server adds."""
        return super().exported(self._strip_all(value), make)

    def links(self, value: Any) -> list[Link]:
        """Return the places that lead to other records."""
        return [
            Link(self._targets[item[self._type_key]], item, self._id_key)
            for item in (value if isinstance(value, list) else [])
            if isinstance(item, dict) and item.get(self._type_key) in [*self._targets]
        ]

    def comparable(self, value: Any) -> Any:
        """Return the references without what the server adds."""
        return super().comparable(self._strip_all(value))

    def same(self, wanted: Any, found: Any, *, exact: bool = False) -> bool:
        """Tell whether all wanted references are there. See `Document.same`."""
        return super().same(wanted, self._strip_all(found), exact=exact)

    def merged(self, wanted: Any, found: Any, *, exact: bool = False) -> Any:
        """Return the references that are there, with the wanted ones. See `Document.same`."""
        return super().merged(wanted, self._strip_all(found), exact=exact)

    def _strip_all(self, value: Any) -> Any:
        items = value if isinstance(value, list) else []
        return [self._strip(item) if isinstance(item, Mapping) else item for item in items]

    def _strip(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {name: item[name] for name in self._own if item.get(name) is not None}
