# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The methods of clients that tasks use, for every service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from ..core.exceptions import ClientError
from ..core.http import Response
from ..core.records.types import Change, Record, ResourceType
from ..core.secrets.redaction import SecretValues

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..core.encoding import Params
    from ..core.facts import Gathered
    from ..core.iteration import Stream
    from ..core.options import CallOptions, PageOptions, StreamOptions
    from ..core.records.ensure_options import EnsureArguments
    from ..core.records.export import Placeholder

    # In classes with a method `list`, that is what the name means.
    Listed: TypeAlias = list[Record]
    Changes: TypeAlias = list[Change]


class Shared(Protocol):
    """The part that clients for threads and for event loops have in common."""

    @property
    def secrets(self) -> SecretValues: ...

    def presentable(self, value: Any) -> Any: ...


class Client(Shared, Protocol):
    """A client for threads."""

    def logout(self) -> None: ...

    def close(self) -> None: ...


class AsyncClient(Shared, AbstractAsyncContextManager["AsyncClient", None], Protocol):
    """A client for event loops; leaving its `async with` block closes it."""

    def logout(self) -> Awaitable[None]: ...


class Place(Protocol):
    """A connection to one server."""

    @property
    def base_url(self) -> str: ...


class Connection(Place, Protocol):
    """A connection to one server, for threads."""

    def request(
        self, method: str, path: str, params: Params = None, **options: Unpack[CallOptions]
    ) -> Response: ...

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        paginate: str | Mapping[str, Any] = ...,
        method: str = ...,
        json: Any = ...,
        **options: Unpack[PageOptions],
    ) -> Iterable[Response]: ...

    def stream(
        self, method: str, path: str, params: Params = None, **options: Unpack[StreamOptions]
    ) -> AbstractContextManager[Stream]: ...


class AsyncConnection(Place, Protocol):
    """A connection to one server, for event loops."""

    def batch(
        self,
        requests: Iterable[Mapping[str, Any]],
        concurrency: int = ...,
        return_exceptions: bool = ...,
    ) -> Awaitable[list[Response | ClientError]]: ...


class ServicesClient(Client, Protocol):
    """A client of several services, for threads."""

    def connection(self, service: str) -> Connection: ...


class AsyncServicesClient(AsyncClient, Protocol):
    """A client of several services, for event loops."""

    def connection(self, service: str) -> Awaitable[AsyncConnection]: ...


class RecordClient(Client, Protocol):
    """A client that reads and writes records by the name of their type, for threads."""

    def resource(self, name: str) -> ResourceType: ...

    def retrieve(
        self,
        resource: str,
        filters: Mapping[str, Any] | None = None,
        search: str | None = None,
        order: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> list[Record]: ...

    def ensure(
        self,
        resource: str,
        wanted: Sequence[Mapping[str, Any]],
        **options: Unpack[EnsureArguments],
    ) -> list[Change]: ...


class Records(Protocol):
    """The records of one type, for threads; see `core.records.handle.Records`."""

    def resource_type(self) -> ResourceType: ...

    def list(
        self,
        filters: Mapping[str, Any] | None = None,
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        fields: Sequence[str] = (),
        complete: bool = False,
        each: Callable[[list[Record]], list[Record]] | None = None,
    ) -> Listed: ...

    def ensure(
        self, records: Sequence[Mapping[str, Any]], **options: Unpack[EnsureArguments]
    ) -> Changes: ...

    def export_(self, records: Sequence[Record], placeholder: Placeholder = ...) -> Listed: ...


class CatalogueClient(Client, Protocol):
    """A client that gives the records of a type as an object, and facts about its server."""

    def records(self, resource: str | Mapping[str, Any]) -> Records: ...

    def gather(self, names: Sequence[str]) -> Gathered: ...


ClientT = TypeVar("ClientT", bound=Client)

Factory: TypeAlias = Callable[..., ClientT]
"""Makes a client from a task's options and `want_async`: for threads, or for event loops."""
