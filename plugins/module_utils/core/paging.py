# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a list page by page, in any paging style.

One flow reads every `PageStyle`, and cannot loop: it ends at an empty page, at the server's total
and at the caller's bound, and it finds out if a server ignores where a page is to begin. A list may
change while it is read: if its total says that records were deleted, what may have moved is read
again, so that no record is missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .exceptions import ClientError, HTTPStatusError, SerializationError
from .flow import Emit, Flow, Together
from .http import Response
from .jsonutils import dig
from .page_styles import UNPAGED, Body, PageStyle, Paginate
from .secrets.redaction import scrub_live
from .seen_records import Key, Page, SeenRecords

__all__ = ["UNPAGED", "Body", "PageStyle", "Paginate", "dig", "pages", "without_records"]

Fetch: TypeAlias = Callable[[Mapping[str, Any], Body], Flow[Response]]
Follow: TypeAlias = Callable[[str], Flow[Response]]

FAR = 1_000_000
"""Records or pages beyond what was read, where no list is expected to have any."""
MAX_REREADS = 20
"""Maximum number of steps back without progress, in a list that shrinks while it is read."""
_OUT_OF_RANGE = frozenset((400, 404, 416, 422))


def pages(
    call: Fetch,
    params: Mapping[str, Any],
    json: Body,
    paginate: Paginate,
    follow: Follow | None = None,
    *,
    key: Key | None = None,
    concurrency: int = 1,
    content: str = "",
) -> Flow[None]:
    """Read a list, emitting a `Response` with `.records` per page.

    Args:
        call: Makes the flow of one request from query parameters and body.
        params: The caller's own parameters; where they name the offset, reading begins there.
        json: The caller's own body, for styles that page through the body.
        paginate: The way to page.
        follow: Makes the flow of one request from a link to a next page.
        key: Returns what identifies a record. One that comes again, because the list has changed,
            is then left out. `None` for the whole record, which is only compared if the total says
            that the list has changed: a list may hold equal records.
        concurrency: Maximum number of pages that are read at a time, once the total is known, if
            the caller has set no bound.
        content: The contents of the list, for an error in terms of records; `""` for one in terms
            of the `paginate` option.

    Raises:
        ClientError: The response is not a list, the server ignores the position of a page, or the
            list shrinks faster than it can be read.
    """
    reading = _Reading(call, params, json, paginate, follow, key, content)
    if paginate.limit is None:
        reading.concurrency = concurrency
    yield from reading.read()


