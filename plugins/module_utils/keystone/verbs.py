# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`create_cluster`, `retrieve_cluster` and so on.

There is one method per verb that the server allows, made from the rows of the catalogue.
`verb_types` declares them for type checkers.

`data`, `files` and `timeout` are arguments of `create_*` and `update_*`: fields of these names go
into `data`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.records.types import VERBS, Record, ResourceType
from .catalogue import CATALOGUE
from .records import KeystoneStore

Method = Callable[..., Any]


class _NotGiven:
    """Stands for a primary key that is not given.

    `None` is an error there, since it may be a key that was not found.
    """

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Any = _NotGiven()


def add_verbs(client: type, *, as_coroutines: bool) -> None:
    """Give a client class a method for each verb of each resource.

    Args:
        client: The class.
        as_coroutines: Make coroutine functions.
    """
    for row in CATALOGUE.values():
        for verb in VERBS:
            if verb in row.verbs:
                method = _method(_FLOWS[verb](row), as_coroutines)
                method.__name__ = f"{verb}_{row.name}"
                method.__qualname__ = f"{client.__qualname__}.{method.__name__}"
                method.__doc__ = _DOCS[verb].format(row.name)
                setattr(client, method.__name__, method)


def _method(flow: Callable[..., Flow[Any]], as_coroutines: bool) -> Method:
    if as_coroutines:

        @functools.wraps(flow)
        async def method(self: Any, *args: Any, **options: Any) -> Any:
            return await self._perform(flow(self, *args, **options))
    else:

        @functools.wraps(flow)
        def method(self: Any, *args: Any, **options: Any) -> Any:
            return self._perform(flow(self, *args, **options))

    return method


def _creating(row: ResourceType) -> Callable[..., Flow[Record]]:
    def create(
        self: Any,
        data: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Flow[Record]:
        return KeystoneStore(self).create(row, _merge(data, fields), files=files, timeout=timeout)

    return create


def _retrieving(row: ResourceType) -> Callable[..., Flow[Any]]:
    def retrieve(
        self: Any,
        pk: Any = NOT_GIVEN,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        timeout: float | None = None,
        *,
        limit: int | None = None,
    ) -> Flow[Any]:
        store = KeystoneStore(self)
        if pk is NOT_GIVEN:
            return store.retrieve_all(row, filters, search, order, limit, timeout)
        if filters or search or order or limit:
            raise ConfigurationError(
                "pk names one record: filters, search, order and limit do not go with it"
            )
        return store.read(row, {row.id_field: _checked_key(pk)}, timeout=timeout)

    return retrieve


def _updating(row: ResourceType) -> Callable[..., Flow[Record]]:
    def update(
        self: Any,
        pk: Any,
        data: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Flow[Record]:
        before = {row.id_field: _checked_key(pk)}
        return KeystoneStore(self).update(
            row, before, _merge(data, fields), files=files, timeout=timeout
        )

    return update


def _deleting(row: ResourceType) -> Callable[..., Flow[None]]:
    def delete(
        self: Any, pk: Any, raise_not_exists: bool = False, timeout: float | None = None
    ) -> Flow[None]:
        record = {row.id_field: _checked_key(pk)}
        return KeystoneStore(self).delete(
            row, [record], must_exist=raise_not_exists, timeout=timeout
        )

    return delete


def _checked_key(pk: Any) -> Any:
    if isinstance(pk, bool) or not isinstance(pk, (int, str)) or pk == "":
        raise ConfigurationError(f"pk must be the id of a record, not {pk!r}")
    return pk


def _merge(data: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    if data is not None and not isinstance(data, Mapping):
        raise ConfigurationError("data must be a dict of fields")
    return {**(data or {}), **fields}


_FLOWS = {
    "create": _creating,
    "retrieve": _retrieving,
    "update": _updating,
    "delete": _deleting,
}
_DOCS = {
    "create": """Create a {0}.

        Args:
            data: Its fields as a dict.
            files: Files to upload: name to file object, bytes, or (file name, content, content
                type).
            timeout: Seconds for one attempt.
            **fields: Its fields as keywords.

        Returns:
            The record as a dict.

        Raises:
            HTTPStatusError: The server refuses it; the message says which fields and why.
        """,
    "retrieve": """Read {0} records.

        Args:
            pk: The id of one record.
            filters: `field` or `field__operator` to a value; lists for `in`, `None` for "is null".
            search: Words that must all occur.
            order: Fields to order by, with `-` for descending.
            timeout: Seconds for one attempt.
            limit: The most records.

        Returns:
            All records as a list of dicts; with `pk` one dict, or `None` if there is none.

        Raises:
            ConfigurationError: A field, operator or value that the server would ignore.
        """,
    "update": """Change a {0}; fields that are not given stay as they are.

        Args:
            pk: Its id.
            data: The fields as a dict.
            files: Files to upload.
            timeout: Seconds for one attempt.
            **fields: The fields as keywords.

        Returns:
            The record as a dict.

        Raises:
            HTTPStatusError: The server refuses it, or there is no such record.
        """,
    "delete": """Delete a {0}.

        Args:
            pk: Its id.
            raise_not_exists: Raise an error if there is none; otherwise that is no error.
            timeout: Seconds for one attempt.

        Raises:
            HTTPStatusError: The account may not delete it, or other records need it.
        """,
}
