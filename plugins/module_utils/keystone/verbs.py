# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`create_cluster`, `retrieve_cluster`, ... : a method where the server allows the verb, made from
the catalogue's row.

`data`, `files` and `timeout` are words of `create_*` and `update_*`: fields of these names go into
`data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.exceptions import ConfigurationError
from .catalogue import CATALOGUE

Verb = Callable[..., Any]


class _NotGiven:
    """Stands where no primary key is given; `None` is an error there, since it may be a key that
    somebody failed to find.
    """

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Any = _NotGiven()


def _creating(name: str) -> Verb:
    row = CATALOGUE[name]

    def create(
        self: Any,
        data: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Any:
        return self._perform(self._create(row, _fields(data, fields), files, timeout))

    return _named(
        create,
        f"create_{name}",
        f"""Create a {name}.

        Args:
            data: Its fields as a dict.
            files: Files to upload, name to file object, bytes, or (file name, content, content type).
            timeout: Seconds for one attempt.
            **fields: Its fields as keywords.

        Returns:
            The record as a dict.

        Raises:
            HTTPStatusError: Not accepted; the message says what of it.
        """,
    )


def _retrieving(name: str) -> Verb:
    row = CATALOGUE[name]

    def retrieve(
        self: Any,
        pk: Any = NOT_GIVEN,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        timeout: float | None = None,
        *,
        limit: int | None = None,
    ) -> Any:
        if pk is NOT_GIVEN:
            return self._perform(self._retrieve_all(row, filters, search, order, limit, timeout))
        if filters or search or order or limit:
            raise ConfigurationError(
                "pk names one record: filters, search, order and limit do not go with it"
            )
        return self._perform(self._retrieve_one(row, _key(pk), timeout))

    return _named(
        retrieve,
        f"retrieve_{name}",
        f"""Read {name} records.

        Args:
            pk: The id of one record.
            filters: `field` or `field__operator` to a value; lists for `in`, `None` for "is null".
            search: Words that must all occur.
            order: Fields to order by, with `-` for downwards.
            timeout: Seconds for one attempt.
            limit: The most records.

        Returns:
            All records as a list of dicts; with `pk` one dict, or `None` where there is none.

        Raises:
            ConfigurationError: A field, operator or value that the server would ignore.
        """,
    )


def _updating(name: str) -> Verb:
    row = CATALOGUE[name]

    def update(
        self: Any,
        pk: Any,
        data: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Any:
        return self._perform(self._update(row, _key(pk), _fields(data, fields), files, timeout))

    return _named(
        update,
        f"update_{name}",
        f"""Change a {name}; fields that are not given stay as they are.

        Args:
            pk: Its id.
            data: The fields as a dict.
            files: Files to upload.
            timeout: Seconds for one attempt.
            **fields: The fields as keywords.

        Returns:
            The record as a dict.

        Raises:
            HTTPStatusError: Not accepted, or there is none.
        """,
    )


def _deleting(name: str) -> Verb:
    row = CATALOGUE[name]

    def delete(
        self: Any, pk: Any, raise_not_exists: bool = False, timeout: float | None = None
    ) -> Any:
        return self._perform(self._delete(row, _key(pk), raise_not_exists, timeout))

    return _named(
        delete,
        f"delete_{name}",
        f"""Delete a {name}.

        Args:
            pk: Its id.
            raise_not_exists: Raise where there is none; otherwise that is as good.
            timeout: Seconds for one attempt.

        Raises:
            HTTPStatusError: Not allowed, or other records need it.
        """,
    )


def _named(function: Verb, name: str, doc: str) -> Verb:
    function.__name__, function.__qualname__, function.__doc__ = name, f"VerbsMixin.{name}", doc
    return function


def _key(pk: Any) -> Any:
    if isinstance(pk, bool) or not isinstance(pk, (int, str)) or pk == "":
        raise ConfigurationError(f"pk must be the id of a record, not {pk!r}")
    return pk


def _fields(data: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    if data is not None and not isinstance(data, Mapping):
        raise ConfigurationError("data must be a dict of fields")
    return {**(data or {}), **fields}


class VerbsMixin:
    """The verbs of all resources. From the async client each returns an awaitable."""

    __slots__ = ()

    create_allocation = _creating("allocation")
    retrieve_allocation = _retrieving("allocation")
    update_allocation = _updating("allocation")
    delete_allocation = _deleting("allocation")
    create_attachment = _creating("attachment")
    retrieve_attachment = _retrieving("attachment")
    update_attachment = _updating("attachment")
    delete_attachment = _deleting("attachment")
    create_cluster = _creating("cluster")
    retrieve_cluster = _retrieving("cluster")
    update_cluster = _updating("cluster")
    delete_cluster = _deleting("cluster")
    create_comment = _creating("comment")
    retrieve_comment = _retrieving("comment")
    update_comment = _updating("comment")
    delete_comment = _deleting("comment")
    create_grant = _creating("grant")
    retrieve_grant = _retrieving("grant")
    update_grant = _updating("grant")
    delete_grant = _deleting("grant")
    create_membership = _creating("membership")
    retrieve_membership = _retrieving("membership")
    update_membership = _updating("membership")
    delete_membership = _deleting("membership")
    create_preference = _creating("preference")
    retrieve_preference = _retrieving("preference")
    update_preference = _updating("preference")
    delete_preference = _deleting("preference")
    create_publication = _creating("publication")
    retrieve_publication = _retrieving("publication")
    update_publication = _updating("publication")
    delete_publication = _deleting("publication")
    create_request = _creating("request")
    retrieve_request = _retrieving("request")
    update_request = _updating("request")
    delete_request = _deleting("request")
    create_review = _creating("review")
    retrieve_review = _retrieving("review")
    update_review = _updating("review")
    delete_review = _deleting("review")
    create_team = _creating("team")
    retrieve_team = _retrieving("team")
    update_team = _updating("team")
    delete_team = _deleting("team")
    create_user = _creating("user")
    retrieve_user = _retrieving("user")
    update_user = _updating("user")
    delete_user = _deleting("user")
    retrieve_notification = _retrieving("notification")
    update_notification = _updating("notification")
    retrieve_log_audit = _retrieving("log_audit")
    retrieve_log_feed = _retrieving("log_feed")
    retrieve_log_request = _retrieving("log_request")
    retrieve_log_task = _retrieving("log_task")
