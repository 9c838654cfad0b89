# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fields of records: the values that a caller may give, and when two values are the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from ..exceptions import ConfigurationError
from ..jsonutils import dig, equal
from .documents import Document
from .json_forms import hashable
from .kinds import FILE, TEXT, Kind


class FieldAccess(Enum):
    """The times at which a field may be written."""

    READ_WRITE = "always"
    CREATE_ONLY = "when the record is created; later the server ignores it"
    UPDATE_ONLY = "when the record is there"
    READ_ONLY = "never: the server makes it"


class Field:
    """One field of a record.

    Args:
        name: Its name for callers.
        kind: The kind of its values.
        access: When it may be written.
        required: Demanded when a record is created.
        secret: Never comes back, and must not be shown.
        many: A set of values, in no order.
        empty_is_null: An empty text is sent as null.
        path_only: Only paths name it: the server's records do not have it.
        wire: Its dotted path in the server's records, if that is not its name; for a set of values
            that the server wraps into objects, `roles.*.roleId`.
        extra: Further keys of those objects.
        objects: The key of the values, if some servers give objects in place of the values of a
            set, which all of them take as they are.
        returned: The server gives it back; `None` if only some servers do. What is not given back
            is not compared.
        merge: Wanted values are added to a set; with `replace`, they replace it.
        default: The value that the server gives to a field that is not sent. If it is an empty
            list or object, null stands for it.
        stays: Keeps its value in a record that is replaced, if no other one is given.
        implies: Values that other fields have if this one has a value. Only records with these
            values have the field, so several fields may share a path in the server's records.
    """

    __slots__ = (
        "access",
        "default",
        "empty_is_null",
        "extra",
        "implies",
        "kind",
        "many",
        "merge",
        "name",
        "objects",
        "path_only",
        "required",
        "returned",
        "secret",
        "stays",
        "wire",
    )

    def __init__(
        self,
        name: str,
        kind: Kind = TEXT,
        *,
        access: FieldAccess = FieldAccess.READ_WRITE,
        required: bool = False,
        secret: bool = False,
        many: bool = False,
        empty_is_null: bool = False,
        path_only: bool = False,
        wire: str = "",
        extra: Mapping[str, Any] | None = None,
        objects: str = "",
        returned: bool | None = True,
        merge: bool = False,
        default: Any = None,
        stays: bool = False,
        implies: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.access = access
        self.required = required
        self.secret = secret
        self.many = many
        self.empty_is_null = empty_is_null
        self.path_only = path_only
        self.wire = wire or name
        self.extra = dict(extra or {})
        self.objects = objects
        self.returned = returned
        self.merge = merge
        self.default = default
        self.stays = stays
        self.implies = dict(implies or {})

    def __repr__(self) -> str:
        return f"<Field {self.name}>"

    @property
    def read_only(self) -> bool:
        """`True` if only the server writes it."""
        return self.access is FieldAccess.READ_ONLY

    @property
    def write_only(self) -> bool:
        """`True` if the server does not give it back, so that it cannot be compared."""
        return self.secret or self.returned is False or self.kind is FILE

    def is_compared(self, found: Any) -> bool:
        """Tell whether a value can be compared with the server's.

        Args:
            found: The value of the server.
        """
        return not self.write_only and (self.returned is not None or found is not None)

    @property
    def merges(self) -> bool:
        """`True` if wanted values are added to the existing ones."""
        return self.merge or (isinstance(self.kind, Document) and self.kind.merge)

    @property
    def merged_levels(self) -> int:
        """The number of levels of keys of a document that are merged into the one that is there."""
        return self.kind.levels if isinstance(self.kind, Document) else 0

    def belongs_to(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a record, by the values of its other fields, has the field."""
        return all(equal(record.get(name, value), value) for name, value in self.implies.items())

    @property
    def identifies(self) -> bool:
        """`True` if its value may tell one record from another."""
        return self.kind.identifies and not self.many and not self.secret

    @property
    def path(self) -> str:
        """Its dotted path in the server's records, without the part inside the objects of a set."""
        return self.wire.partition(".*.")[0]

    def values_in(self, value: Any) -> Any:
        """Return the values of a set whose values the server wraps into objects."""
        inner = self.wire.partition(".*.")[2] or self.objects
        if not inner or not isinstance(value, list):
            return value
        return [dig(item, inner) if isinstance(item, Mapping) else item for item in value]

    def parse(self, value: Any) -> Any:
        """Return a value in the form in which it is sent.

        Args:
            value: As a person or a template writes it: `"yes"` for a boolean, a label for a
                choice's code, a `date` or its text.

        Raises:
            ConfigurationError: Not such a value.
        """
        if value is None:
            return self.default if isinstance(self.default, (list, dict)) else None
        if self.many:
            if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
                raise ConfigurationError(f"{self.name} must be a list, not {value!r}")
            return [self._parse_one(item) for item in value]
        if self.merges and isinstance(self.default, dict) and not isinstance(value, Mapping):
            raise ConfigurationError(f"{self.name} must be a dict, not {value!r}")
        parsed = self._parse_one(value)
        if isinstance(self.kind, Document):
            self.kind.check_keys(parsed, self.name)
        return None if self.empty_is_null and parsed == "" else parsed

    def same(self, wanted: Any, found: Any, *, exact: bool = False) -> bool:
        """Tell whether what is wanted is what is there.

        Args:
            wanted: From `parse`.
            found: From the server.
            exact: Compare all of a document, even if it would be merged.
        """
        if equal(wanted, found):
            return True
        if self.many and isinstance(wanted, list) and isinstance(found, (list, type(None))):
            ours, theirs = set(map(self._key, wanted)), set(map(self._key, found or ()))
            return ours <= theirs if self.merge and not exact else ours == theirs
        if isinstance(self.kind, Document):
            return self.kind.same(wanted, found, exact=exact)
        return equal(self.kind.comparable(wanted), self.kind.comparable(found))

    def added(self, wanted: Any, found: Any) -> list[Any]:
        """Return the values of a set that another one lacks.

        Args:
            wanted: A set.
            found: The other one; `None` for an empty one.
        """
        there = set(map(self._key, found or ()))
        return [value for value in wanted or () if self._key(value) not in there]

    def merged(self, wanted: Any, found: Any, *, exact: bool = False) -> Any:
        """Return what must be sent so that the server has what is wanted.

        Args:
            wanted: From `parse`.
            found: From the server.
            exact: Replace a document, even if it would be merged.
        """
        if self.many:
            is_added = self.merge and not exact and isinstance(found, list)
            if not is_added or not isinstance(wanted, list):
                return wanted
            there = set(map(self._key, found))
            return [*found, *[value for value in wanted if self._key(value) not in there]]
        if isinstance(self.kind, Document):
            return self.kind.merged(wanted, found, exact=exact)
        return wanted

    def unmoved(self, sent: Any, before: Any, after: Any) -> bool:
        """Tell whether a write left a value as it was.

        Args:
            sent: The written value.
            before: The value before.
            after: The value that the server has now.
        """
        return not self.same(sent, after, exact=True) and self.same(before, after, exact=True)

    def is_unset(self, found: Any) -> bool:
        """Tell whether a value of the server is the one that a field has if it is not sent."""
        normal = self.kind.comparable(found)
        return normal in (None, "", [], {}) or equal(normal, self.kind.comparable(self.default))

    def holds_secrets(self, value: Any) -> bool:
        """Tell whether a document has values that cannot be compared."""
        return isinstance(self.kind, Document) and self.kind.holds_secrets(value)

    def _key(self, value: Any) -> Any:
        return hashable(self.kind.comparable(value))

    def _parse_one(self, value: Any) -> Any:
        if self.secret:
            return value
        try:
            return self.kind.parse(value)
        except (TypeError, ValueError, ArithmeticError) as exc:
            raise ConfigurationError(
                f"{self.name} must be {self.kind.noun}, not {value!r}"
            ) from exc
