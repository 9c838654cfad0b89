# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services and their endpoints: handles that send nothing until one of their methods is called."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qsl, quote

from ..core import logging, urls
from ..core.exceptions import ClientError, ConfigurationError, HTTPStatusError, ResponseInfo
from ..core.flow import Flow
from ..core.records.ensure import ensure
from ..core.records.plan import EnsureOptions
from ..core.records.types import Change, ResourceType, list_of_dicts
from ..core.retry import RetryPolicy
from . import body, catalogue
from .backoff import Backoff, Expected, expected, until_complete
from .criteria import Criteria
from .errors import PartlyStored, VersionMismatch
from .names import camel, dashed
from .paging import Query
from .records import SequoiaStore, referenced
from .response import ResourceResponse

if TYPE_CHECKING:
    from .client import ClientBase

Result = TypeVar("Result")
Listed = TypeVar("Listed")

_RESOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_OF_RESOURCE = re.compile(r"/?data/([A-Za-z][A-Za-z0-9_-]*)")
_CHANGED = ("Precondition Failed", "document cannot be changed - versions do not match")


class Service(Generic[Result, Listed]):
    """A service: `client.metadata` or `client["metadata"]`. Its attributes are its endpoints, also
    as `service["flow-instances"]`.

    The registry is asked for its place by the first call of an endpoint.
    """

    __slots__ = ("_client", "_name")

    def __init__(self, client: ClientBase[Result, Listed], name: str) -> None:
        self._client = client
        self._name = name

    def __repr__(self) -> str:
        return f"<Service {self._name}>"

    def __getattr__(self, name: str) -> Endpoint[Result, Listed]:
        if name.startswith("_"):
            raise AttributeError(f"a service has no attribute {name!r}")
        return Endpoint(self._client, self._name, name)

    def __getitem__(self, name: str) -> Any:
        return self.business if name == "business" else Endpoint(self._client, self._name, name)

    # Python would count upwards through `__getitem__`.
    __iter__ = None
    __contains__ = None

    def business(self, path_template: str) -> Business[Result, Listed]:
        """Return an endpoint outside `/data`.

        Args:
            path_template: Below the service's location, with `$names`: `/$service/$owner:$ref`.
        """
        return Business(self._client, self._name, path_template)

    def descriptor(self) -> Result:
        """Return what the service says of its resources, fields, filters and relationships; read
        once.

        Returns:
            A `ResourceResponse`, its `data` the descriptor.

        Raises:
            ClientError: What any call raises.
        """
        return self._client._answer(self._client._described(self._name))

    @logging.trace
    def request(
        self,
        method: str,
        path: str,
        params: urls.Params = None,
        *,
        backoff_strategy: Mapping[str, Any] | None = None,
        retry_when_empty_result: bool | Mapping[str, bool] | None = None,
        **options: Any,
    ) -> Result:
        """Send any request to the service.

        Args:
            method: `GET`, `POST`, ...
            path: Below the service's location: `/data/contents`.
            params: Added to the query.
            backoff_strategy: For this call; default the client's.
            retry_when_empty_result: Repeat a GET of `/data/<resource>` while these are missing.
            **options: `json data headers timeout path_params read_only`, as for
                `ConnectionBase.request`.

        Returns:
            A `ResourceResponse`; below `/data/<resource>` with `resources`.

        Raises:
            ClientError: What `ConnectionBase.request` raises.
        """
        backoff = self._client._backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        match = _OF_RESOURCE.match(path) if isinstance(path, str) else None
        key = camel(match.group(1)) if match else ""
        reads = str(method).upper() in ("GET", "HEAD", "OPTIONS")
        correlation_id = self._client._operation_id()

        def fetch(policy: RetryPolicy) -> Flow[ResourceResponse]:
            connection = yield from self._client._connection(self._name)
            return (
                yield from connection.answered(
                    method,
                    path,
                    params,
                    key=key,
                    correlation_id=correlation_id,
                    retry=policy,
                    **options,
                )
            )

        if not reads:
            return self._client._answer(fetch(backoff.writes))
        return self._client._answer(
            until_complete(fetch, backoff.reads, wanted if key else None, (), self._client._runtime)
        )

    def get(self, path: str, params: urls.Params = None, **options: Any) -> Result:
        """Send a GET to the service. For `options` and errors see `request`."""
        return self.request("GET", path, params, **options)


