# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints.

Handles for the resources of one kind that send nothing until one of their methods is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..core import logging
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.records.ensure import ensure
from ..core.records.ensure_options import EnsureArguments, EnsureOptions
from ..core.records.types import Change
from ..core.records.wanted import list_of_dicts
from . import body
from .backoff import expected, until_complete
from .criteria import Criteria
from .hub import Hub
from .items import Items, checked_owner
from .paging import Query
from .records import SequoiaStore, complete_reference
from .response import ResourceResponse

if TYPE_CHECKING:
    from typing_extensions import Unpack

Result = TypeVar("Result")
Listed = TypeVar("Listed")
Changes = TypeVar("Changes")

_RESOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Caller(Generic[Result, Listed, Changes]):
    """Performs the flows of endpoints, for threads or for event loops.

    Args:
        hub: The shared parts of the client.
        browse: Makes a list from a query and the number of pages to read at once.

    Attributes:
        hub: See above.
        browse: See above.
    """

    __slots__ = ("browse", "hub")

    def __init__(self, hub: Hub, browse: Callable[[Query, int], Listed]) -> None:
        self.hub = hub
        self.browse = browse

    def send(self, flow: Flow[ResourceResponse]) -> Result:
        """Return what a flow returns, or an awaitable of it."""
        result: Result = self.hub.driver.run(flow)
        return result

    def perform(self, flow: Flow[Any]) -> Any:
        """Return what a flow returns, or an awaitable of it."""
        return self.hub.driver.run(flow)