class _Reading:
    """One reading of a list, from its first page to its last.

    Attributes:
        concurrency: Maximum number of pages that are read at a time.
    """

    __slots__ = (
        "_call",
        "_content",
        "_follow",
        "_furthest",
        "_json",
        "_links",
        "_overlap",
        "_paginate",
        "_params",
        "_position",
        "_ready",
        "_received",
        "_rereads",
        "_seen",
        "_size",
        "_start",
        "_style",
        "_total",
        "_trusted",
        "concurrency",
    )

    def __init__(
        self,
        call: Fetch,
        params: Mapping[str, Any],
        json: Body,
        paginate: Paginate,
        follow: Follow | None,
        key: Key | None,
        content: str,
    ) -> None:
        self.concurrency = 1
        self._call = call
        self._content = content
        self._params = params
        self._json = json
        self._paginate = paginate
        self._follow = follow
        self._style = paginate.style
        self._start = self._position = self._furthest = paginate.style.start(params, json)
        self._received = 0
        self._size = 0
        self._total: int | None = None
        self._seen = SeenRecords(key)
        self._links: set[str] = set()
        # Pages that were read at the same time as one before them.
        self._ready: deque[Page] = deque()
        # The number of the next records that may have been read before.
        self._overlap = 0
        self._rereads = 0
        # The server is known to read where a page is to begin.
        self._trusted = False

    def read(self) -> Flow[None]:
        """Read all pages."""
        page = yield from self._first()
        while True:
            if self._is_repeated(page) and (yield from self._ignores_position()):
                self._require_no_more(page)
                return
            deleted = self._count_deleted(page)
            if deleted:
                self._go_back(page, deleted)
            else:
                fresh = yield from self._emit(page)
                if self._is_last(page):
                    return
                self._seen.add(page, fresh)
            page = yield from self._next(page)

    def _emit(self, page: Page) -> Flow[int]:
        """Emit what was not read before, and return how many records that are."""
        left = None if self._paginate.limit is None else self._paginate.limit - self._received
        fresh = self._seen.fresh(page, self._overlap)
        self._overlap = max(self._overlap - len(page.records), 0)
        page.response.records = fresh[:left]
        page.response.total = page.total
        self._received += len(page.response.records)
        self._position += 1 if self._counts_pages else len(page.records)
        if fresh or not page.records:
            yield Emit(page.response)
        return len(fresh)

    def _is_last(self, page: Page) -> bool:
        if not page.records or not (self._style.offset or page.link):
            return True
        if page.total is None and self._style.counted:
            return True
        if self._received == self._paginate.limit:
            return True
        read = self._position
        if self._counts_pages:
            read = (self._position - (self._style.first_page or 0)) * self._size
        return page.total is not None and read >= page.total

    @property
    def _counts_pages(self) -> bool:
        return self._style.first_page is not None

    # Fetching

    def _first(self) -> Flow[Page]:
        response = yield from self._fetch(self._position)
        data = response.json()
        style = self._paginate.settle(data)
        if style is None:
            raise self._no_list(response, data)
        self._style = style
        page = self._page(self._position, response, data)
        self._size, self._total = len(page.records), page.total
        return page

    def _next(self, page: Page) -> Flow[Page]:
        if page.link and self._follow is not None:
            if page.link in self._links:
                raise _error(page.response, "the server gave the same link twice")
            self._links.add(page.link)
            response = yield from self._follow(page.link)
            return self._page(self._position, response, response.json())
        if self._ready and self._ready[0].position != self._position:
            # A page that is shorter than the first, or read again, leaves those behind it in the
            # wrong place; it is probably the last one.
            self._ready.clear()
            yield from self._fetch_ahead(1)
        elif not self._ready:
            yield from self._fetch_ahead(self.concurrency)
        return self._ready.popleft()

    def _fetch_ahead(self, most: int) -> Flow[None]:
        positions = [self._position]
        if self._total and self._size:
            step, end = self._size, self._total
            if self._counts_pages:
                step, end = 1, (self._style.first_page or 0) - (-self._total // self._size)
            ahead = range(self._position, end, step)[:most]
            positions = list(ahead) or positions
        if len(positions) == 1:
            outcomes = [(yield from self._fetch(self._position))]
        else:
            outcomes = yield Together([self._fetch(at) for at in positions], most)
        for position, outcome in zip(positions, outcomes, strict=True):
            if isinstance(outcome, ClientError):
                raise outcome
            self._ready.append(self._page(position, outcome, outcome.json()))

    def _fetch(self, position: int) -> Flow[Response]:
        left = None if self._paginate.limit is None else self._paginate.limit - self._received
        return self._call(*self._style.build_request(position, left, self._params, self._json))

    def _page(self, position: int, response: Response, data: Any) -> Page:
        records = self._style.find_list(data)
        if not isinstance(records, list):
            raise self._no_list(response, data)
        # Without a total, the first empty page is the end.
        total = self._style.count(data, response.headers)
        return Page(position, response, records, total, self._style.find_link(data))

    def _no_list(self, response: Response, data: Any) -> ClientError:
        if self._content:
            return without_records(response, self._content)
        advice = (
            "give paginate: {style: none, items: <dotted path>}, or leave paginate out"
            if self._paginate.style.name == UNPAGED.name
            else "give paginate: {items: <dotted path>}, or none"
        )
        what = f"{_shape(data)} is not a list that can be paged; {advice}"
        return _error(response, what)

    # Servers that ignore where a page is to begin

    def _is_repeated(self, page: Page) -> bool:
        """Tell whether a page came before, although it was to begin elsewhere."""
        if self._trusted or self._overlap or not self._style.offset:
            return False
        return self._seen.has(page)

    def _ignores_position(self) -> Flow[bool]:
        """Ask for a page beyond the end.

        A server that pages has nothing there, and its pages only look alike.
        """
        total = None if self._counts_pages else self._total
        try:
            response = yield from self._fetch(total or self._position + FAR)
        except HTTPStatusError as exc:
            if exc.call_status not in _OUT_OF_RANGE:
                raise
            self._trusted = True
        else:
            self._trusted = not self._style.find_list(response.json())
        return not self._trusted

    def _require_no_more(self, page: Page) -> None:
        if page.total is None:
            return
        read = f"{self._received} of {page.total} records"
        what = "the server gave the same page twice, so it does not page this list"
        if not self._content:
            what += "; use paginate: none, which reads one response"
        raise _error(page.response, f"{what} ({read})")

    # Lists that change while they are read

    def _count_deleted(self, page: Page) -> int:
        """Return how many records were deleted since the page before, as far as the totals say."""
        before = self._total
        self._total = before if page.total is None else page.total
        if before is None or self._total is None or not self._style.offset:
            return 0
        self._overlap += max(self._total - before, 0)
        return max(before - self._total, 0) if self._position > self._start else 0

    def _go_back(self, page: Page, deleted: int) -> None:
        """Go back by the number of deleted records, to where those that moved may be."""
        if self._position > self._furthest:
            self._furthest, self._rereads = self._position, 0
        self._rereads += 1
        if self._rereads > MAX_REREADS:
            raise _error(
                page.response,
                "the list shrinks faster than it can be read; read it when it does not change",
            )
        # Pages that are read side by side would shrink further before the first of them is used.
        self.concurrency = 1
        size = max(self._size, 1)
        back = -(-deleted // size) if self._counts_pages else deleted
        back = min(back, self._position - self._start)
        self._position -= back
        self._overlap += back * size if self._counts_pages else back


def without_records(response: Response, content: str, reason: str = "") -> SerializationError:
    """Return the error for a response of 2xx without the expected content.

    Args:
        response: The response.
        content: The expected content.
        reason: What the server says instead.
    """
    return SerializationError(
        f"{response.request.method} {response.url}: answered {response.status_code}, but not with"
        f" {content}{f': {reason}' if reason else ''}",
        request=response.request,
        response=response,
    )


def _shape(data: Any) -> str:
    return (
        f"a response with the keys {scrub_live(', '.join(sorted(map(str, data))))[:200]}"
        if isinstance(data, Mapping)
        else f"a response of type {type(data).__name__}"
    )


def _error(response: Response, what: str) -> ClientError:
    return ClientError(
        f"{response.request.method} {response.url}: {what}",
        request=response.request,
        response=response,
    )