class Endpoint(Generic[Result, Listed]):
    """The resources of one kind: `client.metadata.contents`."""

    __slots__ = ("_client", "_key", "_path", "_service")

    def __init__(self, client: ClientBase[Result, Listed], service: str, resource: str) -> None:
        if not isinstance(resource, str) or not _RESOURCE.fullmatch(resource):
            raise ConfigurationError(f"{resource!r} is not a valid resource name")
        self._client = client
        self._service = service
        self._path = f"/data/{dashed(resource)}"
        self._key = camel(resource)

    def __repr__(self) -> str:
        return f"<Endpoint {self._service}{self._path}>"

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
            owner: Whose.
            ref: `owner:name`, or a list of them.
            backoff_strategy: For this call; default the client's.
            retry_when_empty_result: Repeat while these are missing.

        Returns:
            A `ResourceResponse`; its `resources` are a list.

        Raises:
            HTTPStatusError: 404 where there is none, and any other status that is not 2xx.
            ClientError: What any call raises.
        """
        backoff = self._client._backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        context = self._context(owner)

        def one(refs: Sequence[str]) -> Flow[ResourceResponse]:
            return until_complete(
                lambda policy: self._send(context, "GET", refs, retry=policy, model=True),
                backoff.reads,
                wanted,
                (),
                self._client._runtime,
            )

        return self._client._answer(self._in_parts(one, body.refs(ref)))

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
            owner: Whose.
            criteria: What they must be like, and what to include.
            fields: Those that they shall have; all by default.
            query_string: Put before all else, as it is: `continue=true&perPage=2`.
            prefetch_pages: Pages to read at the call.
            retry_when_empty_result: Repeat page one while these are missing.
                `retry_when_empty_result` of the backoff strategy goes before it.
            backoff_strategy: For this call; default the client's.

        Returns:
            A `Browse`, with page one read; an `AsyncBrowse`, which reads when it is awaited or
            iterated over.

        Raises:
            ClientError: What any call raises.
        """
        backoff = self._client._backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        return self._client._browsed(
            self._query(owner, criteria, fields, query_string, backoff, wanted), prefetch_pages
        )

    @logging.trace
    def store(self, owner: str, json: Any) -> Result:
        """Create resources, or replace them wholly: fields that are left out are lost.

        More than 100 are stored in several requests.

        Args:
            owner: Whose.
            json: An item or a list of items, wrapped in the resource's name or not, as values or as
                JSON text.

        Returns:
            A `ResourceResponse`; its `resources` are the items as the server has them.

        Raises:
            PartlyStored: Some parts of a long list are stored, and another one failed.
            ClientError: What any call raises.
        """
        context = self._context(owner)
        return self._client._answer(
            self._in_parts(
                lambda part: self._send(context, "POST", json={self._key: part}),
                body.items(json, self._key),
                tell=True,
            )
        )

    @logging.trace
    def update(self, owner: str, json: Any, ref: str, version: str | None = None) -> Result:
        """Replace a resource, if it has not changed meanwhile.

        Args:
            owner: Whose.
            json: The new one, alone, wrapped or in a list, as a value or as JSON text; with `ref`,
                `owner` and `name`.
            ref: Its reference.
            version: The `version` it was read with; `None` to replace whatever is there.

        Returns:
            A `ResourceResponse`.

        Raises:
            ReferenceMismatch: `json` is another resource than `ref`. Nothing was sent.
            VersionMismatch: It has changed.
            ClientError: What any call raises.
        """
        item = body.update_of(json, self._key, ref)
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._client._answer(self._updated(self._context(owner), item, ref, headers))

    @logging.trace
    def delete(self, owner: str, ref: str | Sequence[str]) -> Result:
        """Delete a resource, or several by their references; more than 100 in several requests.

        Args:
            owner: Whose.
            ref: `owner:name`, or a list of them.

        Returns:
            A `ResourceResponse` without resources.

        Raises:
            ClientError: What any call raises.
        """
        context = self._context(owner)
        return self._client._answer(
            self._in_parts(lambda refs: self._send(context, "DELETE", refs), body.single_refs(ref))
        )

    def described(self) -> Any:
        """Return what is known of the resource: its fields, from the service's descriptor where
        there is one.

        Returns:
            A `core.records.types.ResourceType`; from an `AsyncClient`, an awaitable of one.

        Raises:
            ClientError: What any call raises.
        """
        return self._client._perform(self._row())

    @logging.trace
    def ensure(
        self,
        owner: str,
        wanted: Sequence[Mapping[str, Any]],
        *,
        conditional: bool = True,
        **options: Any,
    ) -> Any:
        """Bring resources to a wanted state; only what differs is written.

        Args:
            owner: Whose.
            wanted: The fields that are wanted of each, with `name` or `ref`. What is there and not
                given stays.
            conditional: Change a resource only if it still has the version that was read, each by a
                request of its own.
            **options: `state purge concurrency predict replace`, as for `EnsureOptions`.

        Returns:
            A list of `Change`; from an `AsyncClient`, an awaitable of one. Errors of
            single writes are in the changes.

        Raises:
            ConfigurationError: What is wanted cannot work.
            ClientError: The resources could not be read.
        """
        return self._client._perform(
            self._ensured(_owner(owner), wanted, conditional, EnsureOptions(**options))
        )

    def _ensured(
        self,
        owner: str,
        wanted: Sequence[Mapping[str, Any]],
        conditional: bool,
        options: EnsureOptions,
    ) -> Flow[list[Change]]:
        row = yield from self._row()
        given = list_of_dicts(wanted, f"the records must be a list of dicts, each a {row.name}")
        records = [referenced(record, owner) for record in given]
        if options.replace and ("title" in row.fields or not row.closed):
            # A resource without a title has its name for one (docs/protocols/sequoia.md section 5):
            # the server would put back what is let go.
            records = [{"title": record["name"], **record} for record in records]
        return (yield from ensure(SequoiaStore(self, owner, conditional), row, records, options))

    def _row(self) -> Flow[ResourceType]:
        return catalogue.row(self._key, (yield from self._client._descriptor(self._service)))

    def _query(
        self,
        owner: str,
        criteria: Criteria | None,
        fields: Iterable[str] | None,
        query_string: str | None,
        backoff: Backoff,
        wanted: Expected,
    ) -> Query:
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
            params["owner"] = _owner(owner)
        target = urls.target(f"{self._path}?{raw}" if raw else self._path, sorted(params.items()))
        inclusions = criteria.inclusions if criteria is not None else ()
        return Query(
            self._client,
            self._service,
            self._key,
            target,
            named or owner,
            backoff,
            wanted,
            inclusions,
        )

    def _context(self, owner: str) -> tuple[str, str]:
        """Return what the requests of one operation share: owner and correlation id."""
        return _owner(owner), self._client._operation_id()

    def _send(
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
        client = self._client
        connection = yield from client._connection(self._service)
        modelled = (yield from client._modelling(self._service, self._key, ())) if model else None
        # Where everything is stored the path ends in a slash; colons and commas stay as they are
        # (docs/protocols/sequoia.md section 5).
        path = f"{self._path}/{','.join(quote(ref, safe=':,') for ref in refs)}"
        return (
            yield from connection.answered(
                method,
                path,
                {"owner": context[0]},
                key=self._key,
                model=modelled,
                headers=headers,
                correlation_id=context[1],
                retry=retry or client._backoff.writes,
                **options,
            )
        )

    def _in_parts(
        self,
        send: Callable[[Sequence[Any]], Flow[ResourceResponse]],
        items: Sequence[Any],
        *,
        tell: bool = False,
    ) -> Flow[ResourceResponse]:
        """Send as many requests as the items need; with `tell`, an error says which of them are
        done.
        """
        done: list[Any] = []
        page: ResourceResponse
        for start in range(0, len(items), body.AT_MOST):
            try:
                page = yield from send(items[start : start + body.AT_MOST])
            except ClientError as exc:
                if not (tell and start):
                    raise
                error = PartlyStored(
                    f"{start} of {len(items)} are done, then: {exc.message}",
                    request=exc.request,
                    response=exc.response,
                    cause=exc,
                )
                error.stored = tuple(done)
                raise error from exc
            done += page.resources if isinstance(page.resources, list) else []
        return (
            page
            if len(items) <= body.AT_MOST or not done
            else ResourceResponse(page.response, self._key, data={"meta": {}, self._key: done})
        )

    def _updated(
        self,
        context: tuple[str, str],
        item: Mapping[str, Any],
        ref: str,
        headers: Mapping[str, str],
    ) -> Flow[ResourceResponse]:
        try:
            return (
                yield from self._send(
                    context, "PUT", (ref,), json={self._key: [item]}, headers=headers
                )
            )
        except HTTPStatusError as exc:
            if exc.status_code == 412 and _words(exc.response) == _CHANGED:
                raise VersionMismatch(
                    f"{exc.message}; read {ref} again and update that",
                    request=exc.request,
                    response=exc.response,
                ) from exc
            raise


class Business(Generic[Result, Listed]):
    """An endpoint outside `/data`; what it answers is not unwrapped."""

    __slots__ = ("_client", "_service", "_template")

    def __init__(
        self, client: ClientBase[Result, Listed], service: str, path_template: str
    ) -> None:
        self._client = client
        self._service = service
        self._template = string.Template(path_template)

    def __repr__(self) -> str:
        return f"<Business {self._service}{self._template.template}>"

    @logging.trace
    def browse(
        self,
        service: str | None = None,
        owner: str | None = None,
        ref: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Result:
        """Send a GET.

        Args:
            service: Stands for `$service`.
            owner: Stands for `$owner`.
            ref: Stands for `$ref`.
            params: Stand for `$params`, as a query.

        Returns:
            A `ResourceResponse` with `data`; it has no `resources`.

        Raises:
            ConfigurationError: The template has a name without a value.
            ClientError: What any call raises.
        """
        return self._sent("GET", self._path(service, owner, ref, params), None)

    @logging.trace
    def store(
        self,
        service: str | None = None,
        owner: str | None = None,
        content: Any = None,
        ref: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Result:
        """Send a POST with content that is not wrapped.

        Args:
            service: Stands for `$service`.
            owner: Stands for `$owner`.
            content: A value, or JSON text.
            ref: Stands for `$ref`.
            params: Stand for `$params`, as a query.

        Returns:
            A `ResourceResponse` with `data`; it has no `resources`.

        Raises:
            ConfigurationError: The template has a name without a value.
            SerializationError: The text is not JSON.
            ClientError: What any call raises.
        """
        return self._sent("POST", self._path(service, owner, ref, params), body.read(content))

    def _path(
        self,
        service: str | None,
        owner: str | None,
        ref: str | None,
        params: Mapping[str, Any] | None,
    ) -> str:
        values = {
            name: urls.fill("{value}", {"value": value})
            for name, value in (("service", service), ("owner", owner), ("ref", ref))
            if value is not None
        }
        query = f"?{urls.query_of(params)}" if params else ""
        try:
            return self._template.substitute(values, params=query)
        except (KeyError, ValueError) as exc:
            raise ConfigurationError(
                f"the path {self._template.template} cannot be filled in: {exc}", cause=exc
            ) from exc

    def _sent(self, method: str, path: str, content: Any) -> Result:
        backoff = self._client._backoff

        def flow() -> Flow[ResourceResponse]:
            connection = yield from self._client._connection(self._service)
            policy = backoff.reads if method == "GET" else backoff.writes
            return (yield from connection.answered(method, path, json=content, retry=policy))

        return self._client._answer(flow())


def _owner(owner: str) -> str:
    if not isinstance(owner, str) or not owner.strip():
        raise ConfigurationError("owner must be the name of an owner")
    return owner


def _words(response: ResponseInfo) -> tuple[Any, Any]:
    try:
        answer = response.json()
    except ClientError:
        return None, None
    return (
        (answer.get("error"), answer.get("message"))
        if isinstance(answer, Mapping)
        else (None, None)
    )
