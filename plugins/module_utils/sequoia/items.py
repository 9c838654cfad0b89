# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of the resources of one kind: what is sent to read and write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote

from ..core import urls
from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError, ResponseInfo
from ..core.flow import Flow
from ..core.records.types import ResourceType
from ..core.retry import RetryPolicy
from . import body, catalogue
from .backoff import Backoff, Expected
from .criteria import Criteria
from .errors import PartlyStored, VersionMismatch
from .hub import Hub
from .names import camel, dashed
from .paging import Query
from .response import ResourceResponse

_CHANGED = ("Precondition Failed", "document cannot be changed - versions do not match")


class Items:
    """The resources of one kind.

    Args:
        hub: The shared parts of the client.
        service: The service's name.
        resource: The resource's name, with dashes, underscores or humps.

    Attributes:
        hub: See above.
        service: See above.
        key: The resource's name in bodies.
        path: The path of the resources, below the service's location.
    """

    __slots__ = ("hub", "key", "path", "service")

    def __init__(self, hub: Hub, service: str, resource: str) -> None:
        self.hub = hub
        self.service = service
        self.path = f"/data/{dashed(resource)}"
        self.key = camel(resource)

    def row(self) -> Flow[ResourceType]:
        """Return what is known of the resource."""
        return catalogue.row(self.key, (yield from self.hub.descriptor(self.service)))

    def context(self, owner: str) -> tuple[str, str]:
        """Return what the requests of one operation share: owner and correlation id.

        Raises:
            ConfigurationError: There is no owner.
        """
        return checked_owner(owner), self.hub.operation_id()

    def query(
        self,
        owner: str,
        criteria: Criteria | None,
        fields: Iterable[str] | None,
        query_string: str | None,
        backoff: Backoff,
        wanted: Expected,
    ) -> Query:
        """Return what a browse asks for. For the arguments see `Endpoint.browse`."""
        if criteria is not None and not isinstance(criteria, Criteria):
            raise ConfigurationError("criteria must be Criteria()")
        params = criteria.params() if criteria is not None else {}
        if fields:
            params["fields"] = ",".join(
                sorted(fields.split(",") if isinstance(fields, str) else map(str, fields))
            )
        raw = (query_string or "").removeprefix("?")
        named = dict(parse_qsl(raw)).get("owner")
        if named is None:
            params["owner"] = checked_owner(owner)
        target = urls.target(f"{self.path}?{raw}" if raw else self.path, sorted(params.items()))
        inclusions = criteria.inclusions if criteria is not None else ()
        return Query(
            self.hub,
            self.service,
            self.key,
            target,
            named or owner,
            backoff,
            wanted,
            inclusions,
        )

    def send(
        self,
        context: tuple[str, str],
        method: str,
        refs: Sequence[str] = (),
        *,
        headers: Mapping[str, str] | None = None,
        retry: RetryPolicy | None = None,
        model: bool = False,
        **options: Any,
    ) -> Flow[ResourceResponse]:
        """Send a request about resources.

        Args:
            context: From `context`.
            method: `GET`, `POST`, ...
            refs: The references in the path; none for all.
            headers: Further headers.
            retry: Repetitions; default those of writes.
            model: Make models of the response.
            **options: As for `ConnectionBase.request`.
        """
        hub = self.hub
        connection = yield from hub.connection(self.service)
        build = (yield from hub.model_builder(self.service, self.key, ())) if model else None
        # Without references the path ends in a slash; colons and commas stay as they are
        # (docs/protocols/sequoia.md section 5).
        path = f"{self.path}/{','.join(quote(ref, safe=':,') for ref in refs)}"
        return (
            yield from connection.request_resources(
                method,
                path,
                {"owner": context[0]},
                key=self.key,
                model=build,
                headers=headers,
                correlation_id=context[1],
                retry=retry or hub.backoff.writes,
                **options,
            )
        )

    def in_parts(
        self,
        send: Callable[[Sequence[Any]], Flow[ResourceResponse]],
        items: Sequence[Any],
        *,
        tell: bool = False,
    ) -> Flow[ResourceResponse]:
        """Send as many requests as the items need.

        With `tell`, an error says which of them are done.
        """
        done: list[Any] = []
        page: ResourceResponse
        for start in range(0, len(items), body.MAX_ITEMS):
            try:
                page = yield from send(items[start : start + body.MAX_ITEMS])
            except ClientError as exc:
                if not (tell and start):
                    raise
                error = PartlyStored(
                    f"{start} of {len(items)} are done, then: {exc.message}", cause=exc
                )
                error.stored = tuple(done)
                raise error from exc
            done += page.resources if isinstance(page.resources, list) else []
        return (
            page
            if len(items) <= body.MAX_ITEMS or not done
            else ResourceResponse(page.response, self.key, data={"meta": {}, self.key: done})
        )

    def replace(
        self,
        context: tuple[str, str],
        item: Mapping[str, Any],
        ref: str,
        headers: Mapping[str, str],
    ) -> Flow[ResourceResponse]:
        """Put a resource in the place of the one that is there.

        Args:
            context: From `context`.
            item: The new one.
            ref: Its reference.
            headers: `If-Match`, to write only over the version that was read.

        Raises:
            VersionMismatch: The resource has changed since it was read.
        """
        try:
            return (
                yield from self.send(
                    context, "PUT", (ref,), json={self.key: [item]}, headers=headers
                )
            )
        except HTTPStatusError as exc:
            if exc.call_status == 412 and _words(exc.response) == _CHANGED:
                raise VersionMismatch(
                    f"{exc.message}; read {ref} again and update that", cause=exc
                ) from exc
            raise


def checked_owner(owner: str) -> str:
    """Return an owner.

    Raises:
        ConfigurationError: It is none.
    """
    if not isinstance(owner, str) or not owner.strip():
        raise ConfigurationError("owner must be the name of an owner")
    return owner


def _words(response: ResponseInfo) -> tuple[Any, Any]:
    try:
        data = response.json()
    except ClientError:
        return None, None
    return (data.get("error"), data.get("message")) if isinstance(data, Mapping) else (None, None)
