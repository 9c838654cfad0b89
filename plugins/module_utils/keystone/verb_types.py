# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of Keystone's resources, declared for type checkers. Nothing here runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, overload

Record: TypeAlias = "dict[str, Any]"
Fields: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Sequence[str]
Order: TypeAlias = "str | Names"

Create = TypeVar("Create")
Retrieve = TypeVar("Retrieve")
Update = TypeVar("Update")
Delete = TypeVar("Delete")


class CreateCall(Protocol):
    """`create_*` of `KeystoneClient`."""

    def __call__(
        self,
        data: Fields | None = None,
        *,
        files: Fields | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Create a record."""


class AsyncCreateCall(Protocol):
    """`create_*` of `AsyncKeystoneClient`."""

    async def __call__(
        self,
        data: Fields | None = None,
        *,
        files: Fields | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Create a record."""


class RetrieveCall(Protocol):
    """`retrieve_*` of `KeystoneClient`."""

    @overload
    def __call__(self, pk: int | str, *, timeout: float | None = None) -> Record | None:
        """Read one record."""

    @overload
    def __call__(
        self,
        *,
        filters: Fields | None = None,
        search: str | None = None,
        order: Order | None = None,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> list[Record]:
        """Read all records that match."""


class AsyncRetrieveCall(Protocol):
    """`retrieve_*` of `AsyncKeystoneClient`."""

    @overload
    async def __call__(self, pk: int | str, *, timeout: float | None = None) -> Record | None:
        """Read one record."""

    @overload
    async def __call__(
        self,
        *,
        filters: Fields | None = None,
        search: str | None = None,
        order: Order | None = None,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> list[Record]:
        """Read all records that match."""


class UpdateCall(Protocol):
    """`update_*` of `KeystoneClient`."""

    def __call__(
        self,
        pk: int | str,
        data: Fields | None = None,
        *,
        files: Fields | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Change a record."""


class AsyncUpdateCall(Protocol):
    """`update_*` of `AsyncKeystoneClient`."""

    async def __call__(
        self,
        pk: int | str,
        data: Fields | None = None,
        *,
        files: Fields | None = None,
        timeout: float | None = None,
        **fields: Any,
    ) -> Record:
        """Change a record."""


class DeleteCall(Protocol):
    """`delete_*` of `KeystoneClient`."""

    def __call__(
        self, pk: int | str, raise_not_exists: bool = False, timeout: float | None = None
    ) -> None:
        """Delete a record."""


class AsyncDeleteCall(Protocol):
    """`delete_*` of `AsyncKeystoneClient`."""

    async def __call__(
        self, pk: int | str, raise_not_exists: bool = False, timeout: float | None = None
    ) -> None:
        """Delete a record."""


class Verbs(Generic[Create, Retrieve, Update, Delete]):
    """The methods of a client, by the types of the four verbs."""

    # BEGIN generated: verbs
    create_allocation: Create
    retrieve_allocation: Retrieve
    update_allocation: Update
    delete_allocation: Delete
    create_attachment: Create
    retrieve_attachment: Retrieve
    update_attachment: Update
    delete_attachment: Delete
    create_cluster: Create
    retrieve_cluster: Retrieve
    update_cluster: Update
    delete_cluster: Delete
    create_comment: Create
    retrieve_comment: Retrieve
    update_comment: Update
    delete_comment: Delete
    create_grant: Create
    retrieve_grant: Retrieve
    update_grant: Update
    delete_grant: Delete
    retrieve_log_audit: Retrieve
    retrieve_log_feed: Retrieve
    retrieve_log_request: Retrieve
    retrieve_log_task: Retrieve
    create_membership: Create
    retrieve_membership: Retrieve
    update_membership: Update
    delete_membership: Delete
    retrieve_notification: Retrieve
    update_notification: Update
    create_preference: Create
    retrieve_preference: Retrieve
    update_preference: Update
    delete_preference: Delete
    create_publication: Create
    retrieve_publication: Retrieve
    update_publication: Update
    delete_publication: Delete
    create_request: Create
    retrieve_request: Retrieve
    update_request: Update
    delete_request: Delete
    create_review: Create
    retrieve_review: Retrieve
    update_review: Update
    delete_review: Delete
    create_team: Create
    retrieve_team: Retrieve
    update_team: Update
    delete_team: Delete
    create_user: Create
    retrieve_user: Retrieve
    update_user: Update
    delete_user: Delete
    # END generated
