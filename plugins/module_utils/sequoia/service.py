# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services and their business endpoints.

Handles that send nothing until one of their methods is called.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from ..core import logging, urls
from ..core.exceptions import ConfigurationError
from ..core.flow import Flow
from ..core.http import READING
from ..core.retry import RetryPolicy
from . import body
from .backoff import expected, until_complete
from .endpoint import Caller, Endpoint
from .names import camel
from .response import ResourceResponse

Result = TypeVar("Result")
Listed = TypeVar("Listed")
Changes = TypeVar("Changes")

_OF_RESOURCE = re.compile(r"/?data/([A-Za-z][A-Za-z0-9_-]*)")


class Service(Generic[Result, Listed, Changes]):
    """A service: `client.metadata` or `client["metadata"]`.

    Its attributes are its endpoints, also as `service["flow-instances"]`.

    The registry is asked for its place by the first call of an endpoint.
    """

    __slots__ = ("_caller", "_name")

    def __init__(self, caller: Caller[Result, Listed, Changes], name: str) -> None:
        self._caller = caller
        self._name = name

    def __repr__(self) -> str:
        return f"<Service {self._name}>"

    def __getattr__(self, name: str) -> Endpoint[Result, Listed, Changes]:
        if name.startswith("_"):
            raise AttributeError(f"a service has no attribute {name!r}")
        return Endpoint(self._caller, self._name, name)

    def __getitem__(self, name: str) -> Any:
        return self.business if name == "business" else Endpoint(self._caller, self._name, name)

    # Python would count upwards through `__getitem__`.
    __iter__ = None
    __contains__ = None

    def business(self, path_template: str) -> Business[Result, Listed, Changes]:
        """Return an endpoint outside `/data`.

        Args:
            path_template: Below the service's location, with `$names`: `/$service/$owner:$ref`.
        """
        return Business(self._caller, self._name, path_template)

    def descriptor(self) -> Result:
        """Return what the service says of its resources, fields, filters and relationships.

        Read once.

        Returns:
            A `ResourceResponse`, its `data` the descriptor.

        Raises:
            ClientError: As for any call.
        """
        return self._caller.send(self._caller.hub.descriptor_response(self._name))

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
            ClientError: As for `ConnectionBase.request`.
        """
        hub = self._caller.hub
        backoff = hub.backoff_of(backoff_strategy)
        wanted = (
            backoff.expected if backoff.expected is not None else expected(retry_when_empty_result)
        )
        match = _OF_RESOURCE.match(path) if isinstance(path, str) else None
        key = camel(match.group(1)) if match else ""
        reads = str(method).upper() in READING
        correlation_id = hub.operation_id()

        def fetch(policy: RetryPolicy) -> Flow[ResourceResponse]:
            connection = yield from hub.connection(self._name)
            return (
                yield from connection.request_resources(
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
            return self._caller.send(fetch(backoff.writes))
        return self._caller.send(
            until_complete(fetch, backoff.reads, wanted if key else None, (), hub.runtime)
        )

    def get(self, path: str, params: urls.Params = None, **options: Any) -> Result:
        """Send a GET to the service. For `options` and errors see `request`."""
        return self.request("GET", path, params, **options)


class Business(Generic[Result, Listed, Changes]):
    """An endpoint outside `/data`; what it answers is not unwrapped."""

    __slots__ = ("_caller", "_service", "_template")

    def __init__(
        self, caller: Caller[Result, Listed, Changes], service: str, path_template: str
    ) -> None:
        self._caller = caller
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
            ClientError: As for any call.
        """
        return self._send("GET", self._path(service, owner, ref, params), None)

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
            ClientError: As for any call.
        """
        return self._send("POST", self._path(service, owner, ref, params), body.read(content))

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

    def _send(self, method: str, path: str, content: Any) -> Result:
        backoff = self._caller.hub.backoff

        def flow() -> Flow[ResourceResponse]:
            connection = yield from self._caller.hub.connection(self._service)
            policy = backoff.reads if method == "GET" else backoff.writes
            return (
                yield from connection.request_resources(method, path, json=content, retry=policy)
            )

        return self._caller.send(flow())