class Endpoint(Generic[Result, Listed, Changes]):
    """The resources of one kind: `client.metadata.contents`."""

    __slots__ = ("_caller", "_items")

    def __init__(
        self, caller: Caller[Result, Listed, Changes], service: str, resource: str
    ) -> None:
        if not isinstance(resource, str) or not _RESOURCE.fullmatch(resource):
            raise ConfigurationError(f"{resource!r} is not a valid resource name")
        self._caller = caller
        self._items = Items(caller.hub, service, resource)

    def __repr__(self) -> str:
        return f"<Endpoint {self._items.service}{self._items.path}>"

    @logging.trace
    def read(
        self,
        owner: str,
        ref: str | Sequence[str],
        *,
        backoff_strategy: Mapping[str, Any] | None = None,
        retry_when_empty_result: bool | Mapping[str, bool] | None = None,
    ) -> Result:
        """Read one resource, or several by their references.

        Args:
            owner: The owner of the resources.
            ref: `owner:name`, or a list of them.
            backoff_strategy: For this call; default the client's.
            retry_when_empty_result: Repeat while these are missing.

        Returns:
            A `ResourceResponse`; its `resources` are a list.

        Raises:
            HTTPStatusError: 404 if there is none, and any other status that is not 2xx.
            ClientError: As for any call.
        """
        backoff = self._caller.hub.backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        context = self._items.context(owner)

        def read_part(refs: Sequence[str]) -> Flow[ResourceResponse]:
            return until_complete(
                lambda policy: self._items.send(context, "GET", refs, retry=policy, model=True),
                backoff.reads,
                wanted,
                (),
                self._caller.hub.runtime,
            )

        return self._caller.send(self._items.in_parts(read_part, body.refs(ref)))

    @logging.trace
    def browse(
        self,
        owner: str,
        criteria: Criteria | None = None,
        fields: Iterable[str] | None = None,
        query_string: str | None = None,
        prefetch_pages: int = 1,
        retry_when_empty_result: bool | Mapping[str, bool] | None = None,
        backoff_strategy: Mapping[str, Any] | None = None,
    ) -> Listed:
        """Look for resources.

        Args:
            owner: The owner of the resources.
            criteria: Conditions and inclusions.
            fields: The fields to return; all by default.
            query_string: Put unchanged before everything else: `continue=true&perPage=2`.
            prefetch_pages: Pages to read at the call.
            retry_when_empty_result: Repeat page one while these are missing.
                `retry_when_empty_result` of the backoff strategy goes before it.
            backoff_strategy: For this call; default the client's.

        Returns:
            A `Browse`, with page one read; an `AsyncBrowse`, which reads when it is awaited or
            iterated over.

        Raises:
            ClientError: As for any call.
        """
        backoff = self._caller.hub.backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        return self._caller.browse(
            self._items.query(owner, criteria, fields, query_string, backoff, wanted),
            prefetch_pages,
        )

    @logging.trace
    def store(self, owner: str, json: Any) -> Result:
        """Create resources, or replace them wholly: fields that are left out are lost.

        More than 100 are stored in several requests.

        Args:
            owner: The owner of the resources.
            json: An item or a list of items, wrapped in the resource's name or not, as values or as
                JSON text.

        Returns:
            A `ResourceResponse`; its `resources` are the items as the server has them.

        Raises:
            PartlyStored: Some parts of a long list are stored, and another one failed.
            ClientError: As for any call.
        """
        context = self._items.context(owner)
        return self._caller.send(
            self._items.in_parts(
                lambda part: self._items.send(context, "POST", json={self._items.key: part}),
                body.items(json, self._items.key),
                tell=True,
            )
        )

    @logging.trace
    def update(self, owner: str, json: Any, ref: str, version: str | None = None) -> Result:
        """Replace a resource, if it has not changed since it was read.

        Args:
            owner: The owner of the resources.
            json: The new one, alone, wrapped or in a list, as a value or as JSON text; with `ref`,
                `owner` and `name`.
            ref: Its reference.
            version: The `version` it was read with; `None` to replace whatever is there.

        Returns:
            A `ResourceResponse`.

        Raises:
            ReferenceMismatch: `json` is another resource than `ref`. Nothing was sent.
            VersionMismatch: It has changed.
            ClientError: As for any call.
        """
        item = body.update_of(json, self._items.key, ref)
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._caller.send(
            self._items.replace(self._items.context(owner), item, ref, headers)
        )

    @logging.trace
    def delete(self, owner: str, ref: str | Sequence[str]) -> Result:
        """Delete a resource, or several by their references; more than 100 in several requests.

        Args:
            owner: The owner of the resources.
            ref: `owner:name`, or a list of them.

        Returns:
            A `ResourceResponse` without resources.

        Raises:
            ClientError: As for any call.
        """
        context = self._items.context(owner)
        return self._caller.send(
            self._items.in_parts(
                lambda refs: self._items.send(context, "DELETE", refs), body.single_refs(ref)
            )
        )

    def described(self) -> Any:
        """Return the type of the resource.

        Its fields, from the service's descriptor if there is one.

        Returns:
            A `core.records.types.ResourceType`; from an `AsyncClient`, an awaitable of one.

        Raises:
            ClientError: As for any call.
        """
        return self._caller.perform(self._items.row())

    @logging.trace
    def ensure(
        self,
        owner: str,
        wanted: Sequence[Mapping[str, Any]],
        *,
        conditional: bool = True,
        **options: Unpack[EnsureArguments],
    ) -> Changes:
        """Bring resources to a wanted state; only what differs is written.

        Args:
            owner: The owner of the resources.
            wanted: The fields that are wanted of each, with `name` or `ref`. Fields that are not
                given stay.
            conditional: Change a resource only if it still has the version that was read, each by a
                request of its own.
            **options: `state purge concurrency predict replace recreate`, as for `EnsureOptions`.

        Returns:
            A list of `Change`; from an `AsyncClient`, an awaitable of one. Errors of
            single writes are in the changes.

        Raises:
            ConfigurationError: A record or an option that cannot work.
            ClientError: The resources could not be read.
        """
        changes: Changes = self._caller.perform(
            self._ensure_flow(checked_owner(owner), wanted, conditional, EnsureOptions.of(options))
        )
        return changes

    def _ensure_flow(
        self,
        owner: str,
        wanted: Sequence[Mapping[str, Any]],
        conditional: bool,
        options: EnsureOptions,
    ) -> Flow[list[Change]]:
        row = yield from self._items.row()
        given = list_of_dicts(wanted, f"the records must be a list of dicts, each a {row.name}")
        records = [complete_reference(record, owner) for record in given]
        if options.replace and ("title" in row.fields or not row.closed):
            # The server uses the name as the title of a resource without one
            # (docs/protocols/sequoia.md section 5), so a title that is left out comes back.
            records = [{"title": record["name"], **record} for record in records]
        return (
            yield from ensure(SequoiaStore(self._items, owner, conditional), row, records, options)
        )
