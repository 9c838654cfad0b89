# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of a client: one per place that the registry names, all with the client's
session, secrets and sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.call import Call
from ..core.connection import AsyncConnection, Connection
from ..core.encoding import Fields
from ..core.flow import Flow
from ..core.headers import checked
from ..core.http import Response
from ..core.paging import PageStyle
from ..core.session import Session
from .response import ResourceResponse

if TYPE_CHECKING:
    from ..core.connection import ConnectionBase
    from .client import ClientBase

    _Base = ConnectionBase
else:
    _Base = object


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


class ServiceMixin(_Base):
    """A connection that belongs to a client.

    Args:
        client: The client.
        origin: `scheme://host[:port]`.
        base_path: Put before every path.
        **options: As for `ConnectionBase`.
    """

    __slots__ = ()

    page_styles = PAGES
    terms: ClassVar[Mapping[str, str]] = {"timeout": "request_timeout"}

    _client: Any

    def __init__(
        self, client: ClientBase[Any, Any], origin: str, base_path: str, **options: Any
    ) -> None:
        self._client = client
        super().__init__(origin, base_path, **options)

    def _make_driver(self) -> Any:
        return self._client._driver

    def _login(self) -> Flow[Session]:
        session: Session = yield from self._client._login()
        return session

    def _logged_out(self) -> Flow[None]:
        yield from self._client._logged_out()

    def _call(
        self,
        method: str,
        path: str,
        params: Any = None,
        *,
        headers: Fields | None = None,
        correlation_id: str = "",
        **options: Any,
    ) -> Call:
        given = checked(headers or ())
        replaced = {name.lower() for name, dummy in given}
        if options.get("files") or isinstance(options.get("data"), Mapping):
            # A form has a type of its own.
            replaced.add("content-type")
        own = (
            *self._client._headers,
            (self.correlation_header, correlation_id or self._client._operation_id()),
        )
        standing = [pair for pair in own if pair[0].lower() not in replaced]
        return super()._call(method, path, params, headers=[*standing, *given], **options)

    def answered(
        self,
        method: str,
        path: str,
        params: Any = None,
        *,
        key: str = "",
        model: Callable[[Any], Any] | None = None,
        **options: Any,
    ) -> Flow[ResourceResponse]:
        """Send a request and unwrap its answer.

        Args:
            method: `GET`, ...
            path: Below the service's location.
            params: Added to the query.
            key: The resource's name in bodies; `""` for none.
            model: Makes the model of the answer.
            **options: As for `ConnectionBase.request`, and `correlation_id`.

        Raises:
            ClientError: What `ConnectionBase.request` raises; the answer is not JSON.
        """
        response: Response = yield from self._engine.checked(
            self._call(method, path, params, **options)
        )
        return ResourceResponse(response, key, model=model)


class ServiceConnection(ServiceMixin, Connection):
    """The verbs of a connection for one service, for threads."""

    __slots__ = ("_client",)


class AsyncServiceConnection(ServiceMixin, AsyncConnection):
    """The verbs of a connection for one service, for event loops."""

    __slots__ = ("_client",)
