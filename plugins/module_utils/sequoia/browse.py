# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as users see them.

An object that is a page, an iterator over all pages, and what is linked to them.

Pages are not kept: the one that was read last is held, and the one before it while the next is
read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Any, cast

from ..core.exceptions import ClientError
from ..core.flow import Emit, Flow
from ..core.iteration import AsyncPages, Pages
from ..core.numbers import whole_number
from .errors import LinkedFailure, LinkedResourceError
from .names import camel
from .paging import Query, Walk, describe
from .response import ResourceResponse

if TYPE_CHECKING:
    from typing_extensions import Self


class BrowseBase:
    """The parts that both kinds of browse share.

    As an object it is the page that was read last: page one until it is iterated over.

    Args:
        query: The request for page one.
        prefetch: Pages to read at once.
    """

    __slots__ = ("_page", "_prefetch", "_query", "_walk")

    def __init__(self, query: Query, prefetch: int) -> None:
        self._query = query
        self._prefetch = whole_number("prefetch_pages", prefetch)
        self._page: ResourceResponse | None = None
        self._walk: Walk | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._query.service} {self._query.key}>"

    @property
    def _driver(self) -> Any:
        return self._query.hub.driver

    @property
    def page(self) -> ResourceResponse:
        """The page that was read last.

        Raises:
            ClientError: None was read yet.
        """
        if self._page is None:
            raise ClientError(f"{self!r}: nothing is read yet; await it, or iterate over it")
        return self._page

    @property
    def resources(self) -> Any:
        """The resources of that page."""
        return self.page.resources

    @property
    def json(self) -> Any:
        """The resources of that page."""
        return self.page.json

    @property
    def data(self) -> Any:
        """The whole body of that page."""
        return self.page.data

    @property
    def status(self) -> int:
        """The status of that page."""
        return self.page.status

    @property
    def model(self) -> Any:
        """The models of that page. See `ResourceResponse.model`."""
        return self.page.model

    def _load_flow(self) -> Flow[Self]:
        if self._page is None:
            self._walk, first = yield from self._begin()
            self._walk.ready.appendleft(first)
            self._page = first
        return self

    def _begin(self) -> Flow[tuple[Walk, ResourceResponse]]:
        """Return a walk and its first page: what was read at the call, or else a new walk."""
        walk, self._walk = self._walk, None
        if walk is None:
            walk = Walk(self._query)
            yield from walk.begin(self._prefetch)
        return walk, walk.ready.popleft()

    def _pages(self) -> Flow[None]:
        walk, page = yield from self._begin()
        following: ResourceResponse | None = page
        while following is not None:
            self._page = page = following
            yield Emit(page)
            following = yield from walk.after(page)

    def _complete_flow(self, raise_on_error: bool) -> Flow[None]:
        walk, page = yield from self._begin()
        following: ResourceResponse | None = page
        while following is not None:
            self._page = page = following
            _check(page, page.linked_failures, raise_on_error)
            yield Emit((yield from walk.complete(page)))
            following = yield from walk.after(page)


class LinkedBase:
    """The parts that both kinds of linked lists share.

    Args:
        browse: The main list.
        name: The relationship.
        raise_on_error: Raise an error if the server failed to read linked resources; they
            are in `failures` otherwise.

    Attributes:
        failures: The sub-requests that failed, of the pages iterated over so far.
    """

    __slots__ = ("_browse", "_name", "_raises", "failures")

    def __init__(self, browse: BrowseBase, name: str, raise_on_error: bool) -> None:
        self._browse = browse
        self._name = name
        self._raises = raise_on_error
        self.failures: list[LinkedFailure] = []

    @property
    def resources(self) -> list[Any] | None:
        """The linked resources in the page that was read last; `None` if it has none.

        Raises:
            LinkedResourceError: The server failed to read them.
        """
        self._check_failures(self._browse.page)
        return self._browse.page.linked(self._name)

    def _check_failures(self, page: ResourceResponse) -> tuple[LinkedFailure, ...]:
        failures = tuple(
            failure for failure in page.linked_failures if camel(failure.name) == camel(self._name)
        )
        _check(page, failures, self._raises)
        return failures

    def _load_flow(self) -> Flow[Self]:
        yield from self._browse._load_flow()
        return self

    def _lists(self) -> Flow[None]:
        walk, page = yield from self._browse._begin()
        following: ResourceResponse | None = page
        while following is not None:
            self._browse._page = page = following
            self.failures += self._check_failures(page)
            found = page.linked(self._name)
            if found:
                yield Emit(found)
            yield from walk.chains(page, self._name)
            following = yield from walk.after(page)


class Linked(LinkedBase):
    """The resources that are linked to those of a list; iterating gives lists.

    One per page of the main list, each followed by its further ones.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[list[Any]]:
        return cast("Iterator[list[Any]]", Pages(self._browse._driver, self._lists()))


class AsyncLinked(LinkedBase):
    """The resources that are linked to those of a list, for event loops: `async for` gives lists.

    Awaiting it reads page one.
    """

    __slots__ = ()

    def __aiter__(self) -> AsyncIterator[list[Any]]:
        return cast("AsyncIterator[list[Any]]", AsyncPages(self._browse._driver, self._lists()))

    def __await__(self) -> Generator[Any, Any, Self]:
        return cast(
            "Generator[Any, Any, Self]", self._browse._driver.run(self._load_flow()).__await__()
        )


class Browse(BrowseBase):
    """A list.

    Iterating gives its pages; every iteration reads them again, except for the pages that were
    read at the call.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[ResourceResponse]:
        return cast("Iterator[ResourceResponse]", Pages(self._driver, self._pages()))

    def linked(self, name: str, *, raise_on_error: bool = True) -> Linked:
        """Return what is linked to it by a relationship. For the arguments see `LinkedBase`."""
        return Linked(self, name, raise_on_error)

    def complete(self, *, raise_on_error: bool = True) -> Iterator[ResourceResponse]:
        """Iterate over the pages, each with all that is linked to it.

        Lists and what is linked to them are read once.

        Args:
            raise_on_error: Raise an error if the server failed to read linked resources;
                they are in the page's `linked_failures` in any case.
        """
        return cast(
            "Iterator[ResourceResponse]", Pages(self._driver, self._complete_flow(raise_on_error))
        )


class AsyncBrowse(BrowseBase):
    """A list, for event loops: `async for` gives its pages.

    Awaiting it reads page one and returns itself.
    """

    __slots__ = ()

    def __aiter__(self) -> AsyncIterator[ResourceResponse]:
        return cast("AsyncIterator[ResourceResponse]", AsyncPages(self._driver, self._pages()))

    def __await__(self) -> Generator[Any, Any, Self]:
        return cast("Generator[Any, Any, Self]", self._driver.run(self._load_flow()).__await__())

    def linked(self, name: str, *, raise_on_error: bool = True) -> AsyncLinked:
        """Return what is linked to it by a relationship. For the arguments see `LinkedBase`."""
        return AsyncLinked(self, name, raise_on_error)

    def complete(self, *, raise_on_error: bool = True) -> AsyncIterator[ResourceResponse]:
        """Iterate over the pages, each with all that is linked to it. See `Browse.complete`."""
        return cast(
            "AsyncIterator[ResourceResponse]",
            AsyncPages(self._driver, self._complete_flow(raise_on_error)),
        )


def _check(page: ResourceResponse, failures: tuple[LinkedFailure, ...], raises: bool) -> None:
    if failures and raises:
        error = LinkedResourceError(
            f"{page!r}: {describe(failures[0])}",
            request=page.response.request,
            response=page.response,
        )
        error.failures = failures
        raise error
