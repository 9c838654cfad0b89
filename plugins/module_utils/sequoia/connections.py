# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of a client.

One per place that the registry names, all with the client's session, secrets and sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from ..core.call_factory import Headers, with_defaults
from ..core.connection import AsyncConnection, Connection, ConnectionBase
from ..core.flow import Flow
from ..core.paging import PageStyle
from ..core.session_keeper import SessionKeeper
from .response import ResourceResponse

PAGES = (
    PageStyle(
        "continue",
        "*",
        links=("meta.next", "meta.continue"),
        limit="perPage",
        standing={"continue": "true"},
    ),
    PageStyle("bare", ""),
)
"""Lists stand below the name of their resource, and link to their next page
(docs/protocols/sequoia.md section 7)."""


class ConnectionHub(Protocol):
    """The parts of a client that all its connections share.

    Attributes:
        driver: Performs flows.
        keeper: Provides the session.
    """

    driver: Any
    keeper: SessionKeeper

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """Headers of every request."""

    def operation_id(self) -> str:
        """Return the correlation id of one operation."""

    def log_out(self) -> Flow[None]:
        """End the session."""


class ServiceMixin(ConnectionBase):
    """A connection that belongs to a client.

    Args:
        hub: The shared parts of the client.
        origin: `scheme://host[:port]`.
        base_path: Put before every path.
        **options: As for `ConnectionBase`.
    """

    __slots__ = ("_hub",)

    page_styles = PAGES
    terms: ClassVar[Mapping[str, str]] = {
        "timeout": "request_timeout",
        "use_tls": "registry_url",
    }

    def __init__(self, hub: ConnectionHub, origin: str, base_path: str, **options: Any) -> None:
        self._hub = hub
        super().__init__(origin, base_path, **options)

    def _make_driver(self) -> Any:
        return self._hub.driver

    def _make_keeper(self, *dummy: Any) -> SessionKeeper:
        return self._hub.keeper

    def _logout_flow(self) -> Flow[None]:
        yield from self._hub.log_out()

    def _new_correlation_id(self) -> str:
        return self._hub.operation_id()

    def _header_completion(self) -> Callable[[Headers, bool], Headers]:
        with_type = self._hub.headers
        # A form has a type of its own.
        without_type = [pair for pair in with_type if pair[0] != "Content-Type"]
        return lambda given, is_form: with_defaults(without_type if is_form else with_type, given)

    def request_resources(
        self,
        method: str,
        path: str,
        params: Any = None,
        *,
        key: str = "",
        model: Callable[[Any], Any] | None = None,
        **options: Any,
    ) -> Flow[ResourceResponse]:
        """Send a request and unwrap its response.

        Args:
            method: `GET`, ...
            path: Below the service's location.
            params: Added to the query.
            key: The resource's name in bodies; `""` for none.
            model: Makes the model of the response.
            **options: As for `ConnectionBase.request`, and `correlation_id`.

        Raises:
            ClientError: As for `ConnectionBase.request`; the response is not JSON.
        """
        response = yield from self.calls.request(method, path, params, **options)
        return ResourceResponse(response, key, model=model)


class ServiceConnection(ServiceMixin, Connection):
    """The verbs of a connection for one service, for threads."""

    __slots__ = ()

    def close(self) -> None:
        """Stop using the service; its sockets are the client's, and closed with the client."""
        self._shut()


class AsyncServiceConnection(ServiceMixin, AsyncConnection):
    """The verbs of a connection for one service, for event loops."""

    __slots__ = ()

    async def aclose(self) -> None:
        """Stop using the service; its sockets are the client's, and closed with the client."""
        self._shut()
